/*
 * A small JSON object of texts out of a request's body. What the reader would repair is refused here, and so is every member that is not
 * expected: whoever signs in sends it on purpose.
 */
#include "serve.h"

static enum sam_code take(struct sam_arena *arena, const struct sam_json *member, struct json_field *fields, size_t n, struct sam_err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!sam_span_is(member->key, fields[i].name))
            continue;
        if (fields[i].value.at)
            return sam_fail(err, SAM_BAD_INPUT, "member \"%s\" comes twice", fields[i].name);
        if (member->type != SAM_JSON_STRING || member->text.len == 0 || member->text.len > fields[i].max)
            return sam_fail(err, SAM_BAD_INPUT, "member \"%s\" must be a text of 1 to %zu bytes", fields[i].name, fields[i].max);
        return sam_arena_span(arena, member->text, &fields[i].value, err);
    }
    return sam_fail(err, SAM_BAD_INPUT, "member \"%.*s\" is not known", SAM_ARG(member->key));
}

enum sam_code json_body_read(struct sam_arena *arena, struct sam_span body, struct json_field *fields, size_t n, struct sam_err *err)
{
    const struct sam_json_limits limits = {.depth = 2, .nodes = 100};
    const struct sam_json *root = NULL;
    struct sam_json_notes notes;
    enum sam_code code = sam_json_read(arena, body, &limits, &root, &notes, NULL, err);
    if (code == SAM_NO_MEMORY)
        return code;
    if (code != SAM_OK)
        return sam_fail(err, SAM_BAD_INPUT, "the body is not one JSON object: %s", err->text);
    if (notes.replaced > 0)
        return sam_fail(err, SAM_BAD_INPUT, "the body is not UTF-8, or holds a NUL");
    if (root->type != SAM_JSON_OBJECT)
        return sam_fail(err, SAM_BAD_INPUT, "the body must be a JSON object");
    for (const struct sam_json *member = root->first; member && code == SAM_OK; member = member->next)
        code = take(arena, member, fields, n, err);
    for (size_t i = 0; i < n && code == SAM_OK; i++)
        if (!fields[i].value.at)
            code = sam_fail(err, SAM_BAD_INPUT, "member \"%s\" is missing", fields[i].name);
    return code;
}
