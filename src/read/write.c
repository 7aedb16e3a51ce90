/*
 * The canonical form of a part: native JSON, keys in a fixed order, no blanks, nothing that is unknown. The same part gives the same bytes,
 * and the native reader gives the same part back: what is stored is hashed, compared and re-joined in this form.
 */
#include "write.h"
#include "reader.h"

#include <string.h>

/* ---- parties, legs, turns --------------------------------------------------------------------------------------------- */

static void parties(struct sam_buf *out, const struct sam_party *list, size_t n)
{
    if (n == 0)
        return;
    write_key(out, "parties");
    WRITE(out, "[");
    for (size_t i = 0; i < n; i++) {
        write_item(out);
        WRITE(out, "{");
        write_text(out, "id", list[i].id);
        if (list[i].role != SAM_ROLE_UNKNOWN)
            write_word(out, "role", sam_role_name(list[i].role));
        if (list[i].role_derived) {
            write_key(out, "role_derived");
            WRITE(out, "true");
        }
        write_text(out, "name", list[i].name);
        write_text(out, "team", list[i].team);
        WRITE(out, "}");
    }
    WRITE(out, "]");
}

static void leg(struct sam_buf *out, const struct sam_leg *l)
{
    WRITE(out, "{");
    write_text(out, "queue", l->queue);
    write_text(out, "agent", l->agent);
    write_text(out, "team", l->team);
    write_time(out, "queued_at", l->queued);
    write_time(out, "answered_at", l->answered);
    write_time(out, "ended_at", l->ended);
    write_number(out, "wait_ms", l->wait_ms);
    write_number(out, "talk_ms", l->talk_ms);
    write_number(out, "hold_ms", l->hold_ms);
    write_number(out, "wrap_ms", l->wrap_ms);
    if (l->disposition != SAM_DISPOSITION_UNKNOWN)
        write_word(out, "disposition", sam_disposition_name(l->disposition));
    if (l->transfer != SAM_TRANSFER_NONE)
        write_word(out, "transfer", sam_transfer_name(l->transfer));
    WRITE(out, "}");
}

/** A number of a turn; nothing when it is unknown. @return behind it */
static inline char *field(char *at, const char *name, size_t len, struct sam_int value)
{
    if (!value.known)
        return at;
    memcpy(at, name, len);
    return write_digits(at + len, value.value);
}
#define FIELD(at, name, value) field((at), ",\"" name "\":", sizeof(",\"" name "\":") - 1, (value))

/** Most bytes of a turn before its text: four numbers, their names, a role. */
#define TURN_HEAD 200

/** As all else, but with one look for room: a transcript is mostly turns. */
static void turn(struct sam_buf *out, const struct sam_turn *t)
{
    static const char text_follows[] = ",\"text\":";
    char *at = write_room(out, TURN_HEAD), *start = at;
    if (!at)
        return;
    memcpy(at, "{\"i\":", 5);
    at = write_digits(at + 5, t->i);
    if (t->party >= 0) {
        at = FIELD(at, "party", sam_int_of(t->party));
    } else if (t->role != SAM_ROLE_UNKNOWN) {
        out->len += (size_t)(at - start);
        write_word(out, "speaker", sam_role_name(t->role));
        at = start = write_room(out, TURN_HEAD);
        if (!at)
            return;
    }
    at = FIELD(at, "start_ms", t->start_ms);
    at = FIELD(at, "end_ms", t->end_ms);
    memcpy(at, text_follows, sizeof(text_follows) - 1);
    out->len += (size_t)(at - start) + sizeof(text_follows) - 1;
    sam_buf_json(out, t->text);
    WRITE(out, "}");
}

/* ---- the five bodies --------------------------------------------------------------------------------------------------- */

static void consent(struct sam_buf *out, const struct sam_record *record)
{
    if (record->consent == SAM_CONSENT_UNKNOWN && record->purpose.len == 0)
        return;
    write_key(out, "consent");
    WRITE(out, "{");
    if (record->consent != SAM_CONSENT_UNKNOWN)
        write_word(out, "state", sam_consent_name(record->consent));
    write_text(out, "purpose", record->purpose);
    WRITE(out, "}");
}

