/*
 * What a queue_log tells of agents: in a queue or out of it, paused or not. Whether one is on a call is told by the calls, so that "in and
 * not paused" is ready.
 */
#include "queue_log.h"

#define AGENTS_MAX 1000000
#define STATES_MAX 4000000

/** An agent and what is known of it. */
struct agent {
    struct sam_span name;
    struct sam_vec states; /* struct sam_agent_state */
};

static const struct {
    const char *event;
    enum sam_state state;
} state_events[] = {
    {"ADDMEMBER", SAM_STATE_READY},     {"REMOVEMEMBER", SAM_STATE_OFFLINE},
    {"PAUSE", SAM_STATE_PAUSE},         {"PAUSEALL", SAM_STATE_PAUSE},
    {"UNPAUSE", SAM_STATE_READY},       {"UNPAUSEALL", SAM_STATE_READY},
    {"AGENTLOGIN", SAM_STATE_READY},    {"AGENTCALLBACKLOGIN", SAM_STATE_READY},
    {"AGENTLOGOFF", SAM_STATE_OFFLINE}, {"AGENTCALLBACKLOGOFF", SAM_STATE_OFFLINE},
};

bool queue_states_new(struct reader *r, struct queue_states *out)
{
    *out =
        (struct queue_states){.r = r, .by_name = sam_map_new(r->arena, AGENTS_MAX), .agents = sam_vec_of(sizeof(struct agent), AGENTS_MAX)};
    return out->by_name != NULL;
}

static struct agent *agent_of(struct queue_states *s, struct sam_span name)
{
    uint32_t at = 0;
    struct sam_err err;
    if (sam_map_get(s->by_name, name, &at))
        return &((struct agent *)s->agents.at)[at];
    at = (uint32_t)s->agents.n;
    struct agent *agent = sam_vec_add(&s->agents, s->r->arena);
    if (!agent || sam_map_put(s->by_name, name, at, &err) != SAM_OK) {
        s->r->full = true;
        return NULL;
    }
    *agent = (struct agent){.name = name, .states = sam_vec_of(sizeof(struct sam_agent_state), STATES_MAX)};
    return agent;
}

/** Seconds are all that the log tells: of two states of one second the second one lies a microsecond later. */
static struct sam_time after_the_last(const struct agent *agent, struct sam_span queue, struct sam_time at)
{
    const struct sam_agent_state *states = agent->states.at;
    for (size_t i = agent->states.n; i > 0 && states[i - 1].from.us >= at.us; i--) {
        if (sam_span_equal(states[i - 1].queue, queue))
            return (struct sam_time){states[i - 1].from.us + 1, at.quality};
    }
    return at;
}

/** Why the agent paused; a pause may be after-call work, and a member may be added paused. */
static void take_reason(const struct reader *r, const struct queue_event *e, struct sam_agent_state *state)
{
    if (sam_span_is(e->event, "ADDMEMBER") && sam_span_is_nocase(e->p[1], "PAUSED"))
        state->state = SAM_STATE_PAUSE;
    else if (state->state == SAM_STATE_PAUSE)
        state->reason = sam_span_trim(e->p[1]);
    for (size_t i = 0; state->reason.len > 0 && i < r->set->wrap_pauses_n; i++) {
        if (sam_span_equal(state->reason, r->set->wrap_pauses[i]))
            state->state = SAM_STATE_WRAP;
    }
}

static void take(struct queue_states *s, const struct queue_event *e, enum sam_state what)
{
    struct agent *agent = queue_named(e->agent) ? agent_of(s, e->agent) : NULL;
    struct sam_agent_state state = {.queue = queue_named(e->queue) ? e->queue : SAM_NO_SPAN, .state = what};
    if (!agent)
        return;
    take_reason(s->r, e, &state);
    state.from = after_the_last(agent, state.queue, e->time);
    struct sam_agent_state *added = sam_vec_add(&agent->states, s->r->arena);
    if (added)
        *added = state;
    else
        s->r->full = true;
}

bool queue_states_take(struct queue_states *s, const struct queue_event *e)
{
    for (size_t i = 0; i < SAM_COUNT(state_events); i++) {
        if (!sam_span_is(e->event, state_events[i].event))
            continue;
        take(s, e, state_events[i].state);
        return true;
    }
    return false;
}

void queue_states_parts(struct queue_states *s, struct sam_part *head)
{
    head->version = 0;
    for (size_t i = 0; i < s->agents.n && !s->r->full; i++) {
        const struct agent *agent = (const struct agent *)s->agents.at + i;
        head->external_id = agent->name;
        struct sam_part *part = read_part(s->r, head, SAM_KIND_AGENT_STATE);
        if (part)
            *part->states = (struct sam_agent_states){
                .agent = {.id = agent->name, .role = SAM_ROLE_AGENT}, .at = agent->states.at, .n = agent->states.n};
    }
}
