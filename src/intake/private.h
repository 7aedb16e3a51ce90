/*
 * Private to intake: the queue as the process knows it.
 */
#ifndef SAMTALE_INTAKE_PRIVATE_H
#define SAMTALE_INTAKE_PRIVATE_H

#include "samtale/intake.h"

/** How far below the lowest message in flight the floor stays: messages whose ids were drawn but whose transaction was still open. */
#define FLOOR_MARGIN 5000
/** In a backlog, between two looks from the floor on. Others begin behind what was taken: what lies before it are deleted rows, and those
 * in flight, which another connection has locked; passing them by took a seventh of the time of a look (bench, two connections). */
#define BACK_MS 250

struct lane {
    int64_t done_to;  /* the lowest id in flight less one, else the highest taken */
    int64_t highest;  /* taken */
    int64_t marked;   /* done_to as the database has it */
    int64_t marking;  /* done_to as is being written */
    int64_t begun;    /* the message that this process marked as begun last: trying it again after a lost connection is no new attempt */
    int64_t swept_us; /* steady clock of the last look below the floor; 0: at once */
    int64_t back_us;  /* steady clock of the last look from the floor on, not only behind what was taken */
    bool full;        /* the last look gave all that was asked for */
};

enum short_run { RUN_NONE, RUN_OPEN, RUN_CLOSE, RUN_NAP, RUN_MARK, RUN_TELL };

struct sam_intake {
    struct sam_intake_settings settings;
    struct lane lanes[SAM_LANES];
    uint32_t careful_left[SAM_LANES];
    struct sam_batch *out; /* batches in flight */
    int64_t last_message_us;
    bool asleep, asleep_wanted;
    enum short_run running;
    struct sam_db_call call;
    struct sam_db_param params[3];
    sam_intake_done done;
    void *context;
};

#endif
