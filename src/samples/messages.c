/*
 * messages.c: contacts as messages of the native JSON form, in the order in which a centre's systems would send them: the record when
 * the agent is done, the words with it or apart, before or after; surveys in the evening, outcomes days later; a record corrected, an
 * old version late, a message twice.
 */
#include <math.h>
#include <stdlib.h>

#include "weeks.h"

#define LINE_MAX_BYTES (1024 * 1024)

/* What a message carries. */
enum content { RECORD = 1, WORDS = 2, SURVEY = 4, OUTCOME = 8, OUTDATED = 16, STATES = 32 };

struct message {
    int64_t sent_us;
    uint32_t contact, order; /* of states: the duty; order: as planned, for equal times */
    uint32_t content;        /* of enum content */
};

struct post {
    const struct contacts *contacts;
    struct duties duties;
    struct sam_vec messages;
    struct sam_buf line;
    struct disguise *disguise;
    struct sam_samples_made made;
    int64_t end_us; /* nothing is sent later */
};

/* ---- small things --------------------------------------------------------------------------------------------- */

/* YYYY-MM-DD (Howard Hinnant's civil_from_days). */
static void put_day(struct sam_buf *buf, int64_t day)
{
    const int64_t z = day + 719468, era = z / 146097, doe = z - era * 146097;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    const int64_t month = mp < 10 ? mp + 3 : mp - 9;
    const int64_t year = yoe + era * 400 + (month <= 2), of_month = doy - (153 * mp + 2) / 5 + 1;
    sam_buf_printf(buf, "%04lld-%02lld-%02lld", (long long)year, (long long)month, (long long)of_month);
}

static void put_time(struct sam_buf *buf, int64_t us)
{
    const int64_t ms = us % DAY_US / 1000;
    sam_buf_text(buf, "\"");
    put_day(buf, us / DAY_US);
    sam_buf_printf(buf, "T%02lld:%02lld:%02lld.%03lldZ\"", (long long)(ms / 3600000), (long long)(ms / 60000 % 60),
                   (long long)(ms / 1000 % 60), (long long)(ms % 1000));
}

static void put_text(struct sam_buf *buf, const char *key, const char *value)
{
    sam_buf_printf(buf, ",\"%s\":", key);
    sam_buf_json(buf, sam_span_of(value));
}

void messages_put_at(struct sam_buf *buf, const char *key, int64_t us)
{
    sam_buf_printf(buf, ",\"%s\":", key);
    put_time(buf, us);
}

static void put_number(struct sam_buf *buf, const char *key, int64_t value)
{
    sam_buf_printf(buf, ",\"%s\":%lld", key, (long long)value);
}

static const char *source_of(const struct contact *contact)
{
    return contact->channel == SAM_CHANNEL_VOICE ? "telephony" : contact->channel == SAM_CHANNEL_CHAT ? "webchat" : "mail";
}

static void put_head(struct sam_buf *buf, const char *kind, const struct contact *contact)
{
    sam_buf_printf(buf, "{\"kind\":\"%s\",\"source\":\"%s\",\"id\":\"%c%06u\"", kind, source_of(contact), "-VCE"[contact->channel],
                   contact -> number);
}

/* ---- the record --------------------------------------------------------------------------------------------------- */

/* Two callers in three are known by telephone number, the others by customer number; since when, is a matter of who it is. */
static void put_customer(struct sam_buf *buf, const struct contact *contact, const struct sam_samples *samples)
{
    struct chance chance = chance_of(samples->seed, 1000000 + contact->customer);
    const struct queue *queue = &centre_queues[contact->customer / CUSTOMERS_MAX];
    const char *const country = queue->country;
    const unsigned long long number = (unsigned long long)chance_between(&chance, 10000000, 99999999);
    if (contact->customer % 3 == 0)
        sam_buf_printf(buf, ",\"customer\":{\"id\":\"K%llu\"", number);
    else if (queue->language == SAM_LANGUAGE_EN)
        sam_buf_printf(buf, ",\"customer\":{\"phone\":\"+4477%08llu\"", number);
    else if (queue->language == SAM_LANGUAGE_SV)
        sam_buf_printf(buf, ",\"customer\":{\"phone\":\"070%07llu\"", number % 10000000);
    else
        sam_buf_printf(buf, ",\"customer\":{\"phone\":\"%llu\"", number);
    const int64_t first_day = samples->end_day - samples->weeks * 7;
    sam_buf_printf(buf, ",\"country\":\"%s\",\"since\":\"", country);
    put_day(buf, chance_between(&chance, first_day > 8000 ? first_day - 8000 : 0, first_day));
    sam_buf_text(buf, "\"}");
}

