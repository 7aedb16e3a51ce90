/*
 * Tables of rows, in whatever form: finds out by the first line which form it is and gives row after row. A line that is no row comes as
 * one without columns, so that its reader refuses it alone.
 */
#include "table.h"

#include <string.h>

/** Bytes in which a dump's first statement must begin. */
#define DUMP_HEAD 65536

/* ---- fields of a line ---------------------------------------------------------------------------------------------------- */

/** @return where the quoted text that starts behind at ends; doubled quotes inside stay. NULL when it does not end */
static const char *quote_end(const char *at, const char *stop, char quote)
{
    for (; at < stop; at++) {
        if (*at == '\\' && quote == '\'' && at + 1 < stop) {
            at++; /* as SQL writes it */
            continue;
        }
        if (*at != quote)
            continue;
        if (at + 1 == stop || at[1] != quote)
            return at;
        at++;
    }
    return NULL;
}

/** Blanks before a field are none of it. */
static struct sam_span without_blanks(struct sam_span text, char separator)
{
    while (text.len > 0 && (text.at[0] == ' ' || (text.at[0] == '\t' && separator != '\t')))
        text = (struct sam_span){text.at + 1, text.len - 1};
    return text;
}

/** What databases write for nothing. */
static struct sam_span without_null(struct sam_span text)
{
    return sam_span_is(text, "NULL") || sam_span_is(text, "\\N") ? SAM_NO_SPAN : text;
}

/** Cuts the next field off; quotes (' or ") are taken away. */
static struct sam_span field(struct sam_span *rest, char separator)
{
    struct sam_span text = without_blanks(*rest, separator);
    const char *stop = text.at + text.len;
    bool quoted = separator != '|' && text.len > 0 && (text.at[0] == '\'' || text.at[0] == '"');
    const char *close = quoted ? quote_end(text.at + 1, stop, text.at[0]) : NULL;
    const char *from = close ? close : text.at;
    const char *next = text.len > 0 ? memchr(from, separator, (size_t)(stop - from)) : NULL;
    struct sam_span out = {text.at, (size_t)((next ? next : stop) - text.at)};
    if (close)
        out = (struct sam_span){text.at + 1, (size_t)(close - text.at) - 1};
    *rest = next ? (struct sam_span){next + 1, (size_t)(stop - next) - 1} : SAM_NO_SPAN;
    out = sam_span_trim(out);
    return close ? out : without_null(out);
}

size_t table_fields(struct sam_span line, char separator, struct sam_span out[TABLE_FIELDS])
{
    size_t n = 0;
    while (line.at && n < TABLE_FIELDS)
        out[n++] = field(&line, separator);
    return n;
}

bool table_digits(struct sam_span text, size_t least)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return text.len >= least;
}

