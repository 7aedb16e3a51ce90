/*
 * The sample weeks through their door: the same bytes from the same seed, believable in sum, and each transcript as long as its record
 * says.
 */
#include "samtale/model.h"
#include "samtale/samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARENA ((size_t)256 * 1024 * 1024)

/* What came through the sink. */
struct seen {
    struct sam_arena *arena; /* for JSON, reset a message */
    uint8_t hash[16];
    uint32_t messages, bad, words, wrong_talk, late, negative;
    uint32_t kinds[SAM_KIND_AGENT_STATE + 1], answered, abandoned, in_20_s, voice;
    int64_t ready_s, signed_in_s, handle_ms;
    char last_day[11], first_day[11];
    uint32_t stop_after; /* the sink fails then; 0 never */
};

static int64_t number_of(const struct sam_json *object, const char *key)
{
    int64_t value = -1;
    return sam_json_int(sam_json_get(object, key), false, -1, INT64_MAX, &value) ? value : -1;
}

static void see_legs(struct seen *seen, const struct sam_json *root)
{
    const struct sam_json *legs = sam_json_get(root, "legs");
    const struct sam_json *leg = legs ? legs->first : NULL;
    if (!leg || !sam_span_is(sam_json_text(root, "direction"), "inbound") || !sam_span_is(sam_json_text(root, "channel"), "voice"))
        return;
    seen->voice++;
    seen->negative += number_of(leg, "wait_ms") < 0;
    if (sam_span_is(sam_json_text(leg, "disposition"), "answered")) {
        seen->answered++;
        seen->in_20_s += number_of(leg, "wait_ms") <= 20000;
        seen->negative += number_of(leg, "talk_ms") <= 0 || number_of(leg, "hold_ms") < 0;
    } else {
        seen->abandoned++;
    }
}

/* The record's talk and hold end with the last word, to the millisecond of rounding. */
static void see_turns(struct seen *seen, const struct sam_json *root)
{
    const struct sam_json *turns = sam_json_get(root, "turns"), *legs = sam_json_get(root, "legs");
    int64_t end_ms = 0;
    if (!turns)
        return;
    seen->words++;
    for (const struct sam_json *turn = turns->first; turn; turn = turn->next)
        end_ms = number_of(turn, "end_ms") > end_ms ? number_of(turn, "end_ms") : end_ms;
    if (legs && end_ms)
        seen->wrong_talk += llabs(number_of(legs->first, "talk_ms") + number_of(legs->first, "hold_ms") - end_ms) > 1;
}

static int64_t second_of(struct sam_span time)
{
    int hour = 0, minute = 0, second = 0;
    assert_int_equal(sscanf(time.at + 11, "%2d:%2d:%2d", &hour, &minute, &second), 3);
    return hour * 3600 + minute * 60 + second;
}

/* An agent's day: signed in, then states in order, signed off at the end. */
static void see_states(struct seen *seen, const struct sam_json *root)
{
    const struct sam_json *states = sam_json_get(root, "states");
    for (const struct sam_json *s = states ? states->first : NULL; s; s = s->next) {
        struct sam_span state = sam_json_text(s, "state");
        if (!s->next) {
            seen->bad += !sam_span_is(state, "offline");
            return;
        }
        int64_t lasts_s = second_of(sam_json_text(s->next, "from")) - second_of(sam_json_text(s, "from"));
        seen->bad += lasts_s < 0;
        seen->ready_s += sam_span_is(state, "ready") ? lasts_s : 0;
        seen->signed_in_s += sam_span_is(state, "offline") ? 0 : lasts_s;
    }
}

static void see_handling(struct seen *seen, const struct sam_json *root)
{
    const struct sam_json *legs = sam_json_get(root, "legs");
    for (const struct sam_json *leg = legs ? legs->first : NULL; leg; leg = leg->next) {
        if (number_of(leg, "talk_ms") > 0)
            seen->handle_ms += number_of(leg, "talk_ms") + number_of(leg, "hold_ms") + number_of(leg, "wrap_ms");
    }
}

