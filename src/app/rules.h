/*
 * Private to app: what reading and scoring go by, made of the settings: the limits and assumptions of reading with the zone loaded, the
 * weights of scoring, the site's own packs. The daemon, its reload and every command that reads files make them here.
 */
#ifndef SAMTALE_APP_RULES_H
#define SAMTALE_APP_RULES_H

#include "samtale/read.h"
#include "samtale/score.h"

#include "settings.h"

struct app_rules {
    struct sam_read_settings read;
    struct sam_score_settings score;
    const struct sam_pack_source *packs; /* the site's own */
    size_t packs_n;
    struct sam_pairs short_abandons; /* queue -> wait, where the configuration has one */
    struct sam_pairs phone_links;    /* source -> the one whose conversations its own belong to, by the customer's number and the time */
};

/**
 * The reader's settings: limits, the zone of times without one, the country of telephone numbers, messages coming now.
 * @param out  its zone lives in the arena
 * @return SAM_OK; SAM_BAD_INPUT when the zone is none; SAM_SYSTEM, SAM_NO_MEMORY
 */
enum sam_code app_reading(const struct app_settings *settings, struct sam_arena *arena, struct sam_read_settings *out,
                          struct sam_err *err) SAM_MUST_USE;
/**
 * Makes the rules; reads the zone's file and the folder of packs, but does not compile them.
 * @param out  lives in the arena and borrows from the settings
 * @return SAM_OK; SAM_BAD_INPUT when a zone or weight is none or the folder holds too much; SAM_SYSTEM when the folder cannot be read;
 * SAM_NO_MEMORY
 */
enum sam_code app_rules_of(const struct app_settings *settings, struct sam_arena *arena, struct app_rules *out,
                           struct sam_err *err) SAM_MUST_USE;
/** For commands: the settings of a file (NULL: the usual one) made into rules; what is wrong is told on stderr.
 * @return APP_DONE or APP_FAILED */
enum app_exit app_rules_get(const struct command *self, struct sam_arena *arena, const char *file, struct app_rules *out);
/** Reads a folder of packs: *.pack, *.txt and *.model in the order of their names. @param name of the setting, for messages */
enum sam_code app_pack_folder(struct sam_arena *arena, struct sam_span folder, const struct sam_pack_source **out, size_t *out_n,
                              struct sam_err *err) SAM_MUST_USE;

/** For the table of settings: whether text is empty or a time zone of this machine. */
enum sam_code app_zone_check(struct sam_span text, struct sam_err *err) SAM_MUST_USE;
/** Likewise, one whose days begin and end with half hours: figures are kept by half hours of UTC. */
enum sam_code app_day_zone_check(struct sam_span text, struct sam_err *err) SAM_MUST_USE;
/** For the table of settings: whether text is empty or two capital letters. */
enum sam_code app_country_check(struct sam_span text, struct sam_err *err) SAM_MUST_USE;

#endif
