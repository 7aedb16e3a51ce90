/*
 * samtaled pack check | test | show: a site's packs compiled over the shipped ones, tried on a sentence, printed.
 */
#include "corpus.h"
#include "rules.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define PACK_BYTES ((size_t)256 << 20)
#define SHOW_BYTES ((size_t)16 << 20)

/* What the words of the command ask for. */
struct wish {
    const char *config;
    char *const *words; /* behind the options */
    size_t n;
};

static bool read_options(struct wish *wish, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c != 'c')
            return false;
        wish->config = optarg;
    }
    wish->words = argv + optind;
    wish->n = (size_t)(argc - optind);
    return true;
}

static enum app_exit no_option(const struct command *self, char **argv)
{
    return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
}

/* The files from the given word on, in place of the site's. */
static enum sam_code files_of(const struct wish *wish, size_t from, struct sam_arena *arena, struct app_rules *rules, struct sam_err *err)
{
    struct sam_pack_source *sources = sam_arena_array(arena, wish->n, sizeof *sources);
    if (sources == NULL)
        return sam_arena_full(arena, err);
    for (size_t i = from; i < wish->n; i++) {
        sources[i - from].name = wish->words[i];
        if (corpus_file(arena, wish->words[i], &sources[i - from].text, err) != SAM_OK)
            return err->code;
    }
    rules->packs = sources;
    rules->packs_n = wish->n - from;
    return SAM_OK;
}

/* The shipped packs, and over them the files from the given word on or, when there are none, those of the site. A fault in a pack is told
 * as a compiler tells it, so that editors jump there. */
static enum app_exit load(const struct command *self, const struct wish *wish, size_t from, struct sam_arena *arena,
                          struct sam_scorer **out)
{
    struct app_rules rules;
    struct sam_err err;
    enum app_exit exit = app_rules_get(self, arena, wish->config, &rules);
    if (exit != APP_DONE)
        return exit;
    if (wish->n > from && files_of(wish, from, arena, &rules, &err) != SAM_OK)
        return app_failed(self, &err);
    if (sam_scorer_new(&rules.score, rules.packs, rules.packs_n, out, &err) == SAM_OK)
        return APP_DONE;
    (void)fprintf(stderr, "%s\n", err.text);
    return APP_FAILED;
}

enum app_exit command_pack_check(const struct command *self, int argc, char **argv)
{
    struct wish wish = {.config = NULL};
    struct sam_scorer *scorer = NULL;
    if (!read_options(&wish, argc, argv))
        return no_option(self, argv);
    struct sam_arena *arena = app_arena(PACK_BYTES);
    enum app_exit exit = load(self, &wish, 0, arena, &scorer);
    for (int language = SAM_LANGUAGE_DA; exit == APP_DONE && language < SAM_LANGUAGES; language++) {
        struct sam_pack_summary s;
        if (sam_packs_summary(sam_scorer_packs(scorer), (enum sam_language)language, &s))
            (void)printf("%s: %u rules, %u patterns in %u ways, %u words, %u examples hold\n", sam_language_name(s.language), s.rules,
                         s.patterns, s.variants, s.words, s.examples);
    }
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return exit;
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
        struct sam_watch watch = {.passage = tell_fired, .self = &text};
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
    struct wish wish = {.config = NULL};
    struct sam_err err;
    struct sam_scorer *scorer = NULL;
    if (!read_options(&wish, argc, argv))
        return no_option(self, argv);
    if (wish.n < 2)
        return app_usage(self, "a language and a sentence, please");
    enum sam_language language = sam_language_find(sam_span_of(wish.words[0]));
    if (language < SAM_LANGUAGE_DA || language > SAM_LANGUAGE_EN)
        return app_usage(self, "\"%s\" is not a language of packs: da, nb, nn, sv or en", wish.words[0]);
    struct sam_arena *arena = app_arena(PACK_BYTES);
    enum app_exit exit = load(self, &wish, 2, arena, &scorer);
    if (exit == APP_DONE && try_text(scorer, language, sam_span_of(wish.words[1]), arena, &err) != SAM_OK)
        exit = app_failed(self, &err);
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return exit;
}

enum app_exit command_pack_show(const struct command *self, int argc, char **argv)
{
    struct wish wish = {.config = NULL};
    struct sam_scorer *scorer = NULL;
    struct sam_buf buf = sam_buf_of(SHOW_BYTES);
    if (!read_options(&wish, argc, argv))
        return no_option(self, argv);
    if (wish.n < 1 || wish.n > 2)
        return app_usage(self, "a language and perhaps the beginning of a rule's id, please");
    enum sam_language language = sam_language_find(sam_span_of(wish.words[0]));
    if (language < SAM_LANGUAGE_DA || language > SAM_LANGUAGE_EN)
        return app_usage(self, "\"%s\" is not a language of packs: da, nb, nn, sv or en", wish.words[0]);
    struct sam_arena *arena = app_arena(PACK_BYTES);
    enum app_exit exit = load(self, &wish, wish.n, arena, &scorer);
    if (exit == APP_DONE) {
        sam_packs_show(sam_scorer_packs(scorer), language, sam_span_of(wish.n == 2 ? wish.words[1] : ""), &buf);
        (void)fwrite(buf.at, 1, buf.len, stdout);
    }
    sam_buf_free(&buf);
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return exit;
}
