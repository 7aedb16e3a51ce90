/*
 * Bad input of size and of wrapping, made here so that no sample need be kept: bombs, depth, long numbers, many keys, sound inside a vCon,
 * a million lines with a bad one, signatures around signatures. What can be read is read; the rest is refused or told with its place.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "reading.h"

#define MIB (1U << 20)

static struct sam_buf filled(const char *before, const char *piece, size_t times, const char *after)
{
    struct sam_buf buf = sam_buf_of(200 * MIB);
    sam_buf_text(&buf, before);
    for (size_t i = 0; i < times; i++)
        sam_buf_text(&buf, piece);
    sam_buf_text(&buf, after);
    assert_false(buf.failed);
    return buf;
}

static struct sam_buf packed(struct sam_span text)
{
    struct sam_buf buf = sam_buf_of(64 * MIB);
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)text.at, .avail_in = (uInt)text.len};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    size_t most = deflateBound(&z, (uLong)text.len);
    z.next_out = (Bytef *)sam_buf_reserve(&buf, most);
    z.avail_out = (uInt)most;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    buf.len = z.total_out;
    assert_int_equal(deflateEnd(&z), Z_OK);
    return buf;
}

static struct sam_buf base64url(struct sam_span text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct sam_buf buf = sam_buf_of(MIB);
    uint32_t held = 0, bits = 0;
    for (size_t i = 0; i < text.len; i++) {
        held = held << 8 | (unsigned char)text.at[i];
        for (bits += 8; bits >= 6; bits -= 6)
            sam_buf_add(&buf, &digits[held >> (bits - 6) & 63], 1);
    }
    if (bits > 0)
        sam_buf_add(&buf, &digits[held << (6 - bits) & 63], 1);
    return buf;
}

/* Reads within body_max. @return the refusal's text, "" when it was read; parts in *n (may be NULL) */
static const char *told(struct sam_span body, size_t body_max, size_t *n)
{
    static char out[sizeof(((struct sam_err *)NULL)->text)];
    struct sam_arena *arena = sam_arena_new(2048ULL * MIB);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result = {.parts_n = 0};
    struct sam_err err = {.text = ""};
    settings.source = SAM_SPAN("s");
    settings.body_max = body_max;
    assert_non_null(arena);
    enum sam_code code = sam_read(&settings, &(const struct sam_read_input){.body = body, .name = SAM_SPAN("x")}, arena, &result, &err);
    (void)snprintf(out, sizeof out, "%s", code == SAM_OK ? "" : err.text);
    if (n)
        *n = result.parts_n;
    sam_arena_free(arena);
    return out;
}

static void assert_told(struct sam_buf body, size_t body_max, const char *why)
{
    const char *got = told(sam_buf_get(&body), body_max, NULL);
    if (!strstr(got, why) || (got[0] && !why[0]))
        fail_msg("\"%s\" does not say \"%s\"", got, why);
    sam_buf_free(&body);
}

static void a_gzip_is_read_and_a_bomb_refused_by_its_size(void **state)
{
    (void)state;
    assert_told(packed(SAM_SPAN("{\"kind\":\"record\",\"id\":\"x\"}")), MIB, "");
    struct sam_buf zeros = filled("", "0000000000", 2 * MIB, "");
    struct sam_buf bomb = packed(sam_buf_get(&zeros));
    assert_true(bomb.len < zeros.len / 500);
    sam_buf_free(&zeros);
    struct sam_buf twice = packed(sam_buf_get(&bomb));
    assert_told(bomb, 16 * MIB, "gzip: more than 16777216 bytes inside");
    assert_told(twice, 16 * MIB, "gzip: more than 16777216 bytes inside");
}

static void depth_length_and_number_have_limits(void **state)
{
    (void)state;
    assert_told(filled("{\"kind\":\"record\",\"id\":", "[", 100000, ""), 16 * MIB, "inside each other");
    assert_told(filled("{\"kind\":\"record\",\"id\":\"x\",\"version\":", "1234567890", MIB, "}"), 16 * MIB, ""); /* no version: a warning */
    struct sam_buf keys = sam_buf_of(64 * MIB);
    sam_buf_text(&keys, "{\"kind\":\"record\",\"id\":\"x\"");
    for (unsigned i = 0; i < 1100000; i++)
        sam_buf_printf(&keys, ",\"k%u\":1", i);
    sam_buf_text(&keys, "}");
    assert_told(keys, 32 * MIB, "more than 1000000 values");
    assert_told(filled("{\"kind\":\"transcript\",\"id\":\"x\",\"turns\":[{\"speaker\":\"agent\",\"text\":\"", "ordord", MIB / 2, "\"}]}"),
                16 * MIB, "bytes of text, the limit is 1048576");
    assert_told(filled("{\"kind\":\"transcript\",\"id\":\"x\",\"turns\":[{\"speaker\":\"agent\",\"text\":\"", "a", MIB - 1, "\"}]}"),
                16 * MIB, "");
    assert_told(filled("{\"kind\":\"record\",\"id\":\"", "x", 17 * MIB, "\"}"), 16 * MIB, "the limit is 16777216");
}

