/*
 * How a bench program ends when it cannot go on.
 */
#ifndef SAMTALE_TESTS_BENCH_BENCH_H
#define SAMTALE_TESTS_BENCH_BENCH_H

#include <stdio.h>
#include <stdlib.h>

static _Noreturn void die(const char *what, const char *why)
{
    (void)fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

#endif
