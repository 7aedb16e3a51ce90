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
    uint32_t kinds;    /* of all tokens: a bit for each enum sam_token_kind */
    uint32_t unknown;  /* tokens, among those that are seen, outside the vocabulary */
    uint32_t again;    /* words of four letters and more, among those that are seen, that the other side said just before */
    bool broken;       /* a sentence ends before the last token */
    struct feature_bits seen;
};

static inline uint64_t salted(enum salt salt, uint64_t hash)
{
    return fold_mix(hash + ((uint64_t)salt + 100) * UINT64_C(0x9E3779B97F4A7C15));
}

static inline struct feature_key key_of(enum salt salt, uint64_t hash)
{
    uint64_t mixed = salted(salt, hash);
    uint32_t check = (uint32_t)(mixed >> 20 & 0xFF) + 1; /* 256 is 1 */
    return (struct feature_key){(uint16_t)(mixed >> (64 - SAM_FEATURE_BITS)), (uint8_t)(check + (check >> 8))};
}

static inline uint16_t plain_bucket(enum salt salt, uint64_t hash)
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

/* Every other feature is unknown to the model: to write it and not to move on is cheaper than to guess. @return behind it when it counts */
static inline struct feature_row *put_row(struct feature_row *to, const uint8_t *checks, struct feature_key key, uint32_t last,
                                          uint32_t back)
{
    *to = (struct feature_row){key.bucket, key.check, (uint8_t)back, last};
    return to + (checks == NULL || checks[key.bucket] == key.check ? 1 : 0);
}

/* Of words outside the vocabulary; those of all others are added up beforehand, but whoever learns wants them all. */
static void add_words(struct making *m)
{
    const struct feature_source *s = m->s;
    const uint8_t *checks = s->checks;
    struct feature_row *words = m->f->rows[ROWS_WORDS].at, *parts = m->f->rows[ROWS_PARTS].at;
    for (uint32_t i = 0; i < m->tokens_n && (m->unknown > 0 || checks == NULL); i++) {
        const struct sam_token *token = &s->tokens[i];
        if (token->vocable != 0 && checks != NULL)
            continue;
        struct feature_key keys[WORD_KEYS];
        struct sam_span text = {s->texts[token->piece].at + token->at, token->kind == SAM_TOKEN_WORD ? token->bytes : 0};
        uint32_t n = feature_keys(text, token->hash, keys);
        words = put_row(words, checks, keys[0], i, 0);
        for (uint32_t k = 1; k < n; k++)
            parts = put_row(parts, checks, keys[k], i, 0);
    }
    m->f->rows[ROWS_WORDS].n = (uint32_t)(words - m->f->rows[ROWS_WORDS].at);
    m->f->rows[ROWS_PARTS].n = (uint32_t)(parts - m->f->rows[ROWS_PARTS].at);
}

/* The meanings that the passage begins and ends with. */
static struct feature_row *add_ends(const struct making *m, struct feature_row *to)
{
    const struct sam_token *tokens = m->s->tokens;
    const uint8_t *checks = m->s->checks;
    uint32_t n = m->tokens_n;
    if (n > 0) {
        to = put_row(to, checks, key_of(OPENS, tokens[0].meaning), 0, 0);
        to = put_row(to, checks, key_of(ENDS, tokens[n - 1].meaning), n - 1, 0);
    }
    return n > 1 ? put_row(to, checks, key_of(OPENS2, both(tokens[0].meaning, tokens[1].meaning)), 1, 1) : to;
}

