/*
 * What the configuration says about the names and words of its sources, applied to every part whichever reader made it. A key may be
 * written "SOURCE:KEY" for one source alone; that one is looked for first.
 */
#include "reader.h"

#include <string.h>

bool read_map(struct reader *r, enum sam_read_map map, struct sam_span key, struct sam_span *value)
{
    const struct sam_pairs *pairs = &r->set->maps[map];
    uint32_t at = 0;
    char own[ID_MAX * 2];
    if (pairs->n == 0 || key.len == 0)
        return false;
    bool found = false;
    if (r->source.len > 0 && r->source.len + 1 + key.len <= sizeof own) {
        memcpy(own, r->source.at, r->source.len);
        own[r->source.len] = ':';
        memcpy(own + r->source.len + 1, key.at, key.len);
        found = sam_map_get(pairs->index, (struct sam_span){own, r->source.len + 1 + key.len}, &at);
    }
    found = found || sam_map_get(pairs->index, key, &at);
    if (found)
        *value = pairs->at[at].value;
    return found;
}

bool read_disposition(struct reader *r, struct sam_span word, enum sam_disposition *out)
{
    struct sam_span name;
    if (read_map(r, SAM_MAP_DISPOSITIONS, word, &name))
        return sam_disposition_find(name, out);
    return read_disposition_find(word, out);
}

const struct sam_zone *read_zone(const struct reader *r)
{
    for (size_t i = 0; i < r->set->zones_n; i++) {
        if (sam_span_equal(r->set->zones[i].source, r->source))
            return r->set->zones[i].zone;
    }
    return r->set->zone;
}

/* ---- agents and queues ----------------------------------------------------------------------------------------------- */

/** Cuts the next piece "ID, NAME, TEAM" off at a comma. */
static struct sam_span piece(struct sam_span *rest)
{
    const char *comma = rest->len > 0 ? memchr(rest->at, ',', rest->len) : NULL;
    struct sam_span out = comma ? (struct sam_span){rest->at, (size_t)(comma - rest->at)} : *rest;
    *rest = comma ? (struct sam_span){comma + 1, rest->len - out.len - 1} : SAM_NO_SPAN;
    return sam_span_trim(out);
}

/** Puts what is known of an agent in the place of what the source calls it. @return whether there is anything */
static bool agent_of(struct reader *r, struct sam_span told, struct sam_party *out)
{
    struct sam_span value;
    if (!read_map(r, SAM_MAP_AGENTS, told, &value))
        return false;
    *out = (struct sam_party){.role = SAM_ROLE_AGENT, .id = piece(&value)};
    out->name = piece(&value);
    out->team = piece(&value);
    return true;
}

static void map_parties(struct reader *r, struct sam_party *parties, size_t n)
{
    struct sam_party known;
    for (size_t i = 0; i < n; i++) {
        bool may = parties[i].role == SAM_ROLE_AGENT || parties[i].role == SAM_ROLE_UNKNOWN;
        if (!may || (!agent_of(r, parties[i].id, &known) && !agent_of(r, parties[i].name, &known)))
            continue;
        parties[i].id = known.id;
        parties[i].role = SAM_ROLE_AGENT;
        parties[i].name = known.name.len > 0 ? known.name : parties[i].name;
        parties[i].team = known.team.len > 0 ? known.team : parties[i].team;
    }
}

/** A record that names its agents in legs only gets them as parties, so that their names are known. */
static void add_party(struct reader *r, struct sam_record *record, const struct sam_party *party)
{
    for (size_t i = 0; i < record->parties_n; i++) {
        if (sam_span_equal(record->parties[i].id, party->id))
            return;
    }
    struct sam_party *more = read_take(r, record->parties_n + 1, sizeof *more);
    if (!more)
        return;
    if (record->parties_n > 0)
        memcpy(more, record->parties, record->parties_n * sizeof *more);
    more[record->parties_n++] = *party;
    record->parties = more;
}

static void map_legs(struct reader *r, struct sam_record *record)
{
    struct sam_party known;
    for (size_t i = 0; i < record->legs_n; i++) {
        struct sam_leg *leg = &record->legs[i];
        struct sam_span queue;
        if (read_map(r, SAM_MAP_QUEUES, leg->queue, &queue))
            leg->queue = queue;
        if (!agent_of(r, leg->agent, &known))
            continue;
        leg->agent = known.id;
        leg->team = known.team.len > 0 ? known.team : leg->team;
        if (known.name.len > 0)
            add_party(r, record, &known);
    }
}

/** The legs that follow from events get the names that legs have. */
static void map_events(struct reader *r, struct sam_record *record)
{
    struct sam_party known;
    for (size_t i = 0; i < record->events_n; i++) {
        struct sam_channel_event *e = &record->events[i];
        struct sam_span queue;
        if (read_map(r, SAM_MAP_QUEUES, e->queue, &queue))
            e->queue = queue;
        if (agent_of(r, e->agent, &known))
            e->agent = known.id;
    }
}

/** A part of a linked source belongs to the other's conversation; it stays told apart by its own source. */
static void link(struct reader *r, struct sam_part *part)
{
    struct sam_span other;
    uint32_t at = 0;
    const struct sam_pairs *links = &r->set->maps[SAM_MAP_LINKS];
    if (links->n == 0 || !sam_map_get(links->index, part->source, &at))
        return;
    other = links->at[at].value;
    part->part_id = part->part_id.len > 0
                        ? read_print(r, "%.*s/%.*s", (int)part->source.len, part->source.at, (int)part->part_id.len, part->part_id.at)
                        : part->source;
    part->source = other;
}

static void map_states(struct reader *r, struct sam_part *part)
{
    struct sam_span queue;
    map_parties(r, &part->states->agent, 1);
    part->external_id = part->states->agent.id;
    for (size_t i = 0; i < part->states->n; i++) {
        if (read_map(r, SAM_MAP_QUEUES, part->states->at[i].queue, &queue))
            part->states->at[i].queue = queue;
    }
}

void read_map_part(struct reader *r, struct sam_part *part)
{
    if (part->record) {
        map_parties(r, part->record->parties, part->record->parties_n);
        map_legs(r, part->record);
        map_events(r, part->record);
    }
    if (part->transcript)
        map_parties(r, part->transcript->parties, part->transcript->parties_n);
    if (part->states)
        map_states(r, part);
    link(r, part);
}
