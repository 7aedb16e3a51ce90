/*
 * Linear models: the scores they give. Sums are whole numbers until the end, so that the order of words changes nothing
 * and a word's rows may be added up beforehand.
 */
#include "model.h"

#include "lanes.h"

#include <math.h>
#include <string.h>

/* How a passage of the usual length compares with rules and shape; found on the development conversations. */
#define HASHED_SHARE 1.5F

const uint8_t model_gains[ROWS] = {[ROWS_WORDS] = 5, [ROWS_PARTS] = 3, [ROWS_GLOSSES] = 7};

float model_share(float squares)
{
    const float unit = 4.0F / (16 * 16 * GAIN_UNIT * GAIN_UNIT);
    return squares > 0 ? HASHED_SHARE / (powf(squares * unit, 0.3F) * powf(25, 0.4F)) : 0;
}

/* ---- sums -------------------------------------------------------------------------------------------------------------- */

/* Sums stay in registers: their loops are made twice, once for each side's width, and unrolled. */
#define FOURS_MAX   FOURS_AGENT
#define FOURS(side) ((side) == 0 ? FOURS_AGENT : FOURS_CUSTOMER)
_Static_assert(MODEL_AGENT < 4 * FOURS_AGENT && MODEL_CUSTOMER < 4 * FOURS_CUSTOMER, "a lane for the squares stands behind the labels");

/* The sums of a passage for one side's labels, and of its squares in the lane behind them. */
struct sums {
    float4 hashed[FOURS_MAX], plain[FOURS_MAX];
};

/* a in each lane, b in that of the squares. */
INLINED float4 lanes_of(float a, float b, uint32_t four, uint32_t labels)
{
    float4 all = {a, a, a, a};
    if (four == labels / 4)
        all[labels % 4] = b;
    return all;
}

/* Adds two rows, each times its half of by. Labels come first in a row; agents' have two and a half vectors of eight, customers' one. */
INLINED void add_two(int4 *sum, const int16_t *a, const int16_t *b, short8 by, uint32_t fours)
{
    EACH_FOUR
    {
        short8 of_a = eight_of(a + 8 * (v / 2)), of_b = eight_of(b + 8 * (v / 2));
        sum[v] += v % 2 == 0 ? first_of_two(of_a, of_b, by) : last_of_two(of_a, of_b, by);
    }
}

/* What the second of two rows counts: nothing behind the last row, which is then there twice. */
INLINED short8 times(int16_t first, int16_t second)
{
    return (short8){first, second, first, second, first, second, first, second};
}

INLINED void sum_words(struct sums *sums, const struct weights *words, int side, const struct sam_token *tokens, uint32_t n)
{
    const uint32_t fours = FOURS(side), labels = labels_of(side);
    int4 sum[FOURS_MAX] = {{0}};
    for (uint32_t t = 0; t < n; t += 2) {
        uint32_t more = t + 1 < n;
        add_two(sum, weights_of(&words[tokens[t].vocable], side), weights_of(&words[tokens[t + more].vocable], side),
                times(1, (int16_t)more), fours);
    }
    EACH_FOUR sums->hashed[v] = __builtin_convertvector(sum[v], float4) * lanes_of(WORD_UNIT, SQUARE_UNIT, v, labels);
}

INLINED void sum_rows(struct sums *sums, const struct weights *hashed, int side, const struct feature_rows *rows, float gain)
{
    const uint32_t fours = FOURS(side), labels = labels_of(side);
    int4 sum[FOURS_MAX] = {{0}};
    for (uint32_t r = 0; r < rows->n; r += 2) {
        uint32_t more = r + 1 < rows->n;
        add_two(sum, weights_of(&hashed[rows->at[r].bucket], side), weights_of(&hashed[rows->at[r + more].bucket], side),
                times(1, (int16_t)more), fours);
    }
    EACH_FOUR sums->hashed[v] += lanes_of(gain, gain * gain, v, labels) * __builtin_convertvector(sum[v], float4);
}

INLINED const int16_t *plain_row(const struct weights *plain, int side, const struct features *features, uint32_t f)
{
    return weights_of(&plain[features->plain[f].bucket - SAM_FEATURE_HASHED], side);
}

/* Most plain features are worth whole hundredths; the few others are added one by one. */
INLINED void sum_plain(struct sums *sums, const struct weights *plain, int side, const struct features *features)
{
    const uint32_t fours = FOURS(side), n = features->plain_n;
    int4 sum[FOURS_MAX] = {{0}};
    for (uint32_t f = 0; f < n; f += 2) {
        uint32_t more = f + 1 < n;
        int16_t second = (int16_t)(features->plain[f + more].hundredths * more);
        add_two(sum, plain_row(plain, side, features, f), plain_row(plain, side, features, f + more),
                times(features->plain[f].hundredths, second), fours);
    }
    EACH_FOUR sums->plain[v] = all_four(0.01F) * __builtin_convertvector(sum[v], float4);
    for (uint32_t k = 0; k < features->odd_n; k++) {
        uint32_t f = features->odd[k];
        const int16_t *row = plain_row(plain, side, features, f);
        short8 once = times(1, 0);
        int4 one[FOURS_MAX] = {{0}};
        add_two(one, row, row, once, fours);
        EACH_FOUR sums->plain[v] += all_four(features->plain[f].value) * __builtin_convertvector(one[v], float4);
    }
}

