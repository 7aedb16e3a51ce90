/*
 * Polls: a libuv poll handle on the heap; freed in its close callback, never before. The descriptor stays its owner's.
 */
#include "loop.h"

struct sam_poll {
    uv_poll_t uv;
    void (*ready)(void *data, bool readable, bool writable);
    void *data;
};

enum sam_code sam_poll_new(struct sam_loop *loop, int fd, void (*ready)(void *data, bool readable, bool writable), void *data,
                           struct sam_poll **out, struct sam_err *err)
{
    struct sam_poll *poll = sam_new(sizeof *poll);
    if (!poll)
        return sam_fail(err, SAM_NO_MEMORY, "no memory to watch descriptor %d", fd);
    int failed = uv_poll_init(&loop->uv, &poll->uv, fd);
    if (failed) {
        sam_free(poll);
        return sam_fail(err, SAM_SYSTEM, "cannot watch descriptor %d: %s", fd, uv_strerror(failed));
    }
    poll->uv.data = poll;
    poll->ready = ready;
    poll->data = data;
    *out = poll;
    return SAM_OK;
}

/* An error (libuv then has stopped the handle) is told as both: only the library that owns fd knows what it means. */
static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct sam_poll *poll = handle->data;
    poll->ready(poll->data, status < 0 || (events & UV_READABLE) != 0, status < 0 || (events & UV_WRITABLE) != 0);
}

enum sam_code sam_poll_want(struct sam_poll *poll, bool readable, bool writable, struct sam_err *err)
{
    int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
    int failed = uv_poll_stop(&poll->uv);
    if (!failed && events)
        failed = uv_poll_start(&poll->uv, events, on_poll);
    return failed ? sam_fail(err, SAM_SYSTEM, "cannot watch a descriptor: %s", uv_strerror(failed)) : SAM_OK;
}

static void on_closed(uv_handle_t *handle)
{
    sam_free(handle->data);
}

void sam_poll_free(struct sam_poll *poll)
{
    if (poll)
        uv_close((uv_handle_t *)&poll->uv, on_closed);
}
