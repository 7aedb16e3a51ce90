/*
 * Vec: things of one size that grow in an arena up to a maximum. The old places stay readable until the arena goes.
 */
#include "samtale/base.h"

#include <string.h>

struct sam_vec sam_vec_of(size_t size, size_t max)
{
    SAM_MUST(size > 0);
    return (struct sam_vec){NULL, 0, 0, max, size};
}

static bool grow(struct sam_vec *vec, struct sam_arena *arena)
{
    size_t room = vec->room < 8 ? 8 : vec->room * 2;
    if (room > vec->max)
        room = vec->max;
    void *at = sam_arena_array(arena, room, vec->size);
    if (!at)
        return false;
    if (vec->n > 0)
        memcpy(at, vec->at, vec->n * vec->size);
    vec->at = at;
    vec->room = room;
    return true;
}

void *sam_vec_add(struct sam_vec *vec, struct sam_arena *arena)
{
    if (vec->n >= vec->max || (vec->n == vec->room && !grow(vec, arena)))
        return NULL;
    return (char *)vec->at + vec->n++ * vec->size;
}
