/*
 * Private to text: all words that any source names, each with one number: what is known of a word alone is found once by its hash and
 * from then on by the number.
 */
#ifndef SAMTALE_TEXT_VOCABULARY_H
#define SAMTALE_TEXT_VOCABULARY_H

#include "samtale/text.h"

/* Most words of all sources together. */
#define VOCABULARY_MAX 400000
/* Where a hashed feature lies, and what tells it from others that were hashed to the same place. */
struct feature_key {
    uint16_t bucket;
    uint8_t check; /* never 0 */
};
/* Features of one word: itself, its beginnings of four, five and seven letters, its last three. */
#define WORD_KEYS 5
/* Numbers and question marks mean themselves; 0 is no meaning. */
#define MEANING_NUMBER 60001
#define MEANING_ASKED  60002
/* What an unknown word says for "other" and against nobody else, in 1/16 nats: most words of a known language are in the list. */
#define UNKNOWN_SAYS 14

/* As many as vectors want; one is for no language. */
#define ODDS_LANES 8
_Static_assert(SAM_LANGUAGES <= ODDS_LANES, "a lane for each language");

/* A word as the guess of languages and the models see it. */
struct vocable {
    uint64_t hash;
    int16_t odds[ODDS_LANES]; /* log odds by language against the mean of all, in 1/16 nats */
    uint16_t meaning[SAM_LANGUAGES];
    struct feature_key keys[WORD_KEYS]; /* features of the word alone; the first is the word's own */
    uint8_t keys_n;
};
struct vocabulary {
    struct sam_arena *arena;
    struct sam_vec words;   /* of vocable; number 0 is any word that is not among them */
    struct sam_vec million; /* of uint32_t[SAM_LANGUAGES]: how often a word comes in a million words; for choosing triggers */
    uint32_t *slots;        /* numbers by hash, open addressing; 0 is free */
    uint32_t mask;
    bool languages; /* a list of languages was read: without it nothing can be guessed */
};

/* Numbers, masks and question marks are words of it from the start. */
enum sam_code vocabulary_init(struct vocabulary *vocabulary, struct sam_arena *arena, struct sam_err *err) SAM_MUST_USE;
/* The number of a word, which is added when it is not there. Fails when it is not exactly one word. */
enum sam_code vocabulary_add(struct vocabulary *vocabulary, struct sam_span word, uint32_t *number, struct sam_err *err) SAM_MUST_USE;
/* The same of a word whose hash is known. */
enum sam_code vocabulary_add_hashed(struct vocabulary *vocabulary, struct sam_span word, uint64_t hash, uint32_t *number,
                                    struct sam_err *err) SAM_MUST_USE;
/* How often a word comes in a million words of a language. */
static inline uint32_t vocabulary_million(const struct vocabulary *vocabulary, uint32_t number, enum sam_language language)
{
    const uint32_t(*millions)[SAM_LANGUAGES] = (const uint32_t(*)[SAM_LANGUAGES])vocabulary->million.at;
    return millions[number][language];
}
/* @return 0 when the word is not there */
static inline uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t hash)
{
    const struct vocable *words = vocabulary->words.at;
    for (uint32_t i = (uint32_t)(hash >> 20) & vocabulary->mask;; i = (i + 1) & vocabulary->mask) {
        uint32_t number = vocabulary->slots[i];
        if (number == 0 || words[number].hash == hash)
            return number;
    }
}

#endif
