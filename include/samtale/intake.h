/**
 * @file
 * Intake: takes messages from the queue (samtale.inbox) in batches, inside the transaction that will store them, and keeps what is known of
 * the queue: floors below which nothing waits, whether the daemon sleeps, and how careful to be after it stopped unclean. It reads no
 * message.
 */
#ifndef SAMTALE_INTAKE_H
#define SAMTALE_INTAKE_H

#include "samtale/db.h"
#include "samtale/model.h"

/** Lanes of the queue: live messages first, imports with what is left. */
enum sam_lane { SAM_LANE_LIVE, SAM_LANE_IMPORT };
#define SAM_LANES 2

/** Limits of taking; sam_intake_defaults() gives the shipped ones. Each is a setting. */
struct sam_intake_settings {
    uint32_t batch_messages; /* most of one batch; 384 */
    int64_t batch_bytes;     /* most of one batch, but for one message that is larger; 4 MiB */
    uint32_t poll_ms;        /* between two looks at a queue that had little; 25 */
    uint32_t sleep_after_ms; /* without a message: sleeps, woken by a notification; 1,000 */
    uint32_t backstop_ms;    /* between two looks while asleep; 1,000 */
    uint32_t sweep_ms;       /* between two looks below the floor, for messages that were committed late; 60,000 */
    uint32_t careful_n;      /* messages taken one by one after an unclean stop; 800 */
    int64_t backlog_limit;   /* of each lane; 1,000,000 */
    int64_t message_bytes;   /* 16 MiB */
};
/** @return the shipped limits */
struct sam_intake_settings sam_intake_defaults(void);

/** One message of the queue; texts are borrowed from the batch. */
struct sam_message {
    enum sam_lane lane;
    int64_t id, enqueued_us;
    int32_t attempts; /* times it was begun one by one after unclean stops, this one too */
    struct sam_span source, kind, content_type, body;
};
/** Attempts at which a message goes to the dead letters unread: three daemons ended while they had it alone in hand. */
#define SAM_ATTEMPTS_MAX 4

struct sam_intake; /* what is known of the queue; one a process */

/** What was taken. Make it zeroed; it stays where it is between take and settle. */
struct sam_batch {
    struct sam_message *messages; /* by id, in the arena given to take */
    size_t n;
    enum sam_lane lane;
    bool full; /* there may be more */
    /* private to intake */
    struct sam_intake *intake;
    struct sam_db *db;
    struct sam_arena *arena;
    struct sam_db_rows *rows;
    struct sam_db_call calls[3];
    struct sam_db_param params[4];
    struct sam_db_param last_params[2];
    size_t max;
    bool careful, swept, these;
    void (*taken)(void *context, enum sam_code code, const struct sam_err *err);
    void *context;
    struct sam_batch *next;
};

/** @param out free with sam_intake_free @return SAM_OK or SAM_NO_MEMORY */
enum sam_code sam_intake_new(const struct sam_intake_settings *settings, struct sam_intake **out, struct sam_err *err) SAM_MUST_USE;
/** @param intake may be NULL; no batch may be out */
void sam_intake_free(struct sam_intake *intake);
/** Called when open, close, nap and mark are done. */
typedef void (*sam_intake_done)(void *context, enum sam_code code, const struct sam_err *err);
/**
 * Marks the queue as being served and writes the limits for those who enqueue. When the last daemon did not close, the first careful_n
 * messages of each lane are taken one by one.
 * @param db borrowed until done
 */
void sam_intake_open(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context);
/** Marks the queue as left in order. @param db as sam_intake_open */
void sam_intake_close(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context);

/**
 * Begins a transaction on db and takes what waits, live messages first. With nothing there the transaction is rolled back, else it is open:
 * store the results, commit (or roll back), then settle.
 *
 * @param batch  zeroed or settled; not to be touched until taken
 * @param max    most messages; batch_messages or fewer
 * @param taken  called once: SAM_OK with batch->n messages (0: none there), or why not; then the transaction is gone
 */
void sam_intake_take(struct sam_intake *intake, struct sam_db *db, struct sam_arena *arena, size_t max, struct sam_batch *batch,
                     void (*taken)(void *context, enum sam_code code, const struct sam_err *err), void *context);
/** Messages by their ids. */
struct sam_intake_these {
    enum sam_lane lane;
    const int64_t *ids; /* borrowed */
    size_t n;
};
/** As sam_intake_take, only these, as far as they are still there. @param these its ids are borrowed until taken */
void sam_intake_take_these(struct sam_intake *intake, struct sam_db *db, struct sam_arena *arena, const struct sam_intake_these *these,
                           struct sam_batch *batch, void (*taken)(void *context, enum sam_code code, const struct sam_err *err),
                           void *context);
/** Gives back the memory of the messages' bytes when nobody needs them any more: their ids and lengths stay, their texts are gone. */
void sam_intake_forget(struct sam_batch *batch);
/** Ends a batch: its transaction was committed, or rolled back and its messages wait again. Its messages are gone. */
void sam_intake_settle(struct sam_intake *intake, struct sam_batch *batch, bool committed);

