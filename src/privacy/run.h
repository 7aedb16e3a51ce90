/*
 * A run of numbers in one turn: words, "fem og firs", "double five", and small groups of digits, one behind another.
 */
#ifndef PRIVACY_RUN_H
#define PRIVACY_RUN_H

#include "scan.h"

#define DIGITS_MAX 40

/** A run of numbers in one turn. */
struct run {
    size_t piece, first, last; /* tokens */
    char digits[DIGITS_MAX];
    size_t n;
    size_t words, longest; /* number words in it; digits of its longest written group */
    size_t
        loose; /* tens with a unit behind them, taken for one number, that may be two: "seksti ni" is 69, or 60 and 9; hundreds so, too */
    bool amount, echo; /* echo: the listener's read-back */
    bool hundreds;     /* "nine hundred and fifteen" is in it: an amount, unless many digits follow */
    bool birth;        /* it starts with a day and a month by its name: nothing else than the number of who was born then */
    bool paused;       /* something that is said for a pause stands in it */
    bool counted;      /* it is counting: "en to tre fire fem" */
};
/** @return whether a token is a number in words below hundred, or one made of a hundred */
bool run_number(const struct token *t);
/** Adds the last digits of a value to a run. */
void run_put(struct run *run, int value, size_t digits);
/** @return whether a token is a word of a kind */
static inline bool run_word(const struct token *t, uint8_t word)
{
    return t->kind == TOKEN_WORD && t->word == word;
}
static inline bool run_hundred(const struct token *t)
{
    return run_word(t, WORD_SCALE) && t->value == 100;
}
/** Reads the run that starts at or behind token *i. @return false when the piece holds no more */
bool run_next(const struct scan *s, size_t piece, size_t *i, struct run *run);

/* dates.c */
/** "tolvte marts 85", "march the twelfth nineteen eighty five": a day and a month by its name, with the first digits of a year behind them.
 * @return tokens used, 0 when it is none */
size_t run_named_month(const struct scan *s, size_t i, size_t end, struct run *run);
/** "tolvte i tredje", "en og tyvende i ottende", "tolvte nul tre": the day of a birth date, with its month where that is said so, too.
 * @return tokens used, 0 when it is none */
size_t run_birth_date(const struct scan *s, size_t i, size_t end, struct run *run);

#endif
