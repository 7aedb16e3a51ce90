/*
 * Private to text: where a feature lies. Models hang on every number here.
 */
#ifndef SAMTALE_TEXT_SALT_H
#define SAMTALE_TEXT_SALT_H

#include "feature.h"
#include "fold.h"

/* What a hash is the hash of. */
enum salt {
    WORD,
    HEAD4,
    HEAD5,
    HEAD7,
    TAIL3,
    GLOSS,
    ROW2,
    ROW2_GAP,
    OPENS,
    OPENS2,
    ENDS,
    SIGNAL,
    SIGNAL_BEFORE,
    SIGNAL_SAID,
    LABEL,
    SHAPE,
    SIGNAL_AFTER,
    LABEL_AFTER,
    SIGNAL_OWN
};

static inline uint64_t salted(enum salt salt, uint64_t hash)
{
    return fold_mix(hash + ((uint64_t)salt + 100) * UINT64_C(0x9E3779B97F4A7C15));
}

static inline struct feature_key key_of(enum salt salt, uint64_t hash)
{
    uint64_t mixed = salted(salt, hash);
    uint32_t check = (uint32_t)(mixed >> 20 & 0xFF) + 1; /* 256 is 1 */
    return (struct feature_key){(uint16_t)(mixed >> (64 - SAM_FEATURE_BITS)), (uint8_t)(check + (check >> 8))};
}

static inline uint16_t plain_bucket(enum salt salt, uint64_t hash)
{
    return (uint16_t)(SAM_FEATURE_HASHED + (salted(salt, hash) >> (64 - SAM_FEATURE_PLAIN_BITS)));
}

#endif
