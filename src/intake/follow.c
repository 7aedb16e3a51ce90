/*
 * Follow: a queue_log that grows. The file is read to its end again and again; when it was rotated (another file has its name) the old one
 * is read out first. Where to begin after a stop is kept in a small file: the place of the oldest call that was not over, so that some
 * calls are sent twice, which changes nothing, and none is sent in part.
 */
#include "follow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STEP_BYTES  65536
#define ROUND_STEPS 64 /* 4 MiB in one round */
#define STATE_BYTES ((size_t)64 << 20)
#define LINE_BYTES  65536 /* Asterisk writes at most 8191 */

/* ---- the file ----------------------------------------------------------------------------------------------------------------- */

/* Opens a path (or a name in a folder) from an offset. @return whether it is there, and the wanted file when inode is not 0 */
static bool open_at(struct follow *follow, const char *path, ino_t inode, int64_t offset)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool right = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && (inode == 0 || about.st_ino == inode) && offset <= about.st_size &&
                 lseek(fd, offset, SEEK_SET) == offset;
    if (!right) {
        (void)close(fd);
        return false;
    }
    if (follow->fd >= 0)
        (void)close(follow->fd);
    follow->fd = fd;
    follow->at = (struct follow_place){.file = follow->at.file + 1, .inode = about.st_ino, .offset = offset};
    sam_buf_clear(&follow->rest);
    follow->tail_n = 0;
    return true;
}

/* A file beside the log whose name begins with the log's: where rotation put it. */
static bool open_rotated(struct follow *follow, ino_t inode, int64_t offset)
{
    const char *path = follow->settings->path.at, *slash = strrchr(path, '/');
    char folder[4096], beside[4096 + 300];
    bool found = false;
    if (!slash || snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path) >= (int)sizeof folder)
        return false;
    DIR *entries = opendir(folder);
    for (struct dirent *e = entries ? readdir(entries) : NULL; e && !found; e = readdir(entries)) {
        if (e->d_ino != inode || strncmp(e->d_name, slash + 1, strlen(slash + 1)) != 0)
            continue;
        (void)snprintf(beside, sizeof beside, "%s%s", folder, e->d_name);
        found = open_at(follow, beside, inode, offset);
    }
    if (entries)
        (void)closedir(entries);
    return found;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One line of the state's list: the hash of a call's id. */
static void add_skipped(struct follow *follow, struct sam_span line)
{
    uint8_t hash[16];
    bool right = line.len == 2 * sizeof hash;
    for (size_t i = 0; right && i < sizeof hash; i++) {
        int high = hex_value(line.at[2 * i]), low = hex_value(line.at[2 * i + 1]);
        right = high >= 0 && low >= 0;
        hash[i] = (uint8_t)(right ? high << 4 | low : 0);
    }
    if (right)
        sam_buf_add(&follow->skip, hash, sizeof hash);
}

/* All of a small file. */
static bool read_small(const char *path, struct sam_buf *buf)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? 1 : -1;
    while (n > 0) {
        char *room = sam_buf_reserve(buf, STEP_BYTES);
        n = room ? read(fd, room, STEP_BYTES) : -1;
        buf->len += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0)
        (void)close(fd);
    return n == 0;
}

/* Where the last process left off: "INODE OFFSET", then the calls that were over already, one a line. */
static bool read_state(struct follow *follow, ino_t *inode, int64_t *offset)
{
    struct sam_buf buf = sam_buf_of(STATE_BYTES);
    struct sam_span text, line = SAM_NO_SPAN;
    struct sam_err err;
    int64_t number = 0;
    bool right = read_small(follow->settings->state.at, &buf);
    text = sam_buf_get(&buf);
    right = right && sam_span_line(&text, &line);
    const char *blank = right ? memchr(line.at, ' ', line.len) : NULL;
    right = blank && sam_span_int((struct sam_span){line.at, (size_t)(blank - line.at)}, 1, INT64_MAX, &number, &err) == SAM_OK;
    right =
        right && sam_span_int((struct sam_span){blank + 1, (size_t)(line.at + line.len - blank) - 1}, 0, INT64_MAX, offset, &err) == SAM_OK;
    *inode = (ino_t)number;
    while (right && sam_span_line(&text, &line))
        add_skipped(follow, line);
    sam_buf_free(&buf);
    return right;
}

