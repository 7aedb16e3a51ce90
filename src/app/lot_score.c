/*
 * Lot, scoring: the conversation that the parts of an item make, and its score. A score that is stored stands where nothing has changed
 * that scoring reads: then its figures are taken from what is stored, and its rows stay.
 */
#include "ingest_private.h"

#include <string.h>

/* ---- parts -------------------------------------------------------------------------------------------------------------------------- */

/* The part itself: as it was just read, or read from what is stored, out of the scratch. */
static enum sam_code part_of(struct lot *lot, const struct sam_item *item, const struct sam_stored_part *stored,
                             const struct sam_part **out, struct sam_err *err)
{
    const struct sam_read_settings settings = sam_read_stored();
    bool linked = sam_link_is(stored->part_id, NULL); /* then it says itself whose it is */
    const struct sam_read_input input = {linked ? SAM_NO_SPAN : item->source, SAM_NO_SPAN, SAM_NO_SPAN, SAM_NO_SPAN, stored->body};
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
        code = sam_part_copy(result.parts, stored->body, lot->arena, part, err);
    if (code != SAM_OK)
        return sam_wrap(err, "the stored %s", sam_kind_name(stored->kind));
    memcpy(part->content_hash, stored->hash, sizeof stored->hash);
    part->linked = linked;
    if (linked)
        part->part_id = stored->part_id;
    *out = part;
    return SAM_OK;
}

/* The parts that count, and whether any is disputed. */
static enum sam_code parts_now(struct lot *lot, const struct sam_item *item, const struct sam_part **parts, bool *conflict,
                               struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    for (size_t i = 0; code == SAM_OK && i < item->merge.parts_n; i++) {
        code = part_of(lot, item, &item->merge.parts[i], &parts[i], err);
        *conflict = *conflict || item->merge.parts[i].conflict;
    }
    return code;
}

/* Whether a stored part that is replaced counts still: only its mark of a conflict is another one. */
static bool counts_still(const struct sam_merge *merge, const struct sam_stored_part *dropped)
{
    bool still = false;
    for (size_t i = 0; i < merge->parts_n && !still; i++)
        still = !merge->parts[i].read && merge->parts[i].kind == dropped->kind && sam_span_equal(merge->parts[i].part_id, dropped->part_id);
    return still;
}

/* The parts that were stored, each once: of those that count now, and those that do not any more. */
static enum sam_code parts_before(struct lot *lot, const struct sam_item *item, const struct sam_part *const *parts,
                                  const struct sam_part **before, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    size_t n = 0;
    for (size_t i = 0; i < item->merge.parts_n; i++)
        if (!item->merge.parts[i].read)
            before[n++] = parts[i];
    for (size_t i = 0; code == SAM_OK && i < item->merge.drop_n; i++)
        if (!counts_still(&item->merge, item->merge.drop[i]))
            code = part_of(lot, item, item->merge.drop[i], &before[n++], err);
    SAM_MUST(code != SAM_OK || n == item->stored_n);
    return code;
}

/* ---- a score that stands ------------------------------------------------------------------------------------------------------------ */

/* Whether the stored score is one by the present scorer, of the transcripts that count now. Where no part is left nothing can be said. */
static bool may_stand(const struct lot *lot, const struct sam_item *item, const struct lot_item *more)
{
    bool may = !more->moved && item->contribution.at && item->stored_n > 0 && item->stored_score.scored &&
               item->stored_score.score_set == lot->scorer->score_set;
    for (size_t i = 0; may && i < item->merge.put_n; i++)
        may = item->merge.put[i]->kind != SAM_KIND_TRANSCRIPT;
    return may;
}

/* Whether any party of a list has another place now. */
static bool moved(const int32_t *party_now, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n && !any; i++)
        any = party_now[i] >= 0 && party_now[i] != (int32_t)i;
    return any;
}

/* What the rows of a conversation need of a score that stands. */
static struct sam_score standing(const struct sam_stored_score *stored)
{
    struct sam_score score = {
        .scored = true, .language = stored->language, .index_known = stored->index_known, .index = (double)stored->index};
    score.measures[SAM_M_OPPORTUNITY_MISSED] = stored->missed;
    score.measures[SAM_M_EMPATHY_GAPS] = stored->gaps;
    return score;
}

