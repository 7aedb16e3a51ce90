/*
 * Marking a conversation: block by block, so that memory follows the block and not the conversation; a usual one is a single block.
 */
#include "mark.h"
#include "token.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define MARKS_MAX   4000000

/* Tokens of passages from *at on, until the block is full; they vote for their side's language. @return behind the last passage */
static enum sam_code read_block(struct marker *m, uint32_t from, uint32_t *to)
{
    size_t bytes = 0;
    uint32_t at = from;
    m->words.n = 0;
    if (sam_words_add(&m->words, SAM_NO_SPAN, 0, m->arena, m->err) != SAM_OK) /* so that there is a place to point into */
        return m->err->code;
    for (; at < m->passages_n && (at == from || bytes + m->passages[at].bytes <= BLOCK_BYTES); at++) {
        struct passage *passage = &m->passages[at];
        bytes += passage->bytes;
        passage->token = (uint32_t)m->words.n;
        for (uint32_t i = 0; i < passage->pieces_n; i++) {
            uint32_t piece = passage->piece + i;
            size_t before = m->words.n;
            if (sam_words_add(&m->words, m->texts[piece], piece, m->arena, m->err) != SAM_OK)
                return m->err->code;
            for (size_t k = before; k < m->words.n; k++)
                m->turns[m->pieces[piece].turn].words += m->words.at[k].kind != SAM_TOKEN_ASKED ? 1 : 0;
        }
        passage->tokens_n = (uint32_t)m->words.n - passage->token;
        language_vote(m->packs->languages, m->words.at + passage->token, passage->tokens_n, &m->votes[side_of(passage->role)]);
    }
    *to = at;
    return SAM_OK;
}

static enum sam_code mark_blocks(struct marker *m)
{
    for (uint32_t from = 0, to = 0; from < m->passages_n; from = to) {
        if (read_block(m, from, &to) != SAM_OK)
            return m->err->code;
        for (uint32_t i = from; i < to; i++) {
            if (passage_mark(m, &m->passages[i]) != SAM_OK)
                return m->err->code;
        }
    }
    return SAM_OK;
}

static enum sam_code marker_init(struct marker *m)
{
    m->firing = sam_arena_alloc(m->arena, sizeof *m->firing);
    m->hits = (struct hits){sam_arena_array(m->arena, HITS_MAX, sizeof *m->hits.at), 0, HITS_MAX};
    m->marks = sam_vec_of(sizeof(struct sam_mark), MARKS_MAX);
    if (m->firing == NULL || m->hits.at == NULL)
        return sam_arena_full(m->arena, m->err);
    bool wanted = m->packs->model != NULL || m->in->watch != NULL;
    if (wanted && features_init(&m->features, m->arena, m->err) != SAM_OK)
        return m->err->code;
    return passages_make(m);
}

enum sam_code sam_packs_mark(const struct sam_packs *packs, const struct sam_marking *in, struct sam_arena *arena, struct sam_marks *out,
                             struct sam_err *err)
{
    struct marker m = {.packs = packs, .in = in, .arena = arena, .err = err};
    enum sam_code code = marker_init(&m);
    if (code == SAM_OK)
        code = mark_blocks(&m);
    lexicon_done(&m.use);
    if (code != SAM_OK)
        return code;
    struct votes all = m.votes[0];
    for (int language = 0; language < SAM_LANGUAGES; language++)
        all.of[language] += m.votes[1].of[language];
    all.words += m.votes[1].words;
    *out = (struct sam_marks){in->fixed ? in->declared : language_decide(&all, in->declared, TAG_MARGIN), m.marks.at, m.marks.n, m.turns,
                              m.passages_n};
    return SAM_OK;
}
