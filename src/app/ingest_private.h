/*
 * Private to the ingest's files: what all flows share.
 */
#ifndef SAMTALE_APP_INGEST_PRIVATE_H
#define SAMTALE_APP_INGEST_PRIVATE_H

#include "lot.h"

struct ingest {
    struct ingest_settings settings;
    struct sam_loop *loop;
    struct sam_mask mask;
    struct sam_intake *intake;
    struct sam_db *watch;        /* listens; opens, marks and closes the queue */
    struct sam_db_pool *control; /* makes names */
    struct sam_names *names;
    struct ingest_scorer *scorer; /* the present one */
    struct lot lots[INGEST_LOTS_MAX];
    size_t lots_running;
    uint64_t turns;       /* batches that took keys */
    struct sam_flow flow; /* begins, marks, ends */
    struct ingest_counts counts;
    bool open, stopping, careful;
    enum sam_code told;  /* why it waits was logged; SAM_OK: nothing was */
    bool nap;            /* what the queue is to be told */
    bool tell;           /* the queue is to be told other limits */
    uint64_t alone_line; /* of watch, on which the lock was taken that keeps a second daemon away; 0: on none */
    int64_t pause_until_us, marked_us;
    int64_t heard_us; /* monotonic: the last good answer of watch */
    int64_t full_us;  /* monotonic: when a batch was taken that was full; 0: never */
    int64_t value;    /* the first number of the last answer */
    int closings;
    void (*ask)(struct ingest *ingest);
    bool asked, answered;
    enum sam_code code;
    struct sam_err err;
    struct sam_db_call call;
    struct sam_db_param params[3];
    struct sam_buf identity;                  /* of the scorer, as JSON */
    struct ingest_scorer *next, *registering; /* loaded, not yet in use */
    uint8_t digest[16];
    uint32_t pause_ms;
    void (*fatal)(void *context, const struct sam_err *err);
    void *fatal_context;
    void (*stopped)(void *context);
    void *stopped_context;
};

/** The role that writes. */
#define INGEST_ROLE "samtale_daemon"
/** Every statement here looks few rows up by key: index and nested loop, planned once, whatever the statistics of a young table say. */
#define INGEST_SESSION                                                                                                                     \
    "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_bitmapscan = off; "                       \
    "set plan_cache_mode = force_generic_plan"

/** @return whether the queue is open and no other daemon serves it: that lock lasts as long as the line on which it was taken */
bool ingest_alone(const struct ingest *ingest);
/** Wakes flows that rest: one, or all. */
void ingest_wake(struct ingest *ingest, bool all);
/** The first lot has done the messages that were to be taken one by one: the others may begin. */
void ingest_careful_over(struct ingest *ingest);
/** Closes a lot's connection; lot->answered is set and the lot woken when it is gone. */
void ingest_lot_close(struct lot *lot);
/** A lot's flow has ended. */
void ingest_lot_ended(struct lot *lot);
/** Starts the flow of the ingest, which frees it at its end. */
enum sam_code ingest_begin(struct ingest *ingest, struct sam_err *err) SAM_MUST_USE;
/** Frees all but connections and lots. */
void ingest_free(struct ingest *ingest);

#endif
