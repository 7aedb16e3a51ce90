/*
 * GET /v1/budget: how many seconds longer an average call of a queue may be before the service level falls under its target with the agents
 * that were there, or are planned. Sums come from PostgreSQL, the models are the room kpi's; it runs on another thread, since a week is
 * some thousand evaluations of Erlang A. Where the figure cannot be believed it is null with a reason: never a guess.
 */
#include "budget.h"

#define TEXT_MAX ((size_t)1 << 20)

/* ---- asking --------------------------------------------------------------------------------------------------------------- */

static void failed(struct budget *b)
{
    sam_http_problem(b->request, 500, "internal", NULL, "no memory for this request");
}

static void compute(void *data)
{
    budget_compute(data);
}

static void on_computed(void *data)
{
    struct budget *b = data;
    struct sam_buf text = sam_buf_of(TEXT_MAX);
    struct sam_err ignored;
    struct sam_http_response response = {.content_type = "application/json", .cache_control = "private, no-cache", .etag = true};
    budget_write(b, &text);
    bool right = !text.failed && sam_arena_span(sam_http_arena(b->request), sam_buf_get(&text), &response.body, &ignored) == SAM_OK;
    sam_buf_free(&text);
    if (right)
        sam_http_answer(b->request, &response);
    else
        failed(b);
}

static struct sam_span kept(struct budget *b, struct sam_span text)
{
    struct sam_err ignored;
    struct sam_span out = SAM_NO_SPAN;
    if (sam_arena_span(sam_http_arena(b->request), text, &out, &ignored) != SAM_OK)
        b->no_memory = true;
    return out;
}

static void take_interval(struct budget *b, const struct sam_db_rows *rows, size_t i)
{
    struct budget_interval *v = &b->intervals[i];
    double offered = (double)sam_db_get_int(rows, i, 2), handled = (double)sam_db_get_int(rows, i, 11);
    *v = (struct budget_interval){
        .starts_at = kept(b, sam_db_get_text(rows, i, 0)),
        .day = kept(b, sam_db_get_text(rows, i, 1)),
        .counts = {.answered = (double)sam_db_get_int(rows, i, 3),
                   .abandoned = (double)sam_db_get_int(rows, i, 4),
                   .short_abandoned = (double)sam_db_get_int(rows, i, 5),
                   .flowed_out = (double)sam_db_get_int(rows, i, 6),
                   .answered_in = (double)sam_db_get_int(rows, i, 7),
                   .abandoned_in = (double)sam_db_get_int(rows, i, 8)},
        .wait_s = (double)sam_db_get_int(rows, i, 9) / 1000,
        .abandoned = (double)sam_db_get_int(rows, i, 10),
        .handled = handled,
        .handle_s = (double)sam_db_get_int(rows, i, 12) / 1000,
        .planned = !sam_db_is_null(rows, i, 13),
        .seen = sam_db_get_int(rows, i, 14) == 1,
        .slot = (int)sam_db_get_int(rows, i, 15),
        .model = {.calls = offered > 0 ? offered : 0, .agents = (double)sam_db_get_int(rows, i, 13) / 1000, .length_s = 1800},
    };
}

static void on_rows(struct ask *ask, struct sam_db_result *result, const struct sam_err *err)
{
    struct budget *b = ask->data;
    struct sam_err reason;
    if (result->code != SAM_OK) {
        ask_failed(ask, result, err);
        return;
    }
    const struct sam_db_rows *head = result->rows[1], *rows = result->rows[2];
    if (sam_db_rows_n(head) == 0) {
        sam_http_problem(ask->request, 404, "not_found", "queue", "there is no such queue");
        return;
    }
    b->first_day = kept(b, sam_db_get_text(head, 0, 1));
    b->last_day = kept(b, sam_db_get_text(head, 0, 2));
    b->goal = (struct sam_kpi_goal){.model = SAM_KPI_ERLANG_A,
                                    .variant = b->variant,
                                    .target_ratio = (double)sam_db_get_int(head, 0, 5) / 1e6,
                                    .threshold_s = (double)sam_db_get_int(head, 0, 3) / 1000,
                                    .short_s = (double)sam_db_get_int(head, 0, 4) / 1000};
    b->has_target = !sam_db_is_null(head, 0, 5);
    b->spent = kept(b, sam_db_get_text(result->rows[3], 0, 0));
    b->n = sam_db_rows_n(rows);
    b->intervals = sam_arena_array(sam_http_arena(b->request), b->n + 1, sizeof *b->intervals);
    b->models = sam_arena_array(sam_http_arena(b->request), b->n + 1, sizeof *b->models);
    b->trials = sam_arena_array(sam_http_arena(b->request), b->n + 1, sizeof *b->trials);
    b->counts = sam_arena_array(sam_http_arena(b->request), b->n + 1, sizeof *b->counts);
    b->numbers = sam_arena_array(sam_http_arena(b->request), 3 * b->n + 1, sizeof *b->numbers);
    b->days = sam_arena_array(sam_http_arena(b->request), BUDGET_DAYS + 1, sizeof *b->days);
    for (size_t i = 0; b->intervals && i < b->n; i++)
        take_interval(b, rows, i);
    if (!b->intervals || !b->models || !b->trials || !b->counts || !b->numbers || !b->days || b->no_memory)
        failed(b);
    else if (sam_work_start(b->serve->loop, compute, on_computed, b, &reason) != SAM_OK)
        sam_http_problem_later(b->request, 503, "unavailable", 2, "%s", reason.text);
}

void serve_budget(struct sam_http_request *request, void *context)
{
    struct sam_serve *serve = context;
    struct parameters q;
    enum sam_kpi_variant variant = SAM_KPI_ABANDONS_IN_DENOMINATOR;
    if (!parameters_read(request, P_FROM | P_TO | P_QUEUE, &q))
        return;
    if (q.queues_n != 1) {
        sam_http_problem(request, 400, "bad_parameter", "queue", "a budget is of one queue: give exactly one");
        return;
    }
    SAM_MUST(sam_kpi_variant_find(serve->settings.service_level, &variant) == SAM_OK);
    struct ask *ask = ask_new(serve, request, on_rows);
    struct budget *b = ask ? sam_arena_alloc(sam_http_arena(request), sizeof *b) : NULL;
    if (!ask)
        return;
    if (!b) {
        sam_http_problem(request, 500, "internal", NULL, "no memory for this request");
        return;
    }
    *b = (struct budget){.serve = serve, .request = request, .queue = q.queues[0], .zone = serve->settings.time_zone, .variant = variant};
    ask->data = b;
    ask_scope(ask);
    static const char *const statements[] = {"budget_head", "budget_intervals", "budget_spent"};
    for (size_t i = 0; i < SAM_COUNT(statements); i++) {
        struct sam_db_param *p = ask_call(ask, statements[i], 4);
        p[0] = sam_db_text(q.from);
        p[1] = sam_db_text(q.to);
        p[2] = sam_db_text(b->zone);
        p[3] = sam_db_text(b->queue);
    }
    ask_run(ask);
}
