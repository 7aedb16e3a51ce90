/*
 * The listening socket, made here rather than by libmicrohttpd so that what is wrong can be said: which address, and why.
 */
#include "http.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static enum sam_code system_reason(const struct sam_http *server, struct sam_err *err, const char *doing, int error)
{
    enum sam_code code = SAM_SYSTEM;
    const char *hint = "";
    if (error == EADDRINUSE) {
        code = SAM_CONFLICT;
        hint = " (another program listens there; choose another address in [http] listen)";
    } else if (error == EACCES || error == EPERM) {
        code = SAM_DENIED;
        hint = " (ports below 1024 need CAP_NET_BIND_SERVICE; sockets need a folder that this user may write)";
    } else if (error == EADDRNOTAVAIL) {
        code = SAM_BAD_INPUT;
        hint = " (no network interface has this address)";
    }
    return sam_fail(err, code, "http: cannot %s %.*s: %s%s", doing, SAM_ARG(server->settings.listen), strerror(error), hint);
}

static enum sam_code bind_and_listen(struct sam_http *server, int fd, const struct sockaddr *address, socklen_t size, struct sam_err *err)
{
    if (bind(fd, address, size) != 0)
        return system_reason(server, err, "listen on", errno);
    if (listen(fd, BACKLOG) != 0)
        return system_reason(server, err, "listen on", errno);
    return SAM_OK;
}

/* A socket file that nobody answers on is what a killed daemon leaves: it is taken away. */
static void unlink_if_dead(const struct sockaddr_un *address)
{
    struct stat st;
    if (lstat(address->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 && errno == ECONNREFUSED)
        unlink(address->sun_path);
    close(fd);
}

static enum sam_code listen_unix(struct sam_http *server, struct sam_span path, struct sam_err *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path.len == 0 || path.len >= sizeof address.sun_path)
        return sam_fail(err, SAM_BAD_INPUT, "http: %.*s: a socket's path has 1 to %zu bytes, not %zu", SAM_ARG(server->settings.listen),
                        sizeof address.sun_path - 1, path.len);
    memcpy(address.sun_path, path.at, path.len);
    unlink_if_dead(&address);
    server->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->listen_fd < 0)
        return system_reason(server, err, "make a socket for", errno);
    if (bind_and_listen(server, server->listen_fd, (struct sockaddr *)&address, sizeof address, err) != SAM_OK)
        return err->code;
    server->unix_path = path;
    return SAM_OK;
}

/* "HOST:PORT", "[V6]:PORT", "*:PORT". */
static enum sam_code split_address(struct sam_span listen, char host[256], char port[8], struct sam_err *err)
{
    size_t colon = listen.len;
    while (colon > 0 && listen.at[colon - 1] != ':')
        colon--;
    struct sam_span name = {listen.at, colon > 0 ? colon - 1 : 0};
    struct sam_span number = {listen.at + colon, listen.len - colon};
    if (name.len > 1 && name.at[0] == '[' && name.at[name.len - 1] == ']')
        name = (struct sam_span){name.at + 1, name.len - 2};
    int64_t value = 0;
    if (colon == 0 || name.len == 0 || name.len > 255 || number.len > 7 || sam_span_int(number, 0, 65535, &value, err) != SAM_OK)
        return sam_fail(err, SAM_BAD_INPUT, "http: %.*s is no address; use HOST:PORT, [IPv6]:PORT, *:PORT or unix:/PATH", SAM_ARG(listen));
    memcpy(host, name.at, name.len);
    host[name.len] = 0;
    memcpy(port, number.at, number.len);
    port[number.len] = 0;
    return SAM_OK;
}

static enum sam_code listen_on(struct sam_http *server, const struct addrinfo *info, struct sam_err *err)
{
    int on = 1, off = 0;
    server->listen_fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (server->listen_fd < 0)
        return system_reason(server, err, "make a socket for", errno);
    setsockopt(server->listen_fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (info->ai_family == AF_INET6)
        setsockopt(server->listen_fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind_and_listen(server, server->listen_fd, info->ai_addr, info->ai_addrlen, err) != SAM_OK)
        return err->code;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } bound = {.v6 = {.sin6_family = AF_UNSPEC}};
    socklen_t size = sizeof bound;
    if (getsockname(server->listen_fd, &bound.any, &size) == 0)
        server->port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port : bound.v4.sin_port);
    return SAM_OK;
}

static enum sam_code listen_at(struct sam_http *server, const char *host, const char *port, struct sam_err *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int status = getaddrinfo(host, port, &hints, &found);
    if (status != 0)
        return sam_fail(err, SAM_BAD_INPUT, "http: cannot find %s: %s", host, gai_strerror(status));
    enum sam_code code = listen_on(server, found, err);
    freeaddrinfo(found);
    return code;
}

enum sam_code http_listen(struct sam_http *server, struct sam_err *err)
{
    char host[256], port[8];
    struct sam_span listen = server->settings.listen;
    if (sam_span_starts(listen, "unix:"))
        return listen_unix(server, (struct sam_span){listen.at + 5, listen.len - 5}, err);
    if (split_address(listen, host, port, err) != SAM_OK)
        return err->code;
    bool any = strcmp(host, "*") == 0;
    enum sam_code code = listen_at(server, any ? "::" : host, port, err);
    if (any && code != SAM_OK && code != SAM_CONFLICT) { /* a machine without IPv6 */
        http_unlisten(server);
        code = listen_at(server, "0.0.0.0", port, err);
    }
    return code;
}

void http_unlisten(struct sam_http *server)
{
    if (server->daemon)
        MHD_quiesce_daemon(server->daemon);
    if (server->listen_fd >= 0)
        close(server->listen_fd);
    server->listen_fd = -1;
    if (server->unix_path.at)
        unlink(server->unix_path.at);
    server->unix_path = SAM_NO_SPAN;
}
