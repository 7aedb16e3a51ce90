/*
 * Shapes of files that programs other than a format's own write: whisper.cpp, pipelines of transformers, exports of meetings, live
 * captions, pages of an interface's answer, chats as Connect keeps them.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "sweep.h"

/* What a text comes to: each part's canonical form holds all of words. */
static void assert_read(const char *text, const char *const *words)
{
    struct reading r = reading_text(text);
    if (r.code != SAM_OK)
        fail_msg("%s: %s", text, r.err.text);
    const char *is = canonical(&r, 0);
    for (; *words; words++) {
        if (!strstr(is, json(*words)))
            fail_msg("%s\nholds no %s", is, *words);
    }
    reading_end(&r);
}
#define HOLDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char whisper_cpp[] =
    "{'systeminfo':'AVX = 1','model':{'type':'base'},'params':{'model':'m','language':'da'},'result':{'language':'da'},'transcription':["
    "{'timestamps':{'from':'00:00:00,000','to':'00:00:02,000'},'offsets':{'from':0,'to':2000},'text':' Hej med dig.','speaker':'0'},"
    "{'offsets':{'from':2000,'to':3000},'text':' Goddag.','speaker':'1'},{'offsets':{'from':3000,'to':3500},'text':' Ja.','speaker':'?'},"
    "{'offsets':{'from':-5,'to':'x'},'text':' Tak.'},{'offsets':{'from':4000,'to':5000},'text':' '}]}";

static void whisper_in_other_hands_is_read(void **state)
{
    (void)state;
    assert_read(whisper_cpp, HOLDS("'language':'da'", "{'i':0,'party':0,'start_ms':0,'end_ms':2000,'text':'Hej med dig.'}",
                                   "{'i':1,'party':1,'start_ms':2000,'end_ms':3000,'text':'Goddag.'}",
                                   "{'i':2,'start_ms':3000,'end_ms':3500,'text':'Ja.'},{'i':3,'text':'Tak.'}]"));
    assert_read("{'text':' Hej. Ja.','chunks':[{'timestamp':[0.0,1.5],'text':' Hej.'},{'timestamp':[1.5,null],'text':' Ja.'}]}",
                HOLDS("{'i':0,'start_ms':0,'end_ms':1500,'text':'Hej.'},{'i':1,'start_ms':1500,'text':'Ja.'}]"));
    assert_read("{'speakers':[{'speaker':'SPEAKER_00','timestamp':[0.0,1.5],'text':'Hej.'},{'speaker':'SPEAKER_01','timestamp':[1.6,2.0],"
                "'text':'Ja.'}],'chunks':[{'timestamp':[0.0,2.0],'text':' Hej. Ja.'}],'text':' Hej. Ja.'}",
                HOLDS("{'i':0,'party':0,'start_ms':0,'end_ms':1500,'text':'Hej.'},{'i':1,'party':1,'start_ms':1600,'end_ms':2000,"
                      "'text':'Ja.'}]"));
    assert_read("{'text':'a b c d e','chunks':[{'timestamp':[0,0.2],'text':'a'},{'timestamp':[0.3,0.4],'text':'b'},{'timestamp':[0.5,0.6],"
                "'text':'c'},{'timestamp':[2.0,2.1],'text':'d'},{'timestamp':[2.2,2.3],'text':'e'}]}",
                HOLDS("{'i':0,'start_ms':0,'end_ms':600,'text':'a b c'},{'i':1,'start_ms':2000,'end_ms':2300,'text':'d e'}]"));
    assert_read(
        "{'task':'transcribe','language':'danish','duration':8.4,'text':'Hej. Ja.','words':[{'word':'Hej','start':0.0,'end':0.4},"
        "{'word':'Ja','start':3.0,'end':3.3}]}",
        HOLDS("'language':'da'", "{'i':0,'start_ms':0,'end_ms':400,'text':'Hej'},{'i':1,'start_ms':3000,'end_ms':3300,'text':'Ja'}]"));
}

static void exports_of_meetings_keep_who_speaks(void **state)
{
    (void)state;
    assert_read("WEBVTT\n\n1\n00:01.000 --> 00:03.000\nMette Hansen: Hej og velkommen\n\n2\n00:03.500 --> 00:05.000\nKunde 2: Tak: det er "
                "godt\n\n3\n00:05.200 --> 00:06.000\nog goddag\n",
                HOLDS("'party':0,'start_ms':1000,'end_ms':3000,'text':'Hej og velkommen'",
                      "'party':1,'start_ms':3500,'end_ms':5000,'text':'Tak: "
                      "det er godt'",
                      "{'i':2,'start_ms':5200,'end_ms':6000,'text':'og goddag'}"));
    assert_read(
        "WEBVTT\n\n00:01.000 --> 00:03.000\nHusk: vi lukker klokken 16\n\n00:03.500 --> 00:05.000\ntak\n\n00:05.500 --> 00:06.000\nja\n",
        HOLDS("{'i':0,'start_ms':1000,'end_ms':3000,'text':'Husk: vi lukker klokken 16'}"));
    assert_read("WEBVTT\n\n00:01.000 --> 00:02.000\n>> AGENT: Hello there\n\n00:03.000 --> 00:04.000\n{\\an8}hi\r\nyou\n",
                HOLDS("[{'role':'agent'}]", "'text':'Hello there'", "'text':'hi you'"));
}

