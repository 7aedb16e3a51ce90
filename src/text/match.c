/*
 * The matcher. Each variant has one item that seldom comes, its trigger; a word starts only the variants it triggers, and each walks from
 * there to its right end and its left end. Gaps are bounded, and so are the steps of one walk.
 */
#include "pack.h"

/* One walk from a trigger. */
struct walk {
    const struct pack *pack;
    const struct sam_token *tokens;
    uint32_t n, steps;
    uint32_t found; /* the outermost token consumed, once the walk has ended well */
};

static bool has(const uint64_t *bits, uint32_t word)
{
    return (bits[word >> 6] >> (word & 63) & 1) != 0;
}

/* Sets hold the pack's own words by number; stem and prefix are asked for all others only. */
static bool in_set(const struct pack *pack, uint32_t number, const struct sam_token *token)
{
    const struct set *set = &pack->sets[number];
    if (token->word != 0)
        return set->one != 0 ? set->one == token->word : has(set->bits, token->word);
    if ((token->stem | token->prefix) == 0)
        return false;
    return set->one != 0 ? set->one == token->stem || set->one == token->prefix
                         : has(set->bits, token->stem) || has(set->bits, token->prefix);
}

static bool steps_over(const struct sam_token *token)
{
    return (token->flags & SAM_TOKEN_SKIP) != 0 || token->kind == SAM_TOKEN_ASKED;
}

static bool accepts(const struct walk *walk, const struct item *item, const struct sam_token *token)
{
    return item->kind == ITEM_ANY ? token->kind != SAM_TOKEN_ASKED : in_set(walk->pack, item->set, token);
}

/* Whether the boundary before token at is what a zero-width item wants; at may be n. */
static bool boundary(const struct walk *walk, const struct item *item, uint32_t at)
{
    const struct sam_token *tokens = walk->tokens;
    switch ((enum item_kind)item->kind) {
    case ITEM_CLAUSE_START:
        return at < walk->n && (tokens[at].flags & SAM_TOKEN_OPEN) != 0;
    case ITEM_TURN_START:
        return at < walk->n && (tokens[at].flags & SAM_TOKEN_FIRST) != 0;
    case ITEM_CLAUSE_END:
        return at == walk->n || (tokens[at].flags & SAM_TOKEN_CLAUSE) != 0 || tokens[at].kind == SAM_TOKEN_ASKED;
    case ITEM_TURN_END:
        while (at < walk->n && steps_over(&tokens[at]))
            at++;
        return at == walk->n;
    case ITEM_WORDS:
    case ITEM_ANY:
    case ITEM_GAP:
    case ITEM_NOT:
        break;
    }
    return false;
}

/* Whether a word of the set stands at or behind next, with nothing but what is stepped over in between. */
static bool there_right(const struct walk *walk, const struct item *item, uint32_t next)
{
    while (next < walk->n && walk->tokens[next].before != SAM_BREAK_SENTENCE && steps_over(&walk->tokens[next]) &&
           !in_set(walk->pack, item->set, &walk->tokens[next]))
        next++;
    return next < walk->n && walk->tokens[next].before != SAM_BREAK_SENTENCE && in_set(walk->pack, item->set, &walk->tokens[next]);
}

/* As there_right, before at. */
static bool there_left(const struct walk *walk, const struct item *item, uint32_t at)
{
    while (at > 0 && walk->tokens[at].before != SAM_BREAK_SENTENCE && steps_over(&walk->tokens[at - 1]) &&
           !in_set(walk->pack, item->set, &walk->tokens[at - 1]))
        at--;
    return at > 0 && walk->tokens[at].before != SAM_BREAK_SENTENCE && in_set(walk->pack, item->set, &walk->tokens[at - 1]);
}

/* Items to the right: next is the first token not consumed, gap the words that may be passed. */
static bool right(struct walk *walk, const struct item *item, uint32_t left_n, uint32_t next, uint32_t gap)
{
    if (left_n == 0) {
        walk->found = next - 1;
        return true;
    }
    if (walk->steps++ >= PACK_STEPS)
        return false;
    if (item->kind == ITEM_GAP)
        return right(walk, item + 1, left_n - 1, next, gap + item->n);
    if (item->kind == ITEM_NOT)
        return !there_right(walk, item, next) && right(walk, item + 1, left_n - 1, next, gap);
    uint32_t passed = 0;
    if (item->kind != ITEM_WORDS && item->kind != ITEM_ANY) {
        for (uint32_t at = next;; at++) { /* a gap may stand before an anchor too */
            if (boundary(walk, item, at) && right(walk, item + 1, left_n - 1, at, 0))
                return true;
            if (at >= walk->n || walk->tokens[at].before == SAM_BREAK_SENTENCE || (!steps_over(&walk->tokens[at]) && passed++ >= gap))
                return false;
        }
    }
    for (uint32_t at = next; at < walk->n && walk->tokens[at].before != SAM_BREAK_SENTENCE; at++) {
        if (accepts(walk, item, &walk->tokens[at]) && right(walk, item + 1, left_n - 1, at + 1, 0))
            return true;
        if (!steps_over(&walk->tokens[at]) && passed++ >= gap)
            break;
    }
    return item->optional != 0 && right(walk, item + 1, left_n - 1, next, gap);
}

