/*
 * One labelled conversation: the labels as marks of people, the scorer's as its own, both through the same cue and answer.
 */
#include "eval.h"
#include "gold.h"

#include <stdlib.h>

const char *eval_name(int kind)
{
    return kind == EVAL_MISSED ? "moment.missed" : kind == EVAL_GAP ? "moment.gap" : sam_label_name((enum sam_label)kind);
}

static uint32_t count_words(struct sam_span text)
{
    uint32_t words = 0;
    for (size_t i = 0; i < text.len; i++)
        words += text.at[i] != ' ' && (i == 0 || text.at[i - 1] == ' ') ? 1 : 0;
    return words;
}

/* People's moments: every turn counts for itself, as the codebook says. */
static enum sam_code gold_score(const struct sam_scorer *scorer, const struct gold *gold, struct sam_arena *arena, struct sam_score *out,
                                struct sam_err *err)
{
    struct sam_turn *turns = sam_arena_array(arena, gold->n, sizeof *turns);
    struct sam_turn_seen *seen = sam_arena_array(arena, gold->n, sizeof *seen);
    struct sam_mark *marks = sam_arena_array(arena, gold->n * SAM_LABELS, sizeof *marks);
    size_t n = 0;
    if (turns == NULL || seen == NULL || marks == NULL)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < gold->n; i++) {
        const struct gold_turn *turn = &gold->turns[i];
        turns[i] = (struct sam_turn){.i = (int32_t)i, .role = turn->agent ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER, .text = turn->text};
        seen[i].passage = (uint32_t)i;
        seen[i].words = count_words(turn->text);
        seen[i].passed_over = turn->labels == 0 && seen[i].words <= 2;
        for (int label = 0; label < SAM_LABELS; label++) {
            if ((turn->labels >> label & 1) != 0)
                marks[n++] = (struct sam_mark){
                    .i = (int32_t)i, .turn = (uint32_t)i, .passage = (uint32_t)i, .label = (enum sam_label)label, .lead = true};
        }
    }
    struct sam_conversation conversation = {.turns = turns, .turns_n = gold->n};
    struct sam_marks all = {.language = SAM_LANGUAGE_OTHER, .at = marks, .n = n, .turns = seen, .passages = (uint32_t)gold->n};
    return sam_score_marks(scorer, &conversation, &all, arena, out, err);
}

static void count_case(struct eval_cases *cases, bool people, bool scorer)
{
    cases->hit += people && scorer ? 1 : 0;
    cases->wrong += !people && scorer ? 1 : 0;
    cases->missed += people && !scorer ? 1 : 0;
    cases->other += !people && !scorer ? 1 : 0;
}

struct telling {
    eval_miss *miss;
    void *context;
};

static void count_labels(const struct gold *gold, const struct sam_score *score, const struct telling *telling, struct eval_one *out)
{
    const struct sam_finding *finding = score->findings, *end = finding + score->findings_n;
    for (size_t i = 0; i < gold->n; i++) {
        const struct gold_turn *turn = &gold->turns[i];
        uint32_t ours = 0;
        struct sam_span rules[SAM_LABELS] = {{NULL, 0}};
        for (; finding < end && finding->turn <= (int32_t)i; finding++) {
            if (finding->turn == (int32_t)i && (ours >> finding->label & 1) == 0)
                rules[finding->label] = finding->rule;
            ours |= UINT32_C(1) << finding->label;
        }
        for (int label = 0; label < SAM_LABELS; label++) {
            bool people = (turn->labels >> label & 1) != 0, scorer = (ours >> label & 1) != 0;
            if ((turn->disputed >> label & 1) != 0 || turn->agent != (label < SAM_CUE_DISTRESS))
                continue;
            count_case(&out->of[label], people, scorer);
            if (people != scorer && telling->miss != NULL)
                telling->miss(telling->context, out->id, (int32_t)i, label, scorer, rules[label], turn->text);
        }
    }
}

/* Whether turn i has a moment of that kind, and a lost one. */
static void moment_at(const struct sam_score *score, int32_t i, enum sam_moment_kind kind, bool *cue, bool *lost)
{
    *cue = *lost = false;
    for (size_t k = 0; k < score->moments_n; k++) {
        const struct sam_moment *moment = &score->moments[k];
        if (moment->cue_turn != i || moment->kind != kind || moment->met == SAM_MET_NO_OCCASION)
            continue;
        *cue = true;
        *lost = moment->met == SAM_MET_MISSED;
    }
}

