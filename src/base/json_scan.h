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

#ifdef __SSE2__
/** @return a bit for each of 16 bytes that json_scan stops at */
static inline unsigned json_found(const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    /* As signed bytes everything from 0x80 up is negative, so one comparison finds it and the control characters. */
    __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    unsigned found = (unsigned)_mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash)));
    if (_mm_movemask_epi8(bytes) == 0)
        return found;
    unsigned leads = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xC3)));
    unsigned tails = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0)));
    unsigned pairs = leads & tails >> 1;
    return found & ~(pairs | pairs << 1);
}
#endif

/**
 * Stops before whatever needs a look: letters of Latin-1 (C3 and a tail), the most of what is not ASCII here, are stepped over where they
 * lie within 16 bytes.
 * @param start  where the bytes that may be read begin: at or before at
 * @return the first of [at, end) that is a quote, a backslash, a control character or the start of what may be no UTF-8; end when there is
 * none
 */
static inline const char *json_scan(const char *start, const char *at, const char *end)
{
#ifdef __SSE2__
    while (end - at >= 16) {
        unsigned found = json_found(at);
        if (found != 0)
            return at + __builtin_ctz(found);
        at += 16;
    }
    if (end - start >= 16 && end > at) { /* the last 16 once more, without those that were seen */
        unsigned found = json_found(end - 16) >> (16 - (end - at));
        return found != 0 ? at + __builtin_ctz(found) : end;
    }
#else
    (void)start;
#endif
    while (at < end && !json_special((unsigned char)*at))
        at++;
    return at;
}

#endif
