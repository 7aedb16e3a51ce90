/*
 * Names: dimensions' ids by name, kept in memory as far as they were met. What is full is emptied and begun anew; the database knows all.
 */
#include "samtale/store.h"

#include <string.h>

#define NAMES_MAX        200000U
#define ARENA_BYTES      (48U << 20)
#define WANTED_MAX       100000U
#define TIMEOUT_MS       30000U
#define SERVICE_LEVEL_MS 20000
#define SHORT_ABANDON_MS 5000

/* One name that is known. */
struct name {
    int32_t id;
    struct sam_queue_limits limits; /* queues */
    struct sam_span display;        /* agents: the display name that the database has */
};

struct sam_names {
    struct sam_db_pool *control;
    struct sam_arena *arena;
    struct sam_map *maps[SAM_NAME_KINDS]; /* name -> index in known */
    struct sam_vec known;                 /* of struct name */
    struct sam_map *queue_limits;         /* queue_id as bytes -> index in known */
};

struct sam_wanted {
    struct sam_arena *arena;
    struct sam_map *met[SAM_NAME_KINDS];
    struct sam_span *names[SAM_NAME_KINDS], *displays; /* displays: of agents */
    size_t n[SAM_NAME_KINDS], room[SAM_NAME_KINDS];
    /* of a learning */
    struct sam_names *of;
    struct sam_db_call calls[SAM_NAME_KINDS];
    struct sam_db_param params[SAM_NAME_KINDS + 1];
    enum sam_name_kind kinds[SAM_NAME_KINDS];
    void (*done)(void *context, enum sam_code code, const struct sam_err *err);
    void *context;
};

static const char *const learn_statements[SAM_NAME_KINDS] = {"names_source", "names_queue", "names_team", "names_agent", "names_rule"};

void sam_names_forget(struct sam_names *names)
{
    sam_arena_reset(names->arena);
    names->known = sam_vec_of(sizeof(struct name), NAMES_MAX);
    names->queue_limits = sam_map_new(names->arena, NAMES_MAX);
    SAM_MUST(names->queue_limits);
    for (size_t i = 0; i < SAM_NAME_KINDS; i++) {
        names->maps[i] = sam_map_new(names->arena, NAMES_MAX);
        SAM_MUST(names->maps[i]);
    }
}

enum sam_code sam_names_new(struct sam_db_pool *control, struct sam_names **out, struct sam_err *err)
{
    struct sam_names *names = sam_new(sizeof *names);
    struct sam_arena *arena = names ? sam_arena_new(ARENA_BYTES) : NULL;
    if (!arena) {
        sam_free(names);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for names");
    }
    names->control = control;
    names->arena = arena;
    sam_names_forget(names);
    *out = names;
    return SAM_OK;
}

void sam_names_free(struct sam_names *names)
{
    if (!names)
        return;
    sam_arena_free(names->arena);
    sam_free(names);
}

/* ---- what a batch wants --------------------------------------------------------------------------------------------------------- */

struct sam_wanted *sam_wanted_new(struct sam_arena *arena)
{
    struct sam_wanted *wanted = sam_arena_alloc(arena, sizeof *wanted);
    if (wanted)
        wanted->arena = arena;
    return wanted;
}

/* A list twice as long, in the arena. */
static bool grow(struct sam_wanted *wanted, enum sam_name_kind kind)
{
    size_t room = wanted->room[kind] ? wanted->room[kind] * 2 : 16;
    struct sam_span *longer = sam_arena_array(wanted->arena, room, sizeof *longer);
    struct sam_span *displays = kind == SAM_NAME_AGENT ? sam_arena_array(wanted->arena, room, sizeof *displays) : longer;
    if (!longer || !displays)
        return false;
    if (wanted->n[kind] > 0)
        memcpy(longer, wanted->names[kind], wanted->n[kind] * sizeof *longer);
    if (kind == SAM_NAME_AGENT) {
        if (wanted->n[kind] > 0)
            memcpy(displays, wanted->displays, wanted->n[kind] * sizeof *displays);
        wanted->displays = displays;
    }
    wanted->names[kind] = longer;
    wanted->room[kind] = room;
    return true;
}

static enum sam_code want(struct sam_wanted *wanted, enum sam_name_kind kind, struct sam_span name, struct sam_span display,
                          struct sam_err *err)
{
    uint32_t i = 0;
    struct sam_span stated = display.at ? display : SAM_SPAN("");
    if (!wanted->met[kind])
        wanted->met[kind] = sam_map_new(wanted->arena, WANTED_MAX);
    if (!wanted->met[kind])
        return sam_arena_full(wanted->arena, err);
    if (sam_map_get(wanted->met[kind], name, &i)) {
        if (kind == SAM_NAME_AGENT && sam_span_compare(stated, wanted->displays[i]) > 0)
            wanted->displays[i] = stated; /* one of a batch, whatever their order */
        return SAM_NONE;
    }
    if (wanted->n[kind] == wanted->room[kind] && !grow(wanted, kind))
        return sam_arena_full(wanted->arena, err);
    enum sam_code code = sam_map_put(wanted->met[kind], name, (uint32_t)wanted->n[kind], err);
    if (code != SAM_OK)
        return code;
    wanted->names[kind][wanted->n[kind]] = name;
    if (kind == SAM_NAME_AGENT)
        wanted->displays[wanted->n[kind]] = stated;
    wanted->n[kind]++;
    return SAM_NONE;
}

