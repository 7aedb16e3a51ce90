/*
 * Private to the loop room: the loop itself, seen by timers, polls, signals, work and flows.
 */
#ifndef SAMTALE_LOOP_LOOP_H
#define SAMTALE_LOOP_LOOP_H

#include "samtale/loop.h"

#include <uv.h>

struct sam_loop {
    uv_loop_t uv;
    uv_prepare_t prepare; /* runs ready flows after timers, before the kernel is asked */
    uv_check_t check;     /* runs ready flows right after descriptors and completions */
    uv_idle_t idle;       /* active while flows are ready, so that the kernel is asked without waiting */
    struct sam_flow *ready_first, *ready_last;
    uint64_t flows; /* ids given */
    size_t works;   /* started and not yet done */
};

/** Runs the flows that are ready, and those they wake, for a bounded number of rounds. */
void loop_run_ready(struct sam_loop *loop);

#endif
