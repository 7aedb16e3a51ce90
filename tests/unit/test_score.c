/*
 * The score room through its door: the codebook's worked examples, cue and answer under split turns and backchannels, time, index, JSON.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samtale/score.h"

#include "sweep.h"

#define ARENA ((size_t)64 << 20)

static struct sam_scorer *scorer;

static int make_scorer(void **state)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_err err = {SAM_OK, ""};
    (void)state;
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        fail_msg("%s", err.text);
    return 0;
}

static int free_scorer(void **state)
{
    (void)state;
    sam_scorer_free(scorer);
    return 0;
}

#define A SAM_ROLE_AGENT
#define C SAM_ROLE_CUSTOMER
static struct sam_turn turn(int32_t i, enum sam_role role, const char *text)
{
    return (struct sam_turn){.i = i, .role = role, .text = sam_span_of(text)};
}

static struct sam_score score_of(struct sam_arena *arena, const struct sam_turn *turns, size_t n)
{
    struct sam_conversation conversation = {.declared = SAM_LANGUAGE_DA, .turns_n = n};
    struct sam_score score;
    struct sam_err err;
    conversation.turns = sam_arena_array(arena, n, sizeof *turns);
    assert_non_null(conversation.turns);
    memcpy(conversation.turns, turns, n * sizeof *turns);
    assert_int_equal(sam_score(scorer, &conversation, arena, &score, &err), SAM_OK);
    return score;
}

static bool marked(const struct sam_score *score, int32_t i, enum sam_label label)
{
    for (size_t k = 0; k < score->findings_n; k++) {
        if (score->findings[k].turn == i && score->findings[k].label == label)
            return true;
    }
    return false;
}

static void counts(const struct sam_score *score, const int64_t wanted[5])
{
    static const enum sam_measure measures[5] = {SAM_M_OPPORTUNITY_CUES, SAM_M_OPPORTUNITY_EXPLORED, SAM_M_OPPORTUNITY_MISSED,
                                                 SAM_M_EMPATHY_ACKNOWLEDGED, SAM_M_EMPATHY_GAPS};
    for (size_t i = 0; i < 5; i++) {
        assert_true(score->measures[measures[i]].known);
        if (score->measures[measures[i]].value != wanted[i])
            fail_msg("%s is %lld, not %lld", sam_measures()[measures[i]].name, (long long)score->measures[measures[i]].value,
                     (long long)wanted[i]);
    }
}

#define PENSION_ASKS                                                                                                                       \
    "hvor meget har jeg st\xC3\xA5"                                                                                                        \
    "ende p\xC3\xA5 min pension"
#define PENSION_SAYS "du har 736.456 kroner fordelt p\xC3\xA5 en livsvarig pension og en ratepension"
#define PENSION_WELL "n\xC3\xA5 det var vel ogs\xC3\xA5 noget i den dur jeg havde regnet med"
#define PENSION_ELSE "ja men det var da godt er der ellers andet jeg kan hj\xC3\xA6lpe dig med i dag"
#define PENSION_EXPLORES                                                                                                                   \
    "m\xC3\xA5 jeg sp\xC3\xB8rge om du er ved at unders\xC3\xB8ge om du sparer nok op eller er det fordi du har v\xC3\xA6ret i banken"

static void test_pension_missed(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_turn turns[] = {turn(0, C, PENSION_ASKS), turn(1, A, PENSION_SAYS), turn(2, C, PENSION_WELL), turn(3, A, PENSION_ELSE)};
    struct sam_score score = score_of(arena, turns, SAM_COUNT(turns));
    assert_true(marked(&score, 0, SAM_CUE_OPPORTUNITY));
    assert_true(marked(&score, 2, SAM_CUE_OPPORTUNITY));
    assert_true(marked(&score, 3, SAM_QUESTION_CLOSED));
    assert_true(marked(&score, 3, SAM_CLOSING_ANYTHING_ELSE));
    assert_false(marked(&score, 1, SAM_QUESTION_CLOSED));
    counts(&score, (const int64_t[5]){2, 0, 2, 0, 0});
    for (size_t i = 0; i < score.moments_n; i++) {
        assert_int_equal(score.moments[i].met, SAM_MET_MISSED);
        assert_true(score.moments[i].suggestion.len > 0);
        assert_false(score.moments[i].latency_turns.known);
    }
    sam_arena_free(arena);
}

static void test_pension_explored(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_turn turns[] = {turn(0, C, PENSION_ASKS), turn(1, A, PENSION_SAYS), turn(2, C, PENSION_WELL), turn(3, A, PENSION_EXPLORES)};
    struct sam_score score = score_of(arena, turns, SAM_COUNT(turns));
    assert_true(marked(&score, 3, SAM_CLARIFY_NEED));
    assert_true(marked(&score, 3, SAM_QUESTION_CLOSED));
    counts(&score, (const int64_t[5]){2, 2, 0, 0, 0});
    assert_int_equal(score.moments[0].latency_turns.value, 2);
    assert_int_equal(score.moments[1].latency_turns.value, 1);
    assert_int_equal(score.moments[0].answer_turn, 3);
    sam_arena_free(arena);
}

#define TRIP_CANCELS                                                                                                                       \
    "jeg er n\xC3\xB8"                                                                                                                     \
    "dt til at aflyse rejsen min s\xC3\xB8ster d\xC3\xB8"                                                                                  \
    "de i sidste uge"
#define TRIP_PAPERS                                                                                                                        \
    "okay s\xC3\xA5 skal jeg bruge kvitteringerne og en d\xC3\xB8"                                                                         \
    "dsattest"
#define TRIP_SORRY                                                                                                                         \
    "det g\xC3\xB8r mig virkelig ondt at h\xC3\xB8re jeg kondolerer nu skal jeg hj\xC3\xA6lpe dig med at f\xC3\xA5 det her ud af verden"

static void test_trip(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_turn gap[] = {turn(0, C, TRIP_CANCELS), turn(1, A, TRIP_PAPERS), turn(2, C, "okay s\xC3\xA5 finder jeg dem frem")};
    struct sam_score score = score_of(arena, gap, SAM_COUNT(gap));
    assert_true(marked(&score, 0, SAM_CUE_DISTRESS));
    counts(&score, (const int64_t[5]){0, 0, 0, 0, 1});
    struct sam_turn met[] = {turn(0, C, TRIP_CANCELS), turn(1, A, TRIP_SORRY)};
    score = score_of(arena, met, SAM_COUNT(met));
    assert_true(marked(&score, 1, SAM_EMPATHY_ACKNOWLEDGE));
    counts(&score, (const int64_t[5]){0, 0, 0, 1, 0});
    struct sam_turn alone[] = {turn(0, C, TRIP_CANCELS)};
    score = score_of(arena, alone, SAM_COUNT(alone));
    assert_int_equal(score.moments_n, 1);
    assert_int_equal(score.moments[0].met, SAM_MET_NO_OCCASION);
    counts(&score, (const int64_t[5]){0, 0, 0, 0, 0});
    sam_arena_free(arena);
}

/* Splitting turns and putting backchannels between them moves nothing. */
static void test_steady(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_turn turns[] = {turn(0, C,
                                    "hvor meget har jeg st\xC3\xA5"
                                    "ende"),
                               turn(1, C, "p\xC3\xA5 min pension"),
                               turn(2, A, "mm"),
                               turn(3, C, "ja"),
                               turn(4, A, "du har 736.456 kroner fordelt"),
                               turn(5, A, "p\xC3\xA5 en livsvarig pension og en ratepension"),
                               turn(6, C, "n\xC3\xA5 ja"),
                               turn(7, A, "mm"),
                               turn(8, C, PENSION_WELL),
                               turn(9, A, "ja"),
                               turn(10, C, "mm"),
                               turn(11, A, PENSION_ELSE)};
    struct sam_score score = score_of(arena, turns, SAM_COUNT(turns));
    counts(&score, (const int64_t[5]){2, 0, 2, 0, 0});
    turns[11] = turn(11, A, PENSION_EXPLORES);
    score = score_of(arena, turns, SAM_COUNT(turns));
    counts(&score, (const int64_t[5]){2, 2, 0, 0, 0});
    assert_int_equal(score.moments[0].latency_turns.value, 2);
    sam_arena_free(arena);
}

