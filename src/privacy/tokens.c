/*
 * Texts into words and runs of digits with their places in bytes and code points; for the turns that need a second look.
 */
#include "walk.h"

#include <string.h>

struct sam_span scan_text(const struct piece *p, const struct token *t)
{
    return (struct sam_span){p->text.at + t->at, t->bytes};
}

struct sam_span scan_gap(const struct scan *s, const struct piece *p, size_t i)
{
    size_t from = i > p->first ? s->tokens[i - 1].at + s->tokens[i - 1].bytes : 0;
    size_t to = i < p->first + p->n ? s->tokens[i].at : p->text.len;
    return (struct sam_span){p->text.at + from, to - from};
}

/** Looks a word up in the languages in force. */
static void word_of(const struct scan *s, const struct walk *w, struct token *t)
{
    struct word word;
    if (scan_meaning(s->mask, scan_first(s->mask, w->first)) == s->mask->meanings)
        return;
    if (!scan_word_hashed(s->mask, w->token, w->hash, s->languages, &word) && scan_compound(s->mask, w->token, s->languages, &word.value))
        word.kind = WORD_COMPOUND;
    t->word = word.kind;
    t->value = word.value;
    t->extra = word.extra;
}

/** Code points of a few bytes, most of them ASCII or of Latin-1. */
static uint32_t points_of(struct sam_span text)
{
    uint32_t n = 0;
    for (size_t i = 0; i < text.len; i++, n++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x80)
            continue;
        if (c != 0xC3 || i + 1 == text.len || ((unsigned char)text.at[i + 1] & 0xC0) != 0x80)
            return n + (uint32_t)sam_utf8_count((struct sam_span){text.at + i, text.len - i});
        i++;
    }
    return n;
}

/** Cuts a piece into the tokens that scan_look counted. */
static void tokens_of(struct scan *s, const struct piece *p)
{
    struct walk_tail tail;
    struct walk w = walk_from(s->mask->classes, p->text, &tail);
    struct token *t = s->tokens + p->first;
    const char *behind = p->text.at; /* the token before */
    uint32_t code_point = 0;
    for (int class = walk_next(&w); class != 0; class = walk_next(&w)) {
        if (class == CLASS_AT)
            continue;
        size_t gap = (size_t)(w.token.at - behind);
        bool glued = t > s->tokens + p->first && gap == 0;
        code_point += points_of((struct sam_span){behind, gap});
        *t = (struct token){.at = (uint32_t)(w.token.at - p->text.at), .bytes = (uint32_t)w.token.len, .start = code_point, .glued = glued};
        t->kind = class == CLASS_DIGIT ? TOKEN_DIGITS : TOKEN_WORD;
        t->length = class == CLASS_DIGIT || w.ascii ? t->bytes : points_of(w.token);
        code_point += t->length;
        if (glued)
            t[-1].glued = true;
        if (class == CLASS_LETTER)
            word_of(s, &w, t);
        behind = w.at;
        t++;
    }
    SAM_MUST(t == s->tokens + p->first + p->n);
}

void scan_need(struct scan *s, size_t piece)
{
    struct piece *p = &s->pieces[piece];
    if (p->cut)
        return;
    p->cut = true;
    if (!s->tokens && !s->full)
        s->tokens = sam_arena_room(s->arena, s->tokens_n, sizeof(*s->tokens)); /* most are never cut */
    s->full = s->full || !s->tokens;
    if (s->full) {
        p->n = 0;
        return;
    }
    tokens_of(s, p);
}
