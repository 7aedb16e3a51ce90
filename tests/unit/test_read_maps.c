/*
 * What the configuration says about sources, through the door of read: names of queues and agents, dispositions, outcomes, roles, ids in
 * file names, links, time zones, pauses that are after-call work.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "sweep.h"

/* "key=value" pairs of one map, ended by NULL, into settings. */
static void map_of(struct sam_arena *arena, struct sam_read_settings *settings, enum sam_read_map map, const char *const *pairs)
{
    struct sam_err err;
    struct sam_map *index = sam_map_new(arena, 100);
    struct sam_pair *at = sam_arena_array(arena, 20, sizeof *at);
    size_t n = 0;
    assert_true(index && at);
    for (; pairs[n]; n++) {
        const char *equals = strchr(pairs[n], '=');
        at[n] = (struct sam_pair){{pairs[n], (size_t)(equals - pairs[n])}, sam_span_of(equals + 1)};
        assert_int_equal(sam_map_put(index, at[n].key, (uint32_t)n, &err), SAM_OK);
    }
    settings->maps[map] = (struct sam_pairs){at, n, index};
}
#define PAIRS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct reading begin(void)
{
    struct reading r = {.arena = sam_arena_new(16U << 20), .settings = sam_read_defaults()};
    assert_non_null(r.arena);
    return r;
}

static void read_it(struct reading *r, const char *source, const char *name, const char *text)
{
    const struct sam_read_input input = {.source = sam_span_of(source), .body = sam_span_of(json(text)), .name = sam_span_of(name)};
    r->code = sam_read(&r->settings, &input, r->arena, &r->result, &r->err);
    if (r->code != SAM_OK)
        fail_msg("%s: %s", name, r->err.text);
}

static enum sam_role role_of_turn(const struct reading *r, size_t turn)
{
    return r->result.parts[0].transcript->turns[turn].role;
}

static const char log_text[] = "1543602660|1543602660.1|7001|NONE|ENTERQUEUE||22345678|1\n"
                               "1543602670|1543602660.1|7001|SIP/101|CONNECT|10|x|1\n"
                               "1543602700|1543602660.1|7001|SIP/101|COMPLETEAGENT|10|30|1\n"
                               "1543602703|NONE|NONE|SIP/101|PAUSE|efter\n"
                               "1543602745|NONE|NONE|SIP/101|UNPAUSE|efter\n"
                               "1543602760|1543602760.2|7001|NONE|ENTERQUEUE||22345679|1\n"
                               "1543602770|1543602760.2|7001|NONE|EXITWITHKEY|1|1|1|10\n"
                               "1543602780|1543602780.3|7001|NONE|ENTERQUEUE||22345670|1\n"
                               "1543602790|1543602780.3|7001|NONE|EXITWITHKEY|2|1|1|10\n";

static void queues_agents_and_keys_have_names(void **state)
{
    (void)state;
    struct reading r = begin();
    map_of(r.arena, &r.settings, SAM_MAP_QUEUES, PAIRS("7001=IT", "pbx:7001=IT support"));
    map_of(r.arena, &r.settings, SAM_MAP_AGENTS, PAIRS("SIP/101=anna, Anna Berg, North"));
    map_of(r.arena, &r.settings, SAM_MAP_DISPOSITIONS, PAIRS("key 1=voicemail"));
    const struct sam_span wraps[] = {SAM_SPAN("frokost"), SAM_SPAN("efter")};
    r.settings.wrap_pauses = wraps;
    r.settings.wrap_pauses_n = 2;
    read_it(&r, "pbx", "queue_log", log_text);
    assert_int_equal(r.result.parts_n, 4);
    const struct sam_agent_states *states = r.result.parts[3].states;
    assert_true(sam_span_is(states->agent.id, "anna"));
    assert_true(sam_span_is(states->agent.team, "North"));
    assert_int_equal(states->n, 2);
    assert_int_equal(states->at[0].state, SAM_STATE_WRAP); /* a configured pause is after-call work */
    assert_int_equal(states->at[1].state, SAM_STATE_READY);
    const struct sam_record *first = r.result.parts[0].record;
    assert_true(sam_span_is(first->legs[0].queue, "IT support")); /* the source's own goes first */
    assert_true(sam_span_is(first->legs[0].agent, "anna"));
    assert_true(sam_span_is(first->legs[0].team, "North"));
    assert_int_equal(first->parties_n, 1);
    assert_true(sam_span_is(first->parties[0].name, "Anna Berg"));
    assert_true(first->legs[0].wrap_ms.known);
    assert_int_equal(first->legs[0].wrap_ms.value, 45000);
    assert_int_equal(r.result.parts[0].version,
                     1543602745 * INT64_C(1000000) + 4); /* its last second, and its events; what came after the call made it new */
    assert_int_equal(r.result.parts[1].record->legs[0].disposition, SAM_DISPOSITION_VOICEMAIL);
    assert_int_equal(r.result.parts[2].record->legs[0].disposition, SAM_DISPOSITION_CALLBACK);
    read_it(&r, "other", "queue_log", log_text);
    assert_true(sam_span_is(r.result.parts[0].record->legs[0].queue, "IT"));
    reading_end(&r);
}

