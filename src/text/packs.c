/*
 * All packs together: sources sorted by their first line, compiled by language, each language's files in order; examples run at the end,
 * since they are marked with the finished packs.
 */
#include "compile.h"
#include "model.h"

#include <libstemmer.h>
#include <string.h>

#define SCRATCH_BYTES ((size_t)256 << 20)
#define SCRATCH_KEPT  ((size_t)16 << 20)
#define PATTERN_BYTES ((size_t)64 << 20)
#define NO_WORD_COST  20000 /* how often numbers, masks and question marks are taken to come in a million words */

/* Snowball's algorithm for each language. */
static const char *const stemmers[SAM_LANGUAGES] = {
    [SAM_LANGUAGE_DA] = "danish",  [SAM_LANGUAGE_NB] = "norwegian", [SAM_LANGUAGE_NN] = "norwegian",
    [SAM_LANGUAGE_SV] = "swedish", [SAM_LANGUAGE_EN] = "english",
};

/* What the head of a source says it is. */
enum source_kind { SOURCE_PACK, SOURCE_LANGUAGES, SOURCE_GLOSSES, SOURCE_MODEL };
struct head {
    enum sam_language language, extends; /* of a pack; language unknown: one for every language */
    enum source_kind kind;
    uint8_t hash[16]; /* of the source */
};
static const struct {
    const char *word;
    enum source_kind kind;
} other_heads[] = {{"languages", SOURCE_LANGUAGES}, {"glosses", SOURCE_GLOSSES}};

static enum sam_language scored_language(struct sam_span name)
{
    enum sam_language language = sam_language_find(name);
    return stemmers[language] == NULL ? SAM_LANGUAGE_UNKNOWN : language;
}

/* "extends nb" below the first line. */
static enum sam_code head_extends(const struct sam_pack_source *source, struct sam_span rest, uint32_t number, struct head *head,
                                  struct sam_err *err)
{
    struct sam_span line;
    for (uint32_t n = number + 1; sam_span_line(&rest, &line); n++) {
        struct sam_span first = sam_span_word(&line);
        if (first.len == 0 || first.at[0] == '#')
            continue;
        if (!sam_span_is(first, "extends"))
            return SAM_OK;
        head->extends = scored_language(sam_span_word(&line));
        if (head->extends == SAM_LANGUAGE_UNKNOWN)
            return sam_fail(err, SAM_BAD_INPUT, "%s:%u:9: \"extends\" wants a language that packs are made for", source->name, n);
        return SAM_OK;
    }
    return SAM_OK;
}

static enum sam_code head_of(const struct sam_pack_source *source, struct head *head, struct sam_err *err)
{
    struct sam_span rest = source->text, line;
    *head = (struct head){.kind = SOURCE_PACK};
    if (sam_span_starts(source->text, "samtaled model ")) {
        head->kind = SOURCE_MODEL;
        return SAM_OK;
    }
    for (uint32_t n = 1; sam_span_line(&rest, &line); n++) {
        struct sam_span first = sam_span_word(&line);
        if (first.len == 0 || first.at[0] == '#')
            continue;
        struct sam_span version = sam_span_word(&line), language = sam_span_word(&line);
        bool known = sam_span_is(version, "1");
        for (size_t i = 0; known && i < SAM_COUNT(other_heads); i++) {
            if (sam_span_is(first, other_heads[i].word)) {
                head->kind = other_heads[i].kind;
                return SAM_OK;
            }
        }
        if (!known || !sam_span_is(first, "pack"))
            return sam_fail(err, SAM_BAD_INPUT, "%s:%u:1: the first line must be \"pack 1 LANGUAGE\", \"languages 1\" or \"glosses 1\"",
                            source->name, n);
        if (sam_span_is(language, "all"))
            return SAM_OK;
        head->language = scored_language(language);
        if (head->language == SAM_LANGUAGE_UNKNOWN)
            return sam_fail(err, SAM_BAD_INPUT, "%s:%u:8: a pack is for da, nb, nn, sv, en or all", source->name, n);
        return head_extends(source, rest, n, head, err);
    }
    return sam_fail(err, SAM_BAD_INPUT, "%s:1:1: the file is empty; its first line must be \"pack 1 LANGUAGE\"", source->name);
}

