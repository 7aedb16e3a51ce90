/*
 * What stands around a word: the tests that the words beside it pass, and those that any word of its sentence passes, so that a variant
 * is not walked along where it cannot match. No pattern reaches over a sentence's end; what is stepped over may let any word of the
 * sentence stand beside another.
 */
#include "around.h"

#include <string.h>

static const uint64_t nothing[TEST_WORDS] = {0};
static const uint64_t anything[TEST_WORDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};

static inline void add(uint64_t to[TEST_WORDS], const uint64_t *more)
{
    for (int i = 0; i < TEST_WORDS; i++)
        to[i] |= more[i];
}

void part_init(struct part *part, const struct pack *pack, const struct sam_token *tokens, uint32_t n)
{
    part->pack = pack;
    part->tokens = tokens;
    part->n = n;
    part->from = part->to = 0;
    part->candidates_n = 0;
}

/* The tests that a word passes that is known by its stem and its prefix. */
static const uint64_t *by_both(struct part *part, const struct sam_token *token)
{
    if (part->both_n == PART_BOTH)
        return anything;
    uint64_t *both = part->both[part->both_n++];
    memcpy(both, part->pack->lines[token->numbers[0]].tests, sizeof part->both[0]);
    add(both, part->pack->lines[token->numbers[1]].tests);
    return both;
}

static inline bool in_sentence(const struct part *part, uint32_t at)
{
    return at > 0 && at < part->n && (part->tokens[at].flags & SAM_TOKEN_BEGINS) == 0;
}

bool part_next(struct part *part)
{
    const struct sam_token *tokens = part->tokens;
    uint64_t *sentence = part->around.sentence;
    uint32_t from = part->to, at = from, k = 0;
    if (at == part->n)
        return false;
    bool begun = in_sentence(part, from);
    part->both_n = 0;
    memset(sentence, 0, sizeof part->around.sentence);
    do {
        const struct word_line *line = &part->pack->lines[tokens[at].numbers[0]];
        const uint64_t *tests = tokens[at].numbers[1] == 0 ? line->tests : by_both(part, &tokens[at]);
        add(sentence, tests);
        part->own[++k] = token_stepped_over(&tokens[at]) ? sentence : tests;
    } while (in_sentence(part, ++at) && k < PART_WORDS);
    bool goes_on = in_sentence(part, at);
    part->own[0] = begun ? anything : nothing;
    part->own[k + 1] = goes_on ? anything : nothing;
    if (begun || goes_on)
        memcpy(sentence, anything, sizeof anything);
    part->from = from;
    part->to = at;
    return true;
}

/* What is stepped over is left to the walk. */
void part_look(struct part *part, uint32_t at)
{
    const struct sam_token *token = &part->tokens[at];
    struct around *around = &part->around;
    uint32_t here = HERE_ALWAYS | (token->flags & HERE_BEGINS);
    memcpy(around->before, part->own[at - part->from], sizeof around->before);
    memcpy(around->next, part->own[at - part->from + 2], sizeof around->next);
    if (at > 0 && token_stepped_over(token - 1))
        here |= HERE_BEGINS;
    if (at + 1 == part->n || token_stepped_over(token + 1))
        here |= HERE_CLAUSE_END | HERE_TURN_END;
    else if ((token[1].flags & SAM_TOKEN_CLAUSE) != 0)
        here |= HERE_CLAUSE_END;
    around->here = (uint8_t)here;
}
