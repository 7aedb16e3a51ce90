/*
 * A small JSON object of texts out of a request's body. cJSON is lenient where a door must not be (docs/decisions.md): so UTF-8 and \u0000
 * are checked before it, the end by it, and names, types, doubles and strangers after it.
 */
#include "serve.h"

#include <cJSON.h>
#include <string.h>

static bool holds_nul(struct sam_span body)
{
    for (size_t i = 0; i + 6 <= body.len; i++) {
        if (body.at[i] != '\\')
            continue;
        if (memcmp(body.at + i, "\\u0000", 6) == 0)
            return true;
        i++; /* the escaped character */
    }
    return false;
}

static enum sam_code take(struct sam_arena *arena, const cJSON *member, struct json_field *fields, size_t n, struct sam_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(member->string, fields[i].name) != 0)
            continue;
        if (fields[i].value.at)
            return sam_fail(err, SAM_BAD_INPUT, "member \"%s\" comes twice", fields[i].name);
        size_t len = cJSON_IsString(member) ? strlen(member->valuestring) : 0;
        if (!cJSON_IsString(member) || len == 0 || len > fields[i].max)
            return sam_fail(err, SAM_BAD_INPUT, "member \"%s\" must be a text of 1 to %zu bytes", fields[i].name, fields[i].max);
        return sam_arena_span(arena, (struct sam_span){member->valuestring, len}, &fields[i].value, err);
    }
    return sam_fail(err, SAM_BAD_INPUT, "member \"%.60s\" is not known", member->string);
}

enum sam_code json_body_read(struct sam_arena *arena, struct sam_span body, struct json_field *fields, size_t n, struct sam_err *err)
{
    if (!sam_utf8_valid(body) || holds_nul(body))
        return sam_fail(err, SAM_BAD_INPUT, "the body is not UTF-8, or holds a NUL");
    const char *end = body.at;
    cJSON *root = cJSON_ParseWithLengthOpts(body.at, body.len, &end, 0);
    struct sam_span rest = {end, root ? (size_t)(body.at + body.len - end) : 0};
    enum sam_code code = SAM_OK;
    if (!root || sam_span_trim(rest).len > 0)
        code = sam_fail(err, SAM_BAD_INPUT, "the body is not one JSON object (at byte %zu)", (size_t)(end - body.at));
    else if (!cJSON_IsObject(root))
        code = sam_fail(err, SAM_BAD_INPUT, "the body must be a JSON object");
    for (const cJSON *m = root ? root->child : NULL; m && code == SAM_OK; m = m->next)
        code = take(arena, m, fields, n, err);
    for (size_t i = 0; i < n && code == SAM_OK; i++)
        if (!fields[i].value.at)
            code = sam_fail(err, SAM_BAD_INPUT, "member \"%s\" is missing", fields[i].name);
    cJSON_Delete(root);
    return code;
}
