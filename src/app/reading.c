/*
 * The settings of reading: limits and assumptions about sources. The zone's file is read here, since the reader itself opens no file.
 */
#include "reading.h"

#include "corpus.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ZONES "/usr/share/zoneinfo/"

/* @param section of the setting that names the zone */
static enum sam_code zone_of(const char *section, struct sam_span name, struct sam_arena *arena, const struct sam_zone **out,
                             struct sam_err *err)
{
    char path[300];
    struct sam_span file;
    bool fits = snprintf(path, sizeof path, ZONES "%.*s", (int)name.len, name.at) < (int)sizeof path;
    if (name.len == 0 || !fits || memmem(name.at, name.len, "..", 2) || name.at[0] == '/' || access(path, R_OK) != 0)
        return sam_fail(err, SAM_BAD_INPUT, "[%s] time_zone: %.*s is no time zone of this machine (see " ZONES ")", section, SAM_ARG(name));
    enum sam_code code = corpus_file(arena, path, &file, err);
    if (code == SAM_OK)
        code = sam_zone_read(arena, file, out, err);
    return code == SAM_OK ? code : sam_wrap(err, "[%s] time_zone", section);
}

static bool country_fits(struct sam_span country)
{
    for (size_t i = 0; i < country.len; i++) {
        if (country.at[i] < 'A' || country.at[i] > 'Z')
            return false;
    }
    return country.len == 0 || country.len == 2;
}

enum sam_code app_reading(const struct app_settings *settings, struct sam_arena *arena, struct sam_read_settings *out, struct sam_err *err)
{
    struct sam_read_settings read = sam_read_defaults();
    read.body_max = (size_t)settings->limits_message_bytes;
    read.text_max = (size_t)settings->limits_turn_bytes;
    read.turns_max = (uint32_t)settings->limits_turns;
    read.json_depth = (uint32_t)settings->limits_json_depth;
    read.duration_max_ms = settings->limits_call_ms;
    read.exchange_max_ms = settings->limits_exchange_ms;
    read.country = settings->sources_country;
    if (!country_fits(read.country))
        return sam_fail(err, SAM_BAD_INPUT, "[sources] country: \"%.*s\" is no country; two capital letters, \"DK\"",
                        SAM_ARG(read.country));
    bool own = settings->sources_time_zone.len > 0;
    enum sam_code code =
        zone_of(own ? "sources" : "numbers", own ? settings->sources_time_zone : settings->numbers_time_zone, arena, &read.zone, err);
    if (code == SAM_OK)
        *out = read;
    return code;
}
