/*
 * Writing a transcript turn by turn. A label that names no role, id or known name stays a speaker of unknown role, told apart from the
 * others, never guessed.
 */
#include "script.h"

#include <limits.h>
#include <math.h>
#include <string.h>

bool script_open(struct script *s, struct reader *r, struct sam_part *part, const struct sam_party *parties, size_t n)
{
    *s = (struct script){.r = r, .part = part, .given = n, .parties_n = n, .parties_room = n + 4};
    memset(s->by_role, -1, sizeof(s->by_role));
    s->labels = sam_map_new(r->arena, r->set->parties_max);
    s->parties = read_take(r, s->parties_room, sizeof(*s->parties));
    r->full = r->full || !s->labels;
    if (s->parties && n > 0)
        memcpy(s->parties, parties, n * sizeof(*parties));
    return s->labels && s->parties;
}

/** Adds a party; -1 when the arena is full. */
static int32_t implied(struct script *s, struct sam_party party)
{
    if (s->parties_n == s->parties_room) {
        size_t room = s->parties_room + s->parties_room / 2 + 8;
        struct sam_party *more = read_take(s->r, room, sizeof(*more));
        if (!more)
            return -1;
        if (s->parties_n > 0)
            memcpy(more, s->parties, s->parties_n * sizeof(*more));
        s->parties = more;
        s->parties_room = room;
    }
    s->parties[s->parties_n] = party;
    return (int32_t)s->parties_n++;
}

int32_t script_role(struct script *s, enum sam_role role)
{
    if (s->by_role[role] >= 0)
        return s->by_role[role];
    int32_t found = -1;
    for (size_t i = 0; i < s->given; i++) {
        if (s->parties[i].role == role)
            found = found == -1 ? (int32_t)i : -2;
    }
    s->by_role[role] = found >= 0 ? found : implied(s, (struct sam_party){.role = role});
    return s->by_role[role];
}

static int32_t of_id_or_name(const struct script *s, struct sam_span label, struct sam_span id)
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

static int32_t remember(struct script *s, struct sam_span label, int32_t party)
{
    struct sam_err err;
    if (party >= 0 && sam_map_put(s->labels, label, (uint32_t)party, &err) != SAM_OK)
        s->r->full = s->r->full || err.code == SAM_NO_MEMORY;
    return party;
}

/** The party of the role that the configuration has for a speaker's label, marked as derived; -1 when it has none. */
static int32_t configured(struct script *s, struct sam_span label)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    struct sam_span name;
    if (!read_map(s->r, SAM_MAP_SPEAKERS, label, &name) || !sam_role_find(name, &role) || role == SAM_ROLE_UNKNOWN)
        return -1;
    int32_t party = script_role(s, role);
    if (party >= (int32_t)s->given)
        s->parties[party].role_derived = true;
    return party;
}

int32_t script_speaker(struct script *s, struct sam_span label)
{
    uint32_t known = 0;
    label = sam_span_trim(label);
    if (label.len == 0)
        return -1;
    int32_t hinted = configured(s, label);
    if (hinted >= 0)
        return hinted;
    if (sam_map_get(s->labels, label, &known))
        return (int32_t)known;
    if (s->parties_n >= s->r->set->parties_max)
        return -1;
    return remember(s, label, implied(s, (struct sam_party){.id = read_print(s->r, "speaker-%zu", s->parties_n)}));
}

static int32_t label_party(struct script *s, struct sam_span label, const struct place *at)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    uint32_t known = 0;
    if (read_role_find(label, &role) && role != SAM_ROLE_UNKNOWN)
        return script_role(s, role);
    if (sam_map_get(s->labels, label, &known))
        return (int32_t)known;
    int32_t party = of_id_or_name(s, label, read_id_canonical(s->r, label));
    if (party < 0)
        party = configured(s, label);
    if (party >= 0)
        return remember(s, label, party);
    read_warn(s->r, s->part, "turn.speaker_unknown", at);
    return script_speaker(s, label);
}

int32_t script_label(struct script *s, struct sam_span label, const struct place *at)
{
    label = sam_span_trim(label);
    if (label.len == 0)
        return -1;
    for (size_t i = 0; i < SAM_COUNT(s->recent) && i < s->recent_n; i++) {
        if (sam_span_equal(s->recent[i].label, label))
            return s->recent[i].party;
    }
    int32_t party = label_party(s, label, at);
    if (party >= 0) {
        s->recent[s->recent_n % SAM_COUNT(s->recent)].label = label;
        s->recent[s->recent_n++ % SAM_COUNT(s->recent)].party = party;
    }
    return party;
}

static bool turns_grow(struct script *s)
{
    size_t room = s->turns_room * 2 + 32;
    struct sam_turn *more = read_take(s->r, room, sizeof(*more));
    if (!more)
        return false;
    if (s->turns_n > 0)
        memcpy(more, s->turns, s->turns_n * sizeof(*more));
    s->turns = more;
    s->turns_room = room;
    return true;
}

void script_turn(struct script *s, int32_t party, struct sam_int start_ms, struct sam_int end_ms, struct sam_span text)
{
    if (s->err.code == SAM_OK && s->turns_n == s->r->set->turns_max)
        (void)sam_fail(&s->err, SAM_TOO_LARGE, "turns: more than %u, the limit", s->r->set->turns_max);
    if (s->err.code == SAM_OK && text.len > s->r->set->text_max)
        (void)sam_fail(&s->err, SAM_TOO_LARGE, "turns[%zu]: %zu bytes of text, the limit is %zu", s->turns_n, text.len,
                       s->r->set->text_max);
    if (s->err.code != SAM_OK || (s->turns_n == s->turns_room && !turns_grow(s)))
        return;
    enum sam_role role = party >= 0 ? s->parties[party].role : SAM_ROLE_UNKNOWN;
    s->turns[s->turns_n] =
        (struct sam_turn){.i = (int32_t)s->turns_n, .party = party, .role = role, .start_ms = start_ms, .end_ms = end_ms};
    s->turns[s->turns_n++].text = text.at ? text : SAM_SPAN("");
}

enum sam_code script_close(struct script *s, struct sam_err *err)
{
    struct sam_transcript *t = s->part->transcript;
    if (s->err.code != SAM_OK) {
        *err = s->err;
        return err->code;
    }
    for (size_t i = 0; i < s->turns_n; i++) /* a role may have become known after the turn */
        s->turns[i].role = s->turns[i].party >= 0 ? s->parties[s->turns[i].party].role : s->turns[i].role;
    t->parties = s->parties;
    t->parties_n = s->parties_n;
    t->turns = s->turns;
    t->turns_n = s->turns_n;
    return s->r->full ? sam_arena_full(s->r->arena, err) : SAM_OK;
}

struct sam_int script_seconds(const struct script *s, const struct sam_json *value)
{
    double seconds = 0;
    if (!sam_json_double(value, true, &seconds) || seconds < 0 || seconds * 1000 > (double)s->r->limit_ms)
        return SAM_UNKNOWN;
    return sam_int_of(llround(seconds * 1000));
}
