/*
 * Lot: the flow of one connection that writes. It takes a batch, carries it to COMMIT and takes the next.
 *
 *                                          .--- hold <--(another lot has the keys)--.
 *                                          | .-------.                              |
 *                                          v v        | (it had them)               |
 *   rest --> take --> read --> sources --> lock --> decide --> names --> rows --> write --> roll --> (rest | take)
 *             |                                                          ^
 *             +--(a message that fails alone)----------------------------+   any of them --(failed)--> undo --> pause | take
 *
 * A failure for a message (SQLSTATE class 22, 23, 54, or memory) halves the batch until the message stands alone and becomes a
 * dead letter; any other is the database's, and the batch waits in the queue for a while.
 */
#include "ingest_private.h"

#include <stdio.h>
#include <string.h>

#define LONG_MS      3600000
#define PAUSE_MIN_MS 100U
#define PAUSE_MAX_MS 5000U
#define TIMEOUT_MS   120000U
#define KEEP_BYTES   (16U << 20) /* of memory, from one batch to the next */

enum { REST, TAKE, READ, SOURCES, HOLD, LOCK, DECIDE, NAMES, ROWS, WRITE, ROLL, UNDO, PAUSE, OVER };

static struct lot *lot_of(struct sam_flow *flow)
{
    return SAM_OWNER(flow, struct lot, flow);
}

/* ---- asking and waiting -------------------------------------------------------------------------------------------- */

static void answer(struct lot *lot, enum sam_code code, const char *sqlstate, const struct sam_err *err)
{
    lot->answered = true;
    lot->code = code;
    (void)snprintf(lot->sqlstate, sizeof lot->sqlstate, "%s", sqlstate);
    if (code != SAM_OK && err)
        lot->err = *err;
    sam_flow_wake(&lot->flow);
}

static void on_taken(void *context, enum sam_code code, const struct sam_err *err)
{
    answer(context, code, "", err);
}

static void on_learned(void *context, enum sam_code code, const struct sam_err *err)
{
    answer(context, code, code == SAM_TEMPORARY ? "" : "?", err); /* the transaction of the batch is open still: it is to be rolled back */
}

static void on_stored(void *context, enum sam_code code, const char *sqlstate, const struct sam_err *err)
{
    answer(context, code, sqlstate, err);
}

static void on_run(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    answer(context, result->code, result->sqlstate, err);
}

static void on_worked(void *context)
{
    struct lot *lot = context;
    answer(lot, lot->code, "", NULL);
}

static void work(struct lot *lot, void (*run)(void *lot))
{
    if (sam_work_start(lot->ingest->loop, run, on_worked, lot, &lot->err) != SAM_OK)
        answer(lot, SAM_NO_MEMORY, "", NULL);
}

/* Asks once; then says whether the answer is there. A step waits while it is not. */
static bool answered(struct lot *lot, void (*ask)(struct lot *lot))
{
    if (!lot->asked) {
        lot->asked = true;
        lot->answered = false;
        ask(lot);
    }
    if (!lot->answered)
        return false;
    lot->asked = false;
    return true;
}

static enum sam_next go(struct lot *lot, unsigned state)
{
    sam_flow_to(&lot->flow, state);
    return SAM_MORE;
}

/* A step that asks, waits and goes on to next, or to UNDO. */
static enum sam_next ask_then(struct lot *lot, void (*ask)(struct lot *lot), unsigned next)
{
    if (!answered(lot, ask))
        return sam_flow_wait(&lot->flow, LONG_MS);
    return go(lot, lot->code == SAM_OK ? next : UNDO);
}

/* ---- between batches ----------------------------------------------------------------------------------------------- */

/* Ends the batch; all its memory is free for the next one. */
static void settle(struct lot *lot, bool committed)
{
    int64_t bytes = 0;
    for (size_t i = 0; i < lot->batch.n; i++)
        bytes += (int64_t)lot->batch.messages[i].body.len;
    if (lot->batch.n > 0)
        sam_intake_settle(lot->ingest->intake, &lot->batch, committed);
    lot_keys_leave(lot);
    ingest_scorer_leave(lot->scorer);
    lot->scorer = NULL;
    sam_store_clear(&lot->store);
    sam_arena_reset(lot->arena);
    sam_arena_reset(lot->scratch);
    lot->items_n = lot->free_n = lot->locked_n = lot->decided_n = lot->written_n = lot->states_n = 0;
    lot->links_n = 0;
    lot->delta = NULL;
    lot->in_transaction = false;
    lot->counts = (struct ingest_counts){0};
    if (bytes > sam_intake_limits(lot->ingest->intake)->batch_bytes)
        sam_db_renew(lot->db); /* libpq keeps the room that its largest message needed */
}

