/*
 * What the words around a number say of it: whose it is ("telefonnummer", "ordre"), and whether it is an amount ("kroner", "%").
 */
#include "scan.h"

#include <string.h>

/** How many words a key word reaches in its own turn, and how many into a turn that follows. */
#define REACH_WORDS      10
#define REACH_NEXT_WORDS 3
/** A word of the company's own numbers reaches less far: "it is about my parcel, I am Ole Bach and my number is ..." */
#define REACH_ORDER 6

static bool is_key(uint8_t word)
{
    return word >= WORD_ORDER && word <= WORD_SECRET;
}

/** "c p r" spelled out */
static bool spelled_cpr(const struct scan *s, const struct piece *p, size_t i)
{
    static const char letters[] = {'c', 'p', 'r'};
    if (i < p->first + 2)
        return false;
    for (size_t k = 0; k < 3; k++) {
        struct sam_span text = scan_text(p, &s->tokens[i - 2 + k]);
        if (text.len != 1 || (text.at[0] | 0x20) != letters[k])
            return false;
    }
    return true;
}

/** Two words that are a key word together: "social security", "sort code", "account number"; the second is marked in the lexicon. */
static enum word_kind pair(const struct scan *s, const struct piece *p, size_t i)
{
    static const struct {
        const char *a, *b;
        uint8_t kind;
    } pairs[] = {
        {"sidste", "fire", WORD_IDENTITY},     {"siste", "fire", WORD_IDENTITY},      {"sista", "fyra", WORD_IDENTITY},
        {"last", "four", WORD_IDENTITY},       {"social", "security", WORD_IDENTITY}, {"national", "insurance", WORD_IDENTITY},
        {"personal", "number", WORD_IDENTITY}, {"sort", "code", WORD_ACCOUNT},        {"account", "number", WORD_ACCOUNT},
        {"bank", "account", WORD_ACCOUNT},     {"card", "number", WORD_CARD},         {"credit", "card", WORD_CARD},
        {"debit", "card", WORD_CARD},          {"security", "code", WORD_SECRET},     {"phone", "number", WORD_PHONE},
        {"cpr", "nummer", WORD_IDENTITY},      {"reg", "nr", WORD_ACCOUNT},           {"konto", "nummer", WORD_ACCOUNT},
        {"account", "ending", WORD_ACCOUNT},   {"kort", "nummer", WORD_CARD},         {"telefon", "nummer", WORD_PHONE},
        {"mobil", "nummer", WORD_PHONE},       {"ordre", "nummer", WORD_ORDER},       {"kunde", "nummer", WORD_ORDER},
        {"sags", "nummer", WORD_ORDER},        {"person", "nummer", WORD_IDENTITY},   {"order", "nummer", WORD_ORDER},
        {"faktura", "nummer", WORD_ORDER},     {"police", "nummer", WORD_ORDER},      {"kund", "nummer", WORD_ORDER},
        {"clearing", "nummer", WORD_ACCOUNT},  {"driving", "licence", WORD_DOCUMENT}, {"fire", "sidste", WORD_IDENTITY},
        {"fire", "siste", WORD_IDENTITY},      {"fem", "siste", WORD_IDENTITY},       {"siste", "fem", WORD_IDENTITY},
        {"fyra", "sista", WORD_IDENTITY},      {"four", "last", WORD_IDENTITY},       {"tre", "cifre", WORD_SECRET},
        {"tre", "siffer", WORD_SECRET},        {"tre", "siffrene", WORD_SECRET},      {"tre", "sifrene", WORD_SECRET},
        {"tre", "siffror", WORD_SECRET},       {"tre", "siffrorna", WORD_SECRET},     {"three", "digits", WORD_SECRET},
        {"mit", "nummer", WORD_PHONE},         {"mitt", "nummer", WORD_PHONE},        {"nummeret", "mitt", WORD_PHONE},
        {"nyt", "nummer", WORD_PHONE},         {"nytt", "nummer", WORD_PHONE},        {"hendes", "nummer", WORD_PHONE},
        {"hans", "nummer", WORD_PHONE},        {"hennes", "nummer", WORD_PHONE},      {"my", "number", WORD_PHONE},
        {"the", "back", WORD_SECRET},          {"3", "cifre", WORD_SECRET},           {"3", "siffer", WORD_SECRET},
        {"3", "siffror", WORD_SECRET},         {"3", "digits", WORD_SECRET},          {"pas", "nr", WORD_DOCUMENT},
        {"pass", "nr", WORD_DOCUMENT},         {"pas", "nummer", WORD_DOCUMENT},      {"pass", "nummer", WORD_DOCUMENT},
        {"mobile", "number", WORD_PHONE},      {"new", "number", WORD_PHONE},         {"his", "number", WORD_PHONE},
        {"her", "number", WORD_PHONE},         {"my", "social", WORD_IDENTITY},       {"bag", "p\303\245", WORD_SECRET},
        {"bak", "p\303\245", WORD_SECRET},
    };
    if (i < p->first + 1 || !(s->tokens[i].extra & EXTRA_PAIR))
        return WORD_OTHER;
    struct sam_span a = scan_text(p, &s->tokens[i - 1]), b = scan_text(p, &s->tokens[i]);
    for (size_t k = 0; k < SAM_COUNT(pairs); k++) {
        if ((b.at[0] | 0x20) == (pairs[k].b[0] | 0x20) && sam_span_is_nocase(b, pairs[k].b) && sam_span_is_nocase(a, pairs[k].a))
            return (enum word_kind)pairs[k].kind;
    }
    return WORD_OTHER;
}

