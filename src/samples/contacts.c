/*
 * contacts.c: what happened in the centre. Each line is simulated alone: people call by hour and weekday, wait in one row for whoever is
 * on duty, give up when their patience ends, and call again when nothing came of it. Waits and abandons are therefore those of a real
 * queue (Erlang A holds for them), and who was met well comes back less and answers the survey better.
 */
#include <math.h>
#include <stdlib.h>

#include "weeks.h"

#define CONTACTS_MAX     65536
#define PATIENCE_S       150.0
#define SHORT_ABANDON_MS 5000
#define RETURNS_MAX      512
#define TEXTS_TO_USE     0.83 /* of all possible uses, over 8 weeks */

/* Somebody who will call again. */
struct returning {
    int64_t due_us;
    uint32_t customer; /* as counted by the line */
};

/* One line while it is simulated. */
struct line {
    struct contacts *out;
    struct chance chance;
    uint8_t queue;
    int64_t first_day;
    int64_t free_us[AGENTS]; /* when each agent is free again */
    struct returning returns[RETURNS_MAX];
    size_t returns_n;
    uint32_t customers;
    double text_share[SAM_CHANNEL_TASK + 1]; /* of answered contacts by channel that get words */
};

struct arrival {
    int64_t day, local_us, us;
    int32_t week, half_hour;
    enum sam_channel channel;
};

static const struct {
    enum sam_channel channel;
    double share, answered;
} channels[] = {{SAM_CHANNEL_VOICE, VOICE_SHARE, 0.88}, {SAM_CHANNEL_CHAT, 0.19, 0.96}, {SAM_CHANNEL_EMAIL, 0.11, 1.0}};

/* ---- people -------------------------------------------------------------------------------------------------- */

static uint32_t take_customer(struct line *line, int64_t now_us)
{
    for (size_t i = 0; i < line->returns_n; i++) {
        const struct returning at = line->returns[i];
        if (at.due_us > now_us)
            continue;
        line->returns[i] = line->returns[--line->returns_n];
        if (now_us - at.due_us < 2 * DAY_US)
            return at.customer;
        i--;
    }
    if (line->customers > 40 && chance_is(&line->chance, 0.08))
        return (uint32_t)chance_between(&line->chance, 0, line->customers - 1);
    return line->customers++;
}

static void will_return(struct line *line, uint32_t customer, int64_t due_us)
{
    if (line->returns_n < RETURNS_MAX)
        line->returns[line->returns_n++] = (struct returning){due_us, customer % CUSTOMERS_MAX};
}

/* ---- words --------------------------------------------------------------------------------------------------- */

static bool fits(const struct line *line, const struct text *text, enum sam_channel channel)
{
    const enum sam_language own = centre_queues[line->queue].language;
    return text->channel == channel && (text->language == own || (own == SAM_LANGUAGE_NB && text->language == SAM_LANGUAGE_NN));
}

/* Draws a text; the better the agent leans, the more likely one that went well. @return its index, or -1 when all are used up */
static int32_t draw_text(struct line *line, enum sam_channel channel, double lean)
{
    const struct texts *texts = line->out->texts;
    double sum = 0;
    int32_t drawn = -1;
    for (size_t i = 0; i < texts->n; i++) {
        const struct text *text = &texts->at[i];
        if (!fits(line, text, channel) || text->uses >= TEXT_USES)
            continue;
        const double weight = exp(2.5 * lean * (text->quality - 0.5)) * (double)(TEXT_USES - text->uses);
        sum += weight;
        if (chance_is(&line->chance, weight / sum))
            drawn = (int32_t)i;
    }
    return drawn;
}

/* The longest silence of a text, where a hold can have been; 0 when there is none of three seconds. */
static size_t longest_gap(const struct text *text)
{
    int64_t before_ms = 0, longest_ms = 3000;
    size_t at = 0, i = 0;
    for (const struct sam_json *turn = text->turns; turn; turn = turn->next, i++) {
        int64_t start_ms = 0, end_ms = 0;
        if (!sam_json_int(sam_json_get(turn, "start_ms"), false, 0, INT32_MAX, &start_ms) ||
            !sam_json_int(sam_json_get(turn, "end_ms"), false, 0, INT32_MAX, &end_ms))
            continue;
        if (i && start_ms - before_ms > longest_ms) {
            longest_ms = start_ms - before_ms;
            at = i;
        }
        before_ms = end_ms > before_ms ? end_ms : before_ms;
    }
    return at;
}

