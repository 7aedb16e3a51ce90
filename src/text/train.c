/*
 * Training of the linear models; docs/models.md. No clock, no randomness but a counter: the same lessons give the same weights.
 */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LESSONS_BYTES ((size_t)4 << 30)
#define LESSONS_MAX   4000000
#define SURE          0.8
#define HELD_NONE     (-2)

struct held_feature {
    uint16_t bucket;
    uint8_t group, check;
    float value;
};
/* One passage. */
struct lesson {
    struct sam_lesson said;
    bool agent;
    uint32_t n;
    const struct held_feature *features;
};
struct sam_lessons {
    struct sam_arena *arena;
    struct sam_vec all;
};

/* A training: the lessons of one side with their features weighed. */
struct example {
    const struct lesson *lesson;
    const uint16_t *buckets;
    const float *values;
    uint32_t n;
    double square; /* of its values, with the bias */
};
/* A label's threshold, and how far above it a site must ask so that SURE of the marks are right; recall: what is then left. */
struct threshold {
    double at, above, recall;
    bool sure;
};
struct training {
    struct sam_arena *arena;
    const struct sam_train_settings *settings;
    struct example *examples;
    uint32_t n;
    uint8_t checks[SAM_FEATURE_HASHED], rarity[SAM_FEATURE_HASHED];
    uint32_t last[SAM_FEATURE_BUCKETS]; /* of each bucket: the lesson or place it was met in last */
    float weights[SAM_FEATURE_BUCKETS];
    float bias;
    uint32_t *order;
    double *alpha;
    struct threshold thresholds[SAM_LABELS];
    struct sam_err *err;
};

struct sam_lessons *sam_lessons_new(void)
{
    struct sam_arena *arena = sam_arena_new(LESSONS_BYTES);
    struct sam_lessons *lessons = arena == NULL ? NULL : sam_arena_alloc(arena, sizeof *lessons);
    if (lessons == NULL) {
        sam_arena_free(arena);
        return NULL;
    }
    *lessons = (struct sam_lessons){arena, sam_vec_of(sizeof(struct lesson), LESSONS_MAX)};
    return lessons;
}

void sam_lessons_free(struct sam_lessons *lessons)
{
    if (lessons != NULL)
        sam_arena_free(lessons->arena);
}

enum sam_code sam_lessons_add(struct sam_lessons *lessons, const struct sam_passage *passage, const struct sam_lesson *lesson,
                              struct sam_err *err)
{
    struct held_feature *features = sam_arena_array(lessons->arena, (size_t)passage->features_n + 1, sizeof *features);
    struct lesson *kept = features == NULL ? NULL : sam_vec_add(&lessons->all, lessons->arena);
    if (kept == NULL)
        return sam_arena_full(lessons->arena, err);
    for (uint32_t i = 0; i < passage->features_n; i++) {
        const struct sam_feature *from = &passage->features[i];
        features[i] = (struct held_feature){from->bucket, from->group, from->check, from->value};
    }
    *kept = (struct lesson){.said = *lesson, .agent = passage->role == SAM_ROLE_AGENT, .n = passage->features_n, .features = features};
    return SAM_OK;
}

struct sam_train_settings sam_train_defaults(void)
{
    return (struct sam_train_settings){.cost = 0.15, .positive = 2, .rounds = 30, .without = -1};
}

#define CHECKS 256 /* values of a check */

/* In how many of the lessons that may be seen each hashed feature comes. */
static double count_passages(struct training *t, const struct sam_lessons *lessons, uint32_t *passages)
{
    uint32_t *last = sam_arena_array(t->arena, (size_t)SAM_FEATURE_HASHED * CHECKS, sizeof *last);
    const struct lesson *all = lessons->all.at;
    double seen = 0;
    SAM_MUST(last != NULL); /* the first of its arena, with passages */
    for (size_t i = 0; i < lessons->all.n; i++) {
        if (t->settings->without >= 0 && all[i].said.group == t->settings->without)
            continue;
        seen++;
        for (uint32_t k = 0; k < all[i].n; k++) {
            const struct held_feature *feature = &all[i].features[k];
            size_t at = (size_t)feature->bucket * CHECKS + feature->check;
            if (feature->bucket >= SAM_FEATURE_HASHED || last[at] == i + 1)
                continue;
            passages[at]++;
            last[at] = (uint32_t)i + 1;
        }
    }
    return seen;
}

