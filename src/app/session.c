/*
 * Session: the database for commands. Still libpq on the loop; the loop just runs until one answer is there.
 */
#include "session.h"

#include <stdio.h>

#define TIMEOUT_MS (24U * 3600 * 1000) /* a migration may rewrite a large table */

static void on_done(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct app_session *session = context;
    session->code = result->code;
    session->done = true;
    (void)snprintf(session->sqlstate, sizeof session->sqlstate, "%s", result->sqlstate);
    if (result->code == SAM_OK)
        session->rows = sam_db_rows_take(result, 0);
    else
        *session->err = *err;
    sam_loop_stop(session->loop);
}

static void begin(struct app_session *session, struct sam_err *err)
{
    sam_db_rows_free(session->rows);
    session->rows = NULL;
    session->done = false;
    session->err = err;
}

static enum sam_code finish(struct app_session *session)
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
    begin(session, err);
    sam_db_run(session->db, &call, 1, TIMEOUT_MS, on_done, session);
    return finish(session);
}

enum sam_code app_session_script(struct app_session *session, struct sam_span sql, struct sam_err *err)
{
    begin(session, err);
    sam_db_script(session->db, sql, TIMEOUT_MS, on_done, session);
    return finish(session);
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
