/*
 * Buf: bytes that grow up to a maximum known from the start. A failure sticks, so that a writer checks once, at the end.
 */
#include "samtale/base.h"

#include "json_scan.h"
#include "print.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST 256U

struct sam_buf sam_buf_of(size_t max)
{
    return (struct sam_buf){NULL, 0, 0, max, false};
}

void sam_buf_free(struct sam_buf *buf)
{
    free(buf->at);
    *buf = sam_buf_of(buf->max);
}

void sam_buf_clear(struct sam_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

char *sam_buf_reserve(struct sam_buf *buf, size_t more)
{
    if (buf->failed)
        return NULL;
    if (more <= buf->room - buf->len && buf->at)
        return buf->at + buf->len;
    buf->failed = true;
    if (more > buf->max - buf->len)
        return NULL;
    size_t need = buf->len + more;
    size_t room = buf->room < SMALLEST ? SMALLEST : buf->room;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    if (room > buf->max)
        room = buf->max;
    char *at = realloc(buf->at, room > 0 ? room : 1);
    if (!at)
        return NULL;
    buf->at = at;
    buf->room = room;
    buf->failed = false;
    return at + buf->len;
}

void sam_buf_add(struct sam_buf *buf, const void *at, size_t len)
{
    char *place = sam_buf_reserve(buf, len);
    if (!place || len == 0)
        return;
    memcpy(place, at, len);
    buf->len += len;
}

void sam_buf_span(struct sam_buf *buf, struct sam_span span)
{
    sam_buf_add(buf, span.at, span.len);
}

void sam_buf_text(struct sam_buf *buf, const char *text)
{
    sam_buf_add(buf, text, strlen(text));
}

void sam_buf_printf(struct sam_buf *buf, const char *fmt, ...)
{
    va_list args;
    char text[512]; /* most texts fit: then nothing is printed twice */
    va_start(args, fmt);
    size_t len = sam_print(text, sizeof text, fmt, args);
    va_end(args);
    if (len < sizeof text) {
        sam_buf_add(buf, text, len);
        return;
    }
    char *place = sam_buf_reserve(buf, len + 1);
    if (!place)
        return;
    va_start(args, fmt);
    (void)sam_print(place, len + 1, fmt, args);
    va_end(args);
    buf->len += len;
}

static void big_endian(struct sam_buf *buf, uint64_t value, size_t bytes)
{
    unsigned char *place = (unsigned char *)sam_buf_reserve(buf, bytes);
    if (!place)
        return;
    for (size_t i = 0; i < bytes; i++)
        place[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
    buf->len += bytes;
}

void sam_buf_be16(struct sam_buf *buf, uint16_t value)
{
    big_endian(buf, value, 2);
}

void sam_buf_be32(struct sam_buf *buf, uint32_t value)
{
    big_endian(buf, value, 4);
}

void sam_buf_be64(struct sam_buf *buf, uint64_t value)
{
    big_endian(buf, value, 8);
}

static void escape(struct sam_buf *buf, unsigned char c)
{
    static const char *const shorts[32] = {['\b'] = "\\b", ['\t'] = "\\t", ['\n'] = "\\n", ['\f'] = "\\f", ['\r'] = "\\r"};
    static const char hex[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        char two[2] = {'\\', (char)c};
        sam_buf_add(buf, two, 2);
    } else if (c < SAM_COUNT(shorts) && shorts[c]) {
        sam_buf_add(buf, shorts[c], 2);
    } else {
        char six[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        sam_buf_add(buf, six, 6);
    }
}

/** As sam_buf_json for a span in which not all can be copied. */
static void json_escaped(struct sam_buf *buf, struct sam_span span)
{
    const char *at = span.at, *end = span.at + span.len, *from = at;
    sam_buf_add(buf, "\"", 1);
    while ((at = json_scan(span.at, at, end)) < end) {
        unsigned char c = (unsigned char)*at;
        size_t len = c < 0x80 ? 0 : utf8_good(at, end);
        if (len > 0) {
            at += len;
            continue;
        }
        sam_buf_add(buf, from, (size_t)(at - from));
        if (c != 0 && c < 0x80) {
            escape(buf, c);
            len = 1;
        } else {
            sam_buf_add(buf, UTF8_REPLACEMENT, 3);
            len = utf8_length(at, end);
        }
        at += len > 0 ? len : 1;
        from = at;
    }
    sam_buf_add(buf, from, (size_t)(end - from));
    sam_buf_add(buf, "\"", 1);
}

void sam_buf_json(struct sam_buf *buf, struct sam_span span)
{
    if (span.len > 0 && json_scan(span.at, span.at, span.at + span.len) < span.at + span.len) {
        json_escaped(buf, span);
        return;
    }
    char *place = sam_buf_reserve(buf, span.len + 2);
    if (!place)
        return;
    place[0] = '"';
    if (span.len > 0)
        memcpy(place + 1, span.at, span.len);
    place[span.len + 1] = '"';
    buf->len += span.len + 2;
}

struct sam_span sam_buf_get(const struct sam_buf *buf)
{
    return (struct sam_span){buf->at ? buf->at : "", buf->len};
}
