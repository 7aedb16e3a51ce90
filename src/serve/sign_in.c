/*
 * Signing in and out. A password costs 19 MiB and some 50 ms, so one is verified at a time, on a worker thread; the others stand in line.
 * An unknown name is verified against a hash of nothing, so that it takes as long.
 *
 *   body -> throttle -> account_find -> in line -> verify (worker) -> session_add -> cookie
 */
#include "serve.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_PEOPLE 32

struct attempt {
    struct attempt *next;
    struct sam_serve *serve;
    struct sam_http_request *request;
    struct sam_span name, password, address;
    char hash[SAM_SERVE_HASH];
    char token[SAM_SERVE_TOKEN];
    uint8_t token_hash[HASH_BYTES];
    int32_t account_id;
    bool known, right;
};

struct sign_in {
    struct attempt *first, *last; /* the first is being verified */
    uint32_t n;
    char nobody[SAM_SERVE_HASH];
};

struct sign_in *sign_in_new(struct sam_serve *serve, struct sam_err *err)
{
    struct sign_in *s = sam_arena_alloc(serve->arena, sizeof *s);
    if (!s) {
        (void)sam_arena_full(serve->arena, err);
        return NULL;
    }
    const struct sam_serve_settings *settings = &serve->settings;
    return sam_serve_password(SAM_SPAN("nobody's password"), settings->hash_passes, settings->hash_bytes, s->nobody, err) == SAM_OK ? s
                                                                                                                                    : NULL;
}

/* ---- the answers ---------------------------------------------------------------------------------------------------- */

static void answer_session(struct sam_http_request *request, const struct sam_serve *serve, const struct who *who, struct sam_span cookie)
{
    struct sam_buf json = sam_buf_of(16384);
    struct sam_err err;
    struct sam_http_response response = {
        .content_type = "application/json", .cache_control = "private, no-cache", .etag = cookie.at == NULL};
    sam_buf_text(&json, "{\"name\":");
    sam_buf_json(&json, sam_span_of(who->name));
    sam_buf_printf(&json, ",\"role\":\"%s\",\"teams\":%s,\"expires_at\":", who->role, who->team_names);
    sam_buf_printf(&json, who->expires[0] ? "\"%s\"" : "null%s", who->expires);
    sam_buf_text(&json, ",\"time_zone\":");
    sam_buf_json(&json, serve->settings.time_zone);
    sam_buf_text(&json, "}");
    bool right = !json.failed && sam_arena_span(sam_http_arena(request), sam_buf_get(&json), &response.body, &err) == SAM_OK;
    sam_buf_free(&json);
    if (cookie.at)
        response.headers[response.headers_n++] = (struct sam_http_pair){SAM_SPAN("Set-Cookie"), cookie};
    if (right)
        sam_http_answer(request, &response);
    else
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
}

void serve_me(struct sam_http_request *request, void *context)
{
    answer_session(request, context, who_asks(request), SAM_NO_SPAN);
}

static struct sam_span cookie_of(struct sam_http_request *request, const char *token, uint32_t life_s)
{
    struct sam_span out = SAM_NO_SPAN;
    struct sam_err err;
    if (sam_arena_printf(sam_http_arena(request), &out, &err, SESSION_COOKIE "=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%u", token,
                         sam_http_secure(request) ? "; Secure" : "", life_s) != SAM_OK)
        return SAM_NO_SPAN;
    return out;
}

/* ---- after the verification ------------------------------------------------------------------------------------------ */

static void on_session(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    struct attempt *a = ask->data;
    struct sam_serve *serve = ask->serve;
    struct who who = {0};
    if (result->code != SAM_OK || sam_db_rows_n(result->rows[0]) == 0) {
        ask_failed(ask, result, err);
        return;
    }
    serve->counts.sign_ins++;
    throttle_forgive(serve->throttle, a->name, a->address);
    const struct sam_db_rows *rows = result->rows[0];
    (void)snprintf(who.name, sizeof who.name, "%.*s", (int)a->name.len, a->name.at);
    (void)snprintf(who.role, sizeof who.role, "%.*s", SAM_ARG(sam_db_get_text(rows, 0, 0)));
    struct sam_span teams = sam_db_get_text(rows, 0, 1);
    (void)snprintf(who.team_names, sizeof who.team_names, "%.*s", (int)teams.len, teams.at);
    (void)snprintf(who.expires, sizeof who.expires, "%.*s", SAM_ARG(sam_db_get_text(rows, 0, 2)));
    answer_session(ask->request, serve, &who, cookie_of(ask->request, a->token, serve->settings.session_life_s));
}

static void on_refused(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    if (result->code != SAM_OK)
        ask_failed(ask, result, err);
    else
        sam_http_problem(ask->request, 401, "wrong_credentials", NULL, "name or password is wrong");
}

static void refuse(struct attempt *a)
{
    struct ask *ask = ask_new(a->serve, a->request, on_refused);
    a->serve->counts.sign_ins_failed++;
    throttle_count(a->serve->throttle, a->name, a->address);
    if (!ask)
        return;
    struct sam_db_param *p = ask_call(ask, "access_add", 3);
    p[0] = a->known ? sam_db_int4(a->account_id) : sam_db_null();
    p[1] = sam_db_text(SAM_SPAN("sign_in_failed"));
    p[2] = sam_db_text(a->address);
    ask_run(ask);
}

