/*
 * samtaled eval FILE...: the scorer against people's labels: figures by label, language, channel and style, moments and their shares, the
 * mistakes by name. A file of floors turns a figure that is too low into exit status 1.
 */
#include "eval.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define CORPUS_BYTES ((size_t)2 << 30)
#define WORK_BYTES   ((size_t)256 << 20)
#define RARE         10 /* labels with fewer cases are not in the macro mean */

struct run {
    const char *misses; /* label whose mistakes are listed, "all", or NULL */
    const char *floors;
    struct eval_one *all;
    size_t n;
    bool *chosen;
    struct sam_span floor_text;
    size_t below;
};

static void tell_miss(void *context, struct sam_span id, int32_t turn, int kind, bool wrong, struct sam_span rule, struct sam_span text)
{
    const struct run *run = context;
    if (strcmp(run->misses, "all") != 0 && strcmp(run->misses, eval_name(kind)) != 0)
        return;
    (void)printf("%s %.*s:%d %s %.*s | ", wrong ? "wrong " : "missed", SAM_ARG(id), turn, eval_name(kind), SAM_ARG(rule));
    for (size_t i = 0; i < text.len && i < 300; i++)
        (void)putchar((unsigned char)text.at[i] < 0x20 ? ' ' : text.at[i]);
    (void)putchar('\n');
}

static struct eval_cases sum_of(const struct run *run, int kind)
{
    struct eval_cases sum = {0};
    for (size_t i = 0; i < run->n; i++) {
        if (!run->chosen[i])
            continue;
        sum.hit += run->all[i].of[kind].hit;
        sum.wrong += run->all[i].of[kind].wrong;
        sum.missed += run->all[i].of[kind].missed;
        sum.other += run->all[i].of[kind].other;
    }
    return sum;
}

/* Mean F1 of the labels with enough cases; below 0 when there are none. */
static double macro_of(const struct run *run)
{
    double sum = 0;
    int n = 0;
    for (int kind = 0; kind < SAM_LABELS; kind++) {
        struct eval_figures f = eval_figures_of(sum_of(run, kind));
        if (f.n >= RARE) {
            sum += f.f1;
            n++;
        }
    }
    return n == 0 ? -1 : sum / n;
}

static void print_part(double value)
{
    if (value < 0)
        (void)printf("     -");
    else
        (void)printf(" %5.1f", 100 * value);
}

static void print_shares(const struct run *run)
{
    static const char *const names[2] = {"opportunities missed", "empathy gaps"};
    for (int k = 0; k < 2; k++) {
        uint32_t cues[2] = {0, 0}, lost[2] = {0, 0};
        for (size_t i = 0; i < run->n; i++) {
            for (int who = 0; run->chosen[i] && who < 2; who++) {
                cues[who] += run->all[i].cues[k][who];
                lost[who] += run->all[i].lost[k][who];
            }
        }
        if (cues[0] > 0 && cues[1] > 0)
            (void)printf("%-26s true %u of %u (%.0f %%), reported %u of %u (%.0f %%)\n", names[k], lost[0], cues[0],
                         100.0 * lost[0] / cues[0], lost[1], cues[1], 100.0 * lost[1] / cues[1]);
    }
}

static void print_group(const struct run *run, const char *title)
{
    size_t n = 0;
    for (size_t i = 0; i < run->n; i++)
        n += run->chosen[i] ? 1 : 0;
    if (n == 0)
        return;
    (void)printf("\n%s: %zu conversations\n%-26s     n     P     R    F1 kappa  95 %% of F1\n", title, n, "");
    for (int kind = 0; kind < EVAL_KINDS; kind++) {
        struct eval_figures f = eval_figures_of(sum_of(run, kind));
        double low, high;
        if (f.f1 < 0)
            continue;
        eval_interval(run->all, run->n, kind, run->chosen, &low, &high);
        (void)printf("%-26s %5u", eval_name(kind), f.n);
        print_part(f.precision);
        print_part(f.recall);
        print_part(f.f1);
        print_part(f.kappa);
        (void)printf("  %.0f-%.0f%s\n", 100 * low, 100 * high, f.n < RARE ? "  (few)" : "");
    }
    print_shares(run);
    (void)printf("%-26s                   ", "macro F1");
    print_part(macro_of(run));
    (void)printf("\n");
}

static void choose(struct run *run, enum sam_language language, enum sam_channel channel, const char *style)
{
    for (size_t i = 0; i < run->n; i++) {
        const struct eval_one *one = &run->all[i];
        run->chosen[i] = (language == SAM_LANGUAGE_UNKNOWN || one->language == language) &&
                         (channel == SAM_CHANNEL_UNKNOWN || one->channel == channel) && (style == NULL || sam_span_is(one->style, style));
    }
}

