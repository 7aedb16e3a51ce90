/*
 * What the two files of the queue_log reader share: one event, whatever shape its line has.
 */
#ifndef READ_QUEUE_LOG_H
#define READ_QUEUE_LOG_H

#include "reader.h"

#define QUEUE_PARAMS 7

struct queue_event {
    struct sam_time time;
    struct sam_span call, queue, agent, event;
    struct sam_span p[QUEUE_PARAMS];                         /* p[1] is the first parameter */
    struct sam_span wait_column, talk_column, caller_column; /* of exports that give them columns of their own */
    uint32_t line;
};

/** The shapes of a line. */
enum queue_shape { QUEUE_PIPES, QUEUE_TABLE, QUEUE_CSV, QUEUE_ROWS };
/** Which field of a table or CSV line is what. */
struct queue_rows {
    struct reader *r;
    struct sam_part *scratch; /* takes the warnings of times */
    enum queue_shape shape;
    struct sam_span rest;
    uint32_t line;
    int column[24]; /* enum column of each field */
    size_t columns;
};
/** @return whether text is a queue_log, and its shape */
bool queue_rows_of(struct reader *r, struct sam_span text, struct sam_part *scratch, struct queue_rows *out);
/** The next event; lines that are none are refused with their number. @return false at the end */
bool queue_rows_next(struct queue_rows *rows, struct queue_event *out);

#endif
