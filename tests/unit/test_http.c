/*
 * Http through its door: a server on a loop, real sockets over loopback. Each test writes what its client does; the client runs on a
 * thread, the server on the loop; when the client is done the server stops, and only then is anything asserted.
 */
#include "samtale/http.h"

#include "http_client.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <zlib.h>

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
    struct answer answers[8];
    size_t got;
    struct sam_http_counts counts; /* before the stop */
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
}

static void run(struct world *w, client_part client)
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

/* ---- answers -------------------------------------------------------------------------------------------------------- */

static void client_basics(struct world *w)
{
    int fd = client_open(w->port);
    keep(w, client_ask(fd, GET("/now")));
    keep(w, client_ask(fd, "HEAD /now HTTP/1.1\r\nHost: t\r\n\r\n"));
    keep(w, client_ask(fd, GET("/later?ms=30")));
    keep(w, client_ask(fd, GET("/later?ms=x")));
    keep(w, client_ask(fd, "PUT /items/7 HTTP/1.1\r\nHost: t\r\n\r\n"));
    keep(w, client_ask(fd, "PUT /nothing HTTP/1.1\r\nHost: t\r\n\r\n"));
    keep(w, client_ask(fd, "POST /now HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n"));
    keep(w, client_ask(fd, GET("/now")));
    close(fd);
}

static void basics(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_basics);
    assert_int_equal(w.answers[0].status, 200);
    assert_string_equal(w.answers[0].body, "now");
    assert_non_null(strstr(w.answers[0].head, "X-Content-Type-Options: nosniff"));
    assert_non_null(strstr(w.answers[0].head, "Content-Security-Policy: default-src 'none'"));
    assert_non_null(strstr(w.answers[0].head, "Cache-Control: no-store"));
    assert_null(strstr(w.answers[0].head, "Strict-Transport-Security"));
    assert_int_equal(w.answers[1].status, 200);
    assert_non_null(strstr(w.answers[1].head, "Content-Length: 3"));
    assert_string_equal(w.answers[2].body, "later");
    assert_int_equal(w.answers[3].status, 400);
    assert_non_null(strstr(w.answers[3].body, "\"type\":\"urn:samtale:problem:bad_parameter\""));
    assert_non_null(strstr(w.answers[3].body, "\"parameter\":\"ms\""));
    assert_non_null(strstr(w.answers[3].head, "application/problem+json"));
    assert_int_equal(w.answers[4].status, 405);
    assert_non_null(strstr(w.answers[4].head, "Allow: GET, HEAD, DELETE"));
    assert_int_equal(w.answers[5].status, 404);
    assert_int_equal(w.answers[6].status, 405);
    assert_int_equal(w.answers[7].status, 200);
    assert_int_equal(w.counts.requests[2], 4);
    assert_int_equal(w.counts.requests[4], 4);
    assert_int_equal(w.counts.in_flight, 0);
}

static void client_targets(struct world *w)
{
    keep(w, client_once(w->port, GET("/items/a%2Fb%C3%A6?x=1&a=%26+%3d&a=2")));
    keep(w, client_once(w->port, GET("/items/all")));
    keep(w, client_once(w->port, GET("/some/deep%20path/here?a")));
    keep(w, client_once(w->port, GET("http://host/items/5")));
    keep(w, client_once(w->port, GET("/items/%4")));
    keep(w, client_once(w->port, GET("/items/%00")));
    keep(w, client_once(w->port, GET("/items/%ff")));
    keep(w, client_once(w->port, GET("/")));
}

static void targets(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_targets);
    assert_string_equal(w.answers[0].body, "item|/items/a/b\xc3\xa6|a/b\xc3\xa6||& =");
    assert_string_equal(w.answers[1].body, "all|/items/all|||");
    assert_string_equal(w.answers[2].body, "rest|/some/deep path/here||some/deep path/here|");
    assert_string_equal(w.answers[3].body, "item|/items/5|5||");
    for (size_t i = 4; i < 7; i++) {
        assert_int_equal(w.answers[i].status, 400);
        assert_non_null(strstr(w.answers[i].body, "bad_request"));
    }
    assert_string_equal(w.answers[7].body, "rest|/|||");
}

