/*
 * Lot, keys: which conversations another lot has in hand already. Those are locked last, when that lot's batch is over, so that no
 * connection ever waits for another inside the database while it could work. A batch waits only for batches that took their keys before
 * it: never in a circle. This is for speed alone; that two batches do not mix is the lock's doing, in the database.
 */
#include "ingest_private.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *left, const void *right)
{
    return sam_item_compare(left, right);
}

static bool among(const struct sam_item *item, const struct sam_item *sorted, size_t n)
{
    return n > 0 && bsearch(item, sorted, n, sizeof *sorted, by_key);
}

/* Notes which lots have the item's key. @return whether any has */
static bool note_others(struct lot *lot, const struct sam_item *item)
{
    bool any = false;
    for (size_t i = 0; i < lot->ingest->settings.connections; i++) {
        const struct lot *other = &lot->ingest->lots[i];
        if (other == lot || other->turn == 0)
            continue;
        if (!among(item, other->items, other->free_n) && !among(item, other->items + other->free_n, other->items_n - other->free_n))
            continue;
        lot->after[i] = other->turn;
        any = true;
    }
    return any;
}

enum sam_code lot_keys_take(struct lot *lot, struct sam_err *err)
{
    sam_arena_reset(lot->scratch);
    struct sam_item *held = sam_arena_array(lot->scratch, lot->items_n, sizeof *held);
    struct lot_item *held_more = sam_arena_array(lot->scratch, lot->items_n, sizeof *held_more);
    size_t held_n = 0, free_n = 0;
    if (!held || !held_more)
        return sam_arena_full(lot->scratch, err);
    memset(lot->after, 0, sizeof lot->after);
    for (size_t i = 0; i < lot->items_n; i++) {
        bool held_item = note_others(lot, &lot->items[i]);
        if (held_item) {
            held[held_n] = lot->items[i];
            held_more[held_n++] = lot->more[i];
        } else if (lot->links_n == 0) {
            lot->items[free_n] = lot->items[i];
            lot->more[free_n++] = lot->more[i];
        }
    }
    if (lot->links_n > 0) { /* parts are moved between items: all of them come together, in their order */
        free_n = held_n > 0 ? 0 : lot->items_n;
    } else if (held_n > 0) {
        memcpy(lot->items + free_n, held, held_n * sizeof *held);
        memcpy(lot->more + free_n, held_more, held_n * sizeof *held_more);
    }
    lot->free_n = free_n;
    lot->turn = ++lot->ingest->turns;
    return SAM_OK;
}

bool lot_keys_free(const struct lot *lot)
{
    bool all = true;
    for (size_t i = 0; i < lot->ingest->settings.connections; i++)
        all = all && (lot->after[i] == 0 || lot->ingest->lots[i].turn != lot->after[i]);
    return all;
}

void lot_keys_leave(struct lot *lot)
{
    if (lot->turn == 0)
        return;
    lot->turn = 0;
    for (size_t i = 0; i < lot->ingest->settings.connections; i++)
        if (lot->ingest->lots[i].holding)
            sam_flow_wake(&lot->ingest->lots[i].flow);
}
