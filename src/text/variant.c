/*
 * Variants: each way of a pattern with the word that starts it. A way that could match no word of its own is refused here.
 */
#include "compile.h"

uint64_t compile_set_cost(struct compiler *c, uint32_t number)
{
    struct set_list *set = (struct set_list *)c->sets.at + number;
    const struct pack_word *words = c->words.at;
    uint64_t cost = 1;
    if (set->cost != 0)
        return set->cost;
    for (uint32_t i = 0; i < set->n; i++)
        cost += words[set->ids[i]].cost;
    set->cost = cost;
    return cost;
}

/* Picks the rarest word that must be there. */
static bool pick_trigger(struct compiler *c, const struct seq *seq, uint8_t *trigger)
{
    uint64_t best = UINT64_MAX;
    for (uint8_t i = 0; i < seq->n; i++) {
        if (seq->items[i].kind != ITEM_WORDS || seq->items[i].optional != 0)
            continue;
        uint64_t cost = compile_set_cost(c, seq->items[i].set);
        if (cost < best) {
            best = cost;
            *trigger = i;
        }
    }
    return best != UINT64_MAX;
}

/* "!" only before the first and behind the last item that takes words. */
static bool not_inside(const struct seq *seq)
{
    bool before = false;
    for (uint8_t i = 0; i < seq->n; i++) {
        bool takes = seq->items[i].kind == ITEM_WORDS || seq->items[i].kind == ITEM_ANY;
        if (seq->items[i].kind == ITEM_NOT && before) {
            for (uint8_t k = i; k < seq->n; k++)
                if (seq->items[k].kind == ITEM_WORDS || seq->items[k].kind == ITEM_ANY)
                    return true;
        }
        before = before || takes;
    }
    return false;
}

static enum sam_code add_variant(struct compiler *c, const struct seq *seq, enum pattern_role role, const char *at, struct sam_err *err)
{
    uint8_t trigger = 0;
    if (!pick_trigger(c, seq, &trigger))
        return compile_fail(c, at, err,
                            "this could match without any word of its own; every way through a pattern needs a word that must be there",
                            SAM_NO_SPAN);
    if (not_inside(seq))
        return compile_fail(c, at, err, "! stands only at the beginning or the end of a pattern", SAM_NO_SPAN);
    struct variant *variant = sam_vec_add(&c->variants, c->scratch);
    if (variant == NULL)
        return sam_arena_full(c->scratch, err);
    *variant = (struct variant){(uint32_t)c->rule, (uint32_t)c->items.n, seq->n, trigger, (uint8_t)role};
    for (uint8_t i = 0; i < seq->n; i++) {
        struct item *item = sam_vec_add(&c->items, c->scratch);
        if (item == NULL)
            return sam_arena_full(c->scratch, err);
        *item = seq->items[i];
    }
    return SAM_OK;
}

enum sam_code pattern_add(struct compiler *c, struct sam_span text, enum pattern_role role, struct sam_err *err)
{
    struct seqs all = {NULL, 0};
    bool found = false;
    c->own_class = false;
    enum sam_code code = shared_take(c, text, &all, &found, err);
    if (code == SAM_OK && !found)
        code = pattern_read(c, text, &all, err);
    if (code == SAM_OK && !found)
        code = shared_keep(c, text, &all, err);
    for (uint32_t i = 0; code == SAM_OK && i < all.n; i++)
        code = add_variant(c, &all.at[i], role, text.at, err);
    sam_arena_reset(c->pattern);
    c->patterns_n++;
    return code;
}
