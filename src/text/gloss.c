/*
 * Glosses: which words of the languages mean the same, so that a model learns from all languages at once. Data, not code:
 * src/packs/glosses.txt.
 */
#include "feature.h"
#include "token.h"

#define GLOSSES_MAX 4000
#define GLOSS_WORDS 60000

static struct sam_span take(struct sam_span *rest)
{
    size_t from = 0, to;
    while (from < rest->len && (rest->at[from] == ' ' || rest->at[from] == '\t'))
        from++;
    for (to = from; to < rest->len && rest->at[to] != ' ' && rest->at[to] != '\t'; to++)
        ;
    struct sam_span word = {rest->at + from, to - from};
    *rest = (struct sam_span){rest->at + to, rest->len - to};
    return word;
}

static void put(struct glosses *glosses, enum sam_language language, uint64_t hash, uint16_t gloss)
{
    uint32_t i = (uint32_t)(hash >> 20) & glosses->mask[language];
    struct gloss_cell *cells = glosses->cells[language];
    while (cells[i].hash != 0 && cells[i].hash != hash)
        i = (i + 1) & glosses->mask[language];
    if (cells[i].hash == 0)
        cells[i] = (struct gloss_cell){hash, gloss};
}

/* "da:i" is only Danish; a word without a language is of all before the semicolon, of English behind it. */
static enum sam_code put_word(struct glosses *glosses, struct sam_span word, bool english, struct sam_err *err)
{
    enum sam_language only = SAM_LANGUAGE_UNKNOWN;
    if (word.len > 3 && word.at[2] == ':') {
        only = sam_language_find((struct sam_span){word.at, 2});
        word = (struct sam_span){word.at + 3, word.len - 3};
        if (only == SAM_LANGUAGE_UNKNOWN || glosses->mask[only] == 0)
            return sam_fail(err, SAM_BAD_INPUT, "da:, nb:, nn:, sv: or en: was expected before \"%.*s\"", SAM_ARG(word));
    }
    uint64_t hash = token_hash(word, NULL);
    if (hash == 0)
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is not one word", SAM_ARG(word));
    for (int language = SAM_LANGUAGE_DA; language <= SAM_LANGUAGE_EN; language++) {
        bool wanted = only != SAM_LANGUAGE_UNKNOWN ? language == (int)only : (language == SAM_LANGUAGE_EN) == english;
        if (wanted)
            put(glosses, (enum sam_language)language, hash, (uint16_t)glosses->n);
    }
    return SAM_OK;
}

static enum sam_code read_line(struct glosses *glosses, struct sam_span line, struct sam_err *err)
{
    struct sam_span rest = line, name = take(&rest);
    bool english = false;
    if (name.len < 2 || name.at[name.len - 1] != ':')
        return sam_fail(err, SAM_BAD_INPUT, "\"meaning: words ; words\" was expected");
    if (glosses->n == GLOSSES_MAX)
        return sam_fail(err, SAM_TOO_LARGE, "more than %d meanings", GLOSSES_MAX);
    glosses->n++;
    for (struct sam_span word = take(&rest); word.len > 0; word = take(&rest)) {
        if (sam_span_is(word, ";"))
            english = true;
        else if (put_word(glosses, word, english, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

static uint32_t count_words(struct sam_span text)
{
    uint32_t words = 0;
    for (size_t i = 1; i < text.len; i++)
        words += text.at[i - 1] != ' ' && (text.at[i] == ' ' || text.at[i] == '\n') ? 1 : 0;
    return words;
}

struct glosses *glosses_new(struct sam_arena *arena, const struct sam_pack_source *source, struct sam_err *err)
{
    struct glosses *glosses = sam_arena_alloc(arena, sizeof *glosses);
    struct sam_span rest = source->text, line;
    uint32_t places = 64, words = count_words(source->text) + 2;
    if (words > GLOSS_WORDS) {
        sam_fail(err, SAM_TOO_LARGE, "%s: more than %d words", source->name, GLOSS_WORDS);
        return NULL;
    }
    while (places < words * 2)
        places *= 2;
    for (int language = SAM_LANGUAGE_DA; glosses != NULL && language <= SAM_LANGUAGE_EN; language++) {
        glosses->mask[language] = places - 1;
        glosses->cells[language] = sam_arena_array(arena, places, sizeof *glosses->cells[language]);
        if (glosses->cells[language] == NULL)
            glosses = NULL;
    }
    if (glosses == NULL) {
        sam_arena_full(arena, err);
        return NULL;
    }
    for (uint32_t number = 1; sam_span_line(&rest, &line); number++) {
        line = sam_span_trim(line);
        if (line.len == 0 || line.at[0] == '#' || sam_span_starts(line, "glosses "))
            continue;
        if (read_line(glosses, line, err) != SAM_OK) {
            sam_wrap(err, "%s:%u:1", source->name, number);
            return NULL;
        }
    }
    return glosses;
}

uint32_t gloss_of(const struct glosses *glosses, enum sam_language language, uint64_t hash)
{
    const struct gloss_cell *cells = glosses == NULL ? NULL : glosses->cells[language];
    if (cells == NULL)
        return 0;
    for (uint32_t i = (uint32_t)(hash >> 20) & glosses->mask[language];; i = (i + 1) & glosses->mask[language]) {
        if (cells[i].hash == hash)
            return cells[i].gloss;
        if (cells[i].hash == 0)
            return 0;
    }
}
