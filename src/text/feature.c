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

/* A word as one of a side's passages has it: forty-eight bits of its hash tell it from others. */
static inline uint64_t word_in(uint64_t hash, uint16_t passage)
{
    return (hash & ~(uint64_t)UINT16_MAX) | passage;
}
static inline uint32_t place_of(uint64_t hash)
{
    return (uint32_t)(hash >> 40) & (CONTEXT_PLACES - 1);
}

/* Whether the side said a word in its last passage, as 0 or 1. What a word is cannot be foretold, so there is no branch on it; few
 * passages have words that want the same place. */
static inline uint32_t was_said(const struct side_context *before, uint64_t hash)
{
    uint64_t word = word_in(hash, before->passage);
    uint32_t said = before->words[place_of(hash)] == word;
    for (uint32_t k = 0; k < before->more_n; k++)
        said |= before->more[k] == word;
    return said;
}

/* Notes a word of the passage in hand. */
static inline void note_word(struct side_context *own, uint64_t hash)
{
    uint64_t word = word_in(hash, own->passage), *place = &own->words[place_of(hash)], there = *place;
    bool taken = (uint16_t)there == own->passage;
    own->more[own->more_n] = word;
    own->more_n += taken & (there != word);
    *place = taken ? there : word;
}

/* Whether a token is a word that counts when the other side had just said it. */
static inline uint32_t counts_again(const struct sam_token *token)
{
    return (token->kind == SAM_TOKEN_WORD) & (token->bytes >= 4);
}

/* Goes once over the tokens: what they are, which of them the other side had just said, and what the other side will ask of them. */
static void look_over(struct making *m)
{
    const struct sam_token *tokens = m->s->tokens;
    struct side_context *own = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 0 : 1];
    const struct side_context *before = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 1 : 0];
    const uint32_t n = m->s->tokens_n, noted = n < CONTEXT_WORDS ? n : CONTEXT_WORDS, seen = n < FEATURE_TOKENS ? n : FEATURE_TOKENS;
    uint32_t kinds = 0, breaks = 0, again = 0;
    if (++own->passage == 0) {
        memset(own->words, 0, sizeof own->words);
        own->passage = 1;
    }
    own->more_n = 0;
    for (uint32_t i = 0; i < noted; i++) {
        note_word(own, tokens[i].hash);
        again += was_said(before, tokens[i].hash) & counts_again(&tokens[i]);
        kinds |= UINT32_C(1) << tokens[i].kind;
        breaks |= i > 0 ? tokens[i].before : 0U;
    }
    for (uint32_t i = noted; i < n; i++) {
        again += i < seen ? was_said(before, tokens[i].hash) & counts_again(&tokens[i]) : 0;
        kinds |= UINT32_C(1) << tokens[i].kind;
        breaks |= tokens[i].before;
    }
    m->kinds = kinds;
    m->broken = (breaks & SAM_BREAK_SENTENCE) != 0;
    m->again = before->there ? again : 0;
}
_Static_assert((SAM_BREAK_SENTENCE & SAM_BREAK_CLAUSE) == 0, "one of several breaks is seen in all of them together");

/* ---- rules, signals, shape ---------------------------------------------------------------------------------------------- */

static inline void add(struct making *m, enum sam_feature_group group, uint16_t bucket, float value, uint8_t hundredths, uint32_t rule)
{
    struct features *f = m->f;
    uint16_t *seen_in = &f->seen_in[bucket - SAM_FEATURE_HASHED];
    if (f->plain_n == PLAIN_MAX || *seen_in == f->passage)
        return;
    *seen_in = f->passage;
    f->plain[f->plain_n++] = (struct plain_feature){value, bucket, (uint16_t)rule, (uint8_t)group, hundredths};
}

/* One whose value is always the same. */
static inline void add_plain(struct making *m, enum sam_feature_group group, uint16_t bucket, uint8_t hundredths, uint32_t rule)
{
    add(m, group, bucket, (float)hundredths / 100, hundredths, rule);
}

