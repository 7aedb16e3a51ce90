/*
 * Opening, peak, ending, outcome, four qualities and use of time, from marks that are given: no pack decides here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samtale/score.h"

#define ARENA ((size_t)16 << 20)
#define TURNS 8

static struct sam_scorer *scorer;

static int make_scorer(void **state)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_err err;
    (void)state;
    return sam_scorer_new(&settings, NULL, 0, &scorer, &err) == SAM_OK ? 0 : 1;
}

static int free_scorer(void **state)
{
    (void)state;
    sam_scorer_free(scorer);
    return 0;
}

/* A call: the agent has the even turns; each turn lasts 9 s, a second after the one before; 20 words each. */
struct call {
    struct sam_arena *arena;
    struct sam_turn turns[TURNS];
    struct sam_turn_seen seen[TURNS];
    struct sam_mark marks[32];
    size_t n;
};

static void call_new(struct call *call, bool times)
{
    *call = (struct call){.arena = sam_arena_new(ARENA)};
    assert_non_null(call->arena);
    for (int32_t i = 0; i < TURNS; i++) {
        call->turns[i] = (struct sam_turn){.i = i, .role = i % 2 == 0 ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER};
        if (times) {
            call->turns[i].start_ms = sam_int_of(10000 * i);
            call->turns[i].end_ms = sam_int_of(10000 * i + 9000);
        }
        call->seen[i] = (struct sam_turn_seen){.passage = (uint32_t)i, .words = 20};
    }
}

/* Marks must come in the order of their turns. */
static void mark(struct call *call, int32_t turn, enum sam_label label, float weight)
{
    call->marks[call->n++] =
        (struct sam_mark){.i = turn, .turn = (uint32_t)turn, .passage = (uint32_t)turn, .label = label, .weight = weight, .lead = true};
}

static struct sam_score score_of(struct call *call)
{
    struct sam_conversation conversation = {.turns = call->turns, .turns_n = TURNS, .channel = SAM_CHANNEL_VOICE};
    struct sam_marks marks = {.language = SAM_LANGUAGE_DA, .at = call->marks, .n = call->n, .turns = call->seen, .passages = TURNS};
    struct sam_score score;
    struct sam_err err;
    assert_int_equal(sam_score_marks(scorer, &conversation, &marks, call->arena, &score, &err), SAM_OK);
    return score;
}

static void is(const struct sam_score *score, enum sam_measure measure, int64_t value)
{
    if (!score->measures[measure].known || score->measures[measure].value != value)
        fail_msg("%s is %s%lld, not %lld", sam_measures()[measure].name, score->measures[measure].known ? "" : "unknown ",
                 (long long)score->measures[measure].value, (long long)value);
}

static void is_unknown(const struct sam_score *score, enum sam_measure measure)
{
    if (score->measures[measure].known)
        fail_msg("%s is known", sam_measures()[measure].name);
}

static void test_opening(void **state)
{
    struct call call;
    (void)state;
    call_new(&call, true);
    call.seen[0].said = 1U << SAM_SAID_GREETING;
    call.seen[4].said = 1U << SAM_SAID_NAME; /* after 40 s: no longer the opening */
    mark(&call, 1, SAM_CUE_OPPORTUNITY, 1);
    mark(&call, 2, SAM_QUESTION_OPEN, 1);
    mark(&call, 2, SAM_CLARIFY_NEED, 1);
    struct sam_score score = score_of(&call);
    is(&score, SAM_M_FIRST_GREETING, 1);
    is(&score, SAM_M_FIRST_NAME, 0);
    is(&score, SAM_M_FIRST_INVITATION, 1);
    is(&score, SAM_M_FIRST_CUE_MET, 1);
    sam_arena_free(call.arena);
    call_new(&call, false); /* without times 75 words stand for 30 seconds: four turns of 20 begin within them */
    call.seen[4].said = 1U << SAM_SAID_GREETING;
    mark(&call, 5, SAM_CUE_OPPORTUNITY, 1);
    score = score_of(&call);
    is(&score, SAM_M_FIRST_GREETING, 0);
    is_unknown(&score, SAM_M_FIRST_CUE_MET);
    sam_arena_free(call.arena);
}

static void test_peak_and_end(void **state)
{
    struct call call;
    (void)state;
    call_new(&call, true);
    mark(&call, 1, SAM_CUE_FRUSTRATION, 1);
    mark(&call, 2, SAM_EMPATHY_APOLOGY, 1);
    mark(&call, 3, SAM_CUE_DISTRESS, 2);
    mark(&call, 7, SAM_CUE_SATISFACTION, 1);
    struct sam_score score = score_of(&call);
    is(&score, SAM_M_PEAK_TURN, 3);
    is(&score, SAM_M_PEAK_MET, 0);
    is(&score, SAM_M_END_CHECKED, 0);
    is(&score, SAM_M_END_MOOD, 1);
    call.n = 0;
    mark(&call, 1, SAM_CUE_SATISFACTION, 1);
    mark(&call, 6, SAM_CLOSING_ANYTHING_ELSE, 1);
    mark(&call, 7, SAM_CUE_CHURN, 1);
    score = score_of(&call);
    is_unknown(&score, SAM_M_PEAK_TURN);
    is_unknown(&score, SAM_M_PEAK_MET);
    is(&score, SAM_M_END_CHECKED, 1);
    is(&score, SAM_M_END_MOOD, -1);
    sam_arena_free(call.arena);
}

