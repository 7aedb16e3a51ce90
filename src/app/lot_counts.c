/*
 * What a committed batch adds to the counts that /metrics shows.
 */
#include "ingest_private.h"

static void add_counts(struct ingest_counts *to, const struct ingest_counts *from)
{
    to->batches += from->batches;
    to->messages += from->messages;
    to->bytes += from->bytes;
    to->parts += from->parts;
    to->repeated += from->repeated;
    to->older += from->older;
    to->conflicts += from->conflicts;
    to->conversations += from->conversations;
    to->scored += from->scored;
    for (size_t i = 0; i < INGEST_SCORINGS; i++)
        to->scorings[i] += from->scorings[i];
    to->dead += from->dead;
    to->moved += from->moved;
}

static void count_duration(struct lot *lot)
{
    static const double ends_s[] = INGEST_CLASS_ENDS;
    int64_t us = sam_clock_mono_us() - lot->began_us;
    size_t i = 0;
    while (i < SAM_COUNT(ends_s) && (double)us > ends_s[i] * 1e6)
        i++;
    lot->ingest->counts.batch_classes[i]++;
    lot->ingest->counts.batch_us += (uint64_t)us;
}

void lot_count(struct lot *lot)
{
    lot->counts.batches = 1;
    count_duration(lot);
    add_counts(&lot->ingest->counts, &lot->counts);
}