/* Meanings alone, side by side, and with one word between; no row crosses a clause. */
static void add_glosses(struct making *m)
{
    uint32_t one = 0, two = 0, n = m->tokens_n; /* meanings of the last token and of the one before; 0 where there is none */
    const struct sam_token *tokens = m->s->tokens;
    const uint8_t *checks = m->s->checks;
    struct feature_rows *rows = &m->f->rows[ROWS_GLOSSES];
    struct feature_row *to = rows->at;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t now = tokens[i].meaning;
        if (tokens[i].before != SAM_BREAK_NONE)
            one = two = 0;
        if (now != 0) {
            to = put_row(to, checks, key_of(GLOSS, now), i, 0);
            if (one != 0)
                to = put_row(to, checks, key_of(ROW2, both(one, now)), i, 1);
            if (two != 0)
                to = put_row(to, checks, key_of(ROW2_GAP, both(two, now)), i, 2);
        }
        two = one;
        one = now;
    }
    rows->n = (uint32_t)(add_ends(m, to) - rows->at);
}

/* ---- all tokens ---------------------------------------------------------------------------------------------------------- */

static inline bool was_said(const struct side_context *before, uint64_t hash, uint32_t bit)
{
    if ((before->filter[bit >> 6] >> (bit & 63) & 1) == 0)
        return false;
    for (uint32_t k = 0; k < before->words_n; k++) {
        if (before->words[k] == hash)
            return true;
    }
    return false;
}

/* Goes once over the tokens: what they are, which of them the other side had just said, and what the other side will ask of them. */
static void look_over(struct making *m)
{
    const struct sam_token *tokens = m->s->tokens;
    struct side_context *own = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 0 : 1];
    const struct side_context *before = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 1 : 0];
    uint32_t kinds = 0, breaks = 0, unknown = 0, again = 0;
    memset(own->filter, 0, sizeof own->filter);
    for (uint32_t i = 0; i < m->s->tokens_n; i++) {
        const struct sam_token *token = &tokens[i];
        uint32_t bit = context_bit(token->hash);
        kinds |= UINT32_C(1) << token->kind;
        breaks |= i > 0 ? token->before : 0U;
        if (i < CONTEXT_WORDS) {
            own->words[i] = token->hash;
            own->filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
        }
        if (i >= FEATURE_TOKENS)
            continue;
        unknown += token->vocable == 0 ? 1 : 0;
        if (was_said(before, token->hash, bit))
            again += token->kind == SAM_TOKEN_WORD && token->bytes >= 4 ? 1 : 0;
    }
    own->words_n = m->s->tokens_n < CONTEXT_WORDS ? m->s->tokens_n : CONTEXT_WORDS;
    m->kinds = kinds;
    m->broken = (breaks & SAM_BREAK_SENTENCE) != 0;
    m->unknown = unknown;
    m->again = again;
}
_Static_assert((SAM_BREAK_SENTENCE & SAM_BREAK_CLAUSE) == 0, "one of several breaks is seen in all of them together");

/* ---- rules, signals, shape ---------------------------------------------------------------------------------------------- */

static inline bool first_time(struct feature_bits *bits, uint32_t bucket)
{
    uint32_t i = bucket - SAM_FEATURE_HASHED;
    uint64_t bit = UINT64_C(1) << (i & 63);
    bool first = (bits->at[i >> 6] & bit) == 0;
    bits->at[i >> 6] |= bit;
    return first;
}

static inline void add_plain(struct making *m, enum sam_feature_group group, uint16_t bucket, float value, uint32_t rule)
{
    struct features *f = m->f;
    if (f->plain_n < PLAIN_MAX && first_time(&m->seen, bucket))
        f->plain[f->plain_n++] = (struct plain_feature){value, bucket, (uint16_t)rule, (uint8_t)group};
}

