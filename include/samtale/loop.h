/**
 * @file
 * Loop: the one event loop of the process (libuv), its clock, timers, polled descriptors, signals, work on other threads, and flows,
 * the state machines that everything asynchronous is. No callback does work: it only wakes a flow. Nothing is delivered inside
 * the call that started it. All but the clock and a work's run belongs to the loop's thread.
 */
#ifndef SAMTALE_LOOP_H
#define SAMTALE_LOOP_H

#include "samtale/base.h"

struct sam_loop;

/** Makes a loop. @param out set on SAM_OK; free with sam_loop_free @return SAM_OK, SAM_NO_MEMORY or SAM_SYSTEM */
enum sam_code sam_loop_new(struct sam_loop **out, struct sam_err *err) SAM_MUST_USE;
/**
 * Delivers what is left (completions, closings) and frees the loop. All flows must have ended and all timers, polls and
 * signals been freed before; one forgotten is a bug and stops the process. @param loop may be NULL
 */
void sam_loop_free(struct sam_loop *loop);
/** Runs callbacks and flows until nothing is left that could wake one, or sam_loop_stop was called. Signals alone keep no loop running. */
void sam_loop_run(struct sam_loop *loop);
/** Makes sam_loop_run return after the present turn. */
void sam_loop_stop(struct sam_loop *loop);

/* ---- clock ------------------------------------------------------------------------------------------------------ */

/** The only two places that ask for the time; any thread. @return UTC microseconds since 1970; may jump */
int64_t sam_clock_wall_us(void);
/** For durations: never jumps. @return microseconds since some moment before the process began */
int64_t sam_clock_mono_us(void);
/**
 * How long to rest after work, so that work is a share of both together: worked * (1 - share) / share.
 * @param share      of the time, 0-1; 0: never work, rests as long as it may
 * @param worked_us  microseconds, 0 or more
 * @param most_ms    no rest is longer: one piece of work that was held up does not stop all
 * @return milliseconds, rounded up, 0 to most_ms
 */
int64_t sam_clock_rest_ms(double share, int64_t worked_us, int64_t most_ms);

/* ---- timers: fire once, in the loop -------------------------------------------------------------------------------- */

struct sam_timer;
/** @param fire called in the loop with data when the time is up @return a timer at rest, or NULL when the machine has no memory */
struct sam_timer *sam_timer_new(struct sam_loop *loop, void (*fire)(void *data), void *data);
/** Sets the timer to fire once; a running one is set anew. @param after_ms milliseconds from now, 0 or more; never fires early */
void sam_timer_set(struct sam_timer *timer, int64_t after_ms);
/** Stops the timer; it will not fire unless it is set again. */
void sam_timer_clear(struct sam_timer *timer);
/** Frees the timer; it never fires again. @param timer may be NULL */
void sam_timer_free(struct sam_timer *timer);

/* ---- poll: a descriptor that somebody else owns ---------------------------------------------------------------------- */

struct sam_poll;
/**
 * Watches descriptor fd. A library may close and reopen fd behind our back (libpq while it tries hosts): then free this poll and
 * make a new one, or, when the number is the same, call sam_poll_want again.
 *
 * @param ready  called in the loop when fd can be read or written, or has an error (then both): the library must be asked what it is
 * @param out    set on SAM_OK; watches nothing until sam_poll_want
 * @return SAM_OK, SAM_NO_MEMORY, or SAM_SYSTEM when fd cannot be watched
 */
enum sam_code sam_poll_new(struct sam_loop *loop, int fd, void (*ready)(void *data, bool readable, bool writable), void *data,
                           struct sam_poll **out, struct sam_err *err) SAM_MUST_USE;
/** Watches for reading, writing, both or (neither set) nothing. Always tells the kernel anew. @return SAM_OK or SAM_SYSTEM */
enum sam_code sam_poll_want(struct sam_poll *poll, bool readable, bool writable, struct sam_err *err) SAM_MUST_USE;
/** Frees the poll; ready is never called again and fd may be closed at once. @param poll may be NULL */
void sam_poll_free(struct sam_poll *poll);

/* ---- signals ------------------------------------------------------------------------------------------------------ */

struct sam_signal;
/** Calls got in the loop each time the process receives signal number. @param out set on SAM_OK @return SAM_OK, SAM_NO_MEMORY or SAM_SYSTEM
 */
