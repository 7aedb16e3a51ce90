/*
 * samtaled version: the program's version, alone on a line.
 */
#include "command.h"
#include "samtale/app.h"

#include <stdio.h>

enum app_exit command_version(const struct command *self, int argc, char **argv)
{
    if (argc > 1)
        return app_usage(self, "takes no argument, but \"%s\" was given", argv[1]);
    (void)printf("samtaled %s\n", SAMTALE_VERSION);
    return APP_DONE;
}
