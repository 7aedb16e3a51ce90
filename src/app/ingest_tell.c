/*
 * What others are told of the ingest: its shipped settings, what it has counted, whether it is ready and, where not, why.
 */
#include "ingest_private.h"

#define BEHIND_US 2000000

struct ingest_settings ingest_defaults(void)
{
    return (struct ingest_settings){.connections = 3,
                                    .intake = sam_intake_defaults(),
                                    .rules = {.read = sam_read_defaults(), .score = sam_score_defaults()},
                                    .batch_memory_bytes = (size_t)256 << 20};
}

const struct ingest_counts *ingest_counts(const struct ingest *ingest)
{
    return &ingest->counts;
}

bool ingest_behind(const struct ingest *ingest)
{
    return ingest->full_us > 0 && sam_clock_mono_us() - ingest->full_us < BEHIND_US;
}

bool ingest_alone(const struct ingest *ingest)
{
    return ingest->open && ingest->alone_line == sam_db_lines(ingest->watch) && sam_db_up(ingest->watch, NULL);
}

bool ingest_ready(const struct ingest *ingest, struct sam_err *err)
{
    if (ingest_alone(ingest) && !ingest->stopping)
        return true;
    if (ingest->open && !ingest->stopping && !sam_db_up(ingest->watch, err))
        return false;
    if (err && ingest->stopping)
        (void)sam_fail(err, SAM_TEMPORARY, "the daemon is stopping");
    else if (err && ingest->told != SAM_OK)
        *err = ingest->err;
    else if (err)
        (void)sam_fail(err, SAM_TEMPORARY, "the queue is being opened");
    return false;
}
