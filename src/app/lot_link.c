/*
 * Lot, links: parts that telephone number and time put into another conversation ([phone_links]). The database decides which belong
 * together (samtale.link_settle) and sends a message of kind "link" that names the conversations concerned; here, with their keys locked,
 * the guest's parts go to where the database says now that they belong. A message that came to be out of date names others than those, or
 * finds nothing to move: it does no harm, in whatever order they come. A part keeps its bytes, its version and its hash wherever it is.
 */
#include "ingest_private.h"

#include <string.h>

/** A part that has a dispute, on its way. */
struct moving {
    size_t from, to; /* items */
    const struct sam_stored_part *part;
    struct sam_span to_part_id;
};

#define MOVING_MAX 100000U

/* ---- the message -------------------------------------------------------------------------------------------------------------- */

bool lot_link_is(const struct sam_message *message)
{
    return sam_span_is(message->kind, "link");
}

enum sam_code lot_link_read(struct lot *lot, struct lot_message *m)
{
    const struct sam_json_limits limits = {.depth = 3, .nodes = 16};
    const struct sam_json *root = NULL;
    struct sam_json_notes notes;
    struct lot_link *link = sam_arena_alloc(lot->arena, sizeof *link);
    if (!link)
        return sam_arena_full(lot->arena, &m->err);
    enum sam_code code = sam_json_read(lot->arena, m->message->body, &limits, &root, &notes, NULL, &m->err);
    if (code != SAM_OK)
        return code;
    for (const struct sam_json *key = root->first; key; key = key->next) {
        const struct sam_json *source = key->first, *id = source ? source->next : NULL;
        if (link->n == LOT_LINK_KEYS || !id || source->type != SAM_JSON_STRING || id->type != SAM_JSON_STRING)
            return sam_fail(&m->err, SAM_BAD_INPUT, "link: it must name at most %d conversations by source and id", LOT_LINK_KEYS);
        link->keys[link->n].source = source->text;
        link->keys[link->n++].external_id = id->text;
    }
    m->link = link;
    lot->links_n++;
    return SAM_OK;
}

/* ---- moving --------------------------------------------------------------------------------------------------------------------- */

/* The item of a key; all that a message names were locked together. */
static size_t place_of(const struct lot *lot, const struct lot_link *link, size_t key)
{
    size_t i = lot->decided_n;
    while (i < lot->locked_n && !(sam_span_equal(lot->items[i].source, link->keys[key].source) &&
                                  sam_span_equal(lot->items[i].external_id, link->keys[key].external_id)))
        i++;
    SAM_MUST(i < lot->locked_n);
    return i;
}

/* Where the guest's parts belong now. @return false when that is none of those that the message names */
static bool destination(const struct lot *lot, const struct lot_link *link, size_t guest, size_t *to)
{
    *to = guest;
    if (lot->items[guest].host_id == 0)
        return true;
    for (size_t key = 1; key < link->n; key++) {
        *to = place_of(lot, link, key);
        if (lot->items[*to].conversation_id == lot->items[guest].host_id)
            return true;
    }
    return false;
}

static bool starts_with(struct sam_span text, struct sam_span prefix)
{
    return text.len >= prefix.len && memcmp(text.at, prefix.at, prefix.len) == 0;
}

/* Room for what an item may give away, and for what another may take of it. */
static enum sam_code make_room(struct lot *lot, size_t from, size_t to, struct sam_err *err)
{
    struct lot_item *giver = &lot->more[from], *taker = &lot->more[to];
    size_t n = lot->items[from].stored_n;
    struct sam_stored_part *incoming = sam_arena_array(lot->arena, taker->incoming_n + n, sizeof *incoming);
    if (!giver->left)
        giver->left = sam_arena_array(lot->arena, n, sizeof *giver->left);
    if (!incoming || !giver->left)
        return sam_arena_full(lot->arena, err);
    if (taker->incoming_n > 0)
        memcpy(incoming, taker->incoming, taker->incoming_n * sizeof *incoming);
    taker->incoming = incoming;
    return SAM_OK;
}

/* One way of parts: whose they are, out of which item, into which. */
struct way {
    size_t guest, from, to;
    struct sam_span prefix; /* of the guest's parts elsewhere */
};

static bool is_guests(const struct way *way, const struct sam_stored_part *part)
{
    return way->from == way->guest ? !sam_link_is(part->part_id, NULL) : starts_with(part->part_id, way->prefix);
}