INLINED void sum_all(struct sums *sums, const struct model *model, int side, const struct model_passage *passage)
{
    uint32_t n = passage->tokens_n < FEATURE_TOKENS ? passage->tokens_n : FEATURE_TOKENS;
    sum_words(sums, model->known.words, side, passage->tokens, n);
    for (int r = 0; r < ROWS; r++) {
        if (passage->rows->of[r].n > 0)
            sum_rows(sums, model->known.hashed, side, &passage->rows->of[r], model_gains[r]);
    }
    sum_plain(sums, model->plain, side, passage->features);
}

/* What was said before this passage counts for every passage behind it. */
static void take_said(struct model_use *use, const struct features *features)
{
    for (; use->said_n < features->said_n; use->said_n++) {
        const struct weights *weights = &use->model->plain[features->said[use->said_n] - SAM_FEATURE_HASHED];
        for (int lane = 0; lane < 4 * FOURS_AGENT; lane++)
            use->said[0][lane] += weights->agent[lane];
        for (int lane = 0; lane < 4 * FOURS_CUSTOMER; lane++)
            use->said[1][lane] += weights->customer[lane];
    }
}

/* What each label's model says, from sums over features. */
INLINED void say(const struct model_use *use, int side, const struct sums *sums, float *says)
{
    const struct model *model = use->model;
    const uint32_t fours = FOURS(side);
    const int first = first_label_of(side);
    float4 share = {use->share, use->share, use->share, use->share}, before = {SAID_VALUE, SAID_VALUE, SAID_VALUE, SAID_VALUE};
    EACH_FOUR
    {
        int4 said;
        memcpy(&said, use->said[side] + 4 * v, sizeof said);
        float4 sum = share * sums->hashed[v] + sums->plain[v] + before * __builtin_convertvector(said, float4);
        sum = sum * four_of(model->scale + first + 4 * v) + four_of(model->bias + first + 4 * v);
        memcpy(says + 4 * v, &sum, sizeof sum);
    }
}

INLINED void score_side(struct model_use *use, int side, const struct model_passage *passage, float *says)
{
    SAM_UNSET struct sums sums;
    uint32_t labels = labels_of(side);
    sum_all(&sums, use->model, side, passage);
    use->share = model_share(sums.hashed[labels / 4][labels % 4]) / (16 * GAIN_UNIT);
    say(use, side, &sums, says);
}

void model_score(struct model_use *use, const struct model_passage *passage, float score[LABEL_LANES])
{
    take_said(use, passage->features);
    if (passage->role == SAM_ROLE_AGENT)
        score_side(use, 0, passage, score + first_label_of(0));
    else
        score_side(use, 1, passage, score + first_label_of(1));
}

/* ---- words ------------------------------------------------------------------------------------------------------------- */

static int16_t rounded(int32_t sum, int32_t unit)
{
    int32_t value = (sum + (sum < 0 ? -unit : unit) / 2) / unit;
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static void word_side(const struct model *model, int side, const struct vocable *word, int16_t *to)
{
    int32_t sum[4 * FOURS_MAX] = {0};
    uint32_t labels = labels_of(side);
    for (uint32_t k = 0; k < word->keys_n; k++) {
        struct feature_key key = word->keys[k];
        int32_t gain = model_gains[k == 0 ? ROWS_WORDS : ROWS_PARTS];
        if (model->known.checks[key.bucket] != key.check)
            continue;
        const int16_t *from = weights_of(&model->known.hashed[key.bucket], side);
        for (uint32_t i = 0; i < labels; i++)
            sum[i] += gain * from[i];
        sum[labels] += gain * gain * from[labels];
    }
    for (uint32_t i = 0; i <= labels; i++)
        to[i] = rounded(sum[i], i < labels ? WORD_UNIT : SQUARE_UNIT);
}

struct weights *model_weights(struct sam_arena *arena, size_t n)
{
    char *at = sam_arena_array(arena, n + 1, sizeof(struct weights));
    if (at == NULL)
        return NULL;
    return (struct weights *)(void *)(at + -(uintptr_t)at % sizeof(struct weights));
}

enum sam_code model_words(struct model *model, const struct vocabulary *vocabulary, struct sam_arena *arena, struct sam_err *err)
{
    const struct vocable *words = vocabulary->words.at;
    struct weights *weights = model_weights(arena, vocabulary->words.n);
    if (weights == NULL)
        return sam_arena_full(arena, err);
    for (size_t w = 0; w < vocabulary->words.n; w++) {
        for (int side = 0; side < 2; side++)
            word_side(model, side, &words[w], weights_to(&weights[w], side));
    }
    model->known.words = weights;
    return SAM_OK;
}
