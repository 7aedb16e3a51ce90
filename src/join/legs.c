/*
 * The legs: what their times imply where a duration is not told, clocks that ran backwards, and the sums of the conversation.
 */
#include "joining.h"

#include <stdlib.h>

static bool known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

/** @return b - a in ms; 0 and a flag when the clock ran backwards; unknown when either time is */
static struct sam_int between(struct sam_conversation *c, struct sam_time a, struct sam_time b)
{
    if (!known(a) || !known(b))
        return SAM_UNKNOWN;
    if (b.us >= a.us)
        return sam_int_of((b.us - a.us) / 1000);
    c->flags |= SAM_FLAG_CLOCK_SKEW;
    return sam_int_of(0);
}

static void complete(struct sam_conversation *c, struct sam_leg *leg)
{
    struct sam_int to_answer = between(c, leg->queued, leg->answered);
    (void)between(c, leg->answered, leg->ended);
    if (known(leg->answered) && leg->disposition == SAM_DISPOSITION_UNKNOWN)
        leg->disposition = SAM_DISPOSITION_ANSWERED; /* answered is the moment when the first agent was connected */
    if (leg->wait_ms.known)
        return;
    if (to_answer.known)
        leg->wait_ms = to_answer;
    else if (!known(leg->answered) && leg->disposition != SAM_DISPOSITION_ANSWERED && leg->disposition != SAM_DISPOSITION_UNKNOWN)
        leg->wait_ms = between(c, leg->queued, leg->ended);
}

static void sum(struct sam_int *total, struct sam_int more)
{
    if (more.known)
        *total = sam_int_of(total->value + more.value);
}

static int64_t begin_us(const struct sam_leg *leg)
{
    struct sam_time t = known(leg->queued) ? leg->queued : known(leg->answered) ? leg->answered : leg->ended;
    return known(t) ? t.us : INT64_MAX;
}

/** Stable insertion: legs are few, and of one record they stand in order already. */
static void sort(struct sam_leg *legs, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct sam_leg leg = legs[i];
        size_t at = i;
        for (; at > 0 && begin_us(&legs[at - 1]) > begin_us(&leg); at--)
            legs[at] = legs[at - 1];
        legs[at] = leg;
    }
}

/* ---- hold that another system tells --------------------------------------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
    const struct sam_hold *x = a, *y = b;
    if (x->from.us != y->from.us)
        return x->from.us < y->from.us ? -1 : 1;
    return (x->to.us > y->to.us) - (x->to.us < y->to.us);
}

/** All holds of the records in order. */
static enum sam_code gather_holds(struct joining *j, struct sam_hold **out, size_t *out_n, struct sam_err *err)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < j->records_n; i++)
        n += j->records[i]->record->holds_n;
    struct sam_hold *holds = sam_arena_array(j->arena, n, sizeof(*holds));
    if (!holds)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < j->records_n; i++) {
        for (size_t k = 0; k < j->records[i]->record->holds_n; k++)
            holds[at++] = j->records[i]->record->holds[k];
    }
    if (n > 1)
        qsort(holds, n, sizeof(*holds), by_start);
    *out = holds;
    *out_n = n;
    return SAM_OK;
}

/** A leg that knows how long it was connected, but not how much of that was hold, gets it from the holds that lie in it. */
static void hold_of(struct sam_leg *leg, const struct sam_hold *holds, size_t n)
{
    int64_t sum_us = 0, until = leg->answered.us;
    if (leg->hold_ms.known || !leg->talk_ms.known || !known(leg->answered) || !known(leg->ended))
        return;
    for (size_t i = 0; i < n; i++) {
        int64_t from = holds[i].from.us > until ? holds[i].from.us : until;
        int64_t to = holds[i].to.us < leg->ended.us ? holds[i].to.us : leg->ended.us;
        if (to <= from)
            continue;
        sum_us += to - from;
        until = to;
    }
    if (sum_us == 0) /* no hold is told of this leg: that is not none */
        return;
    leg->hold_ms = sam_int_of(sum_us / 1000);
    leg->talk_ms = sam_int_of(leg->talk_ms.value > leg->hold_ms.value ? leg->talk_ms.value - leg->hold_ms.value : 0);
}

enum sam_code join_legs(struct joining *j, struct sam_err *err)
{
    struct sam_conversation *c = j->out;
    struct sam_hold *holds = NULL;
    size_t n = 0, holds_n = 0, told = 0;
    for (size_t i = 0; i < j->records_n; i++)
        n += j->records[i]->record->legs_n;
    enum sam_code code = gather_holds(j, &holds, &holds_n, err);
    if (code != SAM_OK)
        return code;
    c->legs = sam_arena_array(j->arena, n, sizeof(*c->legs));
    if (!c->legs)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < j->records_n; i++) {
        const struct sam_record *record = j->records[i]->record;
        if (join_rank(j->records[i]) != j->legs_rank)
            continue;
        told += record->legs_n > 0;
        for (size_t k = 0; k < record->legs_n; k++)
            c->legs[c->legs_n++] = record->legs[k];
    }
    if (told > 1) /* one record's legs keep the order in which it tells them */
        sort(c->legs, c->legs_n);
    for (size_t i = 0; i < c->legs_n; i++) {
        struct sam_leg *leg = &c->legs[i];
        hold_of(leg, holds, holds_n);
        complete(c, leg);
        sum(&c->wait_ms, leg->wait_ms);
        sum(&c->talk_ms, leg->talk_ms);
        sum(&c->hold_ms, leg->hold_ms);
        sum(&c->wrap_ms, leg->wrap_ms);
        c->flags |= sam_span_equal(leg->queue, c->legs[0].queue) ? 0U : SAM_FLAG_QUEUES;
        c->transfers += leg->transfer != SAM_TRANSFER_NONE;
        if (leg->disposition != SAM_DISPOSITION_UNKNOWN)
            c->disposition = leg->disposition;
    }
    if (c->talk_ms.known)
        c->handle_ms = sam_int_of(c->talk_ms.value + c->hold_ms.value + c->wrap_ms.value);
    return SAM_OK;
}
