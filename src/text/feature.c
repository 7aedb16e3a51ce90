/*
 * Features of a passage. The same words, place and surroundings give the same features, in training and in use; a change here needs new
 * models (FEATURES_VERSION in model.h).
 */
#include "feature.h"
#include "fold.h"

#include <math.h>
#include <string.h>

#define PART_LETTERS 24 /* longer words have no parts behind this */

/* What a hash is the hash of. */
enum salt {
    WORD,
    HEAD4,
    HEAD5,
    HEAD7,
    TAIL3,
    GLOSS,
    ROW2,
    ROW2_GAP,
    OPENS,
    OPENS2,
    ENDS,
    SIGNAL,
    SIGNAL_BEFORE,
    SIGNAL_SAID,
    LABEL,
    SHAPE,
    SIGNAL_AFTER,
    LABEL_AFTER,
    SIGNAL_OWN
};

struct making {
    struct features *f;
    const struct feature_source *s;
    uint32_t tokens_n; /* that are seen */
    struct feature_bits seen;
};

static uint64_t salted(enum salt salt, uint64_t hash)
{
    return fold_mix(hash + ((uint64_t)salt + 100) * UINT64_C(0x9E3779B97F4A7C15));
}

static struct feature_key key_of(enum salt salt, uint64_t hash)
{
    uint64_t mixed = salted(salt, hash);
    return (struct feature_key){(uint16_t)(mixed >> (64 - SAM_FEATURE_BITS)), (uint8_t)(1 + (mixed >> 20 & 0xFF) % 255)};
}

static uint16_t plain_bucket(enum salt salt, uint64_t hash)
{
    return (uint16_t)(SAM_FEATURE_HASHED + (salted(salt, hash) >> (64 - SAM_FEATURE_PLAIN_BITS)));
}

static uint64_t both(uint64_t a, uint64_t b)
{
    return a * UINT64_C(0x9FB21C651E98DF25) + b;
}

/* ---- words ------------------------------------------------------------------------------------------------------------- */

/* Beginnings and ends of a word: endings differ between the languages and between speech and writing, beginnings less. */
uint32_t feature_keys(struct sam_span text, uint64_t word, struct feature_key out[WORD_KEYS])
{
    const unsigned char *at = (const unsigned char *)text.at;
    struct fold fold = {.at = at, .end = text.len > 0 ? at + text.len : at};
    int32_t last[3] = {0, 0, 0};
    uint32_t n = 0, used = 0;
    uint64_t hash = FOLD_HASH_START;
    out[used++] = key_of(WORD, word);
    for (int32_t letter = fold_next(&fold); letter != FOLD_END && n < PART_LETTERS; letter = fold_next(&fold)) {
        if (letter < 0)
            continue;
        uint64_t before = hash;
        hash = fold_hash(hash, letter);
        last[0] = last[1];
        last[1] = last[2];
        last[2] = letter;
        n++;
        if (n == 4)
            out[used++] = key_of(HEAD4, hash);
        else if (n == 6 || n == 8) /* of longer words only, so that a beginning is not the word itself */
            out[used++] = key_of(n == 6 ? HEAD5 : HEAD7, before);
    }
    if (n >= 4)
        out[used++] = key_of(TAIL3, fold_hash(fold_hash(fold_hash(FOLD_HASH_START, last[0]), last[1]), last[2]));
    return used;
}

/* Every other feature is unknown to the model: to write it and take it back is cheaper than to guess. */
static void add_row(struct making *m, int rows, struct feature_key key, uint32_t first, uint32_t last)
{
    struct feature_rows *to = &m->f->rows[rows];
    const uint8_t *checks = m->s->checks;
    to->at[to->n] = (struct feature_row){key, last, (uint8_t)(last - first)};
    to->n += checks == NULL || checks[key.bucket] == key.check ? 1 : 0;
}

