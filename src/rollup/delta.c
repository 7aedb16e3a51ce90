/*
 * Delta: rows gathered by key in a map, given out in the order of their keys.
 */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

struct sam_rollup_delta {
    struct sam_arena *arena;
    struct sam_map *map; /* bytes of the key -> index in rows */
    struct sam_vec rows; /* of struct sam_rollup_row */
};

/* The key without padding, as the map's key. */
struct key_bytes {
    int64_t half_hour;
    int32_t queue_id, score_set;
    uint16_t table, language, channel, none;
};

size_t sam_rollup_sums_n(enum sam_rollup table)
{
    static const size_t sums[SAM_ROLLUPS] = {SAM_R_HALF_HOUR_SUMS, SAM_R_OPPORTUNITY_SUMS, SAM_R_OUTCOME_SUMS};
    return sums[table];
}

struct sam_rollup_delta *sam_rollup_delta_new(struct sam_arena *arena, size_t max)
{
    struct sam_rollup_delta *delta = sam_arena_alloc(arena, sizeof *delta);
    if (!delta)
        return NULL;
    delta->arena = arena;
    delta->rows = sam_vec_of(sizeof(struct sam_rollup_row), max);
    delta->map = sam_map_new(arena, max);
    return delta->map ? delta : NULL;
}

enum sam_code rollup_row(struct sam_rollup_delta *delta, const struct sam_rollup_row *key, int64_t **sums, struct sam_err *err)
{
    struct key_bytes bytes = {
        key->half_hour, key->queue_id, key->score_set, (uint16_t)key->table, (uint16_t)key->language, (uint16_t)key->channel, 0};
    struct sam_span name = {(const char *)&bytes, sizeof bytes};
    uint32_t i = 0;
    if (sam_map_get(delta->map, name, &i)) {
        *sums = ((struct sam_rollup_row *)delta->rows.at)[i].sums;
        return SAM_OK;
    }
    enum sam_code code = sam_map_put(delta->map, name, (uint32_t)delta->rows.n, err);
    if (code != SAM_OK)
        return code;
    struct sam_rollup_row *row = sam_vec_add(&delta->rows, delta->arena);
    int64_t *zeros = row ? sam_arena_array(delta->arena, sam_rollup_sums_n(key->table), sizeof *zeros) : NULL;
    if (!zeros)
        return sam_arena_full(delta->arena, err);
    *row = *key;
    row->sums = zeros;
    *sums = zeros;
    return SAM_OK;
}

enum sam_code sam_rollup_delta_add(struct sam_rollup_delta *delta, const struct sam_rollup_row *rows, size_t n, int sign,
                                   struct sam_err *err)
{
    for (size_t i = 0; i < n; i++) {
        int64_t *sums = NULL;
        if (rows[i].half_hour == SAM_ROLLUP_UNDATED)
            continue;
        enum sam_code code = rollup_row(delta, &rows[i], &sums, err);
        if (code != SAM_OK)
            return code;
        SAM_MUST(sums);
        for (size_t s = 0; s < sam_rollup_sums_n(rows[i].table); s++)
            sums[s] += sign * rows[i].sums[s];
    }
    return SAM_OK;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int by_key(const void *left, const void *right)
{
    const struct sam_rollup_row *a = left, *b = right;
    const int orders[] = {ORDER(a->table, b->table),         ORDER(a->queue_id, b->queue_id), ORDER(a->half_hour, b->half_hour),
                          ORDER(a->score_set, b->score_set), ORDER(a->language, b->language), ORDER(a->channel, b->channel)};
    for (size_t i = 0; i < SAM_COUNT(orders); i++)
        if (orders[i] != 0)
            return orders[i];
    return 0;
}

static bool changes(const struct sam_rollup_row *row)
{
    bool any = false;
    for (size_t s = 0; s < sam_rollup_sums_n(row->table) && !any; s++)
        any = row->sums[s] != 0;
    return any;
}

/* Rows of one table, or of all when table is SAM_ROLLUPS. */
static enum sam_code rows_of(const struct sam_rollup_delta *delta, unsigned table, struct sam_rollup_row **out, size_t *n,
                             struct sam_err *err)
{
    const struct sam_rollup_row *all = delta->rows.at;
    struct sam_rollup_row *rows = sam_arena_array(delta->arena, delta->rows.n, sizeof *rows);
    size_t kept = 0;
    if (!rows)
        return sam_arena_full(delta->arena, err);
    for (size_t i = 0; i < delta->rows.n; i++)
        if ((table == SAM_ROLLUPS || all[i].table == table) && changes(&all[i]))
            rows[kept++] = all[i];
    qsort(rows, kept, sizeof *rows, by_key);
    *out = rows;
    *n = kept;
    return SAM_OK;
}

enum sam_code rollup_rows_all(const struct sam_rollup_delta *delta, struct sam_rollup_row **out, size_t *n, struct sam_err *err)
{
    return rows_of(delta, SAM_ROLLUPS, out, n, err);
}

enum sam_code sam_rollup_delta_rows(const struct sam_rollup_delta *delta, enum sam_rollup table, struct sam_rollup_row **out, size_t *n,
                                    struct sam_err *err)
{
    return rows_of(delta, (unsigned)table, out, n, err);
}
