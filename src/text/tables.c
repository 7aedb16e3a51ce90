/*
 * The tables that the matcher reads, made when all lines of a pack are read: hash -> word, word -> sets it is in, word -> what it starts.
 */
#include "compile.h"

#include "token.h"

#include <stdlib.h>
#include <string.h>

static void *array(struct compiler *c, size_t n, size_t size, struct sam_err *err)
{
    void *at = sam_arena_array(c->arena, n, size);
    if (at == NULL)
        sam_arena_full(c->arena, err);
    return at;
}

static uint32_t power_above(uint32_t n)
{
    uint32_t power = 64;
    while (power < n * 2)
        power *= 2;
    return power;
}

static void put(struct known *table, uint32_t mask, struct known entry)
{
    uint32_t i = (uint32_t)(entry.hash >> 20) & mask;
    while (table[i].hash != 0 && table[i].hash != entry.hash)
        i = (i + 1) & mask;
    struct known *at = &table[i];
    at->hash = entry.hash;
    at->word = entry.word != 0 ? entry.word : at->word;
    at->stem = entry.stem != 0 ? entry.stem : at->stem;
    at->prefix = entry.prefix != 0 ? entry.prefix : at->prefix;
    at->flags |= entry.flags;
}

static uint64_t prefix_hash(struct sam_span folded)
{
    struct sam_span rest = folded;
    uint64_t hash = FOLD_HASH_START;
    const char *at = rest.at, *end = rest.at + rest.len;
    while (at < end)
        hash = fold_hash(hash, sam_utf8_next(&at, end));
    return fold_mix(hash ^ LEXICON_PREFIX_SALT);
}

/* Stems and prefixes by hash, then the words, each with its stem and prefix among those. */
static enum sam_code make_known(struct compiler *c, struct sam_err *err)
{
    struct pack *pack = c->pack;
    const struct pack_word *words = c->words.at;
    uint32_t places = power_above((uint32_t)c->words.n + 8);
    struct known *roots = array(c, places, sizeof *roots, err), *known = array(c, places, sizeof *known, err);
    pack->memo = array(c, MEMO_CELLS, sizeof *pack->memo, err);
    if (roots == NULL || known == NULL || pack->memo == NULL)
        return err->code;
    for (uint32_t i = WORD_FIRST; i < c->words.n; i++) {
        if (words[i].kind == 's')
            put(roots, places - 1, (struct known){.hash = words[i].hash, .stem = i});
        else if (words[i].kind == 'p')
            put(roots, places - 1, (struct known){.hash = prefix_hash(words[i].folded), .prefix = i});
    }
    for (uint32_t i = WORD_FIRST; i < c->words.n; i++) {
        if (words[i].kind != 'w')
            continue;
        uint64_t stem_hash = lexicon_stem(c->stemmer, pack->language, words[i].folded);
        const struct known *stem = stem_hash == 0 ? NULL : lexicon_find(roots, places - 1, stem_hash);
        put(known, places - 1,
            (struct known){.hash = words[i].hash,
                           .word = i,
                           .stem = stem == NULL ? 0 : stem->stem,
                           .flags = words[i].flags,
                           .prefix = lexicon_prefix(roots, places - 1, words[i].folded)});
    }
    put(known, places - 1, (struct known){.hash = TOKEN_HASH_NUMBER, .word = WORD_NUMBER});
    put(known, places - 1, (struct known){.hash = TOKEN_HASH_MASK, .word = WORD_MASK});
    put(known, places - 1, (struct known){.hash = TOKEN_HASH_ASKED, .word = WORD_ASKED});
    pack->known = known;
    pack->roots = roots;
    pack->known_mask = pack->roots_mask = places - 1;
    pack->words_n = (uint32_t)c->words.n;
    return SAM_OK;
}

static bool begins(struct sam_span word, struct sam_span with)
{
    return word.len > with.len && memcmp(word.at, with.at, with.len) == 0;
}

/* All prefixes by their letters: those that a prefix begins stand right behind it. */
struct prefixes {
    uint32_t *ids, *longer; /* in order; how many of the next ones the prefix begins */
    uint32_t n;
    uint32_t *place; /* of each word's number in ids */
};

