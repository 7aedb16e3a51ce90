/*
 * Transcripts as JSON: lists of messages, Deepgram, Whisper and its kin, the World Transcription Format. Which one a body is follows from
 * its members. A number from a diarisation is never taken for the index of a party.
 */
#include "shapes.h"

#include <string.h>

/** Words of one speaker with a longer silence between them are two turns. */
#define SILENCE_MS 1000

static const struct sam_json *first_of(const struct sam_json *list)
{
    return list && list->type == SAM_JSON_ARRAY ? list->first : NULL;
}

static bool is_text(const struct sam_json *value)
{
    return value && value->type == SAM_JSON_STRING;
}

struct sam_span shape_label(const struct sam_json *value)
{
    return value && (value->type == SAM_JSON_STRING || value->type == SAM_JSON_NUMBER) ? value->text : SAM_NO_SPAN;
}

/* ---- [{speaker, message}] ------------------------------------------------------------------------------------------------ */

static bool messages_is(const struct shape_input *in)
{
    const struct sam_json *first = first_of(in->json);
    return is_text(sam_json_get(first, "message")) && sam_json_get(first, "speaker");
}

static void messages_read(struct script *s, struct shape_input *in)
{
    size_t index = 0;
    for (const struct sam_json *item = first_of(in->json); item; item = item->next, index++) {
        int32_t party = script_label(s, shape_label(sam_json_get(item, "speaker")), ITEM(NULL, "body", index));
        script_turn(s, party, SAM_UNKNOWN, SAM_UNKNOWN, sam_json_text(item, "message"));
    }
}

/* ---- [{parties, start, duration, text}]: absolute times, party indexes ------------------------------------------------------ */

static bool timed_parties_is(const struct shape_input *in)
{
    const struct sam_json *first = first_of(in->json);
    return is_text(sam_json_get(first, "text")) && sam_json_get(first, "parties") && sam_json_get(first, "start");
}

static int32_t party_index(struct script *s, const struct sam_json *value, const struct place *at)
{
    int64_t index = 0;
    if (value && value->type == SAM_JSON_ARRAY)
        value = value->first;
    if (sam_json_int(value, false, 0, (int64_t)s->given - 1, &index) && s->given > 0)
        return (int32_t)index;
    if (!read_is_null(value))
        read_warn(s->r, s->part, "turn.party_out_of_range", at);
    return -1;
}

static void timed_parties_read(struct script *s, struct shape_input *in)
{
    size_t index = 0;
    for (const struct sam_json *item = first_of(in->json); item; item = item->next, index++) {
        const struct place *at = ITEM(NULL, "body", index);
        struct sam_time start = read_time(s->r, s->part, sam_json_get(item, "start"), KEY(at, "start"));
        struct sam_int start_ms = SAM_UNKNOWN, end_ms = SAM_UNKNOWN, length = script_seconds(s, sam_json_get(item, "duration"));
        if (start.quality != SAM_QUALITY_UNKNOWN && in->zero.quality == SAM_QUALITY_UNKNOWN)
            in->zero = start;
        if (start.quality != SAM_QUALITY_UNKNOWN)
            start_ms = sam_int_of(start.us > in->zero.us ? (start.us - in->zero.us) / 1000 : 0);
        if (start_ms.known && length.known)
            end_ms = sam_int_of(start_ms.value + length.value);
        script_turn(s, party_index(s, sam_json_get(item, "parties"), KEY(at, "parties")), start_ms, end_ms, sam_json_text(item, "text"));
    }
}

/* ---- words ---------------------------------------------------------------------------------------------------------------- */

/** Words gathered into a turn. */
struct gathering {
    struct script *s;
    char *text;
    size_t n, room;
    int32_t party;
    struct sam_int start_ms, end_ms;
};

static void gathered(struct gathering *g)
{
    if (g->n > 0)
        script_turn(g->s, g->party, g->start_ms, g->end_ms, read_keep(g->s->r, (struct sam_span){g->text, g->n}));
    g->n = 0;
}

