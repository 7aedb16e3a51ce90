/*
 * Import, files: folders with all that is in them, gzip of any size (unpacked into a temporary file), and a file as its messages. Names
 * that begin with a dot are passed over in folders; symbolic links to folders are not followed.
 */
#include "import.h"

#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define STDIN_BYTES  ((size_t)1100 << 20)
#define PIECES_BYTES ((size_t)16 << 30)
#define PIECE_BYTES  ((size_t)1 << 20)
#define DEPTH_MAX    64
#define GZIP_STEP    65536
#define NAMES_BYTES  ((size_t)4 << 30)
#define NAMES_MAX    50000000

/* ---- messages of a text -------------------------------------------------------------------------------------------- */

/* Reads a message to see what it is; one that cannot be read stays out. */
static enum sam_code take(struct import *import, struct sam_span message, uint32_t line, struct sam_err *err)
{
    const struct sam_read_input input = {
        .source = import->source, .kind = import->kind, .content_type = import->file.type, .body = message};
    struct sam_read_result result;
    struct sam_err why;
    sam_arena_reset(import->reading);
    enum sam_code code = sam_read(&import->settings, &input, import->reading, &result, &why);
    if (code == SAM_OK) {
        import_count(import, &result);
        for (size_t i = 0; i < result.refusals_n && i < SAM_REFUSALS; i++)
            import_refuse(import, line + result.refusals[i].line - 1, result.refusals[i].err.text);
        return import_add(import, message, line, err);
    }
    import->file.done++;
    import_refuse(import, line, why.text);
    return SAM_OK;
}

/* A message that this file had done before is passed over. */
static bool done_before(struct import *import)
{
    if (import->file.done >= import->file.skip)
        return false;
    import->file.done++;
    import->tally.skipped++;
    return true;
}

/* A queue_log that is larger than a message: in pieces that cut no call in two. @return SAM_NONE when it is none */
static enum sam_code import_log(struct import *import, struct sam_span text, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(PIECES_BYTES);
    struct sam_span *pieces = NULL;
    size_t n = 0, offset = 0;
    enum sam_code code = arena ? sam_read_log_split(&import->settings, text, PIECE_BYTES, arena, &pieces, &n, err)
                               : sam_fail(err, SAM_NO_MEMORY, "no memory");
    for (size_t i = 0; code == SAM_OK && i < n; i++) {
        offset += pieces[i].len;
        if (!done_before(import))
            code = take(import, pieces[i], 1, err);
        import_progress(import, offset);
    }
    if (code == SAM_OK)
        code = import_flush(import, err);
    sam_arena_free(arena);
    return code;
}

static enum sam_code import_text(struct import *import, struct sam_span text, struct sam_err *err)
{
    struct sam_read_split split = sam_read_split_of(text);
    struct sam_span message = SAM_NO_SPAN;
    enum sam_code code = SAM_NONE;
    import->file.text_len = text.len;
    if (text.len > PIECE_BYTES)
        code = import_log(import, text, err);
    if (code != SAM_NONE)
        return code;
    code = SAM_OK;
    while (code == SAM_OK && sam_read_split_next(&split, &message)) {
        if (message.len > 0 && !done_before(import))
            code = take(import, message, split.line, err);
        import_progress(import, (size_t)(split.rest.at ? split.rest.at - text.at : 0));
    }
    return code == SAM_OK ? import_flush(import, err) : code;
}

/* ---- opening --------------------------------------------------------------------------------------------------------- */

/* Maps size bytes of an open file and imports them. */
static enum sam_code import_mapped(struct import *import, int fd, size_t size, struct sam_err *err)
{
    if (size == 0)
        return SAM_OK;
    void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", import->file.path, strerror(errno));
    const enum sam_code code = import_text(import, (struct sam_span){at, size}, err);
    munmap(at, size);
    return code;
}

