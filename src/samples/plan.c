/*
 * plan.c: how many agents the centre plans for the calls of a queue: what contacts.c serves them with, as lines of a staffing plan.
 */
#include <stdio.h>

#include "weeks.h"

#define FIRST_SLOT 16
#define LAST_SLOT  36

static enum sam_code write_day(const struct queue *queue, int32_t weekday, sam_samples_sink sink, void *context, struct sam_err *err)
{
    char bytes[64];
    int32_t from = FIRST_SLOT;
    for (int32_t slot = FIRST_SLOT; slot < LAST_SLOT; slot++) {
        const uint32_t agents = centre_planned(queue, weekday, slot);
        if (slot + 1 < LAST_SLOT && centre_planned(queue, weekday, slot + 1) == agents)
            continue;
        (void)snprintf(bytes, sizeof bytes, "%d,%02d:%02d,%02d:%02d,%u", weekday + 1, from / 2, from % 2 * 30, (slot + 1) / 2,
                       (slot + 1) % 2 * 30, agents);
        if (agents > 0 && sink(context, sam_span_of(bytes), err) != SAM_OK)
            return err->code;
        from = slot + 1;
    }
    return SAM_OK;
}

enum sam_code sam_samples_plan(struct sam_span queue, sam_samples_sink sink, void *context, struct sam_err *err)
{
    for (size_t q = 0; q < QUEUES; q++) {
        if (!sam_span_is(queue, centre_queues[q].name))
            continue;
        for (int32_t weekday = 0; weekday < 7; weekday++)
            if (write_day(&centre_queues[q], weekday, sink, context, err) != SAM_OK)
                return err->code;
        return SAM_OK;
    }
    return sam_fail(err, SAM_BAD_INPUT, "there is no queue \"%.*s\" in the samples", SAM_ARG(queue));
}
