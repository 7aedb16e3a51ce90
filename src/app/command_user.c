/*
 * samtaled user add|set|list: the accounts of people. A password is typed unseen or piped, hashed here (argon2id), and is nowhere else.
 */
#include "accounts.h"
#include "secret_input.h"

#include "samtale/serve.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char *const roles[] = {"admin", "analyst", "supervisor", "agent", "ingest"};

struct wanted {
    const char *name, *role, *agent, *config;
    struct sam_span teams[ACCOUNTS_WORDS];
    size_t teams_n;
    bool no_teams, password, piped, disable, enable;
};

enum { OPT_NO_TEAMS = 256, OPT_PASSWORD, OPT_PIPED, OPT_DISABLE, OPT_ENABLE };

static enum app_exit read_option(const struct command *self, int c, struct wanted *w)
{
    if (c == 'r')
        w->role = optarg;
    else if (c == 'a')
        w->agent = optarg;
    else if (c == 'c')
        w->config = optarg;
    else if (c == OPT_NO_TEAMS)
        w->no_teams = true;
    else if (c == OPT_PASSWORD)
        w->password = true;
    else if (c == OPT_PIPED)
        w->password = w->piped = true;
    else if (c == OPT_DISABLE)
        w->disable = true;
    else if (c == OPT_ENABLE)
        w->enable = true;
    else if (c == 't' && w->teams_n < ACCOUNTS_WORDS)
        w->teams[w->teams_n++] = sam_span_of(optarg);
    else
        return app_usage(self, c == 't' ? "more than %d teams" : NULL, ACCOUNTS_WORDS);
    return APP_DONE;
}

static enum app_exit check(const struct command *self, const struct wanted *w)
{
    bool known = !w->role;
    for (size_t i = 0; i < SAM_COUNT(roles); i++)
        known = known || strcmp(roles[i], w->role) == 0;
    if (!known)
        return app_usage(self, "\"%s\" is no role: admin, analyst, supervisor, agent, ingest", w->role);
    if (strlen(w->name) == 0 || strlen(w->name) > 200 || !sam_utf8_valid(sam_span_of(w->name)))
        return app_usage(self, "a name has 1 to 200 bytes of UTF-8");
    if (w->role && strcmp(w->role, "agent") == 0 && !w->agent)
        return app_usage(self, "an agent needs --agent ID: as messages name them");
    if (w->disable && w->enable)
        return app_usage(self, "--disable and --enable contradict each other");
    return APP_DONE;
}

static enum app_exit read_words(const struct command *self, int argc, char **argv, bool set, struct wanted *w)
{
    static const struct option add_options[] = {{"role", required_argument, NULL, 'r'},   {"team", required_argument, NULL, 't'},
                                                {"agent", required_argument, NULL, 'a'},  {"password-stdin", no_argument, NULL, OPT_PIPED},
                                                {"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    static const struct option set_options[] = {{"role", required_argument, NULL, 'r'},
                                                {"team", required_argument, NULL, 't'},
                                                {"no-teams", no_argument, NULL, OPT_NO_TEAMS},
                                                {"password", no_argument, NULL, OPT_PASSWORD},
                                                {"password-stdin", no_argument, NULL, OPT_PIPED},
                                                {"disable", no_argument, NULL, OPT_DISABLE},
                                                {"enable", no_argument, NULL, OPT_ENABLE},
                                                {"config", required_argument, NULL, 'c'},
                                                {NULL, 0, NULL, 0}};
    const struct option *options = set ? set_options : add_options;
    *w = (struct wanted){.password = !set};
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL))
        if (read_option(self, c, w) != APP_DONE)
            return APP_USAGE;
    if (optind + 1 != argc)
        return app_usage(self, optind == argc ? "a name is missing" : "\"%s\" is one word too many", argv[argc - 1]);
    w->name = argv[optind];
    if (!set && !w->role)
        return app_usage(self, "--role is missing: admin, analyst, supervisor, agent, ingest");
    return check(self, w);
}

/* ---- the account -------------------------------------------------------------------------------------------------------- */

static enum sam_code hash_of(struct accounts *a, const struct wanted *w, char hash[SAM_SERVE_HASH], struct sam_err *err)
{
    struct sam_span password;
    hash[0] = 0;
    if (!w->password)
        return SAM_OK;
    if (app_secret_input(a->arena, w->piped, "Password", &password, err) != SAM_OK)
        return err->code;
    return sam_serve_password(password, (uint32_t)a->settings.sign_in_hash_passes, (size_t)a->settings.sign_in_hash_bytes, hash, err);
}