/** "sort 20-45-61": the code's word was left out */
static bool sort_code(const struct scan *s, const struct piece *p, size_t i)
{
    return (s->languages & EN) && sam_span_is_nocase(scan_text(p, &s->tokens[i]), "sort") && i + 1 < p->first + p->n &&
           s->tokens[i + 1].kind == TOKEN_DIGITS && s->tokens[i + 1].bytes == 2;
}

static enum word_kind key_at(const struct scan *s, const struct piece *p, size_t i)
{
    if (s->tokens[i].kind == TOKEN_DIGITS)
        return WORD_OTHER;
    enum word_kind two = pair(s, p, i);
    if (two != WORD_OTHER)
        return two;
    if (is_key(s->tokens[i].word))
        return (enum word_kind)s->tokens[i].word;
    if (sort_code(s, p, i))
        return WORD_ACCOUNT;
    return spelled_cpr(s, p, i) ? WORD_IDENTITY : WORD_OTHER;
}

/** @return whether a word names a number: "mobilnummer", "kontonr" */
static bool names_number(struct sam_span word)
{
    for (size_t i = 0; i + 3 <= word.len; i++) {
        if (sam_span_is_nocase((struct sam_span){word.at + i, 3}, "num"))
            return true;
    }
    return word.len >= 2 && sam_span_is_nocase((struct sam_span){word.at + word.len - 2, 2}, "nr");
}

/** How many words before a weak key word a stronger one may stand. */
#define REACH_OVER 4

/** The key of a number while words are gone back through: a weak word waits for a stronger one. */
struct nearest {
    enum word_kind weak; /* WORD_OTHER: none yet */
    size_t over;         /* words since then */
};

/** @return whether a key word counts more than one of the company's own that is only a noun, "order" */
static bool stronger(enum word_kind key, struct sam_span word)
{
    return key == WORD_IDENTITY || (key > WORD_IDENTITY && key <= WORD_SECRET && names_number(word));
}

/** @return whether a key word waits for a stronger one */
static bool weak(enum word_kind key, struct sam_span word)
{
    return key == WORD_BANK || ((key == WORD_ORDER || key == WORD_CARD) && !names_number(word));
}

/** "the code on the back of my visa is 123": what a key word before one of cards makes of it. @return as nearest */
static enum word_kind of_card(enum word_kind key, struct nearest *n)
{
    if (key == WORD_SECRET || key == WORD_IDENTITY) /* "the last four of my card" */
        return key;
    bool far = ++n->over > REACH_OVER;
    return far || (key != WORD_OTHER && key != WORD_CARD) ? WORD_CARD : WORD_OTHER;
}

/** Takes the word of token i. @return the key when that is clear now, else WORD_OTHER: "reg. 5301 konto 245118" is an account's number,
 * "the mobile number of the order is 0770..." a telephone's */
static enum word_kind nearest(const struct scan *s, const struct piece *p, size_t i, struct nearest *n)
{
    enum word_kind key = key_at(s, p, i);
    struct sam_span word = scan_text(p, &s->tokens[i]);
    if (n->weak == WORD_BANK && key != WORD_OTHER && key != WORD_BANK)
        return key == WORD_ACCOUNT ? WORD_ACCOUNT : WORD_BANK;
    if (n->weak == WORD_ORDER && (stronger(key, word) || ++n->over > REACH_OVER))
        return stronger(key, word) ? key : WORD_ORDER;
    if (n->weak == WORD_CARD)
        return of_card(key, n);
    if (n->weak == WORD_OTHER && weak(key, word))
        n->weak = key;
    return n->weak == WORD_OTHER ? key : WORD_OTHER;
}