/* Of the features hashed to a bucket the most frequent is known, the others are not; and how rare it is. */
static void choose_features(struct training *t, const struct sam_lessons *lessons)
{
    uint32_t *passages = sam_arena_array(t->arena, (size_t)SAM_FEATURE_HASHED * CHECKS, sizeof *passages);
    SAM_MUST(passages != NULL);
    double seen = count_passages(t, lessons, passages);
    for (uint32_t bucket = 0; bucket < SAM_FEATURE_HASHED; bucket++) {
        const uint32_t *of = &passages[(size_t)bucket * CHECKS];
        uint32_t most = 2; /* what came once or twice teaches nothing */
        for (uint32_t check = 1; check < CHECKS; check++) {
            if (of[check] > most) {
                most = of[check];
                t->checks[bucket] = (uint8_t)check;
            }
        }
        double rarity = most < 3 ? 0 : 16 * log(1 + seen / most);
        t->rarity[bucket] = (uint8_t)lround(fmin(255, rarity));
    }
}

/* What a feature of a lesson is worth before its passage is known; its square is added to squares. */
static float value_of(const struct training *t, const struct held_feature *feature, float *squares)
{
    static const uint8_t rows[SAM_FEATURE_GROUPS] = {
        [SAM_FEATURE_WORDS] = ROWS_WORDS, [SAM_FEATURE_PARTS] = ROWS_PARTS, [SAM_FEATURE_GLOSSES] = ROWS_GLOSSES};
    if (feature->bucket >= SAM_FEATURE_HASHED)
        return feature->value;
    if (feature->check != t->checks[feature->bucket])
        return 0;
    float gain = model_gains[rows[feature->group]];
    *squares += gain * gain * (float)model_square(t->rarity[feature->bucket]);
    return gain * (float)t->rarity[feature->bucket] / (16 * GAIN_UNIT);
}

/* The numbers of one passage as a model sees them; a bucket that is met twice is one number. */
static enum sam_code weigh(struct training *t, const struct lesson *lesson, struct example *out)
{
    uint16_t *buckets = sam_arena_array(t->arena, (size_t)lesson->n + 1, sizeof *buckets);
    float *values = sam_arena_array(t->arena, (size_t)lesson->n + 1, sizeof *values), squares = 0;
    if (buckets == NULL || values == NULL)
        return sam_arena_full(t->arena, t->err);
    *out = (struct example){.lesson = lesson, .buckets = buckets, .values = values, .square = 1};
    for (uint32_t i = 0; i < lesson->n; i++) {
        uint16_t bucket = lesson->features[i].bucket;
        float value = value_of(t, &lesson->features[i], &squares);
        if (fabsf(value) < 1e-6F)
            continue;
        uint32_t at = t->last[bucket];
        if (at >= out->n || buckets[at] != bucket) {
            at = t->last[bucket] = out->n++;
            buckets[at] = bucket;
        }
        values[at] += value;
    }
    float share = model_share(squares);
    for (uint32_t i = 0; i < out->n; i++) {
        values[i] *= buckets[i] < SAM_FEATURE_HASHED ? share : 1;
        out->square += (double)values[i] * (double)values[i];
    }
    return SAM_OK;
}

static enum sam_code make_examples(struct training *t, const struct sam_lessons *lessons)
{
    const struct lesson *all = lessons->all.at;
    t->examples = sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->examples);
    t->order = sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->order);
    t->alpha = sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->alpha);
    if (t->examples == NULL || t->order == NULL || t->alpha == NULL)
        return sam_arena_full(t->arena, t->err);
    for (size_t i = 0; i < lessons->all.n; i++) {
        bool hidden = t->settings->without >= 0 && all[i].said.group == t->settings->without;
        if (!hidden && weigh(t, &all[i], &t->examples[t->n++]) != SAM_OK)
            return t->err->code;
    }
    return SAM_OK;
}

static double score_of(const struct training *t, const struct example *example)
{
    double sum = (double)t->bias;
    for (uint32_t i = 0; i < example->n; i++)
        sum += (double)(t->weights[example->buckets[i]] * example->values[i]);
    return sum;
}

static bool concerns(const struct example *example, int label)
{
    return example->lesson->agent == (label < MODEL_AGENT) && (example->lesson->said.disputed >> label & 1) == 0;
}

