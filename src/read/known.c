/*
 * Formats that are recognised but not read, so that they are refused by their name and not as noise. A format that gets its reader leaves
 * this table.
 */
#include "reader.h"

#include <string.h>

static bool has(const struct reader *r, const char *key)
{
    return r->json && r->json->type == SAM_JSON_OBJECT && sam_json_get(r->json, key);
}

static const struct sam_json *first(const struct reader *r, const char *key)
{
    const struct sam_json *list = sam_json_get(r->json, key);
    return list && list->type == SAM_JSON_ARRAY ? list->first : NULL;
}

static bool freeswitch(const struct reader *r)
{
    return has(r, "core-uuid") && has(r, "variables");
}

static bool freeswitch_events(const struct reader *r)
{
    return has(r, "Event-Name") ||
           (!r->json && (sam_span_starts(r->doc, "Event-Name:") || memmem(r->doc.at, r->doc.len, "Event-Subclass: callcenter", 26)));
}

static bool azure(const struct reader *r)
{
    return has(r, "recognizedPhrases") || has(r, "combinedRecognizedPhrases") || (has(r, "phrases") && has(r, "durationMilliseconds"));
}

static bool azure_simple(const struct reader *r)
{
    return has(r, "ConversationId") && has(r, "Content");
}

static bool google(const struct reader *r)
{
    return sam_json_get(first(r, "entries"), "start_timestamp_usec") || has(r, "conversation_info");
}

static bool twilio(const struct reader *r)
{
    static const char *const lists[] = {"reservations", "tasks", "messages", "events", "workers", "calls", "recordings", "transcriptions"};
    bool page = false;
    for (size_t i = 0; i < SAM_COUNT(lists); i++)
        page = page || (has(r, "meta") && sam_json_get(first(r, lists[i]), "account_sid")) ||
               (has(r, "first_page_uri") && sam_json_get(first(r, lists[i]), "sid"));
    return sam_json_get(first(r, "sentences"), "media_channel") || has(r, "account_sid") || has(r, "AccountSid") ||
           (has(r, "sid") && has(r, "date_created")) || page;
}

/** Transcripts of makers whose form is none of those that are read. */
static bool rev(const struct reader *r)
{
    return sam_json_get(first(r, "monologues"), "elements") != NULL;
}

static bool speechmatics(const struct reader *r)
{
    return has(r, "format") && sam_json_get(first(r, "results"), "alternatives") && has(r, "metadata");
}

static bool watson(const struct reader *r)
{
    return has(r, "result_index") && has(r, "results");
}

static bool google_speech(const struct reader *r)
{
    return sam_json_get(sam_json_get(first(r, "results"), "alternatives") ? first(r, "results") : NULL, "alternatives") != NULL;
}

static bool deepgram_live(const struct reader *r)
{
    return has(r, "channel_index") && has(r, "is_final");
}

static bool genesys_sums(const struct reader *r)
{
    return has(r, "group") && sam_json_get(first(r, "data"), "metrics");
}

static bool azure_language(const struct reader *r)
{
    return has(r, "analysisInput") && has(r, "tasks");
}

static bool helpdesk_page(const struct reader *r)
{
    return has(r, "next_page") && has(r, "previous_page") && has(r, "count");
}

static bool notice(const struct reader *r)
{
    return has(r, "s3") && has(r, "eventName");
}

static bool ticket(const struct reader *r)
{
    return (has(r, "ticket") && sam_json_get(r->json, "ticket")->type == SAM_JSON_OBJECT) || has(r, "audits") ||
           (has(r, "conversations") && has(r, "description_text"));
}

static bool chatwoot(const struct reader *r)
{
    return sam_json_get(first(r, "messages"), "message_type") != NULL;
}

static bool connect_agent(const struct reader *r)
{
    return has(r, "CurrentAgentSnapshot") || has(r, "PreviousAgentSnapshot");
}

static bool connect_event(const struct reader *r)
{
    return has(r, "contactId") && has(r, "eventType");
}

static bool transcribe(const struct reader *r)
{
    return has(r, "TranscriptResultStream") || has(r, "CallAnalyticsTranscriptResultStream") || has(r, "TranscriptionJobName");
}

static bool is_event(const struct reader *r)
{
    return has(r, "detail-type") && has(r, "detail");
}

/** Sound is not read: it is written down elsewhere first. */
static bool sound(const struct reader *r)
{
    static const char *const heads[] = {"RIFF", "OggS", "fLaC", "ID3", "\xFF\xFB", "\xFF\xF3", "\xFF\xF2", "\x1A\x45\xDF\xA3"};
    for (size_t i = 0; !r->json && i < SAM_COUNT(heads); i++) {
        if (sam_span_starts(r->doc, heads[i]))
            return true;
    }
    return !r->json && r->doc.len > 8 && memcmp(r->doc.at + 4, "ftyp", 4) == 0;
}

static const struct known {
    bool (*is)(const struct reader *r);
    const char *name;
} known[] = {
    {freeswitch, "FreeSWITCH json_cdr"},
    {freeswitch_events, "FreeSWITCH event"},
    {azure, "Azure Speech transcription"},
    {azure_simple, "Azure conversation knowledge mining sample"},
    {google, "Google Conversational Insights transcript"},
    {twilio, "Twilio resource"},
    {rev, "Rev transcript"},
    {speechmatics, "Speechmatics transcript"},
    {watson, "IBM Watson speech result"},
    {google_speech, "Google Speech-to-Text result"},
    {deepgram_live, "Deepgram's live results (pieces without an id)"},
    {genesys_sums, "Genesys aggregate (sums, no conversations)"},
    {azure_language, "Azure Language request"},
    {ticket, "Zendesk or Freshdesk ticket"},
    {helpdesk_page, "Zendesk list"},
    {chatwoot, "Chatwoot messages"},
    {connect_agent, "Amazon Connect agent event"},
    {connect_event, "Amazon Connect contact event"},
    {notice, "notice of an object in a store (its content is not in it)"},
    {transcribe, "Amazon Transcribe request or stream"},
    {is_event, "EventBridge event of another kind"},
    {sound, "recording (sound, not its words)"},
};

static const struct known *found(const struct reader *r)
{
    for (size_t i = 0; i < SAM_COUNT(known); i++) {
        if (known[i].is(r))
            return &known[i];
    }
    return NULL;
}

static bool known_detect(const struct reader *r)
{
    return found(r) != NULL;
}

static enum sam_code known_refuse(struct reader *r, struct sam_err *err)
{
    const struct known *row = found(r);
    return sam_fail(err, SAM_UNSUPPORTED, "%s: not read in this version", row ? row->name : "recognised");
}

const struct format format_known = {
    {"recognised", "FreeSWITCH, Azure, Google, Twilio, Watson, Rev, Speechmatics, Zendesk, Freshdesk, Chatwoot: refused by name", false},
    known_detect,
    known_refuse};
