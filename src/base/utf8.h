/*
 * Private to base: one UTF-8 sequence, inline because every character of every text passes here.
 */
#ifndef SAMTALE_BASE_UTF8_H
#define SAMTALE_BASE_UTF8_H

#include <stddef.h>

/** U+FFFD, what stands for a byte that is not text. */
#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

static inline int utf8_tail(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

/** @param from, to: range of the second byte. @return 3 or 4 when the tail is right, else 0 */
static inline size_t utf8_long(const unsigned char *p, size_t len, unsigned from, unsigned to)
{
    if (p[1] < from || p[1] > to || !utf8_tail(p[2]) || (len == 4 && !utf8_tail(p[3])))
        return 0;
    return len;
}

/** @return bytes (1-4) of the well-formed sequence at at < end, 0 when there is none (RFC 3629, table 3-7 of Unicode) */
static inline size_t utf8_length(const char *at, const char *end)
{
    const unsigned char *p = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    unsigned c = p[0];
    if (c < 0x80)
        return 1;
    if (c < 0xC2)
        return 0;
    if (c < 0xE0)
        return left >= 2 && utf8_tail(p[1]) ? 2 : 0;
    if (c < 0xF0)
        return left >= 3 ? utf8_long(p, 3, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF) : 0;
    if (c < 0xF5)
        return left >= 4 ? utf8_long(p, 4, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF) : 0;
    return 0;
}

/** @return as utf8_length, but 0 also for noncharacters (U+FDD0..FDEF and the last two of each plane) */
static inline size_t utf8_good(const char *at, const char *end)
{
    size_t len = utf8_length(at, end);
    if (len < 3)
        return len;
    const unsigned char *p = (const unsigned char *)at + (len - 3);
    if (p[2] >= 0xBE && p[1] == 0xBF && (len == 3 ? p[0] == 0xEF : (p[0] & 0x0F) == 0x0F))
        return 0;
    if (len == 3 && p[0] == 0xEF && p[1] == 0xB7 && p[2] >= 0x90 && p[2] <= 0xAF)
        return 0;
    return len;
}

#endif
