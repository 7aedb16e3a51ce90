/*
 * Transcripts as JSON lists of turns, whose members every program names in its own way, and plain answers of recognisers that tell neither
 * when nor who. A list of messages that are conversations each is none: their members tell.
 */
#include "shapes.h"

#include <string.h>

/** Bytes of a file in which the members of its first turn must stand. */
#define TURN_BYTES 4096

static const char *const texts[] = {"text", "message", "content", "transcript", "utterance", NULL};
static const char *const labels[] = {"speakerDisplayName", "speaker_name", "speaker", "role", "participant",
                                     "speakerId",          "speaker_id",   "sid",     NULL};
/** When a turn begins and ends: seconds, or ms where the name says so. A pair holds both. */
static const char *const starts[] = {"start", "start_time", "startTime", "startOffset", "start_ms", "startMs", "begin", "from", NULL};
static const char *const ends[] = {"end", "end_time", "endTime", "endOffset", "end_ms", "endMs", "stop", "to", NULL};
static const char *const pairs[] = {"timestamp", "time", NULL};
/** Members that a turn has not, and a conversation may have. */
static const char *const others[] = {"kind",    "segments", "turns",          "dialog",       "participants", "conversation_id",
                                     "parties", "call_id",  "conversationId", "ContactId",    "contact_id",   "channels",
                                     "results", "messages", "offered_at",     "ended_at",     "callid",       "event",
                                     "entries", "labels",   "transcription",  "message_type", "sender_type",  NULL};

static bool is_one_of(struct sam_span key, const char *const names[])
{
    for (; *names; names++) {
        if (sam_span_is(key, *names))
            return true;
    }
    return false;
}

static const struct sam_json *one_of(const struct sam_json *item, const char *const names[], const char **name)
{
    for (; *names; names++) {
        const struct sam_json *value = sam_json_get(item, *names);
        if (!read_is_null(value)) {
            *name = *names;
            return value;
        }
    }
    *name = "";
    return NULL;
}

/** @return whether an object's members make it a turn */
static bool turn_is(const struct sam_json *item)
{
    const char *name = NULL;
    const struct sam_json *text = one_of(item, texts, &name);
    if (!text || text->type != SAM_JSON_STRING)
        return false;
    for (const struct sam_json *m = item->first; m; m = m->next) {
        if (is_one_of(m->key, others))
            return false;
    }
    return one_of(item, labels, &name) || one_of(item, starts, &name) || one_of(item, pairs, &name);
}

/* ---- where they stand ----------------------------------------------------------------------------------------------------- */

/** A list of turns in a file. */
struct list {
    const struct sam_json *first;
    double unit; /* ms in what its numbers count, where their names do not say it */
};

static struct list list_of(const struct sam_json *root)
{
    static const struct {
        const char *name;
        double unit;
    } rows[] = {{"entries", 1000}, {"utterances", 1}};
    if (root && root->type == SAM_JSON_ARRAY)
        return (struct list){turn_is(root->first) ? root->first : NULL, 1000};
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        const struct sam_json *list = sam_json_get(root, rows[i].name);
        if (list && list->type == SAM_JSON_ARRAY && turn_is(list->first) && !sam_json_get(list->first, "start_timestamp_usec"))
            return (struct list){list->first, rows[i].unit};
    }
    return (struct list){NULL, 0};
}

bool shape_turns_is(const struct shape_input *in)
{
    return list_of(in->json).first != NULL;
}

/* ---- a file that is one list, by its bytes ---------------------------------------------------------------------------------- */

/** Steps over a string whose quote is at *at. @return what stands in it; absent when it does not end */
static struct sam_span string_at(const char **at, const char *end)
{
    const char *start = *at + 1;
    for (const char *c = start; c < end; c++) {
        if (*c == '"') {
            *at = c + 1;
            return (struct sam_span){start, (size_t)(c - start)};
        }
        c += *c == '\\';
    }
    *at = end;
    return SAM_NO_SPAN;
}

static const char *over_blanks(const char *at, const char *end)
{
    while (at < end && strchr(" \t\r\n", *at))
        at++;
    return at;
}

/** @return whether a value can be an offset: a number, or a time of a clock in quotes; a list of both ends */
static bool offset_at(const char *at, const char *end)
{
    bool quoted = at < end && *at == '"';
    if (at < end && *at == '[')
        return true;
    for (at += quoted; at < end && *at != '"' && *at != ',' && *at != '}' && *at != '\n'; at++) {
        if (!strchr("0123456789.:eE+ ", *at))
            return false;
    }
    return true;
}

/** What the members of an object in the making have told. */
struct seen {
    bool text, who_or_when, other;
};

static void member_at(struct seen *seen, struct sam_span key, const char *value, const char *end)
{
    bool timed = is_one_of(key, starts) || is_one_of(key, pairs);
    seen->text = seen->text || (is_one_of(key, texts) && value < end && *value == '"');
    seen->who_or_when = seen->who_or_when || is_one_of(key, labels) || (timed && offset_at(value, end));
    seen->other = seen->other || is_one_of(key, others) || (timed && !offset_at(value, end));
}

