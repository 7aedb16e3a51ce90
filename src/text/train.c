/*
 * Training of the linear models; docs/models.md. No clock, no randomness but a counter: the same lessons give the same weights.
 */
#include "train.h"

#include <math.h>
#include <string.h>

#define LESSONS_BYTES ((size_t)4 << 30)
#define LESSONS_MAX   4000000
#define FOLDS         5 /* parts that lessons are cut into, or as many as there are groups */

struct sam_lessons {
    struct sam_arena *arena;
    struct sam_vec all;
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
    uint32_t words = 0;
    for (uint32_t i = 0; i < passage->tokens_n; i++)
        words += passage->tokens[i].kind != SAM_TOKEN_ASKED ? 1 : 0;
    *kept = (struct lesson){.said = *lesson,
                            .agent = passage->role == SAM_ROLE_AGENT,
                            .brief = words <= BACKCHANNEL_WORDS,
                            .n = passage->features_n,
                            .features = features};
    return SAM_OK;
}

struct sam_train_settings sam_train_defaults(void)
{
    return (struct sam_train_settings){.cost = 0.15, .positive = 2, .rounds = 30, .without = -1};
}

#define CHECKS 256 /* values of a check */

static bool hidden(const struct training *t, const struct lesson *lesson)
{
    return t->settings->without >= 0 && lesson->said.group == t->settings->without;
}

/* In how many of the lessons that may be seen each hashed feature comes. */
static double count_passages(const struct training *t, const struct sam_lessons *lessons, uint32_t *passages, uint32_t *last)
{
    const struct lesson *all = lessons->all.at;
    double seen = 0;
    for (size_t i = 0; i < lessons->all.n; i++) {
        if (hidden(t, &all[i]))
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
static enum sam_code choose_features(struct training *t, const struct sam_lessons *lessons)
{
    uint32_t *passages = sam_arena_array(t->arena, (size_t)SAM_FEATURE_HASHED * CHECKS, sizeof *passages);
    uint32_t *last = sam_arena_array(t->arena, (size_t)SAM_FEATURE_HASHED * CHECKS, sizeof *last);
    if (passages == NULL || last == NULL)
        return sam_arena_full(t->arena, t->err);
    double seen = count_passages(t, lessons, passages, last);
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
    return SAM_OK;
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

/* A group that may be held is a part by itself; the conversations of the others are spread over all parts. @return how many */
static int32_t cut_into_parts(struct training *t)
{
    int32_t part_of[SAM_LESSON_GROUPS], groups = 0;
    for (int32_t group = 0; group < SAM_LESSON_GROUPS; group++) {
        bool there = false;
        for (uint32_t i = 0; i < t->n && !there; i++)
            there = t->words.examples[i].lesson->said.group == group;
        part_of[group] = there ? groups++ : 0;
    }
    int32_t parts = groups > FOLDS ? groups : FOLDS;
    for (uint32_t i = 0; i < t->n; i++) {
        const struct sam_lesson *said = &t->words.examples[i].lesson->said;
        t->words.examples[i].part = said->group >= 0 ? part_of[said->group] : (int32_t)(said->conversation % (uint32_t)parts);
    }
    return parts;
}

static enum sam_code make_examples(struct training *t, const struct sam_lessons *lessons)
{
    const struct lesson *all = lessons->all.at;
    t->words =
        (struct layer){sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->words.examples), t->settings->cost, t->settings->positive};
    t->order = sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->order);
    t->alpha = sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->alpha);
    t->scores = sam_arena_array(t->arena, lessons->all.n + 1, sizeof *t->scores);
    if (t->words.examples == NULL || t->order == NULL || t->alpha == NULL || t->scores == NULL)
        return sam_arena_full(t->arena, t->err);
    for (size_t i = 0; i < lessons->all.n; i++) {
        if (!hidden(t, &all[i]) && weigh(t, &all[i], &t->words.examples[t->n++]) != SAM_OK)
            return t->err->code;
    }
    return SAM_OK;
}