static void gather(struct gathering *g, int32_t party, struct sam_int start_ms, struct sam_int end_ms, struct sam_span word)
{
    bool silence = g->end_ms.known && start_ms.known && start_ms.value - g->end_ms.value >= SILENCE_MS;
    word = sam_span_trim(word);
    if (g->n > 0 && (g->party != party || silence || g->n + word.len + 1 > g->room))
        gathered(g);
    if (word.len == 0 || word.len > g->room)
        return;
    if (g->n == 0) {
        g->party = party;
        g->start_ms = start_ms;
    } else {
        g->text[g->n++] = ' ';
    }
    memcpy(g->text + g->n, word.at, word.len);
    g->n += word.len;
    g->end_ms = end_ms;
}

void shape_words_read(struct script *s, const struct sam_json *words, int32_t channel)
{
    struct gathering g = {.s = s, .room = words->text.len + 1, .party = -1};
    g.text = read_take(s->r, g.room, 1);
    for (const struct sam_json *w = words->first; w && g.text; w = w->next) {
        struct sam_span word = sam_json_text(w, "punctuated_word");
        if (!word.at)
            word = sam_json_text(w, "word");
        if (!word.at)
            word = sam_json_text(w, "text");
        struct sam_span label = shape_label(sam_json_get(w, "speaker"));
        int32_t party = channel >= 0 ? channel : script_speaker(s, label);
        gather(&g, party, script_seconds(s, sam_json_get(w, "start")), script_seconds(s, sam_json_get(w, "end")), word);
    }
    if (g.text)
        gathered(&g);
}

/* ---- Deepgram ---------------------------------------------------------------------------------------------------------------- */

static bool alternative_is(const struct shape_input *in)
{
    return in->json && in->json->type == SAM_JSON_OBJECT && is_text(sam_json_get(in->json, "transcript"));
}

static void alternative(struct script *s, const struct sam_json *alt, int32_t channel)
{
    const struct sam_json *words = sam_json_get(alt, "words"), *paragraphs = sam_json_get(alt, "paragraphs");
    if (first_of(words) && sam_json_get(words->first, "start"))
        shape_words_read(s, words, channel);
    else if (is_text(sam_json_get(paragraphs, "transcript")))
        speaker_text_read(s, sam_json_text(paragraphs, "transcript"));
    else
        speaker_text_read(s, sam_json_text(alt, "transcript"));
}

static void alternative_read(struct script *s, struct shape_input *in)
{
    in->language = sam_language_find(sam_json_text(in->json, "detected_language"));
    alternative(s, in->json, -1);
}

static bool deepgram_is(const struct shape_input *in)
{
    return first_of(sam_json_get(sam_json_get(in->json, "results"), "channels")) != NULL;
}

/** The party of an audio channel: stated by the dialog's list of lists, else a speaker of its own. */
static int32_t of_channel(struct script *s, const struct shape_input *in, size_t channel)
{
    const struct sam_json *inner = first_of(in->channels);
    for (size_t i = 0; inner && i < channel; i++)
        inner = inner->next;
    int64_t index = 0;
    if (s->given > 0 && inner && inner->n == 1 && sam_json_int(first_of(inner), false, 0, (int64_t)s->given - 1, &index))
        return (int32_t)index;
    return script_speaker(s, read_print(s->r, "channel %zu", channel));
}

static void deepgram_read(struct script *s, struct shape_input *in)
{
    const struct sam_json *channels = sam_json_get(sam_json_get(in->json, "results"), "channels");
    size_t i = 0;
    for (const struct sam_json *c = channels->first; c; c = c->next, i++) {
        const struct sam_json *alt = first_of(sam_json_get(c, "alternatives"));
        if (in->language == SAM_LANGUAGE_UNKNOWN)
            in->language = sam_language_find(sam_json_text(c, "detected_language"));
        if (alt)
            alternative(s, alt, channels->n > 1 ? of_channel(s, in, i) : -1);
    }
}

/* ---- Whisper and its kin; the World Transcription Format: segments ----------------------------------------------------------- */

