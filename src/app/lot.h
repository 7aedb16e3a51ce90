/*
 * Private to app: one connection's flow, and the batch that it carries.
 */
#ifndef SAMTALE_APP_LOT_H
#define SAMTALE_APP_LOT_H

#include "ingest.h"
#include "rollup_call.h"

/** A message of kind "link": conversations that parts are moved between, the guest first. */
#define LOT_LINK_KEYS 3
struct lot_link {
    struct {
        struct sam_span source, external_id;
    } keys[LOT_LINK_KEYS];
    size_t n;
};

/** A message of the batch, read. */
struct lot_message {
    const struct sam_message *message;
    struct sam_read_result read;
    struct sam_stored_part *parts; /* one for each of read.parts */
    const struct lot_link *link;   /* of kind "link": then it has no part */
    enum sam_code code;            /* of reading; not SAM_OK: it is dead */
    struct sam_err err;
};

/** A conversation that is to be written. */
struct lot_made {
    struct sam_conversation conversation;
    struct sam_score score;
};

/** What is added beside the item that the store knows. */
struct lot_item {
    const struct sam_stored_part *incoming; /* of all parts of the batch, those of this key */
    size_t incoming_n;
    const struct sam_stored_part **left; /* stored parts that another conversation has now */
    size_t left_n;
    bool moved;                 /* parts were linked to it, or taken from it */
    struct lot_made *made;      /* NULL: nothing of it has changed */
    struct sam_rollup_row *was; /* the stored contribution, once it is decoded; else NULL */
    size_t was_n;
    const struct sam_rollup_row *kept; /* of it, what the score that stands has added; NULL: it is scored anew */
};

/** Ranges of a batch that failed for one of its messages, halved until it stands alone. */
struct lot_split {
    struct sam_arena *arena;
    enum sam_lane lane;
    int64_t *ids;
    size_t ids_n;
    struct {
        size_t from, to;
    } ranges[64]; /* a halving needs one place a level */
    size_t ranges_n;
    bool alone;        /* the range on top is the message that fails alone */
    bool alone_failed; /* even its dead letter could not be written */
    bool starved;      /* it failed for memory that the system had not, though its own limit allows it */
    char sqlstate[6];
    struct sam_err why;
};

struct lot {
    struct ingest *ingest;
    struct sam_flow flow;
    struct sam_db *db;
    struct sam_arena *arena;   /* of the batch */
    struct sam_arena *scratch; /* of the message that is being read, the conversation that is being scored */
    size_t number;             /* among the lots; the first one also watches the queue while all sleep */
    bool started, resting;
    int64_t began_us; /* monotonic: when this batch was asked for */

    /* what a step waits for */
    bool asked, answered;
    enum sam_code code;
    char sqlstate[6];
    struct sam_err err;

    struct sam_batch batch;
    struct sam_store store;
    struct ingest_scorer *scorer;
    struct lot_message *messages;
    struct sam_stored_part *parts; /* of all messages, in the order of items */
    size_t links_n;                /* messages of kind "link" */
    struct sam_vec moving;         /* disputed parts that they move */
    struct sam_item *items;
    struct lot_item *more;                 /* one for each item */
    size_t items_n, free_n;                /* items[free_n..]: keys that another lot has; each of the two parts is sorted by key */
    size_t locked_n, decided_n, written_n; /* the first so many of items are */
    struct sam_rollup_delta *delta;        /* of those that have rows; NULL: none has */
    uint64_t turn;                         /* number of this batch among all that took keys; 0: has none */
    uint64_t after[INGEST_LOTS_MAX];       /* the turn of each lot that must be over before items[free_n..] are locked; 0: none */
    struct sam_wanted *wanted;
    size_t states_n;            /* parts that are states of agents: of no conversation, and of no item */
    struct sam_db_param states; /* all of them, as one JSON list */
    struct sam_db_call calls[SAM_ROLLUPS + 2];
    struct rollup_call rollups[SAM_ROLLUPS];
    size_t calls_n;
    struct ingest_counts counts; /* of this batch, added when it is committed */

