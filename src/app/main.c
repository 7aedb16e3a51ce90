/*
 * samtaled: the program's entry. Hands the words of the command line to the table of commands; holds no logic.
 */
#include "samtale/app.h"

int main(int argc, char **argv)
{
    return sam_app_main(argc, argv);
}
