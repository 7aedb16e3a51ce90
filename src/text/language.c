/*
 * Which language: every word has log odds by language against the mean of all, from a file that counts the project's own conversations
 * and lists common words of languages that are not scored. The sums decide; a tag decides only what the words leave open.
 */
#include "pack.h"

#include <math.h>
#include <string.h>

#define LANGUAGE_WORDS 40000
_Static_assert(4 * 16 * (int64_t)SAM_WORDS_MAX < INT32_MAX, "the odds of all words of a passage, 4 nats each, add up");

/* 16 * ln((p + floor) / mean of all (p + floor)), at most 4 nats either way. The floor keeps a rare word from deciding alone. */
static void language_odds(const uint32_t million[SAM_LANGUAGES], int16_t odds[ODDS_LANES])
{
    const double floor = 60;
    double mean = 0;
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++)
        mean += log(million[language] + floor) / (SAM_LANGUAGES - 1);
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++)
        odds[language] = (int16_t)lround(16 * fmax(-4, fmin(4, log(million[language] + floor) - mean)));
}

/* "word da nb nn sv en other": how often it comes in a million words of each; log odds are taken from these. */
static enum sam_code read_row(struct vocabulary *vocabulary, struct sam_span line, struct sam_err *err)
{
    uint32_t number = 0, million[SAM_LANGUAGES] = {0};
    struct sam_span rest = line;
    if (vocabulary_add(vocabulary, sam_span_word(&rest), &number, err) != SAM_OK)
        return err->code;
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        struct sam_span word = sam_span_word(&rest);
        int64_t value = 0;
        if (sam_span_int(word, 0, 1000000, &value, err) != SAM_OK)
            return sam_wrap(err, "the count of language %s", sam_language_name((enum sam_language)language));
        million[language] = (uint32_t)value;
    }
    struct vocable *words = vocabulary->words.at;
    uint32_t(*millions)[SAM_LANGUAGES] = vocabulary->million.at;
    language_odds(million, words[number].odds);
    memcpy(millions[number], million, sizeof million);
    return SAM_OK;
}

/* A later list takes the place of an earlier one. */
static void forget(struct vocabulary *vocabulary)
{
    struct vocable *words = vocabulary->words.at;
    for (size_t i = WORD_FIRST; i < vocabulary->words.n; i++) {
        memset(words[i].odds, 0, sizeof words[i].odds);
        words[i].odds[SAM_LANGUAGE_OTHER] = UNKNOWN_SAYS;
    }
    memset(vocabulary->million.at, 0, vocabulary->million.n * vocabulary->million.size);
}

enum sam_code languages_read(struct vocabulary *vocabulary, const struct sam_pack_source *source, struct sam_err *err)
{
    struct sam_span rest = source->text, line;
    uint32_t rows = 0;
    if (vocabulary->languages)
        forget(vocabulary);
    vocabulary->languages = true;
    for (uint32_t number = 1; sam_span_line(&rest, &line); number++) {
        if (line.len == 0 || line.at[0] == '#' || sam_span_starts(line, "languages "))
            continue;
        if (++rows > LANGUAGE_WORDS)
            return sam_fail(err, SAM_TOO_LARGE, "%s: more than %d words", source->name, LANGUAGE_WORDS);
        if (read_row(vocabulary, line, err) != SAM_OK)
            return sam_wrap(err, "%s:%u:1", source->name, number);
    }
    return SAM_OK;
}

void language_vote(const struct vocabulary *vocabulary, const struct sam_token *tokens, size_t n, struct votes *votes)
{
    const struct vocable *words = vocabulary->words.at;
    int32_t sum[ODDS_LANES] = {0}; /* of SAM_WORDS_MAX words at most */
    uint32_t said = 0;
    for (size_t i = 0; vocabulary->languages && i < n; i++) {
        const int16_t *odds = words[tokens[i].vocable].odds;
        for (int lane = 0; lane < ODDS_LANES; lane++)
            sum[lane] += odds[lane];
        said += tokens[i].kind == SAM_TOKEN_WORD ? 1 : 0;
    }
    for (int language = 0; language < SAM_LANGUAGES; language++)
        votes->of[language] = sum[language];
    votes->words = said;
}

void language_add(struct votes *to, const struct votes *votes)
{
    for (int language = 0; language < SAM_LANGUAGES; language++)
        to->of[language] += votes->of[language];
    to->words += votes->words;
}

enum sam_language language_decide(const struct votes *votes, enum sam_language declared, int64_t margin)
{
    enum sam_language best = declared == SAM_LANGUAGE_UNKNOWN ? SAM_LANGUAGE_DA : declared;
    if (votes->words == 0)
        return declared;
    int64_t most = votes->of[best] + (declared == SAM_LANGUAGE_UNKNOWN ? 0 : margin);
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        if (votes->of[language] > most) {
            most = votes->of[language];
            best = (enum sam_language)language;
        }
    }
    return best;
}
