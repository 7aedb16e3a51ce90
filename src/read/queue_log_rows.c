/*
 * Asterisk's queue_log as lines: the file (epoch|callid|queue|member|EVENT|...), the realtime table as psql prints it, its rows as SQL
 * values, and CSV exports with a head line. A line that is none is refused alone.
 */
#include "queue_log.h"

#include <string.h>

#define FIELDS_MAX 24

enum column {
    COLUMN_NONE,
    COLUMN_TIME,
    COLUMN_CALL,
    COLUMN_QUEUE,
    COLUMN_AGENT,
    COLUMN_EVENT,
    COLUMN_P1,
    COLUMN_P2,
    COLUMN_P3,
    COLUMN_P4,
    COLUMN_P5,
    COLUMN_DATA,
    COLUMN_WAIT,
    COLUMN_TALK
};

static const struct {
    const char *name;
    enum column column;
} names[] = {
    {"time", COLUMN_TIME},       {"date_time", COLUMN_TIME},   {"created", COLUMN_TIME}, {"callid", COLUMN_CALL},
    {"queuename", COLUMN_QUEUE}, {"queue_name", COLUMN_QUEUE}, {"queue", COLUMN_QUEUE},  {"agent", COLUMN_AGENT},
    {"member", COLUMN_AGENT},    {"type", COLUMN_AGENT},       {"event", COLUMN_EVENT},  {"data1", COLUMN_P1},
    {"data2", COLUMN_P2},        {"data3", COLUMN_P3},         {"data4", COLUMN_P4},     {"data5", COLUMN_P5},
    {"param1", COLUMN_P1},       {"param2", COLUMN_P2},        {"param3", COLUMN_P3},    {"data", COLUMN_DATA},
    {"htime", COLUMN_WAIT},      {"ttime", COLUMN_TALK},
};

/** @return where the quoted text that starts behind at ends; doubled quotes inside stay. NULL when it does not end */
static const char *quote_end(const char *at, const char *stop, char quote)
{
    for (; at < stop; at++) {
        if (*at != quote)
            continue;
        if (at + 1 == stop || at[1] != quote)
            return at;
        at++;
    }
    return NULL;
}

/** Cuts the next field off; quotes (' or ") are taken away. */
static struct sam_span field(struct sam_span *rest, char separator)
{
    struct sam_span text = sam_span_trim(*rest);
    const char *stop = text.at + text.len;
    bool quoted = separator == ',' && text.len > 0 && (text.at[0] == '\'' || text.at[0] == '"');
    const char *close = quoted ? quote_end(text.at + 1, stop, text.at[0]) : NULL;
    const char *from = close ? close : text.at;
    const char *next = text.len > 0 ? memchr(from, separator, (size_t)(stop - from)) : NULL;
    struct sam_span out = {text.at, (size_t)((next ? next : stop) - text.at)};
    if (close)
        out = (struct sam_span){text.at + 1, (size_t)(close - text.at) - 1};
    *rest = next ? (struct sam_span){next + 1, (size_t)(stop - next) - 1} : SAM_NO_SPAN;
    return sam_span_trim(out);
}

static size_t fields_of(struct sam_span line, enum queue_shape shape, struct sam_span out[FIELDS_MAX])
{
    char separator = shape == QUEUE_PIPES || shape == QUEUE_TABLE ? '|' : ',';
    size_t n = 0;
    line = sam_span_trim(line);
    if (shape == QUEUE_TABLE && line.len > 0 && line.at[0] == '|')
        line = (struct sam_span){line.at + 1, line.len - 1};
    if (shape == QUEUE_ROWS && line.len > 0 && line.at[0] == '(')
        line = (struct sam_span){line.at + 1, line.len - 1};
    while (line.at && n < FIELDS_MAX)
        out[n++] = field(&line, separator);
    return n;
}

/** @return how many names of columns a line holds that only a queue_log has */
static size_t head_of(struct queue_rows *rows, struct sam_span line)
{
    struct sam_span fields[FIELDS_MAX];
    size_t known = 0;
    rows->columns = fields_of(line, rows->shape, fields);
    bool have_time = false;
    for (size_t i = 0; i < rows->columns; i++) {
        rows->column[i] = COLUMN_NONE;
        for (size_t k = 0; k < SAM_COUNT(names); k++) {
            if (!sam_span_is_nocase(fields[i], names[k].name) || (names[k].column == COLUMN_TIME && have_time))
                continue;
            rows->column[i] = (int)names[k].column;
            have_time = have_time || names[k].column == COLUMN_TIME;
            known += names[k].column == COLUMN_CALL || names[k].column == COLUMN_EVENT;
        }
    }
    return known;
}

/** id, time, callid, queuename, agent, event, data1..data5: what a dump of the realtime table holds. */
static void rows_layout(struct queue_rows *rows)
{
    static const int layout[] = {COLUMN_NONE, COLUMN_TIME, COLUMN_CALL, COLUMN_QUEUE, COLUMN_AGENT, COLUMN_EVENT,
                                 COLUMN_P1,   COLUMN_P2,   COLUMN_P3,   COLUMN_P4,    COLUMN_P5};
    memcpy(rows->column, layout, sizeof(layout));
    rows->columns = SAM_COUNT(layout);
}

