/*
 * samtaled score FILE...: reads, masks, joins and scores without a database; one JSON line a conversation, or a few words for people.
 */
#include "corpus.h"
#include "explain.h"
#include "rules.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#define CORPUS_BYTES ((size_t)4 << 30)
#define WORK_BYTES   ((size_t)256 << 20)
#define LINE_BYTES   ((size_t)64 << 20)

/* How each conversation is shown. */
typedef void show_function(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                           struct sam_span id, struct sam_buf *out);

static void show_json(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                      struct sam_span id, struct sam_buf *out)
{
    (void)conversation;
    sam_score_write(scorer, id, score, out);
    sam_buf_text(out, "\n");
}

static enum sam_code show_item(const struct sam_scorer *scorer, const struct corpus_item *item, struct sam_arena *work, show_function *show,
                               struct sam_err *err)
{
    struct sam_conversation conversation;
    struct sam_score score;
    struct sam_buf line = sam_buf_of(LINE_BYTES);
    enum sam_code code = corpus_join(item, work, &conversation, err);
    if (code == SAM_OK)
        code = sam_score(scorer, &conversation, work, &score, err);
    if (code == SAM_OK) {
        show(scorer, &conversation, &score, item->id, &line);
        if (line.failed)
            code = sam_fail(err, SAM_TOO_LARGE, "%s:%u: the result is larger than %zu bytes", item->file, item->line, LINE_BYTES);
        else if (fwrite(line.at, 1, line.len, stdout) != line.len)
            code = sam_fail(err, SAM_SYSTEM, "cannot write the result");
    }
    sam_buf_free(&line);
    return code;
}

/* What the words of the command ask for. */
struct wish {
    const char *config;
    char *const *files;
    size_t n;
    show_function *show;
};

static enum sam_code show_all(const struct wish *wish, const struct app_rules *rules, struct sam_arena *arena, struct sam_arena *work,
                              size_t *refused, struct sam_err *err)
{
    struct sam_scorer *scorer = NULL;
    struct corpus corpus;
    enum sam_code code = sam_scorer_new(&rules->score, rules->packs, rules->packs_n, &scorer, err);
    if (code == SAM_OK)
        code = corpus_read(&rules->read, arena, wish->files, wish->n, &corpus, err);
    for (size_t i = 0; code == SAM_OK && i < corpus.n; i++) {
        sam_arena_reset(work);
        code = show_item(scorer, &corpus.items[i], work, wish->show, err);
    }
    if (code == SAM_OK)
        *refused = corpus.refused;
    sam_scorer_free(scorer);
    return code;
}

static enum app_exit run(const struct command *self, const struct wish *wish)
{
    struct sam_err err;
    struct app_rules rules;
    size_t refused = 0;
    struct sam_arena *arena = app_arena(CORPUS_BYTES), *work = app_arena(WORK_BYTES);
    enum app_exit exit = app_rules_get(self, arena, wish->config, &rules);
    if (exit == APP_DONE && show_all(wish, &rules, arena, work, &refused, &err) != SAM_OK)
        exit = app_failed(self, &err);
    sam_arena_free(work);
    sam_arena_free(arena);
    return exit == APP_DONE && refused > 0 ? APP_FAILED : exit;
}

enum app_exit command_score(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"format", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
    struct wish wish = {.show = show_json};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        struct sam_span value = c != '?' ? sam_span_of(optarg) : SAM_NO_SPAN;
        if (c == '?')
            return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
        if (c == 'c')
            wish.config = optarg;
        else if (sam_span_is(value, "json") || sam_span_is(value, "text"))
            wish.show = sam_span_is(value, "json") ? show_json : explain_short;
        else
            return app_usage(self, "--format is json or text, not \"%s\"", optarg);
    }
    if (optind == argc)
        return app_usage(self, "which file?");
    wish.files = argv + optind;
    wish.n = (size_t)(argc - optind);
    return run(self, &wish);
}

enum app_exit command_explain(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    struct wish wish = {.show = isatty(STDOUT_FILENO) == 1 ? explain_coloured : explain_plain};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c != 'c')
            return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
        wish.config = optarg;
    }
    if (optind == argc)
        return app_usage(self, "which file?");
    wish.files = argv + optind;
    wish.n = (size_t)(argc - optind);
    return run(self, &wish);
}
