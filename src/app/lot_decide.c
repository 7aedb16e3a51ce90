/*
 * Lot, deciding: parts into items by key; which parts count. States of agents belong to no conversation and become no items. Deciding, with
 * what lot_score.c does, runs on another thread.
 */
#include "ingest_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- gathering ------------------------------------------------------------------------------------------------------------------ */

/* A part on its way to its item. */
struct keyed {
    struct sam_item key;
    const struct sam_stored_part *part;
};

static int by_key(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    return sam_item_compare(&a->key, &b->key);
}

static size_t count_parts(struct lot *lot)
{
    size_t n = 0;
    lot->states_n = 0;
    for (size_t i = 0; i < lot->batch.n; i++) {
        const struct lot_message *m = &lot->messages[i];
        if (m->code == SAM_OK && m->link)
            n += m->link->n;
        for (size_t p = 0; m->code == SAM_OK && !m->link && p < m->read.parts_n; p++)
            *(m->read.parts[p].states ? &lot->states_n : &n) += 1;
    }
    return n;
}

static enum sam_code key_parts(struct lot *lot, struct keyed *keyed, struct sam_err *err)
{
    size_t n = 0;
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < lot->batch.n && code == SAM_OK; i++) {
        struct lot_message *m = &lot->messages[i];
        for (size_t p = 0; m->code == SAM_OK && p < m->read.parts_n && code == SAM_OK; p++) {
            const struct sam_part *part = &m->read.parts[p];
            if (part->states)
                continue;
            struct keyed *k = &keyed[n++];
            *k = (struct keyed){.key.source = part->source, .key.external_id = part->external_id, .part = &m->parts[p]};
            code = sam_names_id(lot->ingest->names, lot->wanted, SAM_NAME_SOURCE, part->source, SAM_NO_SPAN, &k->key.source_id, err);
        }
        for (size_t l = 0; m->link && l < m->link->n && code == SAM_OK; l++) {
            struct keyed *k = &keyed[n++];
            *k = (struct keyed){.key.source = m->link->keys[l].source, .key.external_id = m->link->keys[l].external_id};
            code = sam_names_id(lot->ingest->names, lot->wanted, SAM_NAME_SOURCE, k->key.source, SAM_NO_SPAN, &k->key.source_id, err);
        }
    }
    return code;
}

/* Parts of one key lie side by side now: each run is an item. A key without a part is one that a message of kind "link" names. */
static void make_items(struct lot *lot, const struct keyed *keyed, size_t n)
{
    size_t parts_n = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || by_key(&keyed[i - 1], &keyed[i]) != 0) {
            lot->items[lot->items_n] = keyed[i].key;
            lot->more[lot->items_n++].incoming = &lot->parts[parts_n];
        }
        if (!keyed[i].part)
            continue;
        lot->parts[parts_n++] = *keyed[i].part;
        lot->more[lot->items_n - 1].incoming_n++;
    }
}

enum sam_code lot_gather(struct lot *lot, struct sam_err *err)
{
    size_t n = count_parts(lot);
    sam_arena_reset(lot->scratch);
    struct keyed *keyed = sam_arena_array(lot->scratch, n, sizeof *keyed);
    lot->parts = sam_arena_array(lot->arena, n, sizeof *lot->parts);
    lot->items = sam_arena_array(lot->arena, n, sizeof *lot->items);
    lot->more = sam_arena_array(lot->arena, n, sizeof *lot->more);
    lot->items_n = 0;
    if (!keyed || !lot->parts || !lot->items || !lot->more)
        return sam_arena_full(keyed ? lot->arena : lot->scratch, err);
    enum sam_code code = key_parts(lot, keyed, err);
    if (code != SAM_OK)
        return code;
    if (n > 0)
        qsort(keyed, n, sizeof *keyed, by_key);
    make_items(lot, keyed, n);
    return SAM_OK;
}

/* ---- deciding -------------------------------------------------------------------------------------------------------------------- */

void lot_decide(void *data)
{
    struct lot *lot = data;
    lot->code = lot->links_n > 0 ? lot_link_move(lot, &lot->err) : SAM_OK;
    for (size_t i = lot->decided_n; lot->code == SAM_OK && i < lot->locked_n; i++) {
        struct sam_item *item = &lot->items[i];
        struct lot_item *more = &lot->more[i];
        lot->code = sam_store_merge(item->stored, item->stored_n, more->incoming, more->incoming_n, lot->arena, &item->merge, &lot->err);
        if (lot->code != SAM_OK)
            break;
        lot->counts.older += item->merge.older;
        lot->counts.repeated += item->merge.repeated;
        lot->counts.conflicts += item->merge.losers_n;
        if (more->moved)
            lot->code = lot_link_end(lot, item, more, &lot->err);
        if (lot->code == SAM_OK && item->merge.parts_n > 0 && (item->merge.put_n > 0 || more->left_n > 0))
            lot->code = lot_score(lot, item, more, &lot->err);
    }
    if (lot->code == SAM_OK && lot->links_n > 0)
        lot->code = lot_link_disputes(lot, &lot->err);
}
