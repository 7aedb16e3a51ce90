/*
 * What the files of this room share: the tokens of all turns of a transcript, the lexicon of number words and key words, and the list of
 * what was found.
 */
#ifndef PRIVACY_SCAN_H
#define PRIVACY_SCAN_H

#include "samtale/privacy.h"

#include <string.h>

/** Languages of a word of the lexicon. */
enum { DA = 1, NB = 2, NN = 4, SV = 8, EN = 16, NORDIC = DA | NB | NN | SV, ALL = NORDIC | EN };
/** Groups of languages whose words are counted to tell the language. */
#define SCAN_GROUPS 4
extern const uint8_t scan_groups[SCAN_GROUPS];

/** What a word of any language is besides: bits of rows that belong to no language. */
enum extra {
    EXTRA_PAIR = 1,    /* may be the second of two words that are a key word together */
    EXTRA_SIGN = 2,    /* the sign of a spoken e-mail address, or its first word */
    EXTRA_DOT = 4,     /* the dot of one */
    EXTRA_HOUSE = 8,   /* first look only: may be a house number */
    EXTRA_JOIN = 16,   /* what joins names in one besides dots */
    EXTRA_STREET = 32, /* the word behind a street's name in English */
    EXTRA_NUMBER = 64, /* "nummer": may stand before a house number */
    EXTRA_KEY = 128,   /* first look only: may be a key word, or a part of one, that makes few digits somebody's */
    EXTRA_HEDGE = 256, /* of what people say while they look for the rest of a number: "hvad hedder det", "let me check" */
    EXTRA_PAUSE = 512, /* such a word that is said for little else */
    EXTRA_DAY = 1024,  /* stands between a day and its month: "tolvte i tredje", "the twelfth of march" */
    EXTRA_NOT = 2048,  /* "not", before a number that is none */
    EXTRA_BACK = 8192, /* takes back what was said: "nej", "sorry" */
    EXTRA_WHILE = 4096 /* a while that has an article: "et \303\270jeblik" */
};

/** What a word of the lexicon is. */
enum word_kind {
    WORD_OTHER,    /* not in the lexicon */
    WORD_UNIT,     /* 0-9 */
    WORD_TEEN,     /* 10-19 */
    WORD_TENS,     /* 20, 30 .. 90 */
    WORD_COMPOUND, /* 21-99 in one word; made of two by the reader of words */
    WORD_SCALE,    /* hundred (value 100), thousand: what stands with it is an amount, mostly */
    WORD_REPEAT,   /* double, triple */
    WORD_ORDINAL,  /* third: a day or a month of a birth date */
    WORD_FIGURE,   /* the name of a figure: "nuller", "sevens" */
    WORD_AND,      /* "fem og firs" */
    WORD_FILLER,   /* may stand between numbers that are dictated */
    WORD_AMOUNT,   /* currency, percent, days: the number before it is an amount; value 1: "times" */
    WORD_MONTH,    /* march: its number */
    WORD_CLOCK,    /* a time of day follows */
    WORD_ORDER,    /* order, case, customer number: the number after it is ours, not a person's */
    WORD_IDENTITY, /* key words: what number is meant after them */
    WORD_DOCUMENT, /* passport, driving licence */
    WORD_PHONE,
    WORD_ACCOUNT,
    WORD_BANK, /* an account, not yet its number: only many digits are one */
    WORD_CARD,
    WORD_SECRET, /* cvc, pin */
    WORD_MARK    /* tells the language */
};
struct word {
    uint8_t kind;
    uint16_t extra; /* bits of enum extra */
    uint16_t value; /* of numbers, repeats and months */
};

