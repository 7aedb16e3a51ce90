/*
 * A plain HTTP client for the tests of http: blocking sockets on a thread of its own, so that the server runs on its loop as it does in
 * life. Nothing here asserts; it tells what came.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct answer {
    int status; /* 0: none came */
    size_t body_n;
    char head[2048];
    char body[8192];
};

static inline int client_open(uint16_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct timeval patience = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline int client_send(int fd, const char *at, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return 0;
        at += sent;
        n -= (size_t)sent;
    }
    return 1;
}

static inline int client_text(int fd, const char *text)
{
    return client_send(fd, text, strlen(text));
}

/* Reads one answer; without a Content-Length up to the end of the connection. no_body: to a HEAD. */
static inline struct answer client_read(int fd, int no_body)
{
    struct answer a = {0};
    size_t n = 0;
    while (n + 1 < sizeof a.head && !strstr(a.head, "\r\n\r\n") && recv(fd, a.head + n, 1, 0) == 1)
        n++;
    if (!strstr(a.head, "\r\n\r\n"))
        return a;
    a.status = (int)strtol(a.head + 9, NULL, 10);
    const char *length = strcasestr(a.head, "\r\nContent-Length:");
    size_t want = length ? strtoul(length + 17, NULL, 10) : SIZE_MAX;
    if (no_body || a.status == 304 || a.status == 204)
        want = 0;
    char piece[4096];
    while (a.body_n < want) {
        size_t most = want - a.body_n < sizeof piece ? want - a.body_n : sizeof piece;
        ssize_t got = recv(fd, piece, most, 0);
        if (got <= 0)
            break;
        if (a.body_n < sizeof a.body - 1) {
            size_t room = sizeof a.body - 1 - a.body_n;
            memcpy(a.body + a.body_n, piece, (size_t)got < room ? (size_t)got : room);
        }
        a.body_n += (size_t)got;
    }
    return a;
}

static inline struct answer client_ask(int fd, const char *request)
{
    client_text(fd, request);
    return client_read(fd, strncmp(request, "HEAD", 4) == 0);
}

/* A connection for one request. */
static inline struct answer client_once(uint16_t port, const char *request)
{
    struct answer a = {0};
    int fd = client_open(port);
    if (fd < 0)
        return a;
    a = client_ask(fd, request);
    close(fd);
    return a;
}

#endif