/* Lets the stored score stand when scoring reads the same in what the n parts that were stored make, and in what is now. */
static enum sam_code let_stand(struct lot *lot, struct sam_item *item, struct lot_item *more, const struct sam_part *const *before,
                               struct sam_err *err)
{
    struct sam_conversation was;
    enum sam_code code = sam_rollup_decode(item->contribution, lot->arena, &more->was, &more->was_n, err);
    const struct sam_rollup_row *row = code == SAM_OK ? sam_rollup_of_score(more->was, more->was_n, item->score_set) : NULL;
    if (!row)
        return code;
    code = sam_join(before, item->stored_n, lot->scratch, &was, err);
    if (code != SAM_OK)
        return code;
    int32_t *party_now = sam_arena_array(lot->arena, was.parties_n, sizeof *party_now);
    if (!party_now)
        return sam_arena_full(lot->arena, err);
    if (!sam_score_same(&was, &more->made->conversation, party_now))
        return SAM_OK;
    more->made->score = standing(&item->stored_score);
    more->kept = row;
    item->score_stands = true;
    if (moved(party_now, was.parties_n)) {
        item->party_now = party_now;
        item->party_now_n = was.parties_n;
    }
    return SAM_OK;
}

static enum ingest_scoring why_scored(const struct lot *lot, const struct sam_item *item)
{
    if (item->score_stands)
        return INGEST_NOT_AGAIN;
    if (!item->contribution.at || !item->stored_score.scored)
        return INGEST_FIRST;
    return item->stored_score.score_set == lot->scorer->score_set ? INGEST_CHANGED : INGEST_OTHER_SCORER;
}

/* ---- the conversation --------------------------------------------------------------------------------------------------------------- */

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

/* Keeps what the rows are made of, out of the scratch; the words are not kept. */
static enum sam_code keep_all(struct lot *lot, struct lot_item *more, struct sam_err *err)
{
    struct sam_conversation *c = &more->made->conversation;
    struct sam_score *score = &more->made->score;
    c->turns = NULL;
    bool kept = keep(lot, &score->findings, score->findings_n, sizeof *score->findings) &&
                keep(lot, &score->moments, score->moments_n, sizeof *score->moments) && keep(lot, &c->legs, c->legs_n, sizeof *c->legs) &&
                keep(lot, &c->parties, c->parties_n, sizeof *c->parties) && keep(lot, &c->surveys, c->surveys_n, sizeof *c->surveys) &&
                keep(lot, &c->outcomes, c->outcomes_n, sizeof *c->outcomes);
    return kept ? SAM_OK : sam_arena_full(lot->arena, err);
}

/* Joins and scores, in memory that is used again for each conversation: what that needs on the way is many times what is stored. */
static enum sam_code join_and_score(struct lot *lot, struct sam_item *item, struct lot_item *more, const struct sam_part *const *parts,
                                    const struct sam_part *const *before, struct sam_err *err)
{
    sam_arena_reset(lot->scratch);
    enum sam_code code = sam_join(parts, item->merge.parts_n, lot->scratch, &more->made->conversation, err);
    if (code == SAM_OK && before)
        code = let_stand(lot, item, more, before, err);
    if (code == SAM_OK && !item->score_stands)
        code = sam_score(lot->scorer->scorer, &more->made->conversation, lot->scratch, &more->made->score, err);
    return code == SAM_OK ? keep_all(lot, more, err) : code;
}

enum sam_code lot_score(struct lot *lot, struct sam_item *item, struct lot_item *more, struct sam_err *err)
{
    const struct sam_part **parts = sam_arena_array(lot->arena, item->merge.parts_n, sizeof *parts), **before = NULL;
    bool conflict = false;
    more->made = sam_arena_alloc(lot->arena, sizeof *more->made);
    if (!parts || !more->made)
        return sam_arena_full(lot->arena, err);
    enum sam_code code = parts_now(lot, item, parts, &conflict, err);
    if (code == SAM_OK && may_stand(lot, item, more)) {
        before = sam_arena_array(lot->arena, item->stored_n, sizeof *before);
        code = before ? parts_before(lot, item, parts, before, err) : sam_arena_full(lot->arena, err);
    }
    item->score_set = lot->scorer->score_set;
    if (code == SAM_OK && lot->scorer->phone_links.n > 0)
        code = lot_link_units(lot, item, parts, err);
    if (code == SAM_OK)
        code = join_and_score(lot, item, more, parts, before, err);
    if (code != SAM_OK)
        return code;
    more->made->conversation.flags |= conflict ? (unsigned)SAM_FLAG_CONFLICT : 0U;
    item->conversation = &more->made->conversation;
    item->score = &more->made->score;
    lot->counts.conversations++;
    lot->counts.scored += more->made->score.scored;
    if (more->made->score.scored)
        lot->counts.scorings[why_scored(lot, item)]++;
    return SAM_OK;
}
