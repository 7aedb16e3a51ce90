/*
 * Private to app: what people said of a conversation, out of the message that holds it (the codebook's form).
 */
#ifndef SAMTALE_APP_GOLD_H
#define SAMTALE_APP_GOLD_H

#include "samtale/model.h"

#include "corpus.h"

/** People's labels of one turn, as bits by enum sam_label. */
struct gold_turn {
    uint32_t labels, disputed; /* disputed ones are not in labels */
    bool agent;
    struct sam_span text;
};
/** Of one conversation. */
struct gold {
    struct gold_turn *turns; /* by the input's i */
    size_t n;
    struct sam_span style, domain, resolved; /* as the message says; may be absent */
};

/**
 * Reads the labels of a message.
 * @return SAM_OK; SAM_NONE when it has none; SAM_BAD_INPUT for a label without a name
 */
enum sam_code gold_read(const struct corpus_item *item, struct sam_arena *arena, struct gold *gold, struct sam_err *err) SAM_MUST_USE;

#endif
