/*
 * Re-scoring, the switch: one transaction in which all conversations change from one score to the other, and the sums with them. The keys
 * are locked as a table, so that no batch holds a contribution that is about to change; messages wait in their queue meanwhile.
 */
#include "rescore.h"

#include "rollup_call.h"

#define PAGE     10000 /* what ends in the same half hours is added to the rollups together */
#define KEYS_MAX 1000000U

/* Adds what a page changed to the rollups. */
static enum sam_code add_sums(struct rescore *r, const struct sam_rollup_delta *delta, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    for (unsigned table = 0; table < SAM_ROLLUPS && code == SAM_OK; table++) {
        struct rollup_call call;
        code = rollup_call_make(delta, (enum sam_rollup)table, r->arena, &call, err);
        if (code == SAM_OK && call.rows > 0)
            code = app_session_call(&r->session, call.call.statement, call.call.params, call.call.params_n, err);
    }
    return code;
}

static enum sam_code gather(struct rescore *r, struct sam_rollup_delta *delta, struct sam_span contribution, int sign, struct sam_err *err)
{
    struct sam_rollup_row *rows = NULL;
    size_t n = 0;
    sam_arena_reset(r->scratch);
    enum sam_code code = sam_rollup_decode(contribution, r->scratch, &rows, &n, err);
    return code == SAM_OK ? sam_rollup_delta_add(delta, rows, n, sign, err) : code;
}

/* @param after the last conversation of the page before, then of this one @param n rows of the page @param changed is added to */
static enum sam_code swap_page(struct rescore *r, int64_t *after, size_t *n, int64_t *changed, struct sam_err *err)
{
    const struct sam_db_param params[] = {sam_db_int4(r->id), sam_db_int8(*after), sam_db_int4(PAGE)};
    enum sam_code code = app_session_call(&r->session, "rescore_swap", params, SAM_COUNT(params), err);
    struct sam_db_rows *rows = r->session.rows;
    r->session.rows = NULL;
    sam_arena_reset(r->arena);
    struct sam_rollup_delta *delta = sam_rollup_delta_new(r->arena, KEYS_MAX);
    if (code == SAM_OK && !delta)
        code = sam_arena_full(r->arena, err);
    *n = code == SAM_OK ? sam_db_rows_n(rows) : 0;
    for (size_t i = 0; i < *n && code == SAM_OK; i++) {
        *after = sam_db_get_int(rows, i, 0);
        if (sam_db_is_null(rows, i, 2))
            continue;
        ++*changed;
        code = gather(r, delta, sam_db_get_text(rows, i, 1), -1, err);
        if (code == SAM_OK)
            code = gather(r, delta, sam_db_get_text(rows, i, 2), 1, err);
    }
    sam_db_rows_free(rows);
    return code == SAM_OK ? add_sums(r, delta, err) : code;
}

static enum sam_code make_rest(struct rescore *r, struct sam_err *err)
{
    size_t n = 0;
    enum sam_code code = SAM_OK;
    r->after = r->over = false;
    while (code == SAM_OK && !r->over)
        code = rescore_stage(r, &n, err);
    return code;
}

static enum sam_code switch_all(struct rescore *r, bool back, int64_t *changed, struct sam_err *err)
{
    const struct sam_db_param params[] = {sam_db_int4(r->id), sam_db_bool(back)};
    int64_t after = INT64_MIN;
    size_t n = PAGE;
    *changed = 0;
    enum sam_code code = app_session_call(&r->session, "begin", NULL, 0, err);
    if (code == SAM_OK)
        code = app_session_call(&r->session, "rescore_lock", NULL, 0, err);
    if (code == SAM_OK && !back)
        code = make_rest(r, err);
    while (code == SAM_OK && n == PAGE)
        code = swap_page(r, &after, &n, changed, err);
    if (code == SAM_OK)
        code = app_session_call(&r->session, "rescore_switched", params, SAM_COUNT(params), err);
    return code == SAM_OK ? app_session_call(&r->session, "commit", NULL, 0, err) : code;
}

enum sam_code rescore_switch(struct rescore *r, bool back, int64_t *n, struct sam_err *err)
{
    int64_t changed = 0;
    struct sam_err ignored;
    enum sam_code code = switch_all(r, back, &changed, err);
    if (code != SAM_OK)
        (void)!app_session_call(&r->session, "rollback", NULL, 0, &ignored);
    else
        *n = changed;
    return code;
}
