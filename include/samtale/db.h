/**
 * @file
 * Db: libpq on the loop. A connection is a flow: it dials, redials, runs named statements in pipelines, streams COPY, listens. A
 * statement is a file of sql/statements, known to C by its name only and prepared on a connection when it is first used there. This room
 * knows no table and never blocks, but for the look-up of a server's name.
 *
 *     down --> dialling --> greeting --> idle <--> running | copying        any of them --(lost, late)--> down
 *       ^          |            |                                            any of them --(close)-----> over
 *       +----------+------------+  after a pause that grows to pause_max_ms
 */
#ifndef SAMTALE_DB_H
#define SAMTALE_DB_H

#include "samtale/loop.h"

struct sam_db;      /* one connection */
struct sam_db_pool; /* some connections that take turns */
struct sam_db_rows; /* what one statement gave */

/* ---- connections -------------------------------------------------------------------------------------------------- */

/** A notification came, or the connection is (again) listening: what was missed meanwhile is unknown. Called on the loop. */
typedef void (*sam_db_notified)(void *context);

/** How to connect. sam_db_defaults() gives the shipped limits. Spans and texts are copied. */
struct sam_db_settings {
    struct sam_span connection;  /* libpq's connection string or URI; "" uses libpq's own defaults and environment */
    const char *role;            /* SET ROLE to this after connecting; NULL: stay who signed in */
    const char *application;     /* application_name, "samtaled ingest"; may be NULL */
    const char *session;         /* more SQL for every session, "set x = y; set ..."; may be NULL */
    const char *listen;          /* channel to LISTEN on; may be NULL */
    sam_db_notified notified;    /* of listen; may be NULL */
    void *context;               /* of notified */
    uint32_t connect_timeout_ms; /* 10,000 */
    uint32_t pause_max_ms;       /* longest pause before dialling again; 5,000 */
};
/** @return the shipped limits, libpq's default server */
struct sam_db_settings sam_db_defaults(void);

/**
 * Checks a connection string as sam_db_new does, without dialling.
 * @param connection  ends with a NUL
 * @return SAM_OK, or SAM_BAD_INPUT (err says why, without a password)
 */
enum sam_code sam_db_check(struct sam_span connection, struct sam_err *err) SAM_MUST_USE;
/**
 * Makes a connection and begins to dial. It dials again by itself whenever it is lost, after a pause that doubles from 50 ms, and when the
 * server says that it is read-only (SQLSTATE 25006): a session may stay so when the server no longer is, and of several hosts another may
 * take writes by now.
 *
 * @param loop  outlives the connection
 * @param out   sam_db_close() it
 * @return SAM_OK; SAM_BAD_INPUT when the connection string is wrong (err says why, without a password); SAM_NO_MEMORY
 */
enum sam_code sam_db_new(struct sam_loop *loop, const struct sam_db_settings *settings, struct sam_db **out,
                         struct sam_err *err) SAM_MUST_USE;
/** Ends the connection, from the loop: what runs gets SAM_TEMPORARY, then closed (may be NULL) is called. @param db may be NULL: then
 * closed is called at once */
void sam_db_close(struct sam_db *db, void (*closed)(void *context), void *context);
/** @return whether it is connected and greeted; err (may be NULL) gets the reason of the last failure when it is not */
bool sam_db_up(const struct sam_db *db, struct sam_err *err);
/** @return how many lines it has had: another number means another session, without what the former one held (locks, LISTEN) */
uint64_t sam_db_lines(const struct sam_db *db);
/** Drops the line and dials again, so that libpq's buffers of a large message are given back. Only while nothing runs. */
void sam_db_renew(struct sam_db *db);

/* ---- parameters ------------------------------------------------------------------------------------------------------ */

