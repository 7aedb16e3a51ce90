/*
 * The first look: one pass over all words that tells which turns may hold an identifier, so that the others (most of them) cost no second.
 * It may suspect too much, never too little. On the way it counts the little words that tell the language.
 *
 * A turn is suspect when it has an '@', the words of a spoken e-mail address, a street's name before a number, numbers in a row (digits or
 * words) of UNNAMED_LEAST digits or of DICTATED_LEAST where a key word is near, or a number at its end that may go on in a later turn.
 *
 * The turns are copied one behind another, so that no word is near the end of what may be read: 64 bytes at a time become bits (letters,
 * digits, where a word begins), and each word is one load, one hash and one look at the table. Texts with other letters than those of the
 * five languages, and very long ones, go word by word instead (walk.h); both find the same.
 */
#include "walk.h"

/* ---- words, digits -------------------------------------------------------------------------------------------------------- */

/** What is known while a piece is gone through. */
struct look {
    const char *begin;      /* of the piece's bytes */
    struct sam_span before; /* the last word */
    uint64_t run;           /* digits of the numbers in a row that end here, a lane for each of enum lane */
    uint64_t some, many;    /* the highest bit of each lane in which a run had DICTATED_LEAST digits, UNNAMED_LEAST */
    uint64_t marks;         /* words that tell the language, a lane for each of scan_groups */
    uint32_t state; /* lanes in which a number or a scale word was the last that is no filler, in which there is one; flags of all */
    uint8_t holds;  /* bits of enum holds */
};

ALWAYS_INLINE void see_word(const struct sam_mask *mask, uint64_t first, struct sam_span word, struct look *l)
{
    const struct sam_mask_meaning *m = scan_meaning(mask, scan_first(mask, first));
    l->run = (l->run & m->keep) + m->digits;
    l->some |= l->run + EACH_LANE * (LANE_HIGH - DICTATED_LEAST);
    l->many |= l->run + EACH_LANE * (LANE_HIGH - UNNAMED_LEAST);
    l->marks += m->marks;
    l->state = (l->state & m->stays) | m->adds;
    if (__builtin_expect(m->adds & STATE_FLAGS(EXTRA_HOUSE | EXTRA_SIGN), 0)) {
        if ((m->adds & STATE_FLAGS(EXTRA_HOUSE)) && l->before.len > 0 && scan_street_word(mask, l->before))
            l->holds |= HOLDS_HOUSE;
        if ((m->adds & STATE_FLAGS(EXTRA_SIGN)) && word.at > l->begin &&
            (word.at[-1] == '(' || word.at[-1] == '[')) /* "anna(at)firma.dk" */
            l->holds |= HOLDS_AT;
    }
    l->before = word;
}

/** Most digits of a house's number. */
#define HOUSE_MOST 3

/** A run of digits counts for each lane as numbers do. @param glued  a letter stands right before it */
static __attribute__((noinline)) void see_digits(const struct sam_mask *mask, size_t n, bool glued, struct look *l)
{
    bool post_code = (n == 4 || n == 5) && (l->holds & HOLDS_DIGITS);
    if (glued || post_code || (n <= HOUSE_MOST && l->before.len > 0 && scan_street_word(mask, l->before)))
        l->holds |= HOLDS_HOUSE;
    l->run += EACH_LANE * (n < UNNAMED_LEAST ? n : UNNAMED_LEAST);
    l->some |= l->run + EACH_LANE * (LANE_HIGH - DICTATED_LEAST);
    l->many |= l->run + EACH_LANE * (LANE_HIGH - UNNAMED_LEAST);
    l->run &= ~(EACH_LANE * LANE_HIGH);
    l->state |= STATE_TAIL((1U << LANES) - 1) | STATE_ANY((1U << LANES) - 1);
    l->holds |= HOLDS_DIGITS;
}

/** @return the lanes whose highest bit is set, a bit each */
static uint8_t lanes_of(uint64_t high)
{
    uint8_t lanes = 0;
    for (unsigned lane = 0; lane < LANES; lane++)
        lanes |= (uint8_t)((high >> (LANE_BITS * lane + LANE_BITS - 1) & 1U) << lane);
    return lanes;
}

