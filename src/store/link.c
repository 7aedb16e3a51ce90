/*
 * Link: conversations whose parts telephone number and time have put into another one. What such parts are called there, what the database
 * is told of conversations that may be linked, and disputes that move with their parts. Which belong together the database decides
 * (samtale.link_settle).
 */
#include "rows.h"

#include <string.h>

/** Stands between source, id and part_id; no id holds it, since reading takes control characters out of ids. */
#define MARK '\x1f'

enum sam_code sam_link_part_id(struct sam_arena *arena, struct sam_span source, struct sam_span external_id, struct sam_span part_id,
                               struct sam_span *out, struct sam_err *err)
{
    size_t len = source.len + external_id.len + part_id.len + 2;
    char *text = sam_arena_array(arena, len, 1), *at = text;
    if (!text)
        return sam_arena_full(arena, err);
    const struct sam_span all[] = {source, external_id, part_id};
    for (size_t i = 0; i < SAM_COUNT(all); i++) {
        if (i > 0)
            *at++ = MARK;
        if (all[i].len > 0)
            memcpy(at, all[i].at, all[i].len);
        at += all[i].len;
    }
    *out = (struct sam_span){text, len};
    return SAM_OK;
}

bool sam_link_is(struct sam_span part_id, struct sam_span *own)
{
    const char *end = part_id.at + part_id.len;
    const char *first = part_id.len > 0 ? memchr(part_id.at, MARK, part_id.len) : NULL;
    const char *second = first ? memchr(first + 1, MARK, (size_t)(end - first) - 1) : NULL;
    if (second && own)
        *own = (struct sam_span){second + 1, (size_t)(end - second) - 1};
    return second != NULL;
}

/* ---- disputes --------------------------------------------------------------------------------------------------------------- */

void link_conflicts(struct sam_store *store)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < store->n; i++)
        n += store->items[i].moved_n;
    if (n == 0)
        return;
    struct sam_arena *arena = store->arena;
    struct sam_db_param *params = store->params + store->params_n;
    int64_t *from = sam_arena_array(arena, n, sizeof *from), *to = sam_arena_array(arena, n, sizeof *to);
    int32_t *kinds = sam_arena_array(arena, n, sizeof *kinds), *kept = sam_arena_array(arena, n, sizeof *kept);
    struct sam_span *ids = sam_arena_array(arena, n, sizeof *ids), *to_ids = sam_arena_array(arena, n, sizeof *to_ids);
    if (!from || !to || !kinds || !kept || !ids || !to_ids) {
        params[0] = (struct sam_db_param){.len = -2};
        add_call(store, "move_conflicts", 1);
        return;
    }
    for (size_t i = 0; i < store->n; i++) {
        for (size_t k = 0; k < store->items[i].moved_n; k++, at++) {
            const struct sam_moved_conflict *moved = &store->items[i].moved[k];
            from[at] = moved->from_id;
            to[at] = moved->to_id;
            kinds[at] = (int32_t)moved->kind;
            kept[at] = moved->kept;
            ids[at] = moved->part_id;
            to_ids[at] = moved->to_part_id;
        }
    }
    params[0] = sam_db_int8s(arena, from, n);
    params[1] = sam_db_int4s(arena, kinds, n);
    params[2] = sam_db_texts(arena, ids, n);
    params[3] = sam_db_int8s(arena, to, n);
    params[4] = sam_db_texts(arena, to_ids, n);
    params[5] = sam_db_int4s(arena, kept, n);
    add_call(store, "move_conflicts", 6);
}

/* ---- units ------------------------------------------------------------------------------------------------------------------ */

void link_units(struct sam_store *store)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < store->n; i++)
        n += store->items[i].units_n;
    if (n == 0)
        return;
    struct sam_arena *arena = store->arena;
    struct sam_db_param *params = store->params + store->params_n;
    int64_t *ids = sam_arena_array(arena, n, sizeof *ids);
    int64_t *from = sam_arena_array(arena, n, sizeof *from), *to = sam_arena_array(arena, n, sizeof *to);
    int32_t *sources = sam_arena_array(arena, n, sizeof *sources);
    struct sam_span *names = sam_arena_array(arena, n, sizeof *names), *external_ids = sam_arena_array(arena, n, sizeof *external_ids);
    struct sam_span *customers = sam_arena_array(arena, n, sizeof *customers);
    if (!ids || !from || !to || !sources || !names || !external_ids || !customers) {
        params[0] = (struct sam_db_param){.len = -2};
        add_call(store, "link_put", 1);
        return;
    }
    for (size_t i = 0; i < store->n; i++) {
        for (size_t k = 0; k < store->items[i].units_n; k++, at++) {
            const struct sam_link_unit *unit = &store->items[i].units[k];
            ids[at] = unit->home ? store->items[i].conversation_id : 0;
            sources[at] = unit->home ? store->items[i].source_id : 0;
            names[at] = unit->source;
            external_ids[at] = unit->external_id;
            customers[at] = unit->customer_key;
            from[at] = unit->from_us;
            to[at] = unit->to_us;
        }
    }
    params[0] = sam_db_int8s(arena, ids, n);
    params[1] = sam_db_int4s(arena, sources, n);
    params[2] = sam_db_texts(arena, names, n);
    params[3] = sam_db_texts(arena, external_ids, n);
    params[4] = sam_db_texts(arena, customers, n);
    params[5] = sam_db_int8s(arena, from, n);
    params[6] = sam_db_int8s(arena, to, n);
    add_call(store, "link_put", 7);
}
