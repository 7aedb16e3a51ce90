/*
 * Street addresses: a word that ends as street names do (or a street word of its own) with a house number, and what follows of floor, post
 * code and town. A street without a number is no address of a person and stays.
 */
#include "address.h"

#include <string.h>

bool address_name(struct sam_span word)
{
    return word.len > 1 && ((word.at[0] >= 'A' && word.at[0] <= 'Z') || (word.at[0] == '\xC3' && (unsigned char)word.at[1] < 0x9F));
}

bool address_blank(const struct scan *s, const struct piece *p, size_t i)
{
    struct sam_span gap = scan_gap(s, p, i);
    return gap.len == 1 && gap.at[0] == ' ';
}

/** @return whether a word may be (a part of) a house number */
bool address_number(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->word >= WORD_UNIT && t->word <= WORD_SCALE;
}

/** @return the last of the number words from at on: "fem og tyve", "hundrede og tolv" */
size_t address_numbers(const struct scan *s, const struct piece *p, size_t at)
{
    size_t end = p->first + p->n;
    for (size_t most = at + 4; at + 1 < end && at < most;) {
        const struct token *next = &s->tokens[at + 1];
        bool joined = next->word == WORD_AND && at + 2 < end && address_number(next + 1);
        bool article = next->value == 1 && next->bytes <= 2 && s->tokens[at].word != WORD_TENS; /* "elva, en trappa upp" */
        if (!joined && (article || !address_number(next)))
            break;
        at += 1 + joined;
    }
    return at;
}

static bool house_digits(const struct piece *p, const struct token *t)
{
    return t->kind == TOKEN_DIGITS && t->bytes <= 3 && p->text.at[t->at] != '0' && !t->masked;
}

/** @return whether one blank stands before token i, or a dot too where the word before is short for a street: "Kongens gt. 5" */
static bool house_gap(const struct scan *s, const struct piece *p, size_t i)
{
    if (address_blank(s, p, i))
        return true;
    if (!sam_span_is(scan_gap(s, p, i), ". "))
        return false;
    struct sam_span word = scan_text(p, &s->tokens[i - 1]);
    return street_between(word) || (address_name(word) && word.len > 4 && street_short(word));
}

static bool house_words(const struct token *t)
{
    return address_number(t) && !t->masked && (t->value > 0 || t->word == WORD_SCALE) && (t->bytes > 2 || t->value > 1); /* not "en" */
}

/** A house number: up to three digits, "12", "12B", "12-14", "nr. 12"; or number words. @return its last token, i - 1 when there is none */
static size_t house(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n, at = i;
    if (i < end && (s->tokens[i].extra & EXTRA_NUMBER))
        at++;
    if (at >= end || i == p->first || (s->tokens[at].kind == TOKEN_WORD && !house_words(&s->tokens[at])) || !house_gap(s, p, i))
        return i - 1;
    const struct token *t = &s->tokens[at];
    if (t->kind == TOKEN_WORD)
        return address_numbers(s, p, at);
    if (!house_digits(p, t))
        return i - 1;
    struct sam_span gap = at + 1 < end ? scan_gap(s, p, at + 1) : SAM_NO_SPAN;
    bool range = (sam_span_is(gap, "-") || sam_span_is(gap, "\xE2\x80\x93")) && house_digits(p, t + 1);
    return at + range;
}

static const char *const floors[] = {
    "th",         "tv", "mf", "sal", "st", "stuen", "etasje", "etasjen", "etg", "salen", "v\303\245ningen", "v\303\245ning",
    "v\303\245n", "tr", "kl"};
static const char *const flats[] = {"lgh", "leilighet", "l\303\244genhet", "lejlighed", "flat", "apartment"};
static const char *const stairs[] = {"oppgang", "opgang", "uppg\303\245ng", "indgang", "inngang"};
static const char *const orders[] = {"f\303\270rste", "anden", "andre", "andra", "tredje", "fjerde", "fj\303\244rde", "femte"};
static const char *const sides[] = {"venstre", "h\303\270jre", "h\303\270yre", "v\303\244nster", "h\303\266ger"};

static bool towards(struct sam_span word)
{
    return sam_span_is(word, "til") || sam_span_is(word, "till");
}

/** "oppgang b" */
static bool stair(const struct piece *p, const struct token *t)
{
    return t[1].kind == TOKEN_WORD && t[1].bytes == 1 && address_word(scan_text(p, t), stairs, SAM_COUNT(stairs));
}

