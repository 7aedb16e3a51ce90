/*
 * App: finds the command in the table and runs it; prints help from the table. Holds no work of its own.
 */
#include "samtale/app.h"

#include "command.h"

#include "samtale/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void usage_line(FILE *out, const struct command *c)
{
    (void)fprintf(out, "usage: samtaled %s%s%s\n", c->name, c->args[0] ? " " : "", c->args);
}

enum app_exit app_usage(const struct command *self, const char *fmt, ...)
{
    if (fmt) {
        va_list args;
        va_start(args, fmt);
        (void)fprintf(stderr, "samtaled %s: ", self->name);
        (void)vfprintf(stderr, fmt, args);
        (void)fputc('\n', stderr);
        va_end(args);
    }
    usage_line(stderr, self);
    return APP_USAGE;
}

enum app_exit app_kind_check(const struct command *self, struct sam_span kind)
{
    enum sam_kind found;
    if (kind.len == 0 || sam_kind_find(kind, &found))
        return APP_DONE;
    return app_usage(self, "--kind: \"%.*s\" is none of conversation, record, transcript, survey, outcome", SAM_ARG(kind));
}

struct sam_arena *app_arena(size_t limit)
{
    struct sam_arena *arena = sam_arena_new(limit);
    if (arena)
        return arena;
    (void)fputs("samtaled: no memory\n", stderr);
    exit(APP_FAILED);
}

enum app_exit app_failed(const struct command *self, const struct sam_err *err)
{
    (void)fprintf(stderr, "samtaled %s: %s\n", self->name, err->text);
    return APP_FAILED;
}

static const char *command_name(const void *data, size_t i)
{
    (void)data;
    return app_commands[i].name;
}

static size_t command_count(void)
{
    size_t n = 0;
    while (app_commands[n].name)
        n++;
    return n;
}

static void help(FILE *out)
{
    (void)fprintf(out,
                  "samtaled %s: scores service conversations through the efficiency lens and the opportunity lens\n\n"
                  "usage: samtaled COMMAND [ARGUMENT...]\n\n",
                  SAMTALE_VERSION);
    int width = 0;
    for (const struct command *c = app_commands; c->name; c++)
        width = (int)strlen(c->name) > width ? (int)strlen(c->name) : width;
    for (const struct command *c = app_commands; c->name; c++)
        (void)fprintf(out, "  %-*s  %s\n", width, c->name, c->help);
    (void)fprintf(
        out, "\n\"samtaled COMMAND --help\" tells more of one. Settings: samtaled.conf(5). Exit code: 0 done, 1 failed, 2 wrong usage.\n");
}

static enum app_exit command_help(const struct command *c)
{
    usage_line(stdout, c);
    (void)printf("\n%s\n%s%s", c->help, c->more ? "\n" : "", c->more ? c->more : "");
    return APP_DONE;
}

/* Whether the words begin with the command's name. Returns how many words that took, else 0. */
static int words_matched(const char *name, int argc, char **argv)
{
    struct sam_span rest = sam_span_of(name);
    for (int i = 0; i < argc; i++) {
        size_t len = strlen(argv[i]);
        if (!sam_span_starts(rest, argv[i]) || len == 0)
            return 0;
        if (len == rest.len)
            return i + 1;
        if (rest.at[len] != ' ')
            return 0;
        rest = (struct sam_span){rest.at + len + 1, rest.len - len - 1};
    }
    return 0;
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* Says what is not known and what is near: one word, or two where commands of two words begin with the first. */
static enum app_exit unknown(int argc, char **argv)
{
    char words[80] = "";
    size_t n = command_count();
    bool family = false;
    for (size_t i = 0; i < n; i++) {
        struct sam_span name = sam_span_of(app_commands[i].name);
        family = family || (sam_span_starts(name, argv[0]) && name.at[strlen(argv[0])] == ' ');
    }
    (void)snprintf(words, sizeof words, "%s%s%s", argv[0], family && argc > 1 ? " " : "", family && argc > 1 ? argv[1] : "");
    const char *near = app_nearest(sam_span_of(words), command_name, NULL, n);
    (void)fprintf(stderr, "samtaled: there is no command \"%s\"", words);
    if (near)
        (void)fprintf(stderr, "; did you mean \"%s\"?\n", near);
    else
        (void)fprintf(stderr, "; \"samtaled --help\" lists them\n");
    return APP_USAGE;
}

static enum app_exit run(int argc, char **argv)
{
    for (const struct command *c = app_commands; c->name; c++) {
        int words = words_matched(c->name, argc, argv);
        if (words == 0)
            continue;
        if (asks_help(argc - words, argv + words))
            return command_help(c);
        if (c->args[0] == '\0' && argc > words)
            return app_usage(c, "takes no argument, but \"%s\" was given", argv[words]);
        return c->run(c, argc - words + 1, argv + words - 1);
    }
    return unknown(argc, argv);
}

int sam_app_main(int argc, char **argv)
{
    enum app_exit code = APP_DONE;
    if (argc < 2) {
        help(stderr);
        return APP_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)
        help(stdout);
    else if (strcmp(argv[1], "--version") == 0)
        (void)printf("samtaled %s\n", SAMTALE_VERSION);
    else
        code = run(argc - 1, argv + 1);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == APP_DONE) {
        (void)fprintf(stderr, "samtaled: cannot write the result\n");
        return APP_FAILED;
    }
    return (int)code;
}