static void test_windows(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    /* The third agent passage still counts for an opportunity, the fourth does not. */
    struct sam_turn turns[] = {turn(0, C, PENSION_ASKS),        turn(1, A, "det sl\xC3\xA5r jeg op"), turn(2, C, "fint nok det"),
                               turn(3, A, "der er den jo her"), turn(4, C, "det lyder da fint"),      turn(5, A, PENSION_EXPLORES)};
    struct sam_score score = score_of(arena, turns, SAM_COUNT(turns));
    counts(&score, (const int64_t[5]){1, 1, 0, 0, 0});
    assert_int_equal(score.moments[0].latency_turns.value, 3);
    struct sam_turn late[] = {turns[0],
                              turns[1],
                              turns[2],
                              turns[3],
                              turns[4],
                              turn(5, A, "to hundrede kroner i alt"),
                              turn(6, C, "det var da godt"),
                              turn(7, A, PENSION_EXPLORES)};
    score = score_of(arena, late, SAM_COUNT(late));
    counts(&score, (const int64_t[5]){1, 0, 1, 0, 0});
    sam_arena_free(arena);
}

static void timed(struct sam_turn *one, int64_t start, int64_t end)
{
    one->start_ms = sam_int_of(start);
    one->end_ms = sam_int_of(end);
}