/** What a look found goes to its piece, and the words that tell the language to seen. */
static void looked(const struct look *l, struct piece *p, uint64_t seen[SCAN_GROUPS])
{
    unsigned flags = l->state >> 16, any = l->state >> 8 & 0xFFU;
    bool house = (flags & EXTRA_HOUSE) || (l->holds & HOLDS_DIGITS);
    p->flags = (uint8_t)(l->holds | (flags & EXTRA_SIGN ? HOLDS_SIGN : 0) | (flags & EXTRA_DOT ? HOLDS_DOT : 0) |
                         ((flags & EXTRA_STREET) && house ? HOLDS_STREET : 0) | (flags & EXTRA_KEY ? HOLDS_KEY : 0) |
                         (flags & EXTRA_PAUSE ? HOLDS_PAUSE : 0));
    p->some = p->many = 0;
    p->any = (uint8_t)any;
    p->tail = (uint8_t)l->state;
    if (any != 0) {
        p->some = lanes_of(l->some);
        p->many = lanes_of(l->many);
    }
    for (unsigned g = 0; g < SCAN_GROUPS; g++)
        seen[g] += l->marks >> (MARK_BITS * g) & ((UINT64_C(1) << MARK_BITS) - 1);
}

/* ---- word by word ----------------------------------------------------------------------------------------------------------- */

/** Words after which the lanes are emptied, before one could be full. */
#define WORDS_MANY 1000

static void look_slowly(const struct sam_mask *mask, struct piece *p, uint64_t seen[SCAN_GROUPS])
{
    struct walk_tail tail;
    struct walk w = walk_from(mask->classes, p->text, &tail);
    struct look l = {.begin = p->text.at};
    const char *behind = NULL;
    size_t n = 0;
    for (int class = walk_next(&w); class != 0; class = walk_next(&w)) {
        if (class == CLASS_LETTER)
            see_word(mask, w.first, w.token, &l);
        else if (class == CLASS_DIGIT)
            see_digits(mask, w.token.len, w.token.at == behind, &l);
        else
            l.holds |= HOLDS_AT;
        behind = w.at;
        n += class != CLASS_AT;
        if (n % WORDS_MANY == WORDS_MANY - 1) {
            struct piece some;
            looked(&l, &some, seen);
            l.marks = 0;
            l.run = 0;
            l.many |= EACH_LANE * LANE_HIGH;
            l.state |= STATE_ANY((1U << LANES) - 1);
        }
    }
    looked(&l, p, seen);
    p->n = n;
}

/* ---- 64 bytes at a time ------------------------------------------------------------------------------------------------------ */

#define BLOCK 64
/** Bytes of turns that are gone through together; a longer turn goes by itself, word by word. */
#define GATHER_MOST 4096
#define BLOCKS      (GATHER_MOST / BLOCK)

/** Turns one behind another, a zero between them, as bytes and as bits; zeros behind. */
struct gather {
    char text[GATHER_MOST + 2 * BLOCK];
    uint64_t letters[BLOCKS + 2]; /* bytes of letters, ASCII or of Latin-1 */
    uint64_t begins[BLOCKS + 2];  /* a word or a run of digits begins here, or an '@' stands here */
    uint64_t odd[BLOCKS + 2];     /* bytes that only the walk can tell */
    size_t used;
};

/** Bits of 64 bytes. */
struct bits {
    uint64_t letters, digits, ats; /* letters: ASCII */
    uint64_t high, leads, signs;   /* bytes that are not ASCII; of them C3, C2 */
    uint64_t tails;                /* 80..BF */
};

#ifdef __SSE2__
ALWAYS_INLINE struct bits bits_of(const char *at)
{
    struct bits b = {0};
    for (unsigned i = 0; i < BLOCK / WALK_STEP; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i * (size_t)WALK_STEP));
        __m128i moved = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8((char)('a' - 128)));
        __m128i number = _mm_sub_epi8(bytes, _mm_set1_epi8((char)('0' - 128)));
#define BITS(vector) ((uint64_t)(unsigned)_mm_movemask_epi8(vector) << (i * WALK_STEP))
        b.letters |= BITS(_mm_cmplt_epi8(moved, _mm_set1_epi8(-128 + 26)));
        b.digits |= BITS(_mm_cmplt_epi8(number, _mm_set1_epi8(-128 + 10)));
        b.ats |= BITS(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('@')));
        b.high |= BITS(bytes);
        b.leads |= BITS(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xC3)));
        b.signs |= BITS(_mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)0xC2)));
        b.tails |= BITS(_mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0)));