/* One whose value depends on the passage. */
static inline void add_odd(struct making *m, enum sam_feature_group group, uint16_t bucket, float value, uint32_t rule)
{
    uint32_t before = m->f->plain_n;
    add(m, group, bucket, value, 0, rule);
    m->f->odd[m->f->odd_n] = (uint16_t)before;
    m->f->odd_n += m->f->plain_n - before;
}

/* What the rules of a label say together. */
static inline float limited(float sum)
{
    return sum > 1.5F ? 1.5F : sum < -1 ? -1 : sum;
}

/* What rules of labels say together, by label. */
struct said_of {
    float sums[SAM_LABELS];     /* of those that fired */
    uint32_t first[SAM_LABELS]; /* the first rule of each */
    uint32_t fired;             /* bits by label */
};

static void add_up(const struct fired_list *list, struct said_of *to)
{
    to->fired = 0;
    for (uint32_t k = 0; k < list->labels_n; k++) {
        const struct sam_fired *rule = &list->at[list->labels[k]];
        bool again = (to->fired >> rule->target & 1) != 0;
        to->sums[rule->target] = rule->weight + (again ? to->sums[rule->target] : 0);
        to->first[rule->target] = again ? to->first[rule->target] : list->labels[k];
        to->fired |= UINT32_C(1) << rule->target;
    }
}

/* Signals are concepts, shared by name between the packs; rules of labels count by what they say of their label. */
static void add_rules(struct making *m)
{
    SAM_UNSET struct said_of said;
    const struct fired_list *list = m->s->fired;
    m->f->concepts = m->f->plain_n;
    for (uint32_t k = 0; k < list->signals_n; k++) {
        uint32_t i = list->signals[k];
        add_plain(m, SAM_FEATURE_CONCEPTS, m->s->pack->signals[list->at[i].target - SAM_LABELS].fired, 25, i);
    }
    m->f->concepts_end = m->f->plain_n;
    add_up(list, &said);
    for (uint32_t fired = said.fired; fired != 0; fired &= fired - 1) {
        uint32_t label = (uint32_t)__builtin_ctz(fired);
        add_odd(m, SAM_FEATURE_RULES, plain_bucket(LABEL, label), 0.25F * limited(said.sums[label]), said.first[label]);
    }
}

static inline uint16_t shape_bucket(uint32_t what, uint32_t value)
{
    return plain_bucket(SHAPE, what * 64 + value);
}

static void shape(struct making *m, uint32_t what, uint32_t value)
{
    add_plain(m, SAM_FEATURE_SHAPE, shape_bucket(what, value), 25, SAM_FEATURE_NO_RULE);
}

/* Shape as a measure. */
static void shape_part(struct making *m, uint32_t what, float part)
{
    add_odd(m, SAM_FEATURE_SHAPE, shape_bucket(what, 0), 0.25F * part, SAM_FEATURE_NO_RULE);
}

/* In which of the growing classes a number is. */
#define CLASSES 7
static uint32_t class_of(uint32_t value, const uint32_t limits[CLASSES])
{
    uint32_t above = 0;
#pragma GCC unroll 7
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
        shape(m, 8, 0);
        return;
    }
    float part = (float)m->again / (1 + (float)m->s->words / 4);
    shape(m, 9, m->again > 4 ? 4 : m->again);
    shape_part(m, 10, part < 1 ? part : 1);
    shape(m, 11, class_of(before->length, befores));
    shape(m, 12, (before->asked ? 1U : 0) + (before->number ? 2U : 0));
    for (uint32_t i = 0; i < before->signals_n; i++)
        add_plain(m, SAM_FEATURE_CONTEXT, before->before[i], 15, SAM_FEATURE_NO_RULE);
}

