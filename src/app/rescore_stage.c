/*
 * Re-scoring, a few conversations: takes them with their keys locked, reads their parts as they are stored, joins, scores, and writes the
 * scores beside the current ones. A conversation whose text is gone, or whose parts cannot be read, gets a row that says so.
 */
#include "rescore.h"

#include "samtale/join.h"
#include "samtale/loop.h"

#include <string.h>

/* One that was taken. */
struct taken {
    struct sam_item item;
    struct sam_rescored rescored;
    struct sam_conversation conversation;
    struct sam_score score;
};

/* ---- one conversation ------------------------------------------------------------------------------------------------------------ */

/* Reads the stored parts, rows [from, to), and scores what they make. @return SAM_NONE when there is no text among them */
static enum sam_code judge(struct rescore *r, const struct sam_db_rows *rows, size_t from, size_t to, struct taken *t, struct sam_err *err)
{
    const struct sam_read_settings settings = sam_read_stored();
    const struct sam_part **parts = sam_arena_array(r->scratch, to - from, sizeof *parts);
    bool text = false;
    if (!parts)
        return sam_arena_full(r->scratch, err);
    for (size_t i = from; i < to; i++) {
        bool linked = sam_link_is(sam_db_get_text(rows, i, 4), NULL); /* then it says itself whose it is */
        const struct sam_read_input input = {linked ? SAM_NO_SPAN : t->item.source, SAM_NO_SPAN, SAM_NO_SPAN, SAM_NO_SPAN,
                                             sam_db_get_text(rows, i, 5)};
        struct sam_read_result result = {.parts_n = 0};
        enum sam_code code = sam_read(&settings, &input, r->scratch, &result, err);
        if (code == SAM_OK && result.parts_n != 1)
            code = sam_fail(err, SAM_BAD_INPUT, "a stored part holds %zu parts", result.parts_n);
        if (code != SAM_OK)
            return code;
        struct sam_span hash = sam_db_get_text(rows, i, 3);
        memcpy(result.parts[0].content_hash, hash.at,
               hash.len < sizeof result.parts[0].content_hash ? hash.len : sizeof result.parts[0].content_hash);
        result.parts[0].linked = linked;
        if (linked)
            result.parts[0].part_id = sam_db_get_text(rows, i, 4);
        parts[i - from] = result.parts;
        text = text || sam_db_get_int(rows, i, 1) == SAM_KIND_TRANSCRIPT;
    }
    if (!text)
        return SAM_NONE;
    enum sam_code code = sam_join(parts, to - from, r->scratch, &t->conversation, err);
    return code == SAM_OK ? sam_score(r->scorer, &t->conversation, r->scratch, &t->score, err) : code;
}

static void on_learned(void *context, enum sam_code code, const struct sam_err *err)
{
    app_session_ended(context, code, err);
}

/* Ids of the rules that carried its findings; those not met before are learned. */
static enum sam_code name_rules(struct rescore *r, struct taken *t, struct sam_err *err)
{
    int32_t *ids = sam_arena_array(r->scratch, t->score.findings_n, sizeof *ids);
    enum sam_code code = ids ? SAM_NONE : sam_arena_full(r->scratch, err);
    for (int turn = 0; turn < 2 && code == SAM_NONE; turn++) {
        struct sam_wanted *wanted = sam_wanted_new(r->scratch);
        code = wanted ? SAM_OK : sam_arena_full(r->scratch, err);
        for (size_t i = 0; i < t->score.findings_n && (code == SAM_OK || code == SAM_NONE); i++) {
            enum sam_code one = sam_names_id(r->names, wanted, SAM_NAME_RULE, t->score.findings[i].rule, SAM_NO_SPAN, &ids[i], err);
            code = one == SAM_OK ? code : one;
        }
        if (code != SAM_NONE)
            break;
        app_session_begin(&r->session, err);
        sam_names_learn(r->names, wanted, on_learned, &r->session);
        enum sam_code learned = app_session_wait(&r->session);
        code = learned == SAM_OK ? SAM_NONE : learned;
    }
    t->item.rule_ids = ids;
    return code;
}

/* What it adds to the rollups now, with the other score in the place of the one it has. */
static enum sam_code contribute(struct rescore *r, struct taken *t, struct sam_err *err)
{
    struct sam_rollup_rescore input = {.score = &t->score, .score_set = r->score_set};
    struct sam_rollup_row *was = NULL, *becomes = NULL;
    size_t n = 0;
    enum sam_code code = sam_rollup_decode(t->item.contribution, r->scratch, &was, &input.n, err);
    input.rows = was;
    if (code == SAM_OK)
        code = sam_rollup_rescored(&input, r->scratch, &becomes, &n, err);
    if (code != SAM_OK)
        return code;
    sam_buf_clear(&r->compact);
    sam_rollup_encode(becomes, n, &r->compact);
    t->item.contribution_new = sam_buf_get(&r->compact);
    return r->compact.failed ? sam_fail(err, SAM_TOO_LARGE, "it adds too much to the rollups") : SAM_OK;
}

