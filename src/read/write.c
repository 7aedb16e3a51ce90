/*
 * The canonical form of a part: native JSON, keys in a fixed order, no blanks, nothing that is unknown. The same part gives the same bytes,
 * and the native reader gives the same part back: what is stored is hashed, compared and re-joined in this form.
 */
#include "reader.h"

#include <inttypes.h>

#define US     INT64_C(1000000)
#define DAY_US (86400 * US)

/* Each writer below puts a comma first unless it stands at the start of an object or list. */
static void key(struct sam_buf *out, const char *name)
{
    char last = out->len > 0 ? out->at[out->len - 1] : '{';
    if (last != '{' && last != '[')
        sam_buf_text(out, ",");
    sam_buf_text(out, "\"");
    sam_buf_text(out, name);
    sam_buf_text(out, "\":");
}

static void item(struct sam_buf *out)
{
    if (out->len > 0 && out->at[out->len - 1] != '[')
        sam_buf_text(out, ",");
}

static void text(struct sam_buf *out, const char *name, struct sam_span value)
{
    if (value.len == 0)
        return;
    key(out, name);
    sam_buf_json(out, value);
}

static void word(struct sam_buf *out, const char *name, const char *value)
{
    key(out, name);
    sam_buf_text(out, "\"");
    sam_buf_text(out, value);
    sam_buf_text(out, "\"");
}

static void integer(struct sam_buf *out, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--at] = '-';
    sam_buf_add(out, digits + at, sizeof(digits) - at);
}

static void number(struct sam_buf *out, const char *name, struct sam_int value)
{
    if (!value.known)
        return;
    key(out, name);
    integer(out, value.value);
}

static void truth(struct sam_buf *out, const char *name, struct sam_int value)
{
    if (!value.known)
        return;
    key(out, name);
    sam_buf_text(out, value.value ? "true" : "false");
}

/** RFC 3339 in UTC; a fraction of three or six digits stands for an exact time, none for one good to the second. */
static void stamp(struct sam_buf *out, int64_t us, bool fraction)
{
    int64_t days = (us >= 0 ? us : us - DAY_US + 1) / DAY_US, rest = us - days * DAY_US, year = 0;
    int month = 0, day = 0;
    read_civil_date(days, &year, &month, &day);
    int s = (int)(rest / US), part = (int)(rest % US);
    sam_buf_printf(out, "\"%04" PRId64 "-%02d-%02dT%02d:%02d:%02d", year, month, day, s / 3600, s / 60 % 60, s % 60);
    if (part % 1000 != 0)
        sam_buf_printf(out, ".%06d", part);
    else if (part != 0 || fraction)
        sam_buf_printf(out, ".%03d", part / 1000);
    sam_buf_text(out, "Z\"");
}

static void time_at(struct sam_buf *out, const char *name, struct sam_time t)
{
    if (t.quality == SAM_QUALITY_UNKNOWN)
        return;
    key(out, name);
    bool plain = t.quality == SAM_QUALITY_EXACT || (t.quality == SAM_QUALITY_SECOND && t.us % US == 0);
    if (!plain)
        sam_buf_text(out, "{\"time\":");
    stamp(out, t.us, t.quality == SAM_QUALITY_EXACT);
    if (!plain) {
        word(out, "quality", sam_quality_name(t.quality));
        sam_buf_text(out, "}");
    }
}

/* ---- parties, legs, turns --------------------------------------------------------------------------------------------- */

static void parties(struct sam_buf *out, const struct sam_party *list, size_t n)
{
    if (n == 0)
        return;
    key(out, "parties");
    sam_buf_text(out, "[");
    for (size_t i = 0; i < n; i++) {
        item(out);
        sam_buf_text(out, "{");
        text(out, "id", list[i].id);
        if (list[i].role != SAM_ROLE_UNKNOWN)
            word(out, "role", sam_role_name(list[i].role));
        if (list[i].role_derived) {
            key(out, "role_derived");
            sam_buf_text(out, "true");
        }
        text(out, "name", list[i].name);
        text(out, "team", list[i].team);
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "]");
}

