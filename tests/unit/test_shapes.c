/*
 * Shapes of files that programs other than a format's own write: whisper.cpp, pipelines of transformers, exports of meetings, live
 * captions, pages of an interface's answer, chats as Connect keeps them, lists of turns, lines with times, what streams carry.
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

static const char turns[] =
    "[{'id':0,'start':0.5,'end':1.5,'text':' Hej','speaker':'SPEAKER_00','words':[{'word':'Hej','start':0.5}]},{'start':1.6,'duration':1,"
    "'text':'Ja','speaker':'SPEAKER_01'},{'start':'x','end':-1,'text':'Tak'},{'text':7},{'text':' '}]";

static void a_list_of_turns_is_one_transcript(void **state)
{
    (void)state;
    assert_read(turns, HOLDS("{'i':0,'party':0,'start_ms':500,'end_ms':1500,'text':'Hej'},{'i':1,'party':1,'start_ms':1600,'end_ms':2600,"
                             "'text':'Ja'},{'i':2,'text':'Tak'}]"));
    assert_read("[{'role':'agent','content':'Hello'},{'role':'customer','content':'Hi'}]",
                HOLDS("[{'role':'agent'},{'role':'customer'}]", "{'i':0,'party':0,'text':'Hello'},{'i':1,'party':1,'text':'Hi'}]"));
    assert_read("[{'sid':'1','text':'Hello','time':[0,9.2]},{'sid':'2','text':'How','time':[10.0,14.23]}]",
                HOLDS("{'i':0,'party':0,'start_ms':0,'end_ms':9200,'text':'Hello'},{'i':1,'party':1,'start_ms':10000,'end_ms':14230,'text':"
                      "'How'}]"));
    assert_read("{'version':'1.0.0','type':'Transcript','entries':[{'id':'1','text':'Hej','speakerId':'a@b','speakerDisplayName':'Megan "
                "Bowen','startOffset':'00:00:03.2300000','endOffset':'00:00:05','spokenLanguageTag':'da-dk'},{'text':'Goddag',"
                "'speakerDisplayName':'Bo','startOffset':'01:00:06.5','endOffset':'01:00:07'}],'events':[]}",
                HOLDS("'language':'da'", "{'i':0,'party':0,'start_ms':3230,'end_ms':5000,'text':'Hej'},{'i':1,'party':1,'start_ms':3606500,"
                                         "'end_ms':3607000,'text':'Goddag'}]"));
    assert_read("{'id':'x','language_code':'en_us','text':'Hi there','utterances':[{'speaker':'A','text':'Hi','start':250,'end':700},{"
                "'speaker':'B','text':'there','start':900,'end':1700}]}",
                HOLDS("'language':'en'", "'start_ms':250,'end_ms':700,'text':'Hi'},{'i':1,'party':1,'start_ms':900,'end_ms':1700"));
}

/* A list whose elements are conversations is read one by one, as before, whatever else they hold. */
static void a_list_of_conversations_is_no_list_of_turns(void **state)
{
    (void)state;
    struct reading r = reading_text("[{'id':'a','channel':'chat','text':'x','turns':[{'i':0,'text':'hej'}]},{'id':'b','turns':[]}]");
    struct sam_read_split split = sam_read_split_of(sam_span_of(json("[{'text':'a','start_time':'2026-01-02T10:00:00Z'},{'text':'b'}]")));
    struct sam_span message;
    assert_int_equal(r.code, SAM_OK);
    assert_true(r.result.parts_n >= 2);
    reading_end(&r);
    assert_true(sam_read_split_next(&split, &message) && sam_read_split_next(&split, &message));
    assert_true(sam_span_is(message, json("{'text':'b'}")));
    split = sam_read_split_of(sam_span_of(json(turns)));
    assert_true(sam_read_split_next(&split, &message) && message.len == strlen(turns) && !sam_read_split_next(&split, &message));
}

static void a_text_alone_is_a_transcript(void **state)
{
    (void)state;
    assert_read("{'text':'Hej. Jeg ringer om min regning.','language':'da','usage':{'type':'tokens','total_tokens':3}}",
                HOLDS("'language':'da'", "[{'i':0,'text':'Hej. Jeg ringer om min regning.'}]"));
    assert_read("{'transcript':'Agent: Hej\\nCustomer: Goddag','confidence':0.9}", HOLDS("{'i':0,'party':0,'text':'Hej'}", "'Goddag'"));
    assert_read("{'text':''}", HOLDS("'kind':'transcript'"));
    assert_refused("", "{'text':'Hej','subject':'A ticket'}", SAM_BAD_INPUT, "keys text, subject");
}

