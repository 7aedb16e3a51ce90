/*
 * Looking words up: the table of slots is filled once, with the mask, from the rows of the lexicon.
 */
#include "lexicon.h"

#include <string.h>

/** @return whether text without its case is the word that starts at word and ends with a blank or the end */
static bool same(struct sam_span text, const char *word)
{
    unsigned char before = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (word[i] == 0 || scan_lower(before, c) != (unsigned char)word[i])
            return false;
        before = c;
    }
    return word[text.len] == 0 || word[text.len] == ' ';
}

/* A slot holds the row's number plus one, where in its words the word starts, and some bits of its hash. */
#define ROW_AT  23
#define WORD_AT 11
#define LOW     0x7FFU
#define OFFSET  0xFFFU

static struct sam_span first_word(const char *words)
{
    return (struct sam_span){words, strcspn(words, " ")};
}

static const char *behind(struct sam_span word)
{
    return word.at + word.len + (word.at[word.len] == ' ');
}

void scan_index(struct sam_mask *mask)
{
    size_t words = 0;
    SAM_MUST(lexicon_rows_n < 511); /* a row's number has nine bits */
    for (size_t row = 0; row < lexicon_rows_n; row++) {
        for (struct sam_span word = first_word(lexicon_rows[row].words); word.len > 0; word = first_word(behind(word))) {
            uint64_t hash = scan_hash(word);
            uint32_t slot = scan_slot(hash);
            while (mask->slots[slot] != 0)
                slot = (slot + 1) % SAM_MASK_SLOTS;
            mask->slots[slot] =
                (uint32_t)(row + 1) << ROW_AT | (uint32_t)(word.at - lexicon_rows[row].words) << WORD_AT | ((uint32_t)hash & LOW);
            SAM_MUST(++words * 2 < SAM_MASK_SLOTS && (size_t)(word.at - lexicon_rows[row].words) <= OFFSET);
        }
    }
}

bool scan_word_hashed(const struct sam_mask *mask, struct sam_span text, uint64_t hash, uint8_t languages, struct word *out)
{
    *out = (struct word){0};
    if (text.len > 24)
        return false;
    for (uint32_t slot = scan_slot(hash); mask->slots[slot] != 0; slot = (slot + 1) % SAM_MASK_SLOTS) {
        uint32_t found = mask->slots[slot];
        const struct row *row = &lexicon_rows[(found >> ROW_AT) - 1];
        if (((found ^ (uint32_t)hash) & LOW) != 0 || (row->languages != 0 && (row->languages & languages) == 0) ||
            !same(text, row->words + (found >> WORD_AT & OFFSET)))
            continue;
        if (row->languages == 0) {
            out->extra |= row->value;
            continue;
        }
        out->kind = row->kind;
        out->value = row->value;
        return true;
    }
    return false;
}

bool scan_word(const struct sam_mask *mask, struct sam_span text, uint8_t languages, struct word *out)
{
    return scan_word_hashed(mask, text, scan_hash(text), languages, out);
}

/* ---- all words --------------------------------------------------------------------------------------------------------- */

/** Calls each for left, middle and right as one word. @return what it says; true for what is too long to be one */
static bool made_of(struct sam_span left, const char *middle, struct sam_span right, scan_each *each, struct sam_mask *mask)
{
    char word[64];
    size_t between = strlen(middle), n = left.len + between + right.len;
    if (n > 32)
        return true;
    memcpy(word, left.at, left.len);
    memcpy(word + left.len, middle, between);
    if (right.len > 0)
        memcpy(word + left.len + between, right.at, right.len);
    return each(mask, (struct sam_span){word, n});
}

/** The number words made of a word of a row with units and one of a row with tens, or of zero and a unit. */
static bool compounds_of(const struct row *units, const struct row *others, scan_each *each, struct sam_mask *mask)
{
    bool zero = others->kind == WORD_UNIT, well = true;
    for (struct sam_span unit = first_word(units->words); unit.len > 0; unit = first_word(behind(unit))) {
        for (struct sam_span other = first_word(others->words); other.len > 0; other = first_word(behind(other))) {
            well = well && made_of(other, "", unit, each, mask);
            if (!zero && (units->languages & NORDIC & ~SV) && (others->languages & NORDIC & ~SV))
                well = well && made_of(unit, "og", other, each, mask);
        }
    }
    return well;
}

