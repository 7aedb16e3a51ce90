/*
 * Helpers for the tests of readers: reads text, holds the canonical form of a part against the wanted one.
 */
#ifndef SAMTALE_TESTS_READING_H
#define SAMTALE_TESTS_READING_H

#include "samtale/read.h"

#include <stdlib.h>
#include <string.h>

/* Include cmocka before this file. JSON in tests is written with ' for ". */

struct reading {
    struct sam_arena *arena;
    struct sam_read_settings settings;
    struct sam_read_result result;
    struct sam_err err;
    enum sam_code code;
};

static inline struct reading reading_of(struct sam_span kind, struct sam_span body)
{
    struct reading r = {.arena = sam_arena_new(256U << 20), .settings = sam_read_defaults()};
    assert_non_null(r.arena);
    r.settings.source = SAM_SPAN("s");
    const struct sam_read_input input = {.kind = kind, .body = body, .name = SAM_SPAN("file.json")};
    r.code = sam_read(&r.settings, &input, r.arena, &r.result, &r.err);
    return r;
}

/* text with " for ', in memory that is never freed: a test's texts are few. */
static inline const char *json(const char *text)
{
    static char ring[8][65536];
    static size_t next;
    char *out = ring[next++ % 8];
    size_t n = strlen(text);
    assert_true(n < sizeof ring[0]);
    for (size_t i = 0; i <= n; i++)
        out[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    return out;
}

static inline struct reading reading_text(const char *text)
{
    return reading_of(SAM_NO_SPAN, sam_span_of(json(text)));
}

static inline void reading_end(struct reading *r)
{
    sam_arena_free(r->arena);
}

/* The canonical form of a part as a string, in the reading's arena. */
static inline const char *canonical(struct reading *r, size_t part)
{
    struct sam_buf buf = sam_buf_of(64U << 20);
    struct sam_span out;
    assert_true(part < r->result.parts_n);
    sam_part_write(&r->result.parts[part], &buf);
    assert_false(buf.failed);
    assert_int_equal(sam_arena_span(r->arena, sam_buf_get(&buf), &out, &r->err), SAM_OK);
    sam_buf_free(&buf);
    return out.at;
}

/* Reads text and compares part with wanted, then reads the canonical form again. */
static inline void assert_reads(const char *text, size_t part, const char *wanted)
{
    struct reading r = reading_text(text);
    if (r.code != SAM_OK)
        fail_msg("%s: %s", text, r.err.text);
    const char *got = canonical(&r, part);
    assert_string_equal(got, json(wanted));
    struct reading again = reading_of(SAM_NO_SPAN, sam_span_of(got));
    assert_int_equal(again.code, SAM_OK);
    assert_int_equal(again.result.parts_n, 1);
    assert_string_equal(canonical(&again, 0), got);
    reading_end(&again);
    reading_end(&r);
}

static inline void assert_refused(const char *kind, const char *text, enum sam_code code, const char *reason)
{
    struct reading r = reading_of(sam_span_of(kind), sam_span_of(json(text)));
    if (r.code != code)
        fail_msg("%s: %s, not %s", text, sam_code_name(r.code), sam_code_name(code));
    if (!strstr(r.err.text, reason))
        fail_msg("%s: \"%s\" does not say \"%s\"", text, r.err.text, reason);
    reading_end(&r);
}

static inline bool has_warning(const struct sam_part *part, const char *code, const char *place)
{
    for (uint32_t i = 0; i < part->warnings_n && i < SAM_WARNINGS; i++) {
        if (sam_span_is(part->warnings[i].code, code) && sam_span_is(part->warnings[i].place, place))
            return true;
    }
    return false;
}

/** A file by its name, of source "s". */
static inline struct reading file_of(const char *name, const char *text)
{
    struct reading r = {.arena = sam_arena_new(64U << 20), .settings = sam_read_defaults()};
    assert_non_null(r.arena);
    r.settings.source = SAM_SPAN("s");
    const struct sam_read_input input = {.body = sam_span_of(json(text)), .name = sam_span_of(name)};
    r.code = sam_read(&r.settings, &input, r.arena, &r.result, &r.err);
    return r;
}

/** Such a file is of a format, and its first part has a canonical form. */
static inline void assert_file(const char *name, const char *text, const char *format, const char *wanted)
{
    struct reading r = file_of(name, text);
    if (r.code != SAM_OK)
        fail_msg("%s: %s", name, r.err.text);
    assert_string_equal(r.result.format, format);
    assert_string_equal(canonical(&r, 0), json(wanted));
    reading_end(&r);
}

#endif
