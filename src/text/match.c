/*
 * The matcher. Each variant has one item that seldom comes, its trigger; a word starts only the variants it triggers, and of these only
 * those that the words around it allow (around.c). Each walks from there to its right end and its left end. Gaps are bounded, and so are
 * the steps of one walk.
 */
#include "around.h"
#include "lanes.h"

#define KEEP_HITS 63 /* so far back a hit may be made longer */

/* One walk from a trigger. */
struct walk {
    const struct pack *pack;
    const struct sam_token *tokens;
    uint32_t n, steps;
    uint32_t found; /* the outermost token consumed, once the walk has ended well */
};

/* Whether a set has a word. */
static inline bool has(const struct pack *pack, const struct step *step, uint32_t word)
{
    short8 bucket;
    memcpy(&bucket, pack->sets + (size_t)SET_LANES * (step->set + (word & step->mask)), sizeof bucket);
    long2 same = (long2)(bucket == (int16_t)word);
    return (same[0] | same[1]) != 0;
}

/* Sets hold the pack's own words by number; stem and prefix stand for all others. Number 0 is in no set. */
static inline bool in_set(const struct pack *pack, const struct step *step, const struct sam_token *token)
{
    return has(pack, step, token->numbers[0]) || (token->numbers[1] != 0 && has(pack, step, token->numbers[1]));
}

static bool accepts(const struct walk *walk, const struct step *step, const struct sam_token *token)
{
    return step->kind == ITEM_ANY ? token->kind != SAM_TOKEN_ASKED : in_set(walk->pack, step, token);
}

