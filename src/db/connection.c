/*
 * Connection: the flow that dials, greets, runs one job after another, and dials again when the line is lost. See the drawing in db.h.
 */
#include "private.h"

#include <string.h>

#define PAUSE_MIN_MS 50U
#define ARENA_BYTES  (64U << 10)
#define IDLE_MS      3600000

enum { DOWN, DIALLING, GREETING, IDLE, RUNNING, OVER };

struct sam_db_settings sam_db_defaults(void)
{
    return (struct sam_db_settings){.connect_timeout_ms = 10000, .pause_max_ms = 5000};
}

static struct sam_db *db_of(struct sam_flow *flow)
{
    return SAM_OWNER(flow, struct sam_db, flow);
}

/* Milliseconds to a moment, 1 at least. */
static int64_t left_ms(int64_t until_us)
{
    int64_t ms = (until_us - sam_clock_mono_us() + 999) / 1000;
    return ms < 1 ? 1 : ms;
}

static bool job_late(const struct sam_db *db)
{
    return db->job.kind != DB_NO_JOB && sam_clock_mono_us() >= db->job.deadline_us;
}

/* Gives the line up for the reason in db->last, fails the job with it, sets the pause. */
static enum sam_next lost(struct sam_db *db)
{
    line_end(db);
    db->until_us = sam_clock_mono_us() + (int64_t)db->pause_ms * 1000;
    db->pause_ms = db->pause_ms * 2 > db->settings.pause_max_ms ? db->settings.pause_max_ms : db->pause_ms * 2;
    sam_flow_to(&db->flow, DOWN);
    if (db->job.kind != DB_NO_JOB) {
        if (db->job.result.code == SAM_OK) {
            db->job.err = db->last;
            db->job.result.code = db->last.code;
        }
        job_end(db);
    }
    return SAM_MORE;
}

static enum sam_next over(struct sam_db *db)
{
    if (sam_flow_at(&db->flow) == RUNNING)
        line_cancel(db);
    line_end(db);
    sam_flow_to(&db->flow, OVER);
    if (db->job.kind != DB_NO_JOB) {
        db->job.result.code = sam_fail(&db->job.err, SAM_TEMPORARY, "the connection is being closed");
        job_end(db);
    }
    return SAM_DONE;
}

/* The job's time is up while there is no line for it. */
static void drop_late_job(struct sam_db *db)
{
    if (!job_late(db))
        return;
    db->job.result.code = sam_fail(&db->job.err, SAM_TEMPORARY, "no connection to the database in time: %.200s", db->last.text);
    job_end(db);
}

/* Waits until a moment, or the job's deadline if that is earlier. */
static enum sam_next wait_until(struct sam_db *db, int64_t until_us)
{
    if (db->job.kind != DB_NO_JOB && db->job.deadline_us < until_us)
        until_us = db->job.deadline_us;
    return sam_flow_wait(&db->flow, left_ms(until_us));
}

static enum sam_next step_down(struct sam_flow *flow)
{
    struct sam_db *db = db_of(flow);
    if (db->closing)
        return over(db);
    drop_late_job(db);
    if (sam_clock_mono_us() < db->until_us)
        return wait_until(db, db->until_us);
    db->until_us = sam_clock_mono_us() + (int64_t)db->settings.connect_timeout_ms * 1000;
    sam_flow_to(flow, DIALLING);
    if (line_dial(db, &db->last) != SAM_OK)
        return lost(db);
    return wait_until(db, db->until_us);
}

/* What dialling and greeting share. Sets *next when the step is to end with it. */
static bool going_wrong(struct sam_db *db, enum sam_next *next)
{
    if (db->closing) {
        *next = over(db);
        return true;
    }
    drop_late_job(db);
    if (sam_clock_mono_us() < db->until_us)
        return false;
    (void)sam_fail(&db->last, SAM_TEMPORARY, "no answer while connecting for %u ms", db->settings.connect_timeout_ms);
    *next = lost(db);
    return true;
}

static enum sam_next step_dialling(struct sam_flow *flow)
{
    struct sam_db *db = db_of(flow);
    enum sam_next next = SAM_MORE;
    if (going_wrong(db, &next))
        return next;
    enum sam_code code = line_dialled(db, &db->last);
    if (code == SAM_NONE)
        return wait_until(db, db->until_us);
    if (code == SAM_OK)
        code = line_greet(db, &db->last);
    if (code != SAM_OK)
        return lost(db);
    sam_flow_to(flow, GREETING);
    return wait_until(db, db->until_us);
}

