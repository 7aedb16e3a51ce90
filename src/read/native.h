/*
 * What the files of the native form share: one message and the parts it gives.
 */
#ifndef READ_NATIVE_H
#define READ_NATIVE_H

#include "reader.h"

struct native {
    struct reader *r;
    const struct sam_json *root;
    struct sam_span part_id; /* of record and transcript; "" unless the source numbers them */
    enum sam_kind kind;
    struct sam_part head; /* source, id, version, and the warnings about them, which go to every part */
};

/** Channel from its name; unknown with a warning when it is none. */
enum sam_channel native_channel(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place);
/** Language from its tag; unknown with a warning when it is no text. */
enum sam_language native_language(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place);
/** Greatest rank of a part's legs or turns. */
#define RANK_MAX 9
/** How far a record's legs or a transcript's turns are from the truth; 0 unless the message says another. */
int32_t native_rank(const struct sam_json *root);
/** The parties of the message, one for each element so that indexes hold. */
enum sam_code native_parties(struct reader *r, struct sam_part *part, const struct sam_json *list, struct sam_party **out, size_t *n,
                             struct sam_err *err);
/** What an object "customer" says. */
struct sam_customer native_customer(struct reader *r, struct sam_part *part, const struct sam_json *customer);
/** Reads one part each and adds it. */
enum sam_code native_record(struct native *m, struct sam_err *err);
enum sam_code native_transcript(struct native *m, struct sam_err *err);
enum sam_code native_survey(struct native *m, struct sam_err *err);
enum sam_code native_outcome(struct native *m, struct sam_err *err);
enum sam_code native_states(struct native *m, struct sam_err *err);

#endif
