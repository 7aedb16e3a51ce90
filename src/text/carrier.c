/*
 * What carried a label of a model: the strongest of its words, meanings and concepts, as if they were rules.
 */
#include "lanes.h"
#include "model.h"

#include <string.h>

/* Shown as the rule of a mark. */
#define NAME(text)                                                                                                                         \
    {                                                                                                                                      \
        text, sizeof(text) - 1                                                                                                             \
    }
static const struct sam_span names[SAM_FEATURE_GROUPS] = {
    [SAM_FEATURE_SHAPE] = NAME("model.shape"),       [SAM_FEATURE_RULES] = NAME("model.rules"),
    [SAM_FEATURE_CONCEPTS] = NAME("model.concepts"), [SAM_FEATURE_CONTEXT] = NAME("model.context"),
    [SAM_FEATURE_WORDS] = NAME("model.words"),       [SAM_FEATURE_PARTS] = NAME("model.parts"),
    [SAM_FEATURE_GLOSSES] = NAME("model.meanings"),
};
_Static_assert(SAM_FEATURE_PARTS - SAM_FEATURE_WORDS == ROWS_PARTS && SAM_FEATURE_GLOSSES - SAM_FEATURE_WORDS == ROWS_GLOSSES,
               "rows have the order of their groups");

/* The weights of all that may carry a label stand in one row: of the passage's tokens, of its rows by kind, of its concepts. */
#define GATHERED 64
struct row {
    float *at;
    uint32_t n;
};

static uint32_t tokens_of(const struct model_passage *passage)
{
    return passage->tokens_n < FEATURE_TOKENS ? passage->tokens_n : FEATURE_TOKENS;
}

/* The weights of four features times gain. */
INLINED void put_weights(float *to, const int16_t *weights, uint4 of, float gain)
{
    const size_t row = WEIGHTS_LANES;
    int4 four = {weights[of[0] * row], weights[of[1] * row], weights[of[2] * row], weights[of[3] * row]};
    put_four(to, all_four(gain) * __builtin_convertvector(four, float4));
}

/* Those of tokens, and of rows of one kind, four at a time. @return behind the last */
static float *weigh_words(float *to, const int16_t *weights, const struct sam_token *tokens, uint32_t n, float gain)
{
    uint32_t i = 0;
    for (; i + 4 <= n; i += 4)
        put_weights(to + i, weights, (uint4){tokens[i].vocable, tokens[i + 1].vocable, tokens[i + 2].vocable, tokens[i + 3].vocable}, gain);
    for (; i < n; i++)
        to[i] = gain * (float)weights[(size_t)tokens[i].vocable * WEIGHTS_LANES];
    return to + n;
}

static float *weigh_rows(float *to, const int16_t *weights, const struct feature_rows *rows, float gain)
{
    const struct feature_row *at = rows->at;
    uint32_t i = 0;
    for (; i + 4 <= rows->n; i += 4)
        put_weights(to + i, weights, (uint4){at[i].bucket, at[i + 1].bucket, at[i + 2].bucket, at[i + 3].bucket}, gain);
    for (; i < rows->n; i++)
        to[i] = gain * (float)weights[(size_t)at[i].bucket * WEIGHTS_LANES];
    return to + rows->n;
}

/* Of rules of labels there is nothing: they are evidence already; of features without words neither. */
static void weigh(struct row *row, const struct model_use *use, enum sam_label label, const struct model_passage *passage)
{
    const struct model *model = use->model;
    const struct features *features = passage->features;
    const int side = label < MODEL_AGENT ? 0 : 1;
    const uint32_t lane = (uint32_t)((int)label - first_label_of(side)), tokens_n = tokens_of(passage);
    const int16_t *words = weights_of(model->known.words, side) + lane, *hashed = weights_of(model->known.hashed, side) + lane;
    const int16_t *plain = weights_of(model->plain, side) + lane;
    float scale = model->scale[label], share = scale * use->share;
    float *to = weigh_words(row->at, words, passage->tokens, tokens_n, share * WORD_UNIT);
    for (uint32_t r = 0; r < ROWS; r++)
        to = weigh_rows(to, hashed, &passage->rows->of[r], share * (float)model_gains[r]);
    for (uint32_t i = features->concepts; i < features->concepts_end; i++)
        *to++ = scale * features->plain[i].value * (float)plain[(size_t)(features->plain[i].bucket - SAM_FEATURE_HASHED) * WEIGHTS_LANES];
    for (row->n = (uint32_t)(to - row->at); row->n % 8 != 0; row->n++)
        *to++ = 0;
}

static inline float less(float a, float b)
{
    return a < b ? a : b;
}

static inline float more(float a, float b)
{
    return a > b ? a : b;
}

/* A weight that four of the row reach at least. The row lies in eight columns, and of two columns that stand together one has the greater
 * weight at its top: either the four greater ones are four such weights, or three of them with the greatest of the others. */
