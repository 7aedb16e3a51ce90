/*
 * The table of routes: read once into segments, searched in order; literal segments win over {name}, {name} over {name...}.
 */
#include "http.h"

#include <string.h>

static enum sam_code read_route(struct route *route, const struct sam_http_route *of, struct sam_err *err)
{
    struct sam_span rest = sam_span_of(of->path);
    route->of = of;
    if (rest.len == 0 || rest.at[0] != '/')
        return sam_fail(err, SAM_BAD_INPUT, "route %s must begin with /", of->path);
    while (rest.at && rest.len > 0) {
        const char *end = memchr(rest.at + 1, '/', rest.len - 1);
        struct sam_span text = {rest.at + 1, end ? (size_t)(end - rest.at) - 1 : rest.len - 1};
        if (route->segments_n == SEGMENTS)
            return sam_fail(err, SAM_BAD_INPUT, "route %s has more than %d segments", of->path, SEGMENTS);
        struct segment *segment = &route->segments[route->segments_n++];
        segment->param = text.len > 2 && text.at[0] == '{' && text.at[text.len - 1] == '}';
        if (segment->param)
            text = (struct sam_span){text.at + 1, text.len - 2};
        segment->rest = segment->param && text.len > 3 && memcmp(text.at + text.len - 3, "...", 3) == 0;
        if (segment->rest)
            text.len -= 3;
        segment->text = text;
        rest = end ? (struct sam_span){end, (size_t)(rest.at + rest.len - end)} : SAM_NO_SPAN;
    }
    return SAM_OK;
}

enum sam_code http_routes_read(struct sam_http *server, struct sam_err *err)
{
    size_t n = server->table->routes_n;
    server->routes = sam_arena_array(server->arena, n, sizeof *server->routes);
    if (!server->routes)
        return sam_arena_full(server->arena, err);
    for (size_t i = 0; i < n; i++)
        if (read_route(&server->routes[i], &server->table->routes[i], err) != SAM_OK)
            return err->code;
    return SAM_OK;
}

/* 0: no match; else the better the larger: literal 3, {name} 2, {name...} 1, the first segment weighs most. */
static unsigned fit(const struct route *route, const struct sam_http_request *request)
{
    unsigned score = 0;
    for (size_t i = 0; i < route->segments_n; i++) {
        const struct segment *segment = &route->segments[i];
        if (i >= request->segments_n)
            return 0;
        if (segment->rest)
            return (score << 2 | 1U) << 2 * (SEGMENTS - i - 1);
        if (!segment->param && !sam_span_equal(segment->text, request->segments[i]))
            return 0;
        if (segment->param && request->segments[i].len == 0)
            return 0;
        score = score << 2 | (segment->param ? 2U : 3U);
    }
    if (route->segments_n != request->segments_n)
        return 0;
    return score << 2 * (SEGMENTS - route->segments_n);
}

static bool serves(const struct route *route, struct sam_span method)
{
    return sam_span_is(method, route->of->method) || (sam_span_is(method, "HEAD") && strcmp(route->of->method, "GET") == 0);
}

const struct route *http_route_find(const struct sam_http *server, const struct sam_http_request *request, struct sam_buf *allow)
{
    const struct route *best = NULL;
    unsigned best_fit = 0;
    for (size_t i = 0; i < server->table->routes_n; i++) {
        const struct route *route = &server->routes[i];
        unsigned now = fit(route, request);
        if (now == 0)
            continue;
        if (serves(route, request->method)) {
            if (now > best_fit) {
                best = route;
                best_fit = now;
            }
        } else if (!route->segments[route->segments_n - 1].rest) {
            sam_buf_printf(allow, "%s%s%s", allow->len > 0 ? ", " : "", route->of->method,
                           strcmp(route->of->method, "GET") == 0 ? ", HEAD" : "");
        }
    }
    bool general = best && best->segments[best->segments_n - 1].rest;
    return general && allow->len > 0 ? NULL : best; /* a path of its own, with another method, is no file of the catch-all */
}