static void a_pause_is_after_call_work_only_when_it_says_so_and_is_near(void **state)
{
    static const struct {
        const char *lines;
        int64_t wrap_ms; /* -1: unknown */
    } rows[] = {
        {"1543602703|NONE|NONE|A|PAUSE|lunch\n1543602745|NONE|NONE|A|UNPAUSE|\n", -1},
        {"1543602711|NONE|NONE|A|PAUSE|efter\n1543602745|NONE|NONE|A|UNPAUSE|\n", -1}, /* 11 s later */
        {"1543602710|NONE|NONE|A|PAUSE|efter\n1543602745|NONE|NONE|A|UNPAUSE|\n", 45000},
        {"1543602703|NONE|NONE|A|PAUSE|efter\n1543602720|NONE|NONE|A|PAUSE|lunch\n1543602745|NONE|NONE|A|UNPAUSE|\n", 20000},
        {"1543602703|NONE|NONE|B|PAUSE|efter\n1543602745|NONE|NONE|B|UNPAUSE|\n", -1},
        {"1543602703|NONE|NONE|A|PAUSE|efter\n", -1}, /* not yet over */
        {"1543602700|1543602660.1|q|A|WRAPUPSTART|7\n1543602703|NONE|NONE|A|PAUSE|efter\n1543602745|NONE|NONE|A|UNPAUSE|\n", 7000},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = begin();
        char text[1000];
        const struct sam_span wraps[] = {SAM_SPAN("efter")};
        r.settings.wrap_pauses = wraps;
        r.settings.wrap_pauses_n = 1;
        (void)snprintf(text, sizeof text,
                       "1543602660|1543602660.1|q|NONE|ENTERQUEUE||1|1\n1543602670|1543602660.1|q|A|CONNECT|10|x|1\n"
                       "1543602700|1543602660.1|q|A|COMPLETEAGENT|10|30|1\n%s",
                       rows[i].lines);
        read_it(&r, "pbx", "queue_log", text);
        const struct sam_int wrap = r.result.parts[0].record->legs[0].wrap_ms;
        assert_int_equal(wrap.known ? wrap.value : -1, rows[i].wrap_ms);
        reading_end(&r);
    }
}

#define SEGMENT(speaker, at, text) "{'speaker':'" speaker "','start':" at ",'end':" at ".5,'text':'" text "'}"

