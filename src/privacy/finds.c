/*
 * The list of finds, and taking them out of the texts: every code point of a find but blanks becomes '#', so that lengths in code points
 * stay.
 */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

/** Most finds of one part; a text beyond it is no conversation. The rest is masked still, only not listed. */
#define FINDS_MAX 1000000

static void add(struct scan *s, struct find find)
{
    struct find *slot = sam_vec_add(&s->finds, s->arena);
    if (slot)
        *slot = find;
    else
        s->full = true;
}

void scan_find(struct scan *s, size_t piece, size_t at, size_t bytes, enum sam_identifier identifier)
{
    const struct piece *p = &s->pieces[piece];
    struct find find = {.piece = (uint32_t)piece, .at = (uint32_t)at, .bytes = (uint32_t)bytes, .identifier = identifier};
    find.start = (uint32_t)sam_utf8_count((struct sam_span){p->text.at, at});
    find.length = (uint32_t)sam_utf8_count((struct sam_span){p->text.at + at, bytes});
    for (size_t i = p->first; i < p->first + p->n; i++) {
        if (s->tokens[i].at + s->tokens[i].bytes > at && s->tokens[i].at < at + bytes)
            s->tokens[i].masked = true;
    }
    add(s, find);
}

void scan_find_tokens(struct scan *s, size_t piece, size_t first, size_t last, enum sam_identifier identifier)
{
    struct find find = {.piece = (uint32_t)piece, .at = s->tokens[first].at, .start = s->tokens[first].start, .identifier = identifier};
    find.bytes = s->tokens[last].at + s->tokens[last].bytes - find.at;
    find.length = s->tokens[last].start + s->tokens[last].length - find.start;
    for (size_t i = first; i <= last; i++)
        s->tokens[i].masked = true;
    add(s, find);
}

static int by_place(const void *a, const void *b)
{
    const struct find *x = a, *y = b;
    if (x->piece != y->piece)
        return x->piece < y->piece ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/** Copies bytes; inside a find each code point that is no blank becomes '#'. @return bytes written */
static size_t masked_copy(struct sam_span text, char *out)
{
    size_t n = 0;
    const char *at = text.at, *end = at + text.len;
    while (at < end) {
        char c = *at;
        (void)sam_utf8_next(&at, end);
        out[n++] = blank(c) ? c : '#';
    }
    return n;
}

static bool apply_piece(struct scan *s, struct piece *p, const struct find *finds, size_t n)
{
    char *out = sam_arena_alloc(s->arena, p->text.len + 1);
    size_t at = 0, wrote = 0;
    if (!out)
        return false;
    for (size_t i = 0; i < n; i++) {
        size_t from = finds[i].at, end = from + finds[i].bytes;
        if (end <= at) /* inside the one before */
            continue;
        from = from < at ? at : from; /* "anna@firma.d@firma.dk": they overlap */
        memcpy(out + wrote, p->text.at + at, from - at);
        wrote += from - at;
        wrote += masked_copy((struct sam_span){p->text.at + from, end - from}, out + wrote);
        at = end;
    }
    memcpy(out + wrote, p->text.at + at, p->text.len - at);
    p->text = (struct sam_span){out, wrote + p->text.len - at};
    return true;
}

bool scan_apply(struct scan *s)
{
    struct find *finds = s->finds.at;
    if (s->full)
        return false;
    if (s->finds.n > 1)
        qsort(finds, s->finds.n, sizeof(*finds), by_place);
    for (size_t i = 0, n = 0; i < s->finds.n; i += n) {
        for (n = 1; i + n < s->finds.n && finds[i + n].piece == finds[i].piece; n++)
            continue;
        if (!apply_piece(s, &s->pieces[finds[i].piece], finds + i, n))
            return false;
    }
    return true;
}

struct sam_vec scan_finds(void)
{
    return sam_vec_of(sizeof(struct find), FINDS_MAX);
}
