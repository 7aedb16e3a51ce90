/*
 * The native form and files of many messages through the door of read.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "sweep.h"

static const char full[] =
    "{'kind':'conversation','source':'pbx','id':'{6F9619FF-8B86-D011-B42D-00CF4FC964FF}','version':7,'channel':'Call','direction':'inbound'"
    ","
    "'language':'da-DK','consent':{'state':'given','purpose':['quality','training']},"
    "'customer':{'id':'k1','phone':'22 34 56 "
    "78','country':'DK','since':'2019-05-01'},'offered_at':'2026-03-02T10:00:00.5Z','ended_at':1772445900,"
    "'parties':[{'id':'a17','role':'agent','name':'Lone','team':'T1'},{'role':'customer'}],"
    "'legs':[{'queue':'pension','agent':'a17','queued_at':'2026-03-02T10:00:10+00:00','wait_ms':20000,'talk_ms':2.5e5,'disposition':'"
    "answered',"
    "'transfer':'blind'}],"
    "'turns':[{'i':0,'speaker':'agent','start_ms':0,'end_ms':2000,'text':'goddag'},{'i':1,'speaker':'customer','text':'hej'}],"
    "'survey':{'id':'s1','nps':9,'csat':{'score':4,'min':1,'max':5},'ces':{'score':2,'min':1,'max':7,'reversed':true},'answered_at':"
    "'2026-03-03T08:00:00Z'},"
    "'outcome':{'id':'o1','resolved':'yes','churned':false,'sold':{'amount':1299.5,'currency':'dkk'},'at':'2026-03-04T00:00:00+01:00'}}";

static void a_conversation_gives_all_its_parts(void **state)
{
    (void)state;
    assert_reads(
        full, 0,
        "{'kind':'record','source':'pbx','id':'6f9619ff-8b86-d011-b42d-00cf4fc964ff','version':7,'channel':'voice','direction':'inbound',"
        "'language':'da','consent':{'state':'given','purpose':'quality,training'},"
        "'customer':{'id':'k1','phone':'22 34 56 78','country':'DK','since':'2019-05-01'},'offered_at':'2026-03-02T10:00:00.500Z',"
        "'ended_at':'2026-03-02T10:05:00Z','parties':[{'id':'a17','role':'agent','name':'Lone','team':'T1'},{'role':'customer'}],"
        "'legs':[{'queue':'pension','agent':'a17','queued_at':'2026-03-02T10:00:10Z','wait_ms':20000,'talk_ms':250000,"
        "'disposition':'answered','transfer':'blind'}]}");
    assert_reads(
        full, 1,
        "{'kind':'transcript','source':'pbx','id':'6f9619ff-8b86-d011-b42d-00cf4fc964ff','version':7,'channel':'voice','language':'da',"
        "'parties':[{'id':'a17','role':'agent','name':'Lone','team':'T1'},{'role':'customer'}],"
        "'turns':[{'i':0,'party':0,'start_ms':0,'end_ms':2000,'text':'goddag'},{'i':1,'party':1,'text':'hej'}]}");
    assert_reads(
        full, 2,
        "{'kind':'survey','source':'pbx','id':'6f9619ff-8b86-d011-b42d-00cf4fc964ff','version':7,'survey':{'id':'s1','nps':9,"
        "'csat':{'score':4,'min':1,'max':5},'ces':{'score':2,'min':1,'max':7,'reversed':true},'answered_at':'2026-03-03T08:00:00Z'}}");
    assert_reads(
        full, 3,
        "{'kind':'outcome','source':'pbx','id':'6f9619ff-8b86-d011-b42d-00cf4fc964ff','version':7,'outcome':{'id':'o1','resolved':true,"
        "'churned':false,'sold':{'amount_minor':129950,'currency':'DKK'},'at':'2026-03-03T23:00:00Z'}}");
}

static void the_envelope_wins_over_the_body(void **state)
{
    (void)state;
    struct reading r = {.arena = sam_arena_new(1 << 20), .settings = sam_read_defaults()};
    const struct sam_read_input input = {.source = SAM_SPAN("crm"),
                                         .kind = SAM_SPAN("outcome"),
                                         .body = sam_span_of(json("{'kind':'record','source':'x','id':5,'outcome':{'resolved':false}}"))};
    assert_int_equal(sam_read(&r.settings, &input, r.arena, &r.result, &r.err), SAM_OK);
    assert_int_equal(r.result.parts_n, 1);
    assert_string_equal(canonical(&r, 0), json("{'kind':'outcome','source':'crm','id':'5','outcome':{'resolved':false}}"));
    reading_end(&r);
}

static void the_labelled_form_is_a_conversation(void **state)
{
    (void)state;
    assert_reads(
        "{'id':'da-017','language':'da','channel':'chat','style':'asr','domain':'pension','turns':[{'i':0,'speaker':'agent','text':'hej',"
        "'labels':['question.open'],'disputed':['advice']}],'resolved':'yes'}",
        1,
        "{'kind':'transcript','source':'s','id':'da-017','channel':'chat','language':'da','parties':[{'role':'agent'}],"
        "'turns':[{'i':0,'party':0,'text':'hej'}]}");
}

static void what_is_missing_or_no_message_is_refused_with_its_reason(void **state)
{
    (void)state;
    assert_refused("", "{'kind':'record'}", SAM_BAD_INPUT, "id: missing");
    assert_refused("", "{'kind':'record','id':'  '}", SAM_BAD_INPUT, "id: missing");
    assert_refused("", "{'kind':'record','id':[1]}", SAM_BAD_INPUT, "id: neither text nor a whole number");
    assert_refused("", "{'kind':'record','id':1.5}", SAM_BAD_INPUT, "id: neither");
    assert_refused("", "{'kind':7,'id':'x','turns':[]}", SAM_BAD_INPUT, "kind: no text");
    assert_refused("quarrel", "{'id':'x'}", SAM_BAD_INPUT, "kind: 'quarrel'");
    assert_refused("", "{'kind':'quarrel','id':'x','turns':[]}", SAM_BAD_INPUT, "'quarrel'");
    assert_refused("survey", "{'id':'x'}", SAM_BAD_INPUT, "survey: missing");
    assert_refused("outcome", "{'id':'x','outcome':[]}", SAM_BAD_INPUT, "outcome: missing");
    assert_refused("event", "{'id':'x'}", SAM_UNSUPPORTED, "event");
    assert_refused("", "", SAM_BAD_INPUT, "empty");
    assert_refused("", " \n\t", SAM_BAD_INPUT, "empty");
    assert_refused("", "{'id':'x','turns':[}", SAM_BAD_INPUT, "line 1 column 20");
    assert_refused("", "{'a':1,'b':2}", SAM_BAD_INPUT, "keys a, b");
    assert_refused("", "[1,2]", SAM_BAD_INPUT, "no object with keys");
    assert_refused("", "hello", SAM_BAD_INPUT, "5 bytes that start with 68 65");
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_arena *arena = sam_arena_new(1 << 20);
    struct sam_read_result result;
    struct sam_err err;
    const struct sam_read_input input = {.body = sam_span_of(json("{'kind':'record','id':'x'}"))};
    assert_int_equal(sam_read(&settings, &input, arena, &result, &err), SAM_BAD_INPUT);
    assert_non_null(strstr(err.text, "source: missing"));
    sam_arena_free(arena);
}

static void wrong_values_become_unknown_with_a_warning_at_their_place(void **state)
{
    (void)state;
    struct reading r =
        reading_text("{'kind':'conversation','id':'x','channel':'pigeon','direction':3,'version':-1,'consent':{'state':'perhaps'},"
                     "'offered_at':'soon','parties':['x',{'role':'king','name':['n']}],"
                     "'legs':[7,{'wait_ms':-5,'talk_ms':'long','hold_ms':1e308,'disposition':'odd','transfer':9}],'turns':{}}");
    static const struct {
        const char *code, *place;
    } wanted[] = {
        {"channel.unknown", "channel"},
        {"direction.unknown", "direction"},
        {"version.invalid", "version"},
        {"consent.unknown", "consent"},
        {"time.invalid", "offered_at"},
        {"type.not_object", "parties[0]"},
        {"party.role_unknown", "parties[1].role"},
        {"type.not_text", "parties[1].name"},
        {"type.not_object", "legs[0]"},
        {"duration.negative", "legs[1].wait_ms"},
        {"type.not_number", "legs[1].talk_ms"},
        {"duration.implausible", "legs[1].hold_ms"},
        {"disposition.unknown", "legs[1].disposition"},
        {"transfer.unknown", "legs[1].transfer"},
    };
    assert_int_equal(r.code, SAM_OK);
    for (size_t i = 0; i < SAM_COUNT(wanted); i++) {
        if (!has_warning(&r.result.parts[0], wanted[i].code, wanted[i].place))
            fail_msg("no warning %s at %s", wanted[i].code, wanted[i].place);
    }
    assert_int_equal(r.result.parts[0].warnings_n, SAM_COUNT(wanted));
    assert_int_equal(r.result.parts[0].record->legs_n, 1);
    assert_false(r.result.parts[0].record->legs[0].wait_ms.known);
    assert_true(has_warning(&r.result.parts[1], "type.not_list", "turns"));
    assert_int_equal(r.result.parts[1].transcript->turns_n, 0);
    reading_end(&r);
}

static void speakers_are_roles_ids_names_or_strangers(void **state)
{
    (void)state;
    assert_reads(
        "{'kind':'transcript','id':'x','parties':[{'id':'a1','role':'agent','name':'Lone'},{'id':'a2','role':'agent','name':'Per'}],'turns'"
        ":["
        "{'speaker':'a2','text':'1'},{'speaker':'Lone','text':'2'},{'speaker':'agent','text':'3'},{'party':0,'text':'4'},{'party':'a1','"
        "text':'5'},"
        "{'party':9,'text':'6'},{'party':-1,'text':'7'},{'party':0.5,'text':'8'},{'text':'9'},{'speaker':'Customer','text':'10'}]}",
        0,
        "{'kind':'transcript','source':'s','id':'x','parties':[{'id':'a1','role':'agent','name':'Lone'},{'id':'a2','role':'agent','name':'"
        "Per'},"
        "{'role':'agent'},{'role':'customer'}],'turns':[{'i':0,'party':1,'text':'1'},{'i':1,'party':0,'text':'2'},{'i':2,'party':2,'text':'"
        "3'},"
        "{'i':3,'party':0,'text':'4'},{'i':4,'party':0,'text':'5'},{'i':5,'text':'6'},{'i':6,'text':'7'},{'i':7,'text':'8'},{'i':8,'text':'"
        "9'},"
        "{'i':9,'party':3,'text':'10'}],'warnings':[{'code':'turn.party_out_of_range','place':'turns[5]'},"
        "{'code':'turn.party_out_of_range','place':'turns[6]'},{'code':'turn.party_out_of_range','place':'turns[7]'}]}");
    assert_reads(
        "{'kind':'transcript','id':'x','turns':[{'speaker':'SPEAKER_00','text':'a'},{'speaker':1,'text':'b'},{'speaker':'SPEAKER_00','text'"
        ":'c'}]}",
        0,
        "{'kind':'transcript','source':'s','id':'x','parties':[{'id':'speaker-0'},{'id':'speaker-1'}],'turns':[{'i':0,'party':0,'text':'a'}"
        ","
        "{'i':1,'party':1,'text':'b'},{'i':2,'party':0,'text':'c'}],'warnings':[{'code':'turn.speaker_unknown','place':'turns[0]'},"
        "{'code':'turn.speaker_unknown','place':'turns[1]'}]}");
}

static void numbers_of_turns_are_unique(void **state)
{
    (void)state;
    struct reading r = reading_text("{'id':'x','turns':[{'i':4,'text':'a'},{'i':2,'text':'b'},{'i':3,'text':'c'}]}");
    assert_int_equal(r.result.parts[1].transcript->turns[0].i, 4);
    assert_int_equal(r.result.parts[1].warnings_n, 0);
    reading_end(&r);
    r = reading_text("{'id':'x','turns':[{'i':4,'text':'a'},{'i':2,'text':'b'},{'i':4,'text':'c'}]}");
    assert_int_equal(r.result.parts[1].transcript->turns[2].i, 2);
    assert_true(has_warning(&r.result.parts[1], "turn.i_twice", "turns"));
    reading_end(&r);
}

static void impossible_turns_keep_their_words(void **state)
{
    (void)state;
    assert_reads(
        "{'kind':'transcript','id':'x','turns':[{'start_ms':-4,'end_ms':9,'text':'a'},{'start_ms':9,'end_ms':4,'text':'b'},"
        "{'start_ms':90000000,'text':'c'},{'start_ms':'5','end_ms':6.6,'text':3},'d']}",
        0,
        "{'kind':'transcript','source':'s','id':'x','turns':[{'i':0,'end_ms':9,'text':'a'},{'i':1,'start_ms':9,'end_ms':9,'text':'b'},"
        "{'i':2,'text':'c'},{'i':3,'start_ms':5,'end_ms':7,'text':''}],'warnings':[{'code':'duration.negative','place':'turns[0].start_ms'}"
        ","
        "{'code':'duration.implausible','place':'turns[2].start_ms'},{'code':'type.not_text','place':'turns[3].text'},"
        "{'code':'type.not_object','place':'turns[4]'},{'code':'turn.end_before_start','place':'turns[1]'}]}");
    struct reading r =
        reading_text("{'id':'x','channel':'email','turns':[{'start_ms':90000000,'text':'c'}]}"); /* a mail may come a day later */
    assert_int_equal(r.result.parts[1].transcript->turns[0].start_ms.value, 90000000);
    reading_end(&r);
}

