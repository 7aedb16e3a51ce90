/*
 * Lock: the merge keys of a batch, in order, and what is stored of those that were there. New keys are locked by being inserted, the
 * others by FOR UPDATE: both in the order of keys, so that two batches never wait for each other crosswise.
 */
#include "samtale/store.h"

#include <string.h>

#define TIMEOUT_MS 120000U
#define LOADS      3U
#define LOADS_MAX  (LOADS + 1U) /* with links */

static void tell(struct sam_store *store, enum sam_code code, const char *sqlstate, const struct sam_err *err)
{
    store->done(store->context, code, sqlstate, err);
}

static void tell_full(struct sam_store *store)
{
    struct sam_err err;
    (void)sam_arena_full(store->arena, &err);
    tell(store, SAM_NO_MEMORY, "", &err);
}

/* Keys as two arrays: of all items, or of those that existed. */
static void keys(struct sam_store *store, bool existed_only)
{
    size_t n = 0;
    int32_t *sources = sam_arena_array(store->arena, store->n, sizeof *sources);
    struct sam_span *ids = sam_arena_array(store->arena, store->n, sizeof *ids);
    for (size_t i = 0; sources && ids && i < store->n; i++) {
        if (existed_only && !store->items[i].existed)
            continue;
        sources[n] = store->items[i].source_id;
        ids[n++] = store->items[i].external_id;
    }
    store->params[0] = sources && ids ? sam_db_int4s(store->arena, sources, n) : (struct sam_db_param){.len = -2};
    store->params[1] = sources && ids ? sam_db_texts(store->arena, ids, n) : (struct sam_db_param){.len = -2};
}

/* The next item that existed, from *i on; *i behind it. The rows come in the order of the keys that were asked for. */
static struct sam_item *next_existed(struct sam_store *store, size_t *i)
{
    while (*i < store->n && !store->items[*i].existed)
        ++*i;
    SAM_MUST(*i < store->n);
    return &store->items[(*i)++];
}

static bool load_parts(struct sam_store *store, struct sam_item *item, const struct sam_db_rows *rows, size_t *row)
{
    size_t first = *row, n = sam_db_rows_n(rows);
    while (*row < n && sam_db_get_int(rows, *row, 0) == item->conversation_id)
        ++*row;
    item->stored_n = *row - first;
    item->stored = sam_arena_array(store->arena, item->stored_n, sizeof *item->stored);
    for (size_t i = 0; item->stored && i < item->stored_n; i++) {
        struct sam_stored_part *part = &item->stored[i];
        struct sam_span hash = sam_db_get_text(rows, first + i, 4);
        part->kind = (enum sam_kind)sam_db_get_int(rows, first + i, 1);
        part->version = sam_db_get_int(rows, first + i, 2);
        part->conflict = sam_db_get_int(rows, first + i, 3) == 1;
        memcpy(part->hash, hash.at, hash.len < sizeof part->hash ? hash.len : sizeof part->hash);
        part->part_id = sam_db_get_text(rows, first + i, 5);
        part->body = sam_db_get_text(rows, first + i, 6);
    }
    return item->stored != NULL;
}

static struct sam_int known_int(const struct sam_db_rows *rows, size_t row, size_t column)
{
    return (struct sam_int){sam_db_get_int(rows, row, column), !sam_db_is_null(rows, row, column)};
}

static void load_row(struct sam_item *item, const struct sam_db_rows *rows, size_t row)
{
    item->contribution = sam_db_get_text(rows, row, 1);
    item->stored_score = (struct sam_stored_score){.score_set = (int32_t)sam_db_get_int(rows, row, 2),
                                                   .scored = sam_db_get_int(rows, row, 3) == 1,
                                                   .distress = sam_db_get_int(rows, row, 4) == 1,
                                                   .language = (enum sam_language)sam_db_get_int(rows, row, 5),
                                                   .missed = known_int(rows, row, 6),
                                                   .gaps = known_int(rows, row, 7),
                                                   .index_known = !sam_db_is_null(rows, row, 8),
                                                   .index = sam_db_get_real(rows, row, 8)};
}

