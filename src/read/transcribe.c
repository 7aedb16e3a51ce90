/*
 * Amazon Transcribe, standard jobs: words with times as texts, punctuation without, speakers by channel or by diarisation. Turns are the
 * words of one speaker without a pause of a second. The conversation's id comes from the file's or the job's name.
 */
#include "filename.h"
#include "script.h"

#include <stdlib.h>
#include <string.h>

/** A pause so long ends a turn. */
#define PAUSE_MS 1000

static const struct sam_json *first_of(const struct sam_json *object, const char *key)
{
    const struct sam_json *list = sam_json_get(object, key);
    return list && list->type == SAM_JSON_ARRAY ? list->first : NULL;
}

static bool transcribe_detect(const struct reader *r)
{
    const struct sam_json *results = sam_json_get(r->json, "results");
    bool named = sam_json_get(r->json, "jobName") || (first_of(results, "transcripts") && sam_json_get(results, "items"));
    return named && results && results->type == SAM_JSON_OBJECT; /* what is copied out of a job may lack its name */
}

/** A turn that is being put together. */
struct growing {
    struct script *s;
    struct sam_buf text;
    struct sam_span speaker;
    struct sam_int start_ms, end_ms;
};

static void end_turn(struct growing *g)
{
    if (g->text.len > 0)
        script_turn(g->s, script_speaker(g->s, g->speaker), g->start_ms, g->end_ms, read_keep(g->s->r, sam_buf_get(&g->text)));
    sam_buf_clear(&g->text);
}

/** Who says an item: its channel, its speaker, or the diarised segment that begins it (older files). */
static struct sam_span speaker_of(const struct sam_json *item, struct sam_span channel, struct sam_span by_segment)
{
    struct sam_span label = sam_json_text(item, "speaker_label");
    if (channel.len > 0)
        return channel;
    if (label.len > 0)
        return label;
    label = sam_json_text(item, "channel_label");
    return label.len > 0 ? label : by_segment;
}

static void add_item(struct growing *g, const struct sam_json *item, struct sam_span speaker)
{
    struct sam_span content = sam_json_text(first_of(item, "alternatives"), "content");
    if (sam_span_is(sam_json_text(item, "type"), "punctuation")) {
        if (g->text.len > 0)
            sam_buf_span(&g->text, content);
        return;
    }
    struct sam_int start = script_seconds(g->s, sam_json_get(item, "start_time")),
                   end = script_seconds(g->s, sam_json_get(item, "end_time"));
    bool pause = g->end_ms.known && start.known && start.value - g->end_ms.value >= PAUSE_MS;
    if (g->text.len > 0 && (pause || !sam_span_equal(speaker, g->speaker)))
        end_turn(g);
    if (g->text.len == 0) {
        g->speaker = speaker;
        g->start_ms = start;
    } else {
        sam_buf_text(&g->text, " ");
    }
    sam_buf_span(&g->text, content);
    g->end_ms = end.known ? end : start;
}

/** Walks a list of items. @param segments speaker_labels of older files, whose items tell the speaker by their start */
static void items_of(struct growing *g, const struct sam_json *items, struct sam_span channel, const struct sam_json *segments)
{
    const struct sam_json *segment = first_of(segments, "segments"), *of_segment = first_of(segment, "items");
    struct sam_span speaker = SAM_NO_SPAN;
    for (const struct sam_json *item = items; item; item = item->next) {
        while (segment && !of_segment) {
            segment = segment->next;
            of_segment = first_of(segment, "items");
        }
        struct sam_span start = sam_json_text(item, "start_time");
        if (of_segment && start.len > 0 && sam_span_equal(start, sam_json_text(of_segment, "start_time"))) {
            speaker = sam_json_text(of_segment, "speaker_label");
            of_segment = of_segment->next;
        }
        add_item(g, item, speaker_of(item, channel, speaker));
    }
    end_turn(g);
}

static int by_start(const void *a, const void *b)
{
    const struct sam_turn *x = a, *y = b;
    int64_t from = x->start_ms.known ? x->start_ms.value : INT64_MAX, to = y->start_ms.known ? y->start_ms.value : INT64_MAX;
    return from != to ? (from < to ? -1 : 1) : (x->i > y->i) - (x->i < y->i);
}

static void turns_of(struct script *s, const struct sam_json *results)
{
    struct growing g = {.s = s, .text = sam_buf_of(s->r->set->text_max + 1)};
    const struct sam_json *channel = first_of(sam_json_get(results, "channel_labels"), "channels");
    if (!channel)
        items_of(&g, first_of(results, "items"), SAM_NO_SPAN, sam_json_get(results, "speaker_labels"));
    for (; channel; channel = channel->next)
        items_of(&g, first_of(channel, "items"), sam_json_text(channel, "channel_label"), NULL);
    sam_buf_free(&g.text);
    if (s->turns_n > 0)
        qsort(s->turns, s->turns_n, sizeof *s->turns, by_start);
    for (size_t i = 0; i < s->turns_n; i++)
        s->turns[i].i = (int32_t)i;
}

/** The id by the file's name, else by the job's. */
static enum sam_code head_of(struct reader *r, struct filename *name, struct sam_part *head, struct sam_err *err)
{
    struct sam_read_input by_job = *r->in;
    const struct sam_read_input *own = r->in;
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head->source, err);
    if (code != SAM_OK)
        return code;
    if (sam_span_trim(own->name).len == 0)
        by_job.name = sam_json_text(r->json, "jobName");
    r->in = &by_job;
    code = filename_of(r, name, err);
    r->in = own;
    if (code == SAM_OK)
        head->external_id = name->id;
    read_warn_notes(r, head);
    return code;
}

static enum sam_code transcribe_read(struct reader *r, struct sam_err *err)
{
    const struct sam_json *results = sam_json_get(r->json, "results");
    struct sam_part head = {.version = 0};
    struct filename name;
    struct script s;
    enum sam_code code = head_of(r, &name, &head, err);
    if (code != SAM_OK)
        return code;
    struct sam_part *part = read_part(r, &head, SAM_KIND_TRANSCRIPT);
    if (!part || !script_open(&s, r, part, NULL, 0))
        return sam_arena_full(r->arena, err);
    part->part_id = name.side.at ? name.side : SAM_SPAN("");
    part->transcript->channel = SAM_CHANNEL_VOICE;
    part->transcript->language = sam_language_find(sam_json_text(results, "language_code"));
    turns_of(&s, results);
    filename_tell(r, &name, part);
    script_derive_roles(&s);
    return script_close(&s, err);
}

const struct format format_transcribe = {{"transcribe", "Amazon Transcribe standard job", true}, transcribe_detect, transcribe_read};
