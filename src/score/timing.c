/*
 * Time, from the turns' own times. Each side's talk is the union of its turns, so that what a transcript tells twice counts once; what
 * both unions cover is cross-talk; what neither covers is silence. One turn without times, and nothing is known.
 */
#include "score_room.h"

#include <stdlib.h>

struct stretch {
    int64_t start, end;
};
struct side {
    struct stretch *at;
    size_t n;
    int64_t talk, longest;
};

static int by_start(const void *a, const void *b)
{
    const struct stretch *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* Turns mostly come in their order. */
static bool in_order(const struct side *side)
{
    for (size_t i = 1; i < side->n; i++) {
        if (by_start(&side->at[i - 1], &side->at[i]) > 0)
            return false;
    }
    return true;
}

/* Joins what touches, sums; the stretches are in order. */
static void unite(struct side *side)
{
    size_t n = 0;
    for (size_t i = 0; i < side->n; i++) {
        if (n > 0 && side->at[i].start <= side->at[n - 1].end) {
            if (side->at[i].end > side->at[n - 1].end)
                side->at[n - 1].end = side->at[i].end;
        } else {
            side->at[n++] = side->at[i];
        }
    }
    side->n = n;
    for (size_t i = 0; i < n; i++)
        side->talk += side->at[i].end - side->at[i].start;
}

/* Both sides' stretches, which are in order, in one order. */
static void merge(const struct side sides[2], struct side *both)
{
    size_t at[2] = {0, 0};
    while (at[0] < sides[0].n || at[1] < sides[1].n) {
        bool first = at[1] == sides[1].n || (at[0] < sides[0].n && by_start(&sides[0].at[at[0]], &sides[1].at[at[1]]) <= 0);
        int k = first ? 0 : 1;
        both->at[both->n++] = sides[k].at[at[k]++];
    }
}

static int64_t overlap(const struct side *a, const struct side *b)
{
    int64_t sum = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        int64_t start = a->at[i].start > b->at[k].start ? a->at[i].start : b->at[k].start;
        int64_t end = a->at[i].end < b->at[k].end ? a->at[i].end : b->at[k].end;
        sum += end > start ? end - start : 0;
        if (a->at[i].end < b->at[k].end)
            i++;
        else
            k++;
    }
    return sum;
}

bool score_written(enum sam_channel channel)
{
    return channel == SAM_CHANNEL_CHAT || channel == SAM_CHANNEL_EMAIL || channel == SAM_CHANNEL_SMS;
}

static bool spoken(const struct sam_turn *turn)
{
    return turn->role == SAM_ROLE_AGENT || turn->role == SAM_ROLE_CUSTOMER;
}

static void add(struct side *side, struct sam_int start, struct sam_int end)
{
    side->at[side->n++] = (struct stretch){start.value, end.value};
}

/* The turn's stretches to its side. @return false when a time is missing or goes backwards */
static bool add_turn(const struct sam_turn *turn, struct side *side)
{
    if (!turn->start_ms.known || !turn->end_ms.known || turn->end_ms.value < turn->start_ms.value)
        return false;
    if (turn->end_ms.value - turn->start_ms.value > side->longest)
        side->longest = turn->end_ms.value - turn->start_ms.value;
    if (turn->segments_n == 0)
        add(side, turn->start_ms, turn->end_ms);
    for (size_t i = 0; i < turn->segments_n; i++) {
        const struct sam_segment *segment = &turn->segments[i];
        if (!segment->start_ms.known || !segment->end_ms.known || segment->end_ms.value < segment->start_ms.value)
            return false;
        add(side, segment->start_ms, segment->end_ms);
    }
    return true;
}

/* From the end of what the customer said to the start of the agent's answer. */
static void responses(const struct scoring *s)
{
    int64_t sum = 0, n = 0;
    const struct sam_turn *last = NULL;
    for (size_t i = 0; i < s->conversation->turns_n; i++) {
        const struct sam_turn *turn = &s->conversation->turns[i];
        if (!spoken(turn))
            continue;
        if (turn->role == SAM_ROLE_AGENT && last != NULL && last->role == SAM_ROLE_CUSTOMER) {
            int64_t wait = turn->start_ms.value - last->end_ms.value;
            sum += wait > 0 ? wait : 0;
            n++;
        }
        last = turn;
    }
    s->out->measures[SAM_M_RESPONSE_MS] = sam_int_of(sum);
    s->out->measures[SAM_M_RESPONSES] = sam_int_of(n);
}

enum sam_code score_timing(struct scoring *s, struct sam_err *err)
{
    const struct sam_conversation *conversation = s->conversation;
    struct sam_int *measures = s->out->measures;
    struct side sides[2] = {{NULL, 0, 0, 0}, {NULL, 0, 0, 0}}, both = {NULL, 0, 0, 0};
    size_t segments = 0;
    if (score_written(conversation->channel))
        return SAM_OK;
    for (size_t i = 0; i < conversation->turns_n; i++)
        segments += 1 + conversation->turns[i].segments_n;
    sides[0].at = sam_arena_array(s->arena, segments, sizeof(struct stretch));
    sides[1].at = sam_arena_array(s->arena, segments, sizeof(struct stretch));
    both.at = sam_arena_array(s->arena, 2 * segments, sizeof(struct stretch));
    if (sides[0].at == NULL || sides[1].at == NULL || both.at == NULL)
        return sam_arena_full(s->arena, err);
    for (size_t i = 0; i < conversation->turns_n; i++) {
        const struct sam_turn *turn = &conversation->turns[i];
        if (spoken(turn) && !add_turn(turn, &sides[turn->role == SAM_ROLE_CUSTOMER]))
            return SAM_OK;
    }
    for (int k = 0; k < 2; k++) {
        if (!in_order(&sides[k]))
            qsort(sides[k].at, sides[k].n, sizeof *sides[k].at, by_start);
        unite(&sides[k]);
    }
    merge(sides, &both);
    unite(&both);
    measures[SAM_M_AGENT_TALK_MS] = sam_int_of(sides[0].talk);
    measures[SAM_M_CUSTOMER_TALK_MS] = sam_int_of(sides[1].talk);
    measures[SAM_M_CROSS_TALK_MS] = sam_int_of(overlap(&sides[0], &sides[1]));
    measures[SAM_M_NON_TALK_MS] = sam_int_of(both.at[both.n - 1].end - both.at[0].start - both.talk);
    measures[SAM_M_LONGEST_AGENT_MS] = sam_int_of(sides[0].longest);
    measures[SAM_M_LONGEST_CUSTOMER_MS] = sam_int_of(sides[1].longest);
    responses(s);
    return SAM_OK;
}