/* Gives the contact words, or none. */
static void give_words(struct line *line, struct contact *contact, double lean)
{
    contact->text = -1;
    if (contact->direction == SAM_DIRECTION_OUTBOUND || !chance_is(&line->chance, line->text_share[contact->channel]))
        return;
    contact->text = draw_text(line, contact->channel, lean);
    if (contact->text < 0)
        return;
    struct text *text = &line->out->texts->at[contact->text];
    contact->use = text->uses++;
    contact->language = text->language;
    contact->pace = 0.88 + 0.3 * chance_unit(&line->chance);
    contact->hold_after = contact->channel == SAM_CHANNEL_VOICE && chance_is(&line->chance, 0.3) ? longest_gap(text) : 0;
    contact->hold_ms = contact->hold_after ? chance_between(&line->chance, 15000, 90000) : 0;
}

/* Milliseconds of dialogue: the text's own, or drawn. */
static int64_t talk_of(struct line *line, const struct contact *contact)
{
    if (contact->text < 0) {
        const bool written = contact->channel != SAM_CHANNEL_VOICE;
        const int64_t talk_ms =
            (int64_t)(written ? chance_lognormal(&line->chance, 340000, 0.5) : chance_lognormal(&line->chance, 130000, 0.9));
        return talk_ms < 20000 ? 20000 : talk_ms > 2400000 ? 2400000 : talk_ms;
    }
    const struct text *text = &line->out->texts->at[contact->text];
    if (text->duration_ms)
        return (int64_t)((double)text->duration_ms * contact->pace);
    return (int64_t)((text->words * 450.0 + (double)text->turns_n * 6000.0) * contact->pace);
}

/* ---- serving ---------------------------------------------------------------------------------------------------- */

/* Fills a leg that an agent took at answered_us. @return when the agent is free again */
static int64_t answer(struct line *line, struct contact *contact, struct contact_leg *leg, uint32_t agent, int64_t answered_us)
{
    leg->agent = (int8_t)agent;
    leg->answered_us = answered_us;
    leg->wait_ms = leg->queued_us ? (answered_us - leg->queued_us) / 1000 : 0;
    leg->talk_ms = talk_of(line, contact);
    leg->hold_ms = contact->hold_ms;
    if (contact->text < 0 && contact->channel == SAM_CHANNEL_VOICE && chance_is(&line->chance, 0.18))
        leg->hold_ms = chance_between(&line->chance, 15000, 150000);
    leg->wrap_ms = (int64_t)chance_lognormal(&line->chance, 45000, 0.6);
    leg->ended_us = answered_us + (leg->talk_ms + leg->hold_ms) * 1000;
    leg->disposition = SAM_DISPOSITION_ANSWERED;
    contact->ended_us = leg->ended_us;
    return leg->ended_us + leg->wrap_ms * 1000;
}

static void give_up(struct contact *contact, struct contact_leg *leg, int64_t at_us)
{
    leg->agent = -1;
    leg->ended_us = contact->ended_us = at_us;
    leg->wait_ms = (at_us - leg->queued_us) / 1000;
    leg->disposition = leg->wait_ms < SHORT_ABANDON_MS ? SAM_DISPOSITION_SHORT_ABANDON : SAM_DISPOSITION_ABANDONED;
}

