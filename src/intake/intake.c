/*
 * Intake: what is known of the queue. floor: nothing waits at or below it, but for late committers, which a sweep finds. The floor follows
 * the lowest message in flight at a distance, since ids are drawn before they are committed.
 */
#include "private.h"

#include <string.h>

#define TIMEOUT_MS 30000U

struct sam_intake_settings sam_intake_defaults(void)
{
    return (struct sam_intake_settings){.batch_messages = 320,
                                        .batch_bytes = 4 << 20,
                                        .poll_ms = 25,
                                        .sleep_after_ms = 1000,
                                        .backstop_ms = 1000,
                                        .sweep_ms = 60000,
                                        .careful_n = 800,
                                        .backlog_limit = 1000000,
                                        .message_bytes = 16 << 20};
}

enum sam_code sam_intake_new(const struct sam_intake_settings *settings, struct sam_intake **out, struct sam_err *err)
{
    struct sam_intake *intake = sam_new(sizeof *intake);
    if (!intake)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the intake");
    intake->settings = *settings;
    intake->last_message_us = sam_clock_mono_us();
    *out = intake;
    return SAM_OK;
}

void sam_intake_free(struct sam_intake *intake)
{
    SAM_MUST(!intake || !intake->out);
    sam_free(intake);
}

const struct sam_intake_settings *sam_intake_limits(const struct sam_intake *intake)
{
    return &intake->settings;
}

void sam_intake_change(struct sam_intake *intake, const struct sam_intake_settings *settings)
{
    uint32_t careful_n = intake->settings.careful_n;
    intake->settings = *settings;
    intake->settings.careful_n = careful_n;
}

/* ---- short runs on the queue's state --------------------------------------------------------------------------------------- */

static void on_short_run(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_intake *intake = context;
    enum sam_code code = result->code;
    if (code == SAM_OK && intake->running == RUN_OPEN) {
        for (size_t i = 0; i < sam_db_rows_n(result->rows[0]); i++) {
            int64_t lane = sam_db_get_int(result->rows[0], i, 0);
            SAM_MUST(lane >= 0 && lane < SAM_LANES);
            if (sam_db_get_int(result->rows[0], i, 1) == 1)
                intake->careful_left[lane] = intake->settings.careful_n;
            intake->lanes[lane].done_to = intake->lanes[lane].marked = sam_db_get_int(result->rows[0], i, 2);
        }
    }
    if (code == SAM_OK && intake->running == RUN_NAP)
        intake->asleep = intake->asleep_wanted;
    if (code == SAM_OK && intake->running == RUN_MARK)
        for (size_t i = 0; i < SAM_LANES; i++)
            intake->lanes[i].marked = intake->lanes[i].marking;
    intake->running = RUN_NONE;
    intake->done(intake->context, code, err);
}

static void short_run(struct sam_intake *intake, struct sam_db *db, enum short_run what, const char *statement, size_t params_n,
                      sam_intake_done done, void *context)
{
    SAM_MUST(intake->running == RUN_NONE);
    intake->running = what;
    intake->done = done;
    intake->context = context;
    intake->call = (struct sam_db_call){statement, intake->params, params_n};
    sam_db_run(db, &intake->call, 1, TIMEOUT_MS, on_short_run, intake);
}

void sam_intake_open(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context)
{
    intake->params[0] = sam_db_int8(intake->settings.backlog_limit);
    intake->params[1] = sam_db_int4((int32_t)intake->settings.message_bytes);
    short_run(intake, db, RUN_OPEN, "inbox_open", 2, done, context);
}

void sam_intake_tell(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context)
{
    intake->params[0] = sam_db_int8(intake->settings.backlog_limit);
    intake->params[1] = sam_db_int4((int32_t)intake->settings.message_bytes);
    intake->params[2] = sam_db_bool(intake->asleep);
    short_run(intake, db, RUN_TELL, "inbox_tell", 3, done, context);
}

void sam_intake_close(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context)
{
    short_run(intake, db, RUN_CLOSE, "inbox_close", 0, done, context);
}

void sam_intake_nap(struct sam_intake *intake, struct sam_db *db, bool asleep, sam_intake_done done, void *context)
{
    intake->asleep_wanted = asleep;
    intake->params[0] = sam_db_bool(asleep);
    short_run(intake, db, RUN_NAP, "inbox_nap", 1, done, context);
}

void sam_intake_mark(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context)
{
    for (size_t i = 0; i < SAM_LANES; i++) {
        intake->lanes[i].marking = intake->lanes[i].done_to;
        intake->params[i] = sam_db_int8(intake->lanes[i].marking);
    }
    short_run(intake, db, RUN_MARK, "inbox_mark", SAM_LANES, done, context);
}

bool sam_intake_marked(const struct sam_intake *intake)
{
    bool same = true;
    for (size_t i = 0; i < SAM_LANES; i++)
        same = same && intake->lanes[i].marked == intake->lanes[i].done_to;
    return same;
}

/* ---- awake and asleep -------------------------------------------------------------------------------------------------------- */

bool sam_intake_careful(const struct sam_intake *intake)
{
    return intake->careful_left[SAM_LANE_LIVE] > 0 || intake->careful_left[SAM_LANE_IMPORT] > 0;
}

bool sam_intake_drowsy(const struct sam_intake *intake)
{
    return sam_clock_mono_us() - intake->last_message_us >= (int64_t)intake->settings.sleep_after_ms * 1000;
}

bool sam_intake_asleep(const struct sam_intake *intake)
{
    return intake->asleep;
}

void sam_intake_wake(struct sam_intake *intake)
{
    intake->last_message_us = sam_clock_mono_us();
}
