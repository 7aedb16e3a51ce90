/*
 * Runs of numbers that may be parts of one number, over several turns or with other words between, and what they are judged to be.
 */
#ifndef PRIVACY_CHAIN_H
#define PRIVACY_CHAIN_H

#include "run.h"

#define CHAIN_MAX 24

struct chain {
    struct run runs[CHAIN_MAX];
    size_t n;
    int32_t party;
    bool open;
    bool hedged;     /* some of its runs stand in one turn with words of other kinds between them */
    struct run left; /* the last run that stayed as it is; left.n = 0 when there is none */
};

/* judge.c */
/** @return whether words say that somebody's number follows */
bool chain_asks(enum word_kind key);
/** @return whether digits are an identifier by their number and what is said before them: a day and a month by its name only begin the
 * number of who was born then, and who counts aloud tells none */
bool chain_told(const struct scan *s, const struct run *run, enum word_kind key, enum sam_identifier *identifier);
/** Judges a run by itself, and masks it where it is an identifier. */
void chain_judge_alone(struct scan *s, struct chain *c, const struct run *run);
/** Judges a chain as one number; when it is none, each of its runs. It is empty and closed then. */
void chain_judge(struct scan *s, struct chain *c);

/* said.c: letters that are said with a number or in a name */
/** @return the letter of "b som i bo", "b as in bravo", which ends with token i; i itself where it is none */
size_t said_letter_back(const struct scan *s, const struct piece *p, size_t i);
/** @return the last token of "b som i bo" that starts with the letter i; i itself where nothing of the kind follows */
size_t said_letter_on(const struct scan *s, const struct piece *p, size_t i);
/** Masks the letters that are said before and behind the digits of an account's number or an insurance number, "d k fem nul ...", and tells
 * what it is then.
 * @param first, last  runs of the number, in its first turn and its last
 * @param digits       of all runs */
void said_letters(struct scan *s, const struct run *first, const struct run *last, size_t digits);

#endif
