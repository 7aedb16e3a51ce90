/*
 * E-mail addresses that are spoken: "anna punktum hansen snabel a firma punktum dk", "john dot doe at example dot com". Found around the
 * word for the sign, which must be followed by a name, the word for a dot and another name. A name may be spelled, letter by letter.
 */
#include "chain.h"

/** Most names on each side of the sign. */
#define NAMES_MAX 6

static bool is_joint(const struct token *t)
{
    return (t->extra & (EXTRA_DOT | EXTRA_JOIN)) != 0;
}

static bool is_letter(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->bytes == 1;
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

/** @return whether token i is a letter by itself with a blank behind it: not the last of "it's" */
static bool letter_at(const struct scan *s, const struct piece *p, size_t i)
{
    return is_letter(&s->tokens[i]) && sam_span_is(scan_gap(s, p, i + 1), " ") && (i == p->first || sam_span_is(scan_gap(s, p, i), " "));
}

/** @return whether tokens i - 1 and i are letters apart by a blank */
static bool letters_at(const struct scan *s, const struct piece *p, size_t i)
{
    return i > p->first && i < p->first + p->n && letter_at(s, p, i - 1) && is_letter(&s->tokens[i]);
}

/** @return whether nothing stands before token i and the one before it: "get2net" is one name */
static bool glued(const struct scan *s, const struct piece *p, size_t i)
{
    return i > p->first && i < p->first + p->n && scan_gap(s, p, i).len == 0;
}

/** @return the last token of the name that starts at i: of letters in a row, or a word */
static size_t name_end(const struct scan *s, const struct piece *p, size_t i)
{
    while (glued(s, p, i + 1))
        i++;
    for (size_t on = said_letter_on(s, p, i);; on = said_letter_on(s, p, i)) {
        bool more = on + 1 < p->first + p->n && (on > i || letters_at(s, p, on + 1)) && is_letter(&s->tokens[on + 1]);
        if (!more)
            return on;
        i = on + 1;
    }
}

/** @return whether a dot is written before token i: "gmail.com" */
static bool written_dot(const struct scan *s, const struct piece *p, size_t i)
{
    return i < p->first + p->n && s->tokens[i].kind == TOKEN_WORD && sam_span_is(scan_gap(s, p, i), ".");
}

/** @return whether token i joins two names of a domain: a dot, a dash, the "and" of "holm and son dot ..." */
static bool joint_at(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n;
    if (i + 1 >= end || s->tokens[i + 1].kind != TOKEN_WORD)
        return false;
    bool and_so_on = s->tokens[i].word == WORD_AND && i + 2 < end && is_joint(&s->tokens[i + 2]);
    return is_joint(&s->tokens[i]) || and_so_on;
}

/** @return whether token i ends a domain: "hotmail dk", where the word for the dot was lost */
static bool top_level(const struct scan *s, const struct piece *p, size_t i)
{
    static const char *const tops[] = {"com", "dk", "no", "se", "net", "org", "eu", "nu"};
    bool top = false;
    for (size_t k = 0; i < p->first + p->n && k < SAM_COUNT(tops); k++)
        top = top || sam_span_is_nocase(scan_text(p, &s->tokens[i]), tops[k]);
    return top;
}

/** @return the last token of "name dot name ..." that starts at i, or i - 1 when there is no dot in it
 * @param sure  the sign stands in nothing but addresses: a written dot will do, and two names before it, or none at all before "com" */
static size_t domain(const struct scan *s, const struct piece *p, size_t i, bool sure)
{
    const bool written = sure;
    size_t last = name_end(s, p, i);
    bool dotted = false;
    if (sure && top_level(s, p, last + 1))
        return last + 1;
    if (sure && !joint_at(s, p, last + 1) && !written_dot(s, p, last + 1) && joint_at(s, p, last + 2) &&
        s->tokens[last + 1].kind == TOKEN_WORD)
        last++; /* "hansens vvs dot dk" */
    for (int names = 1; names < NAMES_MAX; names++) {
        bool dot = written && written_dot(s, p, last + 1);
        if (!dot && !joint_at(s, p, last + 1))
            break;
        dotted = dotted || dot || (s->tokens[last + 1].extra & EXTRA_DOT) != 0;
        last = name_end(s, p, last + 2 - dot);
    }
    return dotted ? last : i - 1;
}

/** @return the first token of the name that ends at i; letters before a word are of its name, too, but "i" before all is none */
static size_t name_start(const struct scan *s, const struct piece *p, size_t i)
{
    while (glued(s, p, i))
        i--;
    size_t first = said_letter_back(s, p, i);
    if (first > p->first && first == i && letter_at(s, p, first - 1))
        first--; /* "m dahl" */
    while (first > p->first) {
        size_t before = said_letter_back(s, p, first - 1);
        if (before == first - 1 && !letters_at(s, p, first))
            break;
        first = before;
    }
    if (first < i && sam_span_is_nocase(scan_text(p, &s->tokens[first]), "i"))
        first++;
    return first;
}

static bool number_at(const struct token *t)
{
    return t->kind == TOKEN_DIGITS || (t->word >= WORD_UNIT && t->word <= WORD_COMPOUND);
}

/** @return the first token of "... name dot name" that ends at i; a number behind a name belongs to it, "smith eighty four" */
static size_t local(const struct scan *s, const struct piece *p, size_t i)
{
    while (i > p->first && number_at(&s->tokens[i]))
        i--;
    i = name_start(s, p, i);
    for (int names = 1; names < NAMES_MAX && i > p->first; names++) {
        bool dot = sam_span_is(scan_gap(s, p, i), ".");
        if (!dot && (i < p->first + 2 || !is_joint(&s->tokens[i - 1])))
            break;
        i = name_start(s, p, i - 2 + dot);
    }
    return i;
}

void scan_spelled(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first + 1; i + 2 < p->first + p->n; i++) {
        size_t sign = sign_at(s, p, i), from = i + sign;
        if (sign == 0 || from + 1 >= p->first + p->n || is_joint(&s->tokens[from]))
            continue;
        bool at = sam_span_is_nocase(scan_text(p, &s->tokens[i]), "at"); /* a common word: "look at firma.dk" */
        size_t last = domain(s, p, from, !at);
        bool another = last + 1 < p->first + p->n && sign_at(s, p, last + 1) > 0; /* "reach me at john dot doe at ..." */
        if (last < from || another)
            continue;
        scan_find_tokens(s, piece, local(s, p, i - 1), last, SAM_IDENTIFIER_EMAIL);
        i = last;
    }
}
