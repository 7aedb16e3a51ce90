/*
 * Re-scoring: rounds over all conversations that are to get the other score, until a round finds less than a batch. After each batch, and
 * before the first one for what beginning took, it rests, so long that its share of the time is what the settings say, and while messages
 * wait much longer: they come first. Its time is what it and the server took for it, or were kept waiting: where both cores are busy it
 * takes less of them than its share, never more. No batch takes long (RESCORE_BATCH, RESCORE_FAR).
 */
#include "rescore.h"

#include "samtale/loop.h"

#include <inttypes.h>
#include <stdio.h>

#define BATCH_BYTES    ((size_t)256 << 20)
#define COMPACT_BYTES  (1U << 20)
#define IDENTITY_BYTES (64U << 10)
#define CONTROL_QUEUE  4
#define LOOK_MS        250
#define REST_MAX_MS    60000
#define TELL_EVERY     (100 * RESCORE_BATCH)

/* ---- beginning and end ---------------------------------------------------------------------------------------------------------- */

/* The scorer's set, and the daemon's. */
static enum sam_code find_set(struct rescore *r, struct sam_err *err)
{
    struct sam_buf identity = sam_buf_of(IDENTITY_BYTES);
    struct sam_span version = sam_scorer_version(r->scorer);
    uint8_t digest[16];
    sam_scorer_write(r->scorer, &identity);
    sam_hash128(&version, 1, digest);
    const struct sam_db_param params[] = {sam_db_text(version), sam_db_text(sam_buf_get(&identity)),
                                          sam_db_bytes((struct sam_span){(const char *)digest, sizeof digest})};
    enum sam_code code = app_session_call(&r->session, "rescore_set", params, SAM_COUNT(params), err);
    if (code == SAM_OK) {
        r->score_set = (int32_t)sam_db_get_int(r->session.rows, 0, 0);
        r->daemon_set = (int32_t)sam_db_get_int(r->session.rows, 0, 1);
    }
    sam_buf_free(&identity);
    return code;
}

static enum sam_code begin(struct rescore *r, const struct rescore_scope *scope, struct sam_err *err)
{
    const struct sam_db_param params[] = {sam_db_int4(r->score_set), sam_db_text(sam_span_of(scope->since)),
                                          sam_db_text(sam_span_of(scope->until)),
                                          scope->queues_n > 0 ? sam_db_texts(r->arena, scope->queues, scope->queues_n) : sam_db_null()};
    enum sam_code code = app_session_call(&r->session, "rescore_begin", params, SAM_COUNT(params), err);
    if (code == SAM_OK)
        r->id = (int32_t)sam_db_get_int(r->session.rows, 0, 0);
    return code;
}

/* Where it is, and whether it is of this scorer. */
static enum sam_code look_up(struct rescore *r, struct sam_err *err)
{
    const struct sam_db_param id = sam_db_int4(r->id);
    enum sam_code code = app_session_call(&r->session, "rescore_head", &id, 1, err);
    const struct sam_db_rows *rows = r->session.rows;
    if (code != SAM_OK)
        return code;
    if (sam_db_rows_n(rows) == 0)
        return sam_fail(err, SAM_BAD_INPUT, "there is no re-scoring %d; see \"samtaled rescore list\"", r->id);
    int64_t set = sam_db_get_int(rows, 0, 0);
    if (r->scorer && set != r->score_set)
        return sam_fail(err, SAM_BAD_INPUT,
                        "re-scoring %d is of set %lld, and these settings and packs make set %d: give those that it was begun with", r->id,
                        (long long)set, r->score_set);
    r->score_set = (int32_t)set;
    r->after = !sam_db_is_null(rows, 0, 2);
    r->after_us = sam_db_get_time(rows, 0, 2);
    r->after_id = sam_db_get_int(rows, 0, 3);
    r->wanted = sam_db_get_int(rows, 0, 4);
    r->done = sam_db_get_int(rows, 0, 5);
    r->estimated = sam_db_get_int(rows, 0, 6) != 0;
    return SAM_OK;
}

static enum sam_code connect(struct rescore *r, const struct app_settings *settings, struct sam_err *err)
{
    struct sam_db_settings db = sam_db_defaults();
    db.connection = settings->database_connection;
    db.role = APP_ROLE_DAEMON;
    db.application = "samtaled rescore names";
    enum sam_code code = app_session_open(&r->session, settings->database_connection, APP_ROLE_DAEMON, err);
    if (code == SAM_OK)
        code = sam_db_pool_new(r->session.loop, &db, 1, CONTROL_QUEUE, &r->control, err);
    return code == SAM_OK ? sam_names_new(r->control, &r->names, err) : code;
}

