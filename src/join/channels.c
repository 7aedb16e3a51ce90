/*
 * Pieces of a call that came in several messages, as a telephone exchange's channels tell it: their events are put together, whichever came
 * first and however much of one is in the other, and the first piece gets the legs and holds that follow from all of them.
 */
#include "joining.h"

#include <stdlib.h>
#include <string.h>

#define LEGS_MAX 1000U

/** An event on its way into the order of all. */
struct placed {
    const struct sam_channel_event *event;
    size_t order;
};

static int by_first(const void *a, const void *b)
{
    const struct sam_part *x = **(const struct sam_part **const *)a, *y = **(const struct sam_part **const *)b;
    int64_t from = x->record->events[0].at.us, other = y->record->events[0].at.us;
    return from != other ? (from < other ? -1 : 1) : sam_span_compare(x->part_id, y->part_id);
}

static int by_time(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    if (x->event->at.us != y->event->at.us)
        return x->event->at.us < y->event->at.us ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static bool same(const struct sam_channel_event *a, const struct sam_channel_event *b)
{
    return a->at.us == b->at.us && a->act == b->act && sam_span_equal(a->channel, b->channel) && sam_span_equal(a->name, b->name) &&
           sam_span_equal(a->peer, b->peer) && sam_span_equal(a->queue, b->queue);
}

/** @return whether one of the first n events, which are in the order of their times piece by piece, is the same */
static bool is_among(const struct sam_channel_event *e, const struct sam_channel_event *const *pieces, const size_t *sizes, size_t n)
{
    for (size_t piece = 0; piece < n; piece++) {
        size_t low = 0, high = sizes[piece];
        while (low < high) { /* the first that is not earlier */
            size_t middle = low + (high - low) / 2;
            if (pieces[piece][middle].at.us < e->at.us)
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < sizes[piece] && pieces[piece][low].at.us == e->at.us; low++)
            if (same(&pieces[piece][low], e))
                return true;
    }
    return false;
}

/** The events of all pieces, each once, in order. */
static enum sam_code gather(struct joining *j, const struct sam_part **const *pieces, size_t n, struct sam_channel_call *call,
                            struct sam_err *err)
{
    size_t all = 0, kept = 0;
    for (size_t i = 0; i < n; i++)
        all += (*pieces[i])->record->events_n;
    struct placed *placed = sam_arena_array(j->arena, all, sizeof *placed);
    struct sam_channel_event *events = sam_arena_array(j->arena, all, sizeof *events);
    const struct sam_channel_event **lists = sam_arena_array(j->arena, n, sizeof(const struct sam_channel_event *));
    size_t *sizes = sam_arena_array(j->arena, n, sizeof *sizes);
    if (!placed || !events || !lists || !sizes)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < n; i++) {
        const struct sam_record *record = (*pieces[i])->record;
        lists[i] = record->events;
        sizes[i] = record->events_n;
        for (size_t k = 0; k < record->events_n; k++) {
            if (is_among(&record->events[k], lists, sizes, i))
                continue;
            placed[kept] = (struct placed){&record->events[k], kept};
            kept++;
        }
    }
    qsort(placed, kept, sizeof *placed, by_time);
    for (size_t i = 0; i < kept; i++)
        events[i] = *placed[i].event;
    call->events = events;
    call->events_n = kept;
    return SAM_OK;
}

/** Puts a copy of a piece without legs and holds in its place, which is changed then. */
static struct sam_record *emptied(struct joining *j, const struct sam_part **piece)
{
    struct sam_part *part = sam_arena_alloc(j->arena, sizeof *part);
    struct sam_record *record = sam_arena_alloc(j->arena, sizeof *record);
    if (!part || !record)
        return NULL;
    *part = **piece;
    *record = *part->record;
    record->legs_n = record->holds_n = 0;
    part->record = record;
    *piece = part;
    return record;
}

/** @return whether another record tells all of the call: of a piece's rank, with legs and without events */
static bool is_told_whole(const struct joining *j, const struct sam_part *piece)
{
    bool whole = false;
    for (size_t i = 0; i < j->records_n; i++) {
        const struct sam_record *record = j->records[i]->record;
        whole = whole || (join_rank(j->records[i]) == join_rank(piece) && record->legs_n > 0 && record->events_n == 0);
    }
    return whole;
}

enum sam_code join_channels(struct joining *j, struct sam_err *err)
{
    const struct sam_part ***pieces = sam_arena_array(j->arena, j->records_n, sizeof(const struct sam_part **));
    struct sam_channel_call call = {.legs_max = LEGS_MAX};
    size_t n = 0;
    if (!pieces)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < j->records_n; i++) {
        if (j->records[i]->record->events_n == 0)
            continue;
        pieces[n++] = &j->records[i];
        call.outbound = call.outbound || j->records[i]->record->direction == SAM_DIRECTION_OUTBOUND;
    }
    if (n == 0)
        return SAM_OK;
    qsort(pieces, n, sizeof(const struct sam_part **), by_first);
    call.id = (*pieces[0])->external_id;
    bool whole = is_told_whole(j, *pieces[0]);
    enum sam_code code = whole ? SAM_OK : gather(j, pieces, n, &call, err);
    for (size_t i = 0; code == SAM_OK && i < n; i++) {
        struct sam_record *record = emptied(j, pieces[i]);
        if (!record)
            code = sam_arena_full(j->arena, err);
        else if (i == 0 && !whole)
            code = sam_channel_legs(&call, j->arena, record, err);
    }
    return code;
}
