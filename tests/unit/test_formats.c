/*
 * The readers of other systems' files through the door of read: queue_log, Whisper, timed text; what is known but not read; and every
 * shared sample, each of which becomes parts or a reason.
 */
#include "samtale/read.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "sweep.h"

static void a_queue_log_gives_a_record_a_call(void **state)
{
    (void)state;
    struct reading r = file_of("queue_log", "1543602660|1543602660.197|IT|NONE|DID|70101010\n"
                                            "1543602677|1543602660.197|IT|NONE|ENTERQUEUE||22345678|1\n"
                                            "1543602700|1543602660.197|IT|Agent/2|RINGNOANSWER|15000\n"
                                            "1543602753|1543602660.197|IT|Agent/1|CONNECT|76|1543602746.232|6\n"
                                            "1543603600|1543602660.197|IT|Agent/1|ATTENDEDTRANSFER|LINK|a|b|77|847|1\n"
                                            "1543603601|1543602660.197|Q2|NONE|ENTERQUEUE||22345678|1\n"
                                            "1543603610|1543603600.5|IT|NONE|ENTERQUEUE||anonymous|1\n"
                                            "cut\n"
                                            "1543603701|1543602660.197|Q2|Agent/9|ABANDON|1|1|100\n"
                                            "1543603702|1543602660.197|IT|Agent/1|WRAPUPSTART|30\n"
                                            "1543603800|1543603800.9|IT|NONE|JOINEMPTY\n"
                                            "1543603900|NONE|NONE|Agent/1|PAUSE|a|b|c\n");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 4);
    assert_string_equal(canonical(&r, 3), json("{'kind':'agent_state','source':'s','agent':{'id':'Agent/1'},'states':[{'state':'pause',"
                                               "'reason':'a','from':'2018-11-30T18:51:40Z'}]}"));
    assert_int_equal(r.result.refusals_n, 1);
    assert_int_equal(r.result.refusals[0].line, 8);
    assert_string_equal(canonical(&r, 0), json("{'kind':'record','source':'s','id':'1543602660.197','version':1543603702000007,'channel':'"
                                               "voice','direction':'inbound','customer':{'phone':'22345678'},"
                                               "'offered_at':'2018-11-30T18:31:00Z','ended_at':'2018-11-30T18:48:21Z','legs':[{'queue':'IT'"
                                               ",'agent':'Agent/1','queued_at':'2018-11-30T18:31:17Z',"
                                               "'answered_at':'2018-11-30T18:32:33Z','ended_at':'2018-11-30T18:46:40Z','wait_ms':76000,'"
                                               "talk_ms':847000,'wrap_ms':30000,'disposition':'answered',"
                                               "'transfer':'attended'},{'queue':'Q2','queued_at':'2018-11-30T18:46:41Z','ended_at':'2018-"
                                               "11-30T18:48:21Z','wait_ms':100000,'disposition':'abandoned'}]}"));
    assert_string_equal(
        canonical(&r, 1), /* no end: open, never an abandon; withheld: no customer */
        json("{'kind':'record','source':'s','id':'1543603600.5','version':1543603610000001,'channel':'voice','direction':'inbound',"
             "'offered_at':{'time':'2018-11-30T18:46:40Z','quality':'derived'},'legs':[{'queue':'IT','queued_at':'2018-11-30T18:46:50Z'}]"
             "}"));
    assert_int_equal(r.result.parts[2].record->legs[0].disposition, SAM_DISPOSITION_CLOSED);
    reading_end(&r);
}

static void callers_that_no_agent_got_have_a_reason(void **state)
{
    static const struct {
        const char *event;
        enum sam_disposition disposition;
        int64_t wait_ms;
    } rows[] = {
        {"ABANDON|1|1|9", SAM_DISPOSITION_ABANDONED, 9000},
        {"WITHDRAW|1|1|9", SAM_DISPOSITION_UNKNOWN, 9000},
        {"EXITWITHTIMEOUT|1|1|9", SAM_DISPOSITION_TIMEOUT, 9000},
        {"FULL", SAM_DISPOSITION_FULL, 0},
        {"CLOSED", SAM_DISPOSITION_CLOSED, 0},
        {"JOINEMPTY", SAM_DISPOSITION_CLOSED, 0},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "%s1543602686|c1.1|IT|NONE|%s\n",
                       rows[i].wait_ms > 0 ? "1543602677|c1.1|IT|NONE|ENTERQUEUE||22345678|1\n" : "", rows[i].event);
        struct reading r = file_of("queue_log", text);
        assert_int_equal(r.code, SAM_OK);
        assert_int_equal(r.result.parts_n, 1);
        const struct sam_record *record = r.result.parts[0].record;
        assert_int_equal(record->legs_n, 1);
        if (record->legs[0].disposition != rows[i].disposition || record->legs[0].wait_ms.value != rows[i].wait_ms)
            fail_msg("%s: %s", rows[i].event, canonical(&r, 0));
        reading_end(&r);
    }
}

