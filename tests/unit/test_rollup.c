/*
 * The rollup room through its door: where each fact of a conversation is counted, that what was added can be taken out again, and that
 * the kept form reads back.
 */
#include "samtale/rollup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

#define HALF_HOUR SAM_ROLLUP_INTERVAL_US

/* A conversation of two legs over two half hours: transferred from queue 1 to queue 2, scored, surveyed, resolved. */
struct example {
    struct sam_leg legs[2];
    struct sam_rollup_leg places[2];
    struct sam_survey survey;
    struct sam_outcome outcome;
    const struct sam_survey *surveys[1];
    const struct sam_outcome *outcomes[1];
    struct sam_turn turn;
    struct sam_conversation conversation;
    struct sam_score score;
    struct sam_rollup_input input;
};

static struct sam_time at(int64_t us)
{
    return (struct sam_time){us, SAM_QUALITY_EXACT};
}

static void example_of(struct example *e)
{
    *e = (struct example){
        .legs = {{.queued = at(10 * HALF_HOUR + 1),
                  .answered = at(10 * HALF_HOUR + 5000000),
                  .ended = at(11 * HALF_HOUR),
                  .wait_ms = sam_int_of(5000),
                  .talk_ms = sam_int_of(60000),
                  .hold_ms = sam_int_of(2000),
                  .disposition = SAM_DISPOSITION_ANSWERED,
                  .transfer = SAM_TRANSFER_QUEUE},
                 {.queued = at(11 * HALF_HOUR),
                  .ended = at(12 * HALF_HOUR - 1),
                  .wait_ms = sam_int_of(30000),
                  .talk_ms = sam_int_of(90000),
                  .wrap_ms = sam_int_of(7000),
                  .disposition = SAM_DISPOSITION_ANSWERED}},
        .places = {{.queue_id = 1, .service_level_ms = 20000}, {.queue_id = 2, .service_level_ms = 20000}},
        .survey = {.nps = sam_int_of(9),
                   .csat = sam_int_of(4),
                   .csat_min = sam_int_of(1),
                   .csat_max = sam_int_of(5),
                   .ces = sam_int_of(2),
                   .ces_min = sam_int_of(1),
                   .ces_max = sam_int_of(5),
                   .ces_reversed = true},
        .outcome = {.resolved = SAM_RESOLVED_YES, .churned = sam_int_of(0), .sold = sam_int_of(1)},
    };
    e->surveys[0] = &e->survey;
    e->outcomes[0] = &e->outcome;
    e->conversation = (struct sam_conversation){.channel = SAM_CHANNEL_VOICE,
                                                .direction = SAM_DIRECTION_INBOUND,
                                                .started = at(10 * HALF_HOUR),
                                                .ended = at(12 * HALF_HOUR - 1),
                                                .legs = e->legs,
                                                .legs_n = 2,
                                                .turns = &e->turn,
                                                .turns_n = 1,
                                                .surveys = e->surveys,
                                                .surveys_n = 1,
                                                .outcomes = e->outcomes,
                                                .outcomes_n = 1};
    e->score = (struct sam_score){.scored = true, .language = SAM_LANGUAGE_DA, .index_known = true};
    e->score.measures[SAM_M_QUESTIONS_OPEN] = sam_int_of(3);
    e->score.measures[SAM_M_AGENT_TALK_MS] = sam_int_of(1234);
    e->score.measures[SAM_M_EMPATHY_ACKNOWLEDGED] = sam_int_of(3);
    e->score.measures[SAM_M_EMPATHY_LATENCY_TURNS] = sam_int_of(5);
    e->score.numerators[SAM_C_OPEN_SHARE] = sam_int_of(3);
    e->score.denominators[SAM_C_OPEN_SHARE] = sam_int_of(8);
    e->score.numerators[SAM_C_NEEDS_ASKED] = sam_int_of(1); /* without a denominator it counts nowhere */
    e->input =
        (struct sam_rollup_input){.conversation = &e->conversation, .score = &e->score, .legs = e->places, .queue_id = 2, .score_set = 7};
}

