/*
 * Numbers that are dictated, in words or in small groups of digits, also over several turns with the listener's "ja" or read-back between
 * them. A run of numbers that belongs to a scale word ("hundrede") or a unit ("kroner") is an amount and stays.
 *
 *   turn of X: "... nul fire nul ni"      tail: the run ends the turn  -> a chain is open
 *   turn of Y: "ja" / "nul fire nul ni"   few words, or numbers        -> the chain stays open
 *   turn of X: "tres tolv ..."            head: the run starts the turn -> goes on, else the chain is closed and judged as one number
 */
#include "scan.h"

#include <string.h>

#define DIGITS_MAX 40
#define CHAIN_MAX  24
/** Words before a run that goes on, and words of a listener's turn in between. */
#define HEAD_WORDS     3
#define LISTENER_WORDS 2
#define FILLERS_MAX    3

/** A run of numbers in one turn. */
struct run {
    size_t piece, first, last; /* tokens */
    char digits[DIGITS_MAX];
    size_t n;
    size_t words, longest; /* number words in it; digits of its longest written group */
    bool amount, echo;     /* echo: the listener's read-back */
    bool hundreds;         /* "nine hundred and fifteen" is in it: an amount, unless many digits follow */
};
struct chain {
    struct run runs[CHAIN_MAX];
    size_t n;
    int32_t party;
    bool open;
    struct run left; /* the last run that stayed as it is; left.n = 0 when there is none */
};

static bool number_word(const struct token *t)
{
    return t->kind == TOKEN_WORD && (t->word == WORD_UNIT || t->word == WORD_TEEN || t->word == WORD_TENS || t->word == WORD_COMPOUND);
}

static void put(struct run *run, int value, size_t digits)
{
    if (run->n + digits > DIGITS_MAX)
        return;
    if (digits == 4)
        run->digits[run->n++] = (char)('0' + value / 1000 % 10);
    if (digits >= 3)
        run->digits[run->n++] = (char)('0' + value / 100 % 10);
    if (digits >= 2)
        run->digits[run->n++] = (char)('0' + value / 10 % 10);
    run->digits[run->n++] = (char)('0' + value % 10);
}

/* Written digits inside a dictated number. */
static size_t written_digits(const struct scan *s, const struct token *t, struct run *run)
{
    if (t->glued || t->bytes > 8)
        return 0;
    for (uint32_t k = 0; k < t->bytes; k++)
        put(run, s->pieces[run->piece].text.at[t->at + k] - '0', 1);
    run->longest = t->bytes > run->longest ? t->bytes : run->longest;
    return 1;
}

static bool is_word(const struct token *t, uint8_t word)
{
    return t->kind == TOKEN_WORD && t->word == word;
}

/* Whether tens and the unit behind them are one number: "twenty two"; in Danish they are 20 and 2. */
static bool tens_and_unit(const struct scan *s, const struct token *t, const struct token *second)
{
    return t->word == WORD_TENS && second && is_word(second, WORD_UNIT) && second->value > 0 && (s->languages & (EN | SV | NB | NN)) &&
           !(s->languages & DA);
}

/** "tolvte i tredje", "tolvte nul tre": the day of a birth date, with its month where that is said so, too. @return tokens used, 0 when it
 * is none */
static size_t birth_date(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i], *next = i + 1 < end ? t + 1 : NULL;
    const struct piece *p = &s->pieces[run->piece];
    if (t->word != WORD_ORDINAL || !next || next->kind != TOKEN_WORD)
        return 0;
    size_t in = sam_span_is_nocase(scan_text(p, next), "i") && i + 2 < end;
    bool month = t[1 + in].word == WORD_ORDINAL && t[1 + in].value <= 12 && !t[1 + in].masked;
    bool zero = in == 0 && is_word(next, WORD_UNIT) && next->value == 0;
    if (!month && !zero)
        return 0;
    put(run, t->value, 2);
    run->words++;
    if (month)
        put(run, t[1 + in].value, 2);
    return month ? 2 + in : 1;
}

/* Whether a unit, "and" and tens are one number: "fem og firs". */
static bool unit_and_tens(const struct token *t, const struct token *second, const struct token *third)
{
    return t->word == WORD_UNIT && second && third && second->word == WORD_AND && is_word(third, WORD_TENS);
}

static bool is_hundred(const struct token *t)
{
    return is_word(t, WORD_SCALE) && t->value == 100;
}

/** @return whether a hundred at i without a unit is one hundred and something of a number that is under way; "nineteen hundred" is a year
 */
static bool hundred_goes_on(const struct scan *s, size_t i, const struct run *run)
{
    return run->n > 0 && is_hundred(&s->tokens[i]) && s->tokens[i - 1].word != WORD_TEEN;
}

/** "nine hundred", "ni hundre og femten", inside a number also "hundre og femten": three digits. @return tokens used, 0 when there is no
 * such number at i */
