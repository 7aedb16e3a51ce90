/*
 * Making parts: memory that fails once at the end, warnings with their place, ids in one spelling, and the small readers of fields.
 * A wrong value never stops a reading: it becomes unknown and a warning.
 */
#include "reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/** Room for warnings that a part gets with its first; doubled when it is full, since most parts have none. */
#define WARNINGS_FIRST 2U

void *read_take(struct reader *r, size_t count, size_t size)
{
    void *at = sam_arena_array(r->arena, count, size);
    r->full = r->full || !at;
    return at;
}

struct sam_span read_print(struct reader *r, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
    return read_keep(r, (struct sam_span){text, len});
}

struct sam_span read_keep(struct reader *r, struct sam_span text)
{
    struct sam_span out = SAM_NO_SPAN;
    struct sam_err err;
    if (sam_arena_span(r->arena, text, &out, &err) != SAM_OK)
        r->full = true;
    return out;
}

/** Gives a part the body of its kind. @return false when the arena is full */
static bool body_add(struct reader *r, struct sam_part *part)
{
    switch (part->kind) {
    case SAM_KIND_RECORD:
        part->record = read_take(r, 1, sizeof(*part->record));
        return part->record != NULL;
    case SAM_KIND_TRANSCRIPT:
        part->transcript = read_take(r, 1, sizeof(*part->transcript));
        return part->transcript != NULL;
    case SAM_KIND_SURVEY:
        part->survey = read_take(r, 1, sizeof(*part->survey));
        return part->survey != NULL;
    case SAM_KIND_OUTCOME:
        part->outcome = read_take(r, 1, sizeof(*part->outcome));
        return part->outcome != NULL;
    case SAM_KIND_AGENT_STATE:
        part->states = read_take(r, 1, sizeof(*part->states));
        return part->states != NULL;
    case SAM_KIND_CONVERSATION:
    case SAM_KIND_EVENT:
        break;
    }
    sam_bug(__FILE__, __LINE__, "a part is a record, transcript, survey, outcome or states");
}

/** Room for n warnings and one more, with the n that there are. @return NULL (and r->full) when the arena is full */
static struct sam_warning *warnings_take(struct reader *r, const struct sam_warning *from, uint32_t n)
{
    uint32_t room = WARNINGS_FIRST;
    while (room <= n && room < SAM_WARNINGS)
        room *= 2;
    struct sam_warning *more = read_take(r, room, sizeof(*more));
    if (more && n > 0)
        memcpy(more, from, n * sizeof(*more));
    return more;
}

struct sam_part *read_part(struct reader *r, const struct sam_part *head, enum sam_kind kind)
{
    struct sam_part *part = read_take(r, 1, sizeof(*part));
    if (!part)
        return NULL;
    *part = *head;
    part->kind = kind;
    part->part_id = SAM_SPAN("");
    if (head->warnings_n > 0) /* what is noted on one part later is none of the other's */
        part->warnings = warnings_take(r, head->warnings, head->warnings_n < SAM_WARNINGS ? head->warnings_n : SAM_WARNINGS);
    if (!body_add(r, part) || r->full)
        return NULL;
    struct sam_part **slot = sam_vec_add(&r->parts, r->arena);
    if (!slot) {
        r->full = true;
        return NULL;
    }
    *slot = part;
    return part;
}

/** Writes a place as text, the root first. @return bytes written */
static size_t place_text(const struct place *place, char *out, size_t room)
{
    size_t at = place->up ? place_text(place->up, out, room) : 0;
    int n = 0;
    if (place->key)
        n = snprintf(out + at, room - at, "%s%s", at ? "." : "", place->key);
    at += n < 0 ? 0 : (size_t)n;
    if (at >= room)
        return room - 1;
    if (place->i >= 0) {
        n = snprintf(out + at, room - at, "[%lld]", (long long)place->i);
        at += n < 0 ? 0 : (size_t)n;
    }
    return at >= room ? room - 1 : at;
}

