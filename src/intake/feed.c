/*
 * Feed: the flow of a door that brings messages from outside into the queue.
 *
 *   rest --> gather --> send --> settle --> (rest | gather)
 *                        |  ^
 *                        v  |                   any of them --(told to stop)--> close --> over
 *                        pause (the queue is full, or the database is away)
 *
 * A message is in the queue when its transaction has committed; only then is it settled. A stop in between makes it come again, which is
 * harmless: what is known already changes nothing.
 */
#include "feed.h"

#include <unistd.h>

#define LONG_MS      3600000
#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 10000
#define TIMEOUT_MS   120000U
#define ARENA_BYTES  ((size_t)4 << 30)
#define LANE_LIVE    0

enum { REST, GATHER, SEND, SETTLE, PAUSE, CLOSE, OVER };

struct sam_feed {
    struct sam_flow flow;
    struct sam_loop *loop;
    struct sam_db *db;
    const struct feed_door *door;
    void *context;
    struct sam_poll *watch;
    int watch_fd;
    struct feed_round round;
    struct sam_feed_counts counts;
    struct sam_arena *params; /* of one transaction */
    struct sam_db_call call;
    struct sam_db_param values[5];
    size_t sent, sending; /* messages that are decided; that are being sent */
    bool alone;           /* one by one: one of the last ones was refused */
    bool asked, answered, resting, stopping, told;
    enum sam_code code;
    struct sam_err err;
    int64_t pause_ms;
    void (*stopped)(void *context);
    void *stopped_context;
};

static struct sam_feed *feed_of(struct sam_flow *flow)
{
    return SAM_OWNER(flow, struct sam_feed, flow);
}

static void answer(struct sam_feed *feed)
{
    feed->answered = true;
    sam_flow_wake(&feed->flow);
}

/* Asks once; then says whether the answer is there. */
static bool answered(struct sam_feed *feed, void (*ask)(struct sam_feed *feed))
{
    if (!feed->asked) {
        feed->asked = true;
        feed->answered = false;
        ask(feed);
    }
    if (!feed->answered)
        return false;
    feed->asked = false;
    return true;
}

static enum sam_next go(struct sam_feed *feed, unsigned state)
{
    sam_flow_to(&feed->flow, state);
    return SAM_MORE;
}

/* ---- on a thread --------------------------------------------------------------------------------------------------------- */

static void run_gather(void *data)
{
    struct sam_feed *feed = data;
    feed->door->gather(feed->context, &feed->round);
}

static void run_settle(void *data)
{
    struct sam_feed *feed = data;
    feed->door->settle(feed->context, &feed->round);
}

static void on_worked(void *data)
{
    answer(data);
}

static void work(struct sam_feed *feed, void (*run)(void *data))
{
    feed->code = sam_work_start(feed->loop, run, on_worked, feed, &feed->err);
    if (feed->code != SAM_OK)
        answer(feed);
}

static void ask_gather(struct sam_feed *feed)
{
    sam_arena_reset(feed->round.arena);
    feed->round = (struct feed_round){.arena = feed->round.arena, .rest_ms = 1000};
    feed->sent = 0;
    feed->alone = false;
    work(feed, run_gather);
}

static void ask_settle(struct sam_feed *feed)
{
    work(feed, run_settle);
}

/* ---- sending --------------------------------------------------------------------------------------------------------------- */

static void on_sent(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_feed *feed = context;
    feed->code = result->code;
    if (result->code != SAM_OK)
        feed->err = *err;
    answer(feed);
}

static void ask_send(struct sam_feed *feed)
{
    struct sam_span sources[FEED_SEND], kinds[FEED_SEND], types[FEED_SEND], bodies[FEED_SEND];
    size_t n = 0, bytes = 0;
    for (size_t i = feed->sent; i < feed->round.n && n < (feed->alone ? 1 : FEED_SEND); i++) {
        const struct feed_message *m = &feed->round.messages[i];
        if (n > 0 && bytes + m->body.len > FEED_SEND_BYTES)
            break;
        bytes += m->body.len;
        sources[n] = m->source.at ? m->source : SAM_SPAN("");
        kinds[n] = SAM_SPAN("");
        types[n] = m->content_type.at ? m->content_type : SAM_SPAN("");
        bodies[n++] = m->body;
    }
    sam_arena_reset(feed->params);
    feed->sending = n;
    feed->values[0] = sam_db_int2(LANE_LIVE);
    feed->values[1] = sam_db_texts(feed->params, sources, n);
    feed->values[2] = sam_db_texts(feed->params, kinds, n);
    feed->values[3] = sam_db_texts(feed->params, types, n);
    feed->values[4] = sam_db_bytess(feed->params, bodies, n);
    feed->call = (struct sam_db_call){"enqueue_many", feed->values, SAM_COUNT(feed->values)};
    sam_db_run(feed->db, &feed->call, 1, TIMEOUT_MS, on_sent, feed);
}

