/*
 * The sections of the settings file whose names are the site's own: "what the source says = what it means here". One row is one section;
 * the first are those that reading goes by, in the order of enum sam_read_map.
 */
#include "settings.h"

#include "rules.h"

#include <string.h>

#define PAIRS_MAX        100000
#define HOUR_MS          3600000
#define HUNDRED_YEARS_MS 3153600000000.0

static enum sam_code check_role(const struct sam_pair *pair, struct sam_err *err)
{
    enum sam_role role;
    bool fits = sam_role_find(pair->value, &role) && role != SAM_ROLE_UNKNOWN;
    return fits ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "must be agent, customer, bot, system, supervisor or other");
}

static enum sam_code check_disposition(const struct sam_pair *pair, struct sam_err *err)
{
    enum sam_disposition disposition;
    if (sam_disposition_find(pair->value, &disposition))
        return SAM_OK;
    return sam_fail(err, SAM_BAD_INPUT, "must be answered, abandoned, voicemail, callback, timeout, full, closed, failed or unknown");
}

static enum sam_code check_outcome(const struct sam_pair *pair, struct sam_err *err)
{
    for (const char *const *word = sam_read_outcome_words(); *word; word++) {
        if (sam_span_is(pair->value, *word))
            return SAM_OK;
    }
    return sam_fail(err, SAM_BAD_INPUT, "must be resolved, not_resolved, churned, winback or sold");
}

static enum sam_code check_scale(const struct sam_pair *pair, struct sam_err *err)
{
    struct sam_read_scale ignored;
    return sam_read_scale_of(pair->value, &ignored, err);
}

static enum sam_code check_pattern(const struct sam_pair *pair, struct sam_err *err)
{
    struct sam_span rest = pair->value;
    while (rest.len > 0) {
        const char *comma = memchr(rest.at, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.at) : rest.len;
        if (!memmem(rest.at, len, "{id}", 4) && !memmem(rest.at, len, "{phone}", 7))
            return sam_fail(err, SAM_BAD_INPUT,
                            "each pattern must hold {id} where the conversation's id stands, or {phone} where the customer's number does");
        rest = (struct sam_span){rest.at + len + (comma != NULL), rest.len - len - (comma != NULL)};
    }
    return SAM_OK;
}

static enum sam_code check_text(const struct sam_pair *pair, struct sam_err *err)
{
    return pair->value.len > 0 ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "must not be empty");
}

static enum sam_code check_zone(const struct sam_pair *pair, struct sam_err *err)
{
    return pair->value.len > 0 ? app_zone_check(pair->value, err) : check_text(pair, err);
}

static enum sam_code check_kept(const struct sam_pair *pair, struct sam_err *err)
{
    int64_t kept_ms = 0;
    if (memchr(pair->key.at, ',', pair->key.len))
        return sam_fail(err, SAM_BAD_INPUT, "must be one purpose, without commas");
    return app_purpose_kept(pair->value, &kept_ms, err);
}

static enum sam_code check_limit(const struct sam_pair *pair, struct sam_err *err)
{
    int64_t limit_ms = 0;
    return app_short_abandon(pair->value, &limit_ms, err);
}

static enum sam_code duration(struct sam_span text, double max_ms, int64_t *out_ms, struct sam_err *err)
{
    const struct setting row = {.type = SETTING_DURATION, .at = offsetof(struct app_settings, limits_call_ms), .min = 0, .max = max_ms};
    struct app_settings scratch = {0};
    enum sam_code code = app_setting_value(NULL, &row, text, &scratch, err);
    if (code == SAM_OK)
        *out_ms = scratch.limits_call_ms;
    return code;
}

enum sam_code app_short_abandon(struct sam_span text, int64_t *out_ms, struct sam_err *err)
{
    return duration(text, HOUR_MS, out_ms, err);
}

enum sam_code app_purpose_kept(struct sam_span text, int64_t *out_ms, struct sam_err *err)
{
    return duration(text, HUNDRED_YEARS_MS, out_ms, err);
}