static void limits_are_settings(void **state)
{
    (void)state;
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_arena *arena = sam_arena_new(1 << 20);
    struct sam_read_result result;
    struct sam_err err;
    struct sam_read_input input = {
        .source = SAM_SPAN("s"),
        .body = sam_span_of(json("{'id':'x','parties':[{},{}],'legs':[{},{}],'turns':[{'text':'abc'},{'text':'d'}]}"))};
    static const struct {
        size_t body_max, text_max;
        uint32_t depth, nodes, turns, parties, legs;
        const char *reason;
    } rows[] = {
        {10, 9, 9, 99, 9, 9, 9, "bytes, the limit is 10"},
        {999, 2, 9, 99, 9, 9, 9, "3 bytes of text, the limit is 2"},
        {999, 9, 2, 99, 9, 9, 9, "inside each other"},
        {999, 9, 9, 4, 9, 9, 9, "values"},
        {999, 9, 9, 99, 1, 9, 9, "turns: 2 of them, the limit is 1"},
        {999, 9, 9, 99, 9, 1, 9, "parties: 2 of them"},
        {999, 9, 9, 99, 9, 9, 1, "legs: 2 of them"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        settings.body_max = rows[i].body_max;
        settings.text_max = rows[i].text_max;
        settings.json_depth = rows[i].depth;
        settings.json_nodes = rows[i].nodes;
        settings.turns_max = rows[i].turns;
        settings.parties_max = rows[i].parties;
        settings.legs_max = rows[i].legs;
        assert_int_equal(sam_read(&settings, &input, arena, &result, &err), SAM_TOO_LARGE);
        if (!strstr(err.text, rows[i].reason))
            fail_msg("\"%s\" does not say \"%s\"", err.text, rows[i].reason);
    }
    sam_arena_free(arena);
}

/* ---- files of many messages ------------------------------------------------------------------------------------------- */

static void assert_split(const char *text, const char *wanted)
{
    char got[1024] = "";
    struct sam_read_split split = sam_read_split_of(sam_span_of(text));
    struct sam_span message;
    while (sam_read_split_next(&split, &message)) {
        size_t n = strlen(got);
        snprintf(got + n, sizeof got - n, "%u:%.*s|", split.line, (int)message.len, message.at);
    }
    assert_string_equal(got, wanted);
}

static void files_are_cut_into_messages(void **state)
{
    (void)state;
    assert_split("", "");
    assert_split(" \n ", "");
    assert_split("{\"a\":1}\n{\"b\":2}\n", "1:{\"a\":1}|2:{\"b\":2}|");
    assert_split("{\"a\":1}{\"b\":2} {}", "1:{\"a\":1}|1:{\"b\":2}|1:{}|");
    assert_split("{\n \"a\": {\"b\": [\n1]}\n}\r\n\r\n{\"c\":1}", "1:{\n \"a\": {\"b\": [\n1]}\n}|6:{\"c\":1}|");
    assert_split("[{\"a\":1},\n{\"b\":2}\n]\n", "1:{\"a\":1}|2:{\"b\":2}|");
    assert_split("[1,2]", "1:[1,2]|");
    assert_split("{\"a\":\"}\\\"\\\\\"}\n{\"b\":\"\\\\\"}", "1:{\"a\":\"}\\\"\\\\\"}|2:{\"b\":\"\\\\\"}|");
    assert_split("{\"a\":1}\n{\"b\":\"cut\n{\"c\":3}\n", "1:{\"a\":1}|2:{\"b\":\"cut|3:{\"c\":3}|");
    assert_split("{\"b\":[1,\n{\"c\":3}]}\n{\"d\":1}", "1:{\"b\":[1,\n{\"c\":3}]}|3:{\"d\":1}|");
    assert_split("tail\"}\n{\"b\":2}\njunk\n{\"c\":3}", "1:tail\"}|2:{\"b\":2}|3:junk|4:{\"c\":3}|");
    assert_split("WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n", "1:WEBVTT\n\n00:01.000 --> 00:02.000\nhi|");
    assert_split("\xEF\xBB\xBF{}", "1:{}|");
}

static void a_bad_line_costs_itself_only(void **state)
{
    (void)state;
    struct reading r = reading_text("{'kind':'record','id':'a'}\n{'kind':'record'}\n{'kind':'rec\n{'kind':'record','id':'b'}\n");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 2);
    assert_int_equal(r.result.refusals_n, 2);
    assert_int_equal(r.result.refusals[0].line, 2);
    assert_non_null(strstr(r.result.refusals[0].err.text, "id: missing"));
    assert_int_equal(r.result.refusals[1].line, 3);
    assert_true(sam_span_is(r.result.refusals[1].body, json("{'kind':'rec")));
    reading_end(&r);
    assert_refused("", "{'kind':'record'}\n{'x':1}", SAM_BAD_INPUT, "native: id: missing");
}

