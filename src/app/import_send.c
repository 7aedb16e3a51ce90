/*
 * Import, sending: many messages in one transaction; what the database refuses is told with file and line and does not hinder the rest; a
 * full queue and a lost connection are waited for.
 */
#include "import.h"

#include <stdio.h>
#include <string.h>

#define LANE_IMPORT  1
#define PATIENCE_US  (60 * INT64_C(1000000)) /* for a database that does not answer */
#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 2000

static void on_time(void *data)
{
    sam_loop_stop(data);
}

/* Lets the loop run for a while: the connection dials anew meanwhile. */
static enum sam_code rest(struct import *import, int64_t pause_ms, struct sam_err *err)
{
    struct sam_timer *timer = sam_timer_new(import->session.loop, on_time, import->session.loop);
    if (!timer)
        return sam_fail(err, SAM_NO_MEMORY, "no memory");
    sam_timer_set(timer, pause_ms);
    sam_loop_run(import->session.loop);
    sam_timer_free(timer);
    return SAM_OK;
}

/* One attempt at messages from..from+n-1 of the batch, all or none. */
static enum sam_code attempt(struct import *import, size_t from, size_t n, struct sam_err *err)
{
    struct sam_span sources[IMPORT_BATCH], kinds[IMPORT_BATCH], types[IMPORT_BATCH];
    sam_arena_reset(import->work);
    for (size_t i = 0; i < n; i++) {
        sources[i] = import->source;
        kinds[i] = import->kind;
        types[i] = import->file.type;
    }
    const struct sam_db_param params[] = {
        sam_db_int2(LANE_IMPORT),
        sam_db_texts(import->work, sources, n),
        sam_db_texts(import->work, kinds, n),
        sam_db_texts(import->work, types, n),
        sam_db_bytess(import->work, import->bodies + from, n),
    };
    return app_session_call(&import->session, "enqueue_many", params, SAM_COUNT(params), err);
}

/* Tries until it is decided: a full queue is waited for as long as it takes, a database that is away for PATIENCE_US. */
static enum sam_code insist(struct import *import, size_t from, size_t n, struct sam_err *err)
{
    const int64_t began_us = sam_clock_mono_us();
    int64_t pause_ms = PAUSE_MIN_MS;
    for (;;) {
        enum sam_code code = attempt(import, from, n, err);
        const bool full = strcmp(import->session.sqlstate, "SAM01") == 0;
        if (code != SAM_TEMPORARY || (!full && sam_clock_mono_us() - began_us > PATIENCE_US))
            return code;
        if (full && !import->told_full) {
            import_clear(import);
            (void)fprintf(stderr, "samtaled import: the queue is full: waiting for the daemon\n");
        }
        import->told_full = import->told_full || full;
        code = rest(import, pause_ms, err);
        if (code != SAM_OK)
            return code;
        pause_ms = pause_ms * 2 < PAUSE_MAX_MS ? pause_ms * 2 : PAUSE_MAX_MS;
    }
}

enum sam_code import_flush(struct import *import, struct sam_err *err)
{
    const size_t n = import->n;
    import->n = import->bytes = 0;
    if (n == 0)
        return SAM_OK;
    enum sam_code code = import->dry ? SAM_OK : insist(import, 0, n, err);
    if (code == SAM_OK)
        import->tally.imported += (int64_t)n;
    if (code == SAM_OK || (code != SAM_TOO_LARGE && code != SAM_BAD_INPUT))
        return code == SAM_OK ? import_resume_keep(import, false, err) : code;
    for (size_t i = 0; i < n; i++) {
        code = insist(import, i, 1, err);
        if (code == SAM_OK)
            import->tally.imported++;
        else if (code == SAM_TOO_LARGE || code == SAM_BAD_INPUT)
            import_refuse(import, import->lines[i], err->text);
        else
            return code;
    }
    return import_resume_keep(import, false, err);
}

enum sam_code import_add(struct import *import, struct sam_span message, uint32_t line, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    if (import->n == IMPORT_BATCH || (import->n > 0 && import->bytes + message.len > IMPORT_BATCH_BYTES))
        code = import_flush(import, err);
    if (code != SAM_OK)
        return code;
    import->file.done++;
    import->lines[import->n] = line;
    import->bodies[import->n++] = message;
    import->bytes += message.len;
    return SAM_OK;
}
