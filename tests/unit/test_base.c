/*
 * The base room through its door: results, spans, memory, containers, hashes, log. Texts and numbers: test_base_text.c; JSON: test_json.c.
 */
#include "samtale/base.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* ---- results ---------------------------------------------------------------------------------------------------- */

static void an_error_is_wrapped_on_its_way_up(void **state)
{
    (void)state;
    struct sam_err err;
    assert_int_equal(sam_fail(&err, SAM_BAD_INPUT, "start is not %s", "a date"), SAM_BAD_INPUT);
    assert_int_equal(sam_wrap(&err, "dialog[%d]", 3), SAM_BAD_INPUT);
    assert_string_equal(err.text, "dialog[3]: start is not a date");
    assert_int_equal(sam_fail(&err, SAM_DENIED, "%s (%s)", err.text, "again"), SAM_DENIED);
    assert_string_equal(err.text, "dialog[3]: start is not a date (again)");
}

static void a_long_error_is_cut_and_stays_utf8(void **state)
{
    (void)state;
    struct sam_err err;
    char text[900];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA5", 2);
    text[898] = text[899] = '\0';
    (void)sam_fail(&err, SAM_BAD_INPUT, "x%s", text);
    assert_true(sam_utf8_valid(sam_span_of(err.text)));
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    (void)sam_wrap(&err, "%s", text);
    assert_true(sam_utf8_valid(sam_span_of(err.text)));
}

static void every_code_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(sam_code_name(SAM_OK), "ok");
    for (int code = SAM_OK; code <= SAM_NO_MEMORY; code++)
        assert_true(strlen(sam_code_name((enum sam_code)code)) > 1);
}

/* ---- spans -------------------------------------------------------------------------------------------------------- */

static void words_are_cut_off_between_blanks(void **state)
{
    struct sam_span rest = SAM_SPAN("  one \ttwo  ");
    (void)state;
    assert_true(sam_span_is(sam_span_word(&rest), "one"));
    assert_true(sam_span_is(sam_span_word(&rest), "two"));
    assert_int_equal(sam_span_word(&rest).len, 0);
    assert_int_equal(rest.len, 0);
}

static void spans_compare_by_their_bytes(void **state)
{
    (void)state;
    assert_true(sam_span_equal(SAM_NO_SPAN, S("")));
    assert_false(sam_span_equal(S("ab"), S("aB")));
    assert_true(sam_span_is(S("ab"), "ab") && !sam_span_is(S("ab"), "abc"));
    assert_true(sam_span_is_nocase(S("KiB"), "kIb") && !sam_span_is_nocase(S("KiB"), "kib "));
    assert_false(sam_span_is_nocase(S("ab"), "ac"));
    assert_true(sam_span_starts(S("ab"), "") && sam_span_starts(S("ab"), "ab") && !sam_span_starts(S("ab"), "abc"));
    assert_true(sam_span_starts(SAM_NO_SPAN, ""));
    assert_true(sam_span_compare(S("a"), S("ab")) < 0 && sam_span_compare(S("b"), S("ab")) > 0);
    assert_int_equal(sam_span_compare(S("ab"), S("ab")), 0);
    assert_true(sam_span_compare(S("\xC3"), S("z")) > 0);
    assert_null(sam_span_of(NULL).at);
    assert_span(sam_span_trim(S(" \t\r\n a b \v\f")), "a b");
    assert_span(sam_span_trim(S("  ")), "");
}

static void lines_end_in_three_ways(void **state)
{
    (void)state;
    struct sam_span rest = S("a\nb\r\n\rc"), line;
    const char *const wanted[] = {"a", "b", "", "c"};
    for (size_t i = 0; i < SAM_COUNT(wanted); i++) {
        assert_true(sam_span_line(&rest, &line));
        assert_span(line, wanted[i]);
    }
    assert_false(sam_span_line(&rest, &line));
    rest = S("end\n");
    assert_true(sam_span_line(&rest, &line));
    assert_false(sam_span_line(&rest, &line));
}

/* ---- arena ---------------------------------------------------------------------------------------------------------- */

