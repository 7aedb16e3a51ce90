/*
 * Linear models: reading them, and the scores and evidence they give.
 */
#include "model.h"

#include <math.h>
#include <string.h>

#define HEADER_LINES 64

static const struct {
    const char *name; /* shown as the rule of a mark */
    float weight;
    bool hashed; /* weighed by rarity, and divided among those of the passage */
} groups[SAM_FEATURE_GROUPS] = {
    [SAM_FEATURE_SHAPE] = {"model.shape", 1, false},       [SAM_FEATURE_RULES] = {"model.rules", 1, false},
    [SAM_FEATURE_CONCEPTS] = {"model.concepts", 1, false}, [SAM_FEATURE_CONTEXT] = {"model.context", 1, false},
    [SAM_FEATURE_BEFORE] = {"model.before", 0.5F, true},   [SAM_FEATURE_WORDS] = {"model.words", 1, true},
    [SAM_FEATURE_PARTS] = {"model.parts", 0.6F, true},     [SAM_FEATURE_GLOSSES] = {"model.meanings", 1.4F, true},
};

void model_weigh(const uint8_t *rarity, struct sam_feature *features, uint32_t n)
{
    float squares[SAM_FEATURE_GROUPS] = {0}, share[SAM_FEATURE_GROUPS];
    for (uint32_t i = 0; i < n; i++) {
        struct sam_feature *feature = &features[i];
        if (groups[feature->group].hashed) {
            feature->value *= (float)rarity[feature->bucket] / 16;
            squares[feature->group] += feature->value * feature->value;
        }
    }
    /* A long passage says more than a short one, but not as much more as it has words. */
    for (int group = 0; group < SAM_FEATURE_GROUPS; group++) {
        float hashed = squares[group] > 0 ? groups[group].weight / (powf(squares[group], 0.3F) * powf(25, 0.4F)) : 0;
        share[group] = groups[group].hashed ? hashed : groups[group].weight;
    }
    for (uint32_t i = 0; i < n; i++)
        features[i].value *= share[features[i].group];
}

static const int8_t *row_of(const struct model *model, int label, uint32_t bucket)
{
    return label < MODEL_AGENT ? &model->agent[bucket * MODEL_AGENT + (uint32_t)label]
                               : &model->customer[bucket * MODEL_CUSTOMER + (uint32_t)(label - MODEL_AGENT)];
}

void model_score(const struct model *model, enum sam_role role, const struct sam_feature *features, uint32_t n, float score[SAM_LABELS])
{
    bool agent = role == SAM_ROLE_AGENT;
    float sums[MODEL_AGENT] = {0};
    for (uint32_t i = 0; agent && i < n; i++) {
        const int8_t *row = &model->agent[features[i].bucket * (uint32_t)MODEL_AGENT];
        for (int label = 0; label < MODEL_AGENT; label++)
            sums[label] += features[i].value * (float)row[label];
    }
    for (uint32_t i = 0; !agent && i < n; i++) {
        const int8_t *row = &model->customer[features[i].bucket * (uint32_t)MODEL_CUSTOMER];
        for (int label = 0; label < MODEL_CUSTOMER; label++)
            sums[label] += features[i].value * (float)row[label];
    }
    for (int label = agent ? 0 : MODEL_AGENT; label < (agent ? MODEL_AGENT : SAM_LABELS); label++) {
        if (model->there[label])
            score[label] = sums[agent ? label : label - MODEL_AGENT] * model->scale[label] + model->bias[label];
    }
}

/* A feature as a mark's evidence. */
static struct sam_fired evidence_of(const struct sam_passage *passage, enum sam_label label, const struct sam_feature *feature,
                                    float weight)
{
    struct sam_fired fired = {.rule = sam_span_of(groups[feature->group].name),
                              .number = UINT32_MAX,
                              .target = (int32_t)label,
                              .weight = weight,
                              .first = feature->first,
                              .last = feature->last};
    if (feature->rule != SAM_FEATURE_NO_RULE)
        fired.rule = passage->fired[feature->rule].rule;
    return fired;
}

uint32_t model_evidence(const struct model *model, enum sam_label label, const struct sam_passage *passage, struct sam_fired *out,
                        uint32_t room)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < passage->features_n && room > 0; i++) {
        const struct sam_feature *feature = &passage->features[i];
        float weight = feature->value * (float)*row_of(model, (int)label, feature->bucket) * model->scale[label];
        bool own = feature->group == SAM_FEATURE_RULES; /* rules of labels are evidence already */
        if (weight <= 0 || own || feature->first == UINT32_MAX || (used == room && weight <= out[used - 1].weight))
            continue;
        uint32_t at = used == room ? used - 1 : used++;
        for (; at > 0 && out[at - 1].weight < weight; at--)
            out[at] = out[at - 1];
        out[at] = evidence_of(passage, label, feature, weight);
    }
    if (used == 0 && room > 0 && passage->tokens_n > 0) { /* only its place and its past carried it: all of it is the evidence */
        struct sam_feature all = {.rule = SAM_FEATURE_NO_RULE, .group = SAM_FEATURE_CONTEXT, .first = 0, .last = passage->tokens_n - 1};
        out[used++] = evidence_of(passage, label, &all, 0.01F);
    }
    return used;
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