static enum sam_code compiler_init(struct compiler *c, struct sam_packs *packs, struct sam_err *err)
{
    c->root_ids = sam_map_new(c->scratch, PACK_WORDS);
    c->written_ids = sam_map_new(c->scratch, PACK_WORDS);
    c->set_ids = sam_map_new(c->scratch, PACK_SETS);
    c->class_ids = sam_map_new(c->scratch, 4096);
    c->rule_ids = sam_map_new(c->scratch, PACK_RULES);
    c->words = sam_vec_of(sizeof(struct pack_word), PACK_WORDS + 8);
    c->by_vocable = sam_vec_of(sizeof(uint32_t), VOCABULARY_MAX);
    c->sets = sam_vec_of(sizeof(struct set_list), PACK_SETS);
    c->classes = sam_vec_of(sizeof(struct pack_class), 4096);
    c->items = sam_vec_of(sizeof(struct item), 4000000);
    c->variants = sam_vec_of(sizeof(struct variant), 400000);
    c->rules = sam_vec_of(sizeof(struct rule), PACK_RULES);
    c->texts = sam_vec_of(sizeof(struct rule_text), 100000);
    c->vocabulary = &packs->vocabulary;
    c->rule = -1;
    if (c->root_ids == NULL || c->written_ids == NULL || c->set_ids == NULL || c->class_ids == NULL || c->rule_ids == NULL)
        return sam_arena_full(c->scratch, err);
    for (int i = 0; i < WORD_FIRST; i++) { /* the numbers that are no words keep their places */
        struct pack_word *word = sam_vec_add(&c->words, c->scratch);
        if (word == NULL)
            return sam_arena_full(c->scratch, err);
        word->cost = NO_WORD_COST;
    }
    for (int label = 0; label < SAM_LABELS; label++)
        c->pack->labels[label] = (struct label_rule){.threshold = 1, .backed = BACKED_NOT};
    return shared_begin(c, err);
}