enum sam_code rescore_open(struct rescore *r, const struct app_settings *settings, const struct app_rules *rules,
                           const struct rescore_scope *scope, struct sam_err *err)
{
    *r = (struct rescore){.id = scope->id,
                          .share = settings->rescore_share,
                          .share_waiting = settings->rescore_share_waiting,
                          .arena = app_arena(BATCH_BYTES),
                          .scratch = app_arena(BATCH_BYTES),
                          .store = sam_store_of(BATCH_BYTES),
                          .compact = sam_buf_of(COMPACT_BYTES)};
    int64_t began_us = sam_clock_mono_us();
    enum sam_code code = connect(r, settings, err);
    if (code == SAM_OK && rules)
        code = sam_scorer_new(&rules->score, rules->packs, rules->packs_n, &r->scorer, err);
    if (code == SAM_OK && rules)
        code = find_set(r, err);
    if (code == SAM_OK && r->id == 0)
        code = begin(r, scope, err);
    if (code == SAM_OK)
        code = look_up(r, err);
    r->unrested_us = sam_clock_mono_us() - began_us;
    return code;
}

void rescore_close(struct rescore *r)
{
    if (r->control)
        sam_db_pool_close(r->control, NULL, NULL);
    app_session_close(&r->session);
    sam_names_free(r->names);
    sam_scorer_free(r->scorer);
    sam_store_free(&r->store);
    sam_buf_free(&r->compact);
    sam_arena_free(r->scratch);
    sam_arena_free(r->arena);
}

/* ---- rests ------------------------------------------------------------------------------------------------------------------------ */

/* @param waiting set on SAM_OK: whether messages wait */
static enum sam_code look(struct rescore *r, bool *waiting, struct sam_err *err)
{
    const struct sam_db_param id = sam_db_int4(r->id);
    enum sam_code code = app_session_call(&r->session, "rescore_waits", &id, 1, err);
    if (code == SAM_OK)
        *waiting = sam_db_get_int(r->session.rows, 0, 0) > 0;
    return code;
}

/* Without a share while messages wait: until none does. */
static enum sam_code rest(struct rescore *r, int64_t worked_us, struct sam_err *err)
{
    int64_t rested_ms = 0, step_ms = 0;
    bool waiting = false;
    enum sam_code code = look(r, &waiting, err);
    while (code == SAM_OK) {
        int64_t whole_ms = sam_clock_rest_ms(waiting ? r->share_waiting : r->share, worked_us, REST_MAX_MS);
        if (rested_ms >= whole_ms && !(waiting && r->share_waiting <= 0))
            break;
        step_ms = whole_ms - rested_ms;
        step_ms = step_ms > LOOK_MS || step_ms <= 0 ? LOOK_MS : step_ms;
        app_session_sleep(&r->session, step_ms);
        rested_ms += step_ms;
        if (waiting)
            code = look(r, &waiting, err);
    }
    return code;
}

/* ---- rounds ----------------------------------------------------------------------------------------------------------------------- */

static enum sam_code mark(struct rescore *r, const char *state, struct sam_err *err)
{
    const struct sam_db_param params[] = {sam_db_int4(r->id), r->after ? sam_db_time(r->after_us) : sam_db_null(),
                                          r->after ? sam_db_int8(r->after_id) : sam_db_null(), sam_db_text(sam_span_of(state))};
    return app_session_call(&r->session, "rescore_mark", params, SAM_COUNT(params), err);
}

static enum sam_code batch(struct rescore *r, size_t *n, struct sam_err *err)
{
    enum sam_code code = app_session_call(&r->session, "begin", NULL, 0, err);
    if (code == SAM_OK)
        code = rescore_stage(r, n, err);
    if (code == SAM_OK)
        code = mark(r, "running", err);
    if (code == SAM_OK)
        code = app_session_call(&r->session, "commit", NULL, 0, err);
    return code;
}

static void tell(const struct rescore *r)
{
    (void)fprintf(stderr, "%" PRId64 " of %s%" PRId64 "\n", r->done, r->estimated ? "about " : "",
                  r->wanted > r->done ? r->wanted : r->done);
}

/* One round from where the last one was left. @param found set on SAM_OK: conversations that it made */
static enum sam_code go_round(struct rescore *r, int64_t *found, struct sam_err *err)
{
    size_t n = 0;
    *found = 0;
    enum sam_code code = rest(r, r->unrested_us, err);
    r->unrested_us = 0;
    r->over = false;
    while (code == SAM_OK && !r->over) {
        int64_t began_us = sam_clock_mono_us();
        code = batch(r, &n, err);
        int64_t worked_us = sam_clock_mono_us() - began_us;
        *found += (int64_t)n;
        r->done += code == SAM_OK ? (int64_t)n : 0;
        if (code == SAM_OK && n > 0 && r->done % TELL_EVERY < (int64_t)n)
            tell(r);
        if (code == SAM_OK)
            code = rest(r, worked_us, err);
    }
    return code;
}

enum sam_code rescore_make(struct rescore *r, struct sam_err *err)
{
    int64_t found = RESCORE_BATCH;
    bool from_middle = true;
    enum sam_code code = SAM_OK;
    while (code == SAM_OK && (found >= RESCORE_BATCH || from_middle)) {
        from_middle = r->after;
        code = go_round(r, &found, err);
        r->after = false;
    }
    if (code == SAM_OK)
        code = mark(r, "made", err);
    if (code == SAM_OK) {
        r->wanted = r->done;
        r->estimated = false;
    }
    tell(r);
    return code;
}