static bool digits(struct sam_span text, size_t least)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return text.len >= least;
}

static bool is_event(struct sam_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!((text.at[i] >= 'A' && text.at[i] <= 'Z') || text.at[i] == '_' || (i > 0 && text.at[i] >= '0' && text.at[i] <= '9')))
            return false;
    }
    return text.len >= 3;
}

/** Decides the shape by the first line that is not blank. */
static bool shape_of_line(struct queue_rows *rows, struct sam_span line)
{
    struct sam_span f[FIELDS_MAX];
    rows->shape = QUEUE_PIPES;
    if (fields_of(line, QUEUE_PIPES, f) >= 5 && digits(f[0], 9) && f[0].len <= 10 && is_event(f[4]))
        return true;
    rows->shape = QUEUE_TABLE;
    if (head_of(rows, line) == 2)
        return true;
    rows->shape = QUEUE_CSV;
    if (head_of(rows, line) == 2)
        return true;
    rows->shape = QUEUE_ROWS;
    rows_layout(rows);
    return fields_of(line, QUEUE_ROWS, f) >= 6 && digits(f[0], 1) && f[1].len >= 19 && f[1].at[4] == '-' && is_event(f[5]);
}

bool queue_rows_of(struct reader *r, struct sam_span text, struct sam_part *scratch, struct queue_rows *out)
{
    struct sam_span line;
    *out = (struct queue_rows){.r = r, .scratch = scratch, .rest = text, .line = r->line};
    while (sam_span_line(&out->rest, &line)) {
        out->line++;
        if (sam_span_trim(line).len == 0)
            continue;
        if (!shape_of_line(out, line))
            return false;
        if (out->shape == QUEUE_PIPES || out->shape == QUEUE_ROWS) { /* the line is an event already */
            out->rest = text;
            out->line = r->line;
        }
        return true;
    }
    return false;
}

static void by_columns(struct queue_rows *rows, const struct sam_span *f, size_t n, struct queue_event *e)
{
    for (size_t i = 0; i < n && i < rows->columns; i++) {
        int c = rows->column[i];
        if (c == COLUMN_TIME)
            e->time = read_time_text(rows->r, rows->scratch, f[i], KEY(NULL, "time"));
        else if (c == COLUMN_CALL)
            e->call = f[i];
        else if (c == COLUMN_QUEUE)
            e->queue = f[i];
        else if (c == COLUMN_AGENT)
            e->agent = f[i];
        else if (c == COLUMN_EVENT)
            e->event = f[i];
        else if (c >= COLUMN_P1 && c <= COLUMN_P5)
            e->p[c - COLUMN_P1 + 1] = f[i];
        else if (c == COLUMN_WAIT)
            e->wait_column = f[i];
        else if (c == COLUMN_TALK)
            e->talk_column = f[i];
    }
    if (e->wait_column.len > 0) /* such exports put the caller's number in the first parameter of every event */
        e->caller_column = e->p[1];
}

/** data5 of the realtime table may hold two parameters: "call|pos". */
static void unglue(struct queue_event *e)
{
    const char *bar = e->p[5].len > 0 ? memchr(e->p[5].at, '|', e->p[5].len) : NULL;
    if (!bar)
        return;
    e->p[6] = (struct sam_span){bar + 1, e->p[5].len - (size_t)(bar + 1 - e->p[5].at)};
    e->p[5].len = (size_t)(bar - e->p[5].at);
}

static bool event_of(struct queue_rows *rows, struct sam_span line, struct queue_event *e)
{
    struct sam_span f[FIELDS_MAX];
    size_t n = fields_of(line, rows->shape, f);
    *e = (struct queue_event){.line = rows->line};
    if (rows->shape == QUEUE_PIPES) {
        if (n < 5)
            return false;
        e->time = read_time_text(rows->r, rows->scratch, f[0], KEY(NULL, "time"));
        e->call = f[1];
        e->queue = f[2];
        e->agent = f[3];
        e->event = f[4];
        for (size_t i = 5; i < n && i - 4 < QUEUE_PARAMS; i++)
            e->p[i - 4] = f[i];
    } else {
        by_columns(rows, f, n, e);
        unglue(e);
    }
    return e->time.quality != SAM_QUALITY_UNKNOWN && e->call.len > 0 && is_event(e->event);
}

/** "-----+-----", "+====+", "(12 rows)" of a table. */
static bool is_ruler(struct sam_span line)
{
    line = sam_span_trim(line);
    if (line.len > 0 && line.at[0] == '(' && line.at[line.len - 1] == ')')
        return true;
    for (size_t i = 0; i < line.len; i++) {
        if (!strchr("-+=| ", line.at[i]))
            return false;
    }
    return true;
}

bool queue_rows_next(struct queue_rows *rows, struct queue_event *out)
{
    struct sam_span line;
    while (sam_span_line(&rows->rest, &line)) {
        rows->line++;
        if (sam_span_trim(line).len == 0 || (rows->shape == QUEUE_TABLE && is_ruler(line)))
            continue;
        if (event_of(rows, line, out))
            return true;
        struct sam_err err;
        (void)sam_fail(&err, SAM_BAD_INPUT, "queue_log: no event in this line (it lacks time, callid or event)");
        read_refuse(rows->r, line, rows->line - 1, &err);
    }
    return false;
}