static void add_words(struct making *m)
{
    const struct sam_token *tokens = m->s->tokens;
    for (uint32_t i = 0; i < m->tokens_n; i++) {
        if (tokens[i].vocable != 0 && m->s->checks != NULL)
            continue;
        struct feature_key keys[WORD_KEYS];
        struct sam_span text = {m->s->texts[tokens[i].piece].at + tokens[i].at, tokens[i].kind == SAM_TOKEN_WORD ? tokens[i].bytes : 0};
        uint32_t n = feature_keys(text, tokens[i].hash, keys);
        for (uint32_t k = 0; k < n; k++)
            add_row(m, k == 0 ? ROWS_WORDS : ROWS_PARTS, keys[k], i, i);
    }
}

/* Meanings alone, side by side, and with one word between; no row crosses a clause. */
static void add_glosses(struct making *m)
{
    uint32_t one = 0, two = 0, n = m->tokens_n; /* meanings of the last token and of the one before; 0 where there is none */
    const struct sam_token *tokens = m->s->tokens;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t now = tokens[i].meaning;
        if (tokens[i].before != SAM_BREAK_NONE)
            one = two = 0;
        if (now != 0) {
            add_row(m, ROWS_GLOSSES, key_of(GLOSS, now), i, i);
            if (one != 0)
                add_row(m, ROWS_GLOSSES, key_of(ROW2, both(one, now)), i - 1, i);
            if (two != 0)
                add_row(m, ROWS_GLOSSES, key_of(ROW2_GAP, both(two, now)), i - 2, i);
        }
        two = one;
        one = now;
    }
    if (n > 0) {
        add_row(m, ROWS_GLOSSES, key_of(OPENS, tokens[0].meaning), 0, 0);
        add_row(m, ROWS_GLOSSES, key_of(ENDS, tokens[n - 1].meaning), n - 1, n - 1);
    }
    if (n > 1)
        add_row(m, ROWS_GLOSSES, key_of(OPENS2, both(tokens[0].meaning, tokens[1].meaning)), 0, 1);
}

/* ---- rules, signals, shape ---------------------------------------------------------------------------------------------- */

static bool first_time(struct feature_bits *bits, uint32_t bucket)
{
    uint32_t i = bucket - SAM_FEATURE_HASHED;
    uint64_t bit = UINT64_C(1) << (i & 63);
    bool first = (bits->at[i >> 6] & bit) == 0;
    bits->at[i >> 6] |= bit;
    return first;
}

static void add_plain(struct making *m, enum sam_feature_group group, uint16_t bucket, float value, uint32_t rule)
{
    struct features *f = m->f;
    if (f->plain_n == PLAIN_MAX || !first_time(&m->seen, bucket))
        return;
    const struct sam_fired *fired = rule == SAM_FEATURE_NO_RULE ? NULL : &m->s->fired[rule];
    f->plain[f->plain_n++] = (struct sam_feature){.bucket = bucket,
                                                  .rule = (uint16_t)rule,
                                                  .group = (uint8_t)group,
                                                  .value = value,
                                                  .first = fired == NULL ? UINT32_MAX : fired->first,
                                                  .last = fired == NULL ? UINT32_MAX : fired->last};
}

/* Signals are concepts, shared by name between the packs; rules of labels count by what they say of their label. */
static void add_rules(struct making *m)
{
    float sums[SAM_LABELS] = {0};
    uint32_t first[SAM_LABELS];
    uint32_t fired = 0;
    const struct feature_source *s = m->s;
    for (uint32_t i = 0; i < s->fired_n; i++) {
        const struct sam_fired *rule = &s->fired[i];
        if (rule->target >= SAM_LABELS) {
            uint64_t signal = s->pack->signal_hashes[rule->target - SAM_LABELS];
            add_plain(m, SAM_FEATURE_CONCEPTS, plain_bucket(SIGNAL, signal), 0.25F, i);
            continue;
        }
        sums[rule->target] += rule->weight;
        if ((fired >> rule->target & 1) == 0)
            first[rule->target] = i;
        fired |= UINT32_C(1) << rule->target;
    }
    for (uint32_t label = 0; fired != 0; label++, fired >>= 1) {
        if ((fired & 1) != 0)
            add_plain(m, SAM_FEATURE_RULES, plain_bucket(LABEL, label), 0.25F * fmaxf(-1, fminf(1.5F, sums[label])), first[label]);
    }
}

static void shape(struct making *m, uint32_t what, uint32_t value, float weight)
{
    add_plain(m, SAM_FEATURE_SHAPE, plain_bucket(SHAPE, what * 64 + value), weight, SAM_FEATURE_NO_RULE);
}