static enum sam_code set_teams(struct accounts *a, const struct wanted *w, int32_t account_id, struct sam_err *err)
{
    struct sam_db_param id = sam_db_int4(account_id), teams = sam_db_texts(a->arena, w->teams, w->teams_n);
    const struct sam_db_param both[] = {id, teams};
    if (w->teams_n == 0 && !w->no_teams)
        return SAM_OK;
    enum sam_code code = app_session_call(&a->session, "account_teams_none", &id, 1, err);
    if (code == SAM_OK && w->teams_n > 0)
        code = app_session_call(&a->session, "account_teams_new", &teams, 1, err);
    if (code == SAM_OK && w->teams_n > 0)
        code = app_session_call(&a->session, "account_teams_set", both, 2, err);
    return code;
}

/* The account's row. @param id set on SAM_OK */
static enum sam_code put_row(struct accounts *a, const struct wanted *w, bool set, const char *hash, int32_t *id, struct sam_err *err)
{
    const struct sam_db_param add[] = {sam_db_text(sam_span_of(w->name)), sam_db_text(sam_span_of(w->role)),
                                       hash[0] ? sam_db_text(sam_span_of(hash)) : sam_db_null(), sam_db_text(sam_span_of(w->agent))};
    const struct sam_db_param change[] = {add[0], add[1], add[2], w->disable || w->enable ? sam_db_bool(w->disable) : sam_db_null()};
    if (app_session_call(&a->session, set ? "account_set" : "account_add", set ? change : add, 4, err) != SAM_OK)
        return err->code;
    if (sam_db_rows_n(a->session.rows) == 0)
        return set ? sam_fail(err, SAM_BAD_INPUT, "there is no account \"%s\"", w->name)
                   : sam_fail(err, SAM_CONFLICT, "there is an account \"%s\" already; change it with `samtaled user set`", w->name);
    *id = (int32_t)sam_db_get_int(a->session.rows, 0, 0);
    return SAM_OK;
}

static enum sam_code put(struct accounts *a, const struct wanted *w, bool set, const char *hash, struct sam_err *err)
{
    struct sam_db_param agent = sam_db_text(sam_span_of(w->agent));
    int32_t id = 0;
    enum sam_code code = app_session_call(&a->session, "begin", NULL, 0, err);
    if (code == SAM_OK && w->agent)
        code = app_session_call(&a->session, "account_agent", &agent, 1, err);
    if (code == SAM_OK)
        code = put_row(a, w, set, hash, &id, err);
    if (code == SAM_OK)
        code = set_teams(a, w, id, err);
    struct sam_db_param of_id = sam_db_int4(id);
    if (code == SAM_OK)
        code = app_session_call(&a->session, "account_end_sessions", &of_id, 1, err);
    return code == SAM_OK ? app_session_call(&a->session, "commit", NULL, 0, err) : code;
}

static enum app_exit add_or_set(const struct command *self, int argc, char **argv, bool set)
{
    struct wanted w;
    struct accounts a;
    struct sam_err err;
    char hash[SAM_SERVE_HASH];
    if (read_words(self, argc, argv, set, &w) != APP_DONE)
        return APP_USAGE;
    enum app_exit exit = accounts_open(&a, self, w.config);
    if (exit == APP_DONE && (hash_of(&a, &w, hash, &err) != SAM_OK || put(&a, &w, set, hash, &err) != SAM_OK))
        exit = app_failed(self, &err);
    if (exit == APP_DONE)
        (void)printf(set ? "account \"%s\" was changed\n" : "account \"%s\" was made\n", w.name);
    accounts_close(&a);
    return exit;
}

enum app_exit command_user_add(const struct command *self, int argc, char **argv)
{
    return add_or_set(self, argc, argv, false);
}

enum app_exit command_user_set(const struct command *self, int argc, char **argv)
{
    return add_or_set(self, argc, argv, true);
}

enum app_exit command_user_list(const struct command *self, int argc, char **argv)
{
    static const char *const heads[] = {"name", "role", "state", "teams", "since", NULL};
    return accounts_list(self, argc, argv, "account_list", heads);
}
