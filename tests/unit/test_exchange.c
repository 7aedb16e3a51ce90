/*
 * What telephone exchanges write, through the doors of read and join: Asterisk's call detail records and channel events in every form that
 * a table has, each alone and together with the queue_log as one call.
 */
#include "samtale/join.h"
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reading.h"
#include "sweep.h"

#define ROW                                                                                                                                \
    "'','22345678','70101010','from-trunk','''''Ida'''' <22345678>','PJSIP/trunk-0000002a','PJSIP/101-0000002b','Dial','PJSIP/101,20',"    \
    "'2018-11-30 18:31:00','2018-11-30 18:31:07','2018-11-30 18:32:40',100,93,'ANSWERED','DOCUMENTATION'"
#define CUSTOM                                                                                                                             \
    "'Ida','22345678','70101010','from-trunk','PJSIP/trunk-0000002a','PJSIP/101-0000002b','Dial','PJSIP/101,20',"                          \
    "'2018-11-30 18:31:00','2018-11-30 18:31:07','2018-11-30 18:32:40','100','93','ANSWERED','3','','1543602660.42',''"
#define VALUES                                                                                                                             \
    "'2018-11-30 "                                                                                                                         \
    "18:31:00','Ida','22345678','70101010','from-trunk','PJSIP/trunk-0000002a','PJSIP/101-0000002b','Dial','PJSIP/101,20',100,"            \
    "93,'ANSWERED',3,'','1543602660.42',''"

static void assert_call(const char *text)
{
    struct reading r = reading_text(text);
    if (r.code != SAM_OK)
        fail_msg("%s: %s", text, r.err.text);
    assert_string_equal(r.result.format, "cdr");
    assert_int_equal(r.result.parts_n, 1);
    const struct sam_part *p = &r.result.parts[0];
    const struct sam_record *record = p->record;
    if (!sam_span_is(p->external_id, "1543602660.42") || record->legs_n != 1)
        fail_msg("%s: %.*s with %zu legs", text, SAM_ARG(p->external_id), record->legs_n);
    assert_int_equal(record->direction, SAM_DIRECTION_INBOUND);
    assert_true(sam_span_is(record->customer_phone, "22345678"));
    assert_int_equal(record->rank, 2);
    assert_int_equal(record->offered.us, INT64_C(1543602660000000));
    assert_int_equal(record->offered.quality, SAM_QUALITY_SECOND); /* the uniqueid bears the zone out */
    assert_int_equal(record->ended.us, INT64_C(1543602760000000));
    assert_true(sam_span_is(record->legs[0].agent, "PJSIP/101"));
    assert_int_equal(record->legs[0].answered.us, INT64_C(1543602667000000));
    assert_int_equal(record->legs[0].talk_ms.value, 93000);
    assert_int_equal(p->warnings_n, 0);
    reading_end(&r);
}