static void test_times(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_turn turns[] = {turn(0, C, TRIP_CANCELS), turn(1, A, TRIP_SORRY), turn(2, C, "tak skal du have"),
                               turn(3, A, "det var s\xC3\xA5 lidt")};
    timed(&turns[0], 1000, 5000);
    timed(&turns[1], 6500, 9000);
    timed(&turns[2], 8000, 10000); /* a second of it while the agent still speaks */
    timed(&turns[3], 12000, 13000);
    struct sam_score score = score_of(arena, turns, SAM_COUNT(turns));
    static const struct {
        enum sam_measure measure;
        int64_t value;
    } wanted[] = {{SAM_M_AGENT_TALK_MS, 3500}, {SAM_M_CUSTOMER_TALK_MS, 6000},   {SAM_M_CROSS_TALK_MS, 1000},
                  {SAM_M_NON_TALK_MS, 3500},   {SAM_M_LONGEST_AGENT_MS, 2500},   {SAM_M_RESPONSE_MS, 3500},
                  {SAM_M_RESPONSES, 2},        {SAM_M_EMPATHY_LATENCY_MS, 1500}, {SAM_M_LONGEST_CUSTOMER_MS, 4000}};
    for (size_t i = 0; i < SAM_COUNT(wanted); i++) {
        assert_true(score.measures[wanted[i].measure].known);
        assert_int_equal(score.measures[wanted[i].measure].value, wanted[i].value);
    }
    turns[2].end_ms = SAM_UNKNOWN; /* one missing time: nothing is measured, and nothing is zero */
    score = score_of(arena, turns, SAM_COUNT(turns));
    for (int i = SAM_M_AGENT_TALK_MS; i <= SAM_M_LONGEST_CUSTOMER_MS; i++)
        assert_false(score.measures[i].known);
    assert_true(score.measures[SAM_M_AGENT_WORDS].known);
    sam_arena_free(arena);
}

