/*
 * The way in: unpacks a message, finds its format by structure and has it read; several documents in one body are read one by one, and one
 * that cannot be read never costs its neighbours. Knows formats by their table only.
 */
#include "reader.h"

#include <stdio.h>

/** Most envelopes around a document. */
#define CARRIED_MAX 4

struct sam_read_settings sam_read_defaults(void)
{
    return (struct sam_read_settings){
        .body_max = 16U << 20,
        .text_max = 1U << 20,
        .json_depth = 64,
        .json_nodes = 1000000,
        .turns_max = 50000,
        .parties_max = 1000,
        .legs_max = 1000,
        .duration_max_ms = 24 * INT64_C(3600000),
        .exchange_max_ms = 366 * 24 * INT64_C(3600000),
        .extension_digits = 5,
        .wrap_within_ms = 10000,
        .future_max_ms = 24 * INT64_C(3600000),
    };
}

struct sam_read_settings sam_read_stored(void)
{
    struct sam_read_settings settings = sam_read_defaults();
    settings.body_max = settings.text_max = SIZE_MAX;
    settings.json_nodes = settings.turns_max = settings.legs_max = UINT32_MAX;
    settings.parties_max = 1000000; /* bounds a table that is made for them */
    settings.json_depth = 1000;
    settings.duration_max_ms = settings.exchange_max_ms = INT64_MAX / 1000000;
    return settings;
}

const struct sam_format *sam_format_at(size_t i)
{
    return i < read_formats_n ? &read_formats[i]->about : NULL;
}

/* ---- which format ------------------------------------------------------------------------------------------------ */

static bool contains(struct sam_span text, const char *word)
{
    struct sam_span w = sam_span_of(word);
    for (size_t i = 0; i + w.len <= text.len; i++) {
        if ((text.at[i] | 0x20) == word[0] && sam_span_is_nocase((struct sam_span){text.at + i, w.len}, word))
            return true;
    }
    return false;
}

/** The row whose structure fits; one that the content type names is asked first. @return NULL when none fits */
static const struct format *format_of(const struct reader *r)
{
    for (size_t i = 0; i < read_formats_n; i++) {
        if (contains(r->in->content_type, read_formats[i]->about.name) && read_formats[i]->detect(r))
            return read_formats[i];
    }
    for (size_t i = 0; i < read_formats_n; i++) {
        if (read_formats[i]->detect(r))
            return read_formats[i];
    }
    return NULL;
}

/** Says what an unknown document looks like, without quoting it: names of keys, or its first bytes as numbers. */
static enum sam_code unknown_format(const struct reader *r, struct sam_err *err)
{
    char seen[160] = "";
    size_t n = 0;
    const struct sam_json *child = r->json ? r->json->first : NULL;
    for (int i = 0; i < 6 && child && child->key.len > 0; i++, child = child->next) {
        int wrote = snprintf(seen + n, sizeof(seen) - n, "%s%.*s", i > 0 ? ", " : "", child->key.len > 20 ? 20 : (int)child->key.len,
                             child->key.at);
        n += wrote < 0 || n + (size_t)wrote >= sizeof(seen) ? 0 : (size_t)wrote;
    }
    if (n > 0)
        return sam_fail(err, SAM_BAD_INPUT, "unknown format: a JSON object with the keys %s", seen);
    if (r->json)
        return sam_fail(err, SAM_BAD_INPUT, "unknown format: JSON, but no object with keys");
    for (size_t i = 0; i < r->doc.len && i < 8; i++)
        (void)snprintf(seen + 3 * i, sizeof(seen) - 3 * i, " %02x", (unsigned)(unsigned char)r->doc.at[i]);
    return sam_fail(err, SAM_BAD_INPUT, "unknown format: %zu bytes that start with%s", r->doc.len, seen);
}

/* ---- one document -------------------------------------------------------------------------------------------------- */

static bool looks_json(struct sam_span doc)
{
    return doc.len > 0 && (doc.at[0] == '{' || doc.at[0] == '[');
}

