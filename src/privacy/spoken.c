/*
 * Numbers that are dictated, in words or in small groups of digits, also over several turns with the listener's "ja" or read-back between
 * them. A run of numbers that belongs to a scale word ("hundrede") or a unit ("kroner") is an amount and stays.
 *
 *   turn of X: "... nul fire nul ni"      tail: the run ends the turn  -> a chain is open
 *   turn of Y: "ja" / "nul fire nul ni"   few words, or numbers        -> the chain stays open
 *   turn of X: "tres tolv ..."            head: the run starts the turn -> goes on, else the chain is closed and judged as one number
 */
#include "run.h"

#include <string.h>

#define CHAIN_MAX 24
/** Words before a run that goes on, and words of a listener's turn in between. */
#define HEAD_WORDS     3
#define LISTENER_WORDS 2

struct chain {
    struct run runs[CHAIN_MAX];
    size_t n;
    int32_t party;
    bool open;
    struct run left; /* the last run that stayed as it is; left.n = 0 when there is none */
};

static bool only_fillers(const struct scan *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (s->tokens[i].kind != TOKEN_WORD || (s->tokens[i].word != WORD_FILLER && s->tokens[i].word != WORD_AND))
            return false;
    }
    return true;
}

/* ---- judging ------------------------------------------------------------------------------------------------------------- */

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

/** Digits that hundreds must come to, to be no amount. */
#define HUNDREDS_LEAST 7

/** How many turns before a number its beginning may have been said once, or the birth date that it goes on. */
#define LEFT_TURNS 4

/** Masks what stayed before a number that is masked when it is the same number's: its beginning, broken off and said anew, or the birth
 * date whose last digits these are. @param piece  where the number starts */
static void mask_left(struct scan *s, struct chain *c, size_t piece, const struct run *number, enum sam_identifier identifier)
{
    const struct run *left = &c->left;
    size_t least = left->piece == piece ? 2 : DICTATED_LEAST;
    bool known = left->piece == piece || (s->pieces[left->piece].suspect & SUSPECT_NUMBERS); /* whatever else may have had it cut */
    if (left->n == 0 || left->piece + LEFT_TURNS < piece || !known)
        return;
    struct groups g = {.n = left->n, .groups = 1, .size = {(uint8_t)left->n}};
    memcpy(g.digits, left->digits, left->n);
    bool begun = left->n >= least && left->n <= number->n && memcmp(left->digits, number->digits, left->n) == 0;
    bool born = identifier == SAM_IDENTIFIER_IDENTITY && (number->n == 4 || number->n == 5) && dated(&g);
    if (begun || born)
        mask_run(s, left, identifier);
    c->left.n = 0;
}

/** @return whether a run is the last digits of the identity number whose birth date stayed before it in its turn: "... og de sidste er" */
static bool goes_with_birth(const struct scan *s, const struct chain *c, const struct run *run)
{
    static const char *const last[] = {"sidste", "siste", "sista", "last"};
    const struct piece *p = &s->pieces[run->piece];
    if (c->left.n != 6 || c->left.piece != run->piece || (run->n != 4 && run->n != 5))
        return false;
    for (size_t i = c->left.last + 1; i < run->first; i++) {
        for (size_t k = 0; k < SAM_COUNT(last); k++) {
            if (sam_span_is_nocase(scan_text(p, &s->tokens[i]), last[k]))
                return true;
        }
    }
    return false;
}

static void judge_alone(struct scan *s, struct chain *c, const struct run *run)
{
    enum sam_identifier identifier;
    bool amount = run->amount || (run->hundreds && run->n < HUNDREDS_LEAST);
    bool judged = !amount && run->words > 0 && run->n >= DICTATED_LEAST; /* what is all digits was judged as written */
    bool birth = judged && goes_with_birth(s, c, run);
    if (birth)
        identifier = SAM_IDENTIFIER_IDENTITY;
    if (birth || (judged && dictated(run->digits, run->n, scan_key(s, run->piece, run->first), s->languages, &identifier))) {
        mask_run(s, run, identifier);
        mask_left(s, c, run->piece, run, identifier);
    } else if (!amount && run->words > 0 && run->n >= 2) {
        c->left = *run;
    }
}

/** Adds a run to the sums of a chain's runs. */
static void take_in(struct run *all, const struct run *run)
{
    size_t more = run->n < DIGITS_MAX - all->n ? run->n : DIGITS_MAX - all->n;
    memcpy(all->digits + all->n, run->digits, more);
    all->n += more;
    all->words += run->words;
    all->longest = run->longest > all->longest ? run->longest : all->longest;
    all->amount = all->amount || run->amount;
    all->hundreds = all->hundreds || run->hundreds;
}

