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

static bool is_hundred(const struct token *t)
{
    return is_word(t, WORD_SCALE) && t->value == 100;
}

/* Whether tens and the unit behind them are one number: "twenty two"; in Danish they are 20 and 2. */
static bool tens_and_unit(const struct scan *s, const struct token *t, const struct token *second)
{
    return t->word == WORD_TENS && second && is_word(second, WORD_UNIT) && second->value > 0 && (s->languages & (EN | SV | NB | NN)) &&
           !(s->languages & DA);
}

/** @return whether a number in words makes a year's first two digits: "nitten", "tyve" */
static bool century_word(const struct token *t)
{
    return (t->word == WORD_TEEN && t->value == 19) || (t->word == WORD_TENS && t->value == 20);
}

/** A year in one token, "1985", "nittonhundratolv": puts its last two digits. @return whether it is one */
static bool whole_year(const struct scan *s, const struct token *t, struct run *run)
{
    int year = t->word == WORD_COMPOUND ? t->value : 0;
    const char *d = s->pieces[run->piece].text.at + t->at;
    if (t->kind == TOKEN_DIGITS)
        year = t->bytes == 4 ? (d[0] - '0') * 1000 + (d[1] - '0') * 100 + (d[2] - '0') * 10 + d[3] - '0' : 0;
    if (year < 1900 || year >= 2100)
        return false;
    put(run, year % 100, 2);
    return true;
}

/** "nitten", "nitten hundrede og" before the two digits of a year. @return tokens used, 0 when no number follows */
static size_t before_decade(const struct scan *s, size_t i, size_t end)
{
    const struct token *t = &s->tokens[i];
    bool hundreds = i + 1 < end && is_hundred(t + 1);
    size_t n = 1 + (size_t)hundreds;
    n += i + n < end && t[n].word == WORD_AND;
    return i + n < end && run_number(&t[n]) && (t[n].word != WORD_UNIT || n > 1) && t[n].value > 0 ? n : 0;
}

/** "nitten", "nittenhundrede og", "1985": what stands before the two digits of a year, or the whole of it. @return tokens used, with the
 * last two digits put where they are among them */
static size_t century(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    if (i >= end || t->masked)
        return 0;
    bool follows = i + 1 < end && run_number(t + 1) && t[1].word != WORD_UNIT;
    if (t->word == WORD_COMPOUND && t->value >= 1900 && t->value % 100 == 0 && follows) /* "nittenhundrede femogfirs" */
        return 1;
    return century_word(t) ? before_decade(s, i, end) : whole_year(s, t, run);
}

/** "en og tyvende", "twenty first", "twenty one": a day in several tokens. @return tokens used, 0 when it is none */
static size_t long_day(const struct token *t, size_t left, int *day)
{
    size_t joined = t->word == WORD_UNIT && left > 2 && t[1].word == WORD_AND;
    const struct token *last = t + 1 + joined;
    bool tens = t->word == WORD_TENS && left > 1 && (is_word(last, WORD_ORDINAL) || is_word(last, WORD_UNIT)) && last->value < 10;
    if (!tens && !(joined && last->word == WORD_ORDINAL && last->value >= 20))
        return 0;
    *day = t->value + last->value;
    return 2 + joined;
}

/** A day of the month at token i: "tolvte", "tolv", "21", "en og tyvende". @return tokens used; *day set */
static size_t day_at(const struct scan *s, size_t i, size_t end, const struct run *run, int *day)
{
    const struct token *t = &s->tokens[i];
    if (i >= end || t->masked)
        return 0;
    const char *d = s->pieces[run->piece].text.at + t->at;
    size_t n = t->kind == TOKEN_WORD ? long_day(t, end - i, day) : 0;
    if (n == 0) {
        n = t->kind == TOKEN_DIGITS || t->word == WORD_ORDINAL || run_number(t);
        *day = t->value;
    }
    if (t->kind == TOKEN_DIGITS)
        *day = t->bytes == 1 ? d[0] - '0' : t->bytes == 2 ? (d[0] - '0') * 10 + d[1] - '0' : 0;
    return *day >= 1 && *day <= 31 ? n : 0;
}

/** @return how many of "i", "of", "the", "den" stand at token i */
static size_t over_little(const struct scan *s, size_t i, size_t end)
{
    return i < end && (s->tokens[i].extra & EXTRA_DAY);
}

