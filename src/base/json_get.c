/*
 * JSON getters: case matters, the last of duplicate keys counts, and nothing is guessed.
 */
#include "samtale/base.h"

#include <string.h>

const struct sam_json *sam_json_get(const struct sam_json *object, const char *key)
{
    if (!object || object->type != SAM_JSON_OBJECT)
        return NULL;
    const struct sam_json *found = NULL;
    size_t len = strlen(key);
    for (const struct sam_json *member = object->first; member; member = member->next)
        if (member->key.len == len && memcmp(member->key.at, key, len) == 0)
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

bool sam_json_int(const struct sam_json *value, bool lenient, int64_t min, int64_t max, int64_t *out)
{
    struct sam_span text = number_text(value, lenient);
    struct sam_err err;
    int64_t whole = 0;
    if (text.len == 0)
        return false;
    if (sam_span_int(text, INT64_MIN, INT64_MAX, &whole, &err) != SAM_OK) {
        double number = 0; /* 5.0 and 5e3 are whole as well; beyond 2^53 a double no longer knows */
        if (sam_span_double(text, &number, &err) != SAM_OK || !(number > -9007199254740992.0 && number < 9007199254740992.0))
            return false;
        whole = (int64_t)number;
        if ((double)whole < number || (double)whole > number)
            return false;
    }
    if (whole < min || whole > max)
        return false;
    *out = whole;
    return true;
}

bool sam_json_double(const struct sam_json *value, bool lenient, double *out)
{
    struct sam_span text = number_text(value, lenient);
    struct sam_err err;
    return text.len > 0 && sam_span_double(text, out, &err) == SAM_OK;
}
