/*
 * Enqueueing: while one statement is on its way, further POSTs gather and go together in the next: one commit for many. When a statement
 * with several fails for what one of them holds, each goes alone, so that nobody is refused for another's message.
 */
#include "serve.h"

#include <stdio.h>
#include <string.h>

#define TOGETHER_MESSAGES 500
#define TOGETHER_BYTES    ((size_t)8 << 20)
#define LANES             2 /* statements on their way at once */

struct lane {
    struct enqueuer *owner;
    struct sam_arena *arena; /* of the arrays of one statement */
    struct post *posts;      /* on their way; NULL: free */
    size_t posts_n;
    struct sam_db_call call;
    struct sam_db_param params[4];
};
struct enqueuer {
    struct sam_serve *serve;
    struct post *first, *last; /* waiting */
    struct lane lanes[LANES];
};

/* Four arrays of spans, of which the bodies are copied: at most a body's limit and what gathers with it. */
static size_t arena_limit(const struct sam_serve *serve)
{
    size_t largest = serve->settings.message_max > TOGETHER_BYTES ? serve->settings.message_max : TOGETHER_BYTES;
    return 2 * largest + ((size_t)64 << 10) + (size_t)serve->settings.lines_max * 1024 + (size_t)TOGETHER_MESSAGES * 1024;
}

struct enqueuer *enqueuer_new(struct sam_serve *serve)
{
    struct enqueuer *e = sam_arena_alloc(serve->arena, sizeof *e);
    if (!e)
        return NULL;
    e->serve = serve;
    for (size_t i = 0; i < LANES; i++)
        e->lanes[i].owner = e;
    return e;
}

static void go(struct enqueuer *e);

/* ---- the answer ------------------------------------------------------------------------------------------------------ */

static void accepted(struct sam_serve *serve, struct post *post)
{
    struct sam_http_request *r = post->request;
    struct sam_err err;
    struct sam_http_response response = {.status = 202, .content_type = "application/json"};
    serve->counts.accepted += post->n;
    if (sam_arena_printf(sam_http_arena(r), &response.body, &err, "{\"accepted\":%zu}", post->n) != SAM_OK)
        response.body = SAM_SPAN("{}");
    sam_http_answer(r, &response);
}

static void refused(struct sam_serve *serve, struct post *post, const struct sam_db_result *result, const struct sam_err *err)
{
    struct sam_http_request *r = post->request;
    if (strcmp(result->sqlstate, "SAM01") == 0) {
        serve->counts.refused_backlog++;
        sam_http_problem_later(r, 429, "backlog_full", 5, "the queue is full; try again in a moment");
    } else if (strcmp(result->sqlstate, "SAM02") == 0) {
        sam_http_problem(r, 413, "too_large", NULL, "a message is over the queue's limit");
    } else if (result->code == SAM_BAD_INPUT) {
        sam_http_problem(r, 400, "bad_body", NULL, "the queue refused the message");
    } else if (result->code == SAM_TEMPORARY) {
        serve->counts.failed_enqueue++;
        sam_log(SAM_LOG_WARNING, "http.enqueue", "request=%llu why=\"%s\"", (unsigned long long)sam_http_id(r), err->text);
        sam_http_problem_later(r, 503, "unavailable", 2, "the database did not answer; send it again, twice is the same as once");
    } else {
        serve->counts.failed_enqueue++;
        sam_log(SAM_LOG_ERROR, "http.enqueue", "request=%llu why=\"%s\"", (unsigned long long)sam_http_id(r), err->text);
        sam_http_problem(r, 500, "internal", NULL, "samtaled could not queue this; its log says why");
    }
}

static bool worth_trying_alone(const struct lane *lane, const struct sam_db_result *result)
{
    return lane->posts_n > 1 && (result->code == SAM_BAD_INPUT || result->code == SAM_TOO_LARGE || strcmp(result->sqlstate, "SAM01") == 0);
}

