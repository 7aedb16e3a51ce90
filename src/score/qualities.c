/*
 * Four qualities of an agent's side, each by its own markers and counter-markers, shown beside each other and never added up; and what the
 * agent's talk was used for.
 */
#include "score_room.h"

#define BIT(label) (UINT32_C(1) << (label))
#define OFFERS     (BIT(SAM_OFFER_PRODUCT) | BIT(SAM_OFFER_GOODWILL))

/* Agent turns with one of the labels, or in which one of these is said. Counter-markers that are moments are counted already. */
static const struct {
    enum sam_measure measure;
    uint32_t labels, said;
} markers[] = {
    {SAM_M_ACTIVE_MARKERS, BIT(SAM_QUESTION_OPEN) | BIT(SAM_CLARIFY_NEED) | BIT(SAM_ADVICE) | BIT(SAM_OFFER_PRODUCT), 0},
    {SAM_M_SUPPORTIVE_MARKERS,
     BIT(SAM_EMPATHY_ACKNOWLEDGE) | BIT(SAM_EMPATHY_REASSURE) | BIT(SAM_CLARIFY_UNDERSTANDING) | BIT(SAM_RELATION_PERSONAL), 0},
    {SAM_M_STRONG_MARKERS, BIT(SAM_OWNERSHIP_COMMIT) | BIT(SAM_FLEXIBILITY_YES) | BIT(SAM_CLOSING_RESOLUTION_CHECK), 0},
    {SAM_M_STRONG_COUNTERS, 0, BIT(SAM_SAID_HEDGE) | BIT(SAM_SAID_PASSED_ON)},
    {SAM_M_INTEGRITY_MARKERS, BIT(SAM_EMPATHY_APOLOGY) | BIT(SAM_OFFER_GOODWILL), BIT(SAM_SAID_HONEST)},
    {SAM_M_INTEGRITY_COUNTERS, 0, BIT(SAM_SAID_HIDING) | BIT(SAM_SAID_BLAME)},
};

/* What a turn is used for: the first use whose labels or words it has; else it informs. */
static const struct {
    enum sam_measure measure;
    uint32_t labels, said;
} uses[] = {
    {SAM_M_REFUSING_MS, BIT(SAM_FLEXIBILITY_NO), 0},
    {SAM_M_EXPLORING_MS, BIT(SAM_CLARIFY_NEED) | BIT(SAM_CLARIFY_UNDERSTANDING) | BIT(SAM_QUESTION_OPEN), 0},
    {SAM_M_ADVISING_MS, BIT(SAM_ADVICE) | OFFERS | BIT(SAM_RETENTION_ATTEMPT), 0},
    {SAM_M_RELATING_MS,
     BIT(SAM_EMPATHY_ACKNOWLEDGE) | BIT(SAM_EMPATHY_APOLOGY) | BIT(SAM_EMPATHY_REASSURE) | BIT(SAM_RELATION_PERSONAL) |
         BIT(SAM_CLOSING_ANYTHING_ELSE) | BIT(SAM_CLOSING_RESOLUTION_CHECK),
     BIT(SAM_SAID_GREETING)},
    {SAM_M_VERIFYING_MS, BIT(SAM_QUESTION_CLOSED), 0},
};

/* Labels of a turn; *mark moves on through the marks, which are in the order of turns. */
static uint32_t labels_of(const struct scoring *s, uint32_t turn, size_t *mark)
{
    uint32_t labels = 0;
    for (; *mark < s->marks.n && s->marks.at[*mark].turn <= turn; ++*mark) {
        if (s->marks.at[*mark].turn == turn)
            labels |= BIT(s->marks.at[*mark].label);
    }
    return labels;
}

void score_qualities(struct scoring *s)
{
    struct sam_int *m = s->out->measures;
    size_t mark = 0;
    if (m[SAM_M_AGENT_WORDS].value == 0)
        return;
    for (size_t k = 0; k < SAM_COUNT(markers); k++)
        m[markers[k].measure] = sam_int_of(0);
    m[SAM_M_ACTIVE_COUNTERS] = m[SAM_M_OPPORTUNITY_MISSED];
    m[SAM_M_SUPPORTIVE_COUNTERS] = m[SAM_M_EMPATHY_GAPS];
    for (uint32_t i = 0; i < s->conversation->turns_n; i++) {
        uint32_t labels = labels_of(s, i, &mark), said = s->marks.turns[i].said;
        for (size_t k = 0; s->conversation->turns[i].role == SAM_ROLE_AGENT && k < SAM_COUNT(markers); k++)
            m[markers[k].measure].value += (labels & markers[k].labels) != 0 || (said & markers[k].said) != 0 ? 1 : 0;
    }
}

static enum sam_measure use_of(uint32_t labels, uint32_t said)
{
    for (size_t k = 0; k < SAM_COUNT(uses); k++) {
        if ((labels & uses[k].labels) != 0 || (said & uses[k].said) != 0)
            return uses[k].measure;
    }
    return SAM_M_INFORMING_MS;
}

/* What a stretch adds to the time that is covered already. */
static int64_t fresh(struct sam_int start, struct sam_int end, int64_t *covered)
{
    int64_t from = start.value > *covered ? start.value : *covered;
    if (end.value <= from)
        return 0;
    *covered = end.value;
    return end.value - from;
}

void score_use(struct scoring *s)
{
    struct sam_int *m = s->out->measures;
    int64_t covered = INT64_MIN;
    size_t mark = 0;
    if (!m[SAM_M_AGENT_TALK_MS].known)
        return;
    struct sam_int rest = m[SAM_M_AGENT_TALK_MS];
    for (size_t k = 0; k < SAM_COUNT(uses); k++)
        m[uses[k].measure] = sam_int_of(0);
    for (uint32_t i = 0; i < s->conversation->turns_n; i++) {
        const struct sam_turn *turn = &s->conversation->turns[i];
        uint32_t labels = labels_of(s, i, &mark);
        if (turn->role != SAM_ROLE_AGENT)
            continue;
        int64_t ms = turn->segments_n == 0 ? fresh(turn->start_ms, turn->end_ms, &covered) : 0;
        for (size_t k = 0; k < turn->segments_n; k++)
            ms += fresh(turn->segments[k].start_ms, turn->segments[k].end_ms, &covered);
        enum sam_measure use = use_of(labels, s->marks.turns[i].said);
        if (use != SAM_M_INFORMING_MS) {
            m[use].value += ms;
            rest.value -= ms;
        }
    }
    m[SAM_M_INFORMING_MS] = rest;
}
