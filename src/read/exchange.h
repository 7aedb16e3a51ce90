/*
 * What the records and events of Asterisk's channels share: numbers inside and outside the house, names of channels, queues.
 */
#ifndef READ_EXCHANGE_H
#define READ_EXCHANGE_H

#include "reader.h"

/** The ranks of what channels tell: less than a queue's own log, events more than the summary of a call. */
enum { RANK_CEL = 1, RANK_CDR = 2 };

/** A call as its first channel tells it. */
struct exchange_call {
    struct sam_span from, to, context;
    bool queued; /* it went into a queue */
};
/**
 * Who called whom: by the length of the numbers ([sources] extension_digits), and where the caller's is withheld by the context's name.
 * Sets the record's direction and the customer's number.
 */
void exchange_parties(struct reader *r, struct sam_part *part, const struct exchange_call *call);
/** "PJSIP/101-0000002a" is the interface "PJSIP/101". */
struct sam_span exchange_interface(struct sam_span channel);
/** The queue of "support,tT,,,300". */
struct sam_span exchange_queue(struct sam_span data);
/** The seconds since 1970 that stand before a uniqueid's dot: when the channel was made. @return -1 when there are none */
int64_t exchange_epoch(struct sam_span id);
/** @return whether text looks like a uniqueid: a dot between digits at its end */
bool exchange_is_id(struct sam_span text);

#endif
