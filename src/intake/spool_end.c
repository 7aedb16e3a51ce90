/*
 * Spool, the end of a file: a note in done/ (hash, size, time and name, never content), or the file itself in rejected/ with its reason
 * beside it. What is written is on the disk before the file is gone.
 */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void hex_of(const uint8_t hash[16], char out[33])
{
    for (int i = 0; i < 16; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", (unsigned)hash[i]);
}

/* Writes a small file below the folder so that it is there whole or not at all. */
static bool write_file(const struct spool *spool, const char *path, const char *text)
{
    char temporary[4096];
    const char *slash = strrchr(path, '/');
    if (snprintf(temporary, sizeof temporary, "%.*s/.%s.tmp", (int)(slash - path), path, slash + 1) >= (int)sizeof temporary)
        return false;
    int fd = openat(spool->fd, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return false;
    size_t len = strlen(text);
    bool right = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
    right = close(fd) == 0 && right;
    right = right && renameat(spool->fd, temporary, spool->fd, path) == 0;
    if (!right)
        (void)unlinkat(spool->fd, temporary, 0);
    return right;
}

static void sync_folder(const struct spool *spool, const char *name)
{
    int fd = openat(spool->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

static void time_text(char out[32])
{
    struct tm tm;
    time_t s = (time_t)(sam_clock_wall_us() / 1000000);
    if (!gmtime_r(&s, &tm) || strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        out[0] = '\0';
}

/* "FOLDER/[SOURCE-]NAME.HASH": two files of one name do not meet. What is too long for a file system's 255 bytes, with ".reason" and the
 * temporary name around it, is cut. */
static bool place_of(const char *folder, const struct spool_file *file, const char *end, char *out, size_t room)
{
    char hash[33];
    hex_of(file->hash, hash);
    int n = snprintf(out, room, "%s/%.40s%s%.180s.%.8s%s", folder, file->source ? file->source : "", file->source ? "-" : "", file->name,
                     hash, end);
    return n > 0 && n < (int)room;
}

bool spool_done(struct spool *spool, const struct spool_file *file)
{
    char path[4096], text[8192], hash[33], at[32];
    hex_of(file->hash, hash);
    time_text(at);
    (void)snprintf(text, sizeof text, "%s  %s\n%" PRId64 " bytes, %s\n", hash, file->path, file->size,
                   at); /* first line: as b2sum -l 128 */
    if (!place_of(SPOOL_DONE, file, "", path, sizeof path) || !write_file(spool, path, text))
        return false;
    sync_folder(spool, SPOOL_DONE);
    if (unlinkat(spool->fd, file->path, 0) != 0)
        return false;
    sam_log(SAM_LOG_INFO, "spool.taken", "bytes=%" PRId64 " hash=%s", file->size, hash);
    return true;
}

bool spool_reject(struct spool *spool, const struct spool_file *file)
{
    char path[4096], reason[4096], text[2048], at[32];
    time_text(at);
    (void)snprintf(text, sizeof text, "%s\n%s\n", file->why.text, at);
    if (!place_of(SPOOL_REJECTED, file, "", path, sizeof path) || !place_of(SPOOL_REJECTED, file, ".reason", reason, sizeof reason) ||
        !write_file(spool, reason, text))
        return false;
    sync_folder(spool, SPOOL_REJECTED);
    if (renameat(spool->fd, file->path, spool->fd, path) != 0)
        return false;
    sam_log(SAM_LOG_WARNING, "spool.rejected", "bytes=%" PRId64 " code=%s reason=\"%s\"", file->size, sam_code_name(file->why.code),
            file->why.text);
    return true;
}

void spool_clean(struct spool *spool)
{
    int fd = openat(spool->fd, SPOOL_DONE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    if (!folder) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    int64_t before_us = sam_clock_wall_us() - spool->settings->keep_ms * 1000;
    for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        struct stat about;
        if (fstatat(fd, e->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode) &&
            about.st_mtim.tv_sec * INT64_C(1000000) < before_us)
            (void)unlinkat(fd, e->d_name, 0);
    }
    (void)closedir(folder);
}
