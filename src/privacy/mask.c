/*
 * Masking a part: its texts, its parties, its customer. Works on copies and changes the part only when all of it is done.
 */
#include "customer.h"
#include "scan.h"

#include <stdlib.h>
#include <string.h>

struct sam_mask sam_mask_of(const uint8_t key[SAM_MASK_KEY_BYTES])
{
    struct sam_mask mask;
    memset(&mask, 0, sizeof(mask));
    mask_key(&mask, key);
    scan_index(&mask);
    scan_sieve(&mask);
    scan_endings(&mask);
    return mask;
}

/** Finds and masks in all pieces. @return false when the arena is full */
static bool scan(struct scan *s, enum sam_language language)
{
    s->finds = scan_finds();
    scan_look(s, language);
    for (size_t p = 0; p < s->pieces_n; p++) {
        const struct piece *piece = &s->pieces[p];
        if (!piece->suspect)
            continue;
        scan_need(s, p);
        if (piece->flags & (HOLDS_DIGITS | HOLDS_AT))
            scan_letters(s, p);
        if (piece->flags & HOLDS_SIGN)
            scan_spelled(s, p);
        if (piece->flags & (HOLDS_DIGITS | HOLDS_HOUSE | HOLDS_STREET))
            scan_addresses(s, p);
        if (piece->flags & HOLDS_DIGITS)
            scan_written(s, p);
    }
    scan_spoken(s);
    return scan_apply(s);
}

