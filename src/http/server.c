/*
 * The server: libmicrohttpd as one descriptor and one timer on the loop, and its orderly stop. MHD_run is called in pump() alone, pump()
 * from callbacks of the loop alone; whoever resumes a request arms the pump's timer at 0 instead of calling it, so that nothing runs inside
 * itself.
 *
 *   SERVING --stop--> GRACE --(nothing in flight, or time)--> DROPPING --(answers sent, or time)--> CLOSED --(holders)--> DONE
 */
#include "http.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SWEEP_MS      100
#define STOP_SWEEP_MS 10
#define FLUSH_MS      500
/* What connections, request slots and lingering sockets of any sensible setting need. */
#define SERVER_ARENA_MAX ((size_t)256 * 1024 * 1024)

struct sam_http_settings sam_http_defaults(void)
{
    return (struct sam_http_settings){
        .listen = SAM_SPAN("127.0.0.1:8080"),
        .connections_max = 512,
        .header_max = 16384,
        .bodies_max = (size_t)64 << 20,
        .idle_timeout_ms = 60000,
        .receive_timeout_ms = 60000,
        .send_timeout_ms = 60000,
        .answer_timeout_ms = 30000,
        .stop_grace_ms = 5000,
        .gzip_min = 1024,
        .gzip_max = (size_t)1 << 20,
    };
}

int64_t http_now_ms(void)
{
    return sam_clock_mono_us() / 1000;
}

/*
 * Lets libmicrohttpd do all that is ready, then arms its timer; 0 means "again at once": its sockets are edge-triggered. At its limit of
 * connections it takes the listening socket out of the epoll set, and puts it back only at the start of a later MHD_run: without that run
 * those who wait in the backlog would wait for somebody else's timeout.
 */
static void pump(void *data)
{
    struct sam_http *server = data;
    MHD_UNSIGNED_LONG_LONG ms = 0;
    if (!server->daemon)
        return;
    server->was_full = false;
    server->now_ms = http_now_ms();
    MHD_run(server->daemon);
    if (server->was_full)
        sam_timer_set(server->pump_timer, 0);
    else if (MHD_get_timeout(server->daemon, &ms) == MHD_YES)
        sam_timer_set(server->pump_timer, (int64_t)ms);
    else
        sam_timer_clear(server->pump_timer);
}

static void on_ready(void *data, bool readable, bool writable)
{
    (void)readable;
    (void)writable;
    pump(data);
}

static void pump_soon(struct sam_http *server)
{
    if (server->daemon)
        sam_timer_set(server->pump_timer, 0);
}

void http_resume(struct sam_http_request *request)
{
    if (!request->suspended || !request->mhd)
        return;
    request->suspended = false;
    MHD_resume_connection(request->mhd);
    pump_soon(request->server);
}

/* ---- stop ------------------------------------------------------------------------------------------------------ */

/* libmicrohttpd's descriptor is no longer watched when it stops, and nothing is suspended then. */
static void close_sockets(struct sam_http *server)
{
    sam_poll_free(server->poll);
    server->poll = NULL;
    sam_timer_free(server->pump_timer);
    server->pump_timer = NULL;
    struct MHD_Daemon *daemon = server->daemon;
    server->daemon = NULL;
    MHD_stop_daemon(daemon);
    server->phase = PHASE_CLOSED;
    http_linger_sweep(server, http_now_ms());
}

static void drop_all(struct sam_http *server)
{
    server->phase = PHASE_DROPPING;
    server->grace_ends_ms = http_now_ms() + FLUSH_MS;
    for (struct connection *c = server->connections; c; c = c->after)
        if (c->request && c->request->suspended)
            http_give_up(c->request, "stopping", "samtaled is stopping; try again in a moment");
}

static bool all_idle(const struct sam_http *server)
{
    for (const struct connection *c = server->connections; c; c = c->after)
        if (c->request)
            return false;
    return true;
}

/* @return whether the server still lives; done may have freed it */
static bool stop_step(struct sam_http *server, int64_t now_ms)
{
    if (server->phase == PHASE_GRACE && (all_idle(server) || now_ms >= server->grace_ends_ms))
        drop_all(server);
    if (server->phase == PHASE_DROPPING && (all_idle(server) || now_ms >= server->grace_ends_ms)) {
        for (struct connection *c = server->connections; c; c = c->after)
            SAM_MUST(!c->request || !c->request->suspended);
        close_sockets(server);
    }
    if (server->phase != PHASE_CLOSED || server->held > 0)
        return true;
    server->phase = PHASE_DONE;
    sam_timer_free(server->sweep_timer);
    if (server->done)
        server->done(server->done_context);
    return false;
}

static void on_sweep(void *data)
{
    struct sam_http *server = data;
    int64_t now_ms = http_now_ms();
    http_expire(server, now_ms);
    http_linger_sweep(server, now_ms);
    if (stop_step(server, now_ms))
        sam_timer_set(server->sweep_timer, server->phase == PHASE_SERVING ? SWEEP_MS : STOP_SWEEP_MS);
}

void sam_http_stop(struct sam_http *server, void (*done)(void *context), void *context)
{
    SAM_MUST(server->phase == PHASE_SERVING);
    server->phase = PHASE_GRACE;
    server->done = done;
    server->done_context = context;
    server->grace_ends_ms = http_now_ms() + server->settings.stop_grace_ms;
    http_unlisten(server);
    sam_timer_set(server->sweep_timer, 0);
}