static void an_arena_gives_zeroed_aligned_memory_up_to_its_limit(void **state)
{
    (void)state;
    struct sam_arena *arena = arena_of(100000);
    for (size_t size = 0; size < 300; size++) {
        char *at = sam_arena_alloc(arena, size);
        assert_non_null(at);
        assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xFF, size);
    }
    assert_null(sam_arena_alloc(arena, 100000));
    assert_null(sam_arena_alloc(arena, SIZE_MAX));
    assert_null(sam_arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(sam_arena_room(arena, SIZE_MAX / 2, 3));
    assert_non_null(sam_arena_alloc(arena, (100000 - sam_arena_used(arena)) / 16 * 16));
    assert_null(sam_arena_alloc(arena, 100));
    sam_arena_reset(arena);
    assert_int_equal(sam_arena_used(arena), 0);
    char *again = sam_arena_alloc(arena, 5000);
    assert_non_null(again);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(again[i], 0);
    sam_arena_reset(arena);
    sam_arena_reset(arena);
    sam_arena_free(arena);
    sam_arena_free(NULL);
}

static void a_reset_keeps_what_it_may(void **state)
{
    (void)state;
    struct sam_arena *arena = arena_of(64 << 20);
    sam_arena_keep(arena, 3 << 20);
    for (int round = 0; round < 4; round++) {
        const char *places[6];
        for (size_t i = 0; i < SAM_COUNT(places); i++) {
            char *place = sam_arena_alloc(arena, 700 << 10);
            assert_non_null(place);
            for (size_t k = 0; k < 700 << 10; k += 4096)
                assert_int_equal(place[k], 0);
            memset(place, 'x', 700 << 10);
            for (size_t k = 0; k < i; k++)
                assert_true(places[k] + (700 << 10) <= place || place + (700 << 10) <= places[k]);
            places[i] = place;
        }
        assert_non_null(sam_arena_alloc(arena, 5 << 20)); /* passes over what is kept */
        sam_arena_reset(arena);
        assert_non_null(sam_arena_alloc(arena, 100));
        sam_arena_reset(arena);
    }
    sam_arena_free(arena);
}

static void a_huge_block_is_not_kept(void **state)
{
    (void)state;
    struct sam_arena *arena = arena_of(64 << 20);
    assert_non_null(sam_arena_alloc(arena, 32 << 20));
    sam_arena_reset(arena);
    assert_non_null(sam_arena_alloc(arena, 10));
    sam_arena_free(arena);
}

static void texts_are_copied_with_a_nul_behind(void **state)
{
    (void)state;
    struct sam_arena *arena = arena_of(20000);
    struct sam_err err;
    struct sam_span out = SAM_NO_SPAN;
    assert_int_equal(sam_arena_span(arena, S("abc"), &out, &err), SAM_OK);
    assert_string_equal(out.at, "abc");
    assert_int_equal(sam_arena_span(arena, SAM_NO_SPAN, &out, &err), SAM_OK);
    assert_true(out.at && out.len == 0);
    assert_int_equal(sam_arena_printf(arena, &out, &err, "%d %s %.1f", 7, "x", 1.5), SAM_OK);
    assert_string_equal(out.at, "7 x 1.5");
    assert_int_equal(sam_arena_span(arena, (struct sam_span){"", SIZE_MAX}, &out, &err), SAM_NO_MEMORY);
    assert_string_equal(err.text, "more memory needed than the 20000 bytes one unit of work may use");
    assert_string_equal(out.at, "7 x 1.5");
    sam_arena_free(arena);
    void *thing = sam_new(0);
    assert_non_null(thing);
    sam_free(thing);
}

/* ---- buf -------------------------------------------------------------------------------------------------------------- */

static void a_buf_grows_to_its_maximum_and_a_failure_sticks(void **state)
{
    (void)state;
    struct sam_buf buf = sam_buf_of(1000);
    assert_span(sam_buf_get(&buf), "");
    for (int i = 0; i < 100; i++)
        sam_buf_text(&buf, "0123456789");
    assert_false(buf.failed);
    assert_int_equal(buf.len, 1000);
    sam_buf_add(&buf, "x", 1);
    assert_true(buf.failed);
    assert_null(sam_buf_reserve(&buf, 0));
    sam_buf_clear(&buf);
    assert_false(buf.failed);
    sam_buf_printf(&buf, "%600s", "long");
    assert_int_equal(buf.len, 600);
    sam_buf_printf(&buf, "%600s", "too long");
    assert_true(buf.failed);
    sam_buf_free(&buf);
    assert_int_equal(buf.max, 1000);
    struct sam_buf none = sam_buf_of(0);
    sam_buf_be16(&none, 1);
    assert_true(none.failed);
    sam_buf_free(&none);
}

