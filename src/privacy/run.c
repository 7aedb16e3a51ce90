/*
 * Reading the runs of numbers in a turn: what each word stands for, what may stand between two of them, what makes them an amount.
 */
#include "run.h"

#include <string.h>

/** Fillers between two numbers. */
#define FILLERS_MAX 3

bool run_number(const struct token *t)
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
    bool joined = rest + 1 < end && s->tokens[rest].word == WORD_AND && run_number(&s->tokens[rest + 1]);
    if (unit == 0 && !(joined && hundred_goes_on(s, i, run)))
        return 0;
    rest += joined;
    bool more = rest < end && run_number(&s->tokens[rest]) && (joined || s->tokens[rest].word != WORD_UNIT);
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
    size_t three = run_number(t) || is_hundred(t) ? hundred(s, i, end, run) : 0;
    if (three > 0 || !run_number(t))
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
        at += at + 1 < end && s->tokens[at].word == WORD_AND && run_number(&s->tokens[at + 1]);
    }
    return at;
}

bool run_next(const struct scan *s, size_t piece, size_t *i, struct run *run)
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
