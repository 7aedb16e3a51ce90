/*
 * The first look: one pass over all words that tells which turns may hold an identifier, so that the others (most of them) cost no second.
 * It may suspect too much, never too little. On the way it counts the little words that tell the language.
 *
 * A turn is suspect when it has a digit, an '@', the words of a spoken e-mail address, a street's name before a number word, number words
 * in a row of DICTATED_LEAST digits or more, or a number at its end, which may go on in a later turn.
 */
#include "walk.h"

/* ---- the table ---------------------------------------------------------------------------------------------------------- */

const uint8_t scan_groups[SCAN_GROUPS] = {DA, NB | NN, SV, EN};

static bool numeric(uint8_t kind)
{
    return kind == WORD_UNIT || kind == WORD_TEEN || kind == WORD_TENS || kind == WORD_COMPOUND || kind == WORD_REPEAT;
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

/* A lane holds a number of digits below its highest bit. */
#define LANE_BITS 12
#define LANE_FULL ((UINT64_C(1) << LANE_BITS) - 1)
#define LANE_HIGH (UINT64_C(1) << (LANE_BITS - 1))
#define EACH_LANE (UINT64_C(1) | UINT64_C(1) << 12 | UINT64_C(1) << 24 | UINT64_C(1) << 36 | UINT64_C(1) << 48)

/** Digits that a word of number stands for, as far as a lane counts them: two at least make a number. */
static uint64_t digits_of(const struct word *word)
{
    if (!numeric(word->kind))
        return 0;
    return word->kind == WORD_REPEAT ? 3 : word->kind == WORD_UNIT ? 1 : 2;
}

static void mean_in_lane(const struct word *word, enum lane lane, struct sam_mask_meaning *out)
{
    unsigned shift = LANE_BITS * (unsigned)lane;
    uint64_t digits = digits_of(word), before = out->digits >> shift & 3U;
    out->digits += (digits > before ? digits - before : 0) << shift;
    if (digits > 0 || word->kind == WORD_SCALE)
        out->number |= (uint8_t)(1U << lane);
    if (word->kind == WORD_FILLER || word->kind == WORD_AND)
        out->filler |= (uint8_t)(1U << lane);
    if (((unsigned)out->number | out->filler) >> lane & 1U)
        out->keep |= LANE_FULL << shift;
}

/** Adds what a word is in the languages of one lane, and in the lane for all. */
static void mean(const struct sam_mask *mask, struct sam_span text, uint8_t languages, enum lane lane, struct sam_mask_meaning *out)
{
    struct word word;
    if (!scan_word(mask, text, languages, &word) && scan_compound(mask, text, languages, &word.value))
        word.kind = WORD_COMPOUND;
    out->flags |= word.extra;
    mean_in_lane(&word, lane, out);
    mean_in_lane(&word, LANE_ANY, out);
    if ((numeric(word.kind) || word.kind == WORD_SCALE) && word.kind != WORD_REPEAT && word.value > 0 && text.len > 2)
        out->flags |= EXTRA_HOUSE;
    if (word.kind == WORD_MARK && lane != LANE_ANY)
        out->marks |= (uint8_t)(1U << lane);
}

static bool same(const struct sam_mask_meaning *a, const struct sam_mask_meaning *b)
{
    return a->digits == b->digits && a->keep == b->keep && a->number == b->number && a->filler == b->filler && a->marks == b->marks &&
           a->flags == b->flags;
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

/** Enters a word, once. */
static void sieve_word(struct sam_mask *mask, struct sam_span text)
{
    uint64_t hash = scan_hash(text);
    uint32_t slot = scan_sieve_slot(hash);
    for (; mask->sieve[slot] != 0; slot = (slot + 1) % SAM_MASK_SIEVE) {
        if ((mask->sieve[slot] ^ scan_tag(hash)) <= 0xFF)
            return;
    }
    struct sam_mask_meaning meaning = {.digits = 0};
    for (size_t g = 0; g < SCAN_GROUPS; g++)
        mean(mask, text, scan_groups[g], (enum lane)g, &meaning);
    mean(mask, text, ALL, LANE_ANY, &meaning);
    mask->sieve[slot] = scan_tag(hash) | number_of(mask, &meaning);
}

void scan_sieve(struct sam_mask *mask)
{
    size_t used = 0;
    scan_classes(mask->classes);
    scan_each_word(sieve_word, mask);
    for (size_t i = 0; i < SAM_MASK_SIEVE; i++)
        used += mask->sieve[i] != 0;
    SAM_MUST(used * 2 < SAM_MASK_SIEVE);
}

/* ---- one piece ------------------------------------------------------------------------------------------------------------ */

/** What is known while a piece is gone through. */
struct look {
    struct sam_span word; /* the last token when it is a word */
    uint64_t run;         /* digits of the number words in a row that end here, a lane for each of enum lane */
    uint64_t enough;      /* the highest bit of each lane in which a run had DICTATED_LEAST digits */
    uint8_t tail;         /* bits of lanes in which a number or a scale word was the last that is no filler */
    uint8_t flags;        /* of all words */
    bool house;           /* a street's name and a number word */
};

/** @return the groups of languages that the word tells */
ALWAYS_INLINE unsigned look_at_word(const struct sam_mask *mask, const struct walk *w, struct look *l)
{
    const struct sam_mask_meaning *m = scan_meaning(mask, w->hash);
    struct sam_span before = l->word;
    l->word = w->token;
    l->run = (l->run & m->keep) + m->digits;
    l->enough |= l->run + EACH_LANE * (LANE_HIGH - DICTATED_LEAST);
    l->tail = (uint8_t)((l->tail & m->filler) | m->number);
    l->flags |= m->flags;
    if ((m->flags & EXTRA_HOUSE) && before.len > 0)
        l->house |= scan_street_word(before);
    return w->token.len <= 5 ? m->marks : 0;
}

/** More tokens than this could fill a lane of digits: the piece is looked at again whatever it holds. */
#define TOKENS_MANY 1000

/** @param marks  how often words came that tell each set of groups; counted up */
static void look_at_piece(const struct sam_mask *mask, struct piece *p, uint32_t marks[1 << SCAN_GROUPS])
{
    struct walk_tail tail;
    struct walk w = walk_from(mask->classes, p->text, &tail);
    struct look l = {.run = 0};
    uint8_t holds = 0;
    size_t n = 0;
    for (int class = walk_next(&w); class != 0; class = walk_next(&w)) {
        if (class == CLASS_LETTER) {
            marks[look_at_word(mask, &w, &l)]++;
        } else {
            holds |= class == CLASS_AT ? HOLDS_AT : HOLDS_DIGITS;
            l.word = SAM_NO_SPAN;
        }
        n += class != CLASS_AT;
        if (n > TOKENS_MANY) {
            holds |= HOLDS_MANY;
            l.run = 0;
        }
    }
    holds |= (uint8_t)((l.flags & EXTRA_SIGN ? HOLDS_SIGN : 0) | (l.flags & EXTRA_DOT ? HOLDS_DOT : 0) | (l.house ? HOLDS_HOUSE : 0));
    p->n = n;
    p->flags = holds;
    p->spoken = l.tail;
    for (unsigned lane = 0; lane < LANES; lane++)
        p->spoken |= (uint8_t)((l.enough >> (LANE_BITS * lane + LANE_BITS - 1) & 1U) << lane);
}

/* ---- languages ---------------------------------------------------------------------------------------------------------- */

static uint8_t of_declared(enum sam_language declared)
{
    switch (declared) {
    case SAM_LANGUAGE_DA:
        return DA;
    case SAM_LANGUAGE_NB:
    case SAM_LANGUAGE_NN:
        return NB | NN;
    case SAM_LANGUAGE_SV:
        return SV;
    case SAM_LANGUAGE_EN:
        return EN;
    case SAM_LANGUAGE_UNKNOWN:
    case SAM_LANGUAGE_OTHER:
        return 0;
    }
    return 0;
}

/** The languages whose little words are the most; a declared language is believed unless the words speak clearly against it. */
static uint8_t in_force(const uint32_t marks[1 << SCAN_GROUPS], enum sam_language declared)
{
    uint64_t seen[SCAN_GROUPS] = {0};
    size_t best = 0;
    uint8_t told = of_declared(declared);
    for (size_t g = 0; g < SCAN_GROUPS; g++) {
        for (size_t some = 0; some < 1U << SCAN_GROUPS; some++)
            seen[g] += some >> g & 1U ? marks[some] : 0;
        best = seen[g] > seen[best] ? g : best;
    }
    for (size_t g = 0; g < SCAN_GROUPS; g++) {
        if (told == scan_groups[g] && seen[g] * 2 >= seen[best])
            return told;
    }
    if (seen[best] == 0)
        return told ? told : ALL;
    if (scan_groups[best] == SV || scan_groups[best] == EN)
        return (uint8_t)(scan_groups[best] | told);
    return (uint8_t)(DA | NB | NN | told); /* Danish and Norwegian are too near to part by a few words */
}

/* ---- all pieces ------------------------------------------------------------------------------------------------------------ */

void scan_look(struct scan *s, enum sam_language declared)
{
    uint32_t marks[1 << SCAN_GROUPS] = {0};
    size_t tokens = 0;
    for (size_t p = 0; p < s->pieces_n; p++) {
        look_at_piece(s->mask, &s->pieces[p], marks);
        s->pieces[p].first = tokens;
        tokens += s->pieces[p].n;
    }
    s->tokens_n = tokens;
    s->languages = in_force(marks, declared);
    s->lane = LANE_ANY;
    for (size_t g = 0; g < SCAN_GROUPS; g++)
        s->lane = s->languages == scan_groups[g] ? (enum lane)g : s->lane;
}

bool scan_suspect(const struct scan *s, const struct piece *p)
{
    if (p->flags & (HOLDS_DIGITS | HOLDS_AT | HOLDS_HOUSE | HOLDS_MANY))
        return true;
    if ((p->flags & HOLDS_SIGN) && (p->flags & HOLDS_DOT))
        return true;
    return (p->spoken >> s->lane & 1U) != 0;
}