static void a_detail_record_is_one_in_every_form(void **state)
{
    static const char *const forms[] = {
        ROW ",'1543602660.42'\n",
        ROW ",'1543602660.42',''\n",
        ROW ",'1543602660.42','','','1543602660.42','7'\n",
        ROW ",'1543602660.42','','1543602660.42',7\n", /* no field of the user */
        ROW ",'user','','1543602660.42','7'\n",        /* no uniqueid: the linkedid is one */
        CUSTOM "\n",
        CUSTOM ",7\n",
        VALUES "\n",
        "(" VALUES "),",
        "-- a dump\nLOCK TABLES `cdr`;\nINSERT INTO `cdr` VALUES (" VALUES ");\n",
        "INSERT INTO cdr (calldate, clid, src, dst, dcontext, channel, dstchannel, lastapp, lastdata, duration, billsec, disposition, "
        "amaflags, "
        "accountcode, uniqueid, userfield) VALUES\n(" VALUES ");",
        "17," VALUES ",'','1543602660.42',7\n", /* the table's own number first, later columns behind */
        "disposition;uniqueid;linkedid;src;dst;start;answer;end;billsec;duration;lastapp;lastdata;channel;dstchannel\n"
        "ANSWERED;1543602660.42;1543602660.42;22345678;70101010;2018-11-30 18:31:00;2018-11-30 18:31:07;2018-11-30 "
        "18:32:40;93;100;Dial;x;PJSIP/trunk-0000002a;PJSIP/101-0000002b\n",
        "| calldate | src | dst | duration | billsec | disposition | dstchannel | Unique ID |\n|---|---|\n| 2018-11-30 18:31:00 | 22345678 "
        "| "
        "70101010 | 100 | 93 | 8 | PJSIP/101-0000002b | 1543602660.42 |\n",
        "[{'calldate':'2018-11-30 "
        "18:31:00','src':'22345678','dst':'70101010','dcontext':'from-trunk','dstchannel':'PJSIP/101-0000002b','lastapp'"
        ":'Dial','duration':100,'billsec':93,'disposition':'ANSWERED','uniqueid':'1543602660.42','extra':null}]",
        "{'start':'2018-11-30T18:31:00','src':'22345678','dst':'70101010','dstchannel':'PJSIP/"
        "101-0000002b','duration':'100.0','billsec':93,"
        "'disposition':'ANSWERED','uniqueid':'1543602660.42'}",
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(forms); i++)
        assert_call(forms[i]);
}

static void a_row_tells_its_own_zone(void **state)
{
    (void)state;
    struct reading r = reading_text("calldate,src,dst,billsec,duration,disposition,uniqueid,channel\n"
                                    "2018-11-30 19:31:01,22345678,s,5,6,ANSWERED,1543602660.42,x\n" /* an hour before UTC, a second late */
                                    "2018-11-30 19:31:31,22345678,s,5,6,ANSWERED,1543602660.43,x\n" /* half a minute is no zone */
                                    "2018-11-30 19:31:31,22345678,s,5,6,ANSWERED,pbx-1543602660.44,x\n"
                                    "2018-11-30 19:31:01,22345678,s,5,6,ANSWERED,,x\n");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 4);
    assert_int_equal(r.result.parts[0].record->offered.us, INT64_C(1543602661000000));
    assert_true(has_warning(&r.result.parts[0], "time.other_zone", "start"));
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(r.result.parts[i].record->offered.quality, SAM_QUALITY_ZONE_ASSUMED);
        assert_true(has_warning(&r.result.parts[i], "time.no_zone", "start"));
    }
    assert_true(sam_span_is(r.result.parts[3].external_id, "x@2018-11-30 19:31:01"));
    reading_end(&r);
}

static void numbers_tell_who_called_whom(void **state)
{
    static const struct {
        const char *src, *dst, *context, *app;
        enum sam_direction direction;
        const char *customer; /* NULL: none */
    } rows[] = {
        {"22345678", "s", "x", "Dial", SAM_DIRECTION_INBOUND, "22345678"},
        {"101", "+4522345678", "x", "Dial", SAM_DIRECTION_OUTBOUND, "+4522345678"},
        {"101", "102", "x", "Dial", SAM_DIRECTION_INTERNAL, NULL},
        {"anna", "102", "x", "Dial", SAM_DIRECTION_INTERNAL, NULL},
        {"", "102", "x", "Dial", SAM_DIRECTION_UNKNOWN, NULL},
        {"", "102", "from-pstn-custom", "Dial", SAM_DIRECTION_INBOUND, NULL},
        {"anonymous", "s", "x", "Queue", SAM_DIRECTION_INBOUND, NULL},
        {"", "22345678", "from-internal", "Dial", SAM_DIRECTION_OUTBOUND, "22345678"},
        {"101", "70101010", "x", "Queue", SAM_DIRECTION_INTERNAL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "calldate,src,dst,dcontext,lastapp,billsec,duration,disposition,uniqueid\n2018-11-30 18:31:00,%s,%s,%s,%s,5,6,ANSWERED,"
                 "1543602660.42\n",
                 rows[i].src, rows[i].dst, rows[i].context, rows[i].app);
        struct reading r = reading_text(text);
        assert_int_equal(r.code, SAM_OK);
        const struct sam_record *record = r.result.parts[0].record;
        if (record->direction != rows[i].direction || !sam_span_is(record->customer_phone, rows[i].customer ? rows[i].customer : ""))
            fail_msg("%zu: %s, %.*s", i, sam_direction_name(record->direction), SAM_ARG(record->customer_phone));
        reading_end(&r);
    }
}

