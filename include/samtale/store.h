/**
 * @file
 * Store: conversations into rows, exactly once. It gives names their ids, locks the merge keys of a batch in order, loads what is stored of
 * them, decides by version which parts count, and writes all tables of a batch by COPY. It reads no message, joins and scores nothing.
 */
#ifndef SAMTALE_STORE_H
#define SAMTALE_STORE_H

#include "samtale/db.h"
#include "samtale/model.h"

/* ---- names ---------------------------------------------------------------------------------------------------------------- */

/** Dimensions whose rows are made when a name is first met. */
enum sam_name_kind { SAM_NAME_SOURCE, SAM_NAME_QUEUE, SAM_NAME_TEAM, SAM_NAME_AGENT, SAM_NAME_RULE };
#define SAM_NAME_KINDS 5

/** The ids of names, as far as they were met; bounded, begun anew when full. */
struct sam_names;
/** A queue's limits, as the database has them. */
struct sam_queue_limits {
    int32_t service_level_ms, short_abandon_ms;
};
/** Names of one batch whose ids are not known yet. */
struct sam_wanted;

/** @param control names are made on it, in transactions of their own; outlives names @param out sam_names_free() it */
enum sam_code sam_names_new(struct sam_db_pool *control, struct sam_names **out, struct sam_err *err) SAM_MUST_USE;
/** @param names may be NULL; nothing may be being learned */
void sam_names_free(struct sam_names *names);
/** Forgets all, so that limits that were changed in the database are read again. */
void sam_names_forget(struct sam_names *names);
/** @return a list in the arena, or NULL when that is full */
struct sam_wanted *sam_wanted_new(struct sam_arena *arena);
/**
 * The id of a name. Absent and empty names have id 0: for a queue "none stated", else null.
 *
 * @param display  agents only: their name for people; absent when not stated
 * @param id       set on SAM_OK
 * @return SAM_OK; SAM_NONE when it must be learned first (it is on the list now); SAM_NO_MEMORY
 */
enum sam_code sam_names_id(struct sam_names *names, struct sam_wanted *wanted, enum sam_name_kind kind, struct sam_span name,
                           struct sam_span display, int32_t *id, struct sam_err *err) SAM_MUST_USE;
/** @return the limits of a queue whose id sam_names_id gave; the shipped ones for 0 */
struct sam_queue_limits sam_names_queue(const struct sam_names *names, int32_t queue_id);
/** Makes rows for all names of the list and learns their ids; committed before done. @param wanted not empty; borrowed until done */
void sam_names_learn(struct sam_names *names, struct sam_wanted *wanted,
                     void (*done)(void *context, enum sam_code code, const struct sam_err *err), void *context);

/* ---- links by telephone number and time ------------------------------------------------------------------------------------ */

/** A conversation that may be linked, as its own parts tell it: where its parts stand by themselves or in another conversation. */
struct sam_link_unit {
    struct sam_span source, external_id, customer_key; /* key: 64 hex digits; absent when not known */
    int64_t from_us, to_us;                            /* 0: no time is told */
    bool home;                                         /* it stands by itself: it is the item that it is told with */
};
/**
 * The part_id of a part in a conversation that is not its own. All those of one conversation begin with that of an absent part_id.
 *
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code sam_link_part_id(struct sam_arena *arena, struct sam_span source, struct sam_span external_id, struct sam_span part_id,
                               struct sam_span *out, struct sam_err *err) SAM_MUST_USE;
/** @return whether a stored part_id says that its part is another conversation's; *own (may be NULL) is what it is called there */
bool sam_link_is(struct sam_span part_id, struct sam_span *own);
/** A dispute that goes with its part to another conversation, or ends since a newer version is there. */
struct sam_moved_conflict {
    int64_t from_id, to_id;
    enum sam_kind kind;
    struct sam_span part_id, to_part_id;
    bool kept;
};

/* ---- parts and their versions --------------------------------------------------------------------------------------------- */

