/*
 * samtaled eval FILE...: the scorer against people's labels: figures by label, language, channel and style, moments and their shares, the
 * mistakes by name. A file of floors turns a figure that is too low into exit status 1.
 */
#include "eval.h"
#include "rules.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define CORPUS_BYTES ((size_t)2 << 30)
#define WORK_BYTES   ((size_t)256 << 20)

struct run {
    struct app_rules rules;
    const char *misses; /* label whose mistakes are listed, "all", or NULL */
    const char *floors;
    struct eval_set set;
    size_t below;
};

static enum sam_code eval_all(struct run *run, const struct sam_scorer *scorer, const struct corpus *corpus, struct sam_arena *work,
                              struct sam_err *err)
{
    run->set.all = sam_arena_array(corpus->arena, corpus->n, sizeof *run->set.all);
    run->set.chosen = sam_arena_array(corpus->arena, corpus->n, sizeof *run->set.chosen);
    if (run->set.all == NULL || run->set.chosen == NULL)
        return sam_arena_full(corpus->arena, err);
    for (size_t i = 0; i < corpus->n; i++) {
        sam_arena_reset(work);
        enum sam_code code = eval_conversation(scorer, &corpus->items[i], work, &run->set.all[run->set.n],
                                               run->misses == NULL ? NULL : eval_tell_miss, &run->misses, err);
        if (code == SAM_NONE)
            continue;
        if (code != SAM_OK)
            return code;
        struct eval_one *one = &run->set.all[run->set.n++];
        if (sam_arena_span(corpus->arena, one->style, &one->style, err) != SAM_OK)
            return err->code;
    }
    return run->set.n > 0 ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "no labelled conversation in these files");
}

static enum sam_code evaluate(struct run *run, char *const *files, size_t n, struct sam_arena *arena, struct sam_err *err)
{
    const struct app_rules *rules = &run->rules;
    struct sam_scorer *scorer = NULL;
    struct sam_arena *work = app_arena(WORK_BYTES);
    struct corpus corpus;
    enum sam_code code = sam_scorer_new(&rules->score, rules->packs, rules->packs_n, &scorer, err);
    if (code == SAM_OK)
        code = corpus_read(&rules->read, arena, files, n, &corpus, err);
    if (code == SAM_OK)
        code = eval_all(run, scorer, &corpus, work, err);
    if (code == SAM_OK && run->misses == NULL)
        eval_print(&run->set);
    if (code == SAM_OK && run->floors != NULL)
        code = eval_floors(&run->set, run->floors, arena, &run->below, err);
    sam_scorer_free(scorer);
    sam_arena_free(work);
    return code;
}

enum app_exit command_eval(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"misses", required_argument, NULL, 'm'},
                                            {"floors", required_argument, NULL, 'f'},
                                            {NULL, 0, NULL, 0}};
    const char *config = NULL;
    struct run run = {.misses = NULL};
    struct sam_err err;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'm')
            run.misses = optarg;
        else if (c == 'f')
            run.floors = optarg;
        else if (c == 'c')
            config = optarg;
        else
            return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
    }
    if (optind == argc)
        return app_usage(self, "which file?");
    if (run.misses != NULL && !eval_named(run.misses))
        return app_usage(self, "--misses: \"%s\" is no label", run.misses);
    struct sam_arena *arena = app_arena(CORPUS_BYTES);
    enum app_exit exit = app_rules_get(self, arena, config, &run.rules);
    if (exit == APP_DONE && evaluate(&run, argv + optind, (size_t)(argc - optind), arena, &err) != SAM_OK)
        exit = app_failed(self, &err);
    sam_arena_free(arena);
    return exit == APP_DONE && run.below > 0 ? APP_FAILED : exit;
}
