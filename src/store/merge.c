/*
 * Merge: which parts of a conversation count. A function of the sets of stored and incoming parts, never of their order.
 */
#include "samtale/store.h"

#include <stdlib.h>
#include <string.h>

/* A stored or incoming part in the one order that decides: kind, part_id, newest version, greatest hash, stored before incoming. */
struct candidate {
    const struct sam_stored_part *part;
    bool stored;
};

static int same_place(const struct sam_stored_part *a, const struct sam_stored_part *b)
{
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return sam_span_compare(a->part_id, b->part_id);
}

static int by_rank(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    int order = same_place(a->part, b->part);
    if (order == 0)
        order = (b->part->version > a->part->version) - (b->part->version < a->part->version);
    if (order == 0)
        order = memcmp(b->part->hash, a->part->hash, sizeof a->part->hash);
    return order != 0 ? order : (int)b->stored - (int)a->stored;
}

static bool same_content(const struct sam_stored_part *a, const struct sam_stored_part *b)
{
    return a->version == b->version && memcmp(a->hash, b->hash, sizeof a->hash) == 0;
}

/* Room for as many pointers as there are candidates, in each list. */
static bool lists(struct sam_arena *arena, size_t n, struct sam_merge *out)
{
    out->parts = sam_arena_array(arena, n, sizeof *out->parts);
    out->put = sam_arena_array(arena, n, sizeof *out->put);
    out->drop = sam_arena_array(arena, n, sizeof *out->drop);
    out->losers = sam_arena_array(arena, n, sizeof *out->losers);
    out->surpassed = sam_arena_array(arena, n, sizeof *out->surpassed);
    return out->parts && out->put && out->drop && out->losers && out->surpassed;
}

/* Counts a candidate, and keeps it among the losers when it is another content of the version that counts. @return whether it is */
static bool weigh(const struct candidate *all, size_t i, struct sam_merge *out)
{
    const struct sam_stored_part *part = all[i].part, *best = all[0].part;
    bool repeated = i > 0 && same_content(part, all[i - 1].part);
    bool other = part->version == best->version && !same_content(part, best);
    if (other && !repeated)
        out->losers[out->losers_n++] = part;
    out->older += !all[i].stored && part->version < best->version;
    out->repeated += !all[i].stored && repeated;
    return other;
}

/* The candidates of one place, best first. */
static void decide(const struct candidate *all, size_t n, struct sam_merge *out)
{
    const struct sam_stored_part *best = all[0].part, *stored = NULL;
    struct sam_stored_part *kept = &out->parts[out->parts_n++];
    *kept = *best;
    for (size_t i = 0; i < n; i++)
        if (all[i].stored)
            stored = all[i].part;
    kept->conflict = false;
    for (size_t i = 0; i < n; i++) {
        bool other = weigh(all, i, out);
        kept->conflict = kept->conflict || other || (all[i].part->conflict && all[i].part->version == best->version);
    }
    if (stored && same_content(stored, best) && stored->conflict == kept->conflict)
        return;
    out->put[out->put_n++] = kept;
    if (stored)
        out->drop[out->drop_n++] = stored;
    if (stored && stored->conflict && stored->version < best->version)
        out->surpassed[out->surpassed_n++] = stored;
}

enum sam_code sam_store_merge(const struct sam_stored_part *stored, size_t stored_n, const struct sam_stored_part *incoming,
                              size_t incoming_n, struct sam_arena *arena, struct sam_merge *out, struct sam_err *err)
{
    size_t n = stored_n + incoming_n;
    struct sam_merge merge = {0};
    struct candidate *all = sam_arena_array(arena, n, sizeof *all);
    if (!all || !lists(arena, n, &merge))
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < stored_n; i++)
        all[i] = (struct candidate){&stored[i], true};
    for (size_t i = 0; i < incoming_n; i++)
        all[stored_n + i] = (struct candidate){&incoming[i], false};
    qsort(all, n, sizeof *all, by_rank);
    for (size_t i = 0; i < n;) {
        size_t end = i + 1;
        while (end < n && same_place(all[i].part, all[end].part) == 0)
            end++;
        decide(all + i, end - i, &merge);
        i = end;
    }
    *out = merge;
    return SAM_OK;
}

int sam_item_compare(const struct sam_item *a, const struct sam_item *b)
{
    if (a->source_id != b->source_id)
        return a->source_id < b->source_id ? -1 : 1;
    return sam_span_compare(a->external_id, b->external_id);
}
