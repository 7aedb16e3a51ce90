/*
 * The course of a conversation: what a passage's labels owe to the passages before it.
 */
#include "course.h"

#include "lanes.h"

#include <math.h>

/* How the parts compare, and how often a label comes before more of it says no more; found on the development conversations. */
#define WORDS_SHARE  (1.0F / 6)
#define COURSE_SHARE 0.6F
#define SO_FAR_MOST  2.0F
#define OLDER        0.5F /* what a passage counts of the one behind it */

void course_odds(const struct course_layer *layer, enum sam_role role, const float score[SAM_LABELS], const bool there[SAM_LABELS],
                 float odds[SAM_LABELS])
{
    for (int label = 0; label < SAM_LABELS; label++)
        odds[label] = 0;
    for (int label = labels_first(role); label < labels_end(role); label++) {
        if (there[label])
            odds[label] = layer->slope[label] * score[label] + layer->offset[label];
    }
}

void course_see(const struct course *course, const float odds[SAM_LABELS], float seen[COURSE_N])
{
    for (int label = 0; label < SAM_LABELS; label++) {
        seen[COURSE_WORDS + label] = WORDS_SHARE * odds[label];
        seen[COURSE_LATELY + label] = COURSE_SHARE * course->lately[label];
        seen[COURSE_SO_FAR + label] = COURSE_SHARE * (course->so_far[label] < SO_FAR_MOST ? course->so_far[label] : SO_FAR_MOST);
    }
}

static inline float most(float a, float b)
{
    return a > b ? a : b;
}

void course_add(struct course *course, enum sam_role role, const float odds[SAM_LABELS], const bool there[SAM_LABELS], bool brief)
{
    float now[SAM_LABELS] = {0};
    for (int label = labels_first(role); label < labels_end(role); label++)
        now[label] = there[label] ? 1 / (1 + expf(-odds[label])) : 0;
    for (int label = 0; label < SAM_LABELS; label++) {
        course->so_far[label] += now[label];
        course->lately[label] = brief ? most(course->lately[label], now[label]) : OLDER * course->lately[label] + now[label];
    }
}

/* The sums of one side's labels over everything seen. Odds of the other side's labels are 0. */
INLINED void sum_side(const struct course_layer *layer, const float seen[COURSE_N], enum sam_role role, uint32_t fours, float *to)
{
    const int first = labels_first(role), end = labels_end(role);
    float4 sum[COURSE_FOURS_AGENT];
    EACH_FOUR sum[v] = four_of(layer->base + first + 4 * v);
    for (int i = COURSE_WORDS + first; i < COURSE_WORDS + end; i++)
        EACH_FOUR sum[v] += all_four(seen[i]) * four_of(layer->weights[i] + first + 4 * v);
    for (int i = COURSE_LATELY; i < COURSE_N; i++)
        EACH_FOUR sum[v] += all_four(seen[i]) * four_of(layer->weights[i] + first + 4 * v);
    EACH_FOUR memcpy(to + 4 * v, &sum[v], sizeof sum[v]);
}

void course_score(const struct course_layer *layer, struct course *course, enum sam_role role, bool brief, const bool there[SAM_LABELS],
                  float score[SAM_LABELS])
{
    float odds[SAM_LABELS], seen[COURSE_N], sum[4 * COURSE_FOURS_AGENT];
    course_odds(layer, role, score, there, odds);
    course_see(course, odds, seen);
    if (role == SAM_ROLE_AGENT)
        sum_side(layer, seen, SAM_ROLE_AGENT, COURSE_FOURS_AGENT, sum);
    else
        sum_side(layer, seen, SAM_ROLE_CUSTOMER, COURSE_FOURS_CUSTOMER, sum);
    for (int label = labels_first(role); label < labels_end(role); label++)
        score[label] = there[label] ? sum[label - labels_first(role)] : score[label];
    course_add(course, role, odds, there, brief);
}
