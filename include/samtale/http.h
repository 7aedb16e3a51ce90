/**
 * @file
 * Http: requests and responses on the loop. libmicrohttpd is only an external epoll descriptor here; nobody outside this room sees it.
 * A request is routed by a table, admitted (signed in, allowed) before its body is read, its body collected within limits, and answered
 * exactly once, at once or later. This room knows no database, no account and no figure.
 *
 *     headers --> admit --(pass)--> body --> handle --> answer --> sent
 *                   |                 |                   ^
 *                   +-- answer -------+-- 413/429 --------+        deadline or stop: this room answers 503, the handler's answer is dropped
 */
#ifndef SAMTALE_HTTP_H
#define SAMTALE_HTTP_H

#include "samtale/loop.h"

struct sam_http;         /* a server: one listening socket on one loop */
struct sam_http_request; /* one request; valid from the first call about it until sam_http_answer() */
struct sam_http_asset;   /* a prepared response that many requests share: a file of the page, a cached answer */

/* ---- settings ------------------------------------------------------------------------------------------------- */

/** Limits and addresses of a server. sam_http_defaults() gives the shipped ones; every one is a setting. */
struct sam_http_settings {
    struct sam_span listen;      /* "127.0.0.1:8080", "[::1]:8080", "*:8080" or "unix:/run/samtale/http.sock"; port 0 takes a free one */
    uint32_t connections_max;    /* open at once; further ones wait in the backlog; 512 */
    size_t header_max;           /* bytes of memory a connection for its headers and the reading of its body; 16 KiB */
    size_t bodies_max;           /* bytes of all bodies being held at once; 64 MiB */
    uint32_t idle_timeout_ms;    /* a kept-alive connection without a request; 60,000 */
    uint32_t receive_timeout_ms; /* from a request's first line to its last byte; 60,000 */
    uint32_t send_timeout_ms;    /* from an answer to its last byte; 60,000 */
    uint32_t answer_timeout_ms;  /* admitting and handling, each; then 503 timeout; 30,000 */
    uint32_t stop_grace_ms;      /* requests in flight when stopping; then 503 stopping; 5,000 */
    size_t gzip_min, gzip_max;   /* bytes of a body that is compressed when the client takes gzip; 1 KiB to 1 MiB */
    struct sam_span tls_key, tls_certificate; /* PEM; absent: plain HTTP (behind a proxy, or loopback) */
    bool secure;                              /* cookies are marked Secure and HSTS is sent: TLS here or in the proxy before us */
};
/** @return the shipped limits, listening on 127.0.0.1:8080 */
struct sam_http_settings sam_http_defaults(void);

/* ---- routes ---------------------------------------------------------------------------------------------------- */

/** Admits or handles a request: answers now, or keeps it and answers later on the loop's thread. @param context of sam_http_new */
typedef void (*sam_http_step)(struct sam_http_request *request, void *context);

/** One row of the table of routes. */
struct sam_http_route {
    const char *method; /* "GET" (serves HEAD too), "POST", "PUT", "PATCH", "DELETE" */
    const char
        *path; /* "/v1/conversations/{id}": a {name} takes one whole segment; the last one may be "{name...}", which takes the rest */
    const char *scope;    /* who may: a word of the serving room; this room passes it on */
    sam_http_step handle; /* called with the whole body */
    const char *summary;  /* one line for people */
    size_t body_max;      /* bytes; 0: a body is refused */
};

/** What a server serves. */
struct sam_http_table {
    const struct sam_http_route *routes; /* literal segments win over {name} ones */
    size_t routes_n;
    sam_http_step admit; /* called when the headers are there, before any body is read: calls sam_http_pass() or answers; NULL: all pass */
};

/* ---- server ----------------------------------------------------------------------------------------------------- */

/**
 * Listens and serves on loop. Nothing is handled before the loop runs.
 *
 * @param loop      outlives the server
 * @param table     borrowed as long as the server lives
 * @param context   handed to admit and handle
 * @param out       the server; sam_http_stop() and then sam_http_free()
 * @return SAM_OK; SAM_BAD_INPUT when the address or the TLS material is wrong, SAM_CONFLICT when it is in use, SAM_DENIED without the
 *         privilege, SAM_SYSTEM otherwise; err says which address and why
 */
enum sam_code sam_http_new(struct sam_loop *loop, const struct sam_http_settings *settings, const struct sam_http_table *table,
                           void *context, struct sam_http **out, struct sam_err *err) SAM_MUST_USE;
/**
 * Stops in order: no new connections, requests in flight get stop_grace_ms, the rest is answered 503, sockets close.
 * Handlers must still answer each request they hold, as soon as they can: done waits for them.
 *
 * @param done  called once, on the loop, when nothing is left; then sam_http_free() may be called
 */
void sam_http_stop(struct sam_http *server, void (*done)(void *context), void *context);
/** Frees a server whose stop has called done. @param server may be NULL */
void sam_http_free(struct sam_http *server);
/** @return the TCP port that is listened on, 0 for a unix socket */
uint16_t sam_http_port(const struct sam_http *server);

/** Counts since the start, and what is now. */
struct sam_http_counts {
    uint64_t requests[6];    /* by hundreds of the status sent: [2] is 2xx */
    uint64_t refused_bodies; /* 413 and 429 given while reading */
    uint64_t timeouts;       /* answered 503 because the handler did not */
    uint64_t expired;        /* connections closed because the client was too slow */
    uint32_t connections;    /* open now */
    uint32_t in_flight;      /* requests between headers and answer, now */
    size_t bodies_bytes;     /* held now */
};
/** @return the server's counts */
struct sam_http_counts sam_http_count(const struct sam_http *server);

