/*
 * samtaled token add|list|remove: tokens of programs. A token is printed once, when it is made; the database holds its hash.
 */
#include "accounts.h"

#include "samtale/serve.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define DAYS_MAX 36500

struct wanted {
    const char *account, *purpose, *days, *config;
    struct sam_span scopes[ACCOUNTS_WORDS];
    size_t scopes_n;
};

static bool is_scope(const char *word)
{
    return strcmp(word, "read") == 0 || strcmp(word, "ingest") == 0 || strcmp(word, "admin") == 0;
}

static enum app_exit read_words(const struct command *self, int argc, char **argv, struct wanted *w)
{
    static const struct option options[] = {{"scope", required_argument, NULL, 's'},
                                            {"for", required_argument, NULL, 'f'},
                                            {"days", required_argument, NULL, 'd'},
                                            {"config", required_argument, NULL, 'c'},
                                            {NULL, 0, NULL, 0}};
    *w = (struct wanted){0};
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 's' && is_scope(optarg) && w->scopes_n < ACCOUNTS_WORDS)
            w->scopes[w->scopes_n++] = sam_span_of(optarg);
        else if (c == 's')
            return app_usage(self, "\"%s\" is no scope: ingest, read, admin", optarg);
        else if (c == 'f')
            w->purpose = optarg;
        else if (c == 'd')
            w->days = optarg;
        else if (c == 'c')
            w->config = optarg;
        else
            return app_usage(self, NULL);
    }
    if (optind + 1 != argc)
        return app_usage(self, optind == argc ? "an account is missing" : "\"%s\" is one word too many", argv[argc - 1]);
    w->account = argv[optind];
    if (w->scopes_n == 0 || !w->purpose)
        return app_usage(self, "--scope and --for are needed");
    return APP_DONE;
}

static enum sam_code make(struct accounts *a, const struct wanted *w, int64_t days, char token[SAM_SERVE_TOKEN], struct sam_err *err)
{
    uint8_t hash[32];
    if (sam_serve_token(token, hash, err) != SAM_OK)
        return err->code;
    const struct sam_db_param params[] = {sam_db_bytes((struct sam_span){(const char *)hash, sizeof hash}),
                                          sam_db_text(sam_span_of(w->account)), sam_db_text(sam_span_of(w->purpose)),
                                          sam_db_texts(a->arena, w->scopes, w->scopes_n),
                                          days > 0 ? sam_db_int4((int32_t)days) : sam_db_null()};
    if (app_session_call(&a->session, "token_add", params, SAM_COUNT(params), err) != SAM_OK)
        return err->code;
    if (sam_db_rows_n(a->session.rows) == 0)
        return sam_fail(err, SAM_BAD_INPUT, "there is no account \"%s\"; make one with `samtaled user add`", w->account);
    return SAM_OK;
}

enum app_exit command_token_add(const struct command *self, int argc, char **argv)
{
    struct wanted w;
    struct accounts a;
    struct sam_err err;
    char token[SAM_SERVE_TOKEN];
    int64_t days = 0;
    if (read_words(self, argc, argv, &w) != APP_DONE)
        return APP_USAGE;
    if (w.days && sam_span_int(sam_span_of(w.days), 1, DAYS_MAX, &days, &err) != SAM_OK)
        return app_usage(self, "--days: %s", err.text);
    enum app_exit exit = accounts_open(&a, self, w.config);
    if (exit == APP_DONE && make(&a, &w, days, token, &err) != SAM_OK)
        exit = app_failed(self, &err);
    if (exit == APP_DONE)
        (void)printf("%s\n", token);
    accounts_close(&a);
    return exit;
}

/* The words of remove: --config and a token's id. */
static enum app_exit read_id(const struct command *self, int argc, char **argv, const char **config, const char **id)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c != 'c')
            return app_usage(self, NULL);
        *config = optarg;
    }
    if (argc - optind != 1)
        return app_usage(self, optind == argc ? "a token's id is missing" : "\"%s\" is one word too many", argv[argc - 1]);
    *id = argv[optind];
    return APP_DONE;
}

enum app_exit command_token_list(const struct command *self, int argc, char **argv)
{
    static const char *const heads[] = {"id", "account", "for", "scopes", "until", NULL};
    return accounts_list(self, argc, argv, "token_list", heads);
}

enum app_exit command_token_remove(const struct command *self, int argc, char **argv)
{
    const char *config = NULL, *id = NULL;
    struct accounts a;
    struct sam_err err;
    if (read_id(self, argc, argv, &config, &id) != APP_DONE)
        return APP_USAGE;
    enum app_exit exit = accounts_open(&a, self, config);
    struct sam_db_param param = sam_db_text(sam_span_of(id));
    enum sam_code code = exit == APP_DONE ? app_session_call(&a.session, "token_remove", &param, 1, &err) : SAM_OK;
    if (code == SAM_OK && exit == APP_DONE && sam_db_rows_n(a.session.rows) == 0)
        code = sam_fail(&err, SAM_BAD_INPUT, "there is no token \"%s\"; `samtaled token list` shows their ids", id);
    if (code != SAM_OK)
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}
