/*
 * Features of a passage. The same words, place and past give the same features, in training and in use; a change here needs new models
 * (FEATURES_VERSION in model.h).
 */
#include "feature.h"
#include "fold.h"
#include "token.h"

#include <math.h>
#include <string.h>

#define PART_LETTERS 24 /* longer words have no parts behind this */

/* What a hash is the hash of. */
enum salt {
    WORD,
    PAIR,
    HEAD4,
    HEAD5,
    HEAD7,
    TAIL3,
    BEFORE,
    GLOSS,
    ROW2,
    ROW2_GAP,
    ROW3,
    OPENS,
    OPENS2,
    ENDS,
    SIGNAL,
    SIGNAL_BEFORE,
    SIGNAL_SAID,
    LABEL,
    SHAPE
};

struct making {
    struct features *f;
    const struct feature_source *s;
};

static uint32_t bucket_of(enum salt salt, uint64_t hash)
{
    return (uint32_t)(fold_mix(hash + ((uint64_t)salt + 1) * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - SAM_FEATURE_BITS));
}

static uint64_t both(uint64_t a, uint64_t b)
{
    return a * UINT64_C(0x9FB21C651E98DF25) + b;
}

static void add_bucket(struct making *m, enum sam_feature_group group, uint32_t bucket, float value, uint32_t first, uint32_t last)
{
    struct features *f = m->f;
    if (f->seen[bucket] == f->round || f->n == FEATURES_MAX)
        return;
    f->seen[bucket] = f->round;
    f->at[f->n++] = (struct sam_feature){
        .bucket = (uint16_t)bucket, .rule = SAM_FEATURE_NO_RULE, .group = (uint8_t)group, .value = value, .first = first, .last = last};
}

/* A fired rule as a feature. */
static void add_rule(struct making *m, enum sam_feature_group group, uint32_t bucket, float value, uint32_t rule)
{
    uint32_t n = m->f->n;
    add_bucket(m, group, bucket, value, m->s->fired[rule].first, m->s->fired[rule].last);
    if (m->f->n > n)
        m->f->at[n].rule = (uint16_t)rule;
}

static void add(struct making *m, enum sam_feature_group group, enum salt salt, uint64_t hash, uint32_t first, uint32_t last)
{
    add_bucket(m, group, bucket_of(salt, hash), 1, first, last);
}

/* Beginnings and ends of a word: endings differ between the languages and between speech and writing, beginnings less. */
static void add_parts(struct making *m, uint32_t at)
{
    const struct sam_token *token = &m->s->tokens[at];
    const unsigned char *text = (const unsigned char *)m->s->texts[token->piece].at + token->at;
    struct fold fold = {.at = text, .end = text + token->bytes};
    int32_t letters[PART_LETTERS];
    uint32_t n = 0;
    uint64_t hash = FOLD_HASH_START, heads[3] = {0, 0, 0};
    for (int32_t letter = fold_next(&fold); letter != FOLD_END && n < PART_LETTERS; letter = fold_next(&fold)) {
        if (letter < 0)
            continue;
        letters[n++] = letter;
        hash = fold_hash(hash, letter);
        if (n == 4)
            heads[0] = hash;
        else if (n == 5)
            heads[1] = hash;
        else if (n == 7)
            heads[2] = hash;
    }
    if (n >= 4) {
        add(m, SAM_FEATURE_PARTS, HEAD4, heads[0], at, at);
        uint64_t tail = fold_hash(fold_hash(fold_hash(FOLD_HASH_START, letters[n - 3]), letters[n - 2]), letters[n - 1]);
        add(m, SAM_FEATURE_PARTS, TAIL3, tail, at, at);
    }
    if (n >= 6)
        add(m, SAM_FEATURE_PARTS, HEAD5, heads[1], at, at);
    if (n >= 8)
        add(m, SAM_FEATURE_PARTS, HEAD7, heads[2], at, at);
}

static void add_words(struct making *m)
{
    const struct sam_token *tokens = m->s->tokens;
    for (uint32_t i = 0; i < m->s->tokens_n; i++) {
        add(m, SAM_FEATURE_WORDS, WORD, tokens[i].hash, i, i);
        if (i + 1 < m->s->tokens_n)
            add(m, SAM_FEATURE_WORDS, PAIR, both(tokens[i].hash, tokens[i + 1].hash), i, i + 1);
        if (tokens[i].kind == SAM_TOKEN_WORD)
            add_parts(m, i);
    }
}

/* Numbers and question marks mean themselves; NO_GLOSS stands for words without a meaning in the table. */
#define NO_GLOSS     0
#define GLOSS_NUMBER 60001
#define GLOSS_ASKED  60002

