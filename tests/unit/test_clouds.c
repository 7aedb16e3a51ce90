/*
 * What cloud contact centres write, through the doors of read and join: Amazon Connect, Contact Lens, Transcribe, Genesys Cloud; what they
 * tell while they speak stands in until the whole comes.
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

static void connect_and_lens_are_read(void **state)
{
    (void)state;
    assert_file("x",
                "{'AWSContactTraceRecordFormatVersion':'2017-03-10','ContactId':'c2','InitialContactId':'c1','Channel':'VOICE','"
                "InitiationMethod':'INBOUND','InitiationTimestamp':"
                "'2022-04-08T14:59:38Z','DisconnectTimestamp':'2022-04-08T15:01:22Z','LastUpdateTimestamp':'2022-04-08T15:03:02Z','"
                "NextContactId':'c3','CustomerEndpoint':{'Address':"
                "'+4522345678','Type':'TELEPHONE_NUMBER'},'Queue':{'ARN':'arn:x:instance/1/queue/"
                "q7','EnqueueTimestamp':'2022-04-08T15:00:42Z','Duration':7},'Agent':{'Username':'u1',"
                "'ConnectedToAgentTimestamp':'2022-04-08T15:00:49Z','AgentInteractionDuration':33,'CustomerHoldDuration':0,'"
                "AfterContactWorkDuration':32}}",
                "connect",
                "{'kind':'record','source':'s','id':'c1','part_id':'c2','version':1649430182000000,'channel':'voice','direction':'inbound',"
                "'customer':{'phone':'+4522345678'},"
                "'offered_at':'2022-04-08T14:59:38Z','ended_at':'2022-04-08T15:01:22Z','parties':[{'id':'u1','role':'agent'}],'legs':[{'"
                "queue':'q7','agent':'u1','queued_at':"
                "'2022-04-08T15:00:42Z','answered_at':'2022-04-08T15:00:49Z','ended_at':'2022-04-08T15:01:22Z','wait_ms':7000,'talk_ms':"
                "33000,'hold_ms':0,'wrap_ms':32000,"
                "'disposition':'answered','transfer':'queue'}]}");
    assert_file("x", "{'ContactId':'c1','Channel':'VOICE','InitiationMethod':'INBOUND','Queue':null,'Agent':null}", "connect",
                "{'kind':'record','source':'s','id':'c1','part_id':'c1','channel':'voice','direction':'inbound'}"); /* ended in the flow: no
                                                                                                                       abandon */
    assert_refused("", "{'ContactId':'c1','InitiationMethod':'MONITOR'}", SAM_UNSUPPORTED, "MONITOR");
    assert_file("x",
                "{'JobStatus':'COMPLETED','Channel':'CHAT','LanguageCode':'en-US','ContentMetadata':{'Output':'Redacted'},'"
                "CustomerMetadata':{'ContactId':'c1'},'Participants':["
                "{'ParticipantId':'p1','ParticipantRole':'AGENT','DisplayName':'Jane'},{'ParticipantId':'p2','ParticipantRole':'CUSTOMER'}]"
                ",'Transcript':[{'Type':'EVENT','ParticipantId':"
                "'p1','AbsoluteTime':'2022-10-27T03:31:50Z'},{'Type':'MESSAGE','AbsoluteTime':'2022-10-27T03:31:53Z','Content':'hi "
                "[PII]','ParticipantId':'p1'},{'Type':'MESSAGE',"
                "'AbsoluteTime':'2022-10-27T03:31:55Z','Content':'wait','ParticipantId':'x','ParticipantRole':'SYSTEM'}]}",
                "contact_lens",
                "{'kind':'transcript','source':'s','id':'c1','version':1,'channel':'chat','language':'en','started_at':'2022-10-27T03:31:"
                "53Z','parties':[{'id':'p1','role':'agent',"
                "'name':'Jane'},{'id':'p2','role':'customer'},{'role':'system'}],'turns':[{'i':0,'party':0,'start_ms':0,'text':'hi "
                "[PII]'},{'i':1,'party':2,'start_ms':2000,'text':'wait'}]}");
}

