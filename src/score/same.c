/*
 * Same: whether two conversations are one to the scorer, so that what was scored need not be scored again. Must name all that scoring reads
 * of a conversation: who lets it read more adds it here.
 */
#include "score_room.h"

#include <string.h>

static bool same_int(struct sam_int a, struct sam_int b)
{
    return a.known == b.known && (!a.known || a.value == b.value);
}

static bool same_segments(const struct sam_turn *a, const struct sam_turn *b)
{
    bool same = a->segments_n == b->segments_n;
    for (size_t i = 0; same && i < a->segments_n; i++) {
        const struct sam_segment *x = &a->segments[i], *y = &b->segments[i];
        same = x->i == y->i && x->at == y->at && x->length == y->length && same_int(x->start_ms, y->start_ms) &&
               same_int(x->end_ms, y->end_ms);
    }
    return same;
}

static bool same_turn(const struct sam_turn *a, const struct sam_turn *b)
{
    return a->i == b->i && a->role == b->role && same_int(a->start_ms, b->start_ms) && same_int(a->end_ms, b->end_ms) &&
           sam_span_equal(a->text, b->text) && same_segments(a, b);
}

/* One party of was is one of now wherever it speaks. */
static bool follow_party(int32_t was, int32_t now, int32_t *party_now)
{
    if (was < 0 || now < 0)
        return was < 0 && now < 0;
    if (party_now[was] >= 0)
        return party_now[was] == now;
    party_now[was] = now;
    return true;
}

bool sam_score_same(const struct sam_conversation *was, const struct sam_conversation *now, int32_t *party_now)
{
    const uint32_t flags = SAM_FLAG_REFUSED | SAM_FLAG_DOCUMENTATION_ONLY;
    bool same = was->consent == now->consent && (was->flags & flags) == (now->flags & flags) && was->declared == now->declared &&
                score_written(was->channel) == score_written(now->channel) && was->turns_n == now->turns_n;
    for (size_t i = 0; i < was->parties_n; i++)
        party_now[i] = -1;
    for (size_t i = 0; same && i < was->turns_n; i++)
        same = same_turn(&was->turns[i], &now->turns[i]) && follow_party(was->turns[i].party, now->turns[i].party, party_now);
    return same;
}
