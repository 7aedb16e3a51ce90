/*
 * The transcript of a native message: who spoke each turn, when, and the words. A speaker is a role, a party's id or name, or a label of
 * its own; a label that is none of the first three stays a speaker of unknown role, told apart from the others but never guessed.
 */
#include "native.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/** The parties while turns are read: those of the message, then those that turns imply. */
struct speakers {
    struct sam_party *parties;
    size_t given, n, room;
    int32_t by_role[SAM_ROLE_OTHER + 1]; /* party that "agent" means; -1 not yet looked for */
    struct sam_map *labels;              /* labels met so far -> party */
};

/** Adds a party; -1 when there are too many. */
static int32_t implied(struct reader *r, struct speakers *s, struct sam_party party)
{
    if (s->n == s->room) {
        size_t room = s->room + s->room / 2 + 8;
        struct sam_party *more = read_take(r, room, sizeof(*more));
        if (!more)
            return -1;
        if (s->n > 0)
            memcpy(more, s->parties, s->n * sizeof(*more));
        s->parties = more;
        s->room = room;
    }
    s->parties[s->n] = party;
    return (int32_t)s->n++;
}

/** The one party of a role; when there is none or more than one, a party of that role without an id. */
static int32_t of_role(struct reader *r, struct speakers *s, enum sam_role role)
{
    if (s->by_role[role] >= 0)
        return s->by_role[role];
    int32_t found = -1;
    for (size_t i = 0; i < s->given; i++) {
        if (s->parties[i].role == role)
            found = found == -1 ? (int32_t)i : -2;
    }
    s->by_role[role] = found >= 0 ? found : implied(r, s, (struct sam_party){.role = role});
    return s->by_role[role];
}

static int32_t of_id_or_name(const struct speakers *s, struct sam_span label, struct sam_span id)
{
    for (size_t i = 0; i < s->given; i++) {
        if (s->parties[i].id.len > 0 && sam_span_equal(s->parties[i].id, id))
            return (int32_t)i;
    }
    for (size_t i = 0; i < s->given; i++) {
        if (s->parties[i].name.len > 0 && sam_span_equal(s->parties[i].name, label))
            return (int32_t)i;
    }
    return -1;
}

/** The party that a text names. */
static int32_t of_label(struct reader *r, struct speakers *s, struct sam_part *part, struct sam_span label, const struct place *at)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    uint32_t known = 0;
    struct sam_err err;
    label = sam_span_trim(label);
    if (label.len == 0)
        return -1;
    if (read_role_find(label, &role) && role != SAM_ROLE_UNKNOWN)
        return of_role(r, s, role);
    if (sam_map_get(s->labels, label, &known))
        return (int32_t)known;
    int32_t party = of_id_or_name(s, label, read_id_canonical(r, label));
    if (party < 0) {
        if (s->n >= r->set->parties_max)
            return -1;
        read_warn(r, part, "turn.speaker_unknown", at);
        party = implied(r, s, (struct sam_party){.id = read_print(r, "speaker-%zu", s->n)});
    }
    if (party >= 0 && sam_map_put(s->labels, label, (uint32_t)party, &err) != SAM_OK)
        r->full = true;
    return party;
}

/** A number in "party" is an index into parties; a number in "speaker" is a label, such as a diarisation gives. */
static int32_t party_of(struct reader *r, struct speakers *s, struct sam_part *part, const struct sam_json *object, const struct place *at)
{
    const struct sam_json *party = sam_json_get(object, "party"), *speaker = sam_json_get(object, "speaker");
    int64_t index = 0;
    if (!read_is_null(party) && party->type == SAM_JSON_NUMBER) {
        if (s->given > 0 && sam_json_int(party, false, 0, (int64_t)s->given - 1, &index))
            return (int32_t)index;
        read_warn(r, part, "turn.party_out_of_range", at);
        return -1;
    }
    const struct sam_json *label = read_is_null(party) ? speaker : party;
    if (read_is_null(label))
        return -1;
    if (label->type == SAM_JSON_STRING || label->type == SAM_JSON_NUMBER)
        return of_label(r, s, part, label->text, at);
    read_warn(r, part, "turn.speaker_invalid", at);
    return -1;
}

static void times_of(struct reader *r, struct sam_part *part, const struct sam_json *object, struct sam_turn *turn, const struct place *at)
{
    turn->start_ms = read_ms(r, part, sam_json_get(object, "start_ms"), 1, KEY(at, "start_ms"));
    turn->end_ms = read_ms(r, part, sam_json_get(object, "end_ms"), 1, KEY(at, "end_ms"));
    if (turn->start_ms.known && turn->end_ms.known && turn->end_ms.value < turn->start_ms.value) {
        read_warn(r, part, "turn.end_before_start", at);
        turn->end_ms = turn->start_ms;
    }
}

static enum sam_code turn_of(struct reader *r, struct speakers *s, struct sam_part *part, const struct sam_json *object, size_t index,
                             struct sam_err *err)
{
    struct sam_turn *turn = &part->transcript->turns[part->transcript->turns_n];
    const struct place *at = ITEM(NULL, "turns", index);
    const struct sam_json *number = sam_json_get(object, "i"), *text = sam_json_get(object, "text");
    int64_t i = (int64_t)index;
    if (!read_is_null(number) && !sam_json_int(number, false, 0, INT32_MAX, &i))
        read_warn(r, part, "turn.i_invalid", at);
    turn->i = (int32_t)i;
    turn->party = party_of(r, s, part, object, at);
    turn->role = turn->party >= 0 ? s->parties[turn->party].role : SAM_ROLE_UNKNOWN;
    times_of(r, part, object, turn, at);
    turn->text = SAM_SPAN("");
    if (text && text->type == SAM_JSON_STRING)
        turn->text = text->text;
    else if (!read_is_null(text))
        read_warn(r, part, "type.not_text", KEY(at, "text"));
    if (turn->text.len > r->set->text_max)
        return sam_fail(err, SAM_TOO_LARGE, "turns[%zu].text: %zu bytes, the limit is %zu", index, turn->text.len, r->set->text_max);
    part->transcript->turns_n++;
    return SAM_OK;
}