static void count_moments(const struct gold *gold, const struct sam_score *people, const struct sam_score *scorer, struct eval_one *out)
{
    static const struct {
        enum sam_moment_kind kind;
        int count;
        uint32_t cues;
    } kinds[2] = {{SAM_MOMENT_OPPORTUNITY, EVAL_MISSED, 1U << SAM_CUE_OPPORTUNITY},
                  {SAM_MOMENT_EMPATHY, EVAL_GAP, 1U << SAM_CUE_DISTRESS | 1U << SAM_CUE_FRUSTRATION}};
    for (size_t i = 0; i < gold->n; i++) {
        for (int k = 0; k < 2; k++) {
            bool cue, lost, our_cue, our_lost;
            if (gold->turns[i].agent || ((gold->turns[i].disputed & kinds[k].cues) != 0 && (gold->turns[i].labels & kinds[k].cues) == 0))
                continue;
            moment_at(people, (int32_t)i, kinds[k].kind, &cue, &lost);
            moment_at(scorer, (int32_t)i, kinds[k].kind, &our_cue, &our_lost);
            count_case(&out->of[kinds[k].count], lost, our_lost);
            out->cues[k][0] += cue ? 1 : 0;
            out->cues[k][1] += our_cue ? 1 : 0;
            out->lost[k][0] += lost ? 1 : 0;
            out->lost[k][1] += our_lost ? 1 : 0;
        }
    }
}

enum sam_code eval_conversation(const struct sam_scorer *scorer, const struct corpus_item *item, struct sam_arena *arena,
                                struct eval_one *out, eval_miss *miss, void *context, struct sam_err *err)
{
    struct gold gold;
    struct sam_conversation conversation;
    struct sam_score score = {0}, people = {0};
    struct telling telling = {miss, context};
    enum sam_code code = gold_read(item, arena, &gold, err);
    if (code == SAM_NONE)
        return code;
    if (code == SAM_OK)
        code = corpus_join(item, arena, &conversation, err);
    if (code == SAM_OK)
        code = sam_score(scorer, &conversation, arena, &score, err);
    if (code == SAM_OK)
        code = gold_score(scorer, &gold, arena, &people, err);
    if (code != SAM_OK)
        return sam_wrap(err, "%s:%u", item->file, item->line);
    *out = (struct eval_one){.id = item->id, .language = conversation.declared, .channel = conversation.channel, .style = gold.style};
    out->resolved[0] = sam_span_is(gold.resolved, "yes") ? sam_int_of(1) : sam_span_is(gold.resolved, "no") ? sam_int_of(0) : SAM_UNKNOWN;
    out->resolved[1] = score.scored ? score.measures[SAM_M_RESOLVED] : SAM_UNKNOWN;
    count_labels(&gold, &score, &telling, out);
    count_moments(&gold, &people, &score, out);
    return SAM_OK;
}

struct eval_figures eval_figures_of(struct eval_cases c)
{
    double hit = c.hit, wrong = c.wrong, missed = c.missed, all = hit + wrong + missed + c.other;
    struct eval_figures f = {.n = c.hit + c.missed, .precision = -1, .recall = -1, .f1 = -1, .kappa = -1};
    if (hit + wrong > 0)
        f.precision = hit / (hit + wrong);
    if (hit + missed > 0)
        f.recall = hit / (hit + missed);
    if (hit + wrong + missed > 0)
        f.f1 = 2 * hit / (2 * hit + wrong + missed);
    double chance = all > 0 ? ((hit + wrong) * (hit + missed) + (c.other + missed) * (c.other + wrong)) / (all * all) : 1;
    if (chance < 1)
        f.kappa = ((hit + c.other) / all - chance) / (1 - chance);
    return f;
}

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

#define DRAWS 400

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

void eval_interval(const struct eval_one *all, size_t n, int kind, const bool *chosen, double *low, double *high)
{
    double drawn[DRAWS];
    uint64_t state = 20240229;
    size_t of[4096], of_n = 0;
    for (size_t i = 0; i < n && of_n < SAM_COUNT(of); i++) {
        if (chosen[i])
            of[of_n++] = i;
    }
    for (size_t draw = 0; draw < DRAWS; draw++) {
        struct eval_cases sum = {0};
        for (size_t i = 0; i < of_n; i++) {
            const struct eval_cases *cases = &all[of[next_random(&state) % of_n]].of[kind];
            sum.hit += cases->hit;
            sum.wrong += cases->wrong;
            sum.missed += cases->missed;
        }
        double f1 = eval_figures_of(sum).f1;
        drawn[draw] = f1 < 0 ? 0 : f1;
    }
    qsort(drawn, DRAWS, sizeof *drawn, by_size);
    *low = drawn[DRAWS / 40];
    *high = drawn[DRAWS - 1 - DRAWS / 40];
}