/* ---- what is wrapped around ---------------------------------------------------------------------------------------------- */

static void wrappings_are_taken_off(void **state)
{
    (void)state;
    /* gzip of {"kind":"record","id":"x"} */
    static const unsigned char packed[] = {0x1f, 0x8b, 0x08, 0,    0,    0,    0,    0,    2,    0xff, 0xab, 0x56, 0xca,
                                           0xce, 0xcc, 0x4b, 0x51, 0xb2, 0x52, 0x2a, 0x4a, 0x4d, 0xce, 0x2f, 0x4a, 0x51,
                                           0xd2, 0x51, 0xca, 0x4c, 0x51, 0xb2, 0x52, 0xaa, 0x50, 0xaa, 0x05, 0x00};
    static const char utf16[] = "\xFF\xFE{\0\"\0i\0d\0\"\0:\0\"\0\xE5\0=\xD8\x00\xDE\"\0,\0\"\0t\0u\0r\0n\0s\0\"\0:\0[\0]\0}\0";
    struct reading r = reading_of(SAM_NO_SPAN, (struct sam_span){utf16, sizeof utf16 - 1});
    assert_int_equal(r.code, SAM_OK);
    assert_true(sam_span_is(r.result.parts[0].external_id, "\xC3\xA5\xF0\x9F\x98\x80"));
    reading_end(&r);
    r = reading_of(SAM_NO_SPAN, (struct sam_span){(const char *)packed, sizeof packed});
    assert_int_equal(r.code, SAM_BAD_INPUT); /* its end is cut off */
    assert_non_null(strstr(r.err.text, "gzip: damaged or cut"));
    reading_end(&r);
}

