/*
 * What the files of this room share: the tokens of all turns of a transcript, the lexicon of number words and key words, and the list of
 * what was found.
 */
#ifndef PRIVACY_SCAN_H
#define PRIVACY_SCAN_H

#include "samtale/privacy.h"

/** Languages of a word of the lexicon. */
enum { DA = 1, NB = 2, NN = 4, SV = 8, EN = 16, NORDIC = DA | NB | NN | SV, ALL = NORDIC | EN };

/** What a word of the lexicon is. */
enum word_kind {
    WORD_OTHER,    /* not in the lexicon */
    WORD_UNIT,     /* 0-9 */
    WORD_TEEN,     /* 10-19 */
    WORD_TENS,     /* 20, 30 .. 90 */
    WORD_COMPOUND, /* 21-99 in one word; made of two by the reader of words */
    WORD_SCALE,    /* hundred, thousand: what stands with it is an amount */
    WORD_REPEAT,   /* double, triple */
    WORD_AND,      /* "fem og firs" */
    WORD_FILLER,   /* may stand between numbers that are dictated */
    WORD_AMOUNT,   /* currency, percent, days: the number before it is an amount */
    WORD_CLOCK,    /* a time of day follows */
    WORD_ORDER,    /* order, case, customer number: the number after it is ours, not a person's */
    WORD_IDENTITY, /* key words: what number is meant after them */
    WORD_PHONE,
    WORD_ACCOUNT,
    WORD_CARD,
    WORD_SECRET, /* cvc, pin */
    WORD_MARK    /* tells the language */
};
struct word {
    uint8_t languages, kind, value; /* value: of numbers and repeats */
};

enum token_kind { TOKEN_WORD, TOKEN_DIGITS };
/** A word or a run of digits. */
struct token {
    uint32_t at, bytes; /* in the piece's text */
    uint32_t start;     /* code point */
    uint32_t length;    /* code points */
    uint32_t hash;      /* of words: scan_hash_step over its bytes */
    uint8_t kind;
    uint8_t word;  /* enum word_kind, in the languages in force */
    uint8_t value; /* of a number word */
    bool glued;    /* a letter stands right before or behind digits: "B12", "4g" */
    bool masked;   /* taken by a find */
};
/** One turn, or one text. */
struct piece {
    struct sam_span text;
    size_t first, n; /* its tokens in scan.tokens */
    int32_t party;
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
    struct piece *pieces;
    size_t pieces_n;
    struct token *tokens;
    size_t tokens_n;
    struct sam_vec finds; /* of struct find; scan_finds() */
    bool full;
};

/* lexicon.c */
/** Fills the table of slots that scan_word looks in. */
void scan_index(uint32_t slots[SAM_MASK_SLOTS]);
/** Start of a word's hash. */
#define SCAN_HASH 2166136261U
/** A byte of a letter without its case: ASCII, and the letters of Latin-1 (C3 80..9E). */
static inline unsigned char scan_lower(unsigned char before, unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c + 0x20);
    if (before == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97)
        return (unsigned char)(c + 0x20);
    return c;
}
/** One byte more of a word's hash (FNV-1a, without case). @param before the byte before it, 0 at the start */
static inline uint32_t scan_hash_step(uint32_t hash, unsigned char before, unsigned char c)
{
    return (hash ^ scan_lower(before, c)) * 16777619U;
}
/** As scan_word for a text whose hash is known. */
bool scan_word_hashed(const struct sam_mask *mask, struct sam_span text, uint32_t hash, uint8_t languages, struct word *out);
/** @return of groups of languages those (bits by index) in which the text tells the language */
unsigned scan_marks(const struct sam_mask *mask, struct sam_span text, uint32_t hash, const uint8_t *groups, size_t groups_n);
/** Looks a text of any case up in languages. @return whether it is there; *out set then */
bool scan_word(const struct sam_mask *mask, struct sam_span text, uint8_t languages, struct word *out);

/* tokens.c */
/** Cuts all pieces into tokens, decides the languages in force (from declared, else from the words) and looks the words up. */
bool scan_tokens(struct scan *s, enum sam_language declared);
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
enum word_kind scan_key(const struct scan *s, size_t piece, size_t i);
/** @return whether the number that ends with token i is an amount: a currency or a unit behind it, a currency sign before it, decimals */
bool scan_amount(const struct scan *s, const struct piece *p, size_t first, size_t last);

/* letters.c: identifiers with letters in them: e-mail addresses, IBAN, national insurance numbers */
void scan_letters(struct scan *s, size_t piece);
/* written.c: numbers written as digits */
void scan_written(struct scan *s, size_t piece);
/* spoken.c: numbers in words, also over several turns */
void scan_spoken(struct scan *s);
/* spelled.c: e-mail addresses that are spoken */
void scan_spelled(struct scan *s, size_t piece);
/* address.c: street addresses */
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
/** As shape_of for digits that were dictated: no groups to go by. */
bool dictated(const char *digits, size_t n, enum word_kind key, uint8_t languages, enum sam_identifier *out);
/** Fewer digits than this are no identifier, whatever the words say. */
#define DICTATED_LEAST 3
/** @return whether digits pass the Luhn check */
bool luhn(const char *digits, size_t n);

#endif
