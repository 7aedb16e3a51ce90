/*
 * What the files of the queue_log reader share: one event, whatever shape its line has, and what is told of agents.
 */
#ifndef READ_QUEUE_LOG_H
#define READ_QUEUE_LOG_H

#include "table.h"

#define QUEUE_PARAMS 7

struct queue_event {
    struct sam_time time;
    struct sam_span call, queue, agent, event;
    struct sam_span p[QUEUE_PARAMS];                         /* p[1] is the first parameter */
    struct sam_span wait_column, talk_column, caller_column; /* of exports that give them columns of their own */
    uint32_t line;
    size_t order; /* among events of one time */
};

/** Its rows, in whatever form. */
struct queue_rows {
    struct reader *r;
    struct sam_part *scratch; /* takes the warnings of times */
    bool log;                 /* the log itself: in order by nature; else a table */
    bool silent;              /* only looked at: nothing is refused */
    struct table table;
    struct sam_span rest;
    uint32_t line;
    size_t count;
    struct sam_vec sorted; /* struct queue_event; unused when they stand in order */
    size_t at;
};
/** @return whether text is a queue_log, ready for its first event */
bool queue_rows_of(struct reader *r, struct sam_span text, struct sam_part *scratch, struct queue_rows *out);
/** A table may be exported in any order, the newest first or by call: its events are then put in the order of their times, those of one
 * time in the order of the export, or against it where it runs backwards. Call it once, before the first event. */
void queue_rows_order(struct queue_rows *rows);
/** The next event; lines that are none are refused with their number. @return false at the end */
bool queue_rows_next(struct queue_rows *rows, struct queue_event *out);

/** @return whether a field names somebody or something: not empty, and not Asterisk's word for nobody */
static inline bool queue_named(struct sam_span field)
{
    return field.len > 0 && !sam_span_is(field, "NONE");
}

/** States of agents, gathered event by event. */
struct queue_states {
    struct reader *r;
    struct sam_map *by_name;
    struct sam_vec agents;
};
/** @return false when the arena is full */
bool queue_states_new(struct reader *r, struct queue_states *out);
/** @return whether the event was one of an agent; then it is taken */
bool queue_states_take(struct queue_states *s, const struct queue_event *e);
/** Adds a part for each agent. @param head its external_id and version are overwritten */
void queue_states_parts(struct queue_states *s, struct sam_part *head);

#endif
