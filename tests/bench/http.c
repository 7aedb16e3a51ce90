/*
 * http: the http room with one prepared answer of 2 KB, for http.sh to load. Prints its port, serves until SIGTERM, then prints how many
 * microseconds of CPU a request took.
 */
#include "samtale/http.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define BODY 2048

struct bench {
    struct sam_loop *loop;
    struct sam_http *server;
    struct sam_http_asset *asset;
    struct sam_signal *stop;
};

static void cached(struct sam_http_request *request, void *context)
{
    const struct bench *b = context;
    sam_http_answer_asset(request, b->asset);
}

static void on_stopped(void *context)
{
    struct bench *b = context;
    struct sam_http_counts counts = sam_http_count(b->server);
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double us = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    (void)printf("requests=%llu cpu_us=%.1f\n", (unsigned long long)counts.requests[2],
                 us / (double)(counts.requests[2] ? counts.requests[2] : 1));
    sam_http_asset_free(b->asset);
    sam_http_free(b->server);
    sam_signal_free(b->stop);
}

static void on_signal(void *data)
{
    struct bench *b = data;
    sam_http_stop(b->server, on_stopped, b);
}

int main(void)
{
    static const struct sam_http_route routes[] = {
        {.method = "GET", .path = "/body.json", .scope = "open", .handle = cached, .summary = "2 KB"}};
    static const struct sam_http_table table = {.routes = routes, .routes_n = SAM_COUNT(routes)};
    struct bench b = {0};
    struct sam_err err = {0};
    char body[BODY];
    struct sam_http_settings settings = sam_http_defaults();
    settings.listen = SAM_SPAN("127.0.0.1:0");
    memset(body, 'x', sizeof body);
    memcpy(body, "{\"a\":\"", 6);
    memcpy(body + sizeof body - 2, "\"}", 2);
    const struct sam_http_asset_of of = {.content_type = "application/json", .body = {body, sizeof body}};
    if (sam_loop_new(&b.loop, &err) != SAM_OK || sam_http_new(b.loop, &settings, &table, &b, &b.server, &err) != SAM_OK ||
        sam_http_asset_new(b.server, &of, &b.asset, &err) != SAM_OK ||
        sam_signal_new(b.loop, SIGTERM, on_signal, &b, &b.stop, &err) != SAM_OK) {
        (void)fprintf(stderr, "bench http: %s\n", err.text);
        return 1;
    }
    (void)printf("%u\n", sam_http_port(b.server));
    (void)fflush(stdout);
    sam_loop_run(b.loop);
    sam_loop_free(b.loop);
    return 0;
}
