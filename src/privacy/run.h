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
    bool amount, echo;     /* echo: the listener's read-back */
    bool hundreds;         /* "nine hundred and fifteen" is in it: an amount, unless many digits follow */
    bool birth;            /* it starts with a day and a month by its name: nothing else than the number of who was born then */
    bool paused;           /* something that is said for a pause stands in it */
    bool counted;          /* it is counting: "en to tre fire fem" */
};
/** @return whether a token is a number in words below hundred, or one made of a hundred */
bool run_number(const struct token *t);
/** Reads the run that starts at or behind token *i. @return false when the piece holds no more */
bool run_next(const struct scan *s, size_t piece, size_t *i, struct run *run);

#endif
