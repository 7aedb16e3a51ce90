/*
 * What each word starts, and the tests that tell beforehand where a variant cannot match. A variant wants some words around
 * its trigger, beside it or farther on, and ends of clauses. Every wanted set of words gets a test; sets whose commonest word is the same
 * share one, so that a common word passes few tests more than it must.
 */
#include "around.h"
#include "compile.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(PACK_WORDS < SET_NONE, "a set has numbers of 16 bits");
_Static_assert(PACK_RULES <= 1 << 13 && PACK_ITEMS <= 1 << 5, "a start has bits for these");
_Static_assert(sizeof(struct row) * (ROW_REACH + 1) <= INT16_MAX && sizeof(struct word_line) == 64,
               "two bytes tell the place; a word has a line of the cache");

/* What a variant wants around its trigger, that which seldom comes first. */
enum wish_kind { WISH_HERE, WISH_ONE, WISH_SPAN, WISH_RIGHT, WISH_LEFT };
struct wish {
    enum wish_kind kind;
    int rows;      /* of ONE and SPAN: how far from the trigger's row */
    uint32_t what; /* a set, or enum here */
    uint64_t cost; /* how often it comes, in a million words */
};
#define FAR_TIMES 8 /* so much oftener comes a word anywhere to one side than in one place */
struct wishes {
    struct wish at[START_TESTS];
    uint32_t n;
};
/* How often the words of a set come together; its commonest word. */
struct crowd {
    uint64_t all, most;
    uint32_t word, set;
};
struct starts {
    struct compiler *c;
    const struct set_list *lists;
    struct crowd *crowds;  /* by set */
    struct wishes *wishes; /* by variant */
    uint16_t *tests;       /* by set */
    bool *wants;           /* by set: it has a test */
    bool *over;            /* by set: it has what is stepped over */
    struct step *as_steps; /* by set: what all its steps have alike; kind is not 0 when there is one */
    struct crowd *wanted;  /* of sets that have tests, in the order they are given */
    uint32_t wanted_n;
    struct word_line *lines;
};

/* ---- wishes ------------------------------------------------------------------------------------------------------------ */

static void count_crowds(struct starts *s)
{
    const struct pack_word *words = s->c->words.at;
    for (uint32_t i = 0; i < s->c->sets.n; i++) {
        struct crowd *crowd = &s->crowds[i];
        crowd->set = i;
        for (uint32_t k = 0; k < s->lists[i].n; k++) {
            uint32_t word = s->lists[i].ids[k];
            crowd->all += words[word].cost;
            s->over[i] = s->over[i] || word == WORD_ASKED || (words[word].flags & SAM_TOKEN_SKIP) != 0;
            if (words[word].cost <= crowd->most)
                continue;
            crowd->most = words[word].cost;
            crowd->word = word;
        }
    }
}

/* Of more than there is room for the commonest goes. */
static void wish_for(struct wishes *wishes, struct wish wish)
{
    uint32_t at = wishes->n;
    while (at > 0 && wishes->at[at - 1].cost > wish.cost)
        at--;
    if (at == START_TESTS)
        return;
    wishes->n += wishes->n < START_TESTS ? 1 : 0;
    memmove(&wishes->at[at + 1], &wishes->at[at], (wishes->n - at - 1) * sizeof wish);
    wishes->at[at] = wish;
}

/* What zero-width items beside the trigger want there. */
static const struct {
    enum item_kind kind;
    int side;
    struct wish wish;
} wishes_here[] = {
    {ITEM_CLAUSE_START, -1, {WISH_HERE, 0, HERE_OPEN, 250000}},
    {ITEM_TURN_START, -1, {WISH_HERE, 0, HERE_FIRST, 120000}},
    {ITEM_CLAUSE_END, 1, {WISH_HERE, 0, HERE_CLAUSE_END, 200000}},
    {ITEM_TURN_END, 1, {WISH_HERE, 0, HERE_TURN_END, 100000}},
};

/* A word of a set, low to high words from the trigger. */
static struct wish wish_word(const struct starts *s, uint32_t set, int side, uint32_t low, uint32_t high)
{
    uint64_t all = s->crowds[set].all;
    if (low == high && low <= ROW_NEAR)
        return (struct wish){WISH_ONE, side * (int)low, set, all};
    if (high - low < ROW_SPAN && low <= ROW_NEAR)
        return (struct wish){WISH_SPAN, side > 0 ? (int)low : -(int)(low + ROW_SPAN - 1), set, all * ROW_SPAN};
    return (struct wish){side > 0 ? WISH_RIGHT : WISH_LEFT, 0, set, all * FAR_TIMES};
}