static void genesys_is_read(void **state)
{
    (void)state;
    static const char detail[] =
        "{'conversationId':'g1','conversationStart':'2021-04-01T12:00:00Z','conversationEnd':'2021-04-01T12:10:00Z','originatingDirection':"
        "'INBOUND','participants':["
        "{'purpose':'customer','sessions':[{'mediaType':'voice','ani':'tel:+4522345678','metrics':[{'name':'tTalk','value':9}]}]},"
        "{'purpose':'acd','sessions':[{'segments':[{'segmentType':'interact','segmentStart':'2021-04-01T12:00:05Z','segmentEnd':'2021-04-"
        "01T12:00:15Z','queueId':'q'}],'metrics':[{'name':'tAcd','value':10000}]}]},"
        "{'purpose':'agent','userId':'u0','sessions':[{'segments':[{'segmentType':'alert','segmentStart':'2021-04-01T12:00:06Z','"
        "segmentEnd':'2021-04-01T12:00:08Z'}]}]},"
        "{'purpose':'agent','userId':'u1','sessions':[{'segments':[{'segmentType':'interact','segmentStart':'2021-04-01T12:00:15Z','"
        "segmentEnd':'2021-04-01T12:09:00Z','disconnectType':'consultTransfer'},"
        "{'segmentType':'wrapup','segmentStart':'2021-04-01T12:09:00Z','segmentEnd':'2021-04-01T12:09:30Z'}],'metrics':[{'name':'tTalk','"
        "value':500000},{'name':'tHeld','value':25000},{'name':'tAcw','value':30000}]}]},"
        "{'purpose':'acd','sessions':[{'segments':[{'segmentType':'interact','segmentStart':'2021-04-01T12:09:00Z','segmentEnd':'2021-04-"
        "01T12:10:00Z','queueId':'q2'}],'metrics':[{'name':'tAcd','value':60000}]}]}],"
        "'surveys':[{'surveyPromoterScore':9,'surveyCompletedDate':'2021-04-02T00:00:00Z'}]}";
    assert_file(
        "x", detail, "genesys",
        "{'kind':'record','source':'s','id':'g1','version':1617279000000000,'channel':'voice','direction':'inbound','customer':{'phone':'"
        "tel:+4522345678'},'offered_at':'2021-04-01T12:00:00Z',"
        "'ended_at':'2021-04-01T12:10:00Z','parties':[{'id':'u0','role':'agent'},{'id':'u1','role':'agent'}],'legs':[{'queue':'q','agent':'"
        "u1','queued_at':'2021-04-01T12:00:05Z',"
        "'answered_at':'2021-04-01T12:00:15Z','ended_at':'2021-04-01T12:09:00Z','wait_ms':10000,'talk_ms':500000,'hold_ms':25000,'wrap_ms':"
        "30000,'disposition':'answered','transfer':'attended'},"
        "{'queue':'q2','queued_at':'2021-04-01T12:09:00Z','ended_at':'2021-04-01T12:10:00Z','wait_ms':60000,'disposition':'abandoned'}]}");
    struct reading r = file_of("x", detail);
    assert_int_equal(r.result.parts_n, 2);
    assert_int_equal(r.result.parts[1].survey->nps.value, 9);
    reading_end(&r);
    assert_file("x",
                "{'conversationId':'g1','communicationId':'m1','mediaType':'call','startTime':1619441069316,'transcripts':[{'language':'da-"
                "DK','phrases':[{'text':'a','decoratedText':'A.','startTimeMs':"
                "1619441069316,'duration':{'milliseconds':1284},'participantPurpose':'external'},{'text':'b','startTimeMs':1619441071316,'"
                "participantPurpose':'internal'}]}]}",
                "genesys_transcript",
                "{'kind':'transcript','source':'s','id':'g1','part_id':'m1','channel':'voice','language':'da','started_at':'2021-04-26T12:"
                "44:29.316Z','parties':[{'role':'customer'},{'role':'agent'}],"
                "'turns':[{'i':0,'party':0,'start_ms':0,'end_ms':1284,'text':'A.'},{'i':1,'party':1,'start_ms':2000,'text':'b'}]}");
}