static bool segments_is(const struct shape_input *in)
{
    const struct sam_json *first = first_of(sam_json_get(in->json, "segments"));
    return first && is_text(sam_json_get(first, "text")) && sam_json_get(first, "start");
}

/** The party of a segment's speaker; WTF's map of speakers may give it a label that names somebody. */
static int32_t segment_party(struct script *s, const struct sam_json *speakers, struct sam_span label, const struct place *at)
{
    char key[64];
    if (label.len == 0)
        return -1;
    if (label.len < sizeof(key)) {
        memcpy(key, label.at, label.len);
        key[label.len] = 0;
        struct sam_span name = sam_json_text(sam_json_get(speakers, key), "label");
        for (size_t i = 0; i < s->given && name.len > 0; i++) {
            if (s->parties[i].name.len > 0 && sam_span_equal(s->parties[i].name, name))
                return (int32_t)i;
        }
        enum sam_role role = SAM_ROLE_UNKNOWN;
        if (read_role_find(name, &role) && role != SAM_ROLE_UNKNOWN)
            return script_role(s, role);
    }
    enum sam_role role = SAM_ROLE_UNKNOWN;
    if (read_role_find(label, &role) && role != SAM_ROLE_UNKNOWN)
        return script_label(s, label, at);
    return script_speaker(s, label);
}

static bool is_partial(const struct sam_json *segment)
{
    const struct sam_json *final = sam_json_get(sam_json_get(segment, "streaming"), "is_final");
    return final && final->type == SAM_JSON_FALSE;
}

static void segments_read(struct script *s, struct shape_input *in)
{
    const struct sam_json *segments = sam_json_get(in->json, "segments"), *speakers = sam_json_get(in->json, "speakers");
    struct sam_span language = sam_json_text(in->json, "language");
    in->language = sam_language_find(language.at ? language : sam_json_text(sam_json_get(in->json, "transcript"), "language"));
    size_t index = 0;
    for (const struct sam_json *item = segments->first; item; item = item->next, index++) {
        struct sam_span text = sam_span_trim(sam_json_text(item, "text"));
        if (text.len == 0 || is_partial(item))
            continue;
        int32_t party = segment_party(s, speakers, shape_label(sam_json_get(item, "speaker")), ITEM(NULL, "segments", index));
        script_turn(s, party, script_seconds(s, sam_json_get(item, "start")), script_seconds(s, sam_json_get(item, "end")), text);
    }
}

/* ---- text ------------------------------------------------------------------------------------------------------------------------ */

static bool timed_is(const struct shape_input *in)
{
    return in->text.len > 0 && timed_text_is(in->text);
}

static void timed_read(struct script *s, struct shape_input *in)
{
    timed_text_read(s, in->text);
}

static bool named_text_is(const struct shape_input *in)
{
    return in->text.len > 0 && speaker_text_is(in->text);
}

static bool any_text_is(const struct shape_input *in)
{
    return sam_span_trim(in->text).len > 0;
}

static void text_read(struct script *s, struct shape_input *in)
{
    speaker_text_read(s, in->text);
}

static const struct shape shapes[] = {
    {"messages", messages_is, messages_read, false},
    {"timed_parties", timed_parties_is, timed_parties_read, false},
    {"deepgram", deepgram_is, deepgram_read, false},
    {"segments", segments_is, segments_read, false},
    {"offsets", shape_offsets_is, shape_offsets_read, false},
    {"chunks", shape_chunks_is, shape_chunks_read, false},
    {"worded", shape_worded_is, shape_worded_read, false},
    {"turns", shape_turns_is, shape_turns_read, true},
    {"alternative", alternative_is, alternative_read, true},
    {"alone", shape_alone_is, shape_alone_read, true},
    {"timed_text", timed_is, timed_read, false},
    {"named_text", named_text_is, text_read, true},
    {"text", any_text_is, text_read, true},
};

const struct shape *shape_find(const struct shape_input *in, bool loose)
{
    for (size_t i = 0; i < SAM_COUNT(shapes); i++) {
        if ((loose || !shapes[i].loose) && shapes[i].is(in))
            return &shapes[i];
    }
    return NULL;
}
