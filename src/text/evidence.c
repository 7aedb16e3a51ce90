/*
 * Evidence: which words of which input turn carried a label, the strongest first, as few as suffice.
 */
#include "mark.h"

#define EVIDENCE_OF_MARK 4

/* Orders evidence of one label: by piece, then by weight from the greatest, then by place. */
static bool stronger(const struct sam_fired *a, const struct sam_fired *b)
{
    if (a->weight < b->weight || a->weight > b->weight)
        return a->weight > b->weight;
    return a->first < b->first;
}

static enum sam_code add_mark(struct marker *m, const struct passage *passage, enum sam_label label, const struct sam_fired *fired,
                              bool lead)
{
    const struct sam_token *first = &m->firing->tokens[fired->first], *last = &m->firing->tokens[fired->last];
    const struct piece *piece = &m->pieces[first->piece];
    struct sam_mark *mark = sam_vec_add(&m->marks, m->arena);
    if (mark == NULL)
        return sam_arena_full(m->arena, m->err);
    uint32_t end = last->end;
    for (uint32_t i = fired->last; last->piece != first->piece && m->firing->tokens[i].piece != first->piece; i--)
        end = m->firing->tokens[i - 1].end;
    *mark = (struct sam_mark){.i = piece->i,
                              .turn = piece->turn,
                              .passage = (uint32_t)(passage - m->passages),
                              .label = label,
                              .start = first->start,
                              .end = end,
                              .rule = fired->rule,
                              .weight = fired->weight,
                              .lead = lead};
    if (fired->number < m->firing->pack->rules_n)
        mark->ask = m->firing->pack->rules[fired->number].ask;
    return SAM_OK;
}

/* What one piece has for a label: the sum, and its evidence from the strongest. */
struct piece_carried {
    const struct sam_fired *best[EVIDENCE_OF_MARK];
    uint32_t n;
    float sum;
};

static void piece_evidence(const struct firing *firing, enum sam_label label, uint32_t piece, struct piece_carried *out)
{
    const struct sam_fired **best = out->best;
    uint32_t n = 0;
    float sum = 0;
    for (uint32_t i = 0; i < firing->fired_n; i++) {
        const struct sam_fired *fired = &firing->fired[i];
        if (fired->target != (int32_t)label || firing->tokens[fired->first].piece != piece)
            continue;
        sum += fired->weight;
        if (fired->weight <= 0)
            continue;
        if (n == EVIDENCE_OF_MARK && !stronger(fired, best[n - 1]))
            continue;
        uint32_t at = n == EVIDENCE_OF_MARK ? n - 1 : n++;
        for (; at > 0 && stronger(fired, best[at - 1]); at--)
            best[at] = best[at - 1];
        best[at] = fired;
    }
    out->n = n;
    out->sum = sum;
}

/* Marks a piece with the evidence that carries the label, the strongest first, until it suffices. */
static enum sam_code mark_piece(struct marker *m, const struct passage *passage, enum sam_label label, const struct piece_carried *by,
                                float needed)
{
    float carried = 0;
    for (uint32_t i = 0; i < by->n && (i == 0 || carried < needed); i++) {
        if (add_mark(m, passage, label, by->best[i], i == 0) != SAM_OK)
            return m->err->code;
        carried += by->best[i]->weight;
    }
    return SAM_OK;
}

/* The label holds for the passage: the piece with most of its evidence bears it, and every piece that would bear it alone. */
enum sam_code evidence_mark(struct marker *m, const struct passage *passage, enum sam_label label)
{
    const struct label_rule *rule = &m->firing->pack->labels[label];
    struct piece_carried by;
    float needed = rule->threshold - rule->bias, most = 0;
    uint32_t lead = UINT32_MAX;
    for (uint32_t i = 0; i < passage->pieces_n; i++) {
        piece_evidence(m->firing, label, passage->piece + i, &by);
        if (by.n > 0 && (lead == UINT32_MAX || by.sum > most)) {
            most = by.sum;
            lead = i;
        }
    }
    if (passage->pieces_n == 1)
        return mark_piece(m, passage, label, &by, needed);
    for (uint32_t i = 0; lead != UINT32_MAX && i < passage->pieces_n; i++) {
        piece_evidence(m->firing, label, passage->piece + i, &by);
        if (by.n > 0 && (i == lead || by.sum >= needed) && mark_piece(m, passage, label, &by, needed) != SAM_OK)
            return m->err->code;
    }
    return SAM_OK;
}
