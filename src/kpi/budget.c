/*
 * What a conversation may cost: the service level that a model expects over the intervals of a day, the seconds that are left until it
 * falls under its target, and whether the model may be believed. Chat with several conversations at once, callbacks and routing by skill
 * break the models; who shows a budget says so.
 */
#include "samtale/kpi.h"

#include <math.h>

#define EXTRA_STEP_S 0.01

/* Adds what the model expects of one interval. */
static enum sam_code interval_level(const struct sam_kpi_interval *v, const struct sam_kpi_goal *goal, double extra_s, double sums[2])
{
    struct sam_kpi_load load = {.calls_per_s = (v->expected > 0 ? v->expected : v->calls) / v->length_s,
                                .handle_s = v->handle_s + extra_s,
                                .agents = v->agents,
                                .threshold_s = goal->threshold_s,
                                .short_s = goal->short_s,
                                .patience_s = goal->patience_s};
    double part = 0, whole = 0, ratio = 0;
    if (goal->model == SAM_KPI_ERLANG_C) {
        struct sam_kpi_erlang_c c = {0};
        /* nothing is reached where the queue grows for ever */
        sums[0] += sam_kpi_erlang_c(&load, &c) == SAM_OK ? v->calls * c.answered_ratio : 0;
        sums[1] += v->calls;
        return SAM_OK;
    }
    struct sam_kpi_erlang_a a;
    enum sam_code code = sam_kpi_erlang_a(&load, &a);
    if (code != SAM_OK)
        return code;
    struct sam_kpi_calls calls = sam_kpi_erlang_a_calls(&a, v->calls);
    if (sam_kpi_service_level(&calls, goal->variant, &part, &whole, &ratio) == SAM_OK) {
        sums[0] += part;
        sums[1] += whole;
    }
    return SAM_OK;
}

static bool interval_ok(const struct sam_kpi_interval *v)
{
    return v->calls >= 0 && isfinite(v->calls) && isfinite(v->expected) && v->length_s > 0 && isfinite(v->length_s) &&
           (!(v->calls > 0) || (v->handle_s > 0 && isfinite(v->handle_s) && v->agents >= 0 && isfinite(v->agents)));
}

/* Erlang C answers a wait that is no number as it does a queue that grows for ever. Patience is looked at by Erlang A alone. */
static bool goal_ok(const struct sam_kpi_goal *goal, double extra_s)
{
    return goal->threshold_s >= 0 && isfinite(goal->threshold_s) && goal->short_s >= 0 && isfinite(goal->short_s) && isfinite(extra_s);
}

enum sam_code sam_kpi_expected_level(const struct sam_kpi_interval *intervals, size_t n, const struct sam_kpi_goal *goal, double extra_s,
                                     double *ratio)
{
    double sums[2] = {0, 0};
    if (!goal_ok(goal, extra_s))
        return SAM_NONE;
    for (size_t i = 0; i < n; i++) {
        if (!interval_ok(&intervals[i]) || (intervals[i].calls > 0 && !(intervals[i].handle_s + extra_s > 0)))
            return SAM_NONE;
        if (intervals[i].calls > 0 && interval_level(&intervals[i], goal, extra_s, sums) != SAM_OK)
            return SAM_NONE;
    }
    if (!(sums[1] > 0))
        return SAM_NONE;
    *ratio = sums[0] < sums[1] ? sums[0] / sums[1] : 1;
    return SAM_OK;
}

/* The shortest AHT of an interval with calls; 0 when there is none. */
static double shortest_s(const struct sam_kpi_interval *intervals, size_t n)
{
    double shortest = HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        if (intervals[i].calls > 0 && intervals[i].handle_s < shortest)
            shortest = intervals[i].handle_s;
    return isfinite(shortest) && shortest > 0 ? shortest : 0;
}

enum sam_code sam_kpi_budget(const struct sam_kpi_interval *intervals, size_t n, const struct sam_kpi_goal *goal, double most_s,
                             double *extra_s)
{
    double shortest = shortest_s(intervals, n), level = 0;
    if (!(shortest > 0) || !isfinite(most_s) || most_s <= -shortest)
        return SAM_NONE;
    /* the level falls as conversations grow: what lies below low is enough, what lies above high is too much */
    double low = -shortest + fmin(EXTRA_STEP_S, shortest / 2), high = most_s;
    enum sam_code code = sam_kpi_expected_level(intervals, n, goal, low, &level);
    if (code != SAM_OK || level < goal->target_ratio)
        return SAM_NONE;
    code = sam_kpi_expected_level(intervals, n, goal, high, &level);
    if (code == SAM_OK && level >= goal->target_ratio) {
        *extra_s = high;
        return SAM_OK;
    }
    while (code == SAM_OK && high - low > EXTRA_STEP_S) {
        double middle = (low + high) / 2;
        code = sam_kpi_expected_level(intervals, n, goal, middle, &level);
        if (level >= goal->target_ratio)
            low = middle;
        else
            high = middle;
    }
    if (code == SAM_OK)
        *extra_s = low;
    return code;
}

enum sam_code sam_kpi_staffing(const struct sam_kpi_interval *interval, const struct sam_kpi_goal *goal, int most, int *agents)
{
    struct sam_kpi_interval tried = *interval;
    int low = 0, high = most;
    double level = 0;
    tried.agents = high;
    if (most < 1 || sam_kpi_expected_level(&tried, 1, goal, 0, &level) != SAM_OK || level < goal->target_ratio)
        return SAM_NONE;
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        tried.agents = middle;
        if (sam_kpi_expected_level(&tried, 1, goal, 0, &level) != SAM_OK)
            return SAM_NONE;
        if (level >= goal->target_ratio)
            high = middle;
        else
            low = middle;
    }
    *agents = high;
    return SAM_OK;
}

enum sam_code sam_kpi_break_even(double handle_s, double extra_s, double *ratio)
{
    if (!(handle_s > 0) || !(extra_s >= 0) || !isfinite(handle_s) || !isfinite(extra_s))
        return SAM_NONE;
    *ratio = extra_s / (handle_s + extra_s);
    return SAM_OK;
}

enum sam_code sam_kpi_backtest(const struct sam_kpi_trial *trials, size_t n, struct sam_kpi_fit *fit)
{
    double calls = 0, bias = 0, square = 0, noise = 0, chance = 0;
    size_t intervals = 0;
    for (size_t i = 0; i < n; i++) {
        const struct sam_kpi_trial *t = &trials[i];
        if (!(t->whole > 0) || !isfinite(t->expected_ratio))
            continue;
        double p = fmin(1, fmax(0, t->expected_ratio)), off = p - t->part / t->whole;
        intervals++;
        calls += t->whole;
        bias += t->whole * off;
        square += t->whole * off * off;
        noise += p * (1 - p); /* whole * p(1-p)/whole */
        chance += t->whole * p * (1 - p);
    }
    if (intervals == 0)
        return SAM_NONE;
    *fit = (struct sam_kpi_fit){.intervals = intervals,
                                .bias_ratio = bias / calls,
                                .chance_ratio = sqrt(chance) / calls,
                                .error_ratio = sqrt(square / calls),
                                .noise_ratio = sqrt(noise / calls),
                                .misfit_ratio = sqrt(fmax(0, (square - noise) / calls))};
    return SAM_OK;
}
