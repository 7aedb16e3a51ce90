/*
 * Hashed features of a passage: what its words and meanings bring. They are found before the rules of the passage fire, so that what a
 * model says of them comes from memory meanwhile.
 */
#include "lanes.h"
#include "salt.h"

#define PART_LETTERS  24 /* longer words have no parts behind this */
#define WORDS_AT_ONCE 64

static inline uint64_t both(uint64_t a, uint64_t b)
{
    return a * UINT64_C(0x9FB21C651E98DF25) + b;
}

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

/* Writes a row and moves on when it is there and counts: every other feature is unknown to the model, and to guess which costs more. */
INLINED void put_row(struct feature_row **to, const struct known_features *known, struct feature_key key, bool there, uint32_t last,
                     uint32_t back)
{
    **to = (struct feature_row){key.bucket, key.check, (uint8_t)back, last};
    *to += known == NULL ? there : there & (known->checks[key.bucket] == key.check);
}

/* The features of one word by itself. */
static void add_word(struct feature_row *to[2], const struct row_source *s, uint32_t i)
{
    const struct sam_token *token = &s->tokens[i];
    SAM_UNSET struct feature_key keys[WORD_KEYS];
    struct sam_span text = {s->texts[token->piece].at + token->at, token->kind == SAM_TOKEN_WORD ? token->bytes : 0};
    uint32_t n = feature_keys(text, token->hash, keys);
    put_row(&to[0], s->known, keys[0], true, i, 0);
    for (uint32_t k = 1; k < n; k++)
        put_row(&to[1], s->known, keys[k], true, i, 0);
}

/* Of words outside the vocabulary; those of all others are added up beforehand, but whoever learns wants them all. */
static void add_words(struct passage_rows *rows, const struct row_source *s)
{
    struct feature_row *to[2] = {rows->of[ROWS_WORDS].at, rows->of[ROWS_PARTS].at};
    SAM_UNSET uint32_t wanted[WORDS_AT_ONCE];
    for (uint32_t from = 0; from < s->tokens_n; from += WORDS_AT_ONCE) {
        uint32_t end = s->tokens_n - from < WORDS_AT_ONCE ? s->tokens_n : from + WORDS_AT_ONCE, n = 0;
        for (uint32_t i = from; i < end; i++) {
            wanted[n] = i;
            n += (s->tokens[i].vocable == 0) | (s->known == NULL);
        }
        for (uint32_t i = 0; i < n; i++)
            add_word(to, s, wanted[i]);
    }
    rows->of[ROWS_WORDS].n = (uint32_t)(to[0] - rows->of[ROWS_WORDS].at);
    rows->of[ROWS_PARTS].n = (uint32_t)(to[1] - rows->of[ROWS_PARTS].at);
}

/* The meanings that the passage begins and ends with. */
static void add_ends(const struct row_source *s, struct feature_row **to)
{
    const struct sam_token *tokens = s->tokens;
    uint32_t n = s->tokens_n;
    if (n > 0) {
        put_row(to, s->known, key_of(OPENS, tokens[0].meaning), true, 0, 0);
        put_row(to, s->known, key_of(ENDS, tokens[n - 1].meaning), true, n - 1, 0);
    }
    if (n > 1)
        put_row(to, s->known, key_of(OPENS2, both(tokens[0].meaning, tokens[1].meaning)), true, 1, 1);
}

/* What stands before a token in its clause: meanings of the last token and of the one before it; 0 where there is none. */
struct row_before {
    uint32_t one, two;
};

static inline void step_over(struct row_before *before, const struct sam_token *token)
{
    uint32_t goes_on = token->before == SAM_BREAK_NONE ? UINT32_MAX : 0;
    before->one &= goes_on;
    before->two &= goes_on;
}

