/*
 * Writing the members of the canonical form. Each writer puts a comma first unless it stands at the start of an object or list, and nothing
 * at all for what is unknown or absent.
 */
#ifndef READ_WRITE_H
#define READ_WRITE_H

#include "samtale/model.h"

#include <string.h>

/** @return the place for n bytes more; NULL when they do not fit under the maximum */
static inline char *write_room(struct sam_buf *out, size_t n)
{
    return !out->failed && n <= out->room - out->len && out->at ? out->at + out->len : sam_buf_reserve(out, n);
}

static inline void write_bytes(struct sam_buf *out, const char *at, size_t len)
{
    char *place = write_room(out, len);
    if (!place)
        return;
    memcpy(place, at, len);
    out->len += len;
}
#define WRITE(out, literal) write_bytes((out), (literal), sizeof(literal) - 1)

/** Most digits of a number, its minus among them. */
#define WRITE_DIGITS 20
/** Writes the digits of value. @return behind them */
char *write_digits(char *at, int64_t value);

/** "name": */
void write_key(struct sam_buf *out, const char *name);
/** What stands before an item of a list. */
void write_item(struct sam_buf *out);
void write_text(struct sam_buf *out, const char *name, struct sam_span value);
/** A member whose value needs no escapes. */
void write_word(struct sam_buf *out, const char *name, const char *value);
void write_number(struct sam_buf *out, const char *name, struct sam_int value);
void write_truth(struct sam_buf *out, const char *name, struct sam_int value);
void write_time(struct sam_buf *out, const char *name, struct sam_time t);

#endif