/* The items to one side of the trigger. What is stepped over takes up no place, also where it is what an item asks for. */
static void wish_side(const struct starts *s, const struct variant *variant, int side, struct wishes *wishes)
{
    const struct item *items = (const struct item *)s->c->items.at + variant->items;
    uint32_t low = 1, high = 1;
    for (int at = variant->trigger + side; at >= 0 && at < variant->n; at += side) {
        const struct item *item = &items[at];
        for (size_t i = 0; at == variant->trigger + side && i < SAM_COUNT(wishes_here); i++) {
            if (wishes_here[i].kind == (enum item_kind)item->kind && wishes_here[i].side == side)
                wish_for(wishes, wishes_here[i].wish);
        }
        bool must = item->kind == ITEM_WORDS && item->optional == 0;
        if (must)
            wish_for(wishes, wish_word(s, item->set, side, low, high));
        low += must && !s->over[item->set] ? 1 : 0;
        high += item->kind == ITEM_GAP ? item->n : item->kind == ITEM_WORDS || item->kind == ITEM_ANY ? 1 : 0;
    }
}

static void wish_all(struct starts *s)
{
    const struct variant *variants = s->c->variants.at;
    for (uint32_t v = 0; v < s->c->variants.n; v++) {
        struct wishes *wishes = &s->wishes[v];
        wish_side(s, &variants[v], 1, wishes);
        wish_side(s, &variants[v], -1, wishes);
        for (uint32_t i = 0; i < wishes->n; i++) {
            uint32_t set = wishes->at[i].what;
            if (wishes->at[i].kind == WISH_HERE || s->wants[set])
                continue;
            s->wants[set] = true;
            s->wanted[s->wanted_n++] = s->crowds[set];
        }
    }
}

/* ---- tests ------------------------------------------------------------------------------------------------------------- */

/* Sets with the same commonest word side by side, the commonest words first. */
static int by_crowd(const void *a, const void *b)
{
    const struct crowd *x = a, *y = b;
    if (x->most != y->most)
        return x->most > y->most ? -1 : 1;
    if (x->word != y->word)
        return x->word < y->word ? -1 : 1;
    if (x->all != y->all)
        return x->all < y->all ? -1 : 1;
    return x->set < y->set ? -1 : x->set > y->set;
}

/* Gives sets in a row one test as long as the words that pass it come no more often than limit. @return how many tests there are with the
 * first, which all words pass */
static uint32_t share_tests(struct starts *s, uint64_t limit)
{
    uint64_t passed = 0;
    uint32_t test = 0, word = WORD_NONE;
    for (uint32_t i = 0; i < s->wanted_n; i++) {
        const struct crowd *crowd = &s->wanted[i];
        uint64_t more = crowd->all - (crowd->word == word ? crowd->most : 0);
        bool full = test == 0 || passed + more > limit;
        test += full ? 1 : 0;
        passed = full ? crowd->all : passed + more;
        word = crowd->word;
        s->tests[crowd->set] = (uint16_t)test;
    }
    return test + 1;
}

/* The least limit, within a hundredth, with which the tests suffice. */
static void give_tests(struct starts *s)
{
    uint64_t low = 0, high = 0;
    for (uint32_t i = 0; i < s->wanted_n; i++)
        high += s->wanted[i].all;
    if (s->wanted_n > 0)
        qsort(s->wanted, s->wanted_n, sizeof *s->wanted, by_crowd);
    while (s->wanted_n >= TESTS && high - low > high / 100 + 1) {
        uint64_t middle = low + (high - low) / 2;
        if (share_tests(s, middle) <= TESTS)
            high = middle;
        else
            low = middle;
    }
    share_tests(s, s->wanted_n < TESTS ? 0 : high);
}

static void fill_lines(struct starts *s)
{
    for (uint32_t i = 0; i < s->c->words.n; i++)
        *(unsigned char *)s->lines[i].tests = 1;
    for (uint32_t i = 0; i < s->wanted_n; i++) {
        const struct set_list *list = &s->lists[s->wanted[i].set];
        uint32_t test = s->tests[s->wanted[i].set];
        for (uint32_t k = 0; k < list->n; k++)
            ((unsigned char *)s->lines[list->ids[k]].tests)[test / 8] |= (unsigned char)(1U << test % 8);
    }
}