static void put_parties(struct sam_buf *buf, const struct contact *contact)
{
    sam_buf_text(buf, ",\"parties\":[{\"id\":\"customer\",\"role\":\"customer\"}");
    for (size_t i = 0; i < contact->legs_n; i++) {
        const int8_t agent = contact->legs[i].agent;
        if (agent < 0 || (i && agent == contact->legs[0].agent))
            continue;
        const struct agent *who = &centre_agents[agent];
        sam_buf_printf(buf, ",{\"id\":\"%s\",\"role\":\"agent\",\"name\":\"%s %s\",\"team\":\"%s\"}", who->id, who->given, who->family,
                       centre_team((uint32_t)agent, contact->week));
    }
    sam_buf_text(buf, "]");
}

static void put_leg(struct sam_buf *buf, const struct contact *contact, const struct contact_leg *leg, bool outdated)
{
    sam_buf_printf(buf, "{\"queue\":\"%s\"", centre_queues[leg->queue].name);
    if (leg->agent >= 0) {
        put_text(buf, "agent", centre_agents[leg->agent].id);
        put_text(buf, "team", centre_team((uint32_t)leg->agent, contact->week));
    }
    if (leg->queued_us) {
        messages_put_at(buf, "queued_at", leg->queued_us);
        put_number(buf, "wait_ms", leg->wait_ms);
    }
    if (leg->agent >= 0) {
        messages_put_at(buf, "answered_at", leg->answered_us);
        put_number(buf, "talk_ms", leg->talk_ms);
        put_number(buf, "hold_ms", leg->hold_ms);
        if (!outdated) /* the first version comes before the agent is done */
            put_number(buf, "wrap_ms", leg->wrap_ms);
    }
    messages_put_at(buf, "ended_at", leg->ended_us);
    put_text(buf, "disposition", sam_disposition_name(leg->disposition));
    if (leg->transfer != SAM_TRANSFER_NONE)
        put_text(buf, "transfer", sam_transfer_name(leg->transfer));
    sam_buf_text(buf, "}");
}

static void put_record(struct sam_buf *buf, const struct contact *contact, const struct sam_samples *samples, bool outdated)
{
    const struct contact_leg *last = &contact->legs[contact->legs_n - 1];
    messages_put_at(buf, "updated_at", contact->ended_us + (outdated ? 0 : last->wrap_ms * 1000 + SECOND_US));
    put_text(buf, "direction", sam_direction_name(contact->direction));
    sam_buf_printf(buf, ",\"consent\":{\"state\":\"%s\",\"purpose\":[%s]}", sam_consent_name(contact->consent),
                   contact->documentation_only ? "\"documentation\"" : "\"quality\",\"training\"");
    put_customer(buf, contact, samples);
    messages_put_at(buf, "offered_at", contact->offered_us);
    messages_put_at(buf, "ended_at", contact->ended_us);
    sam_buf_text(buf, ",\"legs\":[");
    for (size_t i = 0; i < contact->legs_n; i++) {
        sam_buf_text(buf, i ? "," : "");
        put_leg(buf, contact, &contact->legs[i], outdated);
    }
    sam_buf_text(buf, "]");
}

/* ---- the words ------------------------------------------------------------------------------------------------------ */