static void on_done(void *context, struct sam_db_result *result, const struct sam_err *err)
{
    struct lane *lane = context;
    struct enqueuer *e = lane->owner;
    struct post *post = lane->posts;
    bool again = result->code != SAM_OK && worth_trying_alone(lane, result);
    lane->posts = NULL;
    sam_arena_free(lane->arena);
    lane->arena = NULL;
    while (post) {
        struct post *next = post->next; /* the answer ends post's memory */
        if (again) {
            post->alone = true;
            post->next = e->first;
            e->first = post;
            e->last = e->last ? e->last : post;
        } else if (result->code == SAM_OK) {
            accepted(e->serve, post);
        } else {
            refused(e->serve, post, result, err);
        }
        post = next;
    }
    go(e);
}

/* ---- the statement ---------------------------------------------------------------------------------------------------- */

static struct sam_span or_empty(struct sam_span span)
{
    return span.at ? span : (struct sam_span){"", 0};
}

static bool fill(struct lane *lane, size_t n)
{
    struct sam_arena *arena = lane->arena;
    struct sam_span *columns[4];
    for (size_t i = 0; i < SAM_COUNT(columns); i++)
        if (!(columns[i] = sam_arena_array(arena, n, sizeof **columns)))
            return false;
    size_t at = 0;
    for (const struct post *post = lane->posts; post; post = post->next)
        for (size_t i = 0; i < post->n; i++, at++) {
            columns[0][at] = or_empty(post->messages[i].source);
            columns[1][at] = or_empty(post->messages[i].kind);
            columns[2][at] = or_empty(post->messages[i].content_type);
            columns[3][at] = post->messages[i].body;
        }
    for (size_t i = 0; i < 3; i++)
        lane->params[i] = sam_db_texts(arena, columns[i], n);
    lane->params[3] = sam_db_bytess(arena, columns[3], n);
    return true;
}

/* Takes waiting posts up to the limits of one statement. */
static size_t load(struct enqueuer *e, struct lane *lane)
{
    struct post **end = &lane->posts;
    size_t messages = 0, bytes = 0;
    lane->posts_n = 0;
    while (e->first) {
        struct post *post = e->first;
        if (lane->posts_n > 0 && (post->alone || messages + post->n > TOGETHER_MESSAGES || bytes + post->bytes > TOGETHER_BYTES))
            break;
        e->first = post->next;
        post->next = NULL;
        *end = post;
        end = &post->next;
        messages += post->n;
        bytes += post->bytes;
        lane->posts_n++;
        if (post->alone)
            break;
    }
    if (!e->first)
        e->last = NULL;
    return messages;
}

static void fail_all(struct lane *lane)
{
    struct post *post = lane->posts;
    lane->posts = NULL;
    sam_arena_free(lane->arena);
    lane->arena = NULL;
    while (post) {
        struct post *next = post->next;
        sam_http_problem_later(post->request, 503, "unavailable", 2, "the daemon is too busy for this message; try again in a moment");
        post = next;
    }
}

static void go(struct enqueuer *e)
{
    for (size_t i = 0; i < LANES && e->first; i++) {
        struct lane *lane = &e->lanes[i];
        if (lane->posts)
            continue;
        size_t n = load(e, lane);
        lane->arena = sam_arena_new(arena_limit(e->serve));
        if (!lane->arena || !fill(lane, n)) {
            fail_all(lane);
            continue;
        }
        lane->call = (struct sam_db_call){"enqueue", lane->params, SAM_COUNT(lane->params)};
        if (!sam_db_pool_run(e->serve->pool, &lane->call, 1, e->serve->settings.query_timeout_ms, on_done, lane))
            fail_all(lane);
    }
}

void enqueue(struct enqueuer *e, struct post *post)
{
    post->next = NULL;
    if (e->last)
        e->last->next = post;
    else
        e->first = post;
    e->last = post;
    go(e);
}
