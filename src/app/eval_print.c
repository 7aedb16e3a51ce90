/*
 * Figures of an evaluation as a table for people.
 */
#include "eval.h"

#include <stdio.h>
#include <string.h>

#define RARE 10 /* labels with fewer cases are not in the macro mean */

struct eval_cases eval_sum(const struct eval_set *set, int kind)
{
    struct eval_cases sum = {0};
    for (size_t i = 0; i < set->n; i++) {
        if (!set->chosen[i])
            continue;
        sum.hit += set->all[i].of[kind].hit;
        sum.wrong += set->all[i].of[kind].wrong;
        sum.missed += set->all[i].of[kind].missed;
        sum.other += set->all[i].of[kind].other;
    }
    return sum;
}

/* Mean F1 of the labels with enough cases; below 0 when there are none. */
double eval_macro(const struct eval_set *set)
{
    double sum = 0;
    int n = 0;
    for (int kind = 0; kind < SAM_LABELS; kind++) {
        struct eval_figures f = eval_figures_of(eval_sum(set, kind));
        if (f.n >= RARE) {
            sum += f.f1;
            n++;
        }
    }
    return n == 0 ? -1 : sum / n;
}

bool eval_named(const char *word)
{
    bool named = strcmp(word, "all") == 0;
    for (int kind = 0; kind < EVAL_KINDS && !named; kind++)
        named = strcmp(word, eval_name(kind)) == 0;
    return named;
}

void eval_tell_miss(void *context, struct sam_span id, int32_t turn, int kind, bool wrong, struct sam_span rule, struct sam_span text)
{
    const char *const *wanted = context;
    if (strcmp(*wanted, "all") != 0 && strcmp(*wanted, eval_name(kind)) != 0)
        return;
    (void)printf("%s %.*s:%d %s %.*s | ", wrong ? "wrong " : "missed", SAM_ARG(id), turn, eval_name(kind), SAM_ARG(rule));
    for (size_t i = 0; i < text.len && i < 300; i++)
        (void)putchar((unsigned char)text.at[i] < 0x20 ? ' ' : text.at[i]);
    (void)putchar('\n');
}

static void print_part(double value)
{
    if (value < 0)
        (void)printf("     -");
    else
        (void)printf(" %5.1f", 100 * value);
}

static void print_shares(const struct eval_set *set)
{
    static const char *const names[2] = {"opportunities missed", "empathy gaps"};
    for (int k = 0; k < 2; k++) {
        uint32_t cues[2] = {0, 0}, lost[2] = {0, 0};
        for (size_t i = 0; i < set->n; i++) {
            for (int who = 0; set->chosen[i] && who < 2; who++) {
                cues[who] += set->all[i].cues[k][who];
                lost[who] += set->all[i].lost[k][who];
            }
        }
        if (cues[0] > 0 && cues[1] > 0)
            (void)printf("%-26s true %u of %u (%.0f %%), reported %u of %u (%.0f %%)\n", names[k], lost[0], cues[0],
                         100.0 * lost[0] / cues[0], lost[1], cues[1], 100.0 * lost[1] / cues[1]);
    }
}

/* How often the scorer decides, and how right it is where people decided too. */
static void print_resolved(const struct eval_set *set)
{
    struct eval_cases both = {0};
    uint32_t all = 0, decided = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct sam_int *resolved = set->all[i].resolved;
        if (!set->chosen[i])
            continue;
        all++;
        decided += resolved[1].known ? 1 : 0;
        if (!resolved[0].known || !resolved[1].known)
            continue;
        both.hit += resolved[0].value == 1 && resolved[1].value == 1 ? 1 : 0;
        both.other += resolved[0].value == 0 && resolved[1].value == 0 ? 1 : 0;
        both.wrong += resolved[0].value == 0 && resolved[1].value == 1 ? 1 : 0;
        both.missed += resolved[0].value == 1 && resolved[1].value == 0 ? 1 : 0;
    }
    uint32_t known = both.hit + both.other + both.wrong + both.missed;
    if (known > 0)
        (void)printf("%-26s decided %u of %u, right %.0f %% of %u, kappa %.2f\n", "resolved", decided, all,
                     100.0 * (both.hit + both.other) / known, known, eval_figures_of(both).kappa);
}