#define HEAD "calldate,src,dst,channel,dstchannel,lastapp,lastdata,duration,billsec,disposition,uniqueid,linkedid,sequence\n"

static void attempts_are_no_calls(void **state)
{
    (void)state;
    struct reading r = reading_text(
        HEAD "2018-11-30 18:31:00,22345678,s,PJSIP/t-0000002a,PJSIP/101-0000002b,Queue,\"support,t\",10,0,NO ANSWER,1.1,1.1,1\n"
             "2018-11-30 18:31:10,22345678,s,PJSIP/t-0000002a,PJSIP/102-0000002c,Queue,\"support,t\",60,60,ANSWERED,1.1,1.1,2\n"
             "2018-11-30 18:32:00,102,103,PJSIP/102-0000002d,PJSIP/103-0000002e,Dial,x,60,60,ANSWERED,1.4,1.1,3\n"
             "2018-11-30 18:33:00,22345679,100,PJSIP/t-0000002f,,Dial,x,20,0,NO ANSWER,1.5,1.5,4\n"
             "2018-11-30 18:34:00,101,22345679,PJSIP/101-00000030,PJSIP/t-00000031,Dial,x,20,0,NO ANSWER,1.6,1.6,5\n"
             "2018-11-30 18:35:00,22345670,s,PJSIP/t-00000032,,Queue,support,20,20,ANSWERED,1.7,1.7,6\n"
             "2018-11-30 18:36:00,22345670,s,PJSIP/t-00000033,,VoiceMail,100,20,20,ANSWERED,1.8,1.8,7\n"
             "2018-11-30 18:37:00,22345670,s,PJSIP/t-00000034,,Playback,x,20,20,ANSWERED,1.9,1.9,8\n"
             "2018-11-30 18:38:00,22345670,s,PJSIP/t-00000034,x,Dial,x,20,45,ANSWERED,1.10,1.10,9\n");
    static const struct {
        const char *id, *part;
        size_t legs;
        enum sam_disposition disposition;
        const char *queue, *agent;
    } rows[] = {
        {"1.1", "cdr/1.1/0000000001", 0, SAM_DISPOSITION_UNKNOWN, "", ""}, /* nobody took this attempt */
        {"1.1", "cdr/1.1/0000000002", 1, SAM_DISPOSITION_ANSWERED, "support", "PJSIP/102"},
        {"1.1", "cdr/1.4/0000000003", 1, SAM_DISPOSITION_ANSWERED, "", "PJSIP/103"},
        {"1.5", "cdr/1.5/0000000004", 1, SAM_DISPOSITION_ABANDONED, "", ""},
        {"1.6", "cdr/1.6/0000000005", 1, SAM_DISPOSITION_FAILED, "", ""},         /* we called them: nobody left */
        {"1.7", "cdr/1.7/0000000006", 1, SAM_DISPOSITION_UNKNOWN, "support", ""}, /* a queue's row does not tell an abandon */
        {"1.8", "cdr/1.8/0000000007", 1, SAM_DISPOSITION_VOICEMAIL, "", ""},
        {"1.9", "cdr/1.9/0000000008", 0, SAM_DISPOSITION_UNKNOWN, "", ""}, /* a machine spoke */
        {"1.10", "cdr/1.10/0000000009", 1, SAM_DISPOSITION_ANSWERED, "", "x"},
    };
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, SAM_COUNT(rows));
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        const struct sam_part *p = &r.result.parts[i];
        if (!sam_span_is(p->external_id, rows[i].id) || !sam_span_is(p->part_id, rows[i].part) || p->record->legs_n != rows[i].legs)
            fail_msg("%zu: %s", i, canonical(&r, i));
        if (rows[i].legs == 0)
            continue;
        const struct sam_leg *leg = &p->record->legs[0];
        assert_int_equal(leg->disposition, rows[i].disposition);
        assert_true(sam_span_is(leg->queue, rows[i].queue) && sam_span_is(leg->agent, rows[i].agent));
    }
    assert_false(r.result.parts[1].record->legs[0].talk_ms.known);                /* billsec counts the waiting */
    assert_int_equal(r.result.parts[2].record->direction, SAM_DIRECTION_UNKNOWN); /* another channel of the call */
    assert_false(r.result.parts[8].record->legs[0].talk_ms.known);                /* more seconds than the call has */
    assert_true(has_warning(&r.result.parts[8], "duration.exceeds", "billsec"));
    reading_end(&r);
}

