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

/* Sets hold the pack's own words by number; stem and prefix stand for all others. Number 0 is in no set. */
static inline bool in_set(const struct pack *pack, struct step_set set, const struct sam_token *token)
{
    if (set.one != 0)
        return token->numbers[0] == set.one || token->numbers[1] == set.one;
    const uint64_t *at = pack->member + (set.bit >> 6);
    uint64_t bits = at[token->numbers[0] * (size_t)pack->member_words] | at[token->numbers[1] * (size_t)pack->member_words];
    return (bits >> (set.bit & 63) & 1) != 0;
}

static bool steps_over(const struct sam_token *token)
{
    return (token->flags & SAM_TOKEN_SKIP) != 0 || token->kind == SAM_TOKEN_ASKED;
}

static bool accepts(const struct walk *walk, const struct step *step, const struct sam_token *token)
{
    return step->kind == ITEM_ANY ? token->kind != SAM_TOKEN_ASKED : in_set(walk->pack, step->set, token);
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
static bool there_right(const struct walk *walk, const struct step *step, uint32_t next)
{
    while (next < walk->n && walk->tokens[next].before != SAM_BREAK_SENTENCE && steps_over(&walk->tokens[next]) &&
           !in_set(walk->pack, step->set, &walk->tokens[next]))
        next++;
    return next < walk->n && walk->tokens[next].before != SAM_BREAK_SENTENCE && in_set(walk->pack, step->set, &walk->tokens[next]);
}

/* As there_right, before at. */
static bool there_left(const struct walk *walk, const struct step *step, uint32_t at)
{
    while (at > 0 && walk->tokens[at].before != SAM_BREAK_SENTENCE && steps_over(&walk->tokens[at - 1]) &&
           !in_set(walk->pack, step->set, &walk->tokens[at - 1]))
        at--;
    return at > 0 && walk->tokens[at].before != SAM_BREAK_SENTENCE && in_set(walk->pack, step->set, &walk->tokens[at - 1]);
}

/* Items to the right: next is the first token not consumed, gap the words that may be passed. */
static bool right(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t next, uint32_t gap)
{
    if (left_n == 0) {
        walk->found = next - 1;
        return true;
    }
    if (walk->steps++ >= PACK_STEPS)
        return false;
    if (step->kind == ITEM_GAP)
        return right(walk, step + 1, left_n - 1, next, gap + step->n);
    if (step->kind == ITEM_NOT)
        return !there_right(walk, step, next) && right(walk, step + 1, left_n - 1, next, gap);
    uint32_t passed = 0;
    if (step->kind != ITEM_WORDS && step->kind != ITEM_ANY) {
        for (uint32_t at = next;; at++) { /* a gap may stand before an anchor too */
            if (boundary(walk, step, at) && right(walk, step + 1, left_n - 1, at, 0))
                return true;
            if (at >= walk->n || walk->tokens[at].before == SAM_BREAK_SENTENCE || (!steps_over(&walk->tokens[at]) && passed++ >= gap))
                return false;
        }
    }
    for (uint32_t at = next; at < walk->n && walk->tokens[at].before != SAM_BREAK_SENTENCE; at++) {
        if (accepts(walk, step, &walk->tokens[at]) && right(walk, step + 1, left_n - 1, at + 1, 0))
            return true;
        if (!steps_over(&walk->tokens[at]) && passed++ >= gap)
            break;
    }
    return step->n != 0 && right(walk, step + 1, left_n - 1, next, gap);
}

/* Items to the left, from the last to the first: at is the leftmost token consumed. */
static bool left(struct walk *walk, const struct step *step, uint32_t left_n, uint32_t at, uint32_t gap)
{
    if (left_n == 0) {
        walk->found = at;
        return true;
    }
    if (walk->steps++ >= PACK_STEPS)
        return false;
    if (step->kind == ITEM_GAP)
        return left(walk, step - 1, left_n - 1, at, gap + step->n);
    if (step->kind == ITEM_NOT)
        return !there_left(walk, step, at) && left(walk, step - 1, left_n - 1, at, gap);
    uint32_t passed = 0;
    if (step->kind != ITEM_WORDS && step->kind != ITEM_ANY) {
        for (uint32_t to = at;; to--) {
            if (boundary(walk, step, to) && left(walk, step - 1, left_n - 1, to, 0))
                return true;
            if (to == 0 || walk->tokens[to].before == SAM_BREAK_SENTENCE || (!steps_over(&walk->tokens[to - 1]) && passed++ >= gap))
                return false;
        }
    }
    for (uint32_t to = at; to > 0 && walk->tokens[to].before != SAM_BREAK_SENTENCE; to--) {
        if (accepts(walk, step, &walk->tokens[to - 1]) && left(walk, step - 1, left_n - 1, to - 1, 0))
            return true;
        if (!steps_over(&walk->tokens[to - 1]) && passed++ >= gap)
            break;
    }
    return step->n != 0 && left(walk, step - 1, left_n - 1, at, gap);
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

/* Whether the words beside the one at at allow a walk at all: most starts end here. */
static inline bool worth_it(const struct search *search, const struct start *start, uint32_t at)
{
    const struct sam_token *tokens = search->tokens;
    switch ((enum start_check)start->check) {
    case CHECK_RIGHT:
        return at + 1 < search->n && (in_set(search->pack, start->set, &tokens[at + 1]) || steps_over(&tokens[at + 1]));
    case CHECK_LEFT:
        return at > 0 && (in_set(search->pack, start->set, &tokens[at - 1]) || steps_over(&tokens[at - 1]));
    case CHECK_FLAG:
        return (tokens[at].flags & start->flag) != 0 || (at > 0 && steps_over(&tokens[at - 1]));
    case CHECK_NOTHING:
        break;
    }
    return true;
}

static void try_start(const struct search *search, uint32_t at, const struct start *start)
{
    const struct pack *pack = search->pack;
    const struct step *step = &pack->steps[start->step];
    struct walk walk = {.pack = pack, .tokens = search->tokens, .n = search->n};
    if (!right(&walk, step + 1, start->right, at + 1, 0))
        return;
    uint32_t last = walk.found;
    walk.steps = 0;
    if (left(&walk, step - (start->left > 0), start->left, at, 0))
        keep(search->hits, (struct hit){start->rule, walk.found, last, start->role});
}

void match_passage(const struct pack *pack, enum sam_role role, const struct sam_token *tokens, uint32_t n, struct hits *hits)
{
    struct search search = {pack, &pack->triggers[role == SAM_ROLE_CUSTOMER], tokens, n, hits};
    for (uint32_t i = 0; i < n; i++) {
        for (int k = 0; k < 2; k++) {
            const uint32_t *list = &search.triggers->at[tokens[i].numbers[k]]; /* nothing starts at number 0 */
            for (uint32_t s = list[0]; s < list[1]; s++) {
                const struct start *start = &search.triggers->list[s];
                if (worth_it(&search, start, i))
                    try_start(&search, i, start);
            }
        }
    }
}
