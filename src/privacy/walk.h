/*
 * Going through a text from word to run of digits to word. Inline: every byte that comes in passes here, most of them once.
 */
#ifndef PRIVACY_WALK_H
#define PRIVACY_WALK_H

#include "scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Left to itself the compiler keeps the walk in memory. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/** Classes of bytes; the rest are none of them. HIGH begins or goes on with a code point that has to be read. */
enum { CLASS_LETTER = 1, CLASS_HIGH, CLASS_DIGIT, CLASS_AT };

/** Bytes that are looked at together. */
#define WALK_STEP 16

/** The last bytes of a text, and zeros behind them: what is read where fewer than a step are left. Apart from the walk, which stays in
 * registers so. */
struct walk_tail {
    char at[2 * WALK_STEP];
};

/** A walk through one text; at is behind the token that it came to. */
struct walk {
    const uint8_t *classes;
    const char *at, *end;
    const char *tail; /* of the zeros in the tail */
    struct sam_span token;
    uint64_t hash, first; /* of a word: scan_mix, and its first SIEVE_BYTES bytes */
    bool ascii;           /* a word's bytes are its code points */
};

/** A walk from the beginning of a text. @param tail  lives as long as the walk */
ALWAYS_INLINE struct walk walk_from(const uint8_t *classes, struct sam_span text, struct walk_tail *tail)
{
    size_t n = text.len < WALK_STEP ? text.len : WALK_STEP;
    *tail = (struct walk_tail){{0}};
    if (n > 0)
        memcpy(tail->at, text.at + text.len - n, n);
    return (struct walk){.classes = classes, .at = text.at, .end = text.at + text.len, .tail = tail->at + n};
}

/** Takes a letter that is not ASCII. @return behind it; at itself when it is none */
static inline const char *walk_high(const char *at, const char *end)
{
    const char *next = at;
    if ((unsigned char)*at == 0xC3 && end - at > 1 && ((unsigned char)at[1] & 0xC0) == 0x80)
        return at + 2;
    return scan_letter(sam_utf8_next(&next, end)) ? next : at;
}

/** Goes over letters byte by byte. @return behind them, start itself when there is none; *ascii whether each was one byte */
static __attribute__((noinline)) const char *walk_long(const uint8_t *classes, const char *start, const char *end, bool *ascii)
{
    const char *at = start;
    *ascii = true;
    while (at < end) {
        const char *next = at + 1;
        if (classes[(unsigned char)*at] == CLASS_HIGH) {
            next = walk_high(at, end);
            *ascii = false;
        } else if (classes[(unsigned char)*at] != CLASS_LETTER) {
            break;
        }
        if (next == at)
            break;
        at = next;
    }
    return at;
}

#ifdef __SSE2__
/** @return a bit for each byte that belongs to a letter: ASCII, or both bytes of one of Latin-1 */
ALWAYS_INLINE unsigned walk_mask(__m128i bytes, bool *ascii)
{
    /* Without its case and moved to the lowest of signed bytes, a letter is one of the least 26. */
    __m128i moved = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8((char)('a' - 128)));
    unsigned letters = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(moved, _mm_set1_epi8(-128 + 26)));
    unsigned leads = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xC3)));
    unsigned tails = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0)));
    unsigned pairs = leads & tails >> 1;
    *ascii = pairs == 0;
    return letters | pairs | pairs << 1;
}
#endif

/** Takes the word that starts at w->at; an empty token when there is none. */
ALWAYS_INLINE void walk_word(struct walk *w)
{
#ifdef __SSE2__
    size_t left = (size_t)(w->end - w->at);
    const char *from = left >= WALK_STEP ? w->at : w->tail - left;
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
    unsigned others = walk_mask(bytes, &w->ascii) ^ 0xFFFFU;
    int len = others != 0 ? __builtin_ctz(others) : WALK_STEP;
    if (len < WALK_STEP && (unsigned char)from[len] < 0x80) {
        static const char places[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
        __m128i inside = _mm_cmplt_epi8(_mm_loadu_si128((const __m128i *)(const void *)places), _mm_set1_epi8((char)len));
        bytes = _mm_and_si128(bytes, inside);
        uint64_t first = (uint64_t)_mm_cvtsi128_si64(bytes), second = (uint64_t)_mm_cvtsi128_si64(_mm_srli_si128(bytes, 8));
        w->token = (struct sam_span){w->at, (size_t)len};
        w->hash = scan_mix(first, second, (size_t)len);
        w->first = first;
        w->at += len;
        return;
    }
#endif
    bool ascii = true;
    const char *behind = walk_long(w->classes, w->at, w->end, &ascii);
    w->token = (struct sam_span){w->at, (size_t)(behind - w->at)};
    w->hash = scan_hash(w->token);
    w->first = 0;
    memcpy(&w->first, w->token.at, w->token.len < SIEVE_BYTES ? w->token.len : SIEVE_BYTES);
    w->ascii = ascii;
    w->at = behind;
}

/** Steps to the next word, run of digits or '@'. @return its class: LETTER, DIGIT, AT; 0 at the end */
ALWAYS_INLINE int walk_next(struct walk *w)
{
    for (; w->at < w->end; w->at++) {
        int class = w->classes[(unsigned char)*w->at];
        const char *start = w->at;
        switch (class) {
        case CLASS_LETTER:
        case CLASS_HIGH:
            walk_word(w);
            if (w->token.len > 0)
                return CLASS_LETTER;
            break; /* a sign or a stray byte; its tail is no letter either */
        case CLASS_DIGIT:
            while (w->at < w->end && w->classes[(unsigned char)*w->at] == CLASS_DIGIT)
                w->at++;
            w->token = (struct sam_span){start, (size_t)(w->at - start)};
            return class;
        case CLASS_AT:
            w->at++;
            return class;
        default:
            break;
        }
    }
    return 0;
}

#endif