struct reading {
    struct model *model;
    const char *name;
    struct sam_span rest;
    uint32_t line;
    struct sam_err *err;
};

static struct sam_span take(struct sam_span *rest)
{
    size_t from = 0, to;
    while (from < rest->len && rest->at[from] == ' ')
        from++;
    for (to = from; to < rest->len && rest->at[to] != ' '; to++)
        ;
    struct sam_span word = {rest->at + from, to - from};
    *rest = (struct sam_span){rest->at + to, rest->len - to};
    return word;
}

static enum sam_code fail(struct reading *r, const char *what)
{
    return sam_fail(r->err, SAM_BAD_INPUT, "%s:%u:1: %s", r->name, r->line, what);
}

/* "NAME NUMBER" with the number that this program wants. */
static enum sam_code want(struct reading *r, struct sam_span line, int64_t number, const char *what)
{
    int64_t is = 0;
    take(&line);
    if (sam_span_int(take(&line), 0, INT64_MAX, &is, r->err) != SAM_OK || is != number)
        return fail(r, what);
    return SAM_OK;
}

/* "label question.open bias -1 scale 0.01 threshold 0.2" */
static enum sam_code read_label(struct reading *r, struct sam_span line)
{
    enum sam_label label;
    take(&line);
    if (!sam_label_find(take(&line), &label) || r->model->there[label])
        return fail(r, "a label that there is not, or twice");
    float *const values[3] = {&r->model->bias[label], &r->model->scale[label], &r->model->threshold[label]};
    static const char *const names[3] = {"bias", "scale", "threshold"};
    for (int i = 0; i < 3; i++) {
        double value;
        struct sam_span name = take(&line);
        if (!sam_span_is(name, names[i]) || sam_span_double(take(&line), &value, r->err) != SAM_OK || !(fabs(value) < 1e6))
            return fail(r, "\"label NAME bias B scale S threshold T\" was expected");
        *values[i] = (float)value;
    }
    r->model->there[label] = true;
    return SAM_OK;
}

/* "data SIZE HASH" and an empty line, then the numbers. */
static enum sam_code read_data(struct reading *r, struct sam_span line, struct sam_arena *arena)
{
    struct sam_span empty;
    uint8_t is[16];
    char text[33];
    take(&line);
    struct sam_span size = take(&line), hash = take(&line);
    int64_t bytes = 0;
    if (sam_span_int(size, 0, INT64_MAX, &bytes, r->err) != SAM_OK || bytes != (int64_t)MODEL_BYTES || !sam_span_line(&r->rest, &empty) ||
        empty.len != 0 || r->rest.len != MODEL_BYTES)
        return fail(r, "the numbers are not as many as this program's models have");
    sam_hash128(&r->rest, 1, is);
    for (int i = 0; i < 16; i++) {
        text[2 * i] = "0123456789abcdef"[is[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[is[i] & 15];
    }
    if (!sam_span_equal(hash, (struct sam_span){text, 32}))
        return fail(r, "the numbers are damaged: their hash is another");
    uint8_t *numbers = sam_arena_alloc(arena, MODEL_BYTES);
    if (numbers == NULL)
        return sam_arena_full(arena, r->err);
    memcpy(numbers, r->rest.at, MODEL_BYTES);
    r->model->rarity = numbers;
    r->model->agent = (const int8_t *)numbers + SAM_FEATURE_BUCKETS;
    r->model->customer = r->model->agent + SAM_FEATURE_BUCKETS * (uint32_t)MODEL_AGENT;
    return SAM_OK;
}

static enum sam_code read_line(struct reading *r, struct sam_span line, struct sam_arena *arena)
{
    if (line.len == 0 || line.at[0] == '#')
        return SAM_OK;
    if (sam_span_starts(line, "features "))
        return want(r, line, FEATURES_VERSION, "this model was made for other features; train it again");
    if (sam_span_starts(line, "buckets "))
        return want(r, line, SAM_FEATURE_BUCKETS, "this model has another number of buckets; train it again");
    if (sam_span_starts(line, "label "))
        return read_label(r, line);
    if (sam_span_starts(line, "data "))
        return read_data(r, line, arena);
    return fail(r, "no line of a model begins with this word");
}

struct model *model_read(struct sam_arena *arena, const struct sam_pack_source *source, struct sam_err *err)
{
    struct model *model = sam_arena_alloc(arena, sizeof *model);
    struct reading r = {model, source->name, source->text, 1, err};
    struct sam_span line;
    if (model == NULL) {
        sam_arena_full(arena, err);
        return NULL;
    }
    if (!sam_span_line(&r.rest, &line) || !sam_span_is(line, "samtaled model 1")) {
        fail(&r, "the first line must be \"samtaled model 1\"");
        return NULL;
    }
    for (r.line = 2; model->rarity == NULL && r.line < HEADER_LINES && sam_span_line(&r.rest, &line); r.line++) {
        if (read_line(&r, line, arena) != SAM_OK)
            return NULL;
    }
    if (model->rarity == NULL) {
        fail(&r, "the model ends before its numbers");
        return NULL;
    }
    return model;
}
