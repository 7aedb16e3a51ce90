/*
 * A secret from the terminal without echo, or from standard input. The terminal is put back as it was also when reading fails or is
 * interrupted: signals that would end the program are read from a descriptor meanwhile.
 */
#include "secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define LINE_BYTES 1024

/* False: a signal came first. @param signals -1: none are waited for */
static bool can_read(int fd, int signals)
{
    struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    while (poll(fds, 2, -1) < 0 && errno == EINTR)
        continue;
    return !(fds[1].revents & POLLIN);
}

/* Up to the line end; without it. */
static enum sam_code read_line(int fd, int signals, struct sam_arena *arena, struct sam_span *out, struct sam_err *err)
{
    char line[LINE_BYTES];
    size_t n = 0;
    bool end = false;
    while (!end) {
        if (!can_read(fd, signals))
            return sam_fail(err, SAM_SYSTEM, "interrupted");
        ssize_t got = n < sizeof line ? read(fd, line + n, 1) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        end = got <= 0 || line[n] == '\n';
        n += got > 0 && line[n] != '\n';
    }
    if (n == sizeof line)
        return sam_fail(err, SAM_BAD_INPUT, "the line is longer than %d bytes", LINE_BYTES - 1);
    if (n > 0 && line[n - 1] == '\r')
        n--;
    if (n == 0)
        return sam_fail(err, SAM_BAD_INPUT, "no password was given");
    return sam_arena_span(arena, (struct sam_span){line, n}, out, err);
}

static enum sam_code ask(int fd, int signals, struct sam_arena *arena, const char *prompt, struct sam_span *out, struct sam_err *err)
{
    if (dprintf(fd, "%s: ", prompt) < 0)
        return sam_fail(err, SAM_SYSTEM, "the terminal cannot be written to");
    enum sam_code code = read_line(fd, signals, arena, out, err);
    (void)dprintf(fd, "\n");
    return code;
}

static enum sam_code ask_twice(int fd, int signals, struct sam_arena *arena, const char *prompt, struct sam_span *out, struct sam_err *err)
{
    struct sam_span first = SAM_NO_SPAN, second = SAM_NO_SPAN;
    if (ask(fd, signals, arena, prompt, &first, err) != SAM_OK || ask(fd, signals, arena, "Again", &second, err) != SAM_OK)
        return err->code;
    if (!sam_span_equal(first, second))
        return sam_fail(err, SAM_BAD_INPUT, "the two passwords differ");
    *out = first;
    return SAM_OK;
}

enum sam_code app_secret_input(struct sam_arena *arena, bool piped, const char *prompt, struct sam_span *out, struct sam_err *err)
{
    struct termios before, quiet;
    sigset_t ends, old;
    if (piped)
        return read_line(STDIN_FILENO, -1, arena, out, err);
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || tcgetattr(fd, &before) != 0) {
        if (fd >= 0)
            close(fd);
        return sam_fail(err, SAM_SYSTEM, "there is no terminal to ask on; pipe the password and say --password-stdin");
    }
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ICANON;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &old);
    int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    tcsetattr(fd, TCSAFLUSH, &quiet);
    enum sam_code code = ask_twice(fd, signals, arena, prompt, out, err);
    tcsetattr(fd, TCSAFLUSH, &before);
    if (signals >= 0)
        close(signals);
    sigprocmask(SIG_SETMASK, &old, NULL); /* a signal that came now ends the program as ever */
    close(fd);
    return code;
}
