/*
 * Lingering: when a request is refused while its client is still sending, closing at once would make the kernel answer the rest with a
 * reset, and the client might never see why. So the socket is kept a moment longer under a second descriptor, read and thrown away.
 */
#include "http.h"

#include <sys/socket.h>
#include <unistd.h>

#define LINGER_MS    2000U
#define LINGER_BYTES ((size_t)4 << 20)

static void on_closed(uv_handle_t *handle)
{
    struct lingering *l = handle->data;
    close(l->fd);
    l->fd = -1;
    l->closing = false;
}

static void finish(struct lingering *l)
{
    if (l->closing)
        return;
    l->closing = true;
    uv_close((uv_handle_t *)&l->poll, on_closed);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct lingering *l = poll->data;
    char waste[16384];
    (void)events;
    ssize_t n = status == 0 ? recv(l->fd, waste, sizeof waste, MSG_DONTWAIT) : 0;
    if (n <= 0 || (size_t)n > l->left) {
        finish(l);
        return;
    }
    l->left -= (size_t)n;
}

/* Without a free slot, or a second descriptor, the connection just closes: the answer was sent, only its arrival is less sure. */
void http_linger(struct sam_http *server, int socket_fd)
{
    if (server->phase >= PHASE_CLOSING)
        return;
    for (size_t i = 0; i < LINGERS; i++) {
        struct lingering *l = &server->lingers[i];
        if (l->fd >= 0)
            continue;
        int fd = dup(socket_fd);
        if (fd < 0)
            return;
        if (uv_poll_init(server->loop, &l->poll, fd) != 0) {
            close(fd);
            return;
        }
        l->server = server;
        l->fd = fd;
        l->left = LINGER_BYTES;
        l->deadline_ms = uv_now(server->loop) + LINGER_MS;
        l->poll.data = l;
        SAM_MUST(uv_poll_start(&l->poll, UV_READABLE, on_readable) == 0);
        return;
    }
}

void http_linger_sweep(struct sam_http *server, uint64_t now_ms)
{
    for (size_t i = 0; i < LINGERS; i++) {
        struct lingering *l = &server->lingers[i];
        if (l->fd >= 0 && (now_ms >= l->deadline_ms || server->phase >= PHASE_DROPPING))
            finish(l);
    }
}

bool http_lingers(const struct sam_http *server)
{
    for (size_t i = 0; i < LINGERS; i++)
        if (server->lingers[i].fd >= 0)
            return true;
    return false;
}
