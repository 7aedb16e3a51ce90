/*
 * Job: what a connection does between two idle moments: a pipeline of calls, or simple statements with COPY data. Results are read in
 * the order in which things were sent; the first failure is the job's. done is called once, last, when the connection is idle again or lost.
 */
#include "private.h"

#include <stdio.h>
#include <string.h>

#define COPY_CHUNK_BYTES (64U << 10)
#define JOB_TEXT_BYTES   (256U << 10)

/* ---- cancelling ------------------------------------------------------------------------------------------------------------- */

/* PQcancel blocks, so another thread does it; it needs nothing of the connection, which may be gone by then. */
struct cancelling {
    struct sam_arena *arena;
    PGcancel *cancel;
    uv_work_t work;
};

static void cancel_work(uv_work_t *work)
{
    char message[256];
    (void)PQcancel(((struct cancelling *)work->data)->cancel, message, sizeof message);
}

static void cancel_done(uv_work_t *work, int status)
{
    (void)status;
    struct cancelling *cancelling = work->data;
    PQfreeCancel(cancelling->cancel);
    sam_arena_free(cancelling->arena);
}

void db_cancel(struct sam_db *db)
{
    struct sam_arena *arena = sam_arena_new(sizeof(struct cancelling) + 64);
    struct cancelling *cancelling = arena ? sam_arena_alloc(arena, sizeof *cancelling) : NULL;
    PGcancel *cancel = cancelling ? PQgetCancel(db->pg) : NULL;
    if (!cancel) {
        sam_arena_free(arena);
        return;
    }
    *cancelling = (struct cancelling){.arena = arena, .cancel = cancel, .work.data = cancelling};
    if (uv_queue_work(db->loop, &cancelling->work, cancel_work, cancel_done) != 0)
        cancel_done(&cancelling->work, 0);
}

/* ---- beginning -------------------------------------------------------------------------------------------------------------- */

static void on_job_late(uv_timer_t *timer)
{
    struct sam_db *db = timer->data;
    if (db->job.kind == DB_NO_JOB)
        return;
    db->job.result.code = sam_fail(&db->job.err, SAM_TEMPORARY, "no answer from the database in time");
    if (db->state == DB_RUNNING || db->state == DB_COPYING) {
        db_cancel(db);
        db_lost(db, SAM_TEMPORARY, "no answer from the database in time");
        return;
    }
    db_job_end(db);
}

/* Takes the job. It starts now, or when the dialling under way is done; while the pause runs too. */
static void take(struct sam_db *db, enum db_job_kind kind, size_t n, uint32_t timeout_ms, sam_db_done done, void *context)
{
    struct db_job *job = &db->job;
    SAM_MUST(job->kind == DB_NO_JOB && db->state != DB_CLOSING && done && n >= 1 && n <= SAM_DB_CALLS);
    *job = (struct db_job){.kind = kind, .n = n, .done = done, .context = context};
    job->result = (struct sam_db_result){.code = SAM_OK, .failed = n, .rows = job->rows, .n = n};
    (void)uv_timer_start(&db->job_timer, on_job_late, timeout_ms, 0);
}

void sam_db_run(struct sam_db *db, const struct sam_db_call *calls, size_t n, uint32_t timeout_ms, sam_db_done done, void *context)
{
    take(db, DB_CALLS, n, timeout_ms, done, context);
    db->job.calls = calls;
    if (db->state == DB_IDLE && !db->lost_soon)
        db_job_start(db);
}

void sam_db_copy(struct sam_db *db, const struct sam_db_copy *copies, size_t n, uint32_t timeout_ms, sam_db_done done, void *context)
{
    take(db, DB_COPIES, n, timeout_ms, done, context);
    db->job.copies = copies;
    if (db->state == DB_IDLE && !db->lost_soon)
        db_job_start(db);
}

void sam_db_script(struct sam_db *db, struct sam_span sql, uint32_t timeout_ms, sam_db_done done, void *context)
{
    take(db, DB_SCRIPT, 1, timeout_ms, done, context);
    db->job.sql = sql;
    if (db->state == DB_IDLE && !db->lost_soon)
        db_job_start(db);
}

/* ---- sending ---------------------------------------------------------------------------------------------------------------- */

static bool is_prepared(const struct sam_db *db, size_t i)
{
    return (db->prepared[i / 8] >> (i % 8) & 1) != 0;
}

