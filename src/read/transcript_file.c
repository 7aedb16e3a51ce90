/*
 * Files that hold one transcript and nothing else: Whisper and its kin, Deepgram, the World Transcription Format, WebVTT, SubRip, ASS,
 * tables and lines with times. The conversation's id and, for one-channel files, the speaker come from the file's name.
 */
#include "filename.h"
#include "shapes.h"

#include <string.h>

/** Whisper's own signs of a segment that is no speech (openai/whisper, transcribe.py: thresholds of its decoding). */
#define COMPRESSION_MAX 2.4
#define NO_SPEECH_MIN   0.6
#define LOGPROB_MIN     (-1.0)
/** The same words so often in a row are the model's, not a speaker's. */
#define REPEATS_MAX 3

static bool whisper_detect(const struct reader *r)
{
    static const char *const names[] = {"segments", "offsets", "chunks", "worded", "turns", "alone"};
    const struct sam_json *segments = sam_json_get(r->json, "segments");
    const struct shape_input in = {.json = r->json};
    if (segments && (segments->type != SAM_JSON_ARRAY || sam_json_get(r->json, "dialog")))
        return false;
    if (segments && !segments->first && sam_json_get(r->json, "text"))
        return true;
    const struct shape *shape = r->json ? shape_find(&in, true) : NULL;
    for (size_t i = 0; shape && i < SAM_COUNT(names); i++) {
        if (strcmp(shape->name, names[i]) == 0)
            return true;
    }
    return shape && shape_alone_is(&in); /* {"transcript"}: the alternative of a recogniser that has only one */
}

static bool deepgram_detect(const struct reader *r)
{
    const struct shape_input in = {.json = r->json};
    const struct shape *shape = r->json && r->json->type == SAM_JSON_OBJECT ? shape_find(&in, false) : NULL;
    return shape && strcmp(shape->name, "deepgram") == 0;
}

/** The text without the fence of Markdown that some tools put around a whole file. */
static struct sam_span unfenced(struct sam_span text)
{
    text = sam_span_trim(text);
    if (!sam_span_starts(text, "```"))
        return text;
    text = (struct sam_span){text.at + 3, text.len - 3};
    if (text.len >= 3 && memcmp(text.at + text.len - 3, "```", 3) == 0)
        text.len -= 3;
    if (sam_span_starts(text, "vtt"))
        text = (struct sam_span){text.at + 3, text.len - 3};
    return sam_span_trim(text);
}

static bool timed_detect(const struct reader *r)
{
    struct sam_span text = unfenced(r->doc);
    return !r->json && timed_text_is(text);
}

/* ---- words nobody said ------------------------------------------------------------------------------------------------- */

/** @return whether a segment's own figures say that it is no speech */
static bool no_speech(const struct sam_json *segment)
{
    double compression = 0, silence = 0, logprob = 0;
    if (sam_json_double(sam_json_get(segment, "compression_ratio"), false, &compression) && compression > COMPRESSION_MAX)
        return true;
    return sam_json_double(sam_json_get(segment, "no_speech_prob"), false, &silence) && silence > NO_SPEECH_MIN &&
           sam_json_double(sam_json_get(segment, "avg_logprob"), false, &logprob) && logprob < LOGPROB_MIN;
}

/** Takes away turns that silence made the model invent: told by a segment's figures, or the same words again and again. */
static void drop_invented(struct script *s, const struct sam_json *root)
{
    const struct sam_json *segments = sam_json_get(root, "segments"), *segment = segments ? segments->first : NULL;
    size_t kept = 0, repeats = 0;
    struct sam_span before = SAM_NO_SPAN;
    for (size_t i = 0; i < s->turns_n; i++) {
        while (segment && !sam_span_equal(sam_span_trim(sam_json_text(segment, "text")), s->turns[i].text))
            segment = segment->next;
        bool invented = segment && no_speech(segment);
        segment = segment ? segment->next : NULL;
        repeats = sam_span_equal(before, s->turns[i].text) ? repeats + 1 : 0;
        before = s->turns[i].text;
        if (invented || repeats >= REPEATS_MAX) {
            read_warn(s->r, s->part, invented ? "segment.no_speech" : "segment.repeated", ITEM(NULL, "segments", i));
            continue;
        }
        s->turns[kept++] = s->turns[i];
    }
    s->turns_n = kept;
}

