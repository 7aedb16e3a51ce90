/*
 * Spool: files that others put into a folder become messages. Gathered and settled on a thread; only names, sizes and times tell a file
 * from another one, so that whatever changes under our hands is looked at again and never removed.
 */
#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX     200
#define ROUND_BYTES   ((size_t)8 << 20)
#define NAMES_MAX     1000000
#define NAMES_BYTES   ((size_t)1 << 30)
#define SOURCES_MAX   256
#define CLEAN_EACH_US (3600 * INT64_C(1000000))

/* ---- reading a file ------------------------------------------------------------------------------------------------------- */

static int64_t mtime_us(const struct stat *about)
{
    return about->st_mtim.tv_sec * INT64_C(1000000) + about->st_mtim.tv_nsec / 1000;
}

static bool same_file(const struct spool_file *file, const struct stat *about)
{
    return about->st_ino == file->inode && about->st_size == file->size && mtime_us(about) == file->mtime_us;
}

/* All bytes of an open file. @return false when it changed meanwhile or cannot be read */
static bool read_all(int fd, struct spool_file *file, struct sam_arena *arena, struct sam_span *out)
{
    struct stat after;
    char *at = sam_arena_alloc(arena, (size_t)file->size + 1);
    size_t n = 0;
    while (at && n < (size_t)file->size) {
        ssize_t got = read(fd, at + n, (size_t)file->size - n);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            return false;
        n += got > 0 ? (size_t)got : 0;
    }
    *out = (struct sam_span){at, n};
    return at && fstat(fd, &after) == 0 && same_file(file, &after);
}

static enum sam_code add_messages(struct feed_round *round, struct spool *spool, struct sam_span body, struct spool_file *file,
                                  struct sam_err *err)
{
    struct sam_spool_cut cut = {NULL, 0};
    struct sam_buf type = sam_buf_of(8192);
    sam_buf_text(&type, "application/octet-stream; name=\"");
    for (const char *c = file->name; *c; c++) {
        if (*c == '"' || *c == '\\')
            sam_buf_add(&type, "\\", 1);
        sam_buf_add(&type, (unsigned char)*c < 0x20 || *c == 0x7F ? "_" : c, 1);
    }
    sam_buf_text(&type, "\"");
    struct sam_span kept = SAM_SPAN("");
    enum sam_code code = SAM_OK;
    if (sam_utf8_valid(sam_buf_get(&type)))
        code = sam_arena_span(round->arena, sam_buf_get(&type), &kept, err);
    sam_buf_free(&type);
    struct sam_span source = file->source ? sam_span_of(file->source) : spool->settings->source;
    if (code == SAM_OK)
        code = spool->settings->cut(spool->settings->context, source, kept, body, round->arena, &cut, err);
    for (size_t i = 0; code == SAM_OK && i < cut.n; i++) {
        struct feed_message *m = sam_vec_add(&spool->messages, round->arena);
        if (!m)
            return sam_arena_full(round->arena, err);
        *m = (struct feed_message){.source = source, .content_type = kept, .body = cut.messages[i], .owner = (size_t)(file - spool->files)};
    }
    return code;
}

/* Reads one file and cuts it. What is wrong with it is kept in file->why. */
static void take(struct spool *spool, struct feed_round *round, struct spool_file *file)
{
    struct stat about;
    struct sam_span body = SAM_NO_SPAN;
    size_t before = spool->messages.n;
    int fd = openat(spool->fd, file->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    file->taken = false;
    if (fd < 0 || fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || !same_file(file, &about)) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    enum sam_code code = SAM_OK;
    if (file->size == 0)
        code = sam_fail(&file->why, SAM_BAD_INPUT, "empty: nothing in it");
    else if (file->size > spool->settings->file_bytes)
        code = sam_fail(&file->why, SAM_TOO_LARGE, "%lld bytes, the limit is %lld: see [spool] file_bytes, or use samtaled import",
                        (long long)file->size, (long long)spool->settings->file_bytes);
    else if (!read_all(fd, file, round->arena, &body))
        code = SAM_NONE;
    else
        sam_hash128(&body, 1, file->hash);
    (void)close(fd);
    if (code == SAM_OK)
        code = add_messages(round, spool, body, file, &file->why);
    file->taken = code != SAM_NONE;
    if (code == SAM_OK)
        return;
    spool->messages.n = before;
    file->why.code = code;
}

/* ---- looking into the folders ------------------------------------------------------------------------------------------------ */

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

static bool passed_over(const char *name)
{
    return name[0] == '.' || ends_with(name, ".tmp") || ends_with(name, ".part");
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct spool_file *)a)->path, ((const struct spool_file *)b)->path);
}