static void test_not_scored(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_turn unknown = turn(0, SAM_ROLE_UNKNOWN, "hej med dig"),
                    french = turn(0, A, "bonjour madame je suis tr\xC3\xA8s heureux de vous aider avec votre contrat"),
                    plain = turn(0, A, "hej med dig");
    const struct {
        struct sam_conversation conversation;
        const char *why;
    } cases[] = {
        {{.turns = NULL, .turns_n = 0}, "no_transcript"},
        {{.turns = &unknown, .turns_n = 1}, "roles_unknown"},
        {{.turns = &french, .turns_n = 1}, "language"},
        {{.turns = &plain, .turns_n = 1, .flags = SAM_FLAG_DOCUMENTATION_ONLY}, "purpose"},
        {{.turns = &plain, .turns_n = 1, .consent = SAM_CONSENT_REFUSED}, "consent"},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(cases); i++) {
        struct sam_score score;
        struct sam_err err;
        assert_int_equal(sam_score(scorer, &cases[i].conversation, arena, &score, &err), SAM_OK);
        assert_false(score.scored);
        assert_true(sam_span_is(score.why, cases[i].why));
        assert_false(score.index_known);
        for (int k = 0; k < SAM_MEASURES; k++)
            assert_false(score.measures[k].known);
    }
    sam_arena_free(arena);
}

/* A wrong tag does not decide, and each side may speak its own language. */
static void test_languages(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    (void)state;
    struct sam_turn turns[] = {turn(0, A, "hello how can i help you today"),
                               turn(1, C, "hi i just wanted to ask what my pension is worth at the moment please")};
    struct sam_score score = score_of(arena, turns, 2);
    assert_int_equal(score.language, SAM_LANGUAGE_EN);
    assert_true(marked(&score, 0, SAM_QUESTION_OPEN));
    struct sam_turn mixed[] = {turn(0, A, "hej och v\xC3\xA4lkommen vad kan jag hj\xC3\xA4lpa dig med idag"),
                               turn(1, C,
                                    "ja hej jeg vil bare h\xC3\xB8re hvor meget jeg har st\xC3\xA5"
                                    "ende p\xC3\xA5 min pension hos jer")};
    score = score_of(arena, mixed, 2);
    assert_true(marked(&score, 0, SAM_QUESTION_OPEN));
    assert_true(marked(&score, 1, SAM_CUE_OPPORTUNITY));
    sam_arena_free(arena);
}

/* Every single thing that scoring reads, changed alone, is seen; what it does not read is not. */
static void test_same(void **state)
{
    struct sam_segment segment = {.i = 0, .length = 3, .start_ms = sam_int_of(0), .end_ms = sam_int_of(1000)},
                       segments[2] = {segment, segment};
    struct sam_turn turns[2] = {turn(0, A, "hej"), turn(1, C, "hvad koster det")}, changed[2];
    struct sam_conversation was = {.declared = SAM_LANGUAGE_DA, .turns = turns, .turns_n = 2, .parties_n = 2}, now = was;
    int32_t places[2];
    (void)state;
    segments[1].at = 1;
    turns[0].segments = segments;
    turns[0].segments_n = 1;
    turns[1].party = 1;
    assert_true(sam_score_same(&was, &was, places));
    assert_true(places[0] == 0 && places[1] == 1);
    now.turns = changed;
    now.channel = SAM_CHANNEL_VOICE; /* of voice nobody knew: both have times in which they are spoken */
    now.flags = SAM_FLAG_CONFLICT;
    now.disposition = SAM_DISPOSITION_ANSWERED;
    memcpy(changed, turns, sizeof turns);
    changed[0].party = 1;
    changed[1].party = 0;
    assert_true(sam_score_same(&was, &now, places));
    assert_true(places[0] == 1 && places[1] == 0);
    changed[1].party = 1; /* two are one now */
    turns[1].party = -1;
    assert_false(sam_score_same(&was, &now, places));
    turns[1].party = 1;
    const struct sam_conversation whole[] = {{.consent = SAM_CONSENT_REFUSED, .declared = was.declared, .turns_n = 2},
                                             {.flags = SAM_FLAG_DOCUMENTATION_ONLY, .declared = was.declared, .turns_n = 2},
                                             {.channel = SAM_CHANNEL_CHAT, .declared = was.declared, .turns_n = 2},
                                             {.declared = SAM_LANGUAGE_SV, .turns_n = 2},
                                             {.declared = was.declared, .turns_n = 1}};
    for (size_t i = 0; i < SAM_COUNT(whole); i++) {
        now = whole[i];
        now.turns = turns;
        assert_false(sam_score_same(&was, &now, places));
    }
    now = was;
    now.turns = changed;
    for (int what = 0; what < 7; what++) {
        memcpy(changed, turns, sizeof turns);
        changed[1].i += what == 0;
        changed[1].role = what == 1 ? A : C;
        changed[1].text = sam_span_of(what == 2 ? "hvad koster den" : "hvad koster det");
        changed[1].start_ms = what == 3 ? sam_int_of(0) : changed[1].start_ms;
        changed[1].end_ms = what == 4 ? sam_int_of(5) : changed[1].end_ms;
        changed[0].segments = what == 5 ? segments + 1 : segments;
        changed[0].segments_n = what == 6 ? 2 : 1;
        assert_false(sam_score_same(&was, &now, places));
    }
}

