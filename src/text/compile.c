/*
 * The compiler's names: words get numbers, sets of words get numbers, classes are kept as ways.
 */
#include "compile.h"

#include "token.h"

#include <libstemmer.h>
#include <string.h>

/* How often words are taken to come beyond what the list of languages says; stems and prefixes. */
#define WORD_COST  20
#define ROOT_COST  200
#define WORD_BYTES 74

enum sam_code compile_fail(struct compiler *c, const char *at, struct sam_err *err, const char *what, struct sam_span about)
{
    size_t column = sam_utf8_count((struct sam_span){c->place.line_at, (size_t)(at - c->place.line_at)}) + 1;
    if (about.len == 0)
        return sam_fail(err, SAM_BAD_INPUT, "%.*s:%u:%zu: %s", SAM_ARG(c->place.file), c->place.line, column, what);
    return sam_fail(err, SAM_BAD_INPUT, "%.*s:%u:%zu: %s: \"%.*s\"", SAM_ARG(c->place.file), c->place.line, column, what,
                    (int)(about.len > 60 ? 60 : about.len), about.at);
}

int32_t compile_target(struct compiler *c, struct sam_span name)
{
    enum sam_label label;
    if (sam_label_find(name, &label))
        return (int32_t)label;
    for (uint32_t i = 0; i < c->pack->signals_n; i++) {
        if (sam_span_equal(c->pack->signals[i].name, name))
            return (int32_t)(SAM_LABELS + i);
    }
    return -1;
}

static enum sam_code new_word(struct compiler *c, const char *at, struct pack_word made, uint32_t *id, struct sam_err *err)
{
    struct pack_word *to = c->words.n < PACK_WORDS ? sam_vec_add(&c->words, c->scratch) : NULL;
    if (to == NULL)
        return compile_fail(c, at, err, "too many words in one pack", SAM_NO_SPAN);
    *to = made;
    *id = (uint32_t)c->words.n - 1;
    return sam_arena_span(c->scratch, made.folded, &to->folded, err);
}

/* "stem~" and "prefix*", known by the stem's hash and by the prefix's letters. */
static enum sam_code add_root(struct compiler *c, struct pack_word made, const char *at, uint32_t *id, struct sam_err *err)
{
    char key[80] = {made.kind};
    size_t len = made.folded.len;
    if (made.kind == 's') {
        made.hash = lexicon_stem(c->stemmer, c->pack->language, made.folded);
        memcpy(key + 1, &made.hash, sizeof made.hash);
        len = sizeof made.hash;
    } else {
        memcpy(key + 1, made.folded.at, len);
    }
    struct sam_span name = {key, len + 1};
    made.cost = ROOT_COST;
    if (sam_map_get(c->root_ids, name, id))
        return SAM_OK;
    if (new_word(c, at, made, id, err) != SAM_OK)
        return err->code;
    return sam_map_put(c->root_ids, name, *id, err);
}

/* A word, known by its number in the vocabulary. */
static enum sam_code add_word(struct compiler *c, struct pack_word made, const char *at, uint32_t *id, struct sam_err *err)
{
    while (c->by_vocable.n <= made.number) {
        if (sam_vec_add(&c->by_vocable, c->scratch) == NULL)
            return sam_arena_full(c->scratch, err);
    }
    uint32_t *known = (uint32_t *)c->by_vocable.at + made.number;
    made.cost = vocabulary_million(c->vocabulary, made.number, c->pack->language) + WORD_COST;
    if (*known == 0 && new_word(c, at, made, known, err) != SAM_OK)
        return err->code;
    *id = *known;
    return SAM_OK;
}

enum sam_code compile_word(struct compiler *c, struct sam_span word, char kind, uint32_t *id, struct sam_err *err)
{
    enum sam_token_kind what = SAM_TOKEN_WORD;
    char folded[80];
    struct pack_word made = {.hash = token_hash(word, &what), .kind = kind};
    made.folded = (struct sam_span){folded, sam_fold_word(word, folded, sizeof folded)};
    if (made.hash == 0 || what == SAM_TOKEN_ASKED || made.folded.len >= WORD_BYTES)
        return compile_fail(c, word.at, err, "this is not one word", word);
    if (what != SAM_TOKEN_WORD)
        return compile_fail(c, word.at, err, "all numbers are one word to a pattern; write # for it", word);
    if (kind != 'w')
        return add_root(c, made, word.at, id, err);
    if (vocabulary_add_hashed(c->vocabulary, word, made.hash, &made.number, err) != SAM_OK)
        return err->code;
    return add_word(c, made, word.at, id, err);
}

enum sam_code compile_word_again(struct compiler *c, const struct pack_word *theirs, const char *at, uint32_t *id, struct sam_err *err)
{
    struct pack_word made = {.hash = theirs->hash, .kind = theirs->kind, .number = theirs->number, .folded = theirs->folded};
    return theirs->kind == 'w' ? add_word(c, made, at, id, err) : add_root(c, made, at, id, err);
}

