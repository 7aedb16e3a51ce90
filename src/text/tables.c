/*
 * The tables that are made when all lines of a pack are read: hash -> word, set -> all words that are of it; starts.c makes the matcher's.
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
    uint32_t places = power_above((uint32_t)c->words.n + 8), root_places = power_above((uint32_t)sam_map_count(c->root_ids) + 8);
    struct known *roots = array(c, root_places, sizeof *roots, err), *known = array(c, places, sizeof *known, err);
    pack->memo = array(c, MEMO_CELLS, sizeof *pack->memo, err);
    pack->spare = array(c, 1, sizeof *pack->spare, err);
    if (roots == NULL || known == NULL || pack->memo == NULL || pack->spare == NULL)
        return err->code;
    for (uint32_t i = WORD_FIRST; i < c->words.n; i++) {
        if (words[i].kind == 's')
            put(roots, root_places - 1, (struct known){.hash = words[i].hash, .stem = i});
        else if (words[i].kind == 'p')
            put(roots, root_places - 1, (struct known){.hash = prefix_hash(words[i].folded), .prefix = i});
    }
    for (uint32_t i = WORD_FIRST; i < c->words.n; i++) {
        if (words[i].kind != 'w')
            continue;
        uint64_t stem_hash = lexicon_stem(c->stemmer, pack->language, words[i].folded);
        const struct known *stem = stem_hash == 0 ? NULL : lexicon_find(roots, root_places - 1, stem_hash);
        put(known, places - 1,
            (struct known){.hash = words[i].hash,
                           .word = i,
                           .stem = stem == NULL ? 0 : stem->stem,
                           .flags = words[i].flags,
                           .prefix = lexicon_prefix(roots, root_places - 1, words[i].folded)});
    }
    put(known, places - 1, (struct known){.hash = TOKEN_HASH_NUMBER, .word = WORD_NUMBER});
    put(known, places - 1, (struct known){.hash = TOKEN_HASH_MASK, .word = WORD_MASK});
    put(known, places - 1, (struct known){.hash = TOKEN_HASH_ASKED, .word = WORD_ASKED});
    pack->known = known;
    pack->roots = roots;
    pack->known_mask = places - 1;
    pack->roots_mask = root_places - 1;
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
    uint32_t *ids = sam_arena_room(c->scratch, list->n + more, sizeof *ids);
    if (ids == NULL)
        return sam_arena_full(c->scratch, err);
    memcpy(ids, list->ids, list->n * sizeof *ids);
    for (uint32_t i = 0; i < list->n; i++) {
        uint32_t place = prefixes->place[list->ids[i]];
        for (uint32_t k = 1; words[list->ids[i]].kind == 'p' && k <= prefixes->longer[place]; k++)
            ids[n++] = prefixes->ids[place + k];
    }
    *list = (struct set_list){ids, compile_unique(ids, n), list->cost};
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
    uint32_t *ids = sam_arena_room(c->scratch, list->n + more, sizeof *ids);
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

/* Sets with all the words that are of them. */
static enum sam_code complete_sets(struct compiler *c, struct sam_err *err)
{
    struct set_list *lists = c->sets.at;
    struct prefixes prefixes;
    struct bearers bearers;
    if (order_prefixes(c, &prefixes, err) != SAM_OK || find_bearers(c, &bearers, err) != SAM_OK)
        return err->code;
    for (size_t i = 0; i < c->sets.n; i++) {
        if (widen(c, &prefixes, &lists[i], err) != SAM_OK || add_bearers(c, &bearers, &lists[i], err) != SAM_OK)
            return err->code;
    }
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
    if (shared_finish(c, err) != SAM_OK || make_known(c, err) != SAM_OK || complete_sets(c, err) != SAM_OK || starts_make(c, err) != SAM_OK)
        return err->code;
    pack->variants_n = (uint32_t)c->variants.n;
    pack->rules_n = (uint32_t)c->rules.n;
    pack->texts_n = (uint32_t)c->texts.n;
    pack->patterns_n = c->patterns_n;
    if (keep(c, &c->rules, &pack->rules, err) != SAM_OK)
        return err->code;
    return keep(c, &c->texts, &pack->texts, err);
}
