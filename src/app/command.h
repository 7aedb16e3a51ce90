/*
 * Private to app: what a command is. A new command is one file command_NAME.c, one row in command_table.c and one line below.
 */
#ifndef SAMTALE_APP_COMMAND_H
#define SAMTALE_APP_COMMAND_H

#include "samtale/base.h"

/** Exit codes of the program. */
enum app_exit {
    APP_DONE = 0,
    APP_FAILED = 1, /* the work failed; stderr says why */
    APP_USAGE = 2   /* the words make no command; stderr says why and how it is written */
};

/** One command of the program. */
struct command {
    const char *name; /* one or two words, "score", "config check" */
    const char *args; /* as shown in usage, "[--config FILE] FILE..."; "" when none */
    const char *help; /* one line */
    const char *more; /* lines below the usage in `samtaled NAME --help`, each ended by \n; NULL when the line says it all */
    /** @param argc words from the last of the name on; argv[0] is that word, so that getopt_long reads them as they are */
    enum app_exit (*run)(const struct command *self, int argc, char **argv);
};

/** All commands in the order of --help; the last row has no name. */
extern const struct command app_commands[];

/** Prints "samtaled NAME: formatted" and the usage line to stderr. @param fmt may be NULL: then the usage only @return APP_USAGE */
enum app_exit app_usage(const struct command *self, const char *fmt, ...) SAM_PRINTF(2, 3);
/** Refuses a --kind that is none of message.schema.json's; "" is left to the readers. */
enum app_exit app_kind_check(const struct command *self, struct sam_span kind);
/** A command's arena, before it has begun anything: without the memory for it the program says so and ends. @return never NULL */
struct sam_arena *app_arena(size_t limit);
/** Prints "samtaled NAME: err's text" to stderr. @return APP_FAILED */
enum app_exit app_failed(const struct command *self, const struct sam_err *err);
/** @param name gives the i-th of n names @return the one nearest to word by edit distance, or NULL when none is near */
const char *app_nearest(struct sam_span word, const char *(*name)(const void *data, size_t i), const void *data, size_t n);

/** See command_table.c. */
enum app_exit command_config_check(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_config_show(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_config_man(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_migrate(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_dead_letter_list(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_dead_letter_show(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_dead_letter_replay(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_dead_letter_drop(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_run(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_sample(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_import(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_man(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_completion(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_rescore(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_rescore_list(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_rescore_report(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_rescore_switch(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_rescore_drop(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_read(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_score(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_explain(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_eval(const struct command *self, int argc, char **argv);
enum app_exit command_train(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_pack_check(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_pack_test(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_pack_show(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_user_add(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_user_set(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_user_list(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_token_add(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_token_list(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_token_remove(const struct command *self, int argc, char **argv);
/** See command_table.c. */
enum app_exit command_verify(const struct command *self, int argc, char **argv);
enum app_exit command_nightly(const struct command *self, int argc, char **argv);
enum app_exit command_bi_user_create(const struct command *self, int argc, char **argv);
enum app_exit command_bi_user_revoke(const struct command *self, int argc, char **argv);
enum app_exit command_bi_user_list(const struct command *self, int argc, char **argv);
enum app_exit command_target_set(const struct command *self, int argc, char **argv);
enum app_exit command_target_list(const struct command *self, int argc, char **argv);
enum app_exit command_staffing_set(const struct command *self, int argc, char **argv);
enum app_exit command_staffing_list(const struct command *self, int argc, char **argv);
enum app_exit command_export(const struct command *self, int argc, char **argv);
enum app_exit command_erase(const struct command *self, int argc, char **argv);
enum app_exit command_version(const struct command *self, int argc, char **argv);

#endif
