/*
 * A conversation of its parts: which parts count, what each field says, and where they contradict each other. Order of the parts never
 * matters: they are sorted by kind, part_id, version and hash before anything is read from them.
 */
#include "joining.h"

#include <stdlib.h>
#include <string.h>

/* ---- which parts count ------------------------------------------------------------------------------------------- */

static int compare_parts(const void *a, const void *b)
{
    const struct sam_part *x = *(const struct sam_part *const *)a, *y = *(const struct sam_part *const *)b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int order = sam_span_compare(x->part_id, y->part_id);
    if (order != 0)
        return order;
    if (x->version != y->version)
        return x->version > y->version ? -1 : 1;
    return -memcmp(x->content_hash, y->content_hash, sizeof(x->content_hash));
}

/** Keeps the first of each kind and part_id of a sorted list. @return how many; *conflict when an equal version had other content */
static size_t keep_newest(const struct sam_part **parts, size_t n, bool *conflict)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct sam_part *best = kept > 0 ? parts[kept - 1] : NULL;
        if (!best || best->kind != parts[i]->kind || !sam_span_equal(best->part_id, parts[i]->part_id))
            parts[kept++] = parts[i];
        else if (best->version == parts[i]->version && memcmp(best->content_hash, parts[i]->content_hash, sizeof(best->content_hash)) != 0)
            *conflict = true;
    }
    return kept;
}

/** @return the run of one kind in a sorted list; *n its length */
static const struct sam_part **run_of(const struct sam_part **parts, size_t all, enum sam_kind kind, size_t *n)
{
    size_t first = 0;
    while (first < all && parts[first]->kind != kind)
        first++;
    *n = 0;
    while (first + *n < all && parts[first + *n]->kind == kind)
        ++*n;
    return parts + first;
}

int32_t join_rank(const struct sam_part *part)
{
    int32_t rank = part->record ? part->record->rank : part->transcript ? part->transcript->rank : 0;
    return part->linked ? rank + LINKED_RANK : rank;
}

/** Only the legs of the smallest rank count: channels of an exchange are the queue's calls told a second time. */
static void rank_legs(struct joining *j)
{
    j->legs_rank = INT32_MAX;
    for (size_t i = 0; i < j->records_n; i++)
        if (j->records[i]->record->legs_n > 0 && join_rank(j->records[i]) < j->legs_rank)
            j->legs_rank = join_rank(j->records[i]);
}

/** @return whether a transcript counts when it is of that rank: what was told live, or is linked, counts only with a word */
static bool may_count(const struct sam_part *part)
{
    return join_rank(part) == 0 || part->transcript->turns_n > 0;
}

/** Keeps the transcripts of the smallest rank: pieces told live give way to the whole. One that was told live and holds no word is none. */
static void rank_transcripts(struct joining *j)
{
    int32_t best = INT32_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < j->transcripts_n; i++)
        if (may_count(j->transcripts[i]) && join_rank(j->transcripts[i]) < best)
            best = join_rank(j->transcripts[i]);
    for (size_t i = 0; i < j->transcripts_n; i++)
        if (may_count(j->transcripts[i]) && join_rank(j->transcripts[i]) == best)
            j->transcripts[kept++] = j->transcripts[i];
    j->transcripts_n = kept;
}

/* ---- what the fields say -------------------------------------------------------------------------------------------- */

static void channel_and_language(struct joining *j)
{
    struct sam_conversation *c = j->out;
    for (size_t i = 0; i < j->records_n + j->transcripts_n; i++) {
        bool record = i < j->records_n;
        const struct sam_part *part = record ? j->records[i] : j->transcripts[i - j->records_n];
        enum sam_channel channel = record ? part->record->channel : part->transcript->channel;
        enum sam_language language = record ? part->record->language : part->transcript->language;
        if (channel != SAM_CHANNEL_UNKNOWN && c->channel != SAM_CHANNEL_UNKNOWN && channel != c->channel)
            c->flags |= SAM_FLAG_CONFLICT;
        if (language != SAM_LANGUAGE_UNKNOWN && c->declared != SAM_LANGUAGE_UNKNOWN && language != c->declared)
            c->flags |= SAM_FLAG_CONFLICT;
        if (c->channel == SAM_CHANNEL_UNKNOWN)
            c->channel = channel;
        if (language != SAM_LANGUAGE_UNKNOWN) /* a transcript's tag stands closer to the words than the record's */
            c->declared = language;
    }
}