/* ---- the file ------------------------------------------------------------------------------------------------------------- */

/** On a one-channel file everybody without a name is who that channel belongs to. */
static void one_side(struct script *s, const struct filename *name)
{
    if (name->side_role == SAM_ROLE_UNKNOWN)
        return;
    int32_t party = script_role(s, name->side_role);
    for (size_t i = 0; i < s->turns_n && party >= 0; i++) {
        if (s->turns[i].party < 0)
            s->turns[i].party = party;
    }
    if (party >= 0)
        s->parties[party].role_derived = true;
}

/** Source and id; the text repaired where it is no JSON. */
static enum sam_code head_of(struct reader *r, struct filename *name, struct shape_input *in, struct sam_part *head, struct sam_err *err)
{
    size_t replaced = 0;
    enum sam_code code = read_source(r, sam_json_text(r->json, "source"), &head->source, err);
    if (code == SAM_OK)
        code = filename_of(r, name, err);
    if (code != SAM_OK)
        return code;
    head->external_id = name->id;
    read_warn_notes(r, head);
    if (r->json) /* JSON is repaired by its reader */
        return SAM_OK;
    code = sam_utf8_repair(r->arena, in->text, &in->text, &replaced, err);
    if (code == SAM_OK && replaced > 0)
        read_warn(r, head, "text.repaired", KEY(NULL, ""));
    return code;
}

static void turns_of(struct script *s, struct shape_input *in)
{
    const struct shape *shape = shape_find(in, in->json != NULL);
    if (!shape)
        return;
    shape->read(s, in);
    if (strcmp(shape->name, "segments") == 0)
        drop_invented(s, s->r->json);
}

static enum sam_code transcript_read(struct reader *r, struct sam_err *err)
{
    struct filename name;
    struct sam_part head = {.version = 0};
    struct shape_input in = {.json = r->json, .text = r->json ? SAM_NO_SPAN : unfenced(r->doc)};
    struct script s;
    enum sam_code code = head_of(r, &name, &in, &head, err);
    if (code != SAM_OK)
        return code;
    struct sam_part *part = read_part(r, &head, SAM_KIND_TRANSCRIPT);
    if (!part || !script_open(&s, r, part, NULL, 0))
        return sam_arena_full(r->arena, err);
    part->part_id = name.side.at ? name.side : SAM_SPAN("");
    part->transcript->channel = SAM_CHANNEL_VOICE;
    turns_of(&s, &in);
    bool told = in.language != SAM_LANGUAGE_UNKNOWN || !r->json;
    if (part->transcript->language == SAM_LANGUAGE_UNKNOWN) /* cues may have told it */
        part->transcript->language = told ? in.language : sam_language_find(sam_json_text(r->json, "language"));
    filename_tell(r, &name, part);
    one_side(&s, &name);
    script_derive_roles(&s);
    return script_close(&s, err);
}

const struct format format_whisper = {
    {"whisper",
     "Whisper and its kin as JSON (openai, whisper-timestamped, WhisperX, whisper.cpp, pipelines of transformers, verbose_json), lists of "
     "turns, World Transcription Format",
     true},
    whisper_detect,
    transcript_read};
const struct format format_deepgram = {{"deepgram", "Deepgram's answer as JSON", true}, deepgram_detect, transcript_read};
const struct format format_timed_text = {
    {"vtt", "WebVTT, SubRip, ASS, SBV, LRC, Whisper's tables, lines that tell their time", true}, timed_detect, transcript_read};
