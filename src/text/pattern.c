/*
 * Patterns: from "hvad (kan|maa) jeg [lige] ..2 hjaelpe" to all its ways as straight rows of items. Words side by side with other words
 * become one set; only alternatives of several words multiply the ways, up to a limit.
 */
#include "compile.h"

#include <string.h>

#define PATTERN_DEPTH 12 /* of brackets */

/* Reading place in one pattern. */
struct scan {
    struct compiler *c;
    const char *at, *end;
    int depth;
    struct sam_err *err;
};

static enum sam_code ways(struct scan *scan, char close, struct seqs *out);

static enum sam_code fail(struct scan *scan, const char *at, const char *what)
{
    return compile_fail(scan->c, at, scan->err, what, SAM_NO_SPAN);
}

static void blanks(struct scan *scan)
{
    while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
        scan->at++;
}

static enum sam_code one_way(struct scan *scan, const struct item *items, uint8_t n, struct seqs *out)
{
    struct seq *seq = sam_arena_room(scan->c->pattern, 1, sizeof *seq);
    if (seq == NULL)
        return sam_arena_full(scan->c->pattern, scan->err);
    seq->n = n;
    memcpy(seq->items, items, n * sizeof *items);
    *out = (struct seqs){seq, 1};
    return SAM_OK;
}

static enum sam_code one_item(struct scan *scan, struct item item, struct seqs *out)
{
    return one_way(scan, &item, 1, out);
}

static enum sam_code one_set(struct scan *scan, uint32_t *ids, uint32_t n, enum item_kind kind, struct seqs *out)
{
    struct item item = {.kind = (uint8_t)kind};
    if (compile_set(scan->c, ids, n, &item.set, scan->err) != SAM_OK)
        return scan->err->code;
    return one_item(scan, item, out);
}

static enum sam_code append(struct scan *scan, struct seq *to, const struct seq *more, const char *at)
{
    if (to->n + more->n > PACK_ITEMS)
        return fail(scan, at, "the pattern is too long");
    memcpy(to->items + to->n, more->items, more->n * sizeof(struct item));
    to->n = (uint8_t)(to->n + more->n);
    return SAM_OK;
}

/* Every way of a, which nobody else has, followed by every way of b. */
static enum sam_code join(struct scan *scan, struct seqs a, struct seqs b, const char *at, struct seqs *out)
{
    if ((uint64_t)a.n * b.n > PACK_VARIANTS)
        return fail(scan, at, "too many alternatives in one pattern; make two patterns of it");
    for (uint32_t i = 0; b.n == 1 && i < a.n; i++) {
        if (append(scan, &a.at[i], &b.at[0], at) != SAM_OK)
            return scan->err->code;
    }
    *out = a;
    if (b.n == 1)
        return SAM_OK;
    struct seq *seqs = sam_arena_room(scan->c->pattern, (size_t)a.n * b.n, sizeof *seqs);
    if (seqs == NULL)
        return sam_arena_full(scan->c->pattern, scan->err);
    uint32_t n = 0;
    for (uint32_t i = 0; i < a.n; i++) {
        for (uint32_t k = 0; k < b.n; k++) {
            seqs[n] = a.at[i];
            if (append(scan, &seqs[n++], &b.at[k], at) != SAM_OK)
                return scan->err->code;
        }
    }
    *out = (struct seqs){seqs, n};
    return SAM_OK;
}

static bool is_single(const struct seq *seq)
{
    return seq->n == 1 && seq->items[0].kind == ITEM_WORDS && seq->items[0].optional == 0;
}

/* Sets while they are gathered. */
struct gathered {
    uint32_t *at;
    uint32_t n, room;
};

static enum sam_code gather(struct compiler *c, struct gathered *sets, uint32_t set, struct sam_err *err)
{
    if (sets->n == sets->room) {
        sets->room = sets->room == 0 ? 16 : 2 * sets->room;
        uint32_t *at = sam_arena_room(c->pattern, sets->room, sizeof *at);
        if (at == NULL)
            return sam_arena_full(c->pattern, err);
        if (sets->n > 0)
            memcpy(at, sets->at, sets->n * sizeof *at);
        sets->at = at;
    }
    sets->at[sets->n++] = set;
    return SAM_OK;
}

