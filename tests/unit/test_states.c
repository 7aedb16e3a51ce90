/*
 * States of agents through the doors of read, model and privacy: what is read, what is refused with its place, that the canonical form
 * reads back, that a copy lives by itself, that reasons are masked; each with too little memory, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "samtale/privacy.h"

#include "reading.h"
#include "sweep.h"

static const char whole[] = "{'kind':'agent_state','source':'acd','agent':{'id':'a1','name':'Ann','team':'North'},'version':3,'states':["
                            "{'state':'available','queue':'Sales','from':'2026-10-05T08:00:00Z'},"
                            "{'state':'pause','reason':'ring 22 34 56 78','from':'2026-10-05T10:00:00Z','to':'2026-10-05T10:30:00Z'}]}";

static void states_are_read_and_written_alike(void **state)
{
    (void)state;
    assert_reads(whole, 0,
                 "{'kind':'agent_state','source':'acd','version':3,'agent':{'id':'a1','name':'Ann','team':'North'},'states':["
                 "{'state':'available','queue':'Sales','from':'2026-10-05T08:00:00Z'},"
                 "{'state':'pause','reason':'ring 22 34 56 78','from':'2026-10-05T10:00:00Z','to':'2026-10-05T10:30:00Z'}]}");
    assert_reads(
        "{'kind':'agent_state','agent':17,'state':'ACW','at':'2026-10-05T10:00:00+02:00','queues':['A','B']}", 0,
        "{'kind':'agent_state','source':'s','agent':{'id':'17'},'states':[{'state':'wrap','queue':'A','from':'2026-10-05T08:00:00Z'},"
        "{'state':'wrap','queue':'B','from':'2026-10-05T08:00:00Z'}]}");
    assert_reads("{'agent':'a','team':'T','states':[{'state':'logged_out','from':'2026-10-05T10:00:00.250Z','queues':[]}]}", 0,
                 "{'kind':'agent_state','source':'s','agent':{'id':'a','team':'T'},'states':[{'state':'offline','from':"
                 "'2026-10-05T10:00:00.250Z'}]}");
}

static void what_cannot_be_is_refused_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *message, *why;
    } rows[] = {
        {"{'kind':'agent_state','states':[{'state':'pause','from':'2026-10-05T08:00:00Z'}]}", "agent.id: missing"},
        {"{'kind':'agent_state','agent':{'name':'x'},'states':[]}", "agent.id: missing"},
        {"{'kind':'agent_state','agent':true,'state':'pause','at':'2026-10-05T08:00:00Z'}", "agent"},
        {"{'kind':'agent_state','agent':'a','states':[]}", "states: no list"},
        {"{'kind':'agent_state','agent':'a','states':{}}", "states: no list"},
        {"{'kind':'agent_state','agent':'a'}", "states[0].state: ''"},
        {"{'kind':'agent_state','agent':'a','states':[7]}", "states[0].state: ''"},
        {"{'kind':'agent_state','agent':'a','states':[{'state':'pause','from':'2026-10-05T08:00:00Z'},{'state':'on fire','from':1}]}",
         "states[1].state: 'on fire'"},
        {"{'kind':'agent_state','agent':'a','state':'pause'}", "states[0].from"},
        {"{'kind':'agent_state','agent':'a','state':'pause','from':'soon'}", "states[0].from"},
        {"{'kind':'agent_state','agent':'a','state':'pause','from':'2026-10-05T08:00:00Z','to':'later'}", "states[0].to: no time"},
        {"{'kind':'agent_state','agent':'a','state':'pause','from':'2026-10-05T08:00:00Z','to':'2026-10-05T07:59:59Z'}",
         "states[0].to: lies before from"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = reading_text(rows[i].message);
        assert_int_equal(r.code, SAM_BAD_INPUT);
        if (!strstr(r.err.text, rows[i].why))
            fail_msg("%s: %s", rows[i].message, r.err.text);
        reading_end(&r);
    }
}

static void more_states_than_the_limit_are_too_many(void **state)
{
    (void)state;
    struct sam_arena *arena = sam_arena_new(1U << 20);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    struct sam_err err;
    settings.turns_max = 2;
    const struct sam_read_input two = {.source = SAM_SPAN("s"), .body = sam_span_of(json(whole))};
    const struct sam_read_input three = {
        .source = SAM_SPAN("s"),
        .body = sam_span_of(json("{'kind':'agent_state','agent':'a','state':'pause','at':'2026-10-05T08:00:00Z','queues':['a','b','c']}"))};
    assert_int_equal(sam_read(&settings, &two, arena, &result, &err), SAM_OK);
    assert_int_equal(sam_read(&settings, &three, arena, &result, &err), SAM_TOO_LARGE);
    sam_arena_free(arena);
}

static void a_state_of_the_future_is_refused(void **state)
{
    (void)state;
    struct sam_arena *arena = sam_arena_new(1U << 20);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    struct sam_err err;
    const struct sam_read_input input = {.source = SAM_SPAN("s"), .body = sam_span_of(json(whole))};
    settings.now_us = INT64_C(1790000000000000); /* 2026-09-21 */
    assert_int_equal(sam_read(&settings, &input, arena, &result, &err), SAM_BAD_INPUT);
    assert_non_null(strstr(err.text, "states[0].from"));
    settings.now_us = INT64_C(1791187200000000); /* 2026-10-05 08:00 */
    assert_int_equal(sam_read(&settings, &input, arena, &result, &err), SAM_OK);
    sam_arena_free(arena);
}

static enum sam_code read_mask_copy(struct sam_arena *arena, void *data, struct sam_err *err)
{
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {1};
    static struct sam_mask mask;
    static bool made;
    const struct sam_read_settings settings = sam_read_defaults();
    const struct sam_read_input input = {.source = SAM_SPAN("s"), .body = sam_span_of(data)};
    struct sam_read_result result;
    struct sam_part copy;
    if (!made)
        mask = sam_mask_of(key);
    made = true;
    enum sam_code code = sam_read(&settings, &input, arena, &result, err);
    if (code == SAM_OK)
        code = sam_mask_part(&mask, &result.parts[0], arena, err);
    if (code == SAM_OK)
        code = sam_part_copy(&result.parts[0], SAM_NO_SPAN, arena, &copy, err);
    if (code != SAM_OK)
        return code;
    assert_true(sam_span_is(copy.states->at[1].reason, "ring ## ## ## ##"));
    assert_true(sam_span_is(copy.states->agent.name, "Ann"));
    assert_true(copy.states->at != result.parts[0].states->at);
    assert_true(copy.states->at[0].queue.at != result.parts[0].states->at[0].queue.at);
    return SAM_OK;
}

static void reasons_are_masked_and_every_allocation_may_fail(void **state)
{
    (void)state;
    char text[sizeof whole];
    memcpy(text, json(whole), sizeof whole);
    assert_true(sweep(read_mask_copy, text, 1U << 20) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_read_and_written_alike),
        cmocka_unit_test(what_cannot_be_is_refused_with_its_place),
        cmocka_unit_test(more_states_than_the_limit_are_too_many),
        cmocka_unit_test(a_state_of_the_future_is_refused),
        cmocka_unit_test(reasons_are_masked_and_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
