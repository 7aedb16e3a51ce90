/*
 * What a file's or object's name tells, for formats that keep no id inside.
 */
#ifndef READ_FILENAME_H
#define READ_FILENAME_H

#include "reader.h"

struct filename {
    struct sam_span id; /* what the configuration's pattern takes, else an Asterisk uniqueid or a UUID in it, else the name without folder,
                           endings and side */
    struct sam_span side;    /* "rx", "out", ...: which channel of the call; absent when the name tells none */
    enum sam_role side_role; /* who speaks on that side */
    struct sam_span phone,
        time; /* the customer's number and when it began, where the configuration's pattern takes them; absent otherwise */
};
/** @return SAM_OK; SAM_BAD_INPUT when there is no name to take an id from */
enum sam_code filename_of(struct reader *r, struct filename *out, struct sam_err *err);
/** Puts the customer's number and the beginning that a name tells into a transcript that tells none itself. */
void filename_tell(struct reader *r, const struct filename *name, struct sam_part *part);

#endif