static void client_encodings(struct world *w)
{
    keep(w, client_once(w->port, GET_WITH("/big", "Cookie: a=b; who=ann")));
    keep(w, client_once(w->port, GET_WITH("/big", "Accept-Encoding: br, gzip;q=0.5")));
    keep(w, client_once(w->port, GET_WITH("/big", "Accept-Encoding: gzip;q=0, identity")));
    char again[400];
    const char *etag = strstr(w->answers[0].head, "ETag: ");
    snprintf(again, sizeof again, "GET /big HTTP/1.1\r\nHost: t\r\nIf-None-Match: \"other\", %.36s\r\n\r\n", etag ? etag + 6 : "none");
    keep(w, client_once(w->port, again));
    keep(w, client_once(w->port, GET_WITH("/asset", "Accept-Encoding: gzip")));
    keep(w, client_once(w->port, GET("/asset")));
    etag = strstr(w->answers[5].head, "ETag: ");
    snprintf(again, sizeof again, "GET /asset HTTP/1.1\r\nHost: t\r\nIf-None-Match: %.36s\r\n\r\n", etag ? etag + 6 : "none");
    keep(w, client_once(w->port, again));
    keep(w, client_once(w->port, GET("/asset-later")));
}

static void encodings(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_encodings);
    assert_int_equal(w.answers[0].body_n, sizeof big_text);
    assert_non_null(strstr(w.answers[0].head, "X-Own: ann"));
    assert_non_null(strstr(w.answers[0].head, "Vary: Accept-Encoding"));
    assert_null(strstr(w.answers[0].head, "Content-Encoding"));
    assert_non_null(strstr(w.answers[1].head, "Content-Encoding: gzip"));
    assert_in_range(w.answers[1].body_n, 100, sizeof w.answers[1].body - 1);
    static unsigned char out[sizeof big_text];
    z_stream z = {
        .next_in = (unsigned char *)w.answers[1].body, .avail_in = (unsigned)w.answers[1].body_n, .next_out = out, .avail_out = sizeof out};
    assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    inflateEnd(&z);
    assert_memory_equal(out, big_text, sizeof big_text);
    assert_int_equal(w.answers[2].body_n, sizeof big_text);
    assert_int_equal(w.answers[3].status, 304);
    assert_non_null(strstr(w.answers[4].head, "Content-Encoding: gzip"));
    assert_non_null(strstr(w.answers[4].head, "Content-Security-Policy: default-src 'self'"));
    assert_int_equal(w.answers[5].body_n, 2048);
    assert_int_equal(w.answers[6].status, 304);
    assert_int_equal(w.answers[7].body_n, 2048);
}

/* ---- bodies --------------------------------------------------------------------------------------------------------- */

static void post(struct world *w, const char *headers, size_t n)
{
    char head[300];
    int fd = client_open(w->port);
    char *body = malloc(n + 1);
    memset(body, 1, n);
    snprintf(head, sizeof head, "POST /count HTTP/1.1\r\nHost: t\r\n%sContent-Length: %zu\r\n\r\n", headers, n);
    if (client_text(fd, head))
        client_send(fd, body, n);
    keep(w, client_read(fd, 0));
    free(body);
    close(fd);
}

static void post_chunked(struct world *w, const char *headers, size_t chunks)
{
    static char chunk[10000];
    char head[300];
    int fd = client_open(w->port);
    memset(chunk, 1, sizeof chunk);
    snprintf(head, sizeof head, "POST /count HTTP/1.1\r\nHost: t\r\n%sTransfer-Encoding: chunked\r\n\r\n", headers);
    client_text(fd, head);
    for (size_t i = 0; i < chunks; i++)
        if (!client_text(fd, "2710\r\n") || !client_send(fd, chunk, sizeof chunk) || !client_text(fd, "\r\n"))
            break;
    client_text(fd, "0\r\n\r\n");
    keep(w, client_read(fd, 0));
    close(fd);
}

static void client_bodies(struct world *w)
{
    post(w, "", 0);
    post(w, "", 100000);
    post(w, "", 100001);
    post_chunked(w, "", 10);
    post_chunked(w, "", 11);
    post_chunked(w, "X-Late: 1\r\n", 3);
    post(w, "X-Refuse: 1\r\n", 50000);
    int fd = client_open(w->port);
    keep(w, client_ask(fd, "POST /count HTTP/1.1\r\nHost: t\r\nExpect: 100-continue\r\nContent-Length: 900000\r\n\r\n"));
    close(fd);
}

