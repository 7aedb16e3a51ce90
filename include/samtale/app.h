/**
 * @file
 * App: the command line, the settings and the wiring of all rooms. Only app knows which room comes after which.
 */
#ifndef SAMTALE_APP_H
#define SAMTALE_APP_H

/** The program's version, shown by `samtaled version`, --help, /metrics and the pkg-config file. */
#define SAMTALE_VERSION "0.1.0"

/**
 * Runs the command that the words name. Results go to stdout, reasons to stderr.
 *
 * @param argc  number of words, as main got them
 * @param argv  the words; argv[0] is the program
 * @return the process's exit code: 0 done; 1 the work failed and stderr says why; 2 the words make no command
 */
int sam_app_main(int argc, char **argv);

#endif
