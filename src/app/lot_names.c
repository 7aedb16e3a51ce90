/*
 * Lot, names: queues, agents, teams and rules of what will be stored get their ids; what is not known yet goes on the list to be learned.
 * With the ids come the queues' limits, which settle which abandons were short.
 */
#include "ingest_private.h"

/* The ids that one conversation is being given. known turns false when a name must be learned. */
struct naming {
    struct lot *lot;
    struct sam_err *err;
    enum sam_code code;
    bool known;
};

static int32_t id_of(struct naming *n, enum sam_name_kind kind, struct sam_span name, struct sam_span display)
{
    int32_t id = 0;
    if (n->code != SAM_OK)
        return 0;
    struct sam_span stated = n->lot->learned ? SAM_NO_SPAN : display;
    enum sam_code code = sam_names_id(n->lot->ingest->names, n->lot->wanted, kind, name, stated, &id, n->err);
    n->known = n->known && code != SAM_NONE;
    if (code != SAM_OK && code != SAM_NONE)
        n->code = code;
    return id;
}

static struct sam_party_ids *name_parties(struct naming *n, const struct sam_conversation *c)
{
    struct sam_party_ids *ids = sam_arena_array(n->lot->arena, c->parties_n, sizeof *ids);
    for (size_t i = 0; ids && i < c->parties_n; i++) {
        const struct sam_party *party = &c->parties[i];
        if (party->role != SAM_ROLE_AGENT)
            continue;
        ids[i].agent_id = id_of(n, SAM_NAME_AGENT, party->id.len > 0 ? party->id : party->name, party->name);
        ids[i].team_id = id_of(n, SAM_NAME_TEAM, party->team, SAM_NO_SPAN);
    }
    return ids;
}

/* The wait below which an abandoned call of a queue is a short one: the configuration's, else the queue's own. */
static int32_t short_abandon_ms(const struct lot *lot, struct sam_span queue, int32_t of_queue)
{
    const struct sam_pairs *pairs = &lot->scorer->short_abandons;
    struct sam_err ignored;
    uint32_t at = 0;
    int64_t limit_ms = of_queue;
    if (pairs->n > 0 && sam_map_get(pairs->index, queue, &at) && app_short_abandon(pairs->at[at].value, &limit_ms, &ignored) != SAM_OK)
        limit_ms = of_queue;
    return (int32_t)limit_ms;
}

/* Also settles each leg's disposition by its queue's limits. */
static struct sam_leg_ids *name_legs(struct naming *n, struct sam_conversation *c)
{
    struct sam_leg_ids *ids = sam_arena_array(n->lot->arena, c->legs_n, sizeof *ids);
    for (size_t i = 0; ids && i < c->legs_n; i++) {
        struct sam_leg *leg = &c->legs[i];
        ids[i].queue_id = id_of(n, SAM_NAME_QUEUE, leg->queue, SAM_NO_SPAN);
        ids[i].agent_id = id_of(n, SAM_NAME_AGENT, leg->agent, SAM_NO_SPAN);
        ids[i].team_id = id_of(n, SAM_NAME_TEAM, leg->team, SAM_NO_SPAN);
        struct sam_queue_limits limits = sam_names_queue(n->lot->ingest->names, ids[i].queue_id);
        ids[i].service_level_ms = limits.service_level_ms;
        if (!n->known)
            continue;
        enum sam_disposition before = leg->disposition;
        leg->disposition = sam_rollup_disposition(leg, short_abandon_ms(n->lot, leg->queue, limits.short_abandon_ms));
        if (i + 1 == c->legs_n && c->disposition == before)
            c->disposition = leg->disposition;
    }
    return ids;
}

