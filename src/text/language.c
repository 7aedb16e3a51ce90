/*
 * Which language: every word has log odds by language against the mean of all, from a file that counts the project's own conversations
 * and lists common words of languages that are not scored. The sums decide; a tag decides only what the words leave open.
 */
#include "pack.h"
#include "token.h"

#include <math.h>
#include <string.h>

#define LANGUAGE_WORDS 40000
/* What an unknown word says for "other" and against nobody else, in 1/16 nats: most words of a known language are in the list. */
#define UNKNOWN_SAYS 14

struct row {
    uint64_t hash;
    int16_t odds[SAM_LANGUAGES];
    uint16_t unused;
};
_Static_assert(sizeof(struct row) == 24, "a row is small, since every word looks one up");
struct language_model {
    struct row *rows;
    uint32_t (*per_million)[SAM_LANGUAGES]; /* of each row */
    uint32_t mask;
};

static const struct row *find(const struct language_model *model, uint64_t hash)
{
    for (uint32_t i = (uint32_t)(hash >> 20) & model->mask;; i = (i + 1) & model->mask) {
        if (model->rows[i].hash == hash)
            return &model->rows[i];
        if (model->rows[i].hash == 0)
            return NULL;
    }
}

static struct sam_span take(struct sam_span *rest)
{
    size_t from = 0, to;
    while (from < rest->len && rest->at[from] == ' ')
        from++;
    for (to = from; to < rest->len && rest->at[to] != ' '; to++)
        ;
    struct sam_span word = {rest->at + from, to - from};
    *rest = (struct sam_span){rest->at + to, rest->len - to};
    return word;
}

/* 16 * ln((p + floor) / mean of all (p + floor)), at most 4 nats either way. The floor keeps a rare word from deciding alone. */
static void language_odds(const uint32_t per_million[SAM_LANGUAGES], int16_t odds[SAM_LANGUAGES])
{
    const double floor = 60;
    double mean = 0;
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++)
        mean += log(per_million[language] + floor) / (SAM_LANGUAGES - 1);
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++)
        odds[language] = (int16_t)lround(16 * fmax(-4, fmin(4, log(per_million[language] + floor) - mean)));
}

/* "word da nb nn sv en other": how often it comes in a million words of each; log odds are taken from these. */
static enum sam_code read_row(struct language_model *model, struct sam_span line, struct sam_err *err)
{
    struct row row = {.hash = 0};
    uint32_t per_million[SAM_LANGUAGES] = {0};
    struct sam_span rest = line;
    row.hash = token_hash(take(&rest), NULL);
    if (row.hash == 0)
        return sam_fail(err, SAM_BAD_INPUT, "the line does not begin with one word");
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        struct sam_span word = take(&rest);
        int64_t value = 0;
        if (sam_span_int(word, 0, 1000000, &value, err) != SAM_OK)
            return sam_wrap(err, "the count of language %s", sam_language_name((enum sam_language)language));
        per_million[language] = (uint32_t)value;
    }
    language_odds(per_million, row.odds);
    uint32_t i = (uint32_t)(row.hash >> 20) & model->mask;
    while (model->rows[i].hash != 0 && model->rows[i].hash != row.hash)
        i = (i + 1) & model->mask;
    model->rows[i] = row;
    memcpy(model->per_million[i], per_million, sizeof per_million);
    return SAM_OK;
}

struct language_model *language_new(struct sam_arena *arena, const struct sam_pack_source *source, struct sam_err *err)
{
    struct sam_span rest = source->text, line;
    uint32_t lines = 0, places = 64;
    while (sam_span_line(&rest, &line))
        lines++;
    if (lines > LANGUAGE_WORDS) {
        sam_fail(err, SAM_TOO_LARGE, "%s: more than %d words", source->name, LANGUAGE_WORDS);
        return NULL;
    }
    while (places < lines * 2)
        places *= 2;
    struct language_model *model = sam_arena_alloc(arena, sizeof *model);
    if (model == NULL || (model->rows = sam_arena_array(arena, places, sizeof *model->rows)) == NULL ||
        (model->per_million = sam_arena_array(arena, places, sizeof *model->per_million)) == NULL) {
        sam_arena_full(arena, err);
        return NULL;
    }
    model->mask = places - 1;
    rest = source->text;
    for (uint32_t number = 1; sam_span_line(&rest, &line); number++) {
        if (line.len == 0 || line.at[0] == '#' || sam_span_starts(line, "languages "))
            continue;
        if (read_row(model, line, err) != SAM_OK) {
            sam_wrap(err, "%s:%u:1", source->name, number);
            return NULL;
        }
    }
    return model;
}

void language_vote(const struct language_model *model, const struct sam_token *tokens, size_t n, struct votes *votes)
{
    for (size_t i = 0; model != NULL && i < n; i++) {
        if (tokens[i].kind != SAM_TOKEN_WORD)
            continue;
        const struct row *row = find(model, tokens[i].hash);
        votes->words++;
        if (row == NULL)
            votes->of[SAM_LANGUAGE_OTHER] += UNKNOWN_SAYS;
        for (int language = SAM_LANGUAGE_DA; row != NULL && language < SAM_LANGUAGES; language++)
            votes->of[language] += row->odds[language];
    }
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

uint32_t language_frequency(const struct language_model *model, uint64_t hash, enum sam_language language)
{
    const struct row *row = model == NULL ? NULL : find(model, hash);
    return row == NULL ? 20 : model->per_million[row - model->rows][language] + 20;
}