static enum sam_next step_greeting(struct sam_flow *flow)
{
    struct sam_db *db = db_of(flow);
    enum sam_next next = SAM_MORE;
    if (going_wrong(db, &next))
        return next;
    enum sam_code code = line_greeted(db, &db->last);
    if (code == SAM_NONE)
        return wait_until(db, db->until_us);
    if (code != SAM_OK)
        return lost(db);
    db->pause_ms = PAUSE_MIN_MS;
    db->lines++;
    sam_flow_to(flow, IDLE);
    if (db->settings.notified)
        db->settings.notified(db->settings.context);
    return SAM_MORE;
}

/* Takes the notifications that came; several are told once. */
static void tell_notified(struct sam_db *db)
{
    bool notified = false;
    for (PGnotify *notify = PQnotifies(db->pg); notify; notify = PQnotifies(db->pg)) {
        notified = true;
        PQfreemem(notify);
    }
    if (notified && db->settings.notified)
        db->settings.notified(db->settings.context);
}

static enum sam_next begin_job(struct sam_db *db)
{
    if (job_send(db)) {
        sam_flow_to(&db->flow, RUNNING);
        return SAM_MORE; /* the answer may have been read already: no event would tell of it */
    }
    if (db->job.result.code != SAM_OK) {
        job_end(db);
        return SAM_MORE;
    }
    (void)line_fail(db, SAM_TEMPORARY, "connection lost", &db->last);
    return lost(db);
}

static enum sam_next step_idle(struct sam_flow *flow)
{
    struct sam_db *db = db_of(flow);
    if (db->closing)
        return over(db);
    if (db->renew) {
        db->renew = false;
        line_end(db);
        db->until_us = 0;
        sam_flow_to(flow, DOWN);
        return SAM_MORE;
    }
    bool up = line_pump(db, false);
    (void)PQisBusy(db->pg); /* makes libpq read the messages it holds */
    if (!up || PQstatus(db->pg) == CONNECTION_BAD) {
        (void)line_fail(db, SAM_TEMPORARY, "connection lost", &db->last);
        return lost(db);
    }
    tell_notified(db);
    return db->job.kind != DB_NO_JOB ? begin_job(db) : sam_flow_wait(flow, IDLE_MS);
}

static enum sam_next step_running(struct sam_flow *flow)
{
    struct sam_db *db = db_of(flow);
    if (db->closing)
        return over(db);
    if (job_late(db)) {
        (void)sam_fail(&db->last, SAM_TEMPORARY, "no answer from the database in time");
        line_cancel(db);
        return lost(db);
    }
    bool up = line_pump(db, db->job.streaming);
    enum sam_code code = job_read(db); /* also when the line broke: what the server said before that is still to be read */
    if (code == SAM_TEMPORARY || (code == SAM_NONE && !up)) {
        (void)line_fail(db, SAM_TEMPORARY, "connection lost", &db->last);
        return lost(db);
    }
    if (code == SAM_NONE)
        return wait_until(db, db->job.deadline_us);
    if (strcmp(db->job.result.sqlstate, "25006") == 0) {
        db->last = db->job.err;
        return lost(db);
    }
    sam_flow_to(flow, IDLE);
    job_end(db);
    return SAM_MORE;
}

static enum sam_next step_over(struct sam_flow *flow)
{
    (void)flow;
    return SAM_DONE;
}

static const struct sam_step steps[] = {
    [DOWN] = {"down", step_down, SAM_TO(DIALLING) | SAM_TO(OVER)},
    [DIALLING] = {"dialling", step_dialling, SAM_TO(GREETING) | SAM_TO(DOWN) | SAM_TO(OVER)},
    [GREETING] = {"greeting", step_greeting, SAM_TO(IDLE) | SAM_TO(DOWN) | SAM_TO(OVER)},
    [IDLE] = {"idle", step_idle, SAM_TO(RUNNING) | SAM_TO(DOWN) | SAM_TO(OVER)},
    [RUNNING] = {"running", step_running, SAM_TO(IDLE) | SAM_TO(DOWN) | SAM_TO(OVER)},
    [OVER] = {"over", step_over, 0},
};

/* ---- from outside ---------------------------------------------------------------------------------------------------------- */

bool sam_db_up(const struct sam_db *db, struct sam_err *err)
{
    unsigned at = sam_flow_at(&db->flow);
    bool up = at == IDLE || at == RUNNING;
    if (!up && err)
        *err = db->last;
    return up;
}

uint64_t sam_db_lines(const struct sam_db *db)
{
    return db->lines;
}

