/*
 * Asterisk's queue_log as call records: one record a callid, one leg for each entry into a queue. Talk is what the log calls the call's
 * seconds; hold is in it and not told by the log. A call without an end stays without one; it is never an abandon.
 */
#include "queue_log.h"
#include "exchange.h"

#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 1000000
#define LEGS_MAX  4000000
/** A call whose uniqueid is older than this when it queues did not wait that long in a menu: the id is of something else. */
#define MENU_MAX_US INT64_C(3600000000)

/** A callid that is silent for so long and comes again is another call: ids are used again after a restart. */
#define REUSE_US INT64_C(86400000000)

struct queue_leg {
    struct sam_leg leg;
    size_t next; /* of the same call; SIZE_MAX: none */
    bool open;
};
struct queue_call {
    struct sam_span id;
    size_t first, last; /* legs; SIZE_MAX: none */
    struct sam_span caller;
    struct sam_time offered, begun, seen; /* begun, seen: the first and the last event */
    bool again;                           /* the callid was another call's before */
    int64_t events;                       /* two states of a call may lie within one second */
    size_t legs;
};
/** What an agent did last, so that a pause can be known for after-call work. */
struct queue_agent {
    size_t call, leg; /* the last one that ended; SIZE_MAX: none */
    int64_t ended_us;
    bool wrapping; /* a pause for after-call work is on */
};
struct log {
    struct reader *r;
    struct sam_map *by_id, *by_agent;
    struct sam_vec calls, legs, agents;
    struct queue_states states;
};

static struct queue_call *calls_of(const struct log *l)
{
    return l->calls.at;
}

static struct queue_leg *legs_of(const struct log *l)
{
    return l->legs.at;
}

static struct queue_call *call_of(struct log *l, const struct queue_event *e)
{
    uint32_t at = 0;
    struct sam_err err;
    bool known = sam_map_get(l->by_id, e->call, &at);
    bool again = known && e->time.us - calls_of(l)[at].seen.us > REUSE_US;
    if (!known || again) {
        at = (uint32_t)l->calls.n;
        struct queue_call *call = sam_vec_add(&l->calls, l->r->arena);
        if (!call || sam_map_put(l->by_id, e->call, at, &err) != SAM_OK) {
            l->r->full = true;
            return NULL;
        }
        *call = (struct queue_call){.id = e->call, .first = SIZE_MAX, .last = SIZE_MAX, .begun = e->time, .again = again};
    }
    struct queue_call *call = &calls_of(l)[at];
    if (call->seen.quality == SAM_QUALITY_UNKNOWN || e->time.us > call->seen.us)
        call->seen = e->time;
    call->events++;
    return call;
}

static struct queue_leg *leg_add(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    size_t at = l->legs.n;
    struct queue_leg *leg = sam_vec_add(&l->legs, l->r->arena);
    if (!leg) {
        l->r->full = true;
        return NULL;
    }
    *leg = (struct queue_leg){.leg = {.queue = e->queue}, .next = SIZE_MAX, .open = true};
    if (call->first == SIZE_MAX)
        call->first = at;
    else
        legs_of(l)[call->last].next = at;
    call->last = at;
    call->legs++;
    return leg;
}

/** The open leg of a call in the event's queue; a new one when the log begins in the middle of a call. */
static struct queue_leg *leg_of(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    struct queue_leg *found = NULL;
    for (size_t i = call->first; i != SIZE_MAX; i = legs_of(l)[i].next) {
        struct queue_leg *leg = &legs_of(l)[i];
        if (leg->open && sam_span_equal(leg->leg.queue, e->queue))
            found = leg;
    }
    return found ? found : leg_add(l, call, e);
}

static void left(struct log *l, const struct queue_call *call, const struct queue_leg *leg);

static struct sam_int seconds(struct sam_span text)
{
    int64_t value = 0;
    struct sam_err err;
    return sam_span_int(text, 0, 86400 * 7, &value, &err) == SAM_OK ? sam_int_of(value * 1000) : SAM_UNKNOWN;
}

static struct sam_int wait_of(const struct queue_event *e, struct sam_span param)
{
    return seconds(e->wait_column.len > 0 ? e->wait_column : param);
}

/* ---- what each event does ------------------------------------------------------------------------------------------------ */

static void on_enter(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    struct queue_leg *leg = leg_add(l, call, e);
    struct sam_span caller = e->caller_column.len > 0 ? e->caller_column : e->p[2];
    if (leg)
        leg->leg.queued = e->time;
    if (call->caller.len == 0)
        call->caller = caller;
}

