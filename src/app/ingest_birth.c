/*
 * Birth of the ingest: its connections, its lots, its scorer; and the wish that it ends, which ingest.c then fulfils.
 */
#include "ingest_private.h"

#define IDENTITY_BYTES (64U << 10)
#define CONTROL_QUEUE  (2 * INGEST_LOTS_MAX)

void ingest_free(struct ingest *ingest)
{
    ingest_scorer_leave(ingest->next);
    ingest_scorer_leave(ingest->scorer);
    sam_names_free(ingest->names);
    sam_intake_free(ingest->intake);
    sam_buf_free(&ingest->identity);
    sam_free(ingest);
}

static void on_notified(void *context)
{
    struct ingest *ingest = context;
    if (!ingest->open)
        return;
    sam_intake_wake(ingest->intake);
    ingest_wake(ingest, true);
    sam_flow_wake(&ingest->flow);
}

static enum sam_code connect(struct ingest *ingest, struct sam_err *err)
{
    struct sam_db_settings settings = sam_db_defaults();
    settings.connection = ingest->settings.connection;
    settings.role = INGEST_ROLE;
    settings.session = INGEST_SESSION;
    settings.application = "samtaled names";
    enum sam_code code = sam_db_pool_new(ingest->loop, &settings, 1, CONTROL_QUEUE, &ingest->control, err);
    settings.application = "samtaled watch";
    settings.listen = "samtale_inbox";
    settings.notified = on_notified;
    settings.context = ingest;
    if (code == SAM_OK)
        code = sam_db_new(ingest->loop, &settings, &ingest->watch, err);
    return code;
}

static enum sam_code make_parts(struct ingest *ingest, struct sam_err *err)
{
    enum sam_code code = sam_intake_new(&ingest->settings.intake, &ingest->intake, err);
    if (code == SAM_OK)
        code = ingest_scorer_new(&ingest->settings.rules, NULL, &ingest->next, err);
    if (code == SAM_OK)
        code = connect(ingest, err);
    if (code == SAM_OK)
        code = sam_names_new(ingest->control, &ingest->names, err);
    if (code == SAM_OK)
        code = ingest_begin(ingest, err);
    return code;
}

static void on_nothing(void *context)
{
    (void)context;
}

enum sam_code ingest_new(struct sam_loop *loop, const struct ingest_settings *settings,
                         void (*fatal)(void *context, const struct sam_err *err), void *context, struct ingest **out, struct sam_err *err)
{
    SAM_MUST(settings->connections >= 1 && settings->connections <= INGEST_LOTS_MAX);
    struct ingest *ingest = sam_new(sizeof *ingest);
    if (!ingest)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the ingest");
    ingest->settings = *settings;
    ingest->loop = loop;
    ingest->mask = sam_mask_of(settings->mask_key);
    ingest->identity = sam_buf_of(IDENTITY_BYTES);
    ingest->fatal = fatal;
    ingest->fatal_context = context;
    enum sam_code code = make_parts(ingest, err);
    if (code != SAM_OK) {
        sam_db_close(ingest->watch, NULL, NULL);
        if (ingest->control)
            sam_db_pool_close(ingest->control, NULL, NULL);
        ingest_free(ingest);
        return code;
    }
    for (size_t i = 0; code == SAM_OK && i < settings->connections; i++) {
        ingest->lots[i].number = i;
        code = lot_start(&ingest->lots[i], ingest, err);
        ingest->lots_running += code == SAM_OK;
    }
    if (code != SAM_OK)
        ingest_stop(ingest, on_nothing, NULL);
    else
        *out = ingest;
    return code;
}

void ingest_stop(struct ingest *ingest, void (*stopped)(void *context), void *context)
{
    if (!ingest) {
        stopped(context);
        return;
    }
    ingest->stopped = stopped;
    ingest->stopped_context = context;
    ingest->stopping = true;
    for (size_t i = 0; i < ingest->settings.connections; i++)
        if (ingest->lots[i].started)
            sam_flow_wake(&ingest->lots[i].flow);
    sam_flow_wake(&ingest->flow);
}
