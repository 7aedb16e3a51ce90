/*
 * The course of a conversation: what a passage's labels owe to the passages before it.
 */
#include "course.h"

#include "lanes.h"

#include <string.h>

/* How the parts compare, and how often a label comes before more of it says no more; found on the development conversations. */
#define WORDS_SHARE  (1.0F / 6)
#define COURSE_SHARE 0.6F
#define SO_FAR_MOST  2.0F
#define OLDER        0.5F /* what a passage counts of the one behind it */

static int side_of_role(enum sam_role role)
{
    return role == SAM_ROLE_AGENT ? 0 : 1;
}

void course_hear(struct course_layer *layer, enum sam_label label)
{
    layer->heard[label < SAM_CUE_DISTRESS ? 0 : 1][label] = -1;
}

INLINED int4 mask_of(const int32_t *at)
{
    int4 mask;
    memcpy(&mask, at, sizeof mask);
    return mask;
}

void course_odds(const struct course_layer *layer, enum sam_role role, const float score[LABEL_LANES], float odds[LABEL_LANES])
{
    const int32_t *heard = layer->heard[side_of_role(role)];
    for (int i = 0; i < LABEL_LANES; i += 4) {
        float4 all = four_of(layer->slope + i) * four_of(score + i) + four_of(layer->offset + i);
        put_four(odds + i, (float4)(mask_of(heard + i) & (int4)all));
    }
}

/* What stands behind the last label of a part is written over by the next. */
void course_see(const struct course *course, const float odds[LABEL_LANES], float seen[COURSE_SEEN])
{
    const float4 most = all_four(SO_FAR_MOST), share = all_four(COURSE_SHARE);
    for (int i = 0; i < LABEL_LANES; i += 4)
        put_four(seen + COURSE_WORDS + i, all_four(WORDS_SHARE) * four_of(odds + i));
    for (int i = 0; i < LABEL_LANES; i += 4)
        put_four(seen + COURSE_LATELY + i, share * four_of(course->lately + i));
    for (int i = 0; i < LABEL_LANES; i += 4) {
        float4 so_far = four_of(course->so_far + i);
        put_four(seen + COURSE_SO_FAR + i, share * chosen(so_far < most, so_far, most));
    }
}

/* e to the power of x, to seven digits, as 2^n * e^rest, the latter by its series: the same bits everywhere. */
INLINED float4 exponential(float4 x)
{
    const float4 magic = all_four(12582912.0F); /* 1.5 * 2^23: what is added to it is rounded to whole numbers */
    x = chosen(x < all_four(-87), all_four(-87), x);
    x = chosen(x > all_four(87), all_four(87), x);
    float4 shifted = x * all_four(1.44269504F) + magic, n = shifted - magic;
    float4 rest = x - n * all_four(0.693359375F) + n * all_four(2.12194440e-4F), sum = all_four(1.0F / 720);
    static const float parts[] = {1.0F / 120, 1.0F / 24, 1.0F / 6, 0.5F, 1, 1};
    for (int i = 0; i < 6; i++)
        sum = sum * rest + all_four(parts[i]);
    return (float4)((int4)sum + __builtin_convertvector(n, int4) * (1 << 23));
}

/* How likely each label is; 0 of those that are not heard. */
INLINED float4 likely(float4 odds, int4 heard)
{
    float4 one = all_four(1);
    return (float4)(heard & (int4)(one / (one + exponential(-odds))));
}

/* First everything grows older, then what is said now is added; where nothing grows older the greater of both stays. */
void course_add(const struct course_layer *layer, struct course *course, enum sam_role role, const float odds[LABEL_LANES], bool brief)
{
    const int first = labels_first(role), fours = role == SAM_ROLE_AGENT ? COURSE_FOURS_AGENT : COURSE_FOURS_CUSTOMER;
    const int4 either = {-(int)brief, -(int)brief, -(int)brief, -(int)brief};
    const float4 older = all_four(brief ? 1 : OLDER);
    for (int i = 0; i < LABEL_LANES; i += 4)
        put_four(course->lately + i, older * four_of(course->lately + i));
    for (int i = first; i < first + 4 * fours; i += 4) {
        float4 now = likely(four_of(odds + i), mask_of(layer->heard[side_of_role(role)] + i)), lately = four_of(course->lately + i);
        put_four(course->so_far + i, four_of(course->so_far + i) + now);
        put_four(course->lately + i, chosen(either, chosen(lately > now, lately, now), lately + now));
    }
}

/* The sums of one side's labels over everything seen. Odds of the other side's labels are 0. */
INLINED void sum_side(const struct course_layer *layer, const float seen[COURSE_SEEN], enum sam_role role, uint32_t fours, float *to)
{
    const int first = labels_first(role), end = labels_end(role);
    float4 sum[COURSE_FOURS_AGENT];
    EACH_FOUR sum[v] = four_of(layer->base + first + 4 * v);
    for (int i = COURSE_WORDS + first; i < COURSE_WORDS + end; i++)
        EACH_FOUR sum[v] += all_four(seen[i]) * four_of(layer->weights[i] + first + 4 * v);
    for (int i = COURSE_LATELY; i < COURSE_N; i++)
        EACH_FOUR sum[v] += all_four(seen[i]) * four_of(layer->weights[i] + first + 4 * v);
    EACH_FOUR put_four(to + first + 4 * v, sum[v]);
}

void course_score(const struct course_layer *layer, struct course *course, enum sam_role role, bool brief, float score[LABEL_LANES])
{
    SAM_UNSET float odds[LABEL_LANES], seen[COURSE_SEEN];
    course_odds(layer, role, score, odds);
    course_see(course, odds, seen);
    if (role == SAM_ROLE_AGENT)
        sum_side(layer, seen, SAM_ROLE_AGENT, COURSE_FOURS_AGENT, score);
    else
        sum_side(layer, seen, SAM_ROLE_CUSTOMER, COURSE_FOURS_CUSTOMER, score);
    course_add(layer, course, role, odds, brief);
}
