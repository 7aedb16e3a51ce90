/*
 * samtaled import: puts the messages of files and folders into the queue's import lane. What cannot be read is told with file and line and
 * does not hinder the rest. Importing a file twice is harmless.
 */
#include "import.h"

#include "rules.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#define WORK_BYTES ((size_t)2 << 30)
#define KEYS_BYTES ((size_t)2 << 30)
#define KEYS_MAX   20000000

static enum app_exit import_all(struct import *import, struct sam_span connection, char *const *files, size_t n)
{
    struct sam_err err;
    enum sam_code code = import_resume_open(import, &err);
    if (code == SAM_OK && !import->dry)
        code = app_session_open(&import->session, connection, APP_ROLE_DAEMON, &err);
    import->began_us = sam_clock_mono_us();
    import->terminal = isatty(STDERR_FILENO) == 1;
    for (size_t i = 0; import->terminal && i < n; i++)
        import->bytes_all += import_measure(files[i]);
    for (size_t i = 0; i < n && code == SAM_OK; i++)
        code = import_path(import, files[i], &err);
    import_clear(import);
    if (!import->dry)
        app_session_close(&import->session);
    if (import->resume_fd >= 0)
        (void)close(import->resume_fd);
    if (code == SAM_OK || import->tally.imported + import->tally.refused > 0)
        import_summary(import);
    if (code != SAM_OK)
        return app_failed(import->self, &err);
    return import->tally.refused ? APP_FAILED : APP_DONE;
}

/* The memory of a run, and its settings. */
static enum app_exit prepare(struct import *import, const struct app_settings *settings, struct sam_arena *arena)
{
    struct sam_err err;
    import->work = app_arena(WORK_BYTES);
    import->reading = app_arena((size_t)settings->limits_batch_memory_bytes);
    import->keys = import->dry ? app_arena(KEYS_BYTES) : NULL;
    import->conversations = import->keys ? sam_map_new(import->keys, KEYS_MAX) : NULL;
    import->text_max = settings->limits_file_bytes;
    return app_reading(settings, arena, &import->settings, &err) == SAM_OK ? APP_DONE : app_failed(import->self, &err);
}

static void forget(struct import *import)
{
    sam_arena_free(import->work);
    sam_arena_free(import->reading);
    sam_arena_free(import->keys);
    sam_arena_free(import->known_arena);
}

enum app_exit command_import(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {"source", required_argument, NULL, 's'},
                                            {"kind", required_argument, NULL, 'k'},   {"dry-run", no_argument, NULL, 'n'},
                                            {"resume", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
    static struct import import = {.source = {"", 0}, .kind = {"", 0}, .resume_fd = -1};
    const char *config = NULL;
    for (int c = getopt_long(argc, argv, "c:n", options, NULL); c != -1; c = getopt_long(argc, argv, "c:n", options, NULL)) {
        if (c == 'c')
            config = optarg;
        else if (c == 's')
            import.source = sam_span_of(optarg);
        else if (c == 'k')
            import.kind = sam_span_of(optarg);
        else if (c == 'n')
            import.dry = true;
        else if (c == 'r')
            import.resume = optarg;
        else
            return app_usage(self, NULL);
    }
    if (optind == argc)
        return app_usage(self, "a FILE or folder is missing; \"-\" is standard input");
    if (app_kind_check(self, import.kind) != APP_DONE)
        return APP_USAGE;
    struct app_settings settings;
    struct sam_arena *arena = app_arena((size_t)16 << 20);
    import.self = self;
    enum app_exit exit = app_settings_get(self, arena, config, &settings);
    if (exit == APP_DONE)
        exit = prepare(&import, &settings, arena);
    if (exit == APP_DONE)
        exit = import_all(&import, settings.database_connection, argv + optind, (size_t)(argc - optind));
    forget(&import);
    sam_arena_free(arena);
    return exit;
}