/* Whether the boundary before token at is what a zero-width item wants; at may be n. */
static bool boundary(const struct walk *walk, const struct step *step, uint32_t at)
{
    const struct sam_token *tokens = walk->tokens;
    switch ((enum item_kind)step->kind) {
    case ITEM_CLAUSE_START:
        return at < walk->n && (tokens[at].flags & SAM_TOKEN_OPEN) != 0;
    case ITEM_TURN_START:
        return at < walk->n && (tokens[at].flags & SAM_TOKEN_FIRST) != 0;
    case ITEM_CLAUSE_END:
        return at == walk->n || (tokens[at].flags & SAM_TOKEN_CLAUSE) != 0 || tokens[at].kind == SAM_TOKEN_ASKED;
    case ITEM_TURN_END:
        while (at < walk->n && token_stepped_over(&tokens[at]))
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

/* Whether the tokens before and at at stand in one sentence of one piece: what was said in another is not beside a word. */
static inline bool joined(const struct walk *walk, uint32_t at)
{
    const struct sam_token *token = &walk->tokens[at];
    return at > 0 && at < walk->n && (token->flags & SAM_TOKEN_BEGINS) == 0 && token->piece == token[-1].piece;
}

/* Whether a word of the set stands at or behind next, with nothing but what is stepped over in between. */
static bool there_right(const struct walk *walk, const struct step *step, uint32_t next)
{
    while (joined(walk, next) && token_stepped_over(&walk->tokens[next]) && !in_set(walk->pack, step, &walk->tokens[next]))
        next++;
    return joined(walk, next) && in_set(walk->pack, step, &walk->tokens[next]);
}

/* As there_right, before at. */
static bool there_left(const struct walk *walk, const struct step *step, uint32_t at)
{
    while (joined(walk, at) && token_stepped_over(&walk->tokens[at - 1]) && !in_set(walk->pack, step, &walk->tokens[at - 1]))
        at--;
    return joined(walk, at) && in_set(walk->pack, step, &walk->tokens[at - 1]);
}

static bool right(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t next, uint32_t gap);
static bool left(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t at, uint32_t gap);

static inline bool is_word(const struct step *step)
{
    return step->kind == ITEM_WORDS || step->kind == ITEM_ANY;
}

/* Whether a sentence goes on with token at, and whether it is passed by without using up a gap. */
static inline bool goes_on(const struct walk *walk, uint32_t at)
{
    return at < walk->n && (walk->tokens[at].flags & SAM_TOKEN_BEGINS) == 0;
}
static inline bool came_from(const struct walk *walk, uint32_t at)
{
    return at > 0 && (walk->tokens[at].flags & SAM_TOKEN_BEGINS) == 0;
}

/* The step may be met at several places, or left out. */
static bool right_choice(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t next, uint32_t gap)
{
    uint32_t passed = 0;
    if (!is_word(step)) {
        for (uint32_t at = next;; at++) { /* a gap may stand before an anchor too */
            if (boundary(walk, step, at) && right(walk, step + 1, left_n - 1, at, 0))
                return true;
            if (!goes_on(walk, at) || (!token_stepped_over(&walk->tokens[at]) && passed++ >= gap))
                return false;
        }
    }
    for (uint32_t at = next; goes_on(walk, at); at++) {
        if (accepts(walk, step, &walk->tokens[at]) && right(walk, step + 1, left_n - 1, at + 1, 0))
            return true;
        if (!token_stepped_over(&walk->tokens[at]) && passed++ >= gap)
            break;
    }
    return step->n != 0 && right(walk, step + 1, left_n - 1, next, gap);
}

/* Items to the right: next is the first token not consumed, gap the words that may be passed. */
static bool right(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t next, uint32_t gap)
{
    for (; left_n > 0; left_n--, step++) {
        if (walk->steps++ >= PACK_STEPS)
            return false;
        if (step->kind == ITEM_GAP) {
            gap += step->n;
            continue;
        }
        if (step->kind == ITEM_NOT) {
            if (there_right(walk, step, next))
                return false;
            continue;
        }
        bool on = goes_on(walk, next);
        if (gap > 0 || (on && token_stepped_over(&walk->tokens[next])) || (step->n != 0 && is_word(step)))
            return right_choice(walk, step, left_n, next, gap);
        if (is_word(step) ? !on || !accepts(walk, step, &walk->tokens[next]) : !boundary(walk, step, next))
            return false;
        next += is_word(step) ? 1 : 0;
    }
    walk->found = next - 1;
    return true;
}

/* As right_choice. */
static bool left_choice(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t at, uint32_t gap)
{
    uint32_t passed = 0;
    if (!is_word(step)) {
        for (uint32_t to = at;; to--) {
            if (boundary(walk, step, to) && left(walk, step - 1, left_n - 1, to, 0))
                return true;
            if (!came_from(walk, to) || (!token_stepped_over(&walk->tokens[to - 1]) && passed++ >= gap))
                return false;
        }
    }
    for (uint32_t to = at; came_from(walk, to); to--) {
        if (accepts(walk, step, &walk->tokens[to - 1]) && left(walk, step - 1, left_n - 1, to - 1, 0))
            return true;
        if (!token_stepped_over(&walk->tokens[to - 1]) && passed++ >= gap)
            break;
    }
    return step->n != 0 && left(walk, step - 1, left_n - 1, at, gap);
}

/* Items to the left, from the last to the first: at is the leftmost token consumed. */
static bool left(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t at, uint32_t gap)
{
    for (; left_n > 0; left_n--, step--) {
        if (walk->steps++ >= PACK_STEPS)
            return false;
        if (step->kind == ITEM_GAP) {
            gap += step->n;
            continue;
        }
        if (step->kind == ITEM_NOT) {
            if (there_left(walk, step, at))
                return false;
            continue;
        }
        bool on = came_from(walk, at);
        if (gap > 0 || (on && token_stepped_over(&walk->tokens[at - 1])) || (step->n != 0 && is_word(step)))
            return left_choice(walk, step, left_n, at, gap);
        if (is_word(step) ? !on || !accepts(walk, step, &walk->tokens[at - 1]) : !boundary(walk, step, at))
            return false;
        at -= is_word(step) ? 1 : 0;
    }
    walk->found = at;
    return true;
}

/* Of overlapping hits of one rule and role the longer stays; only the last few are looked at. */
static void keep(struct hits *hits, struct hit hit)
{
    uint16_t *newest = &hits->newest[hit.rule];
    for (uint32_t i = *newest; i != 0 && i + KEEP_HITS > hits->n; i = hits->at[i - 1].older) {
        struct hit *old = &hits->at[i - 1];
        if (old->role != hit.role || old->last < hit.first || hit.last < old->first)
            continue;
        if (hit.last - hit.first > old->last - old->first) {
            hit.older = old->older;
            *old = hit;
        }
        return;
    }
    if (hits->n == hits->room)
        return;
    hit.older = *newest;
    hits->at[hits->n++] = hit;
    *newest = (uint16_t)hits->n;
    hits->rules[hit.rule / 64] |= UINT64_C(1) << hit.rule % 64;
}

/* ---- a passage --------------------------------------------------------------------------------------------------------- */

/* Walks along a variant from the word that starts it. */
static void walk_from(const struct part *part, struct candidate candidate, struct hits *hits)
{
    const struct start *start = &part->pack->starts[candidate.start];
    const struct step *step = &part->pack->steps[start->step];
    struct walk walk = {.pack = part->pack, .tokens = part->tokens, .n = part->n};
    struct hit hit = {.rule = start->rule, .first = candidate.at, .last = candidate.at, .role = start->role};
    if (start->right != 0) {
        if (!right(&walk, step + 1, start->right, candidate.at + 1, 0))
            return;
        hit.last = walk.found;
        walk.steps = 0;
    }
    if (start->left != 0) {
        if (!left(&walk, step - 1, start->left, candidate.at, 0))
            return;
        hit.first = walk.found;
    }
    __builtin_prefetch(&part->pack->rules[hit.rule]);
    keep(hits, hit);
}

/* Exceptions count only where their rule has a hit, so that they wait until all else is known, if there is room. */
static void walk_exceptions(struct part *part, bool all, struct hits *hits)
{
    for (uint32_t i = 0; i < part->exceptions_n; i++) {
        if (all || hits->newest[part->pack->starts[part->exceptions[i].start].rule] != 0)
            walk_from(part, part->exceptions[i], hits);
    }
    part->exceptions_n = 0;
}

/* Sends for what a walk asks first of the word beside it: the place of a set where its number would be. */
static inline void walk_ahead(const struct part *part, struct candidate candidate)
{
    const struct pack *pack = part->pack;
    const struct start *start = &pack->starts[candidate.start];
    const struct step *step = &pack->steps[start->step] + (start->right != 0 ? 1 : -(int)(start->left != 0));
    uint32_t at = candidate.at + (start->right != 0 ? 1U : -(uint32_t)(start->left != 0));
    const struct sam_token *token = &part->tokens[at < part->n ? at : candidate.at];
    __builtin_prefetch(pack->sets + (size_t)SET_LANES * (step->set + (token->numbers[0] & step->mask)));
}

/* Sends for the steps of all before it walks along the first. */
static void walk_all(struct part *part, struct hits *hits)
{
    const struct pack *pack = part->pack;
    if (part->exceptions_n + part->candidates_n > CANDIDATES)
        walk_exceptions(part, true, hits);
    uint32_t n = 0, later = part->exceptions_n;
    for (uint32_t i = 0; i < part->candidates_n; i++)
        __builtin_prefetch(&pack->starts[part->candidates[i].start]);
    for (uint32_t i = 0; i < part->candidates_n; i++) {
        struct candidate candidate = part->candidates[i];
        const struct start *start = &pack->starts[candidate.start];
        __builtin_prefetch(&pack->steps[start->step]);
        part->exceptions[later] = part->candidates[n] = candidate;
        later += start->role != PATTERN_MARKS;
        n += start->role == PATTERN_MARKS;
    }
    part->exceptions_n = later;
    for (uint32_t i = 0; i < n; i++)
        walk_ahead(part, part->candidates[i]);
    for (uint32_t i = 0; i < n; i++)
        walk_from(part, part->candidates[i], hits);
    part->candidates_n = 0;
}

/* Takes of all that a word starts what the words around allow; whether they do cannot be foretold, so there is no branch on it. */
static inline void try_starts(struct part *part, const struct row *row, uint32_t at, struct start_list list, struct hits *hits)
{
    const struct start_tests *tests = part->pack->tests;
    for (uint32_t end = list.at + list.n, first = list.at; first < end;) {
        uint32_t to = end - first < CANDIDATES ? end : first + CANDIDATES;
        if (part->candidates_n + (to - first) > CANDIDATES)
            walk_all(part, hits);
        uint32_t n = part->candidates_n;
        for (; first < to; first++) {
            part->candidates[n] = (struct candidate){first, at};
            n += row_allows(row, &tests[first]);
        }
        part->candidates_n = n;
    }
}

void match_passage(struct part *part, const struct pack *pack, enum sam_role role, const struct sam_token *tokens, uint32_t n,
                   struct hits *hits)
{
    part_init(part, pack, role, tokens, n);
    while (part_next(part)) {
        for (uint32_t at = part->from; at < part->to; at++) {
            struct start_list one = pack->lines[tokens[at].numbers[0]].starts[part->side];
            struct start_list other = pack->lines[tokens[at].numbers[1]].starts[part->side];
            if (one.n + other.n == 0)
                continue;
            const struct row *row = part_look(part, at);
            try_starts(part, row, at, one, hits);
            try_starts(part, row, at, other, hits);
        }
    }
    walk_all(part, hits);
    walk_exceptions(part, false, hits);
}
