/*
 * Signals, told in the loop. They keep no loop running: a process ends when its work does.
 */
#include "loop.h"

struct sam_signal {
    uv_signal_t uv;
    void (*got)(void *data);
    void *data;
};

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    struct sam_signal *watcher = handle->data;
    watcher->got(watcher->data);
}

static void on_closed(uv_handle_t *handle)
{
    sam_free(handle->data);
}

enum sam_code sam_signal_new(struct sam_loop *loop, int number, void (*got)(void *data), void *data, struct sam_signal **out,
                             struct sam_err *err)
{
    struct sam_signal *watcher = sam_new(sizeof *watcher);
    if (!watcher)
        return sam_fail(err, SAM_NO_MEMORY, "no memory to watch signal %d", number);
    int failed = uv_signal_init(&loop->uv, &watcher->uv);
    if (failed) {
        sam_free(watcher);
        return sam_fail(err, SAM_SYSTEM, "cannot watch signal %d: %s", number, uv_strerror(failed));
    }
    watcher->uv.data = watcher;
    watcher->got = got;
    watcher->data = data;
    failed = uv_signal_start(&watcher->uv, on_signal, number);
    if (failed) {
        uv_close((uv_handle_t *)&watcher->uv, on_closed);
        return sam_fail(err, SAM_SYSTEM, "cannot watch signal %d: %s", number, uv_strerror(failed));
    }
    uv_unref((uv_handle_t *)&watcher->uv);
    *out = watcher;
    return SAM_OK;
}

void sam_signal_free(struct sam_signal *watcher)
{
    if (watcher)
        uv_close((uv_handle_t *)&watcher->uv, on_closed);
}