void sam_http_free(struct sam_http *server)
{
    if (!server)
        return;
    SAM_MUST(server->phase == PHASE_DONE);
    for (struct sam_http_request *r = server->free_requests; r; r = r->next_free) {
        sam_arena_free(r->arena);
        sam_buf_free(&r->body);
    }
    sam_arena_free(server->arena);
}

/* ---- start ------------------------------------------------------------------------------------------------------ */

static size_t unescape_nothing(void *context, struct MHD_Connection *mhd, char *text)
{
    (void)context;
    (void)mhd;
    return strlen(text); /* target.c undoes escapes itself, strictly */
}

static void on_mhd_log(void *context, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));
static void on_mhd_log(void *context, const char *fmt, va_list args)
{
    char text[300];
    (void)context;
    if (vsnprintf(text, sizeof text, fmt, args) > 0)
        sam_log(SAM_LOG_DEBUG, "http.library", "text=%s", text);
}

static uint32_t longest_s(const struct sam_http_settings *s)
{
    uint32_t ms = s->send_timeout_ms;
    ms = s->idle_timeout_ms > ms ? s->idle_timeout_ms : ms;
    ms = s->receive_timeout_ms > ms ? s->receive_timeout_ms : ms;
    return (ms + 999) / 1000;
}

static enum sam_code start_daemon(struct sam_http *server, struct sam_err *err)
{
    const struct sam_http_settings *s = &server->settings;
    bool tls = s->tls_key.at != NULL;
    struct MHD_OptionItem tls_options[] = {
        {tls ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0, (void *)(uintptr_t)s->tls_key.at},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)s->tls_certificate.at},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t) "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (tls ? (unsigned)MHD_USE_TLS : 0U);
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, http_on_access, server, MHD_OPTION_EXTERNAL_LOGGER, on_mhd_log, NULL,
                                      MHD_OPTION_LISTEN_SOCKET, server->listen_fd, MHD_OPTION_NOTIFY_CONNECTION, http_on_connection, server,
                                      MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, server, MHD_OPTION_URI_LOG_CALLBACK, http_on_target,
                                      server, MHD_OPTION_UNESCAPE_CALLBACK, unescape_nothing, NULL, MHD_OPTION_CONNECTION_LIMIT,
                                      (unsigned)s->connections_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->header_max,
                                      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)longest_s(s), MHD_OPTION_ARRAY, tls_options, MHD_OPTION_END);
    if (server->daemon)
        return SAM_OK;
    if (tls)
        return sam_fail(err, SAM_BAD_INPUT, "the TLS key and certificate cannot be used (two PEM files that belong together?)");
    return sam_fail(err, SAM_SYSTEM, "libmicrohttpd did not start: %s", strerror(errno));
}

static enum sam_code watch(struct sam_http *server, struct sam_err *err)
{
    int fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    server->pump_timer = sam_timer_new(server->loop, pump, server);
    server->sweep_timer = sam_timer_new(server->loop, on_sweep, server);
    if (!server->pump_timer || !server->sweep_timer)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a timer");
    if (sam_poll_new(server->loop, fd, on_ready, server, &server->poll, err) != SAM_OK ||
        sam_poll_want(server->poll, true, false, err) != SAM_OK)
        return err->code;
    sam_timer_set(server->sweep_timer, SWEEP_MS);
    pump_soon(server);
    return SAM_OK;
}

/* Spans of the settings are copied, PEM ended by NUL; slots are made once and reused. */
static enum sam_code furnish(struct sam_http *server, struct sam_err *err)
{
    struct sam_http_settings *s = &server->settings;
    struct sam_span *texts[] = {&s->listen, &s->tls_key, &s->tls_certificate};
    for (size_t i = 0; i < SAM_COUNT(texts); i++)
        if (texts[i]->at && sam_arena_span(server->arena, *texts[i], texts[i], err) != SAM_OK)
            return err->code;
    if (!s->tls_key.at != !s->tls_certificate.at)
        return sam_fail(err, SAM_BAD_INPUT, "TLS needs both a key and a certificate; one is missing");
    struct connection *connections = sam_arena_array(server->arena, s->connections_max, sizeof *connections);
    server->lingers = sam_arena_array(server->arena, LINGERS, sizeof *server->lingers);
    if (!connections || !server->lingers)
        return sam_arena_full(server->arena, err);
    for (uint32_t i = 0; i < s->connections_max; i++) {
        connections[i].after = server->free_connections;
        server->free_connections = &connections[i];
    }
    for (size_t i = 0; i < LINGERS; i++)
        server->lingers[i].fd = -1;
    return http_routes_read(server, err);
}

enum sam_code sam_http_new(struct sam_loop *loop, const struct sam_http_settings *settings, const struct sam_http_table *table,
                           void *context, struct sam_http **out, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(SERVER_ARENA_MAX);
    struct sam_http *server = arena ? sam_arena_alloc(arena, sizeof *server) : NULL;
    if (!server) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a server");
    }
    *server = (struct sam_http){.loop = loop, .settings = *settings, .table = table, .context = context, .arena = arena, .listen_fd = -1};
    if (furnish(server, err) == SAM_OK && http_listen(server, err) == SAM_OK && start_daemon(server, err) == SAM_OK &&
        watch(server, err) == SAM_OK) {
        *out = server;
        return SAM_OK;
    }
    enum sam_code code = err->code;
    http_unlisten(server);
    sam_poll_free(server->poll);
    sam_timer_free(server->pump_timer);
    sam_timer_free(server->sweep_timer);
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    sam_arena_free(arena);
    return code;
}

uint16_t sam_http_port(const struct sam_http *server)
{
    return server->port;
}

struct sam_http_counts sam_http_count(const struct sam_http *server)
{
    return server->counts;
}
