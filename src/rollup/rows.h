/*
 * Private to rollup: rows gathered by key.
 */
#ifndef SAMTALE_ROLLUP_ROWS_H
#define SAMTALE_ROLLUP_ROWS_H

#include "samtale/rollup.h"

/** The sums of the row with that key, made of zeros when new. @param sums set on SAM_OK, valid as long as the delta */
enum sam_code rollup_row(struct sam_rollup_delta *delta, const struct sam_rollup_row *key, int64_t **sums,
                         struct sam_err *err) SAM_MUST_USE;
/** All rows but those of zeros only, by table and key. */
enum sam_code rollup_rows_all(const struct sam_rollup_delta *delta, struct sam_rollup_row **out, size_t *n,
                              struct sam_err *err) SAM_MUST_USE;

#endif