void read_warning(struct reader *r, struct sam_part *part, struct sam_span code, struct sam_span place)
{
    uint32_t n = part->warnings_n;
    bool full = n == 0 || (n >= WARNINGS_FIRST && n < SAM_WARNINGS && (n & (n - 1)) == 0);
    struct sam_warning *more = full ? warnings_take(r, part->warnings, n) : part->warnings;
    if (!more)
        return;
    part->warnings = more;
    if (n < SAM_WARNINGS)
        part->warnings[n] = (struct sam_warning){code, place};
    part->warnings_n++;
}

void read_warn(struct reader *r, struct sam_part *part, const char *code, const struct place *place)
{
    char text[128] = "";
    bool kept = part->warnings_n < SAM_WARNINGS; /* others are only counted */
    size_t len = kept ? place_text(place, text, sizeof(text)) : 0;
    read_warning(r, part, sam_span_of(code), kept ? read_keep(r, (struct sam_span){text, len}) : SAM_NO_SPAN);
}

void read_warn_notes(struct reader *r, struct sam_part *part)
{
    const struct place root = {NULL, "", -1};
    if (r->notes.replaced > 0)
        read_warn(r, part, "text.repaired", &root);
    if (r->notes.duplicates > 0)
        read_warn(r, part, "json.duplicate_key", &root);
    if (r->notes.not_finite > 0)
        read_warn(r, part, "json.not_finite", &root);
    if (r->notes.raw_controls > 0)
        read_warn(r, part, "json.raw_control", &root);
}

void read_refuse(struct reader *r, struct sam_span body, uint32_t line, const struct sam_err *err)
{
    r->refusals_n++;
    if (r->refusals.n >= SAM_REFUSALS)
        return;
    struct sam_read_refusal *refusal = sam_vec_add(&r->refusals, r->arena);
    if (!refusal) {
        r->full = true;
        return;
    }
    *refusal = (struct sam_read_refusal){.body = body, .line = line, .err = *err};
}

/* ---- ids ----------------------------------------------------------------------------------------------------- */

enum sam_code read_source(struct reader *r, struct sam_span of_body, struct sam_span *out, struct sam_err *err)
{
    const struct sam_span from[] = {sam_span_trim(r->in->source), sam_span_trim(of_body), sam_span_trim(r->set->source)};
    for (size_t i = 0; i < SAM_COUNT(from); i++) {
        if (from[i].len == 0)
            continue;
        if (from[i].len > ID_MAX)
            return sam_fail(err, SAM_BAD_INPUT, "source: longer than %d bytes", ID_MAX);
        if (!sam_utf8_valid(from[i]))
            return sam_fail(err, SAM_BAD_INPUT, "source: not UTF-8");
        *out = r->source = from[i];
        return SAM_OK;
    }
    return sam_fail(err, SAM_BAD_INPUT, "source: missing in the message and in its envelope");
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/** Reads the 32 hex digits of a UUID, with hyphens in their places or without any. @return whether it is one */
static bool uuid_digits(struct sam_span id, char digits[32])
{
    size_t n = 0;
    if (id.len != 36 && id.len != 32)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        bool hyphen = id.len == 36 && (i == 8 || i == 13 || i == 18 || i == 23);
        if (hyphen != (id.at[i] == '-'))
            return false;
        if (hyphen)
            continue;
        int value = hex_value(id.at[i]);
        if (value < 0)
            return false;
        digits[n++] = "0123456789abcdef"[value];
    }
    return n == 32;
}

/** Control characters stand in no id: what keeps several ids together parts them by one. */
static struct sam_span without_controls(struct reader *r, struct sam_span id)
{
    size_t i = 0;
    while (i < id.len && (unsigned char)id.at[i] >= 0x20)
        i++;
    if (i == id.len)
        return id;
    struct sam_span copy = read_keep(r, id);
    char *at = copy.at ? (char *)(uintptr_t)copy.at : NULL;
    for (; at && i < copy.len; i++)
        at[i] = (unsigned char)at[i] < 0x20 ? '_' : at[i];
    return copy;
}

