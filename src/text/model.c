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
static const char *const names[SAM_FEATURE_GROUPS] = {
    [SAM_FEATURE_SHAPE] = "model.shape",      [SAM_FEATURE_RULES] = "model.rules", [SAM_FEATURE_CONCEPTS] = "model.concepts",
    [SAM_FEATURE_CONTEXT] = "model.context",  [SAM_FEATURE_WORDS] = "model.words", [SAM_FEATURE_PARTS] = "model.parts",
    [SAM_FEATURE_GLOSSES] = "model.meanings",
};
static const uint8_t row_groups[ROWS] = {
    [ROWS_WORDS] = SAM_FEATURE_WORDS, [ROWS_PARTS] = SAM_FEATURE_PARTS, [ROWS_GLOSSES] = SAM_FEATURE_GLOSSES};

float model_share(float squares)
{
    const float unit = 4.0F / (16 * 16 * GAIN_UNIT * GAIN_UNIT);
    return squares > 0 ? HASHED_SHARE / (powf(squares * unit, 0.3F) * powf(25, 0.4F)) : 0;
}

/* ---- sums -------------------------------------------------------------------------------------------------------------- */

/* The loops of the sums are made twice, once for each width, so that the compiler knows it. */
#define EACH_LANE for (uint32_t i = 0; i < lanes; i++)

static inline __attribute__((always_inline)) void sum_words(float *to, const int16_t *rows, uint32_t lanes, uint32_t labels,
                                                            const struct sam_token *tokens, uint32_t n)
{
    int32_t sum[LANES_MAX] = {0};
    for (uint32_t t = 0; t < n; t++) {
        const int16_t *row = &rows[(size_t)tokens[t].vocable * (LANES_AGENT + LANES_CUSTOMER)];
        EACH_LANE
        sum[i] += row[i];
    }
    EACH_LANE
    to[i] = (float)(WORD_UNIT * (int64_t)sum[i]);
    to[labels] = (float)(SQUARE_UNIT * (int64_t)sum[labels]);
}

static inline __attribute__((always_inline)) void sum_rows(float *to, const struct model *model, const int16_t *table, uint32_t lanes,
                                                           uint32_t labels, const struct feature_rows *rows, float gain)
{
    int32_t sum[LANES_MAX] = {0};
    for (uint32_t r = 0; r < rows->n; r++) {
        const int16_t *row = &table[(size_t)model->places[rows->at[r].key.bucket] * lanes];
        EACH_LANE
        sum[i] += row[i];
    }
    for (uint32_t i = 0; i < labels; i++)
        to[i] += gain * (float)sum[i];
    to[labels] += gain * gain * (float)sum[labels];
}

static inline __attribute__((always_inline)) void sum_plain(float *sum, const int16_t *table, uint32_t lanes,
                                                            const struct sam_feature *features, uint32_t n)
{
    for (uint32_t f = 0; f < n; f++) {
        const int16_t *row = &table[(size_t)(features[f].bucket - SAM_FEATURE_HASHED) * lanes];
        EACH_LANE
        sum[i] += features[f].value * (float)row[i];
    }
}

/* NOLINTNEXTLINE(readability-function-size): inlined twice, so that the compiler knows the widths */
static inline __attribute__((always_inline)) void sum_all(const struct model *model, int s, uint32_t lanes, uint32_t labels,
                                                          const struct features *features, const struct sam_token *tokens, uint32_t n,
                                                          float *hashed, float *plain)
{
    const struct side_model *side = &model->sides[s];
    sum_words(hashed, s == 0 ? model->words->agent : model->words->customer, lanes, labels, tokens, n);
    for (int r = 0; r < ROWS; r++)
        sum_rows(hashed, model, side->hashed, lanes, labels, &features->rows[r], model_gains[r]);
    sum_plain(plain, side->plain, lanes, features->plain, features->plain_n);
}