static void shuffle(uint32_t *order, uint32_t n, uint64_t *state)
{
    for (uint32_t i = n; i > 1; i--) {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        uint32_t k = (uint32_t)((*state >> 16) % i), kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
}

/* One step of the dual for one example. @return how far its multiplier moved, against its cost */
static double step(struct training *t, const struct example *example, double *alpha, int label)
{
    double sign = (example->lesson->said.labels >> label & 1) != 0 ? 1 : -1;
    double cost = t->settings->cost * (double)example->lesson->said.weight * (sign > 0 ? t->settings->positive : 1);
    double damp = 0.5 / cost;
    double gradient = sign * score_of(t, example) - 1 + damp * *alpha;
    double next = fmax(0, *alpha - gradient / (example->square + damp)), moved = next - *alpha;
    *alpha = next;
    if (fabs(moved) < 1e-12)
        return 0;
    float by = (float)(sign * moved);
    for (uint32_t i = 0; i < example->n; i++)
        t->weights[example->buckets[i]] += by * example->values[i];
    t->bias += by;
    return fabs(moved) / cost;
}

/* Weights of one label from all examples but those of the group held. */
static void learn(struct training *t, int label, int32_t held)
{
    uint64_t state = UINT64_C(88172645463325252);
    uint32_t n = 0;
    memset(t->weights, 0, sizeof t->weights);
    t->bias = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        t->alpha[i] = 0;
        if (concerns(&t->examples[i], label) && t->examples[i].lesson->said.group != held)
            t->order[n++] = i;
    }
    for (int round = 0; round < t->settings->rounds; round++) {
        double most = 0;
        shuffle(t->order, n, &state);
        for (uint32_t i = 0; i < n; i++)
            most = fmax(most, step(t, &t->examples[t->order[i]], &t->alpha[t->order[i]], label));
        if (most < 1e-3)
            break;
    }
}

/* ---- thresholds ------------------------------------------------------------------------------------------------------- */

struct outcome {
    double score;
    bool labelled;
    uint32_t number; /* breaks ties the same way everywhere */
};

