/*
 * Serve, inside: what the files of this room share. A request that asks the database becomes a struct ask in the request's arena; its
 * answer comes in its done, from the loop. Whoever holds a request answers it, also when http has given it up.
 */
#ifndef SAMTALE_SERVE_PRIVATE_H
#define SAMTALE_SERVE_PRIVATE_H

#include "samtale/serve.h"

#define SESSION_COOKIE "samtale_session"
#define HASH_BYTES     32
#define CALLS_MAX      4
#define PARAMS_MAX     24
#define VALUES_MAX     50 /* of one repeated parameter */

/* What a role or token may; bits. */
enum may { MAY_READ = 1, MAY_INGEST = 2, MAY_ADMIN = 4 };

/* Who asks. */
struct who {
    int32_t account_id;
    unsigned may;
    char expires[32]; /* RFC 3339; "": never */
    bool by_cookie;
    uint8_t token_hash[HASH_BYTES];
    char name[808], role[16];
    char teams[512], agents[32]; /* PostgreSQL arrays, "{1,2}" */
    char team_names[4096];       /* JSON */
};

struct ask {
    struct sam_serve *serve;
    struct sam_http_request *request;
    void (*done)(struct ask *ask, struct sam_db_result *result, const struct sam_err *err);
    void *data;
    struct sam_db_call calls[CALLS_MAX];
    struct sam_db_param params[PARAMS_MAX];
    size_t calls_n, params_n;
};

struct session_cache;
struct throttle;
struct sign_in;
struct enqueuer;
struct page;

struct sam_serve {
    struct sam_loop *loop;
    struct sam_db_pool *pool;
    struct sam_arena *arena; /* of all below */
    struct sam_serve_settings settings;
    struct sam_http_table table;
    struct sam_http *server;
    struct session_cache *sessions;
    struct throttle *throttle;
    struct sign_in *sign_in;
    struct enqueuer *enqueuer;
    struct page *page;
    struct sam_http_asset *openapi;
    int64_t started_us; /* wall clock */
    struct {
        uint64_t accepted, refused_backlog, failed_enqueue, sign_ins, sign_ins_failed, throttled, reads;
    } counts;
};

/* routes.c */
enum sam_code serve_routes(struct sam_serve *serve, struct sam_err *err) SAM_MUST_USE;
/* ask.c */
struct ask *ask_new(struct sam_serve *serve, struct sam_http_request *request,
                    void (*done)(struct ask *ask, struct sam_db_result *result, const struct sam_err *err));
struct sam_db_param *ask_call(struct ask *ask, const char *statement, size_t params_n);
void ask_scope(struct ask *ask);
void ask_run(struct ask *ask);
void ask_run_for(struct ask *ask, uint32_t timeout_ms);
void ask_failed(struct ask *ask, const struct sam_db_result *result, const struct sam_err *err);
void ask_answer(struct ask *ask, struct sam_db_result *result, size_t call, const char *content_type);
struct sam_span client_address(const struct sam_serve *serve, const struct sam_http_request *request);
/* admit.c */
void serve_admit(struct sam_http_request *request, void *context);
const struct who *who_asks(const struct sam_http_request *request);
bool same_site(const struct sam_http_request *request);
/* sessions.c */
struct session_cache *sessions_new(struct sam_arena *arena);
const struct who *sessions_get(struct session_cache *cache, const uint8_t hash[HASH_BYTES]);
void sessions_put(struct session_cache *cache, const struct who *who);
void sessions_forget(struct session_cache *cache, const uint8_t hash[HASH_BYTES]);
/* throttle.c */
struct throttle *throttle_new(struct sam_arena *arena, uint32_t max, uint32_t window_s);
uint32_t throttle_wait_s(const struct throttle *throttle, struct sam_span name, struct sam_span address);
void throttle_count(struct throttle *throttle, struct sam_span name, struct sam_span address);
void throttle_forgive(struct throttle *throttle, struct sam_span name, struct sam_span address);
/* sign_in.c */
struct sign_in *sign_in_new(struct sam_serve *serve, struct sam_err *err);
void serve_sign_in(struct sam_http_request *request, void *context);
void serve_sign_out(struct sam_http_request *request, void *context);
void serve_me(struct sam_http_request *request, void *context);
/* secret.c */
void secret_hash(struct sam_span token, uint8_t hash[HASH_BYTES]);
bool secret_matches(const char *stored, struct sam_span password);
/* json_body.c */
struct json_field {
    const char *name;
    size_t max; /* bytes, 1 or more */
    struct sam_span value;
};
enum sam_code json_body_read(struct sam_arena *arena, struct sam_span body, struct json_field *fields, size_t n,
                             struct sam_err *err) SAM_MUST_USE;
