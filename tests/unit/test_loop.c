/*
 * The loop through its door. Callbacks record; assertions stand after the loop.
 */
#include "samtale/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What happened, in order, one letter each. */
struct record {
    char text[64];
    size_t n;
    struct sam_loop *loop;
};

static void note(struct record *r, char c)
{
    if (r->n + 1 < sizeof r->text)
        r->text[r->n++] = c;
}

static struct sam_loop *loop_new(void)
{
    struct sam_loop *loop = NULL;
    struct sam_err err;
    assert_int_equal(sam_loop_new(&loop, &err), SAM_OK);
    return loop;
}

/* ---- a flow of three states: A waits to be woken, B waits until its time is up, C ends --------------------------- */

enum { STATE_A, STATE_B, STATE_C };

struct walker {
    struct record *record;
    struct sam_flow flow;
    struct sam_timer *nudge;
    int64_t began_us;
    int runs_of_a;
};

static void nudge(void *data)
{
    struct walker *w = data;
    note(w->record, 'n');
    sam_flow_wake(&w->flow);
    sam_flow_wake(&w->flow);
}

static enum sam_next step_a(struct sam_flow *flow)
{
    struct walker *w = SAM_OWNER(flow, struct walker, flow);
    note(w->record, 'a');
    if (w->runs_of_a++ == 0) {
        sam_timer_set(w->nudge, 1);
        return sam_flow_wait(flow, 60000);
    }
    note(w->record, sam_flow_timed_out(flow) ? 't' : 'w');
    sam_flow_to(flow, STATE_B);
    return SAM_MORE;
}

static enum sam_next step_b(struct sam_flow *flow)
{
    struct walker *w = SAM_OWNER(flow, struct walker, flow);
    note(w->record, 'b');
    if (!sam_flow_timed_out(flow)) {
        w->began_us = sam_clock_mono_us();
        return sam_flow_wait(flow, 5);
    }
    note(w->record, sam_clock_mono_us() - w->began_us >= 5000 ? 'l' : '!'); /* late, never early */
    sam_flow_to(flow, STATE_C);
    return SAM_MORE;
}

static enum sam_next step_c(struct sam_flow *flow)
{
    struct walker *w = SAM_OWNER(flow, struct walker, flow);
    note(w->record, 'c');
    sam_flow_wake(flow);
    return SAM_DONE;
}

static const struct sam_step walker_steps[] = {
    [STATE_A] = {"a", step_a, SAM_TO(STATE_B)},
    [STATE_B] = {"b", step_b, SAM_TO(STATE_C)},
    [STATE_C] = {"c", step_c, 0},
};

static void walker_ended(struct sam_flow *flow)
{
    struct walker *w = SAM_OWNER(flow, struct walker, flow);
    note(w->record, 'e');
    sam_flow_wake(flow); /* over stays over */
    sam_timer_free(w->nudge);
    sam_free(w);
}

static void a_flow_walks_its_table_and_ends_once(void **state)
{
    (void)state;
    struct record r = {.loop = loop_new()};
    struct sam_err err;
    struct walker *w = sam_new(sizeof *w);
    assert_non_null(w);
    w->record = &r;
    w->nudge = sam_timer_new(r.loop, nudge, w);
    assert_non_null(w->nudge);
    assert_int_equal(sam_flow_start(&w->flow, r.loop, "walker", walker_steps, SAM_COUNT(walker_steps), walker_ended, &err), SAM_OK);
    assert_int_equal(r.n, 0); /* nothing ran inside the start */
    assert_int_equal(sam_flow_at(&w->flow), STATE_A);
    assert_string_equal(sam_flow_at_name(&w->flow), "a");
    sam_loop_run(r.loop);
    assert_string_equal(r.text, "anawbblce");
    sam_loop_free(r.loop);
}

/* ---- two flows that keep waking each other do not starve a timer -------------------------------------------------- */

struct pair {
    struct record *record;
    struct sam_flow flow;
    struct pair *other;
    struct sam_timer *stopper; /* set in the hundredth turn */
    bool *stop;
    long turns;
};

static enum sam_next step_pair(struct sam_flow *flow)
{
    struct pair *p = SAM_OWNER(flow, struct pair, flow);
    if (++p->turns == 100)
        sam_timer_set(p->stopper, 1);
    sam_flow_wake(&p->other->flow);
    return *p->stop ? SAM_DONE : sam_flow_wait(flow, 60000);
}

