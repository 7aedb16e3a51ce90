/*
 * Pool: some connections and a queue of runs, first come, first served. The parameters of a run that waits are its caller's, as in a run.
 */
#include "private.h"

#include <string.h>

#define WAIT_CHECK_MS 100U /* how often waiting runs are looked at */

struct waiting {
    const struct sam_db_call *calls;
    size_t n;
    int64_t deadline_us; /* of the steady clock */
    sam_db_done done;
    void *context;
};

/* One connection with the run it has. */
struct seat {
    struct sam_db_pool *pool;
    struct sam_db *db;
    sam_db_done done;
    void *context;
    bool busy;
};

struct sam_db_pool {
    struct sam_arena *arena;
    struct seat *seats;
    size_t seats_n;
    struct waiting *ring; /* of queue_max places */
    size_t queue_max, first, waiting_n;
    struct sam_timer *timer; /* looks for runs that waited too long */
    bool timer_set, closing;
    size_t open;
    void (*closed)(void *context);
    void *closed_context;
};

static void serve(struct sam_db_pool *pool);

static void on_done(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct seat *seat = context;
    seat->busy = false;
    struct sam_db_pool *pool = seat->pool;
    seat->done(seat->context, result, err);
    serve(pool);
}

static void refuse(const struct waiting *run, const char *why)
{
    struct sam_db_rows *rows[SAM_DB_CALLS] = {NULL};
    struct sam_err err;
    struct sam_db_result result = {.code = sam_fail(&err, SAM_TEMPORARY, "%s", why), .failed = run->n, .rows = rows, .n = run->n};
    run->done(run->context, &result, &err);
}

/* The seat to use next: one that is free and up, else one that is free (its run waits for the dialling). */
static struct seat *free_seat(struct sam_db_pool *pool)
{
    struct seat *found = NULL;
    for (size_t i = 0; i < pool->seats_n; i++) {
        struct seat *seat = &pool->seats[i];
        if (!seat->busy && (!found || (!sam_db_up(found->db, NULL) && sam_db_up(seat->db, NULL))))
            found = seat;
    }
    return found;
}

static struct waiting pop(struct sam_db_pool *pool)
{
    struct waiting run = pool->ring[pool->first];
    pool->first = (pool->first + 1) % pool->queue_max;
    pool->waiting_n--;
    return run;
}

static void serve(struct sam_db_pool *pool)
{
    struct seat *seat = NULL;
    while (!pool->closing && pool->waiting_n > 0 && (seat = free_seat(pool)) != NULL) {
        struct waiting run = pop(pool);
        int64_t left_ms = (run.deadline_us - sam_clock_mono_us()) / 1000;
        seat->busy = true;
        seat->done = run.done;
        seat->context = run.context;
        sam_db_run(seat->db, run.calls, run.n, left_ms > 0 ? (uint32_t)left_ms : 1, on_done, seat);
    }
}

static void on_timer(void *data)
{
    struct sam_db_pool *pool = data;
    for (size_t n = pool->waiting_n; n > 0 && pool->waiting_n > 0; n--) {
        struct waiting run = pop(pool);
        if (run.deadline_us <= sam_clock_mono_us()) {
            refuse(&run, "no connection to the database was free in time");
        } else {
            pool->ring[(pool->first + pool->waiting_n) % pool->queue_max] = run;
            pool->waiting_n++;
        }
    }
    pool->timer_set = pool->waiting_n > 0;
    if (pool->timer_set)
        sam_timer_set(pool->timer, WAIT_CHECK_MS);
}

enum sam_code sam_db_pool_new(struct sam_loop *loop, const struct sam_db_settings *settings, size_t n, size_t queue_max,
                              struct sam_db_pool **out, struct sam_err *err)
{
    size_t bytes = sizeof(struct sam_db_pool) + n * sizeof(struct seat) + queue_max * sizeof(struct waiting) + 256;
    struct sam_arena *arena = sam_arena_new(bytes);
    struct sam_db_pool *pool = arena ? sam_arena_alloc(arena, sizeof *pool) : NULL;
    struct seat *seats = pool ? sam_arena_array(arena, n, sizeof *seats) : NULL;
    struct waiting *ring = seats ? sam_arena_array(arena, queue_max, sizeof *ring) : NULL;
    if (!ring) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a pool of %zu connections", n);
    }
    *pool = (struct sam_db_pool){.arena = arena, .seats = seats, .ring = ring, .queue_max = queue_max};
    SAM_MUST(n > 0 && queue_max > 0);
    pool->timer = sam_timer_new(loop, on_timer, pool);
    if (!pool->timer) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a pool of %zu connections", n);
    }
    for (size_t i = 0; i < n; i++) {
        seats[i].pool = pool;
        enum sam_code code = sam_db_new(loop, settings, &seats[i].db, err);
        if (code != SAM_OK) {
            sam_db_pool_close(pool, NULL, NULL);
            return code;
        }
        pool->seats_n++;
    }
    *out = pool;
    return SAM_OK;
}

bool sam_db_pool_run(struct sam_db_pool *pool, const struct sam_db_call *calls, size_t n, uint32_t timeout_ms, sam_db_done done,
                     void *context)
{
    SAM_MUST(!pool->closing);
    if (pool->waiting_n == pool->queue_max)
        return false;
    pool->ring[(pool->first + pool->waiting_n) % pool->queue_max] =
        (struct waiting){calls, n, sam_clock_mono_us() + (int64_t)timeout_ms * 1000, done, context};
    pool->waiting_n++;
    serve(pool);
    if (pool->waiting_n > 0 && !pool->timer_set) {
        pool->timer_set = true;
        sam_timer_set(pool->timer, WAIT_CHECK_MS);
    }
    return true;
}

bool sam_db_pool_up(const struct sam_db_pool *pool, struct sam_err *err)
{
    bool up = false;
    for (size_t i = 0; !up && i < pool->seats_n; i++)
        up = sam_db_up(pool->seats[i].db, err);
    return up;
}

static void one_closed(void *context)
{
    struct sam_db_pool *pool = context;
    if (--pool->open > 0)
        return;
    void (*closed)(void *context) = pool->closed;
    void *closed_context = pool->closed_context;
    sam_arena_free(pool->arena);
    if (closed)
        closed(closed_context);
}

void sam_db_pool_close(struct sam_db_pool *pool, void (*closed)(void *context), void *context)
{
    pool->closing = true;
    pool->closed = closed;
    pool->closed_context = context;
    pool->open = pool->seats_n;
    sam_timer_free(pool->timer);
    while (pool->waiting_n > 0) {
        struct waiting run = pop(pool);
        refuse(&run, "the pool is being closed");
    }
    for (size_t i = 0; i < pool->seats_n; i++)
        sam_db_close(pool->seats[i].db, one_closed, pool);
    if (pool->seats_n == 0)
        sam_arena_free(pool->arena);
}
