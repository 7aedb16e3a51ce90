/*
 * Asterisk's queue_log as rows: the file (epoch|callid|queue|member|EVENT|...), and the realtime table in any form that a table has:
 * printed, SQL's values, CSV with or without a head line, JSON objects. A line that is none is refused alone.
 */
#include "queue_log.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX 4000000

enum { TIME = 1, CALL, QUEUE, AGENT, EVENT, P1, P2, P3, P4, P5, DATA, WAIT, TALK, NUMBER };

static const struct table_name names[] = {
    {"time", TIME},   {"datetime", TIME}, {"created", TIME}, {"eventdate", TIME}, {"callid", CALL}, {"queuename", QUEUE}, {"queue", QUEUE},
    {"agent", AGENT}, {"member", AGENT},  {"type", AGENT},   {"event", EVENT},    {"data1", P1},    {"data2", P2},        {"data3", P3},
    {"data4", P4},    {"data5", P5},      {"param1", P1},    {"param2", P2},      {"param3", P3},   {"param4", P4},       {"param5", P5},
    {"data", DATA},   {"htime", WAIT},    {"ttime", TALK},   {"id", NUMBER},      {"uid", NUMBER},
};

/* What a dump of the realtime table holds, with its number or (by the shift of a place) without. */
static const struct table_layout layouts[] = {
    {{NUMBER, TIME, CALL, QUEUE, AGENT, EVENT, P1, P2, P3, P4, P5}},
    {{TIME, CALL, QUEUE, AGENT, EVENT, P1, P2, P3, P4, P5}},
};

static bool is_event(struct sam_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!((text.at[i] >= 'A' && text.at[i] <= 'Z') || text.at[i] == '_' || (i > 0 && text.at[i] >= '0' && text.at[i] <= '9')))
            return false;
    }
    return text.len >= 3;
}

static bool headed(const bool *has)
{
    return has[CALL] && has[EVENT];
}

static bool fits(const struct sam_span *row, size_t n)
{
    bool epoch = table_digits(row[TIME], 9) && row[TIME].len <= 10;
    bool dated = row[TIME].len >= 19 && row[TIME].at[4] == '-';
    return n >= 5 && (row[NUMBER].len == 0 || table_digits(row[NUMBER], 1)) && (epoch || dated) && row[CALL].len > 0 &&
           is_event(row[EVENT]);
}

const struct table_kind table_queue_log = {names, SAM_COUNT(names), layouts, SAM_COUNT(layouts), headed, {CALL}, fits};

/* ---- which form --------------------------------------------------------------------------------------------------------------- */

/** The log itself is known by its first line that is not blank. */
static bool is_log(struct sam_span text)
{
    struct sam_span line, f[TABLE_FIELDS];
    while (sam_span_line(&text, &line)) {
        if (sam_span_trim(line).len == 0)
            continue;
        return table_fields(line, '|', f) >= 5 && table_digits(f[0], 9) && f[0].len <= 10 && is_event(f[4]);
    }
    return false;
}

/* ---- one row -------------------------------------------------------------------------------------------------------------------- */

/** Parameters that stand in one field, parted by bars: the column "data", or the rest in the last of five. */
static void unglue(struct queue_event *e, size_t from)
{
    struct sam_span rest = e->p[from];
    for (size_t i = from; i < QUEUE_PARAMS && rest.len > 0; i++) {
        const char *bar = memchr(rest.at, '|', rest.len);
        e->p[i] = bar ? (struct sam_span){rest.at, (size_t)(bar - rest.at)} : rest;
        rest = bar ? (struct sam_span){bar + 1, rest.len - e->p[i].len - 1} : SAM_NO_SPAN;
    }
}

static void of_row(struct queue_rows *rows, const struct sam_span *row, struct queue_event *e)
{
    e->time = read_time_text(rows->r, rows->scratch, row[TIME], KEY(NULL, "time"));
    e->call = row[CALL];
    e->queue = row[QUEUE];
    e->agent = row[AGENT];
    e->event = row[EVENT];
    for (size_t i = 1; i <= 5; i++)
        e->p[i] = row[P1 + i - 1];
    unglue(e, 5);
    if (e->p[1].len == 0 && row[DATA].len > 0) {
        e->p[1] = row[DATA];
        unglue(e, 1);
    }
    e->wait_column = row[WAIT];
    e->talk_column = row[TALK];
    if (e->wait_column.len > 0) /* such exports put the caller's number in the first parameter of every event */
        e->caller_column = e->p[1];
}

