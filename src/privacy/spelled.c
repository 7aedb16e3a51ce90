/*
 * E-mail addresses that are spoken: "anna punktum hansen snabel a firma punktum dk", "john dot doe at example dot com". Found around the
 * word for the sign, which must be followed by a name, the word for a dot and another name.
 */
#include "scan.h"

/** Most names on each side of the sign. */
#define NAMES_MAX 4

static bool is_dot(const struct token *t)
{
    return (t->extra & EXTRA_DOT) != 0;
}

/** @return tokens of the sign at i: "snabela", "snabel a", "kr\303\270llalfa", "at"; 0 when there is none */
static size_t sign_at(const struct scan *s, const struct piece *p, size_t i)
{
    if (!(s->tokens[i].extra & EXTRA_SIGN))
        return 0;
    if (!sam_span_is_nocase(scan_text(p, &s->tokens[i]), "snabel"))
        return 1;
    return i + 1 < p->first + p->n && sam_span_is_nocase(scan_text(p, &s->tokens[i + 1]), "a") ? 2 : 0;
}

/** @return the last token of "name dot name ..." that starts at i, or i - 1 when there is no dot in it */
static size_t domain(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n, last = i;
    for (int names = 1; names < NAMES_MAX && last + 2 < end && is_dot(&s->tokens[last + 1]) && s->tokens[last + 2].kind == TOKEN_WORD;
         names++)
        last += 2;
    return last > i ? last : i - 1;
}

/** @return the first token of "... name dot name" that ends at i */
static size_t local(const struct scan *s, const struct piece *p, size_t i)
{
    for (int names = 1; names < NAMES_MAX && i >= p->first + 2 && is_dot(&s->tokens[i - 1]); names++)
        i -= 2;
    return i;
}

void scan_spelled(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first + 1; i + 3 < p->first + p->n; i++) {
        size_t sign = sign_at(s, p, i), from = i + sign;
        if (sign == 0 || from + 2 >= p->first + p->n || is_dot(&s->tokens[from]))
            continue;
        size_t last = domain(s, p, from);
        bool another = last + 1 < p->first + p->n && sign_at(s, p, last + 1) > 0; /* "reach me at john dot doe at ..." */
        if (last < from || another)
            continue;
        scan_find_tokens(s, piece, local(s, p, i - 1), last, SAM_IDENTIFIER_EMAIL);
        i = last;
    }
}