void sam_db_renew(struct sam_db *db)
{
    SAM_MUST(db->job.kind == DB_NO_JOB);
    db->renew = sam_flow_at(&db->flow) == IDLE;
    sam_flow_wake(&db->flow);
}

/* Takes the job; the flow begins it when it is idle. */
static void take(struct sam_db *db, const struct db_job *job, uint32_t timeout_ms)
{
    SAM_MUST(db->job.kind == DB_NO_JOB && !db->closing && job->done && job->n >= 1 && job->n <= SAM_DB_CALLS);
    db->job = *job;
    db->job.deadline_us = sam_clock_mono_us() + (int64_t)timeout_ms * 1000;
    db->job.result = (struct sam_db_result){.code = SAM_OK, .failed = job->n, .rows = db->job.rows, .n = job->n};
    sam_flow_wake(&db->flow);
}

void sam_db_run(struct sam_db *db, const struct sam_db_call *calls, size_t n, uint32_t timeout_ms, sam_db_done done, void *context)
{
    struct db_job job = {.kind = DB_CALLS, .calls = calls, .n = n, .done = done, .context = context};
    take(db, &job, timeout_ms);
}

void sam_db_copy(struct sam_db *db, const struct sam_db_copy *copies, size_t n, uint32_t timeout_ms, sam_db_done done, void *context)
{
    struct db_job job = {.kind = DB_COPIES, .copies = copies, .n = n, .done = done, .context = context};
    take(db, &job, timeout_ms);
}

void sam_db_script(struct sam_db *db, struct sam_span sql, uint32_t timeout_ms, sam_db_done done, void *context)
{
    struct db_job job = {.kind = DB_SCRIPT, .sql = sql, .n = 1, .done = done, .context = context};
    take(db, &job, timeout_ms);
}

/* ---- birth and end --------------------------------------------------------------------------------------------------------- */

static enum sam_code copy_settings(struct sam_db *db, const struct sam_db_settings *from, struct sam_err *err)
{
    const char *const from_texts[] = {from->role, from->application, from->session, from->listen};
    const char **const to_texts[] = {&db->settings.role, &db->settings.application, &db->settings.session, &db->settings.listen};
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

/* What libpq itself would refuse is refused before the first dialling. A plain word is a database's name. */
enum sam_code sam_db_check(struct sam_span text, struct sam_err *err)
{
    char *message = NULL;
    if (memchr(text.at, 0, text.len))
        return sam_fail(err, SAM_BAD_INPUT, "the connection string holds a NUL");
    if (!memchr(text.at, '=', text.len) && !sam_span_starts(text, "postgres://") && !sam_span_starts(text, "postgresql://"))
        return SAM_OK;
    PQconninfoOption *options = PQconninfoParse(text.at, &message);
    enum sam_code code = SAM_OK;
    if (!options)
        code = sam_fail(err, SAM_BAD_INPUT, "the connection string is wrong: %.*s", SAM_ARG(sam_span_trim(sam_span_of(message))));
    PQconninfoFree(options);
    PQfreemem(message);
    return code;
}

static void on_ended(struct sam_flow *flow)
{
    struct sam_db *db = db_of(flow);
    void (*closed)(void *context) = db->closed;
    void *context = db->closed_context;
    sam_arena_free(db->arena);
    sam_free(db);
    if (closed)
        closed(context);
}

enum sam_code sam_db_new(struct sam_loop *loop, const struct sam_db_settings *settings, struct sam_db **out, struct sam_err *err)
{
    struct sam_db *db = sam_new(sizeof *db);
    if (!db)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a connection");
    db->loop = loop;
    db->pause_ms = PAUSE_MIN_MS;
    (void)sam_fail(&db->last, SAM_TEMPORARY, "not connected yet");
    db->arena = sam_arena_new(ARENA_BYTES);
    enum sam_code code = db->arena ? copy_settings(db, settings, err) : sam_fail(err, SAM_NO_MEMORY, "no memory for a connection");
    if (code == SAM_OK)
        code = sam_db_check(db->settings.connection, err);
    if (code == SAM_OK)
        code = sam_flow_start(&db->flow, loop, "db", steps, SAM_COUNT(steps), on_ended, err);
    if (code != SAM_OK) {
        sam_arena_free(db->arena);
        sam_free(db);
        return code;
    }
    *out = db;
    return SAM_OK;
}

void sam_db_close(struct sam_db *db, void (*closed)(void *context), void *context)
{
    if (!db) {
        if (closed)
            closed(context);
        return;
    }
    SAM_MUST(!db->closing);
    db->closing = true;
    db->closed = closed;
    db->closed_context = context;
    sam_flow_wake(&db->flow);
}