static void on_did(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    (void)l;
    if (call->offered.quality == SAM_QUALITY_UNKNOWN)
        call->offered = e->time;
}

static void on_connect(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    struct queue_leg *leg = leg_of(l, call, e);
    if (!leg)
        return;
    leg->leg.answered = e->time;
    leg->leg.wait_ms = wait_of(e, e->p[1]);
    leg->leg.disposition = SAM_DISPOSITION_ANSWERED;
    if (queue_named(e->agent))
        leg->leg.agent = e->agent;
}

/** Ends an answered leg; the parameters that hold wait and talk depend on the event. */
static void answered_end(struct log *l, struct queue_call *call, const struct queue_event *e, size_t wait, size_t talk,
                         enum sam_transfer transfer)
{
    struct queue_leg *leg = leg_of(l, call, e);
    if (!leg)
        return;
    leg->open = false;
    leg->leg.ended = e->time;
    leg->leg.disposition = SAM_DISPOSITION_ANSWERED;
    leg->leg.transfer = transfer;
    leg->leg.talk_ms = seconds(e->talk_column.len > 0 ? e->talk_column : e->p[talk]);
    if (!leg->leg.wait_ms.known) /* CONNECT's is the better one: the last line's may be a second more */
        leg->leg.wait_ms = wait_of(e, e->p[wait]);
    if (leg->leg.agent.len == 0 && queue_named(e->agent))
        leg->leg.agent = e->agent;
    left(l, call, leg);
}

static void on_complete(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    answered_end(l, call, e, 1, 2, SAM_TRANSFER_NONE);
}

static void on_blind(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    answered_end(l, call, e, 3, 4, SAM_TRANSFER_BLIND);
}

static void on_attended(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    bool link = sam_span_is(e->p[1], "LINK");
    answered_end(l, call, e, link ? 4 : 3, link ? 5 : 4, SAM_TRANSFER_ATTENDED);
}

static void unanswered_end(struct log *l, struct queue_call *call, const struct queue_event *e, size_t wait,
                           enum sam_disposition disposition)
{
    struct queue_leg *leg = leg_of(l, call, e);
    if (!leg)
        return;
    leg->open = false;
    leg->leg.ended = e->time;
    leg->leg.disposition = disposition;
    leg->leg.wait_ms = wait_of(e, e->p[wait]);
}

static void on_abandon(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    unanswered_end(l, call, e, 3, SAM_DISPOSITION_ABANDONED);
}

static void on_timeout(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    unanswered_end(l, call, e, 3, SAM_DISPOSITION_TIMEOUT);
}

static void on_empty(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    unanswered_end(l, call, e, 3, SAM_DISPOSITION_CLOSED);
}

static void on_key(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    enum sam_disposition disposition = SAM_DISPOSITION_CALLBACK;
    (void)read_disposition(l->r, read_print(l->r, "key %.*s", SAM_ARG(e->p[1])), &disposition);
    unanswered_end(l, call, e, 4, disposition);
}

static void on_withdraw(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    unanswered_end(l, call, e, 3, SAM_DISPOSITION_UNKNOWN);
}

/** The queue did not take the caller: it was never a wait. */
static void turned_away(struct log *l, struct queue_call *call, const struct queue_event *e, enum sam_disposition disposition)
{
    struct queue_leg *leg = leg_add(l, call, e);
    if (!leg)
        return;
    leg->open = false;
    leg->leg.queued = leg->leg.ended = e->time;
    leg->leg.wait_ms = sam_int_of(0);
    leg->leg.disposition = disposition;
}

static void on_full(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    turned_away(l, call, e, SAM_DISPOSITION_FULL);
}

static void on_closed(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    turned_away(l, call, e, SAM_DISPOSITION_CLOSED);
}

static void on_wrapup(struct log *l, struct queue_call *call, const struct queue_event *e)
{
    for (size_t i = call->first; i != SIZE_MAX; i = legs_of(l)[i].next) {
        if (sam_span_equal(legs_of(l)[i].leg.agent, e->agent))
            legs_of(l)[i].leg.wrap_ms = seconds(e->p[1]);
    }
}

