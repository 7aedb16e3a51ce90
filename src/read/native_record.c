/*
 * The record of a native message: channel, language, consent, customer, parties and legs.
 */
#include "native.h"

#include <string.h>

enum sam_channel native_channel(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place)
{
    enum sam_channel channel = SAM_CHANNEL_UNKNOWN;
    if (!read_is_null(value) && (value->type != SAM_JSON_STRING || !read_channel_find(value->text, &channel)))
        read_warn(r, part, "channel.unknown", place);
    return channel;
}

enum sam_language native_language(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place)
{
    if (read_is_null(value))
        return SAM_LANGUAGE_UNKNOWN;
    if (value->type == SAM_JSON_STRING)
        return sam_language_find(sam_span_trim(value->text));
    read_warn(r, part, "type.not_text", place);
    return SAM_LANGUAGE_UNKNOWN;
}

static enum sam_direction direction_of(struct reader *r, struct sam_part *part, const struct sam_json *value)
{
    enum sam_direction direction = SAM_DIRECTION_UNKNOWN;
    if (!read_is_null(value) && (value->type != SAM_JSON_STRING || !read_direction_find(value->text, &direction)))
        read_warn(r, part, "direction.unknown", KEY(NULL, "direction"));
    return direction;
}

/* ---- consent, customer --------------------------------------------------------------------------------------------- */

static const char *const documentation_words[] = {"documentation", "dokumentation", "dokumentasjon"};

/** Sets purpose ("a,b") from a text or a list of texts. */
static void purposes_of(struct reader *r, struct sam_part *part, const struct sam_json *value)
{
    const struct sam_json *item = value->type == SAM_JSON_ARRAY ? value->first : value;
    char joined[ID_MAX] = "";
    size_t n = 0, all = 0, documentation = 0;
    for (; item; item = value->type == SAM_JSON_ARRAY ? item->next : NULL) {
        struct sam_span rest = item->type == SAM_JSON_STRING ? item->text : SAM_NO_SPAN;
        while (rest.len > 0) {
            const char *comma = memchr(rest.at, ',', rest.len);
            size_t len = comma ? (size_t)(comma - rest.at) : rest.len;
            struct sam_span word = sam_span_trim((struct sam_span){rest.at, len});
            rest = (struct sam_span){rest.at + len + (comma != NULL), rest.len - len - (comma != NULL)};
            if (word.len == 0)
                continue;
            if (n + word.len + 1 >= sizeof(joined)) {
                read_warn(r, part, "text.cut", KEY(NULL, "consent.purpose"));
                continue;
            }
            joined[n] = ',';
            memcpy(joined + n + (n > 0), word.at, word.len);
            n += word.len + (n > 0);
            all++;
            for (size_t i = 0; i < SAM_COUNT(documentation_words); i++)
                documentation += sam_span_is_nocase(word, documentation_words[i]);
        }
    }
    if (all == 0)
        return;
    part->record->purpose = read_keep(r, (struct sam_span){joined, n});
    part->record->documentation_only = documentation == all;
}

static void consent_of(struct reader *r, struct sam_part *part, const struct sam_json *value)
{
    if (read_is_null(value))
        return;
    const struct sam_json *state = value->type == SAM_JSON_OBJECT ? sam_json_get(value, "state") : value;
    if (!read_is_null(state)) {
        if (state->type == SAM_JSON_TRUE || state->type == SAM_JSON_FALSE)
            part->record->consent = state->type == SAM_JSON_TRUE ? SAM_CONSENT_GIVEN : SAM_CONSENT_REFUSED;
        else if (state->type != SAM_JSON_STRING || !sam_consent_find(state->text, &part->record->consent))
            read_warn(r, part, "consent.unknown", KEY(NULL, "consent"));
    }
    const struct sam_json *purpose = sam_json_get(value, "purpose");
    if (!read_is_null(purpose))
        purposes_of(r, part, purpose);
}

/** A key that masking made: 64 hex digits; anything else is not taken for one. */
static struct sam_span key_of(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *at)
{
    struct sam_span key = read_name(r, part, value, at);
    size_t hex = 0;
    while (hex < key.len && strchr("0123456789abcdef", key.at[hex]))
        hex++;
    if (key.len == 0 || (key.len == 64 && hex == 64))
        return key;
    read_warn(r, part, "customer.key_invalid", at);
    return SAM_NO_SPAN;
}

struct sam_customer native_customer(struct reader *r, struct sam_part *part, const struct sam_json *customer)
{
    const struct place *at = KEY(NULL, "customer");
    struct sam_span country = read_name(r, part, sam_json_get(customer, "country"), KEY(at, "country"));
    struct sam_customer out = {.key = key_of(r, part, sam_json_get(customer, "key"), KEY(at, "key")),
                               .id = read_name(r, part, sam_json_get(customer, "id"), KEY(at, "id")),
                               .phone = read_name(r, part, sam_json_get(customer, "phone"), KEY(at, "phone")),
                               .email = read_name(r, part, sam_json_get(customer, "email"), KEY(at, "email"))};
    out.country = country.len > 0 || out.phone.len == 0 ? country : r->set->country;
    return out;
}

