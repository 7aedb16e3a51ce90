/*
 * samtaled config check | show | man: the settings file checked, shown and documented, all from the table.
 */
#include "settings.h"

#include <stdio.h>

#define ARENA_BYTES (8U << 20)
#define TEXT_BYTES  (4U << 20)

enum app_exit app_settings_get(const struct command *self, struct sam_arena *arena, const char *file, struct app_settings *out)
{
    struct app_problems problems;
    struct sam_err err;
    if (app_settings_load(arena, file, out, &problems, &err) == SAM_OK)
        return APP_DONE;
    if (problems.n == 0)
        return app_failed(self, &err);
    for (size_t i = 0; i < problems.n && i < APP_PROBLEMS; i++)
        (void)fprintf(stderr, "%.*s\n", (int)problems.lines[i].len, problems.lines[i].at);
    if (problems.n > APP_PROBLEMS)
        (void)fprintf(stderr, "and %zu more\n", problems.n - APP_PROBLEMS);
    return APP_FAILED;
}

enum app_exit command_config_check(const struct command *self, int argc, char **argv)
{
    if (argc > 2)
        return app_usage(self, "one file, please");
    const char *file = argc == 2 ? argv[1] : APP_SETTINGS_FILE;
    struct app_settings settings;
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    enum app_exit exit = app_settings_get(self, arena, file, &settings);
    if (exit == APP_DONE)
        (void)printf("%s: no problems\n", file);
    sam_arena_free(arena);
    return exit;
}

static enum app_exit print(const struct command *self, void (*make)(struct sam_buf *buf))
{
    const struct sam_err err = {.code = SAM_NO_MEMORY, .text = "no memory"};
    struct sam_buf buf = sam_buf_of(TEXT_BYTES);
    make(&buf);
    const bool whole = !buf.failed;
    if (whole)
        (void)fwrite(buf.at, 1, buf.len, stdout);
    sam_buf_free(&buf);
    return whole ? APP_DONE : app_failed(self, &err);
}

enum app_exit command_config_show(const struct command *self, int argc, char **argv)
{
    (void)argc, (void)argv;
    return print(self, app_settings_show);
}

enum app_exit command_config_man(const struct command *self, int argc, char **argv)
{
    (void)argc, (void)argv;
    return print(self, app_settings_man);
}
