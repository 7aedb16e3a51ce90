/*
 * Lot, deciding: parts into items by key; which parts count; the conversation they make; its score. Deciding runs on another thread.
 */
#include "ingest_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- gathering ------------------------------------------------------------------------------------------------------------------ */

/* A part on its way to its item. */
struct keyed {
    struct sam_item key;
    const struct sam_stored_part *part;
};

static int by_key(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    return sam_item_compare(&a->key, &b->key);
}

static size_t count_parts(const struct lot *lot)
{
    size_t n = 0;
    for (size_t i = 0; i < lot->batch.n; i++)
        n += lot->messages[i].code == SAM_OK ? lot->messages[i].read.parts_n : 0;
    return n;
}

static enum sam_code key_parts(struct lot *lot, struct keyed *keyed, struct sam_err *err)
{
    size_t n = 0;
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < lot->batch.n && code == SAM_OK; i++) {
        struct lot_message *m = &lot->messages[i];
        for (size_t p = 0; m->code == SAM_OK && p < m->read.parts_n && code == SAM_OK; p++) {
            const struct sam_part *part = &m->read.parts[p];
            struct keyed *k = &keyed[n++];
            *k = (struct keyed){.key.source = part->source, .key.external_id = part->external_id, .part = &m->parts[p]};
            code = sam_names_id(lot->ingest->names, lot->wanted, SAM_NAME_SOURCE, part->source, SAM_NO_SPAN, &k->key.source_id, err);
        }
    }
    return code;
}

/* Parts of one key lie side by side now: each run is an item. */
static void make_items(struct lot *lot, const struct keyed *keyed, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        lot->parts[i] = *keyed[i].part;
        if (i == 0 || by_key(&keyed[i - 1], &keyed[i]) != 0) {
            lot->items[lot->items_n] = keyed[i].key;
            lot->more[lot->items_n++].incoming = &lot->parts[i];
        }
        lot->more[lot->items_n - 1].incoming_n++;
    }
}

enum sam_code lot_gather(struct lot *lot, struct sam_err *err)
{
    size_t n = count_parts(lot);
    struct keyed *keyed = sam_arena_array(lot->arena, n, sizeof *keyed);
    lot->parts = sam_arena_array(lot->arena, n, sizeof *lot->parts);
    lot->items = sam_arena_array(lot->arena, n, sizeof *lot->items);
    lot->more = sam_arena_array(lot->arena, n, sizeof *lot->more);
    lot->items_n = 0;
    if (!keyed || !lot->parts || !lot->items || !lot->more)
        return sam_arena_full(lot->arena, err);
    enum sam_code code = key_parts(lot, keyed, err);
    if (code != SAM_OK)
        return code;
    qsort(keyed, n, sizeof *keyed, by_key);
    make_items(lot, keyed, n);
    return SAM_OK;
}

/* ---- deciding -------------------------------------------------------------------------------------------------------------------- */

/* The part itself: as it was just read, or read from what is stored, out of the scratch. */
static enum sam_code part_of(struct lot *lot, const struct sam_item *item, const struct sam_stored_part *stored,
                             const struct sam_part **out, struct sam_err *err)
{
    const struct sam_read_settings settings = sam_read_stored();
    const struct sam_read_input input = {item->source, SAM_NO_SPAN, SAM_NO_SPAN, SAM_NO_SPAN, stored->body};
    struct sam_read_result result = {.parts_n = 0};
    if (stored->read) {
        *out = stored->read;
        return SAM_OK;
    }
    sam_arena_reset(lot->scratch);
    struct sam_part *part = sam_arena_alloc(lot->arena, sizeof *part);
    if (!part)
        return sam_arena_full(lot->arena, err);
    enum sam_code code = sam_read(&settings, &input, lot->scratch, &result, err);
    if (code == SAM_OK && result.parts_n != 1)
        code = sam_fail(err, SAM_BAD_INPUT, "it holds %zu parts", result.parts_n);
    if (code == SAM_OK)
        code = sam_part_copy(result.parts, lot->arena, part, err);
    if (code != SAM_OK)
        return sam_wrap(err, "the stored %s", sam_kind_name(stored->kind));
    memcpy(part->content_hash, stored->hash, sizeof stored->hash);
    *out = part;
    return SAM_OK;
}

