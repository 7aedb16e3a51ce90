/*
 * Private to app: scoring anew what is stored. rescore.c goes through the conversations in rounds, a few at a time and never faster than
 * leaves room for what comes in; rescore_stage.c makes the other score of a few; rescore_switch.c exchanges all of them at once.
 */
#ifndef SAMTALE_APP_RESCORE_H
#define SAMTALE_APP_RESCORE_H

#include "rules.h"
#include "session.h"

#include "samtale/rollup.h"
#include "samtale/store.h"

/** Conversations of one transaction; what comes between two of them is at most as many. */
#define RESCORE_BATCH 64
/** Conversations that one transaction looks at to find them: it takes some 20 ms where nothing is to be made. */
#define RESCORE_FAR 4096

/** What is to be scored anew. */
struct rescore_scope {
    const char *since, *until; /* days; until may be NULL */
    const struct sam_span *queues;
    size_t queues_n; /* 0: all */
    int32_t id;      /* a re-scoring that was begun; 0: by the words above */
};

/** A re-scoring while it goes on. Made by rescore_open, ended by rescore_close. */
struct rescore {
    struct app_session session;
    struct sam_db_pool *control;
    struct sam_names *names;
    struct sam_scorer *scorer;
    struct sam_arena *arena;   /* of a batch */
    struct sam_arena *scratch; /* of one conversation */
    struct sam_store store;
    struct sam_buf compact; /* a contribution */
    double share, share_waiting;
    int32_t id, score_set, daemon_set; /* daemon_set 0: none is known */
    bool after, over;                  /* the round has come to a conversation; to its end */
    int64_t after_us, after_id;
    int64_t unrested_us;  /* what the beginning took */
    int64_t done, wanted; /* conversations that are made; that were to be made when it began */
    bool estimated;       /* whether that is an estimate */
};

/**
 * Connects, compiles the scorer and finds or begins the re-scoring.
 * @param rules  borrowed until rescore_close
 * @return SAM_OK; SAM_BAD_INPUT for words or packs that do not fit; as app_session_open
 */
enum sam_code rescore_open(struct rescore *r, const struct app_settings *settings, const struct app_rules *rules,
                           const struct rescore_scope *scope, struct sam_err *err) SAM_MUST_USE;
/** Ends it; what is made is kept. Fine after a failed open. */
void rescore_close(struct rescore *r);
/** Makes all scores there are to make, round after round until one finds less than a batch; tells on stderr how far it is. */
enum sam_code rescore_make(struct rescore *r, struct sam_err *err) SAM_MUST_USE;
/** In one transaction in which nobody else stores: makes what is left and exchanges all. @param back to the former version: makes nothing
 * @param n set on SAM_OK: conversations that changed their version */
enum sam_code rescore_switch(struct rescore *r, bool back, int64_t *n, struct sam_err *err) SAM_MUST_USE;

/**
 * Makes the scores of the next conversations, in the transaction that is open: few or none where there is little to make among RESCORE_FAR.
 * @param n  set on SAM_OK: how many were taken; r->after_us, after_id is how far it came, r->over that there are no more
 */
enum sam_code rescore_stage(struct rescore *r, size_t *n, struct sam_err *err) SAM_MUST_USE;

#endif
