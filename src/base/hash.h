/*
 * Private to base: the keyed hash of names.
 */
#ifndef SAMTALE_BASE_HASH_H
#define SAMTALE_BASE_HASH_H

#include "samtale/base.h"

/** @return SipHash-2-4 of name with this process's key */
uint64_t sam_hash_name(struct sam_span name);

#endif