static size_t hundred(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    size_t unit = t->word == WORD_UNIT && i + 1 < end && is_hundred(t + 1), rest = i + 1 + unit;
    bool joined = rest + 1 < end && s->tokens[rest].word == WORD_AND && number_word(&s->tokens[rest + 1]);
    if (unit == 0 && !(joined && hundred_goes_on(s, i, run)))
        return 0;
    rest += joined;
    bool more = rest < end && number_word(&s->tokens[rest]) && (joined || s->tokens[rest].word != WORD_UNIT);
    bool thousands = rest + more < end && is_word(&s->tokens[rest + more], WORD_SCALE);
    if (thousands)
        return 0;
    put(run, (unit ? t->value : 1) * 100 + (more ? s->tokens[rest].value : 0), 3);
    run->hundreds = true;
    run->words++;
    return rest + more - i;
}

/** "double five". @return tokens used */
static size_t repeated(const struct token *repeat, struct run *run)
{
    for (uint16_t k = 0; k < repeat->value; k++)
        put(run, repeat[1].value, 1);
    run->words += 2;
    return 2;
}

/** "fem og firs", "twenty two", "femogfirs", "trehundratolv". @return tokens used */
static size_t below_thousand(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i], *second = i + 1 < end ? t + 1 : NULL, *third = i + 2 < end ? t + 2 : NULL;
    run->words++;
    if (third && unit_and_tens(t, second, third)) {
        put(run, third->value + t->value, 2);
        return 3;
    }
    if (second && tens_and_unit(s, t, second) && !(i + 3 < end && unit_and_tens(second, third, third + 1))) {
        put(run, t->value + second->value, 2);
        return 2;
    }
    run->hundreds = run->hundreds || t->value > 99;
    put(run, t->value, t->word == WORD_UNIT ? 1 : t->value > 999 ? 4 : t->value > 99 ? 3 : 2);
    return 1;
}

/** The number that starts at token i: one word, "fem og firs", "twenty two", "double five", or written digits. @return tokens used, 0 when
 * there is none */
static size_t element(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    if (t->masked)
        return 0;
    if (t->kind == TOKEN_DIGITS)
        return written_digits(s, t, run);
    if (t->word == WORD_REPEAT && i + 1 < end && is_word(t + 1, WORD_UNIT))
        return repeated(t, run);
    if (t->word == WORD_ORDINAL)
        return birth_date(s, i, end, run);
    size_t three = number_word(t) || is_hundred(t) ? hundred(s, i, end, run) : 0;
    if (three > 0 || !number_word(t))
        return three;
    return below_thousand(s, i, end, run);
}

/** Steps over what may stand between two numbers that are dictated. @return the next token */
static size_t over_fillers(const struct scan *s, size_t i, size_t end)
{
    size_t n = 0, at = i;
    while (at < end && n < FILLERS_MAX && s->tokens[at].kind == TOKEN_WORD &&
           (s->tokens[at].word == WORD_FILLER || s->tokens[at].word == WORD_AND)) {
        at++;
        n++;
    }
    bool and_alone = at == i + 1 && s->tokens[i].word == WORD_AND; /* "otte og tolv" are two numbers */
    return and_alone ? i : at;
}

/* Steps over "thousand", "hundred and": what they stand behind is an amount. @return the next token */
static size_t over_scales(const struct scan *s, size_t at, size_t end, struct run *run)
{
    struct run rest = *run;
    while (at < end && is_word(&s->tokens[at], WORD_SCALE) && hundred(s, at, end, &rest) == 0) {
        run->amount = true;
        run->last = at++;
        at += at + 1 < end && s->tokens[at].word == WORD_AND && number_word(&s->tokens[at + 1]);
    }
    return at;
}

/** Reads the run that starts at or behind token *i. @return false when the piece holds no more */
static bool next_run(const struct scan *s, size_t piece, size_t *i, struct run *run)
{
    const struct piece *p = &s->pieces[piece];
    size_t end = p->first + p->n, used = 0;
    *run = (struct run){.piece = piece};
    while (*i < end && (used = element(s, *i, end, run)) == 0)
        ++*i;
    if (*i >= end)
        return false;
    run->first = *i;
    uint8_t before = *i > p->first ? s->tokens[*i - 1].word : WORD_OTHER;
    size_t at = *i;
    while (used > 0) {
        at += used;
        run->last = at - 1;
        at = over_scales(s, at, end, run);
        size_t next = over_fillers(s, at, end);
        used = next < end ? element(s, next, end, run) : 0;
        at = used > 0 ? next : at;
    }
    run->amount = run->amount || before == WORD_SCALE || (before == WORD_CLOCK && run->n <= 4) || scan_amount(s, p, run->first, run->last);
    *i = run->last + 1;
    return true;
}

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
    bool hundreds = s->tokens[i - 1].word == WORD_SCALE && number_word(&s->tokens[i + 1]);
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

static void judge_alone(struct scan *s, struct chain *c, const struct run *run)
{
    enum sam_identifier identifier;
    bool amount = run->amount || (run->hundreds && run->n < HUNDREDS_LEAST);
    if (!amount && run->words > 0 && run->n >= DICTATED_LEAST && /* what is all digits was judged as written */
        dictated(run->digits, run->n, scan_key(s, run->piece, run->first), s->languages, &identifier)) {
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
    for (; next_run(s, piece, &i, &run); n++) {
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
        others -= s->tokens[k].word == WORD_FILLER;
    while (next_run(s, piece, &i, &run)) {
        for (size_t k = run.first; k <= run.last; k++)
            others -= s->tokens[k].word != WORD_FILLER;
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
