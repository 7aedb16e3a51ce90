/*
 * How much memory a message takes while it is read: at most so many times its bytes, by its format. The arena's limit is the measure, so
 * that no machine and no load plays a role. docs/operations.md tells the factors.
 */
#include "samtale/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BYTES ((size_t)4 << 20)

/* Appends the i-th piece of a message. */
typedef void piece(struct sam_buf *buf, int i);

static void queue_log(struct sam_buf *buf, int i)
{
    int at = 1772442000 + 10 * i;
    sam_buf_printf(buf,
                   "%d|%d.%d|support|NONE|ENTERQUEUE||7010%04d|1\n%d|%d.%d|support|Agent %d|CONNECT|5|1772442000.9|3\n"
                   "%d|%d.%d|support|Agent %d|COMPLETECALLER|5|60|1\n",
                   at, at, i, i % 10000, at + 5, at, i, i % 50, at + 65, at, i, i % 50);
}

static void cel(struct sam_buf *buf, int i)
{
    static const char *const events[] = {"CHAN_START", "ANSWER", "HANGUP", "CHAN_END", "LINKEDID_END"};
    for (int k = 0; k < (int)SAM_COUNT(events); k++)
        sam_buf_printf(buf,
                       "\"%s\",\"%d.5\",\"\",\"7010\",\"\",\"\",\"\",\"8000\",\"from-trunk\",\"SIP/"
                       "trunk-%d\",\"\",\"\",\"\",\"\",\"%d.%d\",\"%d.%d\",\"\",\"\",\"\",\"\"\n",
                       events[k], 1772442000 + i + k, i, 1772442000 + i, i, 1772442000 + i, i);
}

static void cue(struct sam_buf *buf, int i)
{
    sam_buf_printf(
        buf, "%s%02d:%02d:%02d.000 --> %02d:%02d:%02d.900\n<v Agent>hej med dig, hvad kan jeg goere for dig i dag, og hvad hedder du?\n\n",
        i == 0 ? "WEBVTT\n\n" : "", i / 3600, i / 60 % 60, i % 60, i / 3600, i / 60 % 60, i % 60);
}

static void word(struct sam_buf *buf, int i)
{
    sam_buf_printf(buf,
                   "%s{\"id\":%d,\"start\":%d,\"end\":%d,\"text\":\" ord ord\",\"words\":[{\"word\":\" "
                   "ord\",\"start\":%d,\"end\":%d,\"probability\":0.9},"
                   "{\"word\":\" ord\",\"start\":%d,\"end\":%d,\"probability\":0.9}]}",
                   i == 0 ? "{\"text\":\"\",\"segments\":[" : ",", i, i, i + 1, i, i + 1, i, i + 1);
}

static void turn(struct sam_buf *buf, int i)
{
    sam_buf_printf(buf, "%s{\"i\":%d,\"speaker\":\"agent\",\"start_ms\":%d,\"text\":\"hej med dig, hvad kan jeg goere for dig i dag?\"}",
                   i == 0 ? "{\"kind\":\"transcript\",\"id\":\"t\",\"turns\":[" : ",", i, i);
}

static void record(struct sam_buf *buf, int i)
{
    sam_buf_printf(buf,
                   "{\"kind\":\"record\",\"id\":\"r%d\",\"ended_at\":\"2026-03-01T10:00:00Z\",\"legs\":[{\"queue\":\"q\",\"agent\":\"a\","
                   "\"wait_ms\":1}]}\n",
                   i);
}

static const struct {
    const char *name, *end;
    piece *piece;
    size_t factor; /* at most so many times the message's bytes */
} rows[] = {
    {"queue_log", "", queue_log, 14}, {"cel", "", cel, 9},           {"vtt", "", cue, 6},
    {"whisper", "]}", word, 10},      {"transcript", "]}", turn, 8}, {"records", "", record, 32},
};

static void a_message_takes_so_many_times_its_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_buf buf = sam_buf_of(BYTES + 65536);
        struct sam_read_settings settings = sam_read_defaults();
        struct sam_read_result result;
        struct sam_err err = {.code = SAM_OK};
        settings.source = SAM_SPAN("s");
        for (int k = 0; buf.len < BYTES && k < 49000; k++)
            rows[i].piece(&buf, k);
        sam_buf_text(&buf, rows[i].end);
        assert_false(buf.failed);
        const struct sam_read_input input = {.body = sam_buf_get(&buf), .name = SAM_SPAN("a.json")};
        struct sam_arena *arena = sam_arena_new(rows[i].factor * buf.len);
        assert_non_null(arena);
        if (sam_read(&settings, &input, arena, &result, &err) != SAM_OK)
            fail_msg("%s, %zu bytes in %zu times as many: %s", rows[i].name, buf.len, rows[i].factor, err.text);
        print_message("# %s: %zu bytes, %zu parts, %.1f times\n", rows[i].name, buf.len, result.parts_n,
                      (double)sam_arena_used(arena) / (double)buf.len);
        assert_true(result.parts_n > 0 && result.refusals_n == 0);
        sam_arena_free(arena);
        sam_buf_free(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_message_takes_so_many_times_its_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
