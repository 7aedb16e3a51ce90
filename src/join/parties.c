/*
 * Who took part: the record's parties, the agents its legs name, then the transcripts' parties, each matched with one already there by id,
 * else by role and name, else as the only one of its role on both sides. Never guessed beyond that.
 */
#include "joining.h"

#include <string.h>

static bool same(struct sam_span a, struct sam_span b)
{
    return a.len > 0 && sam_span_equal(a, b);
}

static int32_t add(struct sam_conversation *c, struct sam_party party)
{
    c->parties[c->parties_n] = party;
    return (int32_t)c->parties_n++;
}

/** Takes over what a known party lacks. */
static void enrich(struct sam_party *known, const struct sam_party *more)
{
    if (known->id.len == 0)
        known->id = more->id;
    if (known->name.len == 0)
        known->name = more->name;
    if (known->team.len == 0)
        known->team = more->team;
    if (known->role == SAM_ROLE_UNKNOWN || (known->role_derived && more->role != SAM_ROLE_UNKNOWN && !more->role_derived)) {
        known->role = more->role;
        known->role_derived = more->role_derived;
    }
}

/** The party with the same id, else (when one of both has no id) the same role and name. @return -1 when there is none */
static int32_t find(const struct sam_conversation *c, const struct sam_party *party)
{
    for (size_t i = 0; i < c->parties_n; i++) {
        if (same(c->parties[i].id, party->id))
            return (int32_t)i;
    }
    for (size_t i = 0; i < c->parties_n; i++) {
        const struct sam_party *p = &c->parties[i];
        if (p->role == party->role && same(p->name, party->name) && (p->id.len == 0 || party->id.len == 0))
            return (int32_t)i;
    }
    return -1;
}

/** The one party of a role in a list. @return -1 when there is none or more than one */
static int32_t only_one(const struct sam_party *list, size_t n, enum sam_role role)
{
    int32_t found = -1;
    for (size_t i = 0; i < n; i++) {
        if (list[i].role != role)
            continue;
        if (found >= 0)
            return -1;
        found = (int32_t)i;
    }
    return found;
}

/** @param legs  whether the record's legs count */
static void of_record(struct sam_conversation *c, const struct sam_record *record, bool legs)
{
    for (size_t i = 0; i < record->parties_n; i++) {
        int32_t at = record->parties[i].id.len > 0 || record->parties[i].name.len > 0 ? find(c, &record->parties[i]) : -1;
        if (at >= 0)
            enrich(&c->parties[at], &record->parties[i]);
        else
            (void)add(c, record->parties[i]);
    }
    for (size_t i = 0; legs && i < record->legs_n; i++) {
        struct sam_party agent = {.id = record->legs[i].agent, .team = record->legs[i].team, .role = SAM_ROLE_AGENT};
        if (agent.id.len == 0)
            continue;
        int32_t at = find(c, &agent), nameless = only_one(c->parties, c->parties_n, SAM_ROLE_AGENT);
        if (at < 0 && nameless >= 0 && c->parties[nameless].id.len == 0)
            at = nameless; /* the record's one agent without an id is the one its leg names */
        if (at >= 0)
            enrich(&c->parties[at], &agent);
        else
            (void)add(c, agent);
    }
}

/** The conversation's party for each party of a transcript; only the first base parties, those of other parts, are matched by role alone.
 */
static void of_transcript(struct sam_conversation *c, size_t base, const struct sam_transcript *t, int32_t *map)
{
    for (size_t i = 0; i < t->parties_n; i++) {
        const struct sam_party *party = &t->parties[i];
        int32_t at = find(c, party);
        if (at < 0 && party->role != SAM_ROLE_UNKNOWN && only_one(t->parties, t->parties_n, party->role) >= 0) {
            int32_t one = only_one(c->parties, base, party->role);
            if (one >= 0 && (c->parties[one].id.len == 0 || party->id.len == 0))
                at = one;
        }
        if (at >= 0)
            enrich(&c->parties[at], party);
        map[i] = at >= 0 ? at : add(c, *party);
    }
}

enum sam_code join_parties(struct joining *j, struct sam_err *err)
{
    struct sam_conversation *c = j->out;
    size_t most = 0;
    for (size_t i = 0; i < j->records_n; i++)
        most += j->records[i]->record->parties_n + j->records[i]->record->legs_n;
    for (size_t i = 0; i < j->transcripts_n; i++)
        most += j->transcripts[i]->transcript->parties_n;
    c->parties = sam_arena_array(j->arena, most, sizeof(*c->parties));
    j->party_of = sam_arena_array(j->arena, j->transcripts_n, sizeof(*j->party_of));
    if (!c->parties || !j->party_of)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < j->records_n; i++)
        of_record(c, j->records[i]->record, join_rank(j->records[i]) == j->legs_rank);
    for (size_t i = 0; i < j->transcripts_n; i++) {
        const struct sam_transcript *t = j->transcripts[i]->transcript;
        j->party_of[i] = sam_arena_array(j->arena, t->parties_n, sizeof(**j->party_of));
        if (!j->party_of[i])
            return sam_arena_full(j->arena, err);
        of_transcript(c, c->parties_n, t, j->party_of[i]);
    }
    return SAM_OK;
}