/* ---- a request ----------------------------------------------------------------------------------------------------- */

/** @return memory that lives as long as the request and its response; at most SAM_HTTP_ARENA_MAX bytes */
struct sam_arena *sam_http_arena(struct sam_http_request *request);
/** Bytes a request's arena may hand out; large answers are made elsewhere and given as a body with its owner. */
#define SAM_HTTP_ARENA_MAX ((size_t)4 * 1024 * 1024)
/** @return the route; never NULL in admit and handle */
const struct sam_http_route *sam_http_route_of(const struct sam_http_request *request);
/** @return "GET", "HEAD", "POST", ... as sent */
struct sam_span sam_http_method(const struct sam_http_request *request);
/** @return the path as sent, escapes undone, UTF-8, without the query */
struct sam_span sam_http_path(const struct sam_http_request *request);
/** @return the segment that {name} took, or absent */
struct sam_span sam_http_param(const struct sam_http_request *request, const char *name);

/** One name=value of the query, escapes undone, UTF-8. */
struct sam_http_pair {
    struct sam_span name, value;
};
/** @return the query's pairs in order; *n set */
const struct sam_http_pair *sam_http_query(const struct sam_http_request *request, size_t *n);
/** @return the value of the first pair of that name, or absent */
struct sam_span sam_http_query_get(const struct sam_http_request *request, const char *name);
/** @return a header's value (name without case), or absent; absent too once the request was given up (deadline) */
struct sam_span sam_http_header(const struct sam_http_request *request, const char *name);
/** @return a cookie's value, or absent; see sam_http_header */
struct sam_span sam_http_cookie(const struct sam_http_request *request, const char *name);
/** @return the body; empty in admit and when there is none. Valid until the answer. */
struct sam_span sam_http_body(const struct sam_http_request *request);
/** @return the address of the other end as text ("192.0.2.7", "unix") */
struct sam_span sam_http_peer(const struct sam_http_request *request);
/** @return a number that names the request in logs and in problem details, growing from 1 */
uint64_t sam_http_id(const struct sam_http_request *request);
/** @return whether answers go out as if by TLS (settings.secure) */
bool sam_http_secure(const struct sam_http_request *request);
/** Keeps a pointer of the caller with the request, e.g. who signed in. */
void sam_http_note(struct sam_http_request *request, void *note);
/** @return what sam_http_note kept, or NULL */
void *sam_http_noted(const struct sam_http_request *request);
/**
 * Asks to be told when this room gives the request up (deadline, stop), so that work for it can be cut short. The holder still answers.
 *
 * @param gone  called at most once, never inside sam_http_answer(); NULL takes it back
 */
void sam_http_on_gone(struct sam_http_request *request, void (*gone)(struct sam_http_request *request, void *data), void *data);

/* ---- an answer ----------------------------------------------------------------------------------------------------- */

/** Most headers that a handler may add. */
#define SAM_HTTP_HEADERS 6
/** What to send. A zeroed struct is "200 without a body". */
struct sam_http_response {
    unsigned status;              /* 0 is 200 */
    const char *content_type;     /* static text, NULL without a body */
    struct sam_span body;         /* in the request's arena, static, or kept alive by owner */
    void (*release)(void *owner); /* NULL, or called once when body is no longer needed */
    void *owner;
    const char *cache_control;                      /* static text; NULL is "no-store" */
    bool etag;                                      /* give an ETag made of the body, answer 304 when the client has it */
    struct sam_http_pair headers[SAM_HTTP_HEADERS]; /* further ones; copied; those without a value are left out */
    size_t headers_n;
};
/** Lets an admitted request go on to its body and handler; only for admit, now or later, instead of an answer. The request is admit's no
 * longer. */
void sam_http_pass(struct sam_http_request *request);
/**
 * Answers; the request is the caller's no longer. Exactly once a request, on the loop's thread, inside admit or handle or any time later.
 * Security headers, Date, Content-Length, compression, ETag and 304 are this room's work. Never calls back into the caller.
 */
void sam_http_answer(struct sam_http_request *request, const struct sam_http_response *response);
/** Answers with problem details (RFC 9457), type "urn:samtale:problem:TYPE". @param parameter the field at fault; may be NULL */
void sam_http_problem(struct sam_http_request *request, unsigned status, const char *type, const char *parameter, const char *fmt, ...)
    SAM_PRINTF(5, 6);
/** As sam_http_problem with Retry-After. @param retry_s seconds, 1 or more */
void sam_http_problem_later(struct sam_http_request *request, unsigned status, const char *type, uint32_t retry_s, const char *fmt, ...)
    SAM_PRINTF(5, 6);

/* ---- prepared answers ------------------------------------------------------------------------------------------------ */

/** How a prepared answer is made; body and gzip are copied. */
struct sam_http_asset_of {
    const char *content_type;
    struct sam_span body;
    struct sam_span gzip;      /* the same compressed; absent: made here when worthwhile */
    const char *cache_control; /* NULL is "no-cache" */
    const char *policy;        /* Content-Security-Policy; NULL is that of the API: nothing may run */
};
/** Prepares an answer for sharing: headers, ETag and the gzip variant are made once. @return SAM_OK, SAM_NO_MEMORY */
enum sam_code sam_http_asset_new(const struct sam_http *server, const struct sam_http_asset_of *of, struct sam_http_asset **out,
                                 struct sam_err *err) SAM_MUST_USE;
/** Lets go of a prepared answer; requests still sending it keep it. @param asset may be NULL */
void sam_http_asset_free(struct sam_http_asset *asset);
/** Answers with a prepared response (200, or 304 when the client has it). See sam_http_answer. */
void sam_http_answer_asset(struct sam_http_request *request, struct sam_http_asset *asset);

#endif
