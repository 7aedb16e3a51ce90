/*
 * The JSON door under fuzzing. Whatever comes, the reader gives a value or a reason; all its texts are well-formed; what it
 * accepted, written again by sam_buf_json, reads back as the same values with nothing left to repair.
 */
#include "samtale/base.h"

static const struct sam_json_limits limits = {.depth = 64, .nodes = 200000};

/* Writes the children of value; depth is bounded by the limits. */
static void write_value(struct sam_buf *buf, const struct sam_json *value)
{
    static const char *const words[] = {[SAM_JSON_NULL] = "null", [SAM_JSON_FALSE] = "false", [SAM_JSON_TRUE] = "true"};
    const char *between = "";
    switch (value->type) {
    case SAM_JSON_NULL:
    case SAM_JSON_FALSE:
    case SAM_JSON_TRUE:
        sam_buf_text(buf, words[value->type]);
        return;
    case SAM_JSON_NUMBER:
        sam_buf_span(buf, value->text);
        return;
    case SAM_JSON_STRING:
        SAM_MUST(sam_utf8_valid(value->text));
        sam_buf_json(buf, value->text);
        return;
    case SAM_JSON_ARRAY:
    case SAM_JSON_OBJECT:
        break;
    }
    sam_buf_text(buf, value->type == SAM_JSON_ARRAY ? "[" : "{");
    uint32_t n = 0;
    for (const struct sam_json *child = value->first; child; child = child->next, n++) {
        sam_buf_text(buf, between);
        between = ",";
        if (value->type == SAM_JSON_OBJECT) {
            SAM_MUST(child->key.at && sam_utf8_valid(child->key));
            sam_buf_json(buf, child->key);
            sam_buf_text(buf, ":");
        }
        write_value(buf, child);
    }
    SAM_MUST(n == value->n);
    sam_buf_text(buf, value->type == SAM_JSON_ARRAY ? "]" : "}");
}

static void read_back(struct sam_arena *arena, const struct sam_json *root, uint32_t duplicates)
{
    struct sam_buf first = sam_buf_of(1 << 24), second = sam_buf_of(1 << 24);
    const struct sam_json *again = NULL;
    struct sam_json_notes notes;
    struct sam_err err;
    write_value(&first, root);
    SAM_MUST(!first.failed);
    SAM_MUST(sam_json_read(arena, sam_buf_get(&first), &limits, &again, &notes, NULL, &err) == SAM_OK);
    SAM_MUST(notes.replaced == 0 && notes.not_finite == 0 && notes.raw_controls == 0 && notes.duplicates == duplicates);
    write_value(&second, again);
    SAM_MUST(sam_span_equal(sam_buf_get(&first), sam_buf_get(&second)));
    sam_buf_free(&first);
    sam_buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sam_arena *arena = sam_arena_new(64 << 20);
    SAM_MUST(arena);
    struct sam_span text = {(const char *)data, size};
    while (text.len > 0) {
        const struct sam_json *root = NULL;
        struct sam_json_notes notes;
        struct sam_err err;
        size_t used = 0;
        enum sam_code code = sam_json_read(arena, text, &limits, &root, &notes, &used, &err);
        if (code != SAM_OK) {
            SAM_MUST(code == SAM_BAD_INPUT || code == SAM_TOO_LARGE || code == SAM_NO_MEMORY);
            SAM_MUST(sam_utf8_valid(sam_span_of(err.text)));
            SAM_MUST((code == SAM_NO_MEMORY) != sam_span_starts(sam_span_of(err.text), "line "));
            break;
        }
        SAM_MUST(used > 0 && used <= text.len);
        if (sam_arena_used(arena) < 16 << 20)
            read_back(arena, root, notes.duplicates);
        text = (struct sam_span){text.at + used, text.len - used};
    }
    sam_arena_free(arena);
    return 0;
}
