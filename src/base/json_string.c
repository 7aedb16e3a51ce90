/*
 * JSON strings in two passes: the first finds the end and what is in between; only a string that holds escapes or wrong
 * characters is copied, by the second. Every other string points into the input.
 */
#include "json_string.h"

#include "json_scan.h"
#include "utf8.h"

#include <string.h>

struct found {
    size_t escapes;
    size_t wrong; /* bytes and characters to be replaced */
};

/* Moves over everything up to the closing quote. Returns its place, or NULL when the input ends first. */
static const char *string_end(const char *at, const char *end, struct found *found, struct sam_json_notes *notes)
{
    const char *start = at;
    for (;;) {
        at = json_scan(start, at, end);
        if (at == end)
            return NULL;
        unsigned char c = (unsigned char)*at;
        if (c == '"')
            return at;
        if (c >= 0x80) {
            size_t len = utf8_good(at, end);
            if (len == 0) {
                found->wrong++;
                len = utf8_length(at, end);
            }
            at += len > 0 ? len : 1;
        } else if (c == '\\') {
            if (end - at < 2)
                return NULL;
            found->escapes++;
            at += 2;
        } else {
            found->wrong += c == 0;
            notes->raw_controls++;
            at++;
        }
    }
}

/* Four hex digits, or -1. */
static int32_t hex4(const char *at, const char *end)
{
    if (end - at < 4)
        return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static size_t put_replacement(char *to, struct sam_json_notes *notes)
{
    notes->replaced++;
    memcpy(to, UTF8_REPLACEMENT, 3);
    return 3;
}

/* \uXXXX with at on the u; a pair of surrogates is one character. Returns bytes written, or 0 when the digits are wrong. */
static size_t unicode_escape(const char **at, const char *end, char *to, struct sam_json_notes *notes)
{
    int32_t cp = hex4(*at + 1, end);
    if (cp < 0)
        return 0;
    *at += 5;
    if (cp >= 0xD800 && cp <= 0xDBFF && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        int32_t low = hex4(*at + 2, end);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
            *at += 6;
        }
    }
    if (cp == 0 || (cp >= 0xD800 && cp <= 0xDFFF))
        return put_replacement(to, notes);
    char text[4];
    size_t len = sam_utf8_put(cp, text);
    if (utf8_good(text, text + len) == 0)
        return put_replacement(to, notes);
    memcpy(to, text, len);
    return len;
}

/* One escape with *at on the backslash. Returns bytes written, or 0 when it is none that JSON knows. */
static size_t escape(const char **at, const char *end, char *to, struct sam_json_notes *notes)
{
    static const char plain[128] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    const char *start = *at;
    unsigned char c = (unsigned char)start[1];
    *at = start + 1;
    if (c == 'u') {
        size_t len = unicode_escape(at, end, to, notes);
        if (len == 0)
            *at = start;
        return len;
    }
    if (c >= 128 || plain[c] == 0) {
        *at = start;
        return 0;
    }
    *to = plain[c];
    *at = start + 2;
    return 1;
}

/* Copies [*at, end) to to, unescaped and repaired. Returns the bytes written; *at stays on a wrong escape, else it is end. */
static size_t unescape(const char **at, const char *end, char *to, struct sam_json_notes *notes)
{
    char *start = to;
    const char *from = *at;
    while (*at < end) {
        const char *next = json_scan(from, *at, end);
        memcpy(to, *at, (size_t)(next - *at));
        to += next - *at;
        *at = next;
        if (next == end)
            break;
        unsigned char c = (unsigned char)*next;
        if (c == '\\') {
            size_t len = escape(at, end, to, notes);
            if (len == 0)
                break;
            to += len;
            continue;
        }
        size_t len = c == 0 ? 0 : utf8_good(next, end);
        if (len > 0) {
            memcpy(to, next, len);
            to += len;
        } else {
            to += put_replacement(to, notes);
            len = utf8_length(next, end);
        }
        *at += len > 0 ? len : 1;
    }
    return (size_t)(to - start);
}

enum sam_code sam_json_string(struct sam_arena *arena, const char **at, const char *end, struct sam_span *out, struct sam_json_notes *notes,
                              const char **fault)
{
    struct found found = {0, 0};
    const char *start = *at;
    const char *close = string_end(start, end, &found, notes);
    if (!close) {
        *at = start - 1;
        *fault = "this string does not end";
        return SAM_BAD_INPUT;
    }
    if (found.escapes == 0 && found.wrong == 0) {
        *out = (struct sam_span){start, (size_t)(close - start)};
        *at = close + 1;
        return SAM_OK;
    }
    /* An escape never gets longer; a wrong byte becomes three. */
    char *text = sam_arena_alloc(arena, (size_t)(close - start) + 2 * found.wrong + 1);
    if (!text)
        return SAM_NO_MEMORY;
    size_t len = unescape(at, close, text, notes);
    if (*at < close) {
        *fault = (*at)[1] == 'u' ? "\\u needs four hexadecimal digits" : "an escape that JSON does not know";
        return SAM_BAD_INPUT;
    }
    *out = (struct sam_span){text, len};
    *at = close + 1;
    return SAM_OK;
}
