/*
 * Joining parts through its door: which part counts, who is who, what turns and legs become, what is flagged.
 */
#include "samtale/join.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "sweep.h"

#define PARTS_MOST 8
#define LONG_KEY   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct joined {
    struct reading readings[PARTS_MOST];
    const struct sam_part *parts[PARTS_MOST];
    size_t n, readings_n;
    struct sam_arena *arena;
    struct sam_conversation c;
    struct sam_err err;
    enum sam_code code;
};

static void add(struct joined *j, const char *text)
{
    struct reading *r = &j->readings[j->readings_n++];
    *r = reading_text(text);
    if (r->code != SAM_OK)
        fail_msg("%s: %s", text, r->err.text);
    for (size_t i = 0; i < r->result.parts_n; i++) {
        struct sam_span form = sam_span_of(canonical(r, i));
        sam_hash128(&form, 1, r->result.parts[i].content_hash);
        j->parts[j->n++] = &r->result.parts[i];
    }
}

static void join(struct joined *j)
{
    j->arena = sam_arena_new(1 << 20);
    j->code = sam_join(j->parts, j->n, j->arena, &j->c, &j->err);
    assert_int_equal(j->code, SAM_OK);
}

static void end(struct joined *j)
{
    for (size_t i = 0; i < j->readings_n; i++)
        reading_end(&j->readings[i]);
    sam_arena_free(j->arena);
}

/* "party role i,i: text|" for each turn */
static const char *turns_of(const struct joined *j)
{
    static char out[4096];
    size_t n = 0;
    out[0] = 0;
    for (size_t i = 0; i < j->c.turns_n; i++) {
        const struct sam_turn *t = &j->c.turns[i];
        n += (size_t)snprintf(out + n, sizeof out - n, "%d ", t->party);
        for (size_t k = 0; k < t->segments_n; k++)
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%d", k ? "," : "", t->segments[k].i);
        n += (size_t)snprintf(out + n, sizeof out - n, ": %.*s|", SAM_ARG(t->text));
    }
    return out;
}

static void the_newest_part_counts_in_any_order(void **state)
{
    (void)state;
    static const char *const messages[] = {
        "{'kind':'record','id':'x','version':2,'channel':'voice','legs':[{'queue':'new'}]}",
        "{'kind':'record','id':'x','version':1,'channel':'chat','legs':[{'queue':'old'}]}",
        "{'kind':'transcript','id':'x','turns':[{'speaker':'agent','text':'a'}]}",
    };
    static const int orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}};
    for (size_t o = 0; o < SAM_COUNT(orders); o++) {
        struct joined j = {.n = 0};
        for (size_t i = 0; i < 3; i++)
            add(&j, messages[orders[o][i]]);
        join(&j);
        assert_int_equal(j.c.legs_n, 1);
        assert_true(sam_span_is(j.c.legs[0].queue, "new"));
        assert_int_equal(j.c.channel, SAM_CHANNEL_VOICE);
        assert_int_equal(j.c.flags & SAM_FLAG_CONFLICT, 0);
        end(&j);
    }
}

static void one_version_with_two_contents_is_flagged_and_decided_the_same_way(void **state)
{
    (void)state;
    struct sam_span first = SAM_NO_SPAN;
    for (int o = 0; o < 2; o++) {
        struct joined j = {.n = 0};
        add(&j, o ? "{'kind':'record','id':'x','version':2,'legs':[{'queue':'a'}]}"
                  : "{'kind':'record','id':'x','version':2,'legs':[{'queue':'b'}]}");
        add(&j, o ? "{'kind':'record','id':'x','version':2,'legs':[{'queue':'b'}]}"
                  : "{'kind':'record','id':'x','version':2,'legs':[{'queue':'a'}]}");
        join(&j);
        assert_true(j.c.flags & SAM_FLAG_CONFLICT);
        if (first.at)
            assert_true(sam_span_equal(first, j.c.legs[0].queue));
        first = sam_span_is(j.c.legs[0].queue, "a") ? SAM_SPAN("a") : SAM_SPAN("b");
        end(&j);
    }
    struct joined j = {.n = 0};
    add(&j, "{'kind':'record','id':'x','version':2,'legs':[{'queue':'a'}]}");
    add(&j, "{'kind':'record','id':'x','version':2,'legs':[{'queue':'a'}]}");
    join(&j);
    assert_int_equal(j.c.flags & SAM_FLAG_CONFLICT, 0);
    end(&j);
}