static void put_turns(struct post *post, const struct contact *contact)
{
    const struct text *text = &post->contacts->texts->at[contact->text];
    struct sam_buf *buf = &post->line;
    disguise_start(post->disguise, post->contacts->texts, (size_t)contact->text, contact->use, centre_agents[contact->legs[0].agent].given);
    sam_buf_text(buf, ",\"turns\":[");
    size_t i = 0;
    for (const struct sam_json *turn = text->turns; turn; turn = turn->next, i++) {
        const bool agent = sam_span_is(sam_json_text(turn, "speaker"), "agent");
        int64_t start_ms, end_ms;
        sam_buf_printf(buf, "%s{\"i\":%zu,\"party\":\"%s\"", i ? "," : "", i,
                       agent ? centre_agents[contact->legs[0].agent].id : "customer");
        if (sam_json_int(sam_json_get(turn, "start_ms"), false, 0, INT32_MAX, &start_ms) &&
            sam_json_int(sam_json_get(turn, "end_ms"), false, 0, INT32_MAX, &end_ms)) {
            const int64_t shift_ms = contact->hold_after && i >= contact->hold_after ? contact->hold_ms : 0;
            put_number(buf, "start_ms", (int64_t)((double)start_ms * contact->pace) + shift_ms);
            put_number(buf, "end_ms", (int64_t)((double)end_ms * contact->pace) + shift_ms);
        }
        sam_buf_text(buf, ",\"text\":");
        sam_buf_json(buf, disguise_turn(post->disguise, sam_json_text(turn, "text")));
        sam_buf_text(buf, "}");
    }
    sam_buf_text(buf, "]");
}

/* ---- survey and outcome ------------------------------------------------------------------------------------------------ */

static int64_t answer_on(struct chance *chance, double mean, double spread, int64_t least, int64_t most)
{
    const int64_t value = (int64_t)lround(mean + spread * chance_normal(chance));
    return value < least ? least : value > most ? most : value;
}

/* Better dialogue, a solved matter and a short wait make better marks. */
static void put_survey(struct sam_buf *buf, const struct contact *contact, uint64_t seed, int64_t at_us)
{
    struct chance chance = chance_of(seed, 2000000 + contact->number);
    const double wait = contact->channel == SAM_CHANNEL_VOICE ? fmin((double)contact->legs[0].wait_ms / 60000, 3) * 0.5 : 0;
    const double mood = 3.2 * (contact->quality - 0.5) + (contact->resolved ? 0.8 : -1.6) - wait;
    sam_buf_printf(buf, ",\"survey\":{\"id\":\"S%06u\",\"nps\":%lld", contact->number,
                   (long long)answer_on(&chance, 7.3 + mood, 1.7, 0, 10));
    if (chance_is(&chance, 0.8))
        sam_buf_printf(buf, ",\"csat\":{\"score\":%lld,\"min\":1,\"max\":5}", (long long)answer_on(&chance, 3.6 + mood * 0.4, 0.8, 1, 5));
    if (chance_is(&chance, 0.6))
        sam_buf_printf(buf, ",\"ces\":{\"score\":%lld,\"min\":1,\"max\":7}", (long long)answer_on(&chance, 4.6 + mood * 0.6, 1.1, 1, 7));
    messages_put_at(buf, "answered_at", at_us);
    sam_buf_text(buf, "}");
}

static void put_outcome(struct sam_buf *buf, const struct contact *contact, int64_t at_us)
{
    sam_buf_printf(buf, ",\"outcome\":{\"id\":\"O%06u\",\"resolved\":%s", contact->number, contact->resolved ? "true" : "false");
    sam_buf_printf(buf, ",\"churned\":%s", contact->churned ? "true" : "false");
    if (contact->direction == SAM_DIRECTION_OUTBOUND)
        sam_buf_printf(buf, ",\"winback\":%s", contact->winback ? "true" : "false");
    if (contact->sold)
        sam_buf_printf(buf, ",\"sold\":{\"amount\":%lld.%02lld,\"currency\":\"%s\"}", (long long)(contact->amount_minor / 100),
                       (long long)(contact->amount_minor % 100), centre_queues[contact->queue].currency);
    else
        sam_buf_text(buf, ",\"sold\":false"); /* said, so that shares have something below the line */
    messages_put_at(buf, "at", at_us);
    sam_buf_text(buf, "}");
}

/* ---- when what is sent ---------------------------------------------------------------------------------------------------- */

