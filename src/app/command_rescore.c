/*
 * samtaled rescore, rescore list|report|switch|drop: what is stored is scored by another version, compared, and exchanged.
 */
#include "accounts.h"
#include "corpus.h"
#include "rescore.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define WORDS_MAX   100
#define DROP_MOST   1000
#define DROP_REST   50 /* ms between two transactions of dropping */

struct wish {
    const char *config;
    struct rescore_scope scope;
    struct sam_span queues[WORDS_MAX];
    const char *packs[WORDS_MAX];
    size_t packs_n;
    int64_t examples;
    bool no_switch, back;
};

/* ---- words ---------------------------------------------------------------------------------------------------------------------- */

enum { BACK = 256, NO_SWITCH };

static bool take(struct wish *w, int c, const char *word)
{
    struct sam_err err;
    if (c == 'c')
        w->config = word;
    else if (c == 's')
        w->scope.since = word;
    else if (c == 'u')
        w->scope.until = word;
    else if (c == 'q' && w->scope.queues_n < WORDS_MAX)
        w->queues[w->scope.queues_n++] = sam_span_of(word);
    else if (c == 'p' && w->packs_n < WORDS_MAX)
        w->packs[w->packs_n++] = word;
    else if (c == BACK)
        w->back = true;
    else if (c == NO_SWITCH)
        w->no_switch = true;
    else
        return c == 'e' && sam_span_int(sam_span_of(word), 0, 1000, &w->examples, &err) == SAM_OK;
    return true;
}

/* @param number whether one re-scoring is meant */
static enum app_exit read_words(const struct command *self, int argc, char **argv, const struct option *options, bool number,
                                struct wish *w)
{
    struct sam_err err;
    int64_t id = 0;
    *w = (struct wish){.examples = 3};
    w->scope.queues = w->queues;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL))
        if (!take(w, c, optarg))
            return app_usage(self, NULL);
    if (argc - optind > number)
        return app_usage(self, "\"%s\" is one word too many", argv[argc - 1]);
    if (number && argc == optind)
        return app_usage(self, "which one? \"samtaled rescore list\" tells their numbers");
    if (number && sam_span_int(sam_span_of(argv[optind]), 1, INT32_MAX, &id, &err) != SAM_OK)
        return app_usage(self, "NUMBER: %s", err.text);
    w->scope.id = (int32_t)id;
    return APP_DONE;
}

#define CONFIG                                                                                                                             \
    {                                                                                                                                      \
        "config", required_argument, NULL, 'c'                                                                                             \
    }
#define PACK                                                                                                                               \
    {                                                                                                                                      \
        "pack", required_argument, NULL, 'p'                                                                                               \
    }
#define LAST                                                                                                                               \
    {                                                                                                                                      \
        NULL, 0, NULL, 0                                                                                                                   \
    }

/* ---- making and switching ---------------------------------------------------------------------------------------------------------- */

/* The packs of the words over those of the configuration. */
static enum sam_code add_packs(const struct wish *w, struct sam_arena *arena, struct app_rules *rules, struct sam_err *err)
{
    struct sam_pack_source *all = sam_arena_array(arena, rules->packs_n + w->packs_n, sizeof *all);
    if (!all)
        return sam_arena_full(arena, err);
    if (rules->packs_n > 0)
        memcpy(all, rules->packs, rules->packs_n * sizeof *all);
    for (size_t i = 0; i < w->packs_n; i++) {
        struct sam_pack_source *source = &all[rules->packs_n + i];
        source->name = w->packs[i];
        if (corpus_file(arena, w->packs[i], &source->text, err) != SAM_OK)
            return err->code;
    }
    rules->packs = all;
    rules->packs_n += w->packs_n;
    return SAM_OK;
}

static void tell_switched(const struct rescore *r, const struct wish *w, int64_t changed)
{
    (void)printf("re-scoring %d: %" PRId64 " conversations have %s scores now\n", r->id, changed, w->back ? "their former" : "the new");
    if (!w->back && r->daemon_set != 0 && r->daemon_set != r->score_set)
        (void)fprintf(stderr,
                      "the daemon scores with set %d, these are of set %d: give it the same settings and packs and reload it, or what "
                      "comes keeps its version\n",
                      r->daemon_set, r->score_set);
}

static enum sam_code work(struct rescore *r, const struct wish *w, struct sam_err *err)
{
    int64_t changed = 0;
    enum sam_code code = w->back ? SAM_OK : rescore_make(r, err);
    if (code == SAM_OK && w->no_switch)
        (void)printf("re-scoring %d is made; figures have it after \"samtaled rescore switch %d\"\n", r->id, r->id);
    if (code != SAM_OK || w->no_switch)
        return code;
    code = rescore_switch(r, w->back, &changed, err);
    if (code == SAM_OK)
        tell_switched(r, w, changed);
    return code;
}

