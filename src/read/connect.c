/*
 * Amazon Connect contact records; and what stands in for one until it comes: contact events (EventBridge) and the interface's answers
 * (DescribeContact, SearchContacts), which tell the same under other names. A transfer makes a new contact: all of one chain are parts of
 * the conversation of its first. The greatest LastUpdateTimestamp of a record counts.
 */
#include "reader.h"

#include <string.h>

#define NAME_BYTES 48

/** A member by its name, or by that name with a small first letter, as events write it. */
static const struct sam_json *member(const struct sam_json *object, const char *name)
{
    char small[NAME_BYTES];
    const struct sam_json *value = sam_json_get(object, name);
    size_t len = strlen(name);
    if (value || len >= sizeof(small))
        return value;
    memcpy(small, name, len);
    small[0] = (char)(name[0] | 0x20);
    return sam_json_find(object, (struct sam_span){small, len});
}

static struct sam_span text_of(const struct sam_json *object, const char *name)
{
    const struct sam_json *value = member(object, name);
    return value && value->type == SAM_JSON_STRING ? value->text : SAM_NO_SPAN;
}

static bool is_record(const struct sam_json *root)
{
    return sam_json_get(root, "AWSContactTraceRecordFormatVersion") ||
           (sam_json_get(root, "ContactId") && sam_json_get(root, "InitiationMethod"));
}

/** @return the contact in an event, in its envelope or in an answer; NULL when there is none */
static const struct sam_json *stand_in(const struct sam_json *root)
{
    const struct sam_json *event = sam_json_get(root, "detail"), *answer = sam_json_get(root, "Contact");
    event = event ? event : root;
    answer = answer ? answer : root;
    if (sam_json_get(event, "contactId") && sam_json_get(event, "eventType") &&
        (sam_json_get(event, "initiationMethod") || sam_json_get(event, "initiationTimestamp")))
        return event;
    return sam_json_get(answer, "Id") && sam_json_get(answer, "InitiationMethod") ? answer : NULL;
}

static bool connect_detect(const struct reader *r)
{
    return is_record(r->json) || stand_in(r->json);
}

/** The last piece of an ARN. */
static struct sam_span arn_tail(struct sam_span arn)
{
    size_t at = arn.len;
    while (at > 0 && arn.at[at - 1] != '/' && arn.at[at - 1] != ':')
        at--;
    return arn.len > 0 ? (struct sam_span){arn.at + at, arn.len - at} : arn;
}

/** The first of some members that tells who or what it is; of an ARN its last piece. */
static struct sam_span named(struct reader *r, struct sam_part *part, const struct sam_json *object, const char *const names[],
                             const struct place *at)
{
    struct sam_span text = SAM_NO_SPAN;
    for (; *names && text.len == 0; names++)
        text = read_name(r, part, member(object, *names), KEY(at, *names));
    return sam_span_starts(text, "arn:") ? arn_tail(text) : text;
}

/** The team: the innermost group of the agent's hierarchy. */
static struct sam_span team_of(struct reader *r, struct sam_part *part, const struct sam_json *agent)
{
    static const char *const levels[] = {"Level5", "Level4", "Level3", "Level2", "Level1"}, *const names[] = {"GroupName", "ARN", "Arn",
                                                                                                              NULL};
    const struct sam_json *groups = member(agent, "HierarchyGroups");
    struct sam_span team = SAM_NO_SPAN;
    for (size_t i = 0; i < SAM_COUNT(levels) && team.len == 0; i++)
        team = named(r, part, member(groups, levels[i]), names, KEY(NULL, "HierarchyGroups"));
    return team;
}

static void queue_of(struct reader *r, struct sam_part *part, const struct sam_json *queue, struct sam_leg *leg)
{
    static const char *const names[] = {"Name", "ARN", "QueueArn", "Id", NULL};
    const struct place *at = KEY(NULL, "Queue");
    leg->queue = named(r, part, queue, names, at);
    leg->queued = read_time(r, part, member(queue, "EnqueueTimestamp"), KEY(at, "EnqueueTimestamp"));
    leg->wait_ms = read_ms(r, part, member(queue, "Duration"), 1000, KEY(at, "Duration"));
}