/* Lets one part come to where the way goes; the room is there. */
static enum sam_code hand_over(struct lot *lot, const struct way *way, const struct sam_stored_part *part, struct sam_err *err)
{
    const struct sam_item *guest = &lot->items[way->guest];
    struct lot_item *giver = &lot->more[way->from], *taker = &lot->more[way->to];
    struct sam_stored_part *there = (struct sam_stored_part *)(uintptr_t)&taker->incoming[taker->incoming_n++];
    struct sam_span own = part->part_id;
    enum sam_code code = SAM_OK;
    (void)sam_link_is(part->part_id, &own);
    *there = *part;
    there->part_id = own;
    if (way->to != way->guest)
        code = sam_link_part_id(lot->arena, guest->source, guest->external_id, own, &there->part_id, err);
    giver->left[giver->left_n++] = part;
    giver->moved = taker->moved = true;
    if (code != SAM_OK || !part->conflict)
        return code;
    struct moving *moving = sam_vec_add(&lot->moving, lot->arena);
    if (!moving)
        return sam_arena_full(lot->arena, err);
    *moving = (struct moving){way->from, way->to, part, there->part_id};
    return SAM_OK;
}

/* Takes the guest's parts out of what is stored of one item, and lets them come to another. */
static enum sam_code move(struct lot *lot, struct way way, struct sam_err *err)
{
    struct sam_item *item = &lot->items[way.from];
    size_t kept = 0;
    struct sam_stored_part *stored = sam_arena_array(lot->arena, item->stored_n, sizeof *stored);
    if (!stored)
        return sam_arena_full(lot->arena, err);
    enum sam_code code = make_room(lot, way.from, way.to, err);
    if (code == SAM_OK)
        code = sam_link_part_id(lot->arena, lot->items[way.guest].source, lot->items[way.guest].external_id, SAM_NO_SPAN, &way.prefix, err);
    for (size_t i = 0; code == SAM_OK && i < item->stored_n; i++) {
        if (is_guests(&way, &item->stored[i]))
            code = hand_over(lot, &way, &item->stored[i], err);
        else
            stored[kept++] = item->stored[i];
    }
    if (code != SAM_OK)
        return code;
    lot->counts.moved += kept < item->stored_n;
    item->stored = stored;
    item->stored_n = kept;
    return SAM_OK;
}

enum sam_code lot_link_move(struct lot *lot, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    lot->moving = sam_vec_of(sizeof(struct moving), MOVING_MAX);
    for (size_t i = 0; code == SAM_OK && i < lot->batch.n; i++) {
        const struct lot_link *link = lot->messages[i].code == SAM_OK ? lot->messages[i].link : NULL;
        size_t guest = link && link->n > 0 ? place_of(lot, link, 0) : 0, to = 0;
        if (!link || link->n == 0 || !destination(lot, link, guest, &to))
            continue;
        for (size_t key = 0; code == SAM_OK && key < link->n; key++) {
            size_t from = place_of(lot, link, key);
            code = from != to ? move(lot, (struct way){.guest = guest, .from = from, .to = to}, err) : SAM_OK;
        }
    }
    return code;
}

/* ---- after it is decided which parts count -------------------------------------------------------------------------------------- */

enum sam_code lot_link_end(struct lot *lot, struct sam_item *item, struct lot_item *more, struct sam_err *err)
{
    const struct sam_stored_part **drop = sam_arena_array(lot->arena, item->merge.drop_n + more->left_n, sizeof *drop);
    if (!drop)
        return sam_arena_full(lot->arena, err);
    if (item->merge.drop_n > 0)
        memcpy(drop, item->merge.drop, item->merge.drop_n * sizeof *drop);
    if (more->left_n > 0)
        memcpy(drop + item->merge.drop_n, more->left, more->left_n * sizeof *drop);
    item->merge.drop = drop;
    item->merge.drop_n += more->left_n;
    item->gone = item->merge.parts_n == 0;
    return SAM_OK;
}

/* Whether a newer version than the disputed one counts where it goes. */
static bool is_surpassed(const struct sam_merge *merge, const struct moving *moving)
{
    for (size_t i = 0; i < merge->parts_n; i++) {
        const struct sam_stored_part *part = &merge->parts[i];
        if (part->kind == moving->part->kind && sam_span_equal(part->part_id, moving->to_part_id))
            return part->version > moving->part->version;
    }
    return true;
}