#undef BITS
    }
    return b;
}
#else
ALWAYS_INLINE struct bits bits_of(const char *at)
{
    struct bits b = {0};
    for (unsigned i = 0; i < BLOCK; i++) {
        unsigned char c = (unsigned char)at[i];
        uint64_t bit = UINT64_C(1) << i;
        b.letters |= ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ? bit : 0;
        b.digits |= (c >= '0' && c <= '9') ? bit : 0;
        b.ats |= c == '@' ? bit : 0;
        b.high |= c >= 0x80 ? bit : 0;
        b.leads |= c == 0xC3 ? bit : 0;
        b.signs |= c == 0xC2 ? bit : 0;
        b.tails |= (c >= 0x80 && c < 0xC0) ? bit : 0;
    }
    return b;
}
#endif

/** Bytes to bits. */
static void gather_bits(struct gather *g)
{
    uint64_t leads = 0, signs = 0, letters = 0, digits = 0; /* of the block before: its last byte */
    memset(g->text + g->used, 0, 2 * BLOCK);
    size_t n = g->used / BLOCK + 1;
    for (size_t i = 0; i < n; i++) {
        struct bits b = bits_of(g->text + i * BLOCK);
        bool more = ((unsigned char)g->text[(i + 1) * BLOCK] & 0xC0) == 0x80;
        uint64_t before_tail = b.tails >> 1 | (uint64_t)more << (BLOCK - 1);
        uint64_t behind_lead = b.tails & (b.leads << 1 | leads), behind_sign = b.tails & (b.signs << 1 | signs);
        uint64_t all = b.letters | (b.leads & before_tail) | behind_lead;
        g->letters[i] = all;
        g->begins[i] = (all & ~(all << 1 | letters)) | (b.digits & ~(b.digits << 1 | digits)) | b.ats;
        g->odd[i] = b.high & ~(all | (b.signs & before_tail) | behind_sign);
        leads = b.leads >> (BLOCK - 1);
        signs = b.signs >> (BLOCK - 1);
        letters = all >> (BLOCK - 1);
        digits = b.digits >> (BLOCK - 1);
    }
    g->letters[n] = 0;
}

/** The first bytes of a word that is len bytes long, zeros behind. */
ALWAYS_INLINE uint64_t first_of(const char *at, unsigned len)
{
    uint64_t first = 0;
    memcpy(&first, at, sizeof(first));
    int missing = SIEVE_BYTES - (int)len;
    unsigned left = (unsigned)(missing & ~(missing >> 31)); /* no branch: short and long words come in no order */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return first >> 8 * left << 8 * left;
#else
    return first << 8 * left >> 8 * left;
#endif
}

/** A word of more bytes than this is told by the walk. */
#define WORD_LONG 62

/** What begins at a bit of a block. @return whether it is a token */
ALWAYS_INLINE bool look_at(const struct sam_mask *mask, const struct gather *g, size_t block, unsigned bit, struct look *l,
                           unsigned *longest)
{
    const char *at = g->text + block * BLOCK + bit;
    if (__builtin_expect((g->letters[block] >> bit & 1U) != 0, 1)) {
        uint64_t letters = g->letters[block] >> bit | g->letters[block + 1] << 1 << (BLOCK - 1 - bit);
        unsigned len = (unsigned)__builtin_ctzll(~letters | UINT64_C(1) << (BLOCK - 1));
        *longest = len > *longest ? len : *longest;
        see_word(mask, first_of(at, len), (struct sam_span){at, len}, l);
        return true;
    }
    if (*at == '@') {
        l->holds |= HOLDS_AT;
        return false;
    }
    size_t n = 1;
    while (at[n] >= '0' && at[n] <= '9')
        n++;
    struct look apart = *l; /* so that the look itself stays in registers */
    see_digits(mask, n, l->before.len > 0 && l->before.at + l->before.len == at, &apart);
    *l = apart;
    return true;
}

/** Looks at the piece whose bytes are from..to of a gather. */
static void look_at_piece(const struct sam_mask *mask, const struct gather *g, size_t from, size_t to, struct piece *p,
                          uint64_t seen[SCAN_GROUPS])
{
    struct look l = {.begin = g->text + from};
    unsigned longest = 0;
    uint64_t odd = 0;
    size_t n = 0;
    for (size_t block = from / BLOCK; block * BLOCK < to; block++) {
        uint64_t inside = ~UINT64_C(0);
        if (block == from / BLOCK)
            inside &= ~UINT64_C(0) << from % BLOCK;
        if (to - block * BLOCK < BLOCK)
            inside &= ~(~UINT64_C(0) << (to - block * BLOCK));
        odd |= g->odd[block] & inside;
        for (uint64_t begins = g->begins[block] & inside; begins != 0; begins &= begins - 1)
            n += look_at(mask, g, block, (unsigned)__builtin_ctzll(begins), &l, &longest);
    }
    if (odd != 0 || longest > WORD_LONG) {
        look_slowly(mask, p, seen);
        return;
    }
    looked(&l, p, seen);
    p->n = n;
}

