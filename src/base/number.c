/*
 * Numbers to and from text, exactly and without regard to the locale.
 */
#include "samtale/base.h"

#include "print.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Longest number text that is read; the longest decimal that names a double exactly has 767 digits. */
#define NUMBER_MAX 1100

enum sam_code sam_span_int(struct sam_span span, int64_t min, int64_t max, int64_t *out, struct sam_err *err)
{
    bool minus = span.len > 0 && span.at[0] == '-';
    size_t i = span.len > 0 && (minus || span.at[0] == '+') ? 1 : 0;
    if (i == span.len)
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is not a whole number", SAM_ARG(span));
    int64_t value = 0;
    bool over = false;
    for (; i < span.len; i++) {
        char c = span.at[i];
        if (c < '0' || c > '9')
            return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is not a whole number", SAM_ARG(span));
        int64_t digit = c - '0';
        over = over || __builtin_mul_overflow(value, (int64_t)10, &value) || __builtin_add_overflow(value, minus ? -digit : digit, &value);
    }
    if (over || value < min || value > max)
        return sam_fail(err, SAM_BAD_INPUT, "%.*s is not between %lld and %lld", SAM_ARG(span), (long long)min, (long long)max);
    *out = value;
    return SAM_OK;
}

/* The shape of a decimal: sign, digits, point, exponent. Digits beyond 19 only count, so that mantissa stays exact or is marked. */
struct decimal {
    bool minus, exact;
    uint64_t mantissa;
    int64_t exponent; /* of ten */
};

static size_t digits(struct sam_span span, size_t i, bool fraction, struct decimal *d)
{
    for (; i < span.len && span.at[i] >= '0' && span.at[i] <= '9'; i++) {
        if (d->mantissa > (UINT64_MAX - 9) / 10) {
            d->exact = d->exact && span.at[i] == '0';
            d->exponent += fraction ? 0 : 1;
        } else {
            d->mantissa = d->mantissa * 10 + (uint64_t)(span.at[i] - '0');
            d->exponent -= fraction ? 1 : 0;
        }
    }
    return i;
}

/* Reads [e|E][sign]digits. Returns the place behind, or 0 when there are no digits. */
static size_t exponent(struct sam_span span, size_t i, struct decimal *d)
{
    bool minus = i < span.len && span.at[i] == '-';
    if (i < span.len && (minus || span.at[i] == '+'))
        i++;
    size_t first = i;
    int64_t value = 0;
    for (; i < span.len && span.at[i] >= '0' && span.at[i] <= '9'; i++)
        if (value < 100000)
            value = value * 10 + (span.at[i] - '0');
    d->exponent += minus ? -value : value;
    return i > first ? i : 0;
}

static bool decimal_of(struct sam_span span, struct decimal *d)
{
    *d = (struct decimal){.exact = true};
    d->minus = span.len > 0 && span.at[0] == '-';
    size_t i = span.len > 0 && (d->minus || span.at[0] == '+') ? 1 : 0;
    size_t first = i, point = 0;
    i = digits(span, i, false, d);
    if (i < span.len && span.at[i] == '.') {
        point = 1;
        i = digits(span, i + 1, true, d);
    }
    if (i - first == point)
        return false; /* no digit at all */
    if (i < span.len && (span.at[i] == 'e' || span.at[i] == 'E')) {
        i = exponent(span, i + 1, d);
        if (i == 0)
            return false;
    }
    return i == span.len;
}

/** Reads a number that takes more than one rounding. */
static enum sam_code rounded(struct sam_span span, double *out, struct sam_err *err)
{
    char text[NUMBER_MAX];
    memcpy(text, span.at, span.len);
    text[span.len] = '\0';
    double value = sam_strtod(text, NULL);
    if (!isfinite(value))
        return sam_fail(err, SAM_BAD_INPUT, "%.*s is too large for a number", SAM_ARG(span));
    *out = value;
    return SAM_OK;
}

enum sam_code sam_span_double(struct sam_span span, double *out, struct sam_err *err)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct decimal d;
    if (span.len >= NUMBER_MAX || !decimal_of(span, &d))
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is not a number", SAM_ARG(span));
    /* Both operands exact: one correctly rounded operation gives the nearest double (Clinger 1990). */
    if (d.exact && d.mantissa <= (1ULL << 53) && d.exponent >= -22 && d.exponent <= 22) {
        double value = (double)d.mantissa;
        value = d.exponent < 0 ? value / tens[-d.exponent] : value * tens[d.exponent];
        *out = d.minus ? -value : value;
        return SAM_OK;
    }
    return rounded(span, out, err);
}

static uint64_t bits_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void sam_buf_json_number(struct sam_buf *buf, double value)
{
    if (!isfinite(value)) {
        sam_buf_text(buf, "null");
        return;
    }
    if (fabs(value) < 9007199254740992.0) {
        long long whole = (long long)value;
        if (bits_of((double)whole) == bits_of(value)) { /* so that -0 is not taken for 0 */
            sam_buf_printf(buf, "%lld", whole);
            return;
        }
    }
    /* A decimal of up to 15 digits survives the way through a double, so the first precision that reads back is the shortest;
     * the smallest doubles have fewer bits, hence digits. */
    char text[40];
    for (int precision = fabs(value) < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
        struct sam_buf out = {text, 0, sizeof text, sizeof text, false};
        sam_buf_printf(&out, "%.*g", precision, value);
        text[out.len] = '\0';
        if (bits_of(sam_strtod(text, NULL)) == bits_of(value) || precision == 17) {
            sam_buf_add(buf, text, out.len);
            return;
        }
    }
}
