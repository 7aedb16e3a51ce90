/*
 * Sessions known lately: who a cookie or token belongs to, for a few seconds, so that a page that asks four things at once asks the
 * database for its session once. Short, because accounts are disabled elsewhere.
 */
#include "serve.h"

#include <string.h>

#define ENTRIES  64
#define FRESH_US (5 * 1000000)

struct session_cache {
    struct {
        struct who who;
        int64_t until_us; /* monotonic; 0: free */
    } entries[ENTRIES];
};

struct session_cache *sessions_new(struct sam_arena *arena)
{
    return sam_arena_alloc(arena, sizeof(struct session_cache));
}

/* The hash is not secret to a timing: whoever could use it would need the token behind it. */
const struct who *sessions_get(struct session_cache *cache, const uint8_t hash[HASH_BYTES])
{
    int64_t now_us = sam_clock_mono_us();
    for (size_t i = 0; i < ENTRIES; i++)
        if (cache->entries[i].until_us > now_us && memcmp(cache->entries[i].who.token_hash, hash, HASH_BYTES) == 0)
            return &cache->entries[i].who;
    return NULL;
}

void sessions_put(struct session_cache *cache, const struct who *who)
{
    size_t oldest = 0;
    for (size_t i = 0; i < ENTRIES; i++) {
        if (memcmp(cache->entries[i].who.token_hash, who->token_hash, HASH_BYTES) == 0) {
            oldest = i;
            break;
        }
        if (cache->entries[i].until_us < cache->entries[oldest].until_us)
            oldest = i;
    }
    cache->entries[oldest].who = *who;
    cache->entries[oldest].until_us = sam_clock_mono_us() + FRESH_US;
}

void sessions_forget(struct session_cache *cache, const uint8_t hash[HASH_BYTES])
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (memcmp(cache->entries[i].who.token_hash, hash, HASH_BYTES) == 0)
            cache->entries[i].until_us = 0;
}
