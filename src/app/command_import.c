/*
 * samtaled import: puts the messages of files into the queue's import lane, many in one transaction. What the database refuses is told with
 * file and line and does not hinder the rest; a full queue and a lost connection are waited for. Importing a file twice is harmless.
 */
#include "samtale/loop.h"
#include "samtale/read.h"

#include "corpus.h"
#include "session.h"
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define STDIN_BYTES  ((size_t)1100 << 20)
#define WORK_BYTES   ((size_t)2 << 30)
#define BATCH        200
#define BATCH_BYTES  ((size_t)4 << 20)
#define LANE_IMPORT  1
#define PATIENCE_US  (60 * INT64_C(1000000)) /* for a database that does not answer */
#define PAUSE_MIN_MS 100
#define PAUSE_MAX_MS 2000

/* One run of the command. */
struct import {
    const struct command *self;
    struct app_session session;
    struct sam_arena *work; /* parameters of one batch */
    struct sam_span source, kind;
    const char *file;
    struct sam_span bodies[BATCH];
    uint32_t lines[BATCH];
    size_t n, bytes;
    int64_t imported, refused;
    bool told_full;
};

static void on_time(void *data)
{
    sam_loop_stop(data);
}

/* Lets the loop run for a while: the connection dials anew meanwhile. */
static enum sam_code rest(struct import *import, int64_t pause_ms, struct sam_err *err)
{
    struct sam_timer *timer = sam_timer_new(import->session.loop, on_time, import->session.loop);
    if (!timer)
        return sam_fail(err, SAM_NO_MEMORY, "no memory");
    sam_timer_set(timer, pause_ms);
    sam_loop_run(import->session.loop);
    sam_timer_free(timer);
    return SAM_OK;
}

/* One attempt at messages from..from+n-1 of the batch, all or none. */
static enum sam_code attempt(struct import *import, size_t from, size_t n, struct sam_err *err)
{
    struct sam_span sources[BATCH], kinds[BATCH], types[BATCH];
    sam_arena_reset(import->work);
    for (size_t i = 0; i < n; i++) {
        sources[i] = import->source;
        kinds[i] = import->kind;
        types[i] = SAM_SPAN("");
    }
    const struct sam_db_param params[] = {
        sam_db_int2(LANE_IMPORT),
        sam_db_texts(import->work, sources, n),
        sam_db_texts(import->work, kinds, n),
        sam_db_texts(import->work, types, n),
        sam_db_bytess(import->work, import->bodies + from, n),
    };
    return app_session_call(&import->session, "enqueue_many", params, SAM_COUNT(params), err);
}

/* Tries until it is decided: a full queue is waited for as long as it takes, a database that is away for PATIENCE_US. */
static enum sam_code insist(struct import *import, size_t from, size_t n, struct sam_err *err)
{
    const int64_t began_us = sam_clock_mono_us();
    int64_t pause_ms = PAUSE_MIN_MS;
    for (;;) {
        enum sam_code code = attempt(import, from, n, err);
        const bool full = strcmp(import->session.sqlstate, "SAM01") == 0;
        if (code != SAM_TEMPORARY || (!full && sam_clock_mono_us() - began_us > PATIENCE_US))
            return code;
        if (full && !import->told_full)
            (void)fprintf(stderr, "samtaled import: the queue is full: waiting for the daemon\n");
        import->told_full = import->told_full || full;
        code = rest(import, pause_ms, err);
        if (code != SAM_OK)
            return code;
        pause_ms = pause_ms * 2 < PAUSE_MAX_MS ? pause_ms * 2 : PAUSE_MAX_MS;
    }
}

/* Sends the batch; when it is refused, one by one, so that only what is wrong stays out. */
static enum sam_code flush(struct import *import, struct sam_err *err)
{
    const size_t n = import->n;
    import->n = import->bytes = 0;
    if (!n)
        return SAM_OK;
    enum sam_code code = insist(import, 0, n, err);
    if (code == SAM_OK)
        import->imported += (int64_t)n;
    if (code != SAM_TOO_LARGE && code != SAM_BAD_INPUT)
        return code;
    for (size_t i = 0; i < n; i++) {
        code = insist(import, i, 1, err);
        if (code == SAM_OK) {
            import->imported++;
        } else if (code == SAM_TOO_LARGE || code == SAM_BAD_INPUT) {
            import->refused++;
            (void)fprintf(stderr, "samtaled import: %s:%u: %s\n", import->file, import->lines[i], err->text);
        } else {
            return code;
        }
    }
    return SAM_OK;
}

