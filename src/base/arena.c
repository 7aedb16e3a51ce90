/*
 * Arena: bump memory of one unit of work, with a limit. Nothing is freed one by one. Blocks double from 4 KiB to 1 MiB;
 * a larger thing gets a block of its own. A reset keeps some blocks for the next unit of work: memory that is given back and asked for
 * again costs a page fault each 4 KiB, more than all that is done with it. Under AddressSanitizer what was not handed out is poisoned and a
 * gap follows each thing.
 */
#include "samtale/base.h"

#include "print.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(WITH_ASAN)
#include <sanitizer/asan_interface.h>
#define POISON(at, size)   ASAN_POISON_MEMORY_REGION(at, size)
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION(at, size)
#define GAP                16U
#else
#define POISON(at, size)   ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#define GAP                0U
#endif

#define ALIGN       16U
#define FIRST_BLOCK (4U << 10)
#define LAST_BLOCK  (1U << 20)

struct block {
    struct block *older;
    size_t size;                  /* of bytes */
    _Alignas(ALIGN) char bytes[]; /* NOLINT: the memory itself */
};

struct sam_arena {
    struct block *blocks; /* newest first; things are cut from the newest */
    struct block *spare;  /* kept by a reset, to be used again */
    size_t at;            /* bytes of the newest block that are handed out */
    size_t next_size;     /* of the next block */
    size_t used, limit, keep;
    bool limited; /* the limit refused something */
};

struct sam_arena *sam_arena_new(size_t limit)
{
    SAM_MUST(limit > 0);
    struct sam_arena *arena = calloc(1, sizeof *arena);
    if (arena) {
        arena->limit = limit;
        arena->keep = LAST_BLOCK;
        arena->next_size = FIRST_BLOCK;
    }
    return arena;
}

void sam_arena_keep(struct sam_arena *arena, size_t bytes)
{
    arena->keep = bytes;
}

static void block_free(struct block *block)
{
    UNPOISON(block->bytes, block->size);
    free(block);
}

static void blocks_free(struct block *block)
{
    while (block) {
        struct block *older = block->older;
        block_free(block);
        block = older;
    }
}

void sam_arena_free(struct sam_arena *arena)
{
    if (!arena)
        return;
    blocks_free(arena->blocks);
    blocks_free(arena->spare);
    free(arena);
}

/* Keeps blocks of a list, the first ones first, as long as there is room for them; a block that was made for one large thing never. */
static void keep_blocks(struct sam_arena *arena, struct block *block, size_t *kept)
{
    while (block) {
        struct block *older = block->older;
        if (block->size > LAST_BLOCK || block->size > arena->keep - *kept) {
            block_free(block);
        } else {
            *kept += block->size;
            POISON(block->bytes, block->size);
            block->older = arena->spare;
            arena->spare = block;
        }
        block = older;
    }
}

void sam_arena_reset(struct sam_arena *arena)
{
    struct block *blocks = arena->blocks, *spare = arena->spare;
    size_t kept = 0;
    arena->blocks = arena->spare = NULL;
    keep_blocks(arena, blocks, &kept);
    keep_blocks(arena, spare, &kept);
    arena->at = 0;
    arena->used = 0;
    arena->limited = false;
}

static void use_block(struct sam_arena *arena, struct block *block)
{
    block->older = arena->blocks;
    arena->blocks = block;
    arena->at = 0;
}

/* Takes the first spare block that is large enough. The small ones before it, which an arena has while it is young, go. */
static bool use_spare(struct sam_arena *arena, size_t need)
{
    while (need <= LAST_BLOCK && arena->spare) {
        struct block *block = arena->spare;
        arena->spare = block->older;
        if (block->size >= need) {
            use_block(arena, block);
            return true;
        }
        block_free(block);
    }
    return false;
}

static bool add_block(struct sam_arena *arena, size_t need)
{
    if (use_spare(arena, need))
        return true;
    size_t size = arena->next_size;
    if (size < need)
        size = need;
    struct block *block = malloc(sizeof *block + size);
    if (!block)
        return false;
    block->size = size;
    POISON(block->bytes, size);
    use_block(arena, block);
    if (arena->next_size < LAST_BLOCK)
        arena->next_size *= 2;
    return true;
}

/* Memory as it comes. */
static void *take(struct sam_arena *arena, size_t size)
{
    size_t round = size == 0 ? ALIGN : (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (size > arena->limit || round > arena->limit - arena->used) {
        arena->limited = true;
        return NULL;
    }
    size_t need = round + GAP;
    if ((!arena->blocks || need > arena->blocks->size - arena->at) && !add_block(arena, need))
        return NULL;
    char *place = arena->blocks->bytes + arena->at;
    arena->at += need;
    arena->used += round;
    UNPOISON(place, size);
    return place;
}

void *sam_arena_alloc(struct sam_arena *arena, size_t size)
{
    void *place = take(arena, size);
    if (place)
        memset(place, 0, size);
    return place;
}

void *sam_arena_room(struct sam_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return take(arena, bytes);
}

void *sam_arena_array(struct sam_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return sam_arena_alloc(arena, bytes);
}

enum sam_code sam_arena_span(struct sam_arena *arena, struct sam_span span, struct sam_span *out, struct sam_err *err)
{
    char *copy = span.len == SIZE_MAX ? NULL : sam_arena_alloc(arena, span.len + 1);
    if (!copy)
        return sam_arena_full(arena, err);
    if (span.len > 0)
        memcpy(copy, span.at, span.len);
    *out = (struct sam_span){copy, span.len};
    return SAM_OK;
}

enum sam_code sam_arena_printf(struct sam_arena *arena, struct sam_span *out, struct sam_err *err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t len = sam_print(NULL, 0, fmt, args);
    va_end(args);
    char *text = sam_arena_alloc(arena, len + 1);
    if (!text)
        return sam_arena_full(arena, err);
    va_start(args, fmt);
    (void)sam_print(text, len + 1, fmt, args);
    va_end(args);
    *out = (struct sam_span){text, len};
    return SAM_OK;
}

size_t sam_arena_used(const struct sam_arena *arena)
{
    return arena->used;
}

bool sam_arena_limited(const struct sam_arena *arena)
{
    return arena->limited;
}

enum sam_code sam_arena_full(const struct sam_arena *arena, struct sam_err *err)
{
    return sam_fail(err, SAM_NO_MEMORY, "more memory needed than the %zu bytes one unit of work may use", arena->limit);
}

void *sam_new(size_t size)
{
    return calloc(1, size > 0 ? size : 1);
}

void sam_free(void *thing)
{
    free(thing);
}

void sam_memory_return(void)
{
    /* glibc keeps a heap a thread and raises its threshold with the first large block that is freed; both would keep what one large
     * message needed. */
    (void)mallopt(M_ARENA_MAX, 2);
    (void)mallopt(M_MMAP_THRESHOLD, 256 << 10);
    (void)mallopt(M_TRIM_THRESHOLD, 1 << 20);
}
