/*
 * samtaled verify, samtaled nightly: makes every sum a second time from the facts and lists what differs; does the night's work at once.
 * Neither changes a fact or a sum of half hours.
 */
#include "chores.h"
#include "session.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#define ARENA_BYTES (4U << 20)

struct wish {
    const char *config;
    int64_t most;
};
typedef enum sam_code do_function(struct app_session *session, const struct app_settings *settings, const struct wish *wish, bool *good,
                                  struct sam_err *err);

static enum sam_code verify(struct app_session *session, const struct app_settings *settings, const struct wish *wish, bool *good,
                            struct sam_err *err)
{
    const struct sam_db_param most = sam_db_int4((int32_t)wish->most);
    (void)settings;
    enum sam_code code = app_session_call(session, "verify", &most, 1, err);
    size_t n = code == SAM_OK ? sam_db_rows_n(session->rows) : 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 4; k++) {
            struct sam_span text = sam_db_get_text(session->rows, i, k);
            (void)printf("%s%.*s", k > 0 ? "\t" : "", (int)text.len, text.at);
        }
        (void)printf("\n");
    }
    *good = n == 0;
    if (code == SAM_OK)
        (void)fprintf(stderr, n == 0 ? "every sum is what the facts give\n" : "%zu differences%s\n", n,
                      (int64_t)n == wish->most ? " or more" : "");
    return code;
}

static enum sam_code put_settings(struct app_session *session, const struct app_settings *settings, struct sam_err *err)
{
    struct sam_db_param site[CHORES_SITE_PARAMS], policy[CHORES_POLICY_PARAMS], states[CHORES_STATES_PARAMS];
    struct sam_buf purposes = sam_buf_of(CHORES_PURPOSES_BYTES), limits = sam_buf_of(CHORES_LIMITS_BYTES);
    chores_limits(settings, &limits);
    chores_site(settings, sam_buf_get(&limits), site);
    chores_purposes(settings, &purposes);
    chores_policy(settings, sam_buf_get(&purposes), policy);
    chores_states(settings, states);
    enum sam_code code = purposes.failed || limits.failed ? sam_fail(err, SAM_NO_MEMORY, "no memory for the settings") : SAM_OK;
    if (code == SAM_OK)
        code = app_session_call(session, "site_put", site, CHORES_SITE_PARAMS, err);
    if (code == SAM_OK)
        code = app_session_call(session, "policy_put", policy, CHORES_POLICY_PARAMS, err);
    if (code == SAM_OK)
        code = app_session_call(session, "states_policy", states, CHORES_STATES_PARAMS, err);
    sam_buf_free(&purposes);
    sam_buf_free(&limits);
    return code;
}

/* A chore with all its steps. @param result set on SAM_OK */
static enum sam_code do_chore(struct app_session *session, struct sam_span chore, int64_t *result, struct sam_err *err)
{
    const struct sam_db_param name = sam_db_text(chore);
    bool more = true;
    enum sam_code code = SAM_OK;
    while (code == SAM_OK && more) {
        code = app_session_call(session, "chore_do", &name, 1, err);
        *result = code == SAM_OK ? sam_db_get_int(session->rows, 0, 0) : 0;
        more = code == SAM_OK && sam_db_get_int(session->rows, 0, 1) == 1;
    }
    return code;
}

static enum sam_code nightly(struct app_session *session, const struct app_settings *settings, const struct wish *wish, bool *good,
                             struct sam_err *err)
{
    enum sam_code code = put_settings(session, settings, err);
    (void)wish;
    int64_t built = 1, levels = 0, result = 0;
    while (code == SAM_OK && built > 0) {
        code = app_session_call(session, "level_build", NULL, 0, err);
        built = code == SAM_OK ? sam_db_get_int(session->rows, 0, 0) : 0;
        levels += built;
    }
    if (code == SAM_OK)
        (void)printf("levels\t%" PRId64 "\n", levels);
    if (code == SAM_OK)
        code = app_session_call(session, "chores_list", NULL, 0, err);
    struct sam_db_rows *names = session->rows;
    session->rows = NULL;
    for (size_t i = 0; code == SAM_OK && i < sam_db_rows_n(names); i++) {
        struct sam_span name = sam_db_get_text(names, i, 0);
        code = do_chore(session, name, &result, err);
        if (code == SAM_OK)
            (void)printf("%.*s\t%" PRId64 "\n", SAM_ARG(name), result);
    }
    sam_db_rows_free(names);
    *good = result == 0; /* verify is the last */
    return code;
}

static enum app_exit run(const struct command *self, const struct wish *wish, do_function *what)
{
    struct app_settings settings;
    struct app_session session = {0};
    struct sam_err err;
    bool good = false;
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    enum app_exit exit = app_settings_get(self, arena, wish->config, &settings);
    if (exit == APP_DONE) {
        enum sam_code code = app_session_open(&session, settings.database_connection, APP_ROLE_DAEMON, &err);
        if (code == SAM_OK)
            code = what(&session, &settings, wish, &good, &err);
        app_session_close(&session);
        exit = code != SAM_OK ? app_failed(self, &err) : good ? APP_DONE : APP_FAILED;
    }
    sam_arena_free(arena);
    return exit;
}

static enum app_exit read_words(const struct command *self, int argc, char **argv, const struct option *options, struct wish *wish)
{
    struct sam_err err;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'c')
            wish->config = optarg;
        else if (c != 'm')
            return app_usage(self, NULL);
        else if (sam_span_int(sam_span_of(optarg), 1, INT32_MAX, &wish->most, &err) != SAM_OK)
            return app_usage(self, "--most: %s", err.text);
    }
    return optind < argc ? app_usage(self, "\"%s\" is one word too many", argv[optind]) : APP_DONE;
}

enum app_exit command_verify(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"most", required_argument, NULL, 'm'}, {NULL, 0, NULL, 0}};
    struct wish wish = {.most = 1000};
    enum app_exit exit = read_words(self, argc, argv, options, &wish);
    return exit == APP_DONE ? run(self, &wish, verify) : exit;
}

enum app_exit command_nightly(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    struct wish wish = {0};
    enum app_exit exit = read_words(self, argc, argv, options, &wish);
    return exit == APP_DONE ? run(self, &wish, nightly) : exit;
}