/* Shell's way, with Knuth's gaps: sets are short, and half of sorting them was calling a function to compare. */
static void sort_numbers(uint32_t *ids, uint32_t n)
{
    static const uint32_t gaps[] = {29524, 9841, 3280, 1093, 364, 121, 40, 13, 4, 1};
    for (size_t g = 0; g < SAM_COUNT(gaps); g++) {
        for (uint32_t i = gaps[g]; i < n; i++) {
            uint32_t id = ids[i], at = i;
            for (; at >= gaps[g] && ids[at - gaps[g]] > id; at -= gaps[g])
                ids[at] = ids[at - gaps[g]];
            ids[at] = id;
        }
    }
}

uint32_t compile_unique(uint32_t *ids, uint32_t n)
{
    uint32_t left = 0, growing = 1;
    while (growing < n && ids[growing - 1] < ids[growing])
        growing++;
    if (growing >= n) /* as they mostly are */
        return n;
    sort_numbers(ids, n);
    for (uint32_t i = 0; i < n; i++) {
        if (left == 0 || ids[left - 1] != ids[i])
            ids[left++] = ids[i];
    }
    return left;
}

enum sam_code compile_set(struct compiler *c, uint32_t *ids, uint32_t n, uint32_t *set, struct sam_err *err)
{
    uint32_t left = compile_unique(ids, n);
    uint32_t *alone = left == 1 ? &((struct pack_word *)c->words.at)[ids[0]].set : NULL;
    struct sam_span key = {(const char *)ids, left * sizeof *ids};
    if (alone != NULL && *alone != 0)
        *set = *alone - 1;
    if (alone != NULL ? *alone != 0 : sam_map_get(c->set_ids, key, set))
        return SAM_OK;
    uint32_t *kept = sam_arena_room(c->scratch, left, sizeof *kept);
    struct set_list *list = kept == NULL ? NULL : sam_vec_add(&c->sets, c->scratch);
    if (list == NULL)
        return sam_fail(err, SAM_TOO_LARGE, "%.*s:%u: too many different sets of words in one pack", SAM_ARG(c->place.file), c->place.line);
    memcpy(kept, ids, left * sizeof *kept);
    *list = (struct set_list){kept, left, 0};
    *set = (uint32_t)c->sets.n - 1;
    if (alone == NULL)
        return sam_map_put(c->set_ids, key, *set, err);
    *alone = *set + 1;
    return SAM_OK;
}

/* "a b c" is "a | b | c"; with a bar in it the text is ways of several words. */
static enum sam_code class_ways(struct compiler *c, struct sam_span text, struct seqs *out, struct sam_err *err)
{
    if (text.len == 0)
        return compile_fail(c, text.at, err, "the class is empty", SAM_NO_SPAN);
    if (memchr(text.at, '|', text.len) != NULL)
        return pattern_read(c, text, out, err);
    struct seqs all = {NULL, 0};
    for (size_t from = 0, to; from < text.len; from = to) {
        while (from < text.len && text.at[from] == ' ')
            from++;
        for (to = from; to < text.len && text.at[to] != ' '; to++)
            ;
        struct seqs one = {NULL, 0};
        if (from == to)
            break;
        if (pattern_read(c, (struct sam_span){text.at + from, to - from}, &one, err) != SAM_OK)
            return err->code;
        struct seq *both = sam_arena_room(c->pattern, (size_t)all.n + one.n, sizeof *both);
        if (both == NULL)
            return sam_arena_full(c->pattern, err);
        if (all.n > 0)
            memcpy(both, all.at, all.n * sizeof *both);
        memcpy(both + all.n, one.at, one.n * sizeof *both);
        all = (struct seqs){both, all.n + one.n};
    }
    return seqs_merge(c, &all, out, err);
}

enum sam_code compile_class(struct compiler *c, struct sam_span text, const struct pack_class *more, struct seqs *out, struct sam_err *err)
{
    struct seqs ways = {NULL, 0}, all;
    enum sam_code code = class_ways(c, text, &ways, err);
    if (code == SAM_OK && more != NULL) {
        struct seq *both = sam_arena_room(c->pattern, (size_t)ways.n + more->ways.n, sizeof *both);
        if (both == NULL)
            return sam_arena_full(c->pattern, err);
        memcpy(both, more->ways.at, more->ways.n * sizeof *both);
        if (ways.n > 0)
            memcpy(both + more->ways.n, ways.at, ways.n * sizeof *both);
        all = (struct seqs){both, more->ways.n + ways.n};
        code = seqs_merge(c, &all, &ways, err);
    }
    if (code == SAM_OK) {
        struct seq *kept = sam_arena_room(c->scratch, ways.n, sizeof *kept);
        if (kept == NULL)
            return sam_arena_full(c->scratch, err);
        if (ways.n > 0)
            memcpy(kept, ways.at, ways.n * sizeof *kept);
        *out = (struct seqs){kept, ways.n};
    }
    sam_arena_reset(c->pattern);
    return code;
}
