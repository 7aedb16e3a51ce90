/*
 * The last look at a part, whichever reader made it: what no conversation can be (durations beyond the limit, times out of range, a turn
 * that ends before it starts) becomes unknown with a warning, so that its canonical form reads back without a change.
 */
#include "reader.h"

static void settle_ms(struct reader *r, struct sam_part *part, struct sam_int *ms, const struct place *at)
{
    if (!ms->known || (ms->value >= 0 && ms->value <= r->limit_ms))
        return;
    read_warn(r, part, ms->value < 0 ? "duration.negative" : "duration.implausible", at);
    *ms = SAM_UNKNOWN;
}

static void settle_time(struct reader *r, struct sam_part *part, struct sam_time *t, const struct place *at)
{
    if (t->quality != SAM_QUALITY_UNKNOWN)
        *t = read_plausible(r, part, *t, at);
}

/** A name or address as the native reader would take it: trimmed, UTF-8, not too long. */
static void settle_name(struct reader *r, struct sam_part *part, struct sam_span *name, const struct place *at)
{
    struct sam_err err;
    size_t replaced = 0;
    if (name->len == 0)
        return;
    if (!sam_utf8_valid(*name)) {
        if (sam_utf8_repair(r->arena, *name, name, &replaced, &err) != SAM_OK) {
            r->full = true;
            *name = SAM_NO_SPAN;
            return;
        }
        read_warn(r, part, "text.repaired", at);
    }
    *name = sam_span_trim(*name);
    if (name->len <= ID_MAX)
        return;
    read_warn(r, part, "text.cut", at);
    name->len = ID_MAX;
    while (name->len > 0 && ((unsigned char)name->at[name->len] & 0xC0) == 0x80)
        name->len--;
    *name = sam_span_trim(*name);
}

/** As settle_name, and in the one spelling of an id. */
static void settle_id(struct reader *r, struct sam_part *part, struct sam_span *id, const struct place *at)
{
    settle_name(r, part, id, at);
    if (id->len > 0)
        *id = read_id_canonical(r, *id);
}

static void settle_parties(struct reader *r, struct sam_part *part, struct sam_party *parties, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct place *at = ITEM(NULL, "parties", i);
        settle_id(r, part, &parties[i].id, KEY(at, "id"));
        settle_name(r, part, &parties[i].name, KEY(at, "name"));
        settle_name(r, part, &parties[i].team, KEY(at, "team"));
    }
}

static void settle_leg_names(struct reader *r, struct sam_part *part, struct sam_leg *leg, const struct place *at)
{
    settle_name(r, part, &leg->queue, KEY(at, "queue"));
    settle_id(r, part, &leg->agent, KEY(at, "agent"));
    settle_name(r, part, &leg->team, KEY(at, "team"));
}

/** A hold without both of its times tells nothing. */
static void settle_holds(struct reader *r, struct sam_part *part)
{
    struct sam_record *record = part->record;
    size_t n = 0;
    for (size_t i = 0; i < record->holds_n; i++) {
        struct sam_hold hold = record->holds[i];
        const struct place *at = ITEM(NULL, "holds", i);
        settle_time(r, part, &hold.from, KEY(at, "from"));
        settle_time(r, part, &hold.to, KEY(at, "to"));
        bool whole = hold.from.quality != SAM_QUALITY_UNKNOWN && hold.to.quality != SAM_QUALITY_UNKNOWN;
        if (whole && hold.to.us >= hold.from.us)
            record->holds[n++] = hold;
        else
            read_warn(r, part, "hold.invalid", at);
    }
    record->holds_n = n;
}

/** An event without a time, or of no channel, tells nothing. */
static void settle_events(struct reader *r, struct sam_part *part)
{
    struct sam_record *record = part->record;
    size_t n = 0;
    for (size_t i = 0; i < record->events_n; i++) {
        struct sam_channel_event e = record->events[i];
        const struct place *at = ITEM(NULL, "channel_events", i);
        settle_time(r, part, &e.at, KEY(at, "at"));
        settle_name(r, part, &e.channel, KEY(at, "channel"));
        settle_name(r, part, &e.name, KEY(at, "name"));
        settle_name(r, part, &e.peer, KEY(at, "peer"));
        settle_id(r, part, &e.agent, KEY(at, "agent"));
        settle_name(r, part, &e.queue, KEY(at, "queue"));
        if (e.at.quality != SAM_QUALITY_UNKNOWN && e.channel.len > 0)
            record->events[n++] = e;
    }
    record->events_n = n;
}

