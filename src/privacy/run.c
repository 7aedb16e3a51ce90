/*
 * Reading the runs of numbers in a turn: what each word stands for, what may stand between two of them, what makes them an amount.
 */
#include "run.h"

#include <string.h>

/** Fillers between two numbers. */
#define FILLERS_MAX 3
/** Digits behind which an "and" by itself goes on with a number, "fire to seks en og tre syv": counts have fewer. */
#define AND_LEAST 4

bool run_number(const struct token *t)
{
    return t->kind == TOKEN_WORD && (t->word == WORD_UNIT || t->word == WORD_TEEN || t->word == WORD_TENS || t->word == WORD_COMPOUND);
}

void run_put(struct run *run, int value, size_t digits)
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
        run_put(run, s->pieces[run->piece].text.at[t->at + k] - '0', 1);
    run->longest = t->bytes > run->longest ? t->bytes : run->longest;
    return 1;
}

/* Whether a unit, "and" and tens are one number: "fem og firs". */
static bool unit_and_tens(const struct token *t, const struct token *second, const struct token *third)
{
    return t->word == WORD_UNIT && second && third && second->word == WORD_AND && run_word(third, WORD_TENS);
}

/* Whether the tens at i and the unit behind them are one number: "twenty two"; in Danish they are 20 and 2, and a unit may begin a number
 * of its own: "femti tre hundre", "trettifem og tjue". */
static bool tens_and_unit(const struct scan *s, size_t i, size_t end)
{
    const struct token *t = &s->tokens[i], *third = i + 2 < end ? t + 2 : NULL, *fourth = i + 3 < end ? t + 3 : NULL;
    bool one = t->word == WORD_TENS && i + 1 < end && run_word(t + 1, WORD_UNIT) && t[1].value > 0 &&
               (s->languages & (EN | SV | NB | NN)) && !(s->languages & DA);
    return one && !(third && run_hundred(third)) && !unit_and_tens(t + 1, third, fourth);
}

/** "to nuller", "en treer", "two times seven", "sevens" @return tokens used, 0 when it is none */
static size_t figures(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    bool times = t->word == WORD_UNIT && i + 2 < end && run_word(t + 1, WORD_AMOUNT) && t[1].value == 1 && run_word(t + 2, WORD_UNIT);
    bool several = t->word == WORD_UNIT && i + 1 < end && run_word(t + 1, WORD_FIGURE);
    if (t->word == WORD_FIGURE) {
        run_put(run, t->value, 1);
        run->words++;
        return 1;
    }
    if ((!times && !several) || t->value < 1 || t->value > 4)
        return 0;
    for (int k = 0; k < t->value; k++)
        run_put(run, t[1 + times].value, 1);
    run->words += 2;
    return 2 + times;
}

/** "de sidste fire", "last four", "four digits": how many digits follow or are meant, none of them. */
static bool counts_digits(const struct scan *s, size_t i, size_t end, const struct run *run)
{
    static const char *const last[] = {"sidste", "siste", "sista", "last", "final"};
    static const char *const digits[] = {"sidste",   "siste",   "sista",   "last",      "cifre", "siffer",
                                         "siffrene", "sifrene", "siffror", "siffrorna", "digits"};
    const struct piece *p = &s->pieces[run->piece];
    const struct token *t = &s->tokens[i];
    if (t->kind == TOKEN_WORD ? t->word != WORD_UNIT || t->value < 2 : t->bytes > 1)
        return false;
    struct sam_span before = i > p->first ? scan_text(p, t - 1) : SAM_NO_SPAN, after = i + 1 < end ? scan_text(p, t + 1) : SAM_NO_SPAN;
    bool counts = false;
    for (size_t k = 0; i > p->first && (t[-1].extra & EXTRA_PAIR) && k < SAM_COUNT(last); k++)
        counts = counts || sam_span_is_nocase(before, last[k]);
    for (size_t k = 0; i + 1 < end && (t[1].extra & EXTRA_PAIR) && k < SAM_COUNT(digits); k++)
        counts = counts || sam_span_is_nocase(after, digits[k]);
    return counts;
}

/** @return whether a hundred at i without a unit is one hundred and something of a number that is under way; "nineteen hundred" is a year
 */
static bool hundred_goes_on(const struct scan *s, size_t i, const struct run *run)
{
    return run->n > 0 && run_hundred(&s->tokens[i]) && s->tokens[i - 1].word != WORD_TEEN;
}

