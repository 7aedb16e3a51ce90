/*
 * Http through its door: what clients do that they should not, or do in great number: bodies over their limits, slow and leaving clients,
 * many connections, broken requests.
 */
#include "http_world.h"

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

/* Requests cut, spoilt and joined by a fixed seed: whatever comes of each, the server answers the next, and nothing of them is left. */
#define STORM 1500

static uint32_t drawn(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1103515245U + 12345U;
    return (*seed >> 8) % n;
}

static size_t spoil(uint32_t *seed, char *text, size_t n, size_t room)
{
    static const char *const bits[] = {
        "%", "%00", "\r\n", "0", "-1", ":", "chunked", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "\xff", " ", "{"};
    const char *bit = bits[drawn(seed, SAM_COUNT(bits))];
    size_t at = drawn(seed, (uint32_t)n + 1), len = strlen(bit);
    uint32_t what = drawn(seed, 3);
    if (what == 0 && n + len < room) {
        memmove(text + at + len, text + at, n - at);
        memcpy(text + at, bit, len);
        return n + len;
    }
    if (what == 1 && n > 0)
        text[drawn(seed, (uint32_t)n)] = (char)drawn(seed, 256);
    return what == 2 ? at : n;
}

static void client_storm(struct world *w)
{
    static const char *const whole[] = {
        GET("/items/1?a=2"),
        GET_WITH("/later?ms=1", "X-Late: 1"),
        "POST /count HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\n12345",
        "POST /count HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
        GET("/now") GET("/big"),
    };
    uint32_t seed = 7;
    for (int i = 0; i < STORM; i++) {
        char text[2048];
        size_t n = (size_t)snprintf(text, sizeof text, "%s%s", whole[drawn(&seed, SAM_COUNT(whole))],
                                    i % 3 ? "" : whole[drawn(&seed, SAM_COUNT(whole))]);
        for (uint32_t k = 1 + drawn(&seed, 4); k > 0; k--)
            n = spoil(&seed, text, n, sizeof text);
        int fd = client_open(w->port);
        client_send(fd, text, n);
        if (drawn(&seed, 2) == 0)
            shutdown(fd, SHUT_WR);
        if (drawn(&seed, 4) == 0 && n > 0)
            (void)recv(fd, text, sizeof text, MSG_DONTWAIT);
        close(fd);
    }
    keep(w, client_once(w->port, GET("/now")));
}

static void storm(void **state)
{
    (void)state;
    struct world w = {0};
    run(&w, client_storm);
    assert_string_equal(w.answers[0].body, "now");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies),           cmocka_unit_test(budget), cmocka_unit_test(deadlines), cmocka_unit_test(leaving),
        cmocka_unit_test(many_connections), cmocka_unit_test(crowd),  cmocka_unit_test(malformed), cmocka_unit_test(storm),
    };
    big_text_fill();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
