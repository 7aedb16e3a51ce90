/*
 * Private to app: one database connection for a command that does one thing after another: each call runs the loop until its answer is
 * there.
 */
#ifndef SAMTALE_APP_SESSION_H
#define SAMTALE_APP_SESSION_H

#include "samtale/db.h"

struct app_session {
    struct sam_loop *loop;
    struct sam_db *db;
    struct sam_db_rows *rows; /* of the last call; borrowed until the next */
    char sqlstate[6];         /* of the last failure; "" when the server said nothing */
    bool done;
    enum sam_code code;
    struct sam_err *err;
};

/** The role of the daemon, for app_session_open. */
#define APP_ROLE_DAEMON "samtale_daemon"

/**
 * Connects. @param role SET ROLE to it; NULL: stay who signed in
 * @return SAM_OK; SAM_BAD_INPUT for a wrong connection string; SAM_TEMPORARY with libpq's reason when the first dialling fails
 */
enum sam_code app_session_open(struct app_session *session, struct sam_span connection, const char *role, struct sam_err *err) SAM_MUST_USE;
/** Runs one named statement as a transaction of its own (unless "begin" came before); its rows are in session->rows. */
enum sam_code app_session_call(struct app_session *session, const char *statement, const struct sam_db_param *params, size_t n,
                               struct sam_err *err) SAM_MUST_USE;
/** Runs SQL text without parameters. */
enum sam_code app_session_script(struct app_session *session, struct sam_span sql, struct sam_err *err) SAM_MUST_USE;
/** Before something else is begun on session->loop or session->db whose end calls app_session_ended(session, ...). */
void app_session_begin(struct app_session *session, struct sam_err *err);
/** What the end of that calls: in the loop. */
void app_session_ended(struct app_session *session, enum sam_code code, const struct sam_err *err);
/** Waits for it. @return its code */
enum sam_code app_session_wait(struct app_session *session) SAM_MUST_USE;
/** Lets time go by. */
void app_session_sleep(struct app_session *session, int64_t ms);
/** Ends the connection. Fine after a failed open. */
void app_session_close(struct app_session *session);

#endif