static int by_letters(const void *a, const void *b, void *words)
{
    const struct pack_word *all = words;
    return sam_span_compare(all[*(const uint32_t *)a].folded, all[*(const uint32_t *)b].folded);
}

static enum sam_code order_prefixes(struct compiler *c, struct prefixes *out, struct sam_err *err)
{
    const struct pack_word *words = c->words.at;
    *out = (struct prefixes){.ids = sam_arena_array(c->scratch, c->words.n, sizeof(uint32_t)),
                             .longer = sam_arena_array(c->scratch, c->words.n, sizeof(uint32_t)),
                             .place = sam_arena_array(c->scratch, c->words.n, sizeof(uint32_t))};
    if (out->ids == NULL || out->longer == NULL || out->place == NULL)
        return sam_arena_full(c->scratch, err);
    for (uint32_t i = WORD_FIRST; i < c->words.n; i++) {
        if (words[i].kind == 'p')
            out->ids[out->n++] = i;
    }
    qsort_r(out->ids, out->n, sizeof *out->ids, by_letters, c->words.at);
    for (uint32_t i = 0; i < out->n; i++) {
        out->place[out->ids[i]] = i;
        while (i + out->longer[i] + 1 < out->n && begins(words[out->ids[i + out->longer[i] + 1]].folded, words[out->ids[i]].folded))
            out->longer[i]++;
    }
    return SAM_OK;
}

/* A word carries its longest prefix only, so a set with a prefix holds the longer ones too. */
static enum sam_code widen(struct compiler *c, const struct prefixes *prefixes, struct set_list *list, struct sam_err *err)
{
    const struct pack_word *words = c->words.at;
    uint32_t more = 0, n = list->n;
    for (uint32_t i = 0; i < list->n; i++)
        more += words[list->ids[i]].kind == 'p' ? prefixes->longer[prefixes->place[list->ids[i]]] : 0;
    if (more == 0)
        return SAM_OK;
    uint32_t *ids = sam_arena_array(c->scratch, list->n + more, sizeof *ids);
    if (ids == NULL)
        return sam_arena_full(c->scratch, err);
    memcpy(ids, list->ids, list->n * sizeof *ids);
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t place = prefixes->place[list->ids[i]];
        for (uint32_t k = 1; words[list->ids[i]].kind == 'p' && k <= prefixes->longer[place]; k++)
            ids[n++] = prefixes->ids[place + k];
    }
    *list = (struct set_list){ids, n, list->cost};
    return SAM_OK;
}

/* The words of the pack that have each stem and each prefix as their longest. */
struct bearers {
    uint32_t *at, *words; /* of root r: words[at[r] .. at[r + 1]) */
};

static enum sam_code find_bearers(struct compiler *c, struct bearers *out, struct sam_err *err)
{
    const struct pack *pack = c->pack;
    *out = (struct bearers){sam_arena_array(c->scratch, c->words.n + 2, sizeof(uint32_t)),
                            sam_arena_array(c->scratch, 2 * c->words.n, sizeof(uint32_t))};
    if (out->at == NULL || out->words == NULL)
        return sam_arena_full(c->scratch, err);
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i <= pack->known_mask; i++) {
            const struct known *known = &pack->known[i];
            const uint32_t roots[2] = {known->stem, known->prefix};
            for (int k = 0; k < 2; k++) {
                if (roots[k] == 0 || known->word == 0)
                    continue;
                if (pass == 0)
                    out->at[roots[k] + 1]++;
                else
                    out->words[out->at[roots[k]]++] = known->word;
            }
        }
        for (size_t i = 1; pass == 0 && i < c->words.n + 2; i++)
            out->at[i] += out->at[i - 1];
    }
    memmove(out->at + 1, out->at, (c->words.n + 1) * sizeof *out->at); /* each stands at the start of the next */
    out->at[0] = 0;
    return SAM_OK;
}

