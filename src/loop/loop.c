/*
 * The loop's life: libuv's loop with three handles of its own, which only serve to run ready flows at the right moments.
 */
#include "loop.h"

static void on_prepare(uv_prepare_t *handle)
{
    loop_run_ready(handle->data);
}

static void on_check(uv_check_t *handle)
{
    loop_run_ready(handle->data);
}

enum sam_code sam_loop_new(struct sam_loop **out, struct sam_err *err)
{
    struct sam_loop *loop = sam_new(sizeof *loop);
    if (!loop)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the event loop");
    int failed = uv_loop_init(&loop->uv);
    if (failed) {
        sam_free(loop);
        return sam_fail(err, SAM_SYSTEM, "cannot make an event loop: %s", uv_strerror(failed));
    }
    /* These six cannot fail on a new loop. */
    SAM_MUST(uv_prepare_init(&loop->uv, &loop->prepare) == 0 && uv_prepare_start(&loop->prepare, on_prepare) == 0);
    SAM_MUST(uv_check_init(&loop->uv, &loop->check) == 0 && uv_check_start(&loop->check, on_check) == 0);
    SAM_MUST(uv_idle_init(&loop->uv, &loop->idle) == 0);
    loop->prepare.data = loop->check.data = loop->idle.data = loop;
    uv_unref((uv_handle_t *)&loop->prepare);
    uv_unref((uv_handle_t *)&loop->check);
    *out = loop;
    return SAM_OK;
}

void sam_loop_free(struct sam_loop *loop)
{
    if (!loop)
        return;
    while (loop->works > 0 || loop->ready_first)
        (void)uv_run(&loop->uv, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->check, NULL);
    uv_close((uv_handle_t *)&loop->idle, NULL);
    (void)uv_run(&loop->uv, UV_RUN_NOWAIT);  /* delivers the closings */
    SAM_MUST(uv_loop_close(&loop->uv) == 0); /* else somebody forgot a timer, poll or signal */
    sam_free(loop);
}

void sam_loop_run(struct sam_loop *loop)
{
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void sam_loop_stop(struct sam_loop *loop)
{
    uv_stop(&loop->uv);
}
