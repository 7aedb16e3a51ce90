/*
 * samtaled pack check | test | show: a site's packs compiled over the shipped ones, tried on a sentence, printed.
 */
#include "samtale/score.h"

#include "corpus.h"

#include <stdio.h>
#include <string.h>

#define PACK_BYTES ((size_t)64 << 20)
#define SHOW_BYTES ((size_t)16 << 20)

/* The shipped packs and the files over them. */
static enum sam_code load(struct sam_arena *arena, char *const *files, size_t n, struct sam_scorer **out, struct sam_err *err)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_pack_source *sources = sam_arena_array(arena, n + 1, sizeof *sources);
    if (sources == NULL)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < n; i++) {
        sources[i].name = files[i];
        if (corpus_file(arena, files[i], &sources[i].text, err) != SAM_OK)
            return err->code;
    }
    return sam_scorer_new(&settings, sources, n, out, err);
}

enum app_exit command_pack_check(const struct command *self, int argc, char **argv)
{
    struct sam_err err;
    struct sam_scorer *scorer = NULL;
    struct sam_arena *arena = sam_arena_new(PACK_BYTES);
    SAM_MUST(arena != NULL);
    enum sam_code code = load(arena, argv + 1, (size_t)(argc - 1), &scorer, &err);
    for (int language = SAM_LANGUAGE_DA; code == SAM_OK && language < SAM_LANGUAGES; language++) {
        struct sam_pack_summary s;
        if (sam_packs_summary(sam_scorer_packs(scorer), (enum sam_language)language, &s))
            (void)printf("%s: %u rules, %u patterns in %u ways, %u words, %u examples hold\n", sam_language_name(s.language), s.rules,
                         s.patterns, s.variants, s.words, s.examples);
    }
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    if (code == SAM_OK)
        return APP_DONE;
    (void)fprintf(stderr, "%s\n", err.text); /* as a compiler says it, so that editors jump there */
    (void)self;
    return APP_FAILED;
}

static uint32_t tell_fired(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence,
                           uint32_t room)
{
    const struct sam_span *text = self;
    (void)evidence;
    (void)room;
    for (uint32_t i = 0; i < passage->fired_n; i++) {
        const struct sam_fired *fired = &passage->fired[i];
        const struct sam_token *first = &passage->tokens[fired->first], *last = &passage->tokens[fired->last];
        (void)printf("  %+6.2f  %-48.*s %.*s\n", (double)fired->weight, (int)fired->rule.len, fired->rule.at,
                     (int)(last->at + last->bytes - first->at), text->at + first->at);
    }
    for (int label = 0; label < SAM_LABELS; label++) {
        if (score[label] > 0)
            (void)printf("  %6.2f  = %s\n", (double)score[label], sam_label_name((enum sam_label)label));
    }
    return 0;
}

/* Says what a sentence sets off, said by the agent and by the customer. */
static enum sam_code try_text(const struct sam_scorer *scorer, enum sam_language language, struct sam_span text, struct sam_arena *arena,
                              struct sam_err *err)
{
    static const enum sam_role roles[] = {SAM_ROLE_AGENT, SAM_ROLE_CUSTOMER};
    for (size_t i = 0; i < SAM_COUNT(roles); i++) {
        struct sam_turn turn = {.role = roles[i], .text = text};
        struct sam_watch watch = {tell_fired, &text};
        struct sam_marking in = {.turns = &turn, .n = 1, .declared = language, .fixed = true, .watch = &watch};
        struct sam_marks marks;
        (void)printf("%s:\n", sam_role_name(roles[i]));
        if (sam_packs_mark(sam_scorer_packs(scorer), &in, arena, &marks, err) != SAM_OK)
            return err->code;
        for (size_t k = 0; k < marks.n; k++) {
            if (marks.at[k].lead)
                (void)printf("  marked: %s\n", sam_label_name(marks.at[k].label));
        }
    }
    return SAM_OK;
}

enum app_exit command_pack_test(const struct command *self, int argc, char **argv)
{
    struct sam_err err;
    struct sam_scorer *scorer = NULL;
    if (argc < 3)
        return app_usage(self, "a language and a sentence, please");
    enum sam_language language = sam_language_find(sam_span_of(argv[1]));
    struct sam_arena *arena = sam_arena_new(PACK_BYTES);
    SAM_MUST(arena != NULL);
    enum sam_code code = load(arena, argv + 3, (size_t)(argc - 3), &scorer, &err);
    if (code == SAM_OK)
        code = try_text(scorer, language, sam_span_of(argv[2]), arena, &err);
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return code == SAM_OK ? APP_DONE : app_failed(self, &err);
}

enum app_exit command_pack_show(const struct command *self, int argc, char **argv)
{
    struct sam_err err;
    struct sam_scorer *scorer = NULL;
    struct sam_buf buf = sam_buf_of(SHOW_BYTES);
    if (argc < 2 || argc > 3)
        return app_usage(self, "a language and perhaps the beginning of a rule's id, please");
    struct sam_arena *arena = sam_arena_new(PACK_BYTES);
    SAM_MUST(arena != NULL);
    enum sam_code code = load(arena, argv, 0, &scorer, &err);
    if (code == SAM_OK) {
        sam_packs_show(sam_scorer_packs(scorer), sam_language_find(sam_span_of(argv[1])), sam_span_of(argc == 3 ? argv[2] : ""), &buf);
        (void)fwrite(buf.at, 1, buf.len, stdout);
    }
    sam_buf_free(&buf);
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return code == SAM_OK ? APP_DONE : app_failed(self, &err);
}