/* All words of some sets as one. */
static enum sam_code unite(struct compiler *c, const struct gathered *united, uint32_t *set, struct sam_err *err)
{
    const struct set_list *sets = c->sets.at;
    uint32_t n = 0;
    for (uint32_t i = 0; i < united->n; i++)
        n += sets[united->at[i]].n;
    uint32_t *ids = sam_arena_room(c->pattern, n, sizeof *ids);
    if (ids == NULL)
        return sam_arena_full(c->pattern, err);
    n = 0;
    for (uint32_t i = 0; i < united->n; i++) {
        memcpy(ids + n, sets[united->at[i]].ids, sets[united->at[i]].n * sizeof *ids);
        n += sets[united->at[i]].n;
    }
    return compile_set(c, ids, n, set, err);
}

/* The ways but for single words, which become one set with those in sets. */
static enum sam_code merge(struct compiler *c, const struct seqs *all, struct gathered *sets, struct seqs *out, struct sam_err *err)
{
    uint32_t ways_n = 0;
    struct seq *seqs = sam_arena_room(c->pattern, (size_t)all->n + 1, sizeof *seqs);
    if (seqs == NULL)
        return sam_arena_full(c->pattern, err);
    for (uint32_t i = 0; i < all->n; i++) {
        if (!is_single(&all->at[i]))
            seqs[ways_n++] = all->at[i];
        else if (gather(c, sets, all->at[i].items[0].set, err) != SAM_OK)
            return err->code;
    }
    if (sets->n > 0) {
        struct item item = {.kind = ITEM_WORDS};
        if (unite(c, sets, &item.set, err) != SAM_OK)
            return err->code;
        seqs[ways_n].n = 1;
        seqs[ways_n++].items[0] = item;
    }
    *out = (struct seqs){seqs, ways_n};
    return SAM_OK;
}

enum sam_code seqs_merge(struct compiler *c, const struct seqs *all, struct seqs *out, struct sam_err *err)
{
    struct gathered sets = {NULL, 0, 0};
    return merge(c, all, &sets, out, err);
}

/* "[...]": the same ways, or none. */
static enum sam_code make_optional(struct scan *scan, struct seqs inner, struct seqs *out)
{
    if (inner.n == 1 && inner.at[0].n == 1 && (inner.at[0].items[0].kind == ITEM_WORDS || inner.at[0].items[0].kind == ITEM_ANY)) {
        inner.at[0].items[0].optional = 1;
        *out = inner;
        return SAM_OK;
    }
    struct seq *seqs = sam_arena_room(scan->c->pattern, (size_t)inner.n + 1, sizeof *seqs);
    if (seqs == NULL)
        return sam_arena_full(scan->c->pattern, scan->err);
    memcpy(seqs, inner.at, inner.n * sizeof *seqs);
    seqs[inner.n].n = 0; /* the empty way */
    *out = (struct seqs){seqs, inner.n + 1};
    return SAM_OK;
}

static enum sam_code group(struct scan *scan, struct seqs *out)
{
    char open = *scan->at;
    const char *at = scan->at++;
    struct seqs inner;
    if (++scan->depth > PATTERN_DEPTH)
        return fail(scan, at, "brackets too deep");
    if (ways(scan, open == '(' ? ')' : ']', &inner) != SAM_OK)
        return scan->err->code;
    scan->depth--;
    if (scan->at == scan->end)
        return fail(scan, at, open == '(' ? "this ( is not closed" : "this [ is not closed");
    scan->at++;
    if (open == '[')
        return make_optional(scan, inner, out);
    *out = inner;
    return SAM_OK;
}

/* "..3" */
static enum sam_code gap(struct scan *scan, struct seqs *out)
{
    const char *at = scan->at;
    uint16_t n = 0;
    scan->at += 2;
    const char *digits = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9' && n < 100)
        n = (uint16_t)(n * 10 + (*scan->at++ - '0'));
    if (scan->at == digits)
        return fail(scan, at, "a gap without a bound; write how many words it may hold: ..3");
    if (n == 0 || n > PACK_GAP)
        return fail(scan, at, "a gap holds 1 to 20 words");
    return one_item(scan, (struct item){.kind = ITEM_GAP, .n = n}, out);
}

static size_t word_length(const struct scan *scan)
{
    static const bool ends[256] = {['\0'] = true, [' '] = true, ['\t'] = true, ['('] = true, [')'] = true, ['['] = true, [']'] = true,
                                   ['|'] = true,  ['<'] = true, ['>'] = true,  ['!'] = true, ['@'] = true, ['?'] = true, ['"'] = true};
    const char *at = scan->at;
    while (at < scan->end && !ends[(unsigned char)*at])
        at++;
    return (size_t)(at - scan->at);
}