/* In which of the growing classes a number is. */
static uint32_t class_of(uint32_t value, const uint8_t *limits)
{
    uint32_t i = 0;
    while (limits[i] != 0 && value > limits[i])
        i++;
    return i;
}

static uint64_t filter_bit(uint64_t hash)
{
    return UINT64_C(1) << (hash >> 40 & 63);
}

static bool was_said(const struct side_context *before, uint64_t hash)
{
    for (uint32_t k = 0; (before->filter & filter_bit(hash)) != 0 && k < before->words_n; k++) {
        if (before->words[k] == hash)
            return true;
    }
    return false;
}

/* How the passage answers the other side's last one. */
static void add_before(struct making *m)
{
    static const uint8_t befores[] = {3, 10, 25, 0};
    const struct side_context *before = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 1 : 0];
    uint32_t again = 0; /* words of four letters and more that the other side said just before */
    if (!before->there) {
        shape(m, 8, 0, 0.25F);
        return;
    }
    for (uint32_t i = 0; i < m->tokens_n; i++) {
        const struct sam_token *token = &m->s->tokens[i];
        again += token->kind == SAM_TOKEN_WORD && token->bytes >= 4 && was_said(before, token->hash) ? 1 : 0;
    }
    shape(m, 9, again > 4 ? 4 : again, 0.25F);
    shape(m, 10, 0, 0.25F * fminf(1, (float)again / (1 + (float)m->s->words / 4)));
    shape(m, 11, class_of(before->length, befores), 0.25F);
    shape(m, 12, (before->asked ? 1U : 0) + (before->number ? 2U : 0), 0.25F);
    for (uint32_t i = 0; i < before->signals_n; i++)
        add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(SIGNAL_BEFORE, before->signals[i]), 0.15F, SAM_FEATURE_NO_RULE);
}

/* What the other side answered, and what this side said last. */
static void add_around(struct making *m)
{
    const struct feature_source *s = m->s;
    const struct side_context *own = &m->f->sides[s->role == SAM_ROLE_AGENT ? 0 : 1];
    float sums[SAM_LABELS] = {0};
    for (uint32_t i = 0; i < s->next_n; i++) {
        const struct sam_fired *rule = &s->next[i];
        if (rule->target < SAM_LABELS) {
            sums[rule->target] += rule->weight;
            continue;
        }
        uint64_t signal = s->next_pack->signal_hashes[rule->target - SAM_LABELS];
        add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(SIGNAL_AFTER, signal), 0.2F, SAM_FEATURE_NO_RULE);
    }
    for (uint32_t label = 0; label < SAM_LABELS; label++) {
        float sum = fmaxf(-1, fminf(1.5F, sums[label]));
        if (sum > 0 || sum < 0)
            add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(LABEL_AFTER, label), 0.2F * sum, SAM_FEATURE_NO_RULE);
    }
    for (uint32_t i = 0; own->there && i < own->signals_n; i++)
        add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(SIGNAL_OWN, own->signals[i]), 0.12F, SAM_FEATURE_NO_RULE);
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

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

static void remember_signals(struct making *m, struct side_context *side)
{
    const struct feature_source *s = m->s;
    struct feature_bits there = {{0}};
    for (uint32_t i = 0; i < s->fired_n; i++) {
        if (s->fired[i].target < SAM_LABELS)
            continue;
        uint64_t hash = s->pack->signal_hashes[s->fired[i].target - SAM_LABELS];
        uint16_t bucket = plain_bucket(SIGNAL_SAID, hash);
        if (!first_time(&there, bucket))
            continue;
        if (side->signals_n < SAID_MAX)
            side->signals[side->signals_n++] = hash;
        if (m->f->said_next < SAID_MAX && first_time(&m->f->said_bits, bucket))
            m->f->said[m->f->said_next++] = bucket;
    }
}

