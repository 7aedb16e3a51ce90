/*
 * Private to db: the connection as a flow, and the one job it may have. connection.c is the flow; line.c dials, greets and watches the
 * socket; job.c sends and reads a job.
 */
#ifndef SAMTALE_DB_PRIVATE_H
#define SAMTALE_DB_PRIVATE_H

#include "samtale/db.h"

#include <libpq-fe.h>

/** Most linked files; each statement among them has a bit in sam_db.prepared. */
#define STATEMENTS_MAX 1024

enum db_job_kind { DB_NO_JOB, DB_CALLS, DB_COPIES, DB_SCRIPT };

/** How far a COPY was given to libpq: bytes of data, pieces, bytes of the piece that is next. */
struct db_place {
    size_t data, piece, in_piece;
};

/** What the connection was asked to do. */
struct db_job {
    enum db_job_kind kind;
    const struct sam_db_call *calls;
    const struct sam_db_copy *copies;
    size_t n;
    struct sam_span sql;
    sam_db_done done;
    void *context;
    int64_t deadline_us;        /* of the steady clock */
    size_t at;                  /* call or copy whose results are read */
    struct db_place sent;       /* of copies[at] */
    bool preparing;             /* the result awaited is that of the PREPARE before calls[at] */
    bool streaming;             /* the server takes bytes of copies[at] */
    bool prepare[SAM_DB_CALLS]; /* a PREPARE was sent before the call */
    struct sam_db_rows *rows[SAM_DB_CALLS];
    struct sam_db_result result;
    struct sam_err err;
};

struct sam_db {
    struct sam_arena *arena; /* of the settings' texts */
    struct sam_loop *loop;
    struct sam_flow flow;
    struct sam_db_settings settings;
    PGconn *pg;            /* NULL while down */
    struct sam_poll *poll; /* of socket */
    int socket;
    bool reading, writing;                /* what poll is asked for */
    uint8_t prepared[STATEMENTS_MAX / 8]; /* on this line */
    uint32_t pause_ms;                    /* before the next dialling */
    uint64_t lines;                       /* greeted so far */
    int64_t until_us;                     /* end of the pause or of dialling, steady clock */
    bool renew, closing;                  /* asked for from outside */
    struct db_job job;
    struct sam_err last; /* why it is not up */
    void (*closed)(void *context);
    void *closed_context;
};

/* line.c */
/** Begins to dial. @return SAM_OK or why not */
enum sam_code line_dial(struct sam_db *db, struct sam_err *err);
/** Asks libpq how the dialling is. @return SAM_OK when connected, SAM_NONE to be waited for, else why not */
enum sam_code line_dialled(struct sam_db *db, struct sam_err *err);
/** Sends what every session needs: role, settings, LISTEN. */
enum sam_code line_greet(struct sam_db *db, struct sam_err *err);
/** Reads the answers to the greeting. @return SAM_OK when all is set, SAM_NONE to be waited for, else why not */
enum sam_code line_greeted(struct sam_db *db, struct sam_err *err);
/** Reads what came and sends what waits; asks poll for what is needed next. @return false when the line broke */
bool line_pump(struct sam_db *db, bool more_to_write);
/** Ends the line: socket, poll, what was prepared. */
void line_end(struct sam_db *db);
/** Fails err with what and libpq's message in one line. @return code */
enum sam_code line_fail(struct sam_db *db, enum sam_code code, const char *what, struct sam_err *err);
/** Asks the server, from another thread, to stop what this line runs. */
void line_cancel(struct sam_db *db);

/* job.c */
/** Sends the job. @return false when it cannot be sent: the job has failed, or the line broke (job.result.code is SAM_OK then) */
bool job_send(struct sam_db *db);
/** Reads what came. @return SAM_OK when the job is whole (its result says how), SAM_NONE to be waited for, SAM_TEMPORARY when the line
 * broke */
enum sam_code job_read(struct sam_db *db);
/** Calls done with the job's result; the connection is free for the next job then. */
void job_end(struct sam_db *db);

/* statement.c */
/** @return the index and text of a statement; a missing one is a bug */
size_t db_statement(const char *name, struct sam_span *sql);

#endif
