/*
 * Scoring one conversation: may it be scored, what was marked, what became of the cues, what does it add up to.
 */
#include "score_room.h"

static bool anybody_spoke(const struct sam_conversation *conversation)
{
    for (size_t i = 0; i < conversation->turns_n; i++) {
        if (conversation->turns[i].role == SAM_ROLE_AGENT || conversation->turns[i].role == SAM_ROLE_CUSTOMER)
            return true;
    }
    return false;
}

/* Why a conversation is not scored; NULL when it may be. */
static const char *refusal(const struct sam_conversation *conversation)
{
    if ((conversation->flags & SAM_FLAG_REFUSED) != 0 || conversation->consent == SAM_CONSENT_REFUSED)
        return "consent";
    if ((conversation->flags & SAM_FLAG_DOCUMENTATION_ONLY) != 0)
        return "purpose";
    if (conversation->turns_n == 0)
        return "no_transcript";
    return anybody_spoke(conversation) ? NULL : "roles_unknown";
}

static enum sam_code keep_findings(struct scoring *s, struct sam_err *err)
{
    struct sam_score *out = s->out;
    out->findings = sam_arena_array(s->arena, s->marks.n, sizeof *out->findings);
    if (out->findings == NULL)
        return sam_arena_full(s->arena, err);
    for (size_t i = 0; i < s->marks.n; i++) {
        const struct sam_mark *mark = &s->marks.at[i];
        out->findings[out->findings_n++] = (struct sam_finding){.turn = mark->i,
                                                                .party = s->conversation->turns[mark->turn].party,
                                                                .label = mark->label,
                                                                .start = mark->start,
                                                                .end = mark->end,
                                                                .rule = mark->rule,
                                                                .weight = mark->weight};
    }
    return SAM_OK;
}

static enum sam_code measure(struct scoring *s, struct sam_err *err)
{
    s->out->scored = true;
    if (keep_findings(s, err) != SAM_OK || score_moments(s, err) != SAM_OK)
        return err->code;
    score_counts(s);
    if (score_timing(s, err) != SAM_OK)
        return err->code;
    score_arc(s);
    score_qualities(s);
    score_use(s);
    score_index(s);
    return SAM_OK;
}

enum sam_code sam_score_marks(const struct sam_scorer *scorer, const struct sam_conversation *conversation, const struct sam_marks *marks,
                              struct sam_arena *arena, struct sam_score *out, struct sam_err *err)
{
    struct sam_score made = {.language = marks->language};
    struct scoring s = {.scorer = scorer, .conversation = conversation, .arena = arena, .marks = *marks, .out = &made};
    if (measure(&s, err) != SAM_OK)
        return err->code;
    *out = made;
    return SAM_OK;
}

enum sam_code sam_score(const struct sam_scorer *scorer, const struct sam_conversation *conversation, struct sam_arena *arena,
                        struct sam_score *out, struct sam_err *err)
{
    struct sam_score made = {.language = conversation->declared};
    struct scoring s = {.scorer = scorer, .conversation = conversation, .arena = arena, .out = &made};
    const char *why = refusal(conversation);
    if (why == NULL) {
        struct sam_marking in = {.turns = conversation->turns, .n = conversation->turns_n, .declared = conversation->declared};
        if (sam_packs_mark(scorer->packs, &in, arena, &s.marks, err) != SAM_OK)
            return err->code;
        made.language = s.marks.language;
        why = sam_packs_has(scorer->packs, made.language) ? NULL : "language";
    }
    made.why = sam_span_of(why);
    if (why == NULL && measure(&s, err) != SAM_OK)
        return err->code;
    *out = made;
    return SAM_OK;
}
