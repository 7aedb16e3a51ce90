/*
 * The JSON reader through the door of base: what it accepts, what it repairs and counts, what it refuses and where; held against cJSON.
 */
#include "samtale/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "sweep.h"

#define S(literal)      SAM_SPAN(literal)
#define REPLACED        "\xEF\xBF\xBD"
#define SAMPLES_AT_MOST (4U << 20)

static const struct sam_json_limits limits = {.depth = 64, .nodes = 100000};

struct reading {
    struct sam_arena *arena;
    const struct sam_json *root;
    struct sam_json_notes notes;
    struct sam_err err;
    enum sam_code code;
};

static struct reading read_span(struct sam_span text)
{
    struct reading r = {.arena = sam_arena_new(64 << 20)};
    assert_non_null(r.arena);
    r.code = sam_json_read(r.arena, text, &limits, &r.root, &r.notes, NULL, &r.err);
    return r;
}

static void assert_text(struct sam_span span, struct sam_span wanted)
{
    if (!sam_span_equal(span, wanted))
        fail_msg("\"%.*s\" is not \"%.*s\"", SAM_ARG(span), SAM_ARG(wanted));
}

static void every_kind_of_value_is_read(void **state)
{
    (void)state;
    struct reading r =
        read_span(S("\xEF\xBB\xBF {\"a\":null,\"b\":true,\"c\":false, \"d\":-1.5e3,\"e\":\"x\",\"f\":[1,[],{}],\"\":0}\r\n\t "));
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.root->type, SAM_JSON_OBJECT);
    assert_int_equal(r.root->n, 7);
    assert_int_equal(sam_json_get(r.root, "a")->type, SAM_JSON_NULL);
    assert_int_equal(sam_json_get(r.root, "b")->type, SAM_JSON_TRUE);
    assert_int_equal(sam_json_get(r.root, "c")->type, SAM_JSON_FALSE);
    assert_text(sam_json_get(r.root, "d")->text, S("-1.5e3"));
    assert_text(sam_json_text(r.root, "e"), S("x"));
    const struct sam_json *list = sam_json_get(r.root, "f");
    assert_int_equal(list->type, SAM_JSON_ARRAY);
    assert_int_equal(list->n, 3);
    assert_text(list->text, S("[1,[],{}]"));
    assert_int_equal(list->first->next->next->type, SAM_JSON_OBJECT);
    assert_null(list->first->next->next->next);
    assert_null(list->first->key.at);
    assert_non_null(sam_json_get(r.root, ""));
    assert_null(sam_json_get(r.root, "A"));
    assert_null(sam_json_get(list, "a"));
    assert_null(sam_json_get(NULL, "a"));
    assert_null(sam_json_text(r.root, "b").at);
    sam_arena_free(r.arena);
    r = read_span(S(" 17 "));
    assert_int_equal(r.code, SAM_OK);
    assert_text(r.root->text, S("17"));
    sam_arena_free(r.arena);
}

static void strings_without_escapes_are_borrowed(void **state)
{
    (void)state;
    struct sam_span text = S("[\"a long enough string with bl\xC3\xA5 and r\xC3\xB8 in it\"]");
    struct reading r = read_span(text);
    assert_int_equal(r.code, SAM_OK);
    assert_ptr_equal(r.root->first->text.at, text.at + 2);
    sam_arena_free(r.arena);
}

