/*
 * Street addresses: a word that ends as street names do (or a street word of its own) with a house number, and what follows of floor, post
 * code and town. A street without a number is no address of a person and stays.
 */
#include "scan.h"

#include <string.h>

/** Endings of Nordic street names, lower case, and what they do not end. */
#define END(text)                                                                                                                          \
    {                                                                                                                                      \
        (text), sizeof(text) - 1                                                                                                           \
    }
static const struct sam_span endings[] = {
    END("vej"),           END("vejen"),        END("gade"),          END("gaden"),        END("all\303\251"),
    END("str\303\246de"), END("v\303\246nge"), END("v\303\246nget"), END("parken"),       END("toften"),
    END("bakken"),        END("haven"),        END("stien"),         END("torvet"),       END("plads"),
    END("pladsen"),       END("boulevard"),    END("vei"),           END("veien"),        END("vegen"),
    END("veg"),           END("gata"),         END("gaten"),         END("gate"),         END("kroken"),
    END("svingen"),       END("lia"),          END("tunet"),         END("plass"),        END("torg"),
    END("v\303\244gen"),  END("v\303\244g"),   END("gatan"),         END("gr\303\244nd"), END("gr\303\244nden"),
    END("stigen"),        END("backen"),       END("torget"),        END("platsen"),      END("st\303\244llet"),
    END("boulevarden"),   END("alle"),         END("all\303\251en"), END("alleen"),       END("gyde"),
    END("torv"),          END("kaj"),          END("kajen"),         END("haugen"),       END("\303\245sen"),
    END("brygge"),        END("stredet"),      END("smauet"),        END("all\303\251n"), END("esplanaden"),
    END("backe"),         END("stranden"),     END("h\303\266jden"), END("engen"),        END("lunden"),
    END("marken"),
};
#undef END
static const char *const no_streets[] = {
    "motorvej",
    "motorvejen",
    "hovedvejen",
    "genvej",
    "undervejs",
    "adgangsvej",
    "omvej",
    "udvej",
    "landevej",
    "fremgangsm\303\245de",
    "opgave",
    "udgave",
    "motorvei",
    "motorveien",
    "hovedveien",
    "omvei",
    "snarvei",
    "motorv\303\244g",
    "motorv\303\244gen",
    "landsv\303\244gen",
    "omv\303\244g",
    "genv\303\244g",
    "utv\303\244g",
    "arbetsplats",
    "arbeidsplass",
    "arbejdsplads",
    "arbejdspladsen",
    "parkeringsplads",
};
/** Words behind the name in English, and before a number in none of the languages. */
static const char *const english[] = {"street", "st",       "road",    "rd",    "avenue", "ave",     "lane",  "drive",
                                      "close",  "crescent", "terrace", "court", "way",    "gardens", "grove", "square"};

static bool one_of(struct sam_span word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sam_span_is_nocase(word, list[i]))
            return true;
    }
    return false;
}

/** Behind how many bytes of a word a street's ending starts: 0 when it is the word. @return SIZE_MAX when it has none */
static size_t street_ending(struct sam_span word)
{
    unsigned char last = word.len >= 3 ? (unsigned char)(word.at[word.len - 1] | 0x20) : 0;
    for (size_t i = 0; i < SAM_COUNT(endings); i++) {
        size_t len = endings[i].len;
        if ((unsigned char)(endings[i].at[len - 1] | 0x20) != last || word.len < len)
            continue;
        if (sam_span_is_nocase((struct sam_span){word.at + word.len - len, len}, endings[i].at))
            return word.len - len;
    }
    return SIZE_MAX;
}

bool scan_street(struct sam_span word)
{
    size_t before = street_ending(word);
    return before != SIZE_MAX && before >= 2 && word.len >= 5 && !one_of(word, no_streets, SAM_COUNT(no_streets));
}

/** Street words that stand alone behind a name: "Andersens Boulevard 12". */
static bool street_alone(struct sam_span word)
{
    return street_ending(word) == 0;
}

bool scan_street_word(struct sam_span word)
{
    size_t before = street_ending(word);
    return before != SIZE_MAX && before != 1;
}

static bool capital(struct sam_span word)
{
    return word.len > 1 && ((word.at[0] >= 'A' && word.at[0] <= 'Z') || (word.at[0] == '\xC3' && (unsigned char)word.at[1] < 0x9F));
}

