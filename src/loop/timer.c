/*
 * Timers: a libuv timer on the heap; freed in its close callback, never before.
 */
#include "loop.h"

struct sam_timer {
    uv_timer_t uv;
    void (*fire)(void *data);
    void *data;
};

struct sam_timer *sam_timer_new(struct sam_loop *loop, void (*fire)(void *data), void *data)
{
    struct sam_timer *timer = sam_new(sizeof *timer);
    if (!timer)
        return NULL;
    SAM_MUST(uv_timer_init(&loop->uv, &timer->uv) == 0);
    timer->uv.data = timer;
    timer->fire = fire;
    timer->data = data;
    return timer;
}

static void on_fire(uv_timer_t *handle)
{
    struct sam_timer *timer = handle->data;
    timer->fire(timer->data);
}

void sam_timer_set(struct sam_timer *timer, int64_t after_ms)
{
    SAM_MUST(after_ms >= 0);
    /* libuv counts whole milliseconds from when the present turn began: both would be early. */
    uv_update_time(timer->uv.loop);
    uint64_t ms = (uint64_t)after_ms + (after_ms > 0);
    SAM_MUST(uv_timer_start(&timer->uv, on_fire, ms, 0) == 0);
}

void sam_timer_clear(struct sam_timer *timer)
{
    (void)uv_timer_stop(&timer->uv);
}

static void on_closed(uv_handle_t *handle)
{
    sam_free(handle->data);
}

void sam_timer_free(struct sam_timer *timer)
{
    if (timer)
        uv_close((uv_handle_t *)&timer->uv, on_closed);
}