static void the_shapes_of_a_queue_log_are_one(void **state)
{
    (void)state;
    static const char *const shapes[] = {
        "1543602677|c1.1|IT|NONE|ENTERQUEUE||22345678|1\n1543602687|c1.1|IT|A|CONNECT|10|x|6\n1543602707|c1.1|IT|A|COMPLETECALLER|10|20|1",
        " time | callid | queuename | agent | event | data1 | data2 | data3 \n------+-----\n2018-11-30 18:31:17+00 | c1.1 | IT | NONE | "
        "ENTERQUEUE | | 22345678 | 1\n"
        "2018-11-30 18:31:27+00 | c1.1 | IT | A | CONNECT | 10 | x | 6\n2018-11-30 18:31:47+00 | c1.1 | IT | A | COMPLETECALLER | 10 | 20 "
        "| 1\n(3 rows)\n",
        "uid,date_time,callid,queue_name,type,event,param1,param2,param3,entpos,expos,htime,ttime,time\n1,1543602677,c1.1,IT,NONE,"
        "ENTERQUEUE,22345678,,,1,0,0,0,'x'\n"
        "2,1543602687,c1.1,IT,A,CONNECT,22345678,x,6,0,0,10,0,'x'\n3,1543602707,c1.1,IT,A,COMPLETECALLER,22345678,,,1,0,10,20,'x'\n",
        "1,\"2018-11-30 18:31:17+00\",\"c1.1\",\"IT\",\"NONE\",\"ENTERQUEUE\",\"\",\"22345678\",\"1\",\"\",\"\"\n2,\"2018-11-30 "
        "18:31:27+00\",\"c1.1\",\"IT\",\"A\",\"CONNECT\",\"10\",\"x\",\"6\",\"\",\"\"\n"
        "3,\"2018-11-30 18:31:47+00\",\"c1.1\",\"IT\",\"A\",\"COMPLETECALLER\",\"10\",\"20\",\"1\",\"\",\"\"\n",
    };
    for (size_t i = 0; i < SAM_COUNT(shapes); i++)
        assert_file("x", shapes[i], "queue_log",
                    "{'kind':'record','source':'s','id':'c1.1','version':1543602707000003,'channel':'voice','direction':'inbound','"
                    "customer':{'phone':'22345678'},"
                    "'ended_at':'2018-11-30T18:31:47Z','legs':[{'queue':'IT','agent':'A','queued_at':'2018-11-30T18:31:17Z','answered_at':'"
                    "2018-11-30T18:31:27Z',"
                    "'ended_at':'2018-11-30T18:31:47Z','wait_ms':10000,'talk_ms':20000,'disposition':'answered'}]}");
}

