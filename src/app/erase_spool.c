/*
 * The spool's part of an erasure. Files that wait are left to the daemon, since they hold other conversations, too.
 */
#include "erase_spool.h"

#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_BYTES ((size_t)2 << 30)
#define REJECTED   "rejected"

struct search {
    const struct sam_db_rows *ids;
    struct sam_arena *arena; /* of one file */
    int64_t erased;
};

static enum sam_code holds_any(struct search *s, const char *path, bool *holds, struct sam_err *err)
{
    struct sam_span text;
    sam_arena_reset(s->arena);
    enum sam_code code = corpus_file(s->arena, path, &text, err);
    *holds = false;
    for (size_t i = 0; code == SAM_OK && !*holds && i < sam_db_rows_n(s->ids); i++) {
        struct sam_span id = sam_db_get_text(s->ids, i, 0);
        *holds = id.len > 0 && memmem(text.at, text.len, id.at, id.len);
    }
    return code;
}

static enum sam_code erase_file(struct search *s, const char *path, struct sam_err *err)
{
    char reason[4200];
    (void)snprintf(reason, sizeof reason, "%s.reason", path);
    if (unlink(path) != 0)
        return sam_fail(err, SAM_SYSTEM, "cannot delete %s: %s", path, strerror(errno));
    (void)unlink(reason); /* says nothing of the content */
    s->erased++;
    return SAM_OK;
}

/* Whether a folder's entry is a message's file. @param path set to where it is */
static bool is_file(const char *folder, const char *name, char *path, size_t room)
{
    struct stat st;
    size_t len = strlen(name);
    bool note = len > 7 && strcmp(name + len - 7, ".reason") == 0;
    return name[0] != '.' && !note && snprintf(path, room, "%s/%s", folder, name) < (int)room && lstat(path, &st) == 0 &&
           S_ISREG(st.st_mode);
}

/* Looks at the files of one folder; a folder that is not there holds none. */
static enum sam_code look(struct search *s, const char *folder, bool rejected, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    DIR *open = opendir(folder);
    if (!open)
        return errno == ENOENT ? SAM_OK : sam_fail(err, SAM_SYSTEM, "cannot read %s: %s", folder, strerror(errno));
    for (const struct dirent *entry = readdir(open); code == SAM_OK && entry; entry = readdir(open)) { /* NOLINT: one thread */
        char path[4096];
        bool holds = false;
        if (is_file(folder, entry->d_name, path, sizeof path))
            code = holds_any(s, path, &holds, err);
        if (code == SAM_OK && holds && rejected)
            code = erase_file(s, path, err);
        else if (code == SAM_OK && holds)
            (void)fprintf(stderr, "%s waits and holds some of it: the daemon keeps it out when it takes the file\n", path);
    }
    (void)closedir(open);
    return code;
}

/* The folders of sources in the spool. */
static enum sam_code look_below(struct search *s, const char *folder, struct sam_err *err)
{
    enum sam_code code = look(s, folder, false, err);
    DIR *open = code == SAM_OK ? opendir(folder) : NULL;
    for (const struct dirent *entry = open ? readdir(open) : NULL; code == SAM_OK && entry; entry = readdir(open)) { /* NOLINT */
        char path[4096];
        struct stat st;
        bool rejected = strcmp(entry->d_name, REJECTED) == 0;
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, "done") != 0 &&
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            code = look(s, path, rejected, err);
    }
    if (open)
        (void)closedir(open);
    return code;
}

enum sam_code erase_spool(struct sam_span folder, const struct sam_db_rows *ids, int64_t *erased, struct sam_err *err)
{
    struct search s = {.ids = ids};
    *erased = 0;
    if (folder.len == 0)
        return SAM_OK;
    s.arena = sam_arena_new(FILE_BYTES);
    if (!s.arena)
        return sam_fail(err, SAM_NO_MEMORY, "no memory to read the spool");
    enum sam_code code = look_below(&s, folder.at, err);
    sam_arena_free(s.arena);
    if (code == SAM_OK)
        *erased = s.erased;
    return code == SAM_OK ? code : sam_wrap(err, "[spool] folder");
}