/** What stands behind a hundred: "femten", "fem og sytti", "twenty two", behind "og" also "fem". @return tokens used; *value set */
static size_t below_hundred(const struct scan *s, size_t i, size_t end, bool joined, int *value)
{
    const struct token *t = &s->tokens[i], *second = i + 1 < end ? t + 1 : NULL, *third = i + 2 < end ? t + 2 : NULL;
    if (i >= end || !run_number(t))
        return 0;
    if (third && unit_and_tens(t, second, third)) {
        *value = t->value + third->value;
        return 3;
    }
    if (t->word == WORD_UNIT && !joined)
        return 0;
    bool two = joined && second && tens_and_unit(s, i, end);
    *value = t->value + (two ? second->value : 0);
    return 1 + two;
}

/** @return whether a number before a hundred tells how many: a unit; in a number that is under way a teen, too, "five five five nineteen
 * hundred" */
static bool counts_hundreds(const struct token *t, const struct run *run)
{
    return t->word == WORD_UNIT || (t->word == WORD_TEEN && run->n >= DICTATED_LEAST);
}

/** "nine hundred", "ni hundre og femten", inside a number also "hundre og femten": three digits. @return tokens used, 0 when there is no
 * such number at i */
static size_t hundred(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    size_t unit = i + 1 < end && run_hundred(t + 1) && counts_hundreds(t, run), rest = i + 1 + unit;
    bool joined = rest + 1 < end && s->tokens[rest].word == WORD_AND && run_number(&s->tokens[rest + 1]);
    if (unit == 0 && !(joined && hundred_goes_on(s, i, run)))
        return 0;
    rest += joined;
    int below = 0;
    size_t more = below_hundred(s, rest, end, joined, &below);
    bool thousands = rest + more < end && run_word(&s->tokens[rest + more], WORD_SCALE);
    if (thousands)
        return 0;
    run_put(run, (unit ? t->value : 1) * 100 + below, t->word == WORD_TEEN ? 4 : 3);
    run->hundreds = true;
    run->loose += more > 0 && !joined; /* "ni hundre sytten" is 917, or 900 and 17 */
    run->words++;
    return rest + more - i;
}

/** "double five". @return tokens used */
static size_t repeated(const struct token *repeat, struct run *run)
{
    for (uint16_t k = 0; k < repeat->value; k++)
        run_put(run, repeat[1].value, 1);
    run->words += 2;
    return 2;
}

/** "fem og firs", "twenty two", "femogfirs", "trehundratolv". @return tokens used */
static size_t below_thousand(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i], *second = i + 1 < end ? t + 1 : NULL, *third = i + 2 < end ? t + 2 : NULL;
    run->words++;
    if (third && unit_and_tens(t, second, third)) {
        run_put(run, third->value + t->value, 2);
        return 3;
    }
    if (tens_and_unit(s, i, end)) {
        run_put(run, t->value + second->value, 2);
        run->loose++;
        return 2;
    }
    run->hundreds = run->hundreds || t->value > 99;
    run_put(run, t->value, t->word == WORD_UNIT ? 1 : t->value > 999 ? 4 : t->value > 99 ? 3 : 2);
    return 1;
}

/** @return whether a one is the article of what is said for a pause: "lige et \303\270jeblik" */
static bool article(const struct token *t, const struct token *next)
{
    return run_word(t, WORD_UNIT) && t->value == 1 && next && (next->extra & EXTRA_WHILE) != 0;
}

/** The number in words that starts at token i. @return tokens used, 0 when there is none */
static size_t said(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    if (t->word == WORD_REPEAT && i + 1 < end && run_word(t + 1, WORD_UNIT))
        return repeated(t, run);
    size_t several = run_birth_date(s, i, end, run);
    if (several == 0)
        several = figures(s, i, end, run);
    if (several > 0 || t->word == WORD_ORDINAL)
        return several;
    size_t three = run_number(t) || run_hundred(t) ? hundred(s, i, end, run) : 0;
    if (three > 0 || !run_number(t))
        return three;
    return below_thousand(s, i, end, run);
}

/** The number that starts at token i: one word, "fem og firs", "twenty two", "double five", or written digits. @return tokens used, 0 when
 * there is none */
static size_t element(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    if ((t->masked && !t->part) || counts_digits(s, i, end, run) || article(t, i + 1 < end ? t + 1 : NULL))
        return 0;
    size_t date = run_named_month(s, i, end, run);
    if (date > 0)
        return date;
    if (t->kind == TOKEN_DIGITS)
        return written_digits(s, t, run);
    return said(s, i, end, run);
}

/** @return whether four digits are a time of day or a year: "tolv tredive og fjorten femogfyrre" are two numbers */
static bool time_or_year(const char *d)
{
    int first = (d[0] - '0') * 10 + d[1] - '0', second = (d[2] - '0') * 10 + d[3] - '0';
    return first == 19 || first == 20 || (first <= 24 && second < 60 && second % 5 == 0);
}