static void strings_are_unescaped_repaired_and_counted(void **state)
{
    (void)state;
    const struct {
        struct sam_span text, value;
        struct sam_json_notes notes;
    } rows[] = {
        {S("\"\""), S(""), {0, 0, 0, 0}},
        {S("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), S("\"\\/\b\f\n\r\t"), {0, 0, 0, 0}},
        {S("\"\\u0041\\u00e5\\u20AC\\ud83d\\uDE00\""), S("A\xC3\xA5\xE2\x82\xAC\xF0\x9F\x98\x80"), {0, 0, 0, 0}},
        {S("\"a\\u0000b\""), S("a" REPLACED "b"), {1, 0, 0, 0}},
        {S("\"a\0b\""), S("a" REPLACED "b"), {1, 0, 0, 1}},
        {S("\"\\ud83d!\""), S(REPLACED "!"), {1, 0, 0, 0}},
        {S("\"\\ud83d\\u0041\""), S(REPLACED "A"), {1, 0, 0, 0}},
        {S("\"\\ude00\\ud83d\""), S(REPLACED REPLACED), {2, 0, 0, 0}},
        {S("\"\\uFFFF\\ufdd0\""), S(REPLACED REPLACED), {2, 0, 0, 0}},
        {S("\"\\ud83f\\udffe\""), S(REPLACED), {1, 0, 0, 0}},
        {S("\"x\xFFy\xED\xA0\x80\""), S("x" REPLACED "y" REPLACED REPLACED REPLACED), {4, 0, 0, 0}},
        {S("\"\xEF\xBF\xBF|\xF0\x9F\xBF\xBE|\xEF\xB7\x90|\xEF\xB7\x8F\""),
         S(REPLACED "|" REPLACED "|" REPLACED "|\xEF\xB7\x8F"),
         {3, 0, 0, 0}},
        {S("\"\xC3\""), S(REPLACED), {1, 0, 0, 0}},
        {S("\"a\nb\tc\""), S("a\nb\tc"), {0, 0, 0, 2}},
        {S("NaN"), S(""), {0, 0, 1, 0}},
        {S("-Infinity"), S(""), {0, 0, 1, 0}},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = read_span(rows[i].text);
        assert_int_equal(r.code, SAM_OK);
        assert_text(r.root->text, rows[i].value);
        assert_true(sam_utf8_valid(r.root->text));
        assert_memory_equal(&r.notes, &rows[i].notes, sizeof r.notes);
        sam_arena_free(r.arena);
    }
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    const struct {
        struct sam_span text;
        const char *why;
    } rows[] = {
        {S(""), "line 1 column 1: no JSON value: the text is empty"},
        {SAM_NO_SPAN, "line 1 column 1: no JSON value: the text is empty"},
        {S(" \n "), "line 2 column 2: no JSON value: the text is empty"},
        {S("[1,]"), "line 1 column 4: no JSON value begins here"},
        {S("[1 2]"), "line 1 column 4: ',' or ']' should stand here"},
        {S("[1}"), "line 1 column 3: ',' or ']' should stand here"},
        {S("[}"), "line 1 column 2: ',' or ']' should stand here"},
        {S("{\"a\":1]"), "line 1 column 7: ',' or '}' should stand here"},
        {S("{a:1}"), "line 1 column 2: a key in quotes should stand here"},
        {S("{\"a\":1,}"), "line 1 column 8: a key in quotes should stand here"},
        {S("{\"a\" 1}"), "line 1 column 6: ':' should stand here"},
        {S("{\"a\":"), "line 1 column 6: the text ends where a value should be"},
        {S("{\"a\""), "line 1 column 5: ':' should stand here"},
        {S("{\"\xC3\xA5\":\n\xC3\xA5}"), "line 2 column 1: no JSON value begins here"},
        {S("{\"\xC3\xA5\"!"), "line 1 column 5: ':' should stand here"},
        {S("["), "line 1 column 2: the text ends inside an array"},
        {S("{"), "line 1 column 2: the text ends inside an object"},
        {S("{}{}"), "line 1 column 3: nothing may follow the value"},
        {S("\"abc"), "line 1 column 1: this string does not end"},
        {S("\"abc\\"), "line 1 column 1: this string does not end"},
        {S("\"\\x\""), "line 1 column 2: an escape that JSON does not know"},
        {S("\"\\\xC3\xA5\""), "line 1 column 2: an escape that JSON does not know"},
        {S("\"ab\\u12G4\""), "line 1 column 4: \\u needs four hexadecimal digits"},
        {S("\"\\u12\""), "line 1 column 2: \\u needs four hexadecimal digits"},
        {S("01"), "line 1 column 1: a number that JSON does not know"},
        {S("1."), "line 1 column 1: a number that JSON does not know"},
        {S("1e"), "line 1 column 1: a number that JSON does not know"},
        {S("-"), "line 1 column 1: a number that JSON does not know"},
        {S("-x"), "line 1 column 1: a number that JSON does not know"},
        {S("+1"), "line 1 column 1: no JSON value begins here"},
        {S(".5"), "line 1 column 1: no JSON value begins here"},
        {S("tru"), "line 1 column 1: no JSON value begins here"},
        {S("\0"), "line 1 column 1: no JSON value begins here"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = read_span(rows[i].text);
        assert_string_equal(sam_code_name(r.code), "bad_input");
        assert_string_equal(r.err.text, rows[i].why);
        assert_null(r.root);
        sam_arena_free(r.arena);
    }
}

static void depth_and_number_of_values_have_limits(void **state)
{
    (void)state;
    const struct sam_json_limits small = {.depth = 3, .nodes = 5};
    struct sam_arena *arena = sam_arena_new(100000);
    const struct sam_json *root = NULL;
    struct sam_json_notes notes;
    struct sam_err err;
    assert_int_equal(sam_json_read(arena, S("[[[1,2]]]"), &small, &root, &notes, NULL, &err), SAM_OK);
    assert_int_equal(sam_json_read(arena, S("[[[[]]]]"), &small, &root, &notes, NULL, &err), SAM_TOO_LARGE);
    assert_string_equal(err.text, "line 1 column 4: more than 3 arrays and objects inside each other");
    assert_int_equal(sam_json_read(arena, S("[1,2,3,4,5]"), &small, &root, &notes, NULL, &err), SAM_TOO_LARGE);
    assert_string_equal(err.text, "line 1 column 10: more than 5 values");
    sam_arena_free(arena);
}

static void the_last_of_duplicate_keys_counts_and_all_are_counted(void **state)
{
    (void)state;
    struct reading r = read_span(S("{\"a\":1,\"b\":2,\"a\":3,\"\\u0061\":4,\"ba\":5,\"ca\":6}"));
    int64_t value = 0;
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.notes.duplicates, 2);
    assert_true(sam_json_int(sam_json_get(r.root, "a"), false, 0, 9, &value));
    assert_int_equal(value, 4);
    sam_arena_free(r.arena);
    /* many members: found by their hash */
    struct sam_buf buf = sam_buf_of(1 << 20);
    for (int i = 0; i < 1000; i++)
        sam_buf_printf(&buf, "%c\"k%d\":%d", i == 0 ? '{' : ',', i % 900, i);
    sam_buf_text(&buf, "}");
    r = read_span(sam_buf_get(&buf));
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.notes.duplicates, 100);
    assert_true(sam_json_int(sam_json_get(r.root, "k99"), false, 0, 9999, &value));
    assert_int_equal(value, 999);
    sam_arena_free(r.arena);
    sam_buf_free(&buf);
}