static void speakers_get_their_roles(void **state)
{
    static const struct {
        const char *first, *second;
        enum sam_role roles[2];
    } rows[] = {
        {"Goddag", "Hej", {SAM_ROLE_UNKNOWN, SAM_ROLE_UNKNOWN}},
        {"Velkommen hos Nordkraft", "Hej", {SAM_ROLE_AGENT, SAM_ROLE_CUSTOMER}},                    /* the site's own greeting */
        {"Goddag", "Hej, jeg har et bud til jer", {SAM_ROLE_AGENT, SAM_ROLE_CUSTOMER}},             /* the site's own opening */
        {"Goddag", "Hej, kan du hj\xC3\xA6lpe mig?", {SAM_ROLE_AGENT, SAM_ROLE_CUSTOMER}},          /* a shipped one */
        {"Kan du hj\xC3\xA6lpe mig? Du taler med Ib", "Hej", {SAM_ROLE_UNKNOWN, SAM_ROLE_UNKNOWN}}, /* both by one */
        {"Du taler med Ib", "Du taler med Ida", {SAM_ROLE_UNKNOWN, SAM_ROLE_UNKNOWN}},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = begin();
        char text[1000];
        map_of(r.arena, &r.settings, SAM_MAP_GREETINGS, PAIRS("velkommen hos nordkraft=agent", "jeg har et bud=customer"));
        (void)snprintf(text, sizeof text, "{'language':'da','segments':[" SEGMENT("A", "0", "%s") "," SEGMENT("B", "1", "%s") "]}",
                       rows[i].first, rows[i].second);
        read_it(&r, "w", "1.json", text);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(role_of_turn(&r, k), rows[i].roles[k]);
        if (rows[i].roles[0] != SAM_ROLE_UNKNOWN)
            assert_true(r.result.parts[0].transcript->parties[0].role_derived);
        reading_end(&r);
    }
    struct reading r = begin();
    map_of(r.arena, &r.settings, SAM_MAP_SPEAKERS, PAIRS("w:SPEAKER_01=agent", "SPEAKER_00=customer"));
    const char *text = "{'segments':[" SEGMENT("SPEAKER_00", "0", "Hej") "," SEGMENT("SPEAKER_01", "1", "Hej") "]}";
    read_it(&r, "w", "1.json", text);
    assert_int_equal(role_of_turn(&r, 0), SAM_ROLE_CUSTOMER);
    assert_int_equal(role_of_turn(&r, 1), SAM_ROLE_AGENT);
    assert_true(r.result.parts[0].transcript->parties[r.result.parts[0].transcript->turns[1].party].role_derived);
    read_it(&r, "other", "1.json", text);
    assert_int_equal(role_of_turn(&r, 1), SAM_ROLE_UNKNOWN);
    reading_end(&r);
}

static void names_of_files_tell_id_and_side(void **state)
{
    static const struct {
        const char *name, *id, *part_id;
    } rows[] = {
        {"rec_20260101_A77_x.wav.json", "A77", ""},
        {"/var/spool/rec_20260101_A77_x_kunde.wav.json", "A77", "kunde"},
        {"B12-end.json", "B12", ""},
        {"rec_1543602660.197.json", "1543602660.197", ""}, /* no pattern fits */
        {"C3.json", "C3", ""},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = begin();
        map_of(r.arena, &r.settings, SAM_MAP_FILE_NAMES, PAIRS("w=rec_*_{id}_*, {id}-end"));
        map_of(r.arena, &r.settings, SAM_MAP_SIDES, PAIRS("kunde=customer"));
        read_it(&r, "w", rows[i].name, "{'text':'hej','segments':[{'start':0,'end':1,'text':'hej'}]}");
        assert_true(sam_span_is(r.result.parts[0].external_id, rows[i].id));
        assert_true(sam_span_is(r.result.parts[0].part_id, rows[i].part_id));
        assert_int_equal(role_of_turn(&r, 0), rows[i].part_id[0] ? SAM_ROLE_CUSTOMER : SAM_ROLE_UNKNOWN);
        reading_end(&r);
    }
    /* a pattern of many stars on a long name ends */
    struct reading r = begin();
    char name[300];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    map_of(r.arena, &r.settings, SAM_MAP_FILE_NAMES, PAIRS("w=*a*a*a*a*a*a*a*a*a*{id}b"));
    read_it(&r, "w", name, "{'text':'','segments':[]}");
    assert_int_equal(r.result.parts[0].external_id.len, sizeof name - 1);
    reading_end(&r);
}

static void a_name_may_tell_the_customer_s_number_and_the_time(void **state)
{
    static const struct {
        const char *name, *id, *phone, *started; /* started in seconds, what stands in the canonical form */
    } rows[] = {
        {"in-4531234567-1234-20260102-101500-16.wav.json", "", "4531234567", "2026-01-02T10:15:00Z"},
        {"in-+4531234567-1234-2026-01-02_10-15-00-16.json", "", "+4531234567", "2026-01-02T10:15:00Z"},
        {"rec_31234567_1767348900_A7.vtt", "A7", "31234567", "2026-01-02T10:15:00Z"},
        {"rec_anna_1767348900_A8.json", "rec_anna_1767348900_A8", "", ""}, /* no number: no pattern fits */
        {"in-31234567-1234-20261302-101500-16.json", "", "31234567", ""},  /* no such month: unknown, with a warning */
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = begin();
        r.settings.country = SAM_SPAN("DK");
        map_of(r.arena, &r.settings, SAM_MAP_FILE_NAMES, PAIRS("w=in-{phone}-*-{time}-*, rec_{phone}_{time}_{id}"));
        read_it(&r, "w", rows[i].name,
                strstr(rows[i].name, ".vtt") ? "WEBVTT\n\n00:01.000 --> 00:02.000\nhej\n" : "{'text':'','segments':[]}");
        const struct sam_part *part = &r.result.parts[0];
        assert_true(sam_span_is(part->transcript->customer.phone, rows[i].phone));
        if (rows[i].id[0])
            assert_true(sam_span_is(part->external_id, rows[i].id));
        else /* the number is not in the id, and another one gives another id */
            assert_null(memmem(part->external_id.at, part->external_id.len, "31234567", 8));
        if (rows[i].started[0])
            assert_non_null(strstr(canonical(&r, 0), rows[i].started));
        assert_int_equal(part->transcript->started.quality != SAM_QUALITY_UNKNOWN, rows[i].started[0] != 0);
        reading_end(&r);
    }
}

