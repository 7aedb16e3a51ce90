/*
 * What client and server agree on about a body: compression, and whether the client has it already.
 */
#include "http.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* Cuts the next element off a comma-separated header value. */
static bool element(struct sam_span *rest, struct sam_span *out)
{
    if (rest->len == 0)
        return false;
    const char *comma = memchr(rest->at, ',', rest->len);
    size_t n = comma ? (size_t)(comma - rest->at) : rest->len;
    *out = sam_span_trim((struct sam_span){rest->at, n});
    n += comma ? 1 : 0;
    *rest = (struct sam_span){rest->at + n, rest->len - n};
    return true;
}

/* "gzip;q=0" and "gzip; q=0.000" refuse; any other weight takes. */
static bool refused(struct sam_span parameters)
{
    const char *q = parameters.len > 2 ? memchr(parameters.at, 'q', parameters.len) : NULL;
    if (!q)
        return false;
    struct sam_span value = {q, (size_t)(parameters.at + parameters.len - q)};
    if (!sam_span_starts(value, "q=0"))
        return false;
    for (size_t i = 3; i < value.len; i++)
        if (value.at[i] >= '1' && value.at[i] <= '9')
            return false;
    return true;
}

bool http_takes_gzip(const struct sam_http_request *request)
{
    struct sam_span rest = sam_http_header(request, "Accept-Encoding"), one;
    bool any = false;
    while (element(&rest, &one)) {
        const char *semicolon = one.len > 0 ? memchr(one.at, ';', one.len) : NULL;
        size_t n = semicolon ? (size_t)(semicolon - one.at) : one.len;
        struct sam_span name = sam_span_trim((struct sam_span){one.at, n});
        bool takes = !refused((struct sam_span){one.at + n, one.len - n});
        if (sam_span_is_nocase(name, "gzip") || sam_span_is_nocase(name, "x-gzip"))
            return takes;
        if (sam_span_is(name, "*"))
            any = takes;
    }
    return any;
}

bool http_has_etag(const struct sam_http_request *request, const char *etag)
{
    struct sam_span rest = sam_http_header(request, "If-None-Match"), one;
    while (element(&rest, &one)) {
        if (sam_span_is(one, "*"))
            return true;
        if (sam_span_starts(one, "W/"))
            one = (struct sam_span){one.at + 2, one.len - 2};
        if (sam_span_is(one, etag + 2)) /* ours begins with W/ */
            return true;
    }
    return false;
}

/* Weak, because the compressed and the plain form share it. */
void http_etag(struct sam_span body, char out[40])
{
    uint8_t hash[16];
    sam_hash128(&body, 1, hash);
    size_t n = (size_t)snprintf(out, 40, "W/\"");
    for (size_t i = 0; i < sizeof hash; i++)
        n += (size_t)snprintf(out + n, 40 - n, "%02x", hash[i]);
    snprintf(out + n, 40 - n, "\"");
}

/* False when there is no memory or nothing to gain. */
bool http_gzip(struct sam_arena *arena, struct sam_span body, int level, struct sam_span *out)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)body.at, .avail_in = (uInt)body.len};
    if (body.len > UINT32_MAX / 2 || deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t room = body.len - body.len / 8; /* less than an eighth saved is not worth the client's work */
    char *at = sam_arena_alloc(arena, room);
    z.next_out = (Bytef *)at;
    z.avail_out = (uInt)room;
    bool done = at && deflate(&z, Z_FINISH) == Z_STREAM_END;
    if (done)
        *out = (struct sam_span){at, z.total_out};
    deflateEnd(&z);
    return done;
}