static void customer(struct sam_buf *out, const struct sam_customer *c, struct sam_span since)
{
    const struct {
        const char *name;
        struct sam_span value;
    } fields[] = {{"key", c->key}, {"id", c->id}, {"phone", c->phone}, {"email", c->email}, {"country", c->country}, {"since", since}};
    size_t start = out->len;
    write_key(out, "customer");
    WRITE(out, "{");
    size_t empty = out->len;
    for (size_t i = 0; i < SAM_COUNT(fields); i++)
        write_text(out, fields[i].name, fields[i].value);
    if (out->len == empty)
        out->len = start;
    else
        WRITE(out, "}");
}

static void rank(struct sam_buf *out, int32_t value)
{
    if (value > 0)
        write_number(out, "rank", sam_int_of(value));
}

static void holds(struct sam_buf *out, const struct sam_record *rec)
{
    if (rec->holds_n == 0)
        return;
    write_key(out, "holds");
    WRITE(out, "[");
    for (size_t i = 0; i < rec->holds_n; i++) {
        write_item(out);
        WRITE(out, "{");
        write_time(out, "from", rec->holds[i].from);
        write_time(out, "to", rec->holds[i].to);
        WRITE(out, "}");
    }
    WRITE(out, "]");
}

static void events(struct sam_buf *out, const struct sam_record *rec)
{
    if (rec->events_n == 0)
        return;
    write_key(out, "channel_events");
    WRITE(out, "[");
    for (size_t i = 0; i < rec->events_n; i++) {
        const struct sam_channel_event *e = &rec->events[i];
        write_item(out);
        WRITE(out, "{");
        write_time(out, "at", e->at);
        write_word(out, "act", sam_act_name(e->act));
        write_text(out, "channel", e->channel);
        write_text(out, "name", e->name);
        write_text(out, "peer", e->peer);
        write_text(out, "agent", e->agent);
        write_text(out, "queue", e->queue);
        WRITE(out, "}");
    }
    WRITE(out, "]");
}

static void legs(struct sam_buf *out, const struct sam_record *rec)
{
    if (rec->legs_n == 0)
        return;
    write_key(out, "legs");
    WRITE(out, "[");
    for (size_t i = 0; i < rec->legs_n; i++) {
        write_item(out);
        leg(out, &rec->legs[i]);
    }
    WRITE(out, "]");
}

static void record(struct sam_buf *out, const struct sam_record *rec)
{
    rank(out, rec->rank);
    if (rec->channel != SAM_CHANNEL_UNKNOWN)
        write_word(out, "channel", sam_channel_name(rec->channel));
    if (rec->direction != SAM_DIRECTION_UNKNOWN)
        write_word(out, "direction", sam_direction_name(rec->direction));
    if (rec->language != SAM_LANGUAGE_UNKNOWN)
        write_word(out, "language", sam_language_name(rec->language));
    consent(out, rec);
    customer(
        out,
        &(const struct sam_customer){rec->customer_key, rec->customer_id, rec->customer_phone, rec->customer_email, rec->customer_country},
        rec->customer_since);
    write_time(out, "offered_at", rec->offered);
    write_time(out, "ended_at", rec->ended);
    parties(out, rec->parties, rec->parties_n);
    legs(out, rec);
    holds(out, rec);
    events(out, rec);
}

static void masked(struct sam_buf *out, const struct sam_transcript *t)
{
    if (t->masked_n == 0)
        return;
    write_key(out, "masked");
    WRITE(out, "[");
    for (size_t i = 0; i < t->masked_n; i++) {
        write_item(out);
        WRITE(out, "{");
        write_number(out, "turn", sam_int_of(t->masked[i].i));
        write_number(out, "start", sam_int_of(t->masked[i].start));
        write_number(out, "end", sam_int_of(t->masked[i].end));
        write_word(out, "identifier", sam_identifier_name(t->masked[i].identifier));
        WRITE(out, "}");
    }
    WRITE(out, "]");
}

static void transcript(struct sam_buf *out, const struct sam_transcript *t)
{
    rank(out, t->rank);
    if (t->channel != SAM_CHANNEL_UNKNOWN)
        write_word(out, "channel", sam_channel_name(t->channel));
    if (t->language != SAM_LANGUAGE_UNKNOWN)
        write_word(out, "language", sam_language_name(t->language));
    customer(out, &t->customer, SAM_NO_SPAN);
    write_time(out, "started_at", t->started);
    parties(out, t->parties, t->parties_n);
    write_key(out, "turns");
    WRITE(out, "[");
    for (size_t i = 0; i < t->turns_n; i++) {
        write_item(out);
        turn(out, &t->turns[i]);
    }
    WRITE(out, "]");
    masked(out, t);
}