static void a_damaged_row_costs_itself(void **state)
{
    (void)state;
    struct reading r = reading_text(ROW ",'1543602660.42'\n'','22345678','701\n" ROW ",'1543602660.43'\nx\n'','2");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 2);
    assert_int_equal(r.result.refusals_n, 3);
    assert_int_equal(r.result.refusals[0].line, 2);
    assert_int_equal(r.result.refusals[1].line, 4);
    reading_end(&r);
    r = reading_text("disposition,billsec,start,src\nANSWERED,1,never,1\n");
    assert_int_equal(r.code, SAM_BAD_INPUT);
    reading_end(&r);
    r = reading_text("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p\n");
    assert_int_equal(r.code, SAM_BAD_INPUT);
    assert_non_null(strstr(r.err.text, "unknown format"));
    reading_end(&r);
}

static void a_site_may_order_its_columns(void **state)
{
    const struct sam_span cdr[] = {SAM_SPAN("x"),        SAM_SPAN("uniqueid"), SAM_SPAN("disposition"), SAM_SPAN("calldate"),
                                   SAM_SPAN("duration"), SAM_SPAN("billsec"),  SAM_SPAN("src"),         SAM_SPAN("dst"),
                                   SAM_SPAN("y"),        SAM_SPAN("y"),        SAM_SPAN("y"),           SAM_SPAN("dstchannel")};
    const struct sam_span cel[] = {SAM_SPAN("uniqueid"), SAM_SPAN("eventtime"), SAM_SPAN("eventtype"), SAM_SPAN("linkedid")};
    const char *texts[] = {"a,1543602660.42,ANSWERED,2018-11-30 18:31:00,100,93,22345678,70101010,,,,PJSIP/101-0000002b\n",
                           "7.2,1543602660.5,CHAN_START,7.1\n"};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct reading r = {.arena = sam_arena_new(1U << 20), .settings = sam_read_defaults()};
        const struct sam_read_input input = {.source = SAM_SPAN("s"), .body = sam_span_of(texts[i % 2])};
        if (i < 2) {
            r.settings.cdr_columns = (struct sam_read_columns){cdr, SAM_COUNT(cdr)};
            r.settings.cel_columns = (struct sam_read_columns){cel, SAM_COUNT(cel)};
        }
        r.code = sam_read(&r.settings, &input, r.arena, &r.result, &r.err);
        assert_int_equal(r.code, i < 2 ? SAM_OK : SAM_BAD_INPUT);
        if (i < 2)
            assert_true(sam_span_is(r.result.parts[0].external_id, i == 0 ? "1543602660.42" : "7.1"));
        reading_end(&r);
    }
}

