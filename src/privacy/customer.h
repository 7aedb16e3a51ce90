/*
 * People in parts: parties that are no staff lose their names and get keyed ids.
 */
#ifndef PRIVACY_CUSTOMER_H
#define PRIVACY_CUSTOMER_H

#include "samtale/privacy.h"

/** Takes the site's key into mask->hmac. */
void mask_key(struct sam_mask *mask, const uint8_t key[SAM_MASK_KEY_BYTES]);
/** Replaces *parties by a copy in which only agents, supervisors, bots and systems keep their names and ids. */
enum sam_code mask_parties(const struct sam_mask *mask, struct sam_span source, struct sam_party **parties, size_t n,
                           struct sam_arena *arena, struct sam_err *err);

#endif