static void bodies(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_bodies);
    assert_string_equal(w.answers[0].body, "0 0");
    assert_string_equal(w.answers[1].body, "100000 100000");
    assert_int_equal(w.answers[1].status, 202);
    assert_int_equal(w.answers[2].status, 413);
    assert_non_null(strstr(w.answers[2].body, "100000 bytes"));
    assert_string_equal(w.answers[3].body, "100000 100000");
    assert_int_equal(w.answers[4].status, 413);
    assert_non_null(strstr(w.answers[4].body, "urn:samtale:problem:too_large"));
    assert_string_equal(w.answers[5].body, "30000 30000");
    assert_int_equal(w.answers[6].status, 401);
    assert_non_null(strstr(w.answers[6].head, "WWW-Authenticate"));
    assert_int_equal(w.answers[7].status, 413);
    assert_int_equal(w.handled, 4);
    assert_int_equal(w.released, 4);
    assert_int_equal(w.counts.refused_bodies, 3);
    assert_int_equal(w.counts.bodies_bytes, 0);
}

/* Two bodies that together are over the shared budget: the first waits half sent, the second is told to come again. */
static void client_budget(struct world *w)
{
    char half[30000];
    memset(half, 1, sizeof half);
    int fd = client_open(w->port);
    client_text(fd, "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\n");
    client_send(fd, half, sizeof half);
    keep(w, client_once(w->port, GET("/now"))); /* by now the head has been read */
    post(w, "", 60000);
    post_chunked(w, "", 6);
    client_send(fd, half, sizeof half);
    keep(w, client_read(fd, 0));
    post(w, "", 60000);
    close(fd);
}

static void budget(void **state)
{
    (void)state;
    struct world w = {0};
    struct sam_http_settings s = quick();
    s.bodies_max = 100000;
    run_with(&w, &s, client_budget);
    assert_int_equal(w.answers[1].status, 429);
    assert_non_null(strstr(w.answers[1].head, "Retry-After: 1"));
    assert_int_equal(w.answers[2].status, 429);
    assert_non_null(strstr(w.answers[2].head, "Retry-After: 1"));
    assert_int_equal(w.answers[3].status, 202);
    assert_int_equal(w.answers[4].status, 202);
    assert_int_equal(w.counts.bodies_bytes, 0);
}

/* ---- time ------------------------------------------------------------------------------------------------------------ */

static void client_deadlines(struct world *w)
{
    keep(w, client_once(w->port, GET("/never")));
    keep(w, client_once(w->port, GET_WITH("/now", "X-Silent: 1")));
    int idle = client_open(w->port), half_line = client_open(w->port), half_head = client_open(w->port), half_body = client_open(w->port);
    client_text(half_line, "GET /no");
    client_text(half_head, "GET /now HTTP/1.1\r\nHost: t\r\nX-");
    client_text(half_body, "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\n12345");
    keep(w, client_read(idle, 0));
    keep(w, client_read(half_line, 0));
    keep(w, client_read(half_head, 0));
    keep(w, client_read(half_body, 0));
    keep(w, client_once(w->port, GET("/later?ms=100")));
    close(idle);
    close(half_line);
    close(half_head);
    close(half_body);
}

static void deadlines(void **state)
{
    (void)state;
    struct world w = {0};
    struct sam_http_settings s = quick();
    s.answer_timeout_ms = 250;
    s.idle_timeout_ms = 300;
    s.receive_timeout_ms = 300;
    run_with(&w, &s, client_deadlines);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(w.answers[i].status, 503);
        assert_non_null(strstr(w.answers[i].body, "urn:samtale:problem:timeout"));
        assert_non_null(strstr(w.answers[i].head, "Retry-After"));
    }
    assert_int_equal(w.gone, 2);
    for (size_t i = 2; i < 6; i++)
        assert_int_equal(w.answers[i].status, 0);
    assert_string_equal(w.answers[6].body, "later");
    assert_int_equal(w.counts.timeouts, 2);
    assert_int_equal(w.counts.expired, 2);
    assert_int_equal(w.handled, 0);
}

