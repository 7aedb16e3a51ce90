/*
 * Private to app: the settings, read from one file of lines "name = value" under "[section]". A new setting is one row in
 * settings.c and one field below; the file, its check, its man page and the shipped example are made from the table.
 */
#ifndef SAMTALE_APP_SETTINGS_H
#define SAMTALE_APP_SETTINGS_H

#include "samtale/read.h"

#include "command.h"
#include "samtale/model.h"

/** Where the settings are when no --config is given. */
#define APP_SETTINGS_FILE "/etc/samtaled/samtaled.conf"
/** Where a site's own packs are unless set otherwise. */
#define APP_PACKS_FOLDER "/etc/samtaled/packs"

struct app_list {
    const struct sam_span *items;
    size_t n;
};

/** Sections of pairs that reading does not need itself; the others are enum sam_read_map. */
enum app_map { APP_MAP_ZONES = SAM_READ_MAPS, APP_MAP_SHORT_ABANDONS, APP_MAP_PURPOSES, APP_MAP_PHONE_LINKS, APP_MAPS };

/** All settings, ready to use. Texts end with a NUL and live in the arena they were read into. */
struct app_settings {
    struct sam_span database_connection;
    int64_t ingest_connections, ingest_batch_messages, ingest_batch_bytes, ingest_poll_ms, ingest_sleep_after_ms;
    int64_t limits_message_bytes, limits_file_bytes, limits_backlog_messages, limits_batch_memory_bytes;
    int64_t limits_future_ms;
    struct sam_span score_packs;
    double score_weights[SAM_COMPONENTS];
    int64_t score_components;
    struct sam_span privacy_key_file;
    int64_t privacy_agent_names; /* enum app_agent_names */
    struct sam_span privacy_agent_purpose, privacy_agent_notice;
    int64_t privacy_group_min;
    struct sam_span http_listen;
    int64_t http_connections, http_header_bytes, http_bodies_bytes, http_idle_ms, http_receive_ms, http_send_ms, http_answer_ms,
        http_stop_ms;
    int64_t http_database_connections;
    struct sam_span http_tls_key_file, http_tls_certificate_file;
    bool http_behind_tls;
    struct app_list http_proxies;
    int64_t sign_in_idle_ms, sign_in_life_ms, sign_in_attempts, sign_in_window_ms, sign_in_hash_bytes, sign_in_hash_passes;
    struct sam_span sources_time_zone, sources_country;
    int64_t sources_extension_digits, sources_incomplete_after_ms, sources_phone_link_window_ms;
    struct app_list sources_cdr_columns, sources_cel_columns;
    int64_t limits_turns, limits_turn_bytes, limits_json_depth, limits_json_values, limits_call_ms, limits_exchange_ms;
    struct sam_span numbers_time_zone;
    int64_t numbers_settled_ms;
    int64_t numbers_service_level; /* index into app_service_levels */
    int64_t nightly_at_ms;         /* after midnight */
    bool nightly_verify;
    int64_t retention_dead_letters_ms, retention_transcripts_ms, retention_customers_ms, retention_conversations_ms,
        retention_access_log_ms, retention_agent_states_ms;
    int64_t agents_longest_state_ms;
    double rescore_share, rescore_share_waiting;
    int64_t log_level; /* enum sam_log_level */
    struct sam_span spool_folder, spool_source;
    int64_t spool_settle_ms, spool_rescan_ms, spool_file_bytes, spool_keep_ms;
    struct sam_pairs maps[APP_MAPS];
    struct sam_span queue_log_file, queue_log_source, queue_log_state_file;
    int64_t queue_log_poll_ms, queue_log_quiet_ms, queue_log_linger_ms, queue_log_open_ms;
    struct app_list queue_log_wrap_pauses;
    int64_t queue_log_wrap_within_ms;
};

/** Whether names of agents stand in their conversations. */
enum app_agent_names { APP_NAMES_SHOWN, APP_NAMES_PSEUDONYMS, APP_NAMES_HIDDEN };
/** @return whether single agents may be shown, once the day of notice has come: switched on, with a purpose and that day */
bool app_agents_shown(const struct app_settings *settings);
/** A section whose names are the site's own. */
struct setting_map {
    const char *section;
    const char *example; /* one line of it */
    enum sam_code (*check)(const struct sam_pair *pair, struct sam_err *err);
    const char *help;
};
/** All of them; the first are enum sam_read_map. */
extern const struct setting_map app_settings_maps[APP_MAPS];
/** @return its number, or APP_MAPS when there is no such section */
size_t app_settings_map(struct sam_span section);
/** A section while it is read. Make it zeroed. */
struct map_building {
    struct sam_vec pairs;
    struct sam_map *index;
};
/** Adds one line of such a section. @return SAM_OK; SAM_BAD_INPUT with what is wrong; SAM_NO_MEMORY */
enum sam_code app_settings_map_add(struct sam_arena *arena, size_t map, struct sam_pair pair, struct map_building *b,
                                   struct sam_err *err) SAM_MUST_USE;
