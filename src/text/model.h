/*
 * Private to text: the linear models of all labels as one block of numbers. A header of lines says what they are; docs/models.md.
 */
#ifndef SAMTALE_TEXT_MODEL_H
#define SAMTALE_TEXT_MODEL_H

#include "feature.h"

/* Changes whenever the same text would give other features: a model of another version is refused. */
#define FEATURES_VERSION 1

#define MODEL_AGENT    SAM_CUE_DISTRESS                          /* labels of agents, from 0 */
#define MODEL_CUSTOMER (SAM_LABELS - SAM_CUE_DISTRESS)           /* labels of customers, behind them */
#define MODEL_BYTES    (SAM_FEATURE_BUCKETS * (1U + SAM_LABELS)) /* rarity, agents' rows, customers' rows */

struct model {
    const uint8_t *rarity;  /* by bucket: log(1 + passages / passages with it), in sixteenths */
    const int8_t *agent;    /* rows of MODEL_AGENT by bucket */
    const int8_t *customer; /* rows of MODEL_CUSTOMER by bucket */
    float scale[SAM_LABELS], bias[SAM_LABELS], threshold[SAM_LABELS];
    bool there[SAM_LABELS]; /* a label without a model is left to the rules */
};

/* Reads "samtaled model 1"; keeps a copy of its numbers in the arena. */
struct model *model_read(struct sam_arena *arena, const struct sam_pack_source *source, struct sam_err *err) SAM_MUST_USE;
/* Scales the features of one passage by their groups: hashed ones by rarity and by how many there are. */
void model_weigh(const uint8_t *rarity, struct sam_feature *features, uint32_t n);
/* The scores of the labels of one side, of features that were weighed; others stay untouched. */
void model_score(const struct model *model, enum sam_role role, const struct sam_feature *features, uint32_t n, float score[SAM_LABELS]);
/* Writes the features that carried a label as if they were rules, the strongest first. A feature that is a rule has its name.
 * @return how many, at most room */
uint32_t model_evidence(const struct model *model, enum sam_label label, const struct sam_passage *passage, struct sam_fired *out,
                        uint32_t room);

#endif
