/*
 * The arc of a conversation: its opening, its hardest moment, its ending, and whether the customer got what was asked for. Where turns have
 * no times, words stand for them: 150 a minute.
 */
#include "score_room.h"

#define OPENING_MS    30000
#define OPENING_WORDS 75
#define ENDING_MS     60000
#define ENDING_WORDS  150

static bool spoken(const struct scoring *s, size_t turn)
{
    return s->conversation->turns[turn].role == SAM_ROLE_AGENT || s->conversation->turns[turn].role == SAM_ROLE_CUSTOMER;
}

static bool timed(const struct scoring *s)
{
    return s->out->measures[SAM_M_AGENT_TALK_MS].known;
}

/* @return index behind the last turn that begins within the opening */
static uint32_t opening_end(const struct scoring *s)
{
    const struct sam_turn *turns = s->conversation->turns;
    int64_t begin = -1, words = 0;
    for (uint32_t i = 0; i < s->conversation->turns_n; i++) {
        if (!spoken(s, i))
            continue;
        if (begin < 0)
            begin = timed(s) ? turns[i].start_ms.value : 0;
        if (timed(s) ? turns[i].start_ms.value - begin >= OPENING_MS : words >= OPENING_WORDS)
            return i;
        words += s->marks.turns[i].words;
    }
    return (uint32_t)s->conversation->turns_n;
}

/* @return index of the first turn that ends within the ending */
static uint32_t ending_begin(const struct scoring *s)
{
    const struct sam_turn *turns = s->conversation->turns;
    int64_t end = -1, words = 0;
    uint32_t first = (uint32_t)s->conversation->turns_n;
    for (uint32_t i = first; i-- > 0;) {
        if (!spoken(s, i))
            continue;
        if (end < 0)
            end = timed(s) ? turns[i].end_ms.value : 0;
        if (timed(s) ? end - turns[i].end_ms.value >= ENDING_MS : words >= ENDING_WORDS)
            break;
        words += s->marks.turns[i].words;
        first = i;
    }
    return first;
}

static void opening(struct scoring *s)
{
    uint32_t end = opening_end(s);
    bool agent = false, greeting = false, name = false, invitation = false;
    for (uint32_t i = 0; i < end; i++) {
        if (s->conversation->turns[i].role != SAM_ROLE_AGENT)
            continue;
        agent = true;
        greeting = greeting || (s->marks.turns[i].said >> SAM_SAID_GREETING & 1) != 0;
        name = name || (s->marks.turns[i].said >> SAM_SAID_NAME & 1) != 0;
    }
    for (size_t i = 0; i < s->marks.n && s->marks.at[i].turn < end; i++)
        invitation = invitation || s->marks.at[i].label == SAM_QUESTION_OPEN;
    if (agent) {
        s->out->measures[SAM_M_FIRST_GREETING] = sam_int_of(greeting);
        s->out->measures[SAM_M_FIRST_NAME] = sam_int_of(name);
        s->out->measures[SAM_M_FIRST_INVITATION] = sam_int_of(invitation);
    }
    for (size_t i = 0; i < s->out->moments_n; i++) {
        const struct sam_moment *moment = &s->out->moments[i];
        if (moment->kind == SAM_MOMENT_CHURN || moment->met == SAM_MET_NO_OCCASION)
            continue;
        for (size_t k = 0; k < s->marks.n && s->marks.at[k].turn < end; k++) {
            if (s->marks.at[k].i == moment->cue_turn) {
                s->out->measures[SAM_M_FIRST_CUE_MET] = sam_int_of(moment->met != SAM_MET_MISSED);
                return;
            }
        }
        return; /* the first cue came later */
    }
}

static void peak(struct scoring *s)
{
    const struct sam_mark *heaviest = NULL;
    for (size_t i = 0; i < s->marks.n; i++) {
        const struct sam_mark *mark = &s->marks.at[i];
        bool cue = mark->lead && (mark->label == SAM_CUE_DISTRESS || mark->label == SAM_CUE_FRUSTRATION);
        if (cue && (heaviest == NULL || mark->weight > heaviest->weight))
            heaviest = mark;
    }
    if (heaviest == NULL)
        return;
    s->out->measures[SAM_M_PEAK_TURN] = sam_int_of(heaviest->i);
    for (size_t i = 0; i < s->out->moments_n; i++) {
        const struct sam_moment *moment = &s->out->moments[i];
        if (moment->kind == SAM_MOMENT_EMPATHY && moment->cue_turn == heaviest->i && moment->met != SAM_MET_NO_OCCASION)
            s->out->measures[SAM_M_PEAK_MET] = sam_int_of(moment->met == SAM_MET_ACKNOWLEDGED);
    }
}