static void accept(struct attempt *a)
{
    struct sam_err err;
    struct ask *ask = ask_new(a->serve, a->request, on_session);
    if (!ask)
        return;
    if (sam_serve_token(a->token, a->token_hash, &err) != SAM_OK) {
        sam_http_problem(a->request, 500, "internal", NULL, "%s", err.text);
        return;
    }
    ask->data = a;
    struct sam_db_param *p = ask_call(ask, "session_add", 3);
    p[0] = sam_db_bytes((struct sam_span){(const char *)a->token_hash, HASH_BYTES});
    p[1] = sam_db_int4(a->account_id);
    p[2] = sam_db_int4((int32_t)a->serve->settings.session_life_s);
    p = ask_call(ask, "session_clean", 1);
    p[0] = sam_db_int4((int32_t)a->serve->settings.session_idle_s);
    p = ask_call(ask, "access_add", 3);
    p[0] = sam_db_int4(a->account_id);
    p[1] = sam_db_text(SAM_SPAN("sign_in"));
    p[2] = sam_db_text(a->address);
    ask_run(ask);
}

/* ---- the line -------------------------------------------------------------------------------------------------------- */

static void verify(void *data)
{
    struct attempt *a = data;
    a->right = secret_matches(a->hash, a->password);
}

static void verify_first(struct sam_serve *serve);

static void on_verified(void *data)
{
    struct attempt *a = data;
    struct sign_in *s = a->serve->sign_in;
    s->first = a->next;
    s->n--;
    if (a->right && a->known)
        accept(a);
    else
        refuse(a);
    verify_first(a->serve);
}

static void verify_first(struct sam_serve *serve)
{
    struct sign_in *s = serve->sign_in;
    struct sam_err err;
    while (s->first && sam_work_start(serve->loop, verify, on_verified, s->first, &err) != SAM_OK) {
        struct attempt *a = s->first;
        s->first = a->next;
        s->n--;
        sam_http_problem_later(a->request, 503, "unavailable", 5, "no memory to verify a password; try again in a moment");
    }
}

static void on_account(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    struct attempt *a = ask->data;
    struct sign_in *s = ask->serve->sign_in;
    if (result->code != SAM_OK) {
        ask_failed(ask, result, err);
        return;
    }
    if (s->n >= LINE_MAX_PEOPLE) {
        sam_http_problem_later(ask->request, 429, "busy", 5, "too many people are signing in at once; try again in a moment");
        return;
    }
    struct sam_span hash = sam_db_rows_n(result->rows[0]) > 0 ? sam_db_get_text(result->rows[0], 0, 1) : SAM_NO_SPAN;
    a->known = hash.len > 0 && hash.len < sizeof a->hash;
    a->account_id = a->known ? (int32_t)sam_db_get_int(result->rows[0], 0, 0) : 0;
    (void)snprintf(a->hash, sizeof a->hash, "%.*s", (int)(a->known ? hash.len : sizeof a->hash - 1), a->known ? hash.at : s->nobody);
    a->next = NULL;
    if (s->first)
        s->last->next = a;
    else
        s->first = a;
    s->last = a;
    s->n++;
    if (s->n == 1)
        verify_first(ask->serve);
}

void serve_sign_in(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    struct sam_err err;
    struct json_field fields[] = {{.name = "name", .max = 200 * 4}, {.name = "password", .max = 1000}};
    if (!sam_span_starts(sam_http_header(request, "Content-Type"), "application/json")) {
        sam_http_problem(request, 415, "unsupported_type", NULL, "send application/json");
        return;
    }
    if (json_body_read(sam_http_arena(request), sam_http_body(request), fields, SAM_COUNT(fields), &err) != SAM_OK) {
        sam_http_problem(request, 400, "bad_body", NULL, "%s", err.text);
        return;
    }
    struct sam_span address = client_address(serve, request);
    uint32_t wait_s = throttle_wait_s(serve->throttle, fields[0].value, address);
    if (wait_s > 0) {
        serve->counts.throttled++;
        sam_http_problem_later(request, 429, "too_many_attempts", wait_s, "too many failed sign-ins; try again in %u seconds", wait_s);
        return;
    }
    struct ask *ask = ask_new(serve, request, on_account);
    struct attempt *a = ask ? sam_arena_alloc(sam_http_arena(request), sizeof *a) : NULL;
    if (!ask)
        return;
    if (!a || sam_arena_span(sam_http_arena(request), address, &address, &err) != SAM_OK) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return;
    }
    *a = (struct attempt){.serve = serve, .request = request, .name = fields[0].value, .password = fields[1].value, .address = address};
    ask->data = a;
    ask_call(ask, "account_find", 1)[0] = sam_db_text(a->name);
    ask_run(ask);
}

/* ---- out --------------------------------------------------------------------------------------------------------------- */

static void on_signed_out(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    if (result->code != SAM_OK) {
        ask_failed(ask, result, err);
        return;
    }
    sessions_forget(ask->serve->sessions, who_asks(ask->request)->token_hash);
    struct sam_http_response response = {.status = 204};
    response.headers[response.headers_n++] = (struct sam_http_pair){SAM_SPAN("Set-Cookie"), cookie_of(ask->request, "", 0)};
    sam_http_answer(ask->request, &response);
}

void serve_sign_out(struct sam_http_request *request, void *context)
{
    const struct who *who = who_asks(request);
    if (!who->by_cookie) {
        sam_http_problem(request, 403, "forbidden", NULL, "a token has no session; it ends with `samtaled token remove`");
        return;
    }
    struct ask *ask = ask_new(context, request, on_signed_out);
    if (!ask)
        return;
    ask_call(ask, "session_end", 1)[0] = sam_db_bytes((struct sam_span){(const char *)who->token_hash, HASH_BYTES});
    struct sam_db_param *p = ask_call(ask, "access_add", 3);
    p[0] = sam_db_int4(who->account_id);
    p[1] = sam_db_text(SAM_SPAN("sign_out"));
    p[2] = sam_db_text(client_address(ask->serve, request));
    ask_run(ask);
}