/* A rule's text lies in the scorer: whoever comes with the same place means the same rule, and need not be looked up by its text. */
static int32_t rule_id(struct naming *n, struct sam_span rule)
{
    struct ingest_rule *known = &n->lot->scorer->rules[((uintptr_t)rule.at >> 3) % INGEST_RULES];
    if (known->at == rule.at && known->len == rule.len)
        return known->id;
    int32_t id = id_of(n, SAM_NAME_RULE, rule, SAM_NO_SPAN);
    if (id > 0)
        *known = (struct ingest_rule){rule.at, rule.len, id};
    return id;
}

static int32_t *name_rules(struct naming *n, const struct sam_score *score)
{
    int32_t *ids = sam_arena_array(n->lot->arena, score->findings_n, sizeof *ids);
    for (size_t i = 0; ids && i < score->findings_n; i++)
        ids[i] = rule_id(n, score->findings[i].rule);
    return ids;
}

/* The leg that talked last, else the last one: where the conversation belongs. */
static void place(struct sam_item *item, const struct sam_conversation *c)
{
    if (c->legs_n == 0)
        return;
    size_t at = c->legs_n - 1;
    for (size_t i = 0; i < c->legs_n; i++)
        if (c->legs[i].disposition == SAM_DISPOSITION_ANSWERED)
            at = i;
    item->queue_id = item->leg_ids[at].queue_id;
    item->agent_id = item->leg_ids[at].agent_id;
}

/* Without legs the only agent among the parties is the conversation's. */
static void place_by_party(struct sam_item *item, const struct sam_conversation *c)
{
    for (size_t i = 0; i < c->parties_n && item->agent_id == 0; i++)
        item->agent_id = item->party_ids[i].agent_id;
}

/* Their names are looked up again in the database, which finds them then. */
static void name_states(struct naming *n, const struct sam_agent_states *states)
{
    (void)id_of(n, SAM_NAME_AGENT, states->agent.id, states->agent.name);
    (void)id_of(n, SAM_NAME_TEAM, states->agent.team, SAM_NO_SPAN);
    for (size_t i = 0; i < states->n; i++)
        (void)id_of(n, SAM_NAME_QUEUE, states->at[i].queue, SAM_NO_SPAN);
}

static void name_all_states(struct naming *n)
{
    const struct lot *lot = n->lot;
    for (size_t i = 0; lot->states_n > 0 && i < lot->batch.n; i++) {
        const struct lot_message *m = &lot->messages[i];
        for (size_t p = 0; m->code == SAM_OK && p < m->read.parts_n; p++) {
            if (m->read.parts[p].states)
                name_states(n, m->read.parts[p].states);
        }
    }
}

enum sam_code lot_name_all(struct lot *lot, struct sam_err *err)
{
    struct naming n = {.lot = lot, .err = err, .code = SAM_OK, .known = true};
    for (size_t i = lot->written_n; i < lot->decided_n && n.code == SAM_OK; i++) {
        struct sam_item *item = &lot->items[i];
        if (!item->conversation)
            continue;
        struct sam_conversation *c = &lot->more[i].made->conversation;
        item->party_ids = name_parties(&n, c);
        item->leg_ids = name_legs(&n, c);
        item->rule_ids = name_rules(&n, item->score);
        if (!item->party_ids || !item->leg_ids || !item->rule_ids)
            return sam_arena_full(lot->arena, err);
        place(item, c);
        place_by_party(item, c);
    }
    name_all_states(&n);
    return n.code != SAM_OK ? n.code : n.known ? SAM_OK : SAM_NONE;
}

enum sam_code lot_name_sources(struct lot *lot, struct sam_err *err)
{
    struct naming n = {.lot = lot, .err = err, .code = SAM_OK, .known = true};
    for (size_t i = 0; i < lot->batch.n; i++)
        for (size_t p = 0; lot->messages[i].code == SAM_OK && p < lot->messages[i].read.parts_n; p++)
            (void)id_of(&n, SAM_NAME_SOURCE, lot->messages[i].read.parts[p].source, SAM_NO_SPAN);
    return n.code != SAM_OK ? n.code : n.known ? SAM_OK : SAM_NONE;
}
