/*
 * Genesys Cloud's events as EventBridge carries them: the beginning and end of a participant's session. Each is a part of its own, in any
 * order, and stands in until the conversation's detail comes; a detail that is carried in an event is read as one.
 */
#include "reader.h"

#include <string.h>

static const struct sam_json *body_of(const struct sam_json *root)
{
    const struct sam_json *body = sam_json_get(sam_json_get(root, "detail"), "eventBody");
    return body ? body : sam_json_get(root, "eventBody"); /* as the notification service sends it */
}

static bool event_detect(const struct reader *r)
{
    const struct sam_json *body = body_of(r->json);
    return body && sam_json_get(body, "conversationId");
}

/** What the end of the topic's name says: "customer.end", "acd.end", "user.end". */
static struct sam_span topic_of(const struct reader *r)
{
    const struct sam_json *detail = sam_json_get(r->json, "detail");
    struct sam_span topic = sam_json_text(detail ? detail : r->json, "topicName");
    size_t dots = 0, at = topic.len;
    if (topic.len == 0)
        return SAM_SPAN("");
    while (at > 0 && (topic.at[at - 1] != '.' || ++dots < 2))
        at--;
    return (struct sam_span){topic.at + at, topic.len - at};
}

struct event {
    struct reader *r;
    struct sam_part *part;
    const struct sam_json *body;
    struct sam_span topic;
    struct sam_time at;
};

static struct sam_int duration(const struct event *e, const char *key)
{
    return read_ms(e->r, e->part, sam_json_get(e->body, key), 1, KEY(NULL, key));
}

/** The leg that an event tells: a queue that a customer left without an agent, or an agent who talked. @return whether there is one */
static bool leg_of(const struct event *e, struct sam_leg *leg)
{
    struct sam_span outcome = sam_json_text(e->body, "acdOutcome");
    leg->queue = read_name(e->r, e->part, sam_json_get(e->body, "queueId"), KEY(NULL, "queueId"));
    leg->ended = e->at;
    if (sam_span_is(e->topic, "acd.end") && outcome.len > 0 && !sam_span_is_nocase(outcome, "ANSWERED")) {
        leg->wait_ms = duration(e, "connectedDurationMs");
        if (sam_span_is_nocase(outcome, "ABANDON") || sam_span_is_nocase(outcome, "ABANDONED"))
            leg->disposition = SAM_DISPOSITION_ABANDONED;
        return true;
    }
    struct sam_int talk = duration(e, "interactingDurationMs");
    if (!sam_span_is(e->topic, "user.end") || !talk.known || talk.value == 0)
        return false;
    leg->agent = read_name(e->r, e->part, sam_json_get(e->body, "userId"), KEY(NULL, "userId"));
    leg->talk_ms = talk;
    leg->hold_ms = duration(e, "heldDurationMs");
    leg->disposition = SAM_DISPOSITION_ANSWERED;
    return true;
}

static void customer_of(const struct event *e)
{
    struct sam_record *record = e->part->record;
    struct sam_span ani = sam_json_text(e->body, "ani");
    record->customer_id = read_name(e->r, e->part, sam_json_get(e->body, "externalContactId"), KEY(NULL, "externalContactId"));
    if (sam_span_starts(ani, "tel:")) {
        record->customer_phone = ani;
        record->customer_country = e->r->set->country;
    }
    if (sam_span_is(e->topic, "customer.start"))
        record->offered = e->at;
    else if (sam_span_is(e->topic, "customer.end"))
        record->ended = e->at;
}

static enum sam_code ids_of(const struct event *e, struct sam_part *head, struct sam_err *err)
{
    struct sam_span session = SAM_NO_SPAN;
    enum sam_code code = read_source(e->r, SAM_NO_SPAN, &head->source, err);
    if (code == SAM_OK)
        code = read_id(e->r, sam_json_get(e->body, "conversationId"), &head->external_id, err);
    if (code != SAM_OK)
        return code == SAM_NONE ? sam_fail(err, SAM_BAD_INPUT, "conversationId: missing") : code;
    code = read_id(e->r, sam_json_get(e->body, "sessionId"), &session, err);
    head->part_id = read_print(e->r, "event/%.*s/%.*s", SAM_ARG(e->topic), SAM_ARG(session));
    return code == SAM_NONE ? SAM_OK : code;
}

static enum sam_code event_read(struct reader *r, struct sam_err *err)
{
    struct event e = {.r = r, .body = body_of(r->json), .topic = topic_of(r)};
    struct sam_part head = {.version = 0};
    const struct sam_json *whole = r->json;
    if (sam_json_get(e.body, "participants")) {
        r->json = e.body;
        enum sam_code code = format_genesys.read(r, err);
        r->json = whole;
        return code;
    }
    enum sam_code code = ids_of(&e, &head, err);
    if (code != SAM_OK)
        return code;
    read_warn_notes(r, &head);
    struct sam_leg *leg = read_take(r, 1, sizeof(*leg));
    e.part = read_part(r, &head, SAM_KIND_RECORD);
    if (!e.part || !leg)
        return sam_arena_full(r->arena, err);
    struct sam_record *record = e.part->record;
    e.part->part_id = head.part_id;
    e.at = read_time(r, e.part, sam_json_get(e.body, "eventTime"), KEY(NULL, "eventTime"));
    e.part->version = e.at.us;
    record->rank = 1;
    (void)read_channel_find(sam_json_text(e.body, "mediaType"), &record->channel);
    (void)read_direction_find(sam_json_text(e.body, "direction"), &record->direction);
    read_limit(r, record->channel);
    if (sam_span_starts(e.topic, "customer."))
        customer_of(&e);
    read_outcome(r, e.part, sam_json_text(e.body, "wrapupCode"));
    if (leg_of(&e, leg)) {
        record->legs = leg;
        record->legs_n = 1;
    }
    return SAM_OK;
}

const struct format format_genesys_event = {
    {"genesys_event", "Genesys Cloud events, as EventBridge and its notifications carry them", true}, event_detect, event_read};