static const struct {
    const char *event;
    void (*run)(struct log *l, struct queue_call *call, const struct queue_event *e);
} events[] = {
    {"ENTERQUEUE", on_enter},        {"DID", on_did},
    {"CONNECT", on_connect},         {"COMPLETEAGENT", on_complete},
    {"COMPLETECALLER", on_complete}, {"BLINDTRANSFER", on_blind},
    {"TRANSFER", on_blind},          {"ATTENDEDTRANSFER", on_attended},
    {"ABANDON", on_abandon},         {"EXITWITHTIMEOUT", on_timeout},
    {"EXITEMPTY", on_empty},         {"EXITWITHKEY", on_key},
    {"WITHDRAW", on_withdraw},       {"FULL", on_full},
    {"CLOSED", on_closed},           {"JOINEMPTY", on_closed},
    {"WRAPUPSTART", on_wrapup},
};

/* ---- after-call work by pauses ---------------------------------------------------------------------------------------------- */

static struct queue_agent *agent_of(struct log *l, struct sam_span name)
{
    uint32_t at = 0;
    struct sam_err err;
    if (sam_map_get(l->by_agent, name, &at))
        return &((struct queue_agent *)l->agents.at)[at];
    at = (uint32_t)l->agents.n;
    struct queue_agent *agent = sam_vec_add(&l->agents, l->r->arena);
    if (!agent || sam_map_put(l->by_agent, name, at, &err) != SAM_OK) {
        l->r->full = true;
        return NULL;
    }
    *agent = (struct queue_agent){.call = SIZE_MAX, .leg = SIZE_MAX};
    return agent;
}

/** Remembers the leg that an agent just left. */
static void left(struct log *l, const struct queue_call *call, const struct queue_leg *leg)
{
    if (l->r->set->wrap_pauses_n == 0 || leg->leg.agent.len == 0)
        return;
    struct queue_agent *agent = agent_of(l, leg->leg.agent);
    if (agent)
        *agent =
            (struct queue_agent){.call = (size_t)(call - calls_of(l)), .leg = (size_t)(leg - legs_of(l)), .ended_us = leg->leg.ended.us};
}

static bool means_wrap(const struct log *l, struct sam_span reason)
{
    for (size_t i = 0; i < l->r->set->wrap_pauses_n; i++) {
        if (sam_span_equal(sam_span_trim(reason), l->r->set->wrap_pauses[i]))
            return true;
    }
    return false;
}

/** The pause for after-call work is over: so long was it since the end of the call. */
static void wrap_ends(struct log *l, struct queue_agent *agent, struct sam_time at)
{
    struct sam_leg *leg = &legs_of(l)[agent->leg].leg;
    struct queue_call *call = &calls_of(l)[agent->call];
    if (!leg->wrap_ms.known && at.us >= agent->ended_us)
        leg->wrap_ms = sam_int_of((at.us - agent->ended_us) / 1000);
    if (at.us > call->seen.us)
        call->seen = at;
    call->events++;
    agent->leg = SIZE_MAX;
    agent->wrapping = false;
}

/** A pause for after-call work soon after a call is that call's; any other pause, and the end of this one, end it. */
static void on_pause(struct log *l, const struct queue_event *e)
{
    if (l->r->set->wrap_pauses_n == 0 || !queue_named(e->agent))
        return;
    struct queue_agent *agent = agent_of(l, e->agent);
    if (!agent || agent->leg == SIZE_MAX)
        return;
    bool begins = sam_span_is(e->event, "PAUSE") || sam_span_is(e->event, "PAUSEALL");
    bool wraps = begins && means_wrap(l, e->p[1]);
    int64_t after_us = e->time.us - agent->ended_us;
    if (agent->wrapping && !wraps)
        wrap_ends(l, agent, e->time);
    else if (wraps && after_us >= 0 && after_us <= l->r->set->wrap_within_ms * 1000)
        agent->wrapping = true;
}

static bool is_pause(struct sam_span event)
{
    return sam_span_is(event, "PAUSE") || sam_span_is(event, "PAUSEALL") || sam_span_is(event, "UNPAUSE") ||
           sam_span_is(event, "UNPAUSEALL");
}

static void take(struct log *l, const struct queue_event *e)
{
    if (is_pause(e->event))
        on_pause(l, e);
    if (queue_states_take(&l->states, e))
        return;
    if (!queue_named(e->call) || sam_span_is(e->call, "REALTIME") || sam_span_is(e->call, "MANAGER") || sam_span_is(e->call, "CLI"))
        return;
    for (size_t i = 0; i < SAM_COUNT(events); i++) {
        if (!sam_span_is(e->event, events[i].event))
            continue;
        struct queue_call *call = call_of(l, e);
        if (call)
            events[i].run(l, call, e);
        return;
    }
}

/* ---- records ---------------------------------------------------------------------------------------------------------------- */

