/*
 * Logs and tables of any size as pieces of which none cuts a call in two: a reader makes one record of all rows of a call, so they must
 * come to it in one message.
 */
#include "table.h"

#include <string.h>

#define LINES_MAX 100000000
#define CALLS_MAX 20000000

/** One line and the piece it goes to. */
struct line {
    struct sam_span text;
    uint32_t piece;
};

/** The second field of "epoch|callid|queue|member|EVENT|..."; absent when the line is none. */
static struct sam_span call_of(struct sam_span line)
{
    size_t n = 0, bars = 0;
    while (n < line.len && line.at[n] >= '0' && line.at[n] <= '9')
        n++;
    if (n < 9 || n > 10 || n == line.len || line.at[n] != '|')
        return SAM_NO_SPAN;
    for (size_t i = n; i < line.len && bars < 4; i++)
        bars += line.at[i] == '|';
    if (bars < 4)
        return SAM_NO_SPAN;
    const char *from = line.at + n + 1, *bar = memchr(from, '|', line.len - n - 1);
    return (struct sam_span){from, (size_t)(bar - from)};
}

static bool is_log(struct sam_span text)
{
    struct sam_span line;
    for (int i = 0; i < 5 && sam_span_line(&text, &line); i++) {
        if (call_of(line).at)
            return true;
    }
    return false;
}

/** Gives each line its piece: that in which its call began; a line of no call stays where it stands. */
static enum sam_code place(struct sam_span text, size_t piece_bytes, struct sam_arena *arena, struct sam_vec *lines, struct sam_err *err)
{
    const char *begin = text.at;
    struct sam_map *begun = sam_map_new(arena, CALLS_MAX);
    struct sam_span line;
    if (!begun)
        return sam_arena_full(arena, err);
    while (sam_span_line(&text, &line)) {
        uint32_t piece = (uint32_t)((size_t)(line.at - begin) / piece_bytes);
        struct sam_span call = call_of(line);
        bool of_call = call.len > 0 && memchr(call.at, '.', call.len) != NULL; /* not NONE, REALTIME, MANAGER */
        if (of_call && !sam_map_get(begun, call, &piece) && sam_map_put(begun, call, piece, err) != SAM_OK)
            return err->code;
        struct line *l = sam_vec_add(lines, arena);
        if (!l)
            return sam_arena_full(arena, err);
        *l = (struct line){line, piece};
    }
    return SAM_OK;
}

/* ---- tables ------------------------------------------------------------------------------------------------------------- */

#define ROW_BYTES ((size_t)64 << 20)

/** Opens the text as any of the tables. @return NULL when it is none */
static const struct table_kind *open_table(struct table *t, struct reader *r, struct sam_span text)
{
    const struct sam_read_columns none = {NULL, 0};
    const struct {
        const struct table_kind *kind;
        const struct sam_read_columns *site;
    } kinds[] = {{&table_queue_log, &none}, {&table_cdr, &r->set->cdr_columns}, {&table_cel, &r->set->cel_columns}};
    struct sam_span start = sam_span_trim(text);
    struct sam_read_split split = sam_read_split_of(text);
    if (start.len > 0 && (start.at[0] == '{' || start.at[0] == '[') && !split.whole)
        return NULL; /* each object is a message of its own */
    for (size_t i = 0; i < SAM_COUNT(kinds); i++) {
        if (table_open(t, r, text, kinds[i].kind, kinds[i].site))
            return kinds[i].kind;
    }
    return NULL;
}

/** A row as it stands, SQL's values with their brackets. */
static struct sam_span whole_row(const struct table *t, struct sam_span row, struct sam_span text)
{
    bool closed = row.at + row.len < text.at + text.len;
    return t->shape == TABLE_VALUES ? (struct sam_span){row.at - 1, row.len + 1 + closed} : row;
}

