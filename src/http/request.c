/*
 * A request's memory and its stages. Slots and arenas are reused; a slot is free again when libmicrohttpd and the holder are both done.
 */
#include "http.h"

#include <string.h>

/* Where a stage may go. */
static const struct {
    const char *name;
    unsigned to; /* bits of enum stage */
} stages[] = {
    [STAGE_HEAD] = {"head", 1U << STAGE_ADMITTING | 1U << STAGE_ANSWERED},
    [STAGE_ADMITTING] = {"admitting", 1U << STAGE_PASSED | 1U << STAGE_ANSWERED},
    [STAGE_PASSED] = {"passed", 1U << STAGE_BODY | 1U << STAGE_ANSWERED},
    [STAGE_BODY] = {"body", 1U << STAGE_HANDLING | 1U << STAGE_ANSWERED},
    [STAGE_HANDLING] = {"handling", 1U << STAGE_ANSWERED},
    [STAGE_ANSWERED] = {"answered", 1U << STAGE_SENDING},
    [STAGE_SENDING] = {"sending", 0},
};

void http_stage(struct sam_http_request *request, enum stage to)
{
    SAM_MUST(stages[request->at].to & 1U << to);
    sam_log(SAM_LOG_DEBUG, "http.stage", "request=%llu from=%s to=%s", (unsigned long long)request->id, stages[request->at].name,
            stages[to].name);
    request->at = to;
}

static struct sam_http_request *slot(struct sam_http *server)
{
    struct sam_http_request *r = server->free_requests;
    if (r) {
        server->free_requests = r->next_free;
        return r;
    }
    r = sam_arena_alloc(server->arena, sizeof *r);
    struct sam_arena *arena = sam_arena_new(SAM_HTTP_ARENA_MAX);
    if (!r || !arena) {
        sam_arena_free(arena);
        return NULL;
    }
    r->arena = arena;
    server->requests_made++;
    return r;
}

struct sam_http_request *http_request_new(struct connection *connection, struct sam_span target)
{
    struct sam_http *server = connection->server;
    struct sam_http_request *r = slot(server);
    struct sam_err err;
    if (!r)
        return NULL;
    *r = (struct sam_http_request){.server = server, .connection = connection, .mhd = connection->mhd, .arena = r->arena, .body = r->body};
    r->id = ++server->last_id;
    connection->request = r;
    if (sam_arena_span(r->arena, target, &r->target, &err) != SAM_OK)
        r->bad_target = true;
    return r;
}

void http_drop_body(struct sam_http_request *request)
{
    request->server->counts.bodies_bytes -= request->charged;
    request->charged = 0;
    if (request->body.room > SPARE_ROOM)
        sam_buf_free(&request->body);
    sam_buf_clear(&request->body);
}

/* Lets go of a response that libmicrohttpd did not get, or has a reference of its own to. */
void http_drop_response(struct sam_http_request *request)
{
    if (request->asset)
        http_asset_unhold(request->asset);
    else if (request->response)
        MHD_destroy_response(request->response);
    request->asset = NULL;
    request->response = NULL;
}

/* From here on admit or handle owes one pass or one answer. */
void http_hold(struct sam_http_request *request)
{
    SAM_MUST(!request->held);
    request->held = true;
    request->server->held++;
}

/* The holder lets go. False: the request had been given up, what the holder says is dropped, and the request may be gone now. */
bool http_take_back(struct sam_http_request *request)
{
    SAM_MUST(request->held);
    request->held = false;
    request->server->held--;
    if (!request->gone)
        return true;
    http_request_free(request);
    return false;
}

void http_request_free(struct sam_http_request *r)
{
    if (r->mhd || r->held)
        return;
    http_drop_body(r);
    http_drop_response(r);
    sam_arena_reset(r->arena);
    r->next_free = r->server->free_requests;
    r->server->free_requests = r;
}

/* ---- what the holder may ask ------------------------------------------------------------------------------------- */

struct sam_arena *sam_http_arena(struct sam_http_request *request)
{
    return request->arena;
}

const struct sam_http_route *sam_http_route_of(const struct sam_http_request *request)
{
    return request->route->of;
}

struct sam_span sam_http_method(const struct sam_http_request *request)
{
    return request->method;
}

struct sam_span sam_http_path(const struct sam_http_request *request)
{
    return request->path;
}

struct sam_span sam_http_param(const struct sam_http_request *request, const char *name)
{
    const struct route *route = request->route;
    for (size_t i = 0; i < route->segments_n; i++)
        if (route->segments[i].param && sam_span_is(route->segments[i].text, name)) {
            if (!route->segments[i].rest)
                return request->segments[i];
            return (struct sam_span){request->segments[i].at, (size_t)(request->path.at + request->path.len - request->segments[i].at)};
        }
    return SAM_NO_SPAN;
}

const struct sam_http_pair *sam_http_query(const struct sam_http_request *request, size_t *n)
{
    *n = request->query_n;
    return request->query;
}

struct sam_span sam_http_query_get(const struct sam_http_request *request, const char *name)
{
    for (size_t i = 0; i < request->query_n; i++)
        if (sam_span_is(request->query[i].name, name))
            return request->query[i].value;
    return SAM_NO_SPAN;
}

static struct sam_span lookup(const struct sam_http_request *request, enum MHD_ValueKind kind, const char *name)
{
    if (!request->mhd)
        return SAM_NO_SPAN;
    return sam_span_of(MHD_lookup_connection_value(request->mhd, kind, name));
}

struct sam_span sam_http_header(const struct sam_http_request *request, const char *name)
{
    return lookup(request, MHD_HEADER_KIND, name);
}

struct sam_span sam_http_cookie(const struct sam_http_request *request, const char *name)
{
    return lookup(request, MHD_COOKIE_KIND, name);
}

struct sam_span sam_http_body(const struct sam_http_request *request)
{
    return request->at == STAGE_HANDLING && request->body.at ? sam_buf_get(&request->body) : (struct sam_span){"", 0};
}

struct sam_span sam_http_peer(const struct sam_http_request *request)
{
    return request->connection ? sam_span_of(request->connection->peer) : SAM_SPAN("gone");
}

uint64_t sam_http_id(const struct sam_http_request *request)
{
    return request->id;
}

bool sam_http_secure(const struct sam_http_request *request)
{
    return request->server->settings.secure;
}

void sam_http_note(struct sam_http_request *request, void *note)
{
    request->note = note;
}

void *sam_http_noted(const struct sam_http_request *request)
{
    return request->note;
}

void sam_http_on_gone(struct sam_http_request *request, void (*gone)(struct sam_http_request *request, void *data), void *data)
{
    request->on_gone = gone;
    request->on_gone_data = data;
}
