/*
 * Numbers that are dictated, in words or in small groups of digits, also over several turns with the listener's "ja" or read-back between
 * them. A run of numbers that belongs to a scale word ("hundrede") or a unit ("kroner") is an amount and stays.
 *
 *   turn of X: "... nul fire nul ni"      tail: the run ends the turn  -> a chain is open
 *   turn of Y: "ja" / "nul fire nul ni"   few words, or numbers        -> the chain stays open
 *   turn of X: "tres tolv ..."            head: the run starts the turn -> goes on, else the chain is closed and judged as one number
 */
#include "chain.h"

#include <string.h>

/** Words before a run that goes on, and words of a listener's turn in between. */
#define HEAD_WORDS     3
#define LISTENER_WORDS 2

static bool only_fillers(const struct scan *s, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        if (s->tokens[i].kind != TOKEN_WORD || (s->tokens[i].word != WORD_FILLER && s->tokens[i].word != WORD_AND))
            return false;
    }
    return true;
}

static void chain_add(struct scan *s, struct chain *c, const struct run *run, bool echo)
{
    if (c->n == CHAIN_MAX)
        chain_judge(s, c);
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
    size_t least = key == WORD_CARD                                     ? 16
                   : key == WORD_PHONE                                  ? 8
                   : key == WORD_IDENTITY && run->n != 4 && run->n != 5 ? 10
                   : key == WORD_ACCOUNT                                ? 7
                                                                        : 0;
    if (run->n < least || (run->digits[0] == '0' && run->n < 9 && key != WORD_IDENTITY && key != WORD_ACCOUNT))
        return false;
    return chain_told(s, run, key, &identifier);
}

/** @return whether a run is a birth date and the next one as long as what follows it in an identity number */
static bool born(const struct run *run, const struct run *next)
{
    struct groups g = {.n = run->n, .groups = 1, .size = {(uint8_t)run->n}};
    memcpy(g.digits, run->digits, run->n);
    return run->n == 6 && (next->n == 4 || next->n == 5) && dated(&g);
}

/** @return whether a run is too short to go on behind other words: a digit alone does before a long rest, but "one" is an article */
static bool too_short(const struct scan *s, const struct run *run, const struct run *next)
{
    if (run->n == 1)
        return s->tokens[run->first].kind != TOKEN_WORD || s->tokens[run->first].value == 1 || next->n < 5;
    return next->n < 2 || (run->n < DICTATED_LEAST && next->n < DICTATED_LEAST); /* the first look asks for as many in a row */
}

/** @return whether a run is not yet a number and goes on behind other words in its turn, with the next run at token i */
static bool continues(struct scan *s, const struct run *run, size_t i)
{
    struct run next;
    if (run->amount || (run->birth && run->n != 6) || !run_next(s, run->piece, &i, &next) || next.amount || too_short(s, run, &next))
        return false;
    size_t from = run->last + 1, to = next.first;
    bool paused = hedges(s, from, to, false), date = born(run, &next);
    if (run->words + next.words == 0 && !paused)
        return false;
    enum word_kind key = scan_key(s, run->piece, run->first);
    bool asked = chain_asks(key) || (key == WORD_OTHER && scan_numbered(s, run->piece, run->first));
    if (complete(s, run, key))
        return paused && key == WORD_ACCOUNT; /* it may have any number of digits */
    return paused || hedges(s, from, to, asked || date);
}

/** Takes a run into the chain that is open, or opens one where it goes on; else it is judged. */
static void take_run(struct scan *s, struct chain *c, const struct run *run, bool goes_on)
{
    if (c->open || goes_on)
        chain_add(s, c, run, false);
    else
        chain_judge_alone(s, c, run);
    if (c->open && !goes_on)
        chain_judge(s, c);
    c->open = goes_on;
}

/** @return whether the first run of a turn may go on with the number of an earlier one: it stands at its head, and a digit alone has
 * nothing but fillers around it: "oh, and ..." is none */
static bool heads(const struct scan *s, const struct run *run)
{
    const struct piece *p = &s->pieces[run->piece];
    bool first = only_fillers(s, p->first, run->first), tail = only_fillers(s, run->last + 1, p->first + p->n);
    return run->n == 1 ? first && tail : first || run->first - p->first <= HEAD_WORDS;
}

/** A turn of the one who dictates. */
static void dictate(struct scan *s, size_t piece, struct chain *c)
{
    const struct piece *p = &s->pieces[piece];
    size_t i = p->first, end = p->first + p->n, n = 0;
    struct run run;
    bool hedged = false;
    for (; run_next(s, piece, &i, &run); n++) {
        bool tail = only_fillers(s, run.last + 1, end);
        if (c->open && !hedged && (n > 0 || !heads(s, &run)))
            chain_judge(s, c);
        hedged = !tail && continues(s, &run, i);
        take_run(s, c, &run, tail || hedged);
        c->hedged = c->hedged || hedged;
        c->party = p->party;
    }
    if (n == 0 && c->open && !only_fillers(s, p->first, end))
        chain_judge(s, c);
}

/** @return whether a word is one of those that people say while they listen: "ja", "den er god" */
static bool little(const struct token *t)
{
    return t->word == WORD_FILLER || t->word == WORD_AND || t->word == WORD_MARK || (t->word == WORD_OTHER && (t->extra & EXTRA_HEDGE));
}

static size_t others(const struct scan *s, size_t from, size_t to)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += !little(&s->tokens[i]);
    return n;
}

/** @return whether a digit by itself is the last one of the run before, said again */
static bool said_again(const struct chain *c, const struct run *run)
{
    const struct run *before = &c->runs[c->n - 1];
    return run->n == 1 && before->n > 0 && before->digits[before->n - 1] == run->digits[0];
}

/** A turn of somebody else while a chain is open: a few words or a read-back leave it open. */
static bool listen(struct scan *s, size_t piece, struct chain *c)
{
    const struct piece *p = &s->pieces[piece];
    size_t i = p->first, words = others(s, p->first, p->first + p->n), n = 0;
    struct run runs[4], run;
    while (run_next(s, piece, &i, &run)) {
        words -= others(s, run.first, run.last + 1);
        if (n < SAM_COUNT(runs))
            runs[n++] = run;
    }
    if (words > LISTENER_WORDS)
        return false;
    for (size_t k = 0; k < n; k++) {
        if ((runs[k].n >= 2 || (n == 1 && said_again(c, &runs[k]))) && !runs[k].amount)
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
            chain_judge(s, &chain);
        dictate(s, p, &chain);
    }
    chain_judge(s, &chain);
}
