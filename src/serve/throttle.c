/*
 * Throttle: failed sign-ins, counted for a name from an address, and for an address whatever the name (ten times as many). Not for a
 * name alone: then anybody could lock anybody out.
 */
#include "serve.h"

#include <string.h>

#define ENTRIES          1024
#define ADDRESS_MULTIPLE 10

struct entry {
    uint8_t key[16];
    int64_t since_us; /* monotonic; 0: free */
    uint32_t n;
};
struct throttle {
    uint32_t max;
    int64_t window_us;
    struct entry entries[ENTRIES];
};

struct throttle *throttle_new(struct sam_arena *arena, uint32_t max, uint32_t window_s)
{
    struct throttle *t = sam_arena_alloc(arena, sizeof *t);
    if (t) {
        t->max = max;
        t->window_us = (int64_t)window_s * 1000000;
    }
    return t;
}

static void key_of(struct sam_span name, struct sam_span address, uint8_t key[16])
{
    const struct sam_span parts[] = {address, SAM_SPAN("|"), name};
    sam_hash128(parts, SAM_COUNT(parts), key);
}

static const struct entry *find(const struct throttle *t, const uint8_t key[16], int64_t now_us)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (t->entries[i].since_us > 0 && now_us - t->entries[i].since_us < t->window_us && memcmp(t->entries[i].key, key, 16) == 0)
            return &t->entries[i];
    return NULL;
}

static uint32_t wait_s(const struct throttle *t, struct sam_span name, struct sam_span address, uint32_t max)
{
    uint8_t key[16];
    int64_t now_us = sam_clock_mono_us();
    key_of(name, address, key);
    const struct entry *e = find(t, key, now_us);
    if (!e || e->n < max)
        return 0;
    return (uint32_t)((e->since_us + t->window_us - now_us) / 1000000) + 1;
}

/* 0: may try. */
uint32_t throttle_wait_s(const struct throttle *t, struct sam_span name, struct sam_span address)
{
    uint32_t pair = wait_s(t, name, address, t->max), all = wait_s(t, SAM_NO_SPAN, address, t->max * ADDRESS_MULTIPLE);
    return pair > all ? pair : all;
}

static void count(struct throttle *t, struct sam_span name, struct sam_span address)
{
    uint8_t key[16];
    int64_t now_us = sam_clock_mono_us();
    key_of(name, address, key);
    const struct entry *found = find(t, key, now_us);
    struct entry *e = found ? &t->entries[found - t->entries] : &t->entries[0];
    for (size_t i = 0; !found && i < ENTRIES; i++)
        if (t->entries[i].since_us < e->since_us)
            e = &t->entries[i]; /* the oldest, or a free one */
    if (!found) {
        memcpy(e->key, key, sizeof key);
        e->since_us = now_us;
        e->n = 0;
    }
    e->n++;
}

void throttle_count(struct throttle *t, struct sam_span name, struct sam_span address)
{
    count(t, name, address);
    count(t, SAM_NO_SPAN, address);
}

/* A right password wipes the slate of that name from that address. */
void throttle_forgive(struct throttle *t, struct sam_span name, struct sam_span address)
{
    uint8_t key[16];
    key_of(name, address, key);
    const struct entry *e = find(t, key, sam_clock_mono_us());
    if (e)
        t->entries[e - t->entries].since_us = 0;
}
