/*
 * JSON getters: case matters, the last of duplicate keys counts, and nothing is guessed.
 */
#include "samtale/base.h"

#include <string.h>

const struct sam_json *sam_json_find(const struct sam_json *object, struct sam_span key)
{
    if (!object || object->type != SAM_JSON_OBJECT)
        return NULL;
    const struct sam_json *found = NULL;
    for (const struct sam_json *member = object->first; member; member = member->next)
        if (member->key.len == key.len &&
            (key.len == 0 || (member->key.at[0] == key.at[0] && memcmp(member->key.at, key.at, key.len) == 0)))
            found = member;
    return found;
}

struct sam_span sam_json_text(const struct sam_json *object, const char *key)
{
    const struct sam_json *value = sam_json_get(object, key);
    return value && value->type == SAM_JSON_STRING ? value->text : SAM_NO_SPAN;
}

/* The number's text; absent when value is none. A string is trimmed. */
static struct sam_span number_text(const struct sam_json *value, bool lenient)
{
    if (value && value->type == SAM_JSON_NUMBER)
        return value->text;
    if (value && lenient && value->type == SAM_JSON_STRING)
        return sam_span_trim(value->text);
    return SAM_NO_SPAN;
}

/** Most digits of a whole number that are read at once: a double holds them exactly. */
#define PLAIN_MAX 15

/** @return whether text is nothing but a few digits, perhaps behind a minus: nearly every number; *out set then */
static bool plain(struct sam_span text, int64_t *out)
{
    bool minus = text.len > 0 && text.at[0] == '-';
    int64_t value = 0;
    if (text.len == minus || text.len > PLAIN_MAX)
        return false;
    for (size_t i = minus; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = value * 10 + (text.at[i] - '0');
    }
    *out = minus ? -value : value;
    return true;
}

/** As sam_json_int for what is not plain; apart, so that the others need no struct sam_err. */
static bool whole_of(struct sam_span text, int64_t *out)
{
    struct sam_err err;
    double number = 0; /* 5.0 and 5e3 are whole as well; beyond 2^53 a double no longer knows */
    if (sam_span_int(text, INT64_MIN, INT64_MAX, out, &err) == SAM_OK)
        return true;
    if (sam_span_double(text, &number, &err) != SAM_OK || !(number > -9007199254740992.0 && number < 9007199254740992.0))
        return false;
    *out = (int64_t)number;
    return (double)*out >= number && (double)*out <= number;
}

bool sam_json_int(const struct sam_json *value, bool lenient, int64_t min, int64_t max, int64_t *out)
{
    struct sam_span text = number_text(value, lenient);
    int64_t whole = 0;
    if (text.len == 0 || !(plain(text, &whole) || whole_of(text, &whole)) || whole < min || whole > max)
        return false;
    *out = whole;
    return true;
}

static bool double_of(struct sam_span text, double *out)
{
    struct sam_err err;
    return sam_span_double(text, out, &err) == SAM_OK;
}

bool sam_json_double(const struct sam_json *value, bool lenient, double *out)
{
    struct sam_span text = number_text(value, lenient);
    int64_t whole = 0;
    if (text.len == 0)
        return false;
    if (!plain(text, &whole) || (whole == 0 && text.at[0] == '-')) /* -0 is a double of its own */
        return double_of(text, out);
    *out = (double)whole;
    return true;
}