static void transcribe_jobs_are_read_by_walking_their_words(void **state)
{
    (void)state;
#define WORD(start, end, more, word)                                                                                                       \
    "{'start_time':'" start "','end_time':'" end "'," more "'alternatives':[{'content':'" word "'}],'type':'pronunciation'}"
#define STOP(more) "{" more "'alternatives':[{'content':'.'}],'type':'punctuation'}"
    static const char *const files[] = {
        "{'jobName':'j','results':{'items':[" WORD("0.5", "0.9", "'speaker_label':'spk_0',", "Du") "," WORD(
            "1.0", "1.4", "'speaker_label':'spk_0',",
            "taler med") "," STOP("'speaker_label':'spk_0',") "," WORD("1.5", "1.9", "'speaker_label':'spk_1',",
                                                                       "Hej") "," WORD("3.5", "3.9", "'speaker_label':'spk_1',",
                                                                                       "igen") "]}}",
        "{'jobName':'j','results':{'speaker_labels':{'segments':[{'speaker_label':'spk_0','items':[{'start_time':'0.5','speaker_label':'"
        "spk_0'},"
        "{'start_time':'1.0','speaker_label':'spk_0'}]},{'items':[]},{'items':[{'start_time':'1.5','speaker_label':'spk_1'},{'start_time':'"
        "3.5','speaker_label':'spk_1'}]}]},"
        "'items':[" WORD("0.5", "0.9", "", "Du") "," WORD("1.0", "1.4", "", "taler med") "," STOP("") "," WORD(
            "1.5", "1.9", "", "Hej") "," WORD("3.5", "3.9", "", "igen") "]}}",
        "{'jobName':'j','results':{'channel_labels':{'channels':[{'channel_label':'ch_1','items':[" WORD("1.5", "1.9", "", "Hej") "," WORD(
            "3.5", "3.9", "",
            "igen") "]},{'channel_label':'ch_0','items':[" STOP("") "," WORD("0.5", "0.9", "",
                                                                             "Du") "," WORD("1.0", "1.4", "",
                                                                                            "taler med") "," STOP("") "]}]}}}",
    };
    for (size_t i = 0; i < SAM_COUNT(files); i++) {
        struct reading r = file_of("1543602660.197.json", files[i]);
        assert_int_equal(r.code, SAM_OK);
        assert_string_equal(r.result.format, "transcribe");
        const struct sam_transcript *t = r.result.parts[0].transcript;
        assert_true(sam_span_is(r.result.parts[0].external_id, "1543602660.197"));
        assert_int_equal(t->turns_n, 3);
        assert_true(sam_span_is(t->turns[0].text, "Du taler med."));
        assert_int_equal(t->turns[0].start_ms.value, 500);
        assert_int_equal(t->turns[0].end_ms.value, 1400);
        assert_int_equal(t->turns[0].role, SAM_ROLE_AGENT); /* by the greeting */
        assert_int_equal(t->turns[2].role, SAM_ROLE_CUSTOMER);
        assert_true(sam_span_is(t->turns[2].text, "igen"));
        reading_end(&r);
    }
    struct reading r = file_of("", files[0]);
    assert_true(sam_span_is(r.result.parts[0].external_id, "j"));
    reading_end(&r);
}

