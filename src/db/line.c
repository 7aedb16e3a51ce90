/*
 * Line: one dialled connection: its socket and the poll on it, greeting, cancelling, end. What libuv says of the socket counts for nothing,
 * libpq is asked (STYLE.md, section 5: a refusing host reports EBADF, and the next host's socket may bear the same number).
 */
#include "private.h"

#include <stdio.h>
#include <string.h>

#define GREETING_BYTES 1024U
/* A line that the network cut without a word: after a minute the server ends it and what it held (rows, locks) is free. Not over a Unix
 * socket. */
#define GIVE_UP "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set tcp_user_timeout = 60000"

static void on_ready(void *data, bool readable, bool writable)
{
    (void)readable;
    (void)writable;
    sam_flow_wake(&((struct sam_db *)data)->flow);
}

/* Watches libpq's present socket; anew also when the number is the same, if asked. */
static enum sam_code watch(struct sam_db *db, bool reading, bool writing, bool anew, struct sam_err *err)
{
    int socket = PQsocket(db->pg);
    if (socket < 0)
        return sam_fail(err, SAM_TEMPORARY, "the connection has no socket");
    if (db->poll && db->socket != socket) {
        sam_poll_free(db->poll);
        db->poll = NULL;
    }
    if (!db->poll) {
        enum sam_code code = sam_poll_new(db->loop, socket, on_ready, db, &db->poll, err);
        if (code != SAM_OK)
            return code;
        db->socket = socket;
        anew = true;
    }
    if (!anew && db->reading == reading && db->writing == writing)
        return SAM_OK;
    db->reading = reading;
    db->writing = writing;
    return sam_poll_want(db->poll, reading, writing, err);
}

enum sam_code line_fail(struct sam_db *db, enum sam_code code, const char *what, struct sam_err *err)
{
    char message[300];
    struct sam_span text = sam_span_trim(sam_span_of(db->pg ? PQerrorMessage(db->pg) : ""));
    (void)snprintf(message, sizeof message, "%.*s", (int)(text.len < sizeof message ? text.len : sizeof message - 1), text.at);
    for (char *c = message; *c; c++)
        *c = *c == '\n' || *c == '\t' ? ' ' : *c;
    return message[0] ? sam_fail(err, code, "%s: %s", what, message) : sam_fail(err, code, "%s", what);
}

static void no_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

enum sam_code line_dial(struct sam_db *db, struct sam_err *err)
{
    const char *const keys[] = {"dbname", "fallback_application_name", "client_encoding", NULL};
    const char *const values[] = {db->settings.connection.at, db->settings.application, "UTF8", NULL};
    db->pg = PQconnectStartParams(keys, values, 1);
    if (!db->pg)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a connection");
    (void)PQsetNoticeReceiver(db->pg, no_notice, NULL);
    if (PQstatus(db->pg) == CONNECTION_BAD)
        return line_fail(db, SAM_TEMPORARY, "cannot connect", err);
    return watch(db, false, true, true, err);
}

enum sam_code line_dialled(struct sam_db *db, struct sam_err *err)
{
    PostgresPollingStatusType poll = PQconnectPoll(db->pg);
    if (poll == PGRES_POLLING_FAILED)
        return line_fail(db, SAM_TEMPORARY, "cannot connect", err);
    if (poll == PGRES_POLLING_OK)
        return SAM_OK;
    enum sam_code code = watch(db, poll == PGRES_POLLING_READING, poll != PGRES_POLLING_READING, true, err);
    return code == SAM_OK ? SAM_NONE : code;
}

enum sam_code line_greet(struct sam_db *db, struct sam_err *err)
{
    char text[GREETING_BYTES];
    int len =
        snprintf(text, sizeof text,
                 "set timezone = 'UTC'; set search_path = pg_catalog; set jit = off; set client_min_messages = warning; " GIVE_UP "%s%s",
                 db->settings.session ? "; " : "", db->settings.session ? db->settings.session : "");
    SAM_MUST(len > 0 && (size_t)len < sizeof text);
    const struct {
        const char *verb, *name;
    } more[] = {{"; set role ", db->settings.role}, {"; listen ", db->settings.listen}};
    for (size_t i = 0; i < SAM_COUNT(more); i++) {
        char *quoted = more[i].name ? PQescapeIdentifier(db->pg, more[i].name, strlen(more[i].name)) : NULL;
        if (more[i].name && !quoted)
            return line_fail(db, SAM_TEMPORARY, "the session cannot be set up", err);
        if (quoted)
            len += snprintf(text + len, sizeof text - (size_t)len, "%s%s", more[i].verb, quoted);
        PQfreemem(quoted);
        SAM_MUST((size_t)len < sizeof text);
    }
    if (PQsetnonblocking(db->pg, 1) != 0 || PQsendQuery(db->pg, text) != 1 || PQflush(db->pg) < 0)
        return line_fail(db, SAM_TEMPORARY, "the session cannot be set up", err);
    return watch(db, true, true, true, err);
}

enum sam_code line_greeted(struct sam_db *db, struct sam_err *err)
{
    if (!line_pump(db, false))
        return line_fail(db, SAM_TEMPORARY, "the session cannot be set up", err);
    while (!PQisBusy(db->pg)) {
        PGresult *result = PQgetResult(db->pg);
        if (!result)
            return PQstatus(db->pg) == CONNECTION_OK ? SAM_OK : line_fail(db, SAM_TEMPORARY, "connection lost", err);
        ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_FATAL_ERROR)
            return line_fail(db, SAM_TEMPORARY, "the session cannot be set up", err);
    }
    return SAM_NONE;
}

bool line_pump(struct sam_db *db, bool more_to_write)
{
    struct sam_err err;
    int flushed = PQconsumeInput(db->pg) == 1 ? PQflush(db->pg) : -1;
    return flushed >= 0 && watch(db, true, flushed == 1 || more_to_write, false, &err) == SAM_OK;
}

void line_end(struct sam_db *db)
{
    sam_poll_free(db->poll);
    db->poll = NULL;
    PQfinish(db->pg);
    db->pg = NULL;
    memset(db->prepared, 0, sizeof db->prepared);
}

/* ---- cancelling: PQcancel blocks, so another thread does it; it needs nothing of the connection, which may be gone by then ------------
 */

static void cancel_run(void *cancel)
{
    char message[256];
    (void)PQcancel(cancel, message, sizeof message);
}

static void cancel_done(void *cancel)
{
    PQfreeCancel(cancel);
}

void line_cancel(struct sam_db *db)
{
    struct sam_err err;
    PGcancel *cancel = PQgetCancel(db->pg);
    if (cancel && sam_work_start(db->loop, cancel_run, cancel_done, cancel, &err) != SAM_OK)
        PQfreeCancel(cancel);
}
