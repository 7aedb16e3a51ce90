/*
 * What runs of numbers are judged to be: one number of all parts of a chain, or each by itself; and masking them.
 */
#include "chain.h"

#include <string.h>

/** @return whether token i of a run is no part of a number: a filler, or an "and" that makes no "fem og firs" */
static bool between(const struct scan *s, const struct run *run, size_t i)
{
    if (s->tokens[i].word == WORD_FILLER || s->tokens[i].masked)
        return true;
    if (s->tokens[i].word != WORD_AND)
        return false;
    if (i == run->first || i == run->last)
        return true;
    bool hundreds = s->tokens[i - 1].word == WORD_SCALE && run_number(&s->tokens[i + 1]);
    return !hundreds && (s->tokens[i - 1].word != WORD_UNIT || s->tokens[i + 1].word != WORD_TENS);
}

/** Masks the numbers of a run and leaves the fillers between them. */
static void mask_run(struct scan *s, const struct run *run, enum sam_identifier identifier)
{
    for (size_t i = run->first; i <= run->last;) {
        if (between(s, run, i)) {
            i++;
            continue;
        }
        size_t last = i;
        while (last < run->last && !between(s, run, last + 1))
            last++;
        scan_find_tokens(s, run->piece, i, last, identifier);
        i = last + 1;
    }
}

/** Digits that hundreds must come to, to be no amount; and where the words ask for a number. */
#define HUNDREDS_LEAST 7
#define HUNDREDS_ASKED 5

/** How many turns before a number its beginning may have been said once, or the birth date that it goes on. */
#define LEFT_TURNS 4

/** Most words that take a number back: "no sorry it's not". */
#define CORRECTION_WORDS 4

/** @return whether a number is said not to be the one: "nej det er ikke enogtredive" */
static bool negated(const struct scan *s, const struct run *run)
{
    return run->first > s->pieces[run->piece].first && (s->tokens[run->first - 1].extra & EXTRA_NOT) != 0;
}

/** @return whether the words from..to take back the number before them and nothing else: "nej undskyld", "not", "\303\270h nej det er"; any
 * little words do where it was taken back before, @param back */
static bool corrects(const struct scan *s, size_t from, size_t to, bool back)
{
    if (from >= to || to - from > CORRECTION_WORDS)
        return false;
    for (size_t i = from; i < to; i++) {
        const struct token *t = &s->tokens[i];
        bool little = t->word == WORD_FILLER || (t->extra & (EXTRA_HEDGE | EXTRA_NOT | EXTRA_BACK)) != 0;
        if (t->kind != TOKEN_WORD || t->masked || !little)
            return false;
        back = back || (t->extra & (EXTRA_BACK | EXTRA_NOT)) != 0;
    }
    return back;
}

/** @return whether a run takes back what is masked before it in its turn, or is taken back by what is masked behind it */
static bool beside_masked(const struct scan *s, const struct run *run)
{
    const struct piece *p = &s->pieces[run->piece];
    size_t end = p->first + p->n;
    for (size_t far = 1; far <= CORRECTION_WORDS; far++) {
        if (run->first >= p->first + far + 1 && s->tokens[run->first - far - 1].masked && corrects(s, run->first - far, run->first, false))
            return true;
        if (run->last + far + 1 < end && s->tokens[run->last + far + 1].masked &&
            corrects(s, run->last + 1, run->last + far + 1, negated(s, run)))
            return true;
    }
    return false;
}

/** Masks what stayed before a number that is masked when it is the same number's: its beginning, broken off and said anew, what was taken
 * back, or the birth date whose last digits these are. @param first  of the number's runs */
static void mask_left(struct scan *s, struct chain *c, const struct run *first, const struct run *number, enum sam_identifier identifier)
{
    const struct run *left = &c->left;
    size_t piece = first->piece;
    size_t least = left->piece == piece ? 2 : DICTATED_LEAST;
    if (left->n == 0 || left->piece + LEFT_TURNS < piece)
        return;
    struct groups g = {.n = left->n, .groups = 1, .size = {(uint8_t)left->n}};
    memcpy(g.digits, left->digits, left->n);
    bool begun = left->n >= least && left->n <= number->n && memcmp(left->digits, number->digits, left->n) == 0;
    bool born = identifier == SAM_IDENTIFIER_IDENTITY && number->n <= 5 && dated(&g);
    bool corrected = left->piece == piece && corrects(s, left->last + 1, first->first, negated(s, left));
    if (begun || born || corrected)
        mask_run(s, left, identifier);
    c->left.n = 0;
}

