/**
 * @file
 * Score: a conversation through the opportunity lens. Marks its turns with the packs, follows each cue to its answer, and makes measures,
 * components and the opportunity index of it. Pure; a scorer is immutable and may be used by many threads at once; the same scorer and
 * conversation give the same bytes.
 */
#ifndef SAMTALE_SCORE_H
#define SAMTALE_SCORE_H

#include "samtale/model.h"
#include "samtale/text.h"

/** A compiled scorer. */
struct sam_scorer;

/** What may be set by configuration; sam_score_defaults() gives the shipped values. */
struct sam_score_settings {
    double weights[SAM_COMPONENTS]; /* of the components in the index; 0 or more */
    int components_min;             /* fewer measurable components than this: no index; 1 to SAM_COMPONENTS */
};
/** @return the shipped settings, docs/measures.md */
struct sam_score_settings sam_score_defaults(void);

/**
 * Compiles the packs that are linked into the program and then sources over them.
 *
 * @param sources  a site's own packs, later over earlier; may be NULL when n is 0; borrowed during the call only
 * @return as sam_packs_new; SAM_BAD_INPUT for settings out of range
 */
enum sam_code sam_scorer_new(const struct sam_score_settings *settings, const struct sam_pack_source *sources, size_t n,
                             struct sam_scorer **out, struct sam_err *err) SAM_MUST_USE;
/** @param scorer may be NULL */
void sam_scorer_free(struct sam_scorer *scorer);
/** @return the scorer's packs, borrowed */
const struct sam_packs *sam_scorer_packs(const struct sam_scorer *scorer);
/** @return e.g. "1.3f0c9a..": the engine's number and a hash over packs and settings; borrowed; the same text means the same scores */
struct sam_span sam_scorer_version(const struct sam_scorer *scorer);
/** Appends the scorer's identity as JSON: {"version":"..","packs":{"da":"hash",..}}; keys in a fixed order. */
void sam_scorer_write(const struct sam_scorer *scorer, struct sam_buf *out);

/**
 * Scores a conversation: findings, moments by the codebook's windows, measures, components, index.
 *
 * A conversation without words, with unknown roles, in a language without a pack, with refused consent or for documentation only is not
 * scored: out->why says so and every figure is unknown. Cue and answer: an opportunity cue is EXPLORED by clarify.need within the other
 * side's next three passages, else ANSWERED by advice or an offer there, else MISSED; distress and frustration are ACKNOWLEDGED by
 * empathy.* within the next two; churn is ATTEMPTED by retention.attempt in any later one. Backchannels use up no passage; without any
 * later agent passage there was NO_OCCASION. (The codebook, "Whole conversation"; docs/measures.md.)
 *
 * @param conversation  borrowed; texts are masked already
 * @param out           set on SAM_OK only; lies in the arena, rule and suggestion are borrowed from the scorer
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_score(const struct sam_scorer *scorer, const struct sam_conversation *conversation, struct sam_arena *arena,
                        struct sam_score *out, struct sam_err *err) SAM_MUST_USE;

/**
 * Whether scoring reads the same in two conversations: consent and purpose, whether it is written or spoken, the language's tag, and of
 * each turn its number, side, times, words and segments. Then one scorer gives the same score for both, but for the parties of findings:
 * those have other places where a record came later.
 *
 * @param party_now  of now's parties, the one of each of was's that spoke, else -1; set when it returns true; was->parties_n of them
 */
bool sam_score_same(const struct sam_conversation *was, const struct sam_conversation *now, int32_t *party_now);

/**
 * The same from marks that somebody else made (people, another program): cue and answer, measures, index. What `samtaled eval` holds
 * against the scorer's own.
 *
 * @param marks  of the conversation's turns, in their order; borrowed by out
 */
enum sam_code sam_score_marks(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_marks *marks,
                              struct sam_arena *arena, struct sam_score *out, struct sam_err *err) SAM_MUST_USE;

/** A measure: what docs/measures.md, --help and the JSON form are printed from. */
struct sam_measure_info {
    const char *name;    /* stable key in JSON and SQL: "questions_open" */
    const char *unit;    /* "turns", "ms", "words", "cues", "yes_no" (1 or 0), "turn" (an input turn's number), "-1 0 1" */
    const char *formula; /* one sentence */
    const char *source;  /* where the definition comes from */
};
/** @return SAM_MEASURES rows, by enum sam_measure */
const struct sam_measure_info *sam_measures(void);
/** A component of the index; value = numerator / denominator, at most 1. */
struct sam_component_info {
    const char *name;
    const char *numerator, *denominator; /* what is counted */
    double weight;                       /* shipped */
};
/** @return SAM_COMPONENTS rows, by enum sam_component */
const struct sam_component_info *sam_components(void);

/**
 * Appends the JSON form of a score, one object without a line end; docs/score.md. Keys in a fixed order; unknown figures are null.
 * @param id  of the conversation
 */
void sam_score_write(const struct sam_scorer *scorer, struct sam_span id, const struct sam_score *score, struct sam_buf *out);

#endif
