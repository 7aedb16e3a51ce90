/*
 * Bytes of the canonical form: keys, texts, numbers, times. Most of what is written is a few bytes between others, so each goes in by one
 * copy.
 */
#include "write.h"

#include "reader.h"

#define US     INT64_C(1000000)
#define DAY_US (86400 * US)

char *write_digits(char *at, int64_t value)
{
    char digits[24];
    size_t from = sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do {
        digits[--from] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        digits[--from] = '-';
    memcpy(at, digits + from, sizeof(digits) - from);
    return at + (sizeof(digits) - from);
}

void write_key(struct sam_buf *out, const char *name)
{
    size_t len = strlen(name);
    char last = out->len > 0 ? out->at[out->len - 1] : '{', *at = write_room(out, len + 4), *start = at;
    if (!at)
        return;
    if (last != '{' && last != '[')
        *at++ = ',';
    *at++ = '"';
    memcpy(at, name, len);
    at += len;
    *at++ = '"';
    *at++ = ':';
    out->len += (size_t)(at - start);
}

void write_item(struct sam_buf *out)
{
    if (out->len > 0 && out->at[out->len - 1] != '[')
        WRITE(out, ",");
}

void write_text(struct sam_buf *out, const char *name, struct sam_span value)
{
    if (value.len == 0)
        return;
    write_key(out, name);
    sam_buf_json(out, value);
}

void write_word(struct sam_buf *out, const char *name, const char *value)
{
    write_key(out, name);
    WRITE(out, "\"");
    write_bytes(out, value, strlen(value));
    WRITE(out, "\"");
}

void write_number(struct sam_buf *out, const char *name, struct sam_int value)
{
    if (!value.known)
        return;
    write_key(out, name);
    char *at = write_room(out, WRITE_DIGITS);
    if (at)
        out->len += (size_t)(write_digits(at, value.value) - at);
}

void write_truth(struct sam_buf *out, const char *name, struct sam_int value)
{
    if (!value.known)
        return;
    write_key(out, name);
    sam_buf_text(out, value.value ? "true" : "false");
}

/** Writes the last n digits of value, zeros before them. @return behind them */
static char *padded(char *at, int64_t value, size_t n)
{
    for (size_t i = n; i > 0; i--, value /= 10)
        at[i - 1] = (char)('0' + value % 10);
    return at + n;
}

/** RFC 3339 in UTC; a fraction of three or six digits stands for an exact time, none for one good to the second. */
static void stamp(struct sam_buf *out, int64_t us, bool fraction)
{
    int64_t days = (us >= 0 ? us : us - DAY_US + 1) / DAY_US, rest = us - days * DAY_US, year = 0;
    int month = 0, day = 0;
    char *at = write_room(out, 48), *start = at;
    if (!at)
        return;
    read_civil_date(days, &year, &month, &day);
    int64_t s = rest / US, part = rest % US;
    const struct {
        int64_t value;
        char before;
    } fields[] = {{month, '-'}, {day, '-'}, {s / 3600, 'T'}, {s / 60 % 60, ':'}, {s % 60, ':'}};
    *at++ = '"';
    at = year >= 0 && year <= 9999 ? padded(at, year, 4) : write_digits(at, year);
    for (size_t i = 0; i < SAM_COUNT(fields); i++) {
        *at++ = fields[i].before;
        at = padded(at, fields[i].value, 2);
    }
    if (part != 0 || fraction) {
        *at++ = '.';
        at = part % 1000 != 0 ? padded(at, part, 6) : padded(at, part / 1000, 3);
    }
    *at++ = 'Z';
    *at++ = '"';
    out->len += (size_t)(at - start);
}

void write_time(struct sam_buf *out, const char *name, struct sam_time t)
{
    if (t.quality == SAM_QUALITY_UNKNOWN)
        return;
    write_key(out, name);
    bool plain = t.quality == SAM_QUALITY_EXACT || (t.quality == SAM_QUALITY_SECOND && t.us % US == 0);
    if (!plain)
        WRITE(out, "{\"time\":");
    stamp(out, t.us, t.quality == SAM_QUALITY_EXACT);
    if (!plain) {
        write_word(out, "quality", sam_quality_name(t.quality));
        WRITE(out, "}");
    }
}