static void segments_of_one_party_are_one_turn_and_lead_back(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'transcript','id':'x','channel':'voice','turns':["
            "{'i':10,'speaker':'agent','start_ms':0,'end_ms':1000,'text':'h\xC3\xA5r'},{'i':11,'speaker':'agent','start_ms':1900,'end_ms':"
            "3000,'text':'der'},"
            "{'i':13,'speaker':'agent','start_ms':4000,'end_ms':5000,'text':'nyt'},{'i':12,'speaker':'customer','start_ms':3100,'end_ms':"
            "3900,'text':'ja tak'}]}");
    join(&j);
    assert_string_equal(turns_of(&j), "0 10,11: h\xC3\xA5r der|1 12: ja tak|0 13: nyt|");
    assert_int_equal(j.c.turns[0].segments[1].at, 4);
    assert_int_equal(j.c.turns[0].segments[1].length, 3);
    assert_int_equal(j.c.turns[0].end_ms.value, 3000);
    assert_int_equal(j.c.turns[0].i, 10);
    end(&j);
}

static void a_word_said_into_a_turn_does_not_end_it(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j,
        "{'kind':'transcript','id':'x','channel':'voice','turns':["
        "{'speaker':'agent','start_ms':0,'end_ms':3000,'text':'det er "
        "s\xC3\xA5'},{'speaker':'customer','start_ms':2500,'end_ms':2900,'text':'ja'},"
        "{'speaker':'agent','start_ms':3200,'end_ms':5000,'text':'den'},{'speaker':'customer','start_ms':5000,'end_ms':5400,'text':'Per'},"
        "{'speaker':'agent','start_ms':5500,'end_ms':6000,'text':'tak'}]}");
    join(&j);
    assert_string_equal(turns_of(&j), "0 0,2: det er s\xC3\xA5 den|1 1: ja|1 3: Per|0 4: tak|");
    end(&j);
}

static void turns_without_times_follow_the_channel(void **state)
{
    (void)state;
    static const struct {
        const char *channel, *turns;
    } rows[] = {{"voice", "0 0,1: a b|"}, {"chat", "0 0: a|0 1: b|"}, {"email", "0 0: a|0 1: b|"}};
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        char text[256];
        struct joined j = {.n = 0};
        snprintf(text, sizeof text,
                 "{'kind':'transcript','id':'x','channel':'%s','turns':[{'speaker':'agent','text':'a'},{'speaker':'agent','text':'b'},{'"
                 "speaker':'agent','text':' '}]}",
                 rows[i].channel);
        add(&j, text);
        join(&j);
        assert_string_equal(turns_of(&j), rows[i].turns);
        assert_true(j.c.flags & SAM_FLAG_NO_TIMES);
        end(&j);
    }
}