static enum sam_code class_used(struct scan *scan, struct seqs *out)
{
    const char *at = scan->at++;
    struct sam_span name = {scan->at, word_length(scan)};
    uint32_t index;
    scan->at += name.len;
    if (!sam_map_get(scan->c->class_ids, name, &index))
        return compile_fail(scan->c, at, scan->err, "there is no class of this name before this line", name);
    const struct pack_class *all = scan->c->classes.at;
    scan->c->own_class = scan->c->own_class || all[index].own;
    struct seq *seqs = sam_arena_room(scan->c->pattern, all[index].ways.n, sizeof *seqs);
    if (seqs == NULL)
        return sam_arena_full(scan->c->pattern, scan->err);
    memcpy(seqs, all[index].ways.at, all[index].ways.n * sizeof *seqs);
    *out = (struct seqs){seqs, all[index].ways.n};
    return SAM_OK;
}

static enum sam_code word_parts(struct scan *scan, struct sam_span text, char kind, struct seqs *out)
{
    const struct sam_words *words = &scan->c->parts;
    uint32_t id;
    *out = (struct seqs){NULL, 0};
    for (size_t i = 0; i < words->n; i++) {
        struct sam_span part = {text.at + words->at[i].at, words->at[i].bytes};
        struct seqs one = {NULL, 0}, both = {NULL, 0};
        if (compile_word(scan->c, part, kind, &id, scan->err) != SAM_OK || one_set(scan, &id, 1, ITEM_WORDS, &one) != SAM_OK)
            return scan->err->code;
        if (i == 0)
            *out = one;
        else if (join(scan, *out, one, text.at, &both) != SAM_OK)
            return scan->err->code;
        else
            *out = both;
    }
    return SAM_OK;
}

/* "word", "stem~", "prefix*"; "e-mail" is two words. The set of a word that came before is known by how it is written. */
static enum sam_code word(struct scan *scan, struct seqs *out)
{
    const char *at = scan->at;
    struct sam_span text = {at, word_length(scan)}, written = text;
    struct item item = {.kind = ITEM_WORDS};
    char kind = 'w';
    scan->at += text.len;
    if (sam_map_get(scan->c->written_ids, written, &item.set))
        return one_item(scan, item, out);
    if (text.len > 1 && (text.at[text.len - 1] == '~' || text.at[text.len - 1] == '*')) {
        kind = text.at[text.len - 1] == '~' ? 's' : 'p';
        text.len--;
    }
    struct sam_words *words = &scan->c->parts;
    words->n = 0;
    if (sam_words_add(words, text, 0, scan->c->scratch, scan->err) != SAM_OK)
        return scan->err->code;
    if (words->n == 0 || (words->n > 1 && kind != 'w'))
        return compile_fail(scan->c, at, scan->err, "this is not one word", text);
    if (word_parts(scan, text, kind, out) != SAM_OK)
        return scan->err->code;
    if (words->n == 1 && sam_map_count(scan->c->written_ids) < PACK_WORDS)
        return sam_map_put(scan->c->written_ids, written, out->at[0].items[0].set, scan->err);
    return SAM_OK;
}

static enum sam_code negation(struct scan *scan, struct seqs *out);

static enum sam_code anchor(struct scan *scan, struct seqs *out)
{
    char sign = *scan->at++;
    bool twice = scan->at < scan->end && *scan->at == sign;
    scan->at += twice ? 1 : 0;
    enum item_kind kind = sign == '<' ? (twice ? ITEM_TURN_START : ITEM_CLAUSE_START) : (twice ? ITEM_TURN_END : ITEM_CLAUSE_END);
    return one_item(scan, (struct item){.kind = (uint8_t)kind}, out);
}

static enum sam_code element(struct scan *scan, struct seqs *out)
{
    uint32_t ids[2] = {WORD_NUMBER, WORD_MASK};
    switch (*scan->at) {
    case '(':
    case '[':
        return group(scan, out);
    case '@':
        return class_used(scan, out);
    case '!':
        return negation(scan, out);
    case '<':
    case '>':
        return anchor(scan, out);
    case '?':
        scan->at++;
        ids[0] = WORD_ASKED;
        return one_set(scan, ids, 1, ITEM_WORDS, out);
    case '#':
        scan->at++;
        return one_set(scan, ids, 2, ITEM_WORDS, out);
    case '_':
        scan->at++;
        return one_item(scan, (struct item){.kind = ITEM_ANY}, out);
    default:
        break;
    }
    if (scan->end - scan->at >= 2 && scan->at[0] == '.' && scan->at[1] == '.')
        return gap(scan, out);
    return word(scan, out);
}

