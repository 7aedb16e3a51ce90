/*
 * UTF-8: reading, counting, checking and repairing. What is wrong becomes U+FFFD and is counted, never dropped in silence.
 */
#include "utf8.h"

#include "samtale/base.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

int32_t sam_utf8_next(const char **at, const char *end)
{
    const unsigned char *p = (const unsigned char *)*at;
    size_t len = utf8_length(*at, end);
    *at += len > 0 ? len : 1;
    switch (len) {
    case 1:
        return p[0];
    case 2:
        return (p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    case 3:
        return (p[0] & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    case 4:
        return (p[0] & 0x07) << 18 | (p[1] & 0x3F) << 12 | (p[2] & 0x3F) << 6 | (p[3] & 0x3F);
    default:
        return -1;
    }
}

/* Whether the 8 bytes at at are all ASCII. */
static bool ascii8(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return (word & 0x8080808080808080U) == 0;
}

bool sam_utf8_valid(struct sam_span span)
{
    if (span.len == 0)
        return true;
    if (memchr(span.at, 0, span.len))
        return false;
    const char *at = span.at, *end = span.at + span.len;
    while (at < end) {
        if (end - at >= 8 && ascii8(at)) {
            at += 8;
            continue;
        }
        size_t len = utf8_length(at, end);
        if (len == 0)
            return false;
        at += len;
    }
    return true;
}

/** Steps over whole blocks of ASCII and two-byte letters of Latin-1, the most of what is counted. @return code points stepped over */
static size_t count_blocks(const char **at, const char *end)
{
    size_t count = 0;
#ifdef __SSE2__
    while (end - *at >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)*at);
        unsigned high = (unsigned)_mm_movemask_epi8(bytes);
        unsigned leads = high == 0 ? 0 : (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xC3)));
        unsigned tails = high == 0 ? 0 : (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0)));
        unsigned pairs = leads & tails >> 1, block = leads >> 15 ? 15 : 16; /* a lead at the end comes again with its tail */
        if (((pairs | pairs << 1) ^ high) << (32 - block) != 0)
            break;
        *at += block;
        count += block - (pairs != 0 ? (unsigned)__builtin_popcount(pairs) : 0);
    }
#endif
    for (; end - *at >= 8 && ascii8(*at); *at += 8)
        count += 8;
    return count;
}

size_t sam_utf8_count(struct sam_span span)
{
    if (span.len == 0)
        return 0;
    const char *at = span.at, *end = span.at + span.len;
    size_t count = 0;
    while (at < end) {
        count += count_blocks(&at, end);
        if (at == end)
            break;
        size_t len = utf8_length(at, end);
        at += len > 0 ? len : 1;
        count++;
    }
    return count;
}

size_t sam_utf8_put(int32_t cp, char out[4])
{
    SAM_MUST(cp >= 0 && cp <= 0x10FFFF && (cp < 0xD800 || cp > 0xDFFF));
    uint32_t c = (uint32_t)cp;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const uint32_t heads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)(heads[len] | c);
    return len;
}

/* What a repair does with the place at: bytes to take, and whether they are kept as they are. */
static size_t take(const char *at, const char *end, bool *keep)
{
    size_t len = *at == '\0' ? 0 : utf8_good(at, end);
    *keep = len > 0;
    if (len == 0)
        len = utf8_length(at, end); /* NUL and noncharacters are taken whole */
    return len > 0 ? len : 1;
}

enum sam_code sam_utf8_repair(struct sam_arena *arena, struct sam_span span, struct sam_span *out, size_t *replaced, struct sam_err *err)
{
    const char *end = span.at + span.len;
    size_t wrong = 0, size = 0;
    bool keep = false;
    for (const char *at = span.at; span.len > 0 && at < end;) {
        size_t len = take(at, end, &keep);
        wrong += keep ? 0 : 1;
        size += keep ? len : 3;
        at += len;
    }
    *replaced = wrong;
    if (wrong == 0) {
        *out = span;
        return SAM_OK;
    }
    char *text = sam_arena_alloc(arena, size + 1);
    if (!text)
        return sam_arena_full(arena, err);
    char *to = text;
    for (const char *at = span.at; at < end;) {
        size_t len = take(at, end, &keep);
        memcpy(to, keep ? at : UTF8_REPLACEMENT, keep ? len : 3);
        to += keep ? len : 3;
        at += len;
    }
    *out = (struct sam_span){text, size};
    return SAM_OK;
}
