/*
 * Printing and reading of numbers without regard to the locale; glibc hands out its "C" locale without allocating.
 */
#include "print.h"

#include "samtale/base.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static locale_t c_locale(void)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    SAM_MUST(c != (locale_t)0);
    return c;
}

size_t sam_print(char *out, size_t size, const char *fmt, va_list args)
{
    locale_t before = uselocale(c_locale());
    int len = vsnprintf(out, size, fmt, args);
    (void)uselocale(before);
    return len < 0 ? 0 : (size_t)len;
}

double sam_strtod(const char *text, char **end)
{
    return strtod_l(text, end, c_locale());
}

void sam_print_tidy(char *text, size_t len)
{
    const char *at = text, *end = text + len;
    while (at < end) {
        char *place = text + (at - text);
        if (sam_utf8_next(&at, end) < 0)
            *place = '?';
    }
}