static enum sam_code negation(struct scan *scan, struct seqs *out)
{
    const char *at = scan->at++;
    struct seqs inner = {NULL, 0}, one = {NULL, 0};
    if (scan->at == scan->end || *scan->at == ' ' || *scan->at == '!')
        return fail(scan, at, "! stands directly before a word, a class or ( )");
    if (element(scan, &inner) != SAM_OK || seqs_merge(scan->c, &inner, &one, scan->err) != SAM_OK)
        return scan->err->code;
    if (one.n != 1 || !is_single(&one.at[0]))
        return fail(scan, at, "! takes single words only");
    one.at[0].items[0].kind = ITEM_NOT;
    *out = one;
    return SAM_OK;
}

static enum sam_code row(struct scan *scan, char close, struct seqs *out)
{
    struct item none = {0};
    if (one_way(scan, &none, 0, out) != SAM_OK)
        return scan->err->code;
    for (blanks(scan); scan->at < scan->end && *scan->at != '|' && *scan->at != close; blanks(scan)) {
        const char *at = scan->at;
        struct seqs next = {NULL, 0}, both = {NULL, 0};
        if (*at == ')' || *at == ']')
            return fail(scan, at, "this bracket was not opened");
        if (element(scan, &next) != SAM_OK || join(scan, *out, next, at, &both) != SAM_OK)
            return scan->err->code;
        *out = both;
    }
    return SAM_OK;
}

/* Adds ways to others, which have room for so many. */
static enum sam_code add_ways(struct scan *scan, struct seqs *all, uint32_t *room, const struct seqs *more)
{
    if (all->n + more->n > *room) {
        *room = 2 * (all->n + more->n);
        struct seq *seqs = sam_arena_room(scan->c->pattern, *room, sizeof *seqs);
        if (seqs == NULL)
            return sam_arena_full(scan->c->pattern, scan->err);
        if (all->n > 0)
            memcpy(seqs, all->at, all->n * sizeof *seqs);
        all->at = seqs;
    }
    if (more->n > 0)
        memcpy(all->at + all->n, more->at, more->n * sizeof *more->at);
    all->n += more->n;
    return SAM_OK;
}

/* Whether the alternative is a single word that came before in the pack, as most are; steps over it. */
static bool known_word(struct scan *scan, char close, uint32_t *set)
{
    const char *before = scan->at;
    blanks(scan);
    struct sam_span text = {scan->at, word_length(scan)};
    if (text.len > 0 && sam_map_get(scan->c->written_ids, text, set)) {
        scan->at += text.len;
        blanks(scan);
        if (scan->at == scan->end || *scan->at == '|' || *scan->at == close)
            return true;
    }
    scan->at = before;
    return false;
}

static enum sam_code ways(struct scan *scan, char close, struct seqs *out)
{
    struct seqs all = {NULL, 0};
    struct gathered sets = {NULL, 0, 0};
    uint32_t room = 0, set = 0;
    const char *begin = scan->at;
    do {
        struct seqs next = {NULL, 0};
        if (all.n + sets.n > 0)
            scan->at++;
        const char *at = scan->at;
        bool known = known_word(scan, close, &set);
        if (!known && row(scan, close, &next) != SAM_OK)
            return scan->err->code;
        if (next.n == 1 && next.at[0].n == 0)
            return fail(scan, at < scan->end ? at : begin, "an alternative is empty");
        if (all.n + sets.n + (known ? 1 : next.n) > PACK_VARIANTS)
            return fail(scan, at, "too many alternatives in one pattern; make two patterns of it");
        if ((known ? gather(scan->c, &sets, set, scan->err) : add_ways(scan, &all, &room, &next)) != SAM_OK)
            return scan->err->code;
    } while (scan->at < scan->end && *scan->at == '|');
    return merge(scan->c, &all, &sets, out, scan->err);
}

enum sam_code pattern_read(struct compiler *c, struct sam_span text, struct seqs *out, struct sam_err *err)
{
    struct scan scan = {.c = c, .at = text.at, .end = text.at + text.len, .err = err};
    if (ways(&scan, '\0', out) != SAM_OK)
        return err->code;
    return SAM_OK;
}
