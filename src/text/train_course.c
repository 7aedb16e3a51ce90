/*
 * Training of the second layer: from what models of words say of a passage and of those before it. These models must not have seen the
 * conversation, or the second layer would learn to trust them more than they deserve.
 */
#include "train.h"

#include <math.h>
#include <string.h>

/* Of the second layer: it weighs few numbers, so mistakes are cheap; found on the development conversations. */
#define COURSE_COST     0.02
#define COURSE_POSITIVE 1

#define NEWTON_STEPS 100
#define NEWTON_PART  0.5  /* of a step */
#define NEWTON_DAMP  1e-3 /* keeps what separates everything from becoming certain */

/* Platt's logistic curve of one label over all lessons, by Newton's method. */
static void find_odds(struct training *t, int label)
{
    double slope = 2, offset = 0;
    for (int step = 0; step < NEWTON_STEPS; step++) {
        double gradient[2] = {0}, hessian[3] = {NEWTON_DAMP, 0, NEWTON_DAMP};
        for (uint32_t i = 0; i < t->n; i++) {
            const struct lesson *lesson = t->words.examples[i].lesson;
            if (!concerns(lesson, label))
                continue;
            double score = (double)t->scores[i][label], likely = 1 / (1 + exp(-(slope * score + offset)));
            double rest = (labelled(lesson, label) ? 1 : 0) - likely, weight = likely * (1 - likely);
            gradient[0] += rest * score;
            gradient[1] += rest;
            hessian[0] += weight * score * score;
            hessian[1] += weight * score;
            hessian[2] += weight;
        }
        double det = hessian[0] * hessian[2] - hessian[1] * hessian[1];
        slope = fmin(20, fmax(0, slope + NEWTON_PART * (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / det));
        offset = fmin(20, fmax(-20, offset + NEWTON_PART * (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / det));
    }
    t->model.course.slope[label] = (float)slope;
    t->model.course.offset[label] = (float)offset;
}

/* One lesson after those before it in its conversation. */
static enum sam_code see(struct training *t, uint32_t i, struct course *course)
{
    const struct lesson *lesson = t->words.examples[i].lesson;
    enum sam_role role = lesson->agent ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER;
    uint16_t *buckets = sam_arena_array(t->arena, COURSE_N, sizeof *buckets);
    float *values = sam_arena_array(t->arena, COURSE_N, sizeof *values);
    float score[LABEL_LANES] = {0}, odds[LABEL_LANES], seen[COURSE_SEEN];
    struct example *out = &t->course.examples[i];
    if (buckets == NULL || values == NULL)
        return sam_arena_full(t->arena, t->err);
    *out = (struct example){.lesson = lesson, .buckets = buckets, .values = values, .part = lesson->said.group, .square = 1};
    memcpy(score, t->scores[i], sizeof t->scores[i]);
    course_odds(&t->model.course, role, score, odds);
    course_see(course, odds, seen);
    course_add(&t->model.course, course, role, odds, lesson->brief);
    for (uint16_t k = 0; k < COURSE_N; k++) {
        if (fabsf(seen[k]) < 1e-6F)
            continue;
        buckets[out->n] = k;
        values[out->n++] = seen[k];
        out->square += (double)seen[k] * (double)seen[k];
    }
    return SAM_OK;
}

static enum sam_code see_all(struct training *t)
{
    struct course course = {{0}, {0}};
    for (uint32_t i = 0; i < t->n; i++) {
        uint32_t conversation = t->words.examples[i].lesson->said.conversation;
        if (i > 0 && conversation != t->words.examples[i - 1].lesson->said.conversation)
            course = (struct course){{0}, {0}};
        if (see(t, i, &course) != SAM_OK)
            return t->err->code;
    }
    return SAM_OK;
}

static enum sam_code find_threshold(struct training *t, int label)
{
    struct outcome *outcomes = sam_arena_array(t->arena, (size_t)t->n + 1, sizeof *outcomes);
    const struct example *examples = t->course.examples;
    uint32_t n = 0;
    if (outcomes == NULL)
        return sam_arena_full(t->arena, t->err);
    for (int32_t group = 0; group < SAM_LESSON_GROUPS; group++) {
        bool there = false;
        for (uint32_t i = 0; i < t->n && !there; i++)
            there = examples[i].part == group;
        if (!there)
            continue;
        train_learn(t, &t->course, label, group);
        for (uint32_t i = 0; i < t->n; i++) {
            if (examples[i].part == group && concerns(examples[i].lesson, label))
                outcomes[n++] = (struct outcome){train_score(t, &examples[i]), labelled(examples[i].lesson, label), i};
        }
    }
    t->thresholds[label] = threshold_of(outcomes, n);
    t->model.threshold[label] = (float)t->thresholds[label].at;
    return SAM_OK;
}

enum sam_code train_course(struct training *t)
{
    t->course = (struct layer){sam_arena_array(t->arena, (size_t)t->n + 1, sizeof *t->course.examples), COURSE_COST, COURSE_POSITIVE};
    if (t->course.examples == NULL)
        return sam_arena_full(t->arena, t->err);
    for (int label = 0; label < SAM_LABELS; label++) {
        if (t->model.there[label])
            find_odds(t, label);
    }
    if (see_all(t) != SAM_OK)
        return t->err->code;
    for (int label = 0; label < SAM_LABELS; label++) {
        if (!t->model.there[label])
            continue;
        if (find_threshold(t, label) != SAM_OK)
            return t->err->code;
        train_learn(t, &t->course, label, PART_NONE);
        t->model.course.base[label] = t->bias;
        for (int i = 0; i < COURSE_N; i++)
            t->model.course.weights[i][label] = t->weights[i];
    }
    return SAM_OK;
}
