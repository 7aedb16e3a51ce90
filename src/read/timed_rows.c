/*
 * Transcripts as rows of a table: Whisper's TSV and whisper.cpp's CSV (start, end, perhaps speaker, text), whisper-timestamped's CSV (text,
 * start, end, without a head line).
 */
#include "shapes.h"
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 24

enum { START, END, TEXT, SPEAKER, COLUMNS };
struct rows {
    char separator;
    size_t column[COLUMNS]; /* field + 1; 0: none */
    bool headed;
};

/** Fields of a line. Between tabs quotes are part of the text, which is the last one. @return how many */
static size_t fields_of(struct sam_span line, char separator, struct sam_span out[TABLE_FIELDS])
{
    size_t n = 0;
    if (separator != '\t')
        return table_fields(line, separator, out);
    while (n < TABLE_FIELDS) {
        const char *tab = line.len > 0 ? memchr(line.at, '\t', line.len) : NULL;
        out[n++] = (struct sam_span){line.at, tab ? (size_t)(tab - line.at) : line.len};
        if (!tab)
            return n;
        line = (struct sam_span){tab + 1, line.len - out[n - 1].len - 1};
    }
    return n;
}

/** Milliseconds of a whole number, seconds of one with a point. */
static bool time_of(struct sam_span field, int64_t *ms)
{
    char text[NUMBER_BYTES];
    char *end = NULL;
    field = sam_span_trim(field);
    bool digits = field.len > 0 && field.len < sizeof(text), point = digits && memchr(field.at, '.', field.len) != NULL;
    for (size_t i = 0; digits && i < field.len; i++)
        digits = field.at[i] == '.' || (field.at[i] >= '0' && field.at[i] <= '9');
    if (!digits)
        return false;
    memcpy(text, field.at, field.len);
    text[field.len] = 0;
    double value = strtod(text, &end);
    if (*end || value * 1000 > INT32_MAX)
        return false;
    *ms = llround(point ? value * 1000 : value);
    return true;
}

/** Columns by their names in a head line. */
static bool headed(struct sam_span line, char separator, struct rows *rows)
{
    static const char *const names[COLUMNS] = {[START] = "start", [END] = "end", [TEXT] = "text", [SPEAKER] = "speaker"};
    struct sam_span field[TABLE_FIELDS];
    size_t n = fields_of(line, separator, field);
    *rows = (struct rows){.separator = separator, .headed = true};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < COLUMNS; k++) {
            if (sam_span_is_nocase(sam_span_trim(field[i]), names[k]))
                rows->column[k] = i + 1;
        }
    }
    return rows->column[START] && rows->column[END] && rows->column[TEXT];
}

/** A row that is read by its columns. */
struct row {
    struct sam_span text, speaker;
    int64_t start_ms, end_ms;
};

static bool row_of(const struct rows *rows, struct sam_span line, struct row *row)
{
    struct sam_span field[TABLE_FIELDS];
    size_t n = fields_of(line, rows->separator, field);
    for (size_t k = 0; k < SPEAKER; k++) {
        if (rows->column[k] > n)
            return false;
    }
    row->text = sam_span_trim(field[rows->column[TEXT] - 1]);
    row->speaker = rows->column[SPEAKER] > 0 && rows->column[SPEAKER] <= n ? sam_span_trim(field[rows->column[SPEAKER] - 1]) : SAM_NO_SPAN;
    return time_of(field[rows->column[START] - 1], &row->start_ms) && time_of(field[rows->column[END] - 1], &row->end_ms);
}

/** @return whether a field holds a point, as seconds written with decimals do; `\N`, no value, has no bytes to look at */
static bool pointed(struct sam_span field)
{
    return field.len > 0 && memchr(field.at, '.', field.len);
}

/** @return whether a line is of a table without a head: a text and two numbers with points */
static bool headless(struct sam_span line)
{
    const struct rows rows = {.separator = ',', .column = {[START] = 2, [END] = 3, [TEXT] = 1}};
    struct sam_span field[TABLE_FIELDS];
    struct row row;
    return table_fields(line, ',', field) == 3 && pointed(field[1]) && pointed(field[2]) && row_of(&rows, line, &row) &&
           row.start_ms <= row.end_ms;
}

static bool rows_of(struct sam_span text, struct rows *rows)
{
    static const char separators[] = "\t,;";
    struct sam_span line;
    if (!sam_span_line(&text, &line))
        return false;
    for (size_t i = 0; separators[i]; i++) {
        if (headed(line, separators[i], rows))
            return true;
    }
    *rows = (struct rows){.separator = ',', .column = {[START] = 2, [END] = 3, [TEXT] = 1}};
    bool fits = headless(line);
    return fits && (!sam_span_line(&text, &line) || sam_span_trim(line).len == 0 || headless(line));
}

bool timed_rows_is(struct sam_span text)
{
    struct rows rows;
    return rows_of(text, &rows);
}

void timed_rows_read(struct script *s, struct sam_span text)
{
    struct sam_span line;
    struct rows rows;
    size_t index = 0;
    if (!rows_of(text, &rows))
        return;
    for (; sam_span_line(&text, &line); index++) {
        struct row row;
        if (sam_span_trim(line).len == 0 || (rows.headed && index == 0))
            continue;
        if (row_of(&rows, line, &row))
            script_turn(s, script_speaker(s, row.speaker), sam_int_of(row.start_ms), sam_int_of(row.end_ms), row.text);
        else
            read_warn(s->r, s->part, "cue.invalid_time", ITEM(NULL, "line", index));
    }
}
