/*
 * Notify: one datagram to the socket that systemd names in NOTIFY_SOCKET. A failure is nobody's concern.
 */
#include "notify.h"

#include "samtale/base.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void app_notify(const char *state)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t len = path ? strlen(path) : 0;
    if (len < 2 || len >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, len);
    if (path[0] == '@')
        to.sun_path[0] = 0; /* an abstract name */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
    (void)close(fd);
}

int64_t app_notify_watchdog_ms(void)
{
    int64_t us = 0, pid = 0;
    struct sam_err err;
    const char *limit = getenv("WATCHDOG_USEC"), *whose = getenv("WATCHDOG_PID");
    if (!limit || sam_span_int(sam_span_of(limit), 2000, INT64_MAX, &us, &err) != SAM_OK)
        return 0;
    if (whose && (sam_span_int(sam_span_of(whose), 1, INT32_MAX, &pid, &err) != SAM_OK || pid != (int64_t)getpid()))
        return 0;
    return us / 2000;
}