/* Meanings alone, side by side, and with one word between; no row crosses a clause. All, for who learns. */
static struct feature_row *add_glosses(const struct row_source *s, struct feature_row *to)
{
    struct row_before before = {0, 0};
    for (uint32_t i = 0; i < s->tokens_n; i++) {
        uint32_t now = s->tokens[i].meaning;
        step_over(&before, &s->tokens[i]);
        put_row(&to, NULL, key_of(GLOSS, now), now != 0, i, 0);
        put_row(&to, NULL, key_of(ROW2, both(before.one, now)), (now != 0) & (before.one != 0), i, 1);
        put_row(&to, NULL, key_of(ROW2_GAP, both(before.two, now)), (now != 0) & (before.two != 0), i, 2);
        before = (struct row_before){now, before.one};
    }
    return to;
}

/* The same, of which only those count that a model knows. */
static struct feature_row *find_glosses(const struct row_source *s, struct feature_row *to)
{
    const struct known_features known = *s->known;
    struct row_before before = {0, 0};
    for (uint32_t i = 0; i < s->tokens_n; i++) {
        uint32_t now = s->tokens[i].meaning, alone = known.meanings[now];
        step_over(&before, &s->tokens[i]);
        *to = (struct feature_row){(uint16_t)(alone - 1), 0, 0, i};
        to += alone != 0;
        put_row(&to, &known, key_of(ROW2, both(before.one, now)), (now != 0) & (before.one != 0), i, 1);
        put_row(&to, &known, key_of(ROW2_GAP, both(before.two, now)), (now != 0) & (before.two != 0), i, 2);
        before = (struct row_before){now, before.one};
    }
    return to;
}

static void take_glosses(struct passage_rows *rows, const struct row_source *s)
{
    struct feature_row *at = rows->of[ROWS_GLOSSES].at, *to = s->known != NULL ? find_glosses(s, at) : add_glosses(s, at);
    add_ends(s, &to);
    rows->of[ROWS_GLOSSES].n = (uint32_t)(to - at);
    for (const struct feature_row *row = at; s->known != NULL && row < to; row++)
        __builtin_prefetch(&s->known->hashed[row->bucket]);
}

enum sam_code features_meanings(struct known_features *known, struct sam_arena *arena, struct sam_err *err)
{
    uint16_t *meanings = sam_arena_array(arena, (size_t)UINT16_MAX + 1, sizeof *meanings);
    if (meanings == NULL)
        return sam_arena_full(arena, err);
    for (uint32_t meaning = 1; meaning <= UINT16_MAX; meaning++) {
        struct feature_key key = key_of(GLOSS, meaning);
        meanings[meaning] = known->checks[key.bucket] == key.check ? (uint16_t)(key.bucket + 1) : 0;
    }
    known->meanings = meanings;
    return SAM_OK;
}

/* Most rows of each kind that a token can have, and those of the passage. */
static enum sam_code reserve(struct passage_rows *rows, uint32_t tokens, struct sam_arena *arena, struct sam_err *err)
{
    static const uint32_t a_token[ROWS] = {[ROWS_WORDS] = 1, [ROWS_PARTS] = WORD_KEYS - 1, [ROWS_GLOSSES] = 3};
    if (tokens <= rows->room)
        return SAM_OK;
    uint32_t room = tokens * 2 > 64 ? tokens * 2 : 64;
    for (int i = 0; i < ROWS; i++) {
        rows->of[i].at = sam_arena_room(arena, (size_t)room * a_token[i] + 4, sizeof *rows->of[i].at);
        if (rows->of[i].at == NULL)
            return sam_arena_full(arena, err);
    }
    rows->weights = sam_arena_room(arena, (size_t)room * (1 + 1 + WORD_KEYS - 1 + 3) + ROWS * 4 + PLAIN_MAX + 8, sizeof *rows->weights);
    if (rows->weights == NULL)
        return sam_arena_full(arena, err);
    rows->room = room;
    return SAM_OK;
}

enum sam_code features_rows(struct passage_rows *rows, const struct row_source *source, struct sam_arena *arena, struct sam_err *err)
{
    struct row_source s = *source;
    s.tokens_n = s.tokens_n < FEATURE_TOKENS ? s.tokens_n : FEATURE_TOKENS;
    if (reserve(rows, s.tokens_n, arena, err) != SAM_OK)
        return err->code;
    add_words(rows, &s);
    take_glosses(rows, &s);
    return SAM_OK;
}