static void strangers_stay_apart_and_unscored(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'transcript','id':'x','channel':'voice','turns':[{'start_ms':0,'end_ms':10,'text':'a'},{'start_ms':20,'end_ms':30,'"
            "text':'b'}]}");
    join(&j);
    assert_string_equal(turns_of(&j), "-1 0: a|-1 1: b|");
    assert_true(j.c.flags & SAM_FLAG_ROLE_UNKNOWN);
    end(&j);
}

static void parties_are_matched_by_id_name_or_as_the_only_one(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'record','id':'x','parties':[{'id':'c9','role':'customer'}],'legs':[{'agent':'a1','team':'T1'}]}");
    add(&j, "{'kind':'transcript','id':'x','parties':[{'role':'customer'},{'role':'agent','name':'Lone'}],'turns':[{'party':0,'text':'a'},{"
            "'party':1,'text':'b'}]}");
    join(&j);
    assert_int_equal(j.c.parties_n, 2);
    assert_true(sam_span_is(j.c.parties[1].id, "a1"));
    assert_true(sam_span_is(j.c.parties[1].name, "Lone"));
    assert_true(sam_span_is(j.c.parties[1].team, "T1"));
    assert_int_equal(j.c.turns[1].party, 1);
    end(&j);
    j = (struct joined){.n = 0}; /* two agents: a nameless one is neither */
    add(&j, "{'kind':'record','id':'x','legs':[{'agent':'a1'},{'agent':'a2'}]}");
    add(&j, "{'kind':'transcript','id':'x','parties':[{'role':'agent'},{'id':'a2','role':'agent'}],'turns':[{'party':0,'text':'a'},{'party'"
            ":1,'text':'b'}]}");
    join(&j);
    assert_int_equal(j.c.parties_n, 3);
    assert_string_equal(turns_of(&j), "2 0: a|1 1: b|");
    end(&j);
    j = (struct joined){.n = 0}; /* another id is somebody else */
    add(&j, "{'kind':'record','id':'x','legs':[{'agent':'a1'}]}");
    add(&j, "{'kind':'transcript','id':'x','parties':[{'id':'b7','role':'agent'}],'turns':[{'party':0,'text':'a'}]}");
    join(&j);
    assert_int_equal(j.c.parties_n, 2);
    end(&j);
}

static void legs_are_completed_and_summed(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j,
        "{'kind':'record','id':'x','legs':["
        "{'queue':'q1','queued_at':'2026-03-02T10:00:00Z','ended_at':'2026-03-02T10:00:40Z','disposition':'timeout','transfer':'queue'},"
        "{'queue':'q2','queued_at':'2026-03-02T10:00:40Z','answered_at':'2026-03-02T10:01:00Z','talk_ms':60000,'wrap_ms':5000}]}");
    join(&j);
    assert_int_equal(j.c.legs[0].wait_ms.value, 40000);
    assert_int_equal(j.c.legs[1].wait_ms.value, 20000);
    assert_int_equal(j.c.legs[1].disposition, SAM_DISPOSITION_ANSWERED);
    assert_int_equal(j.c.wait_ms.value, 60000);
    assert_int_equal(j.c.talk_ms.value, 60000);
    assert_false(j.c.hold_ms.known); /* null is not zero */
    assert_int_equal(j.c.handle_ms.value, 65000);
    assert_int_equal(j.c.transfers, 1);
    assert_int_equal(j.c.disposition, SAM_DISPOSITION_ANSWERED);
    assert_int_equal(j.c.flags & SAM_FLAG_CLOCK_SKEW, 0);
    end(&j);
    j = (struct joined){.n = 0};
    add(&j, "{'kind':'record','id':'x','legs':[{'queued_at':'2026-03-02T10:00:40Z','answered_at':'2026-03-02T10:00:00Z'}]}");
    join(&j);
    assert_int_equal(j.c.wait_ms.value, 0);
    assert_false(j.c.handle_ms.known);
    assert_true(j.c.flags & SAM_FLAG_CLOCK_SKEW);
    end(&j);
}