/** Number words with a hundred in them, "trehundra", "hundreogtolv": made of a hundred and what stands before and behind. */
static bool hundreds_of(const struct row *below, scan_each *each, struct sam_mask *mask)
{
    static const char *const hundreds[] = {"hundra", "hundre", "hundrede"};
    bool well = true;
    for (size_t h = 0; h < SAM_COUNT(hundreds); h++) {
        struct sam_span hundred = sam_span_of(hundreds[h]);
        for (struct sam_span word = first_word(below->words); word.len > 0; word = first_word(behind(word))) {
            well = well && made_of(hundred, "", word, each, mask) && made_of(hundred, "og", word, each, mask);
            if (below->kind != WORD_TENS)
                well = well && made_of(word, hundreds[h], SAM_NO_SPAN, each, mask);
        }
    }
    return well;
}

/** Years in one word, "nittensyttini", "nittenfemogfirs": as far as the first look reads a word, the units and tens behind "nitten" are
 * all.
 */
static bool years_of(const struct row *below, scan_each *each, struct sam_mask *mask)
{
    bool well = true;
    for (struct sam_span word = first_word(below->words); word.len > 0; word = first_word(behind(word)))
        well = well && made_of(sam_span_of("nitten"), "", word, each, mask) && made_of(sam_span_of("nitton"), "", word, each, mask);
    return well;
}

/** "dubbelnolla", "dobbeltsyv". */
static bool doubles_of(const struct row *repeat, const struct row *units, scan_each *each, struct sam_mask *mask)
{
    bool well = true;
    for (struct sam_span word = first_word(repeat->words); word.len > 0; word = first_word(behind(word))) {
        for (struct sam_span unit = first_word(units->words); unit.len > 0; unit = first_word(behind(unit)))
            well = well && made_of(word, "", unit, each, mask);
    }
    return well;
}

/** Danish and Norwegian are in force together where few words tell them apart. */
static uint8_t with_neighbours(uint8_t languages)
{
    return (languages & (DA | NB | NN)) ? languages | DA | NB | NN : languages;
}

/** The words made of one of a row and one of another: "femogfirs", "nollsjuttio", "dubbelnolla". */
static bool made_with(const struct row *row, const struct row *other, scan_each *each, struct sam_mask *mask)
{
    bool number = row->kind >= WORD_UNIT && row->kind <= WORD_TENS, zero = other->kind == WORD_UNIT && other->value == 0;
    if ((other->languages & with_neighbours(row->languages)) == 0)
        return true;
    if (row->kind == WORD_REPEAT && row->value == 2 && other->kind == WORD_UNIT)
        return doubles_of(row, other, each, mask);
    if (number && (zero || (row->kind == WORD_UNIT && other->kind == WORD_TENS)))
        return compounds_of(row, other, each, mask);
    return true;
}

/** The words of a row, and those made of them. */
static bool words_of(const struct row *row, scan_each *each, struct sam_mask *mask)
{
    bool well = true;
    for (struct sam_span word = first_word(row->words); word.len > 0; word = first_word(behind(word)))
        well = well && each(mask, word);
    for (size_t other = 0; other < lexicon_rows_n; other++)
        well = well && made_with(row, &lexicon_rows[other], each, mask);
    bool below = row->kind >= WORD_UNIT && row->kind <= WORD_TENS && (row->languages & NORDIC);
    return well && (!below || (hundreds_of(row, each, mask) && years_of(row, each, mask)));
}

bool scan_each_word(scan_each *each, struct sam_mask *mask)
{
    bool well = true;
    for (size_t row = 0; well && row < lexicon_rows_n; row++)
        well = words_of(&lexicon_rows[row], each, mask);
    return well;
}
