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

_Static_assert(PACK_RULES <= 1 << 13 && PACK_ITEMS <= 1 << 5, "a start has bits for these");
_Static_assert(sizeof(struct around) <= 256 && sizeof(struct word_line) == 64, "a byte tells the place; a word has a line of the cache");

/* What a variant wants around its trigger, that which seldom comes first. */
enum wish_kind { WISH_HERE, WISH_NEXT, WISH_BEFORE, WISH_SENTENCE };
struct wish {
    enum wish_kind kind;
    uint32_t what; /* a set, or enum here */
    uint64_t cost; /* how often it comes, in a million words */
};
#define SENTENCE_TIMES 8 /* so much oftener comes a word anywhere in a sentence than beside another */
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
    uint32_t *places;      /* by set: as in a step */
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
    {ITEM_CLAUSE_START, -1, {WISH_HERE, HERE_OPEN, 250000}},
    {ITEM_TURN_START, -1, {WISH_HERE, HERE_FIRST, 120000}},
    {ITEM_CLAUSE_END, 1, {WISH_HERE, HERE_CLAUSE_END, 200000}},
    {ITEM_TURN_END, 1, {WISH_HERE, HERE_TURN_END, 100000}},
};

/* The items to one side of the trigger: the one beside it, and all that must come farther on. */
static void wish_side(const struct starts *s, const struct variant *variant, int side, struct wishes *wishes)
{
    const struct item *items = (const struct item *)s->c->items.at + variant->items;
    bool beside = true;
    for (int at = variant->trigger + side; at >= 0 && at < variant->n; at += side, beside = false) {
        for (size_t i = 0; beside && i < SAM_COUNT(wishes_here); i++) {
            if (wishes_here[i].kind == (enum item_kind)items[at].kind && wishes_here[i].side == side)
                wish_for(wishes, wishes_here[i].wish);
        }
        if (items[at].kind != ITEM_WORDS || items[at].optional != 0)
            continue;
        uint64_t all = s->crowds[items[at].set].all;
        if (beside)
            wish_for(wishes, (struct wish){side > 0 ? WISH_NEXT : WISH_BEFORE, items[at].set, all});
        else
            wish_for(wishes, (struct wish){WISH_SENTENCE, items[at].set, all * SENTENCE_TIMES});
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

/* Sets as steps ask for them; those that only helped to make others are left out. */
static enum sam_code make_sets(struct starts *s, struct sam_err *err)
{
    const struct item *items = s->c->items.at;
    uint32_t used = 1; /* place 0 is no set's */
    for (size_t i = 0; i < s->c->items.n; i++) {
        const struct set_list *list = &s->lists[items[i].set];
        if (!has_set(&items[i]) || s->places[items[i].set] != 0)
            continue;
        s->places[items[i].set] = list->n == 1 ? STEP_ONE | list->ids[0] : used;
        used += list->n == 1 ? 0 : list->n + 1;
    }
    uint16_t *sets = table(s, used, sizeof *sets, err);
    if (sets == NULL)
        return err->code;
    for (size_t i = 0; i < s->c->sets.n; i++) {
        uint32_t place = s->places[i];
        if (place == 0 || (place & STEP_ONE) != 0)
            continue;
        sets[place] = (uint16_t)s->lists[i].n;
        for (uint32_t k = 0; k < s->lists[i].n; k++)
            sets[place + 1 + k] = (uint16_t)s->lists[i].ids[k];
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
        steps[i] = (struct step){.kind = items[i].kind, .n = (uint8_t)(items[i].kind == ITEM_GAP ? items[i].n : items[i].optional)};
        if (!has_set(&items[i]))
            continue;
        steps[i].test = s->tests[items[i].set];
        steps[i].set = s->places[items[i].set];
    }
    s->c->pack->steps = steps;
    return SAM_OK;
}

static struct test test_of(const struct starts *s, const struct wish *wish)
{
    static const uint8_t places[] = {[WISH_NEXT] = offsetof(struct around, next),
                                     [WISH_BEFORE] = offsetof(struct around, before),
                                     [WISH_SENTENCE] = offsetof(struct around, sentence)};
    if (wish->kind == WISH_HERE)
        return (struct test){offsetof(struct around, here), (uint8_t)wish->what};
    uint32_t test = s->tests[wish->what];
    return (struct test){(uint8_t)(places[wish->kind] + test / 8), (uint8_t)(1U << test % 8)};
}

static struct start start_of(const struct starts *s, uint32_t v)
{
    const struct variant *variant = (const struct variant *)s->c->variants.at + v;
    struct start start = {.step = variant->items + variant->trigger,
                          .rule = variant->rule & ((1U << 13) - 1),
                          .left = variant->trigger & 31U,
                          .right = (variant->n - variant->trigger - 1U) & 31U,
                          .role = variant->role & 3U};
    for (uint32_t i = 0; i < START_TESTS; i++) {
        static const struct wish always = {WISH_HERE, HERE_ALWAYS, 0};
        start.tests[i] = test_of(s, i < s->wishes[v].n ? &s->wishes[v].at[i] : &always);
    }
    return start;
}

/* Counts (list is NULL) or lists the variants that each word starts when a side speaks; those of dropped rules are left out. at is by word.
 */
static void each_start(const struct starts *s, enum sam_role side, uint32_t *at, struct start *list)
{
    const struct variant *variants = s->c->variants.at;
    const struct item *items = s->c->items.at;
    const struct rule *rules = s->c->rules.at;
    for (uint32_t v = 0; v < s->c->variants.n; v++) {
        const struct rule *rule = &rules[variants[v].rule];
        if (rule->dropped || (rule->role != SAM_ROLE_UNKNOWN && rule->role != side))
            continue;
        const struct set_list *set = &s->lists[items[variants[v].items + variants[v].trigger].set];
        struct start start = {.step = 0};
        if (list != NULL)
            start = start_of(s, v);
        for (uint32_t k = 0; k < set->n; k++) {
            if (list != NULL)
                list[at[set->ids[k]]] = start;
            at[set->ids[k]]++;
        }
    }
}

static enum sam_code make_starts(struct starts *s, struct sam_err *err)
{
    static const enum sam_role sides[2] = {SAM_ROLE_AGENT, SAM_ROLE_CUSTOMER};
    const size_t words_n = s->c->words.n;
    uint32_t *at[2] = {sam_arena_array(s->c->scratch, words_n, sizeof **at), sam_arena_array(s->c->scratch, words_n, sizeof **at)}, all = 1;
    if (at[0] == NULL || at[1] == NULL)
        return sam_arena_full(s->c->scratch, err);
    for (int side = 0; side < 2; side++)
        each_start(s, sides[side], at[side], NULL);
    for (size_t i = 0; i < 2 * words_n; i++) {
        uint32_t *place = &at[i & 1][i / 2], n = *place;
        s->lines[i / 2].starts[i & 1] = n == 0 ? 0 : all;
        *place = all;
        all += n;
    }
    struct start *list = table(s, all, sizeof *list, err);
    if (list == NULL)
        return err->code;
    for (int side = 0; side < 2; side++)
        each_start(s, sides[side], at[side], list);
    for (size_t i = 0; i < 2 * words_n; i++) {
        if (s->lines[i / 2].starts[i & 1] != 0)
            list[at[i & 1][i / 2] - 1].last = 1;
    }
    s->c->pack->starts = list;
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
                       .places = sam_arena_array(c->scratch, c->sets.n, sizeof *s.places),
                       .wanted = sam_arena_array(c->scratch, c->sets.n, sizeof *s.wanted)};
    if (s.crowds == NULL || s.wishes == NULL || s.tests == NULL || s.wants == NULL || s.places == NULL || s.wanted == NULL)
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