/** The piece in which a row's call began, by any of its ids. */
static enum sam_code piece_of(struct sam_map *begun, const struct table_kind *kind, const struct sam_span *row, uint32_t *piece,
                              struct sam_err *err)
{
    bool known = false;
    for (size_t i = 0; i < SAM_COUNT(kind->keys) && !known; i++)
        known = kind->keys[i] > 0 && row[kind->keys[i]].len > 0 && sam_map_get(begun, row[kind->keys[i]], piece);
    for (size_t i = 0; i < SAM_COUNT(kind->keys); i++) {
        struct sam_span id = kind->keys[i] > 0 ? row[kind->keys[i]] : SAM_NO_SPAN;
        if (id.len > 0 && !sam_map_get(begun, id, NULL) && sam_map_put(begun, id, *piece, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

static enum sam_code place_rows(struct table *t, struct sam_span text, size_t piece_bytes, struct sam_arena *arena, struct sam_vec *lines,
                                struct sam_err *err)
{
    struct sam_span row[TABLE_COLUMNS + 1];
    struct sam_map *begun = sam_map_new(arena, CALLS_MAX);
    if (!begun)
        return sam_arena_full(arena, err);
    while (table_next(t, row)) {
        uint32_t piece = (uint32_t)((size_t)(t->row.at - text.at) / piece_bytes);
        struct line *l = sam_vec_add(lines, arena);
        if (!l)
            return sam_arena_full(arena, err);
        if (piece_of(begun, t->kind, row, &piece, err) != SAM_OK)
            return err->code;
        *l = (struct line){whole_row(t, t->row, text), piece};
        sam_arena_reset(t->r->arena); /* what a JSON row needed */
    }
    return SAM_OK;
}

/* ---- pieces ------------------------------------------------------------------------------------------------------------------ */

static char *put(char *at, struct sam_span text)
{
    if (text.len > 0)
        memcpy(at, text.at, text.len);
    at[text.len] = '\n';
    return at + text.len + 1;
}

/** Copies each line to its piece, all pieces with the head; empty ones are left out. */
static enum sam_code pieces_of(const struct sam_vec *lines, struct sam_span head, size_t n, struct sam_arena *arena, struct sam_span **out,
                               size_t *out_n, struct sam_err *err)
{
    const struct line *all = lines->at;
    size_t bytes = 0, filled = 0;
    struct sam_span *pieces = sam_arena_array(arena, n, sizeof *pieces);
    char **ends = sam_arena_array(arena, n, sizeof *ends);
    if (!pieces || !ends)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < lines->n; i++) {
        size_t first = pieces[all[i].piece].len == 0 && head.len > 0 ? head.len + 1 : 0;
        pieces[all[i].piece].len += first + all[i].text.len + 1;
        bytes += first + all[i].text.len + 1;
    }
    char *at = sam_arena_alloc(arena, bytes);
    if (!at)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < n; at += pieces[i++].len) {
        pieces[i].at = ends[i] = at;
        if (pieces[i].len > 0 && head.len > 0)
            ends[i] = put(ends[i], head);
    }
    for (size_t i = 0; i < lines->n; i++)
        ends[all[i].piece] = put(ends[all[i].piece], all[i].text);
    for (size_t i = 0; i < n; i++) {
        if (sam_span_trim(pieces[i]).len > 0)
            pieces[filled++] = pieces[i];
    }
    *out = pieces;
    *out_n = filled;
    return SAM_OK;
}

enum sam_code sam_read_log_split(const struct sam_read_settings *settings, struct sam_span text, size_t piece_bytes,
                                 struct sam_arena *arena, struct sam_span **out, size_t *out_n, struct sam_err *err)
{
    struct sam_vec lines = sam_vec_of(sizeof(struct line), LINES_MAX);
    struct sam_span head = SAM_NO_SPAN;
    enum sam_code code = SAM_NONE;
    if (is_log(text)) {
        code = place(text, piece_bytes, arena, &lines, err);
    } else {
        struct reader r = {.set = settings, .arena = sam_arena_new(ROW_BYTES), .line = 1};
        struct table t;
        if (!r.arena)
            return sam_fail(err, SAM_NO_MEMORY, "no memory");
        if (open_table(&t, &r, text)) {
            code = place_rows(&t, text, piece_bytes, arena, &lines, err);
            head = t.head.len > 0 ? whole_row(&t, t.head, text) : SAM_NO_SPAN;
        }
        sam_arena_free(r.arena);
    }
    return code == SAM_OK ? pieces_of(&lines, head, text.len / piece_bytes + 1, arena, out, out_n, err) : code;
}
