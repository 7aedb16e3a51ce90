/*
 * Results: the reason of a failure, written into the caller's struct. Never allocates, never logs.
 */
#include "samtale/base.h"

#include "print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {
    [SAM_OK] = "ok",
    [SAM_NONE] = "none",
    [SAM_BAD_INPUT] = "bad_input",
    [SAM_UNSUPPORTED] = "unsupported",
    [SAM_TOO_LARGE] = "too_large",
    [SAM_CONFLICT] = "conflict",
    [SAM_DENIED] = "denied",
    [SAM_TEMPORARY] = "temporary",
    [SAM_SYSTEM] = "system",
    [SAM_NO_MEMORY] = "no_memory",
};

const char *sam_code_name(enum sam_code code)
{
    SAM_MUST((size_t)code < SAM_COUNT(names));
    return names[code];
}

void sam_bug(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "<2>bug file=%s line=%d condition=\"%s\"\n", file, line, condition);
    abort();
}

static void fill(char *text, size_t size, const char *fmt, va_list args) __attribute__((format(printf, 3, 0)));
static void fill(char *text, size_t size, const char *fmt, va_list args)
{
    text[0] = '\0';
    size_t len = sam_print(text, size, fmt, args);
    sam_print_tidy(text, len < size ? len : size - 1);
}

enum sam_code sam_fail(struct sam_err *err, enum sam_code code, const char *fmt, ...)
{
    char text[sizeof err->text] = ""; /* apart, because the arguments may point into err->text */
    va_list args;
    va_start(args, fmt);
    fill(text, sizeof text, fmt, args);
    va_end(args);
    memcpy(err->text, text, sizeof text);
    err->code = code;
    return code;
}

enum sam_code sam_wrap(struct sam_err *err, const char *fmt, ...)
{
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    fill(text, sizeof text, fmt, args);
    va_end(args);
    return sam_fail(err, err->code, "%s: %s", text, err->text);
}
