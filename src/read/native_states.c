/*
 * States of an agent in a native message: one, or a list of them, with what queues they are of. A state whose word or time is not
 * understood is no state, and guessing would change hours: the message is refused as a whole, with the place.
 */
#include "native.h"

/** Words of systems beside the model's own. */
static const struct {
    const char *word;
    enum sam_state state;
} words[] = {
    {"logged_in", SAM_STATE_READY},      {"signed_in", SAM_STATE_READY},        {"on_queue", SAM_STATE_READY},
    {"idle", SAM_STATE_AVAILABLE},       {"waiting", SAM_STATE_AVAILABLE},      {"busy", SAM_STATE_ON_CONTACT},
    {"talking", SAM_STATE_ON_CONTACT},   {"interacting", SAM_STATE_ON_CONTACT}, {"acw", SAM_STATE_WRAP},
    {"after_call_work", SAM_STATE_WRAP}, {"wrap_up", SAM_STATE_WRAP},           {"break", SAM_STATE_PAUSE},
    {"paused", SAM_STATE_PAUSE},         {"not_ready", SAM_STATE_PAUSE},        {"logged_out", SAM_STATE_OFFLINE},
    {"signed_out", SAM_STATE_OFFLINE},
};

static bool state_of(struct sam_span word, enum sam_state *out)
{
    if (sam_state_find(word, out))
        return true;
    for (size_t i = 0; i < SAM_COUNT(words); i++) {
        if (sam_span_is_nocase(word, words[i].word)) {
            *out = words[i].state;
            return true;
        }
    }
    return false;
}

/** Its queues: "queues", else "queue"; one of them is absent when it is of all. */
static const struct sam_json *queues_of(const struct sam_json *value)
{
    const struct sam_json *list = sam_json_get(value, "queues");
    return list && list->type == SAM_JSON_ARRAY && list->first ? list->first : NULL;
}

static size_t count_of(const struct sam_json *value)
{
    size_t n = 0;
    for (const struct sam_json *queue = queues_of(value); queue; queue = queue->next)
        n++;
    return n > 0 ? n : 1;
}

static enum sam_code times_of(struct native *m, struct sam_part *part, const struct sam_json *value, int64_t i, struct sam_agent_state *out,
                              struct sam_err *err)
{
    const struct place *at = ITEM(NULL, "states", i);
    const struct sam_json *from = sam_json_get(value, "from");
    out->from = read_time(m->r, part, read_is_null(from) ? sam_json_get(value, "at") : from, KEY(at, "from"));
    out->to = read_time(m->r, part, sam_json_get(value, "to"), KEY(at, "to"));
    if (out->from.quality == SAM_QUALITY_UNKNOWN)
        return sam_fail(err, SAM_BAD_INPUT, "states[%lld].from: missing, no time, or one that cannot be", (long long)i);
    if (out->to.quality == SAM_QUALITY_UNKNOWN && !read_is_null(sam_json_get(value, "to")))
        return sam_fail(err, SAM_BAD_INPUT, "states[%lld].to: no time, or one that cannot be", (long long)i);
    if (out->to.quality != SAM_QUALITY_UNKNOWN && out->to.us < out->from.us)
        return sam_fail(err, SAM_BAD_INPUT, "states[%lld].to: lies before from", (long long)i);
    return SAM_OK;
}

/** One state, once for each of its queues. */
static enum sam_code add_state(struct native *m, struct sam_part *part, const struct sam_json *value, int64_t i, struct sam_err *err)
{
    struct sam_agent_state state = {.state = SAM_STATE_OFFLINE};
    const struct place *at = ITEM(NULL, "states", i);
    struct sam_span word = sam_json_text(value, "state");
    if (!state_of(sam_span_trim(word), &state.state))
        return sam_fail(err, SAM_BAD_INPUT,
                        "states[%lld].state: '%.*s' is none of available, on_contact, wrap, ready, pause, offline, withdrawn", (long long)i,
                        SAM_ARG(word));
    enum sam_code code = times_of(m, part, value, i, &state, err);
    if (code != SAM_OK)
        return code;
    state.reason = read_name(m->r, part, sam_json_get(value, "reason"), KEY(at, "reason"));
    const struct sam_json *queue = queues_of(value);
    if (!queue)
        state.queue = read_name(m->r, part, sam_json_get(value, "queue"), KEY(at, "queue"));
    do {
        if (queue)
            state.queue = read_name(m->r, part, queue, KEY(at, "queues"));
        part->states->at[part->states->n++] = state;
        queue = queue ? queue->next : NULL;
    } while (queue);
    return SAM_OK;
}

/** The agent: an id, or {"id","name","team"}; a team of the message itself counts, too. */
static enum sam_code agent_of(struct native *m, struct sam_party *out, struct sam_err *err)
{
    const struct sam_json *agent = sam_json_get(m->root, "agent");
    bool object = agent && agent->type == SAM_JSON_OBJECT;
    const struct place *at = KEY(NULL, "agent");
    *out = (struct sam_party){.role = SAM_ROLE_AGENT};
    enum sam_code code = read_id(m->r, object ? sam_json_get(agent, "id") : agent, &out->id, err);
    if (code == SAM_NONE)
        return sam_fail(err, SAM_BAD_INPUT, "agent.id: missing");
    if (code != SAM_OK)
        return sam_wrap(err, "agent");
    out->name = object ? read_name(m->r, &m->head, sam_json_get(agent, "name"), KEY(at, "name")) : SAM_NO_SPAN;
    out->team = read_name(m->r, &m->head, object ? sam_json_get(agent, "team") : sam_json_get(m->root, "team"), KEY(at, "team"));
    return SAM_OK;
}

enum sam_code native_states(struct native *m, struct sam_err *err)
{
    struct reader *r = m->r;
    struct sam_party agent;
    enum sam_code code = agent_of(m, &agent, err);
    if (code != SAM_OK)
        return code;
    m->head.external_id = agent.id;
    struct sam_part *part = read_part(r, &m->head, SAM_KIND_AGENT_STATE);
    if (!part)
        return sam_arena_full(r->arena, err);
    const struct sam_json *list = sam_json_get(m->root, "states"), *first = m->root;
    if (!read_is_null(list) && (list->type != SAM_JSON_ARRAY || !list->first))
        return sam_fail(err, SAM_BAD_INPUT, "states: no list, or an empty one");
    if (!read_is_null(list))
        first = list->first;
    size_t n = 0;
    for (const struct sam_json *value = first; value; value = first == m->root ? NULL : value->next)
        n += count_of(value);
    code = read_within(n > UINT32_MAX ? UINT32_MAX : (uint32_t)n, r->set->turns_max, "states", err);
    if (code != SAM_OK)
        return code;
    part->states->agent = agent;
    part->states->at = read_take(r, n, sizeof(*part->states->at));
    if (!part->states->at)
        return sam_arena_full(r->arena, err);
    int64_t i = 0;
    for (const struct sam_json *value = first; value && code == SAM_OK; value = first == m->root ? NULL : value->next)
        code = add_state(m, part, value, i++, err);
    return code;
}
