/*
 * Private to app: a staffing plan as people write it: lines "WEEKDAYS,FROM,TO,AGENTS", e.g. "1-5,08:00,20:00,12".
 */
#ifndef SAMTALE_APP_PLAN_H
#define SAMTALE_APP_PLAN_H

#include "samtale/base.h"

/** Rows, one a weekday; columns of equal length. Texts are borrowed from what was read. */
struct plan {
    int32_t *weekdays; /* 1 Monday to 7 Sunday */
    struct sam_span *begins, *ends, *agents;
    size_t n;
};
/** Most rows of a plan. */
#define PLAN_ROWS 5000

/** Reads a whole file; "-" is standard input. @return SAM_OK, SAM_BAD_INPUT, SAM_TOO_LARGE or SAM_NO_MEMORY */
enum sam_code plan_load(struct sam_arena *arena, const char *file, size_t most, struct sam_span *out, struct sam_err *err) SAM_MUST_USE;
/**
 * Reads a plan. Empty lines and those that begin with # are left out.
 * @param file  its name, for messages @return SAM_OK; SAM_BAD_INPUT with "FILE:LINE: what is wrong"; SAM_TOO_LARGE; SAM_NO_MEMORY
 */
enum sam_code plan_read(struct sam_arena *arena, const char *file, struct sam_span text, struct plan *out,
                        struct sam_err *err) SAM_MUST_USE;

#endif
