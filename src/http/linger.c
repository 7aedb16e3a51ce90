/*
 * Lingering: when a request is refused while its client is still sending, closing at once would make the kernel answer the rest with a
 * reset, and the client might never see why. So the socket is kept a moment longer under a second descriptor, read and thrown away.
 */
#include "http.h"

#include <sys/socket.h>
#include <unistd.h>

#define LINGER_MS    2000U
#define LINGER_BYTES ((size_t)32 << 20) /* read 16 KiB at a time; some clients write megabytes before they look */

static void finish(struct lingering *l)
{
    sam_poll_free(l->poll);
    close(l->fd);
    l->fd = -1;
}

static void on_ready(void *data, bool readable, bool writable)
{
    struct lingering *l = data;
    char waste[16384];
    (void)writable;
    ssize_t n = readable ? recv(l->fd, waste, sizeof waste, MSG_DONTWAIT) : 0;
    if (n <= 0 || (size_t)n > l->left)
        finish(l);
    else
        l->left -= (size_t)n;
}

/* Without a free slot, or a second descriptor, the connection just closes: the answer was sent, only its arrival is less sure. */
void http_linger(struct sam_http *server, int socket_fd)
{
    struct lingering *l = server->lingers;
    struct sam_err err;
    while (l < server->lingers + LINGERS && l->fd >= 0)
        l++;
    int fd = l < server->lingers + LINGERS && server->phase < PHASE_CLOSED ? dup(socket_fd) : -1;
    if (fd < 0)
        return;
    *l = (struct lingering){.fd = fd, .left = LINGER_BYTES, .deadline_ms = http_now_ms() + LINGER_MS};
    bool right = sam_poll_new(server->loop, fd, on_ready, l, &l->poll, &err) == SAM_OK;
    if (!right || sam_poll_want(l->poll, true, false, &err) != SAM_OK)
        finish(l);
}

void http_linger_sweep(struct sam_http *server, int64_t now_ms)
{
    for (size_t i = 0; i < LINGERS; i++) {
        struct lingering *l = &server->lingers[i];
        if (l->fd >= 0 && (now_ms >= l->deadline_ms || server->phase >= PHASE_DROPPING))
            finish(l);
    }
}