enum token_kind { TOKEN_WORD, TOKEN_DIGITS };
/** A word or a run of digits. */
struct token {
    uint32_t at, bytes; /* in the piece's text */
    uint32_t start;     /* code point */
    uint32_t length;    /* code points */
    uint8_t kind;
    uint8_t word;    /* enum word_kind, in the languages in force */
    uint16_t extra;  /* bits of enum extra */
    uint16_t value;  /* of a number word */
    bool glued : 1;  /* a letter stands right before or behind digits: "B12", "4g" */
    bool masked : 1; /* taken by a find */
    bool part : 1;   /* by one of digits that are too few for a whole number of its kind: more of it may be said in words */
};
/** One turn, or one text. Its tokens are there once scan_need was asked for them. */
struct piece {
    struct sam_span text;
    size_t first, n; /* its tokens in scan.tokens */
    int32_t party;
    /* What the numbers in it may be, bits of lanes: a row of UNNAMED_LEAST digits, one of DICTATED_LEAST, any, one at its end. */
    uint8_t many, some, any, tail;
    uint8_t flags;   /* what it holds: bits of enum holds */
    uint8_t suspect; /* bits of enum suspect */
    bool cut;        /* its tokens are there */
};
/** Why a piece is looked at again. */
enum suspect { SUSPECT_NUMBERS = 1, SUSPECT_OTHERS = 2 };
/** Languages in force that the first look tells apart; the last is for every other set of them. */
enum lane { LANE_DA, LANE_NO, LANE_SV, LANE_EN, LANE_ANY, LANES };
enum holds {
    HOLDS_DIGITS = 1,
    HOLDS_AT = 2,
    HOLDS_SIGN = 4,
    HOLDS_DOT = 8,
    HOLDS_HOUSE = 16,
    HOLDS_STREET = 32,
    HOLDS_KEY = 64,
    HOLDS_PAUSE = 128
};

/** A find: a place in a piece. */
struct find {
    uint32_t piece;
    uint32_t at, bytes;     /* in the piece's text */
    uint32_t start, length; /* code points */
    enum sam_identifier identifier;
};
struct scan {
    const struct sam_mask *mask;
    struct sam_arena *arena;
    uint8_t languages; /* in force */
    enum lane lane;    /* of them */
    struct piece *pieces;
    size_t pieces_n;
    struct token *tokens; /* of all pieces; NULL until one is needed */
    size_t tokens_n;
    struct sam_vec finds; /* of struct find; scan_finds() */
    bool full;
};

/* lexicon.c */
/** Lays out where scan_word finds the words of the lexicon. */
void scan_index(struct sam_mask *mask);
/** A byte of a letter without its case: ASCII, and the letters of Latin-1 (C3 80..9E). */
static inline unsigned char scan_lower(unsigned char before, unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + 0x20);
    if (before == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97)
        return (unsigned char)(c + 0x20);
    return c;
}
/** A word's hash without case, of its first sixteen bytes (behind a shorter word zeros) and its length. */
static inline uint64_t scan_mix(uint64_t first, uint64_t second, size_t len)
{
    first = (first | 0x2020202020202020U) * 0x9E3779B97F4A7C15U;
    second = ((second | 0x2020202020202020U) + len) * 0xC2B2AE3D27D4EB4FU;
    uint64_t hash = first ^ (second << 31 | second >> 33);
    return (hash ^ hash >> 29) * 0xBF58476D1CE4E5B9U;
}
/** See scan_mix. */
static inline uint64_t scan_hash(struct sam_span word)
{
    uint64_t bytes[2] = {0, 0};
    memcpy(bytes, word.at, word.len < sizeof(bytes) ? word.len : sizeof(bytes));
    return scan_mix(bytes[0], bytes[1], word.len);
}
/** Where in a table of SAM_MASK_SLOTS a hash is looked for first. */
static inline uint32_t scan_slot(uint64_t hash)
{
    return (uint32_t)(hash >> 52) % SAM_MASK_SLOTS;
}
/** Looks a text of any case up. @return whether it is a word of languages; *out set then, and out->extra always */
bool scan_word(const struct sam_mask *mask, struct sam_span text, uint8_t languages, struct word *out);
/** As scan_word for a text whose hash is known. */
bool scan_word_hashed(const struct sam_mask *mask, struct sam_span text, uint64_t hash, uint8_t languages, struct word *out);
/* compound.c */
/** A number word made of two or three, "femogfirs", "hundratolv". @return whether it is one in languages; *value set then */
bool scan_compound(const struct sam_mask *mask, struct sam_span text, uint8_t languages, uint16_t *value);
/* lexicon.c */
/** What is done with a word; false ends it. */
typedef bool scan_each(struct sam_mask *mask, struct sam_span word);
/** Calls each for every word of the lexicon, also those of no language, and for every number word made of two or three of one language.
 * @return false when one call did */