/* ---- channel events ------------------------------------------------------------------------------------------------ */

#define CEL(type, time, num, exten, channel, app, data, unique, linked)                                                                    \
    "'" type "','" time "','','" num "','','','','" exten "','from-trunk','" channel "','" app "','" data "','3','','" unique "','" linked \
    "','','','','{}'\n"
#define CALL_EVENTS                                                                                                                        \
    CEL("CHAN_START", "1543602660.5", "22345678", "s", "PJSIP/t-0000002a", "", "", "1543602660.1", "1543602660.1")                         \
    CEL("APP_START", "1543602661.0", "22345678", "s", "PJSIP/t-0000002a", "Queue", "support,tT", "1543602660.1", "1543602660.1")           \
    CEL("STREAM_BEGIN", "1543602661.5", "22345678", "s", "PJSIP/t-0000002a", "Queue", "support", "1543602660.1", "1543602660.1")           \
    CEL("CHAN_START", "1543602662.0", "", "", "PJSIP/101-0000002b", "", "", "1543602660.2", "1543602660.1")                                \
    CEL("STREAM_END", "1543602670.0", "22345678", "s", "PJSIP/t-0000002a", "Queue", "support", "1543602660.1", "1543602660.1")             \
    CEL("BRIDGE_ENTER", "1543602670.1", "", "", "PJSIP/101-0000002b", "AppQueue", "", "1543602660.2", "1543602660.1")                      \
    CEL("BRIDGE_ENTER", "1543602670.1", "22345678", "s", "PJSIP/t-0000002a", "Queue", "support", "1543602660.1", "1543602660.1")           \
    CEL("STREAM_BEGIN", "1543602680.0", "22345678", "s", "PJSIP/t-0000002a", "Queue", "support", "1543602660.1", "1543602660.1")           \
    CEL("CHAN_START", "1543602681.0", "101", "102", "PJSIP/101-0000002c", "", "", "1543602681.3", "1543602681.3")                          \
    CEL("STREAM_END", "1543602700.0", "22345678", "s", "PJSIP/t-0000002a", "Queue", "support", "1543602660.1", "1543602660.1")             \
    CEL("ATTENDEDTRANSFER", "1543602700.1", "", "", "PJSIP/101-0000002b", "AppQueue", "", "1543602660.2", "1543602660.1")                  \
    CEL("BRIDGE_EXIT", "1543602700.1", "", "", "PJSIP/101-0000002b", "AppQueue", "", "1543602660.2", "1543602660.1")                       \
    CEL("BRIDGE_ENTER", "1543602700.2", "", "", "PJSIP/102-0000002d", "AppDial", "", "1543602681.4", "1543602681.3")                       \
    CEL("HANGUP", "1543602760.2", "", "", "PJSIP/102-0000002d", "AppDial", "", "1543602681.4", "1543602660.1")                             \
    CEL("CHAN_END", "1543602760.3", "22345678", "s", "PJSIP/t-0000002a", "", "", "1543602660.1", "1543602660.1")                           \
    CEL("MINE", "1543602760.4", "22345678", "s", "PJSIP/t-0000002a", "", "", "1543602660.1", "1543602660.1")                               \
    CEL("LINKEDID_END", "1543602760.4", "", "", "PJSIP/t-0000002a", "", "", "1543602660.1", "1543602660.1")