static uint32_t meaning(const struct making *m, uint32_t at)
{
    const struct sam_token *token = &m->s->tokens[at];
    if (token->kind == SAM_TOKEN_WORD)
        return gloss_of(m->s->glosses, m->s->pack->language, token->hash);
    return token->kind == SAM_TOKEN_ASKED ? GLOSS_ASKED : GLOSS_NUMBER;
}

/* Meanings alone, side by side, with one word between, and three in a row; no row crosses a clause. */
static void add_glosses(struct making *m)
{
    uint32_t past[3] = {NO_GLOSS, NO_GLOSS, NO_GLOSS}, at[3] = {0, 0, 0}, first = NO_GLOSS;
    uint32_t n = m->s->tokens_n;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t now = meaning(m, i);
        if (m->s->tokens[i].before != SAM_BREAK_NONE)
            past[0] = past[1] = NO_GLOSS;
        past[2] = now;
        at[2] = i;
        if (now != NO_GLOSS) {
            add(m, SAM_FEATURE_GLOSSES, GLOSS, now, i, i);
            if (past[1] != NO_GLOSS)
                add(m, SAM_FEATURE_GLOSSES, ROW2, both(past[1], now), at[1], i);
            if (past[0] != NO_GLOSS)
                add(m, SAM_FEATURE_GLOSSES, ROW2_GAP, both(past[0], now), at[0], i);
            if (past[0] != NO_GLOSS && past[1] != NO_GLOSS)
                add(m, SAM_FEATURE_GLOSSES, ROW3, both(both(past[0], past[1]), now), at[0], i);
        }
        if (i == 0) {
            first = now;
            add(m, SAM_FEATURE_GLOSSES, OPENS, now, 0, 0);
        } else if (i == 1) {
            add(m, SAM_FEATURE_GLOSSES, OPENS2, both(first, now), 0, 1);
        }
        if (i + 1 == n)
            add(m, SAM_FEATURE_GLOSSES, ENDS, now, i, i);
        past[0] = past[1];
        past[1] = past[2];
        at[0] = at[1];
        at[1] = at[2];
    }
}

/* Signals are concepts, shared by name between the packs; rules of labels count by what they say of their label. */
static void add_rules(struct making *m)
{
    float sums[SAM_LABELS] = {0};
    uint32_t first[SAM_LABELS] = {0};
    bool fired[SAM_LABELS] = {false};
    const struct feature_source *s = m->s;
    for (uint32_t i = 0; i < s->fired_n; i++) {
        const struct sam_fired *rule = &s->fired[i];
        if (rule->target >= SAM_LABELS) {
            add_rule(m, SAM_FEATURE_CONCEPTS, bucket_of(SIGNAL, s->pack->signal_hashes[rule->target - SAM_LABELS]), 0.25F, i);
            continue;
        }
        sums[rule->target] += rule->weight;
        if (!fired[rule->target])
            first[rule->target] = i;
        fired[rule->target] = true;
    }
    for (uint32_t label = 0; label < SAM_LABELS; label++) {
        if (fired[label])
            add_rule(m, SAM_FEATURE_RULES, bucket_of(LABEL, label), 0.25F * fmaxf(-1, fminf(1.5F, sums[label])), first[label]);
    }
}

static void add_said(struct making *m)
{
    const struct side_context *before = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 1 : 0];
    for (uint32_t i = 0; before->there && i < before->signals_n; i++)
        add_bucket(m, SAM_FEATURE_CONTEXT, bucket_of(SIGNAL_BEFORE, before->signals[i]), 0.15F, UINT32_MAX, UINT32_MAX);
    for (uint32_t i = 0; i < m->f->said_n; i++)
        add_bucket(m, SAM_FEATURE_CONTEXT, bucket_of(SIGNAL_SAID, m->f->said[i]), 0.1F, UINT32_MAX, UINT32_MAX);
    for (uint32_t i = 0; before->there && i < before->words_n; i++)
        add(m, SAM_FEATURE_BEFORE, BEFORE, before->words[i], UINT32_MAX, UINT32_MAX);
}

static void shape(struct making *m, uint32_t what, uint32_t value, float weight)
{
    add_bucket(m, SAM_FEATURE_SHAPE, bucket_of(SHAPE, what * 64 + value), weight, UINT32_MAX, UINT32_MAX);
}

/* In which of the growing classes a number is. */
static uint32_t class_of(uint32_t value, const uint8_t *limits)
{
    uint32_t i = 0;
    while (limits[i] != 0 && value > limits[i])
        i++;
    return i;
}