/** Reads a limit of [short_abandons]: a duration of at most an hour. */
enum sam_code app_short_abandon(struct sam_span text, int64_t *out_ms, struct sam_err *err) SAM_MUST_USE;

/** Reads a time of [retention_purposes]: a duration, 0 for ever. */
enum sam_code app_purpose_kept(struct sam_span text, int64_t *out_ms, struct sam_err *err) SAM_MUST_USE;

/** Reads YYYY-MM-DD. @param day since 1970 @return SAM_OK, or SAM_BAD_INPUT */
enum sam_code app_day(struct sam_span text, int64_t *day, struct sam_err *err) SAM_MUST_USE;
/** For the table of settings: whether text is empty or a day, YYYY-MM-DD. */
enum sam_code app_date_check(struct sam_span text, struct sam_err *err) SAM_MUST_USE;

/** Variants of the service level, docs/api.md; ends with NULL. */
extern const char *const app_service_levels[];

enum setting_type {
    SETTING_TEXT,     /* struct sam_span */
    SETTING_PATH,     /* struct sam_span, begins with '/' or is empty */
    SETTING_BOOL,     /* bool */
    SETTING_INT,      /* int64_t */
    SETTING_BYTES,    /* int64_t, bytes */
    SETTING_DURATION, /* int64_t, milliseconds */
    SETTING_RATIO,    /* double; "80 %" is 0.8 */
    SETTING_LIST,     /* struct app_list, separated by commas */
    SETTING_ADDRESS,  /* struct sam_span: HOST:PORT, [IPV6]:PORT, *:PORT or unix:/PATH; port 0 takes a free one */
    SETTING_CHOICE    /* int64_t: index into choices plus min */
};

/** One setting: a row of the table. */
struct setting {
    const char *section, *name;
    enum setting_type type;
    size_t at;           /* offset in struct app_settings */
    const char *value;   /* the default, written as in the file */
    double min, max;     /* of numbers, in the type's unit; of a choice: value of its first word */
    const char *unit;    /* of SETTING_INT: what is counted, "messages"; else NULL */
    const char *choices; /* of SETTING_CHOICE: words separated by blanks */
    const char *help;    /* one or more sentences */
    bool restart;        /* a change takes a restart; others are taken over by SIGHUP */
    /** Of a text that another room reads: whether it will. NULL: any text will do. @param text ends with a NUL */
    enum sam_code (*check)(struct sam_span text, struct sam_err *err);
};
/** All settings, those of a section together. */
extern const struct setting app_settings_table[];
extern const size_t app_settings_n;

/** Most problems of one file that are told. */
#define APP_PROBLEMS 50
struct app_problems {
    struct sam_span lines[APP_PROBLEMS]; /* "FILE:LINE: what", in the arena */
    size_t n;                            /* may exceed APP_PROBLEMS: the rest were only counted */
};

/**
 * Fills all settings from the text of a file, the defaults for those it does not name.
 *
 * @param file      its name, for messages
 * @param problems  set in any case; the caller prints them
 * @return SAM_OK; SAM_BAD_INPUT when there are problems (err has the first); SAM_NO_MEMORY
 */
enum sam_code app_settings_parse(struct sam_arena *arena, const char *file, struct sam_span text, struct app_settings *out,
                                 struct app_problems *problems, struct sam_err *err) SAM_MUST_USE;
/**
 * Reads the settings from a file.
 *
 * @param file  NULL: APP_SETTINGS_FILE, and all defaults when there is none
 * @return as app_settings_parse, or SAM_SYSTEM when the file cannot be read, SAM_TOO_LARGE over 1 MiB
 */
enum sam_code app_settings_load(struct sam_arena *arena, const char *file, struct app_settings *out, struct app_problems *problems,
                                struct sam_err *err) SAM_MUST_USE;
/** For commands: as app_settings_load, every problem printed to stderr. @return APP_DONE or APP_FAILED */
enum app_exit app_settings_get(const struct command *self, struct sam_arena *arena, const char *file, struct app_settings *out);
/** Reads one value as its row says into *out. @return SAM_OK, SAM_BAD_INPUT with "must be ...", SAM_NO_MEMORY */
enum sam_code app_setting_value(struct sam_arena *arena, const struct setting *row, struct sam_span text, struct app_settings *out,
                                struct sam_err *err) SAM_MUST_USE;
/** @return whether two settings have the same value in a row */
bool app_setting_same(const struct setting *row, const struct app_settings *a, const struct app_settings *b);
/** Copies a row's value; texts are borrowed. */
void app_setting_copy(const struct setting *row, const struct app_settings *from, struct app_settings *to);
/** Appends what a row's value must be, "duration between 1 ms and 1 h". */
void app_setting_form(struct sam_buf *buf, const struct setting *row);
/** Appends the commented example file. */
void app_settings_show(struct sam_buf *buf);
/** Appends the source (scdoc) of the man page samtaled.conf(5). */
void app_settings_man(struct sam_buf *buf);

#endif
