/*
 * Http, inside: what the files of this room share. A request moves along `enum stage`; only stage_to() moves it, and only along the table
 * in request.c. libmicrohttpd's callbacks and the answer functions are the only callers.
 *
 *   HEAD --> ADMITTING --> PASSED --> BODY --> HANDLING --> ANSWERED --> SENDING --> (freed)
 *     |          |                     |           |           ^
 *     +----------+---------------------+-----------+-----------+     refusals, problems, deadlines
 */
#ifndef SAMTALE_HTTP_PRIVATE_H
#define SAMTALE_HTTP_PRIVATE_H

#include "samtale/http.h"

#include <microhttpd.h>

#define LINGERS     64    /* sockets whose unread upload is drained at once */
#define SEGMENTS    12    /* of a route's path */
#define QUERY_PAIRS 64    /* of one request */
#define SPARE_ROOM  65536 /* bytes of a body buffer that is kept for the next request */

enum stage {
    STAGE_HEAD,      /* the request line is there, headers are coming */
    STAGE_ADMITTING, /* admit has it */
    STAGE_PASSED,    /* admitted while suspended; libmicrohttpd asks once more about the head */
    STAGE_BODY,      /* the body is coming */
    STAGE_HANDLING,  /* the handler has it */
    STAGE_ANSWERED,  /* the response is made, libmicrohttpd has not got it yet */
    STAGE_SENDING,   /* libmicrohttpd has the response */
};

struct segment {
    struct sam_span text; /* literal, or a parameter's name */
    bool param, rest;
};
struct route {
    const struct sam_http_route *of;
    struct segment segments[SEGMENTS];
    size_t segments_n;
};

/* An open connection; deadline_ms is when its present wait ends, 0: none. */
struct connection {
    struct connection *before, *after;
    struct sam_http *server;
    struct MHD_Connection *mhd;
    struct sam_http_request *request; /* NULL between requests */
    int64_t deadline_ms;
    bool drain; /* the client may still be sending when we close: read on for a moment, so that it sees our answer */
    char peer[48];
};

struct sam_http_request {
    struct sam_http_request *next_free;
    struct sam_http *server;
    struct connection *connection; /* NULL once libmicrohttpd is done with it */
    struct MHD_Connection *mhd;    /* NULL once libmicrohttpd is done with it */
    struct sam_arena *arena;
    enum stage at;
    bool held;                    /* admit or handle owes a pass or an answer */
    bool suspended;               /* libmicrohttpd waits for us */
    struct sam_http_asset *asset; /* whose response it is, held until libmicrohttpd has it; NULL: the request's own */
    bool headed;                  /* libmicrohttpd has been let past the headers */
    bool gone;                    /* given up: the holder's answer will be dropped */
    bool counted;                 /* in in_flight */
    bool bad_target;
    uint64_t id;
    const struct route *route;
    struct sam_span method, target, path, query_text;
    struct sam_span segments[SEGMENTS];
    size_t segments_n;
    struct sam_http_pair *query;
    size_t query_n;
    struct sam_buf body;
    size_t charged; /* bytes of the shared budget */
    struct MHD_Response *response;
    unsigned status;
    void *note;
    void (*on_gone)(struct sam_http_request *, void *);
    void *on_gone_data;
};

struct lingering {
    struct sam_poll *poll;
    int fd; /* -1: slot is free */
    size_t left;
    int64_t deadline_ms;
};

enum phase { PHASE_SERVING, PHASE_GRACE, PHASE_DROPPING, PHASE_CLOSED, PHASE_DONE };

struct sam_http {
    struct sam_loop *loop;
    struct MHD_Daemon *daemon;
    struct sam_http_settings settings;
    struct sam_arena *arena; /* of everything below: slots are reused, never freed one by one */
    const struct sam_http_table *table;
    struct route *routes;
    void *context;
    int listen_fd;
    uint16_t port;
    struct sam_span unix_path;                         /* to be unlinked; absent for TCP */
    struct sam_poll *poll;                             /* libmicrohttpd's epoll descriptor */
    struct sam_timer *pump_timer;                      /* libmicrohttpd's own timeouts, and at 0 after each resume */
    struct sam_timer *sweep_timer;                     /* our deadlines */
    struct connection *connections, *free_connections; /* open ones in a double list */
    struct sam_http_request *free_requests;
    uint32_t requests_made; /* slots in use or free */
    uint32_t held;          /* requests that admit or handle still holds */
    uint64_t last_id;
    struct lingering *lingers;
    struct sam_http_counts counts;
    int64_t now_ms;  /* at the beginning of this turn of the pump: one look at the clock for all that is ready */
    int64_t look_ms; /* when next to look for clients that left */
    bool was_full;   /* a connection closed while connections_max were open */
    enum phase phase;
    int64_t grace_ends_ms;
    void (*done)(void *);
    void *done_context;
};

/* server.c */
void http_pump_soon(struct sam_http *server);
void http_resume(struct sam_http_request *request);
int64_t http_now_ms(void);
/* listen.c */
enum sam_code http_listen(struct sam_http *server, struct sam_err *err) SAM_MUST_USE;
void http_unlisten(struct sam_http *server);
/* connection.c */
void http_on_connection(void *context, struct MHD_Connection *mhd, void **socket_context, enum MHD_ConnectionNotificationCode what);
void http_wait_until(struct connection *connection, uint32_t ms);
void http_expire(struct sam_http *server, int64_t now_ms);
/* linger.c */
void http_linger(struct sam_http *server, int socket_fd);
void http_linger_sweep(struct sam_http *server, int64_t now_ms);
/* request.c */
struct sam_http_request *http_request_new(struct connection *connection, struct sam_span target);
void http_request_free(struct sam_http_request *request);
void http_stage(struct sam_http_request *request, enum stage to);
void http_drop_body(struct sam_http_request *request);
void http_drop_response(struct sam_http_request *request);
void http_hold(struct sam_http_request *request);
bool http_take_back(struct sam_http_request *request) SAM_MUST_USE;
/* target.c */
enum sam_code http_target_read(struct sam_http_request *request, struct sam_err *err) SAM_MUST_USE;
/* route.c */
enum sam_code http_routes_read(struct sam_http *server, struct sam_err *err) SAM_MUST_USE;
const struct route *http_route_find(const struct sam_http *server, const struct sam_http_request *request, struct sam_buf *allow);
/* receive.c */
void http_over(struct sam_http_request *request);
void *http_on_target(void *context, const char *target, struct MHD_Connection *mhd);
enum MHD_Result http_on_access(void *context, struct MHD_Connection *mhd, const char *url, const char *method, const char *version,
                               const char *data, size_t *data_n, void **request);
void http_on_completed(void *context, struct MHD_Connection *mhd, void **request, enum MHD_RequestTerminationCode why);
/* answer.c */
void http_give_up(struct sam_http_request *request, const char *type, const char *detail);
bool http_head(const struct sam_http *server, struct MHD_Response *response, const char *content_type, const char *cache_control,
               const char *policy);
void http_send(struct sam_http_request *request, unsigned status, struct MHD_Response *response);
/* asset.c */
void http_asset_unhold(struct sam_http_asset *asset);
/* encoding.c */
bool http_takes_gzip(const struct sam_http_request *request);
bool http_has_etag(const struct sam_http_request *request, const char *etag);
void http_etag(struct sam_span body, char out[40]);
bool http_gzip(struct sam_arena *arena, struct sam_span body, int level, struct sam_span *out);

#endif