static void customer_of(struct reader *r, struct sam_part *part, const struct sam_json *value)
{
    const struct place *at = KEY(NULL, "customer");
    const struct sam_json *customer = read_object(r, part, value, at);
    struct sam_record *record = part->record;
    if (!customer)
        return;
    const struct sam_customer told = native_customer(r, part, customer);
    record->customer_key = told.key;
    record->customer_id = told.id;
    record->customer_phone = told.phone;
    record->customer_email = told.email;
    record->customer_country = told.country;
    struct sam_time since = {0, SAM_QUALITY_UNKNOWN};
    struct sam_span text = sam_json_text(customer, "since");
    if (text.len >= 10 && text.at[4] == '-') /* a date, as written: it has no zone to assume */
        since = read_time_text(r, part, read_print(r, "%.10sT12:00:00Z", text.at), KEY(at, "since"));
    else
        since = read_time(r, part, sam_json_get(customer, "since"), KEY(at, "since"));
    if (since.quality != SAM_QUALITY_UNKNOWN) {
        int64_t year = 0;
        int month = 0, day = 0;
        read_civil_date(since.us / INT64_C(86400000000), &year, &month, &day);
        record->customer_since = read_print(r, "%04lld-%02d-%02d", (long long)year, month, day);
    }
}

/* ---- parties, legs ---------------------------------------------------------------------------------------------------- */

static struct sam_party party_of(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *at)
{
    struct sam_party party = {.role = SAM_ROLE_UNKNOWN};
    const struct sam_json *object = read_object(r, part, value, at);
    if (!object)
        return party;
    const struct sam_json *role = sam_json_get(object, "role");
    if (!read_is_null(role) && (role->type != SAM_JSON_STRING || !read_role_find(role->text, &party.role)))
        read_warn(r, part, "party.role_unknown", KEY(at, "role"));
    const struct sam_json *derived = sam_json_get(object, "role_derived");
    party.role_derived = derived && derived->type == SAM_JSON_TRUE;
    struct sam_span id = read_name(r, part, sam_json_get(object, "id"), KEY(at, "id"));
    party.id = id.len > 0 ? read_id_canonical(r, id) : SAM_NO_SPAN;
    party.name = read_name(r, part, sam_json_get(object, "name"), KEY(at, "name"));
    party.team = read_name(r, part, sam_json_get(object, "team"), KEY(at, "team"));
    return party;
}