static void beginning_and_end_are_told_or_implied(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'transcript','id':'x','channel':'voice','started_at':'2026-03-02T10:00:00Z','turns':[{'speaker':'agent','start_ms':0,'"
            "end_ms':7000,'text':'a'}]}");
    join(&j);
    assert_int_equal(j.c.started.us, INT64_C(1772445600000000));
    assert_int_equal(j.c.ended.us, INT64_C(1772445607000000));
    assert_int_equal(j.c.ended.quality, SAM_QUALITY_DERIVED);
    assert_true(j.c.flags & SAM_FLAG_NO_RECORD);
    end(&j);
    j = (struct joined){.n = 0};
    add(&j, "{'kind':'record','id':'x','offered_at':'2026-03-02T10:00:00Z','ended_at':'2026-03-02T09:00:00Z'}");
    join(&j);
    assert_true(j.c.flags & SAM_FLAG_CLOCK_SKEW);
    assert_true(j.c.flags & SAM_FLAG_NO_TRANSCRIPT);
    assert_int_equal(j.c.flags & SAM_FLAG_NO_RECORD, 0);
    end(&j);
}

static void contradictions_are_flagged(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"{'kind':'record','id':'x','channel':'chat'}", "{'kind':'transcript','id':'x','channel':'voice','turns':[]}"},
        {"{'kind':'record','id':'x','language':'en'}", "{'kind':'transcript','id':'x','language':'da','turns':[]}"},
        {"{'kind':'record','id':'x','legs':[{'disposition':'voicemail'}]}",
         "{'kind':'transcript','id':'x','turns':[{'speaker':'agent','text':'a'},{'speaker':'customer','text':'b'},{'speaker':'agent','text'"
         ":'c'},{'speaker':'customer','text':'d'}]}"},
    };
    for (size_t i = 0; i < SAM_COUNT(pairs); i++) {
        struct joined j = {.n = 0};
        add(&j, pairs[i][0]);
        add(&j, pairs[i][1]);
        join(&j);
        assert_true(j.c.flags & SAM_FLAG_CONFLICT);
        if (i == 1)
            assert_int_equal(j.c.declared, SAM_LANGUAGE_DA);
        end(&j);
    }
}

static void consent_and_purpose_hold_for_all(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'record','id':'x','part_id':'1','consent':{'state':'given','purpose':'documentation'}}");
    add(&j, "{'kind':'record','id':'x','part_id':'2','consent':'refused'}");
    add(&j, "{'kind':'survey','id':'x','survey':{'id':'s1','nps':3}}");
    add(&j, "{'kind':'survey','id':'x','survey':{'id':'s2','nps':9}}");
    add(&j, "{'kind':'outcome','id':'x','outcome':{'churned':true}}");
    join(&j);
    assert_int_equal(j.c.consent, SAM_CONSENT_REFUSED);
    assert_true(j.c.flags & SAM_FLAG_REFUSED);
    assert_true(j.c.flags & SAM_FLAG_DOCUMENTATION_ONLY);
    assert_int_equal(j.c.surveys_n, 2);
    assert_int_equal(j.c.surveys[1]->nps.value, 9);
    assert_int_equal(j.c.outcomes_n, 1);
    end(&j);
}

