/*
 * samtaled read FILE...: shows what the readers make of files, part by part in the canonical form, without a database. Nothing is kept.
 */
#include "corpus.h"
#include "rules.h"

#include "samtale/privacy.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES ((size_t)1 << 30)
#define WORK_BYTES ((size_t)512 << 20)
#define PART_BYTES ((size_t)64 << 20)

#define SETTINGS_BYTES ((size_t)256 << 20)

struct reading {
    struct sam_read_settings settings;
    struct sam_span kind;
    bool unmasked;
    const char *file;
    struct sam_mask mask;
    size_t refused;
};

/** Masks a part unless told not to, and prints it. */
static enum sam_code show(const struct reading *r, struct sam_part *part, struct sam_arena *work, struct sam_err *err)
{
    struct sam_buf line = sam_buf_of(PART_BYTES);
    enum sam_code code = r->unmasked ? SAM_OK : sam_mask_part(&r->mask, part, work, err);
    if (code == SAM_OK) {
        sam_part_write(part, &line);
        sam_buf_text(&line, "\n");
        if (line.failed)
            code = sam_fail(err, SAM_TOO_LARGE, "%s: a part is larger than %zu bytes", r->file, PART_BYTES);
        else if (fwrite(line.at, 1, line.len, stdout) != line.len)
            code = sam_fail(err, SAM_SYSTEM, "cannot write the result");
    }
    sam_buf_free(&line);
    return code;
}

static void tell(struct reading *r, uint32_t line, const char *why)
{
    (void)fprintf(stderr, "%s:%u: %s\n", r->file, line, why);
    r->refused++;
}

static enum sam_code read_message(struct reading *r, struct sam_span message, uint32_t line, struct sam_arena *work, struct sam_err *err)
{
    const char *slash = strrchr(r->file, '/');
    struct sam_read_input input = {.kind = r->kind, .name = sam_span_of(slash ? slash + 1 : r->file), .body = message};
    struct sam_read_result result;
    struct sam_err why;
    enum sam_code code = sam_read(&r->settings, &input, work, &result, &why);
    if (code == SAM_NO_MEMORY)
        return sam_fail(err, code, "%s:%u: %s", r->file, line, why.text);
    if (code != SAM_OK) {
        tell(r, line, why.text);
        return SAM_OK;
    }
    for (size_t i = 0; i < result.refusals_n && i < SAM_REFUSALS; i++)
        tell(r, line + result.refusals[i].line - 1, result.refusals[i].err.text);
    for (size_t i = 0; i < result.parts_n && code == SAM_OK; i++)
        code = show(r, &result.parts[i], work, err);
    return code;
}

static enum sam_code read_file(struct reading *r, struct sam_arena *files, struct sam_arena *work, struct sam_err *err)
{
    struct sam_span file, message;
    enum sam_code code = corpus_file(files, r->file, &file, err);
    struct sam_read_split split = sam_read_split_of(code == SAM_OK ? file : SAM_NO_SPAN);
    while (code == SAM_OK && sam_read_split_next(&split, &message)) {
        sam_arena_reset(work);
        code = read_message(r, message, split.line, work, err);
    }
    if (code == SAM_OK && split.line == 0)
        tell(r, 1, "empty: nothing but blanks");
    return code;
}

static enum app_exit run(const struct command *self, struct reading *r, char *const *names, size_t n)
{
    struct sam_err err = {.code = SAM_OK};
    struct sam_arena *files = app_arena(FILE_BYTES), *work = app_arena(WORK_BYTES);
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < n && code == SAM_OK; i++) {
        sam_arena_reset(files);
        r->file = names[i];
        code = read_file(r, files, work, &err);
    }
    sam_arena_free(work);
    sam_arena_free(files);
    if (code != SAM_OK)
        return app_failed(self, &err);
    return r->refused == 0 ? APP_DONE : APP_FAILED;
}

enum app_exit command_read(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"source", required_argument, NULL, 's'},
                                            {"kind", required_argument, NULL, 'k'},
                                            {"unmasked", no_argument, NULL, 'u'},
                                            {NULL, 0, NULL, 0}};
    static const uint8_t no_key[SAM_MASK_KEY_BYTES] = {0};
    struct reading r = {.mask = sam_mask_of(no_key)};
    struct sam_span source = SAM_SPAN("file");
    const char *config = NULL;
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 's')
            source = sam_span_of(optarg);
        else if (c == 'c')
            config = optarg;
        else if (c == 'k')
            r.kind = sam_span_of(optarg);
        else if (c == 'u')
            r.unmasked = true;
        else
            return app_usage(self, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
    }
    if (optind == argc)
        return app_usage(self, "which file?");
    if (app_kind_check(self, r.kind) != APP_DONE)
        return APP_USAGE;
    struct app_rules rules;
    struct sam_arena *arena = app_arena(SETTINGS_BYTES);
    enum app_exit exit = app_rules_get(self, arena, config, &rules);
    r.settings = rules.read;
    r.settings.source = source;
    if (exit == APP_DONE)
        exit = run(self, &r, argv + optind, (size_t)(argc - optind));
    sam_arena_free(arena);
    return exit;
}
