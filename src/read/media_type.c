/*
 * The file's name inside a media type, "application/json; name=\"call.json\"" (RFC 2045): so it goes through every door and the queue with
 * the message, for formats that keep the conversation's id there.
 */
#include "reader.h"

#include <string.h>

void sam_media_type_write(struct sam_buf *buf, struct sam_span type, struct sam_span name)
{
    sam_buf_span(buf, type.len > 0 ? type : SAM_SPAN("application/octet-stream"));
    if (name.len == 0)
        return;
    sam_buf_text(buf, "; name=\"");
    for (size_t i = 0; i < name.len; i++) {
        const char c = name.at[i];
        if (c == '"' || c == '\\')
            sam_buf_add(buf, "\\", 1);
        sam_buf_add(buf, (unsigned char)c < 0x20 || c == 0x7F ? "_" : &name.at[i], 1);
    }
    sam_buf_add(buf, "\"", 1);
}

/** Cuts one parameter "key=value" off the front of *rest, which begins behind a semicolon; a quoted value is unescaped into the arena. */
static bool parameter(struct reader *r, struct sam_span *rest, struct sam_span *key, struct sam_span *value)
{
    const char *end = rest->at + rest->len, *equals = rest->len > 0 ? memchr(rest->at, '=', rest->len) : NULL;
    if (!equals)
        return false;
    *key = sam_span_trim((struct sam_span){rest->at, (size_t)(equals - rest->at)});
    const char *at = equals + 1;
    bool quoted = at < end && *at == '"';
    char *out = sam_arena_alloc(r->arena, (size_t)(end - at) + 1);
    size_t n = 0;
    if (!out) {
        r->full = true;
        return false;
    }
    for (at += quoted; at < end && *at != (quoted ? '"' : ';'); at++) {
        at += quoted && *at == '\\' && at + 1 < end;
        out[n++] = *at;
    }
    const char *next = at < end ? memchr(at, ';', (size_t)(end - at)) : NULL;
    *value = quoted ? (struct sam_span){out, n} : sam_span_trim((struct sam_span){out, n});
    *rest = next ? (struct sam_span){next + 1, (size_t)(end - next) - 1} : SAM_NO_SPAN;
    return true;
}

void read_media_type(struct reader *r, struct sam_read_input *input)
{
    struct sam_span type = input->content_type, key, value;
    const char *semicolon = type.len > 0 ? memchr(type.at, ';', type.len) : NULL;
    if (!semicolon)
        return;
    struct sam_span rest = {semicolon + 1, (size_t)(type.at + type.len - semicolon) - 1};
    input->content_type.len = (size_t)(semicolon - type.at);
    while (parameter(r, &rest, &key, &value)) {
        if (input->name.len == 0 && sam_span_is_nocase(key, "name"))
            input->name = value;
    }
}
