/*
 * Work on the pool's threads. Never cancelled: what was started is done, so that done comes exactly once.
 */
#include "loop.h"

struct work {
    uv_work_t uv;
    struct sam_loop *loop;
    void (*run)(void *data);
    void (*done)(void *data);
    void *data;
};

static void on_thread(uv_work_t *request)
{
    struct work *work = request->data;
    work->run(work->data);
}

static void on_done(uv_work_t *request, int status)
{
    (void)status; /* only a cancelled work has one */
    struct work work = *(struct work *)request->data;
    sam_free(request->data);
    work.loop->works--;
    work.done(work.data);
}

enum sam_code sam_work_start(struct sam_loop *loop, void (*run)(void *data), void (*done)(void *data), void *data, struct sam_err *err)
{
    struct work *work = sam_new(sizeof *work);
    if (!work)
        return sam_fail(err, SAM_NO_MEMORY, "no memory to hand work to a thread");
    *work = (struct work){.loop = loop, .run = run, .done = done, .data = data};
    work->uv.data = work;
    SAM_MUST(uv_queue_work(&loop->uv, &work->uv, on_thread, on_done) == 0); /* fails only without a function */
    loop->works++;
    return SAM_OK;
}
