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
    END("vej"),          END("vejen"),         END("gade"),    END("gaden"),          END("all\303\251"),    END("str\303\246de"),
    END("v\303\246nge"), END("v\303\246nget"), END("parken"),  END("toften"),         END("bakken"),         END("haven"),
    END("stien"),        END("torvet"),        END("plads"),   END("pladsen"),        END("boulevard"),      END("vei"),
    END("veien"),        END("vegen"),         END("veg"),     END("gata"),           END("gaten"),          END("gate"),
    END("kroken"),       END("svingen"),       END("lia"),     END("tunet"),          END("plass"),          END("torg"),
    END("v\303\244gen"), END("v\303\244g"),    END("gatan"),   END("gr\303\244nd"),   END("gr\303\244nden"), END("stigen"),
    END("backen"),       END("torget"),        END("platsen"), END("st\303\244llet"),
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

bool scan_street(struct sam_span word)
{
    if (word.len < 5)
        return false;
    unsigned char last = (unsigned char)(word.at[word.len - 1] | 0x20);
    for (size_t i = 0; i < SAM_COUNT(endings); i++) {
        size_t len = endings[i].len;
        if ((unsigned char)(endings[i].at[len - 1] | 0x20) != last || word.len < len + 2)
            continue;
        if (sam_span_is_nocase((struct sam_span){word.at + word.len - len, len}, endings[i].at))
            return !one_of(word, no_streets, SAM_COUNT(no_streets));
    }
    return false;
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

/** A house number: up to three digits, "12", "12B"; or a number word below a hundred. */
static bool house(const struct scan *s, const struct piece *p, size_t i)
{
    if (i >= p->first + p->n || !blank_gap(s, p, i) || s->tokens[i].masked)
        return false;
    const struct token *t = &s->tokens[i];
    bool word = t->kind == TOKEN_WORD && t->word >= WORD_UNIT && t->word <= WORD_COMPOUND && t->value > 0 && t->bytes > 2;
    return (t->kind == TOKEN_DIGITS && t->bytes <= 3 && p->text.at[t->at] != '0') || word;
}

/** @return whether token i is about a floor or side: "th", "2. sal", "lgh 1102" */
static bool floor_word(const struct scan *s, const struct piece *p, size_t i)
{
    static const char *const words[] = {"th", "tv", "mf", "sal", "st", "etasje", "etg", "v\303\245ning", "lgh", "kl"};
    const struct token *t = &s->tokens[i];
    if (t->kind == TOKEN_DIGITS)
        return t->bytes <= 2 && i + 1 < p->first + p->n && one_of(scan_text(p, t + 1), words, SAM_COUNT(words));
    return one_of(scan_text(p, t), words, SAM_COUNT(words));
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
    for (size_t steps = 0; i < end && steps < 3 && scan_gap(s, p, i).len <= 2 && floor_word(s, p, i); steps++)
        last = i++;
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

void scan_addresses(struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    for (size_t i = p->first; i < p->first + p->n; i++) {
        if ((s->languages & NORDIC) && s->tokens[i].kind == TOKEN_WORD && s->tokens[i].word == WORD_OTHER && house(s, p, i + 1) &&
            scan_street(scan_text(p, &s->tokens[i])) && !scan_amount(s, p, i + 1, i + 1)) {
            size_t last = tail(s, p, i + 1);
            scan_find_tokens(s, piece, head(s, p, i), last, SAM_IDENTIFIER_ADDRESS);
            i = last;
            continue;
        }
        size_t last = (s->languages & EN) ? english_address(s, p, i) : i;
        if (last > i)
            scan_find_tokens(s, piece, i, last, SAM_IDENTIFIER_ADDRESS);
        i = last;
    }
}
