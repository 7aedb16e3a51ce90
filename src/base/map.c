/*
 * Map: byte string -> uint32 by open addressing, never more than half full. SipHash with a key drawn once a process, because
 * names come from outside and could be chosen to collide.
 */
#include "samtale/base.h"

#include "hash.h"

#include <string.h>

struct entry {
    struct sam_span key; /* at is NULL in a free place */
    uint64_t hash;
    uint32_t value;
};

struct sam_map {
    struct sam_arena *arena;
    struct entry *entries;
    size_t places; /* a power of two, or 0 */
    size_t n, max;
};

struct sam_map *sam_map_new(struct sam_arena *arena, size_t max)
{
    struct sam_map *map = sam_arena_alloc(arena, sizeof *map);
    if (map)
        *map = (struct sam_map){.arena = arena, .max = max};
    return map;
}

/* The place where key is, or the free one where it belongs. places > 0. */
static struct entry *place_of(const struct sam_map *map, struct sam_span key, uint64_t hash)
{
    for (size_t i = (size_t)hash;; i++) {
        struct entry *entry = &map->entries[i & (map->places - 1)];
        if (!entry->key.at || (entry->hash == hash && sam_span_equal(entry->key, key)))
            return entry;
    }
}

bool sam_map_get(const struct sam_map *map, struct sam_span key, uint32_t *value)
{
    if (map->n == 0)
        return false;
    const struct entry *entry = place_of(map, key, sam_hash_name(key));
    if (!entry->key.at)
        return false;
    if (value)
        *value = entry->value;
    return true;
}

static bool grow(struct sam_map *map)
{
    struct sam_map larger = *map;
    larger.places = map->places == 0 ? 16 : map->places * 2;
    larger.entries = sam_arena_array(map->arena, larger.places, sizeof *larger.entries);
    if (!larger.entries)
        return false;
    for (size_t i = 0; i < map->places; i++)
        if (map->entries[i].key.at)
            *place_of(&larger, map->entries[i].key, map->entries[i].hash) = map->entries[i];
    *map = larger;
    return true;
}

enum sam_code sam_map_put(struct sam_map *map, struct sam_span key, uint32_t value, struct sam_err *err)
{
    if ((map->n + 1) * 2 > map->places && !grow(map))
        return sam_arena_full(map->arena, err);
    uint64_t hash = sam_hash_name(key);
    struct entry *entry = place_of(map, key, hash);
    if (!entry->key.at) {
        if (map->n >= map->max)
            return sam_fail(err, SAM_TOO_LARGE, "more than %zu different names", map->max);
        struct sam_span copy = SAM_NO_SPAN;
        if (sam_arena_span(map->arena, key, &copy, err) != SAM_OK)
            return err->code;
        *entry = (struct entry){copy, hash, value};
        map->n++;
    }
    entry->value = value;
    return SAM_OK;
}

size_t sam_map_count(const struct sam_map *map)
{
    return map->n;
}