static void transcripts_take_their_id_from_the_files_name(void **state)
{
    (void)state;
    static const struct {
        const char *name, *id, *side;
    } rows[] = {
        {"in-70101010-22345678-20181130-183100-1543602660.197.wav.json", "1543602660.197", ""},
        {"/var/spool/1543602660.197-rx.json", "1543602660.197", "rx"},
        {"call_{6F9619FF-8B86-D011-B42D-00CF4FC964FF}_out.words.json", "6f9619ff-8b86-d011-b42d-00cf4fc964ff", ""},
        {"samtale-7.mp3.words.json", "samtale-7", ""},
        {"samtale-7_agent.vtt", "samtale-7", "agent"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = file_of(rows[i].name, "{'text':'hej','language':'danish','segments':[{'start':0,'end':1.5,'text':' hej'}]}");
        assert_int_equal(r.code, SAM_OK);
        const struct sam_part *part = &r.result.parts[0];
        if (!sam_span_is(part->external_id, rows[i].id))
            fail_msg("%s: %.*s", rows[i].name, SAM_ARG(part->external_id));
        if (i != 2)
            assert_true(sam_span_is(part->part_id, rows[i].side));
        assert_int_equal(part->transcript->language, SAM_LANGUAGE_DA);
        reading_end(&r);
    }
    struct reading r = file_of("", "{'text':'hej','segments':[]}");
    assert_int_equal(r.code, SAM_BAD_INPUT);
    assert_non_null(strstr(r.err.text, "no file name"));
    reading_end(&r);
    r = file_of("1543602660.197-tx.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nhej\n");
    assert_int_equal(r.result.parts[0].transcript->turns[0].role, SAM_ROLE_AGENT);
    assert_true(r.result.parts[0].transcript->parties[0].role_derived);
    reading_end(&r);
}

static void a_name_goes_in_the_media_type(void **state)
{
    static const struct {
        const char *type, *id; /* id: NULL: there is none */
    } rows[] = {
        {"application/json; name=\"x-1543602660.197_rx.wav.json\"", "1543602660.197"},
        {"application/json;charset=utf-8; NAME=call.json ", "call"},
        {"application/json; name=\"a \\\"b\\\" \\\\ c; d.json\"", "c; d"}, /* a name, not a path */
        {"application/json; name=\"open", "open"},
        {"application/json; name", NULL},
        {"application/json;", NULL},
        {";;;=;\"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = {.arena = sam_arena_new(1U << 20), .settings = sam_read_defaults()};
        assert_non_null(r.arena);
        r.settings.source = SAM_SPAN("s");
        const struct sam_read_input input = {.body = sam_span_of(json("{'text':'','segments':[]}")),
                                             .content_type = sam_span_of(rows[i].type)};
        r.code = sam_read(&r.settings, &input, r.arena, &r.result, &r.err);
        assert_int_equal(r.code, rows[i].id ? SAM_OK : SAM_BAD_INPUT);
        if (rows[i].id)
            assert_true(sam_span_is(r.result.parts[0].external_id, rows[i].id));
        reading_end(&r);
    }
    struct sam_buf buf = sam_buf_of(1000);
    sam_media_type_write(&buf, SAM_SPAN("text/vtt"), SAM_SPAN("a\"\\\n.vtt"));
    assert_true(sam_span_is(sam_buf_get(&buf), "text/vtt; name=\"a\\\"\\\\_.vtt\""));
    sam_buf_clear(&buf);
    sam_media_type_write(&buf, SAM_NO_SPAN, SAM_NO_SPAN);
    assert_true(sam_span_is(sam_buf_get(&buf), "application/octet-stream"));
    sam_buf_free(&buf);
}

static enum sam_code split_in(struct sam_arena *arena, void *context, struct sam_err *err)
{
    struct sam_span *pieces = NULL;
    size_t n = 0;
    enum sam_code code = sam_read_log_split(&(struct sam_read_settings){.json_depth = 64, .json_nodes = 1000},
                                            *(const struct sam_span *)context, 100, arena, &pieces, &n, err);
    if (code == SAM_OK)
        assert_int_equal(n, 2);
    return code;
}

static void a_log_is_cut_between_calls(void **state)
{
    static const char log[] = "1543602660|1543602660.1|q|NONE|ENTERQUEUE||1|1\n1543602661|NONE|NONE|Agent/1|PAUSE|x\n"
                              "1543602662|1543602662.2|q|NONE|ENTERQUEUE||2|1\nbroken\n"
                              "1543602663|1543602660.1|q|NONE|ABANDON|1|1|3\n1543602664|1543602662.2|q|NONE|ABANDON|1|1|2";
    struct sam_span text = sam_span_of(log), *pieces = NULL;
    struct sam_arena *arena = sam_arena_new(1U << 20);
    struct sam_err err;
    size_t n = 0;
    (void)state;
    assert_int_equal(
        sam_read_log_split(&(struct sam_read_settings){.json_depth = 64, .json_nodes = 1000}, text, 100, arena, &pieces, &n, &err), SAM_OK);
    assert_int_equal(n, 2);
    assert_true(sam_span_is(pieces[0], "1543602660|1543602660.1|q|NONE|ENTERQUEUE||1|1\n1543602661|NONE|NONE|Agent/1|PAUSE|x\n"
                                       "1543602662|1543602662.2|q|NONE|ENTERQUEUE||2|1\n1543602663|1543602660.1|q|NONE|ABANDON|1|1|3\n"
                                       "1543602664|1543602662.2|q|NONE|ABANDON|1|1|2\n"));
    assert_true(sam_span_is(pieces[1], "broken\n"));
    assert_int_equal(sam_read_log_split(&(struct sam_read_settings){.json_depth = 64, .json_nodes = 1000}, SAM_SPAN("{}"), 100, arena,
                                        &pieces, &n, &err),
                     SAM_NONE);
    assert_int_equal(
        sam_read_log_split(&(struct sam_read_settings){.json_depth = 64, .json_nodes = 1000}, SAM_SPAN(""), 100, arena, &pieces, &n, &err),
        SAM_NONE);
    sam_arena_free(arena);
    assert_true(sweep(split_in, &text, 1U << 20) > 3);
}

static void words_that_nobody_said_are_no_turns(void **state)
{
    (void)state;
    struct reading r = file_of(
        "a.json", "{'text':'x','segments':[{'start':0,'end':1,'text':' hej'},{'start':1,'end':2,'text':'aaaa','compression_ratio':9.5},"
                  "{'start':2,'end':3,'text':'tak','no_speech_prob':0.9,'avg_logprob':-1.4},{'start':3,'end':4,'text':'ok'},{'start':4,'"
                  "end':5,'text':'ok'},"
                  "{'start':5,'end':6,'text':'ok'},{'start':6,'end':7,'text':'ok'},{'start':7,'end':8,'text':'farvel'}]}");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts[0].transcript->turns_n, 5);
    assert_true(has_warning(&r.result.parts[0], "segment.no_speech", "segments[1]"));
    assert_true(has_warning(&r.result.parts[0], "segment.no_speech", "segments[2]"));
    assert_true(has_warning(&r.result.parts[0], "segment.repeated", "segments[6]"));
    reading_end(&r);
}

static void known_formats_are_refused_by_their_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
    } rows[] = {
        {"{'core-uuid':'x','variables':{}}", "FreeSWITCH json_cdr"},
        {"{'recognizedPhrases':[]}", "Azure Speech"},
        {"{'entries':[{'start_timestamp_usec':1}]}", "Google Conversational Insights"},
        {"{'sid':'CA1','account_sid':'AC1'}", "Twilio"},
        {"{'ticket':{'id':1}}", "Zendesk"},
        {"{'messages':[{'message_type':0}]}", "Chatwoot"},
        {"{'TranscriptionJobName':'x','Media':{}}", "Amazon Transcribe"},
        {"RIFF....WAVEfmt ", "recording"},
        {"{'detail-type':'x','detail':{'eventBody':{}}}", "EventBridge"},
        {"Event-Name: CUSTOM\n", "FreeSWITCH event"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        assert_refused("", rows[i].text, SAM_UNSUPPORTED, rows[i].name);
}

static enum sam_code read_it(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    const struct sam_read_input input = {.source = SAM_SPAN("s"), .body = sam_span_of(data), .name = SAM_SPAN("a_rx.json")};
    return sam_read(&settings, &input, arena, &result, err);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1543602677|c1.1|IT|NONE|ENTERQUEUE||2|1\n1543602687|c1.1|IT|A|CONNECT|10|x|6\nx",
        "{'text':'x','segments':[{'start':0,'end':1,'text':' hej','speaker':'S1'},{'start':1,'end':2,'text':'x','compression_ratio':9}]}",
        "{'ContactId':'c1','Channel':'VOICE','InitiationMethod':'INBOUND','Queue':{'Name':'q'},'Agent':{'Username':'u'}}",
        "{'Participants':[{'ParticipantId':'p'}],'CustomerMetadata':{'ContactId':'c'},'Transcript':[{'Content':'x','ParticipantId':'p'},{'"
        "Content':'y','ParticipantRole':'AGENT'}]}",
        "{'conversationId':'g','participants':[{'purpose':'acd','sessions':[{'segments':[]}]},{'purpose':'agent','userId':'u','sessions':[{"
        "'segments':[{'segmentType':'interact'}]}]}],'surveys':[{'surveyPromoterScore':1}]}",
        "{'conversationId':'g','transcripts':[{'phrases':[{'text':'a','participantPurpose':'x'}]}]}",
        "start\tend\ttext\n0\t1\thej\n",
        "{'ContactId':'c','EventType':'SEGMENTS','Segments':[{'Transcript':{'Id':'i','ParticipantRole':'AGENT','Content':'x'}}]}",
    };
    for (size_t i = 0; i < SAM_COUNT(texts); i++) {
        char text[2048];
        snprintf(text, sizeof text, "%s", json(texts[i]));
        assert_true(sweep(read_it, text, 1 << 20) > 10);
    }
}

