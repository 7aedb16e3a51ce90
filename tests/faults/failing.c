/*
 * Memory that gives out: linked into a program with -Wl,--wrap=malloc and so on, it stands before every allocation that our own code makes
 * (there are four places, all in src/base). SAMTALE_FAIL_AT=N lets the Nth fail, SAMTALE_FAIL_EACH=N every Nth from SAMTALE_FAIL_FROM
 * on; with neither it only counts. SAMTALE_FAIL_TELL=1 prints at the end how many there were.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* The linker's names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t size);

static atomic_ulong made;
static unsigned long fail_at, fail_each, fail_from;
static int tell;

static unsigned long number_of(const char *name)
{
    const char *text = getenv(name);
    return text ? strtoul(text, NULL, 10) : 0;
}

/* What runs after our own code, such as the counters of a program that counts its lines, gets all memory it wants. */
static void ended(void)
{
    fail_at = fail_each = 0;
    if (tell)
        (void)fprintf(stderr, "allocations: %lu\n", (unsigned long)made);
}

__attribute__((constructor)) static void begin(void)
{
    fail_at = number_of("SAMTALE_FAIL_AT");
    fail_each = number_of("SAMTALE_FAIL_EACH");
    fail_from = number_of("SAMTALE_FAIL_FROM");
    tell = number_of("SAMTALE_FAIL_TELL") > 0;
    (void)atexit(ended);
}

static int fails(void)
{
    unsigned long n = atomic_fetch_add(&made, 1) + 1;
    return n == fail_at || (fail_each > 0 && n >= fail_from && n % fail_each == 0);
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *at, size_t size)
{
    return fails() ? NULL : __real_realloc(at, size);
}