const struct setting_map app_settings_maps[APP_MAPS] = {
    [SAM_MAP_QUEUES] = {"queues", "IT-Q1 = IT support", check_text,
                        "Names of queues: what a source calls one, or its id, and the name it has here. Several may get one name."},
    [SAM_MAP_AGENTS] =
        {"agents", "Agent/101 = anna, Anna Berg, Team north", check_text,
         "Agents: what a source calls one, and ID, NAME, TEAM here; name and team may be left out. A team holds for what is read from "
         "now on."},
    [SAM_MAP_DISPOSITIONS] =
        {"dispositions", "VM Left = voicemail", check_disposition,
         "How a call ended, in a source's words: answered, abandoned, voicemail, callback, timeout, full, closed, failed or unknown. "
         "\"key 1\" is the key with which a caller left a queue of Asterisk (callback unless told)."},
    [SAM_MAP_OUTCOMES] =
        {"outcomes", "Solved = resolved", check_outcome,
         "What wrap-up codes (Genesys), attributes (Amazon Connect, as NAME:VALUE) and tags (vCon, as key:value) mean: resolved, "
         "not_resolved, churned, winback or sold."},
    [SAM_MAP_SIDES] =
        {"sides", "kunde = customer", check_role,
         "Who speaks on a recording of one channel, by the end of its file's name (call-kunde.wav.json). Known without it: rx, in, "
         "customer, caller; tx, out, agent."},
    [SAM_MAP_SPEAKERS] =
        {"speakers", "SPEAKER_00 = agent", check_role,
         "Who a recogniser's speaker is, when it always gives the same one the same name. Such roles are marked as derived."},
    [SAM_MAP_GREETINGS] =
        {"greetings", "velkommen hos Nordkraft = agent", check_role,
         "Words that only one side says at the beginning: they tell speakers of unknown role apart. Such roles are marked as derived."},
    [SAM_MAP_FILE_NAMES] =
        {"file_names", "whisper = rec_*_{id}_*, {id}", check_pattern,
         "Where the conversation's id stands in the names of a source's files, without folder, endings and side: * is anything. "
         "Without it an Asterisk uniqueid or a UUID in the name is the id, else the whole name. {phone} is the customer's number, {time} "
         "when it began (20260102-101500, or seconds since 1970): what [phone_links] go by. In a name without {id} a hash stands in the "
         "number's place."},
    [SAM_MAP_SURVEYS] =
        {"surveys", "CSATScore = csat 1 5", check_scale,
         "Attributes (Amazon Connect, Genesys) and tags (vCon) that hold a customer's answer, and what was asked: nps, csat MIN MAX or ces "
         "MIN MAX (greater is easier)."},
    [SAM_MAP_LINKS] = {"links", "whisper = pbx", check_text,
                       "Sources whose messages belong to the conversations of another source with the same ids."},
    [APP_MAP_ZONES] = {"time_zones", "pbx = Europe/Oslo", check_zone,
                       "The time zone of a source's times that tell none, where it is not [sources] time_zone."},
    [APP_MAP_SHORT_ABANDONS] =
        {"short_abandons", "IT support = 10 s", check_limit,
         "Waits below which an abandoned call of a queue is a short one, where it is not the queue's own in the database (5 s)."},
    [APP_MAP_PURPOSES] = {"retention_purposes", "documentation = 30 d", check_kept,
                          "How long words are kept of conversations that were recorded for a purpose, as sources state it, in place of "
                          "[retention] transcripts. "
                          "Of several purposes the longest time holds; 0 d: for ever."},
    [APP_MAP_PHONE_LINKS] =
        {"phone_links", "whisper = pbx", check_text,
         "Sources whose conversations belong to another source's where no id tells so: to the one with the same customer's number that was "
         "going on when theirs began ([sources] phone_link_window). Where two fit, neither does. Conversations that are linked so are "
         "marked."},
};

size_t app_settings_map(struct sam_span section)
{
    size_t i = 0;
    while (i < APP_MAPS && !sam_span_is(section, app_settings_maps[i].section))
        i++;
    return i;
}

enum sam_code app_settings_map_add(struct sam_arena *arena, size_t map, struct sam_pair told, struct map_building *b, struct sam_err *err)
{
    struct sam_pair pair = {SAM_NO_SPAN, SAM_NO_SPAN};
    if (!b->index && !(b->index = sam_map_new(arena, PAIRS_MAX)))
        return sam_arena_full(arena, err);
    if (b->pairs.size == 0)
        b->pairs = sam_vec_of(sizeof(struct sam_pair), PAIRS_MAX);
    if (told.key.len == 0)
        return sam_fail(err, SAM_BAD_INPUT, "a name is missing before \"=\"");
    if (sam_map_get(b->index, told.key, NULL))
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" was set before", SAM_ARG(told.key));
    if (sam_arena_span(arena, told.key, &pair.key, err) != SAM_OK || sam_arena_span(arena, told.value, &pair.value, err) != SAM_OK)
        return err->code;
    if (app_settings_maps[map].check(&pair, err) != SAM_OK)
        return sam_wrap(err, "%.*s", SAM_ARG(told.key));
    enum sam_code code = sam_map_put(b->index, pair.key, (uint32_t)b->pairs.n, err);
    struct sam_pair *place = code == SAM_OK ? sam_vec_add(&b->pairs, arena) : NULL;
    if (code == SAM_OK && !place)
        return sam_arena_full(arena, err);
    if (place)
        *place = pair;
    return code;
}
