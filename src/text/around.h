/*
 * Private to text: what stands around a word in its sentence, as the tests of variants ask.
 */
#ifndef SAMTALE_TEXT_AROUND_H
#define SAMTALE_TEXT_AROUND_H

#include "pack.h"

/* Words of a sentence that are looked at together; those of other parts are taken to pass every test. */
#define PART_WORDS 128
#define PART_BOTH  16 /* words of a part that are known by stem and prefix; further ones are taken to pass every test */

/* Tests passed around a word: tests of variants name a byte of it. */
struct around {
    uint64_t next[TEST_WORDS], before[TEST_WORDS]; /* by the words beside it */
    uint64_t sentence[TEST_WORDS];                 /* by any word of the sentence */
    uint8_t here;                                  /* enum here */
};
/* A variant that may be met, as a start of a word. */
struct candidate {
    uint32_t start, at;
};
#define CANDIDATES 256
/* A part of a sentence. */
struct part {
    const struct pack *pack;
    const struct sam_token *tokens; /* of the passage */
    uint32_t n;                     /* of the passage */
    uint32_t from, to;              /* tokens of the part */
    uint32_t both_n;
    const uint64_t *own[PART_WORDS + 2]; /* tests passed by each word, from 1; first and last: by those beside the part */
    uint64_t both[PART_BOTH][TEST_WORDS];
    struct around around; /* the word that was looked at last */
    uint32_t candidates_n;
    struct candidate candidates[CANDIDATES];
};

static inline bool token_stepped_over(const struct sam_token *token)
{
    return (token->flags & SAM_TOKEN_OVER) != 0;
}

/* Begins with a passage; no part is taken yet. */
void part_init(struct part *part, const struct pack *pack, const struct sam_token *tokens, uint32_t n);
/* Takes the next part. @return false when the passage has no more */
bool part_next(struct part *part);
/* Fills part->around for a token of the part. */
void part_look(struct part *part, uint32_t at);

/* Whether a byte of what stands around has the bit of a test; not 0 when it has. */
static inline uint32_t test_passes(const struct around *around, struct test test)
{
    return ((const unsigned char *)around)[test.at] & test.bit;
}
/* Whether what stands around allows a walk: 0 or 1. */
static inline uint32_t part_allows(const struct part *part, const struct start *start)
{
    uint32_t two = test_passes(&part->around, start->tests[0]) * test_passes(&part->around, start->tests[1]);
    return two * test_passes(&part->around, start->tests[2]) * test_passes(&part->around, start->tests[3]) != 0;
}

#endif
