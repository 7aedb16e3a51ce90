/*
 * Words that name streets, by how they end. A street without a number is no address of a person.
 */
#include "address.h"

#include <string.h>

/** Endings of Nordic street names, lower case, and what they do not end. */
#define END(text)                                                                                                                          \
    {                                                                                                                                      \
        (text), sizeof(text) - 1                                                                                                           \
    }
static const struct sam_span endings[] = {
    END("vej"),           END("vejen"),        END("gade"),          END("gaden"),         END("all\303\251"),
    END("str\303\246de"), END("v\303\246nge"), END("v\303\246nget"), END("parken"),        END("toften"),
    END("bakken"),        END("haven"),        END("stien"),         END("torvet"),        END("plads"),
    END("pladsen"),       END("boulevard"),    END("vei"),           END("veien"),         END("vegen"),
    END("veg"),           END("gata"),         END("gaten"),         END("gate"),          END("kroken"),
    END("svingen"),       END("lia"),          END("tunet"),         END("plass"),         END("torg"),
    END("v\303\244gen"),  END("v\303\244g"),   END("gatan"),         END("gr\303\244nd"),  END("gr\303\244nden"),
    END("stigen"),        END("backen"),       END("torget"),        END("platsen"),       END("st\303\244llet"),
    END("boulevarden"),   END("alle"),         END("all\303\251en"), END("alleen"),        END("gyde"),
    END("torv"),          END("kaj"),          END("kajen"),         END("haugen"),        END("\303\245sen"),
    END("brygge"),        END("stredet"),      END("smauet"),        END("all\303\251n"),  END("esplanaden"),
    END("bron"),          END("backe"),        END("stranden"),      END("h\303\266jden"), END("engen"),
    END("lunden"),        END("marken"),
};
/** Endings of what may be a street's name or a common word, "ringen": a street only where it is written as names are. */
static const struct sam_span weak_endings[] = {
    END("ringen"),         END("hagen"),    END("dalen"),       END("berget"),  END("l\303\270kka"),   END("myra"),
    END("moen"),           END("jordet"),   END("faret"),       END("holmen"),  END("g\303\245rden"),  END("krogen"),
    END("svinget"),        END("vangen"),   END("brinken"),     END("sletten"), END("ageren"),         END("slingan"),
    END("str\303\245ket"), END("leden"),    END("strand"),      END("kullen"),  END("udden"),          END("viken"),
    END("terrassen"),      END("terrasse"), END("bakke"),       END("brynet"),  END("sk\303\246nten"), END("k\303\246ret"),
    END("\303\244ngen"),   END("kollen"),   END("odden"),       END("sletta"),  END("br\303\245ten"),  END("stubben"),
    END("bukta"),          END("broen"),    END("h\303\245gen")};
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
bool address_word(struct sam_span word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (word.len > 0 && ((word.at[0] ^ list[i][0]) & ~0x20) == 0 && sam_span_is_nocase(word, list[i]))
            return true;
    }
    return false;
}

/** A word's three last letters without case. */
static uint32_t three_last(struct sam_span word)
{
    const unsigned char *end = (const unsigned char *)word.at + word.len;
    return ((uint32_t)end[-3] << 16 | (uint32_t)end[-2] << 8 | end[-1]) | 0x202020U;
}

/** Behind how many bytes of a word one of the endings starts: 0 when it is the word. @return SIZE_MAX when it has none */
static size_t ending_of(struct sam_span word, const struct sam_span *list, size_t n)
{
    if (word.len < 3)
        return SIZE_MAX;
    uint32_t last = three_last(word);
    for (size_t i = 0; i < n; i++) {
        size_t len = list[i].len;
        bool alike = len < 3 || three_last(list[i]) == last;
        if (!alike || word.len < len)
            continue;
        if (sam_span_is_nocase((struct sam_span){word.at + word.len - len, len}, list[i].at))
            return word.len - len;
    }
    return SIZE_MAX;
}

static size_t street_ending(struct sam_span word)
{
    return ending_of(word, endings, SAM_COUNT(endings));
}

