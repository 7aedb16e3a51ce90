/*
 * samtaled score FILE...: reads, masks, joins and scores without a database; one JSON line a conversation, or a few words for people.
 */
#include "samtale/score.h"

#include "corpus.h"
#include "explain.h"

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

static enum sam_code show_all(struct sam_arena *arena, struct sam_arena *work, char *const *files, size_t n, show_function *show,
                              size_t *refused, struct sam_err *err)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    struct corpus corpus;
    enum sam_code code = sam_scorer_new(&settings, NULL, 0, &scorer, err);
    if (code == SAM_OK)
        code = corpus_read(arena, files, n, &corpus, err);
    for (size_t i = 0; code == SAM_OK && i < corpus.n; i++) {
        sam_arena_reset(work);
        code = show_item(scorer, &corpus.items[i], work, show, err);
    }
    if (code == SAM_OK)
        *refused = corpus.refused;
    sam_scorer_free(scorer);
    return code;
}

static enum app_exit run(const struct command *self, char *const *files, size_t n, show_function *show)
{
    struct sam_err err;
    size_t refused = 0;
    struct sam_arena *arena = sam_arena_new(CORPUS_BYTES), *work = sam_arena_new(WORK_BYTES);
    SAM_MUST(arena != NULL && work != NULL);
    enum sam_code code = show_all(arena, work, files, n, show, &refused, &err);
    sam_arena_free(work);
    sam_arena_free(arena);
    if (code != SAM_OK)
        return app_failed(self, &err);
    return refused == 0 ? APP_DONE : APP_FAILED;
}

enum app_exit command_score(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"format", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
    show_function *show = show_json;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        struct sam_span value = c == 'f' ? sam_span_of(optarg) : SAM_NO_SPAN;
        if (c != 'f')
            return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
        if (!sam_span_is(value, "json") && !sam_span_is(value, "text"))
            return app_usage(self, "--format is json or text, not \"%s\"", optarg);
        show = sam_span_is(value, "json") ? show_json : explain_short;
    }
    if (optind == argc)
        return app_usage(self, "which file?");
    return run(self, argv + optind, (size_t)(argc - optind), show);
}

enum app_exit command_explain(const struct command *self, int argc, char **argv)
{
    opterr = 0;
    if (getopt_long(argc, argv, "", (const struct option[]){{NULL, 0, NULL, 0}}, NULL) != -1)
        return app_usage(self, "\"%s\" is not an option of it", argv[optind - 1]);
    if (optind == argc)
        return app_usage(self, "which file?");
    return run(self, argv + optind, (size_t)(argc - optind), isatty(STDOUT_FILENO) == 1 ? explain_coloured : explain_plain);
}
