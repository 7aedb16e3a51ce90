/*
 * vCons through the door of read: each shape of transcript, dialogs, wrappings, what is odd; and every sample file of the shared data.
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

#define PARTIES                                                                                                                            \
    "'parties':[{'tel':'tel:+4522345678','name':'Anna','role':'customer'},{'mailto':'b@x.dk','name':'Bo','meta':{'role':'agent'},'uuid':'" \
    "b'}]"
#define RECORDING "{'type':'recording','start':'2026-03-02T10:00:00Z','duration':30,'parties':[0,1],'mediatype':'audio/mp3'}"

/* The turns of a vCon as "party:start-end text|", party as role or id. */
static const char *turns_of(const char *text)
{
    static char out[4096];
    struct reading r = reading_text(text);
    size_t n = 0;
    if (r.code != SAM_OK)
        fail_msg("%s: %s", text, r.err.text);
    assert_string_equal(r.result.format, "vcon");
    out[0] = 0;
    const struct sam_transcript *t = r.result.parts[r.result.parts_n - 1].transcript;
    for (size_t i = 0; t && i < t->turns_n; i++) {
        const struct sam_turn *turn = &t->turns[i];
        const struct sam_party *p = turn->party >= 0 ? &t->parties[turn->party] : NULL;
        struct sam_span who = p ? (p->role == SAM_ROLE_UNKNOWN ? p->id : sam_span_of(sam_role_name(p->role))) : SAM_SPAN("?");
        n += (size_t)snprintf(out + n, sizeof out - n, "%.*s%s:", SAM_ARG(who), p && p->role_derived ? "*" : "");
        if (turn->start_ms.known)
            n += (size_t)snprintf(out + n, sizeof out - n, "%lld-", (long long)turn->start_ms.value);
        if (turn->end_ms.known)
            n += (size_t)snprintf(out + n, sizeof out - n, "%lld", (long long)turn->end_ms.value);
        n += (size_t)snprintf(out + n, sizeof out - n, " %.*s|", SAM_ARG(turn->text));
    }
    reading_end(&r);
    return out;
}

static const char *vcon(const char *dialog, const char *analysis)
{
    static char out[8192];
    snprintf(out, sizeof out, "{'vcon':'0.0.2','uuid':'u','created_at':'2026-03-02T11:00:00Z'," PARTIES ",'dialog':%s,'analysis':%s}",
             dialog, analysis);
    return out;
}