static void captions_that_roll_up_say_each_line_once(void **state)
{
    (void)state;
    assert_read(
        "WEBVTT\nKind: captions\nLanguage: da\n\n00:00:00.000 --> 00:00:02.000 align:start position:0%\n \n"
        "hej<00:00:00.400><c> med</c><00:00:00.800><c> dig</c>\n\n00:00:02.000 --> 00:00:02.010\nhej med dig\n \n\n"
        "00:00:02.010 --> 00:00:04.000\nhej med dig\njeg<00:00:02.400><c> ringer</c>\n\n00:00:04.000 --> 00:00:04.010\njeg ringer\n \n",
        HOLDS("{'i':0,'start_ms':0,'end_ms':2000,'text':'hej med dig'},{'i':1,'start_ms':2010,'end_ms':4000,'text':'jeg ringer'}]"));
    assert_read("WEBVTT\n\n00:01.000 --> 00:02.000\nja\n\n00:02.000 --> 00:03.000\nja tak\n",
                HOLDS("'text':'ja'}", "'text':'ja tak'}")); /* people repeat themselves */
}

static const char page[] =
    "{'conversations':[{'conversationId':'c1','conversationStart':'2026-01-02T10:00:00Z','conversationEnd':'2026-01-02T10:05:00Z',"
    "'originatingDirection':'inbound','participants':[]},{'conversationId':7},{'conversationId':'c2','conversationStart':"
    "'2026-01-02T11:00:00Z','participants':[]}],'totalHits':3}";

static void a_page_of_an_answer_is_read_one_by_one(void **state)
{
    (void)state;
    struct reading r = reading_text(page);
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 2);
    assert_true(sam_span_is(r.result.parts[0].external_id, "c1") && sam_span_is(r.result.parts[1].external_id, "c2"));
    assert_int_equal(r.result.refusals_n, 1);
    assert_true(sam_span_is(r.result.refusals[0].body, json("{'conversationId':7}")));
    reading_end(&r);
    r = reading_text("{'conversations':[{'a':1},{'b':2}]}");
    assert_int_equal(r.code, SAM_BAD_INPUT);
    assert_string_equal(r.err.text, "unknown format: a JSON object with the keys a");
    reading_end(&r);
}

static void a_chat_as_connect_keeps_it_is_read(void **state)
{
    (void)state;
    assert_read("{'Version':'2019-08-26','AWSAccountId':'1','InstanceId':'i','InitialContactId':'c-10','ContactId':'c-10','Participants':["
                "{'ParticipantId':'p1'}],'Transcript':[{'AbsoluteTime':'2026-01-02T10:00:00Z','ContentType':"
                "'application/vnd.amazonaws.connect.event.participant.joined','Id':'1','ParticipantId':'p1','ParticipantRole':'CUSTOMER',"
                "'Type':'EVENT'},{'AbsoluteTime':'2026-01-02T10:00:01.1Z','Content':'Hi','Id':'2','ParticipantId':'p1','ParticipantRole':"
                "'CUSTOMER','Type':'MESSAGE'},{'AbsoluteTime':'2026-01-02T10:00:02Z','Content':'Hello','Id':'3','ParticipantId':'p2',"
                "'ParticipantRole':'CUSTOM_BOT','Type':'MESSAGE'}]}",
                HOLDS("'id':'c-10'", "'channel':'chat'", "[{'id':'p1','role':'customer'},{'role':'bot'}]", "'start_ms':0,'text':'Hi'",
                      "'start_ms':900,'text':'Hello'"));
}

static enum sam_code unit(struct sam_arena *arena, void *context, struct sam_err *err)
{
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    settings.source = SAM_SPAN("s");
    const struct sam_read_input input = {.body = sam_span_of(json(context)), .name = SAM_SPAN("file.json")};
    return sam_read(&settings, &input, arena, &result, err);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char texts[3][1200];
    snprintf(texts[0], sizeof texts[0], "%s", whisper_cpp);
    snprintf(texts[1], sizeof texts[1], "%s", page);
    snprintf(texts[2], sizeof texts[2], "WEBVTT\n\n00:01.000 --> 00:03.000\nMette: Hej\n\n00:03.500 --> 00:05.000\nBo: Tak\n");
    for (size_t i = 0; i < 3; i++)
        assert_true(sweep(unit, texts[i], 1U << 20) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whisper_in_other_hands_is_read),           cmocka_unit_test(exports_of_meetings_keep_who_speaks),
        cmocka_unit_test(captions_that_roll_up_say_each_line_once), cmocka_unit_test(a_page_of_an_answer_is_read_one_by_one),
        cmocka_unit_test(a_chat_as_connect_keeps_it_is_read),       cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