/* ---- the shared samples ---------------------------------------------------------------------------------------------------- */

struct tally {
    size_t files, records, transcripts, turns, refused, lines;
};

static void tally_file(const char *path, const char *name, struct tally *t)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = malloc(16 << 20);
    assert_non_null(bytes);
    size_t n = fread(bytes, 1, 16 << 20, file);
    fclose(file);
    struct reading r = {.arena = sam_arena_new(256U << 20), .settings = sam_read_defaults()};
    r.settings.source = SAM_SPAN("s");
    const struct sam_read_input input = {.body = {bytes, n}, .name = sam_span_of(name)};
    r.code = sam_read(&r.settings, &input, r.arena, &r.result, &r.err);
    t->files++;
    t->refused += r.code != SAM_OK;
    t->lines += r.code == SAM_OK ? r.result.refusals_n : 0;
    if (r.code != SAM_OK)
        assert_true(r.err.text[0] != 0);
    for (size_t i = 0; r.code == SAM_OK && i < r.result.parts_n; i++) {
        t->records += r.result.parts[i].record != NULL;
        t->transcripts += r.result.parts[i].transcript != NULL;
        t->turns += r.result.parts[i].transcript ? r.result.parts[i].transcript->turns_n : 0;
    }
    reading_end(&r);
    free(bytes);
}