/** When the channel was made, the caller came, unless that is too long ago for a menu. */
static struct sam_time offered_by_id(struct sam_span id, struct sam_time queued)
{
    int64_t epoch = exchange_epoch(id), before_us = queued.us - epoch * 1000000;
    if (epoch < 0 || queued.quality == SAM_QUALITY_UNKNOWN || before_us < 0 || before_us > MENU_MAX_US)
        return (struct sam_time){0, SAM_QUALITY_UNKNOWN};
    return (struct sam_time){epoch * 1000000, SAM_QUALITY_DERIVED};
}

/**
 * The conversation's id: the callid, or for one that was used again "CALLID@SECONDS" of its first event. A callid that tells its own time
 * is known for used again by that, whatever else the message holds; else only when the call before stands in the same message.
 */
static struct sam_span id_of(struct log *l, const struct queue_call *call)
{
    int64_t epoch = exchange_epoch(call->id);
    bool tells = epoch > REUSE_US / 1000000; /* small numbers are no times */
    bool again = tells ? call->begun.us - epoch * 1000000 > REUSE_US : call->again;
    return again ? read_print(l->r, "%.*s@%lld", (int)call->id.len, call->id.at, (long long)(call->begun.us / 1000000)) : call->id;
}

static bool is_number(struct sam_span caller)
{
    size_t digits = 0;
    for (size_t i = 0; i < caller.len; i++)
        digits += caller.at[i] >= '0' && caller.at[i] <= '9';
    return digits > 0;
}

static void record_of(struct log *l, const struct queue_call *call, struct sam_part *head)
{
    head->external_id = id_of(l, call);
    head->version = call->seen.us + (call->events < 1000000 ? call->events : 999999);
    struct sam_part *part = read_part(l->r, head, SAM_KIND_RECORD);
    struct sam_leg *legs = read_take(l->r, call->legs, sizeof(*legs));
    if (!part || !legs)
        return;
    struct sam_record *record = part->record;
    record->channel = SAM_CHANNEL_VOICE;
    record->direction = SAM_DIRECTION_INBOUND;
    for (size_t i = call->first; i != SIZE_MAX; i = legs_of(l)[i].next)
        legs[record->legs_n++] = legs_of(l)[i].leg;
    record->legs = legs;
    record->offered = call->offered.quality != SAM_QUALITY_UNKNOWN ? call->offered : offered_by_id(call->id, legs[0].queued);
    record->ended = legs[record->legs_n - 1].ended;
    if (is_number(call->caller)) {
        record->customer_phone = call->caller;
        record->customer_country = l->r->set->country;
    }
}

static bool queue_log_detect(const struct reader *r)
{
    struct reader copy = *r;
    struct sam_part scratch = {.version = 0};
    struct queue_rows rows;
    return !r->json && (queue_rows_of(&copy, r->doc, &scratch, &rows) || copy.full); /* full: its reader says so */
}

static enum sam_code queue_log_read(struct reader *r, struct sam_err *err)
{
    struct log l = {.r = r, .by_id = sam_map_new(r->arena, CALLS_MAX), .by_agent = sam_map_new(r->arena, CALLS_MAX)};
    struct sam_part head = {.version = 0}, scratch = {.version = 0};
    struct queue_rows rows;
    struct queue_event event;
    if (!l.by_id || !l.by_agent || !queue_states_new(r, &l.states))
        return sam_arena_full(r->arena, err);
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head.source, err);
    if (code == SAM_OK && !queue_rows_of(r, r->doc, &scratch, &rows))
        return sam_arena_full(r->arena, err);
    if (code != SAM_OK)
        return code;
    l.calls = sam_vec_of(sizeof(struct queue_call), CALLS_MAX);
    l.agents = sam_vec_of(sizeof(struct queue_agent), CALLS_MAX);
    l.legs = sam_vec_of(sizeof(struct queue_leg), LEGS_MAX);
    queue_rows_order(&rows);
    while (queue_rows_next(&rows, &event))
        take(&l, &event);
    if (scratch.warnings_n > 0)
        read_warn(r, &head, "time.no_zone", KEY(NULL, "time"));
    for (size_t i = 0; i < l.calls.n && !r->full; i++) {
        if (calls_of(&l)[i].legs > 0)
            record_of(&l, &calls_of(&l)[i], &head);
    }
    queue_states_parts(&l.states, &head);
    return r->full ? sam_arena_full(r->arena, err) : SAM_OK;
}

const struct format format_queue_log = {
    {"queue_log", "Asterisk's queue_log: the file, the realtime table, CSV exports", true}, queue_log_detect, queue_log_read};
