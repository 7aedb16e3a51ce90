/*
 * texts.c: the labelled conversations that are linked into the program, and how well each of them went by the codebook's rules. The
 * labels choose who had which conversation; they never leave this file.
 */
#include <string.h>

#include "weeks.h"

#define TEXTS_MAX 4096

struct turn_labels {
    bool agent, words; /* words: more than two, or a label: else a backchannel, passed over when turns are counted */
    bool opportunity, hurt, explores, acknowledges;
};

static uint32_t count_words(struct sam_span text)
{
    uint32_t n = text.len > 0;
    for (size_t i = 0; i < text.len; i++)
        n += text.at[i] == ' ';
    return n;
}

static struct turn_labels read_turn(const struct sam_json *turn, struct text *text)
{
    struct turn_labels out = {.agent = sam_span_is(sam_json_text(turn, "speaker"), "agent")};
    const struct sam_json *labels = sam_json_get(turn, "labels");
    const uint32_t words = count_words(sam_json_text(turn, "text"));
    text->words += words;
    out.words = words > 2 || (labels && labels->n);
    for (const struct sam_json *at = labels ? labels->first : NULL; at; at = at->next) {
        out.opportunity |= sam_span_is(at->text, "cue.opportunity");
        out.hurt |= sam_span_is(at->text, "cue.distress") || sam_span_is(at->text, "cue.frustration");
        out.explores |= sam_span_is(at->text, "clarify.need");
        out.acknowledges |= sam_span_starts(at->text, "empathy.");
        text->churn |= sam_span_is(at->text, "cue.churn");
        text->retention |= sam_span_is(at->text, "retention.attempt");
        text->offer |= sam_span_is(at->text, "offer.product");
    }
    return out;
}

/* Whether one of the next agent turns after `from` does it. */
static bool answered(const struct turn_labels *turns, size_t n, size_t from, uint32_t window, bool explore)
{
    for (size_t i = from + 1; i < n && window; i++) {
        if (!turns[i].agent || !turns[i].words)
            continue;
        if (explore ? turns[i].explores : turns[i].acknowledges)
            return true;
        window--;
    }
    return false;
}

static double quality_of(const struct turn_labels *turns, size_t n)
{
    uint32_t cues = 0, met = 0;
    for (size_t i = 0; i < n; i++) {
        if (turns[i].opportunity) {
            cues++;
            met += answered(turns, n, i, 3, true);
        }
        if (turns[i].hurt) {
            cues++;
            met += answered(turns, n, i, 2, false);
        }
    }
    return cues ? (double)met / cues : 0.5;
}

static enum sam_code read_text(struct sam_arena *arena, const struct sam_json *root, struct text *text, struct sam_err *err)
{
    const struct sam_json *turns = sam_json_get(root, "turns");
    if (!turns || turns->type != SAM_JSON_ARRAY || !turns->n || !sam_channel_find(sam_json_text(root, "channel"), &text->channel))
        return sam_fail(err, SAM_BAD_INPUT, "a sample conversation has no turns or no channel");
    text->language = sam_language_find(sam_json_text(root, "language"));
    text->turns = turns->first;
    text->turns_n = turns->n;
    text->resolved = sam_span_is(sam_json_text(root, "resolved"), "yes");
    text->unresolved = sam_span_is(sam_json_text(root, "resolved"), "no");
    struct turn_labels *marks = sam_arena_array(arena, turns->n, sizeof *marks);
    if (!marks)
        return sam_arena_full(arena, err);
    size_t n = 0;
    for (const struct sam_json *turn = turns->first; turn; turn = turn->next) {
        int64_t end_ms;
        marks[n++] = read_turn(turn, text);
        if (sam_json_int(sam_json_get(turn, "end_ms"), false, 0, INT32_MAX, &end_ms) && end_ms > text->duration_ms)
            text->duration_ms = end_ms;
    }
    text->quality = quality_of(marks, n);
    return SAM_OK;
}

