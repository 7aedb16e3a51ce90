/**
 * @file
 * Rollup: what one conversation adds to the sums that figures are made of. A contribution is a pure function of the conversation and its
 * score; it is kept with the conversation, so that exactly what was added can be taken out again when a part comes late. A delta gathers
 * new contributions minus old ones of a batch. Sums only: ratios are made in SQL.
 */
#ifndef SAMTALE_ROLLUP_H
#define SAMTALE_ROLLUP_H

#include "samtale/model.h"

/** The tables of sums: samtale.rollup_half_hour, rollup_opportunity, rollup_outcome. */
enum sam_rollup { SAM_ROLLUP_HALF_HOUR, SAM_ROLLUP_OPPORTUNITY, SAM_ROLLUP_OUTCOME };
#define SAM_ROLLUPS 3

/** The sums of rollup_half_hour in the order of its columns. */
enum sam_rollup_half_hour {
    SAM_R_OFFERED,
    SAM_R_ANSWERED,
    SAM_R_ABANDONED,
    SAM_R_SHORT_ABANDONED,
    SAM_R_FLOWED_OUT,
    SAM_R_ANSWERED_IN,
    SAM_R_ABANDONED_IN,
    SAM_R_WAIT_ANSWERED_MS,
    SAM_R_WAIT_ABANDONED_MS,
    SAM_R_WAITS_ANSWERED,
    SAM_R_WAITS_ABANDONED,
    SAM_R_HANDLED,
    SAM_R_TALK_MS,
    SAM_R_HOLD_MS,
    SAM_R_WRAP_MS,
    SAM_R_HELD,
    SAM_R_TRANSFERRED,
    SAM_R_CONVERSATIONS,
    SAM_R_WITH_TRANSCRIPT,
    SAM_R_SCORED,
    SAM_R_WITH_ROLES /* of those with a transcript: it is known who spoke */
};
#define SAM_R_HALF_HOUR_SUMS 21
/** The sums of rollup_opportunity: these, then part and whole of each component, then the measures. */
enum sam_rollup_opportunity {
    SAM_R_O_SCORED,
    SAM_R_O_TIMED,
    SAM_R_O_LATENCIES_TURNS, /* acknowledgements in the sum of empathy_latency_turns */
    SAM_R_O_LATENCIES_MS,    /* acknowledgements in the sum of empathy_latency_ms, which chats and texts without times lack */
    SAM_R_O_INDEXED,
    SAM_R_O_COMPONENTS
};
#define SAM_R_O_MEASURES       (SAM_R_O_COMPONENTS + 2 * SAM_COMPONENTS)
#define SAM_R_OPPORTUNITY_SUMS (SAM_R_O_MEASURES + SAM_MEASURES_SUMMED)
/** The sums of rollup_outcome in the order of its columns. */
enum sam_rollup_outcome {
    SAM_R_SURVEYS,
    SAM_R_NPS_N,
    SAM_R_NPS_PROMOTERS,
    SAM_R_NPS_DETRACTORS,
    SAM_R_CSAT_N,
    SAM_R_CSAT_TOP,
    SAM_R_CSAT_PPM,
    SAM_R_CES_N,
    SAM_R_CES_PPM,
    SAM_R_RESOLVED_N,
    SAM_R_RESOLVED,
    SAM_R_CHURNED_N,
    SAM_R_CHURNED,
    SAM_R_WINBACK_N,
    SAM_R_WINBACK,
    SAM_R_SOLD_N,
    SAM_R_SOLD
};
#define SAM_R_OUTCOME_SUMS 17
/** Most sums of any table. */
#define SAM_R_SUMS_MAX SAM_R_OPPORTUNITY_SUMS

/** Width of a row's interval, microseconds. */
#define SAM_ROLLUP_INTERVAL_US INT64_C(1800000000)

/** half_hour of what a score would add, had its conversation a time: in no rollup, but at hand when a part comes that has one. */
#define SAM_ROLLUP_UNDATED INT64_MIN

/** One row of one table: its key and what is added to its sums. */
struct sam_rollup_row {
    enum sam_rollup table;
    int32_t queue_id;
    int64_t half_hour;          /* intervals since 1970; or SAM_ROLLUP_UNDATED */
    int32_t score_set;          /* opportunity only, else 0 */
    enum sam_language language; /* opportunity only, else 0 */
    enum sam_channel channel;
    int64_t *sums; /* sam_rollup_sums_n(table) of them */
};
/** @return number of sums of a table */
size_t sam_rollup_sums_n(enum sam_rollup table);