static void write_state(struct follow *follow)
{
    const struct follow_place place = follow_resume(follow);
    const char *path = follow->settings->state.at;
    char temporary[4096];
    if (place.inode == 0 || (place.inode == follow->saved.inode && place.offset == follow->saved.offset) ||
        snprintf(temporary, sizeof temporary, "%s.tmp", path) >= (int)sizeof temporary)
        return;
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct sam_buf buf = sam_buf_of(STATE_BYTES);
    sam_buf_printf(&buf, "%" PRIu64 " %" PRId64 "\n", (uint64_t)place.inode, place.offset);
    follow_gone(follow, &place, &buf);
    bool right = fd >= 0 && !buf.failed && write(fd, buf.at, buf.len) == (ssize_t)buf.len && fsync(fd) == 0;
    sam_buf_free(&buf);
    if (fd >= 0)
        right = close(fd) == 0 && right;
    if (right && rename(temporary, path) == 0)
        follow->saved = place;
    else
        sam_log(SAM_LOG_ERROR, "follow.no_state", "reason=\"%s\"", strerror(errno));
}

static void open_first(struct follow *follow)
{
    ino_t inode = 0;
    int64_t offset = 0;
    const char *path = follow->settings->path.at;
    bool known = follow->at.file == 0 && read_state(follow, &inode, &offset);
    if (known && (open_at(follow, path, inode, offset) || open_rotated(follow, inode, offset)))
        return;
    bool there = open_at(follow, path, 0, 0);
    if (known && there)
        sam_log(SAM_LOG_WARNING, "follow.lost", "reason=\"the log was rotated while the daemon was away, and the old one is gone\"");
    if (!there && !follow->told)
        sam_log(SAM_LOG_WARNING, "follow.waiting", "reason=\"%s\"", strerror(errno));
    follow->told = !there;
}

/* ---- reading -------------------------------------------------------------------------------------------------------------------- */

static void take_lines(struct follow *follow, struct sam_span step)
{
    while (step.len > 0) {
        const char *end = memchr(step.at, '\n', step.len);
        size_t n = end ? (size_t)(end - step.at) : step.len;
        sam_buf_add(&follow->rest, step.at, n);
        follow->at.offset += (int64_t)(n + (end != NULL));
        step = (struct sam_span){step.at + n + (end != NULL), step.len - n - (end != NULL)};
        if (!end)
            break;
        struct follow_place at = follow->at;
        at.offset -= (int64_t)follow->rest.len + 1;
        if (!follow->rest.failed)
            follow_line(follow, sam_span_trim(sam_buf_get(&follow->rest)), &at);
        sam_buf_clear(&follow->rest);
    }
}

/* Remembers the last bytes that were read. */
static void keep_tail(struct follow *follow, struct sam_span step)
{
    if (step.len < sizeof follow->tail) {
        size_t room = sizeof follow->tail - step.len, keep = follow->tail_n < room ? follow->tail_n : room;
        memmove(follow->tail, follow->tail + follow->tail_n - keep, keep);
        memcpy(follow->tail + keep, step.at, step.len);
        follow->tail_n = keep + step.len;
        return;
    }
    memcpy(follow->tail, step.at + step.len - sizeof follow->tail, sizeof follow->tail);
    follow->tail_n = sizeof follow->tail;
}

/* Whether the file was cut and has grown again past where we are. */
static bool written_anew(const struct follow *follow)
{
    char there[sizeof follow->tail];
    ssize_t n = pread(follow->fd, there, follow->tail_n, follow->at.offset - (int64_t)follow->tail_n);
    return n != (ssize_t)follow->tail_n || memcmp(there, follow->tail, follow->tail_n) != 0;
}