/* ---- tables ------------------------------------------------------------------------------------------------------------ */

static void *table(struct starts *s, size_t n, size_t size, struct sam_err *err)
{
    void *at = sam_arena_array(s->c->arena, n, size);
    if (at == NULL)
        sam_arena_full(s->c->arena, err);
    return at;
}

static bool has_set(const struct item *item)
{
    return item->kind == ITEM_WORDS || item->kind == ITEM_NOT;
}

/* The fewest buckets of which none has more words than room. @param counts  of as many as there may be */
static uint32_t buckets_of(const struct set_list *list, uint8_t *counts)
{
    for (uint32_t n = 1;; n *= 2) {
        uint32_t k = 0;
        memset(counts, 0, n);
        while (k < list->n && counts[list->ids[k] & (n - 1)]++ < SET_LANES)
            k++;
        if (k == list->n)
            return n;
    }
}

static void fill_buckets(const struct set_list *list, const struct step *step, uint16_t *sets)
{
    for (uint32_t k = 0; k < list->n; k++) {
        uint16_t *lane = sets + (size_t)SET_LANES * (step->set + (list->ids[k] & step->mask));
        while (*lane != SET_NONE)
            lane++;
        *lane = (uint16_t)list->ids[k];
    }
}

/* Sets as steps ask for them, by number; those that only helped to make others are left out. */
static enum sam_code make_sets(struct starts *s, struct sam_err *err)
{
    const struct item *items = s->c->items.at;
    uint8_t *counts = sam_arena_array(s->c->scratch, (size_t)UINT16_MAX + 1, 1);
    uint32_t used = 0;
    if (counts == NULL)
        return sam_arena_full(s->c->scratch, err);
    for (size_t i = 0; i < s->c->items.n; i++) {
        struct step *as = &s->as_steps[items[i].set];
        if (!has_set(&items[i]) || as->kind != 0)
            continue;
        uint32_t n = buckets_of(&s->lists[items[i].set], counts);
        *as = (struct step){.kind = 1, .mask = (uint16_t)(n - 1), .set = used};
        used += n;
    }
    uint16_t *sets = table(s, (size_t)used + 1, SET_LANES * sizeof *sets, err);
    if (sets == NULL)
        return err->code;
    memset(sets, UINT8_MAX, (size_t)used * SET_LANES * sizeof *sets);
    for (size_t i = 0; i < s->c->sets.n; i++) {
        if (s->as_steps[i].kind != 0)
            fill_buckets(&s->lists[i], &s->as_steps[i], sets);
    }
    s->c->pack->sets = sets;
    return SAM_OK;
}

static enum sam_code make_steps(struct starts *s, struct sam_err *err)
{
    const struct item *items = s->c->items.at;
    struct step *steps = table(s, s->c->items.n, sizeof *steps, err);
    if (steps == NULL)
        return err->code;
    for (size_t i = 0; i < s->c->items.n; i++) {
        if (has_set(&items[i]))
            steps[i] = s->as_steps[items[i].set];
        steps[i].kind = items[i].kind;
        steps[i].n = (uint8_t)(items[i].kind == ITEM_GAP ? items[i].n : items[i].optional);
    }
    s->c->pack->steps = steps;
    return SAM_OK;
}

static void put_test(const struct starts *s, const struct wish *wish, struct start_tests *to, int i)
{
    static const size_t places[] = {[WISH_ONE] = offsetof(struct row, own),
                                    [WISH_SPAN] = offsetof(struct row, span),
                                    [WISH_RIGHT] = offsetof(struct row, right),
                                    [WISH_LEFT] = offsetof(struct row, left)};
    bool here = wish->kind == WISH_HERE;
    uint32_t test = here ? 0 : s->tests[wish->what];
    size_t place = here ? offsetof(struct row, here) : places[wish->kind] + test / 8;
    to->at[i] = (int16_t)((int)place + wish->rows * (int)sizeof(struct row));
    to->bit[i] = (uint8_t)(here ? wish->what : 1U << test % 8);
}

static struct start_tests tests_of(const struct starts *s, const struct wishes *wishes)
{
    static const struct wish always = {WISH_HERE, 0, HERE_ALWAYS, 0};
    struct start_tests tests;
    for (int i = 0; i < START_TESTS; i++)
        put_test(s, (uint32_t)i < wishes->n ? &wishes->at[i] : &always, &tests, i);
    return tests;
}

