/*
 * Letters that are said: those of an account's number or an insurance number, "d k fem nul ...", and letters told by a word that begins
 * with them, "b som i bo".
 */
#include "chain.h"

/* ---- told by a word ------------------------------------------------------------------------------------------------------ */

static bool letter(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->bytes == 1 && !t->glued;
}

/** What stands between a letter and its word, a word or two of them. */
static const char *const as[] = {"som", "as", "for", "like"};

static bool one_of(struct sam_span word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sam_span_is_nocase(word, list[i]))
            return true;
    }
    return false;
}

/** @return whether token i is the "i" of "som i", the "in" of "as in" */
static bool in(const struct scan *s, const struct piece *p, size_t i)
{
    struct sam_span word = scan_text(p, &s->tokens[i]);
    return sam_span_is_nocase(word, "i") || sam_span_is_nocase(word, "in");
}

/** @return whether a word begins with the letter that token i is */
static bool begins(const struct scan *s, const struct piece *p, size_t i, size_t word)
{
    return s->tokens[word].kind == TOKEN_WORD && s->tokens[word].bytes > 1 && scan_gap(s, p, word).len == 1 &&
           ((p->text.at[s->tokens[i].at] ^ p->text.at[s->tokens[word].at]) | 0x20) == 0x20;
}

size_t said_letter_on(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n, word = i + 2;
    if (word >= end || !letter(&s->tokens[i]) || !one_of(scan_text(p, &s->tokens[i + 1]), as, SAM_COUNT(as)))
        return i;
    word += in(s, p, word) && word + 1 < end;
    return begins(s, p, i, word) ? word : i;
}

size_t said_letter_back(const struct scan *s, const struct piece *p, size_t i)
{
    for (size_t back = 2; back <= 3 && i >= p->first + back; back++) {
        if (said_letter_on(s, p, i - back) == i)
            return i - back;
    }
    return i;
}

/* ---- with a number ------------------------------------------------------------------------------------------------------- */

/** Most tokens from a country's letters to the digits that the bank's letters part from them: "g b twenty nine n w b k six oh ...". */
#define COUNTRY_REACH 16
/** Digits that are an account's with a country's letters before them, whatever the words say. */
#define COUNTRY_DIGITS 12

/** @return the token at which the letter starts that ends before token i, i itself where there is none; *c that letter */
static size_t letter_before(const struct scan *s, const struct piece *p, size_t i, char *c)
{
    if (i == p->first || s->tokens[i - 1].masked)
        return i;
    size_t at = said_letter_back(s, p, i - 1);
    if (!letter(&s->tokens[at]))
        return i;
    *c = p->text.at[s->tokens[at].at];
    return at;
}

/** @return the token at which two letters start that end before token i and are a country's, or any where any; i where there are none */
static size_t two_letters(const struct scan *s, const struct piece *p, size_t i, bool any)
{
    char two[2] = {0};
    size_t second = letter_before(s, p, i, &two[1]), first = second < i ? letter_before(s, p, second, &two[0]) : i;
    if (second == i || first == second)
        return i;
    return any || scan_iban_length((struct sam_span){two, 2}) > 0 ? first : i;
}

/** @return the token at which a country's letters start that belong to the account whose digits begin with token i, "dk" too where the
 * words ask for an account's number; i where there are none */
static size_t country(const struct scan *s, const struct piece *p, size_t i, bool asked)
{
    for (size_t at = i; at > p->first && i - at < COUNTRY_REACH; at--) {
        size_t first = two_letters(s, p, at, false);
        const struct token *before = &s->tokens[at - 1];
        if (first < at)
            return first;
        if (asked && before->kind == TOKEN_WORD && !before->masked && scan_country(scan_text(p, before), s->languages))
            return at - 1;
        if (!letter(before) && !run_number(before) && before->word != WORD_FILLER)
            break;
    }
    return i;
}

/** Masks the letters between the parts of an account's number: "... twenty nine n w b k six oh ..." */
static void bank_letters(struct scan *s, const struct run *first, const struct run *last)
{
    for (size_t i = first->last + 1; first->piece == last->piece && i < last->first; i++) {
        if (letter(&s->tokens[i]) && !s->tokens[i].masked)
            scan_find_tokens(s, first->piece, i, i, SAM_IDENTIFIER_ACCOUNT);
    }
}

void said_letters(struct scan *s, const struct run *first, const struct run *last, size_t digits)
{
    const struct piece *p = &s->pieces[first->piece], *behind = &s->pieces[last->piece];
    bool asked = scan_key(s, first->piece, first->first) == WORD_ACCOUNT;
    size_t from = asked || digits >= COUNTRY_DIGITS ? country(s, p, first->first, asked) : first->first;
    if (from < first->first) {
        scan_find_tokens(s, first->piece, from, first->first - 1, SAM_IDENTIFIER_ACCOUNT);
        bank_letters(s, first, last);
        return;
    }
    size_t next = last->last + 1; /* "q q twelve thirty four fifty six c" */
    if (!(s->languages & EN) || digits != 6 || next >= behind->first + behind->n || !letter(&s->tokens[next]))
        return;
    from = two_letters(s, p, first->first, true);
    if (from == first->first)
        return;
    scan_find_tokens(s, first->piece, from, first->first - 1, SAM_IDENTIFIER_IDENTITY);
    scan_find_tokens(s, last->piece, next, next, SAM_IDENTIFIER_IDENTITY);
}