/** What the store knows of a leg's queue. */
struct sam_rollup_leg {
    int32_t queue_id;
    int32_t service_level_ms; /* threshold: answered within it */
};
/** What a contribution is made of. Borrowed. */
struct sam_rollup_input {
    const struct sam_conversation *conversation;
    const struct sam_score *score;
    const struct sam_rollup_leg *legs; /* one for each of the conversation's */
    int32_t queue_id;                  /* the conversation's own queue */
    int32_t score_set;
    const struct sam_rollup_row *kept; /* the score's own row in an earlier contribution, in place of score's figures; may be NULL */
};
/** @return the row of a contribution that the score of score_set made, undated or not; NULL when there was none */
const struct sam_rollup_row *sam_rollup_of_score(const struct sam_rollup_row *rows, size_t n, int32_t score_set);

/**
 * What a conversation adds. Legs: offered in the half hour of queued (else of the conversation's start); answered, abandoned, waits and
 * durations in that of ended (else answered, else the conversation's end). The conversation itself, its score, surveys and outcomes in that
 * of its end, else start; without any known time it adds nothing, and its score's row is undated. Legs of outbound and internal
 * conversations are handled, never offered. Formulas: docs/measures.md.
 *
 * @param out  set on SAM_OK: at most one row a table and key, sorted, none of zeros only
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_rollup_contribution(const struct sam_rollup_input *input, struct sam_arena *arena, struct sam_rollup_row **out, size_t *n,
                                      struct sam_err *err) SAM_MUST_USE;
/** A contribution, and the score that takes the place of the one in it. Borrowed. */
struct sam_rollup_rescore {
    const struct sam_rollup_row *rows; /* as sam_rollup_contribution or sam_rollup_decode gave them */
    size_t n;
    const struct sam_score *score;
    int32_t score_set;
};
/**
 * What the same conversation adds with another score: legs, surveys and outcomes stay what they are; the half hour, queue and channel are
 * those in which it counts already. It has a time: of one without, nothing is known of where it would count.
 *
 * @param out  as of sam_rollup_contribution
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_rollup_rescored(const struct sam_rollup_rescore *input, struct sam_arena *arena, struct sam_rollup_row **out, size_t *n,
                                  struct sam_err *err) SAM_MUST_USE;
/** Appends the compact form of a contribution; the same rows give the same bytes. */
void sam_rollup_encode(const struct sam_rollup_row *rows, size_t n, struct sam_buf *out);
/** Reads what sam_rollup_encode wrote. @return SAM_OK; SAM_BAD_INPUT when it is something else; SAM_NO_MEMORY */
enum sam_code sam_rollup_decode(struct sam_span bytes, struct sam_arena *arena, struct sam_rollup_row **out, size_t *n,
                                struct sam_err *err) SAM_MUST_USE;

/** Contributions of a batch, added and taken out. */
struct sam_rollup_delta;
/** @param max most different keys @return NULL when the arena is full */
struct sam_rollup_delta *sam_rollup_delta_new(struct sam_arena *arena, size_t max);
/** Adds rows sign times, undated ones not at all: 1 for what is new, -1 for what was there. @return SAM_OK, SAM_TOO_LARGE at max,
 * SAM_NO_MEMORY */
enum sam_code sam_rollup_delta_add(struct sam_rollup_delta *delta, const struct sam_rollup_row *rows, size_t n, int sign,
                                   struct sam_err *err) SAM_MUST_USE;
/** The rows of a table that change, in the order of their key, so that batches never lock them crosswise. @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_rollup_delta_rows(const struct sam_rollup_delta *delta, enum sam_rollup table, struct sam_rollup_row **out, size_t *n,
                                    struct sam_err *err) SAM_MUST_USE;

/** The disposition of a leg, given its queue's limit: an abandon that waited less is SHORT_ABANDON, a leg that talked is ANSWERED. */
enum sam_disposition sam_rollup_disposition(const struct sam_leg *leg, int32_t short_abandon_ms);

#endif
