/*
 * Days, months and years in a run of numbers: what a birth date is told by.
 */
#include "run.h"

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
    run_put(run, year % 100, 2);
    return true;
}

/** "nitten", "nitten hundrede og" before the two digits of a year. @return tokens used, 0 when no number follows */
static size_t before_decade(const struct scan *s, size_t i, size_t end)
{
    const struct token *t = &s->tokens[i];
    bool hundreds = i + 1 < end && run_hundred(t + 1);
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
    bool tens = t->word == WORD_TENS && left > 1 && (run_word(last, WORD_ORDINAL) || run_word(last, WORD_UNIT)) && last->value < 10;
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

size_t run_named_month(const struct scan *s, size_t i, size_t end, struct run *run)
{
    int day = 0, month = 0;
    size_t at = i;
    if (run_word(&s->tokens[i], WORD_MONTH)) {
        month = s->tokens[at++].value;
        at += over_little(s, at, end);
        size_t used = at < end ? day_at(s, at, end, run, &day) : 0;
        if (used == 0 || !(s->languages & EN) || s->tokens[at].masked)
            return 0;
        at += used;
    } else {
        size_t used = day_at(s, i, end, run, &day);
        at += used + over_little(s, i + used, end);
        if (used == 0 || at >= end || !run_word(&s->tokens[at], WORD_MONTH))
            return 0;
        month = s->tokens[at++].value;
    }
    run_put(run, day, 2);
    run_put(run, month, 2);
    run->words++;
    run->birth = run->birth || run->n == 4;
    return at + century(s, at, end, run) - i;
}

size_t run_birth_date(const struct scan *s, size_t i, size_t end, struct run *run)
{
    const struct token *t = &s->tokens[i];
    const struct piece *p = &s->pieces[run->piece];
    int day = 0;
    size_t at = i + day_at(s, i, end, run, &day);
    if (at == i || at >= end || !run_word(&s->tokens[at - 1], WORD_ORDINAL) || t->kind != TOKEN_WORD || s->tokens[at].kind != TOKEN_WORD)
        return 0;
    size_t in = sam_span_is_nocase(scan_text(p, &s->tokens[at]), "i") && at + 1 < end;
    const struct token *next = &s->tokens[at + in];
    bool month = next->word == WORD_ORDINAL && next->value <= 12 && !next->masked;
    bool zero = in == 0 && run_word(next, WORD_UNIT) && next->value == 0;
    if (!month && !zero)
        return 0;
    run_put(run, day, 2);
    run->words++;
    if (!month)
        return at - i;
    run_put(run, next->value, 2);
    at += 1 + in;
    return at + century(s, at, end, run) - i;
}
