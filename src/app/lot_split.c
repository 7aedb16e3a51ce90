/*
 * Lot, splitting: a batch that failed for one of its messages is taken again in halves until that message stands alone.
 */
#include "ingest_private.h"

#include <stdio.h>

#define SPLIT_BYTES (4U << 20)
/** So often a message alone waits for the system's memory, half a minute with the pauses between. */
#define STARVED_MOST 12

bool lot_for_a_message(enum sam_code code)
{
    return code == SAM_BAD_INPUT || code == SAM_TOO_LARGE || code == SAM_NO_MEMORY || code == SAM_UNSUPPORTED;
}

bool lot_starved(const struct lot *lot)
{
    return !sam_arena_limited(lot->arena) && !sam_arena_limited(lot->scratch);
}

bool lot_waits_for_memory(struct lot *lot)
{
    bool waits = lot->code == SAM_NO_MEMORY && lot->batch.n == 1 && lot->starved_n < STARVED_MOST && lot_starved(lot);
    lot->starved_n = waits ? lot->starved_n + 1 : 0;
    return waits;
}

void lot_split_end(struct lot *lot)
{
    sam_arena_free(lot->split.arena);
    lot->split = (struct lot_split){0};
}

bool lot_split_begin(struct lot *lot)
{
    struct lot_split *split = &lot->split;
    split->arena = sam_arena_new(SPLIT_BYTES);
    split->ids = split->arena ? sam_arena_array(split->arena, lot->batch.n, sizeof *split->ids) : NULL;
    if (!split->ids) {
        lot_split_end(lot);
        return false;
    }
    for (size_t i = 0; i < lot->batch.n; i++)
        split->ids[i] = lot->batch.messages[i].id;
    split->lane = lot->batch.lane;
    split->ids_n = lot->batch.n;
    split->ranges[0].from = 0;
    split->ranges[0].to = lot->batch.n;
    split->ranges_n = 1;
    return true;
}

void lot_split_halve(struct lot *lot)
{
    struct lot_split *split = &lot->split;
    size_t from = split->ranges[split->ranges_n - 1].from, to = split->ranges[split->ranges_n - 1].to, middle = from + (to - from) / 2;
    split->why = lot->err;
    split->starved = lot->code == SAM_NO_MEMORY && lot_starved(lot);
    (void)snprintf(split->sqlstate, sizeof split->sqlstate, "%s", lot->sqlstate[0] == '?' ? "" : lot->sqlstate);
    if (to - from == 1) {
        split->alone = true;
        return;
    }
    split->ranges[split->ranges_n - 1].from = middle;
    split->ranges[split->ranges_n].from = from;
    split->ranges[split->ranges_n++].to = middle;
}

void lot_split_done(struct lot *lot)
{
    struct lot_split *split = &lot->split;
    if (split->ranges_n == 0)
        return;
    split->alone = false;
    if (--split->ranges_n == 0)
        lot_split_end(lot);
}