static enum sam_code see(void *context, struct sam_span line, struct sam_err *err)
{
    static const struct sam_json_limits limits = {.depth = 16, .nodes = 100000};
    struct seen *seen = context;
    const struct sam_json *root = NULL;
    struct sam_json_notes notes = {0};
    enum sam_kind kind = SAM_KIND_EVENT;
    if (seen->stop_after && seen->messages == seen->stop_after)
        return sam_fail(err, SAM_SYSTEM, "full");
    const struct sam_span both[2] = {{(const char *)seen->hash, sizeof seen->hash}, line};
    uint8_t hash[16];
    sam_hash128(both, 2, hash);
    memcpy(seen->hash, hash, sizeof hash);
    seen->messages++;
    sam_arena_reset(seen->arena);
    if (sam_json_read(seen->arena, line, &limits, &root, &notes, NULL, err) != SAM_OK || notes.replaced || notes.duplicates ||
        !sam_kind_find(sam_json_text(root, "kind"), &kind))
        seen->bad++;
    seen->kinds[kind]++;
    const struct sam_span day = sam_json_text(root, "offered_at");
    if (day.len > 10) {
        memcpy(seen->last_day, memcmp(day.at, seen->last_day, 10) > 0 ? day.at : seen->last_day, 10);
        memcpy(seen->first_day, !seen->first_day[0] || memcmp(day.at, seen->first_day, 10) < 0 ? day.at : seen->first_day, 10);
    }
    see_legs(seen, root);
    see_states(seen, root);
    see_handling(seen, root);
    see_turns(seen, root);
    return SAM_OK;
}

static enum sam_code make(struct sam_samples samples, size_t limit, struct seen *seen, struct sam_samples_made *made, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(limit);
    seen->arena = sam_arena_new(ARENA);
    assert_non_null(arena);
    assert_non_null(seen->arena);
    const enum sam_code code = sam_samples_write(&samples, arena, see, seen, made, err);
    sam_arena_free(seen->arena);
    sam_arena_free(arena);
    return code;
}

static const struct sam_samples eight = {.seed = 1, .weeks = 8, .end_day = 20778}; /* 2026-11-21 */

static void eight_weeks_are_believable(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct sam_samples_made made;
    struct sam_err err;
    assert_int_equal(make(eight, ARENA, &seen, &made, &err), SAM_OK);
    assert_int_equal(seen.messages, made.messages);
    assert_int_equal(seen.bad + seen.negative + seen.wrong_talk, 0);
    assert_in_range(made.conversations, 4700, 5500);
    assert_in_range(made.transcripts, 1130, 1376);
    assert_true(seen.words > made.transcripts); /* some come twice */
    assert_string_equal(seen.last_day, "2026-11-21");
    assert_true(strcmp(seen.first_day, "2026-09-27") >= 0);
    for (size_t kind = SAM_KIND_CONVERSATION; kind <= SAM_KIND_OUTCOME; kind++)
        assert_true(seen.kinds[kind] > 100);
    assert_in_range(seen.in_20_s * 100 / (seen.answered + seen.abandoned), 70, 92);
    assert_in_range(seen.abandoned * 100 / seen.voice, 4, 15);
    assert_true(seen.kinds[SAM_KIND_AGENT_STATE] > 500);
    assert_in_range(seen.handle_ms / 10 / seen.ready_s, 70, 85); /* occupancy; some records and days come twice */
    assert_true(seen.signed_in_s > 2 * seen.ready_s);
}