static void settle_record(struct reader *r, struct sam_part *part)
{
    struct sam_record *record = part->record;
    const struct place *customer = KEY(NULL, "customer");
    settle_name(r, part, &record->customer_id, KEY(customer, "id"));
    settle_name(r, part, &record->customer_phone, KEY(customer, "phone"));
    settle_name(r, part, &record->customer_email, KEY(customer, "email"));
    settle_parties(r, part, record->parties, record->parties_n);
    settle_time(r, part, &record->offered, KEY(NULL, "offered_at"));
    settle_time(r, part, &record->ended, KEY(NULL, "ended_at"));
    for (size_t i = 0; i < record->legs_n; i++) {
        struct sam_leg *leg = &record->legs[i];
        const struct place *at = ITEM(NULL, "legs", i);
        settle_leg_names(r, part, leg, at);
        settle_time(r, part, &leg->queued, KEY(at, "queued_at"));
        settle_time(r, part, &leg->answered, KEY(at, "answered_at"));
        settle_time(r, part, &leg->ended, KEY(at, "ended_at"));
        settle_ms(r, part, &leg->wait_ms, KEY(at, "wait_ms"));
        settle_ms(r, part, &leg->talk_ms, KEY(at, "talk_ms"));
        settle_ms(r, part, &leg->hold_ms, KEY(at, "hold_ms"));
        settle_ms(r, part, &leg->wrap_ms, KEY(at, "wrap_ms"));
    }
    settle_holds(r, part);
    settle_events(r, part);
}

static void settle_transcript(struct reader *r, struct sam_part *part)
{
    settle_parties(r, part, part->transcript->parties, part->transcript->parties_n);
    settle_time(r, part, &part->transcript->started, KEY(NULL, "started_at"));
    for (size_t i = 0; i < part->transcript->turns_n; i++) {
        struct sam_turn *turn = &part->transcript->turns[i];
        const struct place *at = ITEM(NULL, "turns", i);
        settle_ms(r, part, &turn->start_ms, KEY(at, "start_ms"));
        settle_ms(r, part, &turn->end_ms, KEY(at, "end_ms"));
        if (turn->start_ms.known && turn->end_ms.known && turn->end_ms.value < turn->start_ms.value) {
            read_warn(r, part, "turn.end_before_start", at);
            turn->end_ms = turn->start_ms;
        }
    }
}

/** A state that is known from no time on tells nothing. */
static void settle_states(struct reader *r, struct sam_part *part)
{
    struct sam_agent_states *states = part->states;
    size_t n = 0;
    settle_parties(r, part, &states->agent, 1);
    for (size_t i = 0; i < states->n; i++) {
        struct sam_agent_state state = states->at[i];
        const struct place *at = ITEM(NULL, "states", i);
        settle_name(r, part, &state.queue, KEY(at, "queue"));
        settle_name(r, part, &state.reason, KEY(at, "reason"));
        settle_time(r, part, &state.from, KEY(at, "from"));
        settle_time(r, part, &state.to, KEY(at, "to"));
        if (state.from.quality != SAM_QUALITY_UNKNOWN)
            states->at[n++] = state;
    }
    states->n = n;
}

void read_settle(struct reader *r, struct sam_part *part)
{
    read_map_part(r, part);
    settle_id(r, part, &part->external_id, KEY(NULL, "id"));
    settle_id(r, part, &part->part_id, KEY(NULL, "part_id"));
    if (part->record) {
        read_limit(r, part->record->channel);
        settle_record(r, part);
    }
    if (part->transcript) {
        read_limit(r, part->transcript->channel);
        settle_transcript(r, part);
    }
    if (part->states)
        settle_states(r, part);
}