/* Failures of the input are an outcome; those of memory and database end the work. */
static enum sam_code make_one(struct rescore *r, const struct sam_db_rows *parts, size_t from, size_t to, struct taken *t,
                              struct sam_err *err)
{
    struct sam_err why;
    sam_arena_reset(r->scratch);
    enum sam_code code = judge(r, parts, from, to, t, &why);
    t->rescored.outcome = code == SAM_OK ? SAM_RESCORED : code == SAM_NONE ? SAM_RESCORED_NO_TEXT : SAM_RESCORED_UNREADABLE;
    if (code != SAM_OK && code != SAM_NONE)
        sam_log(SAM_LOG_WARNING, "rescore.unreadable", "conversation=%lld reason=\"%s\"", (long long)t->item.conversation_id, why.text);
    t->item.conversation = &t->conversation;
    t->item.score = &t->score;
    t->item.score_set = r->score_set;
    if (code == SAM_OK)
        code = name_rules(r, t, err);
    else
        code = SAM_OK;
    if (code == SAM_OK && t->rescored.outcome == SAM_RESCORED)
        code = contribute(r, t, err);
    return code == SAM_OK ? sam_store_encode_rescored(&r->store, &t->item, &t->rescored, err) : code;
}

/* ---- a few ------------------------------------------------------------------------------------------------------------------------- */

static enum sam_code take(struct rescore *r, struct sam_db_rows **rows, struct sam_err *err)
{
    const struct sam_db_param params[] = {sam_db_int4(r->id), r->after ? sam_db_time(r->after_us) : sam_db_null(),
                                          r->after ? sam_db_int8(r->after_id) : sam_db_null(), sam_db_int4(RESCORE_BATCH),
                                          sam_db_int4(RESCORE_FAR)};
    enum sam_code code = app_session_call(&r->session, "rescore_take", params, SAM_COUNT(params), err);
    *rows = r->session.rows;
    r->session.rows = NULL;
    return code;
}

/* Where the round is after these rows. @return how many of them are conversations that were taken */
static size_t come_to(struct rescore *r, const struct sam_db_rows *rows)
{
    size_t n = sam_db_rows_n(rows);
    bool further = n > 0 && sam_db_is_null(rows, n - 1, 2);
    r->over = n < RESCORE_BATCH && !further;
    if (n > 0) {
        r->after = true;
        r->after_us = sam_db_get_time(rows, n - 1, 1);
        r->after_id = sam_db_get_int(rows, n - 1, 0);
    }
    return n - further;
}

static enum sam_code load(struct rescore *r, const int64_t *ids, size_t n, struct sam_db_rows **parts, struct sam_err *err)
{
    const struct sam_db_param which = sam_db_int8s(r->arena, ids, n);
    const struct sam_db_param params[] = {sam_db_int4(r->id), which, sam_db_int4(r->score_set)};
    enum sam_code code = app_session_call(&r->session, "rescore_forget", params, SAM_COUNT(params), err);
    if (code == SAM_OK)
        code = app_session_call(&r->session, "rescore_parts", &which, 1, err);
    *parts = r->session.rows;
    r->session.rows = NULL;
    return code;
}

static void on_stored(void *context, enum sam_code code, const char *sqlstate, const struct sam_err *err)
{
    (void)sqlstate;
    app_session_ended(context, code, err);
}

static enum sam_code write_rows(struct rescore *r, struct sam_err *err)
{
    app_session_begin(&r->session, err);
    r->store.db = r->session.db;
    r->store.arena = r->arena;
    sam_store_write(&r->store, NULL, 0, on_stored, &r->session);
    return app_session_wait(&r->session);
}

static enum sam_code make_all(struct rescore *r, const struct sam_db_rows *rows, size_t n, const struct sam_db_rows *parts,
                              struct sam_err *err)
{
    size_t parts_n = sam_db_rows_n(parts), from = 0;
    enum sam_code code = SAM_OK;
    for (size_t i = 0; code == SAM_OK && i < n; i++) {
        struct taken t = {.item = {.conversation_id = sam_db_get_int(rows, i, 0),
                                   .source = sam_db_get_text(rows, i, 2),
                                   .contribution = sam_db_get_text(rows, i, 4)},
                          .rescored = {.rescore_id = r->id, .written_by = (uint32_t)sam_db_get_int(rows, i, 3)}};
        size_t to = from;
        while (to < parts_n && sam_db_get_int(parts, to, 0) == t.item.conversation_id)
            to++;
        code = make_one(r, parts, from, to, &t, err);
        from = to;
    }
    return code;
}

enum sam_code rescore_stage(struct rescore *r, size_t *n, struct sam_err *err)
{
    struct sam_db_rows *rows = NULL, *parts = NULL;
    int64_t ids[RESCORE_BATCH];
    enum sam_code code = take(r, &rows, err);
    size_t taken = code == SAM_OK ? come_to(r, rows) : 0;
    for (size_t i = 0; i < taken; i++)
        ids[i] = sam_db_get_int(rows, i, 0);
    if (code == SAM_OK && taken > 0)
        code = load(r, ids, taken, &parts, err);
    if (code == SAM_OK && taken > 0)
        code = make_all(r, rows, taken, parts, err);
    if (code == SAM_OK && taken > 0)
        code = write_rows(r, err);
    if (code == SAM_OK)
        *n = taken;
    sam_db_rows_free(parts);
    sam_db_rows_free(rows);
    sam_store_clear(&r->store);
    sam_arena_reset(r->arena);
    sam_arena_reset(r->scratch);
    return code;
}
