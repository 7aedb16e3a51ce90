/*
 * From hits to fired rules: a hit counts when no exception stands in its way and every condition of its rule holds. Rules are taken in the
 * order of the file, so that "with" can ask for what stands above it.
 */
#include "mark.h"

#include <stdlib.h>

#define FEW_HITS 48

static int by_place(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return x->last < y->last ? -1 : x->last > y->last;
}

/* Few as they mostly are, hits are put in their places one by one. */
static void sort(struct hit *hits, uint32_t n)
{
    if (n > FEW_HITS) {
        qsort(hits, n, sizeof *hits, by_place);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        struct hit hit = hits[i];
        uint32_t at = i;
        for (; at > 0 && by_place(&hits[at - 1], &hit) > 0; at--)
            hits[at] = hits[at - 1];
        hits[at] = hit;
    }
}

/* Whether a clause begins between two tokens, a < b. */
static bool clause_between(const struct sam_token *tokens, uint32_t a, uint32_t b)
{
    for (uint32_t i = a + 1; i <= b; i++) {
        if ((tokens[i].flags & SAM_TOKEN_CLAUSE) != 0)
            return true;
    }
    return false;
}

static bool excepted(const struct firing *firing, const struct hit *hit, const struct hit *exceptions, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct hit *other = &exceptions[i];
        bool overlaps = other->first <= hit->last && hit->first <= other->last;
        if (overlaps || other->role == PATTERN_UNLESS_TURN)
            return true;
        if (other->role != PATTERN_UNLESS_CLAUSE)
            continue;
        uint32_t a = other->last < hit->first ? other->last : hit->last, b = other->last < hit->first ? hit->first : other->first;
        if (!clause_between(firing->tokens, a, b))
            return true;
    }
    return false;
}

static bool within(const struct firing *firing, const struct condition *condition)
{
    const struct seen *seen = &firing->seen[condition->target];
    if (!seen->there || (condition->target >= SAM_LABELS && seen->language != firing->pack->language))
        return false;
    uint32_t since = firing->counted + 1 - (firing->role == SAM_ROLE_AGENT ? seen->agent : seen->customer);
    return since <= (uint32_t)condition->a;
}

static bool holds(const struct firing *firing, const struct condition *condition)
{
    int32_t low = condition->a, high = condition->b;
    switch (condition->kind) {
    case CONDITION_TURNS: {
        int32_t at = (int32_t)firing->number + 1, all = (int32_t)firing->side_total;
        low = low < 0 ? all + 1 + low : low;
        high = high < 0 ? all + 1 + high : high;
        return at >= low && at <= high;
    }
    case CONDITION_PLAIN:
        return firing->plain == (condition->a == 1);
    case CONDITION_WORDS:
        return (int32_t)firing->words >= low && (int32_t)firing->words <= high;
    case CONDITION_AFTER:
        return within(firing, condition);
    case CONDITION_NOT_AFTER:
        return !within(firing, condition);
    case CONDITION_WITH:
        return firing->target_fired[condition->target];
    case CONDITION_WITHOUT:
        return !firing->target_fired[condition->target];
    }
    return false;
}

static bool wanted(const struct firing *firing, const struct rule *rule)
{
    if (rule->dropped || (rule->role != SAM_ROLE_UNKNOWN && rule->role != firing->role))
        return false;
    for (uint8_t i = 0; i < rule->conditions_n; i++) {
        if (!holds(firing, &rule->conditions[i]))
            return false;
    }
    return true;
}

/* The hits of one rule: its own first, then its exceptions. Every place where it holds is evidence; it fires once for each piece. */
static void rule_hits(struct firing *firing, const struct hit *hits, uint32_t n)
{
    const struct rule *rule = &firing->pack->rules[hits->rule];
    uint32_t own = 0;
    while (own < n && hits[own].role == PATTERN_MARKS)
        own++;
    if (own == 0 || !wanted(firing, rule))
        return;
    uint32_t piece = UINT32_MAX;
    for (uint32_t i = 0; i < own && firing->fired_n < firing->fired_room; i++) {
        if (excepted(firing, &hits[i], hits + own, n - own) || firing->tokens[hits[i].first].piece == piece)
            continue;
        piece = firing->tokens[hits[i].first].piece;
        firing->fired[firing->fired_n++] =
            (struct sam_fired){rule->id, hits->rule, rule->target, rule->weight, hits[i].first, hits[i].last};
        firing->target_fired[rule->target] = true;
    }
}

/* The hits of a rule in their order, apart from the others. @return how many */
static uint32_t take_hits(struct hits *hits, uint32_t rule)
{
    struct hit *to = hits->at + hits->room;
    uint32_t n = 0;
    for (uint32_t i = hits->newest[rule]; i != 0; i = hits->at[i - 1].older)
        to[n++] = hits->at[i - 1];
    hits->newest[rule] = 0;
    if (n > 1)
        sort(to, n);
    return n;
}

void fire(struct firing *firing, struct hits *hits)
{
    for (uint32_t i = 0; i < (firing->pack->rules_n + 63) / 64; i++) {
        for (; hits->rules[i] != 0; hits->rules[i] &= hits->rules[i] - 1) {
            uint32_t rule = 64 * i + (uint32_t)__builtin_ctzll(hits->rules[i]);
            rule_hits(firing, hits->at + hits->room, take_hits(hits, rule));
        }
    }
}