bool street_weak(struct sam_span word)
{
    return ending_of(word, weak_endings, SAM_COUNT(weak_endings)) != SIZE_MAX;
}

bool scan_street(struct sam_span word)
{
    size_t before = street_ending(word);
    return before != SIZE_MAX && before >= 2 && word.len >= 5 && !address_word(word, no_streets, SAM_COUNT(no_streets));
}

/** Street words that stand alone behind a name: "Andersens Boulevard 12". */
bool street_alone(struct sam_span word)
{
    return street_ending(word) == 0;
}

/** @return whether a word stands behind a street's name as a word of its own */
bool street_or_alone(struct sam_span word)
{
    static const char *const more[] = {"strand", "gt", "vn"};
    return street_alone(word) || address_word(word, more, SAM_COUNT(more));
}

bool street_adjective(struct sam_span word)
{
    static const char *const words[] = {"nedre",         "\303\270vre",  "nordre",       "s\303\270ndre", "vestre",       "\303\270stre",
                                        "store",         "lille",        "gamle",        "gammel",        "nye",          "midtre",
                                        "n\303\270rre",  "vester",       "\303\270ster", "s\303\270nder", "norra",        "s\303\266dra",
                                        "v\303\244stra", "\303\266stra", "stora",        "lilla",         "gamla",        "nya",
                                        "\303\266vre",   "\303\230vre",  "\303\230stre", "\303\230ster",  "\303\226stra", "\303\226vre"};
    return address_word(word, words, SAM_COUNT(words));
}

bool street_owner(struct sam_span name, struct sam_span word)
{
    static const char *const streets[] = {"gate", "gade",        "vej",       "vei",  "veg", "v\303\244g",
                                          "gata", "all\303\251", "boulevard", "torv", "torg"};
    static const char *const nobody[] = {"langs", "deres", "vores", "deras", "andres", "andras", "begges", "alles"};
    return name.len >= 5 && (name.at[name.len - 1] | 0x20) == 's' && address_word(word, streets, SAM_COUNT(streets)) &&
           !address_word(name, nobody, SAM_COUNT(nobody));
}

bool street_preposition(struct sam_span word)
{
    static const char *const words[] = {"ved", "bag", "bak", "vid", "under"};
    return address_word(word, words, SAM_COUNT(words));
}

/** "Storgt", "Kirkevn" */
bool street_short(struct sam_span word)
{
    return sam_span_is((struct sam_span){word.at + word.len - 2, 2}, "gt") ||
           sam_span_is((struct sam_span){word.at + word.len - 2, 2}, "vn");
}

/** Words between a street's name and its number, or short for the end of a name. */
static const char *const shorts[] = {"gt", "vn", "v", "g", "all", "pl", "str", "nr", "nummer"};
#define SHORT_MOST 6

bool street_between(struct sam_span word)
{
    bool may_be = word.len <= 3 || (word.at[0] | 0x20) == 'n';
    return may_be && word.len <= SHORT_MOST && address_word(word, shorts, SAM_COUNT(shorts));
}

/** A word's three last letters as a bit of mask->endings. */
static unsigned ending_bit(struct sam_span word)
{
    return (three_last(word) * 0x9E3779B1U) >> 22;
}

static void enter(struct sam_mask *mask, const struct sam_span *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned bit = ending_bit(list[i]);
        mask->endings[bit / 32] |= 1U << bit % 32;
    }
}

void scan_endings(struct sam_mask *mask)
{
    enter(mask, endings, SAM_COUNT(endings));
    enter(mask, weak_endings, SAM_COUNT(weak_endings));
}

bool scan_street_word(const struct sam_mask *mask, struct sam_span word)
{
    if (word.len > 4 && street_short(word))
        return true;
    unsigned bit = word.len >= 3 ? ending_bit(word) : 0;
    bool ends = word.len >= 3 && (mask->endings[bit / 32] >> bit % 32 & 1U) != 0;
    return (ends && (street_ending(word) != SIZE_MAX || street_weak(word))) || street_between(word);
}
