/*
 * What is wrapped around a document: gzip, UTF-16, a byte-order mark. Bounded by the message's limit whatever the sizes claimed inside.
 */
#include "reader.h"

#include <limits.h>
#include <zlib.h>

/** Most wrappings in each other: a gzip of a gzip is a mistake, more is malice. */
#define LAYERS 3

/**
 * Inflates all members of a gzip into out.
 * @param out  room bytes, or NULL to count only @param n set to the bytes inflated; room + 1 when there is more
 */
static enum sam_code inflate_all(struct sam_span packed, unsigned char *out, size_t room, size_t *n, struct sam_err *err)
{
    unsigned char scratch[16384];
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)packed.at, .avail_in = (uInt)packed.len};
    if (packed.len > UINT_MAX || inflateInit2(&z, 15 + 16) != Z_OK)
        return sam_fail(err, SAM_NO_MEMORY, "gzip: cannot start to inflate");
    *n = 0;
    int state = Z_OK;
    while (state == Z_OK && *n <= room) {
        size_t left = out ? room - *n : sizeof(scratch);
        z.next_out = out ? out + *n : scratch;
        z.avail_out = (uInt)(left < sizeof(scratch) ? left : sizeof(scratch));
        uInt before = z.avail_out;
        state = inflate(&z, Z_NO_FLUSH);
        *n += before - z.avail_out;
        if (state == Z_STREAM_END && z.avail_in > 2 && z.next_in[0] == 0x1F && z.next_in[1] == 0x8B)
            state = inflateReset(&z); /* a member follows a member */
    }
    (void)inflateEnd(&z);
    if (*n > room || state == Z_STREAM_END)
        return SAM_OK;
    return sam_fail(err, SAM_BAD_INPUT, "gzip: damaged or cut after %zu bytes", *n);
}

static enum sam_code gunzip(struct reader *r, struct sam_span *body, struct sam_err *err)
{
    size_t n = 0, again = 0;
    enum sam_code code = inflate_all(*body, NULL, r->set->body_max, &n, err);
    if (code != SAM_OK)
        return code;
    if (n > r->set->body_max)
        return sam_fail(err, SAM_TOO_LARGE, "gzip: more than %zu bytes inside, the limit of a message", r->set->body_max);
    unsigned char *out = sam_arena_alloc(r->arena, n + 1); /* one more, so that the end of the stream is seen */
    if (!out)
        return sam_arena_full(r->arena, err);
    code = inflate_all(*body, out, n + 1, &again, err);
    if (code == SAM_OK)
        *body = (struct sam_span){(const char *)out, again};
    return code;
}

static enum sam_code from_utf16(struct reader *r, bool big, struct sam_span *body, struct sam_err *err)
{
    const unsigned char *in = (const unsigned char *)body->at + 2;
    size_t units = (body->len - 2) / 2, n = 0;
    char *out = sam_arena_array(r->arena, units + 1, 3);
    if (!out)
        return sam_arena_full(r->arena, err);
    for (size_t i = 0; i < units; i++) {
        int32_t unit = big ? in[2 * i] << 8 | in[2 * i + 1] : in[2 * i + 1] << 8 | in[2 * i];
        int32_t next = i + 1 < units ? (big ? in[2 * i + 2] << 8 | in[2 * i + 3] : in[2 * i + 3] << 8 | in[2 * i + 2]) : 0;
        if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
            unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
            i++;
        } else if (unit >= 0xD800 && unit < 0xE000) {
            unit = 0xFFFD;
        }
        n += sam_utf8_put(unit, out + n);
    }
    *body = (struct sam_span){out, n};
    return SAM_OK;
}

enum sam_code read_unpack(struct reader *r, struct sam_span *body, struct sam_err *err)
{
    for (int layer = 0; layer < LAYERS; layer++) {
        enum sam_code code = SAM_OK;
        if (sam_span_starts(*body, "\x1F\x8B"))
            code = gunzip(r, body, err);
        else if (sam_span_starts(*body, "\xFF\xFE") || sam_span_starts(*body, "\xFE\xFF"))
            code = from_utf16(r, body->at[0] == '\xFE', body, err);
        else
            break;
        if (code != SAM_OK)
            return code;
    }
    if (sam_span_starts(*body, "\xEF\xBB\xBF"))
        *body = (struct sam_span){body->at + 3, body->len - 3};
    return SAM_OK;
}