enum sam_code sam_mask_text(const struct sam_mask *mask, struct sam_span text, enum sam_language language, struct sam_arena *arena,
                            struct sam_mask_result *out, struct sam_err *err)
{
    struct piece piece = {.text = text, .party = 0};
    struct scan s = {.mask = mask, .arena = arena, .pieces = &piece, .pieces_n = 1};
    if (!scan(&s, language))
        return sam_arena_full(arena, err);
    struct sam_masked *masked = sam_arena_array(arena, s.finds.n, sizeof(*masked));
    if (!masked)
        return sam_arena_full(arena, err);
    const struct find *finds = s.finds.at;
    for (size_t i = 0; i < s.finds.n; i++)
        masked[i] = (struct sam_masked){0, finds[i].start, finds[i].start + finds[i].length, finds[i].identifier};
    *out = (struct sam_mask_result){piece.text, masked, s.finds.n};
    return SAM_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct sam_masked *x = a, *y = b;
    if (x->i != y->i)
        return x->i < y->i ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

/** What was masked before and now, in order. */
static bool masked_list(const struct scan *s, const struct sam_transcript *before, struct sam_transcript *t)
{
    struct sam_masked *all = sam_arena_array(s->arena, before->masked_n + s->finds.n, sizeof(*all));
    if (!all)
        return false;
    if (before->masked_n > 0)
        memcpy(all, before->masked, before->masked_n * sizeof(*all));
    const struct find *finds = s->finds.at;
    for (size_t i = 0; i < s->finds.n; i++)
        all[before->masked_n + i] =
            (struct sam_masked){t->turns[finds[i].piece].i, finds[i].start, finds[i].start + finds[i].length, finds[i].identifier};
    t->masked = all;
    t->masked_n = before->masked_n + s->finds.n;
    qsort(all, t->masked_n, sizeof(*all), by_place);
    return true;
}

/** A copy of the turns with their masked texts. */
static bool masked_turns(const struct scan *s, const struct sam_transcript *before, struct sam_transcript *t)
{
    t->turns = sam_arena_array(s->arena, before->turns_n, sizeof(*t->turns));
    if (!t->turns)
        return false;
    for (size_t i = 0; i < before->turns_n; i++) {
        t->turns[i] = before->turns[i];
        t->turns[i].text = s->pieces[i].text;
    }
    return true;
}

static bool mask_turns(const struct sam_mask *mask, const struct sam_transcript *before, struct sam_arena *arena, struct sam_transcript *t)
{
    struct scan s = {.mask = mask, .arena = arena, .pieces_n = before->turns_n};
    s.pieces = sam_arena_array(arena, before->turns_n, sizeof(*s.pieces));
    if (!s.pieces)
        return false;
    for (size_t i = 0; i < before->turns_n; i++) {
        const struct sam_turn *turn = &before->turns[i];
        s.pieces[i].text = turn->text;
        s.pieces[i].party = turn->party >= 0 ? turn->party : -1 - (int32_t)turn->role;
    }
    if (!scan(&s, before->language))
        return false;
    return s.finds.n == 0 || (masked_turns(&s, before, t) && masked_list(&s, before, t));
}

static enum sam_code mask_transcript(const struct sam_mask *mask, const struct sam_part *part, struct sam_arena *arena,
                                     struct sam_transcript *t, struct sam_err *err)
{
    *t = *part->transcript;
    enum sam_code code = mask_parties(mask, part->source, &t->parties, t->parties_n, arena, err);
    const struct sam_record told = {.customer_id = t->customer.id,
                                    .customer_phone = t->customer.phone,
                                    .customer_email = t->customer.email,
                                    .customer_country = t->customer.country};
    struct sam_span key = t->customer.key;
    if (code == SAM_OK)
        code = sam_customer_key(mask, part->source, &told, arena, &key, err);
    if (code != SAM_OK && code != SAM_NONE)
        return code;
    t->customer = (struct sam_customer){.key = key};
    return mask_turns(mask, part->transcript, arena, t) ? SAM_OK : sam_arena_full(arena, err);
}

static enum sam_code mask_record(const struct sam_mask *mask, const struct sam_part *part, struct sam_arena *arena,
                                 struct sam_record *record, struct sam_err *err)
{
    *record = *part->record;
    enum sam_code code = mask_parties(mask, part->source, &record->parties, record->parties_n, arena, err);
    if (code != SAM_OK)
        return code;
    struct sam_span key = SAM_NO_SPAN;
    code = sam_customer_key(mask, part->source, record, arena, &key, err);
    if (code != SAM_OK && code != SAM_NONE)
        return code;
    if (code == SAM_OK)
        record->customer_key = key;
    record->customer_id = record->customer_phone = record->customer_email = record->customer_country = SAM_NO_SPAN;
    return SAM_OK;
}

/** Agents are named; why they paused is free text. */
static enum sam_code mask_states(const struct sam_mask *mask, const struct sam_agent_states *before, struct sam_arena *arena,
                                 struct sam_agent_states *states, struct sam_err *err)
{
    struct scan s = {.mask = mask, .arena = arena, .pieces_n = before->n};
    *states = *before;
    states->at = sam_arena_array(arena, before->n, sizeof(*states->at));
    s.pieces = sam_arena_array(arena, before->n, sizeof(*s.pieces));
    if (!states->at || !s.pieces)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < before->n; i++)
        s.pieces[i] = (struct piece){.text = before->at[i].reason, .party = (int32_t)i};
    if (!scan(&s, SAM_LANGUAGE_UNKNOWN))
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < before->n; i++) {
        states->at[i] = before->at[i];
        states->at[i].reason = s.pieces[i].text;
    }
    return SAM_OK;
}

enum sam_code sam_mask_part(const struct sam_mask *mask, struct sam_part *part, struct sam_arena *arena, struct sam_err *err)
{
    struct sam_record *record = sam_arena_alloc(arena, sizeof(*record));
    struct sam_transcript *transcript = sam_arena_alloc(arena, sizeof(*transcript));
    struct sam_agent_states *states = sam_arena_alloc(arena, sizeof(*states));
    if (!record || !transcript || !states)
        return sam_arena_full(arena, err);
    enum sam_code code = SAM_OK;
    if (part->record)
        code = mask_record(mask, part, arena, record, err);
    if (code == SAM_OK && part->transcript)
        code = mask_transcript(mask, part, arena, transcript, err);
    if (code == SAM_OK && part->states)
        code = mask_states(mask, part->states, arena, states, err);
    if (code != SAM_OK)
        return code;
    part->states = part->states ? states : NULL;
    part->record = part->record ? record : NULL;
    part->transcript = part->transcript ? transcript : NULL;
    return SAM_OK;
}
