/*
 * Flows: a table of states and a loop of six lines. The life of every flow, whatever its states:
 *
 *   started --> ready --> running --MORE--> running
 *                 ^          |--WAIT--> waiting --wake or time is up--> ready
 *                 |          '--DONE--> over --(timer closed)--> ended
 *                 '--wake--- (while running: once more)
 *
 * Ready flows stand in a line and are run by the loop alone, so that nothing is ever delivered inside the call that started it.
 */
#include "loop.h"

/* How often in one turn the line of ready flows is run before descriptors are looked at again. */
#define ROUNDS 16

static void on_idle(uv_idle_t *handle)
{
    (void)handle; /* its being active is what counts: the kernel is asked without waiting */
}

static void line_up(struct sam_flow *flow)
{
    struct sam_loop *loop = flow->loop;
    if (flow->ready)
        return;
    flow->ready = true;
    flow->ready_next = NULL;
    if (loop->ready_last)
        loop->ready_last->ready_next = flow;
    else
        loop->ready_first = flow;
    loop->ready_last = flow;
    SAM_MUST(uv_idle_start(&loop->idle, on_idle) == 0);
}

static void on_time_up(void *data)
{
    struct sam_flow *flow = data;
    flow->timed_out = !flow->ready; /* woken already: what was waited for has come */
    line_up(flow);
}

static void flow_run(struct sam_flow *flow)
{
    enum sam_next next = SAM_MORE;
    sam_timer_clear(flow->timer);
    while (next == SAM_MORE) {
        flow->waiting = false;
        next = flow->steps[flow->at].run(flow); /* a step moves with sam_flow_to, which checks its `to` */
    }
    SAM_MUST(flow->waiting == (next == SAM_WAIT));
    flow->timed_out = false;
    flow->over = next == SAM_DONE;
    if (flow->over)
        line_up(flow); /* its end is delivered from the line, too */
}

static void flow_end(struct sam_flow *flow)
{
    sam_timer_free(flow->timer);
    flow->timer = NULL;
    sam_log(SAM_LOG_DEBUG, "flow.ended", "flow=%s id=%llu state=%s", flow->name, (unsigned long long)flow->id, sam_flow_at_name(flow));
    flow->ended(flow);
}

void loop_run_ready(struct sam_loop *loop)
{
    for (int round = 0; round < ROUNDS && loop->ready_first; round++) {
        struct sam_flow *flow = loop->ready_first;
        loop->ready_first = loop->ready_last = NULL;
        while (flow) {
            struct sam_flow *next = flow->ready_next;
            flow->ready = false;
            if (flow->over)
                flow_end(flow);
            else
                flow_run(flow);
            flow = next;
        }
    }
    if (!loop->ready_first)
        (void)uv_idle_stop(&loop->idle);
}

enum sam_code sam_flow_start(struct sam_flow *flow, struct sam_loop *loop, const char *name, const struct sam_step *steps, unsigned n,
                             void (*ended)(struct sam_flow *flow), struct sam_err *err)
{
    SAM_MUST(n > 0 && n <= SAM_STATES);
    *flow = (struct sam_flow){.loop = loop, .name = name, .id = ++loop->flows, .steps = steps, .steps_n = n, .ended = ended};
    flow->timer = sam_timer_new(loop, on_time_up, flow);
    if (!flow->timer)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a flow of kind %s", name);
    line_up(flow);
    return SAM_OK;
}

void sam_flow_to(struct sam_flow *flow, unsigned state)
{
    const struct sam_step *from = &flow->steps[flow->at];
    SAM_MUST(state < flow->steps_n && (from->to & SAM_TO(state)) != 0);
    sam_log(SAM_LOG_DEBUG, "flow.move", "flow=%s id=%llu from=%s to=%s", flow->name, (unsigned long long)flow->id, from->name,
            flow->steps[state].name);
    flow->at = state;
    flow->timed_out = false;
}

enum sam_next sam_flow_wait(struct sam_flow *flow, int64_t ms)
{
    SAM_MUST(ms > 0);
    flow->waiting = true;
    sam_timer_set(flow->timer, ms);
    return SAM_WAIT;
}

bool sam_flow_timed_out(const struct sam_flow *flow)
{
    return flow->timed_out;
}

void sam_flow_wake(struct sam_flow *flow)
{
    if (flow->over)
        return;
    flow->timed_out = false; /* the time was up just before: what was waited for has come all the same */
    line_up(flow);
}

unsigned sam_flow_at(const struct sam_flow *flow)
{
    return flow->at;
}

const char *sam_flow_at_name(const struct sam_flow *flow)
{
    return flow->steps[flow->at].name;
}
