/*
 * The HTTP interface, wired: settings to rooms, what /metrics and /readyz tell of the ingest, and the order of stopping: server first,
 * since its requests still ask, then the pool.
 */
#include "web.h"

#include "schema.h"

#include "samtale/app.h"
#include "samtale/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WAITING_MAX 1000 /* questions in line for a connection */
#define FILE_MAX    ((size_t)1 << 20)

struct web {
    struct sam_loop *loop;
    struct sam_db_pool *pool;
    struct sam_serve *serve;
    struct sam_http *http;
    struct sam_arena *arena;
    const struct ingest *ingest;
    const struct feeds *feeds;
    struct chores *chores;
    void (*stopped)(void *context);
    void *context;
};

/* ---- what serve asks app --------------------------------------------------------------------------------------------- */

static bool ready(void *context, struct sam_err *err)
{
    const struct web *web = context;
    if (web->ingest)
        return ingest_ready(web->ingest, err);
    (void)sam_fail(err, SAM_TEMPORARY, "messages are not being taken from the queue");
    return false;
}

static void metrics(void *context, struct sam_buf *out)
{
    const struct web *web = context;
    feeds_metrics(web->feeds, out);
    if (!web->ingest)
        return;
    const struct ingest_counts *c = ingest_counts(web->ingest);
    const struct {
        const char *name, *type, *help, *labels;
        uint64_t value;
    } rows[] = {
        {"samtale_messages_total", "counter", "Messages taken from the queue and stored or put aside.", NULL, c->messages},
        {"samtale_message_bytes_total", "counter", "Bytes of these messages.", NULL, c->bytes},
        {"samtale_batches_total", "counter", "Transactions that stored them.", NULL, c->batches},
        {"samtale_parts_total", "counter", "Parts of conversations that came, by what became of them.", "result=\"new\"",
         c->parts - c->repeated - c->older - c->conflicts},
        {"samtale_parts_total", NULL, NULL, "result=\"repeated\"", c->repeated},
        {"samtale_parts_total", NULL, NULL, "result=\"older\"", c->older},
        {"samtale_parts_total", NULL, NULL, "result=\"conflict\"", c->conflicts},
        {"samtale_dead_letters_total", "counter", "Messages put aside because they cannot be read or stored.", NULL, c->dead},
        {"samtale_conversations_written_total", "counter", "Conversations written; again when a further part came.", NULL,
         c->conversations},
        {"samtale_conversations_scored_total", "counter", "Of these, scored.", NULL, c->scored},
        {"samtale_scorings_total", "counter", "Conversations scored, by what made it necessary.", "reason=\"first\"",
         c->scorings[INGEST_FIRST]},
        {"samtale_scorings_total", NULL, NULL, "reason=\"changed\"", c->scorings[INGEST_CHANGED]},
        {"samtale_scorings_total", NULL, NULL, "reason=\"other_scorer\"", c->scorings[INGEST_OTHER_SCORER]},
        {"samtale_scores_kept_total", "counter", "Further parts that changed nothing that scoring reads: the score stands.", NULL,
         c->scorings[INGEST_NOT_AGAIN]},
        {"samtale_links_moved_total", "counter",
         "Conversations whose parts went to another one, or back, by telephone number and time ([phone_links]).", NULL, c->moved},
        {"samtale_batches_failed_total", "counter", "Batches that failed for a message in them and were halved.", NULL, c->failures},
        {"samtale_batches_retried_total", "counter", "Batches that failed for the database and were tried again.", NULL, c->retries},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        sam_serve_metric(out, rows[i].name, rows[i].type, rows[i].help, rows[i].labels, (double)rows[i].value);
    static const double ends_s[] = INGEST_CLASS_ENDS;
    sam_serve_histogram(out, "samtale_batch_seconds", "From asking for messages to the commit that stored them.", ends_s, c->batch_classes,
                        SAM_COUNT(ends_s), (double)c->batch_us / 1e6);
}

static void asked(void *context, struct sam_span from, struct sam_span to)
{
    const struct web *web = context;
    chores_wanted(web->chores, from, to);
}

/* ---- settings to rooms ----------------------------------------------------------------------------------------------- */

static struct sam_serve_settings serve_settings_of(struct web *web, const struct app_settings *from)
{
    struct sam_serve_settings out = sam_serve_defaults();
    out.time_zone = from->numbers_time_zone;
    out.service_level = sam_span_of(app_service_levels[from->numbers_service_level]);
    memcpy(out.weights, from->score_weights, sizeof out.weights);
    out.components_min = (int32_t)from->score_components;
    out.agent_names = app_agents_shown(from);
    out.schema = app_schema_newest();
    out.session_idle_s = (uint32_t)(from->sign_in_idle_ms / 1000);
    out.session_life_s = (uint32_t)(from->sign_in_life_ms / 1000);
    out.attempts_max = (uint32_t)from->sign_in_attempts;
    out.attempts_window_s = (uint32_t)(from->sign_in_window_ms / 1000);
    out.hash_passes = (uint32_t)from->sign_in_hash_passes;
    out.hash_bytes = (size_t)from->sign_in_hash_bytes;
    out.message_max = (size_t)from->limits_message_bytes;
    out.query_timeout_ms = (uint32_t)from->http_answer_ms;
    out.proxies = from->http_proxies.items;
    out.proxies_n = from->http_proxies.n;
    out.version = SAMTALE_VERSION;
    out.more_metrics = metrics;
    out.ready = ready;
    out.asked = asked;
    out.context = web;
    return out;
}

static enum sam_code read_file(struct sam_arena *arena, struct sam_span path, struct sam_span *out, struct sam_err *err)
{
    struct sam_buf buf = sam_buf_of(FILE_MAX);
    int fd = open(path.at, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0) {
        char *room = sam_buf_reserve(&buf, 4096);
        got = room ? read(fd, room, 4096) : -1;
        buf.len += got > 0 ? (size_t)got : 0;
    }
    enum sam_code code =
        got < 0 ? sam_fail(err, SAM_BAD_INPUT, "cannot read %s: %s", path.at, buf.failed ? "larger than 1 MiB" : strerror(errno))
                : sam_arena_span(arena, sam_buf_get(&buf), out, err);
    if (fd >= 0)
        close(fd);
    sam_buf_free(&buf);
    return code;
}

static enum sam_code http_settings_of(struct web *web, const struct app_settings *from, struct sam_http_settings *out, struct sam_err *err)
{
    *out = sam_http_defaults();
    out->listen = from->http_listen;
    out->connections_max = (uint32_t)from->http_connections;
    out->header_max = (size_t)from->http_header_bytes;
    out->bodies_max = (size_t)from->http_bodies_bytes;
    out->idle_timeout_ms = (uint32_t)from->http_idle_ms;
    out->receive_timeout_ms = (uint32_t)from->http_receive_ms;
    out->send_timeout_ms = (uint32_t)from->http_send_ms;
    out->answer_timeout_ms = (uint32_t)from->http_answer_ms + 2000; /* the database's own answer to a timeout comes first */
    out->stop_grace_ms = (uint32_t)from->http_stop_ms;
    out->secure = from->http_behind_tls || from->http_tls_key_file.len > 0;
    if (out->bodies_max < (size_t)from->limits_message_bytes)
        return sam_fail(err, SAM_BAD_INPUT, "[http] bodies_bytes must not be less than [limits] message_bytes");
    if (from->http_tls_key_file.len > 0 && read_file(web->arena, from->http_tls_key_file, &out->tls_key, err) != SAM_OK)
        return sam_wrap(err, "[http] tls_key_file");
    if (from->http_tls_certificate_file.len > 0 &&
        read_file(web->arena, from->http_tls_certificate_file, &out->tls_certificate, err) != SAM_OK)
        return sam_wrap(err, "[http] tls_certificate_file");
    return SAM_OK;
}

/* ---- begin and end ----------------------------------------------------------------------------------------------------- */

static enum sam_code make_pool(struct web *web, const struct app_settings *settings, struct sam_err *err)
{
    struct sam_db_settings db = sam_db_defaults();
    db.connection = settings->database_connection;
    db.role = "samtale_api";
    db.application = "samtaled http";
    return sam_db_pool_new(web->loop, &db, (size_t)settings->http_database_connections, WAITING_MAX, &web->pool, err);
}

static void web_free(struct web *web)
{
    struct sam_arena *arena = web->arena;
    sam_serve_free(web->serve);
    sam_arena_free(arena);
}

enum sam_code app_web_new(struct sam_loop *loop, const struct app_settings *settings, struct web **out, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(4 * FILE_MAX);
    struct web *web = arena ? sam_arena_alloc(arena, sizeof *web) : NULL;
    if (!web) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the HTTP interface");
    }
    *web = (struct web){.loop = loop, .arena = arena};
    struct sam_http_settings http;
    enum sam_code code = http_settings_of(web, settings, &http, err);
    if (code == SAM_OK)
        code = make_pool(web, settings, err);
    const struct sam_serve_settings serve = serve_settings_of(web, settings);
    if (code == SAM_OK)
        code = sam_serve_new(loop, web->pool, &serve, &web->serve, err);
    if (code == SAM_OK)
        code = sam_http_new(loop, &http, sam_serve_table(web->serve), web->serve, &web->http, err);
    if (code == SAM_OK)
        code = sam_serve_attach(web->serve, web->http, err);
    if (code != SAM_OK) {
        struct sam_err why = *err;
        app_web_stop(web, NULL, NULL);
        *err = why;
        return code;
    }
    sam_log(SAM_LOG_NOTICE, "http.listening", "address=%.*s port=%u", SAM_ARG(settings->http_listen), sam_http_port(web->http));
    *out = web;
    return SAM_OK;
}