struct sam_span read_id_canonical(struct reader *r, struct sam_span id)
{
    id = sam_span_trim(id);
    struct sam_span core = id;
    if (core.len > 9 && sam_span_is_nocase((struct sam_span){core.at, 9}, "urn:uuid:"))
        core = (struct sam_span){core.at + 9, core.len - 9};
    if (core.len > 2 && core.at[0] == '{' && core.at[core.len - 1] == '}')
        core = (struct sam_span){core.at + 1, core.len - 2};
    char d[32];
    if (!uuid_digits(core, d))
        return without_controls(r, id);
    return read_print(r, "%.8s-%.4s-%.4s-%.4s-%.12s", d, d + 8, d + 12, d + 16, d + 20);
}

enum sam_code read_id(struct reader *r, const struct sam_json *value, struct sam_span *out, struct sam_err *err)
{
    if (read_is_null(value))
        return SAM_NONE;
    int64_t number = 0;
    bool whole = value->type == SAM_JSON_NUMBER && sam_json_int(value, false, INT64_MIN, INT64_MAX, &number);
    if (value->type != SAM_JSON_STRING && !whole)
        return sam_fail(err, SAM_BAD_INPUT, "%.*s: neither text nor a whole number", SAM_ARG(value->key));
    struct sam_span id = sam_span_trim(value->text);
    if (id.len == 0)
        return SAM_NONE;
    if (id.len > ID_MAX)
        return sam_fail(err, SAM_BAD_INPUT, "%.*s: longer than %d bytes", SAM_ARG(value->key), ID_MAX);
    *out = whole ? read_print(r, "%lld", (long long)number) : read_id_canonical(r, id);
    return SAM_OK;
}

/* ---- fields ---------------------------------------------------------------------------------------------------- */

struct sam_span read_name(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place)
{
    if (read_is_null(value))
        return SAM_NO_SPAN;
    if (value->type != SAM_JSON_STRING && value->type != SAM_JSON_NUMBER) {
        read_warn(r, part, "type.not_text", place);
        return SAM_NO_SPAN;
    }
    struct sam_span name = sam_span_trim(value->text);
    if (name.len == 0)
        return SAM_NO_SPAN;
    if (name.len > ID_MAX) {
        read_warn(r, part, "text.cut", place);
        name.len = ID_MAX;
        while (name.len > 0 && ((unsigned char)name.at[name.len] & 0xC0) == 0x80)
            name.len--;
    }
    return name;
}

struct sam_int read_ms(struct reader *r, struct sam_part *part, const struct sam_json *value, double scale, const struct place *place)
{
    double number = 0;
    if (read_is_null(value))
        return SAM_UNKNOWN;
    if (!sam_json_double(value, true, &number)) {
        read_warn(r, part, "type.not_number", place);
        return SAM_UNKNOWN;
    }
    double ms = number * scale;
    if (ms < 0) {
        read_warn(r, part, "duration.negative", place);
        return SAM_UNKNOWN;
    }
    if (ms > (double)r->limit_ms) {
        read_warn(r, part, "duration.implausible", place);
        return SAM_UNKNOWN;
    }
    return sam_int_of(llround(ms));
}

void read_limit(struct reader *r, enum sam_channel channel)
{
    switch (channel) {
    case SAM_CHANNEL_CHAT:
    case SAM_CHANNEL_EMAIL:
    case SAM_CHANNEL_SMS:
    case SAM_CHANNEL_TASK:
        r->limit_ms = r->set->exchange_max_ms;
        break;
    case SAM_CHANNEL_UNKNOWN:
    case SAM_CHANNEL_VOICE:
    case SAM_CHANNEL_VIDEO:
        r->limit_ms = r->set->duration_max_ms;
        break;
    }
}

const struct sam_json *read_list(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place)
{
    if (read_is_null(value))
        return NULL;
    if (value->type == SAM_JSON_ARRAY)
        return value;
    read_warn(r, part, "type.not_list", place);
    return NULL;
}

const struct sam_json *read_object(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place)
{
    if (read_is_null(value))
        return NULL;
    if (value->type == SAM_JSON_OBJECT)
        return value;
    read_warn(r, part, "type.not_object", place);
    return NULL;
}

enum sam_code read_within(uint32_t n, uint32_t max, const char *what, struct sam_err *err)
{
    if (n <= max)
        return SAM_OK;
    return sam_fail(err, SAM_TOO_LARGE, "%s: %u of them, the limit is %u", what, n, max);
}
