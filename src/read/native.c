/*
 * The native JSON form (docs/message.schema.json): the message's kind, ids and version, and which parts it gives. The canonical form of a
 * part is a message of this form, so this reader also reads what is stored.
 */
#include "native.h"

/** Members by which a native message is known when it does not say its kind. */
static const char *const telling[] = {"turns", "legs", "survey", "outcome", "states"};

static bool native_detect(const struct reader *r)
{
    enum sam_kind kind;
    if (!r->json || r->json->type != SAM_JSON_OBJECT)
        return false;
    if (sam_kind_find(sam_json_text(r->json, "kind"), &kind))
        return true;
    for (size_t i = 0; i < SAM_COUNT(telling); i++) {
        const struct sam_json *value = sam_json_get(r->json, telling[i]);
        if (value && (value->type == SAM_JSON_ARRAY || value->type == SAM_JSON_OBJECT))
            return true;
    }
    return r->in->kind.len > 0 && sam_json_get(r->json, "id");
}

/** The kind: of the envelope, else of the body, else what the members tell. */
static enum sam_code kind_of(const struct native *m, enum sam_kind *out, struct sam_err *err)
{
    const struct sam_json *own = sam_json_get(m->root, "kind");
    struct sam_span name = m->r->in->kind.len > 0 ? m->r->in->kind : sam_json_text(m->root, "kind");
    *out = SAM_KIND_CONVERSATION;
    if (name.len > 0) {
        if (!sam_kind_find(name, out))
            return sam_fail(err, SAM_BAD_INPUT, "kind: '%.*s' is none of conversation, record, transcript, survey, outcome, agent_state",
                            SAM_ARG(name));
    } else if (!read_is_null(own)) {
        return sam_fail(err, SAM_BAD_INPUT, "kind: no text");
    } else if (!sam_json_get(m->root, "turns") && !sam_json_get(m->root, "legs")) {
        *out = sam_json_get(m->root, "survey")    ? SAM_KIND_SURVEY
               : sam_json_get(m->root, "outcome") ? SAM_KIND_OUTCOME
               : sam_json_get(m->root, "states")  ? SAM_KIND_AGENT_STATE
                                                  : SAM_KIND_CONVERSATION;
    }
    return SAM_OK;
}

/** version as a whole number or a time, else updated_at; 0 when there is neither. */
static int64_t version_of(struct native *m)
{
    const struct sam_json *version = sam_json_get(m->root, "version");
    int64_t number = 0;
    if (!read_is_null(version)) {
        if (sam_json_int(version, true, 0, INT64_MAX, &number))
            return number;
        if (version->type == SAM_JSON_STRING) {
            struct sam_time t = read_time(m->r, &m->head, version, KEY(NULL, "version"));
            return t.quality == SAM_QUALITY_UNKNOWN ? 0 : t.us;
        }
        read_warn(m->r, &m->head, "version.invalid", KEY(NULL, "version"));
    }
    struct sam_time updated = read_time(m->r, &m->head, sam_json_get(m->root, "updated_at"), KEY(NULL, "updated_at"));
    return updated.quality == SAM_QUALITY_UNKNOWN ? 0 : updated.us;
}

/** Warnings that an earlier reading left in the canonical form. */
static void warnings_of(struct native *m)
{
    const struct sam_json *list = sam_json_get(m->root, "warnings");
    int64_t more = 0;
    for (const struct sam_json *w = list && list->type == SAM_JSON_ARRAY ? list->first : NULL; w; w = w->next) {
        struct sam_span code = sam_json_text(w, "code"), place = sam_json_text(w, "place");
        if (code.len > 0)
            read_warning(m->r, &m->head, code, place.at ? place : SAM_SPAN(""));
    }
    if (m->head.warnings_n >= SAM_WARNINGS && sam_json_int(sam_json_get(m->root, "warnings_more"), false, 0, 1000000, &more))
        m->head.warnings_n += (uint32_t)more;
}

/** Source, warnings and version: what a message of any kind has. */
static enum sam_code origin_of(struct native *m, struct sam_err *err)
{
    enum sam_code code = read_source(m->r, sam_json_text(m->root, "source"), &m->head.source, err);
    if (code != SAM_OK)
        return code;
    warnings_of(m);
    read_warn_notes(m->r, &m->head);
    m->head.version = version_of(m);
    return SAM_OK;
}

/** What a conversation's message is known by. */
static enum sam_code ids_of(struct native *m, struct sam_err *err)
{
    enum sam_code code = read_id(m->r, sam_json_get(m->root, "id"), &m->head.external_id, err);
    if (code == SAM_NONE)
        return sam_fail(err, SAM_BAD_INPUT, "id: missing");
    if (code != SAM_OK)
        return code;
    m->part_id = SAM_SPAN("");
    code = read_id(m->r, sam_json_get(m->root, "part_id"), &m->part_id, err);
    return code == SAM_NONE ? SAM_OK : code;
}

/** A transcript message tells nothing of the record: what it says of it would contradict the record that comes apart. */
static void warn_ignored(struct native *m)
{
    static const char *const ignored[] = {"legs", "consent", "ended_at"};
    for (size_t i = 0; i < SAM_COUNT(ignored); i++) {
        if (!read_is_null(sam_json_get(m->root, ignored[i])))
            read_warn(m->r, &m->head, "transcript.ignored", KEY(NULL, ignored[i]));
    }
}

static enum sam_code parts_of(struct native *m, enum sam_kind kind, struct sam_err *err)
{
    m->kind = kind;
    bool feedback_alone = kind == SAM_KIND_SURVEY || kind == SAM_KIND_OUTCOME;
    bool turns = !read_is_null(sam_json_get(m->root, "turns"));
    if (kind == SAM_KIND_TRANSCRIPT)
        warn_ignored(m);
    enum sam_code code = SAM_OK;
    if (kind == SAM_KIND_CONVERSATION || kind == SAM_KIND_RECORD)
        code = native_record(m, err);
    if (code == SAM_OK && (kind == SAM_KIND_TRANSCRIPT || (turns && !feedback_alone)))
        code = native_transcript(m, err);
    if (code == SAM_OK && (kind == SAM_KIND_SURVEY || !read_is_null(sam_json_get(m->root, "survey"))))
        code = native_survey(m, err);
    if (code == SAM_OK && (kind == SAM_KIND_OUTCOME || !read_is_null(sam_json_get(m->root, "outcome"))))
        code = native_outcome(m, err);
    return code;
}

static enum sam_code native_read(struct reader *r, struct sam_err *err)
{
    struct native m = {.r = r, .root = r->json};
    enum sam_kind kind;
    enum sam_code code = kind_of(&m, &kind, err);
    if (code != SAM_OK)
        return code;
    if (kind == SAM_KIND_EVENT)
        return sam_fail(err, SAM_UNSUPPORTED, "kind: event messages are not read in this version");
    code = origin_of(&m, err);
    if (code == SAM_OK && kind == SAM_KIND_AGENT_STATE)
        return native_states(&m, err);
    if (code == SAM_OK)
        code = ids_of(&m, err);
    return code == SAM_OK ? parts_of(&m, kind, err) : code;
}

const struct format format_native = {
    {"native", "the project's own JSON (docs/messages.md), also one message a line", true}, native_detect, native_read};
