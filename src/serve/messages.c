/*
 * POST of messages: what is in the body, checked as far as an envelope goes; reading it is the pipeline's work. Answered when the queue
 * has committed, never before.
 */
#include "serve.h"

#include <string.h>

enum form { FORM_ONE, FORM_LINES };
static const struct {
    const char *media_type;
    enum form form;
} forms[] = {
    {"application/json", FORM_ONE},
    {"application/vcon", FORM_ONE},
    {"application/vcon+json", FORM_ONE},
    {"application/x-ndjson", FORM_LINES},
    {"application/jsonl", FORM_LINES},
    {"application/octet-stream", FORM_ONE},
    {"application/jose+json", FORM_ONE},
    {"application/gzip", FORM_ONE},
    {"application/vcon+gzip", FORM_ONE},
    {"application/x-subrip", FORM_ONE},
    {"text/plain", FORM_ONE},
    {"text/csv", FORM_ONE},
    {"text/vtt", FORM_ONE},
    {"text/tab-separated-values", FORM_ONE},
};
/** Longest Content-Type that is kept with the message: a file's name may stand in it (name="..."). */
#define TYPE_MAX 1024

/* "type/sub; parameters": without the parameters. */
static struct sam_span media_type_of(struct sam_span content_type)
{
    const char *semicolon = content_type.len > 0 ? memchr(content_type.at, ';', content_type.len) : NULL;
    if (semicolon)
        content_type.len = (size_t)(semicolon - content_type.at);
    return sam_span_trim(content_type);
}

static bool form_of(struct sam_span media_type, enum form *out)
{
    for (size_t i = 0; i < SAM_COUNT(forms); i++)
        if (sam_span_is_nocase(media_type, forms[i].media_type)) {
            *out = forms[i].form;
            return true;
        }
    return false;
}

static size_t count_lines(struct sam_span body)
{
    struct sam_span line;
    size_t n = 0;
    while (sam_span_line(&body, &line))
        n += sam_span_trim(line).len > 0;
    return n;
}

/* One message for each line that is not blank. */
static void split(struct sam_span body, const struct message *envelope, struct post *post)
{
    struct sam_span line;
    while (sam_span_line(&body, &line)) {
        if (sam_span_trim(line).len == 0)
            continue;
        post->messages[post->n] = *envelope;
        post->messages[post->n++].body = line;
    }
}

static bool envelope_of(struct sam_http_request *request, struct message *out)
{
    struct parameters q;
    struct sam_span by_path = sam_http_param(request, "kind");
    enum sam_kind kind;
    if (!parameters_read(request, by_path.at ? P_SOURCE : P_SOURCE | P_KIND, &q))
        return false;
    if (by_path.at && !sam_kind_find(by_path, &kind)) {
        sam_http_problem(request, 404, "not_found", NULL, "there is no such kind of message");
        return false;
    }
    *out = (struct message){.source = q.source, .kind = by_path.at ? by_path : q.kind};
    return true;
}

void serve_messages(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    struct message envelope;
    enum form form = FORM_ONE;
    struct sam_span body = sam_http_body(request);
    struct sam_span content_type = sam_http_header(request, "Content-Type"), media_type = media_type_of(content_type);
    if (!envelope_of(request, &envelope))
        return;
    if (!form_of(media_type, &form)) {
        sam_http_problem(request, 415, "unsupported_type", NULL,
                         "send application/json, application/vcon+json, application/x-ndjson, text/vtt, text/plain, text/csv, "
                         "application/gzip or application/octet-stream");
        return;
    }
    size_t n = form == FORM_LINES ? count_lines(body) : sam_span_trim(body).len > 0;
    if (n == 0) {
        sam_http_problem(request, 400, "bad_body", NULL, "the body holds no message");
        return;
    }
    if (n > serve->settings.lines_max) {
        sam_http_problem(request, 413, "too_large", NULL, "the body holds %zu messages, the limit is %u", n, serve->settings.lines_max);
        return;
    }
    struct sam_arena *arena = sam_http_arena(request);
    struct sam_err err;
    struct post *post = sam_arena_alloc(arena, sizeof *post);
    struct message *messages = sam_arena_array(arena, n, sizeof *messages);
    bool whole = content_type.len <= TYPE_MAX && sam_utf8_valid(content_type);
    struct sam_span type = form == FORM_LINES ? SAM_SPAN("application/json") : whole ? sam_span_trim(content_type) : media_type;
    if (!post || !messages || sam_arena_span(arena, type, &envelope.content_type, &err) != SAM_OK) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return;
    }
    *post = (struct post){.request = request, .messages = messages, .bytes = body.len};
    envelope.body = body;
    if (form == FORM_LINES)
        split(body, &envelope, post);
    else
        post->messages[post->n++] = envelope;
    enqueue(serve->enqueuer, post);
}
