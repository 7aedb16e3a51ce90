/*
 * Cue and answer. A cue is a customer's turn; what counts after it are the agent's passages, backchannels left out, so that neither split
 * turns nor a "mm" in between move the figure. The windows are the codebook's ("Whole conversation").
 */
#include "score_room.h"

#define OPPORTUNITY_WINDOW 3
#define EMPATHY_WINDOW     2
#define CHURN_WINDOW       UINT32_MAX

#define BIT(label) (UINT32_C(1) << (label))
#define OFFERS     (BIT(SAM_ADVICE) | BIT(SAM_OFFER_PRODUCT) | BIT(SAM_OFFER_GOODWILL))
#define EMPATHY    (BIT(SAM_EMPATHY_ACKNOWLEDGE) | BIT(SAM_EMPATHY_APOLOGY) | BIT(SAM_EMPATHY_REASSURE))

/* What each kind of moment asks of the agent: the better answer, then the second best. */
static const struct rule {
    enum sam_moment_kind kind;
    uint32_t cues, answers, second;
    enum sam_met met, second_met;
    uint32_t window;
} rules[] = {
    {SAM_MOMENT_OPPORTUNITY, BIT(SAM_CUE_OPPORTUNITY), BIT(SAM_CLARIFY_NEED), OFFERS, SAM_MET_EXPLORED, SAM_MET_ANSWERED,
     OPPORTUNITY_WINDOW},
    {SAM_MOMENT_EMPATHY, BIT(SAM_CUE_DISTRESS) | BIT(SAM_CUE_FRUSTRATION), EMPATHY, 0, SAM_MET_ACKNOWLEDGED, SAM_MET_MISSED,
     EMPATHY_WINDOW},
    {SAM_MOMENT_CHURN, BIT(SAM_CUE_CHURN), BIT(SAM_RETENTION_ATTEMPT), 0, SAM_MET_ATTEMPTED, SAM_MET_MISSED, CHURN_WINDOW},
};

void score_times(const struct sam_turn *turn, int32_t i, struct sam_int *start_ms, struct sam_int *end_ms)
{
    *start_ms = turn->start_ms;
    *end_ms = turn->end_ms;
    for (size_t k = 0; k < turn->segments_n; k++) {
        if (turn->segments[k].i == i) {
            *start_ms = turn->segments[k].start_ms;
            *end_ms = turn->segments[k].end_ms;
        }
    }
}

/* Milliseconds from the cue's end to the answer's start; none when they overlap. */
static struct sam_int latency(const struct scoring *s, const struct sam_mark *cue, const struct sam_mark *answer)
{
    struct sam_int cue_start, cue_end, start, end;
    score_times(&s->conversation->turns[cue->turn], cue->i, &cue_start, &cue_end);
    score_times(&s->conversation->turns[answer->turn], answer->i, &start, &end);
    if (!cue_end.known || !start.known)
        return SAM_UNKNOWN;
    return sam_int_of(start.value > cue_end.value ? start.value - cue_end.value : 0);
}

/* The answer in one window. */
struct search {
    const struct sam_mark *best, *second;
    uint32_t best_at, second_at, passages;
};

/* Keeps the first answer, and the first of the second kind, among the marks of one turn. */
static void note(struct search *found, const struct rule *rule, const struct sam_mark *mark)
{
    if ((BIT(mark->label) & rule->answers) != 0 && found->best == NULL) {
        found->best = mark;
        found->best_at = found->passages;
    } else if ((BIT(mark->label) & rule->second) != 0 && found->second == NULL) {
        found->second = mark;
        found->second_at = found->passages;
    }
}

/* Goes through the agent's turns behind the cue until its window is used up. */
static struct search look(const struct scoring *s, const struct sam_mark *cue, const struct rule *rule)
{
    struct search found = {NULL, NULL, 0, 0, 0};
    uint32_t last = UINT32_MAX;
    const struct sam_mark *mark = cue, *end = s->marks.at + s->marks.n;
    for (uint32_t turn = cue->turn + 1; turn < s->conversation->turns_n; turn++) {
        const struct sam_turn_seen *seen = &s->marks.turns[turn];
        if (s->conversation->turns[turn].role != SAM_ROLE_AGENT || seen->passed_over)
            continue;
        if (seen->passage != last && found.passages == rule->window)
            break;
        found.passages += seen->passage != last ? 1 : 0;
        last = seen->passage;
        while (mark < end && mark->turn < turn)
            mark++;
        for (const struct sam_mark *at = mark; at < end && at->turn == turn; at++)
            note(&found, rule, at);
        if (found.best != NULL)
            break;
    }
    return found;
}

/* The question that the cue's own rules suggest, else the pack's. */
static struct sam_span suggestion(const struct scoring *s, const struct sam_mark *cue)
{
    for (const struct sam_mark *mark = cue; mark < s->marks.at + s->marks.n && mark->i == cue->i && mark->label == cue->label; mark++) {
        if (mark->ask.len > 0)
            return mark->ask;
    }
    return sam_packs_ask(s->scorer->packs, s->out->language, cue->label);
}

static void follow(const struct scoring *s, const struct sam_mark *cue, const struct rule *rule, struct sam_moment *moment)
{
    struct search found = look(s, cue, rule);
    const struct sam_mark *answer = found.best != NULL ? found.best : found.second;
    *moment = (struct sam_moment){.kind = rule->kind, .cue = cue->label, .cue_turn = cue->i, .answer_turn = -1, .met = SAM_MET_MISSED};
    if (answer != NULL) {
        moment->met = found.best != NULL ? rule->met : rule->second_met;
        moment->answer_turn = answer->i;
        moment->latency_turns = sam_int_of(found.best != NULL ? found.best_at : found.second_at);
        moment->latency_ms = latency(s, cue, answer);
    } else if (found.passages == 0) {
        moment->met = SAM_MET_NO_OCCASION;
    } else if (rule->kind == SAM_MOMENT_OPPORTUNITY) {
        moment->suggestion = suggestion(s, cue);
    }
}

static const struct rule *rule_of(enum sam_label cue)
{
    for (size_t i = 0; i < SAM_COUNT(rules); i++) {
        if ((rules[i].cues & BIT(cue)) != 0)
            return &rules[i];
    }
    return NULL;
}

enum sam_code score_moments(struct scoring *s, struct sam_err *err)
{
    struct sam_score *out = s->out;
    out->moments = sam_arena_array(s->arena, s->marks.n, sizeof *out->moments);
    if (out->moments == NULL)
        return sam_arena_full(s->arena, err);
    for (size_t i = 0; i < s->marks.n; i++) {
        const struct sam_mark *cue = &s->marks.at[i];
        const struct rule *rule = cue->lead ? rule_of(cue->label) : NULL;
        const struct sam_moment *last = out->moments_n > 0 ? &out->moments[out->moments_n - 1] : NULL;
        /* Distress and frustration in one turn ask for one answer. */
        if (rule == NULL || (last != NULL && last->kind == rule->kind && last->cue_turn == cue->i))
            continue;
        follow(s, cue, rule, &out->moments[out->moments_n++]);
    }
    return SAM_OK;
}
