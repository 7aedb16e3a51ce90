/*
 * Write: in one transaction, deletes what is replaced (only where there was something), then copies each table that has rows.
 */
#include "rows.h"

#include <string.h>

#define TIMEOUT_MS     120000U
#define KEEP_MAX_BYTES (2U << 20) /* a larger buffer is given back after the batch */

static const char *const copy_statements[SAM_T_TABLES] = {
    [SAM_T_CONVERSATION] = "copy_conversation",
    [SAM_T_PART] = "copy_part",
    [SAM_T_LEG] = "copy_leg",
    [SAM_T_PARTY] = "copy_party",
    [SAM_T_FINDING] = "copy_finding",
    [SAM_T_MOMENT] = "copy_moment",
    [SAM_T_SCORE] = "copy_score",
    [SAM_T_SURVEY] = "copy_survey",
    [SAM_T_OUTCOME] = "copy_outcome",
    [SAM_T_DEAD_LETTER] = "copy_dead_letter",
    [SAM_T_RESCORED] = "copy_rescore_item",
};

struct sam_store sam_store_of(size_t table_max)
{
    struct sam_store store = {0};
    for (size_t i = 0; i < SAM_T_TABLES; i++)
        store.tables[i] = sam_buf_of(table_max);
    store.bodies = sam_buf_of(table_max);
    return store;
}

void sam_store_clear(struct sam_store *store)
{
    for (size_t i = 0; i < store->rows_n; i++)
        sam_db_rows_free(store->rows[i]);
    store->rows_n = 0;
    for (size_t i = 0; i < SAM_T_TABLES; i++) {
        if (store->tables[i].room > KEEP_MAX_BYTES)
            sam_buf_free(&store->tables[i]);
        sam_buf_clear(&store->tables[i]);
    }
    sam_buf_clear(&store->bodies);
    store->n = 0;
}

void sam_store_free(struct sam_store *store)
{
    sam_store_clear(store);
    for (size_t i = 0; i < SAM_T_TABLES; i++)
        sam_buf_free(&store->tables[i]);
    sam_buf_free(&store->bodies);
}

static void tell(struct sam_store *store, enum sam_code code, const char *sqlstate, const struct sam_err *err)
{
    store->done(store->context, code, sqlstate, err);
}

/* ---- copying ------------------------------------------------------------------------------------------------------------------------- */

static void on_copied(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_store *store = context;
    for (size_t i = 0; i < SAM_T_TABLES; i++)
        sam_buf_clear(&store->tables[i]);
    sam_buf_clear(&store->bodies);
    tell(store, result->code, result->sqlstate, err);
}

static void on_nothing(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    tell(context, result->code, result->sqlstate, err);
}

static void copy(struct sam_store *store)
{
    size_t n = 0;
    for (size_t i = 0; i < SAM_T_TABLES; i++) {
        struct sam_buf *buf = &store->tables[i];
        if (buf->len == 0)
            continue;
        sam_db_copy_end(buf);
        store->copies[n] = (struct sam_db_copy){.statement = copy_statements[i], .data = sam_buf_get(buf)};
        if (i == SAM_T_PART) {
            store->copies[n].pieces = (const struct sam_db_piece *)(const void *)store->bodies.at;
            store->copies[n].pieces_n = store->bodies.len / sizeof(struct sam_db_piece);
        }
        n++;
    }
    if (n > 0) {
        sam_db_copy(store->db, store->copies, n, TIMEOUT_MS, on_copied, store);
        return;
    }
    store->calls[0] = (struct sam_db_call){"ping", NULL, 0};
    sam_db_run(store->db, store->calls, 1, TIMEOUT_MS, on_nothing, store);
}

/* ---- deleting -------------------------------------------------------------------------------------------------------------------------
 */

void add_call(struct sam_store *store, const char *statement, size_t params_n)
{
    SAM_MUST(store->calls_n < SAM_COUNT(store->calls) && store->params_n + params_n <= SAM_COUNT(store->params));
    store->calls[store->calls_n++] = (struct sam_db_call){statement, store->params + store->params_n, params_n};
    store->params_n += params_n;
}

/* Conversations that had rows of their own: those go, in some tables. @param scores whether only of those that were scored anew */
static void forget(struct sam_store *store, const char *const *statements, size_t statements_n, bool scores)
{
    int64_t *ids = sam_arena_array(store->arena, store->n, sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; ids && i < store->n; i++) {
        const struct sam_item *item = &store->items[i];
        if ((item->conversation || item->gone) && item->contribution.at && !(scores && item->score_stands))
            ids[n++] = item->conversation_id;
    }
    if (ids && n == 0)
        return;
    struct sam_db_param param = ids ? sam_db_int8s(store->arena, ids, n) : (struct sam_db_param){.len = -2};
    for (size_t i = 0; i < statements_n; i++) {
        store->params[store->params_n] = param;
        add_call(store, statements[i], 1);
    }
}

static void forget_conversations(struct sam_store *store)
{
    static const char *const facts[] = {"forget_conversation", "forget_leg", "forget_party", "forget_survey", "forget_outcome"};
    static const char *const scores[] = {"forget_finding", "forget_moment", "forget_score"};
    forget(store, facts, SAM_COUNT(facts), false);
    forget(store, scores, SAM_COUNT(scores), true);
}