/* For the passages behind this one. */
static void remember(struct making *m)
{
    const struct feature_source *s = m->s;
    struct side_context *side = &m->f->sides[s->role == SAM_ROLE_AGENT ? 0 : 1];
    side->there = true;
    side->asked = side->number = false;
    side->filter = 0;
    side->length = s->words;
    side->words_n = side->signals_n = 0;
    for (uint32_t i = 0; i < s->tokens_n; i++) {
        side->asked = side->asked || s->tokens[i].kind == SAM_TOKEN_ASKED;
        side->number = side->number || s->tokens[i].kind == SAM_TOKEN_NUMBER;
        if (side->words_n < CONTEXT_WORDS) {
            side->words[side->words_n++] = s->tokens[i].hash;
            side->filter |= filter_bit(s->tokens[i].hash);
        }
    }
    remember_signals(m, side);
}

enum sam_code features_init(struct features *features, struct sam_arena *arena, struct sam_err *err)
{
    features->plain = sam_arena_array(arena, PLAIN_MAX, sizeof *features->plain);
    return features->plain == NULL ? sam_arena_full(arena, err) : SAM_OK;
}

/* Most rows of each kind that a token can have, and those of the passage. */
static enum sam_code reserve(struct features *features, uint32_t tokens, struct sam_arena *arena, struct sam_err *err)
{
    static const uint32_t a_token[ROWS] = {[ROWS_WORDS] = 1, [ROWS_PARTS] = WORD_KEYS - 1, [ROWS_GLOSSES] = 3};
    if (tokens <= features->room)
        return SAM_OK;
    uint32_t room = tokens * 2 > 64 ? tokens * 2 : 64;
    for (int i = 0; i < ROWS; i++) {
        features->rows[i].at = sam_arena_array(arena, (size_t)room * a_token[i] + 4, sizeof *features->rows[i].at);
        if (features->rows[i].at == NULL)
            return sam_arena_full(arena, err);
    }
    features->room = room;
    return SAM_OK;
}

enum sam_code features_make(struct features *features, const struct feature_source *source, struct sam_arena *arena, struct sam_err *err)
{
    struct making m = {.f = features, .s = source, .tokens_n = source->tokens_n < FEATURE_TOKENS ? source->tokens_n : FEATURE_TOKENS};
    if (reserve(features, m.tokens_n, arena, err) != SAM_OK)
        return err->code;
    for (int i = 0; i < ROWS; i++)
        features->rows[i].n = 0;
    features->plain_n = 0;
    features->said_n = features->said_next;
    add_shape(&m);
    add_rules(&m);
    add_around(&m);
    add_words(&m);
    add_glosses(&m);
    remember(&m);
    return SAM_OK;
}

enum sam_code features_list(const struct features *features, struct sam_arena *arena, const struct sam_feature **out, uint32_t *n,
                            struct sam_err *err)
{
    static const uint8_t groups[ROWS] = {
        [ROWS_WORDS] = SAM_FEATURE_WORDS, [ROWS_PARTS] = SAM_FEATURE_PARTS, [ROWS_GLOSSES] = SAM_FEATURE_GLOSSES};
    size_t all = (size_t)features->plain_n + features->said_n, used = features->plain_n;
    for (int i = 0; i < ROWS; i++)
        all += features->rows[i].n;
    struct sam_feature *list = sam_arena_array(arena, all, sizeof *list);
    if (list == NULL)
        return sam_arena_full(arena, err);
    memcpy(list, features->plain, used * sizeof *list);
    for (uint32_t i = 0; i < features->said_n; i++)
        list[used++] = (struct sam_feature){.bucket = features->said[i],
                                            .rule = SAM_FEATURE_NO_RULE,
                                            .group = SAM_FEATURE_CONTEXT,
                                            .value = SAID_VALUE,
                                            .first = UINT32_MAX,
                                            .last = UINT32_MAX};
    for (int i = 0; i < ROWS; i++) {
        for (uint32_t k = 0; k < features->rows[i].n; k++) {
            const struct feature_row *row = &features->rows[i].at[k];
            list[used++] = (struct sam_feature){.bucket = row->key.bucket,
                                                .check = row->key.check,
                                                .rule = SAM_FEATURE_NO_RULE,
                                                .group = groups[i],
                                                .value = 1,
                                                .first = row->last - row->back,
                                                .last = row->last};
        }
    }
    *out = list;
    *n = (uint32_t)used;
    return SAM_OK;
}