static struct sam_arena *arena_of(size_t limit)
{
    struct sam_arena *arena = sam_arena_new(limit);
    assert_non_null(arena);
    return arena;
}

/* The row with that table, queue and half hour; NULL when there is none. */
static const int64_t *sums_of(const struct sam_rollup_row *rows, size_t n, enum sam_rollup table, int32_t queue, int64_t half_hour)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].table == table && rows[i].queue_id == queue && rows[i].half_hour == half_hour)
            return rows[i].sums;
    return NULL;
}

static size_t contribution(const struct example *e, struct sam_arena *arena, struct sam_rollup_row **rows)
{
    struct sam_err err;
    size_t n = 0;
    assert_int_equal(sam_rollup_contribution(&e->input, arena, rows, &n, &err), SAM_OK);
    return n;
}

static void arrivals_count_when_queued_and_outcomes_when_ended(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *rows = NULL;
    example_of(&e);
    size_t n = contribution(&e, arena, &rows);
    const int64_t *arrived = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 1, 10), *left = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 1, 11);
    const int64_t *second = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 2, 11);
    assert_true(arrived && left && second);
    assert_int_equal(arrived[SAM_R_OFFERED], 1);
    assert_int_equal(arrived[SAM_R_ANSWERED], 0);
    assert_int_equal(left[SAM_R_OFFERED], 0);
    assert_int_equal(left[SAM_R_ANSWERED], 1);
    assert_int_equal(left[SAM_R_ANSWERED_IN], 1);
    assert_int_equal(left[SAM_R_WAIT_ANSWERED_MS], 5000);
    assert_int_equal(left[SAM_R_HELD], 1);
    assert_int_equal(left[SAM_R_TRANSFERRED], 1);
    assert_int_equal(left[SAM_R_CONVERSATIONS], 0);
    assert_int_equal(second[SAM_R_OFFERED], 1);
    assert_int_equal(second[SAM_R_ANSWERED_IN], 0); /* waited 30 s of 20 */
    assert_int_equal(second[SAM_R_TALK_MS], 90000);
    assert_int_equal(second[SAM_R_WRAP_MS], 7000);
    assert_int_equal(second[SAM_R_CONVERSATIONS], 1); /* the conversation itself: its own queue, its end */
    assert_int_equal(second[SAM_R_WITH_TRANSCRIPT], 1);
    assert_int_equal(second[SAM_R_SCORED], 1);
    assert_int_equal(second[SAM_R_WITH_ROLES], 1);
    e.conversation.flags |= SAM_FLAG_ROLE_UNKNOWN;
    n = contribution(&e, arena, &rows);
    second = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 2, 11);
    assert_int_equal(second[SAM_R_WITH_TRANSCRIPT], 1);
    assert_int_equal(second[SAM_R_WITH_ROLES], 0);
    sam_arena_free(arena);
}

