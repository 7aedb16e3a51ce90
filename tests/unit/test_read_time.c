/*
 * Times and zones through the door of read.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "reading.h"

static struct sam_span zone_file(const char *name)
{
    static char bytes[8192];
    char path[128];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return SAM_NO_SPAN;
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return (struct sam_span){bytes, n};
}

static void assert_time(const struct sam_zone *zone, const char *value, const char *wanted, const char *warning)
{
    char text[256];
    struct reading r = {.arena = sam_arena_new(1 << 20), .settings = sam_read_defaults()};
    snprintf(text, sizeof text, "{'kind':'record','source':'s','id':'x','offered_at':%s}", value);
    r.settings.zone = zone;
    const struct sam_read_input input = {.body = sam_span_of(json(text))};
    assert_int_equal(sam_read(&r.settings, &input, r.arena, &r.result, &r.err), SAM_OK);
    const char *got = canonical(&r, 0);
    const char *at = strstr(got, "\"offered_at\":");
    if (!wanted) {
        if (at)
            fail_msg("%s: read as %s", value, at);
    } else if (!at || strncmp(at + 13, json(wanted), strlen(wanted)) != 0) {
        fail_msg("%s: not %s but %s", value, wanted, got);
    }
    if (warning && !has_warning(&r.result.parts[0], warning, "offered_at"))
        fail_msg("%s: no warning %s in %s", value, warning, got);
    if (!warning)
        assert_int_equal(r.result.parts[0].warnings_n, 0);
    reading_end(&r);
}

static void times_of_all_spellings_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *value, *wanted, *warning;
    } rows[] = {
        {"'2026-03-02T10:00:00Z'", "'2026-03-02T10:00:00Z'", NULL},
        {"'2026-03-02t10:00:00.000z'", "'2026-03-02T10:00:00.000Z'", NULL},
        {"'2026-03-02 10:00:00.1234567+01:00'", "'2026-03-02T09:00:00.123456Z'", NULL},
        {"'2026-03-02T10:00:00-0330'", "'2026-03-02T13:30:00Z'", NULL},
        {"'2026-03-02T10:00+02'", "'2026-03-02T08:00:00Z'", NULL},
        {"'2026-03-02T24:00:00Z'", "'2026-03-03T00:00:00Z'", NULL},
        {"'2016-12-31T23:59:60Z'", "'2017-01-01T00:00:00Z'", NULL},
        {"'Wed, 18 May 2022 23:05:05 -0000'", "'2022-05-18T23:05:05Z'", NULL},
        {"'18 May 22 23:05 EST'", "'2022-05-19T04:05:00Z'", NULL},
        {"'Wed, 18 May 2022 23:05:05 +0200 (CEST)'", "'2022-05-18T21:05:05Z'", NULL},
        {"1772445900", "'2026-03-02T10:05:00Z'", NULL},
        {"1772445900.25", "'2026-03-02T10:05:00.250Z'", NULL},
        {"1772445900000", "'2026-03-02T10:05:00.000Z'", NULL},
        {"1772445900000001", "'2026-03-02T10:05:00.000001Z'", NULL},
        {"1772445900000001000", "'2026-03-02T10:05:00.000001Z'", NULL},
        {"'1772445900'", "'2026-03-02T10:05:00Z'", NULL},
        {"'2026-03-02T10:00:00'", "{'time':'2026-03-02T10:00:00Z','quality':'zone_assumed'}", "time.no_zone"},
        {"'2026-03-02'", "{'time':'2026-03-02T00:00:00Z','quality':'zone_assumed'}", "time.no_zone"},
        {"{'time':'2026-03-02T10:00:00Z','quality':'derived'}", "{'time':'2026-03-02T10:00:00Z','quality':'derived'}", NULL},
        {"'2026-02-30T10:00:00Z'", NULL, "time.invalid"},
        {"'2026-03-02T10:00:00+25:00'", NULL, "time.invalid"},
        {"'2026-03-02T10:61:00Z'", NULL, "time.invalid"},
        {"'yesterday'", NULL, "time.invalid"},
        {"[]", NULL, "time.invalid"},
        {"'1970-01-01T00:00:00Z'", NULL, "time.out_of_range"},
        {"1e300", NULL, "time.out_of_range"},
        {"-1", NULL, "time.out_of_range"},
        {"null", NULL, NULL},
        {"''", NULL, NULL},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        assert_time(NULL, rows[i].value, rows[i].wanted, rows[i].warning);
}

static void local_times_follow_their_zone(void **state)
{
    (void)state;
    struct sam_arena *arena = sam_arena_new(1 << 20);
    const struct sam_zone *zone = NULL;
    struct sam_err err;
    struct sam_span file = zone_file("Europe/Copenhagen");
    if (file.len == 0) {
        print_message("skipped: this machine has no time zones\n");
        sam_arena_free(arena);
        return;
    }
    assert_int_equal(sam_zone_read(arena, file, &zone, &err), SAM_OK);
    static const struct {
        const char *value, *wanted, *warning;
    } rows[] = {
        {"'2026-01-15T12:00:00'", "{'time':'2026-01-15T11:00:00Z'", "time.no_zone"},
        {"'2026-07-15T12:00:00'", "{'time':'2026-07-15T10:00:00Z'", "time.no_zone"},
        {"'1995-07-15T12:00:00'", "{'time':'1995-07-15T10:00:00Z'", "time.no_zone"},
        {"'2050-07-15T12:00:00'", "{'time':'2050-07-15T10:00:00Z'", "time.no_zone"}, /* by the rule behind the last change */
        {"'2026-03-29T01:59:59'", "{'time':'2026-03-29T00:59:59Z'", "time.no_zone"},
        {"'2026-03-29T02:30:00'", "{'time':'2026-03-29T01:30:00Z'", "time.skipped"}, /* 03:30 summer time */
        {"'2026-03-29T03:00:00'", "{'time':'2026-03-29T01:00:00Z'", "time.no_zone"},
        {"'2026-10-25T02:30:00'", "{'time':'2026-10-25T00:30:00Z'", "time.ambiguous"}, /* the earlier of the two */
        {"'2026-10-25T03:00:00'", "{'time':'2026-10-25T02:00:00Z'", "time.no_zone"},
        {"'2050-10-30T02:30:00'", "{'time':'2050-10-30T00:30:00Z'", "time.ambiguous"},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        assert_time(zone, rows[i].value, rows[i].wanted, rows[i].warning);
    sam_arena_free(arena);
}

