/*
 * Take: from the queue into a batch. Live lane first; when that is empty, the import lane; when both are, the transaction is ended.
 * After an unclean stop each message is first marked as begun, in a transaction of its own, so that one that kills the daemon is known by
 * its attempts.
 */
#include "private.h"

#include <stdlib.h>

#define TIMEOUT_MS 60000U

static void look(struct sam_batch *batch, enum sam_lane lane);

/* Tells the outcome. Without messages the batch holds nothing. */
static void finish(struct sam_batch *batch, enum sam_code code, const struct sam_err *err)
{
    batch->taken(batch->context, code, err);
}

static int by_id(const void *left, const void *right)
{
    const struct sam_message *a = left, *b = right;
    return (a->id > b->id) - (a->id < b->id);
}

static bool keep_messages(struct sam_batch *batch)
{
    size_t n = sam_db_rows_n(batch->rows);
    batch->messages = sam_arena_array(batch->arena, n, sizeof *batch->messages);
    if (!batch->messages)
        return false;
    for (size_t i = 0; i < n; i++) {
        batch->messages[i] = (struct sam_message){.lane = batch->lane,
                                                  .id = sam_db_get_int(batch->rows, i, 0),
                                                  .enqueued_us = sam_db_get_time(batch->rows, i, 1),
                                                  .attempts = (int32_t)sam_db_get_int(batch->rows, i, 2),
                                                  .source = sam_db_get_text(batch->rows, i, 3),
                                                  .kind = sam_db_get_text(batch->rows, i, 4),
                                                  .content_type = sam_db_get_text(batch->rows, i, 5),
                                                  .body = sam_db_get_text(batch->rows, i, 6)};
    }
    batch->n = n;
    qsort(batch->messages, n, sizeof *batch->messages, by_id);
    return true;
}

/* What is taken counts as in flight from now on. */
static void go_out(struct sam_batch *batch)
{
    struct sam_intake *intake = batch->intake;
    struct lane *lane = &intake->lanes[batch->lane];
    int64_t last = batch->messages[batch->n - 1].id;
    batch->next = intake->out;
    intake->out = batch;
    lane->highest = last > lane->highest ? last : lane->highest;
    intake->last_message_us = sam_clock_mono_us();
}

static void on_ended(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    finish(context, result->code, err);
}

/* Nothing there: the transaction ends. */
static void end_empty(struct sam_batch *batch)
{
    batch->calls[0] = (struct sam_db_call){"rollback", NULL, 0};
    sam_db_run(batch->db, batch->calls, 1, TIMEOUT_MS, on_ended, batch);
}

/* After a look from the very beginning that found nothing, nothing waits that had an id before the look but what is in flight. */
static void note_sweep(struct sam_batch *batch, int64_t last_id)
{
    struct sam_intake *intake = batch->intake;
    struct lane *lane = &intake->lanes[batch->lane];
    bool in_flight = false;
    for (const struct sam_batch *other = intake->out; other; other = other->next)
        in_flight = in_flight || other->lane == batch->lane;
    lane->swept_us = sam_clock_mono_us();
    if (sam_db_rows_n(batch->rows) == 0 && !in_flight)
        lane->highest = lane->done_to = last_id;
}

/* Messages that a daemon ended with before are taken one by one, when all is quiet. */
static void note_suspects(struct sam_batch *batch, int64_t suspects)
{
    struct sam_intake *intake = batch->intake;
    if (sam_db_rows_n(batch->rows) == 0 && !intake->out && sam_intake_drowsy(intake))
        intake->careful_left[batch->lane] = (uint32_t)(suspects < intake->settings.careful_n ? suspects : intake->settings.careful_n);
}

static void on_taken(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_batch *batch = context;
    if (result->code != SAM_OK) {
        finish(batch, result->code, err);
        return;
    }
    batch->rows = sam_db_rows_take(result, result->n - 1);
    if (!batch->these)
        batch->intake->lanes[batch->lane].full = sam_db_rows_n(batch->rows) == batch->max;
    if (batch->swept && !batch->careful) {
        note_sweep(batch, sam_db_get_int(result->rows[result->n - 2], 0, 0));
        note_suspects(batch, sam_db_get_int(result->rows[result->n - 2], 0, 1));
    }
    if (sam_db_rows_n(batch->rows) == 0) {
        sam_db_rows_free(batch->rows);
        batch->rows = NULL;
        if (batch->lane == SAM_LANE_LIVE && !batch->these)
            look(batch, SAM_LANE_IMPORT);
        else
            end_empty(batch);
        return;
    }
    struct sam_err full;
    if (!keep_messages(batch)) {
        (void)sam_arena_full(batch->arena, &full);
        finish(batch, SAM_NO_MEMORY, &full);
        return;
    }
    batch->full = batch->n == batch->max || batch->careful;
    go_out(batch);
    finish(batch, SAM_OK, NULL);
}

static void on_begun(void *context, struct sam_db_result *result, const struct sam_err *err);

/* Where a look begins that is no sweep. */
static int64_t floor_of(struct lane *lane)
{
    int64_t now_us = sam_clock_mono_us();
    if (lane->full && now_us - lane->back_us < (int64_t)BACK_MS * 1000)
        return lane->highest;
    lane->back_us = now_us;
    return lane->done_to - FLOOR_MARGIN;
}

