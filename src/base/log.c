/*
 * Log: one line, one write(2), to stderr; the journal adds the time. Never text of a turn, never a telephone number.
 */
#include "samtale/base.h"

#include "print.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 2048

static _Atomic int least = SAM_LOG_INFO;

void sam_log_set(enum sam_log_level level)
{
    atomic_store(&least, (int)level);
}

static void write_all(const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDERR_FILENO, at, len);
        if (n < 0 && errno != EINTR)
            return; /* nobody listens: there is nowhere to say so */
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
}

static size_t head(char *line, size_t size, const char *fmt, ...) SAM_PRINTF(3, 4);
static size_t head(char *line, size_t size, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t len = sam_print(line, size, fmt, args);
    va_end(args);
    return len < size ? len : size - 1;
}

void sam_log(enum sam_log_level level, const char *event, const char *fmt, ...)
{
    if ((int)level > atomic_load_explicit(&least, memory_order_relaxed))
        return;
    int error = errno;
    char line[LINE_MAX_BYTES];
    size_t size = sizeof line - 1; /* one byte stays for the line end */
    size_t len = head(line, size, "<%d>%s%s", (int)level, event, fmt[0] ? " " : "");
    va_list args;
    va_start(args, fmt);
    len += sam_print(line + len, size - len, fmt, args);
    va_end(args);
    if (len >= size)
        len = size - 1;
    sam_print_tidy(line, len);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7F)
            line[i] = '?';
    line[len] = '\n';
    write_all(line, len + 1);
    errno = error;
}
