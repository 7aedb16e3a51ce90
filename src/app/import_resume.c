/*
 * Import, resuming: a file with one line each time messages were committed, "messages<TAB>size<TAB>mtime<TAB>path" ("all" for messages: the
 * whole file is done). The last line of a path counts, as long as the file there is the same one.
 */
#include "import.h"

#include "corpus.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KNOWN_BYTES ((size_t)1 << 30)
#define FILES_MAX   10000000

/* What is known of one path. */
struct known {
    int64_t done, size, mtime_us; /* done is -1: all */
};

static bool cut(struct sam_span *rest, struct sam_span *field)
{
    const char *tab = rest->len > 0 ? memchr(rest->at, '\t', rest->len) : NULL;
    if (!tab)
        return false;
    *field = (struct sam_span){rest->at, (size_t)(tab - rest->at)};
    *rest = (struct sam_span){tab + 1, rest->len - field->len - 1};
    return true;
}

/* A line that is none (one that a crash cut) is passed over: then a little is imported again. */
static enum sam_code learn(struct import *import, struct sam_span line, struct sam_err *err)
{
    struct sam_span done, size, mtime;
    struct known k = {.done = -1};
    struct sam_err why;
    uint32_t at = 0;
    if (!cut(&line, &done) || !cut(&line, &size) || !cut(&line, &mtime) || line.len == 0)
        return SAM_OK;
    bool right = sam_span_is(done, "all") || sam_span_int(done, 0, INT64_MAX, &k.done, &why) == SAM_OK;
    right = right && sam_span_int(size, 0, INT64_MAX, &k.size, &why) == SAM_OK;
    right = right && sam_span_int(mtime, INT64_MIN, INT64_MAX, &k.mtime_us, &why) == SAM_OK;
    if (!right)
        return SAM_OK;
    if (!sam_map_get(import->known, line, &at)) {
        at = (uint32_t)import->known_done.n;
        if (!sam_vec_add(&import->known_done, import->known_arena))
            return sam_arena_full(import->known_arena, err);
        enum sam_code code = sam_map_put(import->known, line, at, err);
        if (code != SAM_OK)
            return code;
    }
    ((struct known *)import->known_done.at)[at] = k;
    return SAM_OK;
}

enum sam_code import_resume_open(struct import *import, struct sam_err *err)
{
    struct sam_span text = SAM_NO_SPAN, line;
    import->resume_fd = -1;
    if (!import->resume)
        return SAM_OK;
    import->known_arena = sam_arena_new(KNOWN_BYTES);
    import->known = import->known_arena ? sam_map_new(import->known_arena, FILES_MAX) : NULL;
    import->known_done = sam_vec_of(sizeof(struct known), FILES_MAX);
    if (!import->known)
        return sam_fail(err, SAM_NO_MEMORY, "no memory");
    import->resume_fd = open(import->resume, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (import->resume_fd < 0)
        return sam_fail(err, SAM_SYSTEM, "%s: %s", import->resume, strerror(errno));
    enum sam_code code = corpus_file(import->known_arena, import->resume, &text, err);
    while (code == SAM_OK && sam_span_line(&text, &line))
        code = learn(import, line, err);
    return code;
}

int64_t import_resume_done(const struct import *import)
{
    uint32_t at = 0;
    if (!import->known || !sam_map_get(import->known, sam_span_of(import->file.path), &at))
        return 0;
    const struct known *k = &((const struct known *)import->known_done.at)[at];
    return k->size == import->file.size && k->mtime_us == import->file.mtime_us ? k->done : 0;
}

enum sam_code import_resume_keep(struct import *import, bool all, struct sam_err *err)
{
    if (import->resume_fd < 0 || import->dry || strchr(import->file.path, '\n'))
        return SAM_OK;
    char done[24];
    (void)snprintf(done, sizeof done, "%" PRId64, import->file.done);
    int wrote = dprintf(import->resume_fd, "%s\t%" PRId64 "\t%" PRId64 "\t%s\n", all ? "all" : done, import->file.size,
                        import->file.mtime_us, import->file.path);
    return wrote > 0 ? SAM_OK : sam_fail(err, SAM_SYSTEM, "%s: %s", import->resume, strerror(errno));
}
