/*
 * Ingest: begins and ends the work of the lots, and watches the queue for them: falls asleep, wakes, marks how far it is.
 *
 *   check --> alone --> register --> open --> watch --> (register on reload)        watch --(stop)--> drain --> close --> over
 *     ^---------------------'----------'--------'  the line was lost on which the lock was taken
 *
 * Each waits while the database is not there. Batches are taken only while this daemon has the lock that keeps a second one away.
 */
#include "ingest_private.h"

#include "schema.h"

#include <string.h>

#define LONG_MS      3600000
#define WATCH_MS     250
#define MARK_MS      1000
#define PING_MS      10000 /* of silence: a line that died unnoticed holds no lock and brings no notification */
#define PAUSE_MIN_MS 100U
#define PAUSE_MAX_MS 5000U
#define TIMEOUT_MS   30000U

enum { CHECK, ALONE, REGISTER, OPEN, WATCH, DRAIN, CLOSE, OVER };

static struct ingest *ingest_of(struct sam_flow *flow)
{
    return SAM_OWNER(flow, struct ingest, flow);
}

/* ---- lots ---------------------------------------------------------------------------------------------------------- */

void ingest_wake(struct ingest *ingest, bool all)
{
    bool more = true;
    for (size_t i = 0; i < ingest->settings.connections && more; i++) {
        struct lot *lot = &ingest->lots[i];
        if (!lot->started || !lot->resting)
            continue;
        sam_flow_wake(&lot->flow);
        more = all;
    }
}

void ingest_careful_over(struct ingest *ingest)
{
    if (!ingest->careful)
        return;
    ingest->careful = false;
    sam_log(SAM_LOG_NOTICE, "ingest.careful_over", "messages=%llu", (unsigned long long)ingest->counts.messages);
    ingest_wake(ingest, true);
}

void ingest_lot_ended(struct lot *lot)
{
    lot->started = false;
    lot->ingest->lots_running--;
    sam_flow_wake(&lot->ingest->flow);
}

static void on_lot_closed(void *context)
{
    struct lot *lot = context;
    lot->db = NULL;
    lot->answered = true;
    sam_flow_wake(&lot->flow);
}

void ingest_lot_close(struct lot *lot)
{
    sam_db_close(lot->db, on_lot_closed, lot);
}

/* ---- asking and waiting -------------------------------------------------------------------------------------------- */

static void answer(struct ingest *ingest, enum sam_code code, const struct sam_err *err)
{
    ingest->answered = true;
    ingest->code = code;
    if (code != SAM_OK)
        ingest->err = *err;
    else
        ingest->heard_us = sam_clock_mono_us();
    sam_flow_wake(&ingest->flow);
}

static void on_run(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct ingest *ingest = context;
    if (result->code == SAM_OK && sam_db_rows_n(result->rows[0]) > 0)
        ingest->value = sam_db_get_int(result->rows[0], 0, 0);
    answer(ingest, result->code, err);
}

static void on_intake(void *context, enum sam_code code, const struct sam_err *err)
{
    answer(context, code, err);
}

static bool answered(struct ingest *ingest, void (*ask)(struct ingest *ingest))
{
    if (!ingest->asked) {
        ingest->asked = true;
        ingest->answered = false;
        ask(ingest);
    }
    if (!ingest->answered)
        return false;
    ingest->asked = false;
    return true;
}

static void run(struct ingest *ingest, const char *statement, size_t params_n)
{
    ingest->call = (struct sam_db_call){statement, ingest->params, params_n};
    sam_db_run(ingest->watch, &ingest->call, 1, TIMEOUT_MS, on_run, ingest);
}

static enum sam_next go(struct ingest *ingest, unsigned state)
{
    sam_flow_to(&ingest->flow, state);
    return SAM_MORE;
}

static void went_well(struct ingest *ingest)
{
    ingest->pause_ms = PAUSE_MIN_MS;
    ingest->told = SAM_OK;
}

/* The answer was a failure: waits a while before the same is asked again. Told once, and again when it is another one. */
static enum sam_next pause(struct ingest *ingest)
{
    if (ingest->told != ingest->err.code)
        sam_log(SAM_LOG_WARNING, "ingest.waits", "reason=\"%s\"", ingest->err.text);
    ingest->told = ingest->err.code;
    ingest->pause_until_us = sam_clock_mono_us() + (int64_t)ingest->pause_ms * 1000;
    int64_t ms = ingest->pause_ms;
    ingest->pause_ms = ingest->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : ingest->pause_ms * 2;
    return sam_flow_wait(&ingest->flow, ms);
}

static bool pausing(const struct ingest *ingest)
{
    return !ingest->asked && sam_clock_mono_us() < ingest->pause_until_us;
}

static void ask_version(struct ingest *ingest)
{
    run(ingest, "migration_newest", 0);
}

static void ask_alone(struct ingest *ingest)
{
    run(ingest, "inbox_alone", 0);
}

/* Whether the lock went with the line on which it was taken. */
static bool lock_lost(const struct ingest *ingest)
{
    return !ingest->asked && ingest->alone_line != sam_db_lines(ingest->watch);
}