/* What the rules of a label say together. */
static inline float limited(float sum)
{
    return sum > 1.5F ? 1.5F : sum < -1 ? -1 : sum;
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
            add_plain(m, SAM_FEATURE_RULES, plain_bucket(LABEL, label), 0.25F * limited(sums[label]), first[label]);
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

/* How the passage answers the other side's last one. */
static void add_before(struct making *m)
{
    static const uint8_t befores[] = {3, 10, 25, 0};
    const struct side_context *before = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 1 : 0];
    if (!before->there) {
        shape(m, 8, 0, 0.25F);
        return;
    }
    float part = (float)m->again / (1 + (float)m->s->words / 4);
    shape(m, 9, m->again > 4 ? 4 : m->again, 0.25F);
    shape(m, 10, 0, 0.25F * (part < 1 ? part : 1));
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
    uint32_t fired = 0;
    for (uint32_t i = 0; i < s->next_n; i++) {
        const struct sam_fired *rule = &s->next[i];
        if (rule->target < SAM_LABELS) {
            sums[rule->target] += rule->weight;
            fired |= UINT32_C(1) << rule->target;
            continue;
        }
        uint64_t signal = s->next_pack->signal_hashes[rule->target - SAM_LABELS];
        add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(SIGNAL_AFTER, signal), 0.2F, SAM_FEATURE_NO_RULE);
    }
    for (uint32_t label = 0; fired != 0; label++, fired >>= 1) {
        if ((fired & 1) != 0 && (sums[label] > 0 || sums[label] < 0))
            add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(LABEL_AFTER, label), 0.2F * limited(sums[label]), SAM_FEATURE_NO_RULE);
    }
    for (uint32_t i = 0; own->there && i < own->signals_n; i++)
        add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(SIGNAL_OWN, own->signals[i]), 0.12F, SAM_FEATURE_NO_RULE);
}

static bool has(const struct making *m, enum sam_token_kind kind)
{
    return (m->kinds >> kind & 1) != 0;
}

static void add_shape(struct making *m)
{
    static const uint8_t lengths[] = {2, 4, 8, 15, 25, 40, 80, 0}, starts[] = {1, 2, 4, 7, 0}, ends[] = {1, 2, 4, 7, 0};
    const struct feature_source *s = m->s;
    shape(m, 0, class_of(s->words, lengths), 0.25F);
    shape(m, 1, 0, 0.25F * logf(1 + (float)s->words) / 3);
    shape(m, 2, class_of(s->place + 1, starts), 0.25F);
    shape(m, 3, class_of(s->places - s->place, ends), 0.25F);
    shape(m, 4, s->places == 0 ? 0 : 5 * s->place / s->places, 0.25F);
    shape(m, 5, s->number == 0 ? 1 : 0, 0.25F);
    shape(m, 6, (has(m, SAM_TOKEN_ASKED) ? 1U : 0) + (m->broken ? 2U : 0), 0.25F);
    shape(m, 7, has(m, SAM_TOKEN_NUMBER) ? 1 : 0, 0.25F);
    add_before(m);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

/* Each signal once; two whose buckets are the same are one. */
static bool is_new(const struct side_context *side, uint16_t bucket)
{
    for (uint32_t i = 0; i < side->signals_n; i++) {
        if (side->buckets[i] == bucket)
            return false;
    }
    return side->signals_n < SAID_MAX;
}

static void remember_signals(struct making *m, struct side_context *side)
{
    const struct feature_source *s = m->s;
    side->signals_n = 0;
    for (uint32_t i = 0; i < s->fired_n; i++) {
        if (s->fired[i].target < SAM_LABELS)
            continue;
        uint64_t hash = s->pack->signal_hashes[s->fired[i].target - SAM_LABELS];
        uint16_t bucket = plain_bucket(SIGNAL_SAID, hash);
        if (!is_new(side, bucket))
            continue;
        side->buckets[side->signals_n] = bucket;
        side->signals[side->signals_n++] = hash;
        if (m->f->said_next < SAID_MAX && first_time(&m->f->said_bits, bucket))
            m->f->said[m->f->said_next++] = bucket;
    }
}
_Static_assert(PACK_SIGNALS <= SAID_MAX, "the signals of a passage have room");

/* For the passages behind this one. */
static void remember(struct making *m)
{
    const struct feature_source *s = m->s;
    struct side_context *side = &m->f->sides[s->role == SAM_ROLE_AGENT ? 0 : 1];
    side->there = true;
    side->asked = has(m, SAM_TOKEN_ASKED);
    side->number = has(m, SAM_TOKEN_NUMBER);
    side->length = s->words;
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
    look_over(&m);
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
