/*
 * The table of commands: what `samtaled --help` and the man page print and what app.c runs.
 */
#include "command.h"

const struct command app_commands[] = {
    {"version", "", "prints the program's version", NULL, command_version},
    {NULL, NULL, NULL, NULL, NULL},
};
