/*
 * The rows of words that masking knows.
 */
#ifndef PRIVACY_LEXICON_H
#define PRIVACY_LEXICON_H

#include "scan.h"

struct row {
    uint8_t languages, kind;
    uint16_t value;
    const char *words; /* parted by blanks, lower case */
};
extern const struct row lexicon_rows[];
extern const size_t lexicon_rows_n;

#endif
