/*
 * Private to app: what a spool folder holds of conversations that are erased.
 */
#ifndef SAMTALE_APP_ERASE_SPOOL_H
#define SAMTALE_APP_ERASE_SPOOL_H

#include "samtale/db.h"

/**
 * Deletes files in rejected/ that hold what a source calls one of these conversations, with their reasons, and tells on stderr which files
 * that still wait do: those are taken soon, and what is in them of these conversations becomes dead letters without a body.
 *
 * @param folder  of the spool, ends with a NUL; empty: there is none
 * @param ids     rows of one column
 * @param erased  set on SAM_OK: files deleted
 * @return SAM_OK; SAM_SYSTEM when a file cannot be read or deleted; SAM_NO_MEMORY
 */
enum sam_code erase_spool(struct sam_span folder, const struct sam_db_rows *ids, int64_t *erased, struct sam_err *err) SAM_MUST_USE;

#endif
