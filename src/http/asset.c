/*
 * Prepared answers: a file of the page or a cached body, with its headers and its compressed form made once and shared by all requests.
 */
#include "http.h"

#include <string.h>

#define ASSET_SLACK 4096

enum form { PLAIN, GZIP, UNCHANGED, FORMS };

struct sam_http_asset {
    struct sam_arena *arena;           /* of the bytes; goes when the last response is done with them */
    struct MHD_Response *forms[FORMS]; /* GZIP may be NULL */
    char etag[40];
    unsigned holds; /* the owner, and requests on their way to libmicrohttpd; at 0 the forms are let go */
    unsigned users; /* forms that libmicrohttpd still refers to, and the holds together; at 0 the bytes go */
};

static void let_go(void *owner)
{
    struct sam_http_asset *asset = owner;
    if (--asset->users == 0)
        sam_arena_free(asset->arena);
}

static bool make_form(const struct sam_http *server, const struct sam_http_asset_of *of, struct sam_http_asset *asset, enum form form,
                      struct sam_span body)
{
    struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(body.len, (void *)(uintptr_t)body.at, let_go, asset);
    if (!r)
        return false;
    asset->users++;
    asset->forms[form] = r;
    bool right = http_head(server, r, of->content_type, of->cache_control ? of->cache_control : "no-cache", of->policy) &&
                 MHD_add_response_header(r, MHD_HTTP_HEADER_ETAG, asset->etag) == MHD_YES &&
                 MHD_add_response_header(r, MHD_HTTP_HEADER_VARY, "Accept-Encoding") == MHD_YES;
    if (form == GZIP)
        right = right && MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip") == MHD_YES;
    return right;
}

enum sam_code sam_http_asset_new(const struct sam_http *server, const struct sam_http_asset_of *of, struct sam_http_asset **out,
                                 struct sam_err *err)
{
    struct sam_arena *arena = sam_arena_new(2 * (of->body.len + of->gzip.len) + ASSET_SLACK);
    struct sam_http_asset *asset = arena ? sam_arena_alloc(arena, sizeof *asset) : NULL;
    struct sam_span body, gzip = SAM_NO_SPAN;
    if (!asset) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a prepared answer of %zu bytes", of->body.len);
    }
    asset->arena = arena;
    asset->holds = asset->users = 1;
    enum sam_code code = sam_arena_span(arena, of->body, &body, err);
    if (code == SAM_OK && of->gzip.at)
        code = sam_arena_span(arena, of->gzip, &gzip, err);
    else if (code == SAM_OK && of->body.len >= server->settings.gzip_min && !http_gzip(arena, body, 6, &gzip))
        gzip = SAM_NO_SPAN;
    if (code == SAM_OK) {
        http_etag(body, asset->etag);
        bool right = make_form(server, of, asset, PLAIN, body) && (!gzip.at || make_form(server, of, asset, GZIP, gzip)) &&
                     make_form(server, of, asset, UNCHANGED, (struct sam_span){body.at, 0});
        code = right ? SAM_OK : sam_fail(err, SAM_NO_MEMORY, "no memory for a prepared answer of %zu bytes", of->body.len);
    }
    if (code != SAM_OK)
        sam_http_asset_free(asset);
    else
        *out = asset;
    return code;
}

void http_asset_unhold(struct sam_http_asset *asset)
{
    if (--asset->holds > 0)
        return;
    struct MHD_Response *forms[FORMS];
    memcpy(forms, asset->forms, sizeof forms);
    for (size_t i = 0; i < FORMS; i++)
        if (forms[i])
            MHD_destroy_response(forms[i]);
    let_go(asset);
}

void sam_http_asset_free(struct sam_http_asset *asset)
{
    if (asset)
        http_asset_unhold(asset);
}

void sam_http_answer_asset(struct sam_http_request *request, struct sam_http_asset *asset)
{
    if (!http_take_back(request))
        return;
    enum form form = PLAIN;
    if (http_has_etag(request, asset->etag))
        form = UNCHANGED;
    else if (asset->forms[GZIP] && http_takes_gzip(request))
        form = GZIP;
    asset->holds++;
    request->asset = asset;
    http_send(request, form == UNCHANGED ? 304 : 200, asset->forms[form]);
}
