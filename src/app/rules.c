/*
 * The rules of reading and scoring out of the settings. The zone's file is read here, since the reader itself opens no file.
 */
#include "rules.h"

#include "corpus.h"

#include "samtale/loop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ZONES        "/usr/share/zoneinfo/"
#define ZONE_BYTES   ((size_t)1 << 20)
#define HALF_HOUR_S  1800
#define FIGURES_FROM INT64_C(946684800) /* 2000-01-01: what a zone did before plays no role for days that are asked for */

/* ---- zones and countries ------------------------------------------------------------------------------------------------ */

static enum sam_code zone_read(struct sam_span name, struct sam_arena *arena, const struct sam_zone **out, struct sam_err *err)
{
    char path[300];
    struct sam_span file;
    bool fits = snprintf(path, sizeof path, ZONES "%.*s", (int)name.len, name.at) < (int)sizeof path;
    if (name.len == 0 || !fits || memmem(name.at, name.len, "..", 2) || name.at[0] == '/' || access(path, R_OK) != 0)
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is no time zone of this machine (see " ZONES ")", SAM_ARG(name));
    enum sam_code code = corpus_file(arena, path, &file, err);
    return code == SAM_OK ? sam_zone_read(arena, file, out, err) : code;
}

/* @param half_hours whether its days must begin with a half hour */
static enum sam_code zone_check(struct sam_span name, bool half_hours, struct sam_err *err)
{
    const struct sam_zone *zone = NULL;
    struct sam_arena *arena = sam_arena_new(ZONE_BYTES);
    if (!arena)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a time zone");
    enum sam_code code = zone_read(name, arena, &zone, err);
    if (code == SAM_OK && half_hours && !sam_zone_in_steps(zone, FIGURES_FROM, HALF_HOUR_S))
        code =
            sam_fail(err, SAM_BAD_INPUT,
                     "\"%.*s\" is not whole half hours from UTC: figures are kept by half hours, so that its days would begin within one",
                     SAM_ARG(name));
    sam_arena_free(arena);
    return code;
}

enum sam_code app_zone_check(struct sam_span text, struct sam_err *err)
{
    return text.len == 0 ? SAM_OK : zone_check(text, false, err);
}

enum sam_code app_day_zone_check(struct sam_span text, struct sam_err *err)
{
    return zone_check(text, true, err);
}

enum sam_code app_country_check(struct sam_span text, struct sam_err *err)
{
    bool fits = text.len == 0 || text.len == 2;
    for (size_t i = 0; i < text.len; i++)
        fits = fits && text.at[i] >= 'A' && text.at[i] <= 'Z';
    return fits ? SAM_OK : sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is no country: two capital letters, \"DK\"", SAM_ARG(text));
}

/* ---- rules -------------------------------------------------------------------------------------------------------------- */

/* The zones of sources that have one of their own. */
static enum sam_code source_zones(const struct sam_pairs *pairs, struct sam_arena *arena, struct sam_read_settings *out,
                                  struct sam_err *err)
{
    struct sam_source_zone *zones = sam_arena_array(arena, pairs->n, sizeof *zones);
    enum sam_code code = SAM_OK;
    if (!zones)
        return sam_arena_full(arena, err);
    for (size_t i = 0; code == SAM_OK && i < pairs->n; i++) {
        zones[i].source = pairs->at[i].key;
        code = zone_read(pairs->at[i].value, arena, &zones[i].zone, err);
    }
    out->zones = zones;
    out->zones_n = pairs->n;
    return code == SAM_OK ? code : sam_wrap(err, "[time_zones]");
}

enum sam_code app_reading(const struct app_settings *settings, struct sam_arena *arena, struct sam_read_settings *out, struct sam_err *err)
{
    struct sam_read_settings read = sam_read_defaults();
    read.body_max = (size_t)settings->limits_message_bytes;
    read.text_max = (size_t)settings->limits_turn_bytes;
    read.turns_max = (uint32_t)settings->limits_turns;
    read.json_depth = (uint32_t)settings->limits_json_depth;
    read.json_nodes = (uint32_t)settings->limits_json_values;
    read.duration_max_ms = settings->limits_call_ms;
    read.exchange_max_ms = settings->limits_exchange_ms;
    read.future_max_ms = settings->limits_future_ms;
    read.country = settings->sources_country;
    bool own = settings->sources_time_zone.len > 0;
    if (zone_read(own ? settings->sources_time_zone : settings->numbers_time_zone, arena, &read.zone, err) != SAM_OK)
        return sam_wrap(err, "[%s] time_zone", own ? "sources" : "numbers");
    read.now_us = sam_clock_wall_us();
    memcpy(read.maps, settings->maps, sizeof read.maps);
    read.wrap_pauses = settings->queue_log_wrap_pauses.items;
    read.wrap_pauses_n = settings->queue_log_wrap_pauses.n;
    read.wrap_within_ms = settings->queue_log_wrap_within_ms;
    read.extension_digits = (uint32_t)settings->sources_extension_digits;
    read.cdr_columns = (struct sam_read_columns){settings->sources_cdr_columns.items, settings->sources_cdr_columns.n};
    read.cel_columns = (struct sam_read_columns){settings->sources_cel_columns.items, settings->sources_cel_columns.n};
    enum sam_code code = source_zones(&settings->maps[APP_MAP_ZONES], arena, &read, err);
    if (code == SAM_OK)
        *out = read;
    return code;
}

enum sam_code app_rules_of(const struct app_settings *settings, struct sam_arena *arena, struct app_rules *out, struct sam_err *err)
{
    struct app_rules rules = {.score = {.components_min = (int)settings->score_components}};
    memcpy(rules.score.weights, settings->score_weights, sizeof rules.score.weights);
    enum sam_code code = app_reading(settings, arena, &rules.read, err);
    if (code == SAM_OK)
        code = app_pack_folder(arena, settings->score_packs, &rules.packs, &rules.packs_n, err);
    rules.short_abandons = settings->maps[APP_MAP_SHORT_ABANDONS];
    rules.phone_links = settings->maps[APP_MAP_PHONE_LINKS];
    for (size_t i = 0; code == SAM_OK && i < rules.phone_links.n; i++)
        if (sam_map_get(rules.phone_links.index, rules.phone_links.at[i].value, NULL))
            code = sam_fail(err, SAM_BAD_INPUT, "[phone_links] %.*s: belongs to another source itself",
                            SAM_ARG(rules.phone_links.at[i].value));
    if (code == SAM_OK)
        *out = rules;
    return code;
}

enum app_exit app_rules_get(const struct command *self, struct sam_arena *arena, const char *file, struct app_rules *out)
{
    struct app_settings settings;
    struct sam_err err;
    enum app_exit exit = app_settings_get(self, arena, file, &settings);
    if (exit == APP_DONE && app_rules_of(&settings, arena, out, &err) != SAM_OK)
        exit = app_failed(self, &err);
    return exit;
}
