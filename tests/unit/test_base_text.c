/*
 * Numbers and UTF-8 of the base room through its door.
 */
#include "samtale/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

#define S(literal) SAM_SPAN(literal)

static void assert_span(struct sam_span span, const char *text)
{
    assert_int_equal(span.len, strlen(text));
    if (span.len > 0)
        assert_memory_equal(span.at, text, span.len);
}

static struct sam_arena *arena_of(size_t limit)
{
    struct sam_arena *arena = sam_arena_new(limit);
    assert_non_null(arena);
    return arena;
}

/* ---- numbers -------------------------------------------------------------------------------------------------------- */

static void whole_numbers_are_read_exactly_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum sam_code code;
        int64_t value;
    } rows[] = {
        {"0", SAM_OK, 0},
        {"-0", SAM_OK, 0},
        {"+17", SAM_OK, 17},
        {"9223372036854775807", SAM_OK, INT64_MAX},
        {"-9223372036854775808", SAM_OK, INT64_MIN},
        {"9223372036854775808", SAM_BAD_INPUT, 0},
        {"-9223372036854775809", SAM_BAD_INPUT, 0},
        {"99999999999999999999999999", SAM_BAD_INPUT, 0},
        {"", SAM_BAD_INPUT, 0},
        {"-", SAM_BAD_INPUT, 0},
        {"1 ", SAM_BAD_INPUT, 0},
        {"1.0", SAM_BAD_INPUT, 0},
        {"0x10", SAM_BAD_INPUT, 0},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_err err;
        int64_t value = 4711;
        assert_int_equal(sam_span_int(sam_span_of(rows[i].text), INT64_MIN, INT64_MAX, &value, &err), rows[i].code);
        assert_int_equal(value, rows[i].code == SAM_OK ? rows[i].value : 4711);
    }
    struct sam_err err;
    int64_t value = 0;
    assert_int_equal(sam_span_int(S("11"), 1, 10, &value, &err), SAM_BAD_INPUT);
    assert_string_equal(err.text, "11 is not between 1 and 10");
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void decimals_are_read_to_the_nearest_double(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0", 0.0},
        {"-0.0", -0.0},
        {"0.1", 0.1},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"12345678901234567890000", 12345678901234567890000.0},
        {"0.000000000000000000000000001", 1e-27},
        {"4.9e-324", 4.9e-324},
        {"1e-999", 0.0},
        {"1e-99999999999999999999", 0.0},
        {"9007199254740993", 9007199254740992.0},
        {"2.2250738585072011e-308", 2.2250738585072011e-308},
        {"-1.5E+3", -1500.0},
        {".5", 0.5},
        {"5.", 5.0},
    };
    struct sam_err err;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        double value = 4711;
        assert_int_equal(sam_span_double(sam_span_of(rows[i].text), &value, &err), SAM_OK);
        assert_true(same_bits(value, rows[i].value));
    }
    static const char *const wrong[] = {"", "-", ".", "1e", "1e+", "nan", "inf", "0x1p3", "1,5", "1 ", "1e999", "--1", "1.2.3"};
    for (size_t i = 0; i < SAM_COUNT(wrong); i++) {
        double value = 4711;
        assert_int_equal(sam_span_double(sam_span_of(wrong[i]), &value, &err), SAM_BAD_INPUT);
        assert_true(same_bits(value, 4711));
    }
    char digits[2000];
    memset(digits, '1', sizeof digits);
    double value = 0;
    assert_int_equal(sam_span_double((struct sam_span){digits, sizeof digits}, &value, &err), SAM_BAD_INPUT);
}

