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
    bool hedged;     /* some of its runs stand in one turn with words of other kinds between them */
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

/** Digits that hundreds must come to, to be no amount; and where the words ask for a number. */
#define HUNDREDS_LEAST 7
#define HUNDREDS_ASKED 5

/** How many turns before a number its beginning may have been said once, or the birth date that it goes on. */
#define LEFT_TURNS 4

/** Masks what stayed before a number that is masked when it is the same number's: its beginning, broken off and said anew, or the birth
 * date whose last digits these are. @param piece  where the number starts */
static void mask_left(struct scan *s, struct chain *c, size_t piece, const struct run *number, enum sam_identifier identifier)
{
    const struct run *left = &c->left;
    size_t least = left->piece == piece ? 2 : DICTATED_LEAST;
    if (left->n == 0 || left->piece + LEFT_TURNS < piece)
        return;
    struct groups g = {.n = left->n, .groups = 1, .size = {(uint8_t)left->n}};
    memcpy(g.digits, left->digits, left->n);
    bool begun = left->n >= least && left->n <= number->n && memcmp(left->digits, number->digits, left->n) == 0;
    bool born = identifier == SAM_IDENTIFIER_IDENTITY && number->n <= 5 && dated(&g);
    if (begun || born)
        mask_run(s, left, identifier);
    c->left.n = 0;
}

/** @return whether a run is the last digits of the identity number whose birth date stayed before it in its turn: "... og de sidste er" */
static bool goes_with_birth(const struct scan *s, const struct chain *c, const struct run *run)
{
    static const char *const last[] = {"sidste", "siste", "sista", "last", "resten", "rest"};
    const struct piece *p = &s->pieces[run->piece];
    if (c->left.n != 6 || c->left.piece != run->piece || run->n < DICTATED_LEAST || run->n > 5)
        return false;
    for (size_t i = c->left.last + 1; i < run->first; i++) {
        for (size_t k = 0; k < SAM_COUNT(last); k++) {
            if (sam_span_is_nocase(scan_text(p, &s->tokens[i]), last[k]))
                return true;
        }
    }
    return false;
}

/** @return whether words say that somebody's number follows */
static bool asks(enum word_kind key)
{
    return key >= WORD_IDENTITY && key <= WORD_SECRET;
}

/** The last two digits of years that are long past: nobody's parcel came then. */
#define PAST_LEAST 30

/** @return whether digits are an identifier by their number and what is said before them: a day and a month by its name only begin the
 * number of who was born then, and who counts aloud tells none */
static bool told(const struct scan *s, const struct run *run, enum word_kind key, enum sam_identifier *identifier)
{
    if (run->counted && !asks(key))
        return false;
    if (!run->birth)
        return dictated(run->digits, run->n, key, s->languages, identifier);
    bool past = run->n > 5 && (run->digits[4] - '0') * 10 + run->digits[5] - '0' >= PAST_LEAST;
    *identifier = SAM_IDENTIFIER_IDENTITY;
    return (run->n == 10 || run->n == 11) && (past || key == WORD_IDENTITY);
}

/** @return whether a run is all written digits and not parted by what is said for a pause: judged as written before. Times are no number
 * though one waits between them. */
static bool written_only(const struct scan *s, const struct run *run)
{
    if (run->words > 0)
        return false;
    for (size_t i = run->first + 1; i <= run->last; i++) {
        struct sam_span gap = scan_gap(s, &s->pieces[run->piece], i);
        if (memchr(gap.at, ':', gap.len) || memchr(gap.at, '.', gap.len))
            return true;
    }
    return !run->paused || run->longest > 3;
}

/** @return whether hundreds in a run make it an amount */
static bool hundreds_only(const struct run *run, enum word_kind key)
{
    return run->hundreds && run->n < (asks(key) ? HUNDREDS_ASKED : HUNDREDS_LEAST);
}

