/*
 * The routes. One row is one path and method, in docs/openapi.json too: a test holds both together.
 */
#include "serve.h"

#include <string.h>

#define MESSAGES SIZE_MAX /* stands for the setting message_max */

static const struct sam_http_route routes[] = {
    {"POST", "/v1/session", "open", serve_sign_in, "sign in", 8192},
    {"DELETE", "/v1/session", "any", serve_sign_out, "sign out", 0},
    {"GET", "/v1/me", "any", serve_me, "who am I", 0},
    {"POST", "/v1/messages", "ingest", serve_messages, "hand in a message", MESSAGES},
    {"POST", "/v1/messages/{kind}", "ingest", serve_messages, "hand in a message of one kind", MESSAGES},
    {"GET", "/v1/overview", "read", serve_overview, "both lenses over time and by queue", 0},
    {"GET", "/v1/figures", "read", serve_figures, "all key figures of a period", 0},
    {"GET", "/v1/results", "read", serve_results, "figures of queues and teams against their targets", 0},
    {"GET", "/v1/budget", "read", serve_budget, "how much longer calls may be", 0},
    {"GET", "/v1/coverage", "read", serve_coverage, "how much of what happened can be seen", 0},
    {"GET", "/v1/conversations", "read", serve_conversations, "find conversations", 0},
    {"GET", "/v1/conversations/{id}", "read", serve_conversation, "one conversation with its words", 0},
    {"GET", "/v1/queues", "read", serve_queues, "what there is to filter by", 0},
    {"GET", "/v1/openapi.json", "open", serve_openapi, "the API's description", 0},
    {"GET", "/v1/{rest...}", "open", serve_nothing, "no such path", 0},
    {"GET", "/healthz", "open", serve_healthz, "is the process alive", 0},
    {"GET", "/readyz", "open", serve_readyz, "can it work", 0},
    {"GET", "/metrics", "open", serve_metrics, "Prometheus text", 0},
    {"GET", "/{page...}", "open", serve_page, "the page", 0},
};

enum sam_code serve_routes(struct sam_serve *serve, struct sam_err *err)
{
    struct sam_http_route *mine = sam_arena_array(serve->arena, SAM_COUNT(routes), sizeof *mine);
    if (!mine)
        return sam_arena_full(serve->arena, err);
    memcpy(mine, routes, sizeof routes);
    for (size_t i = 0; i < SAM_COUNT(routes); i++)
        if (mine[i].body_max == MESSAGES)
            mine[i].body_max = serve->settings.message_max;
    serve->table = (struct sam_http_table){.routes = mine, .routes_n = SAM_COUNT(routes), .admit = serve_admit};
    return SAM_OK;
}