/* Sends one call, and its PREPARE before it where this line (or an earlier call of the job) has not sent it. */
static bool send_call(struct sam_db *db, size_t i)
{
    const struct sam_db_call *call = &db->job.calls[i];
    struct sam_span sql;
    size_t statement = db_statement(call->statement, &sql);
    const char *values[SAM_DB_PARAMS];
    int lengths[SAM_DB_PARAMS], formats[SAM_DB_PARAMS];
    SAM_MUST(call->params_n <= SAM_DB_PARAMS);
    for (size_t p = 0; p < call->params_n; p++) {
        const struct sam_db_param *param = &call->params[p];
        values[p] = param->len < 0 ? NULL : param->at ? param->at : param->own;
        lengths[p] = param->len < 0 ? 0 : param->len;
        formats[p] = 1;
    }
    db->job.prepare[i] = !is_prepared(db, statement);
    if (db->job.prepare[i]) {
        if (PQsendPrepare(db->pg, call->statement, sql.at, 0, NULL) != 1)
            return false;
        db->prepared[statement / 8] |= (uint8_t)(1U << (statement % 8));
    }
    return PQsendQueryPrepared(db->pg, call->statement, (int)call->params_n, values, lengths, formats, 1) == 1;
}

static bool params_made(const struct db_job *job)
{
    for (size_t i = 0; i < job->n; i++)
        for (size_t p = 0; p < job->calls[i].params_n; p++)
            if (job->calls[i].params[p].len == -2)
                return false;
    return true;
}

static bool send_calls(struct sam_db *db)
{
    bool sent = PQenterPipelineMode(db->pg) == 1;
    for (size_t i = 0; sent && i < db->job.n; i++)
        sent = send_call(db, i);
    db->job.preparing = db->job.prepare[0];
    return sent && PQpipelineSync(db->pg) == 1;
}

/* The texts of all COPY statements, one after another, as one simple query: the server asks for the bytes of each in turn. */
static bool send_copies(struct sam_db *db)
{
    struct sam_buf text = sam_buf_of(JOB_TEXT_BYTES);
    for (size_t i = 0; i < db->job.n; i++) {
        struct sam_span sql;
        (void)db_statement(db->job.copies[i].statement, &sql);
        sam_buf_span(&text, sql);
        sam_buf_text(&text, ";");
    }
    sam_buf_add(&text, "", 1);
    bool sent = !text.failed && PQsendQuery(db->pg, text.at) == 1;
    sam_buf_free(&text);
    return sent;
}

void db_job_start(struct sam_db *db)
{
    struct db_job *job = &db->job;
    if (job->result.code == SAM_OK && job->kind == DB_CALLS && !params_made(job))
        job->result.code = sam_fail(&job->err, SAM_NO_MEMORY, "no memory for the parameters of %s", job->calls[0].statement);
    if (job->result.code != SAM_OK) {
        db_soon(db);
        return;
    }
    db_move(db, job->kind == DB_CALLS ? DB_RUNNING : DB_COPYING);
    bool sent = job->kind == DB_CALLS ? send_calls(db) : job->kind == DB_COPIES ? send_copies(db) : PQsendQuery(db->pg, job->sql.at) == 1;
    int flushed = sent ? PQflush(db->pg) : -1;
    if (flushed < 0)
        db_lost_soon(db, "connection lost while sending");
    else
        db_watch_line(db, flushed == 1);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

void db_job_fail(struct sam_db *db, const PGresult *result)
{
    struct db_job *job = &db->job;
    if (job->result.code != SAM_OK)
        return;
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    struct sam_span whole = sam_span_trim(sam_span_of(message ? message : PQresultErrorMessage(result)));
    job->result.code = state ? sam_db_sqlstate_code(state) : SAM_TEMPORARY;
    if (job->result.code == SAM_OK)
        job->result.code = SAM_SYSTEM; /* an error that calls itself a warning */
    job->result.failed = job->at;
    (void)snprintf(job->result.sqlstate, sizeof job->result.sqlstate, "%s", state ? state : "");
    const char *what = job->kind == DB_CALLS ? job->calls[job->at].statement : job->kind == DB_COPIES ? job->copies[job->at].statement : "script";
    (void)sam_fail(&job->err, job->result.code, "%s: %.*s%s%s%s", what, SAM_ARG(whole), state ? " (SQLSTATE " : "", state ? state : "", state ? ")" : "");
}

/* A result of a pipeline. Returns true when it was the last. */
static bool take_call_result(struct sam_db *db, PGresult *result)
{
    struct db_job *job = &db->job;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) {
        PQclear(result);
        return true;
    }
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        if (!job->preparing && job->at < job->n) {
            job->rows[job->at] = (struct sam_db_rows *)result;
            return false;
        }
    } else if (job->at < job->n) {
        if (status == PGRES_FATAL_ERROR)
            db_job_fail(db, result);
        if (job->preparing) { /* failed or skipped: to be sent again next time */
            struct sam_span sql;
            size_t statement = db_statement(job->calls[job->at].statement, &sql);
            db->prepared[statement / 8] &= (uint8_t) ~(1U << (statement % 8));
        }
    }
    PQclear(result);
    return false;
}