static enum app_exit run(const struct command *self, const struct wish *w)
{
    struct app_settings settings;
    struct app_rules rules;
    struct rescore r = {0};
    struct sam_err err;
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    enum app_exit exit = app_settings_get(self, arena, w->config, &settings);
    if (exit == APP_DONE) {
        enum sam_code code = app_rules_of(&settings, arena, &rules, &err);
        if (code == SAM_OK)
            code = add_packs(w, arena, &rules, &err);
        if (code == SAM_OK)
            code = rescore_open(&r, &settings, w->back ? NULL : &rules, &w->scope, &err);
        if (code == SAM_OK)
            code = work(&r, w, &err);
        if (code != SAM_OK)
            exit = app_failed(self, &err);
        rescore_close(&r);
    }
    sam_arena_free(arena);
    return exit;
}

enum app_exit command_rescore(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {CONFIG,
                                            PACK,
                                            {"since", required_argument, NULL, 's'},
                                            {"until", required_argument, NULL, 'u'},
                                            {"queue", required_argument, NULL, 'q'},
                                            {"no-switch", no_argument, NULL, NO_SWITCH},
                                            LAST};
    struct wish w;
    if (read_words(self, argc, argv, options, false, &w) != APP_DONE)
        return APP_USAGE;
    return w.scope.since ? run(self, &w) : app_usage(self, "--since is needed: the first day on which the conversations began");
}

enum app_exit command_rescore_switch(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {CONFIG, PACK, {"back", no_argument, NULL, BACK}, LAST};
    struct wish w;
    return read_words(self, argc, argv, options, true, &w) == APP_DONE ? run(self, &w) : APP_USAGE;
}

/* ---- telling and dropping ------------------------------------------------------------------------------------------------------------ */

struct table {
    const char *title, *statement;
    const char *heads[6];
    size_t columns;
};

static enum sam_code print_table(struct accounts *a, const struct table *table, const struct wish *w, struct sam_err *err)
{
    bool examples = strcmp(table->statement, "rescore_examples") == 0;
    const struct sam_db_param params[] = {sam_db_int4(w->scope.id), sam_db_int4((int32_t)w->examples)};
    enum sam_code code = app_session_call(&a->session, table->statement, params, examples ? 2 : 1, err);
    if (code != SAM_OK || sam_db_rows_n(a->session.rows) == 0)
        return code;
    (void)printf("%s\n", table->title);
    accounts_print(a, table->heads, table->columns);
    (void)printf("\n");
    return SAM_OK;
}

static enum sam_code report(struct accounts *a, const struct wish *w, struct sam_err *err)
{
    static const struct table tables[] = {
        {"Figures of the conversations that have both scores", "rescore_measures", {"figure", "before", "after"}, 3},
        {"Marks by label", "rescore_labels", {"label", "before", "after", "gained", "lost", "conversations"}, 6},
        {"Marks on turns of agents", "rescore_agents", {"agent", "conversations", "before", "after", "gained", "lost"}, 6},
        {"Examples", "rescore_examples", {"label", "change", "conversation", "turn"}, 4}};
    const struct sam_db_param id = sam_db_int4(w->scope.id);
    enum sam_code code = app_session_call(&a->session, "rescore_head", &id, 1, err);
    if (code == SAM_OK && sam_db_rows_n(a->session.rows) == 0)
        return sam_fail(err, SAM_BAD_INPUT, "there is no re-scoring %d; see \"samtaled rescore list\"", w->scope.id);
    for (size_t i = 0; i < SAM_COUNT(tables) && code == SAM_OK; i++)
        code = print_table(a, &tables[i], w, err);
    return code;
}

static enum sam_code drop(struct accounts *a, const struct wish *w, struct sam_err *err)
{
    const struct sam_db_param params[] = {sam_db_int4(w->scope.id), sam_db_int4(DROP_MOST)};
    int64_t n = DROP_MOST, all = 0;
    enum sam_code code = SAM_OK;
    while (code == SAM_OK && n == DROP_MOST) {
        code = app_session_call(&a->session, "rescore_drop", params, SAM_COUNT(params), err);
        n = code == SAM_OK ? sam_db_get_int(a->session.rows, 0, 0) : 0;
        all += n;
        if (n == DROP_MOST)
            app_session_sleep(&a->session, DROP_REST);
    }
    if (code == SAM_OK)
        (void)printf("other scores of %" PRId64 " conversations are dropped\n", all);
    return code;
}

static enum app_exit with_session(const struct command *self, const struct wish *w,
                                  enum sam_code (*what)(struct accounts *a, const struct wish *w, struct sam_err *err))
{
    struct accounts a;
    struct sam_err err;
    enum app_exit exit = accounts_open(&a, self, w->config);
    if (exit == APP_DONE && what(&a, w, &err) != SAM_OK)
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}

enum app_exit command_rescore_report(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {CONFIG, {"examples", required_argument, NULL, 'e'}, LAST};
    struct wish w;
    return read_words(self, argc, argv, options, true, &w) == APP_DONE ? with_session(self, &w, report) : APP_USAGE;
}

enum app_exit command_rescore_drop(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {CONFIG, LAST};
    struct wish w;
    return read_words(self, argc, argv, options, true, &w) == APP_DONE ? with_session(self, &w, drop) : APP_USAGE;
}

enum app_exit command_rescore_list(const struct command *self, int argc, char **argv)
{
    static const char *const heads[] = {"number", "state", "set", "version", "days", "queues", "done", NULL};
    return accounts_list(self, argc, argv, "rescore_list", heads);
}