/* Some calls are passed on: to a colleague of the second line, or to another queue. */
static void pass_on(struct line *line, const struct arrival *arrival, struct contact *contact)
{
    static const enum sam_transfer kinds[] = {SAM_TRANSFER_ATTENDED, SAM_TRANSFER_BLIND, SAM_TRANSFER_QUEUE};
    struct contact_leg *first = &contact->legs[0], *second = &contact->legs[1];
    if (contact->channel != SAM_CHANNEL_VOICE || contact->text >= 0 || !chance_is(&line->chance, 0.09))
        return;
    first->transfer = kinds[chance_between(&line->chance, 0, 2)];
    second->queue = first->transfer == SAM_TRANSFER_QUEUE ? (line->queue == 3 ? 0 : 3) : line->queue;
    second->queued_us = first->ended_us;
    contact->legs_n = 2;
    const int64_t wait_us = (int64_t)(chance_exponential(&line->chance, 35) * 1e6) + 2 * SECOND_US;
    const int64_t patience_us = (int64_t)(chance_exponential(&line->chance, 3 * PATIENCE_S) * 1e6);
    if (patience_us < wait_us)
        give_up(contact, second, second->queued_us + patience_us);
    else
        answer(line, contact, second, centre_on_duty(&centre_queues[second->queue], arrival->day, arrival->half_hour, 4),
               second->queued_us + wait_us);
}

/* One row of callers, one or two agents: whoever is free first takes the next one who still waits. */
static void serve_voice(struct line *line, const struct arrival *arrival, struct contact *contact)
{
    const struct queue *queue = &centre_queues[line->queue];
    uint32_t agent = centre_on_duty(queue, arrival->day, arrival->half_hour, 0);
    const uint32_t second = centre_on_duty(queue, arrival->day, arrival->half_hour, 1);
    if (centre_planned(queue, (int32_t)((arrival->day + 3) % 7), arrival->half_hour) > 1 && line->free_us[second] < line->free_us[agent])
        agent = second;
    struct contact_leg *leg = &contact->legs[0];
    if (chance_is(&line->chance, 0.04)) {
        contact->direction = SAM_DIRECTION_OUTBOUND;
        leg->queued_us = 0;
    }
    const int64_t ready_us = arrival->us + (int64_t)((1.5 + 4 * chance_unit(&line->chance)) * 1e6);
    const int64_t start_us = line->free_us[agent] + SECOND_US > ready_us ? line->free_us[agent] + SECOND_US : ready_us;
    const int64_t patience_us = (int64_t)(chance_exponential(&line->chance, PATIENCE_S) * 1e6) + SECOND_US;
    if (contact->direction == SAM_DIRECTION_INBOUND && arrival->us + patience_us < start_us) {
        give_up(contact, leg, arrival->us + patience_us);
        return;
    }
    give_words(line, contact, centre_lean(agent, arrival->week));
    line->free_us[agent] = answer(line, contact, leg, agent, start_us);
    pass_on(line, arrival, contact);
}

static void serve_chat(struct line *line, const struct arrival *arrival, struct contact *contact)
{
    struct contact_leg *leg = &contact->legs[0];
    const uint32_t agent = centre_on_duty(&centre_queues[line->queue], arrival->day, arrival->half_hour, 2);
    const int64_t wait_us = (int64_t)(chance_exponential(&line->chance, 22) * 1e6) + 3 * SECOND_US;
    const int64_t patience_us = (int64_t)(chance_exponential(&line->chance, 600) * 1e6) + 5 * SECOND_US;
    if (patience_us < wait_us) {
        give_up(contact, leg, arrival->us + patience_us);
        return;
    }
    give_words(line, contact, centre_lean(agent, arrival->week));
    answer(line, contact, leg, agent, arrival->us + wait_us);
}

/* Mail is answered the same day between other work, what comes late the next morning. */
static void serve_mail(struct line *line, const struct arrival *arrival, struct contact *contact)
{
    const uint32_t agent = centre_on_duty(&centre_queues[line->queue], arrival->day, arrival->half_hour, 3);
    int64_t at_us = arrival->local_us + (int64_t)(chance_lognormal(&line->chance, 2.2, 0.7) * (double)HOUR_US);
    const bool friday = (arrival->day + 3) % 7 == 4;
    if (at_us > 17 * HOUR_US)
        at_us =
            (friday ? 17 : 32) * HOUR_US + chance_between(&line->chance, 0, 50) * MINUTE_US + chance_between(&line->chance, 0, 59999999);
    give_words(line, contact, centre_lean(agent, arrival->week));
    answer(line, contact, &contact->legs[0], agent, centre_utc_us(arrival->day, at_us));
}

/* ---- what comes of it --------------------------------------------------------------------------------------------- */

