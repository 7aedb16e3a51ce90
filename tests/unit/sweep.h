/*
 * The sweep: runs a piece of work again and again with an arena limit that grows by 16 bytes, so that each of its allocations
 * has failed once, until the work succeeds. Every failure must say SAM_NO_MEMORY.
 */
#ifndef SAMTALE_TESTS_SWEEP_H
#define SAMTALE_TESTS_SWEEP_H

#include "samtale/base.h"

/* Include cmocka before this file. */

/** @param work makes everything in the arena; @param most bytes after which the sweep gives up @return rounds that failed */
static inline int sweep(enum sam_code (*work)(struct sam_arena *arena, void *data, struct sam_err *err), void *data, size_t most)
{
    for (size_t limit = 16; limit <= most; limit += 16) {
        struct sam_arena *arena = sam_arena_new(limit);
        struct sam_err err = {.code = SAM_OK, .text = ""};
        assert_non_null(arena);
        enum sam_code code = work(arena, data, &err);
        sam_arena_free(arena);
        if (code == SAM_OK)
            return (int)(limit / 16 - 1);
        assert_string_equal(sam_code_name(code), "no_memory");
        assert_int_equal(err.code, SAM_NO_MEMORY);
        assert_true(err.text[0] != '\0');
    }
    fail_msg("still no success with %zu bytes", most);
    return 0;
}

#endif
