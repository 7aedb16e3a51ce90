/*
 * Private to text: what stands around a word in its sentence, as the tests of variants ask.
 */
#ifndef SAMTALE_TEXT_AROUND_H
#define SAMTALE_TEXT_AROUND_H

#include "pack.h"

#define PART_WORDS 128 /* words of a sentence that are looked at together; those of other parts are taken to pass every test */
#define ROW_NEAR   4   /* so far from a word begin the places that a test may name */
#define ROW_SPAN   4   /* and so many words it may ask at once */
#define ROW_REACH  (ROW_NEAR + ROW_SPAN - 1)

/* Tests passed around a word. A word that patterns step over has no row: it counts as one with the words before and behind it. */
struct row {
    uint64_t own[TEST_WORDS];                     /* by the word */
    uint64_t here;                                /* enum here */
    uint64_t span[TEST_WORDS];                    /* by any of ROW_SPAN words from it on */
    uint64_t right[TEST_WORDS], left[TEST_WORDS]; /* by any word of the sentence to that side */
};
/* A variant that may be met, as a start of a word. */
struct candidate {
    uint32_t start, at;
};
#define CANDIDATES 512
/* A part of a sentence. */
struct part {
    const struct pack *pack;
    const struct sam_token *tokens; /* of the passage */
    uint32_t n;                     /* of the passage */
    int side;                       /* who speaks: 0 an agent, 1 a customer */
    uint32_t from, to;              /* tokens of the part */
    uint8_t row_of[PART_WORDS];     /* by token of the part: its row, of what is stepped over that of the word before */
    struct row rows[ROW_REACH + PART_WORDS + ROW_REACH], apart[ROW_REACH + 1 + ROW_REACH];
    uint32_t candidates_n, exceptions_n;
    struct candidate candidates[CANDIDATES];
    struct candidate exceptions[CANDIDATES]; /* of the passage */
};

static inline bool token_stepped_over(const struct sam_token *token)
{
    return (token->flags & SAM_TOKEN_OVER) != 0;
}

/* Begins with a passage; no part is taken yet. */
void part_init(struct part *part, const struct pack *pack, enum sam_role role, const struct sam_token *tokens, uint32_t n);
/* Takes the next part. @return false when the passage has no more */
bool part_next(struct part *part);
/* What stands around a token of the part; until the next call. */
const struct row *part_look(struct part *part, uint32_t at);

/* Whether what stands around a word allows a walk: 0 or 1. */
static inline uint32_t row_allows(const struct row *row, const struct start_tests *tests)
{
    const unsigned char *at = (const unsigned char *)row;
    uint32_t one = at[tests->at[0]] & tests->bit[0], two = at[tests->at[1]] & tests->bit[1];
    uint32_t three = at[tests->at[2]] & tests->bit[2], four = at[tests->at[3]] & tests->bit[3];
    return one * two * (three * four) != 0;
}

#endif