static float reached_by_four(const struct row *row)
{
    float4 top[2] = {{0}, {0}}, four;
    for (uint32_t i = 0; i < row->n; i += 8) {
        for (int k = 0; k < 2; k++) {
            memcpy(&four, row->at + i + 4 * k, sizeof four);
            int4 above = four > top[k];
            top[k] = (float4)((above & (int4)four) | (~above & (int4)top[k]));
        }
    }
    float great[4], other = 0;
    for (int k = 0; k < 4; k++) {
        great[k] = more(top[0][k], top[1][k]);
        other = more(other, less(top[0][k], top[1][k]));
    }
    float a = more(great[0], great[1]), b = less(great[0], great[1]), c = more(great[2], great[3]), d = less(great[2], great[3]);
    float least = less(b, d), third = less(less(a, c), more(b, d)); /* of the four greater ones */
    return more(least, less(third, other));
}

/* The strongest of the row, in order. Each is one number: its weight, of which the bits grow with it, and below it how far from the end it
 * stands, so that of equal ones the first is the stronger; 0 is nobody. */
struct strongest {
    uint64_t of[EVIDENCE_OF_LABEL];
};
_Static_assert(EVIDENCE_OF_LABEL == 4, "the strongest are looked for as four");

static inline uint64_t strength(float weight, uint32_t place)
{
    uint32_t bits;
    memcpy(&bits, &weight, sizeof bits);
    return (uint64_t)bits << 32 | (UINT32_MAX - place);
}
static inline uint32_t place_of(uint64_t strength)
{
    return UINT32_MAX - (uint32_t)strength;
}
static inline float weight_of(uint64_t strength)
{
    uint32_t bits = (uint32_t)(strength >> 32);
    float weight;
    memcpy(&weight, &bits, sizeof weight);
    return weight;
}

/* Puts the stronger of two first. */
static inline void order(uint64_t *a, uint64_t *b)
{
    uint64_t great = *a > *b ? *a : *b, little = *a > *b ? *b : *a;
    *a = great;
    *b = little;
}

/* Which of sixty-four weights, or of those that are left, are among the strong: a bit each. */
static uint64_t strong_of(const float *at, uint32_t n, float low)
{
    uint64_t few = 0;
    for (uint32_t i = 0; i < n; i += 4) {
        float4 four = four_of(at + i);
        few |= (uint64_t)bits_of((four >= all_four(low)) & (four > all_four(0))) << i;
    }
    return few;
}

/* Which of them are strong cannot be foretold, so there is no branch on it: the few that may be among the four are gathered first. */
static void find_strongest(const struct row *row, struct strongest *best)
{
    float low = reached_by_four(row);
    for (uint32_t from = 0; from < row->n; from += GATHERED) {
        uint64_t few = strong_of(row->at + from, row->n - from < GATHERED ? row->n - from : GATHERED, low);
        for (; few != 0; few &= few - 1) {
            uint32_t place = from + (uint32_t)__builtin_ctzll(few);
            uint64_t next = strength(row->at[place], place);
            for (int k = 0; k < EVIDENCE_OF_LABEL; k++)
                order(&best->of[k], &next);
        }
    }
}

/* What stands at a place of the row as if it were a rule; a concept has the name of the rule that it is. */
static struct sam_fired fired_of(uint32_t place, float weight, enum sam_label label, const struct model_passage *passage)
{
    const struct features *features = passage->features;
    struct sam_fired fired = {names[SAM_FEATURE_WORDS], UINT32_MAX, (int32_t)label, weight, place, place};
    if (place < tokens_of(passage))
        return fired;
    place -= tokens_of(passage);
    for (uint32_t r = 0; r < ROWS; place -= passage->rows->of[r++].n) {
        if (place >= passage->rows->of[r].n)
            continue;
        const struct feature_row *row = &passage->rows->of[r].at[place];
        fired.rule = names[SAM_FEATURE_WORDS + r];
        fired.first = row->last - row->back;
        fired.last = row->last;
        return fired;
    }
    const struct sam_fired *rule = &passage->fired[features->plain[features->concepts + place].rule];
    fired.rule = rule->rule;
    fired.first = rule->first;
    fired.last = rule->last;
    return fired;
}

uint32_t model_evidence(const struct model_use *use, enum sam_label label, const struct model_passage *passage, struct sam_fired *out,
                        uint32_t room)
{
    struct row row = {passage->rows->weights, 0};
    struct strongest best = {{0}};
    uint32_t n = 0;
    if (room == 0 || passage->tokens_n == 0)
        return 0;
    weigh(&row, use, label, passage);
    find_strongest(&row, &best);
    for (; n < room && n < EVIDENCE_OF_LABEL && best.of[n] != 0; n++)
        out[n] = fired_of(place_of(best.of[n]), weight_of(best.of[n]), label, passage);
    if (n > 0)
        return n;
    /* Only its place and its past carried it: all of it is the evidence. */
    out[0] = (struct sam_fired){names[SAM_FEATURE_CONTEXT], UINT32_MAX, (int32_t)label, 0.01F, 0, passage->tokens_n - 1};
    return 1;
}