/* How long to rest: all lots together look every poll_ms; asleep, only the first one does, as a backstop. */
static int64_t rest_ms(const struct lot *lot)
{
    const struct ingest *ingest = lot->ingest;
    const struct sam_intake_settings *limits = sam_intake_limits(ingest->intake);
    bool first = lot->number == 0;
    if (!ingest_alone(ingest) || (!first && (sam_intake_asleep(ingest->intake) || sam_intake_careful(ingest->intake))))
        return LONG_MS;
    return sam_intake_asleep(ingest->intake) ? limits->backstop_ms : (int64_t)limits->poll_ms * ingest->settings.connections;
}

static enum sam_next step_rest(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (lot->ingest->stopping) {
        if (!answered(lot, ingest_lot_close))
            return sam_flow_wait(flow, LONG_MS);
        sam_flow_to(flow, OVER);
        return SAM_DONE;
    }
    bool others_turn = !ingest_alone(lot->ingest) || (lot->number != 0 && sam_intake_careful(lot->ingest->intake));
    if (!lot->resting || others_turn) {
        lot->resting = true;
        return sam_flow_wait(flow, rest_ms(lot));
    }
    lot->resting = false;
    return go(lot, TAKE);
}

static void ask_take(struct lot *lot)
{
    struct lot_split *split = &lot->split;
    struct ingest *ingest = lot->ingest;
    if (split->ranges_n > 0) {
        size_t from = split->ranges[split->ranges_n - 1].from, to = split->ranges[split->ranges_n - 1].to;
        struct sam_intake_these these = {split->lane, split->ids + from, to - from};
        sam_intake_take_these(ingest->intake, lot->db, lot->arena, &these, &lot->batch, on_taken, lot);
        return;
    }
    sam_intake_take(ingest->intake, lot->db, lot->arena, sam_intake_limits(ingest->intake)->batch_messages, &lot->batch, on_taken, lot);
}

static enum sam_next step_take(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (!lot->asked && (lot->ingest->stopping || !ingest_alone(lot->ingest)))
        return go(lot, REST);
    if (!lot->asked)
        lot->began_us = sam_clock_mono_us();
    if (!answered(lot, ask_take))
        return sam_flow_wait(flow, LONG_MS);
    if (lot->code != SAM_OK)
        return go(lot, UNDO);
    if (lot->batch.n == 0) {
        bool more = lot->split.ranges_n > 0;
        lot_split_done(lot);
        settle(lot, true);
        return more ? SAM_MORE : go(lot, REST);
    }
    lot->in_transaction = true;
    lot->scorer = lot->ingest->scorer;
    lot->scorer->users++;
    if (lot->batch.full && !sam_intake_careful(lot->ingest->intake)) {
        lot->ingest->full_us = lot->began_us;
        ingest_wake(lot->ingest, false);
    }
    return go(lot, lot->split.alone ? ROWS : READ);
}

/* ---- the way of a batch -------------------------------------------------------------------------------------------- */

static void ask_read(struct lot *lot)
{
    work(lot, lot_read);
}

static enum sam_next step_read(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    enum sam_next next = ask_then(lot, ask_read, SOURCES);
    if (sam_flow_at(flow) == SOURCES && lot_read_all(lot))
        sam_intake_forget(&lot->batch);
    return next;
}

static void ask_learn(struct lot *lot)
{
    sam_names_learn(lot->ingest->names, lot->wanted, on_learned, lot);
}

/* Names what can be named; what is not known is learned, and then it is named again. */
static enum sam_next name_then(struct lot *lot, enum sam_code (*name)(struct lot *lot, struct sam_err *err), unsigned next)
{
    if (!lot->asked) {
        lot->wanted = sam_wanted_new(lot->arena);
        lot->sqlstate[0] = 0;
        lot->code = lot->wanted ? name(lot, &lot->err) : sam_arena_full(lot->arena, &lot->err);
        if (lot->code != SAM_NONE) {
            lot->learned = false;
            return go(lot, lot->code == SAM_OK ? next : UNDO);
        }
    }
    if (!answered(lot, ask_learn))
        return sam_flow_wait(&lot->flow, LONG_MS);
    lot->learned = lot->code == SAM_OK;
    return lot->code == SAM_OK ? SAM_MORE : go(lot, UNDO);
}

static enum sam_code name_and_gather(struct lot *lot, struct sam_err *err)
{
    enum sam_code code = lot_name_sources(lot, err);
    if (code == SAM_OK)
        code = lot_gather(lot, err);
    return code == SAM_OK ? lot_keys_take(lot, err) : code;
}

