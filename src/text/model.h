/*
 * Private to text: the linear models of all labels as one block of numbers. A header of lines says what they are; docs/models.md.
 */
#ifndef SAMTALE_TEXT_MODEL_H
#define SAMTALE_TEXT_MODEL_H

#include "course.h"
#include "feature.h"

/* Changes whenever the same text would give other features: a model of another version is refused. */
#define FEATURES_VERSION 4

#define MODEL_AGENT    SAM_CUE_DISTRESS                /* labels of agents, from 0 */
#define MODEL_CUSTOMER (SAM_LABELS - SAM_CUE_DISTRESS) /* labels of customers, behind them */
/* By hashed bucket: check, rarity; by bucket: agents' rows, customers' rows; the rows of the second layer. */
#define MODEL_BYTES (2 * SAM_FEATURE_HASHED + SAM_FEATURE_BUCKETS * SAM_LABELS + COURSE_BYTES)

/* What a feature of each kind of row counts, in fifths. */
#define GAIN_UNIT 5
extern const uint8_t model_gains[ROWS];
/* What a feature of this rarity (in sixteenths) adds to the sum of squares, before its gain: a quarter of the square, so that it fits. */
static inline uint32_t model_square(uint8_t rarity)
{
    return (uint32_t)rarity * rarity / 4;
}
/* By what hashed features are multiplied, from the sum of model_square * gain^2: a long passage says more than a short one, but not as
 * much more as it has words. The value of a feature is gain * rarity / 16 / GAIN_UNIT times this. */
float model_share(float squares);

/* The weights of a word of the vocabulary are those of its features with their gains, in units of WORD_UNIT, squares of SQUARE_UNIT. */
#define WORD_UNIT   16
#define SQUARE_UNIT 32
struct model {
    struct known_features known;
    const struct weights *plain; /* by bucket */
    float scale[LABEL_LANES], bias[LABEL_LANES], threshold[LABEL_LANES];
    bool there[SAM_LABELS]; /* a label without a model is left to the rules */
    struct course_layer course;
};
/* Where each side's weights are. */
static inline const int16_t *weights_of(const struct weights *weights, int side)
{
    return side == 0 ? weights->agent : weights->customer;
}
static inline int16_t *weights_to(struct weights *weights, int side)
{
    return side == 0 ? weights->agent : weights->customer;
}
static inline int first_label_of(int side)
{
    return side == 0 ? 0 : MODEL_AGENT;
}
static inline uint32_t labels_of(int side)
{
    return side == 0 ? MODEL_AGENT : MODEL_CUSTOMER;
}

/* What a model keeps of one conversation, and of the passage it scored last; zeroed at its start. */
struct model_use {
    const struct model *model;
    int32_t said[2][4 * FOURS_AGENT]; /* weights of the signals of both sides before, for each side's labels */
    uint32_t said_n;
    float share;
    struct course course;
};

/* Reads "samtaled model 1"; keeps its numbers in the arena. */
enum sam_code model_read(struct sam_arena *arena, const struct sam_pack_source *source, struct model **out,
                         struct sam_err *err) SAM_MUST_USE;
/* n rows of zeros, each in a line of its own. @return NULL when the arena is full */
struct weights *model_weights(struct sam_arena *arena, size_t n);
/* Adds up the weights of every word; the vocabulary must be complete. */
enum sam_code model_words(struct model *model, const struct vocabulary *vocabulary, struct sam_arena *arena,
                          struct sam_err *err) SAM_MUST_USE;
/* A passage as a model sees it. */
struct model_passage {
    enum sam_role role;
    const struct features *features;
    const struct passage_rows *rows;
    const struct sam_token *tokens;
    uint32_t tokens_n;
    const struct sam_fired *fired;
};
/* The scores of the labels of one side, of which only those that have a model count; others hold anything. */
void model_score(struct model_use *use, const struct model_passage *passage, float score[LABEL_LANES]);
#define EVIDENCE_OF_LABEL 4
/* Writes what carried a label in the passage that was scored last as if it were rules, the strongest first. A feature that is a rule has
 * its name. @return how many, at most room and EVIDENCE_OF_LABEL */
uint32_t model_evidence(const struct model_use *use, enum sam_label label, const struct model_passage *passage, struct sam_fired *out,
                        uint32_t room);

#endif
