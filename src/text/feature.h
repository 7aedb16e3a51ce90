/*
 * Private to text: what a linear model sees of a passage. Features are numbers of buckets: hashed words, parts of words, meanings and
 * their rows, what the other side said before, fired rules and signals, and the passage's shape and place.
 */
#ifndef SAMTALE_TEXT_FEATURE_H
#define SAMTALE_TEXT_FEATURE_H

#include "pack.h"

/* Most features of one passage; what comes behind is left out. */
#define FEATURES_MAX  8192
#define CONTEXT_WORDS 256 /* of the other side's last passage */
#define SHARED_MAX    PACK_SIGNALS

/* Meanings of words, by language. */
struct gloss_cell {
    uint64_t hash;
    uint16_t gloss;
};
struct glosses {
    struct gloss_cell *cells[SAM_LANGUAGES];
    uint32_t mask[SAM_LANGUAGES];
    uint32_t n; /* meanings; numbers from 1 */
};
/* Reads "glosses 1". */
struct glosses *glosses_new(struct sam_arena *arena, const struct sam_pack_source *source, struct sam_err *err) SAM_MUST_USE;
/* @return the meaning of a word, 0 when it has none */
uint32_t gloss_of(const struct glosses *glosses, enum sam_language language, uint64_t hash);

/* What later passages need of one side's last passage. */
struct side_context {
    uint64_t words[CONTEXT_WORDS];
    uint32_t words_n, length;
    bool there, asked, number;
    uint64_t signals[SHARED_MAX]; /* hashes of their names */
    uint32_t signals_n;
};
/* Of one conversation; zeroed at its start. */
struct features {
    struct sam_feature *at;
    uint32_t n;
    uint16_t *seen; /* by bucket: the round in which it was last added */
    uint16_t round;
    struct side_context sides[2];
    uint64_t said[SHARED_MAX]; /* signals of any side before */
    uint32_t said_n;
};
/* Room in the arena. */
enum sam_code features_init(struct features *features, struct sam_arena *arena, struct sam_err *err) SAM_MUST_USE;

/* One passage after its rules fired. */
struct feature_source {
    const struct glosses *glosses; /* may be NULL */
    const struct pack *pack;
    const struct sam_span *texts;
    const struct sam_token *tokens;
    uint32_t tokens_n, words;
    const struct sam_fired *fired;
    uint32_t fired_n;
    enum sam_role role;
    uint32_t number, total; /* of this side's passages */
    uint32_t place, places; /* among all passages */
};
/* Fills features->at, then remembers the passage for those behind it. */
void features_make(struct features *features, const struct feature_source *source);

#endif
