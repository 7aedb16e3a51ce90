/*
 * The budget's numbers, on another thread: patience over all days, the rates behind the counts, a back-test of every half hour, then the
 * budget of all, of each day and of the last day's half hours. A budget whose model does not fit what was counted is hidden with its
 * reason.
 */
#include "budget.h"

#include <math.h>

#define EXTRA_MOST_S 1800.0 /* a budget above is shown as this: there is room */
#define TRIALS_LEAST 10     /* fewer half hours tell nothing about the fit */
#define BIAS_MOST    0.05
#define MISFIT_MOST  0.15

static struct budget_figure known(double value)
{
    return (struct budget_figure){.there = true, .value = value};
}
static struct budget_figure hidden(const char *why)
{
    return (struct budget_figure){.hidden = why};
}

/* Takes the model's intervals of a stretch. @return why there can be no budget; NULL: there can */
static const char *stretch(struct budget *b, size_t from, size_t to, size_t *n)
{
    double calls = 0;
    *n = 0;
    for (size_t i = from; i < to; i++) {
        const struct budget_interval *v = &b->intervals[i];
        if (!(v->model.calls > 0))
            continue;
        if (!v->planned)
            return "no_staffing";
        if (!(v->model.handle_s > 0))
            return "no_handle_time";
        b->models[(*n)++] = v->model;
        calls += v->model.calls;
    }
    return calls > 0 ? NULL : "no_calls";
}

static struct budget_figure extra_of(struct budget *b, size_t n, enum sam_kpi_model model)
{
    struct sam_kpi_goal goal = b->goal;
    double extra = 0;
    goal.model = model;
    if (sam_kpi_budget(b->models, n, &goal, EXTRA_MOST_S, &extra) != SAM_OK)
        return hidden("target_out_of_reach");
    return known(extra);
}

static void add_observed(struct budget_sum *sum, const struct budget *b, const struct budget_interval *v)
{
    double part = 0, whole = 0, ratio = 0;
    if (sam_kpi_service_level(&v->counts, b->variant, &part, &whole, &ratio) == SAM_OK) {
        sum->observed_part += part;
        sum->observed_whole += whole;
    }
    sum->calls += v->model.calls;
    sum->handled += v->handled;
    sum->handle_s += v->handle_s;
}

static void sum_of(struct budget *b, size_t from, size_t to, struct budget_sum *sum)
{
    size_t n = 0;
    double level = 0;
    for (size_t i = from; i < to; i++)
        add_observed(sum, b, &b->intervals[i]);
    sum->observed = sum->observed_whole > 0 ? known(sum->observed_part / sum->observed_whole) : hidden("no_calls");
    const char *why = stretch(b, from, to, &n);
    sum->expected = sum->extra = sum->cautious = hidden(why);
    if (why)
        return;
    sum->expected = hidden(b->patience.hidden);
    if (b->patience.there)
        sum->expected = sam_kpi_expected_level(b->models, n, &b->goal, 0, &level) == SAM_OK ? known(level) : hidden("out_of_range");
    if (!b->has_target) {
        sum->extra = sum->cautious = hidden("no_target");
        return;
    }
    sum->cautious = extra_of(b, n, SAM_KPI_ERLANG_C);
    sum->extra = b->patience.there ? extra_of(b, n, SAM_KPI_ERLANG_A) : hidden(b->patience.hidden);
}

/* Rates and lengths behind the counts: of a small queue's half hour neither is known from its two or three calls. */
static void smooth(struct budget *b)
{
    double *sums = b->numbers, *counts = sums + b->n, *means = counts + b->n;
    int day = -1;
    for (size_t i = 0; i < b->n; i++) {
        const struct budget_interval *v = &b->intervals[i];
        day += i == 0 || !sam_span_equal(v->day, b->intervals[i - 1].day);
        b->counts[i] = (struct sam_kpi_count){day, v->slot, v->model.calls};
        sums[i] = v->handle_s;
        counts[i] = v->handled;
    }
    if (sam_kpi_means(sums, counts, b->n, means) == SAM_OK)
        for (size_t i = 0; i < b->n; i++)
            b->intervals[i].model.handle_s = means[i];
    if (sam_kpi_rates(b->counts, b->n, means) == SAM_OK)
        for (size_t i = 0; i < b->n; i++)
            b->intervals[i].model.expected = means[i];
}

static void prepare(struct budget *b)
{
    double patience_s = 0;
    for (size_t i = 0; i < b->n; i++) {
        b->wait_s += b->intervals[i].wait_s;
        b->abandoned += b->intervals[i].abandoned;
    }
    smooth(b);
    b->patience = sam_kpi_patience(b->wait_s, b->abandoned, &patience_s) == SAM_OK ? known(patience_s) : hidden("nobody_abandoned");
    b->goal.patience_s = patience_s;
}

static void backtest(struct budget *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n; i++) {
        struct budget_interval *v = &b->intervals[i];
        double part = 0, whole = 0, ratio = 0, level = 0;
        enum sam_code counted = sam_kpi_service_level(&v->counts, b->variant, &part, &whole, &ratio);
        v->observed = counted == SAM_OK ? known(ratio) : hidden("no_calls");
        v->expected = hidden(!v->planned ? "no_staffing" : !b->patience.there ? b->patience.hidden : "no_calls");
        if (v->planned && b->patience.there && v->model.calls > 0 && sam_kpi_expected_level(&v->model, 1, &b->goal, 0, &level) == SAM_OK)
            v->expected = known(level);
        if (v->expected.there && counted == SAM_OK)
            b->trials[n++] = (struct sam_kpi_trial){.expected_ratio = level, .part = part, .whole = whole};
    }
    b->fitted = sam_kpi_backtest(b->trials, n, &b->fit) == SAM_OK;
}

/* Why the model may not be believed; NULL: it may. */
static const char *doubt(const struct budget *b)
{
    if (!b->fitted || b->fit.intervals < TRIALS_LEAST)
        return "too_few_intervals";
    double bias = sqrt(fmax(0, b->fit.bias_ratio * b->fit.bias_ratio - b->fit.chance_ratio * b->fit.chance_ratio));
    if (bias > BIAS_MOST || b->fit.misfit_ratio > MISFIT_MOST)
        return "poor_fit";
    return NULL;
}

static void hide(struct budget_figure *figure, const char *why)
{
    if (figure->there && why)
        *figure = hidden(why);
}

void budget_compute(struct budget *b)
{
    prepare(b);
    backtest(b);
    sum_of(b, 0, b->n, &b->all);
    const char *why = doubt(b);
    hide(&b->all.extra, why);
    hide(&b->all.cautious, why);
    for (size_t i = 0, end = 0; i < b->n && b->days_n < BUDGET_DAYS; i = end) {
        struct budget_sum *day = &b->days[b->days_n++];
        for (end = i; end < b->n && sam_span_equal(b->intervals[end].day, b->intervals[i].day); end++)
            ;
        *day = (struct budget_sum){.day = b->intervals[i].day};
        sum_of(b, i, end, day);
        hide(&day->extra, why);
        hide(&day->cautious, why);
    }
    for (size_t i = 0; i < b->n; i++) {
        struct budget_interval *v = &b->intervals[i];
        size_t n = 0;
        const char *not_one = stretch(b, i, i + 1, &n);
        v->extra = hidden(not_one ? not_one : !b->has_target ? "no_target" : !b->patience.there ? b->patience.hidden : why);
        if (!v->extra.hidden && sam_span_equal(v->day, b->intervals[b->n - 1].day))
            v->extra = extra_of(b, n, SAM_KPI_ERLANG_A);
    }
}