static void test_resolved(void **state)
{
    struct call call;
    (void)state;
    call_new(&call, false);
    struct sam_score score = score_of(&call);
    is_unknown(&score, SAM_M_RESOLVED);
    mark(&call, 2, SAM_ADVICE, 1);
    score = score_of(&call);
    is(&score, SAM_M_RESOLVED, 1);
    mark(&call, 6, SAM_FLEXIBILITY_NO, 1);
    mark(&call, 7, SAM_CUE_FRUSTRATION, 1);
    score = score_of(&call);
    is(&score, SAM_M_RESOLVED, 0);
    sam_arena_free(call.arena);
}

static void test_qualities(void **state)
{
    struct call call;
    (void)state;
    call_new(&call, true);
    call.seen[0].said = 1U << SAM_SAID_HONEST;
    call.seen[6].said = 1U << SAM_SAID_HIDING | 1U << SAM_SAID_PASSED_ON;
    call.seen[7].said = 1U << SAM_SAID_HEDGE; /* the customer's: no marker of the agent's */
    mark(&call, 2, SAM_QUESTION_OPEN, 1);
    mark(&call, 2, SAM_CLARIFY_NEED, 1); /* one turn, one marker */
    mark(&call, 3, SAM_CUE_OPPORTUNITY, 1);
    mark(&call, 4, SAM_EMPATHY_REASSURE, 1);
    mark(&call, 4, SAM_OWNERSHIP_COMMIT, 1);
    mark(&call, 5, SAM_CUE_DISTRESS, 1);
    struct sam_score score = score_of(&call);
    static const int64_t wanted[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    for (int i = 0; i < 8; i++)
        is(&score, (enum sam_measure)(SAM_M_ACTIVE_MARKERS + i), wanted[i]);
    sam_arena_free(call.arena);
}

static void test_use(void **state)
{
    struct call call;
    (void)state;
    call_new(&call, true);
    call.seen[0].said = 1U << SAM_SAID_GREETING;
    mark(&call, 2, SAM_QUESTION_CLOSED, 1);
    mark(&call, 4, SAM_FLEXIBILITY_NO, 1);
    mark(&call, 4, SAM_ADVICE, 1); /* a refusal with advice is a refusal */
    struct sam_score score = score_of(&call);
    is(&score, SAM_M_RELATING_MS, 9000);
    is(&score, SAM_M_VERIFYING_MS, 9000);
    is(&score, SAM_M_REFUSING_MS, 9000);
    is(&score, SAM_M_ADVISING_MS, 0);
    is(&score, SAM_M_EXPLORING_MS, 0);
    is(&score, SAM_M_INFORMING_MS, score.measures[SAM_M_AGENT_TALK_MS].value - 27000);
    sam_arena_free(call.arena);
    call_new(&call, false);
    score = score_of(&call);
    for (int i = SAM_M_EXPLORING_MS; i <= SAM_M_INFORMING_MS; i++)
        is_unknown(&score, (enum sam_measure)i);
    sam_arena_free(call.arena);
}

static void test_said(void **state)
{
    static const struct {
        enum sam_language language;
        const char *text;
        enum sam_said said;
    } cases[] = {
        {SAM_LANGUAGE_DA, "goddag du taler med mette hvad kan jeg hj\xC3\xA6lpe med", SAM_SAID_NAME},
        {SAM_LANGUAGE_NB, "hei du snakker med ola hva kan jeg hjelpe deg med i dag", SAM_SAID_GREETING},
        {SAM_LANGUAGE_SV, "det vet jag inte det f\xC3\xA5r du fr\xC3\xA5ga din bank om", SAM_SAID_HEDGE},
        {SAM_LANGUAGE_EN, "that's our policy and there is nothing that i can do about it", SAM_SAID_HIDING},
        {SAM_LANGUAGE_NN, "det er ein annan avdeling du m\xC3\xA5 ringje til dei i morgon", SAM_SAID_PASSED_ON},
    };
    struct sam_err err;
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(cases); i++) {
        struct sam_arena *arena = sam_arena_new(ARENA);
        struct sam_turn turn = {.role = SAM_ROLE_AGENT, .text = sam_span_of(cases[i].text)};
        struct sam_marking in = {.turns = &turn, .n = 1, .declared = cases[i].language, .fixed = true};
        struct sam_marks marks;
        assert_int_equal(sam_packs_mark(sam_scorer_packs(scorer), &in, arena, &marks, &err), SAM_OK);
        if ((marks.turns[0].said >> cases[i].said & 1) == 0)
            fail_msg("not heard: %s", cases[i].text);
        sam_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_opening),  cmocka_unit_test(test_peak_and_end),
                                       cmocka_unit_test(test_resolved), cmocka_unit_test(test_qualities),
                                       cmocka_unit_test(test_use),      cmocka_unit_test(test_said)};
    return cmocka_run_group_tests(tests, make_scorer, free_scorer);
}
