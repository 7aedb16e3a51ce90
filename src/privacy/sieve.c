/*
 * What the first look knows of words: for the first bytes of each word of the lexicon, and of the number words made of two or three, what
 * any word that begins so may be. It may suspect too much, never too little.
 */
#include "walk.h"

const uint8_t scan_groups[SCAN_GROUPS] = {DA, NB | NN, SV, EN};

static bool numeric(uint8_t kind)
{
    return kind == WORD_UNIT || kind == WORD_TEEN || kind == WORD_TENS || kind == WORD_COMPOUND || kind == WORD_REPEAT ||
           kind == WORD_ORDINAL || kind == WORD_FIGURE;
}

static void scan_classes(uint8_t classes[256])
{
    for (int c = 0; c < 256; c++) {
        if (c >= 0x80)
            classes[c] = CLASS_HIGH;
        else if (c >= '0' && c <= '9')
            classes[c] = CLASS_DIGIT;
        else if (scan_letter(c))
            classes[c] = CLASS_LETTER;
        else
            classes[c] = c == '@' ? CLASS_AT : 0;
    }
}

/** @return whether a word is "times" between two numbers, "to gange syv" */
static bool times(const struct word *word)
{
    return word->kind == WORD_AMOUNT && word->value == 1;
}

/** Digits that a word of number stands for in the careful look, at most: two at least make a number. A month makes two of its day's one as
 * well: "8 mai 59" is read 08 05 59; a hundred adds two to the one before it or behind. */
static uint64_t digits_of(const struct word *word)
{
    if (word->kind == WORD_MONTH)
        return 3;
    if (times(word) || (word->kind == WORD_SCALE && word->value == 100))
        return 2;
    if (!numeric(word->kind))
        return 0;
    if (word->value > 999)
        return 4;
    return word->kind == WORD_REPEAT || word->kind == WORD_FIGURE || word->value > 99 ? 3 : word->kind == WORD_UNIT ? 1 : 2;
}

static void mean_in_lane(const struct word *word, enum lane lane, struct sam_mask_meaning *out)
{
    unsigned shift = LANE_BITS * (unsigned)lane;
    uint64_t digits = digits_of(word), before = out->digits >> shift & LANE_FULL;
    out->digits += (digits > before ? digits - before : 0) << shift; /* the most that any of them stands for */
    bool number = numeric(word->kind) || word->kind == WORD_SCALE;
    bool filler =
        word->kind == WORD_FILLER || word->kind == WORD_AND || word->kind == WORD_MONTH || times(word) || (word->extra & EXTRA_DAY);
    out->stays |= STATE_ANY(0xFF) | STATE_FLAGS(0xFFFF);
    if (number)
        out->adds |= STATE_TAIL(1U << lane) | STATE_ANY(1U << lane);
    if (filler)
        out->stays |= STATE_TAIL(1U << lane);
    if (number || filler)
        out->keep |= LANE_FULL << shift;
}

/** Adds what a word is in the languages of one lane, and in the lane for all. */
static void mean(const struct sam_mask *mask, struct sam_span text, uint8_t languages, enum lane lane, struct sam_mask_meaning *out)
{
    struct word word;
    if (!scan_word(mask, text, languages, &word) && scan_compound(mask, text, languages, &word.value))
        word.kind = WORD_COMPOUND;
    out->adds |= STATE_FLAGS(word.extra);
    mean_in_lane(&word, lane, out);
    mean_in_lane(&word, LANE_ANY, out);
    if ((numeric(word.kind) || word.kind == WORD_SCALE) && word.kind != WORD_REPEAT && word.value > 0 && (text.len > 2 || word.value > 1))
        out->adds |= STATE_FLAGS(EXTRA_HOUSE);
    if (word.kind >= WORD_IDENTITY && word.kind <= WORD_SECRET)
        out->adds |= STATE_FLAGS(EXTRA_KEY);
    if ((word.extra & EXTRA_SIGN) && text.len > 2)
        out->adds |= STATE_FLAGS(EXTRA_DOT); /* the dot may be written then */
    if (word.kind == WORD_MARK && lane != LANE_ANY)
        out->marks |= UINT64_C(1) << (MARK_BITS * (unsigned)lane);
}

static bool same(const struct sam_mask_meaning *a, const struct sam_mask_meaning *b)
{
    return a->digits == b->digits && a->keep == b->keep && a->marks == b->marks && a->stays == b->stays && a->adds == b->adds;
}

/** @return the number of a meaning, added when new */
static uint32_t number_of(struct sam_mask *mask, const struct sam_mask_meaning *meaning)
{
    for (uint32_t i = 1; i <= mask->meanings_n; i++) {
        if (same(&mask->meanings[i], meaning))
            return i;
    }
    SAM_MUST(mask->meanings_n < SAM_MASK_MEANINGS);
    mask->meanings[++mask->meanings_n] = *meaning;
    return mask->meanings_n;
}

/** @return the place of a hash in the sieve: where it stands, or else a free one of its bucket; NULL when the bucket is full */
static uint32_t *place_of(struct sam_mask *mask, uint64_t hash)
{
    uint32_t *bucket = mask->sieve + scan_bucket(hash), *place = NULL;
    for (size_t i = SAM_MASK_BUCKET; i-- > 0;) {
        if (bucket[i] == 0)
            place = place ? place : &bucket[i];
        else if ((bucket[i] ^ scan_tag(hash)) <= 0xFF)
            return &bucket[i];
    }
    return place;
}

/** Enters a word: what it means is added to what other words mean that begin as it does. */
static bool sieve_word(struct sam_mask *mask, struct sam_span text)
{
    uint64_t first = 0;
    memcpy(&first, text.at, text.len < SIEVE_BYTES ? text.len : SIEVE_BYTES);
    uint64_t hash = scan_first(mask, first);
    uint32_t *place = place_of(mask, hash);
    if (!place)
        return false;
    struct sam_mask_meaning meaning = mask->meanings[*place & 0xFFU];
    for (size_t g = 0; g < SCAN_GROUPS; g++)
        mean(mask, text, scan_groups[g], (enum lane)g, &meaning);
    mean(mask, text, ALL, LANE_ANY, &meaning);
    *place = scan_tag(hash) | number_of(mask, &meaning);
    return true;
}

/** Factors that are tried, at most; one in eight does, and each try takes seven milliseconds. The first one does for the lexicon as it is:
 * where words are added and it no longer does, the one that is found takes its place. */
#define FACTORS_MOST 64
#define FACTOR_FIRST UINT64_C(0xC271710AFC19DDFD)

void scan_sieve(struct sam_mask *mask)
{
    scan_classes(mask->classes);
    mask->meanings[0].stays = STATE_ANY(0xFF) | STATE_FLAGS(0xFFFF); /* of all words that the table does not hold */
    mask->sieve_factor = FACTOR_FIRST;
    for (size_t tries = 0; !scan_each_word(sieve_word, mask); tries++) {
        SAM_MUST(tries < FACTORS_MOST);
        memset(mask->sieve, 0, sizeof(mask->sieve));
        mask->sieve_factor = mask->sieve_factor * UINT64_C(0xD1342543DE82EF95) | 1U;
    }
}