static enum sam_next step_sources(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    enum sam_next next = name_then(lot, name_and_gather, LOCK);
    if (sam_flow_at(flow) == LOCK && lot->items_n == 0)
        return go(lot, lot->states_n > 0 ? NAMES : ROWS); /* nothing but states of agents and dead letters */
    if (sam_flow_at(flow) == LOCK && lot->free_n == 0)
        return go(lot, HOLD);
    return next;
}

static enum sam_next step_hold(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    lot->holding = !lot_keys_free(lot);
    return lot->holding ? sam_flow_wait(flow, LONG_MS) : go(lot, LOCK);
}

/* First the free items, then those that another lot had. */
static void ask_lock(struct lot *lot)
{
    size_t from = lot->decided_n;
    lot->locked_n = from < lot->free_n ? lot->free_n : lot->items_n;
    lot->store.links = lot->links_n > 0;
    sam_store_lock(&lot->store, lot->db, lot->arena, lot->items + from, lot->locked_n - from, on_stored, lot);
}

static enum sam_next step_lock(struct sam_flow *flow)
{
    return ask_then(lot_of(flow), ask_lock, DECIDE);
}

static void ask_decide(struct lot *lot)
{
    work(lot, lot_decide);
}

static enum sam_next step_decide(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (!answered(lot, ask_decide))
        return sam_flow_wait(flow, LONG_MS);
    if (lot->code != SAM_OK)
        return go(lot, UNDO);
    lot->decided_n = lot->locked_n;
    bool rest_is_free = lot->decided_n < lot->items_n && lot_keys_free(lot);
    return go(lot, rest_is_free ? LOCK : NAMES);
}

static enum sam_next step_names(struct sam_flow *flow)
{
    return name_then(lot_of(flow), lot_name_all, ROWS);
}

static void ask_rows(struct lot *lot)
{
    lot->store.db = lot->db;
    lot->store.arena = lot->arena;
    work(lot, lot_rows);
}

static enum sam_next step_rows(struct sam_flow *flow)
{
    return ask_then(lot_of(flow), ask_rows, WRITE);
}

static void ask_write(struct lot *lot)
{
    sam_store_write(&lot->store, lot->items + lot->written_n, lot->decided_n - lot->written_n, on_stored, lot);
}

/* What was free is written while another lot has the rest. */
static enum sam_next step_write(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (!answered(lot, ask_write))
        return sam_flow_wait(flow, LONG_MS);
    if (lot->code != SAM_OK)
        return go(lot, UNDO);
    lot->written_n = lot->decided_n;
    return go(lot, lot->written_n < lot->items_n ? HOLD : ROLL);
}

static void ask_roll(struct lot *lot)
{
    sam_db_run(lot->db, lot->calls, lot->calls_n, TIMEOUT_MS, on_run, lot);
}

static void log_dead(const struct lot *lot)
{
    for (size_t i = 0; lot->messages && i < lot->batch.n; i++)
        if (lot->messages[i].code != SAM_OK)
            sam_log(SAM_LOG_WARNING, "message.dead", "lane=%d id=%lld source=%.*s code=%s reason=\"%s\"", (int)lot->batch.lane,
                    (long long)lot->messages[i].message->id, SAM_ARG(lot->messages[i].message->source),
                    sam_code_name(lot->messages[i].code), lot->messages[i].err.text);
    if (lot->split.alone)
        sam_log(SAM_LOG_WARNING, "message.dead", "lane=%d id=%lld code=%s reason=\"%s\"", (int)lot->batch.lane,
                (long long)lot->batch.messages[0].id, lot->split.sqlstate, lot->split.why.text);
}

static enum sam_next step_roll(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (!answered(lot, ask_roll))
        return sam_flow_wait(flow, LONG_MS);
    if (lot->code != SAM_OK)
        return go(lot, UNDO);
    log_dead(lot);
    bool careful = sam_intake_careful(lot->ingest->intake), more = lot->batch.full || lot->split.ranges_n > 1;
    lot_count(lot);
    lot->pause_ms = PAUSE_MIN_MS;
    lot->starved_n = 0;
    lot->messages = NULL;
    lot_split_done(lot);
    settle(lot, true);
    if (lot->number == 0 && !careful)
        ingest_careful_over(lot->ingest);
    return go(lot, more ? TAKE : REST);
}

/* ---- failures ------------------------------------------------------------------------------------------------------ */

static void ask_rollback(struct lot *lot)
{
    lot->calls[0] = (struct sam_db_call){"rollback", NULL, 0};
    sam_db_run(lot->db, lot->calls, 1, TIMEOUT_MS, on_run, lot);
}

