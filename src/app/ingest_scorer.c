/*
 * Scorers of the ingest: made from the packs, shared by the lots that still use one, replaced on reload without losing a message.
 */
#include "ingest_private.h"

void ingest_scorer_leave(struct ingest_scorer *scorer)
{
    if (!scorer || --scorer->users > 0)
        return;
    sam_scorer_free(scorer->scorer);
    sam_arena_free(scorer->arena);
    sam_free(scorer);
}

enum sam_code ingest_scorer_new(const struct app_rules *rules, struct sam_arena *arena, struct ingest_scorer **out, struct sam_err *err)
{
    struct ingest_scorer *scorer = sam_new(sizeof *scorer);
    if (!scorer)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a scorer");
    enum sam_code code = sam_scorer_new(&rules->score, rules->packs, rules->packs_n, &scorer->scorer, err);
    if (code != SAM_OK) {
        sam_free(scorer);
        return code;
    }
    scorer->read = rules->read;
    scorer->short_abandons = rules->short_abandons;
    scorer->phone_links = rules->phone_links;
    scorer->arena = arena;
    scorer->users = 1;
    *out = scorer;
    return SAM_OK;
}

void ingest_reload(struct ingest *ingest, const struct sam_intake_settings *limits, struct ingest_scorer *scorer)
{
    sam_intake_change(ingest->intake, limits);
    ingest->tell = true;
    ingest_scorer_leave(ingest->next);
    ingest->next = scorer;
    sam_names_forget(ingest->names);
    sam_flow_wake(&ingest->flow);
}
