/*
 * Numbers written as digits: groups of digits with one mark between them are tried as windows, the longest first.
 */
#include "scan.h"

#include <string.h>

/** Most groups of one number: sixteen digits one by one, and a few more. */
#define WINDOW 19

/** What a gap between two groups of one number is: the character, or 0 for two that may stand together ("( 0 )", ") "). @return false when
 * it parts them */
static bool joint(struct sam_span gap, char *out)
{
    static const char *const same_as_blank[] = {"\xC2\xA0", "\xE2\x80\xAF"};
    static const char *const same_as_hyphen[] = {"\xE2\x80\x93", "\xE2\x80\x91", " - ", "\xE2\x88\x92"};
    for (size_t i = 0; i < SAM_COUNT(same_as_blank); i++) {
        if (sam_span_is(gap, same_as_blank[i])) {
            *out = ' ';
            return true;
        }
    }
    for (size_t i = 0; i < SAM_COUNT(same_as_hyphen); i++) {
        if (sam_span_is(gap, same_as_hyphen[i])) {
            *out = '-';
            return true;
        }
    }
    if (gap.len == 0 || gap.len > 2)
        return false;
    for (size_t i = 0; i < gap.len; i++) {
        if (!strchr(gap.len == 1 ? " -./+()" : " ()-", gap.at[i]))
            return false;
    }
    *out = gap.len == 1 && !strchr("()", gap.at[0]) ? gap.at[0] : 0;
    return true;
}

static bool plus_word(struct sam_span word)
{
    return sam_span_is_nocase(word, "plus") || sam_span_is_nocase(word, "pluss");
}

/** The window of tokens first..last as groups. @return false when they are no one number */
static bool groups_of(const struct scan *s, const struct piece *p, size_t first, size_t last, struct groups *g)
{
    *g = (struct groups){.n = 0};
    for (size_t i = first; i <= last; i++) {
        const struct token *t = &s->tokens[i];
        if (t->bytes > sizeof(g->digits) - g->n || g->groups == SAM_COUNT(g->size))
            return false;
        if (i > first && !joint(scan_gap(s, p, i), &g->before[g->groups]))
            return false;
        memcpy(g->digits + g->n, p->text.at + t->at, t->bytes);
        g->n += t->bytes;
        g->size[g->groups++] = (uint8_t)t->bytes;
    }
    struct sam_span before = scan_gap(s, p, first);
    bool said = sam_span_is(before, " ") && first > p->first && plus_word(scan_text(p, &s->tokens[first - 1]));
    char last_before = before.len > 0 ? before.at[before.len - 1] : ' ';
    bool plus = said || last_before == '+' || (before.len > 1 && last_before == '(' && before.at[before.len - 2] == '+');
    g->before[0] = plus ? '+' : ' ';
    return true;
}

static bool free_digits(const struct token *t)
{
    return t->kind == TOKEN_DIGITS && !t->glued && !t->masked;
}

/** @return the last token of the number that may start at first: digits with joints between */
static size_t reach(const struct scan *s, const struct piece *p, size_t first)
{
    size_t last = first;
    char c = 0;
    while (last + 1 < p->first + p->n && last + 1 - first < WINDOW && free_digits(&s->tokens[last + 1]) &&
           joint(scan_gap(s, p, last + 1), &c))
        last++;
    return last;
}

/** @return whether the window is a piece cut out of a longer row of groups parted alike, and what is left is no number of its own */
static bool torn(const struct scan *s, const struct piece *p, size_t first, size_t last, const struct groups *g)
{
    char before = 0, after = 0;
    bool left = first > p->first && s->tokens[first - 1].kind == TOKEN_DIGITS && !s->tokens[first - 1].masked &&
                joint(scan_gap(s, p, first), &before);
    size_t far = reach(s, p, last);
    bool right = far > last && far - last < 4 && joint(scan_gap(s, p, last + 1), &after);
    char own = g->groups > 1 ? g->before[1] : ' ';
    return (left && before == own) || (right && after == own);
}

/** @return whether it is a part of a code: "SV-2210", "EU-77" */
static bool code(const struct scan *s, const struct piece *p, size_t first)
{
    struct sam_span gap = scan_gap(s, p, first);
    return gap.len == 1 && (gap.at[0] == '-' || gap.at[0] == '_' || gap.at[0] == '/') && first > p->first &&
           s->tokens[first - 1].kind == TOKEN_WORD && s->tokens[first - 1].bytes <= 4;
}

/** How many tokens a birth date stands before the last digits of an identity number that are told apart from it. */
#define BIRTH_REACH 14

/** "12.03.65 og de sidste fire er 1237": the date before the last digits of an identity number, which start at token first, goes with them.
 * @param digits  how many they are: a whole number has nothing apart from it */
static void birth_before(struct scan *s, size_t piece, size_t first, size_t digits)
{
    const struct piece *p = &s->pieces[piece];
    if (digits != 4 && digits != 5)
        return;
    for (size_t last = first; last > p->first && first - last < BIRTH_REACH; last--) {
        struct groups g;
        for (size_t from = last; from > p->first && last - from < 3 && free_digits(&s->tokens[from - 1]); from--) {
            if (!groups_of(s, p, from - 1, last - 1, &g) || !dated(&g))
                continue;
            scan_find_tokens(s, piece, from - 1, last - 1, SAM_IDENTIFIER_IDENTITY);
            return;
        }
    }
}

/** "8214-9 konto 983 123 456-7", "8327-9, 914 221 087": the bank's number before the word for the account or before a comma; the account's
 * number starts at token first. */