/** The nearest key word before token i in its turn.
 * @param words  counts the words before that are none */
static enum word_kind key_in_turn(const struct scan *s, const struct piece *p, size_t i, size_t *words)
{
    struct nearest n = {WORD_OTHER, 0};
    for (size_t k = i; k > p->first && *words < REACH_WORDS; k--) {
        struct nearest before = n;
        enum word_kind key = nearest(s, p, k - 1, &n);
        bool far = *words >= REACH_ORDER; /* for a word of the company's own numbers */
        if (far && n.weak == WORD_ORDER && before.weak == WORD_OTHER)
            n = before;
        else if (key != WORD_OTHER && !(far && key == WORD_ORDER && before.weak == WORD_OTHER))
            return key;
        *words += s->tokens[k - 1].word == WORD_OTHER && s->tokens[k - 1].kind == TOKEN_WORD;
    }
    return n.weak;
}

/** The key word of a turn before, nearest to its end. */
static enum word_kind key_of_turn(const struct scan *s, const struct piece *p)
{
    struct nearest n = {WORD_OTHER, 0};
    for (size_t k = p->first + p->n; k > p->first && p->n - (k - p->first) < 3 * (size_t)REACH_WORDS; k--) {
        enum word_kind key = nearest(s, p, k - 1, &n);
        if (key != WORD_OTHER)
            return key;
    }
    return n.weak;
}

enum word_kind scan_key(struct scan *s, size_t piece, size_t i)
{
    size_t words = 0;
    enum word_kind key = key_in_turn(s, &s->pieces[piece], i, &words);
    if (key != WORD_OTHER || words > REACH_NEXT_WORDS)
        return key;
    for (size_t back = 1; back <= REACH_TURNS && back <= piece && key == WORD_OTHER; back++) {
        scan_need(s, piece - back);
        key = key_of_turn(s, &s->pieces[piece - back]);
    }
    return key;
}

/** How many tokens behind a number the words may stand that say what few digits are. */
#define REACH_SECRET 4

enum word_kind scan_key_behind(const struct scan *s, const struct piece *p, size_t last)
{
    for (size_t i = last + 1; i < p->first + p->n && i <= last + REACH_SECRET; i++) {
        enum word_kind two = pair(s, p, i), key = two == WORD_IDENTITY ? two : key_at(s, p, i);
        if (key == WORD_SECRET || two == WORD_IDENTITY)
            return key;
    }
    return WORD_OTHER;
}

/** How many tokens the word for a number reaches. */
#define REACH_NUMBER 5

bool scan_numbered(const struct scan *s, size_t piece, size_t i)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t k = i; k > p->first && i - k < REACH_NUMBER; k--) {
        if ((s->tokens[k - 1].extra & EXTRA_KEY) && names_number(scan_text(p, &s->tokens[k - 1])))
            return true;
    }
    return false;
}

static bool sign(struct sam_span gap)
{
    static const char *const signs[] = {"$", "%", "\xC2\xA3", "\xE2\x82\xAC"}; /* dollar, percent, pound, euro */
    for (size_t i = 0; i < SAM_COUNT(signs); i++) {
        if (memmem(gap.at, gap.len, signs[i], strlen(signs[i])))
            return true;
    }
    return false;
}

bool scan_amount(const struct scan *s, const struct piece *p, size_t first, size_t last)
{
    struct sam_span after = scan_gap(s, p, last + 1), before = scan_gap(s, p, first);
    bool more = last + 1 < p->first + p->n;
    struct sam_span near_after = {after.at, after.len < 4 ? after.len : 4};
    struct sam_span near_before = before.len < 4 ? before : (struct sam_span){before.at + before.len - 4, 4};
    if (sign(near_after) || (sign(near_before) && !memchr(near_before.at, '%', near_before.len)))
        return true;
    if (after.len >= 2 && after.at[0] == ',' && after.at[1] == '-') /* "736.456,-" */
        return true;
    if (!more)
        return false;
    const struct token *next = &s->tokens[last + 1];
    if (next->word == WORD_AMOUNT)
        return after.len <= 2;
    return after.len == 1 && after.at[0] == ',' && next->kind == TOKEN_DIGITS && next->bytes <= 2; /* decimals */
}
