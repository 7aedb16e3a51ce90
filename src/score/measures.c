/*
 * Measures: one row each, with the label or moment it counts; docs/measures.md is printed from these rows.
 */
#include "score_room.h"

#define CODEBOOK "codebook"
#define TURNS    "turns"
#define CUES     "cues"
#define MS       "ms"
#define YES_NO   "yes_no"
#define SAMTALED "samtaled"

static const struct sam_measure_info infos[] = {
    [SAM_M_AGENT_TURNS] = {"agent_turns", TURNS, "Turns of agents, backchannels left out.", CODEBOOK},
    [SAM_M_CUSTOMER_TURNS] = {"customer_turns", TURNS, "Turns of customers, backchannels left out.", CODEBOOK},
    [SAM_M_QUESTIONS_OPEN] = {"questions_open", TURNS, "Turns marked question.open.", CODEBOOK},
    [SAM_M_QUESTIONS_CLOSED] = {"questions_closed", TURNS, "Turns marked question.closed.", CODEBOOK},
    [SAM_M_NEEDS] = {"needs", TURNS, "Turns marked clarify.need.", CODEBOOK},
    [SAM_M_UNDERSTANDINGS] = {"understandings", TURNS, "Turns marked clarify.understanding.", CODEBOOK},
    [SAM_M_OPPORTUNITY_CUES] = {"opportunity_cues", CUES, "Turns marked cue.opportunity.", CODEBOOK},
    [SAM_M_OPPORTUNITY_EXPLORED] = {"opportunity_explored", CUES, "Of these: clarify.need within the next three passages of the agent.",
                                    CODEBOOK},
    [SAM_M_OPPORTUNITY_ANSWERED] = {"opportunity_answered", CUES, "Of these: not explored, but advice or an offer within the same three.",
                                    CODEBOOK},
    [SAM_M_OPPORTUNITY_MISSED] = {"opportunity_missed", CUES, "Of these: neither, though the agent spoke afterwards.", CODEBOOK},
    [SAM_M_EMPATHY_CUES] = {"empathy_cues", CUES, "Turns marked cue.distress or cue.frustration.", CODEBOOK},
    [SAM_M_EMPATHY_ACKNOWLEDGED] = {"empathy_acknowledged", CUES, "Of these: empathy.* within the next two passages of the agent.",
                                    CODEBOOK},
    [SAM_M_EMPATHY_GAPS] = {"empathy_gaps", CUES, "Of these: none, though the agent spoke afterwards.", CODEBOOK},
    [SAM_M_EMPATHY_LATENCY_TURNS] = {"empathy_latency_turns", TURNS,
                                     "Sum over acknowledged cues of the agent's passages up to the acknowledgement.", SAMTALED},
    [SAM_M_EMPATHY_LATENCY_MS] =
        {"empathy_latency_ms", MS,
         "Sum over acknowledged cues of the time from the cue's end to the acknowledgement's start; unknown when one of them is.",
         SAMTALED},
    [SAM_M_APOLOGIES] = {"apologies", TURNS, "Turns marked empathy.apology.", CODEBOOK},
    [SAM_M_REASSURANCES] = {"reassurances", TURNS, "Turns marked empathy.reassure.", CODEBOOK},
    [SAM_M_PERSONAL] = {"personal", TURNS, "Turns marked relation.personal.", CODEBOOK},
    [SAM_M_ADVICE] = {"advice", TURNS, "Turns marked advice.", CODEBOOK},
    [SAM_M_OFFERS] = {"offers", TURNS, "Turns marked offer.product.", CODEBOOK},
    [SAM_M_GOODWILL] = {"goodwill", TURNS, "Turns marked offer.goodwill.", CODEBOOK},
    [SAM_M_FLEXIBILITY_YES] = {"flexibility_yes", TURNS, "Turns marked flexibility.yes.", CODEBOOK},
    [SAM_M_FLEXIBILITY_NO] = {"flexibility_no", TURNS, "Turns marked flexibility.no.", CODEBOOK},
    [SAM_M_COMMITMENTS] = {"commitments", TURNS, "Turns marked ownership.commit.", CODEBOOK},
    [SAM_M_CHURN_CUES] = {"churn_cues", CUES, "Turns marked cue.churn.", CODEBOOK},
    [SAM_M_RETENTION_ATTEMPTS] = {"retention_attempts", TURNS, "Turns marked retention.attempt.", CODEBOOK},
    [SAM_M_SATISFACTION_CUES] = {"satisfaction_cues", CUES, "Turns marked cue.satisfaction.", CODEBOOK},
    [SAM_M_EFFORT_CUES] = {"effort_cues", CUES, "Turns marked cue.effort.", CODEBOOK},
    [SAM_M_AGENT_TALK_MS] = {"agent_talk_ms", MS, "Length of the union of the agent's turns.", SAMTALED},
    [SAM_M_CUSTOMER_TALK_MS] = {"customer_talk_ms", MS, "Length of the union of the customer's turns.", SAMTALED},
    [SAM_M_NON_TALK_MS] = {"non_talk_ms", MS, "From the first turn's start to the last turn's end, less the time in which anybody speaks.",
                           SAMTALED},
    [SAM_M_CROSS_TALK_MS] = {"cross_talk_ms", MS, "Time in which both speak.", SAMTALED},
    [SAM_M_LONGEST_AGENT_MS] = {"longest_agent_ms", MS, "Longest turn of the agent.", SAMTALED},
    [SAM_M_LONGEST_CUSTOMER_MS] = {"longest_customer_ms", MS, "Longest turn of the customer.", SAMTALED},
    [SAM_M_AGENT_WORDS] = {"agent_words", "words", "Words, numbers and masks in the agent's turns.", SAMTALED},
    [SAM_M_CUSTOMER_WORDS] = {"customer_words", "words", "Words, numbers and masks in the customer's turns.", SAMTALED},
    [SAM_M_RESPONSE_MS] = {"response_ms", MS,
                           "Sum of the pauses between the end of a customer's turn and the start of the agent's next; overlaps count 0.",
                           SAMTALED},
    [SAM_M_RESPONSES] = {"responses", TURNS, "Agent's turns that follow a customer's.", SAMTALED},
    [SAM_M_FIRST_GREETING] = {"first_greeting", YES_NO, "The agent greets in the opening.", SAMTALED},
    [SAM_M_FIRST_NAME] = {"first_name", YES_NO, "The agent says its own name in the opening.", SAMTALED},
    [SAM_M_FIRST_INVITATION] = {"first_invitation", YES_NO, "question.open by the agent in the opening.", SAMTALED},
    [SAM_M_FIRST_CUE_MET] = {"first_cue_met", YES_NO, "The opening's first cue with an occasion was explored, answered or acknowledged.",
                             SAMTALED},
    [SAM_M_PEAK_TURN] = {"peak_turn", "turn", "The turn of the heaviest mark of cue.distress or cue.frustration; the first of equals.",
                         "peak-end rule"},
    [SAM_M_PEAK_MET] = {"peak_met", YES_NO, "That cue was acknowledged; unknown without an occasion.", "peak-end rule"},
    [SAM_M_END_CHECKED] = {"end_checked", YES_NO, "closing.resolution_check or closing.anything_else in the ending.", "peak-end rule"},
    [SAM_M_END_MOOD] = {"end_mood", "-1 0 1",
                        "The customer's last mark in the ending: 1 for cue.satisfaction, -1 for cue.frustration or cue.churn, else 0.",
                        "peak-end rule"},
    [SAM_M_ACTIVE_MARKERS] = {"active_markers", TURNS, "Agent turns with a marker of \"active\".", SAMTALED},
    [SAM_M_ACTIVE_COUNTERS] = {"active_counters", CUES, "Opportunity cues missed.", SAMTALED},
    [SAM_M_SUPPORTIVE_MARKERS] = {"supportive_markers", TURNS, "Agent turns with a marker of \"supportive\".", SAMTALED},
    [SAM_M_SUPPORTIVE_COUNTERS] = {"supportive_counters", CUES, "Empathy gaps.", SAMTALED},
    [SAM_M_STRONG_MARKERS] = {"strong_markers", TURNS, "Agent turns with a marker of \"strong\".", SAMTALED},
    [SAM_M_STRONG_COUNTERS] = {"strong_counters", TURNS, "Agent turns with a counter-marker of \"strong\".", SAMTALED},
    [SAM_M_INTEGRITY_MARKERS] = {"integrity_markers", TURNS, "Agent turns with a marker of \"integrity\".", SAMTALED},
    [SAM_M_INTEGRITY_COUNTERS] = {"integrity_counters", TURNS, "Agent turns with a counter-marker of \"integrity\".", SAMTALED},
    [SAM_M_EXPLORING_MS] = {"exploring_ms", MS, "Agent talk in turns that explore.", SAMTALED},
    [SAM_M_ADVISING_MS] = {"advising_ms", MS, "Agent talk in turns that advise or offer.", SAMTALED},
    [SAM_M_RELATING_MS] = {"relating_ms", MS, "Agent talk in turns that greet, acknowledge, relate or close.", SAMTALED},
    [SAM_M_VERIFYING_MS] = {"verifying_ms", MS, "Agent talk in turns that ask a closed question.", SAMTALED},
    [SAM_M_REFUSING_MS] = {"refusing_ms", MS, "Agent talk in turns that refuse.", SAMTALED},
    [SAM_M_INFORMING_MS] = {"informing_ms", MS, "The rest of the agent's talk.", SAMTALED},
    [SAM_M_RESOLVED] = {"resolved", YES_NO, "Whether the main request was met, by points; unknown when they do not decide.", SAMTALED},
};
_Static_assert(SAM_COUNT(infos) == SAM_MEASURES, "a measure lacks its row");

