/*
 * What stands around a word: the tests that the words beside it pass, and those that words farther on in its sentence pass, so that a
 * variant is not walked along where it cannot match. No pattern reaches over a sentence's end. What is stepped over takes up no place
 * between the others; since it may also be what a pattern asks for, it counts as one with its neighbours.
 */
#include "around.h"

#include "lanes.h"

_Static_assert(TEST_WORDS % 2 == 0 && ROW_SPAN == 4 && 2 * ROW_REACH + PART_WORDS <= UINT8_MAX + 1, "as these loops and rows have it");

#define TESTS_LINE (64 / sizeof(struct start_tests)) /* in a line of the cache: a word has one line and a half of them in the mean */

static const uint64_t nothing[TEST_WORDS] = {0};
static const uint64_t anything[TEST_WORDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};

void match_ahead(const struct pack *pack, const struct sam_token *tokens, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        __builtin_prefetch(&pack->lines[tokens[i].numbers[0]]);
}

void part_init(struct part *part, const struct pack *pack, enum sam_role role, const struct sam_token *tokens, uint32_t n)
{
    part->pack = pack;
    part->side = role == SAM_ROLE_CUSTOMER;
    part->tokens = tokens;
    part->n = n;
    part->from = part->to = 0;
    part->candidates_n = part->exceptions_n = 0;
}

static inline bool in_sentence(const struct part *part, uint32_t at)
{
    return at > 0 && at < part->n && (part->tokens[at].flags & SAM_TOKEN_BEGINS) == 0;
}

static inline long2 lane(const uint64_t *tests, int i)
{
    long2 two;
    memcpy(&two, tests + 2 * i, sizeof two);
    return two;
}

/* Unrolls a loop over all tests of a word, two numbers at a time. */
#define EACH_LANE _Pragma("GCC unroll 3") for (int i = 0; i < TEST_WORDS / 2; i++)

INLINED void both(uint64_t to[TEST_WORDS], const uint64_t *a, const uint64_t *b)
{
    EACH_LANE
    {
        long2 two = lane(a, i) | lane(b, i);
        memcpy(to + 2 * i, &two, sizeof two);
    }
}

/* What is stepped over is left to the walk. */
static uint32_t here(const struct part *part, uint32_t at)
{
    const struct sam_token *token = &part->tokens[at];
    uint32_t here = HERE_ALWAYS | (token->flags & HERE_BEGINS);
    if (at > 0 && token_stepped_over(token - 1))
        here |= HERE_BEGINS;
    if (at + 1 == part->n || token_stepped_over(token + 1))
        here |= HERE_CLAUSE_END | HERE_TURN_END;
    else if ((token[1].flags & SAM_TOKEN_CLAUSE) != 0)
        here |= HERE_CLAUSE_END;
    return here;
}

/* What stands beyond the part. */
static void set_rows(struct row *rows, const uint64_t *own)
{
    for (int i = 0; i < ROW_REACH; i++)
        memcpy(rows[i].own, own, sizeof rows[i].own);
}

/* The row behind another, for token at; over: tests passed by what was stepped over between the two. */
static inline struct row *add_row(const struct part *part, struct row *row, uint32_t at, uint64_t over[TEST_WORDS])
{
    const struct word_line *lines = part->pack->lines;
    const uint16_t *numbers = part->tokens[at].numbers;
    both(row[1].left, row->left, row->own);
    row++;
    both(row->own, over, lines[numbers[0]].tests);
    if (numbers[1] != 0)
        both(row->own, row->own, lines[numbers[1]].tests);
    memcpy(over, nothing, sizeof nothing);
    row->here = here(part, at);
    return row;
}

/* Rows of the words from part->to on, the first at rows[ROW_REACH], and those of what stands beyond. @return the last, or the one before
 * the first */
static struct row *add_rows(struct part *part)
{
    const struct pack *pack = part->pack;
    struct row *row = &part->rows[ROW_REACH - 1];
    uint64_t over[TEST_WORDS] = {0};
    uint32_t at = part->from = part->to;
    do {
        const struct word_line *line = &pack->lines[part->tokens[at].numbers[0]];
        const struct start_tests *tests = &pack->tests[line->starts[part->side].at];
        __builtin_prefetch(tests);
        __builtin_prefetch(tests + TESTS_LINE);
        if (token_stepped_over(&part->tokens[at])) {
            both(over, over, line->tests);
            both(row->own, row->own, line->tests);
        } else {
            row = add_row(part, row, at, over);
        }
        part->row_of[at - part->from] = (uint8_t)(row - part->rows);
    } while (in_sentence(part, ++at) && at - part->from < PART_WORDS);
    part->to = at;
    set_rows(row + 1, in_sentence(part, at) ? anything : nothing);
    both(row[1].own, row[1].own, over);
    both(row[1].left, row->left, row->own);
    return row;
}

/* For the rows up to the last: what stands in and behind them. */
static void look_ahead(struct row *rows, struct row *last)
{
    for (struct row *row = last + ROW_NEAR; row >= rows; row--) {
        EACH_LANE
        {
            long2 span = lane(row[0].own, i) | lane(row[1].own, i) | lane(row[2].own, i) | lane(row[3].own, i);
            memcpy(row->span + 2 * i, &span, sizeof span);
        }
    }
    memcpy(last[1].right, last[2].own, sizeof last->right);
    for (struct row *row = last; row >= rows + ROW_REACH - 1; row--)
        both(row->right, row[1].right, row[1].own);
}

bool part_next(struct part *part)
{
    struct row *rows = part->rows;
    if (part->to == part->n)
        return false;
    set_rows(rows, in_sentence(part, part->to) ? anything : nothing);
    memcpy(rows[ROW_REACH - 1].left, nothing, sizeof nothing);
    look_ahead(rows, add_rows(part));
    return true;
}

/* Rows around what is stepped over: no row is its own. */
static const struct row *look_apart(struct part *part, const struct row *before, uint32_t at)
{
    struct row *row = &part->apart[ROW_REACH];
    memcpy(part->apart, before - ROW_REACH + 1, ROW_REACH * sizeof *row);
    memcpy(row + 1, before + 1, ROW_REACH * sizeof *row);
    memcpy(row->right, before->right, sizeof row->right);
    memcpy(row->left, before[1].left, sizeof row->left);
    row->here = here(part, at);
    return row;
}

const struct row *part_look(struct part *part, uint32_t at)
{
    const struct row *row = &part->rows[part->row_of[at - part->from]];
    return token_stepped_over(&part->tokens[at]) ? look_apart(part, row, at) : row;
}
