/*
 * Features of a passage. The same words, place and surroundings give the same features, in training and in use; a change here needs new
 * models (FEATURES_VERSION in model.h).
 */
#include "feature.h"
#include "salt.h"

#include <math.h>
#include <string.h>

struct making {
    struct features *f;
    const struct feature_source *s;
    uint32_t kinds; /* of all tokens: a bit for each enum sam_token_kind */
    uint32_t again; /* words of four letters and more, among those that are seen, that the other side said just before */
    bool broken;    /* a sentence ends before the last token */
};

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
    uint32_t kinds = 0, breaks = 0, again = 0;
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
        if (was_said(before, token->hash, bit))
            again += token->kind == SAM_TOKEN_WORD && token->bytes >= 4 ? 1 : 0;
    }
    own->words_n = m->s->tokens_n < CONTEXT_WORDS ? m->s->tokens_n : CONTEXT_WORDS;
    m->kinds = kinds;
    m->broken = (breaks & SAM_BREAK_SENTENCE) != 0;
    m->again = again;
}
_Static_assert((SAM_BREAK_SENTENCE & SAM_BREAK_CLAUSE) == 0, "one of several breaks is seen in all of them together");

/* ---- rules, signals, shape ---------------------------------------------------------------------------------------------- */

static inline void add_plain(struct making *m, enum sam_feature_group group, uint16_t bucket, float value, uint32_t rule)
{
    struct features *f = m->f;
    uint16_t *seen_in = &f->seen_in[bucket - SAM_FEATURE_HASHED];
    if (f->plain_n == PLAIN_MAX || *seen_in == f->passage)
        return;
    *seen_in = f->passage;
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
    m->f->concepts = m->f->plain_n;
    for (uint32_t i = 0; i < s->fired_n; i++) {
        const struct sam_fired *rule = &s->fired[i];
        if (rule->target >= SAM_LABELS) {
            add_plain(m, SAM_FEATURE_CONCEPTS, s->pack->signals[rule->target - SAM_LABELS].fired, 0.25F, i);
            continue;
        }
        sums[rule->target] += rule->weight;
        if ((fired >> rule->target & 1) == 0)
            first[rule->target] = i;
        fired |= UINT32_C(1) << rule->target;
    }
    m->f->concepts_end = m->f->plain_n;
    for (; fired != 0; fired &= fired - 1) {
        uint32_t label = (uint32_t)__builtin_ctz(fired);
        add_plain(m, SAM_FEATURE_RULES, plain_bucket(LABEL, label), 0.25F * limited(sums[label]), first[label]);
    }
}

static void shape(struct making *m, uint32_t what, uint32_t value, float weight)
{
    add_plain(m, SAM_FEATURE_SHAPE, plain_bucket(SHAPE, what * 64 + value), weight, SAM_FEATURE_NO_RULE);
}

/* In which of the growing classes a number is. */
#define CLASSES 7
static uint32_t class_of(uint32_t value, const uint32_t limits[CLASSES])
{
    uint32_t above = 0;
    for (int i = 0; i < CLASSES; i++)
        above += value > limits[i];
    return above;
}
#define NO_MORE UINT32_MAX

/* How the passage answers the other side's last one. */
static void add_before(struct making *m)
{
    static const uint32_t befores[CLASSES] = {3, 10, 25, NO_MORE, NO_MORE, NO_MORE, NO_MORE};
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
        add_plain(m, SAM_FEATURE_CONTEXT, before->before[i], 0.15F, SAM_FEATURE_NO_RULE);
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
        add_plain(m, SAM_FEATURE_CONTEXT, s->next_pack->signals[rule->target - SAM_LABELS].after, 0.2F, SAM_FEATURE_NO_RULE);
    }
    for (; fired != 0; fired &= fired - 1) {
        uint32_t label = (uint32_t)__builtin_ctz(fired);
        if (sums[label] > 0 || sums[label] < 0)
            add_plain(m, SAM_FEATURE_CONTEXT, plain_bucket(LABEL_AFTER, label), 0.2F * limited(sums[label]), SAM_FEATURE_NO_RULE);
    }
    for (uint32_t i = 0; own->there && i < own->signals_n; i++)
        add_plain(m, SAM_FEATURE_CONTEXT, own->own[i], 0.12F, SAM_FEATURE_NO_RULE);
}

static bool has(const struct making *m, enum sam_token_kind kind)
{
    return (m->kinds >> kind & 1) != 0;
}

static void add_shape(struct making *m)
{
    static const uint32_t lengths[CLASSES] = {2, 4, 8, 15, 25, 40, 80}, edges[CLASSES] = {1, 2, 4, 7, NO_MORE, NO_MORE, NO_MORE};
    const struct feature_source *s = m->s;
    shape(m, 0, class_of(s->words, lengths), 0.25F);
    shape(m, 1, 0, 0.25F * logf(1 + (float)s->words) / 3);
    shape(m, 2, class_of(s->place + 1, edges), 0.25F);
    shape(m, 3, class_of(s->places - s->place, edges), 0.25F);
    shape(m, 4, s->places == 0 ? 0 : 5 * s->place / s->places, 0.25F);
    shape(m, 5, s->number == 0 ? 1 : 0, 0.25F);
    shape(m, 6, (has(m, SAM_TOKEN_ASKED) ? 1U : 0) + (m->broken ? 2U : 0), 0.25F);
    shape(m, 7, has(m, SAM_TOKEN_NUMBER) ? 1 : 0, 0.25F);
    add_before(m);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

void feature_signal(struct signal *signal)
{
    uint64_t hash = fold_hash_bytes(signal->name);
    signal->fired = plain_bucket(SIGNAL, hash);
    signal->before = plain_bucket(SIGNAL_BEFORE, hash);
    signal->after = plain_bucket(SIGNAL_AFTER, hash);
    signal->own = plain_bucket(SIGNAL_OWN, hash);
    signal->said = plain_bucket(SIGNAL_SAID, hash);
}

/* Each signal once; two whose buckets are the same are one. */
static bool is_new(const struct side_context *side, uint16_t bucket)
{
    for (uint32_t i = 0; i < side->signals_n; i++) {
        if (side->said[i] == bucket)
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
        const struct signal *signal = &s->pack->signals[s->fired[i].target - SAM_LABELS];
        if (!is_new(side, signal->said))
            continue;
        side->before[side->signals_n] = signal->before;
        side->own[side->signals_n] = signal->own;
        side->said[side->signals_n++] = signal->said;
        bool *said = &m->f->was_said[signal->said - SAM_FEATURE_HASHED];
        if (m->f->said_next < SAID_MAX && !*said) {
            *said = true;
            m->f->said[m->f->said_next++] = signal->said;
        }
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
    features->plain = sam_arena_room(arena, PLAIN_MAX, sizeof *features->plain);
    return features->plain == NULL ? sam_arena_full(arena, err) : SAM_OK;
}

void features_make(struct features *features, const struct feature_source *source)
{
    struct making m = {.f = features, .s = source};
    if (++features->passage == 0) {
        memset(features->seen_in, 0, sizeof features->seen_in);
        features->passage = 1;
    }
    look_over(&m);
    features->plain_n = 0;
    features->said_n = features->said_next;
    add_shape(&m);
    add_rules(&m);
    add_around(&m);
    remember(&m);
}
