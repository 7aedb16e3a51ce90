/*
 * A site's own packs: the files of one folder, in the order of their names, so that 10-words.pack comes before 20-more.pack on every
 * machine. What editors and package managers leave beside them (hidden files, FILE~, FILE.dpkg-old) is not read.
 */
#include "rules.h"

#include "corpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 200

static bool is_pack(const char *name)
{
    static const char *const ends[] = {".pack", ".txt", ".model"};
    const char *dot = strrchr(name, '.');
    bool wanted = false;
    for (size_t i = 0; i < SAM_COUNT(ends); i++)
        wanted = wanted || (dot && strcmp(dot, ends[i]) == 0);
    return wanted && name[0] != '.';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct sam_pack_source *)a)->name, ((const struct sam_pack_source *)b)->name);
}

/* The paths of the folder's files, without their texts. */
static enum sam_code list(struct sam_arena *arena, DIR *folder, struct sam_span path, struct sam_vec *out, struct sam_err *err)
{
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) { /* NOLINT: no other thread has this folder */
        struct sam_span name;
        if (!is_pack(entry->d_name))
            continue;
        struct sam_pack_source *source = out->n < FILES_MAX ? sam_vec_add(out, arena) : NULL;
        if (!source)
            return sam_fail(err, SAM_BAD_INPUT, "%.*s holds more than %d files", SAM_ARG(path), FILES_MAX);
        if (sam_arena_printf(arena, &name, err, "%.*s/%s", SAM_ARG(path), entry->d_name) != SAM_OK)
            return err->code;
        source->name = name.at;
    }
    return SAM_OK;
}

static enum sam_code read_all(struct sam_arena *arena, DIR *folder, struct sam_span path, struct sam_vec *out, struct sam_err *err)
{
    enum sam_code code = list(arena, folder, path, out, err);
    struct sam_pack_source *sources = out->at;
    if (code == SAM_OK && out->n > 1)
        qsort(sources, out->n, sizeof *sources, by_name);
    for (size_t i = 0; code == SAM_OK && i < out->n; i++)
        code = corpus_file(arena, sources[i].name, &sources[i].text, err);
    return code;
}

enum sam_code app_pack_folder(struct sam_arena *arena, struct sam_span folder, const struct sam_pack_source **out, size_t *out_n,
                              struct sam_err *err)
{
    struct sam_vec sources = sam_vec_of(sizeof(struct sam_pack_source), FILES_MAX);
    DIR *open = folder.len > 0 ? opendir(folder.at) : NULL;
    bool absent = folder.len == 0 || (!open && errno == ENOENT && sam_span_is(folder, APP_PACKS_FOLDER));
    enum sam_code code = SAM_OK;
    if (open)
        code = read_all(arena, open, folder, &sources, err);
    else if (!absent)
        code = sam_fail(err, SAM_SYSTEM, "cannot read the folder %.*s: %s", SAM_ARG(folder), strerror(errno));
    if (open)
        (void)closedir(open);
    if (code != SAM_OK)
        return sam_wrap(err, "[score] packs");
    *out = sources.at;
    *out_n = sources.n;
    return SAM_OK;
}