/* Reads text as JSON where it looks like it. What is no JSON may be another format: *why says what was wrong then. */
static enum sam_code read_json(struct reader *r, struct sam_span text, size_t *used, struct sam_err *why)
{
    const struct sam_json_limits limits = {r->set->json_depth, r->set->json_nodes};
    r->json = NULL;
    r->notes = (struct sam_json_notes){0};
    return looks_json(text) ? sam_json_read(r->arena, text, &limits, &r->json, &r->notes, used, why) : SAM_OK;
}

/**
 * The next document as r->doc and r->json. An object is read at once and ends where it ends; only what is none, or none that can be read,
 * is cut by its brackets and lines first.
 * @param json  what reading it as JSON came to, the reason in err
 * @return false when there are no more
 */
static bool next_document(struct reader *r, struct sam_read_split *split, enum sam_code *json, struct sam_err *err)
{
    size_t used = 0;
    struct sam_read_split ahead = *split;
    if (!read_split_start(&ahead))
        return false;
    struct sam_span rest = sam_span_trim(ahead.rest);
    bool object = !split->whole && rest.len > 0 && rest.at[0] == '{';
    r->json = NULL;
    *json = object ? read_json(r, rest, &used, err) : SAM_NONE;
    if (*json == SAM_OK) {
        *split = ahead;
        r->doc = read_split_take(split, used);
        return true;
    }
    (void)sam_read_split_next(split, &r->doc);
    if (split->whole && !split->list)
        *json = SAM_OK;                                                     /* rows of one table: not read as one document */
    else if (*json != SAM_NO_MEMORY && !(object && r->doc.len == rest.len)) /* all there is cannot be read in another way */
        *json = read_json(r, r->doc, NULL, err);
    return true;
}

/** Reads r->doc into parts. On failure no part of it stays. @param json  what reading it as JSON came to, the reason in err */
static enum sam_code read_document(struct reader *r, enum sam_code json, struct sam_err *err)
{
    r->limit_ms = r->set->duration_max_ms;
    r->outcome = r->survey = NULL;
    if (json == SAM_NO_MEMORY || json == SAM_TOO_LARGE)
        return json;
    const struct format *format = format_of(r);
    if (!format)
        return json != SAM_OK ? sam_wrap(err, "JSON") : unknown_format(r, err);
    size_t before = r->parts.n;
    enum sam_code code = format->read(r, err);
    for (size_t i = before; code == SAM_OK && i < r->parts.n; i++)
        read_settle(r, ((struct sam_part **)r->parts.at)[i]);
    if (code == SAM_OK && r->full)
        code = sam_arena_full(r->arena, err);
    if (code == SAM_OK && r->parts.n == before)
        code = sam_fail(err, SAM_BAD_INPUT, "nothing in it to keep");
    if (code != SAM_OK) {
        r->parts.n = before;
        return code == SAM_NO_MEMORY ? code : sam_wrap(err, "%s", format->about.name);
    }
    r->format = r->format ? r->format : format->about.name;
    return SAM_OK;
}

/** Tells that r->doc could not be read, and why. @return SAM_NO_MEMORY when that is why, else SAM_OK; *first set when it is the first one
 */
static enum sam_code refuse(struct reader *r, struct sam_err *err, struct sam_err *first)
{
    if (err->code == SAM_NO_MEMORY || first->code == SAM_OK) {
        *first = *err;
        if (r->line > 1 && err->code != SAM_NO_MEMORY)
            (void)sam_wrap(first, "line %u", r->line);
    }
    if (err->code == SAM_NO_MEMORY)
        return SAM_NO_MEMORY;
    read_refuse(r, r->doc, r->line, err);
    return SAM_OK;
}

static enum sam_code read_texts(struct reader *r, struct sam_span body, struct sam_err *first);

/** One item of a page, as if it had come alone: read as it is, or what it carries as text. */
static enum sam_code read_item(struct reader *r, const struct sam_json *item, struct sam_err *first)
{
    struct sam_span text = SAM_NO_SPAN;
    struct sam_err err;
    const struct carrier *by = r->opened < CARRIED_MAX ? read_carried(item, &text) : NULL;
    r->json = item;
    r->doc = item->text;
    enum sam_code code = by ? read_carried_open(r, by, &text, &err) : read_document(r, SAM_OK, &err);
    if (code != SAM_OK)
        return refuse(r, &err, first);
    if (!by)
        return SAM_OK;
    r->opened++;
    code = read_texts(r, text, first);
    r->opened--;
    return code;
}