/* The client leaves while its request is held: the answer goes nowhere, and nothing else happens. */
static void client_leaves(struct world *w)
{
    for (int i = 0; i < 20; i++) {
        int fd = client_open(w->port);
        client_text(fd, GET("/later?ms=20"));
        struct linger hard = {1, 0};
        if (i % 2)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close(fd);
    }
    keep(w, client_once(w->port, GET("/later?ms=60")));
}

static void leaving(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_leaves);
    assert_string_equal(w.answers[0].body, "later");
}

/* ---- many connections: libmicrohttpd's own epoll loop hangs at exactly 128 and 256, ours must not ------------------------ */

#define ROUNDS 20
static int many_right, many_n;
static const char *many_request;

static void client_many(struct world *w)
{
    int fds[257];
    many_right = 0;
    for (int i = 0; i < many_n; i++)
        fds[i] = client_open(w->port);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < many_n; i++)
            client_text(fds[i], many_request);
        for (int i = 0; i < many_n; i++)
            many_right += client_read(fds[i], 0).status == 200;
    }
    for (int i = 0; i < many_n; i++)
        close(fds[i]);
}

static void many_connections(void **state)
{
    (void)state;
    static const int numbers[] = {1, 127, 128, 129, 256, 257};
    static const char *const requests[] = {GET("/now"), GET("/later?ms=1")};
    for (size_t i = 0; i < SAM_COUNT(numbers); i++)
        for (size_t j = 0; j < SAM_COUNT(requests); j++) {
            struct world w = {0};
            many_n = numbers[i];
            many_request = requests[j];
            run(&w, client_many);
            assert_int_equal(many_right, many_n * ROUNDS);
        }
}

/* More clients than connections_max: they wait in the backlog and are served as others leave. */
static void client_crowd(struct world *w)
{
    int fds[40];
    many_right = 0;
    for (int i = 0; i < 40; i++) {
        fds[i] = client_open(w->port);
        client_text(fds[i], GET_WITH("/now", "Connection: close"));
    }
    for (int i = 0; i < 40; i++) {
        many_right += client_read(fds[i], 0).status == 200;
        close(fds[i]);
    }
}

static void crowd(void **state)
{
    (void)state;
    struct world w = {0};
    struct sam_http_settings s = quick();
    s.connections_max = 8;
    run_with(&w, &s, client_crowd);
    assert_int_equal(many_right, 40);
}

/* ---- malformed ---------------------------------------------------------------------------------------------------------- */

static const char *const broken[] = {
    "\r\n\r\n",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: t\r\n\r\n",
    "G\x01T / HTTP/1.1\r\nHost: t\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: t\r\nno colon here\r\n\r\n",
    "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: -5\r\n\r\n",
    "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
    "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /count HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "POST /count HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: gzip\r\n\r\nx",
    "\x16\x03\x01\x02",
    "GET /\xff\xfe HTTP/1.1\r\nHost: t\r\n\r\n",
    "* * *",
};
static int broken_right;

static void client_broken(struct world *w)
{
    broken_right = 0;
    for (size_t i = 0; i < SAM_COUNT(broken); i++) {
        int fd = client_open(w->port);
        client_text(fd, broken[i]);
        shutdown(fd, SHUT_WR);
        struct answer a = client_read(fd, 0);
        if (a.status >= 200 && a.status < 300)
            broken_right -= 100;
        close(fd);
        broken_right += client_once(w->port, GET("/now")).status == 200;
    }
    static char long_line[20000];
    memset(long_line, 'a', sizeof long_line - 1);
    memcpy(long_line, "GET /", 5);
    struct answer a = client_once(w->port, long_line);
    broken_right += a.status == 0 || a.status >= 400;
}

static void malformed(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_broken);
    assert_int_equal(broken_right, (int)SAM_COUNT(broken) + 1);
    assert_int_equal(w.handled, 0);
}

/* Two requests in one segment are answered in order. */
static void client_pipeline(struct world *w)
{
    int fd = client_open(w->port);
    client_text(fd, GET("/later?ms=30") GET("/now") GET("/later?ms=1"));
    for (int i = 0; i < 3; i++)
        keep(w, client_read(fd, 0));
    close(fd);
}