/* Asks on the way to being open. Sets *next when the step must end with it; else the answer is there and good. */
static bool opening(struct ingest *ingest, void (*ask)(struct ingest *ingest), enum sam_next *next)
{
    if (ingest->stopping && !ingest->asked) {
        *next = go(ingest, DRAIN);
        return false;
    }
    if (ask != ask_version && ask != ask_alone && lock_lost(ingest)) {
        *next = go(ingest, CHECK);
        return false;
    }
    if (pausing(ingest)) {
        *next = sam_flow_wait(&ingest->flow, PAUSE_MIN_MS);
        return false;
    }
    if (!answered(ingest, ask)) {
        *next = sam_flow_wait(&ingest->flow, LONG_MS);
        return false;
    }
    if (ingest->code != SAM_OK) {
        *next = pause(ingest);
        return false;
    }
    return true;
}

/* ---- on the way to being open -------------------------------------------------------------------------------------- */

static enum sam_next step_check(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    enum sam_next next = SAM_MORE;
    if (!opening(ingest, ask_version, &next))
        return next;
    if (app_schema_check(ingest->value, &ingest->err) == SAM_OK)
        return go(ingest, ALONE);
    ingest->fatal(ingest->fatal_context, &ingest->err);
    return pause(ingest);
}

/* What is come back to may be another server than the one that was lost, and behind it: the scorer is registered and ids are asked for
 * anew. */
static void come_back(struct ingest *ingest)
{
    sam_log(SAM_LOG_NOTICE, "ingest.back", "line=%llu", (unsigned long long)ingest->alone_line);
    sam_names_forget(ingest->names);
    memset(ingest->scorer->rules, 0, sizeof ingest->scorer->rules);
    ingest->tell = ingest->open;
    if (ingest->next)
        return;
    ingest->next = ingest->scorer;
    ingest->next->users++;
}

static enum sam_next step_alone(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    enum sam_next next = SAM_MORE;
    if (!opening(ingest, ask_alone, &next))
        return next;
    if (ingest->value == 1) {
        ingest->alone_line = sam_db_lines(ingest->watch);
        if (ingest->scorer)
            come_back(ingest);
        return go(ingest, REGISTER);
    }
    (void)sam_fail(&ingest->err, SAM_CONFLICT, "another samtaled serves this database: waiting until it has stopped");
    return pause(ingest);
}

static void ask_register(struct ingest *ingest)
{
    struct sam_span version = sam_scorer_version(ingest->next->scorer);
    uint8_t digest[16];
    sam_buf_clear(&ingest->identity);
    sam_scorer_write(ingest->next->scorer, &ingest->identity);
    if (ingest->identity.failed) {
        const struct sam_err full = {.code = SAM_NO_MEMORY, .text = "no memory to name the scorer"};
        answer(ingest, full.code, &full);
        return;
    }
    sam_hash128(&version, 1, digest);
    memcpy(ingest->digest, digest, sizeof digest);
    ingest->params[0] = sam_db_text(version);
    ingest->params[1] = sam_db_text(sam_buf_get(&ingest->identity));
    ingest->params[2] = sam_db_bytes((struct sam_span){(const char *)ingest->digest, sizeof ingest->digest});
    ingest->registering = ingest->next;
    run(ingest, "score_set_put", 3);
}

static enum sam_next step_register(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    enum sam_next next = SAM_MORE;
    if (!opening(ingest, ask_register, &next))
        return next;
    if (ingest->registering != ingest->next)
        return SAM_MORE; /* reloaded meanwhile: the newer one */
    ingest_scorer_leave(ingest->scorer);
    ingest->scorer = ingest->next;
    ingest->scorer->score_set = (int32_t)ingest->value;
    ingest->next = NULL;
    sam_log(SAM_LOG_INFO, "scorer.ready", "version=%.*s score_set=%d", SAM_ARG(sam_scorer_version(ingest->scorer->scorer)),
            ingest->scorer->score_set);
    if (!ingest->open)
        return go(ingest, OPEN);
    went_well(ingest);
    ingest_wake(ingest, true);
    return go(ingest, WATCH);
}

static void ask_open(struct ingest *ingest)
{
    sam_intake_open(ingest->intake, ingest->watch, on_intake, ingest);
}

static enum sam_next step_open(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    enum sam_next next = SAM_MORE;
    if (!opening(ingest, ask_open, &next))
        return next;
    ingest->open = true;
    ingest->careful = sam_intake_careful(ingest->intake);
    sam_log(SAM_LOG_NOTICE, "ingest.open", "connections=%u careful=%d", ingest->settings.connections, (int)ingest->careful);
    went_well(ingest);
    ingest_wake(ingest, true);
    return go(ingest, WATCH);
}

/* ---- open ---------------------------------------------------------------------------------------------------------- */

static void ask_nap(struct ingest *ingest)
{
    sam_intake_nap(ingest->intake, ingest->watch, ingest->nap, on_intake, ingest);
}

static void ask_mark(struct ingest *ingest)
{
    ingest->marked_us = sam_clock_mono_us();
    sam_intake_mark(ingest->intake, ingest->watch, on_intake, ingest);
}