/** A part as it is stored: canonical and masked. */
struct sam_stored_part {
    enum sam_kind kind;
    struct sam_span part_id;
    int64_t version;
    uint8_t hash[16];
    struct sam_span body;
    bool conflict;               /* other content came with this version */
    const struct sam_part *read; /* the part itself when it was just read; NULL: body is to be read */
};
/** What is to be done with the parts of one conversation. */
struct sam_merge {
    struct sam_stored_part *parts; /* those that count, by kind and part_id */
    size_t parts_n;
    const struct sam_stored_part **put; /* of parts: new, or to replace the one stored */
    size_t put_n;
    const struct sam_stored_part **drop; /* stored ones that put replaces */
    size_t drop_n;
    const struct sam_stored_part **losers; /* of the same version as one that counts: to be kept in part_conflict */
    size_t losers_n;
    const struct sam_stored_part **surpassed; /* parts that count with a newer version: their part_conflict rows go */
    size_t surpassed_n;
    size_t older, repeated; /* incoming parts that changed nothing */
};
/**
 * Decides which parts count. Of one kind and part_id the greatest version does, of one version the greatest hash; the order in which they
 * came plays no role, nor does how often. Pure.
 *
 * @param stored    what the database holds
 * @param incoming  what came, in any order
 * @param out       points into both; lists are in the arena
 * @return SAM_OK, or SAM_NO_MEMORY
 */
enum sam_code sam_store_merge(const struct sam_stored_part *stored, size_t stored_n, const struct sam_stored_part *incoming,
                              size_t incoming_n, struct sam_arena *arena, struct sam_merge *out, struct sam_err *err) SAM_MUST_USE;

/* ---- conversations of a batch ----------------------------------------------------------------------------------------------- */

/** What a leg's and a party's names are here. */
struct sam_leg_ids {
    int32_t queue_id, agent_id, team_id, service_level_ms;
};
struct sam_party_ids {
    int32_t agent_id, team_id;
};

/** What is stored of a conversation's score beside its findings, moments and measures. */
struct sam_stored_score {
    int32_t score_set;
    bool scored, distress, index_known;
    enum sam_language language;
    struct sam_int missed, gaps;
    float index;
};

/** One conversation of a batch, from its key to its rows. */
struct sam_item {
    struct sam_span source, external_id;
    int32_t source_id; /* set before locking */
    /* set by locking */
    int64_t conversation_id;
    bool existed;
    struct sam_stored_part *stored;
    size_t stored_n;
    struct sam_span contribution;         /* what it added to the rollups; absent when it had no row */
    struct sam_stored_score stored_score; /* when it had one */
    int64_t host_id; /* the conversation that its parts are linked to; 0: its own, or not asked for (sam_store.links) */
    /* set by app before encoding */
    struct sam_merge merge;
    const struct sam_conversation *conversation; /* NULL: nothing to write but losers */
    const struct sam_score *score;
    bool score_stands;        /* findings, moments and measures stay as they are stored; of score only what is in stored_score is set */
    const int32_t *party_now; /* of each party of these findings its place now; NULL: as stored */
    size_t party_now_n;
    const struct sam_leg_ids *leg_ids;
    const struct sam_party_ids *party_ids;
    const int32_t *rule_ids; /* of each finding */
    int32_t queue_id, agent_id, score_set;
    struct sam_span contribution_new;
    bool gone;                         /* all its parts are another's now: its rows are deleted, and no other come */
    const struct sam_link_unit *units; /* what may be linked, of a source that is */
    size_t units_n;
    const struct sam_moved_conflict *moved; /* of parts that it gives away */
    size_t moved_n;
};
/** Order of keys in every write: source_id, then external_id by bytes. @return <0, 0, >0 */
int sam_item_compare(const struct sam_item *a, const struct sam_item *b);

/** A message that cannot be stored, with the reason. */
struct sam_dead {
    int64_t enqueued_us;
    int16_t lane, attempts;
    struct sam_span source, kind, content_type, code, reason, body;
};