static void agent_of(struct reader *r, struct sam_part *part, const struct sam_json *agent, struct sam_leg *leg)
{
    static const char *const names[] = {"Username", "ARN", "AgentArn", "Id", NULL};
    const struct place *at = KEY(NULL, "Agent");
    const struct sam_json *hold = member(agent, "CustomerHoldDuration");
    leg->agent = named(r, part, agent, names, at);
    leg->team = team_of(r, part, agent);
    leg->answered = read_time(r, part, member(agent, "ConnectedToAgentTimestamp"), KEY(at, "ConnectedToAgentTimestamp"));
    leg->talk_ms = read_ms(r, part, member(agent, "AgentInteractionDuration"), 1000, KEY(at, "AgentInteractionDuration"));
    leg->hold_ms = read_ms(r, part, hold ? hold : member(agent, "AgentInitiatedHoldDuration"), 1000, KEY(at, "CustomerHoldDuration"));
    leg->wrap_ms = read_ms(r, part, member(agent, "AfterContactWorkDuration"), 1000, KEY(at, "AfterContactWorkDuration"));
}

/** How a contact ended that no agent took: one that still waits is neither answered nor abandoned. */
static enum sam_disposition without_agent(const struct sam_record *record, const struct sam_json *root)
{
    if (sam_span_is(text_of(root, "InitiationMethod"), "CALLBACK"))
        return SAM_DISPOSITION_CALLBACK;
    return record->ended.quality == SAM_QUALITY_UNKNOWN && !is_record(root) ? SAM_DISPOSITION_UNKNOWN : SAM_DISPOSITION_ABANDONED;
}

/** A queue or an agent makes a leg; a contact that ended in the flow has none and is no abandon. */
static enum sam_code leg_of(struct reader *r, struct sam_part *part, struct sam_err *err)
{
    const struct sam_json *root = r->json, *queue = member(root, "Queue"), *agent = member(root, "Agent");
    struct sam_record *record = part->record;
    queue = read_object(r, part, queue ? queue : member(root, "QueueInfo"), KEY(NULL, "Queue"));
    agent = read_object(r, part, agent ? agent : member(root, "AgentInfo"), KEY(NULL, "Agent"));
    if (!queue && !agent)
        return SAM_OK;
    struct sam_leg *leg = read_take(r, 1, sizeof(*leg));
    struct sam_party *party = read_take(r, 1, sizeof(*party));
    if (!leg || !party)
        return sam_arena_full(r->arena, err);
    leg->ended = record->ended;
    leg->disposition = agent ? SAM_DISPOSITION_ANSWERED : without_agent(record, root);
    if (queue)
        queue_of(r, part, queue, leg);
    if (agent) {
        agent_of(r, part, agent, leg);
        *party = (struct sam_party){.id = leg->agent, .team = leg->team, .role = SAM_ROLE_AGENT};
        record->parties = party;
        record->parties_n = 1;
    }
    if (!read_is_null(member(root, "NextContactId")))
        leg->transfer = read_is_null(member(root, "TransferredToEndpoint")) ? SAM_TRANSFER_QUEUE : SAM_TRANSFER_BLIND;
    record->legs = leg;
    record->legs_n = 1;
    return SAM_OK;
}

static void customer_of(struct reader *r, struct sam_part *part)
{
    const struct sam_json *end = member(r->json, "CustomerEndpoint");
    struct sam_span address = read_name(r, part, member(end, "Address"), KEY(NULL, "CustomerEndpoint.Address")),
                    type = text_of(end, "Type");
    if (address.len == 0)
        return;
    if (sam_span_is(type, "TELEPHONE_NUMBER")) {
        part->record->customer_phone = address;
        part->record->customer_country = r->set->country;
    } else if (sam_span_is(type, "EMAIL_ADDRESS")) {
        part->record->customer_email = address;
    } else {
        part->record->customer_id = address;
    }
}

static enum sam_direction direction_of(struct sam_span method)
{
    if (sam_span_is(method, "INBOUND") || sam_span_is(method, "QUEUE_TRANSFER"))
        return SAM_DIRECTION_INBOUND;
    return sam_span_is(method, "OUTBOUND") || sam_span_is(method, "CALLBACK") ? SAM_DIRECTION_OUTBOUND : SAM_DIRECTION_UNKNOWN;
}