/* Words of four letters and more that the other side said just before. */
static uint32_t repeated(const struct making *m, const struct side_context *before)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < m->s->tokens_n; i++) {
        if (m->s->tokens[i].kind != SAM_TOKEN_WORD || m->s->tokens[i].bytes < 4)
            continue;
        for (uint32_t k = 0; k < before->words_n; k++) {
            if (before->words[k] == m->s->tokens[i].hash) {
                n++;
                break;
            }
        }
    }
    return n;
}

/* How the passage answers the other side's last one. */
static void add_before(struct making *m)
{
    static const uint8_t befores[] = {3, 10, 25, 0};
    const struct side_context *before = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 1 : 0];
    if (!before->there) {
        shape(m, 8, 0, 0.25F);
        return;
    }
    uint32_t again = repeated(m, before);
    shape(m, 9, again > 4 ? 4 : again, 0.25F);
    shape(m, 10, 0, 0.25F * fminf(1, (float)again / (1 + (float)m->s->words / 4)));
    shape(m, 11, class_of(before->length, befores), 0.25F);
    shape(m, 12, (before->asked ? 1U : 0) + (before->number ? 2U : 0), 0.25F);
}

static void add_shape(struct making *m)
{
    static const uint8_t lengths[] = {2, 4, 8, 15, 25, 40, 80, 0}, starts[] = {1, 2, 4, 7, 0}, ends[] = {1, 2, 4, 7, 0};
    const struct feature_source *s = m->s;
    bool asked = false, number = false, broken = false;
    for (uint32_t i = 0; i < s->tokens_n; i++) {
        asked = asked || s->tokens[i].kind == SAM_TOKEN_ASKED;
        number = number || s->tokens[i].kind == SAM_TOKEN_NUMBER;
        broken = broken || (i > 0 && s->tokens[i].before == SAM_BREAK_SENTENCE);
    }
    shape(m, 0, class_of(s->words, lengths), 0.25F);
    shape(m, 1, 0, 0.25F * logf(1 + (float)s->words) / 3);
    shape(m, 2, class_of(s->place + 1, starts), 0.25F);
    shape(m, 3, class_of(s->places - s->place, ends), 0.25F);
    shape(m, 4, s->places == 0 ? 0 : 5 * s->place / s->places, 0.25F);
    shape(m, 5, s->number == 0 ? 1 : 0, 0.25F);
    shape(m, 6, (asked ? 1U : 0) + (broken ? 2U : 0), 0.25F);
    shape(m, 7, number ? 1 : 0, 0.25F);
    add_before(m);
}

/* For the passages behind this one. */
static void remember(struct making *m)
{
    const struct feature_source *s = m->s;
    struct side_context *side = &m->f->sides[s->role == SAM_ROLE_AGENT ? 0 : 1];
    *side = (struct side_context){.there = true, .length = s->words};
    for (uint32_t i = 0; i < s->tokens_n; i++) {
        side->asked = side->asked || s->tokens[i].kind == SAM_TOKEN_ASKED;
        side->number = side->number || s->tokens[i].kind == SAM_TOKEN_NUMBER;
        if (side->words_n < CONTEXT_WORDS)
            side->words[side->words_n++] = s->tokens[i].hash;
    }
    uint32_t last = UINT32_MAX;
    for (uint32_t i = 0; i < s->fired_n; i++) {
        uint32_t signal = (uint32_t)s->fired[i].target - SAM_LABELS;
        if (s->fired[i].target < SAM_LABELS || signal == last)
            continue;
        last = signal;
        uint64_t hash = s->pack->signal_hashes[signal];
        bool there = false;
        for (uint32_t k = 0; k < m->f->said_n && !there; k++)
            there = m->f->said[k] == hash;
        if (!there && m->f->said_n < SHARED_MAX)
            m->f->said[m->f->said_n++] = hash;
        if (side->signals_n < SHARED_MAX)
            side->signals[side->signals_n++] = hash;
    }
}

enum sam_code features_init(struct features *features, struct sam_arena *arena, struct sam_err *err)
{
    *features = (struct features){.at = sam_arena_array(arena, FEATURES_MAX, sizeof *features->at),
                                  .seen = sam_arena_array(arena, SAM_FEATURE_BUCKETS, sizeof *features->seen)};
    return features->at == NULL || features->seen == NULL ? sam_arena_full(arena, err) : SAM_OK;
}

void features_make(struct features *features, const struct feature_source *source)
{
    struct making m = {features, source};
    features->n = 0;
    if (++features->round == 0) {
        memset(features->seen, 0, SAM_FEATURE_BUCKETS * sizeof *features->seen);
        features->round = 1;
    }
    add_shape(&m);
    add_rules(&m);
    add_said(&m);
    add_words(&m);
    add_glosses(&m);
    remember(&m);
}