/** Looks at the pieces first..last, which are all that a gather holds. */
static void look_at_gathered(const struct sam_mask *mask, struct gather *g, struct piece *pieces, size_t n, uint64_t seen[SCAN_GROUPS])
{
    size_t from = 0;
    gather_bits(g);
    for (size_t i = 0; i < n; i++) {
        look_at_piece(mask, g, from, from + pieces[i].text.len, &pieces[i], seen);
        from += pieces[i].text.len + 1;
    }
    g->used = 0;
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
static uint8_t in_force(const uint64_t seen[SCAN_GROUPS], enum sam_language declared)
{
    size_t best = 0;
    uint8_t told = of_declared(declared);
    for (size_t g = 0; g < SCAN_GROUPS; g++)
        best = seen[g] > seen[best] ? g : best;
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

/* ---- which pieces ---------------------------------------------------------------------------------------------------------- */

/** More words than this are no listener's turn. */
#define LISTENER_MOST 40

/** @return whether the lane of the languages in force is among some */
static bool in_lane(const struct scan *s, uint8_t lanes)
{
    return ((unsigned)lanes >> s->lane & 1U) != 0;
}

/** @return whether the number at the end of a piece may go on in a later one: the next that has a number follows, or only short turns do */
static bool goes_on(const struct scan *s, size_t piece)
{
    for (size_t next = piece + 1; next < s->pieces_n; next++) {
        if (in_lane(s, s->pieces[next].any))
            return true;
        if (s->pieces[next].n > LISTENER_MOST)
            return false;
    }
    return false;
}

/** @return whether a key word stands in a piece or in one of those that a question reaches from */
static bool asked(const struct scan *s, size_t piece)
{
    for (size_t back = 0; back <= REACH_TURNS && back <= piece; back++) {
        if (s->pieces[piece - back].flags & HOLDS_KEY)
            return true;
    }
    return false;
}

static uint8_t suspect_of(const struct scan *s, size_t piece)
{
    const struct piece *p = &s->pieces[piece];
    bool others = (p->flags & (HOLDS_AT | HOLDS_HOUSE)) || ((p->flags & HOLDS_STREET) && (s->languages & EN)) ||
                  ((p->flags & HOLDS_SIGN) && (p->flags & HOLDS_DOT));
    uint8_t suspect = others ? SUSPECT_OTHERS : 0;
    if (!in_lane(s, p->any))
        return suspect;
    bool numbers = in_lane(s, p->many) || (in_lane(s, p->some) && ((p->flags & HOLDS_PAUSE) || asked(s, piece))) ||
                   (in_lane(s, p->tail) && goes_on(s, piece));
    return numbers ? suspect | SUSPECT_NUMBERS : suspect;
}

/* ---- all pieces ------------------------------------------------------------------------------------------------------------ */

void scan_look(struct scan *s, enum sam_language declared)
{
    struct gather g; /* not emptied: kilobytes */
    uint64_t seen[SCAN_GROUPS] = {0};
    size_t first = 0, tokens = 0;
    g.used = 0;
    for (size_t p = 0; p < s->pieces_n; p++) {
        struct sam_span text = s->pieces[p].text;
        if (g.used + text.len + 1 > GATHER_MOST) {
            look_at_gathered(s->mask, &g, s->pieces + first, p - first, seen);
            first = p;
        }
        if (text.len + 1 > GATHER_MOST) {
            look_slowly(s->mask, &s->pieces[p], seen);
            first = p + 1;
            continue;
        }
        if (text.len > 0)
            memcpy(g.text + g.used, text.at, text.len);
        g.used += text.len;
        g.text[g.used++] = 0;
    }
    look_at_gathered(s->mask, &g, s->pieces + first, s->pieces_n - first, seen);
    for (size_t p = 0; p < s->pieces_n; p++) {
        s->pieces[p].first = tokens;
        tokens += s->pieces[p].n;
    }
    s->tokens_n = tokens;
    s->languages = in_force(seen, declared);
    s->lane = LANE_ANY;
    for (size_t group = 0; group < SCAN_GROUPS; group++)
        s->lane = s->languages == scan_groups[group] ? (enum lane)group : s->lane;
    for (size_t p = 0; p < s->pieces_n; p++)
        s->pieces[p].suspect = suspect_of(s, p);
}
