/*
 * Texts into words and runs of digits with their places in bytes and code points; the languages in force; number words made of two
 * ("femogfirs", "tjuetre").
 */
#include "scan.h"

#include <string.h>

struct sam_span scan_text(const struct piece *p, const struct token *t)
{
    return (struct sam_span){p->text.at + t->at, t->bytes};
}

struct sam_span scan_gap(const struct scan *s, const struct piece *p, size_t i)
{
    size_t from = i > p->first ? s->tokens[i - 1].at + s->tokens[i - 1].bytes : 0;
    size_t to = i < p->first + p->n ? s->tokens[i].at : p->text.len;
    return (struct sam_span){p->text.at + from, to - from};
}

static bool letter(int32_t cp)
{
    if (cp < 0x80)
        return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    return (cp >= 0xC0 && cp < 0x2000) || cp >= 0x2C00;
}

/* ---- number words made of two ---------------------------------------------------------------------------------------- */

static bool begins_with_og(struct sam_span text)
{
    return (text.at[0] == 'o' || text.at[0] == 'O') && (text.at[1] == 'g' || text.at[1] == 'G');
}

static bool word_of(const struct scan *s, struct sam_span text, uint8_t kind, struct word *word)
{
    return scan_word(s->mask, text, s->languages, word) && word->kind == kind;
}

/** "femogfirs": unit, "og", tens. */
static bool unit_og_tens(const struct scan *s, struct sam_span text, uint8_t *value)
{
    for (size_t i = 2; i + 3 < text.len; i++) {
        struct sam_span right = {text.at + i, text.len - i};
        struct word unit, tens;
        if (!begins_with_og(right) || !word_of(s, (struct sam_span){text.at, i}, WORD_UNIT, &unit) ||
            !word_of(s, (struct sam_span){right.at + 2, right.len - 2}, WORD_TENS, &tens))
            continue;
        *value = (uint8_t)(unit.value + tens.value);
        return true;
    }
    return false;
}

/** "tjuetre", "tjugotva": tens, unit; "nollnio": zero, unit. The left word is looked up by a hash that grows with it. */
static bool tens_unit(const struct scan *s, struct sam_span text, uint8_t *value)
{
    uint32_t hash = SCAN_HASH;
    unsigned char before = 0;
    for (size_t i = 1; i + 2 <= text.len && i <= 8; i++) {
        struct word left, right;
        hash = scan_hash_step(hash, before, (unsigned char)text.at[i - 1]);
        before = (unsigned char)text.at[i - 1];
        if (i < 4 || !scan_word_hashed(s->mask, (struct sam_span){text.at, i}, hash, s->languages, &left))
            continue;
        if (left.kind != WORD_TENS && (left.kind != WORD_UNIT || left.value != 0))
            continue;
        if (!word_of(s, (struct sam_span){text.at + i, text.len - i}, WORD_UNIT, &right))
            continue;
        *value = (uint8_t)(left.value + right.value);
        return true;
    }
    return false;
}

static bool compound(const struct scan *s, struct sam_span text, uint8_t *value)
{
    if (text.len < 6 || text.len > 24 || !memchr("tTfFsSeEnNhHoOaA\xC3", text.at[0], 17))
        return false;
    return unit_og_tens(s, text, value) || tens_unit(s, text, value);
}

/* ---- languages ---------------------------------------------------------------------------------------------------------- */

static uint8_t of_declared(enum sam_language declared)
{
    switch (declared) {
    case SAM_LANGUAGE_DA:
        return DA;
    case SAM_LANGUAGE_NB:
    case SAM_LANGUAGE_NN:
        return NB | NN;
    case SAM_LANGUAGE_SV:
        return SV;
    case SAM_LANGUAGE_EN:
        return EN;
    case SAM_LANGUAGE_UNKNOWN:
    case SAM_LANGUAGE_OTHER:
        return 0;
    }
    return 0;
}

static const uint8_t groups[] = {DA, NB | NN, SV, EN};