/** Takes value when the field is still absent; another value than before is a contradiction. */
static void fill(struct sam_conversation *c, struct sam_span *field, struct sam_span value)
{
    if (value.len == 0)
        return;
    if (field->len == 0)
        *field = value;
    else if (!sam_span_equal(*field, value))
        c->flags |= SAM_FLAG_CONFLICT;
}

static void record_fields(struct joining *j)
{
    struct sam_conversation *c = j->out;
    for (size_t i = 0; i < j->records_n; i++) {
        const struct sam_record *r = j->records[i]->record;
        if (c->direction == SAM_DIRECTION_UNKNOWN)
            c->direction = r->direction;
        if (r->consent == SAM_CONSENT_REFUSED || c->consent == SAM_CONSENT_UNKNOWN) /* a refusal in any part holds for all */
            c->consent = r->consent;
        fill(c, &c->purpose, r->purpose);
        fill(c, &c->customer_key, r->customer_key);
        fill(c, &c->customer_since, r->customer_since);
        c->flags |= r->documentation_only ? SAM_FLAG_DOCUMENTATION_ONLY : 0U;
    }
    for (size_t i = 0; i < j->transcripts_n && c->customer_key.len == 0; i++)
        c->customer_key = j->transcripts[i]->transcript->customer.key;
    c->flags |= c->consent == SAM_CONSENT_REFUSED ? SAM_FLAG_REFUSED : 0U;
}

/* ---- when it was ---------------------------------------------------------------------------------------------------- */

static bool known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

static void earliest(struct sam_time *best, struct sam_time t)
{
    if (known(t) && (!known(*best) || t.us < best->us))
        *best = t;
}

static void latest(struct sam_time *best, struct sam_time t)
{
    if (known(t) && (!known(*best) || t.us > best->us))
        *best = t;
}

/* When the last turn ended, from the transcript's start; -1 when no turn has a time. */
static int64_t last_turn_ms(const struct sam_conversation *c)
{
    int64_t last_ms = -1;
    for (size_t i = 0; i < c->turns_n; i++) {
        struct sam_int end = c->turns[i].end_ms.known ? c->turns[i].end_ms : c->turns[i].start_ms;
        if (end.known && end.value > last_ms)
            last_ms = end.value;
    }
    return last_ms;
}

static struct sam_time first_known(struct sam_time a, struct sam_time b)
{
    return known(a) ? a : b;
}

static void started_and_ended(struct joining *j)
{
    struct sam_conversation *c = j->out;
    struct sam_time offered = {0}, queued = {0}, answered = {0}, spoken = {0}, left = {0}, hung_up = {0};
    for (size_t i = 0; i < j->records_n; i++) {
        earliest(&offered, j->records[i]->record->offered);
        latest(&left, j->records[i]->record->ended);
    }
    for (size_t i = 0; i < c->legs_n; i++) {
        earliest(&queued, c->legs[i].queued);
        earliest(&answered, c->legs[i].answered);
        latest(&hung_up, c->legs[i].ended);
    }
    for (size_t i = 0; i < j->transcripts_n; i++)
        earliest(&spoken, j->transcripts[i]->transcript->started);
    c->started = first_known(first_known(offered, queued), first_known(answered, spoken));
    c->ended = first_known(left, hung_up);
    struct sam_time zero = first_known(first_known(spoken, answered), c->started); /* when offset 0 was, at best */
    int64_t last_ms = last_turn_ms(c);
    if (!known(c->ended) && known(zero) && last_ms >= 0)
        c->ended = (struct sam_time){zero.us + last_ms * 1000, SAM_QUALITY_DERIVED};
    if (known(c->started) && known(c->ended) && c->ended.us < c->started.us)
        c->flags |= SAM_FLAG_CLOCK_SKEW;
}

/* ---- flags ------------------------------------------------------------------------------------------------------------ */

static bool unanswered(enum sam_disposition disposition)
{
    return disposition == SAM_DISPOSITION_ABANDONED || disposition == SAM_DISPOSITION_SHORT_ABANDON ||
           disposition == SAM_DISPOSITION_VOICEMAIL || disposition == SAM_DISPOSITION_FULL || disposition == SAM_DISPOSITION_CLOSED;
}