/* The sound is most of such a document; reading it needs no memory for the sound. */
static void sound_inside_a_vcon_is_passed_over(void **state)
{
    (void)state;
    struct sam_buf body = filled(
        "{\"vcon\":\"0.0.1\",\"uuid\":\"u\",\"parties\":[{\"name\":\"A\"},{\"name\":\"B\"}],\"dialog\":[{\"type\":\"recording\",\"start\":"
        "\"2024-01-01T10:00:00Z\",\"duration\":60,\"mediatype\":\"audio/wav\",\"encoding\":\"base64url\",\"body\":\"",
        "QUJDREVGR0hJSktM", MIB / 2, "\"}],\"analysis\":[{\"type\":\"transcript\",\"dialog\":0,\"body\":\"A: hej\\n\\nB: dav\"}]}");
    struct sam_arena *arena = sam_arena_new(MIB);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    struct sam_err err;
    settings.source = SAM_SPAN("s");
    assert_true(body.len > 8 * MIB);
    assert_int_equal(sam_read(&settings, &(const struct sam_read_input){.body = sam_buf_get(&body)}, arena, &result, &err), SAM_OK);
    assert_int_equal(result.parts[1].transcript->turns_n, 2);
    sam_arena_free(arena);
    sam_buf_free(&body);
}

static void a_million_lines_with_a_bad_one_lose_that_one(void **state)
{
    (void)state;
    struct sam_buf log = sam_buf_of(128 * MIB);
    for (unsigned i = 0; i < 1000000; i++) {
        unsigned call = i / 100;
        if (i == 654321)
            sam_buf_text(&log, "1772445\xE6??|half a line\n");
        else if (i % 100 == 0)
            sam_buf_printf(&log, "%u|%u.%u|q|NONE|ENTERQUEUE||22345678|1\n", 1700000000 + call, 1700000000 + call, call);
        else if (i % 100 == 99)
            sam_buf_printf(&log, "%u|%u.%u|q|NONE|ABANDON|1|1|7\n", 1700000007 + call, 1700000000 + call, call);
        else
            sam_buf_printf(&log, "%u|NONE|NONE|Agent/%u|PAUSE|frokost\n", 1700000000 + call, i % 50);
    }
    struct sam_arena *arena = sam_arena_new(1024ULL * MIB);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    struct sam_err err;
    settings.source = SAM_SPAN("s");
    settings.body_max = 128 * MIB;
    assert_int_equal(sam_read(&settings, &(const struct sam_read_input){.body = sam_buf_get(&log)}, arena, &result, &err), SAM_OK);
    assert_int_equal(result.parts_n, 10050); /* and the pauses of 50 agents */
    assert_int_equal(result.refusals_n, 1);
    assert_int_equal(result.refusals[0].line, 654322);
    sam_arena_free(arena);
    sam_buf_free(&log);
}

static void calls_whose_lines_lie_among_each_other_are_apart(void **state)
{
    (void)state;
    struct reading r = reading_text("1772445600|1772445600.1|a|NONE|ENTERQUEUE||1|1\n1772445601|1772445601.2|b|NONE|ENTERQUEUE||2|1\n"
                                    "1772445605|1772445601.2|b|X|CONNECT|4|c|1\n1772445610|1772445600.1|a|NONE|ABANDON|1|1|10\n"
                                    "1772445665|1772445601.2|b|X|COMPLETEAGENT|4|60|1\n");
    assert_int_equal(r.code, SAM_OK);
    assert_int_equal(r.result.parts_n, 2);
    assert_non_null(strstr(canonical(&r, 0), "\"wait_ms\":10000,\"disposition\":\"abandoned\""));
    assert_non_null(strstr(canonical(&r, 1), "\"talk_ms\":60000,\"disposition\":\"answered\""));
    reading_end(&r);
}

/* What people put into JSON that is none: the refusal names the place. */
static void what_is_nearly_json_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"{'kind':'record',\n // who\n 'id':'x'}", "line 2 column 2"},
        {"{'kind':'record', /* who */ 'id':'x'}", "line 1 column 19"},
        {"{'kind':'record','id':'x','legs':[...]}", "line 1 column 35"},
        {"{'kind':'record','id':'x'}}", "1 bytes that start with 7d"} /* the record before it is read */,
        {"{'Transcript':[{'Content':'a'},...],'JobStatus':'COMPLETED'}", "column 32"},
    };
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct reading r = reading_text(rows[i].text);
        const char *why = r.code != SAM_OK ? r.err.text : r.result.refusals_n > 0 ? r.result.refusals[0].err.text : "";
        if (!strstr(why, rows[i].why))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].text, why, rows[i].why);
        reading_end(&r);
    }
}