enum sam_code sam_names_id(struct sam_names *names, struct sam_wanted *wanted, enum sam_name_kind kind, struct sam_span name,
                           struct sam_span display, int32_t *id, struct sam_err *err)
{
    uint32_t i = 0;
    if (name.len == 0) {
        *id = 0;
        return SAM_OK;
    }
    if (!sam_map_get(names->maps[kind], name, &i))
        return want(wanted, kind, name, display, err);
    const struct name *known = (const struct name *)names->known.at + i;
    if (kind == SAM_NAME_AGENT && display.len > 0 && !sam_span_equal(display, known->display))
        return want(wanted, kind, name, display, err);
    *id = known->id;
    return SAM_OK;
}

struct sam_queue_limits sam_names_queue(const struct sam_names *names, int32_t queue_id)
{
    uint32_t i = 0;
    struct sam_span key = {(const char *)&queue_id, sizeof queue_id};
    if (sam_map_get(names->queue_limits, key, &i))
        return ((const struct name *)names->known.at)[i].limits;
    return (struct sam_queue_limits){SERVICE_LEVEL_MS, SHORT_ABANDON_MS};
}

/* ---- learning ------------------------------------------------------------------------------------------------------------------- */

/* Keeps one row (id, name, then what the kind has more). Returns false when it is full. */
static bool keep(struct sam_names *names, enum sam_name_kind kind, const struct sam_db_rows *rows, size_t row)
{
    struct sam_err err;
    uint32_t at = (uint32_t)names->known.n;
    struct sam_span name = sam_db_get_text(rows, row, 1);
    bool there = sam_map_get(names->maps[kind], name, &at);
    struct name *known = there ? (struct name *)names->known.at + at : sam_vec_add(&names->known, names->arena);
    if (!known || (!there && sam_map_put(names->maps[kind], name, at, &err) != SAM_OK))
        return false;
    known->id = (int32_t)sam_db_get_int(rows, row, 0);
    if (kind == SAM_NAME_AGENT && sam_arena_span(names->arena, sam_db_get_text(rows, row, 2), &known->display, &err) != SAM_OK)
        return false;
    if (kind != SAM_NAME_QUEUE)
        return true;
    struct sam_span key = {(const char *)&known->id, sizeof known->id};
    known->limits = (struct sam_queue_limits){(int32_t)sam_db_get_int(rows, row, 2), (int32_t)sam_db_get_int(rows, row, 3)};
    return sam_map_put(names->queue_limits, key, at, &err) == SAM_OK;
}

static void on_learned(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_wanted *wanted = context;
    for (size_t i = 0; result->code == SAM_OK && i < result->n; i++) {
        for (size_t row = 0; row < sam_db_rows_n(result->rows[i]); row++) {
            if (!keep(wanted->of, wanted->kinds[i], result->rows[i], row)) {
                sam_names_forget(wanted->of);
                i = 0;
                row = 0;
                SAM_MUST(keep(wanted->of, wanted->kinds[0], result->rows[0], 0)); /* the list is far smaller than what is kept */
            }
        }
    }
    wanted->done(wanted->context, result->code, err);
}

void sam_names_learn(struct sam_names *names, struct sam_wanted *wanted,
                     void (*done)(void *context, enum sam_code code, const struct sam_err *err), void *context)
{
    size_t n = 0;
    wanted->of = names;
    wanted->done = done;
    wanted->context = context;
    for (unsigned kind = 0; kind < SAM_NAME_KINDS; kind++) {
        if (wanted->n[kind] == 0)
            continue;
        size_t params_n = kind == SAM_NAME_AGENT ? 2 : 1;
        struct sam_db_param *params = &wanted->params[kind + (kind > SAM_NAME_AGENT)];
        params[0] = sam_db_texts(wanted->arena, wanted->names[kind], wanted->n[kind]);
        if (params_n == 2)
            params[1] = sam_db_texts(wanted->arena, wanted->displays, wanted->n[kind]);
        wanted->kinds[n] = (enum sam_name_kind)kind;
        wanted->calls[n++] = (struct sam_db_call){learn_statements[kind], params, params_n};
    }
    SAM_MUST(n > 0);
    bool taken = sam_db_pool_run(names->control, wanted->calls, n, TIMEOUT_MS, on_learned, wanted);
    SAM_MUST(taken); /* the control pool's queue has a place for each batch in flight */
}