static void leg(struct sam_buf *out, const struct sam_leg *l)
{
    sam_buf_text(out, "{");
    text(out, "queue", l->queue);
    text(out, "agent", l->agent);
    text(out, "team", l->team);
    time_at(out, "queued_at", l->queued);
    time_at(out, "answered_at", l->answered);
    time_at(out, "ended_at", l->ended);
    number(out, "wait_ms", l->wait_ms);
    number(out, "talk_ms", l->talk_ms);
    number(out, "hold_ms", l->hold_ms);
    number(out, "wrap_ms", l->wrap_ms);
    if (l->disposition != SAM_DISPOSITION_UNKNOWN)
        word(out, "disposition", sam_disposition_name(l->disposition));
    if (l->transfer != SAM_TRANSFER_NONE)
        word(out, "transfer", sam_transfer_name(l->transfer));
    sam_buf_text(out, "}");
}

static void turn(struct sam_buf *out, const struct sam_turn *t)
{
    sam_buf_text(out, "{\"i\":");
    integer(out, t->i);
    if (t->party >= 0) {
        key(out, "party");
        integer(out, t->party);
    } else if (t->role != SAM_ROLE_UNKNOWN) {
        word(out, "speaker", sam_role_name(t->role));
    }
    number(out, "start_ms", t->start_ms);
    number(out, "end_ms", t->end_ms);
    key(out, "text");
    sam_buf_json(out, t->text);
    sam_buf_text(out, "}");
}

/* ---- the four bodies --------------------------------------------------------------------------------------------------- */

static void consent(struct sam_buf *out, const struct sam_record *record)
{
    if (record->consent == SAM_CONSENT_UNKNOWN && record->purpose.len == 0)
        return;
    key(out, "consent");
    sam_buf_text(out, "{");
    if (record->consent != SAM_CONSENT_UNKNOWN)
        word(out, "state", sam_consent_name(record->consent));
    text(out, "purpose", record->purpose);
    sam_buf_text(out, "}");
}

static void customer(struct sam_buf *out, const struct sam_record *record)
{
    const struct {
        const char *name;
        struct sam_span value;
    } fields[] = {{"key", record->customer_key},     {"id", record->customer_id},           {"phone", record->customer_phone},
                  {"email", record->customer_email}, {"country", record->customer_country}, {"since", record->customer_since}};
    size_t start = out->len;
    key(out, "customer");
    sam_buf_text(out, "{");
    size_t empty = out->len;
    for (size_t i = 0; i < SAM_COUNT(fields); i++)
        text(out, fields[i].name, fields[i].value);
    if (out->len == empty)
        out->len = start;
    else
        sam_buf_text(out, "}");
}

static void record(struct sam_buf *out, const struct sam_record *rec)
{
    if (rec->channel != SAM_CHANNEL_UNKNOWN)
        word(out, "channel", sam_channel_name(rec->channel));
    if (rec->direction != SAM_DIRECTION_UNKNOWN)
        word(out, "direction", sam_direction_name(rec->direction));
    if (rec->language != SAM_LANGUAGE_UNKNOWN)
        word(out, "language", sam_language_name(rec->language));
    consent(out, rec);
    customer(out, rec);
    time_at(out, "offered_at", rec->offered);
    time_at(out, "ended_at", rec->ended);
    parties(out, rec->parties, rec->parties_n);
    if (rec->legs_n == 0)
        return;
    key(out, "legs");
    sam_buf_text(out, "[");
    for (size_t i = 0; i < rec->legs_n; i++) {
        item(out);
        leg(out, &rec->legs[i]);
    }
    sam_buf_text(out, "]");
}

static void masked(struct sam_buf *out, const struct sam_transcript *t)
{
    if (t->masked_n == 0)
        return;
    key(out, "masked");
    sam_buf_text(out, "[");
    for (size_t i = 0; i < t->masked_n; i++) {
        item(out);
        sam_buf_text(out, "{");
        number(out, "turn", sam_int_of(t->masked[i].i));
        number(out, "start", sam_int_of(t->masked[i].start));
        number(out, "end", sam_int_of(t->masked[i].end));
        word(out, "identifier", sam_identifier_name(t->masked[i].identifier));
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "]");
}