static void repairs_are_told(void **state)
{
    (void)state;
    struct reading r = reading_of(SAM_NO_SPAN, sam_span_of(json("{'kind':'record','id':'a','id':'b','direction':NaN,'channel':'voi\xFF"
                                                                "ce\\u0000'}")));
    assert_int_equal(r.code, SAM_OK);
    assert_true(has_warning(&r.result.parts[0], "text.repaired", ""));
    assert_true(has_warning(&r.result.parts[0], "json.duplicate_key", ""));
    assert_true(has_warning(&r.result.parts[0], "json.not_finite", ""));
    assert_true(sam_span_is(r.result.parts[0].external_id, "b"));
    reading_end(&r);
}

static enum sam_code read_full(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    const struct sam_read_input input = {.source = SAM_SPAN("s"), .body = sam_span_of(data)};
    return sam_read(&settings, &input, arena, &result, err);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof text, "%s", json(full));
    assert_true(sweep(read_full, text, 1 << 20) > 20);
    snprintf(text, sizeof text, "%s",
             json("{'kind':'transcript','id':'x','parties':[{'name':9}],'turns':[{'i':1,'speaker':'who','start_ms':-1},{'i':1,'speaker':'"
                  "you'}]}"));
    assert_true(sweep(read_full, text, 1 << 20) > 20);
}