static void ids_of_names_with_other_numbers_are_others(void **state)
{
    (void)state;
    struct reading a = begin(), b = begin();
    map_of(a.arena, &a.settings, SAM_MAP_FILE_NAMES, PAIRS("w={phone}-{time}"));
    map_of(b.arena, &b.settings, SAM_MAP_FILE_NAMES, PAIRS("w={phone}-{time}"));
    read_it(&a, "w", "31234567-20260102101500.json", "{'text':'','segments':[]}");
    read_it(&b, "w", "31234568-20260102101500.json", "{'text':'','segments':[]}");
    assert_false(sam_span_equal(a.result.parts[0].external_id, b.result.parts[0].external_id));
    reading_end(&a);
    reading_end(&b);
}

static void a_linked_source_s_parts_belong_to_the_other(void **state)
{
    (void)state;
    struct reading r = begin();
    map_of(r.arena, &r.settings, SAM_MAP_LINKS, PAIRS("whisper=pbx"));
    read_it(&r, "whisper", "x-1543602660.197_rx.json", "{'text':'','segments':[]}");
    assert_true(sam_span_is(r.result.parts[0].source, "pbx"));
    assert_true(sam_span_is(r.result.parts[0].part_id, "whisper/rx"));
    read_it(&r, "whisper", "x-1543602660.197.json", "{'text':'','segments':[]}");
    assert_true(sam_span_is(r.result.parts[0].part_id, "whisper"));
    read_it(&r, "pbx", "x-1543602660.197.json", "{'text':'','segments':[]}");
    assert_true(sam_span_is(r.result.parts[0].part_id, ""));
    reading_end(&r);
}

static void codes_and_tags_tell_outcomes(void **state)
{
    static const struct {
        const char *text;
        enum sam_resolved resolved;
        bool churned;
    } rows[] = {
        {"{'conversationId':'c','conversationStart':'2024-01-01T10:00:00Z','conversationEnd':'2024-01-01T10:05:00Z','participants':[{'"
         "purpose':'agent',"
         "'userId':'u','sessions':[{'segments':[{'segmentType':'interact'},{'segmentType':'wrapup','wrapUpCode':'SOLVED'}]}]}]}",
         SAM_RESOLVED_YES, false},
        {"{'AWSContactTraceRecordFormatVersion':'2','ContactId':'c','InitiationMethod':'INBOUND','Attributes':{'result':'lost','x':'y','n':"
         "1},"
         "'DisconnectTimestamp':'2024-01-01T10:05:00Z'}",
         SAM_RESOLVED_UNKNOWN, true},
        {"{'uuid':'c','parties':[],'dialog':[{'type':'recording','start':'2024-01-01T10:00:00Z','duration':300}],'attachments':[{'type':'"
         "tags',"
         "'encoding':'json','body':'[\\'outcome:no\\',\\'other:1\\']'},{'purpose':'tags','body':['result:lost',7]}]}",
         SAM_RESOLVED_NO, true},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = begin();
        map_of(r.arena, &r.settings, SAM_MAP_OUTCOMES, PAIRS("SOLVED=resolved", "outcome:no=not_resolved", "result:lost=churned"));
        read_it(&r, "s", "x", rows[i].text);
        assert_int_equal(r.result.parts_n, 2);
        const struct sam_part *outcome = &r.result.parts[1];
        assert_int_equal(outcome->kind, SAM_KIND_OUTCOME);
        assert_true(sam_span_is(outcome->part_id, "code"));
        assert_int_equal(outcome->outcome->resolved, rows[i].resolved);
        assert_int_equal(outcome->outcome->churned.known, rows[i].churned);
        assert_int_equal(outcome->outcome->at.us, INT64_C(1704103500000000));
        r.settings.maps[SAM_MAP_OUTCOMES] = (struct sam_pairs){NULL, 0, NULL};
        read_it(&r, "s", "x", rows[i].text);
        assert_int_equal(r.result.parts_n, 1);
        reading_end(&r);
    }
}