/** @return whether all runs of a chain but read-backs are one number */
static bool one_number(struct scan *s, const struct chain *c, struct run *all, enum sam_identifier *identifier)
{
    size_t runs = 0;
    *all = (struct run){.n = 0};
    for (size_t i = 0; i < c->n; i++) {
        if (c->runs[i].echo)
            continue;
        take_in(all, &c->runs[i]);
        runs++;
    }
    if (runs < 2 || all->amount || (all->hundreds && all->n < HUNDREDS_LEAST))
        return false;
    enum word_kind key = scan_key(s, c->runs[0].piece, c->runs[0].first);
    bool parts = all->words > 0 || all->longest <= 4 || parted(all->digits, c->runs[0].n, all->n, key, s->languages);
    return parts && dictated(all->digits, all->n, key, s->languages, identifier); /* else two numbers of two turns */
}

/** Judges a chain as one number; when it is none, each of its runs. */
static void judge(struct scan *s, struct chain *c)
{
    enum sam_identifier identifier = SAM_IDENTIFIER_PHONE;
    struct run all;
    bool one = one_number(s, c, &all, &identifier);
    c->open = false;
    for (size_t i = 0; i < c->n; i++) {
        if (one)
            mask_run(s, &c->runs[i], identifier);
        else
            judge_alone(s, c, &c->runs[i]);
    }
    if (one)
        mask_left(s, c, c->runs[0].piece, &all, identifier);
    c->n = 0;
}

static void chain_add(struct scan *s, struct chain *c, const struct run *run, bool echo)
{
    if (c->n == CHAIN_MAX)
        judge(s, c);
    c->runs[c->n] = *run;
    c->runs[c->n++].echo = echo;
}

/* ---- turns ------------------------------------------------------------------------------------------------------------------ */

/** A turn of the one who dictates. */
static void dictate(struct scan *s, size_t piece, struct chain *c)
{
    const struct piece *p = &s->pieces[piece];
    size_t i = p->first, end = p->first + p->n, n = 0;
    struct run run;
    for (; run_next(s, piece, &i, &run); n++) {
        bool head = n == 0 && (run.first - p->first <= HEAD_WORDS || only_fillers(s, p->first, run.first));
        bool tail = only_fillers(s, run.last + 1, end);
        bool aside = run.n == 1 && run.last - run.first + 1 < p->n; /* "oh, and ..." is no digit */
        if (c->open && (!head || aside))
            judge(s, c);
        if (c->open || tail)
            chain_add(s, c, &run, false);
        else
            judge_alone(s, c, &run);
        if (c->open && !tail)
            judge(s, c);
        c->open = tail;
        c->party = p->party;
    }
    if (n == 0 && c->open && !only_fillers(s, p->first, end))
        judge(s, c);
}

/** A turn of somebody else while a chain is open: a few words or a read-back leave it open. */
static bool listen(struct scan *s, size_t piece, struct chain *c)
{
    const struct piece *p = &s->pieces[piece];
    size_t i = p->first, others = p->n;
    struct run runs[4], run;
    size_t n = 0;
    for (size_t k = p->first; k < p->first + p->n; k++)
        others -= s->tokens[k].word == WORD_FILLER || s->tokens[k].word == WORD_AND;
    while (run_next(s, piece, &i, &run)) {
        for (size_t k = run.first; k <= run.last; k++)
            others -= s->tokens[k].word != WORD_FILLER && s->tokens[k].word != WORD_AND;
        if (n < SAM_COUNT(runs))
            runs[n++] = run;
    }
    if (others > LISTENER_WORDS)
        return false;
    for (size_t k = 0; k < n; k++) {
        if (runs[k].n >= 2 && !runs[k].amount)
            chain_add(s, c, &runs[k], true);
    }
    return true;
}

void scan_spoken(struct scan *s)
{
    struct chain chain = {.n = 0};
    for (size_t p = 0; p < s->pieces_n; p++) {
        if (!chain.open && !s->pieces[p].suspect)
            continue;
        scan_need(s, p);
        bool other = chain.open && s->pieces[p].party != chain.party;
        if (other && listen(s, p, &chain))
            continue;
        if (other)
            judge(s, &chain);
        dictate(s, p, &chain);
    }
    judge(s, &chain);
}
