/*
 * Private to text: one step through a text, folded.
 */
#ifndef SAMTALE_TEXT_FOLD_H
#define SAMTALE_TEXT_FOLD_H

#include "samtale/text.h"

/* What a step came upon; a letter is its folded code point, everything else is negative. */
enum {
    FOLD_END = -1,
    FOLD_SPACE = -2,
    FOLD_CLAUSE = -3,   /* , ; : ( ) and line ends */
    FOLD_SENTENCE = -4, /* . ! and blank lines */
    FOLD_ASKED = -5,    /* ? */
    FOLD_INSIDE = -6,   /* an apostrophe, soft hyphen, combining mark: part of the word around it, not a letter of it */
    FOLD_DIGIT = -7,
    FOLD_MASK = -8,  /* '#', '*' */
    FOLD_OPEN = -9,  /* '[', '<' */
    FOLD_POINT = -10 /* . , : between digits belong to the number; elsewhere . ends a sentence, , and : a clause */
};

/* A place in a text. */
struct fold {
    const unsigned char *at, *end;
    uint32_t cp;     /* code points before at */
    int32_t more[8]; /* letters of a character that folds to several, still to be given */
    uint8_t more_n, more_at;
};

/* Gives the next letter or sign and moves on. */
int32_t fold_next(struct fold *fold);
#define FOLD_HASH_START UINT64_C(0x2545F4914F6CDD1D)
/* Appends a folded letter to a hash of letters. */
static inline uint64_t fold_hash(uint64_t hash, int32_t letter)
{
    return (hash ^ (uint64_t)(uint32_t)letter) * UINT64_C(0x9E3779B97F4A7C15);
}
/* Ends a hash of letters. */
static inline uint64_t fold_mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0xD6E8FEB86659FD93);
    hash ^= hash >> 29;
    return hash | 1; /* 0 is nobody's hash */
}
/* The hash of a name's bytes as they are. */
static inline uint64_t fold_hash_bytes(struct sam_span name)
{
    uint64_t hash = FOLD_HASH_START;
    for (size_t i = 0; i < name.len; i++)
        hash = fold_hash(hash, (unsigned char)name.at[i]);
    return fold_mix(hash);
}
#define FOLD_A_RING 0xE5
#define FOLD_AE     0xE6
#define FOLD_OE     0xF8

#endif
