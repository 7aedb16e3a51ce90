/*
 * Private to text: the course of a conversation. What a passage is depends on what its conversation has been so far: who has explored
 * goes on exploring, and who was refused by a rule is angry. Behind the models of words stands a second layer that weighs both;
 * docs/models.md.
 */
#ifndef SAMTALE_TEXT_COURSE_H
#define SAMTALE_TEXT_COURSE_H

#include "pack.h"

#define BACKCHANNEL_WORDS 2

/* What the second layer sees of a passage, a number a label each: the odds by its words, what was heard lately, what was heard so far. */
#define COURSE_WORDS  0
#define COURSE_LATELY SAM_LABELS
#define COURSE_SO_FAR (2 * SAM_LABELS)
#define COURSE_N      (3 * SAM_LABELS)
/* Its weights are whole numbers of this part in the models' file, of two bytes. */
#define COURSE_UNIT  (1.0 / 4096)
#define COURSE_BYTES (2 * COURSE_N * SAM_LABELS)

/* Vectors of four labels of each side, as they are read from its first label on. */
#define COURSE_FOURS_AGENT    5
#define COURSE_FOURS_CUSTOMER 2

struct course_layer {
    float slope[LABEL_LANES], offset[LABEL_LANES]; /* logarithm of a label's odds = slope * score by words + offset */
    int32_t heard[2][LABEL_LANES];                 /* of agents, of customers: all bits of each of the side's labels that has a model */
    float base[LABEL_LANES];
    float weights[COURSE_N][LABEL_LANES];
};
/* How many of the passages before bear each label, by their probabilities; lately: each counts half of the one behind it. Zeroed at the
 * start of a conversation. */
struct course {
    float lately[LABEL_LANES], so_far[LABEL_LANES];
};
#define COURSE_SEEN (COURSE_SO_FAR + LABEL_LANES) /* COURSE_N of them count */

/* Notes that a label has a model. */
void course_hear(struct course_layer *layer, enum sam_label label);
/* The logarithm of the odds of each label of the side; 0 of the others and of those without a model. */
void course_odds(const struct course_layer *layer, enum sam_role role, const float score[LABEL_LANES], float odds[LABEL_LANES]);
/* What the second layer sees. */
void course_see(const struct course *course, const float odds[LABEL_LANES], float seen[COURSE_SEEN]);
/* Remembers the passage for those behind it. @param brief  it may be a backchannel, which makes nothing older */
void course_add(const struct course_layer *layer, struct course *course, enum sam_role role, const float odds[LABEL_LANES], bool brief);
/* Takes the scores by words of one passage's side, gives those of the second layer, and remembers the passage. Scores of other labels and
 * of those without a model come to nothing. */
void course_score(const struct course_layer *layer, struct course *course, enum sam_role role, bool brief, float score[LABEL_LANES]);

/* The labels of a side: from the first up to the end. */
static inline int labels_first(enum sam_role role)
{
    return role == SAM_ROLE_AGENT ? 0 : SAM_CUE_DISTRESS;
}
static inline int labels_end(enum sam_role role)
{
    return role == SAM_ROLE_AGENT ? SAM_CUE_DISTRESS : SAM_LABELS;
}

#endif
