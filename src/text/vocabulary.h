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
    uint32_t *slots;        /* in groups: a number, and above it the upper bits of its hash; 0 is free */
    uint32_t mask;          /* of groups */
    bool languages;         /* a list of languages was read: without it nothing can be guessed */
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
/* A word is in the group that its hash names, or where that one is full in one behind it. Which of a group it is tell the upper bits of
 * the hash, all at once and without a branch; a few groups are full, and seldom have two words the same upper bits. */
#define VOCABULARY_GROUP  8
#define VOCABULARY_NUMBER UINT32_C(0x7FFFF)
_Static_assert(VOCABULARY_MAX < VOCABULARY_NUMBER, "a number leaves room for the upper bits of a hash");
static inline uint32_t *vocabulary_group(const struct vocabulary *vocabulary, uint64_t hash)
{
    return vocabulary->slots + ((uint32_t)(hash >> 20) & vocabulary->mask) * VOCABULARY_GROUP;
}
static inline uint32_t vocabulary_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 32) & ~VOCABULARY_NUMBER;
}
/* The number that a word has if it is there and its group is not full. */
static inline uint32_t vocabulary_guess(const struct vocabulary *vocabulary, uint64_t hash)
{
    const uint32_t *group = vocabulary_group(vocabulary, hash), tag = vocabulary_tag(hash);
    uint32_t found = 0;
    for (int i = 0; i < VOCABULARY_GROUP; i++)
        found |= (group[i] & ~VOCABULARY_NUMBER) == tag ? group[i] : 0;
    return found & VOCABULARY_NUMBER;
}
/* Whether a guess is right: the word has that number, or is not there. */
static inline bool vocabulary_sure(const struct vocabulary *vocabulary, uint64_t hash, uint32_t guess)
{
    const struct vocable *words = vocabulary->words.at;
    bool absent = (guess == 0) & (vocabulary_group(vocabulary, hash)[VOCABULARY_GROUP - 1] == 0);
    return (words[guess].hash == hash) | absent;
}
/* @return 0 when the word is not there */
uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t hash);
/* Once it is complete: puts each word in a line of the cache of its own. */
enum sam_code vocabulary_done(struct vocabulary *vocabulary, struct sam_err *err) SAM_MUST_USE;

#endif