static void every_shape_of_transcript_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *analysis, *turns;
    } rows[] = {
        {"[{'type':'transcript','dialog':0,'encoding':'none','body':[{'speaker':'Agent','message':'hi'},{'speaker':'Anna','message':'ho'}]}"
         "]",
         "agent: hi|customer: ho|"},
        {"[{'type':'analysis_info','dialog':0,'body':[{'speaker':'Agent','message':'hi'}]}]", "agent: hi|"},
        {"[{'type':'transcript-redacted','dialog':[0],'body':[{'parties':[1],'start':'2026-03-02T10:00:02.5Z','duration':1.5,'text':'x'},"
         "{'parties':0,'start':'2026-03-02T10:00:05Z','text':'y'},{'parties':[4],'start':'2026-03-02T10:00:06Z','text':'z'}]}]",
         "agent:2500-4000 x|customer:5000- y|?:6000- z|"},
        {"[{'type':'transcript','dialog':0,'body':{'results':{'channels':[{'detected_language':'da','alternatives':[{'transcript':'t','"
         "words':["
         "{'word':'hej','punctuated_word':'Hej,','start':0.1,'end':0.4,'speaker':0},{'word':'du','start':0.5,'end':0.7,'speaker':0},"
         "{'word':'taler','start':2,'end':2.2,'speaker':0},{'word':'ja','start':2.3,'end':2.5,'speaker':1}]}]}]}}}]",
         "speaker-2:100-700 Hej, du|speaker-2:2000-2200 taler|speaker-3:2300-2500 ja|"},
        {"[{'type':'transcript','dialog':0,'body':{'transcript':'one\\n\\ntwo','confidence':0.9,'detected_language':'en'}}]",
         "?: one|?: two|"},
        {"[{'type':'transcript','dialog':0,'body':{'transcript':'x','paragraphs':{'transcript':'\\nSpeaker 0: one\\n\\nSpeaker 1: "
         "two\\nmore'}}}]",
         "speaker-2: one|speaker-3: two\nmore|"},
        {"[{'type':'transcript','vendor':'openai','dialog':0,'body':{'text':'a','language':'danish','segments':[{'start':0,'end':1.5,'text'"
         ":' hej'},"
         "{'start':1.5,'end':2,'text':'  '},{'start':2,'end':3,'text':' der','speaker':'SPEAKER_01'}]}}]",
         "?:0-1500 hej|speaker-2:2000-3000 der|"},
        {"[{'type':'wtf_transcription','dialog':0,'body':{'transcript':{'text':'t','language':'en-US'},'segments':[{'start':0,'end':1,'"
         "text':'hi','speaker':0},"
         "{'start':1,'end':2,'text':'par','speaker':1,'streaming':{'is_final':false}},{'start':1,'end':2,'text':'well','speaker':1}],"
         "'speakers':{'0':{'label':'Bo'},'1':{'label':'customer'}}}}]",
         "agent:0-1000 hi|customer:1000-2000 well|"},
        {"[{'type':'transcript','dialog':0,'body':'1\\n00:00:01,000 --> 00:00:02,500\\nAgent: hej\\n\\n2\\nbad\\n\\n3\\n00:01:00,000 --> "
         "00:01:01,000\\nder\\n'}]",
         "agent:1000-2500 hej|?:60000-61000 der|"},
        {"[{'type':'transcript','dialog':0,'body':'1\\n00:00:01,000 --> 00:00:01,200\\none\\n\\n2\\n00:00:01,300 --> "
         "00:00:01,500\\ntwo\\n\\n3\\n"
         "00:00:01,600 --> 00:00:01,700\\nthree\\n\\n4\\n00:00:09,000 --> 00:00:09,100\\nfour\\n'}]",
         "?:1000-1700 one two three|?:9000-9100 four|"},
        {"[{'type':'transcript','dialog':0,'body':'WEBVTT\\n\\nNOTE x --> y\\n\\nid\\n00:01.000 --> 00:02.000 align:start\\n<v.loud "
         "Anna>hi &amp; <i>ho</i></v> "
         "<v Bo>yes\\n- no\\n'}]",
         "customer:1000-2000 hi & ho|agent:1000-2000 yes|agent:1000-2000 no|"},
        {"[{'type':'transcript','dialog':0,'body':'[Script Info]\\n[Events]\\nDialogue: "
         "0,0:00:01.00,0:00:02.50,Default,Bo,0,0,0,,{\\\\i1}Hello,\\\\Nthere'}]",
         "agent:1000-2500 Hello, there|"},
        {"[{'type':'transcript','dialog':0,'encoding':'none','body':'Bo: hej: med dig\\n\\nAnna: hej\\nigen\\n\\nuden navn'}]",
         "agent: hej: med dig|customer: hej\nigen|customer: uden navn|"},
        {"[{'type':'diarized','dialog':0,'body':'**Agent(May)**: hi\\n\\n**Customer**: yes?'}]", "agent: hi|customer: yes?|"},
        {"[{'type':'transcript','dialog':0,'encoding':'json','body':'[{\\'speaker\\':\\'Bo\\',\\'message\\':\\'hi\\'}]'}]", NULL},
        {"[{'type':'summary','dialog':0,'body':'Bo: hi\\n\\nAnna: yes'},{'type':'sentiment','body':[{'speaker':'Bo','message':'good'}]}]",
         ""},
        {"null", ""},
        {"[null,{},{'type':'transcript'},{'type':'transcript','url':'http://x'},{'type':'transcript','body':''}]", ""},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        if (rows[i].turns)
            assert_string_equal(turns_of(vcon("[" RECORDING "]", rows[i].analysis)), rows[i].turns);
    }
    char inner[512]; /* JSON in a string: its quotes are escaped */
    snprintf(inner, sizeof inner,
             "[{'type':'transcript','dialog':0,'encoding':'json','body':'[{\\\"speaker\\\":\\\"Bo\\\",\\\"message\\\":\\\"hi\\\"}]'}]");
    assert_string_equal(turns_of(vcon("[" RECORDING "]", inner)), "agent: hi|");
}

static void the_transcript_that_tells_most_counts(void **state)
{
    (void)state;
    assert_string_equal(
        turns_of(
            vcon("[" RECORDING "]",
                 "[{'type':'transcript','dialog':0,'body':[{'parties':[1],'start':'2026-03-02T10:00:01Z','duration':1,'text':'timed'}]},"
                 "{'type':'transcript','dialog':0,'body':'only words'}]")),
        "agent:1000-2000 timed|");
    assert_string_equal(
        turns_of(
            vcon("[" RECORDING "]", "[{'type':'transcript','dialog':0,'body':'first'},{'type':'transcript','dialog':0,'body':'second'}]")),
        "?: second|");
}

