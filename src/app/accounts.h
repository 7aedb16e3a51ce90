/*
 * Private to app: what the commands about accounts and tokens share: settings, a session as the daemon, the end.
 */
#ifndef SAMTALE_APP_ACCOUNTS_H
#define SAMTALE_APP_ACCOUNTS_H

#include "command.h"
#include "session.h"
#include "settings.h"

/** Most --team or --scope words. */
#define ACCOUNTS_WORDS 100

struct accounts {
    const struct command *self;
    struct sam_arena *arena;
    struct app_settings settings;
    struct app_session session;
};

/** Reads the settings and connects as the daemon. @param config may be NULL @return APP_DONE, or APP_FAILED (stderr says why);
 * accounts_close() in any case */
enum app_exit accounts_open(struct accounts *a, const struct command *self, const char *config);
/** Ends the session. */
void accounts_close(struct accounts *a);
/** Prints the rows of the last call as a table with heads. */
void accounts_print(const struct accounts *a, const char *const *heads, size_t columns);
/** A whole command without words of its own but --config: prints what a statement answers, under heads. */
enum app_exit accounts_list(const struct command *self, int argc, char **argv, const char *statement, const char *const heads[]);

#endif
