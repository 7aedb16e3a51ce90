/*
 * Private to app: the way of a batch from the queue to the tables (docs/architecture.md, "How one batch flows"). ingest.c begins and ends
 * it; lot.c is the flow of one connection; lot_read.c, lot_decide.c, lot_names.c and lot_rows.c are what it does, the first, second
 * and last on another thread.
 */
#ifndef SAMTALE_APP_INGEST_H
#define SAMTALE_APP_INGEST_H

#include "rules.h"

#include "samtale/intake.h"
#include "samtale/join.h"
#include "samtale/privacy.h"
#include "samtale/rollup.h"
#include "samtale/store.h"

/** Most connections that write. */
#define INGEST_LOTS_MAX 16

/** Upper ends of the classes of batch_classes, seconds; what took longer is in the last class, which has none. */
#define INGEST_CLASS_ENDS                                                                                                                  \
    {                                                                                                                                      \
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30                                                                        \
    }
#define INGEST_CLASSES 13

/** Why a conversation was scored, or that the score it had stands. */
enum ingest_scoring { INGEST_FIRST, INGEST_CHANGED, INGEST_OTHER_SCORER, INGEST_NOT_AGAIN };
#define INGEST_SCORINGS 4

/** What is counted, since the start; /metrics shows it. */
struct ingest_counts {
    uint64_t batches, messages, bytes;
    uint64_t parts, repeated, older, conflicts; /* parts that came; same again; older than stored; same version, other content */
    uint64_t conversations, scored;             /* rows written: a conversation whose parts come apart counts again */
    uint64_t scorings[INGEST_SCORINGS];         /* of scored, by enum ingest_scoring */
    uint64_t dead;
    uint64_t moved;                                   /* conversations whose parts were linked to another one, or parted from it */
    uint64_t batch_us, batch_classes[INGEST_CLASSES]; /* from asking for messages to their commit: sum, and batches by duration */
    uint64_t failures, retries;                       /* batches that failed: for a message in it; for the database */
};

struct ingest_settings {
    struct sam_span connection;
    uint32_t connections;
    struct sam_intake_settings intake;
    struct app_rules rules;
    uint8_t mask_key[SAM_MASK_KEY_BYTES];
    size_t batch_memory_bytes; /* most that one batch may use */
};
/** @return the shipped settings, without connection and key */
struct ingest_settings ingest_defaults(void);

/** Places for ids of a scorer's rules. */
#define INGEST_RULES 2048U

/** A scorer, and how messages are read with it, that some batches use: the last one to leave frees it. */
struct ingest_scorer {
    struct sam_scorer *scorer;
    struct sam_read_settings read;
    struct sam_pairs short_abandons, phone_links; /* see app_rules */
    struct sam_arena *arena;                      /* what they were made of; NULL: outlives them */
    int32_t score_set;
    uint32_t users;
    struct ingest_rule { /* ids of its rules by where their texts lie, as far as they were met; for the loop's thread */
        const char *at;
        size_t len;
        int32_t id;
    } rules[INGEST_RULES];
};
/**
 * Compiles the packs of rules; on any thread.
 * @param arena  of the rules: becomes the scorer's own on SAM_OK; may be NULL when it outlives the ingest
 * @param out    set on SAM_OK, with one user
 * @return as sam_scorer_new
 */
enum sam_code ingest_scorer_new(const struct app_rules *rules, struct sam_arena *arena, struct ingest_scorer **out,
                                struct sam_err *err) SAM_MUST_USE;
/** One user less; the last one frees it. On the loop only. @param scorer may be NULL */
void ingest_scorer_leave(struct ingest_scorer *scorer);

struct ingest;

/**
 * Makes the ingest and begins: checks the schema, registers the scorer, opens the queue, starts the flows. Waits for the database as long
 * as it takes.
 *
 * @param fatal called when it can never run: wrong schema; the caller stops the process
 * @return SAM_OK; SAM_BAD_INPUT for settings that are wrong; SAM_NO_MEMORY
 */
enum sam_code ingest_new(struct sam_loop *loop, const struct ingest_settings *settings,
                         void (*fatal)(void *context, const struct sam_err *err), void *context, struct ingest **out,
                         struct sam_err *err) SAM_MUST_USE;
/** Stops taking, lets the batches in flight end, marks the queue as left in order, closes; stopped is called when all is gone.
 * @param ingest NULL: there is none */
void ingest_stop(struct ingest *ingest, void (*stopped)(void *context), void *context);
/**
 * Takes other limits over and, with the next batch, another scorer; learns names anew. Batches in flight end with what they began with.
 * @param limits  careful_n stays as it was
 * @param scorer  one user of it becomes the ingest
 */
void ingest_reload(struct ingest *ingest, const struct sam_intake_settings *limits, struct ingest_scorer *scorer);
/** @return what was counted, borrowed */
const struct ingest_counts *ingest_counts(const struct ingest *ingest);
/** @return whether more waits than one batch takes: whether the last seconds saw a batch that was full */
bool ingest_behind(const struct ingest *ingest);
/** @return whether the queue is open and its connections are up; err (may be NULL) says why not */
bool ingest_ready(const struct ingest *ingest, struct sam_err *err);

#endif