static bool for_a_message(enum sam_code code)
{
    return code == SAM_BAD_INPUT || code == SAM_TOO_LARGE || code == SAM_NO_MEMORY;
}

static enum sam_next step_send(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    if (!feed->asked && feed->stopping)
        return go(feed, CLOSE);
    if (feed->sent == feed->round.n)
        return go(feed, SETTLE);
    if (!answered(feed, ask_send))
        return sam_flow_wait(flow, LONG_MS);
    if (feed->code == SAM_OK) {
        feed->sent += feed->sending;
        feed->counts.messages += feed->sending;
        feed->alone = false;
        feed->told = false;
        feed->pause_ms = PAUSE_MIN_MS;
        return SAM_MORE;
    }
    if (!for_a_message(feed->code))
        return go(feed, PAUSE);
    if (feed->sending == 1) {
        feed->round.refused[feed->sent++] = feed->err;
        feed->counts.refused++;
    }
    feed->alone = feed->sending > 1;
    return SAM_MORE;
}

static enum sam_next step_pause(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    if (feed->stopping)
        return go(feed, CLOSE);
    if (!feed->resting) {
        feed->resting = true;
        if (!feed->told)
            sam_log(SAM_LOG_WARNING, "feed.waiting", "door=%s code=%s reason=\"%s\"", feed->door->name, sam_code_name(feed->code),
                    feed->err.text);
        feed->told = true;
        return sam_flow_wait(flow, feed->pause_ms);
    }
    if (!sam_flow_timed_out(flow))
        return sam_flow_wait(flow, feed->pause_ms);
    feed->resting = false;
    feed->pause_ms = feed->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : feed->pause_ms * 2;
    return go(feed, SEND);
}

/* ---- the other states ------------------------------------------------------------------------------------------------------ */

static enum sam_next step_rest(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    if (feed->stopping)
        return go(feed, CLOSE);
    if (!feed->resting) {
        feed->resting = true;
        return sam_flow_wait(flow, feed->round.rest_ms > 0 ? feed->round.rest_ms : 1);
    }
    feed->resting = false;
    return go(feed, GATHER);
}

static enum sam_next step_gather(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    if (!answered(feed, ask_gather))
        return sam_flow_wait(flow, LONG_MS);
    feed->round.refused = sam_arena_array(feed->round.arena, feed->round.n, sizeof *feed->round.refused);
    if (feed->code != SAM_OK || !feed->round.refused)
        return go(feed, REST); /* no memory now: it is all there still */
    return go(feed, SEND);
}

/* A round is over: what it came to is told from now on. */
static void count(struct sam_feed *feed)
{
    const struct feed_round *round = &feed->round;
    feed->counts.files += round->files;
    feed->counts.rejected += round->rejected;
    feed->counts.waiting_files = round->waiting_files;
    feed->counts.lag_bytes = round->lag_bytes;
    feed->counts.lag_s = round->lag_s;
    feed->counts.held = round->held;
    if (feed->code == SAM_OK)
        feed->counts.settled_us = sam_clock_wall_us();
}

static enum sam_next step_settle(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    if (!answered(feed, ask_settle))
        return sam_flow_wait(flow, LONG_MS);
    count(feed);
    return go(feed, feed->round.more && !feed->stopping ? GATHER : REST);
}

static void on_closed(void *context)
{
    answer(context);
}

static void ask_close(struct sam_feed *feed)
{
    sam_db_close(feed->db, on_closed, feed);
    feed->db = NULL;
}