enum sam_code sam_signal_new(struct sam_loop *loop, int number, void (*got)(void *data), void *data, struct sam_signal **out,
                             struct sam_err *err) SAM_MUST_USE;
/** Frees the watcher; the signal has its default effect again. @param watcher may be NULL */
void sam_signal_free(struct sam_signal *watcher);

/* ---- work: anything over 5 ms goes to another thread -------------------------------------------------------------------- */

/**
 * Runs run(data) on a thread of the pool, then done(data) once in the loop, never inside this call. Until done, data and all it
 * points to belong to the worker: nobody else touches or frees it, also not when a timer fires or the process shuts down.
 *
 * @return SAM_OK, or SAM_NO_MEMORY (then neither is called)
 */
enum sam_code sam_work_start(struct sam_loop *loop, void (*run)(void *data), void (*done)(void *data), void *data,
                             struct sam_err *err) SAM_MUST_USE;

/* ---- flows: state machines ---------------------------------------------------------------------------------------------- */

struct sam_flow;

/** What a step tells the loop. */
enum sam_next {
    SAM_MORE, /* run the step of the state we are in now, at once */
    SAM_WAIT, /* only by `return sam_flow_wait(flow, ms)`: run this state's step again when woken or when the time is up */
    SAM_DONE  /* the flow is over; its ended callback follows, from the loop */
};

/** One state: a row of the flow's table, at the index of its enum value. */
struct sam_step {
    const char *name;
    enum sam_next (*run)(struct sam_flow *flow);
    uint32_t to; /* states it may move to: SAM_TO(A) | SAM_TO(B); a move anywhere else is a bug and stops the process */
};
#define SAM_TO(state) (1U << (state))
/** Most states of a flow. */
#define SAM_STATES 32

/** A running state machine, a member of the struct it drives. All fields are private to the loop room. */
struct sam_flow {
    struct sam_loop *loop;
    const char *name; /* of the kind of flow, "db", "pipeline"; a literal */
    uint64_t id;      /* in the log; counts up in a loop */
    const struct sam_step *steps;
    unsigned steps_n, at;
    void (*ended)(struct sam_flow *flow);
    struct sam_timer *timer;
    struct sam_flow *ready_next;
    bool ready, waiting, timed_out, over;
};
/** The struct of that type whose member the flow is. */
#define SAM_OWNER(flow, type, member) ((type *)(void *)((char *)(flow)-offsetof(type, member)))

/**
 * Starts a flow in state 0; its first step runs from the loop, not inside this call.
 *
 * @param flow   member of a larger struct; must stay where it is until ended is called
 * @param name   borrowed for good: a literal
 * @param steps  borrowed for good: one row a state
 * @param n      rows, at most SAM_STATES
 * @param ended  called once, from the loop, after a step returned SAM_DONE; may free the struct that holds flow
 * @return SAM_OK, or SAM_NO_MEMORY (then ended is never called)
 */
enum sam_code sam_flow_start(struct sam_flow *flow, struct sam_loop *loop, const char *name, const struct sam_step *steps, unsigned n,
                             void (*ended)(struct sam_flow *flow), struct sam_err *err) SAM_MUST_USE;
/** Moves to a state, from inside a step, which then returns SAM_MORE (or waits in the new state). Logged at debug. */
void sam_flow_to(struct sam_flow *flow, unsigned state);
/** To be returned by a step: sleeps until woken, at most ms milliseconds (1 or more; every wait has an end). @return SAM_WAIT */
enum sam_next sam_flow_wait(struct sam_flow *flow, int64_t ms);
/** @return whether the present run of the step came because the time of sam_flow_wait was up; false once moved on */
bool sam_flow_timed_out(const struct sam_flow *flow);
/**
 * Wakes the flow: its step runs soon, from the loop. Callable from any callback, any other flow or the flow itself, any
 * number of times; several wakes before the step runs are one. A flow that is over stays over.
 */
void sam_flow_wake(struct sam_flow *flow);
/** @return the state the flow is in */
unsigned sam_flow_at(const struct sam_flow *flow);
/** @return the name of the state the flow is in, for messages */
const char *sam_flow_at_name(const struct sam_flow *flow);

#endif
