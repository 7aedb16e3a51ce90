/**
 * @file
 * Samples: weeks of believable work of a small contact centre, as messages in the native JSON form, from a seed. Fictive people and
 * firms; the words are the labelled conversations linked into the program (src/samples), each used at most four times with
 * other names, numbers, weekdays and times. Pure: the same settings give the same bytes. Never reads a clock or a file.
 */
#ifndef SAMTALE_SAMPLES_H
#define SAMTALE_SAMPLES_H

#include "samtale/base.h"

/** What to make. */
struct sam_samples {
    uint64_t seed;
    int32_t weeks;   /* 1..SAM_SAMPLES_WEEKS_MAX; about 625 conversations a week */
    int64_t end_day; /* last day, included; days since 1970-01-01, 0 or more */
};
/** Each text is used four times at most: more weeks than this would be records alone. */
#define SAM_SAMPLES_WEEKS_MAX 52

/** What was made. */
struct sam_samples_made {
    uint32_t conversations, transcripts; /* transcripts: conversations with words */
    uint32_t messages;                   /* lines, repeated and outdated ones included */
};

/** Takes one message: one line of JSON without its line end, borrowed for the call. @return SAM_OK, or a failure that ends the making */
typedef enum sam_code (*sam_samples_sink)(void *context, struct sam_span line, struct sam_err *err);

/**
 * Makes the weeks and hands over their messages in the order in which the systems of such a centre would have sent them: records and
 * transcripts together or apart and in either order, surveys and outcomes later, some messages twice, some versions late.
 *
 * @param arena  holds everything while it works, about 60 MiB for 8 weeks
 * @param made   set on SAM_OK
 * @return SAM_OK; SAM_BAD_INPUT for weeks out of range; SAM_NO_MEMORY; the sink's failure
 */
enum sam_code sam_samples_write(const struct sam_samples *samples, struct sam_arena *arena, sam_samples_sink sink, void *context,
                                struct sam_samples_made *made, struct sam_err *err) SAM_MUST_USE;

/**
 * Hands over how many agents take the calls of a queue of the samples, by weekday and time, in lines for `samtaled staffing set`.
 *
 * @return SAM_OK; SAM_BAD_INPUT for a queue that is not in the samples; the sink's failure
 */
enum sam_code sam_samples_plan(struct sam_span queue, sam_samples_sink sink, void *context, struct sam_err *err) SAM_MUST_USE;

#endif
