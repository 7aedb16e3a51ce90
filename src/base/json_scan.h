/*
 * Private to base: finding the next byte of a JSON string that needs a look, 16 at a time where the processor can, never reading past
 * the end. Inline, because most strings are keys of a few bytes.
 */
#ifndef SAMTALE_BASE_JSON_SCAN_H
#define SAMTALE_BASE_JSON_SCAN_H

#include <stdbool.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static inline bool json_special(unsigned char c)
{
    return c < 0x20 || c >= 0x80 || c == '"' || c == '\\';
}

/** @return the first of [at, end) that is a quote, a backslash, a control character or not ASCII; end when there is none */
static inline const char *json_scan(const char *at, const char *end)
{
#ifdef __SSE2__
    while (end - at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        /* As signed bytes everything from 0x80 up is negative, so one comparison finds it and the control characters. */
        __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
        __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
        __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
        int found = _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash)));
        if (found != 0)
            return at + __builtin_ctz((unsigned)found);
        at += 16;
    }
#endif
    while (at < end && !json_special((unsigned char)*at))
        at++;
    return at;
}

#endif
