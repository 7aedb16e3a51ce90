/*
 * Genesys Cloud: conversation details and transcripts. Metrics repeat in every session: only agents' sessions are counted, and waiting is
 * told by the acd before them.
 */
#include "script.h"

#include <string.h>

static bool detail_detect(const struct reader *r)
{
    const struct sam_json *participants = sam_json_get(r->json, "participants");
    return sam_json_get(r->json, "conversationId") && participants && participants->type == SAM_JSON_ARRAY;
}

static bool transcript_detect(const struct reader *r)
{
    const struct sam_json *list = sam_json_get(r->json, "transcripts");
    return sam_json_get(r->json, "conversationId") && list && list->type == SAM_JSON_ARRAY;
}

static enum sam_code head_of(struct reader *r, struct sam_part *head, struct sam_err *err)
{
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head->source, err);
    if (code == SAM_OK)
        code = read_id(r, sam_json_get(r->json, "conversationId"), &head->external_id, err);
    read_warn_notes(r, head);
    return code == SAM_NONE ? sam_fail(err, SAM_BAD_INPUT, "conversationId: missing") : code;
}

/** The elements of a member that is a list. */
static const struct sam_json *first_of(const struct sam_json *object, const char *key)
{
    const struct sam_json *list = sam_json_get(object, key);
    return list && list->type == SAM_JSON_ARRAY ? list->first : NULL;
}

/* ---- conversation detail -------------------------------------------------------------------------------------------------- */

/** A session's metric in ms; unknown when it has none. Several emissions of one metric are summed. */
static struct sam_int metric(const struct sam_json *session, const char *name)
{
    struct sam_int sum = SAM_UNKNOWN;
    int64_t value = 0;
    for (const struct sam_json *m = first_of(session, "metrics"); m; m = m->next) {
        if (sam_span_is_nocase(sam_json_text(m, "name"), name) &&
            sam_json_int(sam_json_get(m, "value"), false, 0, INT64_C(1) << 40, &value))
            sum = sam_int_of(sum.value + value);
    }
    return sum;
}

struct detail {
    struct reader *r;
    struct sam_part *part;
    struct sam_leg *legs;
    struct sam_party *parties;
    size_t legs_n, parties_n;
    bool waiting; /* the last leg has an acd but no agent yet */
};

static struct sam_time at(struct detail *d, const struct sam_json *object, const char *key)
{
    return read_time(d->r, d->part, sam_json_get(object, key), KEY(NULL, key));
}

static void later(struct sam_time *best, struct sam_time t)
{
    if (t.quality != SAM_QUALITY_UNKNOWN && (best->quality == SAM_QUALITY_UNKNOWN || t.us > best->us))
        *best = t;
}

/** A queue's own session: a leg begins. Without an agent behind it the customer left. */
static void on_acd(struct detail *d, const struct sam_json *session)
{
    struct sam_leg *leg = &d->legs[d->legs_n++];
    for (const struct sam_json *s = first_of(session, "segments"); s; s = s->next) {
        if (leg->queue.len == 0)
            leg->queue = read_name(d->r, d->part, sam_json_get(s, "queueId"), KEY(NULL, "queueId"));
        if (leg->queued.quality == SAM_QUALITY_UNKNOWN)
            leg->queued = at(d, s, "segmentStart");
        later(&leg->ended, at(d, s, "segmentEnd"));
    }
    leg->wait_ms = metric(session, "tAcd");
    leg->disposition = SAM_DISPOSITION_ABANDONED;
    d->waiting = true;
}

static void on_segment(struct detail *d, const struct sam_json *s, struct sam_leg *leg)
{
    struct sam_span type = sam_json_text(s, "segmentType"), disconnect = sam_json_text(s, "disconnectType");
    struct sam_time start = at(d, s, "segmentStart");
    if (leg->queue.len == 0)
        leg->queue = read_name(d->r, d->part, sam_json_get(s, "queueId"), KEY(NULL, "queueId"));
    if (sam_span_is_nocase(type, "interact") && leg->answered.quality == SAM_QUALITY_UNKNOWN)
        leg->answered = start;
    read_outcome(d->r, d->part, sam_json_text(s, "wrapUpCode"));
    if (!sam_span_is_nocase(type, "wrapup"))
        later(&leg->ended, at(d, s, "segmentEnd"));
    if (sam_span_is_nocase(disconnect, "transfer"))
        leg->transfer = SAM_TRANSFER_BLIND;
    if (sam_span_is_nocase(disconnect, "consultTransfer"))
        leg->transfer = SAM_TRANSFER_ATTENDED;
}

