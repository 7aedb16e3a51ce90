/*
 * Glosses: which words of the languages mean the same, so that a model learns from all languages at once. Data, not code:
 * src/packs/glosses.txt.
 */
#include "pack.h"

#include <string.h>

#define GLOSSES_MAX 4000
#define GLOSS_WORDS 60000

struct glossing {
    struct vocabulary *vocabulary;
    uint32_t meanings, words;
};

/* "da:i" is only Danish; a word without a language is of all before the semicolon, of English behind it. The first meaning stays. */
static enum sam_code put_word(struct glossing *g, struct sam_span word, bool english, struct sam_err *err)
{
    enum sam_language only = SAM_LANGUAGE_UNKNOWN;
    uint32_t number = 0;
    if (word.len > 3 && word.at[2] == ':') {
        only = sam_language_find((struct sam_span){word.at, 2});
        word = (struct sam_span){word.at + 3, word.len - 3};
        if (only == SAM_LANGUAGE_UNKNOWN || only > SAM_LANGUAGE_EN)
            return sam_fail(err, SAM_BAD_INPUT, "da:, nb:, nn:, sv: or en: was expected before \"%.*s\"", SAM_ARG(word));
    }
    if (++g->words > GLOSS_WORDS)
        return sam_fail(err, SAM_TOO_LARGE, "more than %d words", GLOSS_WORDS);
    if (vocabulary_add(g->vocabulary, word, &number, err) != SAM_OK)
        return err->code;
    struct vocable *vocable = (struct vocable *)g->vocabulary->words.at + number;
    for (int language = SAM_LANGUAGE_DA; language <= SAM_LANGUAGE_EN; language++) {
        bool wanted = only != SAM_LANGUAGE_UNKNOWN ? language == (int)only : (language == SAM_LANGUAGE_EN) == english;
        if (wanted && vocable->meaning[language] == 0)
            vocable->meaning[language] = (uint16_t)g->meanings;
    }
    return SAM_OK;
}

static enum sam_code read_line(struct glossing *g, struct sam_span line, struct sam_err *err)
{
    struct sam_span rest = line, name = sam_span_word(&rest);
    bool english = false;
    if (name.len < 2 || name.at[name.len - 1] != ':')
        return sam_fail(err, SAM_BAD_INPUT, "\"meaning: words ; words\" was expected");
    if (g->meanings == GLOSSES_MAX)
        return sam_fail(err, SAM_TOO_LARGE, "more than %d meanings", GLOSSES_MAX);
    g->meanings++;
    for (struct sam_span word = sam_span_word(&rest); word.len > 0; word = sam_span_word(&rest)) {
        if (sam_span_is(word, ";"))
            english = true;
        else if (put_word(g, word, english, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

enum sam_code glosses_read(struct vocabulary *vocabulary, const struct sam_pack_source *source, struct sam_err *err)
{
    struct glossing g = {.vocabulary = vocabulary};
    struct vocable *words = vocabulary->words.at;
    struct sam_span rest = source->text, line;
    for (size_t i = WORD_FIRST; i < vocabulary->words.n; i++) /* a later file takes the place of an earlier one */
        memset(words[i].meaning, 0, sizeof words[i].meaning);
    for (uint32_t number = 1; sam_span_line(&rest, &line); number++) {
        line = sam_span_trim(line);
        if (line.len == 0 || line.at[0] == '#' || sam_span_starts(line, "glosses "))
            continue;
        if (read_line(&g, line, err) != SAM_OK)
            return sam_wrap(err, "%s:%u:1", source->name, number);
    }
    return SAM_OK;
}