static void what_was_not_measured_counts_nowhere(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *rows = NULL;
    example_of(&e);
    size_t n = contribution(&e, arena, &rows);
    const int64_t *score = sums_of(rows, n, SAM_ROLLUP_OPPORTUNITY, 2, 11);
    assert_non_null(score);
    assert_int_equal(score[SAM_R_O_SCORED], 1);
    assert_int_equal(score[SAM_R_O_TIMED], 1);
    assert_int_equal(score[SAM_R_O_LATENCIES_TURNS], 3);
    assert_int_equal(score[SAM_R_O_LATENCIES_MS], 0); /* three acknowledgements, none with times */
    assert_int_equal(score[SAM_R_O_INDEXED], 1);
    assert_int_equal(score[SAM_R_O_COMPONENTS + 2 * SAM_C_OPEN_SHARE], 3);
    assert_int_equal(score[SAM_R_O_COMPONENTS + 2 * SAM_C_OPEN_SHARE + 1], 8);
    assert_int_equal(score[SAM_R_O_COMPONENTS + 2 * SAM_C_NEEDS_ASKED], 0);
    assert_int_equal(score[SAM_R_O_MEASURES + SAM_M_QUESTIONS_OPEN], 3);
    const int64_t *outcome = sums_of(rows, n, SAM_ROLLUP_OUTCOME, 2, 11);
    assert_non_null(outcome);
    assert_int_equal(outcome[SAM_R_NPS_N], 1);
    assert_int_equal(outcome[SAM_R_NPS_PROMOTERS], 1);
    assert_int_equal(outcome[SAM_R_NPS_DETRACTORS], 0);
    assert_int_equal(outcome[SAM_R_CSAT_PPM], 750000);
    assert_int_equal(outcome[SAM_R_CSAT_TOP], 1);
    assert_int_equal(outcome[SAM_R_CES_PPM], 750000); /* reversed: 2 of 1..5 is little effort */
    assert_int_equal(outcome[SAM_R_RESOLVED_N], 1);
    assert_int_equal(outcome[SAM_R_CHURNED_N], 1);
    assert_int_equal(outcome[SAM_R_CHURNED], 0);
    assert_int_equal(outcome[SAM_R_WINBACK_N], 0);
    assert_int_equal(outcome[SAM_R_SOLD], 1);
    e.survey = (struct sam_survey){.csat = sam_int_of(9), .csat_min = sam_int_of(1), .csat_max = sam_int_of(5)};
    n = contribution(&e, arena, &rows);
    outcome = sums_of(rows, n, SAM_ROLLUP_OUTCOME, 2, 11);
    assert_int_equal(outcome[SAM_R_SURVEYS], 1);
    assert_int_equal(outcome[SAM_R_NPS_N] + outcome[SAM_R_CSAT_N] + outcome[SAM_R_CES_N], 0); /* 9 lies outside its scale */
    sam_arena_free(arena);
}

static void abandons_and_overflows_are_not_answered(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *rows = NULL;
    example_of(&e);
    e.legs[0] = (struct sam_leg){.queued = at(10 * HALF_HOUR), .wait_ms = sam_int_of(3000), .disposition = SAM_DISPOSITION_SHORT_ABANDON};
    e.legs[1] = (struct sam_leg){.queued = at(10 * HALF_HOUR), .disposition = SAM_DISPOSITION_VOICEMAIL};
    e.conversation.ended = at(10 * HALF_HOUR + 1);
    size_t n = contribution(&e, arena, &rows);
    const int64_t *first = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 1, 10), *second = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 2, 10);
    assert_true(first && second);
    assert_int_equal(first[SAM_R_OFFERED], 1);
    assert_int_equal(first[SAM_R_ABANDONED], 1);
    assert_int_equal(first[SAM_R_SHORT_ABANDONED], 1);
    assert_int_equal(first[SAM_R_WAIT_ABANDONED_MS], 3000);
    assert_int_equal(first[SAM_R_ANSWERED] + first[SAM_R_HANDLED], 0);
    assert_int_equal(second[SAM_R_FLOWED_OUT], 1);
    sam_arena_free(arena);
}

static void outbound_legs_are_handled_and_never_offered(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *rows = NULL;
    example_of(&e);
    e.conversation.direction = SAM_DIRECTION_OUTBOUND;
    size_t n = contribution(&e, arena, &rows);
    assert_null(sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 1, 10));
    const int64_t *left = sums_of(rows, n, SAM_ROLLUP_HALF_HOUR, 1, 11);
    assert_non_null(left);
    assert_int_equal(left[SAM_R_OFFERED] + left[SAM_R_ANSWERED], 0);
    assert_int_equal(left[SAM_R_HANDLED], 1);
    sam_arena_free(arena);
}

