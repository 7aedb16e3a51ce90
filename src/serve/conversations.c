/*
 * Finding conversations, and one of them with its words. Each read is logged in the transaction that reads, so that no answer is sent
 * whose read is not on record. A cursor is "MARK.MICROSECONDS.ID": the mark names the filter it belongs to.
 */
#include "serve.h"

#include <stdio.h>
#include <string.h>

#define FILTERS                                                                                                                            \
    (P_FROM | P_TO | P_QUEUE | P_CHANNEL | P_LANGUAGE | P_SCORED | P_MISSED | P_GAP | P_UNDATED | P_QUADRANT | P_DERIVED | P_INCOMPLETE)

static struct sam_db_param of_yes_no(enum yes_no value)
{
    return value == NOT_ASKED ? sam_db_null() : sam_db_bool(value == ASKED_YES);
}

/* A hash over all that filters, in hex. */
static void mark_of(const struct parameters *q, char out[17])
{
    const int32_t flags[] = {(int32_t)q->scored,  (int32_t)q->missed,  (int32_t)q->gap,
                             (int32_t)q->undated, (int32_t)q->derived, (int32_t)q->incomplete};
    struct sam_span parts[7 + 2 * VALUES_MAX] = {q->from,
                                                 SAM_SPAN("|"),
                                                 q->to,
                                                 {(const char *)flags, sizeof flags},
                                                 {(const char *)q->channels, q->channels_n * sizeof *q->channels},
                                                 SAM_SPAN("|"),
                                                 q->quadrant};
    size_t n = 7;
    for (size_t i = 0; i < q->queues_n; i++) {
        parts[n++] = SAM_SPAN("|");
        parts[n++] = q->queues[i];
    }
    struct sam_span all[] = {{NULL, 0}, {(const char *)q->languages, q->languages_n * sizeof *q->languages}};
    uint8_t first[16], hash[16];
    sam_hash128(parts, n, first);
    all[0] = (struct sam_span){(const char *)first, sizeof first};
    sam_hash128(all, SAM_COUNT(all), hash);
    for (size_t i = 0; i < 8; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static bool read_cursor(struct sam_span cursor, const char mark[17], int64_t *at_us, int64_t *id)
{
    struct sam_err err;
    if (cursor.len < 19 || memcmp(cursor.at, mark, 16) != 0 || cursor.at[16] != '.')
        return false;
    struct sam_span rest = {cursor.at + 17, cursor.len - 17};
    const char *dot = memchr(rest.at, '.', rest.len);
    if (!dot)
        return false;
    struct sam_span first = {rest.at, (size_t)(dot - rest.at)}, second = {dot + 1, (size_t)(rest.at + rest.len - dot - 1)};
    return sam_span_int(first, INT64_MIN / 4, INT64_MAX / 4, at_us, &err) == SAM_OK &&
           sam_span_int(second, 1, INT64_MAX, id, &err) == SAM_OK;
}

static void on_list(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    if (result->code != SAM_OK)
        ask_failed(ask, result, err);
    else
        ask_answer(ask, result, 1, ask->data);
}

void serve_conversations(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    struct sam_arena *arena = sam_http_arena(request);
    struct parameters q;
    char mark[17];
    int64_t after_us = 0, after_id = 0;
    if (!parameters_read(request, FILTERS | P_CURSOR | P_LIMIT | P_FORMAT, &q))
        return;
    mark_of(&q, mark);
    if (q.cursor.at && !read_cursor(q.cursor, mark, &after_us, &after_id)) {
        sam_http_problem(request, 400, "bad_cursor", "cursor", "this is no cursor of this list with this filter");
        return;
    }
    struct sam_span kept = SAM_NO_SPAN;
    struct sam_err err;
    struct ask *ask = ask_new(serve, request, on_list);
    if (!ask)
        return;
    if (sam_arena_printf(arena, &kept, &err, "%s", mark) != SAM_OK) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return;
    }
    ask_scope(ask);
    struct sam_db_param *p = ask_call(ask, q.csv ? "conversations_csv" : "conversations", q.csv ? 18 : 17);
    p[0] = sam_db_text(q.from);
    p[1] = sam_db_text(q.to);
    p[2] = sam_db_text(serve->settings.time_zone);
    p[3] = param_texts(arena, q.queues, q.queues_n);
    p[4] = param_int4s(arena, q.channels, q.channels_n);
    p[5] = param_int4s(arena, q.languages, q.languages_n);
    p[6] = of_yes_no(q.scored);
    p[7] = of_yes_no(q.missed);
    p[8] = of_yes_no(q.gap);
    p[9] = sam_db_bool(q.undated == ASKED_YES);
    p[10] = q.cursor.at ? sam_db_time(after_us) : sam_db_null();
    p[11] = q.cursor.at ? sam_db_int8(after_id) : sam_db_null();
    p[12] = sam_db_int4(q.limit);
    p[13] = q.csv ? sam_db_int4(who_asks(request)->account_id) : sam_db_text(kept);
    if (q.csv)
        p[14] = sam_db_text(client_address(serve, request));
    p += q.csv ? 15 : 14;
    p[0] = sam_db_text(q.quadrant);
    p[1] = of_yes_no(q.derived);
    p[2] = of_yes_no(q.incomplete);
    static char json[] = "application/json", csv[] = "text/csv; charset=utf-8; header=present";
    ask->data = q.csv ? csv : json;
    ask_run(ask);
}

static void on_one(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    if (result->code != SAM_OK) {
        ask_failed(ask, result, err);
        return;
    }
    ask->serve->counts.reads += sam_db_rows_n(result->rows[2]);
    ask_answer(ask, result, 2, "application/json");
}

void serve_conversation(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    struct parameters q;
    struct sam_err err;
    int64_t id = 0;
    if (!parameters_read(request, 0, &q))
        return;
    if (sam_span_int(sam_http_param(request, "id"), 1, INT64_MAX, &id, &err) != SAM_OK) {
        sam_http_problem(request, 400, "bad_parameter", "id", "a conversation's id is a whole number: %s", err.text);
        return;
    }
    struct ask *ask = ask_new(serve, request, on_one);
    if (!ask)
        return;
    ask_scope(ask);
    struct sam_db_param *p = ask_call(ask, "access_conversation", 3);
    p[0] = sam_db_int4(who_asks(request)->account_id);
    p[1] = sam_db_text(client_address(serve, request));
    p[2] = sam_db_int8(id);
    p = ask_call(ask, "conversation", 2);
    p[0] = sam_db_int8(id);
    p[1] = sam_db_text(serve->settings.time_zone);
    ask_run(ask);
}