#define CALL_RECORD                                                                                                                        \
    "{'kind':'record','source':'s','id':'1543602660.1','part_id':'cel','version':1543602760400000,'rank':1,'channel':'voice','direction':" \
    "'"                                                                                                                                    \
    "inbound','customer':{'phone':'22345678'},'offered_at':'2018-11-30T18:31:00.500Z','ended_at':'2018-11-30T18:32:40.300Z',"              \
    "'legs':[{'queue':'support','agent':'PJSIP/101','queued_at':'2018-11-30T18:31:01Z','answered_at':'2018-11-30T18:31:10.100Z',"          \
    "'ended_at':'2018-11-30T18:31:40.100Z','talk_ms':30000,'disposition':'answered','transfer':'attended'},"                               \
    "{'queue':'support','agent':'PJSIP/102','answered_at':'2018-11-30T18:31:40.200Z','ended_at':'2018-11-30T18:32:40.200Z','talk_ms'"      \
    ":60000,'disposition':'answered'}],'holds':[{'from':'2018-11-30T18:31:01.500Z','to':'2018-11-30T18:31:10Z'},"                          \
    "{'from':'2018-11-30T18:31:20Z','to':'2018-11-30T18:31:40Z'}]}"

static void channel_events_tell_a_call(void **state)
{
    (void)state;
    assert_reads(CALL_EVENTS, 0, CALL_RECORD);
}

static void channel_events_are_one_in_every_form(void **state)
{
    static const char *const forms[] = {
        "'CHAN_START','1543602660.0','','22345678','','','','s','x','PJSIP/t-1','','','3','','7.1','7.1','','','',''\n"
        "'BRIDGE_START','1543602661.0','','22345678','','','','s','x','PJSIP/t-1','','','3','','7.1','7.1','SIP/101-0000002b','','',''\n"
        "'BRIDGE_END','1543602671.0','','22345678','','','','s','x','PJSIP/t-1','','','3','','7.1','7.1','SIP/101-0000002b','','',''\n",
        " eventtype | eventtime | cid_num | channame | uniqueid | linkedid \n---+---\n 1 | 2018-11-30 18:31:00+00 | 22345678 | PJSIP/t-1 | "
        "7.1 | "
        "7.1\n 7 | 2018-11-30 18:31:01+00 |  | SIP/101-0000002b | 7.2 | 7.1\n 8 | 2018-11-30 18:31:11+00 |  | SIP/101-0000002b | 7.2 | "
        "7.1\n",
        "{'eventtype':'CHAN_START','eventtime':'1543602660.0','cidnum':'22345678','channame':'x','uniqueid':'7.1','linkedid':'7.1'}\n"
        "{'eventtype':'BRIDGE_EXIT','eventtime':'1543602671.0','channame':'SIP/101-0000002b','uniqueid':'7.2','linkedid':'7.1'}\n"
        "{'eventtype':'BRIDGE_ENTER','eventtime':'1543602661.0','channame':'SIP/101-0000002b','uniqueid':'7.2','linkedid':'7.1'}\n",
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(forms); i++) {
        struct reading r = reading_text(forms[i]);
        if (r.code != SAM_OK)
            fail_msg("%s: %s", forms[i], r.err.text);
        assert_string_equal(r.result.format, "cel");
        assert_int_equal(r.result.parts_n, 1);
        const struct sam_record *record = r.result.parts[0].record;
        assert_int_equal(record->legs_n, 1);
        assert_true(sam_span_is(record->legs[0].agent, "SIP/101"));
        assert_int_equal(record->legs[0].talk_ms.value, 10000);
        assert_int_equal(record->legs[0].answered.us, INT64_C(1543602661000000));
        reading_end(&r);
    }
}

static void an_event_that_is_none_is_refused_alone(void **state)
{
    (void)state;
    struct reading r =
        reading_text("eventtype,eventtime,uniqueid\nCHAN_START,1543602660.0,7.1\nCHAN_START,never,7.1\nANSWER\nHANGUP,1543602661,7.1\n");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 1);
    assert_int_equal(r.result.refusals_n, 2);
    assert_int_equal(r.result.refusals[0].line, 3);
    assert_int_equal(r.result.parts[0].record->ended.us, INT64_C(1543602661000000));
    assert_int_equal(r.result.parts[0].record->legs_n, 0);
    reading_end(&r);
}

