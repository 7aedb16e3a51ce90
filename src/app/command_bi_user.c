/*
 * samtaled bi-user create|revoke|list: people who read schema bi with tools of their own. Making a role needs a connection that may: a
 * superuser's, as for the first migration. A password is printed once, when it was made here.
 */
#include "accounts.h"
#include "secret_input.h"

#include "samtale/serve.h"

#include <getopt.h>
#include <stdio.h>

#define ARENA_BYTES (4U << 20)

struct wanted {
    const char *name, *config, *connection;
    struct sam_span teams[ACCOUNTS_WORDS];
    size_t teams_n;
    bool all, text, piped;
    int64_t timeout_s;
};

static enum app_exit read_words(const struct command *self, int argc, char **argv, const struct option *options, struct wanted *w)
{
    struct sam_err err;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'c')
            w->config = optarg;
        else if (c == 'n')
            w->connection = optarg;
        else if (c == 't' && w->teams_n < ACCOUNTS_WORDS)
            w->teams[w->teams_n++] = sam_span_of(optarg);
        else if (c == 'a')
            w->all = true;
        else if (c == 'x')
            w->text = true;
        else if (c == 'p')
            w->piped = true;
        else if (c != 's')
            return app_usage(self, NULL);
        else if (sam_span_int(sam_span_of(optarg), 1, 86400, &w->timeout_s, &err) != SAM_OK)
            return app_usage(self, "--timeout: %s", err.text);
    }
    if (optind + 1 != argc)
        return app_usage(self, optind == argc ? "a name is missing" : "\"%s\" is one word too many", argv[argc - 1]);
    w->name = argv[optind];
    return APP_DONE;
}

static enum app_exit open_as(struct accounts *a, const struct command *self, const struct wanted *w)
{
    struct sam_err err;
    *a = (struct accounts){.self = self, .arena = app_arena(ARENA_BYTES)};
    enum app_exit exit = app_settings_get(self, a->arena, w->config, &a->settings);
    struct sam_span connection = w->connection ? sam_span_of(w->connection) : a->settings.database_connection;
    if (exit == APP_DONE && app_session_open(&a->session, connection, NULL, &err) != SAM_OK)
        exit = app_failed(self, &err);
    return exit;
}

static enum sam_code create(struct accounts *a, const struct wanted *w, struct sam_err *err)
{
    char token[SAM_SERVE_TOKEN];
    uint8_t unused[32];
    struct sam_span password = SAM_NO_SPAN;
    if (w->piped && app_secret_input(a->arena, true, "", &password, err) != SAM_OK)
        return err->code;
    if (!w->piped && sam_serve_token(token, unused, err) != SAM_OK)
        return err->code;
    if (!w->piped)
        password = sam_span_of(token);
    const struct sam_db_param params[] = {sam_db_text(sam_span_of(w->name)),
                                          sam_db_texts(a->arena, w->teams, w->teams_n),
                                          sam_db_bool(w->all),
                                          sam_db_bool(w->text),
                                          sam_db_text(password),
                                          sam_db_int8(w->timeout_s * 1000)};
    enum sam_code code = app_session_call(&a->session, "bi_user_create", params, SAM_COUNT(params), err);
    if (code == SAM_OK && !w->piped)
        (void)printf("%s\n", token);
    return code;
}

enum app_exit command_bi_user_create(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},  {"connection", required_argument, NULL, 'n'},
                                            {"team", required_argument, NULL, 't'},    {"all-teams", no_argument, NULL, 'a'},
                                            {"text", no_argument, NULL, 'x'},          {"password-stdin", no_argument, NULL, 'p'},
                                            {"timeout", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    struct wanted w = {.timeout_s = 60};
    struct accounts a;
    struct sam_err err;
    if (read_words(self, argc, argv, options, &w) != APP_DONE)
        return APP_USAGE;
    if (w.all == (w.teams_n > 0))
        return app_usage(self, "either --team or --all-teams is needed");
    enum app_exit exit = open_as(&a, self, &w);
    if (exit == APP_DONE && create(&a, &w, &err) != SAM_OK)
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}

enum app_exit command_bi_user_revoke(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"connection", required_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
    struct wanted w = {0};
    struct accounts a;
    struct sam_err err;
    if (read_words(self, argc, argv, options, &w) != APP_DONE)
        return APP_USAGE;
    enum app_exit exit = open_as(&a, self, &w);
    const struct sam_db_param name = sam_db_text(sam_span_of(w.name));
    if (exit == APP_DONE && app_session_call(&a.session, "bi_user_revoke", &name, 1, &err) != SAM_OK)
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}

enum app_exit command_bi_user_list(const struct command *self, int argc, char **argv)
{
    static const char *const heads[] = {"name", "teams", "text", NULL};
    return accounts_list(self, argc, argv, "bi_users", heads);
}
