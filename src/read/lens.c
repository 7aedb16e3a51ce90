/*
 * Amazon Contact Lens analysis files (voice and chat, raw and redacted) and Transcribe Call Analytics: their turns. The raw and the
 * redacted twin of one contact are one part, and the redacted one counts.
 */
#include "lens.h"

#include "filename.h"

#include <string.h>

static bool lens_detect(const struct reader *r)
{
    const struct sam_json *root = r->json, *list = sam_json_get(root, "Transcript");
    bool kin = sam_json_get(root, "ConversationCharacteristics") || sam_json_get(root, "JobStatus") || sam_json_get(root, "Participants");
    return list && list->type == SAM_JSON_ARRAY && kin;
}

enum sam_code lens_id(struct reader *r, const struct sam_json *contact, struct sam_part *head, struct sam_err *err)
{
    struct filename name;
    enum sam_code code = read_id(r, contact, &head->external_id, err);
    if (code != SAM_NONE)
        return code;
    struct sam_read_input by_job = *r->in;
    const struct sam_read_input *own = r->in;
    if (sam_span_trim(own->name).len == 0)
        by_job.name = sam_json_text(r->json, "JobName");
    r->in = &by_job;
    code = filename_of(r, &name, err);
    r->in = own;
    if (code == SAM_OK)
        head->external_id = name.id;
    return code;
}

static enum sam_role role_of(struct sam_span word)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    (void)read_role_find(word, &role);
    return role;
}

/** The file's participants; only those with an id can be told apart from others of their role. */
static enum sam_code participants_of(struct reader *r, struct sam_part *part, struct sam_party **out, size_t *n, struct sam_err *err)
{
    const struct sam_json *list = read_list(r, part, sam_json_get(r->json, "Participants"), KEY(NULL, "Participants"));
    if (!list)
        return SAM_OK;
    enum sam_code code = read_within(list->n, r->set->parties_max, "Participants", err);
    struct sam_party *parties = code == SAM_OK ? read_take(r, list->n, sizeof(*parties)) : NULL;
    if (!parties)
        return code == SAM_OK ? sam_arena_full(r->arena, err) : code;
    for (const struct sam_json *p = list->first; p; p = p->next) {
        struct sam_party *party = &parties[(*n)++];
        party->role = role_of(sam_json_text(p, "ParticipantRole"));
        struct sam_span id = sam_json_text(p, "ParticipantId");
        if (role_of(id) == SAM_ROLE_UNKNOWN) /* "AGENT" is no id */
            party->id = read_name(r, part, sam_json_get(p, "ParticipantId"), KEY(NULL, "Participants.ParticipantId"));
        party->name = read_name(r, part, sam_json_get(p, "DisplayName"), KEY(NULL, "Participants.DisplayName"));
    }
    *out = parties;
    return SAM_OK;
}

static int32_t party_of(struct script *s, const struct sam_json *turn)
{
    struct sam_span id = sam_json_text(turn, "ParticipantId");
    enum sam_role role = role_of(sam_json_text(turn, "ParticipantRole"));
    for (size_t i = 0; i < s->given; i++) {
        if (id.len == 0 || !sam_span_equal(s->parties[i].id, id))
            continue;
        if (s->parties[i].role == SAM_ROLE_UNKNOWN) /* the list of participants may name ids alone */
            s->parties[i].role = role;
        return (int32_t)i;
    }
    if (role == SAM_ROLE_UNKNOWN)
        role = role_of(id);
    if (role != SAM_ROLE_UNKNOWN)
        return script_role(s, role);
    return script_speaker(s, id);
}

void lens_turn(struct script *s, const struct sam_json *turn, const struct place *at)
{
    struct sam_span type = sam_json_text(turn, "Type"), words = sam_json_text(turn, "Content");
    if (words.len == 0 || (type.len > 0 && !sam_span_is(type, "MESSAGE")))
        return;
    struct sam_int start = read_ms(s->r, s->part, sam_json_get(turn, "BeginOffsetMillis"), 1, KEY(at, "BeginOffsetMillis"));
    struct sam_int end = read_ms(s->r, s->part, sam_json_get(turn, "EndOffsetMillis"), 1, KEY(at, "EndOffsetMillis"));
    const struct sam_json *clock = sam_json_get(turn, "AbsoluteTime"), *live = sam_json_get(turn, "Time");
    struct sam_time t = read_time(s->r, s->part, clock ? clock : sam_json_get(live, "AbsoluteTime"), KEY(at, "AbsoluteTime"));
    struct sam_time *zero = &s->part->transcript->started;
    if (!start.known && t.quality != SAM_QUALITY_UNKNOWN) {
        if (zero->quality == SAM_QUALITY_UNKNOWN)
            *zero = t;
        start = sam_int_of(t.us > zero->us ? (t.us - zero->us) / 1000 : 0);
    }
    script_turn(s, party_of(s, turn), start, end, words);
}

/** @return whether turns have times of day, as those of chats */
static bool clocked(const struct sam_json *root)
{
    const struct sam_json *first = sam_json_get(root, "Transcript")->first;
    return first && sam_json_get(first, "AbsoluteTime") && !sam_json_get(first, "BeginOffsetMillis");
}

static enum sam_code lens_read(struct reader *r, struct sam_err *err)
{
    struct sam_part head = {.version = 0};
    struct sam_party *parties = NULL;
    size_t parties_n = 0, index = 0;
    struct script s;
    enum sam_code code = read_source(r, SAM_NO_SPAN, &head.source, err);
    const struct sam_json *contact = sam_json_get(sam_json_get(r->json, "CustomerMetadata"), "ContactId");
    if (code == SAM_OK) /* the transcript of a chat as Connect keeps it says it at the top */
        code = lens_id(r, contact ? contact : sam_json_get(r->json, "ContactId"), &head, err);
    if (code != SAM_OK)
        return code;
    read_warn_notes(r, &head);
    head.version = sam_span_is(sam_json_text(sam_json_get(r->json, "ContentMetadata"), "Output"), "Redacted") ? 1 : 0;
    struct sam_part *part = read_part(r, &head, SAM_KIND_TRANSCRIPT);
    if (!part)
        return sam_arena_full(r->arena, err);
    if (!read_channel_find(sam_json_text(r->json, "Channel"), &part->transcript->channel))
        part->transcript->channel = clocked(r->json) ? SAM_CHANNEL_CHAT : SAM_CHANNEL_VOICE;
    read_limit(r, part->transcript->channel);
    part->transcript->language = sam_language_find(sam_json_text(r->json, "LanguageCode"));
    code = participants_of(r, part, &parties, &parties_n, err);
    if (code == SAM_OK && !script_open(&s, r, part, parties, parties_n))
        code = sam_arena_full(r->arena, err);
    if (code != SAM_OK)
        return code;
    for (const struct sam_json *turn = sam_json_get(r->json, "Transcript")->first; turn; turn = turn->next, index++)
        lens_turn(&s, turn, ITEM(NULL, "Transcript", index));
    return script_close(&s, err);
}

const struct format format_lens = {{"contact_lens", "Amazon Contact Lens, Transcribe Call Analytics", true}, lens_detect, lens_read};
