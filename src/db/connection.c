/*
 * Connection: dials, greets, watches the socket, dials again after a pause, ends. Every callback of libuv only asks libpq how things are
 * (STYLE.md, section 5: a refusing host reports EBADF, the next socket may bear the same number), then steps the state it is in.
 */
#include "private.h"

#include <stdio.h>
#include <string.h>

#define PAUSE_MIN_MS    50U
#define ARENA_BYTES     (64U << 10)
#define CANCEL_BYTES    512U
#define GREETING_BYTES  1024U

/* Who may follow whom; any other move is a bug. */
static const struct {
    const char *name;
    unsigned next; /* bits of enum db_state */
} states[] = {
    [DB_DOWN] = {"down", 1U << DB_DIALLING | 1U << DB_CLOSING},
    [DB_DIALLING] = {"dialling", 1U << DB_GREETING | 1U << DB_DOWN | 1U << DB_CLOSING},
    [DB_GREETING] = {"greeting", 1U << DB_IDLE | 1U << DB_DOWN | 1U << DB_CLOSING},
    [DB_IDLE] = {"idle", 1U << DB_RUNNING | 1U << DB_COPYING | 1U << DB_DOWN | 1U << DB_CLOSING},
    [DB_RUNNING] = {"running", 1U << DB_IDLE | 1U << DB_DOWN | 1U << DB_CLOSING},
    [DB_COPYING] = {"copying", 1U << DB_IDLE | 1U << DB_DOWN | 1U << DB_CLOSING},
    [DB_CLOSING] = {"closing", 0},
};

static void dial(struct sam_db *db);

void db_move(struct sam_db *db, enum db_state to)
{
    SAM_MUST((states[db->state].next & 1U << to) != 0);
    db->state = to;
}

struct sam_db_settings sam_db_defaults(void)
{
    return (struct sam_db_settings){.connect_timeout_ms = 10000, .pause_max_ms = 5000};
}

/* ---- the socket ------------------------------------------------------------------------------------------------------ */

static void watch_closed(uv_handle_t *handle)
{
    struct db_watch *watch = handle->data;
    sam_arena_free(watch->arena);
}

static void watch_end(struct sam_db *db)
{
    if (!db->watch)
        return;
    db->watch->db = NULL;
    uv_close((uv_handle_t *)&db->watch->poll, watch_closed);
    db->watch = NULL;
}

static void on_poll(uv_poll_t *poll, int status, int events);

static bool watch_begin(struct sam_db *db, int socket)
{
    struct sam_arena *arena = sam_arena_new(sizeof(struct db_watch) + 64);
    struct db_watch *watch = arena ? sam_arena_alloc(arena, sizeof *watch) : NULL;
    if (!watch || uv_poll_init_socket(db->loop, &watch->poll, socket) != 0) {
        sam_arena_free(arena);
        return false;
    }
    watch->arena = arena;
    watch->db = db;
    watch->socket = socket;
    watch->poll.data = watch;
    db->watch = watch;
    return true;
}

/* Watches libpq's present socket for events; again also when nothing seems to have changed, if asked. */
static bool watch_for(struct sam_db *db, int events, bool again)
{
    int socket = PQsocket(db->pg);
    if (db->watch && (db->watch->socket != socket || socket < 0))
        watch_end(db);
    if (socket < 0 || (!db->watch && !watch_begin(db, socket)))
        return false;
    if (!again && db->watch->events == events)
        return true;
    db->watch->events = events;
    return uv_poll_start(&db->watch->poll, events, on_poll) == 0;
}

void db_watch_line(struct sam_db *db, bool writing)
{
    if (!watch_for(db, UV_READABLE | (writing ? UV_WRITABLE : 0), false))
        db_lost_soon(db, "the socket cannot be watched");
}

/* ---- up and down -------------------------------------------------------------------------------------------------------- */

/* libpq's message as one line without its end. */
static void line_message(struct sam_db *db, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", db->pg ? PQerrorMessage(db->pg) : "");
    size_t len = strlen(out);
    while (len > 0 && (out[len - 1] == '\n' || out[len - 1] == ' '))
        out[--len] = 0;
    for (size_t i = 0; i < len; i++)
        out[i] = out[i] == '\n' || out[i] == '\t' ? ' ' : out[i];
}

