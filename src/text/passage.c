/*
 * Passages: what one side says until the other speaks. A turn that was split, and messages in a row, are one passage of several pieces, so
 * that cutting a turn in two moves nothing; each piece keeps the input's number.
 */
#include "mark.h"

/* A side that never stops (the other was not transcribed) gets passages all the same. */
#define PASSAGE_TURNS 32

/* The bytes of n code points of text from code point at. */
static struct sam_span cut(struct sam_span text, uint32_t at, uint32_t n)
{
    const char *from = text.at, *end = text.at + text.len;
    for (uint32_t i = 0; i < at && from < end; i++)
        sam_utf8_next(&from, end);
    const char *to = from;
    for (uint32_t i = 0; i < n && to < end; i++)
        sam_utf8_next(&to, end);
    return (struct sam_span){from, (size_t)(to - from)};
}

static bool counts(const struct sam_turn *turn)
{
    return turn->role == SAM_ROLE_AGENT || turn->role == SAM_ROLE_CUSTOMER;
}

static void add_pieces(struct marker *m, uint32_t turn)
{
    const struct sam_turn *of = &m->in->turns[turn];
    if (of->segments_n <= 1) {
        m->texts[m->pieces_n] = of->text;
        m->pieces[m->pieces_n++] = (struct piece){of->segments_n == 1 ? of->segments[0].i : of->i, turn};
        return;
    }
    struct sam_span rest = of->text;
    uint32_t at = 0;
    for (size_t i = 0; i < of->segments_n; i++) {
        const struct sam_segment *segment = &of->segments[i];
        struct sam_span text = cut(rest, segment->at - at, segment->length);
        m->texts[m->pieces_n] = text;
        m->pieces[m->pieces_n++] = (struct piece){segment->i, turn};
        rest = (struct sam_span){text.at + text.len, (size_t)(rest.at + rest.len - text.at) - text.len};
        at = segment->at + segment->length;
    }
}

enum sam_code passages_make(struct marker *m)
{
    size_t pieces = 0;
    for (size_t i = 0; i < m->in->n; i++)
        pieces += m->in->turns[i].segments_n > 1 ? m->in->turns[i].segments_n : 1;
    m->pieces = sam_arena_array(m->arena, pieces, sizeof *m->pieces);
    m->passages = sam_arena_array(m->arena, m->in->n, sizeof *m->passages);
    m->turns = sam_arena_array(m->arena, m->in->n, sizeof *m->turns);
    m->texts = sam_arena_array(m->arena, pieces, sizeof *m->texts);
    if (m->pieces == NULL || m->texts == NULL || m->passages == NULL || m->turns == NULL)
        return sam_arena_full(m->arena, m->err);
    struct passage *last = NULL;
    for (uint32_t i = 0; i < m->in->n; i++) {
        const struct sam_turn *turn = &m->in->turns[i];
        m->turns[i].passage = UINT32_MAX;
        if (!counts(turn))
            continue;
        if (last == NULL || last->role != turn->role || last->turns_n >= PASSAGE_TURNS) {
            last = &m->passages[m->passages_n++];
            last->piece = m->pieces_n;
            last->turn = i;
            last->role = turn->role;
            last->number = m->side_total[side_of(turn->role)]++;
        }
        add_pieces(m, i);
        last->pieces_n = m->pieces_n - last->piece;
        last->turns_n = i + 1 - last->turn;
        last->bytes += turn->text.len;
        m->turns[i].passage = m->passages_n - 1;
    }
    return SAM_OK;
}