/** What the members of the object at at tell, in the bytes there are. */
static struct seen members_of(const char *at, const char *end)
{
    struct seen seen = {.text = false};
    size_t depth = 0;
    while (at < end && !(depth == 1 && *at == '}')) {
        if (*at != '"') {
            depth += *at == '{' || *at == '[';
            depth -= (*at == '}' || *at == ']') && depth > 0;
            at++;
            continue;
        }
        struct sam_span string = string_at(&at, end);
        const char *next = over_blanks(at, end);
        if (depth == 1 && string.at && next < end && *next == ':')
            member_at(&seen, string, over_blanks(next + 1, end), end);
    }
    return seen;
}

bool shape_turns_begin(struct sam_span file)
{
    struct sam_span head = sam_span_trim((struct sam_span){file.at, file.len < TURN_BYTES ? file.len : TURN_BYTES});
    const char *end = head.at + head.len;
    if (head.len == 0 || head.at[0] != '[')
        return false;
    const char *at = over_blanks(head.at + 1, end);
    if (at == end || *at != '{')
        return false;
    struct seen seen = members_of(at, end);
    return seen.text && seen.who_or_when && !seen.other;
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

static struct sam_int offset_of(const struct script *s, const struct sam_json *value, const char *name, double unit)
{
    size_t len = strlen(name);
    bool in_ms = len > 2 && (strcmp(name + len - 2, "ms") == 0 || strcmp(name + len - 2, "Ms") == 0);
    double number = 0;
    int64_t ms = 0;
    if (value && value->type == SAM_JSON_STRING && memchr(value->text.at, ':', value->text.len)) {
        const char *at = value->text.at, *end = at + value->text.len;
        return timed_clock(&at, end, &ms) && at == end && ms <= s->r->limit_ms ? sam_int_of(ms) : SAM_UNKNOWN;
    }
    if (!sam_json_double(value, true, &number) || number < 0 || number * unit > (double)s->r->limit_ms)
        return SAM_UNKNOWN;
    return sam_int_of((int64_t)(number * (in_ms ? 1 : unit) + 0.5));
}

static int32_t party_of(struct script *s, struct sam_span label, const struct place *at)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    bool stated = read_role_find(label, &role) && role != SAM_ROLE_UNKNOWN;
    return stated ? script_label(s, label, at) : script_speaker(s, label);
}

static void turn_read(struct script *s, const struct sam_json *item, double unit, const struct place *at)
{
    const char *name = NULL, *start_name = NULL, *end_name = NULL;
    const struct sam_json *text = one_of(item, texts, &name), *start = one_of(item, starts, &start_name),
                          *end = one_of(item, ends, &end_name), *pair = one_of(item, pairs, &name);
    if (!start && pair) {
        start = pair->type == SAM_JSON_ARRAY ? pair->first : pair;
        end = pair->type == SAM_JSON_ARRAY && pair->first ? pair->first->next : end;
    }
    struct sam_int start_ms = offset_of(s, start, start_name, unit), end_ms = offset_of(s, end, end_name, unit),
                   length = offset_of(s, sam_json_get(item, "duration"), "duration", unit);
    if (!end_ms.known && start_ms.known && length.known)
        end_ms = sam_int_of(start_ms.value + length.value);
    struct sam_span words = text && text->type == SAM_JSON_STRING ? sam_span_trim(text->text) : SAM_NO_SPAN;
    if (words.len > 0)
        script_turn(s, party_of(s, shape_label(one_of(item, labels, &name)), at), start_ms, end_ms, words);
}

void shape_turns_read(struct script *s, struct shape_input *in)
{
    struct list list = list_of(in->json);
    size_t index = 0;
    for (const struct sam_json *item = list.first; item; item = item->next, index++) {
        if (in->language == SAM_LANGUAGE_UNKNOWN)
            in->language = sam_language_find(sam_json_text(item, "spokenLanguageTag"));
        turn_read(s, item, list.unit, ITEM(NULL, "turns", index));
    }
    if (in->language == SAM_LANGUAGE_UNKNOWN)
        in->language = sam_language_find(sam_json_text(in->json, "language_code"));
}

/* ---- a text alone ------------------------------------------------------------------------------------------------------------- */

static const char *const alone[] = {"text", "transcript", "transcription", NULL};

bool shape_alone_is(const struct shape_input *in)
{
    static const char *const beside[] = {
        "language", "language_code", "language_probability", "detected_language", "languages", "duration", "task",   "type",   "model",
        "usage",    "logprobs",      "confidence",           "segments",          "words",     "chunks",   "source", "x_groq", NULL};
    const char *name = NULL;
    const struct sam_json *text = in->json && in->json->type == SAM_JSON_OBJECT ? one_of(in->json, alone, &name) : NULL;
    if (!text || text->type != SAM_JSON_STRING)
        return false;
    for (const struct sam_json *m = in->json->first; m; m = m->next) {
        bool list = m->type == SAM_JSON_ARRAY && m->first && !sam_span_is(m->key, "logprobs") && !sam_span_is(m->key, "languages");
        if (list || (!is_one_of(m->key, beside) && !sam_span_is(m->key, name)))
            return false;
    }
    return true;
}

void shape_alone_read(struct script *s, struct shape_input *in)
{
    static const char *const languages[] = {"language", "language_code", "detected_language", NULL};
    const char *name = NULL;
    const struct sam_json *language = one_of(in->json, languages, &name);
    in->language = sam_language_find(shape_label(language));
    speaker_text_read(s, shape_label(one_of(in->json, alone, &name)));
}