/** @return whether a run is the last digits of the identity number whose birth date stayed before it in its turn: "... og de sidste er" */
static bool goes_with_birth(const struct scan *s, const struct chain *c, const struct run *run)
{
    static const char *const last[] = {"sidste", "siste", "sista", "last", "resten", "rest"};
    const struct piece *p = &s->pieces[run->piece];
    if ((c->left.n != 6 && c->left.n != 8) || c->left.piece != run->piece || run->n < DICTATED_LEAST || run->n > 5)
        return false;
    for (size_t i = c->left.last + 1; i < run->first; i++) {
        for (size_t k = 0; k < SAM_COUNT(last); k++) {
            if (sam_span_is_nocase(scan_text(p, &s->tokens[i]), last[k]))
                return true;
        }
    }
    return false;
}

bool chain_asks(enum word_kind key)
{
    return key >= WORD_IDENTITY && key <= WORD_SECRET;
}

/** The last two digits of years that are long past: nobody's parcel came then. */
#define PAST_LEAST 30

bool chain_told(const struct scan *s, const struct run *run, enum word_kind key, enum sam_identifier *identifier)
{
    if (run->counted && !chain_asks(key))
        return false;
    if (!run->birth && run->loose > 0 && run->n < 8 && run->n + (run->hundreds ? 2 : 1) * run->loose >= 8 && key == WORD_OTHER) {
        *identifier = SAM_IDENTIFIER_PHONE;
        return true;
    }
    if (!run->birth)
        return dictated(run->digits, run->n, key, s->languages, identifier);
    bool past = run->n > 5 && (run->digits[4] - '0') * 10 + run->digits[5] - '0' >= PAST_LEAST;
    *identifier = SAM_IDENTIFIER_IDENTITY;
    return (run->n == 10 || run->n == 11) && (past || key == WORD_IDENTITY);
}

/** @return whether a run is all written digits and not parted by what is said for a pause: judged as written before. Times are no number
 * though one waits between them. */
static bool written_only(const struct scan *s, const struct run *run, enum word_kind key)
{
    if (run->words > 0)
        return false;
    for (size_t i = run->first + 1; i <= run->last; i++) {
        struct sam_span gap = scan_gap(s, &s->pieces[run->piece], i);
        if (memchr(gap.at, ':', gap.len) || memchr(gap.at, '.', gap.len))
            return true;
    }
    bool trunk = run->digits[0] == '0' && (run->n == 10 || run->n == 11); /* "07548 um 020418" */
    return !run->paused || (run->longest > 3 && !chain_asks(key) && !trunk);
}

/** @return whether hundreds in a run make it an amount */
static bool hundreds_only(const struct run *run, enum word_kind key)
{
    return run->hundreds && run->n + 2 * run->loose < (chain_asks(key) ? HUNDREDS_ASKED : HUNDREDS_LEAST);
}

/** @return whether a run is an identifier by itself */
static bool identified(struct scan *s, const struct chain *c, const struct run *run, enum sam_identifier *identifier)
{
    *identifier = SAM_IDENTIFIER_IDENTITY;
    if (run->words > 0 && goes_with_birth(s, c, run))
        return true;
    if (run->n < DICTATED_LEAST)
        return false;
    enum word_kind key = scan_key(s, run->piece, run->first);
    if (key == WORD_OTHER && run->n <= BEHIND_MOST)
        key = scan_key_behind(s, &s->pieces[run->piece], run->last);
    if (!hundreds_only(run, key) && !written_only(s, run, key) && chain_told(s, run, key, identifier))
        return true;
    *identifier = SAM_IDENTIFIER_PHONE;
    return !hundreds_only(run, key) && beside_masked(s, run);
}

void chain_judge_alone(struct scan *s, struct chain *c, const struct run *run)
{
    enum sam_identifier identifier;
    if (run->amount)
        return;
    if (identified(s, c, run, &identifier)) {
        mask_run(s, run, identifier);
        mask_left(s, c, run, run, identifier);
        said_letters(s, run, run, run->n);
    } else if (run->words > 0 && run->n >= 2 && (s->pieces[run->piece].suspect & SUSPECT_NUMBERS)) {
        c->left = *run; /* not what a turn tells that was cut for something else */
    }
}

/** Adds a run to the sums of a chain's runs. */
static void take_in(struct run *all, const struct run *run)
{
    size_t more = run->n < DIGITS_MAX - all->n ? run->n : DIGITS_MAX - all->n;
    memcpy(all->digits + all->n, run->digits, more);
    all->n += more;
    all->words += run->words;
    all->loose += run->loose;
    all->longest = run->longest > all->longest ? run->longest : all->longest;
    all->amount = all->amount || run->amount;
    all->hundreds = all->hundreds || run->hundreds;
    all->birth = all->birth || run->birth;
}