/* What was said before this passage counts for every passage behind it. */
static void take_said(struct model_use *use, const struct features *features)
{
    for (; use->said_n < features->said_n; use->said_n++) {
        for (int s = 0; s < 2; s++) {
            const struct side_model *side = &use->model->sides[s];
            const int16_t *row = &side->plain[(features->said[use->said_n] - SAM_FEATURE_HASHED) * side->lanes];
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
    float hashed[LANES_MAX] = {0}, plain[LANES_MAX] = {0};
    n = n < FEATURE_TOKENS ? n : FEATURE_TOKENS;
    take_said(use, features);
    if (s == 0)
        sum_all(model, 0, LANES_AGENT, MODEL_AGENT, features, tokens, n, hashed, plain);
    else
        sum_all(model, 1, LANES_CUSTOMER, MODEL_CUSTOMER, features, tokens, n, hashed, plain);
    use->share = model_share(hashed[side->labels]) / (16 * GAIN_UNIT);
    for (uint32_t i = 0; i < side->labels; i++) {
        float sum = use->share * hashed[i] + plain[i] + SAID_VALUE * (float)use->said[s][i];
        if (model->there[first + (int)i])
            score[first + (int)i] = sum * model->scale[first + (int)i] + model->bias[first + (int)i];
    }
}

/* ---- evidence ---------------------------------------------------------------------------------------------------------- */

/* The strongest so far. */
struct strongest {
    struct sam_fired *at;
    uint32_t n, room;
    enum sam_label label;
    float least; /* what is not above it is not among them */
};

/* Whether a weight is too small to be among the strongest. */
static inline bool too_weak(const struct strongest *best, float weight)
{
    return weight <= best->least;
}

/* @return the place of what is among the strongest, its rule still to be named; NULL when it is not */
static struct sam_fired *offer(struct strongest *best, float weight, uint32_t first, uint32_t last)
{
    if (too_weak(best, weight))
        return NULL;
    uint32_t at = best->n == best->room ? best->n - 1 : best->n++;
    for (; at > 0 && best->at[at - 1].weight < weight; at--)
        best->at[at] = best->at[at - 1];
    best->at[at] = (struct sam_fired){.number = UINT32_MAX, .target = (int32_t)best->label, .weight = weight, .first = first, .last = last};
    best->least = best->n == best->room ? best->at[best->n - 1].weight : 0;
    return &best->at[at];
}

static inline void offer_hashed(struct strongest *best, enum sam_feature_group group, float weight, uint32_t first, uint32_t last)
{
    if (too_weak(best, weight))
        return;
    struct sam_fired *fired = offer(best, weight, first, last);
    if (fired != NULL)
        fired->rule = sam_span_of(names[group]);
}

/* Of rules of labels nothing is offered: they are evidence already. */
static void offer_plain(struct strongest *best, const struct sam_passage *passage, const struct sam_feature *feature, float weight)
{
    if (feature->group == SAM_FEATURE_RULES || feature->first == UINT32_MAX)
        return;
    struct sam_fired *fired = offer(best, weight, feature->first, feature->last);
    if (fired != NULL)
        fired->rule = passage->fired[feature->rule].rule;
}

uint32_t model_evidence(const struct model_use *use, enum sam_label label, const struct features *features,
                        const struct sam_passage *passage, struct sam_fired *out, uint32_t room)
{
    int s = label < MODEL_AGENT ? 0 : 1;
    const struct side_model *side = &use->model->sides[s];
    uint32_t lane = (uint32_t)((int)label - first_label(s));
    float scale = use->model->scale[label], hashed = scale * use->share;
    struct strongest best = {out, 0, room, label, 0};
    if (room == 0 || passage->tokens_n == 0)
        return 0;
    for (uint32_t i = 0; i < passage->tokens_n && i < FEATURE_TOKENS; i++) {
        const struct word_row *row = &use->model->words[passage->tokens[i].vocable];
        offer_hashed(&best, SAM_FEATURE_WORDS, hashed * WORD_UNIT * (float)(s == 0 ? row->agent : row->customer)[lane], i, i);
    }
    for (int r = 0; r < ROWS; r++) {
        for (uint32_t i = 0; i < features->rows[r].n; i++) {
            const struct feature_row *row = &features->rows[r].at[i];
            float weight =
                hashed * (float)model_gains[r] * (float)side->hashed[(size_t)use->model->places[row->key.bucket] * side->lanes + lane];
            offer_hashed(&best, row_groups[r], weight, row->last - row->back, row->last);
        }
    }
    for (uint32_t i = 0; i < features->plain_n; i++) {
        const struct sam_feature *feature = &features->plain[i];
        float weight = scale * feature->value * (float)side->plain[(feature->bucket - SAM_FEATURE_HASHED) * side->lanes + lane];
        offer_plain(&best, passage, feature, weight);
    }
    if (best.n == 0) /* only its place and its past carried it: all of it is the evidence */
        offer_hashed(&best, SAM_FEATURE_CONTEXT, 0.01F, 0, passage->tokens_n - 1);
    return best.n;
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
    int32_t sum[LANES_MAX] = {0};
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
