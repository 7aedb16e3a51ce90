/*
 * The vocabulary: grows while sources are read, is never changed afterwards.
 */
#include "vocabulary.h"

#include "feature.h"
#include "token.h"

#include <string.h>

#define SLOTS_FIRST 4096

static enum sam_code grow(struct vocabulary *vocabulary, struct sam_err *err)
{
    uint32_t places = vocabulary->mask == 0 ? SLOTS_FIRST : (vocabulary->mask + 1) * 2;
    uint32_t *slots = sam_arena_array(vocabulary->arena, places, sizeof *slots);
    const struct vocable *words = vocabulary->words.at;
    if (slots == NULL)
        return sam_arena_full(vocabulary->arena, err);
    for (uint32_t number = 1; number < vocabulary->words.n; number++) {
        uint32_t i = (uint32_t)(words[number].hash >> 20) & (places - 1);
        while (slots[i] != 0)
            i = (i + 1) & (places - 1);
        slots[i] = number;
    }
    vocabulary->slots = slots;
    vocabulary->mask = places - 1;
    return SAM_OK;
}

static enum sam_code append(struct vocabulary *vocabulary, uint64_t hash, uint32_t *number, struct sam_err *err)
{
    if (vocabulary->words.n == VOCABULARY_MAX)
        return sam_fail(err, SAM_TOO_LARGE, "more than %d words in all packs together", VOCABULARY_MAX);
    if (vocabulary->words.n * 2 >= vocabulary->mask && grow(vocabulary, err) != SAM_OK)
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
    uint32_t i = (uint32_t)(hash >> 20) & vocabulary->mask;
    while (vocabulary->slots[i] != 0)
        i = (i + 1) & vocabulary->mask;
    vocabulary->slots[i] = *number;
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