static void a_large_table_is_cut_between_calls(void **state)
{
    static const struct {
        const char *text, *format;
        size_t parts;
    } rows[] = {
        {"eventtype,eventtime,uniqueid,linkedid\nCHAN_START,1543602660,7.1,7.1\nCHAN_START,1543602661,8.1,8.1\nCHAN_START,1543602662,7.2,7."
         "1\n"
         "HANGUP,1543602663,7.2,9.9\nHANGUP,1543602664,8.1,8.1\n",
         "cel", 2},
        {"INSERT INTO queue_log (time,callid,queuename,agent,event,data1,data3) VALUES (1543602660,'7.1','q','NONE','ENTERQUEUE','',''),\n"
         "(1543602661,'7.2','q','NONE','ENTERQUEUE','',''),(1543602662,'7.1','q','NONE','ABANDON','1','2'),(1543602663,'7.2','q','NONE','"
         "ABANDON','1','2');",
         "queue_log", 2},
        {"[{'time':1543602660,'callid':'7.1','event':'ENTERQUEUE','queuename':'q'},{'time':1543602661,'callid':'7.2','event':'ENTERQUEUE','"
         "queuename':'q'},"
         "{'time':1543602662,'callid':'7.1','event':'ABANDON','queuename':'q'}]",
         "queue_log", 2},
        {ROW ",'1543602660.42'\n" ROW ",'1543602660.43'\n" ROW ",'1543602660.42'\n", "cdr", 3},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_arena *arena = sam_arena_new(1U << 20);
        const struct sam_read_settings settings = sam_read_defaults();
        const struct sam_span text = sam_span_of(json(rows[i].text));
        struct sam_span *pieces = NULL;
        struct sam_err err;
        size_t n = 0, parts = 0;
        assert_int_equal(sam_read_log_split(&settings, text, 40, arena, &pieces, &n, &err), SAM_OK);
        assert_true(n >= 2);
        for (size_t k = 0; k < n; k++) {
            struct reading whole = reading_of(SAM_NO_SPAN, text), r = reading_of(SAM_NO_SPAN, pieces[k]);
            if (r.code != SAM_OK)
                fail_msg("%.*s: %s", SAM_ARG(pieces[k]), r.err.text);
            assert_string_equal(r.result.format, rows[i].format);
            for (size_t a = 0; a < r.result.parts_n; a++) { /* each part as reading all at once gives it */
                size_t b = 0;
                while (b < whole.result.parts_n && strcmp(canonical(&r, a), canonical(&whole, b)) != 0)
                    b++;
                if (b == whole.result.parts_n)
                    fail_msg("%s", canonical(&r, a));
            }
            parts += r.result.parts_n;
            reading_end(&r);
            reading_end(&whole);
        }
        assert_int_equal(parts, rows[i].parts);
        sam_arena_free(arena);
    }
    struct sam_arena *arena = sam_arena_new(1U << 20);
    const struct sam_read_settings settings = sam_read_defaults();
    struct sam_span *pieces = NULL;
    struct sam_err err;
    size_t n = 0;
    assert_int_equal(sam_read_log_split(&settings, SAM_SPAN("[{\"kind\":\"record\"}]"), 40, arena, &pieces, &n, &err), SAM_NONE);
    assert_int_equal(sam_read_log_split(&settings, SAM_SPAN("WEBVTT\n"), 40, arena, &pieces, &n, &err), SAM_NONE);
    sam_arena_free(arena);
}

/* ---- together ------------------------------------------------------------------------------------------------------ */

#define QUEUE_LOG                                                                                                                          \
    "1543602661|1543602660.1|support|NONE|ENTERQUEUE||22345678|1\n1543602670|1543602660.1|support|Agent/1|CONNECT|9|x|6\n"                 \
    "1543602700|1543602660.1|support|Agent/1|ATTENDEDTRANSFER|LINK|a|b|9|30|1\n"