static enum sam_code plan(struct post *post, size_t contact, uint32_t content, int64_t sent_us, struct sam_err *err)
{
    if (sent_us > post->end_us)
        return SAM_OK;
    struct message *message = sam_vec_add(&post->messages, post->contacts->arena);
    if (!message)
        return sam_arena_full(post->contacts->arena, err);
    *message = (struct message){sent_us, (uint32_t)contact, (uint32_t)post->messages.n, content};
    return SAM_OK;
}

static enum sam_code plan_parts(struct post *post, size_t index, struct chance *chance, struct sam_err *err)
{
    const struct contact *contact = (const struct contact *)post->contacts->at.at + index;
    const int64_t done_us =
        contact->ended_us + contact->legs[contact->legs_n - 1].wrap_ms * 1000 + chance_between(chance, 2, 20) * SECOND_US;
    if (contact->text >= 0 && chance_is(chance, 0.4))
        return plan(post, index, RECORD | WORDS, done_us + chance_between(chance, 20, 300) * SECOND_US, err);
    enum sam_code code = plan(post, index, RECORD, done_us, err);
    if (code == SAM_OK && chance_is(chance, 0.04)) {
        const bool late = chance_is(chance, 0.3);
        code = plan(post, index, RECORD | OUTDATED, late ? done_us + chance_between(chance, 1, 600) * SECOND_US : contact->ended_us, err);
    }
    if (code != SAM_OK || contact->text < 0)
        return code;
    int64_t words_us = done_us + chance_between(chance, 60, 1800) * SECOND_US;
    if (chance_is(chance, 0.1))
        words_us = contact->ended_us + SECOND_US;
    else if (chance_is(chance, 0.05))
        words_us += DAY_US;
    code = plan(post, index, WORDS, words_us, err);
    if (code == SAM_OK && chance_is(chance, 0.03))
        code = plan(post, index, WORDS, words_us + chance_between(chance, 5, 600) * SECOND_US, err);
    return code;
}

static enum sam_code plan_contact(struct post *post, size_t index, struct sam_err *err)
{
    const struct contact *contact = (const struct contact *)post->contacts->at.at + index;
    struct chance chance = chance_of(post->contacts->samples->seed, 3000000 + contact->number);
    enum sam_code code = plan_parts(post, index, &chance, err);
    if (contact->legs[contact->legs_n - 1].agent < 0 || code != SAM_OK)
        return code;
    if (chance_is(&chance, 0.22))
        code = plan(post, index, SURVEY, contact->ended_us + chance_between(&chance, 20, 1800) * MINUTE_US, err);
    const bool telling = contact->churned || contact->sold || contact->direction == SAM_DIRECTION_OUTBOUND;
    if (code == SAM_OK && (telling || chance_is(&chance, 0.55)))
        code = plan(post, index, OUTCOME, contact->ended_us + chance_between(&chance, 1, 9 * 24) * HOUR_US, err);
    return code;
}

