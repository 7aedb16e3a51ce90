/*
 * Private to app: the settings of reading, with the source's time zone loaded.
 */
#ifndef SAMTALE_APP_READING_H
#define SAMTALE_APP_READING_H

#include "samtale/read.h"

#include "settings.h"

/**
 * The reader's settings out of the file's: limits, the zone of times without one, the country of telephone numbers.
 * @param out  its zone lives in the arena
 * @return SAM_OK; SAM_BAD_INPUT when the zone or country is none; SAM_SYSTEM, SAM_NO_MEMORY
 */
enum sam_code app_reading(const struct app_settings *settings, struct sam_arena *arena, struct sam_read_settings *out,
                          struct sam_err *err) SAM_MUST_USE;

#endif
