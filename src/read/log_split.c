/*
 * A queue_log of any size as pieces of which none cuts a call in two: the reader makes one record of all lines of a call, so they must come
 * to it in one message.
 */
#include "reader.h"

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

enum sam_code sam_read_log_split(struct sam_span text, size_t piece_bytes, struct sam_arena *arena, struct sam_span **out, size_t *out_n,
                                 struct sam_err *err)
{
    struct sam_vec lines = sam_vec_of(sizeof(struct line), LINES_MAX);
    size_t n = text.len / piece_bytes + 1, filled = 0;
    if (!is_log(text))
        return SAM_NONE;
    enum sam_code code = place(text, piece_bytes, arena, &lines, err);
    if (code != SAM_OK)
        return code;
    struct sam_span *pieces = sam_arena_array(arena, n, sizeof *pieces);
    char **ends = sam_arena_array(arena, n, sizeof *ends);
    char *at = sam_arena_alloc(arena, text.len + lines.n);
    if (!pieces || !ends || !at)
        return sam_arena_full(arena, err);
    const struct line *all = lines.at;
    for (size_t i = 0; i < lines.n; i++)
        pieces[all[i].piece].len += all[i].text.len + 1;
    for (size_t i = 0; i < n; at += pieces[i++].len)
        pieces[i].at = ends[i] = at;
    for (size_t i = 0; i < lines.n; i++) {
        char **end = &ends[all[i].piece];
        if (all[i].text.len > 0)
            memcpy(*end, all[i].text.at, all[i].text.len);
        *end += all[i].text.len;
        *(*end)++ = '\n';
    }
    for (size_t i = 0; i < n; i++) {
        if (sam_span_trim(pieces[i]).len > 0)
            pieces[filled++] = pieces[i];
    }
    *out = pieces;
    *out_n = filled;
    return SAM_OK;
}
