/*
 * Private to intake: what the two files of the follower share: a log that grows and is rotated, and the calls whose lines are held.
 */
#ifndef SAMTALE_INTAKE_FOLLOW_H
#define SAMTALE_INTAKE_FOLLOW_H

#include "feed.h"

#include <sys/types.h>

/** Most calls that are held; more than were ever in one centre at a time. */
#define HELD_MAX 65536

/** Where a line stands. */
struct follow_place {
    uint64_t file; /* counts the files read by this process */
    ino_t inode;
    int64_t offset;
};

/** A call, and all its lines so far; or an agent, and the lines of his states. */
struct held {
    size_t id_at, id_len; /* in lines */
    bool agent;
    struct sam_buf lines;
    struct follow_place first, last; /* lines */
    int64_t last_s;                  /* time of its last line */
    int64_t read_s;                  /* when that was read, by our clock */
    bool ended;                      /* its last event ended it, for now */
    bool lost;                       /* it will never end: the system restarted */
    size_t sent;                     /* bytes of lines that are in the queue */
    size_t sending;                  /* that are in this round */
};

/** A call that is over though older ones are not: after a stop its lines are read again and must not make half a call. */
struct gone {
    uint8_t hash[16]; /* of its id */
    struct follow_place last;
};

struct follow {
    const struct sam_follow_settings *settings;
    int fd;
    struct follow_place at; /* of the next byte to be read */
    struct sam_buf rest;    /* a line without its end */
    char tail[64];          /* the bytes before at: when they change, the file was cut and written anew */
    size_t tail_n;
    struct held **held;
    size_t held_n;
    struct sam_buf gone; /* of struct gone */
    struct sam_buf skip; /* hashes of calls that were over when the last process stopped; until the log's end was reached */
    int64_t newest_s;    /* time of the latest line */
    bool caught_up;      /* the end of the log was reached */
    struct follow_place saved;
    bool told; /* why the log cannot be read */
};

/* follow_calls.c */
/** Takes a line of the log in. */
void follow_line(struct follow *follow, struct sam_span line, const struct follow_place *at);
/** Puts calls that are ready into the round: one message each, with all its lines. */
void follow_ready(struct follow *follow, struct feed_round *round);
/** After they are in the queue: forgets calls that are over. */
void follow_sent(struct follow *follow);
/** Where reading must begin again after a stop: at the first line of the oldest call that is held. */
struct follow_place follow_resume(const struct follow *follow);
/** Writes the ids (hashes, one a line) of calls that are over though lines of them come behind the place; forgets all others. */
void follow_gone(struct follow *follow, const struct follow_place *resume, struct sam_buf *out);
/** Frees what is held. */
void follow_forget(struct follow *follow);

#endif