    struct lot_split split;
    int starved_n; /* tries in a row of one message for which the system had no memory */
    uint32_t pause_ms;
    bool in_transaction, paused, pausing, holding;
    bool learned; /* the names of this step were learned once: how agents are called is settled, of several names of one agent by the
                     greatest */
};

/** Adds the batch, which is committed, to the counts of the ingest. */
void lot_count(struct lot *lot);
/** Reads and masks all messages. Thread. */
void lot_read(void *lot);
/** @return whether all that the messages said is in parts now: their bytes are needed no more */
bool lot_read_all(const struct lot *lot);
/** Gives sources their ids. @return SAM_OK; SAM_NONE when lot->wanted must be learned first */
enum sam_code lot_name_sources(struct lot *lot, struct sam_err *err);
/** Gathers the parts into items, sorted by key. */
enum sam_code lot_gather(struct lot *lot, struct sam_err *err);
/** Takes the keys of all items for this batch; those that another lot has come behind the free ones. */
enum sam_code lot_keys_take(struct lot *lot, struct sam_err *err);
/** @return whether the batches that had keys of this one are over */
bool lot_keys_free(const struct lot *lot);
/** Gives the keys back and wakes the lots that wait for any. */
void lot_keys_leave(struct lot *lot);
/** Of the items that were locked last: decides which parts count, joins and scores. Thread; the outcome is in lot->code and err. */
void lot_decide(void *lot);
/** The conversation of an item, and its score or the stored one that stands. On the thread of lot_decide. */
enum sam_code lot_score(struct lot *lot, struct sam_item *item, struct lot_item *more, struct sam_err *err);
/** @return whether a message is one of kind "link" */
bool lot_link_is(const struct sam_message *message);
/** Reads the conversations that a message of kind "link" names. */
enum sam_code lot_link_read(struct lot *lot, struct lot_message *m);
/** Moves parts between the items that messages of kind "link" name, as the database says now; before anything is decided. Thread. */
enum sam_code lot_link_move(struct lot *lot, struct sam_err *err);
/** What is left to be done for an item whose parts were moved, once it is decided which count. Thread. */
enum sam_code lot_link_end(struct lot *lot, struct sam_item *item, struct lot_item *more, struct sam_err *err);
/** Lets disputes go with their parts, once all items are decided. Thread. */
enum sam_code lot_link_disputes(struct lot *lot, struct sam_err *err);
/** What the database is to know of a conversation of a source that may be linked. @param parts that count, in the order of item->merge */
enum sam_code lot_link_units(struct lot *lot, struct sam_item *item, const struct sam_part *const *parts, struct sam_err *err);
/** Gives all other names their ids. @return as lot_name_sources */
enum sam_code lot_name_all(struct lot *lot, struct sam_err *err);
/** Makes the rows, the dead letters and the deltas of the rollups. Thread; the outcome is in lot->code and err. */
void lot_rows(void *lot);

/** @return whether it is a failure of a message, not of the database */
bool lot_for_a_message(enum sam_code code);
/** Remembers the ids of the batch that failed, as one range. @return false: no memory */
bool lot_split_begin(struct lot *lot);
/** The range on top failed for a message in it: halves it, or knows the message. */
void lot_split_halve(struct lot *lot);
/** @return whether memory that was refused is what the system has not now: no limit of a message's own was reached */
bool lot_starved(const struct lot *lot);
/** @return whether a batch of one message that failed for such memory is to be taken again as it is, after a pause: the message is not to
 * blame. So often in a row at most, then its dead letter says no_memory */
bool lot_waits_for_memory(struct lot *lot);
/** The range on top is done. */
void lot_split_done(struct lot *lot);
/** Forgets all ranges. */
void lot_split_end(struct lot *lot);

/** The flow's table and its start. */
enum sam_code lot_start(struct lot *lot, struct ingest *ingest, struct sam_err *err);

#endif