static enum sam_code read_sources(struct compiler *c, const struct sam_pack_source *sources, const struct head *heads, size_t n,
                                  enum sam_language of, struct sam_err *err)
{
    c->for_all = of == SAM_LANGUAGE_UNKNOWN;
    for (size_t i = 0; i < n; i++) {
        if (heads[i].kind == SOURCE_PACK && heads[i].language == of && source_read(c, &sources[i], err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

/* The hash of a pack is that of the hashes of its sources: what is for all languages is read once. */
static enum sam_code hash_sources(struct compiler *c, const struct head *heads, size_t n, enum sam_language extends, struct sam_err *err)
{
    struct sam_span *parts = sam_arena_array(c->scratch, n, sizeof *parts);
    size_t used = 0;
    if (parts == NULL)
        return sam_arena_full(c->scratch, err);
    for (size_t i = 0; i < n; i++) {
        if (heads[i].language == SAM_LANGUAGE_UNKNOWN || heads[i].language == c->pack->language || heads[i].language == extends)
            parts[used++] = (struct sam_span){(const char *)heads[i].hash, sizeof heads[i].hash};
    }
    sam_hash128(parts, used, c->pack->hash);
    return SAM_OK;
}

static enum sam_code compile_language(struct compiler *c, struct sam_packs *packs, const struct sam_pack_source *sources,
                                      const struct head *heads, size_t n, struct sam_err *err)
{
    enum sam_language language = c->pack->language, extends = SAM_LANGUAGE_UNKNOWN;
    for (size_t i = 0; i < n; i++) {
        if (heads[i].language == language && heads[i].extends != SAM_LANGUAGE_UNKNOWN)
            extends = heads[i].extends;
    }
    if (compiler_init(c, packs, err) != SAM_OK)
        return err->code;
    if (extends != SAM_LANGUAGE_UNKNOWN && read_sources(c, sources, heads, n, extends, err) != SAM_OK)
        return err->code;
    if (read_sources(c, sources, heads, n, language, err) != SAM_OK ||
        read_sources(c, sources, heads, n, SAM_LANGUAGE_UNKNOWN, err) != SAM_OK)
        return err->code;
    if (hash_sources(c, heads, n, extends, err) != SAM_OK)
        return err->code;
    return compile_finish(c, err);
}

/* All sources that are read together. */
struct source_list {
    const struct sam_pack_source *at;
    const struct head *heads;
    size_t n;
};

static enum sam_code compile_one(struct sam_packs *packs, enum sam_language language, const struct source_list *sources,
                                 struct shared *shared, struct sam_err *err)
{
    struct compiler c = {.arena = packs->arena,
                         .scratch = shared->scratch != NULL ? shared->scratch : sam_arena_new(SCRATCH_BYTES),
                         .pattern = shared->pattern != NULL ? shared->pattern : sam_arena_new(PATTERN_BYTES),
                         .stemmer = sb_stemmer_new(stemmers[language], NULL),
                         .shared = shared,
                         .pack = sam_arena_alloc(packs->arena, sizeof *c.pack)};
    enum sam_code code = SAM_OK;
    if (c.scratch == NULL || c.pattern == NULL || c.stemmer == NULL)
        code = sam_fail(err, SAM_NO_MEMORY, "no memory to compile the pack of %s", sam_language_name(language));
    else if (c.pack == NULL)
        code = sam_arena_full(packs->arena, err);
    if (code == SAM_OK && c.pack != NULL) {
        c.pack->language = language;
        c.pack->stemmer = stemmers[language];
        code = compile_language(&c, packs, sources->at, sources->heads, sources->n, err);
    }
    if (code == SAM_OK)
        packs->by_language[language] = c.pack;
    if (c.stemmer != NULL)
        sb_stemmer_delete(c.stemmer);
    shared->pattern = c.pattern;
    shared->scratch = c.scratch;
    if (shared->of == NULL && shared->patterns.n > 0) {
        shared->of = c.scratch; /* until all are compiled */
        shared->scratch = NULL;
    } else if (c.scratch != NULL) {
        sam_arena_keep(c.scratch, SCRATCH_KEPT);
        sam_arena_reset(c.scratch);
    }
    return code;
}

/* What is not a pack; a later file takes the place of an earlier one. */
static enum sam_code read_other(struct sam_packs *packs, const struct sam_pack_source *source, enum source_kind kind, struct model **model,
                                struct sam_err *err)
{
    switch (kind) {
    case SOURCE_LANGUAGES:
        return languages_read(&packs->vocabulary, source, err);
    case SOURCE_GLOSSES:
        return glosses_read(&packs->vocabulary, source, err);
    case SOURCE_MODEL:
        return model_read(packs->arena, source, model, err);
    case SOURCE_PACK:
        break;
    }
    return SAM_OK;
}

/* What is looked up by a word's number once all words are known; then examples, which are the rules' alone, and the model last. */
static enum sam_code packs_finish(struct sam_packs *packs, struct model *model, struct sam_err *err)
{
    if (vocabulary_done(&packs->vocabulary, err) != SAM_OK)
        return err->code;
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        struct pack *pack = packs->by_language[language];
        if (pack == NULL)
            continue;
        pack_lanes(pack);
        if (lexicon_entries(pack, &packs->vocabulary, packs->arena, err) != SAM_OK)
            return err->code;
    }
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        const struct pack *pack = packs->by_language[language];
        if (pack != NULL && examples_run(packs, pack, err) != SAM_OK)
            return err->code;
    }
    if (model != NULL && model_words(model, &packs->vocabulary, packs->arena, err) != SAM_OK)
        return err->code;
    packs->model = model;
    return SAM_OK;
}

static enum sam_code compile_all(struct sam_packs *packs, const struct sam_pack_source *sources, struct head *heads, size_t n,
                                 struct sam_err *err)
{
    bool there[SAM_LANGUAGES] = {false};
    struct model *model = NULL;
    for (size_t i = 0; i < n; i++) {
        if (head_of(&sources[i], &heads[i], err) != SAM_OK)
            return err->code;
        sam_hash128(&sources[i].text, 1, heads[i].hash);
        there[heads[i].language] = true;
        if (heads[i].kind != SOURCE_PACK && read_other(packs, &sources[i], heads[i].kind, &model, err) != SAM_OK)
            return err->code;
    }
    const struct source_list list = {sources, heads, n};
    struct shared shared = {.of = NULL};
    enum sam_code code = SAM_OK;
    for (int language = SAM_LANGUAGE_DA; code == SAM_OK && language < SAM_LANGUAGES; language++) {
        if (there[language])
            code = compile_one(packs, (enum sam_language)language, &list, &shared, err);
    }
    sam_arena_free(shared.of);
    sam_arena_free(shared.scratch);
    sam_arena_free(shared.pattern);
    return code == SAM_OK ? packs_finish(packs, model, err) : code;
}

enum sam_code sam_packs_new(const struct sam_pack_source *sources, size_t n, struct sam_packs **out, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(SAM_PACKS_MAX_BYTES);
    struct sam_packs *packs = arena == NULL ? NULL : sam_arena_alloc(arena, sizeof *packs);
    struct head *heads = packs == NULL ? NULL : sam_arena_array(arena, n + 1, sizeof *heads);
    if (heads == NULL) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for packs");
    }
    packs->arena = arena;
    enum sam_code code = vocabulary_init(&packs->vocabulary, arena, err);
    if (code == SAM_OK)
        code = compile_all(packs, sources, heads, n, err);
    if (code == SAM_OK)
        *out = packs;
    else
        sam_packs_free(packs);
    return code;
}

void sam_packs_free(struct sam_packs *packs)
{
    if (packs == NULL)
        return;
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        if (packs->by_language[language] != NULL)
            sb_stemmer_delete(*packs->by_language[language]->spare);
    }
    sam_arena_free(packs->arena);
}