/** Tables that are written by COPY, in this order. */
enum sam_store_table {
    SAM_T_CONVERSATION,
    SAM_T_PART,
    SAM_T_LEG,
    SAM_T_PARTY,
    SAM_T_FINDING,
    SAM_T_MOMENT,
    SAM_T_SCORE,
    SAM_T_SURVEY,
    SAM_T_OUTCOME,
    SAM_T_DEAD_LETTER,
    SAM_T_RESCORED
};
#define SAM_T_TABLES 11

/** The rows of a batch; lives as long as its arena, but for the buffers, which sam_store_free() frees. */
struct sam_store {
    struct sam_arena *arena;
    struct sam_buf tables[SAM_T_TABLES]; /* COPY BINARY; empty: no row */
    struct sam_buf bodies; /* struct sam_db_piece: bodies of the table of parts, which stay where they are until they are sent */
    bool links;            /* locking also tells the items' host_id */
    /* private to store */
    struct sam_db *db;
    struct sam_item *items;
    size_t n;
    struct sam_db_rows *rows[8]; /* what two rounds of locking loaded */
    size_t rows_n;
    struct sam_db_call calls[SAM_DB_CALLS];
    size_t calls_n;
    struct sam_db_param params[80];
    size_t params_n;
    struct sam_db_copy copies[SAM_T_TABLES];
    void (*done)(void *context, enum sam_code code, const char *sqlstate, const struct sam_err *err);
    void *context;
};
/** @return an empty one; table_max: most bytes of the rows of one table */
struct sam_store sam_store_of(size_t table_max);
/** Frees the buffers and what was loaded. */
void sam_store_free(struct sam_store *store);
/** Empties it for the next batch; the buffers keep their memory up to a limit. */
void sam_store_clear(struct sam_store *store);

/** Called when a step on the database is done. @param sqlstate "" when the server said nothing */
typedef void (*sam_store_done)(void *context, enum sam_code code, const char *sqlstate, const struct sam_err *err);
/**
 * Locks the keys of the items in order, in the transaction that is open on db; sets what locking sets, with what is stored of them. At most
 * twice for one batch: what was loaded lives until sam_store_clear().
 *
 * @param items  sorted by sam_item_compare, no key twice @param n 1 or more
 */
void sam_store_lock(struct sam_store *store, struct sam_db *db, struct sam_arena *arena, struct sam_item *items, size_t n,
                    sam_store_done done, void *context);
/** Appends all rows of one item to the tables. Any thread. @return SAM_OK, SAM_TOO_LARGE when a table is full */
enum sam_code sam_store_encode(struct sam_store *store, const struct sam_item *item, struct sam_err *err) SAM_MUST_USE;
/** Appends a dead letter. Any thread. @return as sam_store_encode */
enum sam_code sam_store_encode_dead(struct sam_store *store, const struct sam_dead *dead, struct sam_err *err) SAM_MUST_USE;
/** What came of scoring a conversation anew. */
enum sam_rescored_outcome { SAM_RESCORED = 1, SAM_RESCORED_NO_TEXT, SAM_RESCORED_UNREADABLE };
/** An item of a re-scoring beside what the item says. */
struct sam_rescored {
    int32_t rescore_id;
    uint32_t written_by; /* xmin of the row of the conversation that it was made of */
    enum sam_rescored_outcome outcome;
};
/**
 * Appends the other score of a conversation: findings, moments and measures of item->score_set, and its row in rescore_item with
 * contribution_new. Without SAM_RESCORED only that row. Any thread. @return as sam_store_encode
 */
enum sam_code sam_store_encode_rescored(struct sam_store *store, const struct sam_item *item, const struct sam_rescored *rescored,
                                        struct sam_err *err) SAM_MUST_USE;
/** Deletes what the rows of the items replace, then copies all tables and empties them, in the transaction that is open on db. @param items
 * in any order */
void sam_store_write(struct sam_store *store, struct sam_item *items, size_t n, sam_store_done done, void *context);

#endif
