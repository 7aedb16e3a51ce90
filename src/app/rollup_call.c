/*
 * Statements of the rollups: one array a column of the key, and all sums one after another.
 */
#include "rollup_call.h"

#include <string.h>

static const struct {
    const char *statement;
    bool by_score_set; /* score_set and language are part of the key */
} rollups[SAM_ROLLUPS] = {
    [SAM_ROLLUP_HALF_HOUR] = {"rollup_half_hour", false},
    [SAM_ROLLUP_OPPORTUNITY] = {"rollup_opportunity", true},
    [SAM_ROLLUP_OUTCOME] = {"rollup_outcome", false},
};

/* The columns of the keys, and the sums. */
struct columns {
    int32_t *keys[4]; /* queue, score set, language, channel */
    int64_t *half_hours, *sums;
};

static enum sam_code make_columns(const struct sam_rollup_row *rows, size_t n, struct sam_arena *arena, struct columns *c,
                                  struct sam_err *err)
{
    size_t sums_n = sam_rollup_sums_n(rows[0].table);
    c->half_hours = sam_arena_array(arena, n, sizeof *c->half_hours);
    c->sums = sam_arena_array(arena, n * sums_n, sizeof *c->sums);
    bool full = !c->half_hours || !c->sums;
    for (size_t k = 0; k < SAM_COUNT(c->keys); k++) {
        c->keys[k] = sam_arena_array(arena, n, sizeof *c->keys[k]);
        full = full || !c->keys[k];
    }
    if (full)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < n; i++) {
        c->keys[0][i] = rows[i].queue_id;
        c->keys[1][i] = rows[i].score_set;
        c->keys[2][i] = (int32_t)rows[i].language;
        c->keys[3][i] = (int32_t)rows[i].channel;
        c->half_hours[i] = rows[i].half_hour;
        memcpy(c->sums + i * sums_n, rows[i].sums, sums_n * sizeof *c->sums);
    }
    return SAM_OK;
}

enum sam_code rollup_call_make(const struct sam_rollup_delta *delta, enum sam_rollup table, struct sam_arena *arena,
                               struct rollup_call *out, struct sam_err *err)
{
    struct sam_rollup_row *rows = NULL;
    struct columns c;
    size_t n = 0, p = 0;
    out->rows = 0;
    enum sam_code code = sam_rollup_delta_rows(delta, table, &rows, &n, err);
    if (code != SAM_OK || n == 0)
        return code;
    code = make_columns(rows, n, arena, &c, err);
    if (code != SAM_OK)
        return code;
    out->params[p++] = sam_db_int4s(arena, c.keys[0], n);
    out->params[p++] = sam_db_int8s(arena, c.half_hours, n);
    if (rollups[table].by_score_set) {
        out->params[p++] = sam_db_int4s(arena, c.keys[1], n);
        out->params[p++] = sam_db_int4s(arena, c.keys[2], n);
    }
    out->params[p++] = sam_db_int4s(arena, c.keys[3], n);
    out->params[p++] = sam_db_int8s(arena, c.sums, n * sam_rollup_sums_n(table));
    out->call = (struct sam_db_call){rollups[table].statement, out->params, p};
    out->rows = n;
    return SAM_OK;
}