static bool blank_gap(const struct scan *s, const struct piece *p, size_t i)
{
    struct sam_span gap = scan_gap(s, p, i);
    return gap.len == 1 && gap.at[0] == ' ';
}

/** @return whether a word may be (a part of) a house number */
static bool number_word(const struct token *t)
{
    return t->kind == TOKEN_WORD && t->word >= WORD_UNIT && t->word <= WORD_SCALE;
}

/** @return the last of the number words from at on: "fem og tyve", "hundrede og tolv" */
static size_t number_words(const struct scan *s, const struct piece *p, size_t at)
{
    size_t end = p->first + p->n;
    for (size_t most = at + 4; at + 1 < end && at < most;) {
        const struct token *next = &s->tokens[at + 1];
        bool joined = next->word == WORD_AND && at + 2 < end && number_word(next + 1);
        if (!joined && !number_word(next))
            break;
        at += 1 + joined;
    }
    return at;
}

/** A house number: up to three digits, "12", "12B"; or number words. @return its last token, i - 1 when there is none */
static size_t house(const struct scan *s, const struct piece *p, size_t i)
{
    if (i >= p->first + p->n || !blank_gap(s, p, i) || s->tokens[i].masked)
        return i - 1;
    const struct token *t = &s->tokens[i];
    if (t->kind == TOKEN_DIGITS)
        return t->bytes <= 3 && p->text.at[t->at] != '0' ? i : i - 1;
    return number_word(t) && t->value > 0 && t->bytes > 2 ? number_words(s, p, i) : i - 1;
}

static const char *const floors[] = {"th", "tv", "mf", "sal", "st", "stuen", "etasje", "etg", "v\303\245ning", "v\303\245n", "tr", "kl"};
static const char *const flats[] = {"lgh", "leilighet", "l\303\244genhet", "lejlighed", "flat", "apartment"};
static const char *const orders[] = {"f\303\270rste", "anden", "andre", "andra", "tredje", "fjerde", "fj\303\244rde", "femte"};
static const char *const sides[] = {"venstre", "h\303\270jre", "h\303\270yre", "v\303\244nster", "h\303\266ger"};

static bool towards(struct sam_span word)
{
    return sam_span_is(word, "til") || sam_span_is(word, "till");
}

/** @return how many tokens from i on name a flat: "lgh 1102", "leilighet H0201"; 0 when none */
static size_t flat(const struct scan *s, const struct piece *p, size_t i)
{
    const struct token *t = &s->tokens[i];
    size_t left = p->first + p->n - i;
    if (!one_of(scan_text(p, t), flats, SAM_COUNT(flats)))
        return 0;
    size_t letter = left > 2 && t[1].bytes == 1 && t[1].glued;
    return left > 1 + letter && t[1 + letter].kind == TOKEN_DIGITS ? 2 + letter : 0;
}

/** @return how many tokens from i on are about a floor, a side or a flat: "2. tv", "tredje sal", "til venstre"; 0 when none */
static size_t floor_words(const struct scan *s, const struct piece *p, size_t i)
{
    const struct token *t = &s->tokens[i];
    struct sam_span text = scan_text(p, t), next = i + 1 < p->first + p->n ? scan_text(p, t + 1) : SAM_NO_SPAN;
    bool before_floor = one_of(next, floors, SAM_COUNT(floors));
    if (t->kind == TOKEN_DIGITS)
        return t->bytes <= 2 && before_floor ? 2 : 0;
    if (towards(text))
        return one_of(next, sides, SAM_COUNT(sides)) ? 2 : 0;
    if (one_of(text, orders, SAM_COUNT(orders)))
        return before_floor ? 2 : towards(next);
    return one_of(text, floors, SAM_COUNT(floors)) ? 1 : flat(s, p, i);
}

/** @return the last token of a post code that starts at i (four or five digits, Swedish "413 01"), or i - 1 when there is none */
static size_t post_code(const struct scan *s, const struct piece *p, size_t i)
{
    size_t end = p->first + p->n;
    struct sam_span gap = i < end ? scan_gap(s, p, i) : SAM_NO_SPAN;
    if (gap.len == 0 || gap.len > 2 || !strchr(", \n", gap.at[0]) || s->tokens[i].kind != TOKEN_DIGITS)
        return i - 1;
    if (s->tokens[i].bytes == 4 || s->tokens[i].bytes == 5)
        return i;
    bool swedish = s->tokens[i].bytes == 3 && i + 1 < end && s->tokens[i + 1].kind == TOKEN_DIGITS && s->tokens[i + 1].bytes == 2;
    return swedish ? i + 1 : i - 1;
}