static void what_is_stored_is_read_whatever_the_limits_are_now(void **state)
{
    (void)state;
    struct reading r =
        reading_text("{'kind':'transcript','id':'x','channel':'email','turns':[{'start_ms':90000000000,'text':'a'},{'text':'b'}]}");
    assert_true(has_warning(&r.result.parts[0], "duration.implausible", "turns[0].start_ms"));
    reading_end(&r);
    r = (struct reading){.arena = sam_arena_new(1 << 20), .settings = sam_read_stored()};
    const struct sam_read_input input = {
        .body = sam_span_of(
            json("{'kind':'transcript','source':'s','id':'x','channel':'email','turns':[{'i':0,'start_ms':90000000000,'text':'a'}]}"))};
    assert_int_equal(sam_read(&r.settings, &input, r.arena, &r.result, &r.err), SAM_OK);
    assert_string_equal(
        canonical(&r, 0),
        json("{'kind':'transcript','source':'s','id':'x','channel':'email','turns':[{'i':0,'start_ms':90000000000,'text':'a'}]}"));
    reading_end(&r);
}

static void formats_are_listed(void **state)
{
    (void)state;
    size_t n = 0;
    bool native = false;
    for (const struct sam_format *f; (f = sam_format_at(n)) != NULL; n++) {
        assert_true(f->name[0] != 0 && f->help[0] != 0);
        native = native || (strcmp(f->name, "native") == 0 && f->readable);
    }
    assert_true(native);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_gives_all_its_parts),
        cmocka_unit_test(the_envelope_wins_over_the_body),
        cmocka_unit_test(the_labelled_form_is_a_conversation),
        cmocka_unit_test(what_is_missing_or_no_message_is_refused_with_its_reason),
        cmocka_unit_test(wrong_values_become_unknown_with_a_warning_at_their_place),
        cmocka_unit_test(speakers_are_roles_ids_names_or_strangers),
        cmocka_unit_test(numbers_of_turns_are_unique),
        cmocka_unit_test(impossible_turns_keep_their_words),
        cmocka_unit_test(limits_are_settings),
        cmocka_unit_test(files_are_cut_into_messages),
        cmocka_unit_test(a_bad_line_costs_itself_only),
        cmocka_unit_test(wrappings_are_taken_off),
        cmocka_unit_test(repairs_are_told),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(what_is_stored_is_read_whatever_the_limits_are_now),
        cmocka_unit_test(formats_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