enum sam_code lot_link_disputes(struct lot *lot, struct sam_err *err)
{
    const struct moving *all = lot->moving.at;
    for (size_t i = 0; i < lot->moving.n; i++) {
        struct sam_item *from = &lot->items[all[i].from], *to = &lot->items[all[i].to];
        struct sam_moved_conflict *moved = sam_arena_array(lot->arena, from->moved_n + 1, sizeof *moved);
        if (!moved)
            return sam_arena_full(lot->arena, err);
        if (from->moved_n > 0)
            memcpy(moved, from->moved, from->moved_n * sizeof *moved);
        moved[from->moved_n++] = (struct sam_moved_conflict){.from_id = from->conversation_id,
                                                             .to_id = to->conversation_id,
                                                             .kind = all[i].part->kind,
                                                             .part_id = all[i].part->part_id,
                                                             .to_part_id = all[i].to_part_id,
                                                             .kept = !is_surpassed(&to->merge, &all[i])};
        from->moved = moved;
    }
    lot->moving.n = 0;
    return SAM_OK;
}

/* ---- what may be linked ------------------------------------------------------------------------------------------------------------ */

static bool may_be_linked(const struct sam_pairs *links, struct sam_span source)
{
    bool may = sam_map_get(links->index, source, NULL);
    for (size_t i = 0; i < links->n && !may; i++)
        may = sam_span_equal(links->at[i].value, source);
    return may;
}

static void reach(struct sam_link_unit *unit, struct sam_time t)
{
    if (t.quality == SAM_QUALITY_UNKNOWN)
        return;
    unit->from_us = unit->from_us == 0 || t.us < unit->from_us ? t.us : unit->from_us;
    unit->to_us = t.us > unit->to_us ? t.us : unit->to_us;
}

static void add_record(struct sam_link_unit *unit, const struct sam_record *record)
{
    if (unit->customer_key.len == 0)
        unit->customer_key = record->customer_key;
    reach(unit, record->offered);
    reach(unit, record->ended);
    for (size_t i = 0; i < record->legs_n; i++) {
        reach(unit, record->legs[i].queued);
        reach(unit, record->legs[i].answered);
        reach(unit, record->legs[i].ended);
    }
}

static void add_transcript(struct sam_link_unit *unit, const struct sam_transcript *t)
{
    if (unit->customer_key.len == 0)
        unit->customer_key = t->customer.key;
    reach(unit, t->started);
    for (size_t i = 0; i < t->turns_n && t->started.quality != SAM_QUALITY_UNKNOWN; i++)
        if (t->turns[i].end_ms.known)
            reach(unit, (struct sam_time){t->started.us + t->turns[i].end_ms.value * 1000, SAM_QUALITY_DERIVED});
}

/* The unit that a part is of; a new one when it is the first. */
static struct sam_link_unit *unit_of(struct sam_link_unit *units, size_t *n, const struct sam_item *item, const struct sam_part *part)
{
    const struct sam_link_unit wanted = {.source = part->linked ? part->source : item->source,
                                         .external_id = part->linked ? part->external_id : item->external_id,
                                         .home = !part->linked};
    for (size_t i = 0; i < *n; i++)
        if (sam_span_equal(units[i].source, wanted.source) && sam_span_equal(units[i].external_id, wanted.external_id))
            return &units[i];
    units[*n] = wanted;
    return &units[(*n)++];
}

enum sam_code lot_link_units(struct lot *lot, struct sam_item *item, const struct sam_part *const *parts, struct sam_err *err)
{
    if (!may_be_linked(&lot->scorer->phone_links, item->source))
        return SAM_OK;
    struct sam_link_unit *units = sam_arena_array(lot->arena, item->merge.parts_n, sizeof *units);
    if (!units)
        return sam_arena_full(lot->arena, err);
    for (size_t i = 0; i < item->merge.parts_n; i++) {
        struct sam_link_unit *unit = unit_of(units, &item->units_n, item, parts[i]);
        if (parts[i]->record)
            add_record(unit, parts[i]->record);
        if (parts[i]->transcript)
            add_transcript(unit, parts[i]->transcript);
    }
    item->units = units;
    return SAM_OK;
}
