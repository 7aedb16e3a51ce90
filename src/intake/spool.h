/*
 * Private to intake: what the spool's two files share: one file on its way, and the folder.
 */
#ifndef SAMTALE_INTAKE_SPOOL_H
#define SAMTALE_INTAKE_SPOOL_H

#include "feed.h"

#include <sys/types.h>

#define SPOOL_DONE     "done"
#define SPOOL_REJECTED "rejected"

struct spool_file {
    const char *path, *name; /* below the folder; without its source */
    const char *source;      /* NULL: the spool's own */
    ino_t inode;
    int64_t size, mtime_us; /* as it was when it was found */
    uint8_t hash[16];
    bool taken;         /* it was read, or cannot be */
    struct sam_err why; /* code is not SAM_OK: it is rejected */
};

struct spool {
    const struct sam_spool_settings *settings;
    int fd, watch_fd;
    struct sam_arena *names; /* of one round */
    struct spool_file *files;
    size_t files_n;
    struct sam_vec messages;
    int64_t cleaned_us;
};

/** Watches a folder of the spool for what comes. */
void spool_watch(struct spool *spool, const char *source);

/* spool_end.c */
/** Leaves a note of the file in done/ and removes it. @return false when that failed */
bool spool_done(struct spool *spool, const struct spool_file *file);
/** Moves the file to rejected/, its reason beside it. @return false when that failed */
bool spool_reject(struct spool *spool, const struct spool_file *file);
/** Drops notes that are old. */
void spool_clean(struct spool *spool);

#endif