/** How often each group's little words stand in the texts. */
static void count_marks(const struct scan *s, size_t seen[SAM_COUNT(groups)])
{
    for (size_t p = 0; p < s->pieces_n; p++) {
        for (size_t i = s->pieces[p].first; i < s->pieces[p].first + s->pieces[p].n; i++) {
            const struct token *t = &s->tokens[i];
            unsigned marks = t->kind == TOKEN_WORD && t->bytes <= 5
                                 ? scan_marks(s->mask, scan_text(&s->pieces[p], t), t->hash, groups, SAM_COUNT(groups))
                                 : 0;
            for (size_t g = 0; marks != 0 && g < SAM_COUNT(groups); g++)
                seen[g] += marks >> g & 1U;
        }
    }
}

/** The languages whose little words are the most; a declared language is believed unless the words speak clearly against it. */
static uint8_t in_force(const struct scan *s, enum sam_language declared)
{
    size_t seen[SAM_COUNT(groups)] = {0}, best = 0;
    uint8_t told = of_declared(declared);
    count_marks(s, seen);
    for (size_t g = 1; g < SAM_COUNT(groups); g++)
        best = seen[g] > seen[best] ? g : best;
    for (size_t g = 0; g < SAM_COUNT(groups); g++) {
        if (told == groups[g] && seen[g] * 2 >= seen[best])
            return told;
    }
    if (seen[best] == 0)
        return told ? told : ALL;
    if (groups[best] == SV || groups[best] == EN)
        return (uint8_t)(groups[best] | told);
    return (uint8_t)(DA | NB | NN | told); /* Danish and Norwegian are too near to part by a few words */
}

/* ---- tokens --------------------------------------------------------------------------------------------------------------- */

static struct token *token_add(struct scan *s, size_t *room)
{
    if (s->tokens_n == *room) {
        size_t more = *room + *room / 2 + 256;
        struct token *tokens = sam_arena_array(s->arena, more, sizeof(*tokens));
        if (!tokens)
            return NULL;
        if (s->tokens_n > 0)
            memcpy(tokens, s->tokens, s->tokens_n * sizeof(*tokens));
        s->tokens = tokens;
        *room = more;
    }
    s->tokens[s->tokens_n] = (struct token){0};
    return &s->tokens[s->tokens_n++];
}

static bool tokens_of(struct scan *s, struct piece *p, size_t *room)
{
    const char *at = p->text.at, *end = at + p->text.len;
    uint32_t code_point = 0;
    struct token *open = NULL; /* the token that goes on */
    unsigned char before = 0;
    p->first = s->tokens_n;
    while (at < end) {
        const char *from = at;
        int32_t cp = (unsigned char)*at < 0x80 ? (unsigned char)*at++ : sam_utf8_next(&at, end);
        bool digit = cp >= '0' && cp <= '9';
        if (!digit && !letter(cp)) {
            open = NULL;
        } else {
            uint8_t kind = digit ? TOKEN_DIGITS : TOKEN_WORD;
            if (!open || open->kind != kind) {
                bool glued = open != NULL;
                if (glued)
                    open->glued = true;
                open = token_add(s, room);
                if (!open)
                    return false;
                open->at = (uint32_t)(from - p->text.at);
                open->start = code_point;
                open->kind = kind;
                open->glued = glued;
                open->hash = SCAN_HASH;
                before = 0;
            }
            for (const char *c = from; c < at; c++) {
                open->hash = scan_hash_step(open->hash, before, (unsigned char)*c);
                before = (unsigned char)*c;
            }
            open->bytes += (uint32_t)(at - from);
            open->length++;
        }
        code_point++;
    }
    p->n = s->tokens_n - p->first;
    return true;
}

bool scan_tokens(struct scan *s, enum sam_language declared)
{
    size_t room = 0;
    for (size_t p = 0; p < s->pieces_n; p++) {
        if (!tokens_of(s, &s->pieces[p], &room))
            return false;
    }
    s->languages = in_force(s, declared);
    for (size_t p = 0; p < s->pieces_n; p++) {
        for (size_t i = s->pieces[p].first; i < s->pieces[p].first + s->pieces[p].n; i++) {
            struct token *t = &s->tokens[i];
            struct word word = {0};
            struct sam_span text = scan_text(&s->pieces[p], t);
            if (t->kind == TOKEN_DIGITS)
                continue;
            if (scan_word_hashed(s->mask, text, t->hash, s->languages, &word)) {
                t->word = word.kind;
                t->value = word.value;
            } else if (compound(s, text, &t->value)) {
                t->word = WORD_COMPOUND;
            }
        }
    }
    return true;
}