/** @return whether messages are taken one by one now: then only one batch may be out at a time */
bool sam_intake_careful(const struct sam_intake *intake);
/** @return whether the queue was empty for so long that it is time to sleep, or sleeps already */
bool sam_intake_drowsy(const struct sam_intake *intake);
/** Tells those who enqueue that the daemon sleeps, or is awake again. Take once more after falling asleep: one may have come meanwhile. */
void sam_intake_nap(struct sam_intake *intake, struct sam_db *db, bool asleep, sam_intake_done done, void *context);
/** @return whether the queue knows that the daemon sleeps */
bool sam_intake_asleep(const struct sam_intake *intake);
/** A notification came: awake. */
void sam_intake_wake(struct sam_intake *intake);
/** @return whether the database knows how far each lane is done */
bool sam_intake_marked(const struct sam_intake *intake);
/** Writes how far each lane is done; call about once a second, unless it is marked. */
void sam_intake_mark(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context);
/** Takes other limits over, all but careful_n; sam_intake_tell() then writes those that concern who enqueues. */
void sam_intake_change(struct sam_intake *intake, const struct sam_intake_settings *settings);
/** Writes the limits for those who enqueue, and that the queue is served: another daemon may have served it meanwhile and left.
 * @param db as sam_intake_open */
void sam_intake_tell(struct sam_intake *intake, struct sam_db *db, sam_intake_done done, void *context);
/** @return the limits in use, borrowed */
const struct sam_intake_settings *sam_intake_limits(const struct sam_intake *intake);

/* ---- feeds: doors that bring messages from files into the queue, each a flow of its own ------------------------------- */

/** A door that is open: the spool folder, or a log that is followed. */
struct sam_feed;
/** What a door did since the start, and how far behind it is. */
struct sam_feed_counts {
    uint64_t messages;        /* that it put into the queue */
    uint64_t refused;         /* that the queue refuses for good */
    uint64_t files, rejected; /* spool: files that were taken; that went to rejected/ */
    int64_t waiting_files;    /* spool: that were seen and not yet decided */
    int64_t lag_bytes, lag_s; /* log: not yet read; how old its newest line that was read is while there is more */
    int64_t held;             /* log: calls that are not over */
    int64_t settled_us;       /* when a round last ended well, UTC; 0: never */
};
/** @return what it counted, borrowed; changes as the loop runs */
const struct sam_feed_counts *sam_feed_counts(const struct sam_feed *feed);
/** @return which door it is: "spool", "queue_log" */
const char *sam_feed_name(const struct sam_feed *feed);
/** Closes the door and frees it; what was not sent yet comes again at the next start. @param stopped called last, on the loop */
void sam_feed_stop(struct sam_feed *feed, void (*stopped)(void *context), void *context);

/** One file as its messages. */
struct sam_spool_cut {
    const struct sam_span *messages; /* in the arena or in the body */
    size_t n;
};
/** Where files come in, and how. */
struct sam_spool_settings {
    struct sam_span folder; /* absolute, ends with a NUL; folders in it are sources; done/ and rejected/ are made */
    struct sam_span source; /* of files that lie in the folder itself; may be empty: then they must say it */
    int64_t settle_ms;      /* a file that was changed since is still being written; 2,000 */
    int64_t rescan_ms;      /* between two looks when nothing tells of a new file; 5,000 */
    int64_t file_bytes;     /* larger ones are rejected; 256 MiB */
    int64_t keep_ms;        /* notes in done/ are dropped after it; 30 days */
    /**
     * Cuts a file into messages; on another thread.
     * @return SAM_OK with one message or more; anything else: the file is rejected with err as its reason
     */
    enum sam_code (*cut)(void *context, struct sam_span source, struct sam_span type, struct sam_span body, struct sam_arena *arena,
                         struct sam_spool_cut *out, struct sam_err *err);
    void *context; /* of cut; must outlive the feed */
};
/**
 * Opens a spool folder. A file is brought in by renaming it into the folder (or into SOURCE/ in it), or by writing it there: it is taken
 * when it has not changed for settle_ms; names that begin with a dot or end with .tmp or .part are passed over. When all its messages are
 * in the queue a note with its hash, size and name is left in done/ and the file is removed; one that cannot be read goes to rejected/ with
 * the reason beside it. A crash in between makes the file come again, which changes nothing.
 *
 * @param settings  borrowed for good
 * @return SAM_OK; SAM_SYSTEM when the folder cannot be made or read; SAM_NO_MEMORY
 */
enum sam_code sam_spool_new(struct sam_loop *loop, const struct sam_db_settings *db, const struct sam_spool_settings *settings,
                            struct sam_feed **out, struct sam_err *err) SAM_MUST_USE;

/** A log that is followed. */
struct sam_follow_settings {
    struct sam_span path;   /* Asterisk's queue_log; ends with a NUL */
    struct sam_span source; /* the system that writes it */
    struct sam_span state;  /* file that keeps how far it was read; ends with a NUL */
    int64_t poll_ms;        /* between two looks; 1,000 */
    int64_t quiet_ms;       /* a call that ended is sent when nothing came of it for so long; 2,000 */
    int64_t linger_ms;      /* and is kept so long in case it goes on, or its agent's pause ends; 30 min */
    int64_t open_ms;        /* a call that never ends is sent as it is after so long; 24 h */
};
/**
 * Follows a queue_log across its rotation. Each call is sent with all its lines when it has ended, and again when more came; a line that
 * has no end yet is waited for. After a stop it goes on at the oldest call that was not over, also in a file that was rotated meanwhile.
 * The log need not be there yet.
 *
 * @param settings  borrowed for good
 * @return SAM_OK; SAM_BAD_INPUT for a wrong connection string; SAM_NO_MEMORY
 */
enum sam_code sam_follow_new(struct sam_loop *loop, const struct sam_db_settings *db, const struct sam_follow_settings *settings,
                             struct sam_feed **out, struct sam_err *err) SAM_MUST_USE;

#endif