static void a_printed_double_reads_back_the_same_and_is_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {1.0, "1"},
        {-5.0, "-5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e15, "1000000000000000"},
        {1e300, "1e+300"},
        {5e-324, "5e-324"},
        {0.30000000000000004, "0.30000000000000004"},
        {1.0 / 0.0, "null"},
        {0.0 / 0.0, "null"},
    };
    struct sam_err err;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_buf buf = sam_buf_of(100);
        sam_buf_json_number(&buf, rows[i].value);
        assert_span(sam_buf_get(&buf), rows[i].text);
        sam_buf_free(&buf);
    }
    srand(1);
    for (int i = 0; i < 20000; i++) {
        struct sam_buf buf = sam_buf_of(100);
        uint64_t bits = 0;
        double value = 0, back = 0;
        for (int j = 0; j < 5; j++)
            bits = bits << 15 ^ (uint64_t)rand();
        memcpy(&value, &bits, sizeof value);
        if (!(value - value < 1)) /* not finite */
            continue;
        sam_buf_json_number(&buf, value);
        assert_int_equal(sam_span_double(sam_buf_get(&buf), &back, &err), SAM_OK);
        assert_true(same_bits(value, back));
        sam_buf_free(&buf);
    }
}

/* ---- UTF-8 --------------------------------------------------------------------------------------------------------------- */

static void code_points_are_read_and_written_alike(void **state)
{
    (void)state;
    for (int32_t cp = 1; cp <= 0x10FFFF; cp++) {
        char text[4];
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        size_t len = sam_utf8_put(cp, text);
        const char *at = text;
        if (sam_utf8_next(&at, text + len) != cp || at != text + len || !sam_utf8_valid((struct sam_span){text, len}) ||
            sam_utf8_count((struct sam_span){text, len}) != 1)
            fail_msg("U+%X is not read back", (unsigned)cp);
    }
}

static void wrong_bytes_are_found_one_by_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t count;
    } rows[] = {
        {"\x80", 1},         {"\xC0\xAF", 2},         {"\xC3", 1},
        {"\xC3\x28", 2},     {"\xE0\x80\x80", 3},     {"\xED\xA0\x80", 3},
        {"\xE2\x82", 2},     {"\xF0\x8F\xBF\xBF", 4}, {"\xF4\x90\x80\x80", 4},
        {"\xF0\x9F\x98", 3}, {"\xF5\x80\x80\x80", 4}, {"\xFF", 1},
        {"abcdefgh\xFF", 9},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        assert_false(sam_utf8_valid(sam_span_of(rows[i].text)));
        assert_int_equal(sam_utf8_count(sam_span_of(rows[i].text)), rows[i].count);
    }
    assert_false(sam_utf8_valid(S("a\0b")));
    assert_true(sam_utf8_valid(SAM_NO_SPAN));
    assert_int_equal(sam_utf8_count(SAM_NO_SPAN), 0);
}

static enum sam_code repair(struct sam_arena *arena, void *data, struct sam_err *err)
{
    (void)data;
    struct sam_span out = SAM_NO_SPAN;
    size_t replaced = 0;
    if (sam_utf8_repair(arena, S("a\0b\xFF\xEF\xBF\xBE\xC3\xA5\xEF\xB7\x90"), &out, &replaced, err) != SAM_OK)
        return err->code;
    assert_int_equal(replaced, 4);
    assert_span(out, "a\xEF\xBF\xBD"
                     "b\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xA5\xEF\xBF\xBD");
    return SAM_OK;
}

static void text_is_repaired_and_counted(void **state)
{
    (void)state;
    assert_true(sweep(repair, NULL, 4096) > 0);
    struct sam_arena *arena = arena_of(16);
    struct sam_err err;
    struct sam_span good = S("r\xC3\xB8 og bl\xC3\xA5"), out = SAM_NO_SPAN;
    size_t replaced = 9;
    assert_int_equal(sam_utf8_repair(arena, good, &out, &replaced, &err), SAM_OK);
    assert_ptr_equal(out.at, good.at);
    assert_int_equal(replaced, 0);
    assert_int_equal(sam_utf8_repair(arena, SAM_NO_SPAN, &out, &replaced, &err), SAM_OK);
    assert_null(out.at);
    sam_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read_exactly_or_refused),
        cmocka_unit_test(decimals_are_read_to_the_nearest_double),
        cmocka_unit_test(a_printed_double_reads_back_the_same_and_is_short),
        cmocka_unit_test(code_points_are_read_and_written_alike),
        cmocka_unit_test(wrong_bytes_are_found_one_by_one),
        cmocka_unit_test(text_is_repaired_and_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
