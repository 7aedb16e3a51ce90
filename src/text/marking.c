/*
 * Marking a conversation: block by block, so that memory follows the block and not the conversation; a usual one is a single block.
 */
#include "mark.h"
#include "token.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define MARKS_MAX   4000000
#define NUMBERED    32 /* words that are given their numbers together */

/* Tokens of one passage. */
static enum sam_code read_passage(struct marker *m, struct passage *passage)
{
    passage->token = (uint32_t)m->words.n;
    for (uint32_t i = 0; i < passage->pieces_n; i++) {
        uint32_t piece = passage->piece + i;
        if (sam_words_add(&m->words, m->texts[piece], piece, m->arena, m->err) != SAM_OK)
            return m->err->code;
    }
    passage->tokens_n = (uint32_t)m->words.n - passage->token;
    return SAM_OK;
}

/* Gives some words their numbers. What is known of each is sent for on the way: a line of its own here and there in a megabyte. */
static void number_some(const struct marker *m, struct sam_token *tokens, size_t n)
{
    const struct vocabulary *vocabulary = &m->packs->vocabulary;
    const struct vocable *words = vocabulary->words.at;
    const struct weights *weights = m->model.model != NULL ? m->model.model->known.words : NULL;
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(vocabulary_group(vocabulary, tokens[i].hash));
    for (size_t i = 0; i < n; i++) {
        tokens[i].vocable = vocabulary_guess(vocabulary, tokens[i].hash);
        __builtin_prefetch(&words[tokens[i].vocable]);
        if (weights != NULL)
            __builtin_prefetch(&weights[tokens[i].vocable]);
    }
    for (size_t i = 0; i < n; i++) {
        if (!vocabulary_sure(vocabulary, tokens[i].hash, tokens[i].vocable))
            tokens[i].vocable = vocabulary_find(vocabulary, tokens[i].hash);
    }
}

/* What the words of a passage are together; they vote for their side's language. */
static void count_passage(struct marker *m, struct passage *passage)
{
    const struct sam_token *tokens = m->words.at + passage->token;
    uint32_t signs = 0;
    for (uint32_t i = 0; i < passage->tokens_n; i++) {
        uint32_t word = tokens[i].kind == SAM_TOKEN_ASKED ? 0 : 1;
        passage->words += word;
        m->turns[m->pieces[tokens[i].piece].turn].words += word;
        signs |= (word ^ 1U) | tokens[i].before | tokens[i].after;
    }
    passage->plain = signs == 0;
    language_vote(&m->packs->vocabulary, tokens, passage->tokens_n, &passage->votes);
    language_add(&m->votes[side_of(passage->role)], &passage->votes);
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
    for (size_t at = 0; at < m->words.n; at += NUMBERED)
        number_some(m, m->words.at + at, m->words.n - at < NUMBERED ? m->words.n - at : NUMBERED);
    for (uint32_t at = from; at < end; at++)
        count_passage(m, &m->passages[at]);
    *to = end;
    return passages_know(m, m->passages + from, end - from);
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