static void a_damaged_zone_file_is_refused(void **state)
{
    (void)state;
    struct sam_span file = zone_file("Europe/Copenhagen");
    for (size_t n = 0; n < file.len; n += 7) {
        char *cut = malloc(n + 1); /* exactly so long, so that a read beyond is caught */
        struct sam_arena *arena = sam_arena_new(1 << 20);
        const struct sam_zone *zone = NULL;
        struct sam_err err;
        memcpy(cut, file.at, n);
        enum sam_code code = sam_zone_read(arena, (struct sam_span){cut, n}, &zone, &err);
        assert_true(code == SAM_BAD_INPUT || (code == SAM_OK && n + 40 > file.len)); /* the footer may be cut */
        sam_arena_free(arena);
        free(cut);
    }
}

/* A file with one kind of time and the rule behind it. */
static const struct sam_zone *zone_of_rule(struct sam_arena *arena, const char *rule)
{
    static const char head[44] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1};
    static const char type[7] = {0};
    struct sam_buf file = sam_buf_of(1000);
    const struct sam_zone *zone = NULL;
    struct sam_err err;
    for (int i = 0; i < 2; i++) {
        sam_buf_add(&file, head, sizeof head);
        sam_buf_add(&file, type, sizeof type);
    }
    sam_buf_printf(&file, "\n%s\n", rule);
    assert_int_equal(sam_zone_read(arena, sam_buf_get(&file), &zone, &err), SAM_OK);
    sam_buf_free(&file);
    return zone;
}

/* Every five hours of four years: the wall clock that the C library shows leads back to the instant, or to an earlier one that showed the
 * same. */
static void assert_as_libc(const struct sam_zone *zone, const char *name)
{
    assert_int_equal(setenv("TZ", name, 1), 0);
    tzset();
    for (time_t t = 1704067200; t < 1830297600; t += 5 * 3600 - 61) {
        struct tm wall;
        enum sam_zone_fit fit;
        assert_non_null(localtime_r(&t, &wall));
        int64_t local_s = t + wall.tm_gmtoff, is = sam_zone_utc(zone, local_s * 1000000, &fit) / 1000000;
        if (is != t && !(fit == SAM_ZONE_TWICE && is < t))
            fail_msg("%s at %lld: %lld, the C library says offset %ld", name, (long long)t, (long long)is, wall.tm_gmtoff);
    }
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
}

