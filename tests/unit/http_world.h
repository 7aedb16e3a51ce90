/*
 * A server for the tests of http: on a loop, over loopback, with a handler of each kind. A test writes what its client does; the client
 * runs on a thread, the server on the loop; when the client is done the server stops, and only then is anything asserted.
 */
#ifndef HTTP_WORLD_H
#define HTTP_WORLD_H

#include "samtale/http.h"

#include "http_client.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

/* ---- a server with a handler of each kind ------------------------------------------------------------------------- */

struct world {
    struct sam_loop *loop;
    struct sam_http *server;
    struct sam_timer *watch; /* asks whether the client is done */
    struct sam_http_asset *asset;
    atomic_bool client_done;
    uint16_t port;
    bool stopped;
    bool stop_early;    /* stop while the client is still at it */
    int gone, released; /* calls of on_gone and release */
    int handled;        /* bodies that reached a handler */
    struct answer answers[10];
    size_t got;
    struct sam_http_counts counts; /* before the stop */
    struct sam_http_counts last;   /* after it */
};

struct later {
    struct sam_http_request *request;
    struct sam_timer *timer;
    struct world *world;
    bool pass;
};

static void answer_text(struct sam_http_request *r, const char *text)
{
    struct sam_http_response response = {.content_type = "text/plain", .body = sam_span_of(text), .etag = true};
    sam_http_answer(r, &response);
}

static void on_later(void *data)
{
    struct later *l = data;
    sam_timer_free(l->timer);
    if (l->pass)
        sam_http_pass(l->request);
    else
        answer_text(l->request, "later");
    free(l);
}

static void later(struct sam_http_request *r, struct world *w, int64_t ms, bool pass)
{
    struct later *l = calloc(1, sizeof *l);
    *l = (struct later){.request = r, .world = w, .pass = pass};
    l->timer = sam_timer_new(w->loop, on_later, l);
    sam_timer_set(l->timer, ms);
}

static void do_now(struct sam_http_request *r, void *context)
{
    (void)context;
    answer_text(r, "now");
}

static void do_later(struct sam_http_request *r, void *context)
{
    struct sam_err err;
    int64_t ms = 0;
    if (sam_span_int(sam_http_query_get(r, "ms"), 0, 100000, &ms, &err) != SAM_OK)
        sam_http_problem(r, 400, "bad_parameter", "ms", "%s", err.text);
    else
        later(r, context, ms, false);
}

static void gone(struct sam_http_request *r, void *data)
{
    struct world *w = data;
    w->gone++;
    later(r, w, 5, false);
}

static void do_never(struct sam_http_request *r, void *context)
{
    sam_http_on_gone(r, gone, context);
}

static void released(void *owner)
{
    struct world *w = owner;
    w->released++;
}

static void do_count(struct sam_http_request *r, void *context)
{
    struct world *w = context;
    struct sam_span text = SAM_NO_SPAN, body = sam_http_body(r);
    struct sam_err err;
    unsigned sum = 0;
    w->handled++;
    for (size_t i = 0; i < body.len; i++)
        sum += (unsigned char)body.at[i];
    if (sam_arena_printf(sam_http_arena(r), &text, &err, "%zu %u", body.len, sum) != SAM_OK)
        text = SAM_SPAN("no memory");
    struct sam_http_response response = {.status = 202, .content_type = "text/plain", .body = text, .release = released, .owner = w};
    sam_http_answer(r, &response);
}

static void do_echo_target(struct sam_http_request *r, void *context)
{
    struct sam_span text = SAM_NO_SPAN;
    struct sam_err err;
    (void)context;
    struct sam_span id = sam_http_param(r, "id"), rest = sam_http_param(r, "rest"), a = sam_http_query_get(r, "a");
    if (sam_arena_printf(sam_http_arena(r), &text, &err, "%s|%.*s|%.*s|%.*s|%.*s", sam_http_route_of(r)->scope, SAM_ARG(sam_http_path(r)),
                         SAM_ARG(id), SAM_ARG(rest), SAM_ARG(a)) != SAM_OK)
        text = SAM_SPAN("no memory");
    struct sam_http_response response = {.content_type = "text/plain", .body = text};
    sam_http_answer(r, &response);
}

static char big_text[300000];

static void do_big(struct sam_http_request *r, void *context)
{
    (void)context;
    struct sam_http_response response = {.content_type = "text/plain", .body = {big_text, sizeof big_text}, .etag = true};
    response.headers[response.headers_n++] = (struct sam_http_pair){SAM_SPAN("X-Own"), sam_http_cookie(r, "who")};
    sam_http_answer(r, &response);
}

static void do_asset(struct sam_http_request *r, void *context)
{
    struct world *w = context;
    sam_http_answer_asset(r, w->asset);
}

/* Asked for while suspended, and freed by its owner at once: the answer must still arrive. */
static void on_asset_later(void *data)
{
    struct later *l = data;
    sam_timer_free(l->timer);
    sam_http_answer_asset(l->request, l->world->asset);
    sam_http_asset_free(l->world->asset);
    l->world->asset = NULL;
    free(l);
}