static void tally_folder(const char *folder, struct tally *t)
{
    DIR *dir = opendir(folder);
    for (const struct dirent *e; dir && (e = readdir(dir)) != NULL;) {
        char path[1400];
        if (e->d_name[0] == '.' || strstr(e->d_name, "SOURCES"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_type == DT_DIR)
            tally_folder(path, t);
        else
            tally_file(path, e->d_name, t);
    }
    if (dir)
        closedir(dir);
}

static void every_shared_sample_becomes_parts_or_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *folder;
        size_t records, transcripts; /* at least */
    } rows[] = {
        {"amazon-connect", 1, 2}, {"asterisk-cdr-cel", 8, 0}, {"asterisk-queue-log", 60, 0},
        {"aws-transcribe", 0, 1}, {"azure-speech", 0, 0},     {"chat-exports", 0, 0},
        {"freeswitch", 0, 0},     {"genesys", 3, 1},          {"google-ccai", 0, 0},
        {"twilio", 0, 0},         {"vcon", 77, 63},           {"webvtt", 0, 70},
        {"whisper", 0, 27},
    };
    const char *shared = getenv("SAMTALE_SHARED");
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        char folder[512];
        struct tally t = {0};
        snprintf(folder, sizeof folder, "%s/data/formats/%s", shared ? shared : "../shared", rows[i].folder);
        tally_folder(folder, &t);
        if (t.files == 0) {
            print_message("skipped: no samples at %s\n", folder);
            continue;
        }
        print_message("# %-18s %3zu files %3zu records %3zu transcripts %4zu turns %3zu refused %2zu lines refused\n", rows[i].folder,
                      t.files, t.records, t.transcripts, t.turns, t.refused, t.lines);
        assert_true(t.records >= rows[i].records && t.transcripts >= rows[i].transcripts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_log_gives_a_record_a_call),   cmocka_unit_test(callers_that_no_agent_got_have_a_reason),
        cmocka_unit_test(the_shapes_of_a_queue_log_are_one),   cmocka_unit_test(transcripts_take_their_id_from_the_files_name),
        cmocka_unit_test(a_name_goes_in_the_media_type),       cmocka_unit_test(a_log_is_cut_between_calls),
        cmocka_unit_test(words_that_nobody_said_are_no_turns), cmocka_unit_test(known_formats_are_refused_by_their_name),
        cmocka_unit_test(every_allocation_may_fail),           cmocka_unit_test(every_shared_sample_becomes_parts_or_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