static void without_any_time_nothing_is_added(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *rows = NULL;
    struct sam_err err;
    example_of(&e);
    e.conversation.legs_n = 0;
    e.conversation.started = e.conversation.ended = (struct sam_time){0, SAM_QUALITY_UNKNOWN};
    assert_int_equal(contribution(&e, arena, &rows), 1); /* the score's figures, for the day when a time comes */
    assert_int_equal(rows[0].half_hour, SAM_ROLLUP_UNDATED);
    struct sam_rollup_delta *delta = sam_rollup_delta_new(arena, 10);
    assert_non_null(delta);
    assert_int_equal(sam_rollup_delta_add(delta, rows, 1, 1, &err), SAM_OK);
    struct sam_rollup_row *changed = NULL;
    size_t changed_n = 9;
    assert_int_equal(sam_rollup_delta_rows(delta, SAM_ROLLUP_OPPORTUNITY, &changed, &changed_n, &err), SAM_OK);
    assert_int_equal(changed_n, 0);
    e.conversation.started = at(-1); /* before 1970 the half hours go on downwards */
    assert_true(contribution(&e, arena, &rows) > 0);
    assert_int_equal(rows[0].half_hour, -1);
    sam_arena_free(arena);
}

static void a_score_that_stands_adds_what_it_added_wherever_it_is_counted_now(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *before = NULL, *kept = NULL, *anew = NULL;
    example_of(&e);
    struct sam_conversation dated = e.conversation;
    e.conversation.started = e.conversation.ended = (struct sam_time){0, SAM_QUALITY_UNKNOWN};
    e.conversation.channel = SAM_CHANNEL_UNKNOWN;
    size_t n = contribution(&e, arena, &before);
    assert_null(sam_rollup_of_score(before, n, 8)); /* another scorer's */
    const struct sam_rollup_row *row = sam_rollup_of_score(before, n, 7);
    assert_non_null(row);
    e.conversation = dated;
    size_t anew_n = contribution(&e, arena, &anew);
    e.score = (struct sam_score){.scored = true, .language = SAM_LANGUAGE_DA};
    e.input.kept = row;
    size_t kept_n = contribution(&e, arena, &kept);
    assert_int_equal(kept_n, anew_n);
    struct sam_buf a = sam_buf_of(1 << 16), b = sam_buf_of(1 << 16);
    sam_rollup_encode(anew, anew_n, &a);
    sam_rollup_encode(kept, kept_n, &b);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.at, b.at, a.len);
    sam_buf_free(&a);
    sam_buf_free(&b);
    sam_arena_free(arena);
}

static enum sam_code contribute(struct sam_arena *arena, void *data, struct sam_err *err)
{
    const struct example *e = data;
    struct sam_rollup_row *rows = NULL, *again = NULL, *changed = NULL;
    struct sam_buf buf = sam_buf_of(1 << 16);
    size_t n = 0, back = 0, left = 0;
    struct sam_rollup_delta *delta = NULL;
    enum sam_code code = sam_rollup_contribution(&e->input, arena, &rows, &n, err);
    if (code == SAM_OK) {
        sam_rollup_encode(rows, n, &buf);
        code = sam_rollup_decode(sam_buf_get(&buf), arena, &again, &back, err);
    }
    if (code == SAM_OK && !(delta = sam_rollup_delta_new(arena, 100)))
        code = sam_arena_full(arena, err);
    if (code == SAM_OK)
        code = sam_rollup_delta_add(delta, rows, n, 1, err);
    if (code == SAM_OK)
        code = sam_rollup_delta_add(delta, again, back, -1, err);
    for (unsigned table = 0; code == SAM_OK && table < SAM_ROLLUPS; table++) {
        code = sam_rollup_delta_rows(delta, (enum sam_rollup)table, &changed, &left, err);
        assert_true(code != SAM_OK || left == 0); /* what was added is taken out again, to the last sum */
    }
    sam_buf_free(&buf);
    return code;
}

static void what_is_kept_takes_out_what_was_added_whatever_allocation_fails(void **state)
{
    (void)state;
    struct example e;
    example_of(&e);
    assert_true(sweep(contribute, &e, 1 << 20) > 20);
}