static int temporary(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    if (snprintf(path, sizeof path, "%s/samtaled-import-XXXXXX", folder && folder[0] ? folder : "/tmp") >= (int)sizeof path)
        return -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

/* Unpacks all of the gzip file into fd. A damaged end is told; what stood before it is kept. @return bytes, -1 when it cannot go on */
static int64_t unpack(struct import *import, gzFile in, int fd, struct sam_err *err)
{
    static char step[GZIP_STEP];
    int64_t total = 0;
    for (;;) {
        int got = gzread(in, step, sizeof step), state = Z_OK;
        if (got <= 0) {
            const char *why = gzerror(in, &state);
            if (got < 0 || (state != Z_OK && state != Z_STREAM_END))
                import_refuse(import, 1, state == Z_BUF_ERROR ? "gzip: it ends in the middle; what could be unpacked is imported" : why);
            return total;
        }
        total += got;
        if (total > import->text_max) {
            (void)sam_fail(err, SAM_TOO_LARGE, "more than %lld bytes inside, see [limits] file_bytes", (long long)import->text_max);
            return -1;
        }
        if (write(fd, step, (size_t)got) != got) {
            (void)sam_fail(err, SAM_SYSTEM, "cannot unpack it: %s", strerror(errno));
            return -1;
        }
    }
}

static enum sam_code import_gzip(struct import *import, int fd, struct sam_err *err)
{
    int copy = dup(fd), out = temporary();
    gzFile in = copy >= 0 ? gzdopen(copy, "rb") : NULL;
    struct sam_err why;
    enum sam_code code = SAM_OK;
    if (!in || out < 0) {
        code = sam_fail(err, SAM_SYSTEM, "%s: no place to unpack it: %s", import->file.path, strerror(errno));
    } else {
        int64_t size = unpack(import, in, out, &why);
        if (size < 0)
            import_refuse(import, 1, why.text);
        else
            code = import_mapped(import, out, (size_t)size, err);
    }
    if (in)
        (void)gzclose(in);
    else if (copy >= 0)
        (void)close(copy);
    if (out >= 0)
        (void)close(out);
    return code;
}

static enum sam_code import_stream(struct import *import, struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(STDIN_BYTES);
    struct sam_span text = SAM_NO_SPAN;
    enum sam_code code = arena ? corpus_file(arena, import->file.path, &text, err) : sam_fail(err, SAM_NO_MEMORY, "no memory");
    if (code == SAM_OK)
        code = import_text(import, text, err);
    sam_arena_free(arena);
    return code;
}

static enum sam_code import_open(struct import *import, int fd, const struct stat *about, struct sam_err *err)
{
    unsigned char magic[2] = {0, 0};
    if (!S_ISREG(about->st_mode) || lseek(fd, 0, SEEK_CUR) != 0)
        return import_stream(import, err);
    bool gzip = pread(fd, magic, 2, 0) == 2 && magic[0] == 0x1F && magic[1] == 0x8B;
    return gzip ? import_gzip(import, fd, err) : import_mapped(import, fd, (size_t)about->st_size, err);
}

/* What is kept of the file for this run: its name, and how far it was done. @return whether anything is left to do */
static bool begin(struct import *import, const char *path, const struct stat *about, struct sam_buf *type)
{
    const char *slash = strrchr(path, '/');
    struct sam_span name = strcmp(path, "-") == 0 ? SAM_NO_SPAN : sam_span_of(slash ? slash + 1 : path);
    sam_buf_clear(type);
    sam_media_type_write(type, SAM_NO_SPAN, sam_utf8_valid(name) ? name : SAM_NO_SPAN);
    import->file = (struct import_file){.path = path,
                                        .type = name.len > 0 ? sam_buf_get(type) : SAM_SPAN(""),
                                        .size = about->st_size,
                                        .mtime_us = about->st_mtim.tv_sec * INT64_C(1000000) + about->st_mtim.tv_nsec / 1000};
    import->file.skip = S_ISREG(about->st_mode) ? import_resume_done(import) : 0;
    import->tally.skipped += import->file.skip < 0;
    return import->file.skip >= 0;
}

static enum sam_code import_file(struct import *import, const char *path, struct sam_err *err)
{
    struct stat about;
    struct sam_buf type = sam_buf_of(8192);
    const int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", path, strerror(errno));
    enum sam_code code = SAM_OK;
    if (begin(import, path, &about, &type)) {
        code = import_open(import, fd, &about, err);
        if (code == SAM_OK)
            code = import_resume_keep(import, true, err);
    }
    import->bytes_before += import->file.size;
    if (fd != STDIN_FILENO)
        close(fd);
    sam_buf_free(&type);
    return code;
}

/* ---- folders --------------------------------------------------------------------------------------------------------- */

/* What is done with each file of a tree. */
typedef enum sam_code visit_function(void *context, const char *path, struct sam_err *err);

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, sorted. */
static enum sam_code names_in(const char *path, struct sam_arena *arena, struct sam_vec *names, struct sam_err *err)
{
    DIR *folder = opendir(path);
    enum sam_code code = SAM_OK;
    if (!folder)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", path, strerror(errno));
    for (struct dirent *entry = readdir(folder); entry && code == SAM_OK; entry = readdir(folder)) {
        struct sam_span name;
        if (entry->d_name[0] == '.')
            continue;
        code = sam_arena_printf(arena, &name, err, "%s/%s", path, entry->d_name);
        const char **place = code == SAM_OK ? sam_vec_add(names, arena) : NULL;
        if (place)
            *place = name.at;
        else if (code == SAM_OK)
            code = sam_arena_full(arena, err);
    }
    (void)closedir(folder);
    if (code == SAM_OK && names->n > 0)
        qsort(names->at, names->n, sizeof(char *), by_name);
    return code;
}

static enum sam_code walk(const char *path, int depth, visit_function *visit, void *context, struct sam_err *err);

static enum sam_code walk_folder(const char *path, int depth, visit_function *visit, void *context, struct sam_err *err)
{
    struct sam_vec names = sam_vec_of(sizeof(char *), NAMES_MAX);
    if (depth >= DEPTH_MAX)
        return sam_fail(err, SAM_TOO_LARGE, "%s: more than %d folders inside each other", path, DEPTH_MAX);
    struct sam_arena *arena = sam_arena_new(NAMES_BYTES);
    enum sam_code code = arena ? names_in(path, arena, &names, err) : sam_fail(err, SAM_NO_MEMORY, "no memory");
    for (size_t i = 0; code == SAM_OK && i < names.n; i++)
        code = walk(((const char **)names.at)[i], depth + 1, visit, context, err);
    sam_arena_free(arena);
    return code;
}

static enum sam_code walk(const char *path, int depth, visit_function *visit, void *context, struct sam_err *err)
{
    struct stat about;
    if (strcmp(path, "-") == 0)
        return visit(context, path, err);
    if ((depth > 0 ? lstat(path, &about) : stat(path, &about)) != 0)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", path, strerror(errno));
    if (S_ISDIR(about.st_mode))
        return walk_folder(path, depth, visit, context, err);
    return depth == 0 || S_ISREG(about.st_mode) ? visit(context, path, err) : SAM_OK;
}

static enum sam_code visit_import(void *context, const char *path, struct sam_err *err)
{
    return import_file(context, path, err);
}

static enum sam_code visit_measure(void *context, const char *path, struct sam_err *err)
{
    struct stat about;
    (void)err;
    if (stat(path, &about) == 0)
        *(int64_t *)context += about.st_size;
    return SAM_OK;
}

enum sam_code import_path(struct import *import, const char *path, struct sam_err *err)
{
    return walk(path, 0, visit_import, import, err);
}

int64_t import_measure(const char *path)
{
    struct sam_err ignored;
    int64_t bytes = 0;
    return walk(path, 0, visit_measure, &bytes, &ignored) == SAM_OK ? bytes : 0;
}