/* The transaction ends (a lost line has ended it), and the messages are in the queue again. */
static enum sam_next step_undo(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (!lot->asked) {
        bool message = lot_for_a_message(lot->code) && lot->batch.n > 0 && !lot_waits_for_memory(lot);
        lot->ingest->counts.failures += message;
        lot->ingest->counts.retries += !message;
        sam_log(message ? SAM_LOG_NOTICE : SAM_LOG_WARNING, "batch.failed", "lot=%zu messages=%zu code=%s reason=\"%s\"", lot->number,
                lot->batch.n, sam_code_name(lot->code), lot->err.text);
        lot->messages = NULL;
        if (message && lot->split.ranges_n == 0)
            message = lot_split_begin(lot);
        if (message)
            lot_split_halve(lot);
        lot->paused = !message || lot->split.alone_failed;
        lot->split.alone_failed = lot->split.alone;
    }
    if (lot->in_transaction && !answered(lot, ask_rollback))
        return sam_flow_wait(flow, LONG_MS);
    bool paused = lot->paused;
    settle(lot, false);
    return go(lot, paused ? PAUSE : TAKE);
}

static enum sam_next step_pause(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    if (lot->ingest->stopping)
        return go(lot, REST);
    if (!lot->pausing) {
        lot->pausing = true;
        return sam_flow_wait(flow, lot->pause_ms);
    }
    if (!sam_flow_timed_out(flow))
        return sam_flow_wait(flow, lot->pause_ms);
    lot->pausing = false;
    lot->pause_ms = lot->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : lot->pause_ms * 2;
    return go(lot, TAKE);
}

static enum sam_next step_over(struct sam_flow *flow)
{
    (void)flow;
    return SAM_DONE;
}

static const struct sam_step steps[] = {
    [REST] = {"rest", step_rest, SAM_TO(TAKE) | SAM_TO(OVER)},
    [TAKE] = {"take", step_take, SAM_TO(READ) | SAM_TO(ROWS) | SAM_TO(REST) | SAM_TO(UNDO)},
    [READ] = {"read", step_read, SAM_TO(SOURCES) | SAM_TO(UNDO)},
    [SOURCES] = {"sources", step_sources, SAM_TO(LOCK) | SAM_TO(UNDO)},
    [HOLD] = {"hold", step_hold, SAM_TO(LOCK)},
    [LOCK] = {"lock", step_lock, SAM_TO(DECIDE) | SAM_TO(HOLD) | SAM_TO(NAMES) | SAM_TO(ROWS) | SAM_TO(UNDO)},
    [DECIDE] = {"decide", step_decide, SAM_TO(NAMES) | SAM_TO(LOCK) | SAM_TO(UNDO)},
    [NAMES] = {"names", step_names, SAM_TO(ROWS) | SAM_TO(UNDO)},
    [ROWS] = {"rows", step_rows, SAM_TO(WRITE) | SAM_TO(UNDO)},
    [WRITE] = {"write", step_write, SAM_TO(HOLD) | SAM_TO(ROLL) | SAM_TO(UNDO)},
    [ROLL] = {"roll", step_roll, SAM_TO(REST) | SAM_TO(TAKE) | SAM_TO(UNDO)},
    [UNDO] = {"undo", step_undo, SAM_TO(TAKE) | SAM_TO(PAUSE)},
    [PAUSE] = {"pause", step_pause, SAM_TO(TAKE) | SAM_TO(REST)},
    [OVER] = {"over", step_over, 0},
};

static void on_ended(struct sam_flow *flow)
{
    struct lot *lot = lot_of(flow);
    lot_split_end(lot);
    sam_store_free(&lot->store);
    sam_arena_free(lot->arena);
    sam_arena_free(lot->scratch);
    lot->arena = lot->scratch = NULL;
    ingest_lot_ended(lot);
}

enum sam_code lot_start(struct lot *lot, struct ingest *ingest, struct sam_err *err)
{
    struct sam_db_settings settings = sam_db_defaults();
    settings.connection = ingest->settings.connection;
    settings.role = INGEST_ROLE;
    settings.application = "samtaled ingest";
    settings.session = INGEST_SESSION;
    lot->ingest = ingest;
    lot->pause_ms = PAUSE_MIN_MS;
    lot->store = sam_store_of(ingest->settings.batch_memory_bytes);
    lot->arena = sam_arena_new(ingest->settings.batch_memory_bytes);
    lot->scratch = sam_arena_new(ingest->settings.batch_memory_bytes);
    if (lot->arena)
        sam_arena_keep(lot->arena, KEEP_BYTES);
    enum sam_code code = lot->arena && lot->scratch ? sam_db_new(ingest->loop, &settings, &lot->db, err)
                                                    : sam_fail(err, SAM_NO_MEMORY, "no memory for a batch");
    if (code == SAM_OK)
        code = sam_flow_start(&lot->flow, ingest->loop, "lot", steps, SAM_COUNT(steps), on_ended, err);
    lot->started = code == SAM_OK;
    return code;
}