static void an_agents_greeting_tells_the_roles(void **state)
{
    (void)state;
    assert_string_equal(
        turns_of(vcon("[" RECORDING "]",
                      "[{'type':'transcript','dialog':0,'body':{'segments':[{'start':0,'end':1,'text':'Velkommen til banken','speaker':5},"
                      "{'start':1,'end':2,'text':'hej','speaker':6}]}}]")),
        "agent*:0-1000 Velkommen til banken|customer*:1000-2000 hej|");
    assert_string_equal(
        turns_of(vcon("[" RECORDING "]",
                      "[{'type':'transcript','dialog':0,'body':{'segments':[{'start':0,'end':1,'text':'How can I help you','speaker':5},"
                      "{'start':1,'end':2,'text':'welcome to you too','speaker':6}]}}]")),
        "speaker-2:0-1000 How can I help you|speaker-3:1000-2000 welcome to you too|");
}

static void texts_are_turns_in_the_order_of_their_starts(void **state)
{
    (void)state;
    assert_string_equal(
        turns_of(
            vcon("[{'type':'text','start':'2026-03-02T10:01:00Z','originator':1,'mediatype':'text/plain','body':'second'},"
                 "{'type':'text','start':'2026-03-02T10:00:00Z','parties':[0,1],'duration':2,'body':'first'},{'type':'text','parties':1,"
                 "'encoding':'base64url','body':'aGVq'}]",
                 "[]")),
        "customer:0-2000 first|agent:60000- second|agent: hej|");
}

static void mails_lose_their_quotes_and_wrappings(void **state)
{
    (void)state;
    assert_string_equal(turns_of(vcon("[{'type':'text','start':'2026-03-02T10:00:00Z','originator':0,'message_id':'<1@x>','mediatype':'"
                                      "multipart/mixed; \\n\\tboundary=\\\"b b\\\"','body':"
                                      "'--b b\\r\\nContent-Type: multipart/alternative;\\r\\n boundary=c\\r\\n\\r\\n--c\\r\\nContent-Type: "
                                      "text/html\\r\\n\\r\\n<p>no</p>\\r\\n--c\\r\\n"
                                      "Content-Type: text/plain;\\r\\n charset=UTF-8\\r\\nContent-Transfer-Encoding: "
                                      "quoted-printable\\r\\n\\r\\nHej=20B=C3=B8=\\r\\n!\\r\\n--c--\\r\\n--b b--'},"
                                      "{'type':'text','start':'2026-03-02T11:00:00Z','originator':1,'message_id':'<2@x>','mediatype':'text/"
                                      "html','body':'<style>p{}</style><p>Tak &amp; hej</p>"
                                      "<p>Den 2. marts 2026 kl. 10 skrev Anna:</p><p>Hej</p>'},"
                                      "{'type':'text','start':'2026-03-02T12:00:00Z','originator':0,'message_id':'<3@x>','body':'Fint.\\n> "
                                      "citat\\nMvh\\n-- \\nAnna\\n'}]",
                                      "[]")),
                        "customer:0- Hej B\xC3\xB8!|agent:3600000- Tak & hej|customer:7200000- Fint.\nMvh|");
    struct reading r = reading_text(vcon("[{'type':'text','originator':0,'message_id':'<1@x>','body':'x'}]", "[]"));
    assert_int_equal(r.result.parts[0].record->channel, SAM_CHANNEL_EMAIL);
    reading_end(&r);
}

static void the_record_tells_times_agent_hold_and_transfer(void **state)
{
    (void)state;
    assert_reads(
        vcon("[{'type':'recording','start':'2026-03-02T10:00:00Z','duration':60,'parties':[0,1],'skill':['pension'],'meta':{'direction':'"
             "in','disposition':'ANSWERED',"
             "'agent_selected_disposition':'VM "
             "Left'},'party_history':[{'party':1,'time':'2026-03-02T10:00:10Z','event':'join'},{'party':1,'time':"
             "'2026-03-02T10:00:20Z','event':'hold'},{'party':1,'time':'2026-03-02T10:00:25Z','event':'unhold'},{'party':1,'time':'2026-03-"
             "02T10:00:50Z','event':'drop'}]},"
             "{'type':'transfer','original':0,'consultation':1},{'type':'incomplete','start':'2026-03-02T10:02:00Z','disposition':'no-"
             "answer','parties':[0]},{}]",
             "[]"),
        0,
        "{'kind':'record','source':'s','id':'u','version':1772449200000000,'channel':'voice','direction':'inbound','customer':{'id':'+"
        "4522345678','phone':"
        "'+4522345678'},'offered_at':'2026-03-02T10:00:00Z','ended_at':'2026-03-02T10:02:00Z','parties':[{'id':'+4522345678','role':'"
        "customer','name':'Anna'},"
        "{'id':'b','role':'agent','name':'Bo'}],'legs':[{'queue':'pension','agent':'b','answered_at':'2026-03-02T10:00:10Z','ended_at':{'"
        "time':"
        "'2026-03-02T10:01:00Z','quality':'derived'},'talk_ms':35000,'hold_ms':5000,'disposition':'answered','transfer':'attended'},{"
        "'disposition':'abandoned'}],'warnings':[{'code':'disposition.conflict','place':'dialog[0].meta.agent_selected_disposition'}]}");
}