static void pieces_told_live_count_until_the_whole_comes(void **state)
{
    static const char *const pieces[] = {
        "{'EventType':'STARTED','ContactId':'c1','Channel':'VOICE','LanguageCode':'en-US'}",
        "{'EventType':'SEGMENTS','ContactId':'c1','Channel':'VOICE','Segments':[{'Utterance':{'Id':'u','PartialContent':'Hel'}},"
        "{'Categories':{'MatchedCategories':['x']}},{'Transcript':{'Id':'t2','ParticipantRole':'CUSTOMER','Content':'I am "
        "late.','BeginOffsetMillis':12000,'EndOffsetMillis':13000}}]}",
        "{'EventType':'SEGMENTS','ContactId':'c1','Segments':[{'Transcript':{'Id':'t1','ParticipantRole':'AGENT','Content':'Hello.',"
        "'BeginOffsetMillis':9000,'EndOffsetMillis':9900}}]}",
        "{'CustomerMetadata':{'ContactId':'c1'},'Channel':'VOICE','Participants':[],'Transcript':[{'ParticipantRole':'AGENT','Content':'"
        "Hello "
        "there.','BeginOffsetMillis':9000,'EndOffsetMillis':9900}]}",
    };
    struct reading r[4];
    const struct sam_part *parts[4];
    struct sam_conversation c;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        r[i] = reading_text(pieces[i]);
        assert_int_equal(r[i].code, SAM_OK);
        assert_string_equal(r[i].result.format, i < 3 ? "contact_lens_live" : "contact_lens");
        assert_int_equal(r[i].result.parts_n, 1);
        parts[i] = &r[i].result.parts[0];
        assert_true(sam_span_is(parts[i]->external_id, "c1"));
    }
    assert_true(sam_span_is(parts[0]->part_id, "live"));
    assert_true(sam_span_is(parts[1]->part_id, "live/00000000012000/t2"));
    assert_int_equal(sam_join(parts, 1, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_true(c.flags & SAM_FLAG_NO_TRANSCRIPT); /* an event is no transcript */
    assert_int_equal(sam_join(parts, 3, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_false(c.flags & SAM_FLAG_NO_TRANSCRIPT);
    assert_int_equal(c.turns_n, 2);
    assert_true(sam_span_is(c.turns[0].text, "Hello.") && c.turns[0].role == SAM_ROLE_AGENT);
    assert_int_equal(c.turns[1].start_ms.value, 12000);
    assert_int_equal(sam_join(parts, 4, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_int_equal(c.turns_n, 1);
    assert_true(sam_span_is(c.turns[0].text, "Hello there."));
    for (size_t i = 0; i < 4; i++)
        reading_end(&r[i]);
}

static void a_chat_told_live_is_read(void **state)
{
    (void)state;
    struct reading r =
        file_of("chat_7.json", "{'Channel':'CHAT','Status':'COMPLETED','Segments':[{'Event':{'EventType':'x'}},{'Transcript':{'Id':'t',"
                               "'ParticipantRole':'CUSTOMER','Content':'Hej','Time':{'AbsoluteTime':'2024-01-02T03:04:05.678Z'}}}]}");
    assert_int_equal(r.code, SAM_OK);
    assert_string_equal(canonical(&r, 0),
                        json("{'kind':'transcript','source':'s','id':'chat_7','part_id':'live/01704164645678/t','rank':1,'channel':'chat','"
                             "started_at':'2024-01-02T03:04:05.678Z','parties':[{'role':'customer'}],'turns':[{'i':0,'party':0,'start_ms':"
                             "0,'text':'Hej'}]}"));
    reading_end(&r);
}

static void events_of_genesys_stand_in_for_the_detail(void **state)
{
    static const char *const events[] = {
        "{'detail-type':'v2.detail.events.conversation.{id}.customer.start','detail':{'topicName':'v2.detail.events.conversation.g."
        "customer."
        "start','eventBody':{'eventTime':1649237444949,'conversationId':'g','sessionId':'s1','mediaType':'CHAT','direction':'INBOUND',"
        "'externalContactId':'k'}}}",
        "{'topicName':'v2.detail.events.conversation.g.user.end','eventBody':{'eventTime':1649237504949,'conversationId':'g','sessionId':'"
        "s2',"
        "'userId':'u','queueId':'q','mediaType':'CHAT','interactingDurationMs':50000,'heldDurationMs':1000}}",
        "{'detail':{'topicName':'v2.detail.events.conversation.g.acd.end','eventBody':{'eventTime':1649237454949,'conversationId':'g',"
        "'sessionId':'s3','queueId':'q','acdOutcome':'ANSWERED'}}}",
        "{'detail':{'topicName':'v2.detail.events.conversation.g.customer.end','eventBody':{'eventTime':1649237505000,'conversationId':'g',"
        "'sessionId':'s1','mediaType':'CHAT'}}}",
        "{'detail':{'eventBody':{'conversationId':'g','participants':[{'purpose':'agent','userId':'u','sessions':[{'mediaType':'chat',"
        "'segments':[{'segmentType':'interact','queueId':'q'}],'metrics':[{'name':'tTalk','value':49000}]}]}]}}}",
    };
    struct reading r[5];
    const struct sam_part *parts[5];
    struct sam_conversation c;
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        r[i] = reading_text(events[i]);
        if (r[i].code != SAM_OK)
            fail_msg("%zu: %s", i, r[i].err.text);
        assert_string_equal(r[i].result.format, "genesys_event");
        parts[i] = &r[i].result.parts[0];
    }
    assert_true(sam_span_is(parts[1]->part_id, "event/user.end/s2"));
    assert_int_equal(sam_join(parts, 4, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_int_equal(c.channel, SAM_CHANNEL_CHAT);
    assert_int_equal(c.direction, SAM_DIRECTION_INBOUND);
    assert_int_equal(c.started.us, INT64_C(1649237444949000));
    assert_int_equal(c.ended.us, INT64_C(1649237505000000));
    assert_int_equal(c.legs_n, 1);
    assert_int_equal(c.legs[0].talk_ms.value, 50000);
    assert_int_equal(sam_join(parts, 5, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_int_equal(c.legs_n, 1);
    assert_int_equal(c.legs[0].talk_ms.value, 49000); /* the detail's */
    for (size_t i = 0; i < 5; i++)
        reading_end(&r[i]);
    r[0] = reading_text("{'detail':{'topicName':'v2.detail.events.conversation.g.acd.end','eventBody':{'eventTime':1649237454949,"
                        "'conversationId':'g','queueId':'q','acdOutcome':'ABANDON','connectedDurationMs':9000}}}");
    assert_int_equal(r[0].result.parts[0].record->legs[0].disposition, SAM_DISPOSITION_ABANDONED);
    assert_int_equal(r[0].result.parts[0].record->legs[0].wait_ms.value, 9000);
    reading_end(&r[0]);
}

/* One contact as its events tell it, in any order; the record counts once it is there. */
static void events_of_connect_stand_in_for_the_record(void **state)
{
    static const char *const texts[] = {
        "{'detail-type':'Amazon Connect Contact Event','detail':{'eventType':'QUEUED','contactId':'c2','initialContactId':'c1','channel':"
        "'VOICE','initiationMethod':'INBOUND','initiationTimestamp':'2026-03-02T09:50:00.123Z','queueInfo':{'queueArn':"
        "'arn:aws:connect:eu:1:instance/i/queue/q-1','enqueueTimestamp':'2026-03-02T09:51:00Z'}}}",
        "{'eventType':'COMPLETED','contactId':'c2','initialContactId':'c1','channel':'VOICE','initiationMethod':'INBOUND',"
        "'initiationTimestamp':'2026-03-02T09:50:00.123Z','disconnectTimestamp':'2026-03-02T09:58:00Z','queueInfo':{'queueArn':"
        "'arn:aws:connect:eu:1:instance/i/queue/q-1','enqueueTimestamp':'2026-03-02T09:51:00Z'},'agentInfo':{'agentArn':"
        "'arn:aws:connect:eu:1:instance/i/agent/a-1','connectedToAgentTimestamp':'2026-03-02T09:52:00Z','hierarchyGroups':{'level1':{'arn':"
        "'arn:x/agent-group/g-1'},'level2':{'arn':'arn:x/agent-group/g-2'}},'afterContactWorkDuration':30,'afterContactWorkEndTimestamp':"
        "'2026-03-02T09:58:30Z'},'customerEndpoint':{'type':'TELEPHONE_NUMBER','address':'+4570101010'},'languageCode':'da-DK'}",
        "{'Contact':{'Id':'c2','InitialContactId':'c1','InitiationMethod':'INBOUND','Channel':'VOICE','QueueInfo':{'Id':'q-1',"
        "'EnqueueTimestamp':1772445060.5},'InitiationTimestamp':1772445000.123,'DisconnectTimestamp':1772445480,'LastUpdateTimestamp':"
        "1772445400}}",
        "{'AWSContactTraceRecordFormatVersion':'2017-03-10','ContactId':'c2','InitialContactId':'c1','InitiationMethod':'INBOUND','Channel'"
        ":"
        "'VOICE','InitiationTimestamp':'2026-03-02T09:50:00Z','DisconnectTimestamp':'2026-03-02T09:58:00Z','LastUpdateTimestamp':"
        "'2026-03-02T09:59:00Z','Queue':{'Name':'Billing','EnqueueTimestamp':'2026-03-02T09:51:00Z','Duration':60},'Agent':{'Username':"
        "'mette','ConnectedToAgentTimestamp':'2026-03-02T09:52:00Z','AgentInteractionDuration':300,'HierarchyGroups':{'Level1':{'ARN':'a/"
        "1',"
        "'GroupName':'Nordby'},'Level2':{'ARN':'a/2','GroupName':'Back office'},'Level3':null}},'ContactLens':{'ConversationalAnalytics':{"
        "'Configuration':{'LanguageLocale':'nb-NO'}}}}"};
    const struct sam_part *parts[4];
    struct reading r[4];
    struct sam_conversation c;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        r[i] = reading_text(texts[i]);
        if (r[i].code != SAM_OK)
            fail_msg("%s", r[i].err.text);
        parts[i] = &r[i].result.parts[0];
        assert_true(sam_span_is(parts[i]->external_id, "c1"));
        assert_true(sam_span_is(parts[i]->part_id, i < 3 ? "contact/c2" : "c2"));
        assert_int_equal(parts[i]->record->rank, i < 3);
    }
    assert_int_equal(parts[0]->record->legs[0].disposition, SAM_DISPOSITION_UNKNOWN); /* it waits */
    assert_int_equal(parts[2]->record->legs[0].disposition, SAM_DISPOSITION_ABANDONED);
    assert_int_equal(parts[2]->record->legs[0].queued.us, INT64_C(1772445060500000));
    assert_int_equal(parts[1]->version, INT64_C(1772445510000000));
    assert_true(parts[1]->version > parts[2]->version && parts[2]->version > parts[0]->version);
    assert_int_equal(sam_join(parts, 3, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_int_equal(c.legs_n, 1);
    assert_true(sam_span_is(c.legs[0].agent, "a-1") && sam_span_is(c.legs[0].team, "g-2") && sam_span_is(c.legs[0].queue, "q-1"));
    assert_int_equal(c.legs[0].wrap_ms.value, 30000);
    assert_int_equal(parts[1]->record->language, SAM_LANGUAGE_DA);
    assert_int_equal(sam_join(parts, 4, r[0].arena, &c, &r[0].err), SAM_OK);
    assert_int_equal(c.legs_n, 1);
    assert_true(sam_span_is(c.legs[0].agent, "mette") && sam_span_is(c.legs[0].team, "Back office"));
    assert_int_equal(c.legs[0].talk_ms.value, 300000);
    assert_int_equal(parts[3]->record->language, SAM_LANGUAGE_NB);
    for (size_t i = 0; i < 4; i++)
        reading_end(&r[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connect_and_lens_are_read),
        cmocka_unit_test(genesys_is_read),
        cmocka_unit_test(transcribe_jobs_are_read_by_walking_their_words),
        cmocka_unit_test(pieces_told_live_count_until_the_whole_comes),
        cmocka_unit_test(a_chat_told_live_is_read),
        cmocka_unit_test(events_of_genesys_stand_in_for_the_detail),
        cmocka_unit_test(events_of_connect_stand_in_for_the_record),
    };
    return cmocka_run_group_tests_name("clouds", tests, NULL, NULL);
}