static void line_end(struct sam_db *db)
{
    watch_end(db);
    PQfinish(db->pg);
    db->pg = NULL;
    memset(db->prepared, 0, sizeof db->prepared);
}

static void on_pause_over(uv_timer_t *timer)
{
    struct sam_db *db = timer->data;
    if (db->state == DB_DOWN)
        dial(db);
}

void db_lost(struct sam_db *db, enum sam_code code, const char *what)
{
    char message[300];
    line_message(db, message, sizeof message);
    if (message[0])
        (void)sam_fail(&db->last, code, "%s: %s", what, message);
    else
        (void)sam_fail(&db->last, code, "%s", what);
    line_end(db);
    db->lost_soon = false;
    db_move(db, DB_DOWN);
    (void)uv_timer_start(&db->line_timer, on_pause_over, db->pause_ms, 0);
    db->pause_ms = db->pause_ms * 2 > db->settings.pause_max_ms ? db->settings.pause_max_ms : db->pause_ms * 2;
    if (db->job.kind != DB_NO_JOB) {
        if (db->job.result.code == SAM_OK) {
            db->job.err = db->last;
            db->job.result.code = db->last.code;
        }
        db_job_end(db);
    }
}

static void on_soon(uv_timer_t *timer)
{
    struct sam_db *db = timer->data;
    if (db->lost_soon)
        db_lost(db, SAM_TEMPORARY, "connection lost");
    else if (db->job.kind != DB_NO_JOB && db->job.result.code != SAM_OK && db->state != DB_RUNNING && db->state != DB_COPYING)
        db_job_end(db);
}

void db_soon(struct sam_db *db)
{
    (void)uv_timer_start(&db->soon_timer, on_soon, 0, 0);
}

void db_lost_soon(struct sam_db *db, const char *what)
{
    (void)sam_fail(&db->last, SAM_TEMPORARY, "%s", what);
    db->lost_soon = true;
    db_soon(db);
}

/* ---- greeting ------------------------------------------------------------------------------------------------------------- */

/* One simple query that sets what every session needs. Names are quoted by libpq. */
static bool greet(struct sam_db *db)
{
    char text[GREETING_BYTES];
    int len = snprintf(text, sizeof text, "set timezone = 'UTC'; set search_path = pg_catalog; set jit = off; set client_min_messages = warning");
    const struct {
        const char *verb, *name;
    } more[] = {{"; set role ", db->settings.role}, {"; listen ", db->settings.listen}};
    for (size_t i = 0; i < SAM_COUNT(more); i++) {
        if (!more[i].name)
            continue;
        char *quoted = PQescapeIdentifier(db->pg, more[i].name, strlen(more[i].name));
        if (!quoted)
            return false;
        len += snprintf(text + len, sizeof text - (size_t)len, "%s%s", more[i].verb, quoted);
        PQfreemem(quoted);
    }
    return len > 0 && (size_t)len < sizeof text && PQsendQuery(db->pg, text) == 1 && PQflush(db->pg) >= 0;
}

/* Reads the greeting's results. The first refusal is the reason why this line is no use. */
static void greeting_step(struct sam_db *db)
{
    while (!PQisBusy(db->pg)) {
        PGresult *result = PQgetResult(db->pg);
        if (!result) {
            (void)uv_timer_stop(&db->line_timer);
            db->pause_ms = PAUSE_MIN_MS;
            db_move(db, DB_IDLE);
            if (db->settings.notified)
                db->settings.notified(db->settings.context);
            if (db->state == DB_IDLE && db->job.kind != DB_NO_JOB)
                db_job_start(db);
            return;
        }
        ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_FATAL_ERROR) {
            db_lost(db, SAM_TEMPORARY, "the session cannot be set up");
            return;
        }
    }
}

static void no_notice(void *context, const PGresult *result)
{
    (void)context;
    (void)result;
}