/* Findings that stay, whose parties have other places now. */
static void move_parties(struct sam_store *store)
{
    size_t n = 0, places_n = 0;
    for (size_t i = 0; i < store->n; i++) {
        n += store->items[i].party_now != NULL;
        places_n += store->items[i].party_now ? store->items[i].party_now_n : 0;
    }
    if (n == 0)
        return;
    int64_t *ids = sam_arena_array(store->arena, n, sizeof *ids);
    int32_t *sets = sam_arena_array(store->arena, n, sizeof *sets), *at = sam_arena_array(store->arena, n, sizeof *at);
    int32_t *places = sam_arena_array(store->arena, places_n, sizeof *places);
    struct sam_db_param *params = store->params + store->params_n;
    if (!ids || !sets || !at || !places) {
        params[0] = (struct sam_db_param){.len = -2};
        add_call(store, "move_parties", 1);
        return;
    }
    n = places_n = 0;
    for (size_t i = 0; i < store->n; i++) {
        const struct sam_item *item = &store->items[i];
        if (!item->party_now)
            continue;
        ids[n] = item->conversation_id;
        sets[n] = item->score_set;
        at[n++] = (int32_t)places_n;
        memcpy(places + places_n, item->party_now, item->party_now_n * sizeof *places);
        places_n += item->party_now_n;
    }
    params[0] = sam_db_int8s(store->arena, ids, n);
    params[1] = sam_db_int4s(store->arena, sets, n);
    params[2] = sam_db_int4s(store->arena, at, n);
    params[3] = sam_db_int4s(store->arena, places, places_n);
    add_call(store, "move_parties", 4);
}

/* One array a column of a list of parts. */
struct part_columns {
    int64_t *conversation_ids, *versions;
    int32_t *kinds;
    struct sam_span *part_ids, *hashes, *bodies;
    size_t n, room;
};

static bool columns_new(struct sam_arena *arena, size_t room, struct part_columns *c)
{
    *c = (struct part_columns){.room = room};
    c->conversation_ids = sam_arena_array(arena, room, sizeof *c->conversation_ids);
    c->versions = sam_arena_array(arena, room, sizeof *c->versions);
    c->kinds = sam_arena_array(arena, room, sizeof *c->kinds);
    c->part_ids = sam_arena_array(arena, room, sizeof *c->part_ids);
    c->hashes = sam_arena_array(arena, room, sizeof *c->hashes);
    c->bodies = sam_arena_array(arena, room, sizeof *c->bodies);
    return c->conversation_ids && c->versions && c->kinds && c->part_ids && c->hashes && c->bodies;
}

static void columns_add(struct part_columns *c, int64_t conversation_id, const struct sam_stored_part *part)
{
    SAM_MUST(c->n < c->room);
    c->conversation_ids[c->n] = conversation_id;
    c->versions[c->n] = part->version;
    c->kinds[c->n] = (int32_t)part->kind;
    c->part_ids[c->n] = part->part_id;
    c->hashes[c->n] = (struct sam_span){(const char *)part->hash, sizeof part->hash};
    c->bodies[c->n++] = part->body;
}

enum list { DROPPED, SURPASSED, LOSERS, LISTS };

static size_t list_of(const struct sam_item *item, enum list list, const struct sam_stored_part *const **parts)
{
    const struct sam_merge *merge = &item->merge;
    const struct sam_stored_part **const lists[LISTS] = {merge->drop, merge->surpassed, merge->losers};
    const size_t n[LISTS] = {merge->drop_n, merge->surpassed_n, merge->losers_n};
    *parts = lists[list];
    return n[list];
}

/* A statement over one list of parts of all items, when it holds any. */
static void over_parts(struct sam_store *store, enum list list, const char *statement)
{
    const struct sam_stored_part *const *parts = NULL;
    struct part_columns columns;
    size_t n = 0;
    for (size_t i = 0; i < store->n; i++)
        n += list_of(&store->items[i], list, &parts);
    if (n == 0)
        return;
    struct sam_db_param *params = store->params + store->params_n;
    size_t params_n = list == LOSERS ? 6 : 3;
    if (!columns_new(store->arena, n, &columns)) {
        params[0] = (struct sam_db_param){.len = -2};
        add_call(store, statement, 1);
        return;
    }
    for (size_t i = 0; i < store->n; i++)
        for (size_t k = 0, of_item = list_of(&store->items[i], list, &parts); k < of_item; k++)
            columns_add(&columns, store->items[i].conversation_id, parts[k]);
    params[0] = sam_db_int8s(store->arena, columns.conversation_ids, n);
    params[1] = sam_db_int4s(store->arena, columns.kinds, n);
    params[2] = sam_db_texts(store->arena, columns.part_ids, n);
    if (list == LOSERS) {
        params[3] = sam_db_int8s(store->arena, columns.versions, n);
        params[4] = sam_db_bytess(store->arena, columns.hashes, n);
        params[5] = sam_db_texts(store->arena, columns.bodies, n);
    }
    add_call(store, statement, params_n);
}

static void on_deleted(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_store *store = context;
    if (result->code == SAM_OK)
        copy(store);
    else
        tell(store, result->code, result->sqlstate, err);
}

void sam_store_write(struct sam_store *store, struct sam_item *items, size_t n, sam_store_done done, void *context)
{
    store->items = items;
    store->n = n;
    store->done = done;
    store->context = context;
    store->calls_n = 0;
    store->params_n = 0;
    forget_conversations(store);
    move_parties(store);
    over_parts(store, DROPPED, "forget_part");
    over_parts(store, SURPASSED, "forget_conflict");
    link_conflicts(store);
    over_parts(store, LOSERS, "put_conflict");
    link_units(store);
    if (store->calls_n > 0)
        sam_db_run(store->db, store->calls, store->calls_n, TIMEOUT_MS, on_deleted, store);
    else
        copy(store);
}
