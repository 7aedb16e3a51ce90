/*
 * Amazon Connect contact records. A transfer makes a new record: all records of one chain are parts of the conversation of its first
 * contact. The greatest LastUpdateTimestamp of a record counts.
 */
#include "reader.h"

static bool connect_detect(const struct reader *r)
{
    const struct sam_json *root = r->json;
    return sam_json_get(root, "AWSContactTraceRecordFormatVersion") ||
           (sam_json_get(root, "ContactId") && sam_json_get(root, "InitiationMethod"));
}

/** The last piece of an ARN. */
static struct sam_span arn_tail(struct sam_span arn)
{
    size_t at = arn.len;
    while (at > 0 && arn.at[at - 1] != '/' && arn.at[at - 1] != ':')
        at--;
    return arn.len > 0 ? (struct sam_span){arn.at + at, arn.len - at} : arn;
}

static struct sam_span name_or_arn(struct reader *r, struct sam_part *part, const struct sam_json *object, const char *name,
                                   const struct place *at)
{
    struct sam_span text = read_name(r, part, sam_json_get(object, name), KEY(at, name));
    return text.len > 0 ? text : arn_tail(read_name(r, part, sam_json_get(object, "ARN"), KEY(at, "ARN")));
}

/** A queue or an agent makes a leg; a contact that ended in the flow has none and is no abandon. */
static enum sam_code leg_of(struct reader *r, struct sam_part *part, struct sam_err *err)
{
    const struct sam_json *root = r->json;
    const struct place *at_queue = KEY(NULL, "Queue"), *at_agent = KEY(NULL, "Agent");
    const struct sam_json *queue = read_object(r, part, sam_json_get(root, "Queue"), at_queue);
    const struct sam_json *agent = read_object(r, part, sam_json_get(root, "Agent"), at_agent);
    struct sam_record *record = part->record;
    if (!queue && !agent)
        return SAM_OK;
    struct sam_leg *leg = read_take(r, 1, sizeof(*leg));
    struct sam_party *party = read_take(r, 1, sizeof(*party));
    if (!leg || !party)
        return sam_arena_full(r->arena, err);
    leg->ended = record->ended;
    leg->disposition = agent ? SAM_DISPOSITION_ANSWERED : SAM_DISPOSITION_ABANDONED;
    if (queue) {
        leg->queue = name_or_arn(r, part, queue, "Name", at_queue);
        leg->queued = read_time(r, part, sam_json_get(queue, "EnqueueTimestamp"), KEY(at_queue, "EnqueueTimestamp"));
        leg->wait_ms = read_ms(r, part, sam_json_get(queue, "Duration"), 1000, KEY(at_queue, "Duration"));
    }
    if (agent) {
        leg->agent = name_or_arn(r, part, agent, "Username", at_agent);
        leg->answered = read_time(r, part, sam_json_get(agent, "ConnectedToAgentTimestamp"), KEY(at_agent, "ConnectedToAgentTimestamp"));
        leg->talk_ms = read_ms(r, part, sam_json_get(agent, "AgentInteractionDuration"), 1000, KEY(at_agent, "AgentInteractionDuration"));
        leg->hold_ms = read_ms(r, part, sam_json_get(agent, "CustomerHoldDuration"), 1000, KEY(at_agent, "CustomerHoldDuration"));
        leg->wrap_ms = read_ms(r, part, sam_json_get(agent, "AfterContactWorkDuration"), 1000, KEY(at_agent, "AfterContactWorkDuration"));
        *party = (struct sam_party){.id = leg->agent, .role = SAM_ROLE_AGENT};
        record->parties = party;
        record->parties_n = 1;
    }
    if (sam_span_is(sam_json_text(root, "InitiationMethod"), "CALLBACK") && !agent)
        leg->disposition = SAM_DISPOSITION_CALLBACK;
    if (!read_is_null(sam_json_get(root, "NextContactId")))
        leg->transfer = read_is_null(sam_json_get(root, "TransferredToEndpoint")) ? SAM_TRANSFER_QUEUE : SAM_TRANSFER_BLIND;
    record->legs = leg;
    record->legs_n = 1;
    return SAM_OK;
}

static void customer_of(struct reader *r, struct sam_part *part)
{
    const struct sam_json *end = sam_json_get(r->json, "CustomerEndpoint");
    struct sam_span address = read_name(r, part, sam_json_get(end, "Address"), KEY(NULL, "CustomerEndpoint.Address"));
    if (address.len == 0)
        return;
    if (sam_span_is(sam_json_text(end, "Type"), "TELEPHONE_NUMBER")) {
        part->record->customer_phone = address;
        part->record->customer_country = r->set->country;
    } else if (sam_span_is(sam_json_text(end, "Type"), "EMAIL_ADDRESS")) {
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
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head->source, err);
    if (code == SAM_OK)
        code = read_id(r, sam_json_get(r->json, "ContactId"), part_id, err);
    if (code == SAM_NONE)
        return sam_fail(err, SAM_BAD_INPUT, "ContactId: missing");
    if (code != SAM_OK)
        return code;
    head->external_id = *part_id;
    code = read_id(r, sam_json_get(r->json, "InitialContactId"), &head->external_id, err);
    return code == SAM_NONE ? SAM_OK : code;
}

static enum sam_code connect_read(struct reader *r, struct sam_err *err)
{
    struct sam_part head = {.version = 0};
    struct sam_span part_id = SAM_NO_SPAN, method = sam_json_text(r->json, "InitiationMethod");
    if (sam_span_is(method, "MONITOR"))
        return sam_fail(err, SAM_UNSUPPORTED, "InitiationMethod MONITOR: a supervisor listened in, no conversation");
    enum sam_code code = ids_of(r, &head, &part_id, err);
    if (code != SAM_OK)
        return code;
    read_warn_notes(r, &head);
    struct sam_time updated = read_time(r, &head, sam_json_get(r->json, "LastUpdateTimestamp"), KEY(NULL, "LastUpdateTimestamp"));
    head.version = updated.quality == SAM_QUALITY_UNKNOWN ? 0 : updated.us;
    struct sam_part *part = read_part(r, &head, SAM_KIND_RECORD);
    if (!part)
        return sam_arena_full(r->arena, err);
    part->part_id = part_id;
    struct sam_record *record = part->record;
    if (!read_channel_find(sam_json_text(r->json, "Channel"), &record->channel))
        read_warn(r, part, "channel.unknown", KEY(NULL, "Channel"));
    read_limit(r, record->channel);
    record->direction = direction_of(method);
    record->offered = read_time(r, part, sam_json_get(r->json, "InitiationTimestamp"), KEY(NULL, "InitiationTimestamp"));
    record->ended = read_time(r, part, sam_json_get(r->json, "DisconnectTimestamp"), KEY(NULL, "DisconnectTimestamp"));
    customer_of(r, part);
    read_attributes(r, part, sam_json_get(r->json, "Attributes"));
    return leg_of(r, part, err);
}

const struct format format_connect = {{"connect", "Amazon Connect contact record", true}, connect_detect, connect_read};