static struct start start_of(const struct variant *variant)
{
    return (struct start){.step = variant->items + variant->trigger,
                          .rule = variant->rule & ((1U << 13) - 1),
                          .left = variant->trigger & 31U,
                          .right = (variant->n - variant->trigger - 1U) & 31U,
                          .role = variant->role & 3U};
}

/* Whether a rule is for a side: 0 agents, 1 customers. */
static bool is_for(const struct rule *rule, int side)
{
    return rule->role == SAM_ROLE_UNKNOWN || rule->role == (side == 0 ? SAM_ROLE_AGENT : SAM_ROLE_CUSTOMER);
}

/* Counts (starts is NULL) or lists the variants that each word starts when a side speaks; those of dropped rules are left out. */
static void each_start(const struct starts *s, struct start *starts, struct start_tests *tests)
{
    const struct variant *variants = s->c->variants.at;
    const struct item *items = s->c->items.at;
    const struct rule *rules = s->c->rules.at;
    for (uint32_t v = 0; v < s->c->variants.n; v++) {
        const struct rule *rule = &rules[variants[v].rule];
        const struct set_list *set = &s->lists[items[variants[v].items + variants[v].trigger].set];
        if (rule->dropped)
            continue;
        struct start start = starts == NULL ? (struct start){.step = 0} : start_of(&variants[v]);
        struct start_tests test = starts == NULL ? (struct start_tests){.bit = {0}} : tests_of(s, &s->wishes[v]);
        for (uint32_t k = 0; k < 2 * set->n; k++) {
            struct start_list *of = &s->lines[set->ids[k / 2]].starts[k & 1];
            if (!is_for(rule, k & 1))
                continue;
            if (starts != NULL) {
                starts[of->at + of->n] = start;
                tests[of->at + of->n] = test;
            }
            of->n++;
        }
    }
}

static enum sam_code make_starts(struct starts *s, struct sam_err *err)
{
    uint32_t all = 0;
    each_start(s, NULL, NULL);
    for (size_t i = 0; i < 2 * s->c->words.n; i++) {
        struct start_list *of = &s->lines[i / 2].starts[i & 1];
        uint32_t n = of->n;
        *of = (struct start_list){all, 0};
        all += n;
    }
    struct start *starts = table(s, all + 1, sizeof *starts, err);
    struct start_tests *tests = starts == NULL ? NULL : table(s, all + 1, sizeof *tests, err);
    if (tests == NULL)
        return err->code;
    each_start(s, starts, tests);
    s->c->pack->starts = starts;
    s->c->pack->tests = tests;
    return SAM_OK;
}

enum sam_code starts_make(struct compiler *c, struct sam_err *err)
{
    struct starts s = {.c = c,
                       .lists = c->sets.at,
                       .crowds = sam_arena_array(c->scratch, c->sets.n, sizeof *s.crowds),
                       .wishes = sam_arena_array(c->scratch, c->variants.n, sizeof *s.wishes),
                       .tests = sam_arena_array(c->scratch, c->sets.n, sizeof *s.tests),
                       .wants = sam_arena_array(c->scratch, c->sets.n, sizeof *s.wants),
                       .over = sam_arena_array(c->scratch, c->sets.n, sizeof *s.over),
                       .as_steps = sam_arena_array(c->scratch, c->sets.n, sizeof *s.as_steps),
                       .wanted = sam_arena_array(c->scratch, c->sets.n, sizeof *s.wanted)};
    if (s.crowds == NULL || s.wishes == NULL || s.tests == NULL || s.wants == NULL || s.over == NULL || s.as_steps == NULL ||
        s.wanted == NULL)
        return sam_arena_full(c->scratch, err);
    char *lines = table(&s, c->words.n + 1, sizeof *s.lines, err);
    if (lines == NULL)
        return err->code;
    s.lines = (struct word_line *)(void *)(lines + -(uintptr_t)lines % sizeof *s.lines); /* each in a line of its own */
    count_crowds(&s);
    wish_all(&s);
    give_tests(&s);
    fill_lines(&s);
    c->pack->lines = s.lines;
    if (make_sets(&s, err) != SAM_OK || make_steps(&s, err) != SAM_OK)
        return err->code;
    return make_starts(&s, err);
}