/** The chain's first contact is the conversation, the contact itself its part. */
static enum sam_code ids_of(struct reader *r, struct sam_part *head, struct sam_span *part_id, struct sam_err *err)
{
    const struct sam_json *contact = member(r->json, "ContactId");
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head->source, err);
    if (code == SAM_OK)
        code = read_id(r, contact ? contact : sam_json_get(r->json, "Id"), part_id, err);
    if (code == SAM_NONE)
        return sam_fail(err, SAM_BAD_INPUT, "ContactId: missing");
    if (code != SAM_OK)
        return code;
    head->external_id = *part_id;
    code = read_id(r, member(r->json, "InitialContactId"), &head->external_id, err);
    return code == SAM_NONE ? SAM_OK : code;
}

/** The latest of what is told: an event of a contact tells all that was before it. */
static int64_t latest(struct reader *r, struct sam_part *part)
{
    const struct sam_record *record = part->record;
    const struct sam_json *wrap = member(member(r->json, "AgentInfo"), "AfterContactWorkEndTimestamp");
    int64_t us = record->offered.us;
    const struct sam_time times[] = {record->ended, record->legs_n > 0 ? record->legs[0].queued : record->ended,
                                     record->legs_n > 0 ? record->legs[0].answered : record->ended,
                                     read_time(r, part, wrap, KEY(NULL, "AfterContactWorkEndTimestamp"))};
    for (size_t i = 0; i < SAM_COUNT(times); i++)
        us = times[i].quality != SAM_QUALITY_UNKNOWN && times[i].us > us ? times[i].us : us;
    return us;
}

static enum sam_language language_of(const struct sam_json *root)
{
    const struct sam_json *lens = sam_json_get(sam_json_get(sam_json_get(root, "ContactLens"), "ConversationalAnalytics"), "Configuration");
    struct sam_span code = text_of(root, "LanguageCode");
    return sam_language_find(code.len > 0 ? code : sam_json_text(lens, "LanguageLocale"));
}

/** What r->json tells of a contact. */
static enum sam_code contact_read(struct reader *r, bool stands_in, struct sam_err *err)
{
    struct sam_part head = {.version = 0};
    struct sam_span part_id = SAM_NO_SPAN, method = text_of(r->json, "InitiationMethod");
    if (sam_span_is(method, "MONITOR"))
        return sam_fail(err, SAM_UNSUPPORTED, "InitiationMethod MONITOR: a supervisor listened in, no conversation");
    enum sam_code code = ids_of(r, &head, &part_id, err);
    if (code != SAM_OK)
        return code;
    read_warn_notes(r, &head);
    struct sam_time updated = read_time(r, &head, member(r->json, "LastUpdateTimestamp"), KEY(NULL, "LastUpdateTimestamp"));
    struct sam_part *part = read_part(r, &head, SAM_KIND_RECORD);
    if (!part)
        return sam_arena_full(r->arena, err);
    struct sam_record *record = part->record;
    if (!read_channel_find(text_of(r->json, "Channel"), &record->channel))
        read_warn(r, part, "channel.unknown", KEY(NULL, "Channel"));
    read_limit(r, record->channel);
    record->rank = stands_in ? 1 : 0;
    record->language = language_of(r->json);
    record->direction = direction_of(method);
    record->offered = read_time(r, part, member(r->json, "InitiationTimestamp"), KEY(NULL, "InitiationTimestamp"));
    record->ended = read_time(r, part, member(r->json, "DisconnectTimestamp"), KEY(NULL, "DisconnectTimestamp"));
    part->part_id = stands_in ? read_print(r, "contact/%.*s", SAM_ARG(part_id)) : part_id;
    customer_of(r, part);
    part->version = updated.quality == SAM_QUALITY_UNKNOWN ? 0 : updated.us; /* what comes of the attributes has it, too */
    read_attributes(r, part, member(r->json, "Attributes"));
    code = leg_of(r, part, err);
    if (stands_in && updated.quality == SAM_QUALITY_UNKNOWN)
        part->version = latest(r, part);
    return code;
}

static enum sam_code connect_read(struct reader *r, struct sam_err *err)
{
    const struct sam_json *whole = r->json;
    bool record = is_record(whole);
    r->json = record ? whole : stand_in(whole);
    enum sam_code code = contact_read(r, !record, err);
    r->json = whole;
    return code;
}

const struct format format_connect = {
    {"connect", "Amazon Connect contact record, contact events, its interface's answers", true}, connect_detect, connect_read};
