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

enum sam_code join_legs(struct joining *j, struct sam_err *err)
{
    struct sam_conversation *c = j->out;
    size_t n = 0;
    for (size_t i = 0; i < j->records_n; i++)
        n += j->records[i]->record->legs_n;
    c->legs = sam_arena_array(j->arena, n, sizeof(*c->legs));
    if (!c->legs)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < j->records_n; i++) {
        const struct sam_record *record = j->records[i]->record;
        for (size_t k = 0; k < record->legs_n; k++)
            c->legs[c->legs_n++] = record->legs[k];
    }
    if (j->records_n > 1) /* one record's legs keep the order in which it tells them */
        sort(c->legs, c->legs_n);
    for (size_t i = 0; i < c->legs_n; i++) {
        struct sam_leg *leg = &c->legs[i];
        complete(c, leg);
        sum(&c->wait_ms, leg->wait_ms);
        sum(&c->talk_ms, leg->talk_ms);
        sum(&c->hold_ms, leg->hold_ms);
        sum(&c->wrap_ms, leg->wrap_ms);
        c->transfers += leg->transfer != SAM_TRANSFER_NONE;
        if (leg->disposition != SAM_DISPOSITION_UNKNOWN)
            c->disposition = leg->disposition;
    }
    if (c->talk_ms.known)
        c->handle_ms = sam_int_of(c->talk_ms.value + c->hold_ms.value + c->wrap_ms.value);
    return SAM_OK;
}