bool scan_each_word(scan_each *each, struct sam_mask *mask);

/* sieve.c: what the first look knows of words. It goes by their first bytes alone, and takes what any word that begins so may be. */
/** Bytes of a word that the first look goes by. */
#define SIEVE_BYTES 8
/** @param first  the first SIEVE_BYTES bytes of a word, zeros behind a shorter one @return their hash without case */
static inline uint64_t scan_first(const struct sam_mask *mask, uint64_t first)
{
    return (first | 0x2020202020202020U) * mask->sieve_factor;
}
/** Where in the sieve a hash's bucket starts. */
static inline uint32_t scan_bucket(uint64_t hash)
{
    return (uint32_t)(hash >> 40) % (SAM_MASK_SIEVE / SAM_MASK_BUCKET) * SAM_MASK_BUCKET;
}
/** A place in a bucket holds 24 bits of the hash and its meaning's number, from 1 on. @return those bits in their place */
static inline uint32_t scan_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 16) << 8;
}
/** Lays out what the first look knows of each word. */
void scan_sieve(struct sam_mask *mask);
/** @return what a word with that hash of its first bytes says at first sight; meaning 0, which is nothing, for one that the table does not
 * hold. Two words of three are such, in no order that a processor could learn: no branch hangs on it */
static inline const struct sam_mask_meaning *scan_meaning(const struct sam_mask *mask, uint64_t hash)
{
    const uint32_t *held = mask->sieve + scan_bucket(hash);
    uint32_t tag = scan_tag(hash), found = 0;
    for (size_t i = 0; i < SAM_MASK_BUCKET; i++)
        found |= held[i] & (0U - (uint32_t)((held[i] ^ tag) <= 0xFF));
    return &mask->meanings[found & 0xFFU];
}

/* A lane of digits holds a number of them below its highest bit; a lane of marks counts words. */
#define LANE_BITS 12
#define LANE_FULL ((UINT64_C(1) << LANE_BITS) - 1)
#define LANE_HIGH (UINT64_C(1) << (LANE_BITS - 1))
#define EACH_LANE (UINT64_C(1) | UINT64_C(1) << 12 | UINT64_C(1) << 24 | UINT64_C(1) << 36 | UINT64_C(1) << 48)
#define MARK_BITS 16
/* What a word does to what is known of its turn: which bytes stay, which bits are added. */
#define STATE_TAIL(bits)  ((uint32_t)(bits))
#define STATE_ANY(bits)   ((uint32_t)(bits) << 8)
#define STATE_FLAGS(bits) ((uint32_t)(bits) << 16)

/* look.c */
/** The first look at all pieces: what each may hold, how many tokens it has, which languages are in force, and which pieces may hold an
 * identifier or the end or beginning of one: all others need no second look. */
void scan_look(struct scan *s, enum sam_language declared);

/* tokens.c */
/** Cuts a piece into tokens and looks the words up, where that is not done yet. */
void scan_need(struct scan *s, size_t piece);
/** @return whether a code point is a letter, what words are made of */
static inline bool scan_letter(int32_t cp)
{
    if (cp < 0x80)
        return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    return (cp >= 0xC0 && cp < 0x2000) || cp >= 0x2C00;
}
/** @return the token's text */
struct sam_span scan_text(const struct piece *p, const struct token *t);
/** @return what stands before token i of a piece: from the token before it or the start; i may be one behind the last: the rest of the text
 */
struct sam_span scan_gap(const struct scan *s, const struct piece *p, size_t i);

