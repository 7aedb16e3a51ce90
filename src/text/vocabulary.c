/*
 * The vocabulary: grows while sources are read, is never changed afterwards.
 */
#include "vocabulary.h"

#include "feature.h"
#include "token.h"

#include <string.h>

#define GROUPS_FIRST 512

/* Writes a number to the first free place from its hash's group on. */
static void put(struct vocabulary *vocabulary, uint64_t hash, uint32_t number)
{
    const uint32_t last = (vocabulary->mask + 1) * VOCABULARY_GROUP - 1;
    uint32_t i = (uint32_t)(vocabulary_group(vocabulary, hash) - vocabulary->slots);
    while (vocabulary->slots[i] != 0)
        i = (i + 1) & last;
    vocabulary->slots[i] = vocabulary_tag(hash) | number;
}

static enum sam_code grow(struct vocabulary *vocabulary, struct sam_err *err)
{
    uint32_t groups = vocabulary->mask == 0 ? GROUPS_FIRST : (vocabulary->mask + 1) * 2;
    uint32_t *slots = sam_arena_array(vocabulary->arena, (size_t)groups * VOCABULARY_GROUP, sizeof *slots);
    const struct vocable *words = vocabulary->words.at;
    if (slots == NULL)
        return sam_arena_full(vocabulary->arena, err);
    vocabulary->slots = slots;
    vocabulary->mask = groups - 1;
    for (uint32_t number = 1; number < vocabulary->words.n; number++)
        put(vocabulary, words[number].hash, number);
    return SAM_OK;
}

uint32_t vocabulary_find(const struct vocabulary *vocabulary, uint64_t hash)
{
    const struct vocable *words = vocabulary->words.at;
    const uint32_t last = (vocabulary->mask + 1) * VOCABULARY_GROUP - 1;
    for (uint32_t i = (uint32_t)(vocabulary_group(vocabulary, hash) - vocabulary->slots);; i = (i + 1) & last) {
        uint32_t number = vocabulary->slots[i] & VOCABULARY_NUMBER;
        if (number == 0 || words[number].hash == hash)
            return number;
    }
}

enum sam_code vocabulary_done(struct vocabulary *vocabulary, struct sam_err *err)
{
    const size_t line = 64, bytes = vocabulary->words.n * sizeof(struct vocable);
    char *at = sam_arena_room(vocabulary->arena, bytes + line, 1);
    if (at == NULL)
        return sam_arena_full(vocabulary->arena, err);
    at += -(uintptr_t)at % line;
    memcpy(at, vocabulary->words.at, bytes);
    vocabulary->words.at = at;
    vocabulary->words.room = vocabulary->words.n;
    return SAM_OK;
}
_Static_assert(sizeof(struct vocable) == 64, "a line of the cache");

static enum sam_code append(struct vocabulary *vocabulary, uint64_t hash, uint32_t *number, struct sam_err *err)
{
    if (vocabulary->words.n == VOCABULARY_MAX)
        return sam_fail(err, SAM_TOO_LARGE, "more than %d words in all packs together", VOCABULARY_MAX);
    if (vocabulary->words.n * 2 >= (size_t)vocabulary->mask * VOCABULARY_GROUP && grow(vocabulary, err) != SAM_OK)
        return err->code;
    struct vocable *word = sam_vec_add(&vocabulary->words, vocabulary->arena);
    uint32_t(*million)[SAM_LANGUAGES] = sam_vec_add(&vocabulary->million, vocabulary->arena);
    if (word == NULL || million == NULL)
        return sam_arena_full(vocabulary->arena, err);
    *word = (struct vocable){.hash = hash, .odds[SAM_LANGUAGE_OTHER] = UNKNOWN_SAYS};
    memset(*million, 0, sizeof *million);
    *number = (uint32_t)vocabulary->words.n - 1;
    if (*number == 0)
        return SAM_OK;
    put(vocabulary, hash, *number);
    return SAM_OK;
}

enum sam_code vocabulary_init(struct vocabulary *vocabulary, struct sam_arena *arena, struct sam_err *err)
{
    static const struct {
        uint64_t hash;
        uint16_t meaning;
    } marks[] = {{0, 0}, {TOKEN_HASH_NUMBER, MEANING_NUMBER}, {TOKEN_HASH_MASK, MEANING_NUMBER}, {TOKEN_HASH_ASKED, MEANING_ASKED}};
    *vocabulary = (struct vocabulary){.arena = arena,
                                      .words = sam_vec_of(sizeof(struct vocable), VOCABULARY_MAX),
                                      .million = sam_vec_of(sizeof(uint32_t[SAM_LANGUAGES]), VOCABULARY_MAX)};
    for (size_t i = 0; i < SAM_COUNT(marks); i++) {
        uint32_t number = 0;
        if (append(vocabulary, marks[i].hash, &number, err) != SAM_OK)
            return err->code;
        if (number == 0)
            continue;
        struct vocable *word = (struct vocable *)vocabulary->words.at + number;
        memset(word->odds, 0, sizeof word->odds);
        for (int language = 0; language < SAM_LANGUAGES; language++)
            word->meaning[language] = marks[i].meaning;
        word->keys_n = (uint8_t)feature_keys(SAM_NO_SPAN, marks[i].hash, word->keys);
    }
    return SAM_OK;
}

enum sam_code vocabulary_add_hashed(struct vocabulary *vocabulary, struct sam_span word, uint64_t hash, uint32_t *number,
                                    struct sam_err *err)
{
    *number = vocabulary_find(vocabulary, hash);
    if (*number != 0)
        return SAM_OK;
    if (append(vocabulary, hash, number, err) != SAM_OK)
        return err->code;
    struct vocable *made = (struct vocable *)vocabulary->words.at + *number;
    made->keys_n = (uint8_t)feature_keys(word, hash, made->keys);
    return SAM_OK;
}

enum sam_code vocabulary_add(struct vocabulary *vocabulary, struct sam_span word, uint32_t *number, struct sam_err *err)
{
    enum sam_token_kind kind = SAM_TOKEN_WORD;
    uint64_t hash = token_hash(word, &kind);
    if (hash == 0)
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is not one word", SAM_ARG(word));
    return vocabulary_add_hashed(vocabulary, word, hash, number, err);
}