static void lines_that_tell_their_time_are_turns(void **state)
{
    (void)state;
    assert_read("0:00:00.378,0:00:11.378\nCaption one\nline two\n\n0:00:13.489,0:00:15.489\nAgent: Hej\n",
                HOLDS("'start_ms':378,'end_ms':11378,'text':'Caption one", "'party':0,'start_ms':13489,'end_ms':15489,'text':'Hej'"));
    assert_read(
        "Nordby\n\nSpeaker 1  0:03  \nWelcome.\n\nSpeaker 2  0:12  \nHi, a question\nabout my bill: it is high.\n\nSpeaker 1  1:02:03"
        "\nSure.\n\nTranscribed by https://otter.ai\n",
        HOLDS("'party':0,'start_ms':3000,'text':'Welcome.'", "'party':1,'start_ms':12000,'text':'Hi, a question", "it is high.'",
              "'party':0,'start_ms':3723000,'text':'Sure.'}]"));
    assert_read(
        "[00:00:00.000 --> 00:00:03.280]   Hej og velkommen.\n[00:00:03.280 --> 00:00:05.000]   Tak.\n",
        HOLDS("{'i':0,'start_ms':0,'end_ms':3280,'text':'Hej og velkommen.'},{'i':1,'start_ms':3280,'end_ms':5000,'text':'Tak.'}]"));
    assert_read("[00:03] Agent: Hej\n[00:05 - 00:08] Customer: Hej, jeg ringer\n[00:09] ja\n",
                HOLDS("{'i':0,'party':0,'start_ms':3000,'text':'Hej'},{'i':1,'party':1,'start_ms':5000,'end_ms':8000,'text':'Hej, jeg "
                      "ringer'},{'i':2,'party':1,'start_ms':9000,'text':'ja'}]"));
    assert_read("Agent (00:03): Hej\nCustomer [00:07] goddag\n",
                HOLDS("{'i':0,'party':0,'start_ms':3000,'text':'Hej'},{'i':1,'party':1,'start_ms':7000,'text':'goddag'}]"));
    assert_read("[by:x]\n[00:00.50] Hej\n[00:02.10] med dig\n", HOLDS("{'i':0,'start_ms':500,'text':'Hej'},{'i':1,'start_ms':2100"));
    assert_read("00:00:01 Speaker 1: Hej\n00:00:07 Speaker 2: goddag\n", HOLDS("'start_ms':1000,'text':'Hej'", "'text':'goddag'"));
}

/* A file is not taken for a transcript because a time stands in it. */
static void lines_with_times_may_be_anything_else(void **state)
{
    (void)state;
    static const char *const others[] = {"12:00:01 ERROR: disk full\n12:00:02 ERROR: disk full\n", "we meet at 10:30\n",
                                         "garbage\n\n00:01.000 --> 00:02.000\nhej\n", "[00:03] Agent: Hej\n",
                                         "a 9:00\nb 8:00\nc 7:00\nd 6:00\n"};
    for (size_t i = 0; i < SAM_COUNT(others); i++)
        assert_refused("", others[i], SAM_BAD_INPUT, "unknown format");
}

static void rows_of_a_table_are_turns(void **state)
{
    (void)state;
    assert_read("start,end,speaker,text\n0,1200,1,\" Hej, med dig\"\n1200,2000,0,\" Ja\"\nx,1,0,y\n",
                HOLDS("{'i':0,'party':0,'start_ms':0,'end_ms':1200,'text':'Hej, med dig'},{'i':1,'party':1,'start_ms':1200"));
    assert_read("\"Dis-moi, est-ce que l`avion vole ?\",0.38,2.76\nOui,3.0,3.5\n",
                HOLDS("{'i':0,'start_ms':380,'end_ms':2760,'text':'Dis-moi, est-ce que l`avion vole ?'},{'i':1,'start_ms':3000"));
    assert_read("start\tend\ttext\n0\t1200\tHej \"du\"\n", HOLDS("'start_ms':0,'end_ms':1200,'text':'Hej "));
    assert_refused("", "Hej,1,2\n", SAM_BAD_INPUT, "unknown format");
}

static void references_are_decoded(void **state)
{
    (void)state;
    assert_read("WEBVTT\n\n00:01.000 --> 00:02.000\n<v L&#246;f>r&oslash;d &#229; &#xC5; &#x110000; &#0; &#xD800; &#x; &nope; &#12\n",
                HOLDS("'text':'r\xC3\xB8"
                      "d \xC3\xA5 \xC3\x85 &#x110000; &#0; &#xD800; &#x; &nope; &#12'"));
}