/* The measure that counts the turns of each label; cues that become moments are counted there. */
static const enum sam_measure of_label[SAM_LABELS] = {
    [SAM_QUESTION_OPEN] = SAM_M_QUESTIONS_OPEN,
    [SAM_QUESTION_CLOSED] = SAM_M_QUESTIONS_CLOSED,
    [SAM_CLARIFY_NEED] = SAM_M_NEEDS,
    [SAM_CLARIFY_UNDERSTANDING] = SAM_M_UNDERSTANDINGS,
    [SAM_EMPATHY_APOLOGY] = SAM_M_APOLOGIES,
    [SAM_EMPATHY_REASSURE] = SAM_M_REASSURANCES,
    [SAM_RELATION_PERSONAL] = SAM_M_PERSONAL,
    [SAM_ADVICE] = SAM_M_ADVICE,
    [SAM_OFFER_PRODUCT] = SAM_M_OFFERS,
    [SAM_OFFER_GOODWILL] = SAM_M_GOODWILL,
    [SAM_FLEXIBILITY_YES] = SAM_M_FLEXIBILITY_YES,
    [SAM_FLEXIBILITY_NO] = SAM_M_FLEXIBILITY_NO,
    [SAM_OWNERSHIP_COMMIT] = SAM_M_COMMITMENTS,
    [SAM_RETENTION_ATTEMPT] = SAM_M_RETENTION_ATTEMPTS,
    [SAM_CUE_EFFORT] = SAM_M_EFFORT_CUES,
    [SAM_CUE_CHURN] = SAM_M_CHURN_CUES,
    [SAM_CUE_SATISFACTION] = SAM_M_SATISFACTION_CUES,
};

