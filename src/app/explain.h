/*
 * Private to app: a score shown to people.
 */
#ifndef SAMTALE_APP_EXPLAIN_H
#define SAMTALE_APP_EXPLAIN_H

#include "samtale/score.h"

/** One line of figures and one for each missed moment. */
void explain_short(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                   struct sam_span id, struct sam_buf *out);
/** Every turn with its evidence in [brackets] and the rules below it, moments, figures. */
void explain_plain(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                   struct sam_span id, struct sam_buf *out);
/** The same with a terminal's colours. */
void explain_coloured(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_score *score,
                      struct sam_span id, struct sam_buf *out);

#endif