/* A line as psql and mysql print it may begin and end with a bar. */
static struct sam_span without_bars(struct sam_span line)
{
    line = sam_span_trim(line);
    if (line.len > 0 && line.at[0] == '|')
        line = (struct sam_span){line.at + 1, line.len - 1};
    return line;
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

/* ---- names of columns ------------------------------------------------------------------------------------------------------ */

static char plain(char c)
{
    c = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return (char)((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0);
}

/** @return whether they are the same by their letters and digits: "Unique ID" is "uniqueid" */
static bool same_name(struct sam_span told, const char *name)
{
    for (size_t i = 0; i < told.len; i++) {
        char c = plain(told.at[i]);
        if (c != 0 && c != *name++)
            return false;
        if (c != 0 && name[-1] == 0)
            return false;
    }
    return *name == 0;
}

static unsigned char column_of(const struct table_kind *kind, struct sam_span told)
{
    for (size_t i = 0; i < kind->names_n; i++) {
        if (same_name(told, kind->names[i].name))
            return kind->names[i].column;
    }
    return 0;
}

/** Takes names as the columns' order, if they make a table of the kind; of two alike the first counts. @return whether they do */
static bool by_names(struct table *t, const struct sam_span *names, size_t n)
{
    bool has[TABLE_COLUMNS + 1] = {false};
    unsigned char order[TABLE_FIELDS] = {0};
    for (size_t i = 0; i < n && i < TABLE_FIELDS; i++) {
        unsigned char column = column_of(t->kind, names[i]);
        order[i] = has[column] ? 0 : column;
        has[column] = column > 0;
    }
    if (!t->kind->headed(has))
        return false;
    memcpy(t->column, order, sizeof order);
    t->fields = n < TABLE_FIELDS ? n : TABLE_FIELDS;
    return true;
}

static void by_columns(const struct table *t, const struct sam_span *fields, size_t n, struct sam_span row[TABLE_COLUMNS + 1])
{
    memset(row, 0, (TABLE_COLUMNS + 1) * sizeof(*row));
    for (size_t i = 0; i < n && i < t->fields; i++) {
        if (t->column[i] > 0)
            row[t->column[i]] = fields[i];
    }
}

/** Tries an order of columns on a line, also one place further: a table's own number may stand first. */
static bool by_layout(struct table *t, const struct table_layout *layout, const struct sam_span *fields, size_t n)
{
    struct sam_span row[TABLE_COLUMNS + 1];
    for (size_t shift = 0; shift < 2; shift++) {
        memset(t->column, 0, sizeof(t->column));
        memcpy(t->column + shift, layout->column, TABLE_FIELDS - shift);
        t->fields = TABLE_FIELDS;
        by_columns(t, fields, n, row);
        if (n > shift && (shift == 0 || table_digits(fields[0], 1)) && t->kind->fits(row, n - shift))
            return true;
    }
    return false;
}

static bool by_position(struct table *t, const struct sam_read_columns *site, const struct sam_span *fields, size_t n)
{
    struct sam_span row[TABLE_COLUMNS + 1];
    if (site->n > 0 && by_names(t, site->at, site->n)) {
        by_columns(t, fields, n, row);
        if (t->kind->fits(row, n))
            return true;
    }
    for (size_t i = 0; i < t->kind->layouts_n; i++) {
        if (by_layout(t, &t->kind->layouts[i], fields, n))
            return true;
    }
    return false;
}

/* ---- SQL's values: (1,'a'),(2,'b') ------------------------------------------------------------------------------------------- */

static const char *end_of_values(const char *at, const char *stop)
{
    while (at < stop && *at != ')') {
        const char *close = *at == '\'' || *at == '"' ? quote_end(at + 1, stop, *at) : at;
        if (!close)
            return NULL;
        at = close + 1;
    }
    return at < stop ? at : NULL;
}

/** Takes the next "(...)" off. One that does not end is the rest. */
static bool next_values(struct table *t)
{
    const char *open = t->rest.len > 0 ? memchr(t->rest.at, '(', t->rest.len) : NULL;
    if (!open)
        return false;
    const char *stop = t->rest.at + t->rest.len;
    const char *close = end_of_values(open + 1, stop);
    const char *end = close ? close : stop;
    for (const char *c = t->rest.at; c < open; c++)
        t->next_line += *c == '\n';
    t->line = t->next_line;
    for (const char *c = open; c < end; c++)
        t->next_line += *c == '\n';
    t->row = (struct sam_span){open + 1, (size_t)(end - open) - 1};
    t->rest = close ? (struct sam_span){close + 1, (size_t)(stop - close) - 1} : SAM_NO_SPAN;
    return true;
}

/** From the first "INSERT INTO" on; absent when there is none where a dump's head may end. */
static struct sam_span from_insert(struct table *t, struct sam_span text)
{
    static const char words[] = "INSERT INTO";
    struct sam_span rest = text, line;
    while (rest.at && rest.at < text.at + DUMP_HEAD && sam_span_line(&rest, &line)) {
        if (line.len > sizeof words && sam_span_is_nocase((struct sam_span){line.at, sizeof words - 1}, words))
            return (struct sam_span){line.at, text.len - (size_t)(line.at - text.at)};
        t->next_line++;
    }
    t->next_line = t->r->line;
    return SAM_NO_SPAN;
}

static bool open_values(struct table *t, struct sam_span text, const struct sam_read_columns *site)
{
    struct sam_span f[TABLE_FIELDS];
    struct sam_span start = sam_span_trim(text);
    text = start.len > 0 && start.at[0] == '(' ? text : from_insert(t, text);
    if (text.len == 0)
        return false;
    t->shape = TABLE_VALUES;
    t->separator = ',';
    t->rest = text;
    t->begin_line = t->next_line;
    if (!next_values(t))
        return false;
    if (by_names(t, f, table_fields(t->row, ',', f))) {
        t->head = t->row;
        return true;
    }
    t->rest = text; /* it is a row already */
    t->next_line = t->begin_line;
    return by_position(t, site, f, table_fields(t->row, ',', f));
}

/* ---- JSON objects -------------------------------------------------------------------------------------------------------------- */

/** The next object's members as fields. @return whether there is one */
static bool next_object(struct table *t, struct sam_span names[TABLE_FIELDS], struct sam_span fields[TABLE_FIELDS], size_t *n)
{
    const struct sam_json_limits limits = {t->r->set->json_depth, t->r->set->json_nodes};
    const struct sam_json *root = NULL;
    struct sam_json_notes notes = {0};
    struct sam_err err;
    *n = 0;
    if (!sam_read_split_next(&t->split, &t->row))
        return false;
    t->line = t->r->line + t->split.line - 1;
    enum sam_code code = sam_json_read(t->r->arena, t->row, &limits, &root, &notes, NULL, &err);
    t->r->full = t->r->full || code == SAM_NO_MEMORY;
    for (const struct sam_json *m = code == SAM_OK && root->type == SAM_JSON_OBJECT ? root->first : NULL; m && *n < TABLE_FIELDS;
         m = m->next) {
        bool text = m->type == SAM_JSON_STRING || m->type == SAM_JSON_NUMBER;
        names[*n] = m->key;
        fields[(*n)++] = text ? sam_span_trim(m->text) : SAM_NO_SPAN;
    }
    return true;
}

static bool open_objects(struct table *t, struct sam_span text)
{
    struct sam_span names[TABLE_FIELDS], fields[TABLE_FIELDS], start = sam_span_trim(text);
    size_t n = 0;
    if (start.len == 0 || (start.at[0] != '{' && start.at[0] != '['))
        return false;
    t->shape = TABLE_OBJECTS;
    t->split = read_split_each(text);
    bool fits = next_object(t, names, fields, &n) && by_names(t, names, n);
    t->split = read_split_each(text);
    return fits;
}

/* ---- lines -------------------------------------------------------------------------------------------------------------------------- */

static bool next_line(struct table *t)
{
    while (sam_span_line(&t->rest, &t->row)) {
        t->line = t->next_line++;
        if (sam_span_trim(t->row).len > 0 && !(t->shape == TABLE_PRINTED && is_ruler(t->row)))
            return true;
    }
    return false;
}

static bool open_lines(struct table *t, struct sam_span text, const struct sam_read_columns *site)
{
    static const char separators[] = "|,;\t";
    struct sam_span f[TABLE_FIELDS];
    t->rest = text;
    t->shape = TABLE_PRINTED; /* passes a ruler above the head over */
    if (!next_line(t))
        return false;
    for (size_t i = 0; i < sizeof separators - 1; i++) {
        t->separator = separators[i];
        t->shape = t->separator == '|' ? TABLE_PRINTED : TABLE_LINES;
        if (!memchr(t->row.at, t->separator, t->row.len))
            continue;
        if (by_names(t, f, table_fields(t->separator == '|' ? without_bars(t->row) : t->row, t->separator, f))) {
            t->head = t->row;
            return true;
        }
    }
    t->shape = TABLE_LINES;
    for (size_t i = 1; i < sizeof separators - 1; i++) {
        t->separator = separators[i];
        if (!memchr(t->row.at, t->separator, t->row.len) || !by_position(t, site, f, table_fields(t->row, t->separator, f)))
            continue;
        t->rest = text; /* it is a row already */
        t->next_line = t->r->line;
        return true;
    }
    return false;
}

/* ---- the table ------------------------------------------------------------------------------------------------------------------- */

bool table_open(struct table *t, struct reader *r, struct sam_span text, const struct table_kind *kind, const struct sam_read_columns *site)
{
    *t = (struct table){.r = r, .kind = kind, .next_line = r->line};
    if (open_objects(t, text) || open_values(t, text, site))
        return true;
    *t = (struct table){.r = r, .kind = kind, .next_line = r->line};
    return open_lines(t, text, site);
}

/** The next line or values as fields. @return whether there are any */
static bool next_fields(struct table *t, struct sam_span fields[TABLE_FIELDS], size_t *n)
{
    while (t->shape == TABLE_VALUES ? next_values(t) : next_line(t)) {
        *n = table_fields(t->shape == TABLE_PRINTED ? without_bars(t->row) : t->row, t->separator, fields);
        if (t->head.len == 0 || !by_names(t, fields, *n)) /* a head may stand there again: files put together, another statement */
            return true;
    }
    return false;
}

bool table_next(struct table *t, struct sam_span row[TABLE_COLUMNS + 1])
{
    struct sam_span fields[TABLE_FIELDS], names[TABLE_FIELDS];
    size_t n = 0;
    if (!(t->shape == TABLE_OBJECTS ? next_object(t, names, fields, &n) : next_fields(t, fields, &n)))
        return false;
    if (t->shape == TABLE_OBJECTS && !by_names(t, names, n)) /* each object names its own members */
        n = 0;
    by_columns(t, fields, n, row);
    return true;
}