/** @return whether digits are just as many as a number has: for those that are put together over other words */
static bool whole(const struct scan *s, const struct run *all, enum sam_identifier identifier)
{
    if (identifier == SAM_IDENTIFIER_IDENTITY)
        return true;
    bool trunk = all->digits[0] == '0' && all->n >= 9 && all->n <= 11;
    return trunk || ((s->languages & (DA | NB | NN)) && all->n == 8) || all->n == 16;
}

/** Which runs of a chain may be the parts of one number. */
enum way {
    WAY_OWN,  /* of the one who dictates */
    WAY_ONCE, /* the same, without what is said again to go on from: "... syvogfirs, hvad siger du, ja syvogfirs, og s\303\245 enogtyve" */
    WAY_OTHERS, /* of the other one, who was asked "var det femogtredive tolv" and says it anew */
    WAY_ALL,    /* of both, but what is read back: one begins the number, the other ends it */
    WAYS
};

/** @return how many of the last digits of all a run begins with, two at least, else 0 */
static size_t overlap(const struct run *all, const struct run *run)
{
    for (size_t n = run->n < all->n ? run->n : all->n; n >= 2; n--) {
        if (memcmp(all->digits + all->n - n, run->digits, n) == 0)
            return n;
    }
    return 0;
}

/** @return whether a run counts in a way of putting a chain together; *said how many of its first digits were said before */
static bool counts(const struct run *run, enum way way, const struct run *all, size_t *said)
{
    *said = way == WAY_ONCE || way == WAY_ALL ? overlap(all, run) : 0;
    if (way == WAY_OTHERS)
        return run->echo;
    return (way == WAY_ALL || !run->echo) && *said < run->n;
}

/** Puts the runs of a chain together. @return how many they are */
static size_t put_together(const struct chain *c, enum way way, struct run *all)
{
    size_t runs = 0, said = 0;
    *all = (struct run){.n = 0};
    for (size_t i = 0; i < c->n; i++) {
        if (!counts(&c->runs[i], way, all, &said))
            continue;
        struct run rest = c->runs[i];
        rest.n -= said;
        memmove(rest.digits, rest.digits + said, rest.n);
        take_in(all, &rest);
        runs++;
    }
    return runs;
}

/** @return whether the runs of a chain that count in a way are one number */
static bool one_number(struct scan *s, const struct chain *c, enum way way, struct run *all, enum sam_identifier *identifier)
{
    size_t runs = put_together(c, way, all);
    if (runs < 2 || all->amount || (all->hundreds && all->n + 2 * all->loose < HUNDREDS_LEAST) || (way == WAY_ONCE && !c->hedged))
        return false;
    enum word_kind key = scan_key(s, c->runs[0].piece, c->runs[0].first);
    bool parts = all->words > 0 || all->longest <= 4 || parted(all->digits, c->runs[0].n, all->n, key, s->languages);
    if (!parts || !chain_told(s, all, key, identifier)) /* two numbers of two turns */
        return false;
    return chain_asks(key) || (way != WAY_ALL && (!c->hedged || whole(s, all, *identifier)));
}

/** Masks what is no number by itself but begins as one of the same chain that is masked: "is it still oh seven four double nine" before "no
 * it's oh seven eight ..." */
static void mask_alike(struct scan *s, const struct chain *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct run *run = &c->runs[i];
        bool alike = false;
        for (size_t k = 0; k < c->n; k++) {
            const struct run *other = &c->runs[k];
            alike = alike || (s->tokens[other->first].masked && other->n > run->n && memcmp(other->digits, run->digits, 2) == 0);
        }
        if (alike && run->n >= DICTATED_LEAST && run->words > 0 && !run->amount && !s->tokens[run->first].masked)
            mask_run(s, run, SAM_IDENTIFIER_PHONE);
    }
}

void chain_judge(struct scan *s, struct chain *c)
{
    enum sam_identifier identifier = SAM_IDENTIFIER_PHONE;
    struct run all;
    bool one = false;
    for (enum way way = WAY_OWN; way < WAYS && c->n > 1 && !one; way++)
        one = one_number(s, c, way, &all, &identifier);
    c->open = false;
    for (size_t i = 0; i < c->n; i++) {
        if (one)
            mask_run(s, &c->runs[i], identifier);
        else
            chain_judge_alone(s, c, &c->runs[i]);
    }
    if (!one)
        mask_alike(s, c);
    else {
        mask_left(s, c, &c->runs[0], &all, identifier);
        said_letters(s, &c->runs[0], &c->runs[c->n - 1], all.n);
    }
    c->n = 0;
    c->hedged = false;
}