/* A set with a stem or prefix holds the pack's words that bear it, so that one look tells of a known word. */
static enum sam_code add_bearers(struct compiler *c, const struct bearers *bearers, struct set_list *list, struct sam_err *err)
{
    uint32_t more = 0, n = list->n;
    for (uint32_t i = 0; i < list->n; i++)
        more += bearers->at[list->ids[i] + 1] - bearers->at[list->ids[i]];
    if (more == 0)
        return SAM_OK;
    uint32_t *ids = sam_arena_array(c->scratch, list->n + more, sizeof *ids);
    if (ids == NULL)
        return sam_arena_full(c->scratch, err);
    memcpy(ids, list->ids, list->n * sizeof *ids);
    for (uint32_t i = 0; i < list->n; i++) {
        for (uint32_t k = bearers->at[list->ids[i]]; k < bearers->at[list->ids[i] + 1]; k++)
            ids[n++] = bearers->words[k];
    }
    *list = (struct set_list){ids, compile_unique(ids, n), list->cost};
    return SAM_OK;
}

/* How steps ask for the sets of items; sets that only helped to make others are never asked for. @return how many bits a word needs */
static uint32_t number_sets(struct compiler *c)
{
    const struct item *items = c->items.at;
    const struct set_list *lists = c->sets.at;
    uint32_t bits = 1; /* bit 0 says nothing */
    for (size_t i = 0; i < c->items.n; i++) {
        if (items[i].kind != ITEM_WORDS && items[i].kind != ITEM_NOT)
            continue;
        struct step_set *set = &c->step_sets[items[i].set];
        const struct set_list *list = &lists[items[i].set];
        if (list->n == 1)
            set->one = (uint16_t)list->ids[0];
        else if (set->bit == 0)
            set->bit = (uint16_t)bits++;
    }
    return bits;
}

/* A row of bits for each word: the sets of the few words that a passage has then lie close together. */
static enum sam_code make_member(struct compiler *c, struct sam_err *err)
{
    struct set_list *lists = c->sets.at;
    struct prefixes prefixes;
    struct bearers bearers;
    c->step_sets = sam_arena_array(c->scratch, c->sets.n, sizeof *c->step_sets);
    if (c->step_sets == NULL)
        return sam_arena_full(c->scratch, err);
    if (order_prefixes(c, &prefixes, err) != SAM_OK || find_bearers(c, &bearers, err) != SAM_OK)
        return err->code;
    for (size_t i = 0; i < c->sets.n; i++) {
        if (widen(c, &prefixes, &lists[i], err) != SAM_OK || add_bearers(c, &bearers, &lists[i], err) != SAM_OK)
            return err->code;
    }
    uint32_t wide = number_sets(c) / 64 + 1;
    uint64_t *member = array(c, c->words.n * wide, sizeof *member, err);
    if (member == NULL)
        return err->code;
    for (size_t i = 0; i < c->sets.n; i++) {
        uint32_t bit = c->step_sets[i].bit;
        for (uint32_t k = 0; bit != 0 && k < lists[i].n; k++)
            member[lists[i].ids[k] * (size_t)wide + (bit >> 6)] |= UINT64_C(1) << (bit & 63);
    }
    c->pack->member = member;
    c->pack->member_words = wide;
    return SAM_OK;
}

static enum sam_code make_steps(struct compiler *c, struct sam_err *err)
{
    const struct item *items = c->items.at;
    struct step *steps = array(c, c->items.n, sizeof *steps, err);
    if (steps == NULL)
        return err->code;
    for (size_t i = 0; i < c->items.n; i++) {
        steps[i] = (struct step){.kind = items[i].kind, .n = (uint8_t)(items[i].kind == ITEM_GAP ? items[i].n : items[i].optional)};
        if (items[i].kind == ITEM_WORDS || items[i].kind == ITEM_NOT)
            steps[i].set = c->step_sets[items[i].set];
    }
    c->pack->steps = steps;
    return SAM_OK;
}

