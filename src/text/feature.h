/*
 * Private to text: what a linear model sees of a passage. A feature is the number of a bucket. What hangs on one word alone is known
 * by the word's number in the vocabulary and added up beforehand; rows of words and of meanings are hashed passage by passage; fired
 * rules, signals, shape and place are few and plain.
 */
#ifndef SAMTALE_TEXT_FEATURE_H
#define SAMTALE_TEXT_FEATURE_H

#include "pack.h"

/* What a passage has behind so many tokens is not seen. */
#define FEATURE_TOKENS 2048
#define CONTEXT_WORDS  256 /* of the other side's last passage */
#define CONTEXT_PLACES 512 /* where they are looked for */
#define PLAIN_MAX      512 /* plain features of one passage; what comes behind is left out */
#define ODD_MAX        (2 + 2 * SAM_LABELS)
#define SAID_MAX       257 /* one more than the different signals of a conversation that are kept */

/* A hashed feature of the tokens last - back .. last. */
struct feature_row {
    uint16_t bucket;
    uint8_t check, back;
    uint32_t last;
};
/* Hashed features of one kind. */
struct feature_rows {
    struct feature_row *at;
    uint32_t n;
};
enum { ROWS_WORDS, ROWS_PARTS, ROWS_GLOSSES, ROWS };
/* Those of one passage. */
struct passage_rows {
    struct feature_rows of[ROWS];
    uint32_t room;  /* tokens that there is room for */
    float *weights; /* room for a weight of each token, row and plain feature */
};
/* Weights of a feature for each side's labels: one number a label, then what it adds to the sum of squares, then nothing, so that vectors
 * of four hold them. One line of the cache. */
#define FOURS_AGENT    5
#define FOURS_CUSTOMER 2
#define WEIGHTS_LANES  32
struct weights {
    int16_t agent[WEIGHTS_LANES - 4 * FOURS_CUSTOMER], customer[4 * FOURS_CUSTOMER];
};
_Static_assert(sizeof(struct weights) == 64, "one line of the cache");
/* What a model knows. */
struct known_features {
    const uint8_t *checks;        /* of each hashed bucket: which of the features hashed to it the model knows; 0: none */
    const uint16_t *meanings;     /* by meaning: the bucket of the feature of it alone, counted from 1; 0: none that the model knows */
    const struct weights *hashed; /* by bucket: weight * rarity */
    const struct weights *words;  /* by number in the vocabulary: what a word brings by itself */
};
/* A feature with a bucket of its own. */
struct plain_feature {
    float value;
    uint16_t bucket;
    uint16_t rule; /* as in struct sam_feature */
    uint8_t group;
    uint8_t hundredths; /* what value is, when it is one of those that do not depend on the passage; else 0 */
};

/* What later passages need of one side's last passage. */
struct side_context {
    uint64_t words[CONTEXT_PLACES]; /* each in the place that its hash names; below the hash the number of the passage that it is of */
    uint64_t more[CONTEXT_WORDS];   /* those whose place was taken */
    uint32_t more_n, length;
    bool there, asked, number;
    uint16_t passage;                         /* number among the side's, from 1, begun anew behind the last */
    uint16_t before[SAID_MAX], own[SAID_MAX]; /* of its signals, each once: their buckets as in struct signal */
    uint32_t signals_n;
};
/* Of one conversation; zeroed at its start. */
struct features {
    struct plain_feature *plain;
    uint32_t plain_n;
    uint16_t odd[ODD_MAX]; /* of plain: those whose value is not in hundredths */
    uint32_t odd_n;
    uint32_t concepts, concepts_end; /* those of signals that fired in the passage */
    struct side_context sides[2];
    uint16_t said[SAID_MAX];             /* buckets of the signals of both sides before */
    uint32_t said_n;                     /* before this passage */
    uint32_t said_next;                  /* with this passage's */
    uint16_t passage;                    /* number of the passage in hand, from 1, begun anew behind the last but one */
    uint16_t seen_in[SAM_FEATURE_PLAIN]; /* of each plain bucket: the passage that had it last */
    uint16_t said_in[SAM_FEATURE_PLAIN]; /* of each bucket of a signal that was said: likewise; UINT16_MAX: long ago */
};
/* What fired in a passage, those that are signals and those of labels each in a list of its own. */
struct fired_list {
    const struct sam_fired *at;
    uint16_t *signals, *labels; /* indexes of at, in its order */
    uint32_t signals_n, labels_n;
};

/* One passage after its rules and those of the passage behind it fired. */
struct feature_source {
    const struct pack *pack;
    const struct sam_token *tokens;
    uint32_t tokens_n, words;
    const struct fired_list *fired;
    enum sam_role role;
    uint32_t number, total;        /* of this side's passages */
    uint32_t place, places;        /* among all passages */
    const struct fired_list *next; /* what fired in the passage behind it, in next_pack's numbers; NULL when there is none */
    const struct pack *next_pack;
};
/* The words of a passage. */
struct row_source {
    const struct sam_span *texts;
    const struct sam_token *tokens;
    uint32_t tokens_n;
    const struct known_features *known; /* hashed features that it does not know are left out, and words of the vocabulary, whose features
                                         * are added up beforehand; NULL: all are wanted */
};

#define SAID_VALUE 0.1F /* ten hundredths */
/* The features of a word by itself: its own, then those of its parts when text is one. @return how many */
uint32_t feature_keys(struct sam_span text, uint64_t hash, struct feature_key out[WORD_KEYS]);
/* Makes known->meanings out of the checks. */
enum sam_code features_meanings(struct known_features *known, struct sam_arena *arena, struct sam_err *err) SAM_MUST_USE;
/* Finds where the features of a signal lie. */
void feature_signal(struct signal *signal);
/* Room for what does not grow with a passage. */
enum sam_code features_init(struct features *features, struct sam_arena *arena, struct sam_err *err) SAM_MUST_USE;
/* Finds the hashed features of a passage. */
enum sam_code features_rows(struct passage_rows *rows, const struct row_source *source, struct sam_arena *arena,
                            struct sam_err *err) SAM_MUST_USE;
/* Takes all other features of a passage, then remembers it for those behind it. */
void features_make(struct features *features, const struct feature_source *source);
struct feature_list {
    const struct sam_feature *at;
    uint32_t n;
};
/* All of them in one list, as a watch sees them; rows were made without a model. @param fired  of the passage they were made of */
enum sam_code features_list(const struct features *features, const struct passage_rows *rows, const struct sam_fired *fired,
                            struct sam_arena *arena, struct feature_list *out, struct sam_err *err) SAM_MUST_USE;

#endif
