/*
 * Thresholds: from which score on a label is marked. As many marks as people made is a steadier aim than the best F1 of few passages,
 * costs no F1 elsewhere, and leaves shares of many conversations true.
 */
#include "train.h"

#include <math.h>
#include <stdlib.h>

/* Averaged over the thresholds that mark so many of what people marked. */
#define SHARE_LEAST 0.7
#define SHARE_MOST  1.3
#define SHARE_STEPS 12

static int by_score(const void *a, const void *b)
{
    const struct outcome *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* The score above which the first `wanted` of n sorted outcomes stand; between two numbers, between two scores. */
static double score_at(const struct outcome *outcomes, uint32_t n, double wanted)
{
    double place = fmin(fmax(wanted - 0.5, 0), n - 1);
    uint32_t i = (uint32_t)place, next = i + 1 < n ? i + 1 : i;
    return outcomes[i].score + (place - i) * (outcomes[next].score - outcomes[i].score);
}

/* From sorted outcomes, how far above the threshold THRESHOLD_SURE of the marks are right, and which share of people's marks is then left.
 */
static void find_sure(const struct outcome *outcomes, uint32_t n, uint32_t all, struct threshold *to)
{
    uint32_t hits = 0, kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        hits += outcomes[i].labelled ? 1 : 0;
        if (hits < THRESHOLD_SURE * (i + 1) || hits == kept)
            continue;
        kept = hits;
        to->above = fmax(0, outcomes[i].score - to->at);
        to->recall = (double)hits / all;
        to->sure = hits > 1;
    }
}

struct threshold threshold_of(struct outcome *outcomes, uint32_t n)
{
    struct threshold to = {0};
    uint32_t all = 0;
    if (n == 0)
        return to;
    qsort(outcomes, n, sizeof *outcomes, by_score);
    for (uint32_t i = 0; i < n; i++)
        all += outcomes[i].labelled ? 1 : 0;
    if (all == 0) {
        to.at = outcomes[0].score + 0.5; /* nothing like it was ever right */
        return to;
    }
    for (int step = 0; step <= SHARE_STEPS; step++)
        to.at += score_at(outcomes, n, all * (SHARE_LEAST + (SHARE_MOST - SHARE_LEAST) * step / SHARE_STEPS)) / (SHARE_STEPS + 1);
    find_sure(outcomes, n, all, &to);
    return to;
}