bool sam_packs_summary(const struct sam_packs *packs, enum sam_language language, struct sam_pack_summary *out)
{
    const struct pack *pack = packs->by_language[language];
    if (pack == NULL)
        return false;
    *out =
        (struct sam_pack_summary){.language = language, .patterns = pack->patterns_n, .variants = pack->variants_n, .words = pack->words_n};
    for (size_t i = 0; i < sizeof out->hash; i++)
        out->hash[i] = pack->hash[i];
    for (uint32_t i = 0; i < pack->rules_n; i++)
        out->rules += pack->rules[i].dropped ? 0 : 1;
    for (uint32_t i = 0; i < pack->texts_n; i++)
        out->examples += pack->texts[i].kind == 'y' || pack->texts[i].kind == 'n' ? 1 : 0;
    return true;
}

bool sam_packs_has(const struct sam_packs *packs, enum sam_language language)
{
    return packs->by_language[language] != NULL;
}

struct sam_span sam_packs_ask(const struct sam_packs *packs, enum sam_language language, enum sam_label cue)
{
    const struct pack *pack = packs->by_language[language];
    return pack == NULL ? SAM_NO_SPAN : pack->labels[cue].ask;
}

/* Whether a rule's id begins so, with its language in front or without. */
static bool id_begins(struct sam_span id, struct sam_span prefix)
{
    const char *dot = id.len > 0 ? memchr(id.at, '.', id.len) : NULL;
    size_t language = dot ? (size_t)(dot + 1 - id.at) : 0;
    struct sam_span name = {id.at + language, id.len - language};
    bool whole = id.len >= prefix.len && sam_span_equal((struct sam_span){id.at, prefix.len}, prefix);
    return whole || (name.len >= prefix.len && sam_span_equal((struct sam_span){name.at, prefix.len}, prefix));
}

void sam_packs_show(const struct sam_packs *packs, enum sam_language language, struct sam_span prefix, struct sam_buf *out)
{
    const struct pack *pack = packs->by_language[language];
    for (uint32_t i = 0; pack != NULL && i < pack->rules_n; i++) {
        const struct rule *rule = &pack->rules[i];
        if (rule->dropped || !id_begins(rule->id, prefix))
            continue;
        sam_buf_printf(out, "%.*s  weight %.6g  %s  (%.*s:%u)\n", SAM_ARG(rule->id), (double)rule->weight,
                       rule->role == SAM_ROLE_UNKNOWN ? "both sides" : sam_role_name(rule->role), SAM_ARG(rule->file), rule->line);
        for (uint32_t k = 0; k < pack->texts_n; k++) {
            const struct rule_text *text = &pack->texts[k];
            const char *what = text->kind == '|' ? "|" : text->kind == 'y' ? "yes" : text->kind == 'n' ? "no" : "unless";
            if (text->rule == i)
                sam_buf_printf(out, "    %-6s %.*s\n", what, SAM_ARG(text->text));
        }
    }
}