static int by_score(const void *a, const void *b)
{
    const struct outcome *x = a, *y = b;
    if (x->score < y->score || x->score > y->score)
        return x->score > y->score ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* The threshold whose F1, averaged over its neighbours, is best: a single lucky passage must not set it. */
static double best_threshold(struct outcome *outcomes, uint32_t n, struct sam_arena *arena)
{
    uint32_t labelled = 0, hits = 0, best = 0;
    double most = -1, *sums = sam_arena_array(arena, (size_t)n + 1, sizeof *sums);
    if (n == 0 || sums == NULL)
        return 0;
    qsort(outcomes, n, sizeof *outcomes, by_score);
    for (uint32_t i = 0; i < n; i++)
        labelled += outcomes[i].labelled ? 1 : 0;
    if (labelled == 0)
        return outcomes[0].score + 0.5;
    for (uint32_t i = 0; i < n; i++) {
        hits += outcomes[i].labelled ? 1 : 0;
        sums[i + 1] = sums[i] + 2.0 * hits / (double)(i + 1 + labelled);
    }
    uint32_t window = labelled / 4 > 1 ? labelled / 4 : 1;
    for (uint32_t i = 0; i < n && i < labelled * 6 + 20; i++) {
        uint32_t low = i > window ? i - window : 0, high = i + window < n - 1 ? i + window : n - 1;
        double mean = (sums[high + 1] - sums[low]) / (double)(high + 1 - low);
        if (mean > most) {
            most = mean;
            best = i;
        }
    }
    return best + 1 < n ? (outcomes[best].score + outcomes[best + 1].score) / 2 : outcomes[best].score - 0.5;
}

/* From sorted outcomes, how far above the threshold SURE of the marks are right, and which share of people's marks is then left. @return
 * false when there is no such place */
static bool surer(const struct outcome *outcomes, uint32_t n, double threshold, double *above, double *recall)
{
    uint32_t labelled = 0, hits = 0, kept = 0;
    bool found = false;
    for (uint32_t i = 0; i < n; i++)
        labelled += outcomes[i].labelled ? 1 : 0;
    for (uint32_t i = 0; i < n; i++) {
        hits += outcomes[i].labelled ? 1 : 0;
        if (hits < SURE * (i + 1) || hits == kept)
            continue;
        kept = hits;
        *above = fmax(0, outcomes[i].score - threshold);
        *recall = (double)hits / labelled;
        found = hits > 1;
    }
    return found;
}

static enum sam_code find_threshold(struct training *t, int label, struct threshold *out)
{
    struct outcome *outcomes = sam_arena_array(t->arena, (size_t)t->n + 1, sizeof *outcomes);
    uint32_t n = 0;
    if (outcomes == NULL)
        return sam_arena_full(t->arena, t->err);
    for (int32_t group = 0; group < SAM_LESSON_GROUPS; group++) {
        bool there = false;
        for (uint32_t i = 0; i < t->n && !there; i++)
            there = t->examples[i].lesson->said.group == group;
        if (!there)
            continue;
        learn(t, label, group);
        for (uint32_t i = 0; i < t->n; i++) {
            const struct example *example = &t->examples[i];
            if (example->lesson->said.group == group && concerns(example, label))
                outcomes[n++] = (struct outcome){score_of(t, example), (example->lesson->said.labels >> label & 1) != 0, i};
        }
    }
    *out = (struct threshold){.at = best_threshold(outcomes, n, t->arena)};
    out->sure = surer(outcomes, n, out->at, &out->above, &out->recall);
    return SAM_OK;
}

/* ---- writing ---------------------------------------------------------------------------------------------------------- */

/* Rounds the weights of one label into its column. */
static float keep_weights(const struct training *t, int label, uint8_t *numbers)
{
    int8_t *rows = (int8_t *)numbers + (size_t)2 * SAM_FEATURE_HASHED;
    uint32_t width = label < MODEL_AGENT ? MODEL_AGENT : MODEL_CUSTOMER,
             column = (uint32_t)(label < MODEL_AGENT ? label : label - MODEL_AGENT);
    float most = 1e-9F;
    if (label >= MODEL_AGENT)
        rows += SAM_FEATURE_BUCKETS * (uint32_t)MODEL_AGENT;
    for (uint32_t bucket = 0; bucket < SAM_FEATURE_BUCKETS; bucket++)
        most = fmaxf(most, fabsf(t->weights[bucket]));
    for (uint32_t bucket = 0; bucket < SAM_FEATURE_BUCKETS; bucket++)
        rows[bucket * width + column] = (int8_t)lroundf(127 * t->weights[bucket] / most);
    return most / 127;
}

static void write_model(const struct training *t, const struct model *model, const uint8_t *numbers, struct sam_buf *out)
{
    uint8_t hash[16];
    struct sam_span data = {(const char *)numbers, MODEL_BYTES};
    sam_buf_printf(out, "samtaled model 1\nfeatures %d\nbuckets %u\n# passages learnt from: %u\n", FEATURES_VERSION, SAM_FEATURE_BUCKETS,
                   t->n);
    for (int label = 0; label < SAM_LABELS; label++) {
        if (model->there[label])
            sam_buf_printf(out, "label %s bias %.6f scale %.9f threshold %.6f\n", sam_label_name((enum sam_label)label),
                           (double)model->bias[label], (double)model->scale[label], (double)model->threshold[label]);
        if (model->there[label] && t->thresholds[label].sure)
            sam_buf_printf(out, "# from threshold %.2f in a pack on %.0f %% are right, with %.0f %% of them marked\n",
                           1 + t->thresholds[label].above, 100 * SURE, 100 * t->thresholds[label].recall);
    }
    sam_hash128(&data, 1, hash);
    sam_buf_printf(out, "data %u ", MODEL_BYTES);
    for (int i = 0; i < 16; i++)
        sam_buf_printf(out, "%02x", hash[i]);
    sam_buf_text(out, "\n\n");
    sam_buf_add(out, numbers, MODEL_BYTES);
}

static bool taught(const struct training *t, int label)
{
    for (uint32_t i = 0; i < t->n; i++) {
        if (concerns(&t->examples[i], label) && (t->examples[i].lesson->said.labels >> label & 1) != 0)
            return true;
    }
    return false;
}

static enum sam_code train_all(struct training *t, const struct sam_lessons *lessons, struct sam_buf *out)
{
    struct model model = {.there = {false}};
    choose_features(t, lessons);
    uint8_t *numbers = sam_arena_alloc(t->arena, MODEL_BYTES);
    if (numbers == NULL)
        return sam_arena_full(t->arena, t->err);
    if (make_examples(t, lessons) != SAM_OK)
        return t->err->code;
    memcpy(numbers, t->checks, SAM_FEATURE_HASHED);
    memcpy(numbers + SAM_FEATURE_HASHED, t->rarity, SAM_FEATURE_HASHED);
    bool any = false;
    for (int label = 0; label < SAM_LABELS; label++) {
        struct threshold *threshold = &t->thresholds[label];
        if (!taught(t, label))
            continue;
        if (find_threshold(t, label, threshold) != SAM_OK)
            return t->err->code;
        learn(t, label, HELD_NONE);
        model.scale[label] = keep_weights(t, label, numbers);
        model.bias[label] = t->bias;
        model.threshold[label] = (float)threshold->at;
        model.there[label] = any = true;
    }
    if (!any)
        return sam_fail(t->err, SAM_BAD_INPUT, "there is no labelled passage to learn from");
    write_model(t, &model, numbers, out);
    return out->failed ? sam_fail(t->err, SAM_TOO_LARGE, "the model does not fit its buffer") : SAM_OK;
}

enum sam_code sam_train(const struct sam_lessons *lessons, const struct sam_train_settings *settings, struct sam_buf *out,
                        struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(LESSONS_BYTES);
    struct training *t = arena == NULL ? NULL : sam_arena_alloc(arena, sizeof *t);
    enum sam_code code;
    if (t == NULL) {
        code = sam_fail(err, SAM_NO_MEMORY, "no memory for training");
    } else {
        t->arena = arena;
        t->settings = settings;
        t->err = err;
        code = train_all(t, lessons, out);
    }
    sam_arena_free(arena);
    return code;
}