/* finds.c */
/** Notes that bytes of a piece are an identifier and that the tokens inside are taken. */
void scan_find(struct scan *s, size_t piece, size_t at, size_t bytes, enum sam_identifier identifier);
/** As scan_find for tokens first..last of the piece (indexes in scan.tokens). */
void scan_find_tokens(struct scan *s, size_t piece, size_t first, size_t last, enum sam_identifier identifier);
/** @return an empty list of finds */
struct sam_vec scan_finds(void);
/** Applies the finds to the pieces' texts (same number of code points) and sorts them. @return false when the arena is full */
bool scan_apply(struct scan *s);

/* context.c */
/** What the words say about the number that starts at token i: the nearest key word before it. */
enum word_kind scan_key(struct scan *s, size_t piece, size_t i);
/** What the words shortly behind token last say of a few digits: WORD_SECRET, "tre tre null, den p\303\245 baksiden", WORD_IDENTITY, "0513
 * er de sidste fire", else WORD_OTHER. */
enum word_kind scan_key_behind(const struct scan *s, const struct piece *p, size_t last);
/** Most digits that such words may stand behind. */
#define BEHIND_MOST 4
/** @return whether a word for a number, "nummeret er", stands shortly before token i */
bool scan_numbered(const struct scan *s, size_t piece, size_t i);
/** @return whether the number that ends with token i is an amount: a currency or a unit behind it, a currency sign before it, decimals */
bool scan_amount(const struct scan *s, const struct piece *p, size_t first, size_t last);

/* letters.c: identifiers with letters in them: e-mail addresses, IBAN, national insurance numbers */
/** @return how long the IBAN is of the country whose two letters a text starts with, 0 when it has none that is known */
size_t scan_iban_length(struct sam_span text);
/** @return whether a word by itself is a country's two letters before an account's digits, and hardly another word */
bool scan_country(struct sam_span word, uint8_t languages);
void scan_letters(struct scan *s, size_t piece);
/* written.c: numbers written as digits */
void scan_written(struct scan *s, size_t piece);
/* spoken.c: numbers in words, also over several turns */
void scan_spoken(struct scan *s);
/* spelled.c: e-mail addresses that are spoken */
void scan_spelled(struct scan *s, size_t piece);
/* address.c */
/** @return whether a word ends as the names of streets do */
bool scan_street(struct sam_span word);
/** @return whether a word may be a street's name, or what stands between one and its number, in any spelling: never too little */
bool scan_street_word(const struct sam_mask *mask, struct sam_span word);
/** Lays out what scan_street_word asks first. */
void scan_endings(struct sam_mask *mask);
/** Street addresses. */
void scan_addresses(struct scan *s, size_t piece);

/* shapes.c */
/** Digits in groups, as they stand: "12 34 56 78" is four groups of two. */
struct groups {
    char digits[40];
    uint8_t size[20]; /* of each group */
    char before[20];  /* what stands before each group: ' ', '-', '.', '/', '(' , 0 for more than one of them; '+' before the first */
    size_t n, groups;
};
/** What a window of groups is. @return whether it is an identifier; *out set then. *plain is set when it is surely none (a date, an amount)
 */
bool shape_of(const struct groups *g, enum word_kind key, uint8_t languages, enum sam_identifier *out, bool *plain);
/** @return whether a window is a date as people tell their birth's: "12.03.65", "650312", "12 03 1965" */
bool dated(const struct groups *g);
/** As shape_of for digits that were dictated: no groups to go by. */
bool dictated(const char *digits, size_t n, enum word_kind key, uint8_t languages, enum sam_identifier *out);
/** @return whether digits that came in two turns or more, the first ones of them in the first, are parts of one number though some part is
 * long: a birth date and what follows it, an area code and a number, or what the words ask for */
bool parted(const char *digits, size_t first, size_t n, enum word_kind key, uint8_t languages);
/** Fewer digits than this are no identifier, whatever the words say; and no word may say nothing of fewer than the second. */
#define DICTATED_LEAST 3
#define UNNAMED_LEAST  6
/** How many turns a question for a number reaches. */
#define REACH_TURNS 2
/** @return whether digits pass the Luhn check */
bool luhn(const char *digits, size_t n);

#endif