static void print_group(const struct eval_set *set, const char *title)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n; i++)
        n += set->chosen[i] ? 1 : 0;
    if (n == 0)
        return;
    (void)printf("\n%s: %zu conversations\n%-26s     n     P     R    F1 kappa  95 %% of F1\n", title, n, "");
    for (int kind = 0; kind < EVAL_KINDS; kind++) {
        struct eval_figures f = eval_figures_of(eval_sum(set, kind));
        double low, high;
        if (f.f1 < 0)
            continue;
        eval_interval(set->all, set->n, kind, set->chosen, &low, &high);
        (void)printf("%-26s %5u", eval_name(kind), f.n);
        print_part(f.precision);
        print_part(f.recall);
        print_part(f.f1);
        print_part(f.kappa);
        (void)printf("  %.0f-%.0f%s\n", 100 * low, 100 * high, f.n < RARE ? "  (few)" : "");
    }
    print_shares(set);
    print_resolved(set);
    (void)printf("%-26s                   ", "macro F1");
    print_part(eval_macro(set));
    (void)printf("\n");
}

void eval_choose(struct eval_set *set, enum sam_language language, enum sam_channel channel, const char *style)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct eval_one *one = &set->all[i];
        set->chosen[i] = (language == SAM_LANGUAGE_UNKNOWN || one->language == language) &&
                         (channel == SAM_CHANNEL_UNKNOWN || one->channel == channel) && (style == NULL || sam_span_is(one->style, style));
    }
}

void eval_print(struct eval_set *set)
{
    static const char *const styles[] = {"asr", "edited"};
    eval_choose(set, SAM_LANGUAGE_UNKNOWN, SAM_CHANNEL_UNKNOWN, NULL);
    print_group(set, "all");
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        eval_choose(set, (enum sam_language)language, SAM_CHANNEL_UNKNOWN, NULL);
        print_group(set, sam_language_name((enum sam_language)language));
    }
    for (int channel = SAM_CHANNEL_VOICE; channel <= SAM_CHANNEL_TASK; channel++) {
        eval_choose(set, SAM_LANGUAGE_UNKNOWN, (enum sam_channel)channel, NULL);
        print_group(set, sam_channel_name((enum sam_channel)channel));
    }
    for (size_t i = 0; i < SAM_COUNT(styles); i++) {
        eval_choose(set, SAM_LANGUAGE_UNKNOWN, SAM_CHANNEL_UNKNOWN, styles[i]);
        print_group(set, styles[i]);
    }
}

/* A floor: "GROUP KIND F1", group "all" or a language, kind a label, a moment or "macro". */
static enum sam_code check_floor(struct eval_set *set, const char *path, struct sam_span line, size_t *below, struct sam_err *err)
{
    struct sam_span rest = line, group = sam_span_word(&rest), kind = sam_span_word(&rest), number = sam_span_word(&rest);
    bool all = sam_span_is(group, "all");
    enum sam_language language = all ? SAM_LANGUAGE_UNKNOWN : sam_language_find(group);
    double floor;
    if (sam_span_double(number, &floor, err) != SAM_OK)
        return sam_wrap(err, "%s: \"GROUP KIND F1\" was expected, not \"%.*s\"", path, SAM_ARG(line));
    if (!all && (language == SAM_LANGUAGE_UNKNOWN || language == SAM_LANGUAGE_OTHER))
        return sam_fail(err, SAM_BAD_INPUT, "%s: \"%.*s\" is no language that is scored, nor \"all\"", path, SAM_ARG(group));
    int i = 0;
    while (i < EVAL_KINDS && !sam_span_is(kind, eval_name(i)))
        i++;
    if (i == EVAL_KINDS && !sam_span_is(kind, "macro"))
        return sam_fail(err, SAM_BAD_INPUT, "%s: \"%.*s\" is no label, moment or \"macro\"", path, SAM_ARG(kind));
    eval_choose(set, language, SAM_CHANNEL_UNKNOWN, NULL);
    double is = i == EVAL_KINDS ? eval_macro(set) : eval_figures_of(eval_sum(set, i)).f1;
    if (100 * is < floor) {
        (void)printf("below its floor: %.*s %.*s is %.1f, floor %.1f\n", SAM_ARG(group), SAM_ARG(kind), 100 * is, floor);
        ++*below;
    }
    return SAM_OK;
}

enum sam_code eval_floors(struct eval_set *set, const char *path, struct sam_arena *arena, size_t *below, struct sam_err *err)
{
    struct sam_span rest, line;
    if (corpus_file(arena, path, &rest, err) != SAM_OK)
        return err->code;
    while (sam_span_line(&rest, &line)) {
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (check_floor(set, path, line, below, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}