static enum sam_code import_span(struct import *import, struct sam_span text, struct sam_err *err)
{
    struct sam_read_split split = sam_read_split_of(text);
    struct sam_span message = SAM_NO_SPAN;
    enum sam_code code = SAM_OK;
    while (code == SAM_OK && sam_read_split_next(&split, &message)) {
        if (!message.len)
            continue;
        if (import->n == BATCH || (import->n && import->bytes + message.len > BATCH_BYTES))
            code = flush(import, err);
        import->lines[import->n] = split.line;
        import->bodies[import->n++] = message;
        import->bytes += message.len;
    }
    return code == SAM_OK ? flush(import, err) : code;
}

/* A regular file is mapped, so that its size does not matter; anything else is read whole. */
static enum sam_code import_file(struct import *import, struct sam_err *err)
{
    struct stat about;
    const int fd = strcmp(import->file, "-") == 0 ? STDIN_FILENO : open(import->file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", import->file, strerror(errno));
    if (S_ISREG(about.st_mode) && about.st_size > 0 && lseek(fd, 0, SEEK_CUR) == 0) {
        const size_t size = (size_t)about.st_size;
        void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (fd != STDIN_FILENO)
            close(fd);
        if (at == MAP_FAILED)
            return sam_fail(err, SAM_SYSTEM, "%s: %s", import->file, strerror(errno));
        const enum sam_code code = import_span(import, (struct sam_span){at, size}, err);
        munmap(at, size);
        return code;
    }
    if (fd != STDIN_FILENO)
        close(fd);
    struct sam_arena *arena = sam_arena_new(STDIN_BYTES);
    struct sam_span text = SAM_NO_SPAN;
    enum sam_code code = arena ? corpus_file(arena, import->file, &text, err) : sam_fail(err, SAM_NO_MEMORY, "no memory");
    if (code == SAM_OK)
        code = import_span(import, text, err);
    sam_arena_free(arena);
    return code;
}

static enum app_exit import_all(struct import *import, struct sam_span connection, char *const *files, size_t n)
{
    struct sam_err err;
    enum sam_code code = app_session_open(&import->session, connection, APP_ROLE_DAEMON, &err);
    for (size_t i = 0; i < n && code == SAM_OK; i++) {
        import->file = files[i];
        code = import_file(import, &err);
    }
    app_session_close(&import->session);
    (void)printf("%" PRId64 " messages imported", import->imported);
    (void)printf(import->refused ? ", %" PRId64 " refused\n" : "\n", import->refused);
    if (code != SAM_OK)
        return app_failed(import->self, &err);
    return import->refused ? APP_FAILED : APP_DONE;
}

enum app_exit command_import(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"source", required_argument, NULL, 's'},
                                            {"kind", required_argument, NULL, 'k'},
                                            {NULL, 0, NULL, 0}};
    static struct import import = {.source = {"", 0}, .kind = {"", 0}};
    const char *config = NULL;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'c')
            config = optarg;
        else if (c == 's')
            import.source = sam_span_of(optarg);
        else if (c == 'k')
            import.kind = sam_span_of(optarg);
        else
            return app_usage(self, NULL);
    }
    if (optind == argc)
        return app_usage(self, "a FILE is missing; \"-\" is standard input");
    struct app_settings settings;
    struct sam_arena *arena = sam_arena_new((size_t)4 << 20);
    import.self = self;
    import.work = sam_arena_new(WORK_BYTES);
    enum app_exit exit = arena && import.work ? app_settings_get(self, arena, config, &settings) : APP_FAILED;
    if (exit == APP_DONE)
        exit = import_all(&import, settings.database_connection, argv + optind, (size_t)(argc - optind));
    sam_arena_free(import.work);
    sam_arena_free(arena);
    return exit;
}
