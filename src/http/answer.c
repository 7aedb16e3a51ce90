/*
 * Answering: from a sam_http_response to libmicrohttpd's, with what every answer carries, and prepared answers that many requests share.
 */
#include "http.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define API_POLICY "default-src 'none'; frame-ancestors 'none'"

/* Sent with every answer. */
static const struct {
    const char *name, *value;
} always[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"X-Frame-Options", "DENY"},
};

static const struct {
    unsigned status;
    const char *title;
} titles[] = {
    {400, "Bad Request"},       {401, "Unauthorized"},          {403, "Forbidden"},
    {404, "Not Found"},         {405, "Method Not Allowed"},    {406, "Not Acceptable"},
    {409, "Conflict"},          {413, "Content Too Large"},     {415, "Unsupported Media Type"},
    {429, "Too Many Requests"}, {500, "Internal Server Error"}, {503, "Service Unavailable"},
};

static const char *title_of(unsigned status)
{
    for (size_t i = 0; i < SAM_COUNT(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Problem";
}

static bool add(struct MHD_Response *response, const char *name, const char *value)
{
    return MHD_add_response_header(response, name, value) == MHD_YES;
}

bool http_head(const struct sam_http *server, struct MHD_Response *response, const char *content_type, const char *cache_control,
               const char *policy)
{
    bool right = true;
    for (size_t i = 0; i < SAM_COUNT(always); i++)
        right = add(response, always[i].name, always[i].value) && right;
    right = add(response, "Content-Security-Policy", policy ? policy : API_POLICY) && right;
    right = add(response, MHD_HTTP_HEADER_CACHE_CONTROL, cache_control) && right;
    if (server->settings.secure)
        right = add(response, "Strict-Transport-Security", "max-age=31536000") && right;
    if (content_type)
        right = add(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type) && right;
    return right;
}

/* Hands a response (NULL: there was no memory for one) to the request, which is not held any more. */
void http_send(struct sam_http_request *r, unsigned status, struct MHD_Response *response)
{
    unsigned hundred = status / 100;
    r->status = status;
    r->response = response;
    r->server->counts.requests[hundred < SAM_COUNT(r->server->counts.requests) ? hundred : 5]++;
    if (r->counted)
        r->server->counts.in_flight--;
    r->counted = false;
    if (!r->held) /* given up: the holder may still be reading the body */
        http_drop_body(r);
    http_stage(r, STAGE_ANSWERED);
    http_resume(r);
}

/* ---- one answer -------------------------------------------------------------------------------------------------- */

static void release(const struct sam_http_response *response)
{
    if (response->release)
        response->release(response->owner);
}

static bool worth_gzip(const struct sam_http_request *r, const struct sam_http_response *response)
{
    const struct sam_http_settings *s = &r->server->settings;
    return response->content_type && response->body.len >= s->gzip_min && response->body.len <= s->gzip_max &&
           !sam_span_starts(sam_span_of(response->content_type), "image/") && http_takes_gzip(r);
}

static struct MHD_Response *plain(const struct sam_http_response *response)
{
    void *at = (void *)(uintptr_t)response->body.at;
    if (response->release)
        return MHD_create_response_from_buffer_with_free_callback_cls(response->body.len, at, response->release, response->owner);
    return MHD_create_response_from_buffer(response->body.len, at, MHD_RESPMEM_PERSISTENT);
}

/* The body as it will be sent: compressed into the arena where that pays, else as it came. */
static struct MHD_Response *body_of(struct sam_http_request *r, const struct sam_http_response *response, bool *compressed)
{
    struct sam_span packed;
    *compressed = worth_gzip(r, response) && http_gzip(r->arena, response->body, 1, &packed);
    if (!*compressed)
        return plain(response);
    release(response);
    return MHD_create_response_from_buffer(packed.len, (void *)(uintptr_t)packed.at, MHD_RESPMEM_PERSISTENT);
}

static bool add_own(struct MHD_Response *to, const struct sam_http_response *response)
{
    bool right = true;
    for (size_t i = 0; i < response->headers_n; i++) {
        char name[64], value[1024];
        const struct sam_http_pair *pair = &response->headers[i];
        if (pair->value.len == 0)
            continue;
        right = right && pair->name.len < sizeof name && pair->value.len < sizeof value;
        if (!right)
            return false;
        snprintf(name, sizeof name, "%.*s", (int)pair->name.len, pair->name.at);
        snprintf(value, sizeof value, "%.*s", (int)pair->value.len, pair->value.at);
        right = add(to, name, value);
    }
    return right;
}

/* All headers of a response; what depends on compression says so, also where this body was too small for it. */
static bool add_headers(struct sam_http_request *r, struct MHD_Response *made, const struct sam_http_response *response, const char *etag,
                        bool compressed)
{
    const char *cache = response->cache_control ? response->cache_control : "no-store";
    bool varies = response->content_type && response->body.len >= r->server->settings.gzip_min;
    return http_head(r->server, made, response->content_type, cache, NULL) && (!etag[0] || add(made, MHD_HTTP_HEADER_ETAG, etag)) &&
           (!compressed || add(made, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip")) &&
           (!varies || add(made, MHD_HTTP_HEADER_VARY, "Accept-Encoding")) && add_own(made, response);
}

static void answer(struct sam_http_request *r, const struct sam_http_response *response)
{
    unsigned status = response->status ? response->status : 200;
    char etag[40] = "";
    bool compressed = false;
    if (response->etag && status == 200)
        http_etag(response->body, etag);
    struct MHD_Response *made;
    if (etag[0] && http_has_etag(r, etag)) {
        release(response);
        status = 304;
        made = MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    } else {
        made = body_of(r, response, &compressed);
    }
    if (made && !add_headers(r, made, response, etag, compressed)) {
        MHD_destroy_response(made);
        made = NULL;
    }
    http_send(r, status, made);
}

void sam_http_answer(struct sam_http_request *request, const struct sam_http_response *response)
{
    SAM_MUST(response->headers_n <= SAM_HTTP_HEADERS);
    if (http_take_back(request))
        answer(request, response);
    else
        release(response);
}

/* ---- problem details ------------------------------------------------------------------------------------------------ */

static void problem(struct sam_http_request *r, unsigned status, const char *type, const char *parameter, uint32_t retry_s,
                    const char *detail)
{
    struct sam_buf json = sam_buf_of(4096);
    struct sam_err err;
    char retry[16];
    struct sam_http_response response = {.status = status, .content_type = "application/problem+json"};
    sam_buf_printf(&json, "{\"type\":\"urn:samtale:problem:%s\",\"title\":\"%s\",\"status\":%u", type, title_of(status), status);
    if (detail[0]) {
        sam_buf_text(&json, ",\"detail\":");
        sam_buf_json(&json, sam_span_of(detail));
    }
    if (parameter) {
        sam_buf_text(&json, ",\"parameter\":");
        sam_buf_json(&json, sam_span_of(parameter));
    }
    sam_buf_printf(&json, ",\"instance\":\"urn:samtale:request:%llu\"}", (unsigned long long)r->id);
    if (json.failed || sam_arena_span(r->arena, sam_buf_get(&json), &response.body, &err) != SAM_OK)
        response.body = SAM_SPAN("{\"type\":\"about:blank\"}");
    sam_buf_free(&json);
    if (retry_s > 0) {
        snprintf(retry, sizeof retry, "%u", retry_s);
        response.headers[response.headers_n++] = (struct sam_http_pair){SAM_SPAN("Retry-After"), sam_span_of(retry)};
    }
    if (status == 401)
        response.headers[response.headers_n++] =
            (struct sam_http_pair){SAM_SPAN("WWW-Authenticate"), SAM_SPAN("Bearer realm=\"samtaled\"")};
    answer(r, &response);
}

void sam_http_problem(struct sam_http_request *request, unsigned status, const char *type, const char *parameter, const char *fmt, ...)
{
    char detail[600];
    va_list args;
    va_start(args, fmt);
    vsnprintf(detail, sizeof detail, fmt, args);
    va_end(args);
    if (http_take_back(request))
        problem(request, status, type, parameter, 0, detail);
}

void sam_http_problem_later(struct sam_http_request *request, unsigned status, const char *type, uint32_t retry_s, const char *fmt, ...)
{
    char detail[600];
    va_list args;
    va_start(args, fmt);
    vsnprintf(detail, sizeof detail, fmt, args);
    va_end(args);
    if (http_take_back(request))
        problem(request, status, type, NULL, retry_s, detail);
}

/* The holder is too late or we are stopping: the client is answered now, the holder's own answer will be dropped. */
void http_give_up(struct sam_http_request *r, const char *type, const char *detail)
{
    problem(r, 503, type, NULL, 1, detail);
    if (!r->held)
        return;
    r->gone = true;
    void (*on_gone)(struct sam_http_request *, void *) = r->on_gone;
    r->on_gone = NULL;
    if (on_gone)
        on_gone(r, r->on_gone_data);
}