static void rows_that_change_come_in_the_order_of_their_keys(void **state)
{
    (void)state;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_err err;
    int64_t one[SAM_R_HALF_HOUR_SUMS] = {1}, none[SAM_R_HALF_HOUR_SUMS] = {0};
    struct sam_rollup_row in[40], *out = NULL;
    size_t n = 0;
    for (int i = 0; i < 40; i++)
        in[i] = (struct sam_rollup_row){.queue_id = i * 7 % 5, .half_hour = i * 11 % 8, .sums = i == 3 ? none : one};
    struct sam_rollup_delta *delta = sam_rollup_delta_new(arena, 40);
    assert_non_null(delta);
    assert_int_equal(sam_rollup_delta_add(delta, in, 40, 1, &err), SAM_OK);
    assert_int_equal(sam_rollup_delta_rows(delta, SAM_ROLLUP_HALF_HOUR, &out, &n, &err), SAM_OK);
    assert_int_equal(n, 39);
    for (size_t i = 1; i < n; i++)
        assert_true(out[i - 1].queue_id < out[i].queue_id ||
                    (out[i - 1].queue_id == out[i].queue_id && out[i - 1].half_hour < out[i].half_hour));
    assert_int_equal(sam_rollup_delta_rows(delta, SAM_ROLLUP_OUTCOME, &out, &n, &err), SAM_OK);
    assert_int_equal(n, 0);
    struct sam_rollup_row more = {.queue_id = 99, .sums = one};
    assert_int_equal(sam_rollup_delta_add(delta, &more, 1, 1, &err), SAM_TOO_LARGE);
    sam_arena_free(arena);
}

/* ---- another score in the place of the one that is there ------------------------------------------------------------------ */

static struct sam_rollup_rescore rescore_of(const struct example *e, const struct sam_rollup_row *rows, size_t n)
{
    return (struct sam_rollup_rescore){rows, n, &e->score, e->input.score_set};
}

static void same_rows(const struct sam_rollup_row *a, size_t a_n, const struct sam_rollup_row *b, size_t b_n)
{
    struct sam_buf left = sam_buf_of(1 << 16), right = sam_buf_of(1 << 16);
    sam_rollup_encode(a, a_n, &left);
    sam_rollup_encode(b, b_n, &right);
    assert_int_equal(left.len, right.len);
    assert_memory_equal(left.at, right.at, left.len);
    sam_buf_free(&left);
    sam_buf_free(&right);
}

static void with_another_score_it_adds_what_it_would_have_added(void **state)
{
    (void)state;
    static const bool scored[][2] = {{true, true}, {true, false}, {false, true}, {false, false}}; /* before, after */
    for (size_t i = 0; i < SAM_COUNT(scored); i++) {
        struct example e;
        struct sam_arena *arena = arena_of(1 << 20);
        struct sam_rollup_row *before = NULL, *wanted = NULL, *got = NULL;
        struct sam_err err;
        size_t n = 0;
        example_of(&e);
        e.score.scored = scored[i][0];
        size_t before_n = contribution(&e, arena, &before);
        e.score.scored = scored[i][1];
        e.score.measures[SAM_M_QUESTIONS_OPEN] = sam_int_of(8);
        e.score.language = SAM_LANGUAGE_NB;
        e.input.score_set = 9;
        size_t wanted_n = contribution(&e, arena, &wanted);
        const struct sam_rollup_rescore input = rescore_of(&e, before, before_n);
        assert_int_equal(sam_rollup_rescored(&input, arena, &got, &n, &err), SAM_OK);
        same_rows(got, n, wanted, wanted_n);
        sam_arena_free(arena);
    }
}

static void what_counts_in_no_half_hour_does_not_with_another_score(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *got = NULL;
    struct sam_err err;
    size_t n = 1;
    example_of(&e);
    const struct sam_rollup_rescore input = rescore_of(&e, NULL, 0);
    assert_int_equal(sam_rollup_rescored(&input, arena, &got, &n, &err), SAM_OK);
    assert_int_equal(n, 0);
    sam_arena_free(arena);
}

static enum sam_code rescored(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_rollup_row *out = NULL;
    size_t n = 0;
    return sam_rollup_rescored(data, arena, &out, &n, err);
}