static void judge_alone(struct scan *s, struct chain *c, const struct run *run)
{
    enum sam_identifier identifier = SAM_IDENTIFIER_IDENTITY;
    enum word_kind key = run->n >= DICTATED_LEAST ? scan_key(s, run->piece, run->first) : WORD_OTHER;
    bool birth = !run->amount && run->words > 0 && goes_with_birth(s, c, run);
    bool amount = run->amount || (!birth && hundreds_only(run, key));
    bool judged = !amount && run->n >= DICTATED_LEAST && !written_only(s, run);
    if (birth || (judged && told(s, run, key, &identifier))) {
        mask_run(s, run, identifier);
        mask_left(s, c, run->piece, run, identifier);
    } else if (!amount && run->words > 0 && run->n >= 2 && (s->pieces[run->piece].suspect & SUSPECT_NUMBERS)) {
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
    if (!parts || !told(s, all, key, identifier)) /* two numbers of two turns */
        return false;
    return !c->hedged || asks(key) || whole(s, all, *identifier);
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
    c->hedged = false;
}

static void chain_add(struct scan *s, struct chain *c, const struct run *run, bool echo)
{
    if (c->n == CHAIN_MAX)
        judge(s, c);
    c->runs[c->n] = *run;
    c->runs[c->n++].echo = echo;
}

/* ---- turns ------------------------------------------------------------------------------------------------------------------ */

/** Most words of other kinds between two runs of one number. */
#define HEDGE_WORDS 9

/** @return whether the words from..to are what people say while they look for the rest of a number: "hvad hedder det", "let me check"; or
 * any words that speak of no amount, where a number was asked for */
static bool hedges(const struct scan *s, size_t from, size_t to, bool asked)
{
    bool pause = false, clean = true;
    for (size_t i = from; i < to; i++) {
        const struct token *t = &s->tokens[i];
        bool filler = t->word == WORD_FILLER || t->word == WORD_AND;
        bool other = t->word == WORD_OTHER || t->word == WORD_MARK || filler || (t->extra & EXTRA_HEDGE);
        if (t->kind == TOKEN_DIGITS || t->masked || !other)
            return false;
        pause = pause || (t->extra & EXTRA_PAUSE);
        clean = clean && (filler || (t->extra & EXTRA_HEDGE));
    }
    return to - from <= HEDGE_WORDS && (asked || (pause && clean));
}

/** @return whether a run is as long as a number of its kind: one that is asked for may be told by less */
static bool complete(struct scan *s, const struct run *run, enum word_kind key)
{
    enum sam_identifier identifier;
    size_t least = key == WORD_CARD ? 16 : key == WORD_PHONE ? 8 : key == WORD_IDENTITY && run->n != 4 && run->n != 5 ? 10 : 0;
    if (run->n < least || (run->digits[0] == '0' && run->n < 9 && key != WORD_IDENTITY && key != WORD_ACCOUNT))
        return false;
    return told(s, run, key, &identifier);
}

/** @return whether a run is a birth date and the next one as long as what follows it in an identity number */
static bool born(const struct run *run, const struct run *next)
{
    struct groups g = {.n = run->n, .groups = 1, .size = {(uint8_t)run->n}};
    memcpy(g.digits, run->digits, run->n);
    return run->n == 6 && (next->n == 4 || next->n == 5) && dated(&g);
}

/** @return whether a run is not yet a number and goes on behind other words in its turn, with the next run at token i */
static bool continues(struct scan *s, const struct run *run, size_t i)
{
    struct run next;
    if (run->amount || (run->birth && run->n != 6) || run->n < 2 || !run_next(s, run->piece, &i, &next) || next.amount || next.n < 2 ||
        run->words + next.words == 0)
        return false;
    if (run->n < DICTATED_LEAST && next.n < DICTATED_LEAST) /* the first look asks for as many in a row */
        return false;
    enum word_kind key = scan_key(s, run->piece, run->first);
    bool asked = asks(key) || (key == WORD_OTHER && scan_numbered(s, run->piece, run->first));
    return hedges(s, run->last + 1, next.first, asked || born(run, &next)) && !complete(s, run, key);
}

/** Takes a run into the chain that is open, or opens one where it goes on; else it is judged. */
static void take_run(struct scan *s, struct chain *c, const struct run *run, bool goes_on)
{
    if (c->open || goes_on)
        chain_add(s, c, run, false);
    else
        judge_alone(s, c, run);
    if (c->open && !goes_on)
        judge(s, c);
    c->open = goes_on;
}

/** A turn of the one who dictates. */
static void dictate(struct scan *s, size_t piece, struct chain *c)
{
    const struct piece *p = &s->pieces[piece];
    size_t i = p->first, end = p->first + p->n, n = 0;
    struct run run;
    bool hedged = false;
    for (; run_next(s, piece, &i, &run); n++) {
        bool head = n == 0 && (run.first - p->first <= HEAD_WORDS || only_fillers(s, p->first, run.first));
        bool tail = only_fillers(s, run.last + 1, end);
        bool aside = run.n == 1 && run.last - run.first + 1 < p->n; /* "oh, and ..." is no digit */
        if (c->open && !hedged && (!head || aside))
            judge(s, c);
        hedged = !tail && continues(s, &run, i);
        take_run(s, c, &run, tail || hedged);
        c->hedged = c->hedged || hedged;
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
