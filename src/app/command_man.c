/*
 * samtaled man, samtaled completion: the manual page samtaled(1) (scdoc source) and the completion for bash, both from the table of
 * commands.
 */
#include "command.h"
#include "settings.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Prints text with the characters escaped that scdoc would take for markup. */
static void put_scdoc(const char *text)
{
    for (; *text; text++) {
        if (strchr("\\*_<>#~`[", *text))
            (void)putchar('\\');
        (void)putchar(*text);
    }
}

/* The lines of help below a command: as they are, since they stand in columns. */
static void put_more(const char *more)
{
    struct sam_span rest = sam_span_of(more), line;
    (void)printf("\n```\n");
    while (sam_span_line(&rest, &line))
        (void)printf("%.*s\n", (int)line.len, line.at);
    (void)printf("```\n");
}

enum app_exit command_man(const struct command *self, int argc, char **argv)
{
    (void)self, (void)argc, (void)argv;
    (void)printf("samtaled(1)\n\n# NAME\n\nsamtaled - scores service conversations through the efficiency lens and the opportunity lens\n\n"
                 "# SYNOPSIS\n\n*samtaled* _COMMAND_ \\[_ARGUMENT_...\\]\n\n# DESCRIPTION\n\n"
                 "*samtaled run* is the daemon: it takes call records and transcripts from its queue in PostgreSQL, scores every "
                 "conversation, stores "
                 "the results and serves dashboards and an HTTP API. The other commands work beside it or without it.\n\n# COMMANDS\n");
    for (const struct command *c = app_commands; c->name; c++) {
        (void)printf("\n## %s\n\n*samtaled %s* ", c->name, c->name);
        put_scdoc(c->args);
        (void)printf("\n\n%c", toupper((unsigned char)c->help[0]));
        put_scdoc(c->help + 1);
        (void)printf(".\n");
        if (c->more)
            put_more(c->more);
    }
    (void)printf("\n# FILES\n\n*" APP_SETTINGS_FILE "*\n\tThe settings, see *samtaled.conf*(5).\n\n"
                 "# EXIT STATUS\n\n0 done; 1 the work failed and the standard error says why; 2 the words make no command.\n\n"
                 "# SIGNALS\n\n*SIGTERM*, *SIGINT*\n\tThe daemon finishes what it has begun and ends.\n\n"
                 "# SEE ALSO\n\n*samtaled.conf*(5), *psql*(1)\n");
    return APP_DONE;
}

/* Prints the --options in a usage line, each followed by a blank. */
static void put_options(const char *args)
{
    for (const char *at = strstr(args, "--"); at; at = strstr(at + 2, "--"))
        (void)printf("%.*s ", (int)strcspn(at, " ]|="), at);
}

enum app_exit command_completion(const struct command *self, int argc, char **argv)
{
    (void)self, (void)argc, (void)argv;
    (void)printf("# bash completion for samtaled; made by \"samtaled completion\".\n_samtaled()\n{\n"
                 "    local word=${COMP_WORDS[COMP_CWORD]} words='' files=''\n    case \"${COMP_WORDS[*]:1:COMP_CWORD-1}\" in\n");
    for (const struct command *c = app_commands; c->name; c++) {
        (void)printf("        \"%s\"*) words='--help ", c->name);
        put_options(c->args);
        (void)printf("'%s ;;\n", strstr(c->args, "FILE") ? " files=1" : "");
    }
    for (const struct command *c = app_commands; c->name; c++) {
        const char *blank = strchr(c->name, ' ');
        const size_t head = blank ? (size_t)(blank - c->name) : 0;
        if (!blank || (c > app_commands && strncmp(c[-1].name, c->name, head + 1) == 0))
            continue;
        (void)printf("        %.*s) words='", (int)head, c->name);
        for (const struct command *d = c; d->name && strncmp(d->name, c->name, head + 1) == 0; d++)
            (void)printf("%s ", d->name + head + 1);
        (void)printf("' ;;\n");
    }
    (void)printf("        '') words='--help --version ");
    for (const struct command *c = app_commands; c->name; c++)
        if (c == app_commands || strncmp(c[-1].name, c->name, strcspn(c->name, " ") + 1) != 0)
            (void)printf("%.*s ", (int)strcspn(c->name, " "), c->name);
    (void)printf("' ;;\n    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                 "    [ -z \"$files\" ] || [[ $word == -* ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$word\")\n}\n"
                 "complete -o filenames -F _samtaled samtaled\n");
    return APP_DONE;
}
