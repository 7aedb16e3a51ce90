/*
 * The request target: "/path/of/segments?name=value&...". Escapes are undone here and nowhere else, each segment and value by itself;
 * a broken escape, a NUL or wrong UTF-8 is refused rather than guessed at.
 */
#include "http.h"

#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Undoes escapes of from into at, which has room for from.len bytes. */
static enum sam_code unescape(struct sam_span from, bool plus, char *at, struct sam_span *out, struct sam_err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < from.len; i++) {
        char c = from.at[i];
        if (c == '%') {
            int high = i + 2 < from.len ? hex(from.at[i + 1]) : -1;
            int low = i + 2 < from.len ? hex(from.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return sam_fail(err, SAM_BAD_INPUT, "the address holds a broken escape: %% must be followed by two hexadecimal digits");
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        at[n++] = c;
    }
    *out = (struct sam_span){at, n};
    if (!sam_utf8_valid(*out))
        return sam_fail(err, SAM_BAD_INPUT, "the address is not UTF-8, or holds a NUL");
    return SAM_OK;
}

/* Cuts from *rest what stands before the next mark, and the mark. */
static struct sam_span cut(struct sam_span *rest, char mark)
{
    const char *end = rest->len > 0 ? memchr(rest->at, mark, rest->len) : NULL;
    struct sam_span piece = {rest->at, end ? (size_t)(end - rest->at) : rest->len};
    size_t used = end ? piece.len + 1 : piece.len;
    *rest = (struct sam_span){rest->at + used, rest->len - used};
    return piece;
}

static enum sam_code read_path(struct sam_http_request *r, struct sam_span path, struct sam_err *err)
{
    char *at = sam_arena_alloc(r->arena, path.len + 1);
    if (!at)
        return sam_arena_full(r->arena, err);
    struct sam_span rest = {path.at + 1, path.len - 1};
    r->path = (struct sam_span){at, 0};
    bool more = true;
    while (more) {
        struct sam_span done = SAM_NO_SPAN, segment = cut(&rest, '/');
        more = segment.at + segment.len < path.at + path.len;
        *at++ = '/';
        if (unescape(segment, false, at, &done, err) != SAM_OK)
            return err->code;
        if (r->segments_n < SEGMENTS)
            r->segments[r->segments_n] = done;
        r->segments_n++;
        at += done.len;
    }
    r->path.len = (size_t)(at - r->path.at);
    return SAM_OK;
}

static enum sam_code read_query(struct sam_http_request *r, struct sam_span query, struct sam_err *err)
{
    if (query.len == 0)
        return SAM_OK;
    r->query = sam_arena_array(r->arena, QUERY_PAIRS, sizeof *r->query);
    char *at = sam_arena_alloc(r->arena, query.len);
    if (!r->query || !at)
        return sam_arena_full(r->arena, err);
    while (query.len > 0) {
        struct sam_span value = cut(&query, '&');
        if (value.len == 0)
            continue;
        if (r->query_n == QUERY_PAIRS)
            return sam_fail(err, SAM_BAD_INPUT, "the address has more than %d parameters", QUERY_PAIRS);
        struct sam_http_pair *pair = &r->query[r->query_n++];
        struct sam_span name = cut(&value, '=');
        if (unescape(name, true, at, &pair->name, err) != SAM_OK)
            return err->code;
        at += pair->name.len;
        if (unescape(value, true, at, &pair->value, err) != SAM_OK)
            return err->code;
        at += pair->value.len;
    }
    return SAM_OK;
}

enum sam_code http_target_read(struct sam_http_request *r, struct sam_err *err)
{
    struct sam_span target = r->target;
    if (r->bad_target)
        return sam_fail(err, SAM_TOO_LARGE, "the address is too long");
    if (sam_span_starts(target, "http://") || sam_span_starts(target, "https://")) { /* as sent to a proxy */
        const char *host = memchr(target.at, ':', target.len);
        host += 3;
        const char *slash = memchr(host, '/', (size_t)(target.at + target.len - host));
        target = slash ? (struct sam_span){slash, (size_t)(target.at + target.len - slash)} : SAM_SPAN("/");
    }
    if (target.len == 0 || target.at[0] != '/')
        return sam_fail(err, SAM_BAD_INPUT, "the address must begin with /");
    struct sam_span rest = target;
    struct sam_span path = cut(&rest, '?');
    if (read_path(r, path, err) != SAM_OK)
        return err->code;
    return read_query(r, rest, err);
}
