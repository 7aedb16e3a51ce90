/*
 * The page: files linked into the program as page/NAME, and page/NAME.gz where compressed, each prepared once. Files below assets/ carry a
 * hash in their name and never change; everything else is asked for again each time. Paths of the page's own routes get index.html.
 */
#include "serve.h"

#include <stdio.h>
#include <string.h>

#define FOLDER "page/"
#define POLICY                                                                                                                             \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "                       \
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
};

struct file {
    struct sam_span name; /* without "page/" */
    struct sam_http_asset *asset;
};
struct page {
    struct file *files;
    size_t n;
    const struct file *index;
};

static bool ends(struct sam_span text, const char *ending)
{
    size_t n = strlen(ending);
    return text.len >= n && memcmp(text.at + text.len - n, ending, n) == 0;
}

static const char *type_of(struct sam_span name)
{
    for (size_t i = 0; i < SAM_COUNT(types); i++)
        if (ends(name, types[i].ending))
            return types[i].type;
    return "application/octet-stream";
}

static enum sam_code prepare(struct sam_serve *serve, const struct sam_embedded *from, struct file *file, struct sam_err *err)
{
    char compressed[300];
    const struct sam_embedded *gzip = NULL;
    if (snprintf(compressed, sizeof compressed, "%s.gz", from->name) < (int)sizeof compressed)
        gzip = sam_embedded_find(compressed);
    file->name = sam_span_of(from->name + sizeof FOLDER - 1);
    const struct sam_http_asset_of of = {
        .content_type = type_of(file->name),
        .body = from->body,
        .gzip = gzip ? gzip->body : SAM_NO_SPAN,
        .cache_control = sam_span_starts(file->name, "assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        .policy = POLICY,
    };
    return sam_http_asset_new(serve->server, &of, &file->asset, err);
}

struct page *page_new(struct sam_serve *serve, struct sam_err *err)
{
    size_t all_n = 0;
    const struct sam_embedded *all = sam_embedded_all(&all_n);
    struct page *page = sam_arena_alloc(serve->arena, sizeof *page);
    struct file *files = sam_arena_array(serve->arena, all_n, sizeof *files);
    if (!page || !files) {
        (void)sam_arena_full(serve->arena, err);
        return NULL;
    }
    page->files = files;
    for (size_t i = 0; i < all_n; i++) {
        struct sam_span name = sam_span_of(all[i].name);
        if (!sam_span_starts(name, FOLDER) || ends(name, ".gz"))
            continue;
        if (prepare(serve, &all[i], &files[page->n], err) != SAM_OK) {
            page_free(page);
            return NULL;
        }
        if (sam_span_is(files[page->n].name, "index.html"))
            page->index = &files[page->n];
        page->n++;
    }
    return page;
}

void page_free(struct page *page)
{
    for (size_t i = 0; page && i < page->n; i++)
        sam_http_asset_free(page->files[i].asset);
}

/* A path of the page's own, "conversations/17", as opposed to a file that is not there. */
static bool is_route(struct sam_span name)
{
    const char *slash = name.len > 0 ? memrchr(name.at, '/', name.len) : NULL;
    const char *last = slash ? slash + 1 : name.at;
    return !sam_span_is(name, "v1") && (name.len == 0 || !memchr(last, '.', (size_t)(name.at + name.len - last)));
}

void serve_page(struct sam_http_request *request, void *context)
{
    const struct page *page = ((const struct sam_serve *)context)->page;
    struct sam_span name = sam_http_param(request, "page");
    const struct file *found = NULL;
    for (size_t i = 0; i < page->n && !found; i++)
        if (sam_span_equal(page->files[i].name, name))
            found = &page->files[i];
    if (!found && is_route(name))
        found = page->index;
    if (found)
        sam_http_answer_asset(request, found->asset);
    else
        sam_http_problem(request, 404, "not_found", NULL,
                         page->index ? "there is nothing at this path" : "this program was built without the page");
}

void serve_openapi(struct sam_http_request *request, void *context)
{
    sam_http_answer_asset(request, ((const struct sam_serve *)context)->openapi);
}

void serve_nothing(struct sam_http_request *request, void *context)
{
    (void)context;
    sam_http_problem(request, 404, "not_found", NULL, "the API has no such path; /v1/openapi.json lists them");
}
