/*
 * Private to app: the scorer held against people's labels.
 */
#ifndef SAMTALE_APP_EVAL_H
#define SAMTALE_APP_EVAL_H

#include "samtale/score.h"

#include "corpus.h"

/** What is compared: the labels, and two outcomes of moments. */
enum { EVAL_MISSED = SAM_LABELS, EVAL_GAP, EVAL_KINDS };
/** @return the name of a kind: a label's, "moment.missed", "moment.gap" */
const char *eval_name(int kind);
/** Whether a word names a kind, or is "all". */
bool eval_named(const char *word);

/** Cases of one kind in one conversation. */
struct eval_cases {
    uint32_t hit, wrong, missed, other; /* both, scorer only, people only, neither */
};
/** One conversation held against its labels. */
struct eval_one {
    struct sam_span id;
    enum sam_language language;
    enum sam_channel channel;
    struct sam_span style;
    struct eval_cases of[EVAL_KINDS];
    struct sam_int resolved[2];      /* [people, scorer]; people's is unknown where the text leaves it unclear or they did not say */
    uint32_t cues[2][2], lost[2][2]; /* [opportunity, empathy][people, scorer]: cues with an occasion, and how many were missed */
};
/** What a wrong or missed mark looks like; called for each. */
typedef void eval_miss(void *context, struct sam_span id, int32_t turn, int kind, bool wrong, struct sam_span rule, struct sam_span text);

/**
 * Scores the conversation of a labelled message and counts. Labels named in "disputed" count neither for nor against.
 * @return SAM_OK; SAM_NONE when the message has no labels; SAM_BAD_INPUT for a label without a name
 */
enum sam_code eval_conversation(const struct sam_scorer *scorer, const struct corpus_item *item, struct sam_arena *arena,
                                struct eval_one *out, eval_miss *miss, void *context, struct sam_err *err) SAM_MUST_USE;

/** Conversations that were evaluated, and which of them are looked at. */
struct eval_set {
    struct eval_one *all;
    size_t n;
    bool *chosen;
};
/** Chooses by language, channel and style; unknown and NULL mean any. */
void eval_choose(struct eval_set *set, enum sam_language language, enum sam_channel channel, const char *style);
/** @return the cases of a kind in what is chosen */
struct eval_cases eval_sum(const struct eval_set *set, int kind);
/** @return mean F1 of the labels with ten cases and more in what is chosen, 0 to 1; below 0 when there are none */
double eval_macro(const struct eval_set *set);
/**
 * Holds the figures against a file of floors, lines "GROUP KIND F1": a group is "all" or a language, a kind a label, a moment or "macro".
 * Tells each that is below on stdout.
 * @param below  how many are
 */
enum sam_code eval_floors(struct eval_set *set, const char *path, struct sam_arena *arena, size_t *below, struct sam_err *err) SAM_MUST_USE;
/** Prints all figures, for all, by language, channel and style. */
void eval_print(struct eval_set *set);

/**
 * Prints one mistake as a line, when it is asked for: an eval_miss.
 * @param context  a const char *const *: the label whose mistakes are wanted, or "all"
 */
void eval_tell_miss(void *context, struct sam_span id, int32_t turn, int kind, bool wrong, struct sam_span rule, struct sam_span text);

/** P, R, F1 and kappa of summed cases; unknown is below 0. */
struct eval_figures {
    uint32_t n; /* people's */
    double precision, recall, f1, kappa;
};
/** @return figures of cases */
struct eval_figures eval_figures_of(struct eval_cases cases);
/** The 95 % interval of F1, resampling conversations; chosen tells which belong. Deterministic. */
void eval_interval(const struct eval_one *all, size_t n, int kind, const bool *chosen, double *low, double *high);

#endif
