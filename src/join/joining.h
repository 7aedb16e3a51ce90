/*
 * What the files of this room share: the parts that count, and the conversation being made of them.
 */
#ifndef JOIN_JOINING_H
#define JOIN_JOINING_H

#include "samtale/join.h"

struct joining {
    struct sam_arena *arena;
    struct sam_conversation *out;
    const struct sam_part **records;     /* by part_id, the newest of each */
    const struct sam_part **transcripts; /* likewise */
    size_t records_n, transcripts_n;
    int32_t legs_rank;  /* of the records whose legs count */
    int32_t **party_of; /* for each transcript: its party -> the conversation's */
};

/** What stands between the ranks of a conversation's own parts and of linked ones: those fill what the former do not tell. */
#define LINKED_RANK 100
/** The rank of a record's legs or a transcript's turns in this conversation. */
int32_t join_rank(const struct sam_part *part);
/** Puts the pieces of a call together that a telephone exchange's channels tell. */
enum sam_code join_channels(struct joining *j, struct sam_err *err);
/** Merges the parties of records, legs and transcripts; sets out->parties and party_of. */
enum sam_code join_parties(struct joining *j, struct sam_err *err);
/** Copies the legs with what follows from their times, and sums them. */
enum sam_code join_legs(struct joining *j, struct sam_err *err);
/** Makes the canonical turns. */
enum sam_code join_turns(struct joining *j, struct sam_err *err);

#endif