/* What is to be checked before a walk: the word beside the one that starts, or what must begin with it. */
static void choose_check(struct compiler *c, const struct variant *variant, struct start *start)
{
    const struct item *item = (const struct item *)c->items.at + variant->items + variant->trigger;
    const struct item *left = variant->trigger > 0 ? item - 1 : NULL, *right = variant->trigger + 1 < variant->n ? item + 1 : NULL;
    uint64_t best = UINT64_MAX;
    if (right != NULL && right->kind == ITEM_WORDS && right->optional == 0) {
        best = compile_set_cost(c, right->set);
        start->check = CHECK_RIGHT;
        start->set = c->step_sets[right->set];
    }
    if (left != NULL && left->kind == ITEM_WORDS && left->optional == 0 && compile_set_cost(c, left->set) < best) {
        start->check = CHECK_LEFT;
        start->set = c->step_sets[left->set];
    } else if (best == UINT64_MAX && left != NULL && (left->kind == ITEM_CLAUSE_START || left->kind == ITEM_TURN_START)) {
        start->check = CHECK_FLAG;
        start->flag = left->kind == ITEM_CLAUSE_START ? SAM_TOKEN_OPEN : SAM_TOKEN_FIRST;
    }
}

static struct start start_of(struct compiler *c, const struct variant *variant)
{
    struct start start = {.step = variant->items + variant->trigger,
                          .rule = (uint16_t)variant->rule,
                          .left = variant->trigger,
                          .right = (uint8_t)(variant->n - variant->trigger - 1),
                          .role = variant->role};
    choose_check(c, variant, &start);
    return start;
}

/* Counts (list is NULL) or lists the variants that each word starts when a side speaks; those of dropped rules are left out. */
static uint32_t each_start(struct compiler *c, enum sam_role side, uint32_t *at, struct start *list)
{
    const struct variant *variants = c->variants.at;
    const struct set_list *lists = c->sets.at;
    const struct item *items = c->items.at;
    const struct rule *rules = c->rules.at;
    uint32_t total = 0;
    for (uint32_t v = 0; v < c->variants.n; v++) {
        const struct rule *rule = &rules[variants[v].rule];
        if (rule->dropped || (rule->role != SAM_ROLE_UNKNOWN && rule->role != side))
            continue;
        const struct set_list *set = &lists[items[variants[v].items + variants[v].trigger].set];
        struct start start = {.step = 0};
        if (list != NULL)
            start = start_of(c, &variants[v]);
        for (uint32_t k = 0; k < set->n; k++, total++) {
            if (list == NULL)
                at[set->ids[k] + 1]++;
            else
                list[at[set->ids[k]]++] = start;
        }
    }
    return total;
}

static enum sam_code make_triggers(struct compiler *c, enum sam_role side, struct triggers *out, struct sam_err *err)
{
    uint32_t *at = array(c, c->words.n + 2, sizeof *at, err);
    uint32_t total = at == NULL ? 0 : each_start(c, side, at, NULL);
    struct start *list = at == NULL ? NULL : array(c, total, sizeof *list, err);
    if (list == NULL)
        return err->code;
    for (size_t i = 1; i < c->words.n + 2; i++)
        at[i] += at[i - 1];
    each_start(c, side, at, list); /* moves each at[i] to the start of the next: shift back */
    memmove(at + 1, at, (c->words.n + 1) * sizeof *at);
    at[0] = 0;
    *out = (struct triggers){at, list};
    return SAM_OK;
}

static enum sam_code keep(struct compiler *c, const struct sam_vec *vec, void *out, struct sam_err *err)
{
    void *at = array(c, vec->n, vec->size, err);
    if (at == NULL)
        return err->code;
    if (vec->n > 0)
        memcpy(at, vec->at, vec->n * vec->size);
    memcpy(out, &at, sizeof at);
    return SAM_OK;
}

enum sam_code compile_finish(struct compiler *c, struct sam_err *err)
{
    struct pack *pack = c->pack;
    if (make_known(c, err) != SAM_OK || make_member(c, err) != SAM_OK || make_steps(c, err) != SAM_OK ||
        make_triggers(c, SAM_ROLE_AGENT, &pack->triggers[0], err) != SAM_OK ||
        make_triggers(c, SAM_ROLE_CUSTOMER, &pack->triggers[1], err) != SAM_OK)
        return err->code;
    pack->variants_n = (uint32_t)c->variants.n;
    pack->rules_n = (uint32_t)c->rules.n;
    pack->texts_n = (uint32_t)c->texts.n;
    pack->patterns_n = c->patterns_n;
    if (keep(c, &c->rules, &pack->rules, err) != SAM_OK)
        return err->code;
    return keep(c, &c->texts, &pack->texts, err);
}
