/*
 * Private to score: what the files of this room share.
 */
#ifndef SAMTALE_SCORE_ROOM_H
#define SAMTALE_SCORE_ROOM_H

#include "samtale/score.h"

/* Grows when the same packs would give other scores. */
#define SCORE_ENGINE "1"

struct sam_scorer {
    struct sam_arena *arena;
    struct sam_packs *packs;
    struct sam_score_settings settings;
    struct sam_span version;
};

/* One scoring under way. */
struct scoring {
    const struct sam_scorer *scorer;
    const struct sam_conversation *conversation;
    struct sam_arena *arena;
    struct sam_marks marks;
    struct sam_score *out;
};

/* Follows every cue to its answer: out->moments. */
enum sam_code score_moments(struct scoring *s, struct sam_err *err) SAM_MUST_USE;
/* Counts and sums of marks and moments. */
void score_counts(struct scoring *s);
/* Talk, silence, overlap, response: unknown without times. */
enum sam_code score_timing(struct scoring *s, struct sam_err *err) SAM_MUST_USE;
/* How it began, its hardest moment, how it ended, and whether it was resolved: from moments and marks. */
void score_arc(struct scoring *s);
/* Markers and counter-markers of the four qualities. */
void score_qualities(struct scoring *s);
/* What the agent's time went to; after the timing. */
void score_use(struct scoring *s);
/* Components and index. */
void score_index(struct scoring *s);
/* Whether turns of this channel are messages, without a time in which they are spoken. */
bool score_written(enum sam_channel channel);
/* Start and end of an input turn. */
void score_times(const struct sam_turn *turn, int32_t i, struct sam_int *start_ms, struct sam_int *end_ms);

#endif