static void bytes_of_another_encoding_are_replaced(void **state)
{
    (void)state;
    struct reading r = reading_of(SAM_NO_SPAN, SAM_SPAN("1\n00:00:01,000 --> 00:00:02,000\nbl\xE5"
                                                        "b\xE6r og \x93ja\x94\n"));
    assert_int_equal(r.code, SAM_OK);
    assert_string_equal(r.result.format, "vtt");
    assert_true(has_warning(&r.result.parts[0], "text.repaired", ""));
    assert_true(sam_utf8_valid(r.result.parts[0].transcript->turns[0].text));
    assert_non_null(strstr(canonical(&r, 0), "r og "));
    reading_end(&r);
    r = reading_of(SAM_NO_SPAN,
                   SAM_SPAN("1772445600|1772445600.1|k\xF8|NONE|ENTERQUEUE||1|1\n1772445610|1772445600.1|k\xF8|NONE|ABANDON|1|1|10\n"));
    assert_int_equal(r.code, SAM_OK);
    assert_true(sam_utf8_valid(sam_span_of(canonical(&r, 0))));
    reading_end(&r);
}

/* ---- around a vCon -------------------------------------------------------------------------------------------------------- */

static struct sam_buf signed_of(struct sam_span payload, const char *signatures)
{
    struct sam_buf inside = base64url(payload), out = sam_buf_of(MIB);
    sam_buf_text(&out, "{\"payload\":\"");
    sam_buf_span(&out, sam_buf_get(&inside));
    sam_buf_printf(&out, "\",\"signatures\":%s}", signatures);
    sam_buf_free(&inside);
    return out;
}

static void assert_is_u(struct sam_span body, bool warned)
{
    struct reading r = reading_of(SAM_NO_SPAN, body);
    if (r.code != SAM_OK)
        fail_msg("%s", r.err.text);
    assert_true(sam_span_is(r.result.parts[0].external_id, "0b7ecd6e-f37c-4bcb-8ea5-4b48906d37c0"));
    assert_int_equal(has_warning(&r.result.parts[0], "vcon.not_verified", "signatures"), warned);
    reading_end(&r);
}

static void signatures_around_gzip_and_signatures_are_taken_off(void **state)
{
    static const char vcon[] = "{\"uuid\":\"urn:uuid:0B7ECD6E-F37C-4BCB-8EA5-4B48906D37C0\",\"parties\":[],\"dialog\":[]}";
    static const char real[] =
        "[{\"header\":{\"alg\":\"RS256\",\"x5c\":[\"MII\"]},\"protected\":\"eyJhbGciOiJSUzI1NiJ9\",\"signature\":\"x\"}]";
    (void)state;
    struct sam_buf gzip = packed(sam_span_of(vcon)), one = signed_of(sam_buf_get(&gzip), real), two = signed_of(sam_buf_get(&one), real);
    struct sam_buf outer = packed(sam_buf_get(&two));
    assert_is_u(sam_span_of(vcon), false);
    assert_is_u(sam_buf_get(&gzip), false);
    assert_is_u(sam_buf_get(&one), true);
    assert_is_u(sam_buf_get(&two), true);
    assert_is_u(sam_buf_get(&outer), true);
    struct sam_buf three = signed_of(sam_buf_get(&two), real), four = signed_of(sam_buf_get(&three), real);
    assert_told(four, MIB, "signed more than 3 times over");
    struct sam_buf *const all[] = {&gzip, &one, &two, &outer, &three};
    for (size_t i = 0; i < SAM_COUNT(all); i++)
        sam_buf_free(all[i]);
}

static void an_encrypted_vcon_is_named(void **state)
{
    (void)state;
    struct reading r = reading_text("{'protected':'eyJhbGciOiJSU0EifQ','unprotected':{'uuid':'u-7','cty':'application/vcon+json'},"
                                    "'recipients':[{'encrypted_key':'x'}],'iv':'x','ciphertext':'x','tag':'x'}");
    assert_int_equal(r.code, SAM_UNSUPPORTED);
    assert_non_null(strstr(r.err.text, "encrypted, no key: uuid u-7, 1"));
    reading_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gzip_is_read_and_a_bomb_refused_by_its_size),
        cmocka_unit_test(depth_length_and_number_have_limits),
        cmocka_unit_test(sound_inside_a_vcon_is_passed_over),
        cmocka_unit_test(a_million_lines_with_a_bad_one_lose_that_one),
        cmocka_unit_test(calls_whose_lines_lie_among_each_other_are_apart),
        cmocka_unit_test(what_is_nearly_json_is_refused_with_its_place),
        cmocka_unit_test(bytes_of_another_encoding_are_replaced),
        cmocka_unit_test(signatures_around_gzip_and_signatures_are_taken_off),
        cmocka_unit_test(an_encrypted_vcon_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
