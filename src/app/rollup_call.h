/*
 * Private to app: the statements that add sums to the rollups, made of a delta.
 */
#ifndef SAMTALE_APP_ROLLUP_CALL_H
#define SAMTALE_APP_ROLLUP_CALL_H

#include "samtale/db.h"
#include "samtale/rollup.h"

/** Most parameters of one of them. */
#define ROLLUP_PARAMS 6

/** A statement that adds to one table. */
struct rollup_call {
    struct sam_db_param params[ROLLUP_PARAMS];
    struct sam_db_call call; /* points to params: not to be copied */
    size_t rows;             /* that change; 0: nothing to run */
};
/**
 * Makes the statement that adds a delta's rows of one table.
 * @param arena  holds its parameters
 * @return SAM_OK or SAM_NO_MEMORY
 */
enum sam_code rollup_call_make(const struct sam_rollup_delta *delta, enum sam_rollup table, struct sam_arena *arena,
                               struct rollup_call *out, struct sam_err *err) SAM_MUST_USE;

#endif