/** @return how many tokens from i on name a flat: "lgh 1102", "leilighet H0201"; 0 when none */
static size_t flat(const struct scan *s, const struct piece *p, size_t i)
{
    const struct token *t = &s->tokens[i];
    size_t left = p->first + p->n - i;
    if (t->kind == TOKEN_WORD && t->bytes == 1 && t->glued && left > 1 && t[1].kind == TOKEN_DIGITS && t[1].bytes == 4)
        return 2; /* "H0304" */
    if (left > 1 && stair(p, t))
        return 2;
    if (!address_word(scan_text(p, t), flats, SAM_COUNT(flats)))
        return 0;
    size_t letter = left > 2 && t[1].bytes == 1 && t[1].glued;
    return left > 1 + letter && t[1 + letter].kind == TOKEN_DIGITS ? 2 + letter : 0;
}

/** @return how many tokens from i on are about a floor, a side or a flat: "2. tv", "tredje sal", "til venstre"; 0 when none */
static size_t floor_words(const struct scan *s, const struct piece *p, size_t i)
{
    const struct token *t = &s->tokens[i];
    struct sam_span text = scan_text(p, t), next = i + 1 < p->first + p->n ? scan_text(p, t + 1) : SAM_NO_SPAN;
    bool before_floor = address_word(next, floors, SAM_COUNT(floors));
    if (t->kind == TOKEN_DIGITS)
        return t->bytes <= 2 && before_floor ? 2 : 0;
    if (towards(text))
        return address_word(next, sides, SAM_COUNT(sides)) ? 2 : 0;
    if (address_word(text, orders, SAM_COUNT(orders)))
        return before_floor ? 2 : towards(next);
    return address_word(text, floors, SAM_COUNT(floors)) ? 1 : flat(s, p, i);
}

/** How many tokens a word that says where somebody lives reaches. */
#define LIVES_REACH 4

/** What follows a house's number. */
struct tail {
    size_t last;          /* token */
    bool towned, floored; /* whether a town, a floor or a side is among it */
};

/** Takes along the letter of the house, floor and side ("2. tv"), a post code and the town's name, behind the house's number that ends with
 * token last. */
static struct tail tail(const struct scan *s, const struct piece *p, size_t house, size_t last)
{
    size_t end = p->first + p->n, i = last + 1;
    struct tail t = {.towned = false};
    bool letter = i < end && s->tokens[i].kind == TOKEN_WORD && s->tokens[i].bytes == 1 && scan_gap(s, p, i).len <= 1;
    if (letter && (p->text.at[s->tokens[i].at] | 0x20) <= 'h') /* "12 B", but not "12 i Aarhus" */
        last = i++;
    for (size_t steps = 0, n = 1; i < end && steps < 3 && n > 0 && address_parts(scan_gap(s, p, i)); steps++) {
        n = floor_words(s, p, i);
        t.floored = t.floored || n > 0;
        i += n;
        last = i - 1;
    }
    t.last = address_place(s, p, house, last, &t.towned);
    return t;
}

/** @return whether the word before token i only announces what follows: "vedr. Karen Blixens Vej 7" */
static bool announced(const struct scan *s, const struct piece *p, size_t i)
{
    static const char *const words[] = {"vedr", "ang", "adr", "ad", "re"};
    struct sam_span gap = scan_gap(s, p, i);
    return i > p->first && (sam_span_is(gap, ". ") || sam_span_is(gap, ": ")) &&
           address_word(scan_text(p, &s->tokens[i - 1]), words, SAM_COUNT(words));
}

/** @return whether a word is short for a part of a street's name: "H." and "C." of "H.C. Andersens", "Sdr. Jernbanevej" */
static bool shortened(struct sam_span word, struct sam_span behind)
{
    bool dot = sam_span_is(behind, ".") || sam_span_is(behind, ". ");
    return dot && word.len > 0 && word.len <= 3 && word.at[0] >= 'A' && word.at[0] <= 'Z';
}

/** "Gammel Kongevej 12": the words before the street's own that are written with capitals belong to it. */
static size_t head(const struct scan *s, const struct piece *p, size_t first)
{
    for (; first > p->first && address_name(scan_text(p, &s->tokens[first])); first--) {
        const struct token *before = &s->tokens[first - 1];
        size_t gap = scan_gap(s, p, first - 1).len;
        bool apart = gap == 1 || announced(s, p, first - 1) || street_adjective(scan_text(p, before));
        bool name = address_name(scan_text(p, before)) && address_blank(s, p, first) && apart;
        if (before->word != WORD_OTHER || (!name && !shortened(scan_text(p, before), scan_gap(s, p, first))))
            break;
    }
    while (first > p->first && shortened(scan_text(p, &s->tokens[first - 1]), scan_gap(s, p, first)))
        first--;
    return first;
}

