/*
 * Asking the database for a request: calls and parameters in the request's arena, one transaction, and what is answered when it fails.
 */
#include "serve.h"

#include <string.h>

struct ask *ask_new(struct sam_serve *serve, struct sam_http_request *request,
                    void (*done)(struct ask *ask, struct sam_db_result *result, const struct sam_err *err))
{
    struct ask *ask = sam_arena_alloc(sam_http_arena(request), sizeof *ask);
    if (!ask) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return NULL;
    }
    *ask = (struct ask){.serve = serve, .request = request, .done = done};
    return ask;
}

/* Adds a call. @return its parameters, all null, to be filled in */
struct sam_db_param *ask_call(struct ask *ask, const char *statement, size_t params_n)
{
    SAM_MUST(ask->calls_n < CALLS_MAX && ask->params_n + params_n <= PARAMS_MAX);
    struct sam_db_param *params = &ask->params[ask->params_n];
    for (size_t i = 0; i < params_n; i++)
        params[i] = sam_db_null();
    ask->calls[ask->calls_n++] = (struct sam_db_call){statement, params, params_n};
    ask->params_n += params_n;
    return params;
}

/* The first call of all that reads conversations: row security then shows what the asker may see, in this transaction only. */
void ask_scope(struct ask *ask)
{
    const struct who *who = who_asks(ask->request);
    struct sam_db_param *p = ask_call(ask, "api_scope", 4);
    p[0] = sam_db_text(sam_span_of(who->role));
    p[1] = sam_db_text(sam_span_of(who->teams));
    p[2] = sam_db_text(sam_span_of(who->agents));
    p[3] = sam_db_bool(ask->serve->settings.agent_names);
}

static void on_done(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct ask *ask = context;
    ask->done(ask, result, err);
}

/* With too many questions waiting already, done is told so as it would be of a lost connection. */
void ask_run_for(struct ask *ask, uint32_t timeout_ms)
{
    struct sam_err err;
    if (sam_db_pool_run(ask->serve->pool, ask->calls, ask->calls_n, timeout_ms, on_done, ask))
        return;
    struct sam_db_result result = {.code = sam_fail(&err, SAM_TEMPORARY, "too many questions to the database are waiting")};
    ask->done(ask, &result, &err);
}

void ask_run(struct ask *ask)
{
    ask_run_for(ask, ask->serve->settings.query_timeout_ms);
}

/* "statement: message (SQLSTATE ...)": the message. */
static struct sam_span message_of(const struct sam_err *err)
{
    struct sam_span text = sam_span_of(err->text);
    const char *colon = strstr(err->text, ": ");
    const char *state = strstr(err->text, " (SQLSTATE");
    const char *end = state ? state : text.at + text.len;
    const char *start = colon && colon < end ? colon + 2 : text.at;
    return (struct sam_span){start, (size_t)(end - start)};
}

void ask_failed(struct ask *ask, const struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_http_request *r = ask->request;
    struct sam_span message = message_of(err);
    if (result->code == SAM_TOO_LARGE) {
        sam_http_problem(r, 400, "range_too_long", "from", "%.*s", SAM_ARG(message));
    } else if (result->code == SAM_BAD_INPUT) {
        sam_http_problem(r, 400, "bad_parameter", "from", "%.*s", SAM_ARG(message));
    } else if (result->code == SAM_TEMPORARY) {
        sam_log(SAM_LOG_WARNING, "http.database", "request=%llu why=\"%s\"", (unsigned long long)sam_http_id(r), err->text);
        sam_http_problem_later(r, 503, "unavailable", 2, "the database did not answer; try again in a moment");
    } else {
        sam_log(SAM_LOG_ERROR, "http.internal", "request=%llu why=\"%s\"", (unsigned long long)sam_http_id(r), err->text);
        sam_http_problem(r, 500, "internal", NULL, "samtaled could not answer this; its log says why");
    }
}

static void release_rows(void *rows)
{
    sam_db_rows_free(rows);
}

/* Passes on the text that PostgreSQL made: row 0, column 0 of a call. No row, or null: 404. */
void ask_answer(struct ask *ask, struct sam_db_result *result, size_t call, const char *content_type)
{
    struct sam_db_rows *rows = sam_db_rows_take(result, call);
    if (sam_db_rows_n(rows) == 0 || sam_db_is_null(rows, 0, 0)) {
        sam_db_rows_free(rows);
        sam_http_problem(ask->request, 404, "not_found", NULL, "there is nothing here that you may see");
        return;
    }
    struct sam_http_response response = {
        .content_type = content_type,
        .body = sam_db_get_text(rows, 0, 0),
        .release = release_rows,
        .owner = rows,
        .cache_control = "private, no-cache",
        .etag = true,
    };
    sam_http_answer(ask->request, &response);
}

/* Who is at the other end, for the throttle and the log of reads: behind a trusted proxy the last address it added. */
struct sam_span client_address(const struct sam_serve *serve, const struct sam_http_request *request)
{
    struct sam_span peer = sam_http_peer(request);
    struct sam_span forwarded = sam_http_header(request, "X-Forwarded-For");
    bool trusted = false;
    for (size_t i = 0; i < serve->settings.proxies_n; i++)
        trusted = trusted || sam_span_equal(serve->settings.proxies[i], peer);
    if (!trusted || forwarded.len == 0)
        return peer;
    size_t start = forwarded.len;
    while (start > 0 && forwarded.at[start - 1] != ',')
        start--;
    struct sam_span last = sam_span_trim((struct sam_span){forwarded.at + start, forwarded.len - start});
    return last.len > 0 && last.len < 64 && sam_utf8_valid(last) ? last : peer;
}