static void whatever_allocation_of_that_fails_is_told(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 20);
    struct sam_rollup_row *rows = NULL;
    example_of(&e);
    size_t n = contribution(&e, arena, &rows);
    struct sam_rollup_rescore input = rescore_of(&e, rows, n);
    assert_true(sweep(rescored, &input, 1 << 16) > 3);
    sam_arena_free(arena);
}

static void what_is_no_kept_form_is_refused(void **state)
{
    (void)state;
    struct example e;
    struct sam_arena *arena = arena_of(1 << 24);
    struct sam_rollup_row *rows = NULL, *out = NULL;
    struct sam_buf buf = sam_buf_of(1 << 16);
    struct sam_err err;
    size_t n = 0;
    example_of(&e);
    n = contribution(&e, arena, &rows);
    sam_rollup_encode(rows, n, &buf);
    for (size_t len = 0; len < buf.len; len++) /* cut anywhere */
        assert_int_equal(sam_rollup_decode((struct sam_span){buf.at, len}, arena, &out, &n, &err), SAM_BAD_INPUT);
    sam_buf_add(&buf, "", 1); /* one byte more */
    assert_int_equal(sam_rollup_decode(sam_buf_get(&buf), arena, &out, &n, &err), SAM_BAD_INPUT);
    buf.len--;
    for (size_t i = 0; i < buf.len; i++) { /* any byte turned round: read or refused, never more */
        buf.at[i] = (char)(buf.at[i] ^ 0xFF);
        enum sam_code code = sam_rollup_decode(sam_buf_get(&buf), arena, &out, &n, &err);
        assert_true(code == SAM_OK || code == SAM_BAD_INPUT);
        buf.at[i] = (char)(buf.at[i] ^ 0xFF);
    }
    sam_buf_free(&buf);
    sam_arena_free(arena);
}

static void a_leg_s_disposition_follows_its_queue_s_limit(void **state)
{
    (void)state;
    struct sam_leg leg = {.disposition = SAM_DISPOSITION_ABANDONED, .wait_ms = sam_int_of(4999)};
    assert_int_equal(sam_rollup_disposition(&leg, 5000), SAM_DISPOSITION_SHORT_ABANDON);
    leg.wait_ms = sam_int_of(5000);
    assert_int_equal(sam_rollup_disposition(&leg, 5000), SAM_DISPOSITION_ABANDONED);
    leg.wait_ms = SAM_UNKNOWN;
    assert_int_equal(sam_rollup_disposition(&leg, 5000), SAM_DISPOSITION_ABANDONED);
    leg = (struct sam_leg){.talk_ms = sam_int_of(1)};
    assert_int_equal(sam_rollup_disposition(&leg, 5000), SAM_DISPOSITION_ANSWERED);
    leg = (struct sam_leg){.disposition = SAM_DISPOSITION_UNKNOWN};
    assert_int_equal(sam_rollup_disposition(&leg, 5000), SAM_DISPOSITION_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrivals_count_when_queued_and_outcomes_when_ended),
        cmocka_unit_test(what_was_not_measured_counts_nowhere),
        cmocka_unit_test(abandons_and_overflows_are_not_answered),
        cmocka_unit_test(outbound_legs_are_handled_and_never_offered),
        cmocka_unit_test(without_any_time_nothing_is_added),
        cmocka_unit_test(a_score_that_stands_adds_what_it_added_wherever_it_is_counted_now),
        cmocka_unit_test(what_is_kept_takes_out_what_was_added_whatever_allocation_fails),
        cmocka_unit_test(rows_that_change_come_in_the_order_of_their_keys),
        cmocka_unit_test(with_another_score_it_adds_what_it_would_have_added),
        cmocka_unit_test(what_counts_in_no_half_hour_does_not_with_another_score),
        cmocka_unit_test(whatever_allocation_of_that_fails_is_told),
        cmocka_unit_test(what_is_no_kept_form_is_refused),
        cmocka_unit_test(a_leg_s_disposition_follows_its_queue_s_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
