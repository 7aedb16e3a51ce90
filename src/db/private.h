/*
 * Private to db: the connection as a flow, and the one job it may have. connection.c dials, watches and ends it; job.c runs its jobs.
 */
#ifndef SAMTALE_DB_PRIVATE_H
#define SAMTALE_DB_PRIVATE_H

#include "samtale/db.h"

#include <libpq-fe.h>
#include <uv.h>

/** Most linked statements; each has a bit in line.prepared. */
#define STATEMENTS_MAX 1024

enum db_state {
    DB_DOWN,     /* no line; the pause runs */
    DB_DIALLING, /* PQconnectPoll */
    DB_GREETING, /* role, settings and LISTEN are set */
    DB_IDLE,
    DB_RUNNING,  /* a pipeline of calls */
    DB_COPYING,  /* simple statements with COPY data */
    DB_CLOSING   /* handles are closing; the end */
};

/** Watches one socket. Lives in an arena of its own, since libuv holds the handle until its close callback. */
struct db_watch {
    struct sam_arena *arena;
    struct sam_db *db; /* NULL once given up */
    uv_poll_t poll;
    int socket, events;
};

enum db_job_kind { DB_NO_JOB, DB_CALLS, DB_COPIES, DB_SCRIPT };

/** What the connection was asked to do. */
struct db_job {
    enum db_job_kind kind;
    const struct sam_db_call *calls;
    const struct sam_db_copy *copies;
    size_t n;
    struct sam_span sql;
    sam_db_done done;
    void *context;
    size_t at;      /* call or copy whose results are read */
    size_t sent;    /* bytes of copies[at] given to libpq */
    bool preparing; /* the result awaited is that of the PREPARE before calls[at] */
    bool streaming; /* the server takes bytes of copies[at] */
    bool prepare[SAM_DB_CALLS]; /* a PREPARE was sent before the call */
    struct sam_db_rows *rows[SAM_DB_CALLS];
    struct sam_db_result result;
    struct sam_err err;
};

struct sam_db {
    struct sam_arena *arena; /* everything of the connection, itself too */
    uv_loop_t *loop;
    struct sam_db_settings settings;
    enum db_state state;
    PGconn *pg;
    struct db_watch *watch;
    uint8_t prepared[STATEMENTS_MAX / 8]; /* on this line */
    uv_timer_t line_timer; /* dialling takes too long; the pause is over */
    uv_timer_t job_timer;  /* the job's deadline */
    uv_timer_t soon_timer; /* a failed job's done, outside the call that began it */
    uint32_t pause_ms;
    bool notified;         /* a notification is to be delivered */
    bool lost_soon;        /* the line broke inside a call from outside; handled by soon_timer */
    struct db_job job;
    struct sam_err last;   /* why it is not up */
    int closing_handles;
    void (*closed)(void *context);
    void *closed_context;
};

/* connection.c */
/** Moves to a state; stops the process when the table does not allow it. */
void db_move(struct sam_db *db, enum db_state to);
/** Watches the line's socket for reading, and for writing too when libpq holds bytes. */
void db_watch_line(struct sam_db *db, bool writing);
/** Gives the line up, fails the job with db->last, begins the pause. code and text as sam_fail. */
void db_lost(struct sam_db *db, enum sam_code code, const char *what);
/** Has soon_timer end the job that failed, or give up the line that broke, outside the call that began it. */
void db_soon(struct sam_db *db);
/** As db_lost, but from soon_timer. */
void db_lost_soon(struct sam_db *db, const char *what);

/* job.c */
/** Sends the job on an idle line. */
void db_job_start(struct sam_db *db);
/** Reads what came for the running job; ends it when it is whole. The last thing a callback does. */
void db_job_step(struct sam_db *db);
/** Ends the job with its result and calls done; the last thing a callback does. */
void db_job_end(struct sam_db *db);
/** Asks the server, from another thread, to stop what this line runs. */
void db_cancel(struct sam_db *db);
/** Notes the first failure of the job. result may be NULL: then the line's message is taken. */
void db_job_fail(struct sam_db *db, const PGresult *result);

/* statement.c */
/** @return the index and text of a statement; a missing one is a bug */
size_t db_statement(const char *name, struct sam_span *sql);

#endif