static void integers_are_big_endian(void **state)
{
    (void)state;
    struct sam_buf buf = sam_buf_of(100);
    sam_buf_be16(&buf, 0x0102);
    sam_buf_be32(&buf, 0x03040506);
    sam_buf_be64(&buf, 0x0708090A0B0C0D0EULL);
    assert_int_equal(buf.len, 14);
    assert_memory_equal(buf.at, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B\x0C\x0D\x0E", 14);
    sam_buf_free(&buf);
}

static void json_strings_are_escaped_and_repaired(void **state)
{
    (void)state;
    struct sam_buf buf = sam_buf_of(1000);
    sam_buf_json(&buf, S("a\"\\\b\t\n\f\r\x1F/\x7F bl\xC3\xA5 \xF0\x9F\x98\x80"));
    sam_buf_json(&buf, S("\0|\xFF|\xED\xA0\x80|\xEF\xBF\xBF|\xC3"));
    sam_buf_json(&buf, SAM_NO_SPAN);
    assert_span(sam_buf_get(&buf), "\"a\\\"\\\\\\b\\t\\n\\f\\r\\u001f/\x7F bl\xC3\xA5 \xF0\x9F\x98\x80\""
                                   "\"\xEF\xBF\xBD|\xEF\xBF\xBD|\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD|\xEF\xBF\xBD|\xEF\xBF\xBD\"\"\"");
    sam_buf_free(&buf);
}

/* ---- vec and map -------------------------------------------------------------------------------------------------------- */

static enum sam_code fill_vec(struct sam_arena *arena, void *data, struct sam_err *err)
{
    (void)data;
    struct sam_vec vec = sam_vec_of(sizeof(int), 100);
    for (int i = 0; i < 100; i++) {
        int *place = sam_vec_add(&vec, arena);
        if (!place)
            return sam_arena_full(arena, err);
        assert_int_equal(*place, 0);
        *place = i;
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(((int *)vec.at)[i], i);
    assert_null(sam_vec_add(&vec, arena));
    return SAM_OK;
}

static enum sam_code fill_map(struct sam_arena *arena, void *data, struct sam_err *err)
{
    (void)data;
    char key[16];
    uint32_t value = 0;
    struct sam_map *map = sam_map_new(arena, 50);
    if (!map)
        return sam_arena_full(arena, err);
    assert_false(sam_map_get(map, S("0"), &value));
    for (uint32_t i = 0; i < 50; i++) {
        int len = snprintf(key, sizeof key, "%u", i);
        if (sam_map_put(map, (struct sam_span){key, (size_t)len}, i * 3, err) != SAM_OK)
            return err->code;
    }
    if (sam_map_put(map, S("7"), 4711, err) != SAM_OK)
        return err->code;
    assert_int_equal(sam_map_put(map, S("one more"), 0, err), SAM_TOO_LARGE);
    assert_int_equal(sam_map_count(map), 50);
    for (uint32_t i = 0; i < 50; i++) {
        int len = snprintf(key, sizeof key, "%u", i);
        assert_true(sam_map_get(map, (struct sam_span){key, (size_t)len}, &value));
        assert_int_equal(value, i == 7 ? 4711 : i * 3);
    }
    assert_false(sam_map_get(map, S("nobody"), NULL));
    assert_true(sam_map_get(map, S("1"), NULL));
    return SAM_OK;
}

static void a_vec_keeps_its_things_whatever_allocation_fails(void **state)
{
    (void)state;
    assert_true(sweep(fill_vec, NULL, 1 << 20) > 10);
}

static void a_map_keeps_its_entries_whatever_allocation_fails(void **state)
{
    (void)state;
    assert_true(sweep(fill_map, NULL, 1 << 20) > 10);
}

static void an_empty_key_is_a_key(void **state)
{
    (void)state;
    struct sam_arena *arena = arena_of(10000);
    struct sam_err err;
    uint32_t value = 0;
    struct sam_map *map = sam_map_new(arena, 5);
    assert_non_null(map);
    assert_int_equal(sam_map_put(map, SAM_NO_SPAN, 9, &err), SAM_OK);
    assert_true(sam_map_get(map, S(""), &value));
    assert_int_equal(value, 9);
    sam_arena_free(arena);
}

/* ---- hashes, log, embedded, bugs ------------------------------------------------------------------------------------------ */

static void hashes_name_content_and_know_borders(void **state)
{
    (void)state;
    uint8_t one[16], two[16];
    /* printf abc | b2sum -l 128 */
    static const uint8_t wanted[16] = {0xcf, 0x4a, 0xb7, 0x91, 0xc6, 0x2b, 0x8d, 0x2b, 0x21, 0x09, 0xc9, 0x02, 0x75, 0x28, 0x78, 0x16};
    struct sam_span abc = S("abc");
    sam_hash128(&abc, 1, one);
    assert_memory_equal(one, wanted, 16);
    struct sam_span left[] = {S("ab"), S("c")}, right[] = {S("a"), S("bc")};
    sam_hash128(left, 2, one);
    sam_hash128(right, 2, two);
    assert_memory_not_equal(one, two, 16);
    sam_hash128(NULL, 0, one);
}

/* What work writes to stderr. */
static size_t stderr_of(void (*work)(void), char *out, size_t size)
{
    int ends[2], kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && pipe(ends) == 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    work();
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(ends[1]);
    (void)close(kept);
    ssize_t n = read(ends[0], out, size - 1);
    (void)close(ends[0]);
    assert_true(n >= 0);
    out[n] = '\0';
    return (size_t)n;
}

static void log_three(void)
{
    sam_log(SAM_LOG_DEBUG, "not.shown", "%s", "");
    sam_log(SAM_LOG_WARNING, "message.dead", "source=%s reason=%s", "a\nb\x01", "bl\xC3\xA5\xFF");
    sam_log(SAM_LOG_INFO, "started", "%s", "");
    sam_log_set(SAM_LOG_DEBUG);
    sam_log(SAM_LOG_DEBUG, "shown", "n=%d", 1);
    sam_log_set(SAM_LOG_INFO);
}

static void log_long(void)
{
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    sam_log(SAM_LOG_INFO, "long", "text=%s", text);
}

static void a_log_line_is_one_clean_line(void **state)
{
    (void)state;
    char text[6000];
    (void)stderr_of(log_three, text, sizeof text);
    assert_string_equal(text, "<4>message.dead source=a?b? reason=bl\xC3\xA5?\n<6>started \n<7>shown n=1\n");
    size_t len = stderr_of(log_long, text, sizeof text);
    assert_int_equal(len, 2047);
    assert_ptr_equal(strchr(text, '\n'), text + len - 1);
}

static void a_bug_stops_the_process_and_names_its_line(void **state)
{
    (void)state;
    int ends[2], status = 0;
    char text[500] = "";
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        SAM_MUST(text[0] == 'x');
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    assert_non_null(strstr(text, "tests/unit/test_base.c"));
    assert_non_null(strstr(text, "text[0] == 'x'"));
    (void)close(ends[0]);
    (void)close(ends[1]);
}

static void every_embedded_file_is_found_by_its_name(void **state)
{
    (void)state;
    size_t n = 0;
    const struct sam_embedded *all = sam_embedded_all(&n);
    for (size_t i = 0; i < n; i++)
        assert_ptr_equal(sam_embedded_find(all[i].name), &all[i]);
    assert_null(sam_embedded_find("sql/nothing.sql"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_is_wrapped_on_its_way_up),
        cmocka_unit_test(a_long_error_is_cut_and_stays_utf8),
        cmocka_unit_test(every_code_has_a_name),
        cmocka_unit_test(words_are_cut_off_between_blanks),
        cmocka_unit_test(spans_compare_by_their_bytes),
        cmocka_unit_test(lines_end_in_three_ways),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_up_to_its_limit),
        cmocka_unit_test(a_reset_keeps_what_it_may),
        cmocka_unit_test(a_huge_block_is_not_kept),
        cmocka_unit_test(texts_are_copied_with_a_nul_behind),
        cmocka_unit_test(a_buf_grows_to_its_maximum_and_a_failure_sticks),
        cmocka_unit_test(integers_are_big_endian),
        cmocka_unit_test(json_strings_are_escaped_and_repaired),
        cmocka_unit_test(a_vec_keeps_its_things_whatever_allocation_fails),
        cmocka_unit_test(a_map_keeps_its_entries_whatever_allocation_fails),
        cmocka_unit_test(an_empty_key_is_a_key),
        cmocka_unit_test(hashes_name_content_and_know_borders),
        cmocka_unit_test(a_log_line_is_one_clean_line),
        cmocka_unit_test(a_bug_stops_the_process_and_names_its_line),
        cmocka_unit_test(every_embedded_file_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