static void ask_tell(struct ingest *ingest)
{
    ingest->tell = false;
    sam_intake_tell(ingest->intake, ingest->watch, on_intake, ingest);
}

static void ask_ping(struct ingest *ingest)
{
    run(ingest, "ping", 0);
}

/* Whether the watch has something to ask: to tell its limits, to fall asleep or wake, to mark how far it is, whether its line is alive. */
static bool to_ask(struct ingest *ingest, bool drowsy)
{
    int64_t now_us = sam_clock_mono_us();
    bool nap = drowsy != sam_intake_asleep(ingest->intake);
    bool mark = !sam_intake_marked(ingest->intake) && now_us - ingest->marked_us >= (int64_t)MARK_MS * 1000;
    bool ping = now_us - ingest->heard_us >= (int64_t)PING_MS * 1000;
    ingest->nap = drowsy;
    ingest->ask = ingest->tell ? ask_tell : nap ? ask_nap : mark ? ask_mark : ask_ping;
    return !pausing(ingest) && (nap || ingest->tell || mark || ping);
}

static enum sam_next step_watch(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    if (!ingest->asked) {
        bool drowsy = sam_intake_drowsy(ingest->intake) && !sam_intake_careful(ingest->intake);
        if (ingest->stopping)
            return go(ingest, DRAIN);
        if (lock_lost(ingest))
            return go(ingest, CHECK);
        if (ingest->next)
            return go(ingest, REGISTER);
        if (!to_ask(ingest, drowsy))
            return sam_flow_wait(flow, drowsy && !pausing(ingest) ? MARK_MS : WATCH_MS); /* a look of a lot may move the mark unasked */
    }
    if (!answered(ingest, ingest->ask))
        return sam_flow_wait(flow, LONG_MS);
    if (ingest->code != SAM_OK) {
        ingest->tell = ingest->tell || ingest->ask == ask_tell;
        return pause(ingest);
    }
    went_well(ingest);
    if (ingest->ask == ask_nap)
        ingest_wake(ingest, true); /* just asleep: one may have come before the sender knew; awake: all have work */
    return SAM_MORE;
}

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static enum sam_next step_drain(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    if (ingest->lots_running > 0)
        return sam_flow_wait(flow, LONG_MS);
    return go(ingest, ingest->open ? CLOSE : OVER);
}

static void ask_close(struct ingest *ingest)
{
    sam_intake_close(ingest->intake, ingest->watch, on_intake, ingest);
}

/* Tried once: when the database is gone, the next start will be a careful one. */
static enum sam_next step_close(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    bool gone = !ingest->asked && !sam_db_up(ingest->watch, &ingest->err);
    if (!gone && !answered(ingest, ask_close))
        return sam_flow_wait(flow, LONG_MS);
    if (gone || ingest->code != SAM_OK)
        sam_log(SAM_LOG_WARNING, "ingest.left_open", "reason=\"%s\"", ingest->err.text);
    return go(ingest, OVER);
}

static void on_closed(void *context)
{
    struct ingest *ingest = context;
    ingest->closings--;
    sam_flow_wake(&ingest->flow);
}

static void ask_end(struct ingest *ingest)
{
    ingest->closings = 2;
    sam_db_close(ingest->watch, on_closed, ingest);
    sam_db_pool_close(ingest->control, on_closed, ingest);
}

static enum sam_next step_over(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    ingest->answered = ingest->asked && ingest->closings == 0;
    if (!ingest->asked) {
        ingest->asked = true;
        ask_end(ingest);
    }
    return ingest->closings > 0 ? sam_flow_wait(flow, LONG_MS) : SAM_DONE;
}

static const struct sam_step steps[] = {
    [CHECK] = {"check", step_check, SAM_TO(ALONE) | SAM_TO(DRAIN)},
    [ALONE] = {"alone", step_alone, SAM_TO(REGISTER) | SAM_TO(DRAIN)},
    [REGISTER] = {"register", step_register, SAM_TO(OPEN) | SAM_TO(WATCH) | SAM_TO(CHECK) | SAM_TO(DRAIN)},
    [OPEN] = {"open", step_open, SAM_TO(WATCH) | SAM_TO(CHECK) | SAM_TO(DRAIN)},
    [WATCH] = {"watch", step_watch, SAM_TO(REGISTER) | SAM_TO(CHECK) | SAM_TO(DRAIN)},
    [DRAIN] = {"drain", step_drain, SAM_TO(CLOSE) | SAM_TO(OVER)},
    [CLOSE] = {"close", step_close, SAM_TO(OVER)},
    [OVER] = {"over", step_over, 0},
};

static void on_ended(struct sam_flow *flow)
{
    struct ingest *ingest = ingest_of(flow);
    void (*stopped)(void *context) = ingest->stopped;
    void *context = ingest->stopped_context;
    ingest_free(ingest);
    stopped(context);
}

enum sam_code ingest_begin(struct ingest *ingest, struct sam_err *err)
{
    ingest->pause_ms = PAUSE_MIN_MS;
    return sam_flow_start(&ingest->flow, ingest->loop, "ingest", steps, SAM_COUNT(steps), on_ended, err);
}