static void scale(struct sam_buf *out, const char *name, const struct sam_int score[3], bool reversed)
{
    if (!score[0].known && !score[1].known && !score[2].known)
        return;
    write_key(out, name);
    WRITE(out, "{");
    write_number(out, "score", score[0]);
    write_number(out, "min", score[1]);
    write_number(out, "max", score[2]);
    if (reversed)
        write_truth(out, "reversed", sam_int_of(1));
    WRITE(out, "}");
}

static void survey(struct sam_buf *out, const struct sam_part *part)
{
    const struct sam_survey *s = part->survey;
    write_key(out, "survey");
    WRITE(out, "{");
    write_text(out, "id", part->part_id);
    write_number(out, "nps", s->nps);
    scale(out, "csat", (const struct sam_int[]){s->csat, s->csat_min, s->csat_max}, false);
    scale(out, "ces", (const struct sam_int[]){s->ces, s->ces_min, s->ces_max}, s->ces_reversed);
    write_time(out, "answered_at", s->answered);
    WRITE(out, "}");
}

static void outcome(struct sam_buf *out, const struct sam_part *part)
{
    const struct sam_outcome *o = part->outcome;
    write_key(out, "outcome");
    WRITE(out, "{");
    write_text(out, "id", part->part_id);
    if (o->resolved != SAM_RESOLVED_UNKNOWN)
        write_truth(out, "resolved", sam_int_of(o->resolved == SAM_RESOLVED_YES));
    write_truth(out, "churned", o->churned);
    write_truth(out, "winback", o->winback);
    if (o->amount_minor.known || o->currency.len > 0) {
        write_key(out, "sold");
        WRITE(out, "{");
        write_number(out, "amount_minor", o->amount_minor);
        write_text(out, "currency", o->currency);
        WRITE(out, "}");
    } else {
        write_truth(out, "sold", o->sold);
    }
    write_time(out, "at", o->at);
    WRITE(out, "}");
}

static void states(struct sam_buf *out, const struct sam_agent_states *s)
{
    write_key(out, "agent");
    WRITE(out, "{");
    write_text(out, "id", s->agent.id);
    write_text(out, "name", s->agent.name);
    write_text(out, "team", s->agent.team);
    WRITE(out, "}");
    write_key(out, "states");
    WRITE(out, "[");
    for (size_t i = 0; i < s->n; i++) {
        write_item(out);
        WRITE(out, "{");
        write_word(out, "state", sam_state_name(s->at[i].state));
        write_text(out, "reason", s->at[i].reason);
        write_text(out, "queue", s->at[i].queue);
        write_time(out, "from", s->at[i].from);
        write_time(out, "to", s->at[i].to);
        WRITE(out, "}");
    }
    WRITE(out, "]");
}

static void warnings(struct sam_buf *out, const struct sam_part *part)
{
    uint32_t kept = part->warnings_n < SAM_WARNINGS ? part->warnings_n : SAM_WARNINGS;
    if (kept == 0)
        return;
    write_key(out, "warnings");
    WRITE(out, "[");
    for (uint32_t i = 0; i < kept; i++) {
        write_item(out);
        WRITE(out, "{");
        write_text(out, "code", part->warnings[i].code);
        write_text(out, "place", part->warnings[i].place);
        WRITE(out, "}");
    }
    WRITE(out, "]");
    if (part->warnings_n > kept)
        write_number(out, "warnings_more", sam_int_of(part->warnings_n - kept));
}

void sam_part_write(const struct sam_part *part, struct sam_buf *out)
{
    WRITE(out, "{\"kind\":\"");
    sam_buf_text(out, sam_kind_name(part->kind));
    WRITE(out, "\"");
    write_text(out, "source", part->source);
    if (!part->states)
        write_text(out, "id", part->external_id);
    if (part->kind == SAM_KIND_RECORD || part->kind == SAM_KIND_TRANSCRIPT)
        write_text(out, "part_id", part->part_id);
    if (part->version != 0)
        write_number(out, "version", sam_int_of(part->version));
    if (part->record)
        record(out, part->record);
    if (part->transcript)
        transcript(out, part->transcript);
    if (part->survey)
        survey(out, part);
    if (part->outcome)
        outcome(out, part);
    if (part->states)
        states(out, part->states);
    warnings(out, part);
    WRITE(out, "}");
}
