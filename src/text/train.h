/*
 * Private to text: what the parts of a training share; docs/models.md.
 */
#ifndef SAMTALE_TEXT_TRAIN_H
#define SAMTALE_TEXT_TRAIN_H

#include "model.h"

struct held_feature {
    uint16_t bucket;
    uint8_t group, check;
    float value;
};
/* One passage. */
struct lesson {
    struct sam_lesson said;
    bool agent, brief; /* brief: it may be a backchannel */
    uint32_t n;
    const struct held_feature *features;
};

/* A lesson as one layer sees it. */
struct example {
    const struct lesson *lesson;
    const uint16_t *buckets;
    const float *values;
    uint32_t n;
    int32_t part;  /* models that are to score it are learnt without all of this part */
    double square; /* of its values, with the bias */
};
#define PART_NONE (-2)
/* One layer: examples of all lessons, in their order, and what a mistake costs. */
struct layer {
    struct example *examples;
    double cost, positive;
};
/* A label's threshold, and how far above it a site must ask so that THRESHOLD_SURE of the marks are right; recall: what is then left. */
struct threshold {
    double at, above, recall;
    bool sure;
};
#define THRESHOLD_SURE 0.8

struct training {
    struct sam_arena *arena;
    const struct sam_train_settings *settings;
    struct layer words, course;
    uint32_t n; /* lessons that may be seen */
    uint8_t checks[SAM_FEATURE_HASHED], rarity[SAM_FEATURE_HASHED];
    uint32_t last[SAM_FEATURE_BUCKETS]; /* of each bucket: the lesson or place it was met in last */
    float weights[SAM_FEATURE_BUCKETS]; /* of the label learnt last */
    float bias;
    uint32_t *order;
    double *alpha;
    float (*scores)[SAM_LABELS]; /* by lesson: what models that did not see its part say of its words */
    struct model model;
    struct threshold thresholds[SAM_LABELS];
    struct sam_err *err;
};

/* Whether a label can be right or wrong of a lesson. */
static inline bool concerns(const struct lesson *lesson, int label)
{
    return lesson->agent == (label < MODEL_AGENT) && (lesson->said.disputed >> label & 1) == 0;
}
static inline bool labelled(const struct lesson *lesson, int label)
{
    return (lesson->said.labels >> label & 1) != 0;
}
/* Weights of one label from all examples of a layer but those of one part. */
void train_learn(struct training *t, const struct layer *layer, int label, int32_t without);
/* What they say of an example. */
double train_score(const struct training *t, const struct example *example);

/* The second layer, after the scores of the first: how scores become odds, weights, thresholds. */
enum sam_code train_course(struct training *t) SAM_MUST_USE;

/* What a model says of a passage that it did not see. */
struct outcome {
    double score;
    bool labelled;
    uint32_t number; /* breaks ties the same way everywhere */
};
/* The threshold that n outcomes ask for; sorts them. */
struct threshold threshold_of(struct outcome *outcomes, uint32_t n);

#endif