/* parameters.c */
enum parameter {
    P_FROM = 1 << 0,
    P_TO = 1 << 1,
    P_INTERVAL = 1 << 2,
    P_QUEUE = 1 << 3,
    P_CHANNEL = 1 << 4,
    P_LANGUAGE = 1 << 5,
    P_FORMAT = 1 << 6,
    P_TABLE = 1 << 7,
    P_SCORED = 1 << 8,
    P_MISSED = 1 << 9,
    P_GAP = 1 << 10,
    P_UNDATED = 1 << 11,
    P_CURSOR = 1 << 12,
    P_LIMIT = 1 << 13,
    P_SOURCE = 1 << 14,
    P_KIND = 1 << 15,
    P_QUADRANT = 1 << 16,
    P_DERIVED = 1 << 17,
    P_INCOMPLETE = 1 << 18
};
enum yes_no { NOT_ASKED, ASKED_NO, ASKED_YES };
struct parameters {
    struct sam_span from, to, cursor, source, kind, quadrant;
    const char *interval, *table;
    struct sam_span queues[VALUES_MAX];
    int32_t channels[VALUES_MAX], languages[VALUES_MAX];
    size_t queues_n, channels_n, languages_n;
    enum yes_no scored, missed, gap, undated, derived, incomplete;
    int32_t limit;
    bool csv;
};
bool parameters_read(struct sam_http_request *request, unsigned allowed, struct parameters *out);
struct sam_db_param param_texts(struct sam_arena *arena, const struct sam_span *values, size_t n);
struct sam_db_param param_int4s(struct sam_arena *arena, const int32_t *values, size_t n);
/* budget.c */
void serve_budget(struct sam_http_request *request, void *context);
/* overview.c, conversations.c */
void serve_figures(struct sam_http_request *request, void *context);
void serve_results(struct sam_http_request *request, void *context);
void serve_overview(struct sam_http_request *request, void *context);
void serve_coverage(struct sam_http_request *request, void *context);
void serve_queues(struct sam_http_request *request, void *context);
void serve_conversations(struct sam_http_request *request, void *context);
void serve_conversation(struct sam_http_request *request, void *context);
/* messages.c, enqueue.c */
void serve_messages(struct sam_http_request *request, void *context);
struct message {
    struct sam_span source, kind, content_type, body;
};
struct post {
    struct post *next;
    struct sam_http_request *request;
    struct message *messages;
    size_t n, bytes;
    bool alone; /* an earlier statement with others failed */
};
struct enqueuer *enqueuer_new(struct sam_serve *serve);
void enqueue(struct enqueuer *enqueuer, struct post *post);
/* health.c, metrics.c */
void serve_healthz(struct sam_http_request *request, void *context);
void serve_readyz(struct sam_http_request *request, void *context);
void serve_metrics(struct sam_http_request *request, void *context);
/* page.c */
struct page *page_new(struct sam_serve *serve, struct sam_err *err);
void page_free(struct page *page);
void serve_page(struct sam_http_request *request, void *context);
void serve_openapi(struct sam_http_request *request, void *context);
void serve_nothing(struct sam_http_request *request, void *context);

#endif
