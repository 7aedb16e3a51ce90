/**
 * @file
 * Serve: what the HTTP interface answers (docs/api.md): sign-in, messages, overview, conversations, the page, health and metrics. Each
 * handler asks the database's pool as role samtale_api, within the scope of who asks, and passes on the JSON that PostgreSQL made. No
 * figure is computed here. Never logs or answers a password, a token, or text that the asker may not see.
 */
#ifndef SAMTALE_SERVE_H
#define SAMTALE_SERVE_H

#include "samtale/db.h"
#include "samtale/http.h"
#include "samtale/model.h"

struct sam_serve;

/** What serving needs to know. All spans are copied. sam_serve_defaults() gives the shipped values. */
struct sam_serve_settings {
    struct sam_span time_zone;      /* of days and weeks, a name PostgreSQL knows; "Europe/Copenhagen" */
    struct sam_span service_level;  /* variant of docs/api.md: "abandons_in_denominator" */
    double weights[SAM_COMPONENTS]; /* of the opportunity index; the scorer's */
    int32_t components_min;         /* fewer measurable components: no index; the scorer's */
    bool agent_names;               /* who may read a conversation sees the names of its agents, supervisors those of their teams; false */
    int64_t schema;                 /* newest migration this program knows */
    uint32_t session_idle_s;        /* a session ends after so long without a request; 1,800 */
    uint32_t session_life_s;        /* and after so long in any case; 43,200 */
    uint32_t attempts_max;          /* failed sign-ins for one name from one address, then throttled; 10 */
    uint32_t attempts_window_s;     /* within this time; 900 */
    uint32_t hash_passes;           /* argon2id: passes; 2 */
    size_t hash_bytes;              /* argon2id: memory; 19 MiB (OWASP's first choice) */
    size_t message_max;             /* bytes of a POST of messages; 16 MiB */
    uint32_t lines_max;             /* messages in one POST of application/x-ndjson; 10,000 */
    uint32_t query_timeout_ms;      /* of one question to the database; 20,000 */
    const struct sam_span *proxies; /* addresses of proxies whose X-Forwarded-For is believed */
    size_t proxies_n;
    const char *version; /* of the program, for /metrics; borrowed for good */
    /** Appends further metrics (sam_serve_metric); may be NULL. */
    void (*more_metrics)(void *context, struct sam_buf *out);
    /** @return whether all else is ready (packs loaded, batches flow); err says what is not; may be NULL */
    bool (*ready)(void *context, struct sam_err *err);
    /** Told which days figures are asked for, YYYY-MM-DD each, borrowed; empty: the request names none. May be NULL. */
    void (*asked)(void *context, struct sam_span from, struct sam_span to);
    void *context; /* of the three above */
};
/** @return the shipped values: weights all 1, schema 0, no proxies */
struct sam_serve_settings sam_serve_defaults(void);

/**
 * Makes what answers; sam_http_new() then takes sam_serve_table() and this object as context.
 *
 * @param pool  connections as role samtale_api; outlives the object
 * @return SAM_OK, SAM_NO_MEMORY, or SAM_SYSTEM when there is no source of randomness
 */
enum sam_code sam_serve_new(struct sam_loop *loop, struct sam_db_pool *pool, const struct sam_serve_settings *settings,
                            struct sam_serve **out, struct sam_err *err) SAM_MUST_USE;
/**
 * Takes over other values of time_zone, service_level, weights, components_min and agent_names; questions on their way are answered as they
 * were asked.
 * @return SAM_OK; SAM_NO_MEMORY: nothing was changed
 */
enum sam_code sam_serve_change(struct sam_serve *serve, const struct sam_serve_settings *settings, struct sam_err *err) SAM_MUST_USE;
/** @return the routes; lives as long as serve */
const struct sam_http_table *sam_serve_table(const struct sam_serve *serve);
/** Prepares the page and the API's description for this server, whose counts /metrics then shows. Before the loop runs. @return SAM_OK or
 * SAM_NO_MEMORY */
enum sam_code sam_serve_attach(struct sam_serve *serve, struct sam_http *server, struct sam_err *err) SAM_MUST_USE;
/** Frees it, after its server has stopped. @param serve may be NULL */
void sam_serve_free(struct sam_serve *serve);

/** Room for a password's hash as text, with its NUL. */
#define SAM_SERVE_HASH 128
/** Hashes a password (argon2id, some 50 ms: not on the loop). @return SAM_OK, SAM_BAD_INPUT for fewer than 8 or more than 1000 bytes,
 * SAM_NO_MEMORY */
enum sam_code sam_serve_password(struct sam_span password, uint32_t passes, size_t bytes, char out[SAM_SERVE_HASH],
                                 struct sam_err *err) SAM_MUST_USE;
/** Room for a token or a session's cookie as text, with its NUL. */
#define SAM_SERVE_TOKEN 64
/** Draws a token "sam_..." and the hash it is stored under. @return SAM_OK or SAM_SYSTEM */
enum sam_code sam_serve_token(char out[SAM_SERVE_TOKEN], uint8_t hash[32], struct sam_err *err) SAM_MUST_USE;

/**
 * Appends one metric in Prometheus' text form.
 *
 * @param type    "counter" or "gauge"; NULL: a further value of the metric before, without a head
 * @param labels  "queue=\"live\"" or NULL
 */
void sam_serve_metric(struct sam_buf *out, const char *name, const char *type, const char *help, const char *labels, double value);

/**
 * Appends a histogram in Prometheus' text form.
 *
 * @param ends     upper ends of the first n classes, growing; one more class without an end follows
 * @param classes  n + 1 counts, each of its class alone
 * @param sum      of all that was counted
 */
void sam_serve_histogram(struct sam_buf *out, const char *name, const char *help, const double *ends, const uint64_t *classes, size_t n,
                         double sum);

#endif