/* Notes a regular file that has not changed for a while; a younger one says when to come again. */
static void note(struct spool *spool, struct feed_round *round, struct sam_vec *found, const char *source, const char *name)
{
    struct stat about;
    struct sam_span path;
    struct sam_err err;
    if (sam_arena_printf(spool->names, &path, &err, "%s%s%s", source ? source : "", source ? "/" : "", name) != SAM_OK ||
        fstatat(spool->fd, path.at, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
        return;
    int64_t age_us = sam_clock_wall_us() - mtime_us(&about), settle_us = spool->settings->settle_ms * 1000;
    if (age_us < settle_us && age_us > -settle_us) { /* further in the future: a clock that is wrong is no reason to wait for it */
        int64_t wait_ms = (settle_us - age_us) / 1000 + 1;
        round->rest_ms = wait_ms < round->rest_ms ? wait_ms : round->rest_ms;
        return;
    }
    struct spool_file *file = sam_vec_add(found, spool->names);
    if (file)
        *file = (struct spool_file){.path = path.at,
                                    .name = source ? path.at + strlen(source) + 1 : path.at,
                                    .source = source,
                                    .inode = about.st_ino,
                                    .size = about.st_size,
                                    .mtime_us = mtime_us(&about)};
}

/* Looks into a folder: the spool itself (source NULL), whose folders are sources, or one of these. */
static void look(struct spool *spool, struct feed_round *round, struct sam_vec *found, const char *source)
{
    int fd = openat(spool->fd, source ? source : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    const char *sources[SOURCES_MAX];
    size_t sources_n = 0;
    if (!folder) {
        if (fd >= 0)
            (void)close(fd);
        return;
    }
    for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
        struct stat about;
        struct sam_span name;
        struct sam_err err;
        if (passed_over(e->d_name))
            continue;
        bool is_folder = !source && fstatat(spool->fd, e->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
        bool ours = strcmp(e->d_name, SPOOL_DONE) == 0 || strcmp(e->d_name, SPOOL_REJECTED) == 0;
        if (!is_folder)
            note(spool, round, found, source, e->d_name);
        else if (!ours && sources_n < SOURCES_MAX && sam_arena_span(spool->names, sam_span_of(e->d_name), &name, &err) == SAM_OK)
            sources[sources_n++] = name.at;
    }
    (void)closedir(folder);
    for (size_t i = 0; i < sources_n; i++) {
        spool_watch(spool, sources[i]);
        look(spool, round, found, sources[i]);
    }
}

static void gather(void *context, struct feed_round *round)
{
    struct spool *spool = context;
    struct sam_vec found = sam_vec_of(sizeof(struct spool_file), NAMES_MAX);
    size_t bytes = 0;
    sam_arena_reset(spool->names);
    round->rest_ms = spool->settings->rescan_ms;
    look(spool, round, &found, NULL);
    if (found.n > 0)
        qsort(found.at, found.n, sizeof(struct spool_file), by_path);
    spool->files = found.at;
    spool->messages = sam_vec_of(sizeof(struct feed_message), NAMES_MAX);
    for (spool->files_n = 0; spool->files_n < found.n && spool->files_n < FILES_MAX; spool->files_n++) {
        struct spool_file *file = &spool->files[spool->files_n];
        if (spool->files_n > 0 && bytes + (size_t)file->size > ROUND_BYTES)
            break;
        take(spool, round, file);
        bytes += file->taken ? (size_t)file->size : 0;
    }
    round->more = spool->files_n < found.n;
    round->waiting_files = (int64_t)(found.n - spool->files_n);
    round->messages = spool->messages.at;
    round->n = spool->messages.n;
}

/* ---- settling -------------------------------------------------------------------------------------------------------------- */

static void settle(void *context, struct feed_round *round)
{
    struct spool *spool = context;
    for (size_t i = 0; i < round->n; i++) {
        struct spool_file *file = &spool->files[round->messages[i].owner];
        if (round->refused[i].code != SAM_OK && file->why.code == SAM_OK)
            file->why = round->refused[i];
    }
    size_t left = 0;
    for (size_t i = 0; i < spool->files_n; i++) {
        struct stat about;
        struct spool_file *file = &spool->files[i];
        bool there = file->taken && fstatat(spool->fd, file->path, &about, AT_SYMLINK_NOFOLLOW) == 0 && same_file(file, &about);
        bool well = file->why.code == SAM_OK;
        if (!there)
            continue;
        if (!(well ? spool_done(spool, file) : spool_reject(spool, file)))
            left++;
        else if (well)
            round->files++;
        else
            round->rejected++;
    }
    round->waiting_files += (int64_t)left;
    if (left > 0) { /* what cannot be moved would come again and again */
        round->more = false;
        sam_log(SAM_LOG_ERROR, "spool.stuck", "files=%zu reason=\"cannot write to done/ or rejected/, or remove files\"", left);
    }
    if (sam_clock_mono_us() - spool->cleaned_us > CLEAN_EACH_US) {
        spool_clean(spool);
        spool->cleaned_us = sam_clock_mono_us();
    }
}

/* ---- opening and closing ------------------------------------------------------------------------------------------------------ */

static void spool_free(void *context)
{
    struct spool *spool = context;
    if (spool->fd >= 0)
        (void)close(spool->fd);
    sam_arena_free(spool->names);
    sam_free(spool);
}

void spool_watch(struct spool *spool, const char *source)
{
    char path[4096];
    if (spool->watch_fd < 0 || snprintf(path, sizeof path, "%s/%s", spool->settings->folder.at, source) >= (int)sizeof path)
        return;
    (void)inotify_add_watch(spool->watch_fd, path, IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_ONLYDIR);
}

static enum sam_code open_folders(struct spool *spool, struct sam_err *err)
{
    const char *folder = spool->settings->folder.at;
    if (mkdir(folder, 0750) != 0 && errno != EEXIST)
        return sam_fail(err, SAM_SYSTEM, "[spool] folder: cannot make %s: %s", folder, strerror(errno));
    spool->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (spool->fd < 0)
        return sam_fail(err, SAM_SYSTEM, "[spool] folder: %s: %s", folder, strerror(errno));
    if ((mkdirat(spool->fd, SPOOL_DONE, 0750) != 0 && errno != EEXIST) ||
        (mkdirat(spool->fd, SPOOL_REJECTED, 0750) != 0 && errno != EEXIST))
        return sam_fail(err, SAM_SYSTEM, "[spool] folder: cannot make folders in %s: %s", folder, strerror(errno));
    return SAM_OK;
}

enum sam_code sam_spool_new(struct sam_loop *loop, const struct sam_db_settings *db, const struct sam_spool_settings *settings,
                            struct sam_feed **out, struct sam_err *err)
{
    static const struct feed_door door = {"spool", gather, settle, spool_free};
    struct spool *spool = sam_new(sizeof *spool);
    if (!spool)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the spool");
    *spool = (struct spool){.settings = settings, .fd = -1, .names = sam_arena_new(NAMES_BYTES), .cleaned_us = INT64_MIN / 2};
    enum sam_code code = spool->names ? open_folders(spool, err) : sam_fail(err, SAM_NO_MEMORY, "no memory for the spool");
    spool->watch_fd = code == SAM_OK ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1; /* without it files are found by looking */
    if (code == SAM_OK)
        spool_watch(spool, ".");
    if (code == SAM_OK)
        code = feed_new(loop, db, &door, spool, spool->watch_fd, out, err);
    if (code != SAM_OK) {
        if (spool->watch_fd >= 0)
            (void)close(spool->watch_fd);
        spool_free(spool);
    }
    return code;
}