static enum sam_code score_work(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_turn *turns = data;
    struct sam_conversation conversation = {.declared = SAM_LANGUAGE_DA, .turns = turns, .turns_n = 4};
    struct sam_score score;
    return sam_score(scorer, &conversation, arena, &score, err);
}

static void test_sweep(void **state)
{
    (void)state;
    struct sam_turn turns[] = {turn(0, C, PENSION_ASKS), turn(1, A, PENSION_SAYS), turn(2, C, PENSION_WELL), turn(3, A, PENSION_EXPLORES)};
    assert_true(sweep(score_work, turns, (size_t)4 << 20) > 10);
}

/* The same scorer and conversation give the same bytes; another weight is another scorer. */
static void test_json(void **state)
{
    struct sam_arena *arena = sam_arena_new(ARENA);
    struct sam_buf first = sam_buf_of(1 << 20), second = sam_buf_of(1 << 20);
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *other = NULL;
    struct sam_err err;
    (void)state;
    struct sam_turn turns[] = {turn(0, C, PENSION_ASKS), turn(1, A, PENSION_SAYS), turn(2, C, PENSION_WELL), turn(3, A, PENSION_ELSE)};
    struct sam_score score = score_of(arena, turns, SAM_COUNT(turns));
    sam_score_write(scorer, SAM_SPAN("x\"1"), &score, &first);
    score = score_of(arena, turns, SAM_COUNT(turns));
    sam_score_write(scorer, SAM_SPAN("x\"1"), &score, &second);
    assert_true(sam_span_equal(sam_buf_get(&first), sam_buf_get(&second)));
    const struct sam_json *root;
    struct sam_json_notes notes;
    assert_int_equal(sam_json_read(arena, sam_buf_get(&first), &(struct sam_json_limits){32, 100000}, &root, &notes, NULL, &err), SAM_OK);
    assert_true(sam_span_is(sam_json_text(root, "id"), "x\"1"));
    assert_true(sam_span_is(sam_json_text(root, "language"), "da"));
    assert_int_equal(sam_json_get(root, "measures")->n, SAM_MEASURES);
    assert_int_equal(sam_json_get(sam_json_get(root, "opportunity"), "components")->n, SAM_COMPONENTS);
    assert_int_equal(sam_json_get(sam_json_get(root, "measures"), "agent_talk_ms")->type, SAM_JSON_NULL);
    settings.weights[0] += 1;
    assert_int_equal(sam_scorer_new(&settings, NULL, 0, &other, &err), SAM_OK);
    assert_false(sam_span_equal(sam_scorer_version(scorer), sam_scorer_version(other)));
    sam_scorer_free(other);
    settings.weights[0] = -1;
    assert_int_equal(sam_scorer_new(&settings, NULL, 0, &other, &err), SAM_BAD_INPUT);
    sam_buf_free(&first);
    sam_buf_free(&second);
    sam_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pension_missed), cmocka_unit_test(test_pension_explored),
        cmocka_unit_test(test_trip),           cmocka_unit_test(test_steady),
        cmocka_unit_test(test_windows),        cmocka_unit_test(test_times),
        cmocka_unit_test(test_not_scored),     cmocka_unit_test(test_languages),
        cmocka_unit_test(test_sweep),          cmocka_unit_test(test_json),
        cmocka_unit_test(test_same),
    };
    return cmocka_run_group_tests(tests, make_scorer, free_scorer);
}
