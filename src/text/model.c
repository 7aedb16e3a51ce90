/*
 * Linear models: the scores and evidence they give. Sums are whole numbers until the end, so that the order of words changes nothing
 * and a word's rows may be added up beforehand.
 */
#include "model.h"

#include <math.h>
#include <string.h>

/* How a passage of the usual length compares with rules and shape; found on the development conversations. */
#define HASHED_SHARE 1.5F

const uint8_t model_gains[ROWS] = {[ROWS_WORDS] = 5, [ROWS_PARTS] = 3, [ROWS_GLOSSES] = 7};

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

float model_share(float squares)
{
    const float unit = 4.0F / (16 * 16 * GAIN_UNIT * GAIN_UNIT);
    return squares > 0 ? HASHED_SHARE / (powf(squares * unit, 0.3F) * powf(25, 0.4F)) : 0;
}

/* ---- sums -------------------------------------------------------------------------------------------------------------- */

/* Four lanes at once. Sums stay in registers: their loops are made twice, once for each side's width, and unrolled. */
typedef int64_t long2 __attribute__((vector_size(16)));
typedef int16_t short8 __attribute__((vector_size(16)));
typedef int32_t int4 __attribute__((vector_size(16)));
typedef float float4 __attribute__((vector_size(16)));
#define FOURS_MAX FOURS_AGENT
#define INLINED   static inline __attribute__((always_inline))
#ifdef __clang__
#define EACH_FOUR _Pragma("unroll") for (uint32_t v = 0; v < fours; v++)
#else
#define EACH_FOUR _Pragma("GCC unroll 8") for (uint32_t v = 0; v < fours; v++)
#endif
_Static_assert(MODEL_AGENT < 4 * FOURS_AGENT && MODEL_CUSTOMER < 4 * FOURS_CUSTOMER, "a lane for the squares stands behind the labels");

/* Each number twice in four bytes, then the upper one with its sign. */
INLINED int4 widened(const int16_t *at)
{
    int64_t four;
    memcpy(&four, at, sizeof four);
    short8 packed = (short8)(long2){four, 0};
    return (int4)__builtin_shufflevector(packed, packed, 0, 0, 1, 1, 2, 2, 3, 3) >> 16;
}

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

INLINED void sum_words(struct sums *sums, const int16_t *rows, uint32_t fours, uint32_t labels, const struct sam_token *tokens, uint32_t n)
{
    int4 sum[FOURS_MAX] = {{0}};
    for (uint32_t t = 0; t < n; t++) {
        const int16_t *row = &rows[(size_t)tokens[t].vocable * WORD_LANES];
        EACH_FOUR sum[v] += widened(row + 4 * v);
    }
    EACH_FOUR sums->hashed[v] = __builtin_convertvector(sum[v], float4) * lanes_of(WORD_UNIT, SQUARE_UNIT, v, labels);
}

INLINED void sum_rows(struct sums *sums, const struct model *model, const int16_t *table, uint32_t fours, uint32_t labels,
                      const struct feature_rows *rows, float gain)
{
    int4 sum[FOURS_MAX] = {{0}};
    for (uint32_t r = 0; r < rows->n; r++) {
        const int16_t *row = &table[(size_t)model->places[rows->at[r].bucket] * 4 * fours];
        EACH_FOUR sum[v] += widened(row + 4 * v);
    }
    EACH_FOUR sums->hashed[v] += lanes_of(gain, gain * gain, v, labels) * __builtin_convertvector(sum[v], float4);
}

INLINED void sum_plain(struct sums *sums, const float *table, uint32_t fours, const struct plain_feature *features, uint32_t n)
{
    float4 sum[FOURS_MAX] = {{0}};
    for (uint32_t f = 0; f < n; f++) {
        const float *row = &table[(size_t)(features[f].bucket - SAM_FEATURE_HASHED) * 4 * fours];
        float value = features[f].value;
        EACH_FOUR
        {
            float4 four;
            memcpy(&four, row + 4 * v, sizeof four);
            sum[v] += (float4){value, value, value, value} * four;
        }
    }
    EACH_FOUR sums->plain[v] = sum[v];
}

