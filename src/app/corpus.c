/*
 * Files of conversations: every message is read by the same reader as the daemon's; what belongs to one conversation is gathered.
 */
#include "corpus.h"

#include "samtale/join.h"
#include "samtale/privacy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FILE_MAX  ((size_t)1 << 30)
#define ITEMS_MAX 2000000

enum sam_code corpus_file(struct sam_arena *arena, const char *path, struct sam_span *out, struct sam_err *err)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct sam_buf buf = sam_buf_of(FILE_MAX);
    enum sam_code code = SAM_OK;
    if (fd < 0)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", path, strerror(errno));
    for (;;) {
        char *room = sam_buf_reserve(&buf, 65536);
        ssize_t got = room == NULL ? 0 : read(fd, room, 65536);
        if (room == NULL)
            code = sam_fail(err, SAM_TOO_LARGE, "%s: larger than %zu bytes", path, FILE_MAX);
        else if (got < 0 && errno == EINTR)
            continue;
        else if (got < 0)
            code = sam_fail(err, SAM_SYSTEM, "%s: %s", path, strerror(errno));
        if (got <= 0 || code != SAM_OK)
            break;
        buf.len += (size_t)got;
    }
    if (code == SAM_OK)
        code = sam_arena_span(arena, sam_buf_get(&buf), out, err);
    sam_buf_free(&buf);
    if (fd != STDIN_FILENO)
        close(fd);
    return code;
}

/* Everything known while files are read. */
struct gathering {
    struct sam_read_settings settings;
    struct sam_mask mask; /* customers' keys are not shown, so any key does */
    struct corpus *corpus;
    struct sam_vec items;
    struct sam_map *by_key;
    const char *file;
    uint32_t line;
    struct sam_span message;
    struct sam_err *err;
};

static struct corpus_item *item_of(struct gathering *g, const struct sam_part *part)
{
    uint32_t index;
    struct sam_span key;
    struct sam_arena *arena = g->corpus->arena;
    if (sam_arena_printf(arena, &key, g->err, "%.*s\n%.*s", (int)part->source.len, part->source.len > 0 ? part->source.at : "",
                         (int)part->external_id.len, part->external_id.len > 0 ? part->external_id.at : "") != SAM_OK)
        return NULL;
    if (sam_map_get(g->by_key, key, &index))
        return (struct corpus_item *)g->items.at + index;
    struct corpus_item *item = sam_vec_add(&g->items, arena);
    if (item == NULL) {
        sam_arena_full(arena, g->err);
        return NULL;
    }
    *item = (struct corpus_item){.id = part->external_id, .message = g->message, .file = g->file, .line = g->line};
    return sam_map_put(g->by_key, key, (uint32_t)g->items.n - 1, g->err) == SAM_OK ? item : NULL;
}

static enum sam_code gather(struct gathering *g, struct sam_part *part)
{
    if (sam_mask_part(&g->mask, part, g->corpus->arena, g->err) != SAM_OK)
        return g->err->code;
    struct corpus_item *item = item_of(g, part);
    if (item == NULL)
        return g->err->code;
    if (item->parts_n == item->parts_room) {
        size_t room = item->parts_room == 0 ? 2 : item->parts_room * 2;
        const struct sam_part **parts = sam_arena_array(g->corpus->arena, room, sizeof(struct sam_part *));
        if (parts == NULL)
            return sam_arena_full(g->corpus->arena, g->err);
        for (size_t i = 0; i < item->parts_n; i++)
            parts[i] = item->parts[i];
        item->parts = parts;
        item->parts_room = room;
    }
    item->parts[item->parts_n++] = part;
    return SAM_OK;
}

static void tell(struct gathering *g, uint32_t line, const char *why)
{
    (void)fprintf(stderr, "%s:%u: %s\n", g->file, line, why);
    g->corpus->refused++;
}

static enum sam_code read_message(struct gathering *g)
{
    struct sam_read_input input = {.name = sam_span_of(g->file), .body = g->message};
    struct sam_read_result result;
    struct sam_err why;
    enum sam_code code = sam_read(&g->settings, &input, g->corpus->arena, &result, &why);
    if (code == SAM_NO_MEMORY)
        return sam_fail(g->err, code, "%s:%u: %s", g->file, g->line, why.text);
    if (code != SAM_OK) {
        tell(g, g->line, why.text);
        return SAM_OK;
    }
    for (size_t i = 0; i < result.refusals_n && i < SAM_REFUSALS; i++)
        tell(g, g->line + result.refusals[i].line - 1, result.refusals[i].err.text);
    for (size_t i = 0; i < result.parts_n; i++) {
        if (!result.parts[i].states && gather(g, &result.parts[i]) != SAM_OK) /* states of agents are of no conversation */
            return g->err->code;
    }
    return SAM_OK;
}

static enum sam_code read_file(struct gathering *g, const char *path)
{
    struct sam_span file = SAM_NO_SPAN;
    if (corpus_file(g->corpus->arena, path, &file, g->err) != SAM_OK)
        return g->err->code;
    g->file = path;
    struct sam_read_split split = sam_read_split_of(file);
    while (sam_read_split_next(&split, &g->message)) {
        g->line = split.line;
        if (read_message(g) != SAM_OK)
            return g->err->code;
    }
    if (split.line == 0)
        tell(g, 1, "empty: nothing but blanks");
    return SAM_OK;
}

enum sam_code corpus_read(const struct sam_read_settings *settings, struct sam_arena *arena, char *const *files, size_t n,
                          struct corpus *out, struct sam_err *err)
{
    static const uint8_t no_key[SAM_MASK_KEY_BYTES] = {0};
    struct corpus corpus = {.arena = arena};
    struct gathering g = {.settings = *settings,
                          .mask = sam_mask_of(no_key),
                          .corpus = &corpus,
                          .items = sam_vec_of(sizeof(struct corpus_item), ITEMS_MAX),
                          .err = err};
    g.settings.source = SAM_SPAN("file");
    g.settings.body_max = FILE_MAX;
    g.by_key = sam_map_new(arena, ITEMS_MAX);
    if (g.by_key == NULL)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < n; i++) {
        if (read_file(&g, files[i]) != SAM_OK)
            return err->code;
    }
    corpus.items = g.items.at;
    corpus.n = g.items.n;
    *out = corpus;
    return SAM_OK;
}

enum sam_code corpus_join(const struct corpus_item *item, struct sam_arena *arena, struct sam_conversation *out, struct sam_err *err)
{
    if (sam_join(item->parts, item->parts_n, arena, out, err) != SAM_OK)
        return sam_wrap(err, "%s:%u", item->file, item->line);
    return SAM_OK;
}
