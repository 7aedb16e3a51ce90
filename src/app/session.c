/*
 * Session: the database for commands. Still libpq on the loop; the loop just runs until one answer is there.
 */
#include "session.h"

#include <stdio.h>

#define TIMEOUT_MS (24U * 3600 * 1000) /* a migration may rewrite a large table */

void app_session_ended(struct app_session *session, enum sam_code code, const struct sam_err *err)
{
    session->code = code;
    session->done = true;
    if (code != SAM_OK)
        *session->err = *err;
    sam_loop_stop(session->loop);
}

static void on_done(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct app_session *session = context;
    (void)snprintf(session->sqlstate, sizeof session->sqlstate, "%s", result->sqlstate);
    if (result->code == SAM_OK)
        session->rows = sam_db_rows_take(result, 0);
    app_session_ended(session, result->code, err);
}

void app_session_begin(struct app_session *session, struct sam_err *err)
{
    sam_db_rows_free(session->rows);
    session->rows = NULL;
    session->done = false;
    session->err = err;
}

enum sam_code app_session_wait(struct app_session *session)
{
    while (!session->done)
        sam_loop_run(session->loop);
    return session->code;
}

enum sam_code app_session_open(struct app_session *session, struct sam_span connection, const char *role, struct sam_err *err)
{
    struct sam_db_settings settings = sam_db_defaults();
    settings.connection = connection;
    settings.role = role;
    settings.application = "samtaled command";
    *session = (struct app_session){.err = err};
    enum sam_code code = sam_loop_new(&session->loop, err);
    if (code == SAM_OK)
        code = sam_db_new(session->loop, &settings, &session->db, err);
    if (code == SAM_OK)
        code = app_session_call(session, "ping", NULL, 0, err);
    return code;
}

enum sam_code app_session_call(struct app_session *session, const char *statement, const struct sam_db_param *params, size_t n,
                               struct sam_err *err)
{
    const struct sam_db_call call = {statement, params, n};
    app_session_begin(session, err);
    sam_db_run(session->db, &call, 1, TIMEOUT_MS, on_done, session);
    return app_session_wait(session);
}

enum sam_code app_session_script(struct app_session *session, struct sam_span sql, struct sam_err *err)
{
    app_session_begin(session, err);
    sam_db_script(session->db, sql, TIMEOUT_MS, on_done, session);
    return app_session_wait(session);
}

static void on_time(void *data)
{
    app_session_ended(data, SAM_OK, NULL);
}

void app_session_sleep(struct app_session *session, int64_t ms)
{
    struct sam_timer *timer = sam_timer_new(session->loop, on_time, session);
    session->done = false;
    if (!timer)
        return;
    sam_timer_set(timer, ms);
    while (!session->done)
        sam_loop_run(session->loop);
    sam_timer_free(timer);
}

void app_session_close(struct app_session *session)
{
    sam_db_rows_free(session->rows);
    sam_db_close(session->db, NULL, NULL);
    if (session->loop) {
        sam_loop_run(session->loop);
        sam_loop_free(session->loop);
    }
    *session = (struct app_session){0};
}