/** Takes along the letter of the house, floor and side ("2. tv"), a post code and the town's name. @return the last token */
static size_t tail(const struct scan *s, const struct piece *p, size_t last)
{
    size_t end = p->first + p->n, i = last + 1;
    bool letter = i < end && s->tokens[i].kind == TOKEN_WORD && s->tokens[i].bytes == 1 && scan_gap(s, p, i).len <= 1;
    if (letter && (p->text.at[s->tokens[i].at] | 0x20) <= 'h') /* "12 B", but not "12 i Aarhus" */
        last = i++;
    for (size_t steps = 0, n = 1; i < end && steps < 3 && n > 0 && scan_gap(s, p, i).len <= 2; steps++) {
        n = floor_words(s, p, i);
        i += n;
        last = i - 1;
    }
    size_t code = post_code(s, p, i);
    if (code < i)
        return last;
    if (code + 1 < end && blank_gap(s, p, code + 1) && capital(scan_text(p, &s->tokens[code + 1])))
        code++;
    return code;
}

/** "Gammel Kongevej 12": the words before the street's own that are written with capitals belong to it. */
static size_t head(const struct scan *s, const struct piece *p, size_t first)
{
    while (first > p->first && capital(scan_text(p, &s->tokens[first])) && capital(scan_text(p, &s->tokens[first - 1])) &&
           blank_gap(s, p, first) && s->tokens[first - 1].word == WORD_OTHER && scan_gap(s, p, first - 1).len > 0 &&
           scan_gap(s, p, first - 1).len < 2)
        first--;
    return first;
}

/** "12 High Street", "12B Acacia Avenue" @return the last token, or first when there is none */
static size_t english_address(const struct scan *s, const struct piece *p, size_t first)
{
    size_t end = p->first + p->n;
    const struct token *t = &s->tokens[first];
    if (t->kind != TOKEN_DIGITS || t->bytes > 3 || t->masked)
        return first;
    for (size_t i = first + 1; i < end && i <= first + 4; i++) {
        struct sam_span word = scan_text(p, &s->tokens[i]);
        if (scan_gap(s, p, i).len > 1 || s->tokens[i].kind != TOKEN_WORD)
            return first;
        if (i > first + 1 && one_of(word, english, SAM_COUNT(english)) && capital(scan_text(p, &s->tokens[i - 1])))
            return i;
        if (s->tokens[i].word != WORD_OTHER || (!capital(word) && word.len > 1))
            return first;
    }
    return first;
}

/** @return whether word i is the street of an address */
static bool street_at(const struct scan *s, const struct piece *p, size_t i)
{
    struct sam_span word = scan_text(p, &s->tokens[i]);
    if (s->tokens[i].kind != TOKEN_WORD || s->tokens[i].word != WORD_OTHER)
        return false;
    if (scan_street(word))
        return true;
    if (i == p->first || !street_alone(word))
        return false;
    struct sam_span name = scan_text(p, &s->tokens[i - 1]);
    bool genitive = name.at[name.len - 1] == 's' || sam_span_is(scan_gap(s, p, i), "' "); /* "Bjornsons gate", "Rosenkrantz' gate" */
    return (blank_gap(s, p, i) || genitive) && scan_gap(s, p, i).len <= 2 && capital(name) && (capital(word) || genitive);
}

void scan_addresses(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first; i < p->first + p->n; i++) {
        size_t number = (s->languages & NORDIC) ? house(s, p, i + 1) : i;
        if (number > i && street_at(s, p, i) && !scan_amount(s, p, i + 1, number)) {
            size_t last = tail(s, p, number), first = head(s, p, i);
            if (first == i && !scan_street(scan_text(p, &s->tokens[i])))
                first = head(s, p, i - 1); /* "Bjornstjerne Bjornsons gate": the names before belong to it */
            scan_find_tokens(s, piece, first, last, SAM_IDENTIFIER_ADDRESS);
            i = last;
            continue;
        }
        size_t last = (s->languages & EN) ? english_address(s, p, i) : i;
        if (last > i)
            scan_find_tokens(s, piece, i, last, SAM_IDENTIFIER_ADDRESS);
        i = last;
    }
}