/** @return the first item of r->json when that is a page and no document itself */
static const struct sam_json *page_of(const struct reader *r, enum sam_code json)
{
    const struct sam_json *item = json == SAM_OK ? read_page_first(r) : NULL;
    return item && !format_of(r) ? item : NULL;
}

/** Reads the documents of a text one by one. @return SAM_OK or SAM_NO_MEMORY; *first is the first refusal */
static enum sam_code read_texts(struct reader *r, struct sam_span body, struct sam_err *first)
{
    struct sam_read_split split = sam_read_split_of(body);
    enum sam_code json = SAM_OK, code = SAM_OK;
    struct sam_err err;
    while (code == SAM_OK && next_document(r, &split, &json, &err)) {
        const struct sam_json *root = r->json;
        if (r->opened == 0) /* what was carried as text has the line of what carried it */
            r->line = split.line;
        if (read_document(r, json, &err) == SAM_OK)
            continue;
        const struct sam_json *item = page_of(r, json);
        code = item ? SAM_OK : refuse(r, &err, first);
        for (; item && code == SAM_OK; item = item == root ? NULL : item->next)
            code = read_item(r, item, first);
    }
    return code;
}

static enum sam_code read_each(struct reader *r, struct sam_span body, struct sam_err *err)
{
    struct sam_err first = {.code = SAM_OK};
    enum sam_code code = read_texts(r, body, &first);
    if (code == SAM_OK && r->parts.n > 0)
        return r->full ? sam_arena_full(r->arena, err) : SAM_OK;
    if (first.code == SAM_OK)
        return sam_fail(err, SAM_BAD_INPUT, "empty: nothing but blanks");
    *err = first;
    return err->code;
}

/* ---- the message ----------------------------------------------------------------------------------------------------- */

static enum sam_code check_envelope(const struct reader *r, struct sam_err *err)
{
    enum sam_kind kind;
    if (r->in->body.len > r->set->body_max)
        return sam_fail(err, SAM_TOO_LARGE, "message: %zu bytes, the limit is %zu", r->in->body.len, r->set->body_max);
    if (r->in->kind.len > 0 && !sam_kind_find(r->in->kind, &kind))
        return sam_fail(err, SAM_BAD_INPUT, "kind: '%.*s' is none of conversation, record, transcript, survey, outcome, agent_state",
                        SAM_ARG(r->in->kind));
    return SAM_OK;
}

static enum sam_code result_of(struct reader *r, struct sam_read_result *out, struct sam_err *err)
{
    struct sam_part *parts = sam_arena_array(r->arena, r->parts.n, sizeof(*parts));
    if (!parts)
        return sam_arena_full(r->arena, err);
    struct sam_part *const *from = r->parts.at;
    for (size_t i = 0; i < r->parts.n; i++)
        parts[i] = *from[i];
    *out = (struct sam_read_result){
        .format = r->format, .parts = parts, .parts_n = r->parts.n, .refusals = r->refusals.at, .refusals_n = r->refusals_n};
    return SAM_OK;
}

enum sam_code sam_read(const struct sam_read_settings *settings, const struct sam_read_input *input, struct sam_arena *arena,
                       struct sam_read_result *out, struct sam_err *err)
{
    struct sam_read_input in = *input;
    struct reader r = {.set = settings, .in = &in, .arena = arena};
    r.parts = sam_vec_of(sizeof(struct sam_part *), PARTS_MAX);
    r.refusals = sam_vec_of(sizeof(struct sam_read_refusal), SAM_REFUSALS);
    struct sam_span body = input->body;
    read_media_type(&r, &in);
    enum sam_code code = r.full ? sam_arena_full(arena, err) : check_envelope(&r, err);
    if (code == SAM_OK)
        code = read_unpack(&r, &body, err);
    if (code == SAM_OK)
        code = read_each(&r, body, err);
    return code == SAM_OK ? result_of(&r, out, err) : code;
}