/* Items to the left, from the last to the first: at is the leftmost token consumed. */
static bool left(struct walk *walk, const struct item *item, uint32_t left_n, uint32_t at, uint32_t gap)
{
    if (left_n == 0) {
        walk->found = at;
        return true;
    }
    if (walk->steps++ >= PACK_STEPS)
        return false;
    if (item->kind == ITEM_GAP)
        return left(walk, item - 1, left_n - 1, at, gap + item->n);
    if (item->kind == ITEM_NOT)
        return !there_left(walk, item, at) && left(walk, item - 1, left_n - 1, at, gap);
    uint32_t passed = 0;
    if (item->kind != ITEM_WORDS && item->kind != ITEM_ANY) {
        for (uint32_t to = at;; to--) {
            if (boundary(walk, item, to) && left(walk, item - 1, left_n - 1, to, 0))
                return true;
            if (to == 0 || walk->tokens[to].before == SAM_BREAK_SENTENCE || (!steps_over(&walk->tokens[to - 1]) && passed++ >= gap))
                return false;
        }
    }
    for (uint32_t to = at; to > 0 && walk->tokens[to].before != SAM_BREAK_SENTENCE; to--) {
        if (accepts(walk, item, &walk->tokens[to - 1]) && left(walk, item - 1, left_n - 1, to - 1, 0))
            return true;
        if (!steps_over(&walk->tokens[to - 1]) && passed++ >= gap)
            break;
    }
    return item->optional != 0 && left(walk, item - 1, left_n - 1, at, gap);
}

/* Of overlapping hits of one rule and role the longer stays. */
static void keep(struct hits *hits, struct hit hit)
{
    for (uint32_t i = hits->n; i-- > 0 && i + 64 > hits->n;) {
        struct hit *old = &hits->at[i];
        if (old->rule != hit.rule || old->role != hit.role || old->last < hit.first || hit.last < old->first)
            continue;
        if (hit.last - hit.first > old->last - old->first)
            *old = hit;
        return;
    }
    if (hits->n < hits->room)
        hits->at[hits->n++] = hit;
}

/* What one side says, being searched. */
struct search {
    const struct pack *pack;
    const struct triggers *triggers;
    const struct sam_token *tokens;
    uint32_t n;
    struct hits *hits;
};

static void start(const struct search *search, uint32_t at, uint32_t word)
{
    const struct pack *pack = search->pack;
    struct walk walk = {.pack = pack, .tokens = search->tokens, .n = search->n};
    for (uint32_t i = search->triggers->at[word]; i < search->triggers->at[word + 1]; i++) {
        const struct variant *variant = &pack->variants[search->triggers->list[i]];
        const struct item *items = &pack->items[variant->items];
        walk.steps = 0;
        if (!right(&walk, items + variant->trigger + 1, (uint32_t)(variant->n - variant->trigger - 1), at + 1, 0))
            continue;
        uint32_t last = walk.found;
        walk.steps = 0;
        if (!left(&walk, items + variant->trigger - (variant->trigger > 0), variant->trigger, at, 0))
            continue;
        keep(search->hits, (struct hit){variant->rule, walk.found, last, variant->role});
    }
}

void match_passage(const struct pack *pack, enum sam_role role, const struct sam_token *tokens, uint32_t n, struct hits *hits)
{
    struct search search = {pack, &pack->triggers[role == SAM_ROLE_CUSTOMER], tokens, n, hits};
    for (uint32_t i = 0; i < n; i++) {
        if (tokens[i].word != 0) {
            start(&search, i, tokens[i].word);
            continue;
        }
        if (tokens[i].stem != 0)
            start(&search, i, tokens[i].stem);
        if (tokens[i].prefix != 0)
            start(&search, i, tokens[i].prefix);
    }
}