static void oddities_are_warnings(void **state)
{
    (void)state;
    struct reading r = reading_text("{'uuid':'U1','parties':null,'dialog':'x','analysis':{},'created_at':''}");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 1);
    assert_true(has_warning(&r.result.parts[0], "type.not_list", "dialog"));
    assert_true(has_warning(&r.result.parts[0], "type.not_list", "analysis"));
    reading_end(&r);
    r = reading_text(
        vcon("[{'type':'recording','duration':-4,'start':'x','parties':[0,99,-1,1.5,'0'],'originator':7},{'type':'odd'}]", "[]"));
    assert_int_equal(r.code, SAM_OK);
    assert_true(has_warning(&r.result.parts[0], "duration.negative", "dialog[0].duration"));
    assert_true(has_warning(&r.result.parts[0], "time.invalid", "dialog[0].start"));
    assert_true(has_warning(&r.result.parts[0], "party.out_of_range", "dialog[0].originator"));
    assert_true(has_warning(&r.result.parts[0], "party.out_of_range", "dialog[0].parties"));
    assert_true(has_warning(&r.result.parts[0], "dialog.type_unknown", "dialog[1].type"));
    reading_end(&r);
    r = reading_text("{'vcon':'0.0.1','parties':[],'dialog':[]}");
    assert_int_equal(r.code, SAM_OK);
    assert_true(has_warning(&r.result.parts[0], "id.derived", "uuid"));
    struct reading again = reading_text("{'vcon':'0.0.1','parties':[],'dialog':[]}");
    assert_true(sam_span_equal(r.result.parts[0].external_id, again.result.parts[0].external_id));
    reading_end(&again);
    reading_end(&r);
}

static void wrappings_are_known(void **state)
{
    (void)state;
    /* {"uuid":"u","dialog":[]} in base64url: general, flattened and compact */
    static const char *const signed_forms[] = {"{'payload':'eyJ1dWlkIjoidSIsImRpYWxvZyI6W119','signatures':[{'header':{'alg':'RS256'}}]}",
                                               "{'payload':'eyJ1dWlkIjoidSIsImRpYWxvZyI6W119','protected':'e30','signature':'x'}",
                                               "eyJhbGciOiJub25lIn0.eyJ1dWlkIjoidSIsImRpYWxvZyI6W119.c2ln\n"};
    for (size_t i = 0; i < SAM_COUNT(signed_forms); i++) {
        struct reading r = reading_text(signed_forms[i]);
        assert_int_equal(r.code, SAM_OK);
        assert_true(has_warning(&r.result.parts[0], "vcon.not_verified", "signatures"));
        assert_true(sam_span_is(r.result.parts[0].external_id, "u"));
        reading_end(&r);
    }
    assert_refused("", "{'ciphertext':'x','protected':'e30','tag':'t','unprotected':{'uuid':'u8'}}", SAM_UNSUPPORTED, "uuid u8");
    assert_refused("", "eyJhbGciOiJub25lIn0.a.b.c.d", SAM_UNSUPPORTED, "encrypted, no key: uuid not told, 27 bytes");
    assert_refused("", "eyJhbGciOiJub25lIn0.a.b.c", SAM_BAD_INPUT, "unknown format");
    assert_refused("", "{'payload':'****','signatures':[]}", SAM_BAD_INPUT, "payload: not base64url");
    assert_refused("", "{'payload':'e30','signatures':[]}", SAM_BAD_INPUT, "no vCon inside");
    assert_refused("", "{'ciphertext':'x','recipients':[],'unprotected':{'uuid':'u7'}}", SAM_UNSUPPORTED, "uuid u7");
    assert_refused("", "{'uuid':'x','dialog':[],'critical':['time_travel']}", SAM_UNSUPPORTED, "'time_travel'");
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
    (void)state;
    static const char *const analyses[] = {
        "[{'type':'transcript','dialog':0,'body':{'results':{'channels':[{'alternatives':[{'words':[{'word':'a','start':1,'end':2,'speaker'"
        ":0},{'word':'b','start':2,'end':3,"
        "'speaker':1}]}]}]}}}]",
        "[{'type':'transcript','dialog':0,'body':'WEBVTT\\n\\n00:01.000 --> 00:02.000\\n<v Anna>hi</v>\\n'}]",
        "[{'type':'transcript','dialog':0,'body':'Bo: hi\\n\\nWho: no'}]",
    };
    for (size_t i = 0; i < SAM_COUNT(analyses); i++) {
        char text[4096];
        snprintf(text, sizeof text, "%s", json(vcon("[" RECORDING "]", analyses[i])));
        assert_true(sweep(read_it, text, 1 << 20) > 20);
    }
    char mail[2048];
    snprintf(mail, sizeof mail, "%s",
             json("{'uuid':'u','dialog':[{'type':'text','message_id':'1@x','mediatype':'text/html','body':'<p>x</p>'}]}"));
    assert_true(sweep(read_it, mail, 1 << 20) > 20);
}

