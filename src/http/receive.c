/*
 * Receiving: libmicrohttpd's callbacks. It calls http_on_access first with the headers alone (again after each resume there), then with
 * pieces of the body, then once at the end; the stage tells which of these a call is. Bodies share one budget of bytes. What announces
 * itself as too large is refused before it is read; what turns out so while being read is refused there, on the socket itself, since
 * libmicrohttpd takes no response in the middle of a body.
 */
#include "http.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* libmicrohttpd is done with the request, whether it said so or not. */
void http_over(struct sam_http_request *r)
{
    struct sam_http *server = r->server;
    if (r->counted)
        server->counts.in_flight--;
    r->counted = false;
    r->connection->request = NULL;
    http_wait_until(r->connection, server->settings.idle_timeout_ms);
    r->connection = NULL;
    r->mhd = NULL;
    r->gone = true;
    http_request_free(r);
}

void *http_on_target(void *context, const char *target, struct MHD_Connection *mhd)
{
    (void)context;
    struct connection *c = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    if (c->request)
        http_over(c->request);
    struct sam_http_request *r = http_request_new(c, sam_span_of(target));
    http_wait_until(c, c->server->settings.receive_timeout_ms);
    return r;
}

void http_on_completed(void *context, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode why)
{
    (void)context;
    (void)mhd;
    (void)why;
    if (*request)
        http_over(*request);
    *request = NULL;
}

/* ---- the body ------------------------------------------------------------------------------------------------------ */

enum refusal { TAKEN, TOO_LARGE, NO_BUDGET };

/* Charges the shared budget so that it covers bytes in all for this request. */
static enum refusal charge(struct sam_http_request *r, size_t bytes)
{
    struct sam_http *server = r->server;
    if (bytes <= r->charged)
        return TAKEN;
    if (bytes - r->charged > server->settings.bodies_max - server->counts.bodies_bytes)
        return NO_BUDGET;
    server->counts.bodies_bytes += bytes - r->charged;
    r->charged = bytes;
    return TAKEN;
}

static void refuse_body(struct sam_http_request *r, enum refusal why)
{
    r->server->counts.refused_bodies++;
    if (why == NO_BUDGET)
        sam_http_problem_later(r, 429, "busy", 1, "the bodies being received fill their budget; try again in a moment");
    else if (r->route->of->body_max == 0)
        sam_http_problem(r, 413, "too_large", NULL, "this path takes no body");
    else
        sam_http_problem(r, 413, "too_large", NULL, "the body is over the limit of %zu bytes", r->route->of->body_max);
}

/* The headers say what is coming: refuse it now or make room. */
static void expect_body(struct sam_http_request *r)
{
    struct sam_span length = sam_http_header(r, "Content-Length");
    bool chunked = sam_http_header(r, "Transfer-Encoding").at != NULL;
    struct sam_err err;
    int64_t bytes = 0;
    enum refusal why = TAKEN;
    r->body.max = r->route->of->body_max;
    bool beyond = length.at && sam_span_int(length, 0, INT64_MAX, &bytes, &err) != SAM_OK;
    if (beyond || (uint64_t)bytes > r->body.max || (chunked && r->body.max == 0))
        why = TOO_LARGE;
    else
        why = charge(r, (size_t)bytes);
    if (why == TAKEN && bytes > 0 && !sam_buf_reserve(&r->body, (size_t)bytes))
        why = NO_BUDGET;
    if (why == TAKEN) {
        http_stage(r, STAGE_BODY);
        return;
    }
    r->connection->drain = true;
    http_hold(r);
    refuse_body(r, why);
}

/* In the middle of a body of unannounced length: the answer goes to the socket as it is, then the connection closes. */
static enum MHD_Result refuse_midway(struct sam_http_request *r, enum refusal why)
{
    static const char *const bodies[] = {
        [TAKEN] = "",
        [TOO_LARGE] = "{\"type\":\"urn:samtale:problem:too_large\",\"title\":\"Content Too Large\",\"status\":413,"
                      "\"detail\":\"the body is over the limit of this path\"}",
        [NO_BUDGET] = "{\"type\":\"urn:samtale:problem:busy\",\"title\":\"Too Many Requests\",\"status\":429,"
                      "\"detail\":\"the bodies being received fill their budget; try again in a moment\"}",
    };
    struct sam_http *server = r->server;
    server->counts.refused_bodies++;
    server->counts.requests[4]++;
    r->connection->drain = true;
    if (server->settings.tls_key.at)
        return MHD_NO; /* under TLS the bare close has to do */
    char text[600];
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %s\r\nConnection: close\r\n%sContent-Type: application/problem+json\r\nContent-Length: %zu\r\n\r\n%s",
                     why == NO_BUDGET ? "429 Too Many Requests" : "413 Content Too Large", why == NO_BUDGET ? "Retry-After: 1\r\n" : "",
                     strlen(bodies[why]), bodies[why]);
    int fd = MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    if (send(fd, text, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) < n)
        sam_log(SAM_LOG_DEBUG, "http.refusal_lost", "request=%llu", (unsigned long long)r->id);
    return MHD_NO;
}

static enum MHD_Result take_body(struct sam_http_request *r, const char *data, size_t *data_n)
{
    size_t n = *data_n;
    *data_n = 0;
    SAM_MUST(r->at == STAGE_BODY);
    if (n > r->body.max - r->body.len)
        return refuse_midway(r, TOO_LARGE);
    if (charge(r, r->body.len + n) != TAKEN)
        return refuse_midway(r, NO_BUDGET);
    sam_buf_add(&r->body, data, n);
    return r->body.failed ? refuse_midway(r, NO_BUDGET) : MHD_YES;
}