/* What somebody tells of a contact: measured from the labels where there are words, else supposed. */
struct odds {
    double quality, resolved, leaves, buys;
};

static struct odds odds_of(struct chance *chance, const struct text *text, double lean)
{
    if (!text) {
        const double quality = 0.5 + 0.25 * lean + 0.2 * chance_normal(chance);
        const double fair = quality < 0 ? 0 : quality > 1 ? 1 : quality;
        return (struct odds){fair, 0.62 + 0.3 * (fair - 0.5), 0.03, 0.04};
    }
    const double resolved = text->resolved ? 0.95 : text->unresolved ? 0.1 : 0.5;
    const double leaves = text->retention ? 0.2 : 0.5;
    return (struct odds){text->quality, resolved, text->churn ? leaves : 0.01, text->offer ? 0.35 : 0.01};
}

static void judge(struct line *line, struct contact *contact, const struct text *text, double lean)
{
    struct chance *chance = &line->chance;
    const struct odds odds = odds_of(chance, text, lean);
    contact->quality = odds.quality;
    contact->resolved = chance_is(chance, odds.resolved);
    contact->churned = chance_is(chance, odds.leaves * (1.4 - odds.quality));
    contact->winback = contact->direction == SAM_DIRECTION_OUTBOUND && chance_is(chance, 0.22);
    contact->sold = !contact->churned && chance_is(chance, odds.buys * (0.4 + odds.quality));
    if (contact->sold) {
        const double krone = centre_queues[contact->queue].language == SAM_LANGUAGE_EN ? 1 : 8;
        contact->amount_minor = (int64_t)(chance_lognormal(chance, 95, 0.7) * krone) * 100;
    }
}

static void aftermath(struct line *line, struct contact *contact)
{
    struct chance *chance = &line->chance;
    const struct contact_leg *last = &contact->legs[contact->legs_n - 1];
    if (last->agent < 0) {
        if (chance_is(chance, 0.6))
            will_return(line, contact->customer, contact->ended_us + chance_between(chance, 4, 90) * MINUTE_US);
        return;
    }
    judge(line, contact, contact->text < 0 ? NULL : &line->out->texts->at[contact->text],
          centre_lean((uint32_t)last->agent, contact->week));
    if (chance_is(chance, contact->resolved ? 0.05 * (1.5 - contact->quality) : 0.5 * (1.3 - contact->quality)))
        will_return(line, contact->customer, contact->ended_us + chance_between(chance, 12, 144) * HOUR_US);
}

static enum sam_code arrive(struct line *line, const struct arrival *arrival, struct sam_err *err)
{
    struct contact *contact = sam_vec_add(&line->out->at, line->out->arena);
    if (!contact)
        return sam_fail(err, SAM_NO_MEMORY, "samples: more than %zu conversations or no memory", line->out->at.max);
    contact->week = arrival->week;
    contact->queue = line->queue;
    contact->channel = arrival->channel;
    contact->direction = SAM_DIRECTION_INBOUND;
    contact->language = centre_queues[line->queue].language;
    if (contact->language == SAM_LANGUAGE_NB && chance_is(&line->chance, 0.2))
        contact->language = SAM_LANGUAGE_NN;
    contact->customer = line->queue * CUSTOMERS_MAX + take_customer(line, arrival->us);
    contact->consent = chance_is(&line->chance, 0.02) ? SAM_CONSENT_REFUSED : SAM_CONSENT_GIVEN;
    contact->documentation_only = chance_is(&line->chance, 0.01);
    contact->offered_us = arrival->us;
    contact->text = -1;
    contact->legs_n = 1;
    contact->legs[0] = (struct contact_leg){.queue = line->queue, .queued_us = arrival->us};
    if (arrival->channel == SAM_CHANNEL_VOICE)
        serve_voice(line, arrival, contact);
    else if (arrival->channel == SAM_CHANNEL_CHAT)
        serve_chat(line, arrival, contact);
    else
        serve_mail(line, arrival, contact);
    aftermath(line, contact);
    return SAM_OK;
}

/* ---- the days ------------------------------------------------------------------------------------------------------- */

#define HALF_HOUR_MAX 128