static void concatenated_documents_are_read_one_by_one(void **state)
{
    (void)state;
    struct sam_span text = S("{\"a\":1}\n[2] 3\n\n\"4\"");
    struct sam_arena *arena = sam_arena_new(100000);
    size_t documents = 0;
    while (text.len > 0) {
        const struct sam_json *root = NULL;
        struct sam_json_notes notes;
        struct sam_err err;
        size_t used = 0;
        assert_int_equal(sam_json_read(arena, text, &limits, &root, &notes, &used, &err), SAM_OK);
        assert_true(used > 0);
        text = (struct sam_span){text.at + used, text.len - used};
        documents++;
    }
    assert_int_equal(documents, 4);
    sam_arena_free(arena);
}

static void numbers_are_taken_only_when_they_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool strict, lenient;
        int64_t value;
    } rows[] = {
        {"9007199254740993", true, true, 9007199254740993},
        {"5.0", true, true, 5},
        {"5e2", true, true, 500},
        {"5.5", false, false, 0},
        {"1e999", false, false, 0},
        {"1e18", false, false, 0},
        {"\"12\"", false, true, 12},
        {"\" 12 \"", false, true, 12},
        {"\"\"", false, false, 0},
        {"\"12a\"", false, false, 0},
        {"null", false, false, 0},
        {"true", false, false, 0},
        {"-1000001", false, false, 0},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = read_span(sam_span_of(rows[i].text));
        int64_t value = 4711, kept = 4711;
        assert_int_equal(sam_json_int(r.root, false, -1000000, INT64_MAX, &kept), rows[i].strict);
        assert_int_equal(kept, rows[i].strict ? rows[i].value : 4711);
        assert_int_equal(sam_json_int(r.root, true, -1000000, INT64_MAX, &value), rows[i].lenient);
        assert_int_equal(value, rows[i].lenient ? rows[i].value : 4711);
        sam_arena_free(r.arena);
    }
    double number = 0;
    struct reading r = read_span(S("[\"1.5\", 2.5, 1e999]"));
    assert_false(sam_json_double(r.root->first, false, &number));
    assert_true(sam_json_double(r.root->first, true, &number) && number > 1.4 && number < 1.6);
    assert_true(sam_json_double(r.root->first->next, false, &number) && number > 2.4 && number < 2.6);
    assert_false(sam_json_double(r.root->first->next->next, false, &number));
    assert_false(sam_json_double(NULL, true, &number));
    assert_false(sam_json_int(NULL, true, 0, 1, &(int64_t){0}));
    sam_arena_free(r.arena);
}