static void flags_of_turns(struct sam_conversation *c)
{
    size_t agent = 0, customer = 0, unknown = 0;
    for (size_t i = 0; i < c->turns_n; i++) {
        agent += c->turns[i].role == SAM_ROLE_AGENT;
        customer += c->turns[i].role == SAM_ROLE_CUSTOMER;
        unknown += c->turns[i].role == SAM_ROLE_UNKNOWN;
        if (!c->turns[i].start_ms.known || !c->turns[i].end_ms.known)
            c->flags |= SAM_FLAG_NO_TIMES;
        if (c->turns[i].party >= 0 && c->parties[c->turns[i].party].role_derived)
            c->flags |= SAM_FLAG_ROLE_DERIVED;
    }
    if (unknown > 0 && (agent == 0 || customer == 0))
        c->flags |= SAM_FLAG_ROLE_UNKNOWN;
    if (unanswered(c->disposition) && agent > 1 && customer > 1) /* the record says nobody answered, the transcript is a dialogue */
        c->flags |= SAM_FLAG_CONFLICT;
}

static enum sam_code feedback(struct joining *j, const struct sam_part **parts, size_t n, struct sam_err *err)
{
    struct sam_conversation *c = j->out;
    size_t surveys = 0, outcomes = 0;
    const struct sam_part **s = run_of(parts, n, SAM_KIND_SURVEY, &surveys), **o = run_of(parts, n, SAM_KIND_OUTCOME, &outcomes);
    c->surveys = sam_arena_array(j->arena, surveys, sizeof(const struct sam_survey *));
    c->outcomes = sam_arena_array(j->arena, outcomes, sizeof(const struct sam_outcome *));
    if (!c->surveys || !c->outcomes)
        return sam_arena_full(j->arena, err);
    for (; c->surveys_n < surveys; c->surveys_n++)
        c->surveys[c->surveys_n] = s[c->surveys_n]->survey;
    for (; c->outcomes_n < outcomes; c->outcomes_n++)
        c->outcomes[c->outcomes_n] = o[c->outcomes_n]->outcome;
    return SAM_OK;
}

/** The first part that is no linked one: it is called as the conversation is. */
static const struct sam_part *own_part(const struct sam_part *const *sorted, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!sorted[i]->linked)
            return sorted[i];
    }
    return sorted[0];
}

enum sam_code sam_join(const struct sam_part *const *parts, size_t n, struct sam_arena *arena, struct sam_conversation *out,
                       struct sam_err *err)
{
    if (n == 0)
        return SAM_NONE;
    const struct sam_part **sorted = sam_arena_array(arena, n, sizeof(const struct sam_part *));
    if (!sorted)
        return sam_arena_full(arena, err);
    memcpy(sorted, parts, n * sizeof(const struct sam_part *));
    qsort(sorted, n, sizeof(const struct sam_part *), compare_parts);
    bool conflict = false;
    n = keep_newest(sorted, n, &conflict);
    const struct sam_part *own = own_part(sorted, n);
    struct sam_conversation c = {.source = own->source, .external_id = own->external_id, .flags = conflict ? SAM_FLAG_CONFLICT : 0U};
    struct joining j = {.arena = arena, .out = &c};
    j.records = run_of(sorted, n, SAM_KIND_RECORD, &j.records_n);
    j.transcripts = run_of(sorted, n, SAM_KIND_TRANSCRIPT, &j.transcripts_n);
    enum sam_code code = join_channels(&j, err);
    if (code != SAM_OK)
        return code;
    rank_legs(&j);
    size_t feedback_at = j.records_n + j.transcripts_n;
    rank_transcripts(&j);
    c.flags |= (j.records_n == 0 ? SAM_FLAG_NO_RECORD : 0U) | (j.transcripts_n == 0 ? SAM_FLAG_NO_TRANSCRIPT : 0U);
    for (size_t i = 0; i < n; i++)
        c.flags |= (sorted[i]->warnings_n > 0 ? SAM_FLAG_REPAIRED : 0U) | (sorted[i]->linked ? SAM_FLAG_LINKED : 0U);
    channel_and_language(&j);
    record_fields(&j);
    code = join_parties(&j, err);
    if (code == SAM_OK)
        code = join_legs(&j, err);
    if (code == SAM_OK)
        code = join_turns(&j, err);
    if (code == SAM_OK)
        code = feedback(&j, sorted + feedback_at, n - feedback_at, err);
    if (code != SAM_OK)
        return code;
    started_and_ended(&j);
    flags_of_turns(&c);
    *out = c;
    return SAM_OK;
}
