/*
 * Folding: a text as letters without case and accents, and the signs between them. Latin letters come from tables; only other scripts
 * and compatibility forms ask utf8proc. The Nordic letters keep their difference from a and o, and lose it among languages.
 */
#include "fold.h"

#include <utf8proc.h>

/* Letters of U+00C0..U+017F without accents; A is a-ring, E is ae, O is o-slash, blank separates. */
static const char latin[] = "aaaaEAEceeeeiiii"
                            "dnooooO Ouuuuyts"
                            "aaaaEAEceeeeiiii"
                            "dnooooO Ouuuuyty"
                            "aaaaaaccccccccdd"
                            "ddeeeeeeeeeegggg"
                            "gggghhhhiiiiiiii"
                            "iiiijjkkklllllll"
                            "lllnnnnnnnnnoooo"
                            "ooOOrrrrrrssssss"
                            "ssttttttuuuuuuuu"
                            "uuuuwwyyyzzzzzzs";
_Static_assert(sizeof latin - 1 == 0x180 - 0xC0, "one letter for each code point");

static int32_t latin_letter(int32_t cp)
{
    switch (latin[cp - 0xC0]) {
    case 'A':
        return FOLD_A_RING;
    case 'E':
        return FOLD_AE;
    case 'O':
        return FOLD_OE;
    case ' ':
        return FOLD_SPACE;
    default:
        return latin[cp - 0xC0];
    }
}

/* What an ASCII byte means: a letter, which a and o may be half of, a digit or a sign; 0 separates. */
#define BOTH(small)   [small] = (small), [(small)-32] = (small)
#define DIGIT(number) ['0' + (number)] = FOLD_DIGIT
static const int8_t ascii[128] = {
    BOTH('a'),
    BOTH('b'),
    BOTH('c'),
    BOTH('d'),
    BOTH('e'),
    BOTH('f'),
    BOTH('g'),
    BOTH('h'),
    BOTH('i'),
    BOTH('j'),
    BOTH('k'),
    BOTH('l'),
    BOTH('m'),
    BOTH('n'),
    BOTH('o'),
    BOTH('p'),
    BOTH('q'),
    BOTH('r'),
    BOTH('s'),
    BOTH('t'),
    BOTH('u'),
    BOTH('v'),
    BOTH('w'),
    BOTH('x'),
    BOTH('y'),
    BOTH('z'),
    DIGIT(0),
    DIGIT(1),
    DIGIT(2),
    DIGIT(3),
    DIGIT(4),
    DIGIT(5),
    DIGIT(6),
    DIGIT(7),
    DIGIT(8),
    DIGIT(9),
    ['.'] = FOLD_POINT,
    [','] = FOLD_POINT,
    [':'] = FOLD_POINT,
    [';'] = FOLD_CLAUSE,
    ['('] = FOLD_CLAUSE,
    [')'] = FOLD_CLAUSE,
    ['"'] = FOLD_CLAUSE,
    ['\n'] = FOLD_CLAUSE,
    ['!'] = FOLD_SENTENCE,
    ['?'] = FOLD_ASKED,
    ['\''] = FOLD_INSIDE,
    ['#'] = FOLD_MASK,
    ['*'] = FOLD_MASK,
    ['['] = FOLD_OPEN,
    ['<'] = FOLD_OPEN,
};

/* Signs above ASCII that matter; the rest is decided by their category. */
static int32_t wide_sign(int32_t cp)
{
    switch (cp) {
    case 0xAD:   /* soft hyphen */
    case 0x2019: /* apostrophe */
    case 0x200B:
    case 0x200C:
    case 0x200D: /* zero width */
    case 0xFEFF:
        return FOLD_INSIDE;
    case 0x2013:
    case 0x2014: /* dashes */
    case 0x2026: /* ellipsis */
    case 0x201C:
    case 0x201D:
        return FOLD_CLAUSE;
    case 0xFF1F:
    case 0x61F: /* full-width and Arabic question mark */
        return FOLD_ASKED;
    case 0x3002:
    case 0x2028:
    case 0x2029:
        return FOLD_SENTENCE;
    default:
        return cp < 0xC0 ? FOLD_SPACE : 0;
    }
}

/* A letter of a script without a table, or of a compatibility form (the fi ligature is f and i). */
static int32_t other_letter(struct fold *fold, int32_t cp)
{
    utf8proc_int32_t parts[8];
    int last = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char(cp, parts, SAM_COUNT(parts), UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, &last);
    int32_t first = FOLD_INSIDE;
    fold->more_n = fold->more_at = 0;
    for (utf8proc_ssize_t i = 0; i < n && i < (utf8proc_ssize_t)SAM_COUNT(parts); i++) {
        utf8proc_category_t kind = utf8proc_category(parts[i]);
        int32_t letter = FOLD_SPACE;
        if (kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_MC || kind == UTF8PROC_CATEGORY_ME)
            continue;
        if (kind == UTF8PROC_CATEGORY_ND)
            letter = FOLD_DIGIT;
        else if (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO)
            letter = parts[i];
        if (first == FOLD_INSIDE)
            first = letter;
        else
            fold->more[fold->more_n++] = letter;
    }
    return first;
}

/* Not inlined, like the next: what most steps come upon shall not pay for it. */
static __attribute__((noinline)) int32_t wide_next(struct fold *fold)
{
    const char *at = (const char *)fold->at;
    int32_t cp = sam_utf8_next(&at, (const char *)fold->end);
    fold->at = (const unsigned char *)at;
    fold->cp++;
    if (cp < 0)
        return FOLD_SPACE;
    if (cp >= 0xC0 && cp < 0x180)
        return latin_letter(cp);
    if (cp >= 0x300 && cp < 0x370)
        return FOLD_INSIDE;
    int32_t sign = wide_sign(cp);
    return sign != 0 ? sign : other_letter(fold, cp);
}

/* A letter a or o may be half of a Nordic letter: written with two letters, or with a combining mark behind it. */
static __attribute__((noinline)) int32_t maybe_nordic(struct fold *fold, int32_t letter)
{
    size_t left = (size_t)(fold->end - fold->at);
    if (left == 0)
        return letter;
    unsigned char next = fold->at[0] | 32;
    if (next == 'e' || (next == 'a' && letter == 'a')) {
        fold->at++;
        fold->cp++;
        return next == 'a' ? FOLD_A_RING : letter == 'a' ? FOLD_AE : FOLD_OE;
    }
    if (left >= 2 && fold->at[0] == 0xCC && (fold->at[1] == 0x88 || (fold->at[1] == 0x8A && letter == 'a'))) {
        int32_t nordic = fold->at[1] == 0x8A ? FOLD_A_RING : letter == 'a' ? FOLD_AE : FOLD_OE;
        fold->at += 2;
        fold->cp++;
        return nordic;
    }
    return letter;
}

int32_t fold_next(struct fold *fold)
{
    if (fold->more_at < fold->more_n)
        return fold->more[fold->more_at++];
    if (fold->at == fold->end)
        return FOLD_END;
    unsigned char c = *fold->at;
    if (c >= 0x80)
        return wide_next(fold);
    fold->at++;
    fold->cp++;
    int32_t meant = ascii[c];
    if (meant == 0)
        return FOLD_SPACE;
    return meant == 'a' || meant == 'o' ? maybe_nordic(fold, meant) : meant;
}