static void teams_with_its_metadata_is_read(void **state)
{
    (void)state;
    assert_read(
        "WEBVTT\n\n00:00:16.246 --> 00:00:17.726\n{'startDateTime':'2026-03-08T07:10:31.34Z','speakerName':'Megan','spokenText':'This "
        "is it.','spokenLanguage':'en-us'}\n\n00:00:18.000 --> 00:00:19.000\n{'spokenText'\n",
        HOLDS("'language':'en'", "{'i':0,'party':0,'start_ms':16246,'end_ms':17726,'text':'This is it.'},{'i':1,'start_ms':18000"));
}

/* What a stream or a queue gives a function: base64 or text in records, one or more documents in each. */
static const char carried[] =
    "{'Records':[{'kinesis':{'sequenceNumber':'1','data':"
    "'eyJDb250YWN0SWQiOiJrMSIsIkluaXRpYXRpb25NZXRob2QiOiJJTkJPVU5EIn17IkNvbnRhY3RJZCI6ImsyIiwiSW5pdGlhdGlvbk1ldGhvZCI6IklOQk9VTkQifQ=='}},{"
    "'messageId':'m','body':'{\\'Type\\':\\'Notification\\',\\'TopicArn\\':\\'t\\',\\'Message\\':\\'{\\\\\\'ContactId\\\\\\':\\\\\\'"
    "k3\\\\\\',"
    "\\\\\\'InitiationMethod\\\\\\':\\\\\\'API\\\\\\'}\\'}'},{'recordId':'r','data':'*'},{'messageId':'m','body':'junk'},{'s3':{'object':{}"
    "},"
    "'eventName':'ObjectCreated:Put'}]}";

static void what_streams_and_queues_carry_is_read(void **state)
{
    (void)state;
    struct reading r = reading_text(carried);
    static const char *const whys[] = {"data: not base64", "unknown format: 4 bytes that start with 6a 75 6e 6b",
                                       "recognised: notice of an object in a store (its content is not in it): not read in this version"};
    if (r.code != SAM_OK)
        fail_msg("%s", r.err.text);
    assert_int_equal(r.result.parts_n, 3);
    for (size_t i = 0; i < 3; i++) {
        char id[3] = {'k', (char)('1' + i), 0};
        assert_true(sam_span_is(r.result.parts[i].external_id, id));
        assert_string_equal(r.result.refusals[i].err.text, whys[i]);
    }
    assert_int_equal(r.result.refusals_n, 3);
    reading_end(&r);
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
    char texts[8][1400];
    snprintf(texts[0], sizeof texts[0], "%s", whisper_cpp);
    snprintf(texts[1], sizeof texts[1], "%s", page);
    snprintf(texts[2], sizeof texts[2], "WEBVTT\n\n00:01.000 --> 00:03.000\nMette: Hej\n\n00:03.500 --> 00:05.000\nBo: Tak\n");
    snprintf(texts[3], sizeof texts[3], "%s", turns);
    snprintf(texts[4], sizeof texts[4], "%s", carried);
    snprintf(texts[5], sizeof texts[5], "Agent (00:03): Hej\nCustomer [00:07] goddag\n");
    snprintf(texts[6], sizeof texts[6], "start,end,speaker,text\n0,1200,1,\" Hej, med dig\"\n");
    snprintf(texts[7], sizeof texts[7], "WEBVTT\n\n00:16.246 --> 00:17.726\n{'speakerName':'Megan','spokenText':'It.'}\n");
    for (size_t i = 0; i < SAM_COUNT(texts); i++)
        assert_true(sweep(unit, texts[i], 1U << 20) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whisper_in_other_hands_is_read),
        cmocka_unit_test(exports_of_meetings_keep_who_speaks),
        cmocka_unit_test(captions_that_roll_up_say_each_line_once),
        cmocka_unit_test(a_page_of_an_answer_is_read_one_by_one),
        cmocka_unit_test(a_chat_as_connect_keeps_it_is_read),
        cmocka_unit_test(a_list_of_turns_is_one_transcript),
        cmocka_unit_test(a_list_of_conversations_is_no_list_of_turns),
        cmocka_unit_test(a_text_alone_is_a_transcript),
        cmocka_unit_test(lines_that_tell_their_time_are_turns),
        cmocka_unit_test(lines_with_times_may_be_anything_else),
        cmocka_unit_test(rows_of_a_table_are_turns),
        cmocka_unit_test(teams_with_its_metadata_is_read),
        cmocka_unit_test(references_are_decoded),
        cmocka_unit_test(what_streams_and_queues_carry_is_read),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
