/*
 * Reading the file of the models: lines that say what the numbers are, then the numbers. Whatever does not fit this program is refused.
 */
#include "model.h"

#include <math.h>
#include <string.h>

#define HEADER_LINES 64

struct reading {
    struct model *model;
    const char *name;
    struct sam_span rest;
    uint32_t line;
    bool features, buckets; /* the line was there */
    struct sam_err *err;
};

static enum sam_code fail(struct reading *r, const char *what)
{
    return sam_fail(r->err, SAM_BAD_INPUT, "%s:%u:1: %s", r->name, r->line, what);
}

/* "NAME NUMBER" with the number that this program wants. */
static enum sam_code want(struct reading *r, struct sam_span line, int64_t number, const char *what)
{
    int64_t is = 0;
    sam_span_word(&line);
    if (sam_span_int(sam_span_word(&line), 0, INT64_MAX, &is, r->err) != SAM_OK || is != number)
        return fail(r, what);
    return SAM_OK;
}

/* "label question.open bias -1 scale 0.01 slope 2 offset -1 base 0.1 threshold 0.2" */
static enum sam_code read_label(struct reading *r, struct sam_span line)
{
    enum sam_label label;
    sam_span_word(&line);
    if (!sam_label_find(sam_span_word(&line), &label) || r->model->there[label])
        return fail(r, "a label that there is not, or twice");
    struct model *model = r->model;
    struct course_layer *course = &model->course;
    float *const values[] = {&model->bias[label],    &model->scale[label], &course->slope[label],
                             &course->offset[label], &course->base[label], &model->threshold[label]};
    static const char *const names[] = {"bias", "scale", "slope", "offset", "base", "threshold"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        double value;
        struct sam_span name = sam_span_word(&line);
        if (!sam_span_is(name, names[i]) || sam_span_double(sam_span_word(&line), &value, r->err) != SAM_OK || !(fabs(value) < 1e6))
            return fail(r, "\"label NAME bias B scale S slope A offset O base C threshold T\" was expected");
        *values[i] = (float)value;
    }
    model->there[label] = true;
    course_hear(course, label);
    return SAM_OK;
}

/* Takes the weights of one side; those of hashed features are multiplied by their rarity. */
static void take_side(struct reading *r, int side, const int8_t *weights, struct weights *hashed, struct weights *plain)
{
    const uint8_t *rarity = (const uint8_t *)r->rest.at + SAM_FEATURE_HASHED, *checks = r->model->known.checks;
    uint32_t labels = labels_of(side);
    for (uint32_t bucket = 0; bucket < SAM_FEATURE_HASHED; bucket++) {
        int16_t *row = weights_to(&hashed[bucket], side);
        for (uint32_t i = 0; checks[bucket] != 0 && i < labels; i++)
            row[i] = (int16_t)(weights[bucket * labels + i] * rarity[bucket]);
        row[labels] = checks[bucket] != 0 ? (int16_t)model_square(rarity[bucket]) : 0;
    }
    weights += SAM_FEATURE_HASHED * labels;
    for (uint32_t bucket = 0; bucket < SAM_FEATURE_PLAIN; bucket++) {
        for (uint32_t i = 0; i < labels; i++)
            weights_to(&plain[bucket], side)[i] = weights[bucket * labels + i]; /* NOLINT: a number, not a letter */
    }
}

/* The weights of the second layer, each of two bytes, the lower first. */
static void take_course(struct reading *r, const uint8_t *at)
{
    for (int i = 0; i < COURSE_N; i++) {
        for (int label = 0; label < SAM_LABELS; label++, at += 2)
            r->model->course.weights[i][label] = (float)(COURSE_UNIT * (int16_t)(at[0] | at[1] << 8));
    }
}

static enum sam_code take_numbers(struct reading *r, struct sam_arena *arena)
{
    const int8_t *agent = (const int8_t *)r->rest.at + (size_t)2 * SAM_FEATURE_HASHED;
    struct weights *hashed = model_weights(arena, SAM_FEATURE_HASHED), *plain = model_weights(arena, SAM_FEATURE_PLAIN);
    uint8_t *checks = sam_arena_alloc(arena, SAM_FEATURE_HASHED);
    if (hashed == NULL || plain == NULL || checks == NULL)
        return sam_arena_full(arena, r->err);
    memcpy(checks, r->rest.at, SAM_FEATURE_HASHED);
    r->model->known = (struct known_features){.checks = checks, .hashed = hashed};
    if (features_meanings(&r->model->known, arena, r->err) != SAM_OK)
        return r->err->code;
    r->model->plain = plain;
    take_side(r, 0, agent, hashed, plain);
    take_side(r, 1, agent + SAM_FEATURE_BUCKETS * (uint32_t)MODEL_AGENT, hashed, plain);
    take_course(r, (const uint8_t *)r->rest.at + MODEL_BYTES - COURSE_BYTES);
    return SAM_OK;
}

/* "data SIZE HASH" and an empty line, then the numbers. */
static enum sam_code read_data(struct reading *r, struct sam_span line, struct sam_arena *arena)
{
    struct sam_span empty;
    uint8_t is[16];
    char text[33];
    sam_span_word(&line);
    struct sam_span size = sam_span_word(&line), hash = sam_span_word(&line);
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
    return take_numbers(r, arena);
}

static enum sam_code read_line(struct reading *r, struct sam_span line, struct sam_arena *arena)
{
    if (line.len == 0 || line.at[0] == '#')
        return SAM_OK;
    if (sam_span_starts(line, "features ")) {
        r->features = true;
        return want(r, line, FEATURES_VERSION, "this model was made for other features; train it again");
    }
    if (sam_span_starts(line, "buckets ")) {
        r->buckets = true;
        return want(r, line, SAM_FEATURE_BUCKETS, "this model has another number of buckets; train it again");
    }
    if (sam_span_starts(line, "label "))
        return read_label(r, line);
    if (sam_span_starts(line, "data ") && (!r->features || !r->buckets))
        return fail(r, "\"features N\" and \"buckets N\" must stand before the numbers");
    if (sam_span_starts(line, "data "))
        return read_data(r, line, arena);
    return fail(r, "no line of a model begins with this word");
}

enum sam_code model_read(struct sam_arena *arena, const struct sam_pack_source *source, struct model **out, struct sam_err *err)
{
    struct model *model = sam_arena_alloc(arena, sizeof *model);
    struct reading r = {.model = model, .name = source->name, .rest = source->text, .line = 1, .err = err};
    struct sam_span line;
    if (model == NULL)
        return sam_arena_full(arena, err);
    if (!sam_span_line(&r.rest, &line) || !sam_span_is(line, "samtaled model 1"))
        return fail(&r, "the first line must be \"samtaled model 1\"");
    for (r.line = 2; model->plain == NULL && r.line < HEADER_LINES && sam_span_line(&r.rest, &line); r.line++) {
        if (read_line(&r, line, arena) != SAM_OK)
            return err->code;
    }
    if (model->plain == NULL)
        return fail(&r, "the model ends before its numbers");
    *out = model;
    return SAM_OK;
}