/* ---- the calls ------------------------------------------------------------------------------------------------------ */

static void no_route(struct sam_http_request *r, struct sam_span allow)
{
    if (allow.len == 0) {
        sam_http_problem(r, 404, "not_found", NULL, "there is nothing at this path");
        return;
    }
    struct sam_http_response response = {.status = 405, .content_type = "application/problem+json"};
    response.headers[response.headers_n++] = (struct sam_http_pair){SAM_SPAN("Allow"), allow};
    response.body = SAM_SPAN("{\"type\":\"urn:samtale:problem:method_not_allowed\",\"title\":\"Method Not Allowed\",\"status\":405}");
    sam_http_answer(r, &response);
}

static enum MHD_Result count_length(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    unsigned *n = context;
    (void)kind;
    (void)value;
    *n += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0 || strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
    return MHD_YES;
}

/* Two lengths of one body are how requests are smuggled past a proxy; libmicrohttpd believes one of them. */
static bool one_length(struct sam_http_request *r)
{
    unsigned n = 0;
    MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, count_length, &n);
    return n <= 1;
}

/* RFC 9112 section 3.2. libmicrohttpd would see to it, but sends the head of that refusal twice. */
static bool names_host(const struct sam_http_request *r, const char *version)
{
    return strcmp(version, MHD_HTTP_VERSION_1_1) != 0 || sam_http_header(r, MHD_HTTP_HEADER_HOST).at;
}

static void on_head(struct sam_http_request *r, const char *method, const char *version)
{
    struct sam_http *server = r->server;
    struct sam_err err;
    struct sam_buf allow = sam_buf_of(256);
    r->counted = true;
    server->counts.in_flight++;
    http_hold(r);
    struct sam_span length = sam_http_header(r, "Content-Length");
    r->connection->drain = (length.at && !sam_span_is(length, "0")) || sam_http_header(r, "Transfer-Encoding").at;
    if (sam_arena_span(r->arena, sam_span_of(method), &r->method, &err) != SAM_OK || http_target_read(r, &err) != SAM_OK) {
        sam_http_problem(r, 400, "bad_request", NULL, "%s", err.text);
        return;
    }
    if (!names_host(r, version)) {
        sam_http_problem(r, 400, "bad_request", NULL, "the header Host is missing");
        return;
    }
    if (r->connection->drain && !one_length(r)) {
        sam_http_problem(r, 400, "bad_request", NULL, "the request says the length of its body more than once");
        return;
    }
    r->route = http_route_find(server, r, &allow);
    if (!r->route) {
        no_route(r, sam_buf_get(&allow));
    } else {
        http_stage(r, STAGE_ADMITTING);
        if (server->table->admit)
            server->table->admit(r, server->context);
        else
            sam_http_pass(r);
    }
    sam_buf_free(&allow);
}

void sam_http_pass(struct sam_http_request *r)
{
    if (!http_take_back(r))
        return;
    http_stage(r, STAGE_PASSED);
    http_resume(r);
}

static void on_end(struct sam_http_request *r)
{
    r->connection->drain = false;
    http_stage(r, STAGE_HANDLING);
    http_hold(r);
    r->route->of->handle(r, r->server->context);
}

static enum MHD_Result send_answer(struct sam_http_request *r)
{
    if (!r->response)
        return MHD_NO; /* no memory for a response: closing is all that is left */
    http_stage(r, STAGE_SENDING);
    http_wait_until(r->connection, r->server->settings.send_timeout_ms);
    if (r->server->phase != PHASE_SERVING && !r->asset)
        MHD_add_response_header(r->response, MHD_HTTP_HEADER_CONNECTION, "close");
    enum MHD_Result result = MHD_queue_response(r->mhd, r->status, r->response);
    http_drop_response(r);
    return result;
}

/* What the stage asks for after a call: send, read on, or wait for the holder. */
static enum MHD_Result settle(struct sam_http_request *r)
{
    if (r->at == STAGE_PASSED) {
        http_wait_until(r->connection, r->server->settings.receive_timeout_ms);
        expect_body(r);
    }
    bool waits = r->at == STAGE_ADMITTING || r->at == STAGE_HANDLING;
    if (waits && r->server->phase >= PHASE_DROPPING)
        http_give_up(r, "stopping", "samtaled is stopping; try again in a moment");
    /* A response queued at the headers closes the connection. Where no body follows it can wait for the second call. */
    bool early = !r->headed && !r->connection->drain;
    if (r->at == STAGE_ANSWERED && !early)
        return send_answer(r);
    if (waits) {
        r->suspended = true;
        http_wait_until(r->connection, r->server->settings.answer_timeout_ms);
        MHD_suspend_connection(r->mhd);
    } else {
        r->headed = true;
    }
    return MHD_YES;
}

enum MHD_Result http_on_access(void *context, struct MHD_Connection *mhd, const char *url, const char *method, const char *version,
                               const char *data, size_t *data_n, void **request)
{
    struct sam_http_request *r = *request;
    (void)context;
    (void)mhd;
    (void)url;
    if (!r)
        return MHD_NO; /* no memory for a request */
    if (*data_n > 0)
        return take_body(r, data, data_n);
    if (r->at == STAGE_HEAD)
        on_head(r, method, version);
    else if (r->at == STAGE_BODY)
        on_end(r);
    return settle(r);
}