static enum sam_code read_file(struct sam_arena *arena, struct sam_span rest, struct sam_vec *texts, struct sam_err *err)
{
    static const struct sam_json_limits limits = {.depth = 16, .nodes = 100000};
    struct sam_span line;
    while (sam_span_line(&rest, &line)) {
        const struct sam_json *root;
        struct sam_json_notes notes;
        if (!sam_span_trim(line).len)
            continue;
        enum sam_code code = sam_json_read(arena, line, &limits, &root, &notes, NULL, err);
        if (code != SAM_OK)
            return code;
        struct text *text = sam_vec_add(texts, arena);
        if (!text)
            return sam_arena_full(arena, err);
        if ((code = read_text(arena, root, text, err)) != SAM_OK)
            return code;
    }
    return SAM_OK;
}

/* ---- names -------------------------------------------------------------------------------------------------- */

static bool next_word(struct sam_span *rest, struct sam_span *word)
{
    *rest = sam_span_trim(*rest);
    const char *blank = rest->len ? memchr(rest->at, ' ', rest->len) : NULL;
    *word = (struct sam_span){rest->at, blank ? (size_t)(blank - rest->at) : rest->len};
    rest->at += word->len;
    rest->len -= word->len;
    return word->len > 0;
}

static enum sam_code read_set(struct sam_arena *arena, struct sam_span line, uint32_t set, struct texts *out, struct sam_err *err)
{
    struct sam_span language, kind, word, count = line;
    size_t n = 0;
    while (next_word(&count, &word))
        n++;
    if (n < 2 + TEXT_USES + 1)
        return sam_fail(err, SAM_BAD_INPUT, "names.txt: a line needs a language, a kind and at least five names");
    struct sam_span *names = sam_arena_array(arena, n - 2, sizeof *names);
    if (!names)
        return sam_arena_full(arena, err);
    next_word(&line, &language);
    next_word(&line, &kind);
    for (uint32_t i = 0; next_word(&line, &word); i++) {
        char key[NAME_KEY];
        names[i] = word;
        const enum sam_code code = sam_map_put(out->name_sets, name_key(language, word, key), set << 16 | i, err);
        if (code != SAM_OK)
            return code;
    }
    out->names[set] = (struct names){names, n - 2, sam_span_is(kind, "s")};
    return SAM_OK;
}

static enum sam_code read_names(struct sam_arena *arena, struct sam_span rest, struct texts *out, struct sam_err *err)
{
    struct sam_span line;
    uint32_t set = 0;
    while (sam_span_line(&rest, &line)) {
        line = sam_span_trim(line);
        if (!line.len || line.at[0] == '#')
            continue;
        if (set == NAME_SETS)
            return sam_fail(err, SAM_BAD_INPUT, "names.txt: more than %d lines", NAME_SETS);
        const enum sam_code code = read_set(arena, line, set++, out, err);
        if (code != SAM_OK)
            return code;
    }
    return SAM_OK;
}

enum sam_code texts_load(struct sam_arena *arena, struct texts *out, struct sam_err *err)
{
    struct sam_vec texts = sam_vec_of(sizeof(struct text), TEXTS_MAX);
    size_t n;
    const struct sam_embedded *files = sam_embedded_all(&n);
    out->name_sets = sam_map_new(arena, 4096);
    if (!out->name_sets)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < n; i++) {
        const struct sam_span name = sam_span_of(files[i].name);
        enum sam_code code = SAM_OK;
        if (sam_span_is(name, "src/samples/names.txt"))
            code = read_names(arena, files[i].body, out, err);
        else if (sam_span_starts(name, "src/samples/"))
            code = read_file(arena, files[i].body, &texts, err);
        if (code != SAM_OK)
            return sam_wrap(err, "%s", files[i].name);
    }
    if (!texts.n)
        return sam_fail(err, SAM_SYSTEM, "this samtaled was built without sample conversations");
    out->at = texts.at;
    out->n = texts.n;
    return SAM_OK;
}