INLINED void sum_all(struct sums *sums, const struct model_use *use, int s, const struct features *features, const struct sam_token *tokens,
                     uint32_t n)
{
    const struct model *model = use->model;
    const struct side_model *side = &model->sides[s];
    const uint32_t fours = s == 0 ? FOURS_AGENT : FOURS_CUSTOMER, labels = s == 0 ? MODEL_AGENT : MODEL_CUSTOMER;
    sum_words(sums, s == 0 ? model->words->agent : model->words->customer, fours, labels, tokens, n);
    for (int r = 0; r < ROWS; r++) {
        if (features->rows[r].n > 0)
            sum_rows(sums, model, side->hashed, fours, labels, &features->rows[r], model_gains[r]);
    }
    sum_plain(sums, side->plain, fours, features->plain, features->plain_n);
}

/* What was said before this passage counts for every passage behind it. */
static void take_said(struct model_use *use, const struct features *features)
{
    for (; use->said_n < features->said_n; use->said_n++) {
        for (int s = 0; s < 2; s++) {
            const struct side_model *side = &use->model->sides[s];
            const float *row = &side->plain[(size_t)(features->said[use->said_n] - SAM_FEATURE_HASHED) * side->lanes];
            for (uint32_t i = 0; i < side->labels; i++)
                use->said[s][i] += row[i];
        }
    }
}

static int first_label(int side)
{
    return side == 0 ? 0 : MODEL_AGENT;
}

void model_score(struct model_use *use, enum sam_role role, const struct features *features, const struct sam_token *tokens, uint32_t n,
                 float score[SAM_LABELS])
{
    const struct model *model = use->model;
    int s = role == SAM_ROLE_AGENT ? 0 : 1, first = first_label(s);
    const struct side_model *side = &model->sides[s];
    struct sums sums;
    float hashed[4 * FOURS_MAX], plain[4 * FOURS_MAX];
    n = n < FEATURE_TOKENS ? n : FEATURE_TOKENS;
    take_said(use, features);
    if (s == 0)
        sum_all(&sums, use, 0, features, tokens, n);
    else
        sum_all(&sums, use, 1, features, tokens, n);
    memcpy(hashed, sums.hashed, sizeof hashed);
    memcpy(plain, sums.plain, sizeof plain);
    use->share = model_share(hashed[side->labels]) / (16 * GAIN_UNIT);
    for (uint32_t i = 0; i < side->labels; i++) {
        float sum = use->share * hashed[i] + plain[i] + SAID_VALUE * use->said[s][i];
        if (model->there[first + (int)i])
            score[first + (int)i] = sum * model->scale[first + (int)i] + model->bias[first + (int)i];
    }
}

/* ---- evidence ---------------------------------------------------------------------------------------------------------- */

/* What carried a label: the index-th token, row or plain feature of its group. */
struct carrier {
    float weight;
    uint32_t group, index; /* enum sam_feature_group */
};
/* The strongest so far, in order. */
struct strongest {
    struct carrier at[EVIDENCE_OF_LABEL];
    uint32_t n, room;
    float least; /* what is not above it is not among them */
};

INLINED void offer(struct strongest *best, float weight, enum sam_feature_group group, uint32_t index)
{
    if (weight <= best->least)
        return;
    uint32_t at = best->n == best->room ? best->n - 1 : best->n++;
    for (; at > 0 && best->at[at - 1].weight < weight; at--)
        best->at[at] = best->at[at - 1];
    best->at[at] = (struct carrier){weight, group, index};
    best->least = best->n == best->room ? best->at[best->n - 1].weight : 0;
}

/* Of rules of labels nothing is offered: they are evidence already; of features without words neither. */
static void offer_all(struct strongest *best, const struct model_use *use, enum sam_label label, const struct features *features,
                      const struct sam_passage *passage)
{
    const struct model *model = use->model;
    int s = label < MODEL_AGENT ? 0 : 1;
    const struct side_model *side = &model->sides[s];
    uint32_t lane = (uint32_t)((int)label - first_label(s)), n = passage->tokens_n < FEATURE_TOKENS ? passage->tokens_n : FEATURE_TOKENS;
    const int16_t *words = (s == 0 ? model->words->agent : model->words->customer) + lane, *hashed = side->hashed + lane;
    float scale = model->scale[label], share = scale * use->share;
    for (uint32_t i = 0; i < n; i++)
        offer(best, share * WORD_UNIT * (float)words[(size_t)passage->tokens[i].vocable * WORD_LANES], SAM_FEATURE_WORDS, i);
    for (int r = 0; r < ROWS; r++) {
        const struct feature_rows *rows = &features->rows[r];
        float gain = share * (float)model_gains[r];
        for (uint32_t i = 0; i < rows->n; i++)
            offer(best, gain * (float)hashed[(size_t)model->places[rows->at[i].bucket] * side->lanes],
                  (enum sam_feature_group)(SAM_FEATURE_WORDS + r), n + i);
    }
    for (uint32_t i = 0; i < features->plain_n; i++) {
        const struct plain_feature *feature = &features->plain[i];
        if (feature->group == SAM_FEATURE_CONCEPTS)
            offer(best, scale * feature->value * side->plain[(size_t)(feature->bucket - SAM_FEATURE_HASHED) * side->lanes + lane],
                  SAM_FEATURE_CONCEPTS, i);
    }
}