static void transcripts_of_several_channels_are_laid_over_each_other(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'transcript','id':'x','part_id':'in','channel':'voice','started_at':'2026-03-02T10:00:02Z','turns':[{'i':0,'speaker':'"
            "customer','start_ms':1000,'end_ms':2000,'text':'b'}]}");
    add(&j, "{'kind':'transcript','id':'x','part_id':'out','channel':'voice','started_at':'2026-03-02T10:00:00Z','turns':[{'i':0,'speaker':"
            "'agent','start_ms':0,'end_ms':2000,'text':'a'},"
            "{'i':4,'speaker':'agent','start_ms':9000,'end_ms':9100,'text':'c'}]}");
    join(&j);
    assert_string_equal(turns_of(&j), "1 1: a|0 0: b|1 5: c|");
    assert_int_equal(j.c.turns[1].start_ms.value, 3000);
    end(&j);
}

static enum sam_code join_them(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct joined *j = data;
    return sam_join(j->parts, j->n, arena, &j->c, err);
}

/* Parts found by number and time fill what its own do not tell; they are of other names, and never tell the conversation's. */
static void linked_parts_come_behind_its_own(void **state)
{
    (void)state;
    struct joined j = {.n = 0};
    add(&j, "{'kind':'record','source':'a','id':'guest','legs':[{'queue':'g','talk_ms':1000}],'customer':{'phone':'+4522345678'}}");
    add(&j, "{'kind':'transcript','source':'a','id':'guest','turns':[{'speaker':'agent','text':'g'}]}");
    add(&j, "{'kind':'record','source':'z','id':'host','legs':[{'queue':'h','talk_ms':2000}]}");
    for (size_t i = 0; i < 2; i++) {
        struct sam_part *guest = &j.readings[i].result.parts[0];
        guest->linked = true;
        guest->part_id = SAM_SPAN("guest");
    }
    join(&j);
    assert_true(sam_span_is(j.c.external_id, "host") && sam_span_is(j.c.source, "z"));
    assert_int_equal(j.c.legs_n, 1);
    assert_int_equal(j.c.talk_ms.value, 2000);
    assert_int_equal(j.c.turns_n, 1);
    assert_true(j.c.flags & SAM_FLAG_LINKED);
    sam_arena_free(j.arena);
    add(&j, "{'kind':'transcript','source':'z','id':'host','turns':[{'speaker':'agent','text':'h'},{'speaker':'customer','text':'h'}]}");
    join(&j);
    assert_int_equal(j.c.turns_n, 2); /* the words are not told twice */
    end(&j);
}

static void a_transcript_may_tell_the_customer(void **state)
{
    static const char key[] = "{'kind':'transcript','source':'s','id':'c','customer':{'key':'" LONG_KEY "'},'turns':[]}";
    (void)state;
    struct joined j = {.n = 0};
    add(&j, key);
    join(&j);
    assert_true(sam_span_is(j.c.customer_key, LONG_KEY));
    assert_false(j.c.flags & SAM_FLAG_LINKED);
    end(&j);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct joined j = {.n = 0, .arena = sam_arena_new(1)};
    add(&j, "{'id':'x','channel':'voice','legs':[{'agent':'a1'}],'turns':[{'speaker':'agent','start_ms':0,'end_ms':10,'text':'a'},{'"
            "speaker':'agent','start_ms':20,'end_ms':30,'text':'b'}],"
            "'survey':{'nps':3},'outcome':{'churned':true}}");
    assert_true(sweep(join_them, &j, 1 << 16) > 10);
    assert_int_equal(sam_join(j.parts, 0, j.arena, &j.c, &j.err), SAM_NONE);
    end(&j);
}

static void legs_of_several_records_stand_in_the_order_of_their_times(void **state)
{
    static const char *const queues[] = {"first", "second", "answered", "ended", "no time"};
    struct joined j = {.n = 0};
    (void)state;
    add(&j, "{'kind':'record','id':'x','part_id':'1','legs':[{'queue':'second','queued_at':'2026-03-02T10:05:00Z'},{'queue':'no time'}]}");
    add(&j, "{'kind':'record','id':'x','part_id':'2','legs':[{'queue':'ended','ended_at':'2026-03-02T10:09:00Z'}]}");
    add(&j, "{'kind':'record','id':'x','part_id':'3','legs':[{'queue':'first','queued_at':'2026-03-02T10:00:00Z'},"
            "{'queue':'answered','answered_at':'2026-03-02T10:07:00Z'}]}");
    join(&j);
    assert_int_equal(j.c.legs_n, SAM_COUNT(queues));
    for (size_t i = 0; i < SAM_COUNT(queues); i++)
        assert_true(sam_span_is(j.c.legs[i].queue, queues[i]));
    end(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_part_counts_in_any_order),
        cmocka_unit_test(one_version_with_two_contents_is_flagged_and_decided_the_same_way),
        cmocka_unit_test(segments_of_one_party_are_one_turn_and_lead_back),
        cmocka_unit_test(a_word_said_into_a_turn_does_not_end_it),
        cmocka_unit_test(turns_without_times_follow_the_channel),
        cmocka_unit_test(strangers_stay_apart_and_unscored),
        cmocka_unit_test(parties_are_matched_by_id_name_or_as_the_only_one),
        cmocka_unit_test(legs_are_completed_and_summed),
        cmocka_unit_test(beginning_and_end_are_told_or_implied),
        cmocka_unit_test(contradictions_are_flagged),
        cmocka_unit_test(consent_and_purpose_hold_for_all),
        cmocka_unit_test(transcripts_of_several_channels_are_laid_over_each_other),
        cmocka_unit_test(linked_parts_come_behind_its_own),
        cmocka_unit_test(a_transcript_may_tell_the_customer),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(legs_of_several_records_stand_in_the_order_of_their_times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
