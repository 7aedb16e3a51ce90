/*
 * Http through its door: answers, targets, encodings, pipelining, stopping, addresses.
 */
#include "http_world.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <zlib.h>

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
    keep(w, client_once(w->port, "GET /now HTTP/1.1\r\n\r\n"));
    keep(w, client_once(w->port, "GET /now HTTP/1.0\r\n\r\n"));
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
    assert_int_equal(w.answers[8].status, 400);
    assert_non_null(strstr(w.answers[8].body, "the header Host is missing"));
    assert_int_equal(w.answers[9].status, 200);
    assert_int_equal(w.counts.requests[2], 5);
    assert_int_equal(w.counts.requests[4], 5);
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
        const char *named; /* NULL: as it stands */
    } cases[] = {
        {"8080", SAM_BAD_INPUT, NULL},
        {":", SAM_BAD_INPUT, NULL},
        {"127.0.0.1:99999", SAM_BAD_INPUT, NULL},
        {"127.0.0.1:x", SAM_BAD_INPUT, NULL},
        {"192.0.2.77:0", SAM_BAD_INPUT, NULL},
        {"[::1:0", SAM_BAD_INPUT, "cannot find [::1: "},
        {"[::1]x:0", SAM_BAD_INPUT, "cannot find [::1]x: "},
        {"127.0.0.1:00008080", SAM_BAD_INPUT, NULL},
        {"no.such.name.invalid:0", SAM_BAD_INPUT, "cannot find no.such.name.invalid: "},
        {"unix:", SAM_BAD_INPUT, NULL},
        {"unix:/tmp/a-path-that-is-longer-than-the-hundred-and-seven-bytes-that-the-address-of-a-socket-in-a-folder-can-have",
         SAM_BAD_INPUT, NULL},
        {"unix:/no/such/folder/socket", SAM_SYSTEM, NULL},
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
        assert_non_null(strstr(err.text, cases[i].named ? cases[i].named : cases[i].listen));
    }
    sam_loop_free(loop);
}

/* Listens at the path of a socket. @return the code, and the reason in err */
static enum sam_code listens_at(const char *path, struct sam_err *err)
{
    struct sam_loop *loop = NULL;
    struct sam_http_settings s = quick();
    struct sam_http *server = NULL;
    char listen[200];
    (void)snprintf(listen, sizeof listen, "unix:%s", path);
    s.listen = sam_span_of(listen);
    assert_int_equal(sam_loop_new(&loop, err), SAM_OK);
    enum sam_code code = sam_http_new(loop, &s, &table, NULL, &server, err);
    if (server) {
        sam_http_stop(server, NULL, NULL);
        sam_loop_run(loop);
        sam_http_free(server);
    }
    sam_loop_free(loop);
    return code;
}

static void sockets_that_are_left_behind_and_those_in_use(void **state)
{
    (void)state;
    char folder[] = "/tmp/samtaled-test-XXXXXX";
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    struct sam_err err = {0};
    assert_non_null(mkdtemp(folder));
    (void)snprintf(at.sun_path, sizeof at.sun_path, "%s/s", folder);
    /* one that a program left behind when it was killed */
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    (void)close(fd);
    assert_int_equal(listens_at(at.sun_path, &err), SAM_OK);
    /* one on which another program listens */
    (void)unlink(at.sun_path);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(listens_at(at.sun_path, &err), SAM_CONFLICT);
    assert_non_null(strstr(err.text, at.sun_path));
    (void)close(fd);
    (void)unlink(at.sun_path);
    /* a file is none, and stays */
    fd = open(at.sun_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(listens_at(at.sun_path, &err), SAM_CONFLICT);
    assert_int_equal(access(at.sun_path, F_OK), 0);
    (void)unlink(at.sun_path);
    (void)rmdir(folder);
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
        cmocka_unit_test(basics),     cmocka_unit_test(targets),     cmocka_unit_test(encodings),
        cmocka_unit_test(pipelining), cmocka_unit_test(stop_waits),  cmocka_unit_test(stop_gives_up),
        cmocka_unit_test(addresses),  cmocka_unit_test(port_in_use), cmocka_unit_test(sockets_that_are_left_behind_and_those_in_use),
    };
    big_text_fill();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
