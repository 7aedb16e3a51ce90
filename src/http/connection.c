/*
 * Connections: who is at the other end, and until when the present wait may last. libmicrohttpd knows only inactivity, and a suspended
 * connection has no timeout at all; these deadlines hold also against a client that sends one byte a second.
 */
#include "http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define LOOK_MS 500 /* between two looks for clients that left */

static int socket_of(struct MHD_Connection *mhd)
{
    return MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static void name_peer(struct connection *connection)
{
    const struct sockaddr *a = MHD_get_connection_info(connection->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    const void *at = NULL;
    memcpy(connection->peer, "unix", sizeof "unix");
    if (a && a->sa_family == AF_INET)
        at = &((const struct sockaddr_in *)(const void *)a)->sin_addr;
    else if (a && a->sa_family == AF_INET6)
        at = &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
    if (!at || !inet_ntop(a->sa_family, at, connection->peer, sizeof connection->peer))
        return;
    if (strncmp(connection->peer, "::ffff:", 7) == 0 && strchr(connection->peer, '.'))
        memmove(connection->peer, connection->peer + 7, strlen(connection->peer + 7) + 1);
}

void http_wait_until(struct connection *connection, uint32_t ms)
{
    connection->deadline_ms = ms > 0 ? connection->server->now_ms + ms : 0;
}

static void opened(struct sam_http *server, struct MHD_Connection *mhd, void **socket_context)
{
    struct connection *c = server->free_connections;
    SAM_MUST(c); /* libmicrohttpd accepts no more than connections_max */
    server->free_connections = c->after;
    *c = (struct connection){.server = server, .mhd = mhd, .after = server->connections};
    if (c->after)
        c->after->before = c;
    server->connections = c;
    server->counts.connections++;
    name_peer(c);
    http_wait_until(c, server->settings.idle_timeout_ms);
    *socket_context = c;
}

/* Some of libmicrohttpd's ways to give a connection up forget to say that its request is over. */
static void closed(struct sam_http *server, struct connection *c)
{
    if (c->request)
        http_over(c->request);
    if (c->drain)
        http_linger(server, socket_of(c->mhd));
    if (c->after)
        c->after->before = c->before;
    if (c->before)
        c->before->after = c->after;
    else
        server->connections = c->after;
    c->after = server->free_connections;
    server->free_connections = c;
    if (server->counts.connections-- == server->settings.connections_max)
        server->was_full = true;
}

void http_on_connection(void *context, struct MHD_Connection *mhd, void **socket_context, enum MHD_ConnectionNotificationCode what)
{
    if (what == MHD_CONNECTION_NOTIFY_STARTED)
        opened(context, mhd, socket_context);
    else
        closed(context, *socket_context);
}

/* The holder of a suspended request is overdue: the client gets its answer from here. Everything else overdue is the client's fault. */
static void expire(struct connection *c)
{
    c->deadline_ms = 0;
    if (c->request && c->request->suspended) {
        c->server->counts.timeouts++;
        http_give_up(c->request, "timeout", "there was no answer in time; try again in a moment");
        return;
    }
    if (c->request)
        c->server->counts.expired++;
    shutdown(socket_of(c->mhd), SHUT_RDWR); /* libmicrohttpd sees the end and closes */
}

/*
 * The client has closed its side without a whole request. libmicrohttpd takes a short read for an empty socket, and so misses an end that
 * came together with the last bytes; the connection would stay for the whole receive_timeout.
 */
static bool left(const struct connection *c)
{
    char byte;
    bool waits = !c->request || (!c->request->suspended && (c->request->at == STAGE_HEAD || c->request->at == STAGE_BODY));
    return waits && recv(socket_of(c->mhd), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void http_expire(struct sam_http *server, int64_t now_ms)
{
    bool look = now_ms >= server->look_ms;
    if (look)
        server->look_ms = now_ms + LOOK_MS;
    for (struct connection *c = server->connections; c; c = c->after)
        if ((c->deadline_ms > 0 && now_ms >= c->deadline_ms) || (server->phase == PHASE_GRACE && !c->request))
            expire(c);
        else if (look && left(c))
            shutdown(socket_of(c->mhd), SHUT_RDWR);
}