/* A floor: "GROUP KIND F1", group "all" or a language, kind a label, a moment or "macro". */
static enum sam_code check_floor(struct run *run, struct sam_span line, struct sam_err *err)
{
    struct sam_span words[3] = {SAM_NO_SPAN, SAM_NO_SPAN, SAM_NO_SPAN};
    size_t at = 0;
    for (int i = 0; i < 3; i++) {
        while (at < line.len && line.at[at] == ' ')
            at++;
        size_t from = at;
        while (at < line.len && line.at[at] != ' ')
            at++;
        words[i] = (struct sam_span){line.at + from, at - from};
    }
    double floor, is = -1;
    if (sam_span_double(words[2], &floor, err) != SAM_OK)
        return sam_wrap(err, "%s: \"GROUP KIND F1\" was expected, not \"%.*s\"", run->floors, SAM_ARG(line));
    choose(run, sam_span_is(words[0], "all") ? SAM_LANGUAGE_UNKNOWN : sam_language_find(words[0]), SAM_CHANNEL_UNKNOWN, NULL);
    if (sam_span_is(words[1], "macro"))
        is = macro_of(run);
    for (int kind = 0; kind < EVAL_KINDS; kind++) {
        if (sam_span_is(words[1], eval_name(kind)))
            is = eval_figures_of(sum_of(run, kind)).f1;
    }
    if (100 * is < floor) {
        (void)printf("below its floor: %.*s %.*s is %.1f, floor %.1f\n", SAM_ARG(words[0]), SAM_ARG(words[1]), 100 * is, floor);
        run->below++;
    }
    return SAM_OK;
}

static enum sam_code check_floors(struct run *run, struct sam_err *err)
{
    struct sam_span rest = run->floor_text, line;
    while (sam_span_line(&rest, &line)) {
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (check_floor(run, line, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

static void print_all(struct run *run)
{
    static const char *const styles[] = {"asr", "edited"};
    choose(run, SAM_LANGUAGE_UNKNOWN, SAM_CHANNEL_UNKNOWN, NULL);
    print_group(run, "all");
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        choose(run, (enum sam_language)language, SAM_CHANNEL_UNKNOWN, NULL);
        print_group(run, sam_language_name((enum sam_language)language));
    }
    for (int channel = SAM_CHANNEL_VOICE; channel <= SAM_CHANNEL_TASK; channel++) {
        choose(run, SAM_LANGUAGE_UNKNOWN, (enum sam_channel)channel, NULL);
        print_group(run, sam_channel_name((enum sam_channel)channel));
    }
    for (size_t i = 0; i < SAM_COUNT(styles); i++) {
        choose(run, SAM_LANGUAGE_UNKNOWN, SAM_CHANNEL_UNKNOWN, styles[i]);
        print_group(run, styles[i]);
    }
}

static enum sam_code eval_all(struct run *run, const struct sam_scorer *scorer, const struct corpus *corpus, struct sam_arena *work,
                              struct sam_err *err)
{
    run->all = sam_arena_array(corpus->arena, corpus->n, sizeof *run->all);
    run->chosen = sam_arena_array(corpus->arena, corpus->n, sizeof *run->chosen);
    if (run->all == NULL || run->chosen == NULL)
        return sam_arena_full(corpus->arena, err);
    for (size_t i = 0; i < corpus->n; i++) {
        sam_arena_reset(work);
        enum sam_code code =
            eval_conversation(scorer, &corpus->items[i], work, &run->all[run->n], run->misses == NULL ? NULL : tell_miss, run, err);
        if (code == SAM_NONE)
            continue;
        if (code != SAM_OK)
            return code;
        struct eval_one *one = &run->all[run->n++];
        if (sam_arena_span(corpus->arena, one->style, &one->style, err) != SAM_OK)
            return err->code;
    }
    return run->n > 0 ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "no labelled conversation in these files");
}

static enum sam_code evaluate(struct run *run, char *const *files, size_t n, struct sam_arena *arena, struct sam_err *err)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    struct sam_arena *work = sam_arena_new(WORK_BYTES);
    struct corpus corpus;
    SAM_MUST(work != NULL);
    enum sam_code code = sam_scorer_new(&settings, NULL, 0, &scorer, err);
    if (code == SAM_OK)
        code = corpus_read(arena, files, n, &corpus, err);
    if (code == SAM_OK && run->floors != NULL)
        code = corpus_file(arena, run->floors, &run->floor_text, err);
    if (code == SAM_OK)
        code = eval_all(run, scorer, &corpus, work, err);
    if (code == SAM_OK && run->misses == NULL)
        print_all(run);
    if (code == SAM_OK)
        code = check_floors(run, err);
    sam_scorer_free(scorer);
    sam_arena_free(work);
    return code;
}

enum app_exit command_eval(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {
        {"misses", required_argument, NULL, 'm'}, {"floors", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
    struct run run = {.misses = NULL};
    struct sam_err err;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 'm')
            run.misses = optarg;
        else if (c == 'f')
            run.floors = optarg;
        else
            return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
    }
    if (optind == argc)
        return app_usage(self, "which file?");
    struct sam_arena *arena = sam_arena_new(CORPUS_BYTES);
    SAM_MUST(arena != NULL);
    enum sam_code code = evaluate(&run, argv + optind, (size_t)(argc - optind), arena, &err);
    sam_arena_free(arena);
    if (code != SAM_OK)
        return app_failed(self, &err);
    return run.below == 0 ? APP_DONE : APP_FAILED;
}