enum sam_code native_parties(struct reader *r, struct sam_part *part, const struct sam_json *list, struct sam_party **out, size_t *n,
                             struct sam_err *err)
{
    list = read_list(r, part, list, KEY(NULL, "parties"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->parties_max, "parties", err);
    if (code != SAM_OK)
        return code;
    struct sam_party *parties = read_take(r, list->n, sizeof(*parties));
    if (!parties)
        return sam_arena_full(r->arena, err);
    size_t i = 0;
    for (const struct sam_json *item = list->first; item; item = item->next, i++)
        parties[i] = party_of(r, part, item, ITEM(NULL, "parties", i));
    *out = parties;
    *n = i;
    return SAM_OK;
}

static struct sam_leg leg_of(struct reader *r, struct sam_part *part, const struct sam_json *object, const struct place *at)
{
    struct sam_leg leg = {.disposition = SAM_DISPOSITION_UNKNOWN};
    leg.queue = read_name(r, part, sam_json_get(object, "queue"), KEY(at, "queue"));
    struct sam_span agent = read_name(r, part, sam_json_get(object, "agent"), KEY(at, "agent"));
    leg.agent = agent.len > 0 ? read_id_canonical(r, agent) : SAM_NO_SPAN;
    leg.team = read_name(r, part, sam_json_get(object, "team"), KEY(at, "team"));
    leg.queued = read_time(r, part, sam_json_get(object, "queued_at"), KEY(at, "queued_at"));
    leg.answered = read_time(r, part, sam_json_get(object, "answered_at"), KEY(at, "answered_at"));
    leg.ended = read_time(r, part, sam_json_get(object, "ended_at"), KEY(at, "ended_at"));
    leg.wait_ms = read_ms(r, part, sam_json_get(object, "wait_ms"), 1, KEY(at, "wait_ms"));
    leg.talk_ms = read_ms(r, part, sam_json_get(object, "talk_ms"), 1, KEY(at, "talk_ms"));
    leg.hold_ms = read_ms(r, part, sam_json_get(object, "hold_ms"), 1, KEY(at, "hold_ms"));
    leg.wrap_ms = read_ms(r, part, sam_json_get(object, "wrap_ms"), 1, KEY(at, "wrap_ms"));
    const struct sam_json *disposition = sam_json_get(object, "disposition");
    if (!read_is_null(disposition) && (disposition->type != SAM_JSON_STRING || !read_disposition(r, disposition->text, &leg.disposition)))
        read_warn(r, part, "disposition.unknown", KEY(at, "disposition"));
    const struct sam_json *transfer = sam_json_get(object, "transfer");
    if (!read_is_null(transfer) && (transfer->type != SAM_JSON_STRING || !sam_transfer_find(transfer->text, &leg.transfer)))
        read_warn(r, part, "transfer.unknown", KEY(at, "transfer"));
    return leg;
}

static enum sam_code legs_of(struct reader *r, struct sam_part *part, const struct sam_json *list, struct sam_err *err)
{
    list = read_list(r, part, list, KEY(NULL, "legs"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->legs_max, "legs", err);
    if (code != SAM_OK)
        return code;
    struct sam_leg *legs = read_take(r, list->n, sizeof(*legs));
    if (!legs)
        return sam_arena_full(r->arena, err);
    size_t n = 0, i = 0;
    for (const struct sam_json *item = list->first; item; item = item->next, i++) {
        const struct sam_json *object = read_object(r, part, item, ITEM(NULL, "legs", i));
        if (object)
            legs[n++] = leg_of(r, part, object, ITEM(NULL, "legs", i));
    }
    part->record->legs = legs;
    part->record->legs_n = n;
    return SAM_OK;
}

int32_t native_rank(const struct sam_json *root)
{
    int64_t rank = 0;
    return sam_json_int(sam_json_get(root, "rank"), false, 0, RANK_MAX, &rank) ? (int32_t)rank : 0;
}

static enum sam_code holds_of(struct reader *r, struct sam_part *part, const struct sam_json *list, struct sam_err *err)
{
    list = read_list(r, part, list, KEY(NULL, "holds"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->legs_max, "holds", err);
    struct sam_hold *holds = code == SAM_OK ? read_take(r, list->n, sizeof(*holds)) : NULL;
    if (!holds)
        return code == SAM_OK ? sam_arena_full(r->arena, err) : code;
    size_t i = 0;
    for (const struct sam_json *item = list->first; item; item = item->next, i++) {
        const struct place *at = ITEM(NULL, "holds", i);
        holds[i].from = read_time(r, part, sam_json_get(item, "from"), KEY(at, "from"));
        holds[i].to = read_time(r, part, sam_json_get(item, "to"), KEY(at, "to"));
    }
    part->record->holds = holds;
    part->record->holds_n = i;
    return SAM_OK;
}

static enum sam_code events_of(struct reader *r, struct sam_part *part, const struct sam_json *list, struct sam_err *err)
{
    list = read_list(r, part, list, KEY(NULL, "channel_events"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->legs_max * CHANNEL_EVENTS, "channel_events", err);
    struct sam_channel_event *events = code == SAM_OK ? read_take(r, list->n, sizeof(*events)) : NULL;
    if (!events)
        return code == SAM_OK ? sam_arena_full(r->arena, err) : code;
    size_t i = 0;
    for (const struct sam_json *item = list->first; item; item = item->next, i++) {
        const struct place *at = ITEM(NULL, "channel_events", i);
        events[i].at = read_time(r, part, sam_json_get(item, "at"), KEY(at, "at"));
        (void)sam_act_find(sam_json_text(item, "act"), &events[i].act);
        events[i].channel = read_name(r, part, sam_json_get(item, "channel"), KEY(at, "channel"));
        events[i].name = read_name(r, part, sam_json_get(item, "name"), KEY(at, "name"));
        events[i].peer = read_name(r, part, sam_json_get(item, "peer"), KEY(at, "peer"));
        events[i].agent = read_name(r, part, sam_json_get(item, "agent"), KEY(at, "agent"));
        events[i].queue = read_name(r, part, sam_json_get(item, "queue"), KEY(at, "queue"));
    }
    part->record->events = events;
    part->record->events_n = i;
    return SAM_OK;
}

enum sam_code native_record(struct native *m, struct sam_err *err)
{
    struct reader *r = m->r;
    struct sam_part *part = read_part(r, &m->head, SAM_KIND_RECORD);
    if (!part)
        return sam_arena_full(r->arena, err);
    part->part_id = m->part_id;
    struct sam_record *record = part->record;
    record->channel = native_channel(r, part, sam_json_get(m->root, "channel"), KEY(NULL, "channel"));
    read_limit(r, record->channel);
    record->direction = direction_of(r, part, sam_json_get(m->root, "direction"));
    record->language = native_language(r, part, sam_json_get(m->root, "language"), KEY(NULL, "language"));
    record->offered = read_time(r, part, sam_json_get(m->root, "offered_at"), KEY(NULL, "offered_at"));
    record->ended = read_time(r, part, sam_json_get(m->root, "ended_at"), KEY(NULL, "ended_at"));
    consent_of(r, part, sam_json_get(m->root, "consent"));
    customer_of(r, part, sam_json_get(m->root, "customer"));
    enum sam_code code = native_parties(r, part, sam_json_get(m->root, "parties"), &record->parties, &record->parties_n, err);
    if (code == SAM_OK)
        code = legs_of(r, part, sam_json_get(m->root, "legs"), err);
    record->rank = native_rank(m->root);
    if (code == SAM_OK)
        code = holds_of(r, part, sam_json_get(m->root, "holds"), err);
    return code == SAM_OK ? events_of(r, part, sam_json_get(m->root, "channel_events"), err) : code;
}
