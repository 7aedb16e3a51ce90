/*
 * Private to app: which schema this program needs.
 */
#ifndef SAMTALE_APP_SCHEMA_H
#define SAMTALE_APP_SCHEMA_H

#include "samtale/base.h"

/** @return the number of the newest migration that is linked into the program */
int64_t app_schema_newest(void);
/** @param found number of the newest migration in the database @return SAM_OK; SAM_CONFLICT when it must be migrated; SAM_UNSUPPORTED when
 * it is newer than this program */
enum sam_code app_schema_check(int64_t found, struct sam_err *err) SAM_MUST_USE;

#endif
