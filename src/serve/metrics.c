/*
 * /metrics in Prometheus' text form: a table of what this room and its server count; app appends what it knows. Counts and states only.
 */
#include "serve.h"

#include <stdio.h>

#define TIMEOUT_MS 2000
#define TEXT_MAX   ((size_t)1 << 20)

void sam_serve_metric(struct sam_buf *out, const char *name, const char *type, const char *help, const char *labels, double value)
{
    if (type)
        sam_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
    sam_buf_printf(out, "%s%s%s%s ", name, labels ? "{" : "", labels ? labels : "", labels ? "}" : "");
    sam_buf_json_number(out, value);
    sam_buf_text(out, "\n");
}

void sam_serve_histogram(struct sam_buf *out, const char *name, const char *help, const double *ends, const uint64_t *classes, size_t n,
                         double sum)
{
    uint64_t up_to = 0;
    sam_buf_printf(out, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
    for (size_t i = 0; i <= n; i++) {
        up_to += classes[i];
        if (i < n)
            sam_buf_printf(out, "%s_bucket{le=\"%g\"} %llu\n", name, ends[i], (unsigned long long)up_to);
    }
    sam_buf_printf(out, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum ", name, (unsigned long long)up_to, name);
    sam_buf_json_number(out, sum);
    sam_buf_printf(out, "\n%s_count %llu\n", name, (unsigned long long)up_to);
}

static void of_requests(struct sam_buf *out, const struct sam_http_counts *c)
{
    static const char *const labels[] = {NULL, NULL, "code=\"2xx\"", "code=\"3xx\"", "code=\"4xx\"", "code=\"5xx\""};
    for (size_t i = 2; i < SAM_COUNT(labels); i++)
        sam_serve_metric(out, "samtale_http_requests_total", i == 2 ? "counter" : NULL, "Requests answered.", labels[i],
                         (double)c->requests[i]);
}

static void of_server(struct sam_buf *out, const struct sam_serve *serve)
{
    struct sam_http_counts c = sam_http_count(serve->server);
    const struct {
        const char *name, *type, *help;
        double value;
    } rows[] = {
        {"samtale_http_connections", "gauge", "Connections that are open.", c.connections},
        {"samtale_http_requests_in_flight", "gauge", "Requests between headers and answer.", c.in_flight},
        {"samtale_http_body_bytes", "gauge", "Bytes of bodies being held.", (double)c.bodies_bytes},
        {"samtale_http_bodies_refused_total", "counter", "Bodies refused while reading: too large, or over the shared budget.",
         (double)c.refused_bodies},
        {"samtale_http_timeouts_total", "counter", "Requests answered 503 because the answer took too long.", (double)c.timeouts},
        {"samtale_http_slow_clients_total", "counter", "Connections closed because the client was too slow.", (double)c.expired},
        {"samtale_messages_accepted_total", "counter", "Messages made durable by POST.", (double)serve->counts.accepted},
        {"samtale_messages_refused_total", "counter", "POSTs refused because the queue was full.", (double)serve->counts.refused_backlog},
        {"samtale_messages_failed_total", "counter", "POSTs that the database did not take.", (double)serve->counts.failed_enqueue},
        {"samtale_conversation_reads_total", "counter", "Conversations shown.", (double)serve->counts.reads},
        {"samtale_sign_ins_total", "counter", "Sessions begun.", (double)serve->counts.sign_ins},
        {"samtale_sign_ins_failed_total", "counter", "Sign-ins with a wrong name or password.", (double)serve->counts.sign_ins_failed},
        {"samtale_sign_ins_throttled_total", "counter", "Sign-ins refused after too many failures.", (double)serve->counts.throttled},
        {"samtale_start_time_seconds", "gauge", "When the daemon started, seconds since 1970.", (double)serve->started_us / 1e6},
    };
    of_requests(out, &c);
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        sam_serve_metric(out, rows[i].name, rows[i].type, rows[i].help, NULL, rows[i].value);
}

/* The nightly chores: one row each. What was never done has no value. */
static void of_nights(struct sam_buf *out, const struct sam_db_rows *rows)
{
    bool said = false;
    for (size_t i = 0; i < sam_db_rows_n(rows); i++) {
        char labels[64];
        struct sam_span name = sam_db_get_text(rows, i, 0);
        if (sam_db_is_null(rows, i, 2))
            continue;
        (void)snprintf(labels, sizeof labels, "chore=\"%.*s\"", SAM_ARG(name));
        sam_serve_metric(out, "samtale_nightly_done_seconds", said ? NULL : "gauge", "When a nightly chore last ended, seconds since 1970.",
                         labels, (double)sam_db_get_time(rows, i, 2) / 1e6);
        said = true;
    }
    for (size_t i = 0; i < sam_db_rows_n(rows); i++)
        if (sam_span_is(sam_db_get_text(rows, i, 0), "verify") && !sam_db_is_null(rows, i, 2))
            sam_serve_metric(out, "samtale_verify_differences", "gauge", "Sums that were not what the facts give when last verified.", NULL,
                             (double)sam_db_get_int(rows, i, 1));
}

static void on_state(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    const struct sam_serve *serve = ask->serve;
    struct sam_buf text = sam_buf_of(TEXT_MAX);
    struct sam_err ignored;
    char version[64];
    bool up = result->code == SAM_OK;
    (void)err;
    (void)snprintf(version, sizeof version, "version=\"%s\"", serve->settings.version);
    sam_serve_metric(&text, "samtale_build_info", "gauge", "The program that runs; always 1.", version, 1);
    sam_serve_metric(&text, "samtale_database_up", "gauge", "Whether the database answered this scrape.", NULL, up);
    if (up) {
        const struct sam_db_rows *rows = result->rows[0];
        sam_serve_metric(&text, "samtale_inbox_backlog", "gauge", "Messages that wait, by lane.", "lane=\"live\"",
                         (double)sam_db_get_int(rows, 0, 1));
        sam_serve_metric(&text, "samtale_inbox_backlog", NULL, NULL, "lane=\"import\"", (double)sam_db_get_int(rows, 0, 2));
        of_nights(&text, result->rows[1]);
    }
    of_server(&text, serve);
    if (serve->settings.more_metrics)
        serve->settings.more_metrics(serve->settings.context, &text);
    struct sam_http_response response = {.content_type = "text/plain; version=0.0.4; charset=utf-8"};
    bool right = !text.failed && sam_arena_span(sam_http_arena(ask->request), sam_buf_get(&text), &response.body, &ignored) == SAM_OK;
    sam_buf_free(&text);
    if (right)
        sam_http_answer(ask->request, &response);
    else
        sam_http_problem(ask->request, 500, "internal", NULL, "no memory for this request");
}

void serve_metrics(struct sam_http_request *request, void *context)
{
    struct ask *ask = ask_new(context, request, on_state);
    if (!ask)
        return;
    ask_call(ask, "state", 0);
    ask_call(ask, "nightly", 0);
    ask_run_for(ask, TIMEOUT_MS);
}