static void ending(struct scoring *s)
{
    uint32_t begin = ending_begin(s);
    bool agent = false, customer = false, checked = false;
    int mood = 0;
    for (uint32_t i = begin; i < s->conversation->turns_n; i++) {
        agent = agent || s->conversation->turns[i].role == SAM_ROLE_AGENT;
        customer = customer || s->conversation->turns[i].role == SAM_ROLE_CUSTOMER;
    }
    for (size_t i = 0; i < s->marks.n; i++) {
        enum sam_label label = s->marks.at[i].label;
        if (s->marks.at[i].turn < begin)
            continue;
        checked = checked || label == SAM_CLOSING_RESOLUTION_CHECK || label == SAM_CLOSING_ANYTHING_ELSE;
        if (label == SAM_CUE_SATISFACTION)
            mood = 1;
        else if (label == SAM_CUE_FRUSTRATION || label == SAM_CUE_CHURN)
            mood = -1;
    }
    if (agent)
        s->out->measures[SAM_M_END_CHECKED] = sam_int_of(checked);
    if (customer)
        s->out->measures[SAM_M_END_MOOD] = sam_int_of(mood);
}

/* ---- resolved ---------------------------------------------------------------------------------------------------------- */

/* What each label says of the outcome: anywhere, in the last third (four passages at least), in the last four passages. */
static const struct {
    enum sam_label label;
    int anywhere, late, last;
} points[] = {
    {SAM_ADVICE, 2, 0, 0},           {SAM_CUE_SATISFACTION, 1, 1, 0},  {SAM_OWNERSHIP_COMMIT, 1, 0, 0},
    {SAM_FLEXIBILITY_YES, 1, 0, 0},  {SAM_OFFER_GOODWILL, 1, 0, 0},    {SAM_CLOSING_RESOLUTION_CHECK, 1, 0, 0},
    {SAM_FLEXIBILITY_NO, -3, -1, 0}, {SAM_CUE_FRUSTRATION, -1, 0, -1}, {SAM_EMPATHY_APOLOGY, 0, -1, 0},
};
#define RESOLVED_FROM   1
#define UNRESOLVED_FROM (-2)
#define LAST_PASSAGES   4

#define BIT(label) (UINT32_C(1) << (label))

static void resolved(struct scoring *s)
{
    uint32_t all = s->marks.passages, third = all / 3 > LAST_PASSAGES ? all / 3 : LAST_PASSAGES;
    uint32_t anywhere = 0, late = 0, last = 0; /* labels */
    int sum = 0;
    if (s->out->measures[SAM_M_AGENT_WORDS].value == 0 || s->out->measures[SAM_M_CUSTOMER_WORDS].value == 0)
        return;
    for (size_t i = 0; i < s->marks.n; i++) {
        const struct sam_mark *mark = &s->marks.at[i];
        anywhere |= BIT(mark->label);
        late |= mark->passage + third >= all ? BIT(mark->label) : 0;
        last |= mark->passage + LAST_PASSAGES >= all ? BIT(mark->label) : 0;
    }
    for (size_t k = 0; k < SAM_COUNT(points); k++) {
        uint32_t bit = BIT(points[k].label);
        sum += (anywhere & bit) != 0 ? points[k].anywhere : 0;
        sum += (late & bit) != 0 ? points[k].late : 0;
        sum += (last & bit) != 0 ? points[k].last : 0;
    }
    if (sum >= RESOLVED_FROM || sum <= UNRESOLVED_FROM)
        s->out->measures[SAM_M_RESOLVED] = sam_int_of(sum >= RESOLVED_FROM);
}

void score_arc(struct scoring *s)
{
    opening(s);
    peak(s);
    ending(s);
    resolved(s);
}
