/*
 * samtaled version: the program's version, alone on a line.
 */
#include "command.h"
#include "samtale/app.h"

#include <stdio.h>

enum app_exit command_version(const struct command *self, int argc, char **argv)
{
    (void)self, (void)argc, (void)argv;
    (void)printf("samtaled %s\n", SAMTALE_VERSION);
    return APP_DONE;
}