static enum sam_code read_swept(struct sam_arena *arena, void *data, struct sam_err *err)
{
    const struct sam_json *root = NULL;
    struct sam_json_notes notes;
    enum sam_code code = sam_json_read(arena, *(struct sam_span *)data, &limits, &root, &notes, NULL, err);
    assert_true(code == SAM_OK || !root);
    return code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct sam_span text = S("{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":10,\"k\":11,\"l\":12,\"m\":13,"
                             "\"n\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,\"\\n\"],\"\\u0041\":\"\xFF\"}");
    assert_true(sweep(read_swept, &text, 1 << 20) > 100);
}

/* ---- the same as cJSON on everything both accept ------------------------------------------------------------------------- */

static void assert_same(const struct sam_json *ours, const cJSON *theirs)
{
    double number = 0;
    assert_int_equal(ours->type == SAM_JSON_OBJECT, cJSON_IsObject(theirs));
    assert_int_equal(ours->type == SAM_JSON_ARRAY, cJSON_IsArray(theirs));
    assert_int_equal(ours->type == SAM_JSON_TRUE, cJSON_IsTrue(theirs));
    assert_int_equal(ours->type == SAM_JSON_FALSE, cJSON_IsFalse(theirs));
    assert_int_equal(ours->type == SAM_JSON_NULL, cJSON_IsNull(theirs));
    if (cJSON_IsString(theirs))
        assert_text(ours->text, sam_span_of(theirs->valuestring));
    if (cJSON_IsNumber(theirs)) {
        assert_true(sam_json_double(ours, false, &number));
        assert_memory_equal(&number, &theirs->valuedouble, sizeof number);
    }
    const struct sam_json *child = ours->first;
    uint32_t n = 0;
    for (const cJSON *other = theirs->child; other; other = other->next, child = child->next, n++) {
        assert_non_null(child);
        if (other->string)
            assert_text(child->key, sam_span_of(other->string));
        assert_same(child, other);
    }
    assert_null(child);
    assert_int_equal(ours->n, n);
}

static void the_sample_conversations_read_as_cjson_reads_them(void **state)
{
    (void)state;
    FILE *file = fopen("src/samples/da.dev.jsonl", "r");
    assert_non_null(file); /* tests run from the top of the source tree */
    char *text = sam_new(SAMPLES_AT_MOST);
    assert_non_null(text);
    struct sam_span rest = {text, fread(text, 1, SAMPLES_AT_MOST, file)}, line;
    (void)fclose(file);
    size_t lines = 0;
    for (; sam_span_line(&rest, &line); lines++) {
        struct reading r = read_span(line);
        assert_int_equal(r.code, SAM_OK);
        cJSON *theirs = cJSON_ParseWithLength(line.at, line.len);
        assert_non_null(theirs);
        assert_same(r.root, theirs);
        cJSON_Delete(theirs);
        sam_arena_free(r.arena);
    }
    assert_true(lines > 10);
    sam_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value_is_read),
        cmocka_unit_test(strings_without_escapes_are_borrowed),
        cmocka_unit_test(strings_are_unescaped_repaired_and_counted),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(depth_and_number_of_values_have_limits),
        cmocka_unit_test(the_last_of_duplicate_keys_counts_and_all_are_counted),
        cmocka_unit_test(concatenated_documents_are_read_one_by_one),
        cmocka_unit_test(numbers_are_taken_only_when_they_are_exact),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(the_sample_conversations_read_as_cjson_reads_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
