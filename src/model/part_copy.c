/*
 * A part in memory of its own: reading and masking leave many times its size behind, which the copy lets go. What was said is most of it
 * and stands in the canonical form, too, which is kept in any case: there it is pointed to.
 */
#include "samtale/model.h"

#include <string.h>

/* Texts are counted first, and copied on a second walk. */
struct texts {
    char *at; /* NULL while counting */
    size_t bytes;
    struct sam_span body; /* where turns may have their texts already */
};

static void text(struct texts *t, struct sam_span *span)
{
    if (t->at && span->at) {
        if (span->len > 0)
            memcpy(t->at + t->bytes, span->at, span->len);
        span->at = t->at + t->bytes;
    }
    t->bytes += span->len;
}

static void party_texts(struct texts *t, struct sam_party *parties, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        text(t, &parties[i].id);
        text(t, &parties[i].name);
        text(t, &parties[i].team);
    }
}

static void record_texts(struct texts *t, struct sam_record *record)
{
    struct sam_span *const spans[] = {&record->purpose,        &record->customer_key,     &record->customer_id,   &record->customer_phone,
                                      &record->customer_email, &record->customer_country, &record->customer_since};
    for (size_t i = 0; i < SAM_COUNT(spans); i++)
        text(t, spans[i]);
    for (size_t i = 0; i < record->legs_n; i++) {
        text(t, &record->legs[i].queue);
        text(t, &record->legs[i].agent);
        text(t, &record->legs[i].team);
    }
    for (size_t i = 0; i < record->events_n; i++) {
        struct sam_channel_event *e = &record->events[i];
        struct sam_span *const of_event[] = {&e->channel, &e->name, &e->peer, &e->agent, &e->queue};
        for (size_t k = 0; k < SAM_COUNT(of_event); k++)
            text(t, of_event[k]);
    }
    party_texts(t, record->parties, record->parties_n);
}

static void states_texts(struct texts *t, struct sam_agent_states *states)
{
    party_texts(t, &states->agent, 1);
    for (size_t i = 0; i < states->n; i++) {
        text(t, &states->at[i].queue);
        text(t, &states->at[i].reason);
    }
}

static void turn_texts(struct texts *t, struct sam_turn *turns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((uintptr_t)turns[i].text.at - (uintptr_t)t->body.at >= t->body.len)
            text(t, &turns[i].text);
}

static void part_texts(struct texts *t, struct sam_part *part)
{
    text(t, &part->source);
    text(t, &part->external_id);
    text(t, &part->part_id);
    for (size_t i = 0; i < part->warnings_n && i < SAM_WARNINGS; i++) {
        text(t, &part->warnings[i].code);
        text(t, &part->warnings[i].place);
    }
    if (part->record)
        record_texts(t, part->record);
    if (part->outcome)
        text(t, &part->outcome->currency);
    if (part->states)
        states_texts(t, part->states);
    if (!part->transcript)
        return;
    struct sam_customer *customer = &part->transcript->customer;
    struct sam_span *const spans[] = {&customer->key, &customer->id, &customer->phone, &customer->email, &customer->country};
    for (size_t i = 0; i < SAM_COUNT(spans); i++)
        text(t, spans[i]);
    party_texts(t, part->transcript->parties, part->transcript->parties_n);
    turn_texts(t, part->transcript->turns, part->transcript->turns_n);
}

/* Behind the next key "text" of the body, from at on; its end where there is none. The x is looked for: nothing else of a turn has one. */
static const char *behind_key(struct sam_span body, const char *at)
{
    static const char key[] = ",\"text\":\""; /* inside a string its marks would have backslashes */
    const char *end = body.at + body.len;
    const ptrdiff_t before = 4, behind = 5; /* of its bytes, the x counted with the latter */
    for (; at < end; at++) {
        at = memchr(at, 'x', (size_t)(end - at));
        if (!at)
            break;
        if (at - body.at >= before && end - at >= behind && memcmp(at - before, key, sizeof key - 1) == 0)
            return at + behind;
    }
    return end;
}

/* Points texts of turns, which the canonical form has in their order, to where they stand there. One that JSON writes otherwise stays. */
static void find_texts(struct sam_turn *turns, size_t n, struct sam_span body)
{
    const char *at = body.at, *end = body.at + body.len;
    for (size_t i = 0; i < n && at < end; i++) {
        at = behind_key(body, at);
        size_t len = turns[i].text.len;
        if (len == 0 || len >= (size_t)(end - at) || at[len] != '"' || memcmp(at, turns[i].text.at, len) != 0)
            continue;
        turns[i].text.at = at;
        at += len;
    }
}

/* Puts a copy of what *thing points to in its place; nothing stays nothing. @return whether there was memory */
static bool again(struct sam_arena *arena, void *thing, size_t n, size_t size)
{
    void *from = NULL;
    memcpy(&from, thing, sizeof from);
    if (!from)
        return true;
    void *to = sam_arena_room(arena, n, size);
    if (to && n > 0)
        memcpy(to, from, n * size);
    memcpy(thing, &to, sizeof to);
    return to != NULL;
}

static bool record_again(struct sam_arena *arena, struct sam_record *record)
{
    return again(arena, &record->parties, record->parties_n, sizeof *record->parties) &&
           again(arena, &record->legs, record->legs_n, sizeof *record->legs) &&
           again(arena, &record->holds, record->holds_n, sizeof *record->holds) &&
           again(arena, &record->events, record->events_n, sizeof *record->events);
}

/* All that is not text. */
static bool structs_again(struct sam_arena *arena, struct sam_part *part)
{
    size_t warnings = part->warnings_n < SAM_WARNINGS ? part->warnings_n : SAM_WARNINGS;
    if (!again(arena, &part->warnings, warnings, sizeof *part->warnings) || !again(arena, &part->record, 1, sizeof *part->record) ||
        !again(arena, &part->transcript, 1, sizeof *part->transcript) || !again(arena, &part->survey, 1, sizeof *part->survey) ||
        !again(arena, &part->outcome, 1, sizeof *part->outcome) || !again(arena, &part->states, 1, sizeof *part->states))
        return false;
    struct sam_agent_states *states = part->states;
    if (states && !again(arena, &states->at, states->n, sizeof *states->at))
        return false;
    if (part->record && !record_again(arena, part->record))
        return false;
    struct sam_transcript *t = part->transcript;
    return !t || (again(arena, &t->parties, t->parties_n, sizeof *t->parties) && again(arena, &t->turns, t->turns_n, sizeof *t->turns) &&
                  again(arena, &t->masked, t->masked_n, sizeof *t->masked));
}

enum sam_code sam_part_copy(const struct sam_part *part, struct sam_span body, struct sam_arena *arena, struct sam_part *out,
                            struct sam_err *err)
{
    struct sam_part copy = *part;
    struct texts texts = {NULL, 0, body};
    if (!structs_again(arena, &copy))
        return sam_arena_full(arena, err);
    if (copy.transcript && body.len > 0)
        find_texts(copy.transcript->turns, copy.transcript->turns_n, body);
    part_texts(&texts, &copy);
    texts.at = sam_arena_room(arena, texts.bytes, 1);
    if (!texts.at)
        return sam_arena_full(arena, err);
    texts.bytes = 0;
    part_texts(&texts, &copy);
    *out = copy;
    return SAM_OK;
}
