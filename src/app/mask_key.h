/*
 * Private to app: the site's secret, which customers are keyed with.
 */
#ifndef SAMTALE_APP_MASK_KEY_H
#define SAMTALE_APP_MASK_KEY_H

#include "samtale/privacy.h"

/**
 * Reads the key, SAM_MASK_KEY_BYTES bytes, from a file; makes one at random, readable by its owner only, where there is none.
 *
 * @return SAM_OK; SAM_SYSTEM when the file cannot be read or made; SAM_DENIED when others may read it; SAM_BAD_INPUT when it is no key
 */
enum sam_code app_mask_key(const char *path, uint8_t key[SAM_MASK_KEY_BYTES], struct sam_err *err) SAM_MUST_USE;

#endif