/** "tolvte marts 85", "march the twelfth nineteen eighty five": a day and a month by its name, with the first digits of a year behind them.
 * @return tokens used, 0 when it is none */
static size_t named_month(const struct scan *s, size_t i, size_t end, struct run *run)
{
    int day = 0, month = 0;
    size_t at = i;
    if (is_word(&s->tokens[i], WORD_MONTH)) {
        month = s->tokens[at++].value;
        at += over_little(s, at, end);
        size_t used = at < end ? day_at(s, at, end, run, &day) : 0;
        if (used == 0 || !(s->languages & EN) || s->tokens[at].masked)
            return 0;
        at += used;
    } else {
        size_t used = day_at(s, i, end, run, &day);
        at += used + over_little(s, i + used, end);
        if (used == 0 || at >= end || !is_word(&s->tokens[at], WORD_MONTH))
            return 0;
        month = s->tokens[at++].value;
    }
    put(run, day, 2);
    put(run, month, 2);
    run->words++;
    run->birth = run->birth || run->n == 4;
    return at + century(s, at, end, run) - i;
}

/** "tolvte i tredje", "en og tyvende i ottende", "tolvte nul tre": the day of a birth date, with its month where that is said so, too.
 * @return tokens used, 0 when it is none */
static size_t birth_date(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    const struct piece *p = &s->pieces[run->piece];
    int day = 0;
    size_t at = i + day_at(s, i, end, run, &day);
    if (at == i || at >= end || !is_word(&s->tokens[at - 1], WORD_ORDINAL) || t->kind != TOKEN_WORD || s->tokens[at].kind != TOKEN_WORD)
        return 0;
    size_t in = sam_span_is_nocase(scan_text(p, &s->tokens[at]), "i") && at + 1 < end;
    const struct token *next = &s->tokens[at + in];
    bool month = next->word == WORD_ORDINAL && next->value <= 12 && !next->masked;
    bool zero = in == 0 && is_word(next, WORD_UNIT) && next->value == 0;
    if (!month && !zero)
        return 0;
    put(run, day, 2);
    run->words++;
    if (month)
        put(run, next->value, 2);
    return at - i + (month ? 1 + in : 0);
}

/** "to nuller", "en treer", "two times seven", "sevens" @return tokens used, 0 when it is none */
static size_t figures(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    bool times = t->word == WORD_UNIT && i + 2 < end && is_word(t + 1, WORD_AMOUNT) && t[1].value == 1 && is_word(t + 2, WORD_UNIT);
    bool several = t->word == WORD_UNIT && i + 1 < end && is_word(t + 1, WORD_FIGURE);
    if (t->word == WORD_FIGURE) {
        put(run, t->value, 1);
        run->words++;
        return 1;
    }
    if ((!times && !several) || t->value < 1 || t->value > 4)
        return 0;
    for (int k = 0; k < t->value; k++)
        put(run, t[1 + times].value, 1);
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

/* Whether a unit, "and" and tens are one number: "fem og firs". */
static bool unit_and_tens(const struct token *t, const struct token *second, const struct token *third)
{
    return t->word == WORD_UNIT && second && third && second->word == WORD_AND && is_word(third, WORD_TENS);
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
    if (t->masked || counts_digits(s, i, end, run))
        return 0;
    size_t date = named_month(s, i, end, run);
    if (date > 0)
        return date;
    if (t->kind == TOKEN_DIGITS)
        return written_digits(s, t, run);
    if (t->word == WORD_REPEAT && i + 1 < end && is_word(t + 1, WORD_UNIT))
        return repeated(t, run);
    size_t several = birth_date(s, i, end, run);
    if (several == 0)
        several = figures(s, i, end, run);
    if (several > 0 || t->word == WORD_ORDINAL)
        return several;
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

/** @return whether it is counting: "en to tre fire fem" */
static bool counting(const struct run *run)
{
    static const char up[] = "123456789";
    size_t n = run->n < 9 ? run->n : 9;
    return run->n >= 5 && memcmp(run->digits, up, n) == 0 && (run->n <= 9 || (run->n == 11 && memcmp(run->digits + 9, "10", 2) == 0));
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
        run->paused = run->paused || (used > 0 && next > at);
        at = used > 0 ? next : at;
    }
    run->counted = counting(run);
    say_once(run);
    run->amount = run->amount || before == WORD_SCALE || timed(run, before) || scan_amount(s, p, run->first, run->last);
    *i = run->last + 1;
    return true;
}