static void pair_ended(struct sam_flow *flow)
{
    note(SAM_OWNER(flow, struct pair, flow)->record, 'e');
}

static void set_true(void *data)
{
    *(bool *)data = true;
}

static void busy_flows_do_not_starve_timers(void **state)
{
    (void)state;
    static const struct sam_step steps[] = {{"turn", step_pair, 0}};
    struct record r = {.loop = loop_new()};
    struct sam_err err;
    bool stop = false;
    struct pair one = {.record = &r, .stop = &stop}, two = {.record = &r, .stop = &stop, .other = &one};
    one.other = &two;
    one.stopper = two.stopper = sam_timer_new(r.loop, set_true, &stop);
    assert_non_null(one.stopper);
    assert_int_equal(sam_flow_start(&one.flow, r.loop, "pair", steps, 1, pair_ended, &err), SAM_OK);
    assert_int_equal(sam_flow_start(&two.flow, r.loop, "pair", steps, 1, pair_ended, &err), SAM_OK);
    sam_loop_run(r.loop);
    assert_string_equal(r.text, "ee");
    assert_true(one.turns >= 100 && two.turns >= 99);
    sam_timer_free(one.stopper);
    sam_loop_free(r.loop);
}

/* ---- bugs stop the process ---------------------------------------------------------------------------------------- */

static enum sam_next step_wrong_move(struct sam_flow *flow)
{
    sam_flow_to(flow, 1);
    return SAM_MORE;
}

static enum sam_next step_wait_without_time(struct sam_flow *flow)
{
    (void)flow;
    return SAM_WAIT;
}

static void never(struct sam_flow *flow)
{
    (void)flow;
}