static void dial_step(struct sam_db *db)
{
    PostgresPollingStatusType poll = PQconnectPoll(db->pg);
    if (poll == PGRES_POLLING_FAILED) {
        db_lost(db, SAM_TEMPORARY, "cannot connect");
    } else if (poll == PGRES_POLLING_OK) {
        if (PQsetnonblocking(db->pg, 1) != 0 || !greet(db) || !watch_for(db, UV_READABLE | UV_WRITABLE, true)) {
            db_lost(db, SAM_TEMPORARY, "the session cannot be set up");
            return;
        }
        db_move(db, DB_GREETING);
    } else if (!watch_for(db, poll == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE, true)) {
        db_lost(db, SAM_TEMPORARY, "the socket cannot be watched");
    }
}

static void on_dial_late(uv_timer_t *timer)
{
    struct sam_db *db = timer->data;
    if (db->state == DB_DIALLING || db->state == DB_GREETING)
        db_lost(db, SAM_TEMPORARY, "no answer while connecting");
}

static void dial(struct sam_db *db)
{
    char *connection = (char *)(uintptr_t)db->settings.connection.at;
    const char *const keys[] = {"dbname", "fallback_application_name", "client_encoding", NULL};
    const char *const values[] = {connection, db->settings.application, "UTF8", NULL};
    db_move(db, DB_DIALLING);
    (void)uv_timer_start(&db->line_timer, on_dial_late, db->settings.connect_timeout_ms, 0);
    db->pg = PQconnectStartParams(keys, values, 1);
    if (!db->pg || PQstatus(db->pg) == CONNECTION_BAD || !watch_for(db, UV_WRITABLE, true)) {
        db_lost(db, SAM_TEMPORARY, "cannot connect");
        return;
    }
    (void)PQsetNoticeReceiver(db->pg, no_notice, NULL);
}

/* ---- events ----------------------------------------------------------------------------------------------------------------- */

static void idle_step(struct sam_db *db)
{
    (void)PQisBusy(db->pg); /* makes libpq read the messages it holds */
    bool notified = false;
    for (PGnotify *notify = PQnotifies(db->pg); notify; notify = PQnotifies(db->pg)) {
        notified = true;
        PQfreemem(notify);
    }
    if (PQstatus(db->pg) == CONNECTION_BAD)
        db_lost(db, SAM_TEMPORARY, "connection lost");
    else if (notified && db->settings.notified)
        db->settings.notified(db->settings.context);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status; /* whatever libuv says, libpq knows better */
    (void)events;
    struct sam_db *db = ((struct db_watch *)poll->data)->db;
    if (!db || db->lost_soon)
        return;
    if (db->state == DB_DIALLING) {
        dial_step(db);
        return;
    }
    int flushed = PQconsumeInput(db->pg) == 1 ? PQflush(db->pg) : -1;
    if (flushed < 0 && db->state != DB_RUNNING && db->state != DB_COPYING) {
        db_lost(db, SAM_TEMPORARY, "connection lost");
        return;
    }
    if (flushed >= 0)
        db_watch_line(db, flushed == 1 || db->job.streaming);
    switch (db->state) {
    case DB_GREETING:
        greeting_step(db);
        break;
    case DB_IDLE:
        idle_step(db);
        break;
    case DB_RUNNING:
    case DB_COPYING:
        db_job_step(db); /* also when the line broke: what the server said before is still to be read */
        break;
    case DB_DOWN:
    case DB_DIALLING:
    case DB_CLOSING:
        break;
    }
}

bool sam_db_up(const struct sam_db *db, struct sam_err *err)
{
    bool up = db->state == DB_IDLE || db->state == DB_RUNNING || db->state == DB_COPYING;
    if (!up && err)
        *err = db->last;
    return up;
}

void sam_db_renew(struct sam_db *db)
{
    SAM_MUST(db->job.kind == DB_NO_JOB);
    if (db->state != DB_IDLE)
        return;
    line_end(db);
    db_move(db, DB_DOWN);
    (void)uv_timer_start(&db->line_timer, on_pause_over, 0, 0);
}

/* ---- birth and end --------------------------------------------------------------------------------------------------------- */