static void pipelining(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_pipeline);
    assert_string_equal(w.answers[0].body, "later");
    assert_string_equal(w.answers[1].body, "now");
    assert_string_equal(w.answers[2].body, "later");
}

/* ---- stopping -------------------------------------------------------------------------------------------------------------- */

static void client_in_flight(struct world *w)
{
    keep(w, client_once(w->port, GET("/later?ms=150")));
}

static void stop_waits(void **state)
{
    (void)state;
    struct world w = {.stop_early = true};
    run(&w, client_in_flight);
    assert_string_equal(w.answers[0].body, "later");
    assert_non_null(strstr(w.answers[0].head, "Connection: close"));
}

static void client_held(struct world *w)
{
    keep(w, client_once(w->port, GET("/never")));
    keep(w, client_once(w->port, GET("/now")));
}

static void stop_gives_up(void **state)
{
    (void)state;
    struct world w = {.stop_early = true};
    struct sam_http_settings s = quick();
    s.stop_grace_ms = 50;
    run_with(&w, &s, client_held);
    assert_int_equal(w.answers[0].status, 503);
    assert_non_null(strstr(w.answers[0].body, "urn:samtale:problem:stopping"));
    assert_int_equal(w.gone, 1);
    assert_int_equal(w.answers[1].status, 0);
}

/* ---- addresses --------------------------------------------------------------------------------------------------------------- */

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *listen;
        enum sam_code code;
    } cases[] = {
        {"8080", SAM_BAD_INPUT},
        {":", SAM_BAD_INPUT},
        {"127.0.0.1:99999", SAM_BAD_INPUT},
        {"127.0.0.1:x", SAM_BAD_INPUT},
        {"192.0.2.77:0", SAM_BAD_INPUT},
        {"unix:", SAM_BAD_INPUT},
        {"unix:/no/such/folder/socket", SAM_SYSTEM},
    };
    struct sam_loop *loop = NULL;
    struct sam_err err = {0};
    assert_int_equal(sam_loop_new(&loop, &err), SAM_OK);
    for (size_t i = 0; i < SAM_COUNT(cases); i++) {
        struct sam_http_settings s = sam_http_defaults();
        struct sam_http *server = NULL;
        s.listen = sam_span_of(cases[i].listen);
        err.text[0] = 0;
        assert_int_equal(sam_http_new(loop, &s, &table, NULL, &server, &err), cases[i].code);
        assert_null(server);
        assert_non_null(strstr(err.text, cases[i].listen));
    }
    sam_loop_free(loop);
}

static enum sam_code second_code;
static char second_text[400];

static void client_second(struct world *w)
{
    struct sam_err err = {0};
    struct sam_http_settings s = quick();
    struct sam_http *server = NULL;
    struct sam_loop *loop = NULL;
    char listen[40];
    snprintf(listen, sizeof listen, "127.0.0.1:%u", w->port);
    s.listen = sam_span_of(listen);
    if (sam_loop_new(&loop, &err) != SAM_OK)
        return;
    second_code = sam_http_new(loop, &s, &table, NULL, &server, &err);
    snprintf(second_text, sizeof second_text, "%s", err.text);
    sam_loop_free(loop);
}

static void port_in_use(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_second);
    assert_int_equal(second_code, SAM_CONFLICT);
    assert_non_null(strstr(second_text, "another program listens there"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basics),        cmocka_unit_test(targets),   cmocka_unit_test(encodings),   cmocka_unit_test(bodies),
        cmocka_unit_test(budget),        cmocka_unit_test(deadlines), cmocka_unit_test(leaving),     cmocka_unit_test(many_connections),
        cmocka_unit_test(crowd),         cmocka_unit_test(malformed), cmocka_unit_test(pipelining),  cmocka_unit_test(stop_waits),
        cmocka_unit_test(stop_gives_up), cmocka_unit_test(addresses), cmocka_unit_test(port_in_use),
    };
    for (size_t i = 0; i < sizeof big_text; i++)
        big_text[i] = (char)('a' + i % 23 + (i / 1000) % 3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