/* One look at a lane: the first one opens the transaction. In careful times the message is marked as begun before. */
static void look(struct sam_batch *batch, enum sam_lane lane)
{
    struct sam_intake *intake = batch->intake;
    struct lane *l = &intake->lanes[lane];
    bool first = lane == SAM_LANE_LIVE;
    batch->lane = lane;
    batch->careful = intake->careful_left[lane] > 0;
    batch->swept =
        l->swept_us == 0 || sam_intake_drowsy(intake) || sam_clock_mono_us() - l->swept_us >= (int64_t)intake->settings.sweep_ms * 1000;
    int64_t floor = batch->swept ? 0 : floor_of(l);
    batch->params[0] = sam_db_int2((int16_t)lane);
    if (batch->careful) {
        intake->careful_left[lane]--;
        batch->params[1] = sam_db_int8(l->begun);
        batch->params[2] = sam_db_bool(sam_intake_drowsy(intake));
        batch->calls[0] = first ? (struct sam_db_call){"inbox_begin_one", batch->params, 3} : (struct sam_db_call){"commit", NULL, 0};
        batch->calls[1] = (struct sam_db_call){"inbox_begin_one", batch->params, 3};
        sam_db_run(batch->db, batch->calls, first ? 1 : 2, TIMEOUT_MS, on_begun, batch);
        return;
    }
    batch->params[1] = sam_db_int8(floor);
    batch->params[2] = sam_db_int4((int32_t)batch->max);
    batch->params[3] = sam_db_int8(intake->settings.batch_bytes);
    batch->last_params[0] = batch->params[0];
    batch->last_params[1] = sam_db_bool(sam_intake_drowsy(intake));
    size_t n = 0;
    if (first)
        batch->calls[n++] = (struct sam_db_call){"begin", NULL, 0};
    if (batch->swept)
        batch->calls[n++] = (struct sam_db_call){"inbox_last", batch->last_params, 2};
    batch->calls[n++] = (struct sam_db_call){"inbox_take", batch->params, 4};
    sam_db_run(batch->db, batch->calls, n, TIMEOUT_MS, on_taken, batch);
}

/* Careful times: one message is marked as begun, and that is committed; now it may be taken. None there: careful times are over here. */
static void on_begun(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_batch *batch = context;
    if (result->code != SAM_OK) {
        finish(batch, result->code, err);
        return;
    }
    const struct sam_db_rows *rows = result->rows[result->n - 1];
    if (sam_db_rows_n(rows) == 0) {
        batch->intake->careful_left[batch->lane] = 0;
        look(batch, SAM_LANE_LIVE); /* anew, with a transaction */
        return;
    }
    int64_t id = sam_db_get_int(rows, 0, 0);
    batch->intake->lanes[batch->lane].begun = id;
    batch->params[1] = sam_db_int8s(batch->arena, &id, 1);
    batch->swept = false;
    batch->calls[0] = (struct sam_db_call){"begin", NULL, 0};
    batch->calls[1] = (struct sam_db_call){"inbox_take_these", batch->params, 2};
    sam_db_run(batch->db, batch->calls, 2, TIMEOUT_MS, on_taken, batch);
}

static void start(struct sam_batch *batch, struct sam_intake *intake, struct sam_db *db, struct sam_arena *arena, size_t max,
                  void (*taken)(void *context, enum sam_code code, const struct sam_err *err), void *context)
{
    SAM_MUST(max > 0 && !batch->rows);
    *batch = (struct sam_batch){.intake = intake, .db = db, .arena = arena, .max = max, .taken = taken, .context = context};
}

void sam_intake_take(struct sam_intake *intake, struct sam_db *db, struct sam_arena *arena, size_t max, struct sam_batch *batch,
                     void (*taken)(void *context, enum sam_code code, const struct sam_err *err), void *context)
{
    start(batch, intake, db, arena, max, taken, context);
    look(batch, SAM_LANE_LIVE);
}

void sam_intake_take_these(struct sam_intake *intake, struct sam_db *db, struct sam_arena *arena, const struct sam_intake_these *these,
                           struct sam_batch *batch, void (*taken)(void *context, enum sam_code code, const struct sam_err *err),
                           void *context)
{
    start(batch, intake, db, arena, these->n + 1, taken, context);
    batch->lane = these->lane;
    batch->these = true;
    batch->params[0] = sam_db_int2((int16_t)these->lane);
    batch->params[1] = sam_db_int8s(arena, these->ids, these->n);
    batch->calls[0] = (struct sam_db_call){"begin", NULL, 0};
    batch->calls[1] = (struct sam_db_call){"inbox_take_these", batch->params, 2};
    sam_db_run(db, batch->calls, 2, TIMEOUT_MS, on_taken, batch);
}

void sam_intake_forget(struct sam_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        struct sam_message *m = &batch->messages[i];
        m->source = m->kind = m->content_type = SAM_NO_SPAN;
        m->body.at = NULL;
    }
    sam_db_rows_free(batch->rows);
    batch->rows = NULL;
}

void sam_intake_settle(struct sam_intake *intake, struct sam_batch *batch, bool committed)
{
    if (batch->n > 0) {
        struct lane *lane = &intake->lanes[batch->lane];
        int64_t lowest = lane->highest + 1;
        for (struct sam_batch **at = &intake->out; *at; at = &(*at)->next) {
            if (*at == batch) {
                *at = batch->next;
                break;
            }
        }
        for (const struct sam_batch *other = intake->out; other; other = other->next)
            if (other->lane == batch->lane && other->messages[0].id < lowest)
                lowest = other->messages[0].id;
        if (!committed && batch->messages[0].id < lowest)
            lowest = batch->messages[0].id;
        lane->done_to = lowest - 1;
        if (!committed)
            lane->swept_us = 0; /* its messages may lie far below the floor */
    }
    sam_db_rows_free(batch->rows);
    *batch = (struct sam_batch){0};
}
