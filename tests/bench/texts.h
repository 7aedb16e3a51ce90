/*
 * The conversations of the benches: the project's own labelled ones under new ids and times, as messages. Included by each bench program.
 */
#ifndef SAMTALE_TESTS_BENCH_TEXTS_H
#define SAMTALE_TESTS_BENCH_TEXTS_H

#include "bench.h"

#include "samtale/join.h"
#include "samtale/privacy.h"
#include "samtale/read.h"
#include "samtale/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXTS_MAX 2000
#define QUEUES    40
#define AGENTS    800
#define START_S   INT64_C(1767600000) /* 2026-01-05 */
#define A_DAY_S   86400

/* One labelled conversation: its words as JSON and as rows. */
struct text {
    struct sam_span language;
    struct sam_conversation conversation;
    struct sam_score score;
    int64_t talk_ms;
};
static struct text texts[TEXTS_MAX];
static size_t texts_n;

static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}
/* ---- the texts ----------------------------------------------------------------------------------------------------------- */

static void load_line(struct sam_span line, const struct sam_scorer *scorer)
{
    const struct sam_json_limits limits = {64, 1000000};
    const struct sam_read_settings settings = sam_read_defaults();
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20); /* kept: the text lives in it */
    const struct sam_json *root = NULL;
    struct sam_json_notes notes;
    struct sam_read_result read;
    struct sam_err err;
    struct text *text = &texts[texts_n];
    const struct sam_read_input input = {SAM_SPAN("bench"), SAM_NO_SPAN, SAM_NO_SPAN, SAM_NO_SPAN, line};
    const struct sam_part *parts[4];
    if (sam_json_read(arena, line, &limits, &root, &notes, NULL, &err) != SAM_OK ||
        sam_read(&settings, &input, arena, &read, &err) != SAM_OK)
        die("sample", err.text);
    for (size_t i = 0; i < read.parts_n && i < 4; i++)
        parts[i] = &read.parts[i];
    if (sam_join(parts, read.parts_n, arena, &text->conversation, &err) != SAM_OK ||
        sam_score(scorer, &text->conversation, arena, &text->score, &err) != SAM_OK)
        die("sample", err.text);
    text->language = sam_json_text(root, "language");
    text->talk_ms = text->conversation.turns_n > 0 ? text->conversation.turns[text->conversation.turns_n - 1].end_ms.value : 0;
    texts_n += text->conversation.turns_n > 0 && texts_n + 1 < TEXTS_MAX;
}

static void load_texts(void)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_scorer *scorer = NULL;
    struct sam_err err;
    size_t n = 0;
    const struct sam_embedded *all = sam_embedded_all(&n);
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        die("scorer", err.text);
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(all[i].name);
        struct sam_span rest = all[i].body, line;
        while (len > 6 && strcmp(all[i].name + len - 6, ".jsonl") == 0 && sam_span_line(&rest, &line))
            if (line.len > 0)
                load_line(line, scorer);
    }
    if (texts_n == 0)
        die("sample", "no conversations");
}

static const struct text *text_of(uint64_t id)
{
    return &texts[mix(id) % texts_n];
}

/* ---- messages ------------------------------------------------------------------------------------------------------------- */

static void put_time(struct sam_buf *buf, const char *name, int64_t s)
{
    struct tm tm;
    char text[40];
    time_t t = (time_t)s;
    (void)gmtime_r(&t, &tm);
    (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    sam_buf_printf(buf, "\"%s\":\"%s\",", name, text);
}

/* Calls follow each other as they do in a day: ids that are near are near in time. */
static int64_t start_of(uint64_t id)
{
    return START_S + (int64_t)(id / 20 % (uint64_t)(60 * A_DAY_S));
}

static void put_head(struct sam_buf *buf, const char *kind, uint64_t id, const struct text *text)
{
    sam_buf_printf(buf,
                   "{\"kind\":\"%s\",\"source\":\"bench\",\"id\":\"c-%012llu\",\"version\":1,\"channel\":\"voice\",\"language\":\"%.*s\",",
                   kind, (unsigned long long)id, SAM_ARG(text->language));
}

static void put_record(struct sam_buf *buf, uint64_t id, const struct text *text)
{
    int64_t start = start_of(id), wait = (int64_t)(mix(id + 1) % 90), talk = text->talk_ms / 1000, hold = (int64_t)(mix(id + 2) % 30),
            wrap = (int64_t)(mix(id + 3) % 60);
    unsigned agent = (unsigned)(mix(id + 4) % AGENTS);
    put_time(buf, "offered_at", start);
    put_time(buf, "ended_at", start + wait + talk + hold);
    sam_buf_printf(buf, "\"direction\":\"inbound\",\"customer\":{\"id\":\"k%llu\"},", (unsigned long long)(mix(id) % 1000000));
    sam_buf_printf(buf, "\"legs\":[{\"queue\":\"queue %u\",\"agent\":\"agent%u\",\"team\":\"team %u\",\"disposition\":\"answered\",",
                   (unsigned)(mix(id) % QUEUES), agent, agent % 40);
    put_time(buf, "queued_at", start);
    put_time(buf, "answered_at", start + wait);
    put_time(buf, "ended_at", start + wait + talk + hold);
    sam_buf_printf(buf, "\"wait_ms\":%lld,\"talk_ms\":%lld,\"hold_ms\":%lld,\"wrap_ms\":%lld}],", (long long)wait * 1000,
                   (long long)talk * 1000, (long long)hold * 1000, (long long)wrap * 1000);
    sam_buf_printf(buf,
                   "\"parties\":[{\"id\":\"agent%u\",\"role\":\"agent\",\"name\":\"Agent %u\",\"team\":\"team "
                   "%u\"},{\"id\":\"cu\",\"role\":\"customer\"}]",
                   agent, agent, agent % 40);
}

static void put_turns(struct sam_buf *buf, const struct text *text)
{
    const struct sam_conversation *c = &text->conversation;
    sam_buf_text(buf, "\"turns\":[");
    for (size_t i = 0; i < c->turns_n; i++) {
        const struct sam_turn *turn = &c->turns[i];
        sam_buf_printf(buf, "%s{\"i\":%d,\"speaker\":\"%s\"", i > 0 ? "," : "", turn->i, sam_role_name(turn->role));
        if (turn->start_ms.known)
            sam_buf_printf(buf, ",\"start_ms\":%lld", (long long)turn->start_ms.value);
        if (turn->end_ms.known)
            sam_buf_printf(buf, ",\"end_ms\":%lld", (long long)turn->end_ms.value);
        sam_buf_text(buf, ",\"text\":");
        sam_buf_json(buf, turn->text);
        sam_buf_text(buf, "}");
    }
    sam_buf_text(buf, "]");
}

/* One message of a conversation: 0 the whole, 1 its record, 2 its transcript. */
static __attribute__((unused)) void put_message(struct sam_buf *buf, uint64_t id, int which)
{
    static const char *const kinds[] = {"conversation", "record", "transcript"};
    const struct text *text = text_of(id);
    sam_buf_clear(buf);
    put_head(buf, kinds[which], id, text);
    if (which != 2)
        put_record(buf, id, text);
    if (which == 0)
        sam_buf_text(buf, ",");
    if (which != 1)
        put_turns(buf, text);
    sam_buf_text(buf, "}");
}

#endif
