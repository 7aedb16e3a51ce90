/*
 * Marking a conversation: block by block, so that memory follows the block and not the conversation; a usual one is a single block.
 */
#include "mark.h"
#include "token.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define MARKS_MAX   4000000

/* Tokens of one passage, each with its number, and what they are; they vote for their side's language. */
static enum sam_code read_passage(struct marker *m, struct passage *passage)
{
    const struct vocabulary *vocabulary = &m->packs->vocabulary;
    passage->token = (uint32_t)m->words.n;
    passage->plain = true;
    for (uint32_t i = 0; i < passage->pieces_n; i++) {
        uint32_t piece = passage->piece + i, words = 0, signs = 0;
        size_t before = m->words.n;
        if (sam_words_add(&m->words, m->texts[piece], piece, m->arena, m->err) != SAM_OK)
            return m->err->code;
        for (size_t k = before; k < m->words.n; k++) {
            struct sam_token *token = &m->words.at[k];
            token->vocable = vocabulary_find(vocabulary, token->hash);
            bool asked = token->kind == SAM_TOKEN_ASKED;
            words += asked ? 0 : 1;
            signs |= (asked ? 1U : 0U) | token->before | token->after;
        }
        passage->words += words;
        passage->plain = passage->plain && signs == 0;
        m->turns[m->pieces[piece].turn].words += words;
    }
    passage->tokens_n = (uint32_t)m->words.n - passage->token;
    language_vote(vocabulary, m->words.at + passage->token, passage->tokens_n, &passage->votes);
    language_add(&m->votes[side_of(passage->role)], &passage->votes);
    return SAM_OK;
}

/* Tokens of passages from *at on, until the block is full. @return behind the last passage in *to */
static enum sam_code read_block(struct marker *m, uint32_t from, uint32_t *to)
{
    size_t bytes = 0;
    uint32_t end = from;
    for (; end < m->passages_n && (end == from || bytes + m->passages[end].bytes <= BLOCK_BYTES); end++)
        bytes += m->passages[end].bytes;
    size_t guess = bytes / 4 + 16 < SAM_WORDS_MAX ? bytes / 4 + 16 : SAM_WORDS_MAX;
    m->words.n = 0;
    if (tokens_reserve(&m->words, guess, m->arena, m->err) != SAM_OK)
        return m->err->code;
    for (uint32_t at = from; at < end; at++) {
        if (read_passage(m, &m->passages[at]) != SAM_OK)
            return m->err->code;
    }
    *to = end;
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
        if (passage_last(m) != SAM_OK) /* its words go with the block */
            return m->err->code;
    }
    return SAM_OK;
}

static enum sam_code marker_init(struct marker *m)
{
    m->firing = &m->firings[0];
    m->marks = sam_vec_of(sizeof(struct sam_mark), MARKS_MAX);
    /* A watch that learns must not hang on what was learnt before: words are taken apart for it, which a model would count twice. */
    bool watched = m->in->watch != NULL && m->in->watch->features;
    m->model.model = watched ? NULL : m->packs->model;
    if ((m->model.model != NULL || watched) && features_init(&m->features, m->arena, m->err) != SAM_OK)
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