/* What an agent did is told when the day is over, now and then twice or the next day. */
static enum sam_code plan_duty(struct post *post, size_t index, struct sam_err *err)
{
    const struct duty *duty = (const struct duty *)post->duties.at.at + index;
    struct chance chance = chance_of(post->contacts->samples->seed, 6000000 + index);
    int64_t sent_us = duty->ended_us + chance_between(&chance, 2, 60) * SECOND_US;
    if (chance_is(&chance, 0.04))
        sent_us += DAY_US;
    enum sam_code code = plan(post, index, STATES, sent_us, err);
    if (code == SAM_OK && chance_is(&chance, 0.03))
        code = plan(post, index, STATES, sent_us + chance_between(&chance, 5, 600) * SECOND_US, err);
    return code;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------------ */

static void write_message(struct post *post, const struct message *message)
{
    const struct contact *contact = (const struct contact *)post->contacts->at.at + message->contact;
    struct sam_buf *buf = &post->line;
    sam_buf_clear(buf);
    if (message->content & STATES) {
        duty_put(buf, &post->duties, (const struct duty *)post->duties.at.at + message->contact);
    } else if (message->content & (RECORD | WORDS)) {
        const uint32_t both = RECORD | WORDS;
        put_head(buf, (message->content & both) == both ? "conversation" : message->content & RECORD ? "record" : "transcript", contact);
        put_text(buf, "channel", sam_channel_name(contact->channel));
        put_text(buf, "language", sam_language_name(contact->language));
        if (message->content & RECORD)
            put_record(buf, contact, post->contacts->samples, message->content & OUTDATED);
        else
            messages_put_at(buf, "updated_at", contact->ended_us + SECOND_US);
        put_parties(buf, contact);
        if (message->content & WORDS)
            put_turns(post, contact);
    } else if (message->content & SURVEY) {
        put_head(buf, "survey", contact);
        put_survey(buf, contact, post->contacts->samples->seed, message->sent_us);
    } else {
        put_head(buf, "outcome", contact);
        put_outcome(buf, contact, message->sent_us);
    }
    sam_buf_text(buf, "}");
}

static int by_sending(const void *a, const void *b)
{
    const struct message *left = a, *right = b;
    if (left->sent_us != right->sent_us)
        return left->sent_us > right->sent_us ? 1 : -1;
    return (left->order > right->order) - (left->order < right->order);
}

static enum sam_code send_all(struct post *post, sam_samples_sink sink, void *context, struct sam_err *err)
{
    struct message *all = post->messages.at;
    if (post->messages.n)
        qsort(all, post->messages.n, sizeof *all, by_sending);
    for (size_t i = 0; i < post->messages.n; i++) {
        write_message(post, &all[i]);
        if (post->line.failed)
            return sam_fail(err, SAM_NO_MEMORY, "samples: a message of more than %d bytes", LINE_MAX_BYTES);
        const enum sam_code code = sink(context, sam_buf_get(&post->line), err);
        if (code != SAM_OK)
            return code;
    }
    return SAM_OK;
}

enum sam_code messages_write(const struct contacts *contacts, sam_samples_sink sink, void *context, struct sam_samples_made *made,
                             struct sam_err *err)
{
    struct post post = {.contacts = contacts,
                        .messages = sam_vec_of(sizeof(struct message), contacts->at.max * 6),
                        .line = sam_buf_of(LINE_MAX_BYTES),
                        .disguise = sam_arena_alloc(contacts->arena, sizeof *post.disguise),
                        .end_us = centre_utc_us(contacts->samples->end_day + 1, 0) - 1};
    if (!post.disguise)
        return sam_arena_full(contacts->arena, err);
    enum sam_code code = duties_make(contacts, &post.duties, err);
    uint32_t transcripts = 0;
    for (size_t i = 0; i < contacts->at.n && code == SAM_OK; i++) {
        transcripts += ((const struct contact *)contacts->at.at)[i].text >= 0;
        code = plan_contact(&post, i, err);
    }
    for (size_t i = 0; i < post.duties.at.n && code == SAM_OK; i++)
        code = plan_duty(&post, i, err);
    if (code == SAM_OK)
        code = send_all(&post, sink, context, err);
    if (code == SAM_OK)
        *made = (struct sam_samples_made){(uint32_t)contacts->at.n, transcripts, (uint32_t)post.messages.n};
    sam_buf_free(&post.line);
    return code;
}

enum sam_code sam_samples_write(const struct sam_samples *samples, struct sam_arena *arena, sam_samples_sink sink, void *context,
                                struct sam_samples_made *made, struct sam_err *err)
{
    if (samples->weeks < 1 || samples->weeks > SAM_SAMPLES_WEEKS_MAX)
        return sam_fail(err, SAM_BAD_INPUT, "weeks: %d is not between 1 and %d", samples->weeks, SAM_SAMPLES_WEEKS_MAX);
    if (samples->end_day < samples->weeks * 7)
        return sam_fail(err, SAM_BAD_INPUT, "end: the weeks would begin before 1970");
    struct texts texts = {0};
    struct contacts contacts = {.texts = &texts, .samples = samples, .arena = arena};
    enum sam_code code = texts_load(arena, &texts, err);
    if (code == SAM_OK)
        code = contacts_make(&contacts, err);
    return code == SAM_OK ? messages_write(&contacts, sink, context, made, err) : code;
}
