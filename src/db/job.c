/*
 * Job: what a connection does between two idle moments: a pipeline of calls, or simple statements with COPY data. Results are read in
 * the order in which things were sent; the first failure is the job's. done is called once, last, when the connection is idle again or
 * lost.
 */
#include "private.h"

#include <stdio.h>
#include <string.h>

#define COPY_CHUNK_BYTES (64U << 10)
#define JOB_TEXT_BYTES   (256U << 10)

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

bool job_send(struct sam_db *db)
{
    struct db_job *job = &db->job;
    if (job->kind == DB_CALLS && !params_made(job)) {
        job->result.code = sam_fail(&job->err, SAM_NO_MEMORY, "no memory for the parameters of %s", job->calls[0].statement);
        return false;
    }
    bool sent = job->kind == DB_CALLS ? send_calls(db) : job->kind == DB_COPIES ? send_copies(db) : PQsendQuery(db->pg, job->sql.at) == 1;
    return sent && line_pump(db, false);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------- */

/* Notes the first failure of the job. */
static void fail(struct sam_db *db, const PGresult *result)
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
    const char *what = job->kind == DB_CALLS    ? job->calls[job->at].statement
                       : job->kind == DB_COPIES ? job->copies[job->at].statement
                                                : "script";
    (void)sam_fail(&job->err, job->result.code, "%s: %.*s%s%s%s", what, SAM_ARG(whole), state ? " (SQLSTATE " : "", state ? state : "",
                   state ? ")" : "");
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
            fail(db, result);
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

static enum sam_code read_calls(struct sam_db *db)
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
            SAM_MUST(PQexitPipelineMode(db->pg) == 1);
            return SAM_OK;
        }
    }
    return PQstatus(db->pg) == CONNECTION_BAD ? SAM_TEMPORARY : SAM_NONE;
}

/* At most so many bytes of what begins at *at; moves *at behind them. */
static struct sam_span some(struct sam_span whole, size_t *at, size_t max)
{
    struct sam_span run = {whole.at + *at, whole.len - *at};
    run.len = run.len < max ? run.len : max;
    *at += run.len;
    return run;
}

/* The bytes that follow at a place, up to the next seam between data and a piece; moves the place behind them. */
static struct sam_span next_run(const struct sam_db_copy *copy, struct db_place *place, size_t max)
{
    struct sam_span data = copy->data;
    if (place->piece == copy->pieces_n)
        return some(data, &place->data, max);
    const struct sam_db_piece *piece = &copy->pieces[place->piece];
    data.len = piece->at;
    if (place->data < piece->at)
        return some(data, &place->data, max);
    struct sam_span run = some(piece->bytes, &place->in_piece, max);
    if (place->in_piece == piece->bytes.len) {
        place->piece++;
        place->in_piece = 0;
    }
    return run;
}

/* The next bytes: as they lie where they are many, else put together, since each message costs the server a step. */
static struct sam_span next_chunk(const struct sam_db_copy *copy, struct db_place *place, char chunk[COPY_CHUNK_BYTES])
{
    size_t len = 0;
    while (len < COPY_CHUNK_BYTES && (place->data < copy->data.len || place->piece < copy->pieces_n)) {
        struct sam_span run = next_run(copy, place, COPY_CHUNK_BYTES - len);
        if (run.len == COPY_CHUNK_BYTES)
            return run;
        if (run.len > 0)
            memcpy(chunk + len, run.at, run.len);
        len += run.len;
    }
    return (struct sam_span){chunk, len};
}

/* Gives libpq the next bytes while the socket takes them. Returns false when the line broke. */
static bool stream(struct sam_db *db)
{
    struct db_job *job = &db->job;
    char chunk[COPY_CHUNK_BYTES];
    bool all = false;
    int flushed = PQflush(db->pg);
    while (flushed == 0 && !all) {
        struct db_place place = job->sent;
        struct sam_span bytes = next_chunk(&job->copies[job->at], &place, chunk);
        all = bytes.len == 0;
        int put = all ? 1 : PQputCopyData(db->pg, bytes.at, (int)bytes.len);
        if (put < 0)
            return false;
        if (put == 0)
            break;
        job->sent = place;
        flushed = PQflush(db->pg);
    }
    if (flushed == 0 && all) {
        int ended = PQputCopyEnd(db->pg, NULL);
        if (ended < 0)
            return false;
        job->streaming = ended == 0;
        flushed = PQflush(db->pg);
    }
    return flushed >= 0 && line_pump(db, job->streaming);
}

/* What a result means for the copies: a failure, the start of one, or its end. */
static void take_copy(struct sam_db *db, const PGresult *result)
{
    struct db_job *job = &db->job;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_FATAL_ERROR) {
        fail(db, result);
    } else if (status == PGRES_COPY_IN && job->kind == DB_COPIES) {
        job->streaming = true;
    } else if (status == PGRES_COMMAND_OK && job->kind == DB_COPIES && job->at + 1 < job->n) {
        job->at++;
        job->sent = (struct db_place){0};
    }
}

static enum sam_code read_copies(struct sam_db *db)
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
        if (!result)
            return PQstatus(db->pg) == CONNECTION_BAD ? SAM_TEMPORARY : SAM_OK;
        take_copy(db, result);
        PQclear(result);
    }
    return !whole || PQstatus(db->pg) == CONNECTION_BAD ? SAM_TEMPORARY : SAM_NONE;
}

enum sam_code job_read(struct sam_db *db)
{
    return db->job.kind == DB_CALLS ? read_calls(db) : read_copies(db);
}

void job_end(struct sam_db *db)
{
    struct db_job ended = db->job;
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
