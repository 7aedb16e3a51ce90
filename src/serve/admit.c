/*
 * Admission: who asks, and may they, before a body is read. A cookie that changes something must come from our own page: SameSite=Strict
 * keeps other sites from sending it, and what the browser says of the origin is believed on top of that.
 */
#include "serve.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *role;
    unsigned may;
} roles[] = {
    {"admin", MAY_READ | MAY_INGEST | MAY_ADMIN},
    {"analyst", MAY_READ},
    {"supervisor", MAY_READ},
    {"agent", MAY_READ},
    {"ingest", MAY_INGEST},
};
static const struct {
    const char *scope;
    unsigned may;
} scopes[] = {{"any", 0}, {"read", MAY_READ}, {"ingest", MAY_INGEST}};

const struct who *who_asks(const struct sam_http_request *request)
{
    return sam_http_noted(request);
}

/* Programs send neither header; browsers send at least one with everything that is not a plain GET. */
bool same_site(const struct sam_http_request *request)
{
    struct sam_span method = sam_http_method(request);
    if (sam_span_is(method, "GET") || sam_span_is(method, "HEAD"))
        return true;
    struct sam_span site = sam_http_header(request, "Sec-Fetch-Site");
    if (site.at && !sam_span_is(site, "same-origin") && !sam_span_is(site, "none"))
        return false;
    struct sam_span origin = sam_http_header(request, "Origin"), host = sam_http_header(request, "Host");
    if (!origin.at)
        return true;
    size_t at = sam_span_starts(origin, "https://") ? 8 : sam_span_starts(origin, "http://") ? 7 : origin.len;
    return host.len > 0 && sam_span_equal((struct sam_span){origin.at + at, origin.len - at}, host);
}

static void decide(struct sam_http_request *request, const struct who *who)
{
    const char *scope = sam_http_route_of(request)->scope;
    unsigned needs = MAY_ADMIN;
    for (size_t i = 0; i < SAM_COUNT(scopes); i++)
        if (strcmp(scopes[i].scope, scope) == 0)
            needs = scopes[i].may;
    if ((who->may & needs) != needs) {
        sam_http_problem(request, 403, "forbidden", NULL,
                         who->by_cookie ? "the role %s may not do this" : "this token of a %s may not do this", who->role);
        return;
    }
    struct who *mine = sam_arena_alloc(sam_http_arena(request), sizeof *mine);
    if (!mine) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return;
    }
    *mine = *who;
    sam_http_note(request, mine);
    sam_http_pass(request);
}

/* Copies a column; what does not fit is a reason to refuse, never to cut: a cut list of teams would be another list. */
static bool copy(const struct sam_db_rows *rows, size_t column, char *out, size_t room)
{
    struct sam_span text = sam_db_get_text(rows, 0, column);
    if (text.len >= room)
        return false;
    if (text.len > 0)
        memcpy(out, text.at, text.len);
    out[text.len] = 0;
    return true;
}

static bool read_who(const struct sam_db_rows *rows, struct who *who)
{
    bool right = copy(rows, 1, who->name, sizeof who->name) && copy(rows, 2, who->role, sizeof who->role) &&
                 copy(rows, 3, who->teams, sizeof who->teams) && copy(rows, 4, who->agents, sizeof who->agents) &&
                 copy(rows, 5, who->team_names, sizeof who->team_names) && copy(rows, 6, who->expires, sizeof who->expires);
    who->account_id = (int32_t)sam_db_get_int(rows, 0, 0);
    for (size_t i = 0; i < SAM_COUNT(roles); i++)
        if (strcmp(roles[i].role, who->role) == 0)
            who->may = roles[i].may & (unsigned)sam_db_get_int(rows, 0, 7);
    return right;
}

static void on_found(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    struct who *who = ask->data;
    if (result->code != SAM_OK) {
        ask_failed(ask, result, err);
    } else if (sam_db_rows_n(result->rows[0]) == 0) {
        sam_http_problem(ask->request, 401, "not_signed_in", NULL, "the session or token is not known, or has ended");
    } else if (!read_who(result->rows[0], who)) {
        sam_log(SAM_LOG_ERROR, "http.internal", "request=%llu why=\"the account's teams are too many\"",
                (unsigned long long)sam_http_id(ask->request));
        sam_http_problem(ask->request, 500, "internal", NULL, "samtaled could not answer this; its log says why");
    } else {
        sessions_put(ask->serve->sessions, who);
        decide(ask->request, who);
    }
}

static void find(struct sam_serve *serve, struct sam_http_request *request, const struct who *so_far)
{
    struct ask *ask = ask_new(serve, request, on_found);
    struct who *who = ask ? sam_arena_alloc(sam_http_arena(request), sizeof *who) : NULL;
    if (!ask)
        return;
    if (!who) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return;
    }
    *who = *so_far;
    ask->data = who;
    struct sam_span hash = {(const char *)who->token_hash, HASH_BYTES};
    struct sam_db_param *p = ask_call(ask, who->by_cookie ? "session_find" : "token_find", who->by_cookie ? 2 : 1);
    p[0] = sam_db_bytes(hash);
    if (who->by_cookie) {
        p[1] = sam_db_int4((int32_t)serve->settings.session_idle_s);
        p = ask_call(ask, "session_seen", 2);
        p[0] = sam_db_bytes(hash);
        p[1] = sam_db_int4((int32_t)serve->settings.session_idle_s);
    }
    ask_run(ask);
}

void serve_admit(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    struct sam_span bearer = sam_http_header(request, "Authorization"), token = SAM_NO_SPAN;
    struct who who = {0};
    bool open = strcmp(sam_http_route_of(request)->scope, "open") == 0;
    if (sam_span_starts(bearer, "Bearer "))
        token = sam_span_trim((struct sam_span){bearer.at + 7, bearer.len - 7});
    if (!token.at) {
        token = sam_http_cookie(request, SESSION_COOKIE);
        who.by_cookie = true;
    }
    if ((open || who.by_cookie) && !same_site(request)) {
        sam_http_problem(request, 403, "cross_site", NULL, "this came from another site's page");
        return;
    }
    if (open) {
        sam_http_pass(request);
        return;
    }
    if (token.len == 0 || token.len >= SAM_SERVE_TOKEN) {
        sam_http_problem(request, 401, "not_signed_in", NULL, "sign in, or send a token");
        return;
    }
    secret_hash(token, who.token_hash);
    const struct who *known = sessions_get(serve->sessions, who.token_hash);
    if (known && known->by_cookie == who.by_cookie)
        decide(request, known);
    else
        find(serve, request, &who);
}