/** A parameter in PostgreSQL's binary form. Its type is what the statement says: an int8 must meet a bigint. */
struct sam_db_param {
    const char *at; /* NULL: own holds it */
    int32_t len;    /* -1: null; -2: could not be made, the run fails with SAM_NO_MEMORY */
    char own[8];
};
/** null of any type */
struct sam_db_param sam_db_null(void);
/** bigint */
struct sam_db_param sam_db_int8(int64_t value);
/** integer */
struct sam_db_param sam_db_int4(int32_t value);
/** smallint */
struct sam_db_param sam_db_int2(int16_t value);
/** boolean */
struct sam_db_param sam_db_bool(bool value);
/** double precision */
struct sam_db_param sam_db_float8(double value);
/** timestamptz, from UTC microseconds since 1970 */
struct sam_db_param sam_db_time(int64_t us);
/** text, name or json (borrowed until the run is done; well-formed UTF-8 without NUL); an absent span is null */
struct sam_db_param sam_db_text(struct sam_span text);
/** bytea (borrowed until the run is done); an absent span is null */
struct sam_db_param sam_db_bytes(struct sam_span bytes);
/** bigint[] of n values, made in the arena */
struct sam_db_param sam_db_int8s(struct sam_arena *arena, const int64_t *values, size_t n);
/** integer[] of n values, made in the arena */
struct sam_db_param sam_db_int4s(struct sam_arena *arena, const int32_t *values, size_t n);
/** text[] of n values, made in the arena; absent spans are null */
struct sam_db_param sam_db_texts(struct sam_arena *arena, const struct sam_span *values, size_t n);
/** bytea[] of n values, made in the arena; absent spans are null */
struct sam_db_param sam_db_bytess(struct sam_arena *arena, const struct sam_span *values, size_t n);

/* ---- running ---------------------------------------------------------------------------------------------------------- */

/** One statement with its parameters. Borrowed, with params, until done was called. */
struct sam_db_call {
    const char *statement; /* "inbox_take" for sql/statements/inbox_take.sql */
    const struct sam_db_param *params;
    size_t params_n;
};
/** How a run ended. Valid during done only; rows may be taken out. */
struct sam_db_result {
    enum sam_code code;        /* of sam_db_sqlstate_code; SAM_TEMPORARY when the connection is lost, closed or was not there in time */
    char sqlstate[6];          /* "" when the server said nothing */
    size_t failed;             /* the call that failed; n when none or not known */
    struct sam_db_rows **rows; /* one for each call, or NULL where it did not come to it */
    size_t n;
};
/** Called once for each run or copy, on the loop, never inside the call that started it. @param err says why when result->code is not
 * SAM_OK */
typedef void (*sam_db_done)(void *context, struct sam_db_result *result, const struct sam_err *err);

/** Most calls of one run. */
#define SAM_DB_CALLS 32
/** Most parameters of one call. */
#define SAM_DB_PARAMS 80

/**
 * Runs calls in order in one round trip. Without "begin" among them (now or before) they are one transaction: all or nothing. One run or
 * copy at a time on a connection; while it is down the run waits for the dialling that is under way.
 *
 * @param n           1 .. SAM_DB_CALLS
 * @param timeout_ms  from now until done; then the statement is cancelled, the line dropped and SAM_TEMPORARY given
 */
void sam_db_run(struct sam_db *db, const struct sam_db_call *calls, size_t n, uint32_t timeout_ms, sam_db_done done, void *context);

