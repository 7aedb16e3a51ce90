/*
 * duty.c: when the agents of the samples were signed in. Between contacts they do other work: they take contacts around those they had,
 * pause for case work, coffee, lunch or a meeting where the next one is some time off, and sign off where it is far. The states name no
 * queue: an agent of this centre answers whatever the team's line and channels bring. Shares are such that contacts fill about four fifths
 * of the time in which they are taken.
 */
#include <stdlib.h>

#include "weeks.h"

#define WORKS_MAX 4000000U

/* What an agent had in hand, from the answer to the end of the work after it. */
struct work {
    uint32_t agent;
    int32_t week;
    int64_t from_us, to_us;
};
/* A time in which contacts are taken. */
struct window {
    int64_t from_us, to_us;
};

static int by_agent(const void *a, const void *b)
{
    const struct work *left = a, *right = b;
    if (left->agent != right->agent)
        return left->agent > right->agent ? 1 : -1;
    if (left->from_us != right->from_us)
        return left->from_us > right->from_us ? 1 : -1;
    return (left->to_us > right->to_us) - (left->to_us < right->to_us);
}

static enum sam_code gather(const struct contacts *contacts, struct sam_vec *works, struct sam_err *err)
{
    const struct contact *all = contacts->at.at;
    for (size_t i = 0; i < contacts->at.n; i++) {
        for (size_t l = 0; l < all[i].legs_n; l++) {
            const struct contact_leg *leg = &all[i].legs[l];
            if (leg->agent < 0)
                continue;
            struct work *work = sam_vec_add(works, contacts->arena);
            if (!work)
                return sam_arena_full(contacts->arena, err);
            *work = (struct work){(uint32_t)leg->agent, all[i].week, leg->answered_us, leg->ended_us + leg->wrap_ms * 1000};
        }
    }
    if (works->n)
        qsort(works->at, works->n, sizeof(struct work), by_agent);
    return SAM_OK;
}

/* The next window of a day: contacts that follow each other closely, with some time of waiting around them. @return works in it */
static size_t next_window(struct chance *chance, const struct work *works, size_t n, struct window *out)
{
    const double occupancy = 0.7 + 0.16 * chance_unit(chance), before = 0.3 + 0.4 * chance_unit(chance);
    int64_t busy_us = 0;
    size_t i = 0;
    *out = (struct window){works[0].from_us, works[0].from_us};
    for (; i < n && works[i].from_us <= out->to_us + 100 * SECOND_US; i++) {
        busy_us += works[i].to_us - works[i].from_us;
        out->to_us = works[i].to_us > out->to_us ? works[i].to_us : out->to_us;
    }
    const double more_us = (double)busy_us / occupancy - (double)(out->to_us - out->from_us);
    if (more_us > 0) {
        out->from_us -= (int64_t)(more_us * before);
        out->to_us += (int64_t)(more_us * (1 - before));
    }
    return i;
}

static enum sam_code add_state(struct duties *duties, int64_t at_us, const char *state, const char *reason, struct sam_err *err)
{
    struct duty_state *added = sam_vec_add(&duties->states, duties->arena);
    if (!added)
        return sam_arena_full(duties->arena, err);
    *added = (struct duty_state){at_us, state, reason};
    return SAM_OK;
}

/* What is between two windows: nothing, a pause, or time at home. */
static enum sam_code add_gap(struct duties *duties, struct chance *chance, int64_t from_us, int64_t to_us, bool *lunch, struct sam_err *err)
{
    const int64_t gap_us = to_us - from_us, hour = from_us % DAY_US / HOUR_US;
    const char *reason = gap_us < 12 * MINUTE_US ? "coffee" : chance_is(chance, 0.12) ? "meeting" : "case work";
    if (!*lunch && hour >= 9 && hour <= 11 && gap_us >= 20 * MINUTE_US) {
        *lunch = true;
        reason = "lunch";
    }
    const bool home = gap_us > 80 * MINUTE_US;
    enum sam_code code = add_state(duties, from_us, home ? "offline" : "pause", home ? NULL : reason, err);
    return code == SAM_OK ? add_state(duties, to_us, "ready", NULL, err) : code;
}

/* One agent's day. */
static enum sam_code add_day(struct duties *duties, struct chance *chance, const struct work *works, size_t n, struct sam_err *err)
{
    struct duty *duty = sam_vec_add(&duties->at, duties->arena);
    struct window last = {0, 0}, next;
    bool lunch = false;
    if (!duty)
        return sam_arena_full(duties->arena, err);
    *duty = (struct duty){.agent = works[0].agent, .week = works[0].week, .first = duties->states.n};
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < n && code == SAM_OK;) {
        const bool first = i == 0;
        i += next_window(chance, works + i, n - i, &next);
        if (first)
            code = add_state(duties, next.from_us, "ready", NULL, err);
        else if (next.from_us > last.to_us + MINUTE_US)
            code = add_gap(duties, chance, last.to_us, next.from_us, &lunch, err);
        last = next;
    }
    if (code == SAM_OK)
        code = add_state(duties, last.to_us, "offline", NULL, err);
    duty->ended_us = last.to_us;
    duty->n = duties->states.n - duty->first;
    return code;
}

enum sam_code duties_make(const struct contacts *contacts, struct duties *duties, struct sam_err *err)
{
    struct sam_vec works = sam_vec_of(sizeof(struct work), WORKS_MAX);
    *duties = (struct duties){.at = sam_vec_of(sizeof(struct duty), WORKS_MAX),
                              .states = sam_vec_of(sizeof(struct duty_state), WORKS_MAX),
                              .arena = contacts->arena};
    enum sam_code code = gather(contacts, &works, err);
    const struct work *all = works.at;
    struct chance chance = chance_of(contacts->samples->seed, 5000000);
    for (size_t i = 0, n = 0; i < works.n && code == SAM_OK; i += n) {
        for (n = 1; i + n < works.n && all[i + n].agent == all[i].agent && all[i + n].from_us / DAY_US == all[i].from_us / DAY_US; n++)
            ;
        code = add_day(duties, &chance, all + i, n, err);
    }
    return code;
}

void duty_put(struct sam_buf *buf, const struct duties *duties, const struct duty *duty)
{
    const struct agent *who = &centre_agents[duty->agent];
    const struct duty_state *states = (const struct duty_state *)duties->states.at + duty->first;
    sam_buf_printf(
        buf, "{\"kind\":\"agent_state\",\"source\":\"telephony\",\"agent\":{\"id\":\"%s\",\"name\":\"%s %s\",\"team\":\"%s\"},\"states\":[",
        who->id, who->given, who->family, centre_team(duty->agent, duty->week));
    for (size_t i = 0; i < duty->n; i++) {
        sam_buf_printf(buf, "%s{\"state\":\"%s\"", i ? "," : "", states[i].state);
        if (states[i].reason)
            sam_buf_printf(buf, ",\"reason\":\"%s\"", states[i].reason);
        messages_put_at(buf, "from", states[i].at_us);
        sam_buf_text(buf, "}");
    }
    sam_buf_text(buf, "]");
}
