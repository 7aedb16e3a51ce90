/*
 * Health: /healthz says that the loop turns, /readyz that work can be done: database, schema, and what app says of the rest.
 */
#include "serve.h"

#define TIMEOUT_MS 2000

void serve_healthz(struct sam_http_request *request, void *context)
{
    (void)context;
    struct sam_http_response response = {.content_type = "application/json", .body = SAM_SPAN("{\"status\":\"ok\"}")};
    sam_http_answer(request, &response);
}

static void check(struct sam_buf *out, const char *name, const char *why)
{
    sam_buf_printf(out, "%s\"%s\":", out->len > 0 && out->at[out->len - 1] == '{' ? "" : ",", name);
    sam_buf_json(out, sam_span_of(why ? why : "ok"));
}

static enum sam_code check_schema(const struct sam_serve *serve, const struct sam_db_result *result, struct sam_err *err)
{
    if (result->code != SAM_OK)
        return sam_fail(err, SAM_TEMPORARY, "not known");
    int64_t found = sam_db_get_int(result->rows[0], 0, 0), known = serve->settings.schema;
    if (found == known)
        return SAM_OK;
    return sam_fail(err, SAM_CONFLICT, "the database has schema %lld, this program needs %lld", (long long)found, (long long)known);
}

static void on_state(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    const struct sam_serve *serve = ask->serve;
    struct sam_buf json = sam_buf_of(4096);
    struct sam_err schema = {0}, other = {0};
    bool database = result->code == SAM_OK;
    bool right_schema = check_schema(serve, result, &schema) == SAM_OK;
    bool rest = !serve->settings.ready || serve->settings.ready(serve->settings.context, &other);
    bool ready = database && right_schema && rest;
    sam_buf_printf(&json, "{\"status\":\"%s\",\"checks\":{", ready ? "ok" : "unavailable");
    check(&json, "database", database ? NULL : err->text);
    check(&json, "schema", right_schema ? NULL : schema.text);
    check(&json, "scoring", rest ? NULL : other.text);
    sam_buf_text(&json, "}}");
    struct sam_http_response response = {.status = ready ? 200 : 503, .content_type = "application/json"};
    if (json.failed || sam_arena_span(sam_http_arena(ask->request), sam_buf_get(&json), &response.body, &other) != SAM_OK)
        response.body = SAM_SPAN("{\"status\":\"unavailable\"}");
    sam_buf_free(&json);
    sam_http_answer(ask->request, &response);
}

void serve_readyz(struct sam_http_request *request, void *context)
{
    struct ask *ask = ask_new(context, request, on_state);
    if (!ask)
        return;
    ask_call(ask, "state", 0);
    ask_run_for(ask, TIMEOUT_MS);
}
