/*
 * Private to intake: a feed, the flow that brings messages from outside into the queue: gather (on a thread) -> send -> settle (on a
 * thread). What differs from door to door is how messages are gathered and what is done when they are safe; everything may happen twice.
 */
#ifndef SAMTALE_INTAKE_FEED_H
#define SAMTALE_INTAKE_FEED_H

#include "samtale/intake.h"

/** Most messages and bytes of one transaction. */
#define FEED_SEND       200
#define FEED_SEND_BYTES ((size_t)4 << 20)

/** A message on its way to the queue; lives in the round's arena. */
struct feed_message {
    struct sam_span source, content_type, body;
    size_t owner; /* whatever the door means by it: the file it came from */
};

/** One way around. */
struct feed_round {
    struct sam_arena *arena;
    struct feed_message *messages;
    size_t n;
    struct sam_err *refused;                       /* one for each message: why the queue refuses it; code is SAM_OK when it did not */
    uint64_t files, rejected;                      /* set by settle: of this round */
    int64_t waiting_files, lag_bytes, lag_s, held; /* set by gather and settle: how it stands now */
    bool more;                                     /* set by gather: come again at once */
    int64_t rest_ms;                               /* set by gather: else come again then */
};

/** What makes a door. Both run on another thread, never at the same time; context belongs to them then. */
struct feed_door {
    const char *name; /* for the log: "spool" */
    void (*gather)(void *context, struct feed_round *round);
    void (*settle)(void *context, struct feed_round *round); /* after all messages are in the queue, or refused for good */
    void (*forget)(void *context);
};

/**
 * Starts a feed.
 * @param context   owned by the feed on SAM_OK
 * @param watch_fd  readable when there is something to gather; closed with the feed; -1: none
 */
enum sam_code feed_new(struct sam_loop *loop, const struct sam_db_settings *db, const struct feed_door *door, void *context, int watch_fd,
                       struct sam_feed **out, struct sam_err *err) SAM_MUST_USE;

#endif