#define DETAIL                                                                                                                             \
    HEAD "2018-11-30 18:31:00,22345678,s,PJSIP/t-0000002a,PJSIP/101-0000002b,Queue,support,100,100,ANSWERED,1543602660.1,1543602660.1,1\n"

static void a_calls_records_are_one_in_any_order(void **state)
{
    static const char *const texts[] = {QUEUE_LOG, DETAIL, CALL_EVENTS};
    static const size_t orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 2, 0}};
    struct reading r[3];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        r[i] = reading_text(texts[i]);
        assert_int_equal(r[i].code, SAM_OK);
        assert_int_equal(r[i].result.parts_n, 1);
    }
    for (size_t i = 0; i < SAM_COUNT(orders); i++) {
        const struct sam_part *parts[3];
        struct sam_conversation c;
        for (size_t k = 0; k < 3; k++)
            parts[k] = &r[orders[i][k]].result.parts[0];
        assert_int_equal(sam_join(parts, 3, r[0].arena, &c, &r[0].err), SAM_OK);
        assert_int_equal(c.legs_n, 1); /* the queue's own */
        assert_int_equal(c.parties_n, 1);
        assert_true(sam_span_is(c.legs[0].agent, "Agent/1"));
        assert_int_equal(c.legs[0].hold_ms.value, 20000); /* while it was talked; not the music of the queue */
        assert_int_equal(c.legs[0].talk_ms.value, 10000);
        assert_int_equal(c.handle_ms.value, 30000);
        assert_int_equal(c.started.us, INT64_C(1543602660000000));
        assert_int_equal(c.ended.us, INT64_C(1543602760300000));
        assert_int_equal(c.direction, SAM_DIRECTION_INBOUND);
        assert_false(c.flags & SAM_FLAG_CONFLICT);
    }
    const struct sam_part *two[] = {&r[1].result.parts[0], &r[2].result.parts[0]};
    struct sam_conversation c;
    assert_int_equal(sam_join(two, 2, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_int_equal(c.legs_n, 2); /* the events know more than the records */
    assert_int_equal(c.legs[0].hold_ms.value, 20000);
    assert_false(c.legs[1].hold_ms.known);
    for (size_t i = 0; i < 3; i++)
        reading_end(&r[i]);
}

static enum sam_code read_it(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    const struct sam_read_input input = {.source = SAM_SPAN("s"), .body = sam_span_of(data)};
    return sam_read(&settings, &input, arena, &result, err);
}

static void every_allocation_may_fail(void **state)
{
    static const char *const texts[] = {
        HEAD "2018-11-30 18:31:00,22345678,s,c,d,Dial,x,10,9,ANSWERED,1.1,1.1,1\nx\n",
        "eventtype,eventtime,channame,uniqueid,linkedid\nHOLD,1543602660,a,7.1,7.1\nUNHOLD,1543602661,a,7.1,7.1\nBRIDGE_ENTER,1543602661,b,"
        "7.2,7.1\nx\n",
        "{'callid':'7.1','event':'ABANDON','time':1543602667}\n{'callid':'7.1','event':'ENTERQUEUE','time':1543602660}\n",
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(texts); i++) {
        char text[1024];
        snprintf(text, sizeof text, "%s", json(texts[i]));
        assert_true(sweep(read_it, text, 1 << 20) > 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_detail_record_is_one_in_every_form),
        cmocka_unit_test(a_row_tells_its_own_zone),
        cmocka_unit_test(numbers_tell_who_called_whom),
        cmocka_unit_test(attempts_are_no_calls),
        cmocka_unit_test(a_damaged_row_costs_itself),
        cmocka_unit_test(a_site_may_order_its_columns),
        cmocka_unit_test(channel_events_tell_a_call),
        cmocka_unit_test(channel_events_are_one_in_every_form),
        cmocka_unit_test(an_event_that_is_none_is_refused_alone),
        cmocka_unit_test(a_large_table_is_cut_between_calls),
        cmocka_unit_test(a_calls_records_are_one_in_any_order),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