/** @return whether word i is a street's own word behind a name: "Andersens Boulevard", "Bjornsons gate", "Bygd\303\270y all\303\251" */
static bool street_behind_name(const struct scan *s, const struct piece *p, size_t i, bool towned)
{
    static const char *const alone[] = {"all\303\251", "strand", "gt", "vn"}; /* never a common word there */
    struct sam_span word = scan_text(p, &s->tokens[i]), name = scan_text(p, &s->tokens[i - 1]), gap = scan_gap(s, p, i);
    bool lone = address_word(word, alone, SAM_COUNT(alone));
    if (!address_name(name) || (!lone && !street_alone(word)))
        return false;
    if (sam_span_is(gap, "' ") || (gap.len <= 2 && name.at[name.len - 1] == 's')) /* "Rosenkrantz' gate" */
        return true;
    return address_blank(s, p, i) && (address_name(word) || lone || towned);
}

/** @return whether the words before token i say where somebody lives: a street's name need not look like one then */
static bool lives(const struct scan *s, const struct piece *p, size_t i)
{
    static const char *const words[] = {"bor",    "bur",     "boende",  "adresse", "adressen", "adressa",
                                        "adress", "flyttet", "flytter", "flyttat", "flyttar",  "flytta"};
    for (size_t k = i; k > p->first && i - k < LIVES_REACH; k--) {
        if (address_word(scan_text(p, &s->tokens[k - 1]), words, SAM_COUNT(words)))
            return true;
    }
    return false;
}

/** @return whether the street's own word i stands behind a word that makes it a name in any spelling: "nedre gate", "ved stranden" */
static bool street_behind_word(const struct scan *s, const struct piece *p, size_t i, const struct tail *t)
{
    struct sam_span word = scan_text(p, &s->tokens[i]), before = scan_text(p, &s->tokens[i - 1]);
    if (!address_blank(s, p, i) || !street_alone(word))
        return false;
    return street_adjective(before) || street_owner(before, word) || ((t->floored || t->towned) && street_preposition(before));
}

/** @return whether word i is the street of an address: by its ending, or by a town behind it */
static bool street_at(const struct scan *s, const struct piece *p, size_t i, const struct tail *t)
{
    struct sam_span word = scan_text(p, &s->tokens[i]);
    if (s->tokens[i].kind != TOKEN_WORD || s->tokens[i].word != WORD_OTHER)
        return false;
    if (scan_street(word) || (t->towned && address_name(word)))
        return true;
    if (i == p->first)
        return false;
    bool weak = street_weak(word) || (word.len > 4 && street_short(word));
    bool near = address_blank(s, p, i) || announced(s, p, i);
    return (weak && near && (address_name(word) || lives(s, p, i))) || street_behind_name(s, p, i, t->towned) ||
           street_behind_word(s, p, i, t);
}

/** The Nordic address whose street is word i. @return its last token, i - 1 when there is none */
static size_t nordic_address(struct scan *s, size_t piece, size_t i)
{
    const struct piece *p = &s->pieces[piece];
    size_t number = house(s, p, i + 1);
    if (number == i)
        return i - 1;
    struct tail t = tail(s, p, i + 1, number);
    if (!street_at(s, p, i, &t) || scan_amount(s, p, i + 1, number))
        return i - 1;
    size_t first = head(s, p, i);
    if (first == i && i > p->first && !scan_street(scan_text(p, &s->tokens[i])) && street_or_alone(scan_text(p, &s->tokens[i])))
        first = head(s, p, i - 1); /* "Bjornstjerne Bjornsons gate": the names before belong to it */
    if (first == i && i > p->first && street_behind_word(s, p, i, &t))
        first = i - 1;
    scan_find_tokens(s, piece, first, t.last, SAM_IDENTIFIER_ADDRESS);
    return t.last;
}

/** The English address or post code that starts at token i. @return its last token, i - 1 when there is none */
static size_t other_address(struct scan *s, size_t piece, size_t i)
{
    const struct piece *p = &s->pieces[piece];
    size_t first = i, last = english_post_code(s, p, i);
    if (last == i - 1 && !english_address(s, p, i, &first, &last))
        return i - 1;
    scan_find_tokens(s, piece, first, last, SAM_IDENTIFIER_ADDRESS);
    return last;
}

void scan_addresses(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first; i < p->first + p->n; i++) {
        size_t last = (s->languages & NORDIC) ? nordic_address(s, piece, i) : i - 1;
        bool other = s->tokens[i].kind == TOKEN_DIGITS || address_number(&s->tokens[i]) || s->tokens[i].glued;
        if (last == i - 1 && other && (s->languages & EN))
            last = other_address(s, piece, i);
        if (last != i - 1)
            i = last;
    }
}