static enum sam_code copy_settings(struct sam_db *db, const struct sam_db_settings *from, struct sam_err *err)
{
    const char *const from_texts[] = {from->role, from->application, from->listen};
    const char **const to_texts[] = {&db->settings.role, &db->settings.application, &db->settings.listen};
    db->settings = *from;
    struct sam_span copy = from->connection.at ? from->connection : SAM_SPAN("");
    enum sam_code code = sam_arena_span(db->arena, copy, &copy, err);
    db->settings.connection = copy;
    for (size_t i = 0; code == SAM_OK && i < SAM_COUNT(from_texts); i++) {
        struct sam_span text = SAM_NO_SPAN;
        if (from_texts[i])
            code = sam_arena_span(db->arena, sam_span_of(from_texts[i]), &text, err);
        *to_texts[i] = text.at;
    }
    return code;
}

static enum sam_code check_connection(const struct sam_db *db, struct sam_err *err)
{
    char *message = NULL;
    struct sam_span text = db->settings.connection;
    if (memchr(text.at, 0, text.len))
        return sam_fail(err, SAM_BAD_INPUT, "the connection string holds a NUL");
    bool looks_like_options = memchr(text.at, '=', text.len) || sam_span_starts(text, "postgres");
    PQconninfoOption *options = looks_like_options ? PQconninfoParse(text.at, &message) : NULL;
    enum sam_code code = SAM_OK;
    if (looks_like_options && !options)
        code = sam_fail(err, SAM_BAD_INPUT, "the connection string is wrong: %.*s", SAM_ARG(sam_span_trim(sam_span_of(message))));
    PQconninfoFree(options);
    PQfreemem(message);
    return code;
}

enum sam_code sam_db_new(struct uv_loop_s *loop, const struct sam_db_settings *settings, struct sam_db **out, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(ARENA_BYTES);
    struct sam_db *db = arena ? sam_arena_alloc(arena, sizeof *db) : NULL;
    if (!db) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a connection");
    }
    db->arena = arena;
    db->loop = loop;
    db->pause_ms = PAUSE_MIN_MS;
    enum sam_code code = copy_settings(db, settings, err);
    if (code == SAM_OK)
        code = check_connection(db, err);
    if (code != SAM_OK) {
        sam_arena_free(arena);
        return code;
    }
    (void)sam_fail(&db->last, SAM_TEMPORARY, "not connected yet");
    uv_timer_t *const timers[] = {&db->line_timer, &db->job_timer, &db->soon_timer};
    for (size_t i = 0; i < SAM_COUNT(timers); i++) {
        SAM_MUST(uv_timer_init(loop, timers[i]) == 0);
        timers[i]->data = db;
    }
    (void)uv_timer_start(&db->line_timer, on_pause_over, 0, 0);
    *out = db;
    return SAM_OK;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct sam_db *db = handle->data;
    if (--db->closing_handles > 0)
        return;
    void (*closed)(void *context) = db->closed;
    void *context = db->closed_context;
    sam_arena_free(db->arena);
    if (closed)
        closed(context);
}

void sam_db_close(struct sam_db *db, void (*closed)(void *context), void *context)
{
    if (!db) {
        if (closed)
            closed(context);
        return;
    }
    SAM_MUST(db->state != DB_CLOSING);
    if (db->state == DB_RUNNING || db->state == DB_COPYING)
        db_cancel(db);
    line_end(db);
    db_move(db, DB_CLOSING);
    db->closed = closed;
    db->closed_context = context;
    if (db->job.kind != DB_NO_JOB) {
        db->job.result.code = sam_fail(&db->job.err, SAM_TEMPORARY, "the connection is being closed");
        db_job_end(db);
    }
    uv_handle_t *const handles[] = {(uv_handle_t *)&db->line_timer, (uv_handle_t *)&db->job_timer, (uv_handle_t *)&db->soon_timer};
    db->closing_handles = (int)SAM_COUNT(handles);
    for (size_t i = 0; i < SAM_COUNT(handles); i++)
        uv_close(handles[i], on_handle_closed);
}