enum sam_code app_web_reload(struct web *web, const struct app_settings *settings, struct sam_err *err)
{
    const struct sam_serve_settings serve = serve_settings_of(web, settings);
    return sam_serve_change(web->serve, &serve, err);
}

void app_web_feeds(struct web *web, const struct feeds *feeds)
{
    if (web)
        web->feeds = feeds;
}

void app_web_chores(struct web *web, struct chores *chores)
{
    if (web)
        web->chores = chores;
}

void app_web_ingest(struct web *web, const struct ingest *ingest)
{
    if (web)
        web->ingest = ingest;
}

static void on_pool_closed(void *context)
{
    struct web *web = context;
    void (*stopped)(void *) = web->stopped;
    void *of = web->context;
    web_free(web);
    if (stopped)
        stopped(of);
}

static void on_http_stopped(void *context)
{
    struct web *web = context;
    sam_http_free(web->http);
    web->http = NULL;
    sam_db_pool_close(web->pool, on_pool_closed, web);
}

void app_web_stop(struct web *web, void (*stopped)(void *context), void *context)
{
    if (!web) {
        stopped(context);
        return;
    }
    web->stopped = stopped;
    web->context = context;
    if (web->http)
        sam_http_stop(web->http, on_http_stopped, web);
    else if (web->pool)
        sam_db_pool_close(web->pool, on_pool_closed, web);
    else
        on_pool_closed(web);
}
