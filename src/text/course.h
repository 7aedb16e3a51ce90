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
#define COURSE_LANES          (SAM_CUE_DISTRESS + 4 * COURSE_FOURS_CUSTOMER + 3)
_Static_assert(SAM_LABELS - SAM_CUE_DISTRESS <= 4 * COURSE_FOURS_CUSTOMER && SAM_CUE_DISTRESS <= 4 * COURSE_FOURS_AGENT,
               "a lane for each label");

struct course_layer {
    float slope[SAM_LABELS], offset[SAM_LABELS]; /* logarithm of a label's odds = slope * score by words + offset */
    float base[COURSE_LANES];
    float weights[COURSE_N][COURSE_LANES];
};
/* How many of the passages before bear each label, by their probabilities; lately: each counts half of the one behind it. Zeroed at the
 * start of a conversation. */
struct course {
    float lately[SAM_LABELS], so_far[SAM_LABELS];
};

/* The logarithm of the odds of each label of the side; 0 of the others and of those without a model. */
void course_odds(const struct course_layer *layer, enum sam_role role, const float score[SAM_LABELS], const bool there[SAM_LABELS],
                 float odds[SAM_LABELS]);
/* What the second layer sees. */
void course_see(const struct course *course, const float odds[SAM_LABELS], float seen[COURSE_N]);
/* Remembers the passage for those behind it. @param brief  it may be a backchannel, which makes nothing older */
void course_add(struct course *course, enum sam_role role, const float odds[SAM_LABELS], const bool there[SAM_LABELS], bool brief);
/* Takes the scores by words of one passage's side, gives those of the second layer, and remembers the passage. */
void course_score(const struct course_layer *layer, struct course *course, enum sam_role role, bool brief, const bool there[SAM_LABELS],
                  float score[SAM_LABELS]);

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