/* Where the parts of items are that are linked; rows come in the order of keys. */
static void load_links(struct sam_store *store, const struct sam_db_rows *rows)
{
    for (size_t i = 0, row = 0; i < store->n && row < sam_db_rows_n(rows); i++) {
        if (store->items[i].existed && sam_db_get_int(rows, row, 0) == store->items[i].conversation_id)
            store->items[i].host_id = sam_db_get_int(rows, row++, 1);
    }
}

static void on_loaded(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_store *store = context;
    if (result->code != SAM_OK) {
        tell(store, result->code, result->sqlstate, err);
        return;
    }
    struct sam_db_rows **rows = store->rows + store->rows_n;
    for (size_t i = 0; i < store->calls_n; i++)
        store->rows[store->rows_n++] = sam_db_rows_take(result, i);
    for (size_t i = 0, key = 0; i < sam_db_rows_n(rows[0]); i++) {
        struct sam_item *item = next_existed(store, &key);
        item->conversation_id = sam_db_get_int(rows[0], i, 0);
    }
    size_t part = 0, contribution = 0;
    for (size_t i = 0; i < store->n; i++) {
        struct sam_item *item = &store->items[i];
        if (!item->existed)
            continue;
        if (!load_parts(store, item, rows[1], &part)) {
            tell_full(store);
            return;
        }
        if (contribution < sam_db_rows_n(rows[2]) && sam_db_get_int(rows[2], contribution, 0) == item->conversation_id)
            load_row(item, rows[2], contribution++);
    }
    SAM_MUST(part == sam_db_rows_n(rows[1]) && contribution == sam_db_rows_n(rows[2]));
    if (store->calls_n > LOADS)
        load_links(store, rows[LOADS]);
    tell(store, SAM_OK, "", NULL);
}

static void on_inserted(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_store *store = context;
    if (result->code != SAM_OK) {
        tell(store, result->code, result->sqlstate, err);
        return;
    }
    size_t row = 0, existed = 0;
    const struct sam_db_rows *rows = result->rows[0];
    for (size_t i = 0; i < store->n; i++) { /* new keys come back in the order in which they were given */
        struct sam_item *item = &store->items[i];
        item->existed = row >= sam_db_rows_n(rows) || sam_db_get_int(rows, row, 1) != item->source_id ||
                        !sam_span_equal(sam_db_get_text(rows, row, 2), item->external_id);
        if (item->existed)
            existed++;
        else
            item->conversation_id = sam_db_get_int(rows, row++, 0);
    }
    SAM_MUST(row == sam_db_rows_n(rows));
    if (existed == 0) {
        tell(store, SAM_OK, "", NULL);
        return;
    }
    static const char *const loads[LOADS_MAX] = {"keys_lock", "parts_load", "contributions_load", "links_load"};
    keys(store, true);
    store->calls_n = store->links ? LOADS_MAX : LOADS;
    for (size_t i = 0; i < store->calls_n; i++)
        store->calls[i] = (struct sam_db_call){loads[i], store->params, 2};
    sam_db_run(store->db, store->calls, store->calls_n, TIMEOUT_MS, on_loaded, store);
}

void sam_store_lock(struct sam_store *store, struct sam_db *db, struct sam_arena *arena, struct sam_item *items, size_t n,
                    sam_store_done done, void *context)
{
    SAM_MUST(n > 0 && store->rows_n + LOADS_MAX <= SAM_COUNT(store->rows));
    store->db = db;
    store->arena = arena;
    store->items = items;
    store->n = n;
    store->done = done;
    store->context = context;
    keys(store, false);
    store->calls[0] = (struct sam_db_call){"keys_insert", store->params, 2};
    sam_db_run(db, store->calls, 1, TIMEOUT_MS, on_inserted, store);
}
