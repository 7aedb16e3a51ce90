/*
 * The transcript of a native message: who spoke each turn, when, and the words. A speaker is a role, a party's id or name, or a label of
 * its own; a label that is none of the first three stays a speaker of unknown role, told apart from the others but never guessed.
 */
#include "native.h"
#include "script.h"

#include <stdlib.h>
#include <string.h>

/** The members of a turn. */
struct members {
    const struct sam_json *i, *party, *speaker, *start_ms, *end_ms, *text;
};

/** Finds them in one pass: a transcript is mostly turns. The last of two alike counts, as everywhere. */
static struct members members_of(const struct sam_json *object)
{
    struct members m = {NULL, NULL, NULL, NULL, NULL, NULL};
    for (const struct sam_json *member = object->first; member; member = member->next) {
        const struct {
            const char *name;
            const struct sam_json **place;
        } names[] = {[1] = {"i", &m.i},           [4] = {"text", &m.text},       [5] = {"party", &m.party},
                     [6] = {"end_ms", &m.end_ms}, [7] = {"speaker", &m.speaker}, [8] = {"start_ms", &m.start_ms}};
        size_t len = member->key.len;
        if (len < SAM_COUNT(names) && names[len].name && memcmp(member->key.at, names[len].name, len) == 0)
            *names[len].place = member;
    }
    return m;
}

/** A number in "party" is an index into parties; a number in "speaker" is a label, such as a diarisation gives. */
static int32_t party_of(struct script *s, const struct sam_json *party, const struct sam_json *speaker, const struct place *at)
{
    int64_t index = 0;
    if (!read_is_null(party) && party->type == SAM_JSON_NUMBER) {
        if (s->given > 0 && sam_json_int(party, false, 0, (int64_t)s->given - 1, &index))
            return (int32_t)index;
        read_warn(s->r, s->part, "turn.party_out_of_range", at);
        return -1;
    }
    const struct sam_json *label = read_is_null(party) ? speaker : party;
    if (read_is_null(label))
        return -1;
    if (label->type == SAM_JSON_STRING || label->type == SAM_JSON_NUMBER)
        return script_label(s, label->text, at);
    read_warn(s->r, s->part, "turn.speaker_invalid", at);
    return -1;
}

/** A turn's own number, else its place. */
static int32_t number_of(struct script *s, const struct sam_json *value, const struct place *at)
{
    int64_t i = (int64_t)s->turns_n;
    if (!read_is_null(value) && !sam_json_int(value, false, 0, INT32_MAX, &i))
        read_warn(s->r, s->part, "turn.i_invalid", at);
    return (int32_t)i;
}

static void turn_of(struct script *s, const struct sam_json *object, size_t index)
{
    const struct place *at = ITEM(NULL, "turns", index);
    struct members m = members_of(object);
    int32_t party = party_of(s, m.party, m.speaker, at);
    struct sam_int start_ms = read_ms(s->r, s->part, m.start_ms, 1, KEY(at, "start_ms"));
    struct sam_int end_ms = read_ms(s->r, s->part, m.end_ms, 1, KEY(at, "end_ms"));
    struct sam_span words = SAM_SPAN("");
    if (m.text && m.text->type == SAM_JSON_STRING)
        words = m.text->text;
    else if (!read_is_null(m.text))
        read_warn(s->r, s->part, "type.not_text", KEY(at, "text"));
    int32_t i = number_of(s, m.i, at);
    size_t before = s->turns_n;
    script_turn(s, party, start_ms, end_ms, words);
    if (s->turns_n > before)
        s->turns[before].i = i;
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

static enum sam_code turns_of(struct script *s, const struct sam_json *list, struct sam_err *err)
{
    list = read_list(s->r, s->part, list, KEY(NULL, "turns"));
    if (list) {
        enum sam_code code = read_within(list->n, s->r->set->turns_max, "turns", err);
        if (code != SAM_OK)
            return code;
    }
    size_t index = 0;
    for (const struct sam_json *item = list ? list->first : NULL; item; item = item->next, index++) {
        const struct sam_json *object = read_object(s->r, s->part, item, ITEM(NULL, "turns", index));
        if (object)
            turn_of(s, object, index);
    }
    return script_close(s, err);
}

enum sam_code native_transcript(struct native *m, struct sam_err *err)
{
    struct reader *r = m->r;
    struct sam_part *part = read_part(r, &m->head, SAM_KIND_TRANSCRIPT);
    struct sam_party *parties = NULL;
    size_t parties_n = 0;
    struct script s;
    if (!part)
        return sam_arena_full(r->arena, err);
    part->part_id = m->part_id;
    struct sam_transcript *t = part->transcript;
    t->rank = native_rank(m->root);
    t->channel = native_channel(r, part, sam_json_get(m->root, "channel"), KEY(NULL, "channel"));
    read_limit(r, t->channel);
    t->language = native_language(r, part, sam_json_get(m->root, "language"), KEY(NULL, "language"));
    t->started = read_time(r, part, sam_json_get(m->root, "started_at"), KEY(NULL, "started_at"));
    const struct sam_json *customer = read_object(r, part, sam_json_get(m->root, "customer"), KEY(NULL, "customer"));
    if (customer && m->kind == SAM_KIND_TRANSCRIPT) /* of a conversation the record tells it */
        t->customer = native_customer(r, part, customer);
    enum sam_code code = native_parties(r, part, sam_json_get(m->root, "parties"), &parties, &parties_n, err);
    if (code == SAM_OK && !script_open(&s, r, part, parties, parties_n))
        code = sam_arena_full(r->arena, err);
    if (code == SAM_OK)
        code = turns_of(&s, sam_json_get(m->root, "turns"), err);
    if (code == SAM_OK)
        code = unique_numbers(r, part, err);
    return code == SAM_OK ? masked_of(r, part, sam_json_get(m->root, "masked"), err) : code;
}