/* The measure that counts each outcome of a moment. */
static const struct {
    enum sam_moment_kind kind;
    enum sam_met met;
    enum sam_measure measure;
} of_moment[] = {
    {SAM_MOMENT_OPPORTUNITY, SAM_MET_EXPLORED, SAM_M_OPPORTUNITY_EXPLORED},
    {SAM_MOMENT_OPPORTUNITY, SAM_MET_ANSWERED, SAM_M_OPPORTUNITY_ANSWERED},
    {SAM_MOMENT_OPPORTUNITY, SAM_MET_MISSED, SAM_M_OPPORTUNITY_MISSED},
    {SAM_MOMENT_EMPATHY, SAM_MET_ACKNOWLEDGED, SAM_M_EMPATHY_ACKNOWLEDGED},
    {SAM_MOMENT_EMPATHY, SAM_MET_MISSED, SAM_M_EMPATHY_GAPS},
};

const struct sam_measure_info *sam_measures(void)
{
    return infos;
}

static void count_turns(struct scoring *s)
{
    struct sam_int *m = s->out->measures;
    for (size_t i = 0; i < s->conversation->turns_n; i++) {
        const struct sam_turn_seen *seen = &s->marks.turns[i];
        bool agent = s->conversation->turns[i].role == SAM_ROLE_AGENT;
        if (!agent && s->conversation->turns[i].role != SAM_ROLE_CUSTOMER)
            continue;
        m[agent ? SAM_M_AGENT_WORDS : SAM_M_CUSTOMER_WORDS].value += seen->words;
        m[agent ? SAM_M_AGENT_TURNS : SAM_M_CUSTOMER_TURNS].value += seen->passed_over ? 0 : 1;
    }
}

static void count_moments(struct scoring *s)
{
    struct sam_int *m = s->out->measures;
    for (size_t i = 0; i < s->out->moments_n; i++) {
        const struct sam_moment *moment = &s->out->moments[i];
        if (moment->kind != SAM_MOMENT_CHURN)
            m[moment->kind == SAM_MOMENT_OPPORTUNITY ? SAM_M_OPPORTUNITY_CUES : SAM_M_EMPATHY_CUES].value++;
        for (size_t k = 0; k < SAM_COUNT(of_moment); k++) {
            if (of_moment[k].kind == moment->kind && of_moment[k].met == moment->met)
                m[of_moment[k].measure].value++;
        }
        if (moment->met != SAM_MET_ACKNOWLEDGED)
            continue;
        m[SAM_M_EMPATHY_LATENCY_TURNS].value += moment->latency_turns.value;
        m[SAM_M_EMPATHY_LATENCY_MS].value += moment->latency_ms.value;
        m[SAM_M_EMPATHY_LATENCY_MS].known = m[SAM_M_EMPATHY_LATENCY_MS].known && moment->latency_ms.known;
    }
}

void score_counts(struct scoring *s)
{
    for (int i = 0; i < SAM_MEASURES; i++)
        s->out->measures[i] = i < SAM_M_AGENT_TALK_MS || i == SAM_M_AGENT_WORDS || i == SAM_M_CUSTOMER_WORDS ? sam_int_of(0) : SAM_UNKNOWN;
    for (size_t i = 0; i < s->marks.n; i++) {
        enum sam_measure measure = of_label[s->marks.at[i].label];
        if (s->marks.at[i].lead && measure != SAM_M_AGENT_TURNS)
            s->out->measures[measure].value++;
    }
    count_turns(s);
    count_moments(s);
    struct sam_int *ms = &s->out->measures[SAM_M_EMPATHY_LATENCY_MS];
    if (!ms->known)
        *ms = SAM_UNKNOWN;
}