static enum sam_next step_close(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    if (!answered(feed, ask_close))
        return sam_flow_wait(flow, LONG_MS);
    sam_flow_to(flow, OVER);
    return SAM_DONE;
}

static enum sam_next step_over(struct sam_flow *flow)
{
    (void)flow;
    return SAM_DONE;
}

static const struct sam_step steps[] = {
    [REST] = {"rest", step_rest, SAM_TO(GATHER) | SAM_TO(CLOSE)},
    [GATHER] = {"gather", step_gather, SAM_TO(SEND) | SAM_TO(REST)},
    [SEND] = {"send", step_send, SAM_TO(SETTLE) | SAM_TO(PAUSE) | SAM_TO(CLOSE)},
    [SETTLE] = {"settle", step_settle, SAM_TO(GATHER) | SAM_TO(REST)},
    [PAUSE] = {"pause", step_pause, SAM_TO(SEND) | SAM_TO(CLOSE)},
    [CLOSE] = {"close", step_close, SAM_TO(OVER)},
    [OVER] = {"over", step_over, 0},
};

static void feed_free(struct sam_feed *feed)
{
    sam_poll_free(feed->watch);
    if (feed->watch_fd >= 0)
        (void)close(feed->watch_fd);
    sam_arena_free(feed->round.arena);
    sam_arena_free(feed->params);
    sam_free(feed);
}

static void on_ended(struct sam_flow *flow)
{
    struct sam_feed *feed = feed_of(flow);
    void (*stopped)(void *context) = feed->stopped;
    void *context = feed->stopped_context;
    feed->door->forget(feed->context);
    feed_free(feed);
    if (stopped)
        stopped(context);
}

/* What is watched tells only that there is something: all of it is read and forgotten. */
static void on_watched(void *data, bool readable, bool writable)
{
    struct sam_feed *feed = data;
    char events[4096];
    (void)readable;
    (void)writable;
    while (read(feed->watch_fd, events, sizeof events) > 0)
        continue;
    if (sam_flow_at(&feed->flow) == REST)
        sam_flow_wake(&feed->flow);
}

enum sam_code feed_new(struct sam_loop *loop, const struct sam_db_settings *db, const struct feed_door *door, void *context, int watch_fd,
                       struct sam_feed **out, struct sam_err *err)
{
    struct sam_feed *feed = sam_new(sizeof *feed);
    if (!feed)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the %s", door->name);
    *feed = (struct sam_feed){
        .loop = loop, .door = door, .context = context, .watch_fd = watch_fd, .pause_ms = PAUSE_MIN_MS, .round.rest_ms = 1};
    feed->round.arena = sam_arena_new(ARENA_BYTES);
    feed->params = sam_arena_new(ARENA_BYTES);
    enum sam_code code = feed->round.arena && feed->params ? SAM_OK : sam_fail(err, SAM_NO_MEMORY, "no memory for the %s", door->name);
    if (code == SAM_OK && watch_fd >= 0)
        code = sam_poll_new(loop, watch_fd, on_watched, feed, &feed->watch, err);
    if (code == SAM_OK && watch_fd >= 0)
        code = sam_poll_want(feed->watch, true, false, err);
    if (code == SAM_OK)
        code = sam_db_new(loop, db, &feed->db, err);
    if (code == SAM_OK)
        code = sam_flow_start(&feed->flow, loop, "feed", steps, SAM_COUNT(steps), on_ended, err);
    if (code == SAM_OK) {
        *out = feed;
        return SAM_OK;
    }
    sam_db_close(feed->db, NULL, NULL);
    feed->watch_fd = -1; /* the caller's still */
    feed_free(feed);
    return code;
}

const struct sam_feed_counts *sam_feed_counts(const struct sam_feed *feed)
{
    return &feed->counts;
}

const char *sam_feed_name(const struct sam_feed *feed)
{
    return feed->door->name;
}

void sam_feed_stop(struct sam_feed *feed, void (*stopped)(void *context), void *context)
{
    feed->stopping = true;
    feed->stopped = stopped;
    feed->stopped_context = context;
    if (sam_flow_at(&feed->flow) == SEND && feed->asked) { /* what is being sent is given up: it comes again after the next start */
        sam_db_close(feed->db, NULL, NULL);
        feed->db = NULL;
    }
    sam_flow_wake(&feed->flow);
}