static void transcript(struct sam_buf *out, const struct sam_transcript *t)
{
    if (t->channel != SAM_CHANNEL_UNKNOWN)
        word(out, "channel", sam_channel_name(t->channel));
    if (t->language != SAM_LANGUAGE_UNKNOWN)
        word(out, "language", sam_language_name(t->language));
    time_at(out, "started_at", t->started);
    parties(out, t->parties, t->parties_n);
    key(out, "turns");
    sam_buf_text(out, "[");
    for (size_t i = 0; i < t->turns_n; i++) {
        item(out);
        turn(out, &t->turns[i]);
    }
    sam_buf_text(out, "]");
    masked(out, t);
}

static void scale(struct sam_buf *out, const char *name, const struct sam_int score[3], bool reversed)
{
    if (!score[0].known && !score[1].known && !score[2].known)
        return;
    key(out, name);
    sam_buf_text(out, "{");
    number(out, "score", score[0]);
    number(out, "min", score[1]);
    number(out, "max", score[2]);
    if (reversed)
        truth(out, "reversed", sam_int_of(1));
    sam_buf_text(out, "}");
}

static void survey(struct sam_buf *out, const struct sam_part *part)
{
    const struct sam_survey *s = part->survey;
    key(out, "survey");
    sam_buf_text(out, "{");
    text(out, "id", part->part_id);
    number(out, "nps", s->nps);
    scale(out, "csat", (const struct sam_int[]){s->csat, s->csat_min, s->csat_max}, false);
    scale(out, "ces", (const struct sam_int[]){s->ces, s->ces_min, s->ces_max}, s->ces_reversed);
    time_at(out, "answered_at", s->answered);
    sam_buf_text(out, "}");
}

static void outcome(struct sam_buf *out, const struct sam_part *part)
{
    const struct sam_outcome *o = part->outcome;
    key(out, "outcome");
    sam_buf_text(out, "{");
    text(out, "id", part->part_id);
    if (o->resolved != SAM_RESOLVED_UNKNOWN)
        truth(out, "resolved", sam_int_of(o->resolved == SAM_RESOLVED_YES));
    truth(out, "churned", o->churned);
    truth(out, "winback", o->winback);
    if (o->amount_minor.known || o->currency.len > 0) {
        key(out, "sold");
        sam_buf_text(out, "{");
        number(out, "amount_minor", o->amount_minor);
        text(out, "currency", o->currency);
        sam_buf_text(out, "}");
    } else {
        truth(out, "sold", o->sold);
    }
    time_at(out, "at", o->at);
    sam_buf_text(out, "}");
}

static void warnings(struct sam_buf *out, const struct sam_part *part)
{
    uint32_t kept = part->warnings_n < SAM_WARNINGS ? part->warnings_n : SAM_WARNINGS;
    if (kept == 0)
        return;
    key(out, "warnings");
    sam_buf_text(out, "[");
    for (uint32_t i = 0; i < kept; i++) {
        item(out);
        sam_buf_text(out, "{");
        text(out, "code", part->warnings[i].code);
        text(out, "place", part->warnings[i].place);
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "]");
    if (part->warnings_n > kept)
        number(out, "warnings_more", sam_int_of(part->warnings_n - kept));
}

void sam_part_write(const struct sam_part *part, struct sam_buf *out)
{
    sam_buf_text(out, "{\"kind\":\"");
    sam_buf_text(out, sam_kind_name(part->kind));
    sam_buf_text(out, "\"");
    text(out, "source", part->source);
    text(out, "id", part->external_id);
    if (part->kind == SAM_KIND_RECORD || part->kind == SAM_KIND_TRANSCRIPT)
        text(out, "part_id", part->part_id);
    if (part->version != 0)
        number(out, "version", sam_int_of(part->version));
    if (part->record)
        record(out, part->record);
    if (part->transcript)
        transcript(out, part->transcript);
    if (part->survey)
        survey(out, part);
    if (part->outcome)
        outcome(out, part);
    warnings(out, part);
    sam_buf_text(out, "}");
}