/** An agent who talked answers the leg that waits, or one of their own (direct calls); one who was only alerted did not. */
static void on_agent(struct detail *d, const struct sam_json *session, struct sam_span id)
{
    bool talked = false;
    for (const struct sam_json *s = first_of(session, "segments"); s; s = s->next)
        talked = talked || sam_span_is_nocase(sam_json_text(s, "segmentType"), "interact");
    if (!talked)
        return;
    struct sam_leg *leg = &d->legs[d->waiting ? d->legs_n - 1 : d->legs_n++];
    if (d->waiting)
        leg->ended = (struct sam_time){0, SAM_QUALITY_UNKNOWN}; /* was the acd's */
    d->waiting = false;
    leg->agent = id;
    leg->disposition = SAM_DISPOSITION_ANSWERED;
    for (const struct sam_json *s = first_of(session, "segments"); s; s = s->next)
        on_segment(d, s, leg);
    leg->talk_ms = metric(session, "tTalk");
    leg->hold_ms = metric(session, "tHeld");
    leg->wrap_ms = metric(session, "tAcw");
    if (!leg->wait_ms.known)
        leg->wait_ms = metric(session, "tAnswered");
}

static void on_customer(struct detail *d, const struct sam_json *session)
{
    struct sam_record *record = d->part->record;
    struct sam_span ani = sam_json_text(session, "ani");
    if (record->channel == SAM_CHANNEL_UNKNOWN)
        (void)read_channel_find(sam_json_text(session, "mediaType"), &record->channel);
    if (sam_span_starts(ani, "tel:")) {
        record->customer_phone = ani;
        record->customer_country = d->r->set->country;
    }
}

static void on_participant(struct detail *d, const struct sam_json *p)
{
    struct sam_span purpose = sam_json_text(p, "purpose");
    bool agent = sam_span_is_nocase(purpose, "agent") || sam_span_is_nocase(purpose, "user");
    struct sam_span id = read_name(d->r, d->part, sam_json_get(p, "userId"), KEY(NULL, "userId"));
    if (agent && id.len > 0)
        d->parties[d->parties_n++] =
            (struct sam_party){.id = read_id_canonical(d->r, id), .role = SAM_ROLE_AGENT, .name = sam_json_text(p, "participantName")};
    read_attributes(d->r, d->part, sam_json_get(p, "attributes"));
    for (const struct sam_json *session = first_of(p, "sessions"); session; session = session->next) {
        if (sam_span_is_nocase(purpose, "acd"))
            on_acd(d, session);
        else if (agent)
            on_agent(d, session, id.len > 0 ? read_id_canonical(d->r, id) : SAM_NO_SPAN);
        else if (sam_span_is_nocase(purpose, "customer") || sam_span_is_nocase(purpose, "external"))
            on_customer(d, session);
    }
}

/** A finished survey with its NPS becomes a survey part. */
static enum sam_code surveys_of(struct reader *r, const struct sam_part *head, struct sam_err *err)
{
    int64_t nps = 0, n = 0;
    for (const struct sam_json *s = first_of(r->json, "surveys"); s; s = s->next, n++) {
        if (!sam_json_int(sam_json_get(s, "surveyPromoterScore"), false, 0, 10, &nps))
            continue;
        struct sam_part *part = read_part(r, head, SAM_KIND_SURVEY);
        if (!part)
            return sam_arena_full(r->arena, err);
        part->survey->nps = sam_int_of(nps);
        part->survey->answered =
            read_time(r, part, sam_json_get(s, "surveyCompletedDate"), KEY(ITEM(NULL, "surveys", n), "surveyCompletedDate"));
        part->part_id = read_print(r, "%lld", (long long)n);
    }
    return SAM_OK;
}

static enum sam_code detail_read(struct reader *r, struct sam_err *err)
{
    struct sam_part head = {.version = 0};
    size_t sessions = 0, participants = 0;
    enum sam_code code = head_of(r, &head, err);
    struct sam_part *part = code == SAM_OK ? read_part(r, &head, SAM_KIND_RECORD) : NULL;
    if (!part)
        return code == SAM_OK ? sam_arena_full(r->arena, err) : code;
    for (const struct sam_json *p = first_of(r->json, "participants"); p; p = p->next, participants++) {
        const struct sam_json *list = sam_json_get(p, "sessions");
        sessions += list && list->type == SAM_JSON_ARRAY ? list->n : 0;
    }
    struct detail d = {
        .r = r, .part = part, .legs = read_take(r, sessions, sizeof(*d.legs)), .parties = read_take(r, participants, sizeof(*d.parties))};
    if (!d.legs || !d.parties)
        return sam_arena_full(r->arena, err);
    struct sam_record *record = part->record;
    if (!read_direction_find(sam_json_text(r->json, "originatingDirection"), &record->direction))
        record->direction = SAM_DIRECTION_UNKNOWN;
    record->offered = at(&d, r->json, "conversationStart");
    record->ended = at(&d, r->json, "conversationEnd");
    part->version = record->ended.quality != SAM_QUALITY_UNKNOWN ? record->ended.us : 0; /* open: anything later is newer */
    for (const struct sam_json *p = first_of(r->json, "participants"); p; p = p->next)
        on_participant(&d, p);
    record->legs = d.legs;
    record->legs_n = d.legs_n;
    record->parties = d.parties;
    record->parties_n = d.parties_n;
    return surveys_of(r, &head, err);
}

