/*
 * Patterns of files for all languages are read once, by the first language that is compiled; the others take its words and sets over by
 * number. What hangs on the language is read again: stems, and classes that a language's own file defines.
 */
#include "compile.h"

#include <string.h>

bool shared_hangs_on_language(const struct compiler *c, struct sam_span text)
{
    return !c->for_all || c->own_class || (text.len > 0 && memchr(text.at, '~', text.len) != NULL);
}

enum sam_code shared_keep(struct compiler *c, struct sam_span text, const struct seqs *all, struct sam_err *err)
{
    if (!c->for_all || c->shared->of != NULL)
        return SAM_OK;
    struct shared_pattern *kept = sam_vec_add(&c->shared->patterns, c->scratch);
    struct seq *seqs = sam_arena_room(c->scratch, all->n, sizeof *seqs);
    if (kept == NULL || seqs == NULL)
        return sam_arena_full(c->scratch, err);
    if (all->n > 0)
        memcpy(seqs, all->at, all->n * sizeof *seqs);
    *kept = (struct shared_pattern){text.at, {seqs, all->n}, shared_hangs_on_language(c, text)};
    return SAM_OK;
}

enum sam_code shared_finish(struct compiler *c, struct sam_err *err)
{
    if (c->shared->of != NULL || c->shared->patterns.n == 0)
        return SAM_OK;
    struct set_list *sets = sam_arena_room(c->scratch, c->sets.n, sizeof *sets);
    if (sets == NULL)
        return sam_arena_full(c->scratch, err);
    if (c->sets.n > 0)
        memcpy(sets, c->sets.at, c->sets.n * sizeof *sets);
    c->shared->words = c->words.at;
    c->shared->words_n = (uint32_t)c->words.n;
    c->shared->sets = sets;
    c->shared->sets_n = (uint32_t)c->sets.n;
    return SAM_OK;
}

enum sam_code shared_begin(struct compiler *c, struct sam_err *err)
{
    c->shared->next = 0;
    if (c->shared->of == NULL) {
        c->shared->patterns = sam_vec_of(sizeof(struct shared_pattern), SHARED_PATTERNS);
        return SAM_OK;
    }
    c->own_words = sam_arena_array(c->scratch, c->shared->words_n, sizeof *c->own_words);
    c->own_sets = sam_arena_array(c->scratch, c->shared->sets_n, sizeof *c->own_sets);
    return c->own_words == NULL || c->own_sets == NULL ? sam_arena_full(c->scratch, err) : SAM_OK;
}

static enum sam_code take_word(struct compiler *c, uint32_t theirs, const char *at, uint32_t *id, struct sam_err *err)
{
    *id = theirs;
    if (theirs < WORD_FIRST)
        return SAM_OK;
    if (c->own_words[theirs] == 0 && compile_word_again(c, &c->shared->words[theirs], at, &c->own_words[theirs], err) != SAM_OK)
        return err->code;
    *id = c->own_words[theirs];
    return SAM_OK;
}

static enum sam_code take_set(struct compiler *c, uint32_t theirs, const char *at, uint32_t *set, struct sam_err *err)
{
    const struct set_list *list = &c->shared->sets[theirs];
    if (c->own_sets[theirs] != 0) {
        *set = c->own_sets[theirs] - 1;
        return SAM_OK;
    }
    uint32_t *ids = sam_arena_room(c->pattern, list->n, sizeof *ids);
    if (ids == NULL)
        return sam_arena_full(c->pattern, err);
    for (uint32_t i = 0; i < list->n; i++) {
        if (take_word(c, list->ids[i], at, &ids[i], err) != SAM_OK)
            return err->code;
    }
    if (compile_set(c, ids, list->n, set, err) != SAM_OK)
        return err->code;
    c->own_sets[theirs] = *set + 1;
    return SAM_OK;
}

/* The next pattern of files for all languages as the first language read it. @return NULL when it is to be read again */
static const struct shared_pattern *next_pattern(struct compiler *c, struct sam_span text)
{
    if (!c->for_all || c->shared->of == NULL || c->shared->next >= c->shared->patterns.n)
        return NULL;
    const struct shared_pattern *pattern = (const struct shared_pattern *)c->shared->patterns.at + c->shared->next++;
    return pattern->text == text.at && !pattern->own ? pattern : NULL;
}

enum sam_code shared_take(struct compiler *c, struct sam_span text, struct seqs *all, bool *found, struct sam_err *err)
{
    const struct shared_pattern *pattern = next_pattern(c, text);
    *found = pattern != NULL;
    if (pattern == NULL)
        return SAM_OK;
    struct seq *seqs = sam_arena_room(c->pattern, pattern->ways.n, sizeof *seqs);
    if (seqs == NULL)
        return sam_arena_full(c->pattern, err);
    if (pattern->ways.n > 0)
        memcpy(seqs, pattern->ways.at, pattern->ways.n * sizeof *seqs);
    for (uint32_t i = 0; i < pattern->ways.n; i++) {
        for (uint8_t k = 0; k < seqs[i].n; k++) {
            struct item *item = &seqs[i].items[k];
            bool words = item->kind == ITEM_WORDS || item->kind == ITEM_NOT;
            if (words && take_set(c, item->set, text.at, &item->set, err) != SAM_OK)
                return err->code;
        }
    }
    *all = (struct seqs){seqs, pattern->ways.n};
    return SAM_OK;
}