static int by_time(const void *a, const void *b)
{
    const struct arrival *left = a, *right = b;
    return (left->us > right->us) - (left->us < right->us);
}

static double mean_arrivals(const struct line *line, const struct arrival *at, size_t channel)
{
    const int32_t weekday = (int32_t)((at->day + 3) % 7);
    double mean = centre_arrival_share(weekday, at->half_hour) * WEEK_CONTACTS * centre_queues[line->queue].share * channels[channel].share;
    if (line->queue == 2 && at->week == 5 && (weekday == 1 || weekday == 2) && channel == 0)
        mean *= 1.8; /* two days of trouble on the Swedish line */
    if (channels[channel].channel == SAM_CHANNEL_EMAIL)
        mean = weekday < 5 && at->half_hour < 32 ? mean * 1.4 : 0;
    return mean;
}

static enum sam_code half_hour(struct line *line, struct arrival at, struct sam_err *err)
{
    struct arrival arrivals[HALF_HOUR_MAX];
    size_t n = 0;
    for (size_t c = 0; c < SAM_COUNT(channels); c++) {
        for (uint32_t k = chance_poisson(&line->chance, mean_arrivals(line, &at, c)); k && n < HALF_HOUR_MAX; k--) {
            at.channel = channels[c].channel;
            at.local_us = at.half_hour * HOUR_US / 2 + chance_between(&line->chance, 0, 1799999) * 1000;
            at.us = centre_utc_us(at.day, at.local_us);
            arrivals[n++] = at;
        }
    }
    qsort(arrivals, n, sizeof *arrivals, by_time);
    for (size_t i = 0; i < n; i++) {
        const enum sam_code code = arrive(line, &arrivals[i], err);
        if (code != SAM_OK)
            return code;
    }
    return SAM_OK;
}

/* Spreads the uses of a line's texts over its answered contacts of eight weeks, or over all weeks when there are more. */
static void share_texts(struct line *line)
{
    const int32_t weeks = line->out->samples->weeks;
    for (size_t c = 0; c < SAM_COUNT(channels); c++) {
        double uses = 0;
        for (size_t i = 0; i < line->out->texts->n; i++)
            uses += fits(line, &line->out->texts->at[i], channels[c].channel) ? TEXT_USES * TEXTS_TO_USE : 0;
        line->text_share[channels[c].channel] =
            uses / (WEEK_CONTACTS * (weeks > 8 ? weeks : 8) * centre_queues[line->queue].share * channels[c].share * channels[c].answered);
    }
}

static enum sam_code line_weeks(struct line *line, struct sam_err *err)
{
    const int32_t days = line->out->samples->weeks * 7;
    share_texts(line);
    for (int32_t d = 0; d < days; d++) {
        for (int32_t half = 16; half < 36; half++) {
            const struct arrival at = {.day = line->first_day + d, .week = d / 7, .half_hour = half};
            const enum sam_code code = half_hour(line, at, err);
            if (code != SAM_OK)
                return code;
        }
    }
    return SAM_OK;
}

static int by_offer(const void *a, const void *b)
{
    const struct contact *left = a, *right = b;
    if (left->offered_us != right->offered_us)
        return left->offered_us > right->offered_us ? 1 : -1;
    return left->queue - right->queue;
}

enum sam_code contacts_make(struct contacts *contacts, struct sam_err *err)
{
    contacts->at = sam_vec_of(sizeof(struct contact), CONTACTS_MAX);
    for (uint8_t q = 0; q < QUEUES; q++) {
        struct line *line = sam_arena_alloc(contacts->arena, sizeof *line);
        if (!line)
            return sam_arena_full(contacts->arena, err);
        *line = (struct line){.out = contacts,
                              .chance = chance_of(contacts->samples->seed, q + 1U),
                              .queue = q,
                              .first_day = contacts->samples->end_day - contacts->samples->weeks * 7 + 1};
        const enum sam_code code = line_weeks(line, err);
        if (code != SAM_OK)
            return code;
    }
    struct contact *all = contacts->at.at;
    qsort(all, contacts->at.n, sizeof *all, by_offer);
    for (size_t i = 0; i < contacts->at.n; i++)
        all[i].number = (uint32_t)i + 1;
    return SAM_OK;
}