static void bank_before(struct scan *s, size_t piece, size_t first)
{
    const struct piece *p = &s->pieces[piece];
    size_t word = first > p->first ? first - 1 : first;
    bool comma = word < first && s->tokens[word].kind == TOKEN_DIGITS && sam_span_is(scan_gap(s, p, first), ", ");
    if (word < p->first + 1 || (!comma && s->tokens[word].word != WORD_BANK && s->tokens[word].word != WORD_ACCOUNT))
        return;
    size_t last = word - !comma, from = last;
    if (s->tokens[last].bytes == 1 && last > p->first && sam_span_is(scan_gap(s, p, last), "-"))
        from--;
    if (free_digits(&s->tokens[from]) && free_digits(&s->tokens[last]) && s->tokens[from].bytes == 4)
        scan_find_tokens(s, piece, from, last, SAM_IDENTIFIER_ACCOUNT);
}

enum window { WINDOW_OTHER, WINDOW_PLAIN, WINDOW_FOUND };

/** @return whether digits are as many as a whole number of a kind has */
static bool complete(const struct scan *s, const struct groups *g, bool plus, enum sam_identifier identifier)
{
    switch (identifier) {
    case SAM_IDENTIFIER_PHONE:
        return plus || g->n >= 10 || (g->n == 8 && g->digits[0] != '0' && (s->languages & (DA | NB | NN)));
    case SAM_IDENTIFIER_IDENTITY:
        return g->n >= 9;
    case SAM_IDENTIFIER_CARD:
        return g->n >= 15 || g->n <= 3;
    case SAM_IDENTIFIER_ACCOUNT:
        return g->n >= 9;
    case SAM_IDENTIFIER_EMAIL:
    case SAM_IDENTIFIER_ADDRESS:
        return true;
    }
    return true;
}

/** Masks tokens first..last, with the sign before them when it is written. */
static void found(struct scan *s, size_t piece, size_t first, size_t last, bool plus, enum sam_identifier identifier)
{
    const struct piece *p = &s->pieces[piece];
    uint32_t bytes = s->tokens[last].at + s->tokens[last].bytes - s->tokens[first].at;
    bool sign = plus && s->tokens[first].at > 0 && strchr("+(", p->text.at[s->tokens[first].at - 1]);
    scan_find(s, piece, s->tokens[first].at - sign, bytes + sign, identifier);
}

/** Masks what stands before a number that was found at token first and belongs to it. */
static void take_along(struct scan *s, size_t piece, size_t first, size_t digits, enum sam_identifier identifier)
{
    if (identifier == SAM_IDENTIFIER_IDENTITY)
        birth_before(s, piece, first, digits);
    else if (identifier == SAM_IDENTIFIER_ACCOUNT)
        bank_before(s, piece, first);
}

/* What the digits from first to last are together; an identifier is masked. */
static enum window window(struct scan *s, size_t piece, size_t first, size_t last, enum word_kind key)
{
    const struct piece *p = &s->pieces[piece];
    struct groups g;
    enum sam_identifier identifier;
    bool plain = false;
    if (!groups_of(s, p, first, last, &g) || g.n < 3)
        return WINDOW_OTHER;
    bool plus = g.before[0] == '+';
    if (!plus && scan_amount(s, p, first, last) && !(g.groups == 2 && g.n >= 10))
        return WINDOW_PLAIN;
    bool there = shape_of(&g, key, s->languages, &identifier, &plain);
    if (!there || (!plus && torn(s, p, first, last, &g) && key < WORD_IDENTITY))
        return plain ? WINDOW_PLAIN : WINDOW_OTHER;
    found(s, piece, first, last, plus, identifier);
    for (size_t i = first; i <= last; i++)
        s->tokens[i].part = !complete(s, &g, plus, identifier);
    take_along(s, piece, first, g.n, identifier);
    return WINDOW_FOUND;
}

/** "8327-9, 914 221 087": a clearing number with a comma behind it and an account's number, whatever the words say. @return the last token,
 * first when there is none */
static size_t cleared(struct scan *s, size_t piece, size_t first)
{
    const struct piece *p = &s->pieces[piece];
    size_t from = first + 2;
    struct groups g;
    if (from >= p->first + p->n || s->tokens[first].bytes != 4 || !free_digits(&s->tokens[first + 1]) || s->tokens[first + 1].bytes != 1 ||
        !sam_span_is(scan_gap(s, p, first + 1), "-") || !sam_span_is(scan_gap(s, p, from), ", ") || !free_digits(&s->tokens[from]))
        return first;
    size_t last = reach(s, p, from);
    if (!groups_of(s, p, from, last, &g) || g.n < 7 || g.n > 10)
        return first;
    scan_find_tokens(s, piece, first, first + 1, SAM_IDENTIFIER_ACCOUNT);
    scan_find_tokens(s, piece, from, last, SAM_IDENTIFIER_ACCOUNT);
    return last;
}

/** Tries all windows at first. @return the last token that was dealt with */
static size_t longest(struct scan *s, size_t piece, size_t first)
{
    const struct piece *p = &s->pieces[piece];
    size_t account = cleared(s, piece, first);
    if (account > first)
        return account;
    enum word_kind key = scan_key(s, piece, first);
    if (key == WORD_OTHER && s->tokens[first].bytes >= DICTATED_LEAST && s->tokens[first].bytes <= BEHIND_MOST &&
        reach(s, p, first) == first)
        key = scan_key_behind(s, p, first);
    for (size_t last = reach(s, p, first);; last--) {
        if (window(s, piece, first, last, key) != WINDOW_OTHER)
            return last;
        if (last == first)
            return first;
    }
}

void scan_written(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first; i < p->first + p->n; i++) {
        if (!free_digits(&s->tokens[i]))
            continue;
        i = code(s, p, i) ? reach(s, p, i) : longest(s, piece, i);
    }
}