static void do_asset_later(struct sam_http_request *r, void *context)
{
    struct world *w = context;
    struct later *l = calloc(1, sizeof *l);
    *l = (struct later){.request = r, .world = w};
    l->timer = sam_timer_new(w->loop, on_asset_later, l);
    sam_timer_set(l->timer, 1);
}

static void admit(struct sam_http_request *r, void *context)
{
    if (sam_http_header(r, "x-refuse").at)
        sam_http_problem(r, 401, "not_signed_in", NULL, "who are you?");
    else if (sam_http_header(r, "x-late").at)
        later(r, context, 20, true);
    else if (sam_http_header(r, "x-silent").at)
        sam_http_on_gone(r, gone, context);
    else
        sam_http_pass(r);
}

static const struct sam_http_route routes[] = {
    {.method = "GET", .path = "/now", .scope = "now", .handle = do_now, .summary = "at once"},
    {.method = "GET", .path = "/later", .scope = "later", .handle = do_later, .summary = "after ms"},
    {.method = "GET", .path = "/never", .scope = "never", .handle = do_never, .summary = "never, unless given up"},
    {.method = "POST", .path = "/count", .scope = "count", .handle = do_count, .summary = "length and sum", .body_max = 100000},
    {.method = "GET", .path = "/items/{id}", .scope = "item", .handle = do_echo_target, .summary = "one segment"},
    {.method = "GET", .path = "/items/all", .scope = "all", .handle = do_echo_target, .summary = "literal wins"},
    {.method = "DELETE", .path = "/items/{id}", .scope = "gone", .handle = do_echo_target, .summary = "other method"},
    {.method = "GET", .path = "/big", .scope = "big", .handle = do_big, .summary = "compressible"},
    {.method = "GET", .path = "/asset", .scope = "asset", .handle = do_asset, .summary = "prepared"},
    {.method = "GET", .path = "/asset-later", .scope = "asset", .handle = do_asset_later, .summary = "prepared, later"},
    {.method = "GET", .path = "/{rest...}", .scope = "rest", .handle = do_echo_target, .summary = "all else"},
};
static const struct sam_http_table table = {routes, SAM_COUNT(routes), admit};

/* ---- running a client against it ------------------------------------------------------------------------------------ */

typedef void (*client_part)(struct world *w);
struct run {
    struct world *world;
    client_part client;
};

static void *client_main(void *data)
{
    struct run *run = data;
    run->client(run->world);
    atomic_store(&run->world->client_done, true);
    return NULL;
}

static void on_stopped(void *context)
{
    struct world *w = context;
    w->last = sam_http_count(w->server);
    sam_http_free(w->server);
    w->server = NULL;
    w->stopped = true;
}

static void on_watch(void *data)
{
    struct world *w = data;
    if (w->stop_early ? w->handled == 0 && sam_http_count(w->server).in_flight == 0 && !atomic_load(&w->client_done)
                      : !atomic_load(&w->client_done)) {
        sam_timer_set(w->watch, 2);
        return;
    }
    w->counts = sam_http_count(w->server);
    sam_timer_free(w->watch);
    sam_http_stop(w->server, on_stopped, w);
}

static struct sam_http_settings quick(void)
{
    struct sam_http_settings s = sam_http_defaults();
    s.listen = SAM_SPAN("127.0.0.1:0");
    return s;
}

static void run_with(struct world *w, const struct sam_http_settings *settings, client_part client)
{
    struct sam_err err = {0};
    pthread_t thread;
    struct run run = {w, client};
    assert_int_equal(sam_loop_new(&w->loop, &err), SAM_OK);
    if (sam_http_new(w->loop, settings, &table, w, &w->server, &err) != SAM_OK)
        fail_msg("%s", err.text);
    const struct sam_http_asset_of of = {
        .content_type = "text/html", .body = {big_text, 2048}, .cache_control = "max-age=60", .policy = "default-src 'self'"};
    assert_int_equal(sam_http_asset_new(w->server, &of, &w->asset, &err), SAM_OK);
    w->port = sam_http_port(w->server);
    w->watch = sam_timer_new(w->loop, on_watch, w);
    sam_timer_set(w->watch, 2);
    assert_int_equal(pthread_create(&thread, NULL, client_main, &run), 0);
    sam_loop_run(w->loop);
    pthread_join(thread, NULL);
    sam_http_asset_free(w->asset);
    sam_loop_free(w->loop);
    assert_true(w->stopped);
    assert_int_equal(w->last.connections, 0);
    assert_int_equal(w->last.in_flight, 0);
    assert_int_equal(w->last.bodies_bytes, 0);
}

static inline void run(struct world *w, client_part client)
{
    struct sam_http_settings s = quick();
    run_with(w, &s, client);
}

static void keep(struct world *w, struct answer a)
{
    w->answers[w->got++] = a;
}

#define GET(path)      "GET " path " HTTP/1.1\r\nHost: t\r\n\r\n"
#define GET_WITH(p, h) "GET " p " HTTP/1.1\r\nHost: t\r\n" h "\r\n\r\n"

static void big_text_fill(void)
{
    for (size_t i = 0; i < sizeof big_text; i++)
        big_text[i] = (char)('a' + i % 23 + (i / 1000) % 3);
}

#endif