/** Steps over what may stand between two numbers that are dictated. @param run  what was said before @return the next token */
static size_t over_fillers(const struct scan *s, size_t i, size_t end, const struct run *run)
{
    size_t n = 0, at = i;
    while (at < end && n < FILLERS_MAX && s->tokens[at].kind == TOKEN_WORD &&
           (s->tokens[at].word == WORD_FILLER || s->tokens[at].word == WORD_AND)) {
        at++;
        n++;
    }
    bool and_alone = at == i + 1 && s->tokens[i].word == WORD_AND; /* "otte og tolv" are two numbers */
    bool apart = run->n < AND_LEAST || (run->n == AND_LEAST && time_or_year(run->digits));
    return and_alone && apart ? i : at;
}

/* Steps over "thousand", "hundred and": what they stand behind is an amount. @return the next token */
static size_t over_scales(const struct scan *s, size_t at, size_t end, struct run *run)
{
    struct run rest = *run;
    while (at < end && run_word(&s->tokens[at], WORD_SCALE) && hundred(s, at, end, &rest) == 0) {
        run->amount = true;
        run->last = at++;
        at += at + 1 < end && s->tokens[at].word == WORD_AND && run_number(&s->tokens[at + 1]);
    }
    return at;
}

/** @return whether it is counting: "en to tre fire fem" */
static bool counting(const struct run *run)
{
    static const char up[] = "123456789";
    size_t n = run->n < 9 ? run->n : 9;
    return run->n >= 5 && memcmp(run->digits, up, n) == 0 && (run->n <= 9 || (run->n == 11 && memcmp(run->digits + 9, "10", 2) == 0));
}

/** @return whether it is a row of numbers of two digits, each greater than the one before: "uge toogtyve treogtyve fireogtyve og femogtyve"
 */
static bool rising(const struct run *run)
{
    bool up = run->n % 2 == 0;
    for (size_t i = 2; up && i < run->n; i += 2)
        up = memcmp(run->digits + i - 2, run->digits + i, 2) < 0;
    return up;
}

/** "sixth of May 61, that is 060561": a birth date that is said twice counts once. */
static void say_once(struct run *run)
{
    if (!run->birth || run->n < 12 || memcmp(run->digits, run->digits + 6, 6) != 0)
        return;
    run->n -= 6;
    memmove(run->digits, run->digits + 6, run->n);
}

/** @return whether a word of the time stands before a number that is short enough to be one */
static bool timed(const struct run *run, uint8_t before)
{
    return (before == WORD_CLOCK || before == WORD_MONTH) && run->n <= 4;
}

/** Reads what follows the first number of a run, used tokens long at token at. @return whether an "and" by itself stands in it */
static bool read_on(const struct scan *s, size_t at, size_t used, size_t end, struct run *run)
{
    bool listed = false;
    while (used > 0) {
        at += used;
        run->last = at - 1;
        at = over_scales(s, at, end, run);
        size_t next = over_fillers(s, at, end, run);
        used = next < end ? element(s, next, end, run) : 0;
        run->paused = run->paused || (used > 0 && next > at);
        listed = listed || (used > 0 && next == at + 1 && s->tokens[at].word == WORD_AND);
        at = used > 0 ? next : at;
    }
    return listed;
}

/** @return whether a token may be the first of a number: most words are not, and ask for no more */
static bool may_start(const struct token *t)
{
    return t->kind == TOKEN_DIGITS || (t->word >= WORD_UNIT && t->word <= WORD_FIGURE) || t->word == WORD_MONTH;
}

bool run_next(const struct scan *s, size_t piece, size_t *i, struct run *run)
{
    const struct piece *p = &s->pieces[piece];
    size_t end = p->first + p->n, used = 0;
    *run = (struct run){.piece = piece};
    while (*i < end && (!may_start(&s->tokens[*i]) || (used = element(s, *i, end, run)) == 0))
        ++*i;
    if (*i >= end)
        return false;
    run->first = *i;
    uint8_t before = *i > p->first ? s->tokens[*i - 1].word : WORD_OTHER;
    bool listed = read_on(s, *i, used, end, run);
    run->counted = counting(run) || (listed && rising(run));
    say_once(run);
    run->amount = run->amount || (before == WORD_SCALE && s->tokens[run->first - 1].bytes > 1) || timed(run, before) ||
                  scan_amount(s, p, run->first, run->last);
    *i = run->last + 1;
    return true;
}
