/*
 * Transcripts as programs around Whisper write them instead of its own segments: whisper.cpp with offsets in milliseconds, pipelines of
 * transformers with pairs of seconds, and words alone. The last piece of a pipeline often has no end.
 */
#include "shapes.h"

#include <string.h>

static const struct sam_json *list_of(const struct sam_json *object, const char *name)
{
    const struct sam_json *list = sam_json_get(object, name);
    return list && list->type == SAM_JSON_ARRAY ? list->first : NULL;
}

static bool is_text(const struct sam_json *value)
{
    return value && value->type == SAM_JSON_STRING;
}

static void add(struct script *s, const struct sam_json *piece, struct sam_int start_ms, struct sam_int end_ms)
{
    struct sam_span text = sam_span_trim(sam_json_text(piece, "text"));
    struct sam_span label = shape_label(sam_json_get(piece, "speaker"));
    bool unheard = sam_span_is(label, "?"); /* whisper.cpp: both channels alike */
    if (text.len > 0)
        script_turn(s, unheard ? -1 : script_speaker(s, label), start_ms, end_ms, text);
}

/* ---- whisper.cpp ----------------------------------------------------------------------------------------------------------- */

bool shape_offsets_is(const struct shape_input *in)
{
    const struct sam_json *first = list_of(in->json, "transcription");
    return first && is_text(sam_json_get(first, "text")) && sam_json_get(sam_json_get(first, "offsets"), "from");
}

/** Milliseconds; unknown when none, negative or longer than a call may be. */
static struct sam_int ms_of(const struct script *s, const struct sam_json *value)
{
    int64_t ms = 0;
    return sam_json_int(value, true, 0, s->r->limit_ms, &ms) ? sam_int_of(ms) : SAM_UNKNOWN;
}

void shape_offsets_read(struct script *s, struct shape_input *in)
{
    struct sam_span language = sam_json_text(sam_json_get(in->json, "result"), "language");
    in->language = sam_language_find(language.at ? language : sam_json_text(sam_json_get(in->json, "params"), "language"));
    for (const struct sam_json *piece = list_of(in->json, "transcription"); piece; piece = piece->next) {
        const struct sam_json *offsets = sam_json_get(piece, "offsets");
        add(s, piece, ms_of(s, sam_json_get(offsets, "from")), ms_of(s, sam_json_get(offsets, "to")));
    }
}

/* ---- pipelines ------------------------------------------------------------------------------------------------------------- */

static bool stamped(const struct sam_json *piece)
{
    return piece && is_text(sam_json_get(piece, "text")) && list_of(piece, "timestamp");
}

bool shape_chunks_is(const struct shape_input *in)
{
    return stamped(list_of(in->json, "chunks"));
}

void shape_chunks_read(struct script *s, struct shape_input *in)
{
    const struct sam_json *told = list_of(in->json, "speakers");
    size_t first = s->turns_n;
    in->language = sam_language_find(sam_json_text(in->json, "language"));
    for (const struct sam_json *piece = stamped(told) ? told : list_of(in->json, "chunks"); piece; piece = piece->next) {
        const struct sam_json *start = list_of(piece, "timestamp");
        add(s, piece, script_seconds(s, start), script_seconds(s, start ? start->next : NULL));
    }
    timed_gather_words(s, first); /* they may be one word each */
}

/* ---- words ------------------------------------------------------------------------------------------------------------------ */

bool shape_worded_is(const struct shape_input *in)
{
    const struct sam_json *first = list_of(in->json, "words");
    return first && is_text(sam_json_get(in->json, "text")) && is_text(sam_json_get(first, "word")) && sam_json_get(first, "start") &&
           sam_json_get(first, "end");
}

void shape_worded_read(struct script *s, struct shape_input *in)
{
    in->language = sam_language_find(sam_json_text(in->json, "language"));
    shape_words_read(s, sam_json_get(in->json, "words"), -1);
}
