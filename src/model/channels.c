/*
 * Channels: what the events of a telephone exchange's channels tell of one call: who talked with the caller and when, transfers, and hold
 * (music that is played to a channel in a bridge). A pure function of the events in their order.
 */
#include "samtale/model.h"

#include <stdlib.h>

/** Someone who talked with the caller, or whom the caller reached. */
struct talk {
    struct sam_span unique, name, agent;
    struct sam_time entered; /* unknown while in no bridge */
    int64_t talked_us;
    struct sam_leg leg;
};
/** A channel that hears music. */
struct music {
    struct sam_span unique;
    struct sam_time since;
};
struct call {
    const struct sam_channel_call *in;
    struct sam_span queue;
    struct sam_time queued;
    struct talk *talks;
    struct music *music;
    struct sam_hold *holds;
    size_t talks_n, music_n, holds_n;
};

static bool is_known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

/** A local channel only leads to another one. */
static bool is_local(struct sam_span channel)
{
    return sam_span_starts(channel, "Local/");
}

static struct talk *talk_of(struct call *k, const struct sam_channel_event *e, bool make)
{
    bool first = sam_span_equal(e->channel, k->in->id);
    struct sam_span who = first && e->peer.len > 0 ? e->peer : e->channel;
    for (size_t i = 0; i < k->talks_n; i++) {
        if (sam_span_equal(k->talks[i].unique, who) || sam_span_equal(k->talks[i].name, who))
            return &k->talks[i];
    }
    bool other = !first || !sam_span_equal(who, e->channel);
    struct sam_span name = first ? e->peer : e->name;
    if (!make || !other || name.len == 0 || (!first && is_local(name)) || k->talks_n == k->in->legs_max)
        return NULL;
    struct talk *talk = &k->talks[k->talks_n++];
    *talk = (struct talk){.unique = who, .name = name, .agent = e->agent};
    return talk;
}

static void on_enter(struct call *k, const struct sam_channel_event *e)
{
    struct talk *talk = talk_of(k, e, true);
    if (!talk)
        return;
    talk->entered = e->at;
    if (is_known(talk->leg.answered))
        return;
    talk->leg = (struct sam_leg){.queue = k->queue, .queued = k->queued, .answered = e->at, .disposition = SAM_DISPOSITION_ANSWERED};
    k->queued = (struct sam_time){0, SAM_QUALITY_UNKNOWN}; /* who comes next did not wait in it */
}

static void on_leave(struct call *k, const struct sam_channel_event *e)
{
    struct talk *talk = talk_of(k, e, false);
    if (!talk || !is_known(talk->entered))
        return;
    talk->talked_us += e->at.us > talk->entered.us ? e->at.us - talk->entered.us : 0;
    talk->leg.ended = e->at;
    talk->entered = (struct sam_time){0, SAM_QUALITY_UNKNOWN};
}

static void on_transfer(struct call *k, const struct sam_channel_event *e, enum sam_transfer how)
{
    struct talk *talk = talk_of(k, e, false);
    if (talk)
        talk->leg.transfer = how;
    else if (k->talks_n > 0) /* told of the caller's channel: the last who talked passed the call on */
        k->talks[k->talks_n - 1].leg.transfer = how;
}

static void on_unhold(struct call *k, const struct sam_channel_event *e)
{
    for (size_t i = 0; i < k->music_n; i++) {
        struct music *m = &k->music[i];
        if (!sam_span_equal(m->unique, e->channel))
            continue;
        if (k->holds_n < k->in->legs_max && e->at.us >= m->since.us)
            k->holds[k->holds_n++] = (struct sam_hold){m->since, e->at};
        *m = k->music[--k->music_n];
        return;
    }
}

static void on_hold(struct call *k, const struct sam_channel_event *e)
{
    on_unhold(k, e); /* music that begins again ended before */
    if (k->music_n < k->in->legs_max)
        k->music[k->music_n++] = (struct music){e->channel, e->at};
}

static void on_event(struct call *k, const struct sam_channel_event *e)
{
    if (e->queue.len > 0)
        k->queue = e->queue;
    switch (e->act) {
    case SAM_ACT_QUEUE:
        k->queued = e->at;
        break;
    case SAM_ACT_ENTER:
        on_enter(k, e);
        break;
    case SAM_ACT_LEAVE:
        on_leave(k, e);
        break;
    case SAM_ACT_BLIND:
    case SAM_ACT_ATTENDED:
        on_transfer(k, e, e->act == SAM_ACT_BLIND ? SAM_TRANSFER_BLIND : SAM_TRANSFER_ATTENDED);
        break;
    case SAM_ACT_HOLD:
        on_hold(k, e);
        break;
    case SAM_ACT_UNHOLD:
        on_unhold(k, e);
        break;
    case SAM_ACT_END:
        on_leave(k, e);
        on_unhold(k, e);
        break;
    case SAM_ACT_OTHER:
        break;
    }
}

static int by_start(const void *a, const void *b)
{
    const struct sam_hold *x = a, *y = b;
    return (x->from.us > y->from.us) - (x->from.us < y->from.us);
}

/** Holds that overlap become one. */
static void unite_holds(struct call *k)
{
    size_t n = 0;
    if (k->holds_n > 1)
        qsort(k->holds, k->holds_n, sizeof(*k->holds), by_start);
    for (size_t i = 0; i < k->holds_n; i++) {
        if (n > 0 && k->holds[i].from.us <= k->holds[n - 1].to.us) {
            if (k->holds[i].to.us > k->holds[n - 1].to.us)
                k->holds[n - 1].to = k->holds[i].to;
        } else {
            k->holds[n++] = k->holds[i];
        }
    }
    k->holds_n = n;
}

/** Of a call out of the house the first channel is the agent's. */
static struct sam_span caller(const struct sam_channel_call *in)
{
    for (size_t i = 0; i < in->events_n; i++) {
        if (sam_span_equal(in->events[i].channel, in->id))
            return in->events[i].agent;
    }
    return SAM_NO_SPAN;
}

static size_t legs_of(const struct call *k, struct sam_leg *legs)
{
    size_t n = 0;
    for (size_t i = 0; i < k->talks_n; i++) {
        const struct talk *talk = &k->talks[i];
        if (!is_known(talk->leg.answered))
            continue;
        legs[n] = talk->leg;
        legs[n].agent = k->in->outbound ? caller(k->in) : talk->agent;
        if (is_known(talk->leg.ended))
            legs[n].talk_ms = sam_int_of(talk->talked_us / 1000);
        n++;
    }
    return n;
}

enum sam_code sam_channel_legs(const struct sam_channel_call *in, struct sam_arena *arena, struct sam_record *out, struct sam_err *err)
{
    struct call k = {.in = in};
    size_t room = in->events_n < in->legs_max ? in->events_n : in->legs_max;
    k.talks = sam_arena_array(arena, room, sizeof(*k.talks));
    k.music = sam_arena_array(arena, room, sizeof(*k.music));
    k.holds = sam_arena_array(arena, room, sizeof(*k.holds));
    if (!k.talks || !k.music || !k.holds)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < in->events_n; i++)
        on_event(&k, &in->events[i]);
    unite_holds(&k);
    struct sam_leg *legs = sam_arena_array(arena, k.talks_n, sizeof(*legs));
    if (!legs)
        return sam_arena_full(arena, err);
    out->legs_n = legs_of(&k, legs);
    out->legs = legs;
    out->holds = k.holds;
    out->holds_n = k.holds_n;
    return SAM_OK;
}
