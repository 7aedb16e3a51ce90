/*
 * Both lenses over time and by queue, all key figures, results against targets, what is incomplete, and what there is to filter by.
 * PostgreSQL makes figures and JSON (sql/migrations/0006_api.sql, 0019_figures.sql, 0024_coverage.sql, 0027_results.sql).
 */
#include "serve.h"

static void on_text(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    if (result->code != SAM_OK)
        ask_failed(ask, result, err);
    else
        ask_answer(ask, result, 1, ask->data);
}

/* The days of a question are told to whoever prepares answers. */
static void tell_asked(const struct sam_serve *serve, const struct parameters *q)
{
    if (serve->settings.asked)
        serve->settings.asked(serve->settings.context, q->from, q->to);
}

void serve_overview(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    const struct sam_serve_settings *settings = &serve->settings;
    struct sam_arena *arena = sam_http_arena(request);
    struct parameters q;
    if (!parameters_read(request, P_FROM | P_TO | P_INTERVAL | P_QUEUE | P_CHANNEL | P_LANGUAGE | P_FORMAT | P_TABLE, &q))
        return;
    tell_asked(serve, &q);
    struct ask *ask = ask_new(serve, request, on_text);
    if (!ask)
        return;
    ask_scope(ask);
    struct sam_db_param *p = ask_call(ask, q.csv ? "overview_csv" : "overview", q.csv ? 14 : 13);
    p[0] = sam_db_text(q.from);
    p[1] = sam_db_text(q.to);
    p[2] = sam_db_text(settings->time_zone);
    p[3] = sam_db_text(sam_span_of(q.interval));
    p[4] = param_texts(arena, q.queues, q.queues_n);
    p[5] = param_int4s(arena, q.channels, q.channels_n);
    p[6] = param_int4s(arena, q.languages, q.languages_n);
    p[7] = sam_db_text(settings->service_level);
    for (size_t i = 0; i < SAM_COMPONENTS; i++)
        p[8 + i] = sam_db_float8(settings->weights[i]);
    p[12] = sam_db_int4(settings->components_min);
    if (q.csv)
        p[13] = sam_db_text(sam_span_is(sam_span_of(q.table), "series") ? SAM_SPAN("series") : SAM_SPAN("queue"));
    static char json[] = "application/json", csv[] = "text/csv; charset=utf-8; header=present";
    ask->data = q.csv ? csv : json;
    ask_run(ask);
}

/* What a statement answers of a period, queues and channels. @param level whether it asks for the service level's variant, too */
static void ask_period(struct sam_http_request *request, struct sam_serve *serve, const char *statement, bool level)
{
    static char json[] = "application/json";
    struct sam_arena *arena = sam_http_arena(request);
    struct parameters q;
    if (!parameters_read(request, P_FROM | P_TO | P_QUEUE | P_CHANNEL, &q))
        return;
    tell_asked(serve, &q);
    struct ask *ask = ask_new(serve, request, on_text);
    if (!ask)
        return;
    ask_scope(ask);
    struct sam_db_param *p = ask_call(ask, statement, level ? 6 : 5);
    p[0] = sam_db_text(q.from);
    p[1] = sam_db_text(q.to);
    p[2] = sam_db_text(serve->settings.time_zone);
    p[3] = param_texts(arena, q.queues, q.queues_n);
    p[4] = param_int4s(arena, q.channels, q.channels_n);
    if (level)
        p[5] = sam_db_text(serve->settings.service_level);
    ask->data = json;
    ask_run(ask);
}

void serve_figures(struct sam_http_request *request, void *context)
{
    ask_period(request, context, "figures", true);
}

void serve_results(struct sam_http_request *request, void *context)
{
    ask_period(request, context, "results", true);
}

void serve_coverage(struct sam_http_request *request, void *context)
{
    ask_period(request, context, "coverage", false);
}

void serve_queues(struct sam_http_request *request, void *context)
{
    static char json[] = "application/json";
    struct sam_serve *serve = context;
    struct parameters q;
    if (!parameters_read(request, 0, &q))
        return;
    struct ask *ask = ask_new(serve, request, on_text);
    if (!ask)
        return;
    ask_scope(ask);
    ask_call(ask, "queues", 1)[0] = sam_db_text(serve->settings.time_zone);
    ask->data = json;
    ask_run(ask);
}