static void attributes_hold_a_customer_s_answers(void **state)
{
    static const char *const texts[] = {
        "{'ContactId':'c','InitiationMethod':'INBOUND','DisconnectTimestamp':'2024-01-01T09:05:00Z','Attributes':{'nps':' "
        "9','stars':'4','easy':"
        "'None','grade':'8','empty':''}}",
        "{'conversationId':'c','conversationEnd':'2024-01-01T09:05:00Z','participants':[{'purpose':'customer','attributes':{'nps':9,'stars'"
        ":'4',"
        "'grade':'8'}}]}",
        "{'uuid':'c','vcon':'0.3.0','parties':[],'dialog':[{'type':'text','start':'2024-01-01T09:05:00Z'}],'attachments':[{'type':'tags','"
        "body'"
        ":['nps:9','stars: 4','grade:8','alone']}]}",
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(texts); i++) {
        struct reading r = begin();
        map_of(r.arena, &r.settings, SAM_MAP_SURVEYS, PAIRS("nps=nps", "stars=csat 1 5", "easy=ces 1 7", "grade=ces 1 7"));
        read_it(&r, "s", "x", texts[i]);
        const struct sam_part *survey = &r.result.parts[r.result.parts_n - 1];
        assert_int_equal(survey->kind, SAM_KIND_SURVEY);
        assert_true(sam_span_is(survey->part_id, "attributes"));
        assert_int_equal(survey->survey->nps.value, 9);
        assert_int_equal(survey->survey->csat.value, 4);
        assert_int_equal(survey->survey->csat_max.value, 5);
        assert_false(survey->survey->ces.known); /* not a number; outside its scale */
        assert_true(has_warning(&r.result.parts[0], "survey.outside_scale", "attributes"));
        reading_end(&r);
    }
}

static void a_scale_is_checked(void **state)
{
    static const char *const wrong[] = {"", "nps 0 10", "csat", "csat 5 1", "csat 1 5 7", "stars 1 5", "ces 1 x"};
    struct sam_read_scale scale;
    struct sam_err err;
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(wrong); i++)
        assert_int_equal(sam_read_scale_of(sam_span_of(wrong[i]), &scale, &err), SAM_BAD_INPUT);
    assert_int_equal(sam_read_scale_of(SAM_SPAN("ces 1 7"), &scale, &err), SAM_OK);
    assert_true(scale.what == SAM_SCALE_CES && scale.min == 1 && scale.max == 7);
}

static enum sam_code everything(struct sam_arena *arena, void *data, struct sam_err *err)
{
    const struct sam_read_input input = {.source = SAM_SPAN("pbx"), .body = sam_span_of(log_text), .name = SAM_SPAN("queue_log")};
    struct sam_read_result result;
    return sam_read(data, &input, arena, &result, err);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct reading r = begin();
    const struct sam_span wraps[] = {SAM_SPAN("efter")};
    map_of(r.arena, &r.settings, SAM_MAP_QUEUES, PAIRS("7001=IT"));
    map_of(r.arena, &r.settings, SAM_MAP_AGENTS, PAIRS("SIP/101=anna, Anna Berg, North"));
    map_of(r.arena, &r.settings, SAM_MAP_LINKS, PAIRS("pbx=other"));
    r.settings.wrap_pauses = wraps;
    r.settings.wrap_pauses_n = 1;
    assert_true(sweep(everything, &r.settings, 1U << 20) > 10);
    reading_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queues_agents_and_keys_have_names),
        cmocka_unit_test(a_pause_is_after_call_work_only_when_it_says_so_and_is_near),
        cmocka_unit_test(speakers_get_their_roles),
        cmocka_unit_test(names_of_files_tell_id_and_side),
        cmocka_unit_test(a_name_may_tell_the_customer_s_number_and_the_time),
        cmocka_unit_test(ids_of_names_with_other_numbers_are_others),
        cmocka_unit_test(a_linked_source_s_parts_belong_to_the_other),
        cmocka_unit_test(codes_and_tags_tell_outcomes),
        cmocka_unit_test(attributes_hold_a_customer_s_answers),
        cmocka_unit_test(a_scale_is_checked),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