/* Runs a flow in a child process. Returns the signal that ended it, 0 when it ended by itself. */
static int signal_of(const struct sam_step *steps, unsigned n)
{
    pid_t child = fork();
    if (child == 0) {
        struct sam_loop *loop = NULL;
        struct sam_err err;
        struct sam_flow flow;
        (void)!freopen("/dev/null", "w", stderr);
        if (sam_loop_new(&loop, &err) == SAM_OK && sam_flow_start(&flow, loop, "wrong", steps, n, never, &err) == SAM_OK)
            sam_loop_run(loop);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_move_outside_the_table_stops_the_process(void **state)
{
    (void)state;
    const struct sam_step steps[] = {{"from", step_wrong_move, 0}, {"to", step_wrong_move, 0}};
    assert_int_equal(signal_of(steps, 2), SIGABRT);
}

static void a_wait_without_a_time_stops_the_process(void **state)
{
    (void)state;
    const struct sam_step steps[] = {{"wait", step_wait_without_time, 0}};
    assert_int_equal(signal_of(steps, 1), SIGABRT);
}

/* ---- timers --------------------------------------------------------------------------------------------------------- */

static void note_t(void *data)
{
    note(data, 't');
}

static void a_timer_fires_once_and_not_after_clear_or_free(void **state)
{
    (void)state;
    struct record r = {.loop = loop_new()};
    struct sam_timer *fires = sam_timer_new(r.loop, note_t, &r), *cleared = sam_timer_new(r.loop, note_t, &r);
    struct sam_timer *freed = sam_timer_new(r.loop, note_t, &r);
    assert_true(fires && cleared && freed);
    sam_timer_set(fires, 50000);
    sam_timer_set(fires, 1);
    sam_timer_set(cleared, 1);
    sam_timer_clear(cleared);
    sam_timer_set(freed, 1);
    sam_timer_free(freed);
    sam_timer_free(NULL);
    sam_loop_run(r.loop);
    assert_string_equal(r.text, "t");
    sam_timer_free(fires);
    sam_timer_free(cleared);
    sam_loop_free(r.loop);
}

/* ---- polls ------------------------------------------------------------------------------------------------------------ */

struct reader {
    struct record record;
    struct sam_poll *poll;
    int fd;
};

static void on_ready(void *data, bool readable, bool writable)
{
    struct reader *r = data;
    char byte = '?';
    note(&r->record, writable ? 'W' : readable ? 'R' : '-');
    if (!readable)
        return;
    if (read(r->fd, &byte, 1) == 1) {
        note(&r->record, byte);
        return;
    }
    note(&r->record, '.');
    sam_poll_free(r->poll);
}

static void a_poll_tells_what_comes_and_the_end(void **state)
{
    (void)state;
    struct reader r = {.record = {.loop = loop_new()}};
    struct sam_err err;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    r.fd = ends[0];
    assert_int_equal(sam_poll_new(r.record.loop, ends[0], on_ready, &r, &r.poll, &err), SAM_OK);
    assert_int_equal(sam_poll_want(r.poll, true, false, &err), SAM_OK);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(close(ends[1]), 0);
    sam_loop_run(r.record.loop);
    assert_string_equal(r.record.text, "RxR.");
    assert_int_equal(close(ends[0]), 0);
    sam_poll_free(NULL);
    sam_loop_free(r.record.loop);
}

static void stop_loop(void *data)
{
    sam_loop_stop(data);
}

/* libpq closes its socket and opens the next behind our back, often with the same number. */
static void a_descriptor_reopened_under_the_same_number_is_seen_again(void **state)
{
    (void)state;
    struct reader r = {.record = {.loop = loop_new()}};
    struct sam_err err;
    int first[2], second[2];
    assert_int_equal(pipe(first), 0);
    r.fd = first[0];
    assert_int_equal(sam_poll_new(r.record.loop, r.fd, on_ready, &r, &r.poll, &err), SAM_OK);
    assert_int_equal(sam_poll_want(r.poll, true, false, &err), SAM_OK);
    assert_int_equal(write(first[1], "1", 1), 1);
    struct sam_timer *stop = sam_timer_new(r.record.loop, stop_loop, r.record.loop);
    assert_non_null(stop);
    sam_timer_set(stop, 1);
    sam_loop_run(r.record.loop);
    assert_int_equal(pipe(second), 0);
    assert_int_equal(dup2(second[0], r.fd), r.fd);
    assert_int_equal(close(second[0]), 0);
    assert_int_equal(sam_poll_want(r.poll, true, false, &err), SAM_OK);
    assert_int_equal(write(second[1], "2", 1), 1);
    assert_int_equal(close(second[1]), 0);
    sam_loop_run(r.record.loop);
    assert_string_equal(r.record.text, "R1R2R.");
    assert_int_equal(close(r.fd) + close(first[1]), 0);
    sam_timer_free(stop);
    sam_loop_free(r.record.loop);
}

static void what_cannot_be_watched_is_refused_with_a_reason(void **state)
{
    (void)state;
    struct sam_loop *loop = loop_new();
    struct sam_poll *poll = NULL;
    struct sam_signal *watcher = NULL;
    struct sam_err err;
    assert_int_equal(sam_poll_new(loop, 1 << 20, on_ready, NULL, &poll, &err), SAM_SYSTEM);
    assert_non_null(strstr(err.text, "descriptor 1048576"));
    assert_int_equal(sam_signal_new(loop, 100000, note_t, NULL, &watcher, &err), SAM_SYSTEM);
    assert_non_null(strstr(err.text, "signal 100000"));
    assert_true(!poll && !watcher);
    sam_loop_free(loop);
}

/* ---- signals and work ----------------------------------------------------------------------------------------------- */

static void got_signal(void *data)
{
    struct record *r = data;
    note(r, 's');
    sam_loop_stop(r->loop);
}

static void raise_it(void *data)
{
    note(data, 'r');
    (void)raise(SIGUSR1);
}

static void a_signal_is_told_in_the_loop_and_keeps_it_not_running(void **state)
{
    (void)state;
    struct record r = {.loop = loop_new()};
    struct sam_err err;
    struct sam_signal *watcher = NULL;
    assert_int_equal(sam_signal_new(r.loop, SIGUSR1, got_signal, &r, &watcher, &err), SAM_OK);
    sam_loop_run(r.loop); /* returns: a signal alone keeps nothing running */
    struct sam_timer *first = sam_timer_new(r.loop, raise_it, &r), *far = sam_timer_new(r.loop, note_t, &r);
    assert_true(first && far);
    sam_timer_set(first, 1);
    sam_timer_set(far, 60000);
    sam_loop_run(r.loop);
    assert_string_equal(r.text, "rs");
    sam_timer_free(first);
    sam_timer_free(far);
    sam_signal_free(watcher);
    sam_signal_free(NULL);
    sam_loop_free(r.loop);
}

struct job {
    struct record *record;
    long sum;
};

static void add_up(void *data)
{
    struct job *job = data;
    for (long i = 1; i <= 1000; i++)
        job->sum += i;
}

static void added(void *data)
{
    note(((struct job *)data)->record, 'd');
}

static void work_is_done_once_and_told_in_the_loop(void **state)
{
    (void)state;
    struct record r = {.loop = loop_new()};
    struct sam_err err;
    struct job jobs[3];
    for (size_t i = 0; i < 3; i++) {
        jobs[i] = (struct job){&r, 0};
        assert_int_equal(sam_work_start(r.loop, add_up, added, &jobs[i], &err), SAM_OK);
    }
    assert_int_equal(r.n, 0);
    sam_loop_run(r.loop);
    assert_string_equal(r.text, "ddd");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(jobs[i].sum, 500500);
    sam_loop_free(r.loop);
}

static void work_that_runs_at_shutdown_is_waited_for(void **state)
{
    (void)state;
    struct record r = {.loop = loop_new()};
    struct sam_err err;
    struct job job = {&r, 0};
    assert_int_equal(sam_work_start(r.loop, add_up, added, &job, &err), SAM_OK);
    sam_loop_free(r.loop);
    assert_string_equal(r.text, "d");
    sam_loop_free(NULL);
}

static void work_is_its_share_of_the_time_that_it_and_its_rests_take(void **state)
{
    (void)state;
    assert_int_equal(sam_clock_rest_ms(0.05, 200000, 60000), 3800);
    assert_int_equal(sam_clock_rest_ms(0.5, 200000, 60000), 200);
    assert_int_equal(sam_clock_rest_ms(1, 200000, 60000), 0);
    assert_int_equal(sam_clock_rest_ms(0.5, 0, 60000), 0);
    assert_int_equal(sam_clock_rest_ms(0.02, 10000000, 60000), 60000);
    assert_int_equal(sam_clock_rest_ms(0, 0, 60000), 60000);
    assert_int_equal(sam_clock_rest_ms(1e-300, INT64_MAX, INT64_MAX), INT64_MAX);
    for (int percent = 1; percent <= 100; percent++) {
        double share = percent / 100.0, worked_ms = 0, all_ms = 0;
        for (int64_t us = 1; us < 3000000; us = us * 3 + 7) { /* whatever each piece takes, all of them together keep to it */
            int64_t rest_ms = sam_clock_rest_ms(share, us, INT64_MAX);
            worked_ms += (double)us / 1000;
            all_ms += (double)us / 1000 + (double)rest_ms;
            assert_true(worked_ms <= share * all_ms * (1 + 1e-9));
            assert_true((double)rest_ms <= (double)us / 1000 * (1 - share) / share + 1); /* and it does go on */
        }
    }
}

static void the_clock_goes_forward(void **state)
{
    (void)state;
    int64_t before = sam_clock_mono_us();
    assert_true(sam_clock_mono_us() >= before);
    assert_true(sam_clock_wall_us() > 1700000000000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_walks_its_table_and_ends_once),
        cmocka_unit_test(busy_flows_do_not_starve_timers),
        cmocka_unit_test(a_move_outside_the_table_stops_the_process),
        cmocka_unit_test(a_wait_without_a_time_stops_the_process),
        cmocka_unit_test(a_timer_fires_once_and_not_after_clear_or_free),
        cmocka_unit_test(a_poll_tells_what_comes_and_the_end),
        cmocka_unit_test(a_descriptor_reopened_under_the_same_number_is_seen_again),
        cmocka_unit_test(what_cannot_be_watched_is_refused_with_a_reason),
        cmocka_unit_test(a_signal_is_told_in_the_loop_and_keeps_it_not_running),
        cmocka_unit_test(work_is_done_once_and_told_in_the_loop),
        cmocka_unit_test(work_that_runs_at_shutdown_is_waited_for),
        cmocka_unit_test(the_clock_goes_forward),
        cmocka_unit_test(work_is_its_share_of_the_time_that_it_and_its_rests_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
