/*
 * Spans: comparing, trimming, cutting and reading text that somebody else owns. Never allocates.
 */
#include "samtale/base.h"

#include <string.h>

struct sam_span sam_span_of(const char *text)
{
    return text ? (struct sam_span){text, strlen(text)} : SAM_NO_SPAN;
}

bool sam_span_equal(struct sam_span a, struct sam_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool sam_span_is(struct sam_span span, const char *text)
{
    return sam_span_equal(span, sam_span_of(text));
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool sam_span_is_nocase(struct sam_span span, const char *text)
{
    if (strlen(text) != span.len)
        return false;
    for (size_t i = 0; i < span.len; i++)
        if (lower(span.at[i]) != lower(text[i]))
            return false;
    return true;
}

bool sam_span_starts(struct sam_span span, const char *text)
{
    size_t len = strlen(text);
    return span.len >= len && (len == 0 || memcmp(span.at, text, len) == 0);
}

static bool blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct sam_span sam_span_trim(struct sam_span span)
{
    while (span.len > 0 && blank(span.at[0])) {
        span.at++;
        span.len--;
    }
    while (span.len > 0 && blank(span.at[span.len - 1]))
        span.len--;
    return span;
}

int sam_span_compare(struct sam_span a, struct sam_span b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.at, b.at, len) : 0;
    if (order != 0)
        return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

bool sam_span_line(struct sam_span *rest, struct sam_span *line)
{
    if (rest->len == 0)
        return false;
    size_t len = 0;
    while (len < rest->len && rest->at[len] != '\n' && rest->at[len] != '\r')
        len++;
    *line = (struct sam_span){rest->at, len};
    size_t end = 0;
    if (len < rest->len)
        end = rest->at[len] == '\r' && len + 1 < rest->len && rest->at[len + 1] == '\n' ? 2 : 1;
    *rest = (struct sam_span){rest->at + len + end, rest->len - len - end};
    return true;
}

struct sam_span sam_span_word(struct sam_span *rest)
{
    size_t from = 0, to;
    while (from < rest->len && (rest->at[from] == ' ' || rest->at[from] == '\t'))
        from++;
    for (to = from; to < rest->len && rest->at[to] != ' ' && rest->at[to] != '\t'; to++)
        ;
    struct sam_span word = {rest->at + from, to - from};
    *rest = (struct sam_span){rest->at + to, rest->len - to};
    return word;
}