static void rules_and_zones_are_those_of_the_c_library(void **state)
{
    (void)state;
    static const char *const rules[] = {"CET-1CEST,M3.5.0,M10.5.0/3",
                                        "<+0330>-3:30",
                                        "AEST-10AEDT,M10.1.0,M4.1.0/3",
                                        "XXX3YYY,J60/0,J300/0",
                                        "XXX3:30YYY2:15:15,59/2,299/2:30:10",
                                        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
                                        "IST-1GMT0,M10.5.0,M3.5.0/1",
                                        "NZST-12NZDT,M9.5.0,M4.1.0/3",
                                        "EET-2EEST,M12.1.4/24,M1.2.6/50",
                                        "UTC0",
                                        "ABC+5DEF+4,300,J1/1"};
    static const char *const zones[] = {"Europe/Oslo",    "Atlantic/Reykjavik", "America/New_York", "Australia/Lord_Howe",
                                        "Asia/Kathmandu", "America/Nuuk",       "Pacific/Chatham"};
    struct sam_arena *arena = sam_arena_new(4 << 20);
    for (size_t i = 0; i < SAM_COUNT(rules); i++)
        assert_as_libc(zone_of_rule(arena, rules[i]), rules[i]);
    for (size_t i = 0; i < SAM_COUNT(zones); i++) {
        const struct sam_zone *zone = NULL;
        struct sam_err err;
        struct sam_span file = zone_file(zones[i]);
        if (file.len == 0)
            continue;
        assert_int_equal(sam_zone_read(arena, file, &zone, &err), SAM_OK);
        assert_as_libc(zone, zones[i]);
    }
    sam_arena_free(arena);
}

static void a_rule_that_is_none_leaves_the_last_offset(void **state)
{
    (void)state;
    static const char *const rules[] = {"",
                                        "CE-1",
                                        "<CET-1",
                                        "CET",
                                        "CET-",
                                        "CET-999",
                                        "CET-1:99",
                                        "CET-1:00:99",
                                        "CET-1CE",
                                        "CET-1CEST-x",
                                        "CET-1CEST",
                                        "CET-1CEST,",
                                        "CET-1CEST,M",
                                        "CET-1CEST,M13.1.0,M10.5.0",
                                        "CET-1CEST,M0.1.0,M10.5.0",
                                        "CET-1CEST,M3,M10.5.0",
                                        "CET-1CEST,M3.6.0,M10.5.0",
                                        "CET-1CEST,M3.0.0,M10.5.0",
                                        "CET-1CEST,M3.5,M10.5.0",
                                        "CET-1CEST,M3.5.7,M10.5.0",
                                        "CET-1CEST,M3.5.0",
                                        "CET-1CEST,M3.5.0/x,M10.5.0",
                                        "CET-1CEST,M3.5.0,",
                                        "CET-1CEST,366,J1",
                                        "CET-1CEST,J,J1"};
    struct sam_arena *arena = sam_arena_new(1 << 20);
    for (size_t i = 0; i < SAM_COUNT(rules); i++) {
        enum sam_zone_fit fit;
        int64_t noon = INT64_C(1783857600000000);
        if (sam_zone_utc(zone_of_rule(arena, rules[i]), noon, &fit) != noon || fit != SAM_ZONE_ONCE)
            fail_msg("\"%s\" was taken for a rule", rules[i]);
    }
    sam_arena_free(arena);
}

static void a_time_in_the_future_is_no_time(void **state)
{
    (void)state;
    struct reading r = {.arena = sam_arena_new(1 << 20), .settings = sam_read_defaults()};
    r.settings.now_us = INT64_C(1772445900000000);
    const struct sam_read_input input = {
        .body = sam_span_of(json("{'kind':'record','source':'s','id':'x','offered_at':1772445901,'ended_at':1772632801}"))};
    assert_int_equal(sam_read(&r.settings, &input, r.arena, &r.result, &r.err), SAM_OK);
    assert_int_equal(r.result.parts[0].record->offered.us, INT64_C(1772445901000000));
    assert_int_equal(r.result.parts[0].record->ended.quality, SAM_QUALITY_UNKNOWN);
    assert_true(has_warning(&r.result.parts[0], "time.future", "ended_at"));
    reading_end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_all_spellings_are_read),
        cmocka_unit_test(local_times_follow_their_zone),
        cmocka_unit_test(a_damaged_zone_file_is_refused),
        cmocka_unit_test(rules_and_zones_are_those_of_the_c_library),
        cmocka_unit_test(a_rule_that_is_none_leaves_the_last_offset),
        cmocka_unit_test(a_time_in_the_future_is_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