/* Agents of a plan summed over its lines, in half hours; the lines in order and without a gap in a day. */
static enum sam_code see_plan(void *context, struct sam_span line, struct sam_err *err)
{
    int day = 0, from_h = 0, from_m = 0, to_h = 0, to_m = 0, agents = 0;
    (void)err;
    assert_int_equal(sscanf(line.at, "%d,%d:%d,%d:%d,%d", &day, &from_h, &from_m, &to_h, &to_m, &agents), 6);
    assert_in_range(agents, 1, 2);
    *(int *)context += (to_h * 2 + to_m / 30 - from_h * 2 - from_m / 30) * agents;
    return SAM_OK;
}

static void a_queue_has_a_plan(void **state)
{
    struct sam_err err;
    int small = 0, large = 0;
    (void)state;
    assert_int_equal(sam_samples_plan(SAM_SPAN("International"), see_plan, &small, &err), SAM_OK);
    assert_int_equal(small, 5 * 20 + 10); /* one agent whenever it is open */
    assert_int_equal(sam_samples_plan(SAM_SPAN("Danmark"), see_plan, &large, &err), SAM_OK);
    assert_true(large > small);
    assert_int_equal(sam_samples_plan(SAM_SPAN("Nowhere"), see_plan, &large, &err), SAM_BAD_INPUT);
    assert_non_null(strstr(err.text, "Nowhere"));
}

static void same_seed_same_bytes(void **state)
{
    (void)state;
    struct sam_samples one = {.seed = 7, .weeks = 1, .end_day = 20778};
    struct seen a = {0}, b = {0}, c = {0};
    struct sam_samples_made made;
    struct sam_err err;
    assert_int_equal(make(one, ARENA, &a, &made, &err), SAM_OK);
    assert_int_equal(make(one, ARENA, &b, &made, &err), SAM_OK);
    one.seed = 8;
    assert_int_equal(make(one, ARENA, &c, &made, &err), SAM_OK);
    assert_memory_equal(a.hash, b.hash, sizeof a.hash);
    assert_memory_not_equal(a.hash, c.hash, sizeof a.hash);
}

static void wrong_wishes_are_refused(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct sam_samples_made made;
    struct sam_err err;
    assert_int_equal(make((struct sam_samples){.weeks = 0, .end_day = 20778}, ARENA, &seen, &made, &err), SAM_BAD_INPUT);
    assert_non_null(strstr(err.text, "weeks"));
    assert_int_equal(make((struct sam_samples){.weeks = SAM_SAMPLES_WEEKS_MAX + 1, .end_day = 20778}, ARENA, &seen, &made, &err),
                     SAM_BAD_INPUT);
    assert_int_equal(make((struct sam_samples){.weeks = 2, .end_day = 3}, ARENA, &seen, &made, &err), SAM_BAD_INPUT);
    assert_int_equal(seen.messages, 0);
}

static void sink_may_refuse(void **state)
{
    (void)state;
    struct seen seen = {.stop_after = 5};
    struct sam_samples_made made;
    struct sam_err err;
    assert_int_equal(make((struct sam_samples){.weeks = 1, .end_day = 20778}, ARENA, &seen, &made, &err), SAM_SYSTEM);
    assert_int_equal(seen.messages, 5);
}

/* Every limit from too small to enough ends in an answer; steps grow, since a run takes its time. */
static void full_arena_is_an_answer(void **state)
{
    (void)state;
    uint32_t refused = 0;
    enum sam_code code = SAM_NO_MEMORY;
    for (size_t limit = 64; code == SAM_NO_MEMORY && limit < ARENA; limit += limit / 3) {
        struct seen seen = {0};
        struct sam_samples_made made;
        struct sam_err err;
        code = make((struct sam_samples){.weeks = 1, .end_day = 20778}, limit, &seen, &made, &err);
        refused += code == SAM_NO_MEMORY;
    }
    assert_int_equal(code, SAM_OK);
    assert_true(refused > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_weeks_are_believable), cmocka_unit_test(same_seed_same_bytes), cmocka_unit_test(a_queue_has_a_plan),
        cmocka_unit_test(wrong_wishes_are_refused),   cmocka_unit_test(sink_may_refuse),      cmocka_unit_test(full_arena_is_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
