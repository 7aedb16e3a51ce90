/*
 * Private to text: the linear models of all labels as one block of numbers. A header of lines says what they are; docs/models.md.
 */
#ifndef SAMTALE_TEXT_MODEL_H
#define SAMTALE_TEXT_MODEL_H

#include "feature.h"

/* Changes whenever the same text would give other features: a model of another version is refused. */
#define FEATURES_VERSION 3

#define MODEL_AGENT    SAM_CUE_DISTRESS                /* labels of agents, from 0 */
#define MODEL_CUSTOMER (SAM_LABELS - SAM_CUE_DISTRESS) /* labels of customers, behind them */
/* By hashed bucket: check, rarity; by bucket: agents' rows, customers' rows. */
#define MODEL_BYTES (2 * SAM_FEATURE_HASHED + SAM_FEATURE_BUCKETS * SAM_LABELS)

/* Weights lie in rows, one number a label, then what the row adds to the sum of squares, then nothing: vectors of four. */
#define FOURS_AGENT    5
#define FOURS_CUSTOMER 2

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

/* The models of one side's labels. */
struct side_model {
    uint32_t lanes, labels;
    const int16_t *hashed; /* rows by place: weight * rarity */
    const float *plain;    /* rows by bucket: weight */
};
/* What a word of the vocabulary brings by itself, for each side's labels: the rows of its features with their gains, in units of
 * WORD_UNIT, squares in units of SQUARE_UNIT. One line of a cache. */
#define WORD_UNIT   16
#define SQUARE_UNIT 32
#define WORD_LANES  32
struct word_row {
    int16_t agent[WORD_LANES - 4 * FOURS_CUSTOMER], customer[4 * FOURS_CUSTOMER];
};
struct model {
    const uint8_t *checks;        /* of each hashed bucket: which of the features hashed to it the model knows; 0: none */
    const uint16_t *places;       /* of each hashed bucket that is known: its place among the rows */
    const struct word_row *words; /* by number in the vocabulary */
    struct side_model sides[2];   /* of agents, of customers */
    float scale[SAM_LABELS], bias[SAM_LABELS], threshold[SAM_LABELS];
    bool there[SAM_LABELS]; /* a label without a model is left to the rules */
};

/* What a model keeps of one conversation, and of the passage it scored last; zeroed at its start. */
struct model_use {
    const struct model *model;
    float said[2][MODEL_AGENT]; /* weights of the signals of both sides before, for each side's labels */
    uint32_t said_n;
    float share;
};

/* Reads "samtaled model 1"; keeps its numbers in the arena. */
enum sam_code model_read(struct sam_arena *arena, const struct sam_pack_source *source, struct model **out,
                         struct sam_err *err) SAM_MUST_USE;
/* Adds up the rows of every word; the vocabulary must be complete. */
enum sam_code model_words(struct model *model, const struct vocabulary *vocabulary, struct sam_arena *arena,
                          struct sam_err *err) SAM_MUST_USE;
/* The scores of the labels of one side; others stay untouched. */
void model_score(struct model_use *use, enum sam_role role, const struct features *features, const struct sam_token *tokens, uint32_t n,
                 float score[SAM_LABELS]);
#define EVIDENCE_OF_LABEL 4
/* Writes what carried a label in the passage that was scored last as if it were rules, the strongest first. A feature that is a rule has
 * its name. @return how many, at most room and EVIDENCE_OF_LABEL */
uint32_t model_evidence(const struct model_use *use, enum sam_label label, const struct features *features,
                        const struct sam_passage *passage, struct sam_fired *out, uint32_t room);

#endif