/** Bytes that lie elsewhere: sent behind the first `at` bytes of the data. */
struct sam_db_piece {
    size_t at;
    struct sam_span bytes;
};
/** One COPY ... FROM STDIN (FORMAT BINARY) and its bytes, with header and trailer. */
struct sam_db_copy {
    const char *statement;
    struct sam_span data;
    const struct sam_db_piece *pieces; /* by rising `at`; borrowed, with their bytes, until done */
    size_t pieces_n;
};
/** Runs COPYs in order, as sam_db_run does calls; to be inside a transaction or alone. result->rows holds nothing. */
void sam_db_copy(struct sam_db *db, const struct sam_db_copy *copies, size_t n, uint32_t timeout_ms, sam_db_done done, void *context);
/** Begins the bytes of a COPY BINARY. */
void sam_db_copy_begin(struct sam_buf *buf);
/** Ends the bytes of a COPY BINARY. */
void sam_db_copy_end(struct sam_buf *buf);
/** Runs SQL text that is a linked file, e.g. a migration: several statements, no parameters. @param sql borrowed until done */
void sam_db_script(struct sam_db *db, struct sam_span sql, uint32_t timeout_ms, sam_db_done done, void *context);

/** @return the class of an SQLSTATE: 08 40 53 57 58 XX 25006 55P03 and SAM01 are SAM_TEMPORARY; 22 23 54 08P01 SAM_BAD_INPUT; SAM02
 * SAM_TOO_LARGE; SAM03 SAM_BAD_INPUT; 28 42501 SAM_DENIED; "00000" SAM_OK; the rest SAM_SYSTEM */
enum sam_code sam_db_sqlstate_code(const char *sqlstate);

/* ---- pool --------------------------------------------------------------------------------------------------------------- */

/**
 * Makes n connections that share a queue of runs. For reads of many callers.
 *
 * @param queue_max  runs that may wait, 1 or more
 * @return as sam_db_new
 */
enum sam_code sam_db_pool_new(struct sam_loop *loop, const struct sam_db_settings *settings, size_t n, size_t queue_max,
                              struct sam_db_pool **out, struct sam_err *err) SAM_MUST_USE;
/**
 * As sam_db_run, on the first connection that is free; calls are one transaction. Set the scope in it: {"api_scope", ...}, {"yours", ...}.
 * @return false when queue_max runs wait already: nothing was taken and done will not be called
 */
bool sam_db_pool_run(struct sam_db_pool *pool, const struct sam_db_call *calls, size_t n, uint32_t timeout_ms, sam_db_done done,
                     void *context) SAM_MUST_USE;
/** @return whether any connection is up; err as sam_db_up */
bool sam_db_pool_up(const struct sam_db_pool *pool, struct sam_err *err);
/** Closes all; runs that wait get SAM_TEMPORARY first. As sam_db_close. */
void sam_db_pool_close(struct sam_db_pool *pool, void (*closed)(void *context), void *context);

/* ---- rows ------------------------------------------------------------------------------------------------------------- */

/** @return number of rows; 0 when rows is NULL */
size_t sam_db_rows_n(const struct sam_db_rows *rows);
/** @return name of a column, borrowed from rows */
const char *sam_db_column_name(const struct sam_db_rows *rows, size_t column);
/** @return rows touched by INSERT, UPDATE, DELETE */
uint64_t sam_db_touched(const struct sam_db_rows *rows);
/** @return whether the value is null */
bool sam_db_is_null(const struct sam_db_rows *rows, size_t row, size_t column);
/** @return a smallint, integer, bigint or boolean (0, 1); 0 when null */
int64_t sam_db_get_int(const struct sam_db_rows *rows, size_t row, size_t column);
/** @return a real; 0 when null */
float sam_db_get_real(const struct sam_db_rows *rows, size_t row, size_t column);
/** @return UTC microseconds since 1970 of a timestamptz; 0 when null */
int64_t sam_db_get_time(const struct sam_db_rows *rows, size_t row, size_t column);
/** @return a text, json, name or bytea, borrowed from rows; absent when null */
struct sam_span sam_db_get_text(const struct sam_db_rows *rows, size_t row, size_t column);
/** Takes the rows of call i out of a result, to be kept after done; sam_db_rows_free() them. */
struct sam_db_rows *sam_db_rows_take(struct sam_db_result *result, size_t i);
/** @param rows may be NULL */
void sam_db_rows_free(struct sam_db_rows *rows);

#endif
