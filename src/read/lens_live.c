/*
 * Contact Lens while they speak: the records of its stream, and the answers of its real-time interface. Each is a piece of the transcript,
 * a part of its own, that counts until the analysis file comes. Utterances are guesses that a later piece puts right; events tell only that
 * there is a contact.
 */
#include "lens.h"

static const struct sam_json *segments_of(const struct sam_json *root)
{
    const struct sam_json *list = sam_json_get(root, "Segments");
    return list && list->type == SAM_JSON_ARRAY ? list : NULL;
}

static bool is_segment(const struct sam_json *segment)
{
    static const char *const kinds[] = {"Transcript", "Utterance", "Categories", "Issues", "Event", "Attachments", "PostContactSummary"};
    for (size_t i = 0; i < SAM_COUNT(kinds); i++) {
        const struct sam_json *kind = sam_json_get(segment, kinds[i]);
        if (kind && kind->type == SAM_JSON_OBJECT)
            return true;
    }
    return false;
}

static bool live_detect(const struct reader *r)
{
    const struct sam_json *list = segments_of(r->json);
    if (sam_json_get(r->json, "ContactId") && sam_json_get(r->json, "EventType"))
        return true;
    return list && is_segment(list->first);
}

/** Pieces stand in the order of their first words. */
static struct sam_span part_id_of(struct reader *r, const struct sam_json *list)
{
    for (const struct sam_json *s = list ? list->first : NULL; s; s = s->next) {
        const struct sam_json *turn = sam_json_get(s, "Transcript");
        struct sam_part scratch = {.version = 0};
        int64_t begin = 0;
        if (!turn || sam_json_text(turn, "Content").len == 0)
            continue;
        struct sam_span id = read_name(r, &scratch, sam_json_get(turn, "Id"), KEY(NULL, "Id"));
        struct sam_time t = read_time(r, &scratch, sam_json_get(sam_json_get(turn, "Time"), "AbsoluteTime"), KEY(NULL, "Time"));
        if (!sam_json_int(sam_json_get(turn, "BeginOffsetMillis"), true, 0, INT64_C(1) << 40, &begin) && t.quality != SAM_QUALITY_UNKNOWN)
            begin = t.us / 1000;
        return read_print(r, "live/%014lld/%.*s", (long long)begin, (int)id.len, id.at ? id.at : "");
    }
    return SAM_SPAN("live");
}

static enum sam_code live_read(struct reader *r, struct sam_err *err)
{
    const struct sam_json *list = segments_of(r->json);
    struct sam_part head = {.version = 0};
    struct script s;
    size_t index = 0;
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head.source, err);
    if (code == SAM_OK)
        code = lens_id(r, sam_json_get(r->json, "ContactId"), &head, err);
    if (code != SAM_OK)
        return code;
    read_warn_notes(r, &head);
    struct sam_part *part = read_part(r, &head, SAM_KIND_TRANSCRIPT);
    if (!part || !script_open(&s, r, part, NULL, 0))
        return sam_arena_full(r->arena, err);
    part->part_id = part_id_of(r, list);
    part->transcript->rank = 1;
    if (!read_channel_find(sam_json_text(r->json, "Channel"), &part->transcript->channel))
        part->transcript->channel = SAM_CHANNEL_VOICE;
    read_limit(r, part->transcript->channel);
    part->transcript->language = sam_language_find(sam_json_text(r->json, "LanguageCode"));
    for (const struct sam_json *segment = list ? list->first : NULL; segment; segment = segment->next, index++) {
        const struct sam_json *turn = sam_json_get(segment, "Transcript");
        if (turn)
            lens_turn(&s, turn, ITEM(NULL, "Segments", index));
    }
    return script_close(&s, err);
}

const struct format format_lens_live = {
    {"contact_lens_live", "Contact Lens' real-time segments: its stream's records, its interface's answers", true}, live_detect, live_read};