/* The end of one thing's results: on to the next thing that was sent. */
static void next_call(struct db_job *job)
{
    if (job->preparing) {
        job->preparing = false;
        return;
    }
    if (job->at < job->n)
        job->at++;
    job->preparing = job->at < job->n && job->prepare[job->at];
}

static void calls_step(struct sam_db *db)
{
    bool after_null = false;
    while (!PQisBusy(db->pg)) {
        PGresult *result = PQgetResult(db->pg);
        if (!result) {
            if (after_null || PQstatus(db->pg) == CONNECTION_BAD)
                break;
            after_null = true;
            next_call(&db->job);
            continue;
        }
        after_null = false;
        if (take_call_result(db, result)) {
            if (PQexitPipelineMode(db->pg) != 1)
                break;
            db_move(db, DB_IDLE);
            db_job_end(db);
            return;
        }
    }
    if (PQstatus(db->pg) == CONNECTION_BAD)
        db_lost(db, SAM_TEMPORARY, "connection lost");
}

/* Gives libpq the next bytes while the socket takes them. Returns false when the line broke. */
static bool stream(struct sam_db *db)
{
    struct db_job *job = &db->job;
    struct sam_span data = job->copies[job->at].data;
    int flushed = PQflush(db->pg);
    while (flushed == 0 && job->sent < data.len) {
        size_t chunk = data.len - job->sent > COPY_CHUNK_BYTES ? COPY_CHUNK_BYTES : data.len - job->sent;
        int put = PQputCopyData(db->pg, data.at + job->sent, (int)chunk);
        if (put < 0)
            return false;
        if (put == 0)
            break;
        job->sent += chunk;
        flushed = PQflush(db->pg);
    }
    if (flushed == 0 && job->sent == data.len) {
        int ended = PQputCopyEnd(db->pg, NULL);
        if (ended < 0)
            return false;
        job->streaming = ended == 0;
        flushed = PQflush(db->pg);
    }
    if (flushed >= 0)
        db_watch_line(db, flushed == 1 || job->streaming);
    return flushed >= 0;
}

static void copies_step(struct sam_db *db)
{
    struct db_job *job = &db->job;
    bool whole = true;
    while (whole && (job->streaming || !PQisBusy(db->pg))) {
        if (job->streaming) {
            whole = stream(db);
            if (job->streaming)
                break;
            continue;
        }
        PGresult *result = PQgetResult(db->pg);
        if (!result) {
            if (PQstatus(db->pg) == CONNECTION_BAD)
                break;
            db_move(db, DB_IDLE);
            db_job_end(db);
            return;
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_FATAL_ERROR)
            db_job_fail(db, result);
        else if (status == PGRES_COPY_IN && job->kind == DB_COPIES)
            job->streaming = true;
        else if (status == PGRES_COMMAND_OK && job->kind == DB_COPIES && job->at + 1 < job->n) {
            job->at++;
            job->sent = 0;
        }
        PQclear(result);
    }
    if (!whole || PQstatus(db->pg) == CONNECTION_BAD)
        db_lost(db, SAM_TEMPORARY, "connection lost");
}

void db_job_step(struct sam_db *db)
{
    if (db->state == DB_RUNNING)
        calls_step(db);
    else
        copies_step(db);
}

void db_job_end(struct sam_db *db)
{
    struct db_job ended = db->job;
    (void)uv_timer_stop(&db->job_timer);
    db->job.kind = DB_NO_JOB;
    ended.result.rows = ended.rows;
    for (size_t i = 0; ended.result.code != SAM_OK && i < ended.n; i++) {
        sam_db_rows_free(ended.rows[i]);
        ended.rows[i] = NULL;
    }
    memset(db->job.rows, 0, sizeof db->job.rows);
    ended.done(ended.context, &ended.result, &ended.err);
    for (size_t i = 0; i < ended.n; i++)
        sam_db_rows_free(ended.rows[i]);
}
