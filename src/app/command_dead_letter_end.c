/*
 * samtaled dead-letter replay | drop: puts dead letters into the queue again, or drops them for good. A hundred at a time, each hundred in
 * one transaction, so that none is ever in both places or in neither.
 */
#include "session.h"
#include "settings.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#define ARENA_BYTES (64U << 20)
#define AT_ONCE     100

/* What the words ask for. */
struct wish {
    const char *config;
    bool all;
    struct sam_span source, code;
    int64_t *ids;
    size_t n;
};
/* What is done with them. */
struct end {
    const char *statement, *done;
};

struct ending {
    const struct end *end;
    const struct wish *wish;
    struct app_session session;
    struct sam_arena *arena;
    int64_t ended;
};

/* Ends n dead letters, all or none. */
static enum sam_code end_these(struct ending *e, const int64_t *ids, size_t n, struct sam_err *err)
{
    const struct sam_db_param param = sam_db_int8s(e->arena, ids, n);
    enum sam_code code = app_session_call(&e->session, e->end->statement, &param, 1, err);
    if (code == SAM_OK)
        e->ended += sam_db_get_int(e->session.rows, 0, 0);
    return code;
}

static enum sam_code end_named(struct ending *e, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < e->wish->n && code == SAM_OK; i++) {
        int64_t before = e->ended;
        code = end_these(e, &e->wish->ids[i], 1, err);
        if (code == SAM_OK && e->ended == before)
            code = sam_fail(err, SAM_BAD_INPUT, "there is no dead letter %" PRId64, e->wish->ids[i]);
    }
    return code;
}

/* Those that were dead when it began: what dies again meanwhile stays. */
static enum sam_code end_all(struct ending *e, struct sam_err *err)
{
    int64_t ids[AT_ONCE], at = 0, last = 0;
    enum sam_code code = app_session_call(&e->session, "dead_letter_last", NULL, 0, err);
    if (code == SAM_OK)
        last = sam_db_get_int(e->session.rows, 0, 0);
    while (code == SAM_OK && at < last) {
        const struct sam_db_param params[] = {sam_db_int8(at), sam_db_int8(last), sam_db_text(e->wish->source), sam_db_text(e->wish->code)};
        sam_arena_reset(e->arena);
        code = app_session_call(&e->session, "dead_letter_ids", params, SAM_COUNT(params), err);
        size_t n = code == SAM_OK ? sam_db_rows_n(e->session.rows) : 0;
        for (size_t i = 0; i < n; i++)
            ids[i] = sam_db_get_int(e->session.rows, i, 0);
        if (n == 0)
            break;
        at = ids[n - 1];
        code = end_these(e, ids, n, err);
    }
    return code;
}

static enum app_exit run(const struct command *self, const struct wish *wish, const struct end *end, struct sam_arena *arena)
{
    struct app_settings settings;
    struct sam_err err;
    struct ending e = {.end = end, .wish = wish};
    enum app_exit exit = app_settings_get(self, arena, wish->config, &settings);
    if (exit != APP_DONE)
        return exit;
    e.arena = app_arena(ARENA_BYTES);
    enum sam_code code = app_session_open(&e.session, settings.database_connection, APP_ROLE_DAEMON, &err);
    if (code == SAM_OK)
        code = wish->all ? end_all(&e, &err) : end_named(&e, &err);
    app_session_close(&e.session);
    sam_arena_free(e.arena);
    if (code == SAM_OK || e.ended > 0)
        (void)printf("%" PRId64 " dead letters %s\n", e.ended, end->done);
    return code == SAM_OK ? APP_DONE : app_failed(self, &err);
}

static enum app_exit read_words(const struct command *self, int argc, char **argv, struct wish *wish)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"all", no_argument, NULL, 'a'},
                                            {"source", required_argument, NULL, 's'},
                                            {"code", required_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'c')
            wish->config = optarg;
        else if (c == 'a')
            wish->all = true;
        else if (c == 's')
            wish->source = sam_span_of(optarg);
        else if (c == 'r')
            wish->code = sam_span_of(optarg);
        else
            return app_usage(self, NULL);
    }
    if (!wish->all && (optind == argc || wish->source.len > 0 || wish->code.len > 0))
        return app_usage(self, "which one? A number, or --all");
    return wish->all && optind < argc ? app_usage(self, "a number or --all, not both") : APP_DONE;
}

static enum app_exit end_some(const struct command *self, int argc, char **argv, const struct end *end)
{
    struct wish wish = {.source = {"", 0}, .code = {"", 0}};
    struct sam_err err;
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    enum app_exit exit = read_words(self, argc, argv, &wish);
    wish.ids = sam_arena_array(arena, (size_t)argc, sizeof *wish.ids);
    if (!wish.ids) {
        (void)sam_arena_full(arena, &err);
        exit = app_failed(self, &err);
    }
    for (int i = optind; exit == APP_DONE && i < argc; i++) {
        if (sam_span_int(sam_span_of(argv[i]), 1, INT64_MAX, &wish.ids[wish.n++], &err) != SAM_OK)
            exit = app_usage(self, "\"%s\": %s", argv[i], err.text);
    }
    if (exit == APP_DONE)
        exit = run(self, &wish, end, arena);
    sam_arena_free(arena);
    return exit;
}

enum app_exit command_dead_letter_replay(const struct command *self, int argc, char **argv)
{
    static const struct end replay = {"dead_letters_replay", "put into the queue again"};
    return end_some(self, argc, argv, &replay);
}

enum app_exit command_dead_letter_drop(const struct command *self, int argc, char **argv)
{
    static const struct end drop = {"dead_letters_drop", "dropped"};
    return end_some(self, argc, argv, &drop);
}