/* Reads on. @return whether the end of the file was reached */
static bool read_on(struct follow *follow)
{
    char step[STEP_BYTES];
    for (int i = 0; i < ROUND_STEPS; i++) {
        ssize_t n = read(follow->fd, step, sizeof step);
        if (n <= 0)
            return true;
        take_lines(follow, (struct sam_span){step, (size_t)n});
        keep_tail(follow, (struct sam_span){step, (size_t)n});
    }
    return false;
}

/* At the end of the file: was it rotated, or cut? Then reading goes on in what is there now. @return whether there is more */
static bool next_file(struct follow *follow)
{
    struct stat named, ours;
    const char *path = follow->settings->path.at;
    if (fstat(follow->fd, &ours) != 0 || stat(path, &named) != 0)
        return false;
    if (named.st_ino != ours.st_ino || named.st_dev != ours.st_dev)
        return open_at(follow, path, 0, 0);
    return ours.st_size < follow->at.offset && open_at(follow, path, 0, 0);
}

/* How far behind the log's end reading is. */
static void tell_lag(const struct follow *follow, struct feed_round *round)
{
    struct stat ours;
    int64_t read_to = follow->at.offset - (int64_t)follow->rest.len;
    if (fstat(follow->fd, &ours) == 0 && ours.st_size > read_to)
        round->lag_bytes = ours.st_size - read_to;
    int64_t old_s = sam_clock_wall_us() / 1000000 - follow->newest_s;
    round->lag_s = !follow->caught_up && follow->newest_s > 0 && old_s > 0 ? old_s : 0;
    round->held = (int64_t)follow->held_n;
}

static void gather(void *context, struct feed_round *round)
{
    struct follow *follow = context;
    round->rest_ms = follow->settings->poll_ms;
    if (follow->fd < 0)
        open_first(follow);
    if (follow->fd >= 0 && written_anew(follow) && !open_at(follow, follow->settings->path.at, 0, 0)) {
        (void)close(follow->fd);
        follow->fd = -1;
    }
    if (follow->fd < 0)
        return;
    bool at_end = read_on(follow);
    round->more = !at_end || next_file(follow);
    follow->caught_up = !round->more;
    if (follow->caught_up)
        sam_buf_clear(&follow->skip);
    tell_lag(follow, round);
    follow_ready(follow, round);
}

static void settle(void *context, struct feed_round *round)
{
    struct follow *follow = context;
    for (size_t i = 0; i < round->n; i++) {
        if (round->refused[i].code != SAM_OK)
            sam_log(SAM_LOG_ERROR, "follow.refused", "code=%s reason=\"%s\"", sam_code_name(round->refused[i].code),
                    round->refused[i].text);
    }
    follow_sent(follow);
    write_state(follow);
}

static void follow_free(void *context)
{
    struct follow *follow = context;
    if (follow->fd >= 0)
        (void)close(follow->fd);
    follow_forget(follow);
    sam_buf_free(&follow->rest);
    sam_buf_free(&follow->gone);
    sam_buf_free(&follow->skip);
    sam_free(follow->held);
    sam_free(follow);
}

enum sam_code sam_follow_new(struct sam_loop *loop, const struct sam_db_settings *db, const struct sam_follow_settings *settings,
                             struct sam_feed **out, struct sam_err *err)
{
    static const struct feed_door door = {"queue_log", gather, settle, follow_free};
    struct follow *follow = sam_new(sizeof *follow);
    if (!follow)
        return sam_fail(err, SAM_NO_MEMORY, "no memory to follow a log");
    *follow = (struct follow){.settings = settings,
                              .fd = -1,
                              .rest = sam_buf_of(LINE_BYTES),
                              .gone = sam_buf_of(STATE_BYTES),
                              .skip = sam_buf_of(STATE_BYTES),
                              .held = sam_new(HELD_MAX * sizeof(struct held *))};
    enum sam_code code = follow->held ? SAM_OK : sam_fail(err, SAM_NO_MEMORY, "no memory to follow a log");
    if (code == SAM_OK)
        code = feed_new(loop, db, &door, follow, -1, out, err);
    if (code != SAM_OK)
        follow_free(follow);
    return code;
}
