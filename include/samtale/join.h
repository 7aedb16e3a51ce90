/**
 * @file
 * Join: all parts of one conversation into the conversation. A pure function of the set of parts: their order does not matter, nothing is
 * remembered, the same parts give the same conversation. It opens no format and masks nothing.
 */
#ifndef SAMTALE_JOIN_H
#define SAMTALE_JOIN_H

#include "samtale/model.h"

/** Segments of one party less than this apart are one turn of the conversation. */
#define SAM_JOIN_GAP_MS 1000

/**
 * Makes the conversation of its parts.
 *
 * - Of parts of one kind and part_id the greatest version counts; of equal versions the greatest content_hash, and the conversation is
 * flagged CONFLICT when their hashes differ.
 * - Of records that tell legs only those of the smallest rank give theirs; of transcripts only those of the smallest rank count, and one of
 * a rank above 0 without a turn is none.
 * - A leg that knows its talk and its times but not its hold gets the hold that the records' holds tell between being answered and ended;
 * its talk is less by as much. Without any it stays unknown.
 * - Of records that hold events of channels (pieces of a call) the events are put together, and legs and holds follow from all of them; a
 * record of the same rank that tells legs without events tells the whole, and they do not count.
 * - Linked parts (found by telephone number and time) come behind all others: their legs and turns count only where no part of its own
 * tells any. The conversation is then flagged LINKED.
 * - Parties of record and transcripts are one when their ids are the same, else when role and name are, else when each side has just one of
 * that role.
 * - Turns are sorted by start (stable); segments of one party that begin less than SAM_JOIN_GAP_MS after the one before ended are one turn
 * with their texts joined by a blank, and turn.segments leads back: a span [a, b) in turn.text lies in the segment with at <= a < at +
 * length, at [a - at, b - at) of input turn segment.i. A span over several segments belongs to the one where it begins, cut at its end.
 * Without times, neighbours of one party in chat and mail stay apart (each is a message); in voice they are one turn. Several transcript
 * parts (one a channel, one a communication) are laid over each other by their start times; their input numbers follow each other in the
 * order of part_id.
 * - Durations are sums over legs of what is known; unknown when no leg knows it: null is not zero. A negative one is 0 and flags
 * CLOCK_SKEW.
 * - started: offered, else the first queued, else the first answered, else the transcript's start. ended: the record's, else the last
 * leg's, else started + the end of the last turn (derived).
 *
 * @param parts  n of one (source, external_id) but for linked ones, borrowed; the conversation points into them
 * @param out    set on SAM_OK only
 * @return SAM_OK; SAM_NONE when n is 0; SAM_NO_MEMORY
 */
enum sam_code sam_join(const struct sam_part *const *parts, size_t n, struct sam_arena *arena, struct sam_conversation *out,
                       struct sam_err *err) SAM_MUST_USE;

#endif
