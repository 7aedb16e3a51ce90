/*
 * What stands behind a street and the house's number: a post code, in digits or in words, and the town.
 */
#include "address.h"
#include "run.h"

#include <string.h>

bool address_parts(struct sam_span gap)
{
    for (size_t i = 0; i < gap.len; i++) {
        if (!strchr(" .,\n", gap.at[i]))
            return false;
    }
    return gap.len <= 3;
}

/** @return the last token of a post code that starts at i (four or five digits, Swedish "413 01"), or i - 1 when there is none */
static size_t post_code(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n;
    struct sam_span gap = i < end ? scan_gap(s, p, i) : SAM_NO_SPAN;
    if (gap.len == 0 || !address_parts(gap) || s->tokens[i].kind != TOKEN_DIGITS)
        return i - 1;
    if (s->tokens[i].bytes == 4 || s->tokens[i].bytes == 5)
        return i;
    bool swedish = s->tokens[i].bytes == 3 && i + 1 < end && s->tokens[i + 1].kind == TOKEN_DIGITS && s->tokens[i + 1].bytes == 2;
    return swedish ? i + 1 : i - 1;
}

/** Words that stand behind a post code and are no town in small letters. */
static const char *const no_towns[] = {"har", "som", "men", "hvor", "hvem", "tak",         "takk",       "tack",       "please", "hvis",
                                       "hva", "der", "jag", "med",  "fra",  "fr\303\245n", "n\303\245r", "n\303\244r", "var",    "ikke"};
/** What stands behind a town's name for a part of it: "odense c", "k\303\270benhavn n\303\270" */
static const char *const town_parts[] = {"c", "n", "s", "v", "k", "m", "sv", "nv", "sk", "\303\270", "\303\230", "n\303\270", "s\303\270"};

/** @return whether word i may be a town's name behind a post code */
static bool town_name(const struct scan *s, const struct piece *p, size_t i)
{
    const struct token *t = &s->tokens[i];
    struct sam_span word = scan_text(p, t);
    if (address_name(word))
        return true;
    bool plain = t->kind == TOKEN_WORD && t->word == WORD_OTHER && t->bytes >= 3 && (t->extra & (EXTRA_HEDGE | EXTRA_PAUSE)) == 0;
    return plain && !address_word(word, no_towns, SAM_COUNT(no_towns));
}

/** @return the last token of a town's name that starts at i, "K\303\270benhavn N", "Nyk\303\270bing Falster"; i - 1 when there is none */
static size_t town(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n;
    if (i >= end || !address_blank(s, p, i) || !town_name(s, p, i))
        return i - 1;
    bool more = i + 1 < end && address_blank(s, p, i + 1) && s->tokens[i + 1].kind == TOKEN_WORD && s->tokens[i + 1].word == WORD_OTHER;
    struct sam_span second = more ? scan_text(p, &s->tokens[i + 1]) : SAM_NO_SPAN;
    bool both = more && address_name(scan_text(p, &s->tokens[i])) && address_name(second);
    return i + (both || (more && address_word(second, town_parts, SAM_COUNT(town_parts))));
}

/** Digits of a house's number and a post code behind it. */
#define HOUSE_AND_CODE 5

/** @return the last token of a post code in words that starts at i or stands behind the house's number that starts so: "fem tusind", "to
 * fire nul nul"; i - 1 when there is none. @param least  digits, but a thousand is always one */
static size_t said_post_code(const struct scan *s, const struct piece *p, size_t i, size_t least)
{
    struct run run;
    size_t at = i;
    if (i >= p->first + p->n || !address_number(&s->tokens[i]) || !run_next(s, (size_t)(p - s->pieces), &at, &run) || run.first != i)
        return i - 1;
    return run.n >= least || (run.amount && s->tokens[run.last].word == WORD_SCALE) ? run.last : i - 1;
}

size_t address_place(const struct scan *s, const struct piece *p, size_t house, size_t last, bool *towned)
{
    size_t code = post_code(s, p, last + 1);
    bool written = code > last; /* the first look knows of no others */
    if (code == last && last + 1 < p->first + p->n && address_parts(scan_gap(s, p, last + 1)))
        code = said_post_code(s, p, last + 1, HOUSE_AND_CODE - 1);
    if (code == last) {
        size_t with = said_post_code(s, p, house, HOUSE_AND_CODE);
        code = with >= last && with != house - 1 ? with : last;
        if (code == last && with != last)
            return last;
    }
    size_t name = town(s, p, code + 1);
    *towned = written && name > code;
    return name;
}
