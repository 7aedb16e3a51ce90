/*
 * What clients write, under fuzzing: the target ("/path?query") and the headers that are read here, one after the other by lines. (Lines
 * and bodies themselves are libmicrohttpd's.)
 */
#include "../../src/http/http.h"

static struct sam_span header;

struct sam_span sam_http_header(const struct sam_http_request *request, const char *name)
{
    (void)request;
    (void)name;
    return header;
}

static void read_target(struct sam_arena *arena, struct sam_span target)
{
    struct sam_http_request request = {.arena = arena, .target = target};
    struct sam_err err = {.code = SAM_OK, .text = ""};
    if (http_target_read(&request, &err) != SAM_OK) {
        SAM_MUST(err.text[0] != 0 && sam_utf8_valid(sam_span_of(err.text)));
        return;
    }
    SAM_MUST(request.path.len > 0 && request.path.at[0] == '/' && sam_utf8_valid(request.path));
    SAM_MUST(request.path.len <= target.len + 1);
    for (size_t i = 0; i < request.segments_n && i < SEGMENTS; i++)
        SAM_MUST(sam_utf8_valid(request.segments[i]));
    for (size_t i = 0; i < request.query_n; i++)
        SAM_MUST(sam_utf8_valid(request.query[i].name) && sam_utf8_valid(request.query[i].value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sam_span rest = {(const char *)data, size}, line;
    struct sam_arena *arena = sam_arena_new(4U << 20);
    struct sam_http_request request = {.arena = arena};
    char etag[40];
    SAM_MUST(arena);
    http_etag(rest, etag);
    for (int i = 0; i < 3 && sam_span_line(&rest, &line); i++) {
        if (i == 0)
            read_target(arena, line);
        header = line;
        bool gzip = http_takes_gzip(&request);
        header = line;
        SAM_MUST(http_takes_gzip(&request) == gzip);
        (void)http_has_etag(&request, etag);
    }
    header = sam_span_of(etag);
    SAM_MUST(http_has_etag(&request, etag));
    sam_arena_free(arena);
    return 0;
}