/* ---- transcript -------------------------------------------------------------------------------------------------------------- */

static int32_t party_of(struct script *s, struct sam_span purpose)
{
    static const struct {
        const char *purpose;
        enum sam_role role;
    } rows[] = {{"internal", SAM_ROLE_AGENT},    {"agent", SAM_ROLE_AGENT}, {"user", SAM_ROLE_AGENT},  {"external", SAM_ROLE_CUSTOMER},
                {"customer", SAM_ROLE_CUSTOMER}, {"ivr", SAM_ROLE_BOT},     {"botflow", SAM_ROLE_BOT}, {"acd", SAM_ROLE_SYSTEM}};
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        if (sam_span_is_nocase(purpose, rows[i].purpose))
            return script_role(s, rows[i].role);
    }
    return script_speaker(s, purpose);
}

static void phrase(struct script *s, const struct sam_json *p, const struct place *here)
{
    struct sam_time *zero = &s->part->transcript->started;
    struct sam_time t = read_time(s->r, s->part, sam_json_get(p, "startTimeMs"), KEY(here, "startTimeMs"));
    struct sam_int start = SAM_UNKNOWN, end = SAM_UNKNOWN;
    struct sam_int length = read_ms(s->r, s->part, sam_json_get(sam_json_get(p, "duration"), "milliseconds"), 1, KEY(here, "duration"));
    if (t.quality != SAM_QUALITY_UNKNOWN && zero->quality != SAM_QUALITY_UNKNOWN)
        start = sam_int_of(t.us > zero->us ? (t.us - zero->us) / 1000 : 0);
    if (start.known && length.known)
        end = sam_int_of(start.value + length.value);
    struct sam_span text = sam_json_text(p, "decoratedText");
    script_turn(s, party_of(s, sam_json_text(p, "participantPurpose")), start, end, text.len > 0 ? text : sam_json_text(p, "text"));
}

static enum sam_code transcript_read(struct reader *r, struct sam_err *err)
{
    struct sam_part head = {.version = 0};
    struct script s;
    enum sam_code code = head_of(r, &head, err);
    struct sam_part *part = code == SAM_OK ? read_part(r, &head, SAM_KIND_TRANSCRIPT) : NULL;
    if (code == SAM_OK && (!part || !script_open(&s, r, part, NULL, 0)))
        return sam_arena_full(r->arena, err);
    if (code != SAM_OK)
        return code;
    struct sam_span communication = SAM_SPAN("");
    code = read_id(r, sam_json_get(r->json, "communicationId"), &communication, err); /* a transferred call has one transcript each */
    if (code != SAM_OK && code != SAM_NONE)
        return code;
    part->part_id = communication;
    (void)read_channel_find(sam_json_text(r->json, "mediaType"), &part->transcript->channel);
    part->transcript->started = read_time(r, part, sam_json_get(r->json, "startTime"), KEY(NULL, "startTime"));
    size_t index = 0;
    for (const struct sam_json *t = first_of(r->json, "transcripts"); t; t = t->next) {
        if (part->transcript->language == SAM_LANGUAGE_UNKNOWN)
            part->transcript->language = sam_language_find(sam_json_text(t, "language"));
        if (part->transcript->started.quality == SAM_QUALITY_UNKNOWN)
            part->transcript->started = read_time(r, part, sam_json_get(t, "startTime"), KEY(NULL, "transcripts.startTime"));
        for (const struct sam_json *p = first_of(t, "phrases"); p; p = p->next)
            phrase(&s, p, ITEM(NULL, "phrases", index++));
    }
    return script_close(&s, err);
}

const struct format format_genesys = {{"genesys", "Genesys Cloud conversation detail", true}, detail_detect, detail_read};
const struct format format_genesys_transcript = {
    {"genesys_transcript", "Genesys Cloud transcript", true}, transcript_detect, transcript_read};