double train_score(const struct training *t, const struct example *example)
{
    double sum = (double)t->bias;
    for (uint32_t i = 0; i < example->n; i++)
        sum += (double)(t->weights[example->buckets[i]] * example->values[i]);
    return sum;
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
static double step(struct training *t, const struct layer *layer, const struct example *example, double *alpha, int label)
{
    double sign = labelled(example->lesson, label) ? 1 : -1;
    double cost = layer->cost * (double)example->lesson->said.weight * (sign > 0 ? layer->positive : 1);
    double damp = 0.5 / cost;
    double gradient = sign * train_score(t, example) - 1 + damp * *alpha;
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

void train_learn(struct training *t, const struct layer *layer, int label, int32_t without)
{
    uint64_t state = UINT64_C(88172645463325252);
    uint32_t n = 0;
    memset(t->weights, 0, sizeof t->weights);
    t->bias = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        t->alpha[i] = 0;
        if (concerns(layer->examples[i].lesson, label) && layer->examples[i].part != without)
            t->order[n++] = i;
    }
    for (int round = 0; round < t->settings->rounds; round++) {
        double most = 0;
        shuffle(t->order, n, &state);
        for (uint32_t i = 0; i < n; i++)
            most = fmax(most, step(t, layer, &layer->examples[t->order[i]], &t->alpha[t->order[i]], label));
        if (most < 1e-3)
            break;
    }
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

/* The weights of the second layer behind all others. */
static void keep_course(struct model *model, uint8_t *numbers)
{
    uint8_t *at = numbers + MODEL_BYTES - COURSE_BYTES;
    for (int i = 0; i < COURSE_N; i++) {
        for (int label = 0; label < SAM_LABELS; label++, at += 2) {
            double number = (double)model->course.weights[i][label] / COURSE_UNIT;
            uint16_t rounded = (uint16_t)lround(fmin(INT16_MAX, fmax(INT16_MIN, number)));
            at[0] = (uint8_t)rounded;
            at[1] = (uint8_t)(rounded >> 8);
        }
    }
}

static void write_label(const struct training *t, int label, struct sam_buf *out)
{
    const struct model *model = &t->model;
    const struct course_layer *course = &model->course;
    sam_buf_printf(out, "label %s bias %.6f scale %.9f slope %.6f offset %.6f base %.6f threshold %.6f\n",
                   sam_label_name((enum sam_label)label), (double)model->bias[label], (double)model->scale[label],
                   (double)course->slope[label], (double)course->offset[label], (double)course->base[label],
                   (double)model->threshold[label]);
    if (t->thresholds[label].sure)
        sam_buf_printf(out, "# from threshold %.2f in a pack on %.0f %% are right, with %.0f %% of them marked\n",
                       1 + t->thresholds[label].above, 100 * THRESHOLD_SURE, 100 * t->thresholds[label].recall);
}

static void write_model(const struct training *t, const uint8_t *numbers, struct sam_buf *out)
{
    uint8_t hash[16];
    struct sam_span data = {(const char *)numbers, MODEL_BYTES};
    sam_buf_printf(out, "samtaled model 1\nfeatures %d\nbuckets %u\n# passages learnt from: %u\n", FEATURES_VERSION, SAM_FEATURE_BUCKETS,
                   t->n);
    for (int label = 0; label < SAM_LABELS; label++) {
        if (t->model.there[label])
            write_label(t, label, out);
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
        const struct lesson *lesson = t->words.examples[i].lesson;
        if (concerns(lesson, label) && labelled(lesson, label))
            return true;
    }
    return false;
}

/* The models of words: each lesson scored by one that did not see its part, then the one that saw all. @return whether there is any */
static bool train_words(struct training *t, uint8_t *numbers)
{
    int32_t parts = cut_into_parts(t);
    bool any = false;
    for (int label = 0; label < SAM_LABELS; label++) {
        if (!taught(t, label))
            continue;
        for (int32_t part = 0; part < parts; part++) {
            train_learn(t, &t->words, label, part);
            for (uint32_t i = 0; i < t->n; i++) {
                if (t->words.examples[i].part == part)
                    t->scores[i][label] = (float)train_score(t, &t->words.examples[i]);
            }
        }
        train_learn(t, &t->words, label, PART_NONE);
        t->model.scale[label] = keep_weights(t, label, numbers);
        t->model.bias[label] = t->bias;
        t->model.there[label] = any = true;
        course_hear(&t->model.course, (enum sam_label)label);
    }
    return any;
}

static enum sam_code train_all(struct training *t, const struct sam_lessons *lessons, struct sam_buf *out)
{
    uint8_t *numbers = sam_arena_alloc(t->arena, MODEL_BYTES);
    if (numbers == NULL)
        return sam_arena_full(t->arena, t->err);
    if (choose_features(t, lessons) != SAM_OK || make_examples(t, lessons) != SAM_OK)
        return t->err->code;
    memcpy(numbers, t->checks, SAM_FEATURE_HASHED);
    memcpy(numbers + SAM_FEATURE_HASHED, t->rarity, SAM_FEATURE_HASHED);
    if (!train_words(t, numbers))
        return sam_fail(t->err, SAM_BAD_INPUT, "there is no labelled passage to learn from");
    if (train_course(t) != SAM_OK)
        return t->err->code;
    keep_course(&t->model, numbers);
    write_model(t, numbers, out);
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