/* What the other side answered. */
static void add_answer(struct making *m, const struct fired_list *list)
{
    SAM_UNSET struct said_of said;
    for (uint32_t k = 0; k < list->signals_n; k++) {
        uint16_t after = m->s->next_pack->signals[list->at[list->signals[k]].target - SAM_LABELS].after;
        add_plain(m, SAM_FEATURE_CONTEXT, after, 20, SAM_FEATURE_NO_RULE);
    }
    add_up(list, &said);
    for (uint32_t fired = said.fired; fired != 0; fired &= fired - 1) {
        uint32_t label = (uint32_t)__builtin_ctz(fired);
        if (said.sums[label] > 0 || said.sums[label] < 0)
            add_odd(m, SAM_FEATURE_CONTEXT, plain_bucket(LABEL_AFTER, label), 0.2F * limited(said.sums[label]), SAM_FEATURE_NO_RULE);
    }
}

/* That, and what this side said last. */
static void add_around(struct making *m)
{
    const struct side_context *own = &m->f->sides[m->s->role == SAM_ROLE_AGENT ? 0 : 1];
    if (m->s->next != NULL)
        add_answer(m, m->s->next);
    for (uint32_t i = 0; own->there && i < own->signals_n; i++)
        add_plain(m, SAM_FEATURE_CONTEXT, own->own[i], 12, SAM_FEATURE_NO_RULE);
}

static bool has(const struct making *m, enum sam_token_kind kind)
{
    return (m->kinds >> kind & 1) != 0;
}

static void add_shape(struct making *m)
{
    static const uint32_t lengths[CLASSES] = {2, 4, 8, 15, 25, 40, 80}, edges[CLASSES] = {1, 2, 4, 7, NO_MORE, NO_MORE, NO_MORE};
    const struct feature_source *s = m->s;
    shape(m, 0, class_of(s->words, lengths));
    shape_part(m, 1, logf(1 + (float)s->words) / 3);
    shape(m, 2, class_of(s->place + 1, edges));
    shape(m, 3, class_of(s->places - s->place, edges));
    shape(m, 4, s->places == 0 ? 0 : 5 * s->place / s->places);
    shape(m, 5, s->number == 0 ? 1 : 0);
    shape(m, 6, (has(m, SAM_TOKEN_ASKED) ? 1U : 0) + (m->broken ? 2U : 0));
    shape(m, 7, has(m, SAM_TOKEN_NUMBER) ? 1 : 0);
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
static void remember_signals(struct making *m, struct side_context *side)
{
    const struct fired_list *list = m->s->fired;
    struct features *f = m->f;
    uint32_t n = 0;
    for (uint32_t k = 0; k < list->signals_n; k++) {
        const struct signal *signal = &m->s->pack->signals[list->at[list->signals[k]].target - SAM_LABELS];
        uint16_t *said_in = &f->said_in[signal->said - SAM_FEATURE_HASHED];
        side->before[n] = signal->before;
        side->own[n] = signal->own;
        n += (*said_in != f->passage) & (n < SAID_MAX - 1);
        f->said[f->said_next] = signal->said;
        f->said_next += (*said_in == 0) & (f->said_next < SAID_MAX - 1);
        *said_in = f->passage;
    }
    side->signals_n = n;
}
_Static_assert(PACK_SIGNALS < SAID_MAX, "the signals of a passage have room");

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

/* Numbers of passages begin anew; what was said long ago stays said. */
static void begin_anew(struct features *features)
{
    memset(features->seen_in, 0, sizeof features->seen_in);
    for (uint32_t i = 0; i < SAM_FEATURE_PLAIN; i++)
        features->said_in[i] = features->said_in[i] != 0 ? UINT16_MAX : 0;
    features->passage = 1;
}

void features_make(struct features *features, const struct feature_source *source)
{
    struct making m = {.f = features, .s = source};
    if (++features->passage == UINT16_MAX)
        begin_anew(features);
    look_over(&m);
    features->plain_n = features->odd_n = 0;
    features->said_n = features->said_next;
    add_shape(&m);
    add_rules(&m);
    add_around(&m);
    remember(&m);
}
