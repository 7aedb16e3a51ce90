/*
 * Street addresses as they are written and said in English: the number first, then the name, then the word for the street.
 */
#include "address.h"

#include <string.h>

/** Words behind the name that are nothing else where they are said behind one. */
static const char *const streets_said[] = {"street", "road",    "avenue",   "lane",    "grove",
                                           "mews",   "gardens", "crescent", "terrace", "boulevard"};
static const char *const flats[] = {"flat", "apartment", "apt", "unit", "suite"};
/** Words that speak of where somebody lives, and how many tokens they reach. */
static const char *const living[] = {"live",    "lives",     "living", "address", "moved", "moving",
                                     "deliver", "delivered", "send",   "sent",    "ship"};
#define LIVING_REACH 6
/** Most words of a street's name. */
#define NAMES_MAX 3

static bool written_number(const struct token *t)
{
    return t->kind == TOKEN_DIGITS && t->bytes <= 4;
}

/** @return whether four digits may be a year */
static bool year(struct sam_span digits)
{
    return digits.len == 4 && (memcmp(digits.at, "19", 2) == 0 || memcmp(digits.at, "20", 2) == 0);
}

/** "12 High Street", "12B Acacia Avenue", "5 The Crescent" @return the last token, or first when there is none */
static size_t written(const struct scan *s, const struct piece *p, size_t first)
{
    size_t end = p->first + p->n;
    if (!written_number(&s->tokens[first]) || year(scan_text(p, &s->tokens[first])))
        return first;
    for (size_t i = first + 1; i < end && i <= first + 1 + NAMES_MAX; i++) {
        const struct token *t = &s->tokens[i];
        struct sam_span word = scan_text(p, t);
        if (scan_gap(s, p, i).len > 1 || t->kind != TOKEN_WORD)
            return first;
        if (i > first + 1 && (t->extra & EXTRA_STREET) && address_name(scan_text(p, t - 1)))
            return i;
        if ((t->word != WORD_OTHER && t->word != WORD_MARK) || (!address_name(word) && word.len > 1))
            return first;
    }
    return first;
}

/** @return whether the words before token i speak of where somebody lives */
static bool lives(const struct scan *s, const struct piece *p, size_t i)
{
    if (i > p->first && sam_span_is_nocase(scan_text(p, &s->tokens[i - 1]), "at")) /* "we're at three hill road" */
        return true;
    for (size_t k = i; k > p->first && i - k < LIVING_REACH; k--) {
        if (address_word(scan_text(p, &s->tokens[k - 1]), living, SAM_COUNT(living)))
            return true;
    }
    return false;
}

/** "fourteen acacia avenue", "14 acacia avenue" @return the last token, or first when there is none */
static size_t said(const struct scan *s, const struct piece *p, size_t first)
{
    size_t end = p->first + p->n, number = first;
    if (address_number(&s->tokens[first]))
        number = address_numbers(s, p, first);
    else if (!written_number(&s->tokens[first]))
        return first;
    for (size_t i = number + 1; i < end && i <= number + 1 + NAMES_MAX && address_blank(s, p, i); i++) {
        const struct token *t = &s->tokens[i];
        struct sam_span word = scan_text(p, t);
        if (i > number + 1 && (t->extra & EXTRA_STREET) && address_word(word, streets_said, SAM_COUNT(streets_said)))
            return lives(s, p, first) || (address_name(word) && address_name(scan_text(p, t - 1))) ? i : first;
        if (t->kind != TOKEN_WORD || t->word != WORD_OTHER || word.len < 3)
            return first;
    }
    return first;
}

/** @return the first token of "flat 3, " before a house number at token i; i when there is none */
static size_t with_flat(const struct scan *s, const struct piece *p, size_t i)
{
    bool there = i >= p->first + 2 && s->tokens[i - 1].kind == TOKEN_DIGITS && !s->tokens[i - 1].masked && scan_gap(s, p, i).len <= 2 &&
                 address_word(scan_text(p, &s->tokens[i - 2]), flats, SAM_COUNT(flats));
    return there ? i - 2 : i;
}

static bool capitals(struct sam_span word, size_t least, size_t most)
{
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] < 'A' || word.at[i] > 'Z')
            return false;
    }
    return word.len >= least && word.len <= most;
}

size_t english_post_code(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n, at = i + 1;
    const struct token *t = s->tokens;
    if (i + 3 >= end || t[i].kind != TOKEN_WORD || !capitals(scan_text(p, &t[i]), 1, 2) || t[at].kind != TOKEN_DIGITS || t[at].bytes > 2 ||
        scan_gap(s, p, at).len > 0)
        return i - 1;
    bool letter = at + 1 < end && scan_gap(s, p, at + 1).len == 0 && capitals(scan_text(p, &t[at + 1]), 1, 1); /* "SW1A 1AA" */
    at += 1 + letter;
    bool inward = at + 1 < end && address_blank(s, p, at) && t[at].kind == TOKEN_DIGITS && t[at].bytes == 1 &&
                  scan_gap(s, p, at + 1).len == 0 && capitals(scan_text(p, &t[at + 1]), 2, 2);
    return inward ? at + 1 : i - 1;
}

/** @return the last token of the town and the post code behind an address that ends with token last: ", Leeds LS6 2AB"; last when there are
 * none */
static size_t town(const struct scan *s, const struct piece *p, size_t last)
{
    size_t end = p->first + p->n;
    for (size_t i = last + 1; i < end && i <= last + 1 + NAMES_MAX && address_parts(scan_gap(s, p, i)); i++) {
        size_t code = english_post_code(s, p, i);
        if (code > i)
            return code;
        if (s->tokens[i].word != WORD_OTHER || !address_name(scan_text(p, &s->tokens[i])))
            break;
    }
    return last;
}

bool english_address(const struct scan *s, const struct piece *p, size_t i, size_t *first, size_t *last)
{
    if (s->tokens[i].masked)
        return false;
    size_t to = written(s, p, i);
    if (to == i)
        to = said(s, p, i);
    if (to == i)
        return false;
    *first = with_flat(s, p, i);
    *last = town(s, p, to);
    return true;
}