/* ---- the shared samples -------------------------------------------------------------------------------------------------- */

static struct sam_span file_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = malloc(16 << 20);
    assert_non_null(bytes);
    size_t n = fread(bytes, 1, 16 << 20, file);
    fclose(file);
    return (struct sam_span){bytes, n};
}

struct tally {
    size_t files, records, transcripts, turns, refusals, unexpected;
};

static void tally_file(const char *folder, const char *name, struct tally *t)
{
    static const char *const refused[] = {"simple-vcon.vcon", "ab_call_ext_rec_encrypted.vcon"}; /* no JSON; no key */
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    struct sam_span body = file_read(path);
    struct reading r = reading_of(SAM_NO_SPAN, body);
    bool expected = true;
    for (size_t i = 0; i < SAM_COUNT(refused); i++)
        expected = expected && !strstr(name, refused[i]);
    t->files++;
    t->refusals += r.code != SAM_OK;
    if ((r.code == SAM_OK) != expected) {
        t->unexpected++;
        print_message("# %s: %s\n", name, r.code == SAM_OK ? "read" : r.err.text);
    }
    for (size_t i = 0; r.code == SAM_OK && i < r.result.parts_n; i++) {
        const struct sam_part *part = &r.result.parts[i];
        t->records += part->record != NULL;
        t->transcripts += part->transcript != NULL;
        t->turns += part->transcript ? part->transcript->turns_n : 0;
        struct reading again = reading_of(SAM_NO_SPAN, sam_span_of(canonical(&r, i)));
        assert_int_equal(again.code, SAM_OK);
        assert_string_equal(canonical(&again, 0), canonical(&r, i));
        reading_end(&again);
    }
    reading_end(&r);
    free((void *)(uintptr_t)body.at);
}

static void every_shared_sample_is_read_or_refused_for_a_reason(void **state)
{
    (void)state;
    const char *shared = getenv("SAMTALE_SHARED");
    char folder[512];
    struct tally t = {0};
    snprintf(folder, sizeof folder, "%s/data/formats/vcon", shared ? shared : "../shared");
    DIR *dir = opendir(folder);
    if (!dir) {
        print_message("skipped: no samples at %s\n", folder);
        skip();
    }
    for (const struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (e->d_name[0] != '.' && !strstr(e->d_name, "SOURCES"))
            tally_file(folder, e->d_name, &t);
    }
    closedir(dir);
    print_message("# vcon: %zu files, %zu records, %zu transcripts, %zu turns, %zu refusals\n", t.files, t.records, t.transcripts, t.turns,
                  t.refusals);
    assert_int_equal(t.unexpected, 0);
    assert_true(t.files > 50 && t.transcripts > 40 && t.turns > 10 * t.transcripts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_of_transcript_is_read),
        cmocka_unit_test(the_transcript_that_tells_most_counts),
        cmocka_unit_test(an_agents_greeting_tells_the_roles),
        cmocka_unit_test(texts_are_turns_in_the_order_of_their_starts),
        cmocka_unit_test(mails_lose_their_quotes_and_wrappings),
        cmocka_unit_test(the_record_tells_times_agent_hold_and_transfer),
        cmocka_unit_test(oddities_are_warnings),
        cmocka_unit_test(wrappings_are_known),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_shared_sample_is_read_or_refused_for_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