static void of_line(struct queue_rows *rows, const struct sam_span *f, size_t n, struct queue_event *e)
{
    if (n < 5)
        return;
    e->time = read_time_text(rows->r, rows->scratch, f[0], KEY(NULL, "time"));
    e->call = f[1];
    e->queue = f[2];
    e->agent = f[3];
    e->event = f[4];
    for (size_t i = 5; i < n && i - 4 < QUEUE_PARAMS; i++)
        e->p[i - 4] = f[i];
}

/** @return whether there is a row; *line as it stands */
static bool next_row(struct queue_rows *rows, struct queue_event *e, struct sam_span *line)
{
    struct sam_span f[TABLE_FIELDS], row[TABLE_COLUMNS + 1];
    *e = (struct queue_event){.order = rows->count++};
    if (!rows->log) {
        if (!table_next(&rows->table, row))
            return false;
        of_row(rows, row, e);
        e->line = rows->table.line;
        *line = rows->table.row;
        return true;
    }
    while (sam_span_line(&rows->rest, line)) {
        e->line = rows->line++;
        if (sam_span_trim(*line).len == 0)
            continue;
        of_line(rows, f, table_fields(*line, '|', f), e);
        return true;
    }
    return false;
}

static bool next_event(struct queue_rows *rows, struct queue_event *e)
{
    struct sam_span line;
    struct sam_err err;
    while (!rows->r->full && next_row(rows, e, &line)) {
        if (e->time.quality != SAM_QUALITY_UNKNOWN && e->call.len > 0 && is_event(e->event))
            return true;
        (void)sam_fail(&err, SAM_BAD_INPUT, "queue_log: no event in this line (it lacks time, callid or event)");
        if (!rows->silent)
            read_refuse(rows->r, line, e->line, &err);
    }
    return false;
}

/* ---- the order ------------------------------------------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
    const struct queue_event *x = a, *y = b;
    if (x->time.us != y->time.us)
        return x->time.us < y->time.us ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

void queue_rows_order(struct queue_rows *rows)
{
    struct queue_rows look = *rows;
    struct queue_event e;
    int64_t first_us = 0, last_us = 0;
    bool rising = true;
    if (rows->log)
        return;
    look.silent = true;
    for (size_t n = 0; next_event(&look, &e); n++) {
        first_us = n == 0 ? e.time.us : first_us;
        rising = rising && (n == 0 || e.time.us >= last_us);
        last_us = e.time.us;
    }
    if (rising || rows->r->full)
        return;
    rows->sorted = sam_vec_of(sizeof(struct queue_event), EVENTS_MAX);
    while (next_event(rows, &e)) {
        struct queue_event *place = sam_vec_add(&rows->sorted, rows->r->arena);
        if (!place) {
            rows->r->full = true;
            return;
        }
        *place = e;
        place->order = last_us < first_us ? SIZE_MAX - e.order : e.order;
    }
    if (rows->sorted.n > 1)
        qsort(rows->sorted.at, rows->sorted.n, sizeof(struct queue_event), by_time);
}

bool queue_rows_of(struct reader *r, struct sam_span text, struct sam_part *scratch, struct queue_rows *out)
{
    *out = (struct queue_rows){.r = r, .scratch = scratch, .rest = text, .line = r->line, .log = is_log(text)};
    return out->log || table_open(&out->table, r, text, &table_queue_log, &(const struct sam_read_columns){NULL, 0});
}

bool queue_rows_next(struct queue_rows *rows, struct queue_event *out)
{
    if (rows->sorted.size == 0)
        return next_event(rows, out);
    if (rows->at == rows->sorted.n)
        return false;
    *out = ((struct queue_event *)rows->sorted.at)[rows->at++];
    return true;
}