/* Puts a copy in the batch's memory in the place of what *thing points to in the scratch. @return whether there was memory */
static bool keep(struct lot *lot, void *thing, size_t n, size_t size)
{
    void *from = NULL, *to = sam_arena_array(lot->arena, n, size);
    memcpy(&from, thing, sizeof from);
    if (to && n > 0)
        memcpy(to, from, n * size);
    memcpy(thing, &to, sizeof to);
    return to != NULL;
}

/* Joins and scores in memory that is used again for each conversation: what that needs on the way is many times what is stored. The words
 * are not kept. */
static enum sam_code join_and_score(struct lot *lot, const struct sam_part *const *parts, size_t n, struct lot_item *more,
                                    struct sam_err *err)
{
    struct sam_conversation *c = &more->conversation;
    struct sam_score *score = &more->score;
    sam_arena_reset(lot->scratch);
    enum sam_code code = sam_join(parts, n, lot->scratch, c, err);
    if (code == SAM_OK)
        code = sam_score(lot->scorer->scorer, c, lot->scratch, score, err);
    if (code != SAM_OK)
        return code;
    c->turns = NULL;
    bool kept = keep(lot, &score->findings, score->findings_n, sizeof *score->findings) &&
                keep(lot, &score->moments, score->moments_n, sizeof *score->moments) && keep(lot, &c->legs, c->legs_n, sizeof *c->legs) &&
                keep(lot, &c->parties, c->parties_n, sizeof *c->parties) && keep(lot, &c->surveys, c->surveys_n, sizeof *c->surveys) &&
                keep(lot, &c->outcomes, c->outcomes_n, sizeof *c->outcomes);
    return kept ? SAM_OK : sam_arena_full(lot->arena, err);
}

static enum sam_code make_conversation(struct lot *lot, struct sam_item *item, struct lot_item *more, struct sam_err *err)
{
    const struct sam_merge *merge = &item->merge;
    const struct sam_part **parts = sam_arena_array(lot->arena, merge->parts_n, sizeof *parts);
    bool conflict = false;
    if (!parts)
        return sam_arena_full(lot->arena, err);
    enum sam_code code = SAM_OK;
    for (size_t i = 0; code == SAM_OK && i < merge->parts_n; i++) {
        code = part_of(lot, item, &merge->parts[i], &parts[i], err);
        conflict = conflict || merge->parts[i].conflict;
    }
    if (code == SAM_OK)
        code = join_and_score(lot, parts, merge->parts_n, more, err);
    if (code == SAM_OK) {
        more->conversation.flags |= conflict ? (unsigned)SAM_FLAG_CONFLICT : 0U;
        item->conversation = &more->conversation;
        item->score = &more->score;
        item->score_set = lot->scorer->score_set;
        lot->counts.conversations++;
        lot->counts.scored += more->score.scored;
    }
    return code;
}

void lot_decide(void *data)
{
    struct lot *lot = data;
    lot->code = SAM_OK;
    for (size_t i = lot->decided_n; lot->code == SAM_OK && i < lot->locked_n; i++) {
        struct sam_item *item = &lot->items[i];
        struct lot_item *more = &lot->more[i];
        lot->code = sam_store_merge(item->stored, item->stored_n, more->incoming, more->incoming_n, lot->arena, &item->merge, &lot->err);
        if (lot->code != SAM_OK)
            break;
        lot->counts.older += item->merge.older;
        lot->counts.repeated += item->merge.repeated;
        lot->counts.conflicts += item->merge.losers_n;
        if (item->merge.put_n > 0)
            lot->code = make_conversation(lot, item, more, &lot->err);
    }
}
