/*
 * The object that answers: made of its parts, attached to a server, freed after it.
 */
#include "serve.h"

#include <string.h>

#define ARENA_MAX ((size_t)16 << 20)

struct sam_serve_settings sam_serve_defaults(void)
{
    struct sam_serve_settings s = {
        .time_zone = SAM_SPAN("Europe/Copenhagen"),
        .service_level = SAM_SPAN("abandons_in_denominator"),
        .components_min = 1,
        .session_idle_s = 1800,
        .session_life_s = 43200,
        .attempts_max = 10,
        .attempts_window_s = 900,
        .hash_passes = 2,
        .hash_bytes = (size_t)19 << 20,
        .message_max = (size_t)16 << 20,
        .lines_max = 10000,
        .query_timeout_ms = 20000,
        .version = "",
    };
    for (size_t i = 0; i < SAM_COMPONENTS; i++)
        s.weights[i] = 1;
    return s;
}

static enum sam_code keep_settings(struct sam_serve *serve, struct sam_err *err)
{
    struct sam_serve_settings *s = &serve->settings;
    if (sam_arena_span(serve->arena, s->time_zone, &s->time_zone, err) != SAM_OK ||
        sam_arena_span(serve->arena, s->service_level, &s->service_level, err) != SAM_OK)
        return err->code;
    struct sam_span *proxies = sam_arena_array(serve->arena, s->proxies_n, sizeof *proxies);
    if (!proxies)
        return sam_arena_full(serve->arena, err);
    for (size_t i = 0; i < s->proxies_n; i++)
        if (sam_arena_span(serve->arena, s->proxies[i], &proxies[i], err) != SAM_OK)
            return err->code;
    s->proxies = proxies;
    return SAM_OK;
}

static enum sam_code furnish(struct sam_serve *serve, struct sam_err *err)
{
    const struct sam_serve_settings *s = &serve->settings;
    if (keep_settings(serve, err) != SAM_OK || serve_routes(serve, err) != SAM_OK)
        return err->code;
    serve->sessions = sessions_new(serve->arena);
    serve->throttle = throttle_new(serve->arena, s->attempts_max, s->attempts_window_s);
    serve->enqueuer = enqueuer_new(serve);
    if (!serve->sessions || !serve->throttle || !serve->enqueuer)
        return sam_arena_full(serve->arena, err);
    serve->sign_in = sign_in_new(serve, err);
    return serve->sign_in ? SAM_OK : err->code;
}

enum sam_code sam_serve_new(struct sam_loop *loop, struct sam_db_pool *pool, const struct sam_serve_settings *settings,
                            struct sam_serve **out, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(ARENA_MAX);
    struct sam_serve *serve = arena ? sam_arena_alloc(arena, sizeof *serve) : NULL;
    if (!serve) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory to serve");
    }
    *serve = (struct sam_serve){.loop = loop, .pool = pool, .arena = arena, .settings = *settings, .started_us = sam_clock_wall_us()};
    if (furnish(serve, err) != SAM_OK) {
        enum sam_code code = err->code;
        sam_arena_free(arena);
        return code;
    }
    *out = serve;
    return SAM_OK;
}

/* Keeps text for as long as serve lives, since questions on their way still show to it; what is the same is kept once. */
static enum sam_code keep_text(struct sam_serve *serve, struct sam_span present, struct sam_span text, struct sam_span *out,
                               struct sam_err *err)
{
    *out = present;
    return sam_span_equal(present, text) ? SAM_OK : sam_arena_span(serve->arena, text, out, err);
}

enum sam_code sam_serve_change(struct sam_serve *serve, const struct sam_serve_settings *settings, struct sam_err *err)
{
    struct sam_serve_settings *s = &serve->settings;
    struct sam_span time_zone, service_level;
    if (keep_text(serve, s->time_zone, settings->time_zone, &time_zone, err) != SAM_OK ||
        keep_text(serve, s->service_level, settings->service_level, &service_level, err) != SAM_OK)
        return err->code;
    s->time_zone = time_zone;
    s->service_level = service_level;
    memcpy(s->weights, settings->weights, sizeof s->weights);
    s->components_min = settings->components_min;
    s->agent_names = settings->agent_names;
    return SAM_OK;
}

const struct sam_http_table *sam_serve_table(const struct sam_serve *serve)
{
    return &serve->table;
}

enum sam_code sam_serve_attach(struct sam_serve *serve, struct sam_http *server, struct sam_err *err)
{
    const struct sam_embedded *description = sam_embedded_find("docs/openapi.json");
    SAM_MUST(description);
    const struct sam_http_asset_of of = {.content_type = "application/json", .body = description->body};
    serve->server = server;
    if (sam_http_asset_new(server, &of, &serve->openapi, err) != SAM_OK)
        return err->code;
    serve->page = page_new(serve, err);
    return serve->page ? SAM_OK : err->code;
}

void sam_serve_free(struct sam_serve *serve)
{
    if (!serve)
        return;
    sam_http_asset_free(serve->openapi);
    page_free(serve->page);
    sam_arena_free(serve->arena);
}