/* ---- numbers of turns ------------------------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
    const int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/** Findings refer to a turn by its number: when one comes twice, all are numbered by their place. */
static enum sam_code unique_numbers(struct reader *r, struct sam_part *part, struct sam_err *err)
{
    struct sam_transcript *t = part->transcript;
    bool rising = true, twice = false;
    for (size_t i = 1; i < t->turns_n && rising; i++)
        rising = t->turns[i].i > t->turns[i - 1].i;
    if (rising)
        return SAM_OK;
    int32_t *numbers = read_take(r, t->turns_n, sizeof(*numbers));
    if (!numbers)
        return sam_arena_full(r->arena, err);
    for (size_t i = 0; i < t->turns_n; i++)
        numbers[i] = t->turns[i].i;
    qsort(numbers, t->turns_n, sizeof(*numbers), by_value);
    for (size_t i = 1; i < t->turns_n && !twice; i++)
        twice = numbers[i] == numbers[i - 1];
    if (!twice)
        return SAM_OK;
    read_warn(r, part, "turn.i_twice", KEY(NULL, "turns"));
    for (size_t i = 0; i < t->turns_n; i++)
        t->turns[i].i = (int32_t)i;
    return SAM_OK;
}

/* ---- what masking left ----------------------------------------------------------------------------------------------- */

static enum sam_code masked_of(struct reader *r, struct sam_part *part, const struct sam_json *list, struct sam_err *err)
{
    list = read_list(r, part, list, KEY(NULL, "masked"));
    if (!list)
        return SAM_OK;
    struct sam_masked *masked = read_take(r, list->n, sizeof(*masked));
    if (!masked)
        return sam_arena_full(r->arena, err);
    size_t n = 0, index = 0;
    for (const struct sam_json *item = list->first; item; item = item->next, index++) {
        int64_t i = 0, start = 0, end = 0;
        bool right = sam_json_int(sam_json_get(item, "turn"), false, 0, INT32_MAX, &i);
        right = right && sam_json_int(sam_json_get(item, "start"), false, 0, UINT32_MAX, &start);
        right = right && sam_json_int(sam_json_get(item, "end"), false, start, UINT32_MAX, &end);
        right = right && sam_identifier_find(sam_json_text(item, "identifier"), &masked[n].identifier);
        if (!right) {
            read_warn(r, part, "masked.invalid", ITEM(NULL, "masked", index));
            continue;
        }
        masked[n].i = (int32_t)i;
        masked[n].start = (uint32_t)start;
        masked[n++].end = (uint32_t)end;
    }
    part->transcript->masked = masked;
    part->transcript->masked_n = n;
    return SAM_OK;
}

/* ---- the transcript ---------------------------------------------------------------------------------------------------- */

static enum sam_code turns_of(struct reader *r, struct sam_part *part, const struct sam_json *list, struct speakers *s, struct sam_err *err)
{
    struct sam_transcript *t = part->transcript;
    list = read_list(r, part, list, KEY(NULL, "turns"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->turns_max, "turns", err);
    if (code != SAM_OK)
        return code;
    t->turns = read_take(r, list->n, sizeof(*t->turns));
    if (!t->turns)
        return sam_arena_full(r->arena, err);
    size_t index = 0;
    for (const struct sam_json *item = list->first; item && code == SAM_OK; item = item->next, index++) {
        const struct sam_json *object = read_object(r, part, item, ITEM(NULL, "turns", index));
        if (object)
            code = turn_of(r, s, part, object, index, err);
    }
    return code == SAM_OK ? unique_numbers(r, part, err) : code;
}

enum sam_code native_transcript(struct native *m, struct sam_err *err)
{
    struct reader *r = m->r;
    struct sam_part *part = read_part(r, &m->head, SAM_KIND_TRANSCRIPT);
    struct speakers s = {.labels = sam_map_new(r->arena, r->set->parties_max)};
    memset(s.by_role, -1, sizeof(s.by_role));
    if (!part || !s.labels)
        return sam_arena_full(r->arena, err);
    part->part_id = m->part_id;
    struct sam_transcript *t = part->transcript;
    t->channel = native_channel(r, part, sam_json_get(m->root, "channel"), KEY(NULL, "channel"));
    t->language = native_language(r, part, sam_json_get(m->root, "language"), KEY(NULL, "language"));
    t->started = read_time(r, part, sam_json_get(m->root, "started_at"), KEY(NULL, "started_at"));
    enum sam_code code = native_parties(r, part, sam_json_get(m->root, "parties"), &s.parties, &s.given, err);
    s.n = s.room = s.given;
    if (code == SAM_OK)
        code = turns_of(r, part, sam_json_get(m->root, "turns"), &s, err);
    t->parties = s.parties;
    t->parties_n = s.n;
    return code == SAM_OK ? masked_of(r, part, sam_json_get(m->root, "masked"), err) : code;
}