/* A carrier as if it were a rule; a concept has the name of the rule that it is. */
static struct sam_fired fired_of(const struct carrier *carrier, const struct features *features, const struct sam_passage *passage)
{
    uint32_t n = passage->tokens_n < FEATURE_TOKENS ? passage->tokens_n : FEATURE_TOKENS, i = carrier->index;
    struct sam_fired fired = {.rule = names[carrier->group], .number = UINT32_MAX, .weight = carrier->weight, .first = i, .last = i};
    if (carrier->group == SAM_FEATURE_CONCEPTS) {
        const struct sam_fired *rule = &passage->fired[features->plain[i].rule];
        fired.rule = rule->rule;
        fired.first = rule->first;
        fired.last = rule->last;
    } else if (i >= n) {
        const struct feature_row *row = &features->rows[carrier->group - SAM_FEATURE_WORDS].at[i - n];
        fired.first = row->last - row->back;
        fired.last = row->last;
    }
    return fired;
}

uint32_t model_evidence(const struct model_use *use, enum sam_label label, const struct features *features,
                        const struct sam_passage *passage, struct sam_fired *out, uint32_t room)
{
    struct strongest best = {.room = room < EVIDENCE_OF_LABEL ? room : EVIDENCE_OF_LABEL};
    if (room == 0 || passage->tokens_n == 0)
        return 0;
    offer_all(&best, use, label, features, passage);
    for (uint32_t i = 0; i < best.n; i++) {
        out[i] = fired_of(&best.at[i], features, passage);
        out[i].target = (int32_t)label;
    }
    if (best.n > 0)
        return best.n;
    /* Only its place and its past carried it: all of it is the evidence. */
    out[0] = (struct sam_fired){names[SAM_FEATURE_CONTEXT], UINT32_MAX, (int32_t)label, 0.01F, 0, passage->tokens_n - 1};
    return 1;
}

/* ---- words ------------------------------------------------------------------------------------------------------------- */

static int16_t rounded(int32_t sum, int32_t unit)
{
    int32_t value = (sum + (sum < 0 ? -unit : unit) / 2) / unit;
    return (int16_t)(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
}

static void word_side(const struct model *model, int s, const struct vocable *word, int16_t *row)
{
    const struct side_model *side = &model->sides[s];
    int32_t sum[4 * FOURS_MAX] = {0};
    for (uint32_t k = 0; k < word->keys_n; k++) {
        struct feature_key key = word->keys[k];
        int32_t gain = model_gains[k == 0 ? ROWS_WORDS : ROWS_PARTS];
        if (model->checks[key.bucket] != key.check)
            continue;
        const int16_t *from = &side->hashed[(size_t)model->places[key.bucket] * side->lanes];
        for (uint32_t i = 0; i < side->labels; i++)
            sum[i] += gain * from[i];
        sum[side->labels] += gain * gain * from[side->labels];
    }
    for (uint32_t i = 0; i <= side->labels; i++)
        row[i] = rounded(sum[i], i < side->labels ? WORD_UNIT : SQUARE_UNIT);
}

enum sam_code model_words(struct model *model, const struct vocabulary *vocabulary, struct sam_arena *arena, struct sam_err *err)
{
    const struct vocable *words = vocabulary->words.at;
    char *at = sam_arena_array(arena, vocabulary->words.n + 1, sizeof *model->words);
    if (at == NULL)
        return sam_arena_full(arena, err);
    at += -(uintptr_t)at % sizeof *model->words; /* each in a line of its own */
    struct word_row *rows = (struct word_row *)(void *)at;
    for (size_t w = 0; w < vocabulary->words.n; w++) {
        word_side(model, 0, &words[w], rows[w].agent);
        word_side(model, 1, &words[w], rows[w].customer);
    }
    model->words = rows;
    return SAM_OK;
}
