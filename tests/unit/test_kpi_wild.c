/*
 * The kpi room given numbers that are none: each argument of each function in turn is not a number, without end, negative, nothing, tiny or
 * huge. The answer is SAM_NONE, and nothing is written, or a finite figure; a sum over no calls must never show as a figure.
 */
#include "samtale/kpi.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define UNTOUCHED (-12345.0)
#define ARGS      9
#define OUTS      7

/* A function of numbers. @param out filled with UNTOUCHED before */
typedef enum sam_code call(const double *a, double *out);

static enum sam_code ranged(enum sam_code code, const struct sam_kpi_range *range, double *out)
{
    out[0] = range->low;
    out[1] = range->high;
    return code;
}

static const struct sam_kpi_range none = {UNTOUCHED, UNTOUCHED};

static enum sam_code normal(const double *a, double *out)
{
    return sam_kpi_normal_quantile(a[0], out);
}

static enum sam_code student(const double *a, double *out)
{
    return sam_kpi_t_quantile(a[0], a[1], out);
}

static enum sam_code wilson(const double *a, double *out)
{
    struct sam_kpi_range range = none;
    return ranged(sam_kpi_wilson(a[0], a[1], a[2], &range), &range, out);
}

static enum sam_code difference(const double *a, double *out)
{
    struct sam_kpi_range range = none;
    return ranged(sam_kpi_difference(a, a + 2, a[4], &range), &range, out);
}

static enum sam_code mean(const double *a, double *out)
{
    struct sam_kpi_range range = none;
    return ranged(sam_kpi_mean(a[0], a[1], a[2], a[3], &range), &range, out);
}

static enum sam_code bootstrap(const double *a, double *out)
{
    static double scratch[SAM_KPI_BOOTSTRAPS];
    struct sam_kpi_range range = none;
    return ranged(sam_kpi_bootstrap(a, 4, 7, a[4], scratch, &range), &range, out);
}

static struct sam_kpi_load load_of(const double *a)
{
    return (struct sam_kpi_load){
        .calls_per_s = a[0], .handle_s = a[1], .agents = a[2], .threshold_s = a[3], .short_s = a[4], .patience_s = a[5]};
}

static enum sam_code erlang_c(const double *a, double *out)
{
    const struct sam_kpi_load load = load_of(a);
    struct sam_kpi_erlang_c c = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED};
    enum sam_code code = sam_kpi_erlang_c(&load, &c);
    memcpy(out, &c, sizeof c);
    return code;
}

static enum sam_code erlang_a(const double *a, double *out)
{
    const struct sam_kpi_load load = load_of(a);
    struct sam_kpi_erlang_a e = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED};
    enum sam_code code = sam_kpi_erlang_a(&load, &e);
    memcpy(out, &e, sizeof e);
    return code;
}

static enum sam_code patience(const double *a, double *out)
{
    return sam_kpi_patience(a[0], a[1], out);
}

static struct sam_kpi_interval interval_of(const double *a)
{
    return (struct sam_kpi_interval){.calls = a[0], .handle_s = a[1], .agents = a[2], .length_s = a[3]};
}

static struct sam_kpi_goal goal_of(const double *a, enum sam_kpi_model model)
{
    return (struct sam_kpi_goal){.model = model,
                                 .variant = SAM_KPI_ABANDONED_IGNORED,
                                 .target_ratio = 0.8,
                                 .threshold_s = a[4],
                                 .short_s = a[5],
                                 .patience_s = a[6]};
}

static enum sam_code level(const double *a, double *out)
{
    const struct sam_kpi_interval interval = interval_of(a);
    const struct sam_kpi_goal goal = goal_of(a, SAM_KPI_ERLANG_A);
    return sam_kpi_expected_level(&interval, 1, &goal, a[7], out);
}

static enum sam_code level_c(const double *a, double *out)
{
    const struct sam_kpi_interval interval = interval_of(a);
    const struct sam_kpi_goal goal = goal_of(a, SAM_KPI_ERLANG_C);
    return sam_kpi_expected_level(&interval, 1, &goal, a[7], out);
}

static enum sam_code budget(const double *a, double *out)
{
    const struct sam_kpi_interval interval = interval_of(a);
    const struct sam_kpi_goal goal = goal_of(a, SAM_KPI_ERLANG_A);
    return sam_kpi_budget(&interval, 1, &goal, a[7], out);
}

static enum sam_code staffing(const double *a, double *out)
{
    const struct sam_kpi_interval interval = interval_of(a);
    const struct sam_kpi_goal goal = goal_of(a, SAM_KPI_ERLANG_A);
    int agents = (int)UNTOUCHED;
    enum sam_code code = sam_kpi_staffing(&interval, &goal, 200, &agents);
    out[0] = agents;
    return code;
}

static enum sam_code break_even(const double *a, double *out)
{
    return sam_kpi_break_even(a[0], a[1], out);
}

static const struct {
    const char *name;
    call *run;
    size_t args, outs;
    double good[ARGS];
    unsigned free; /* bits of arguments that this function does not look at */
} functions[] = {
    {"normal_quantile", normal, 1, 1, {0.9}, 0},
    {"t_quantile", student, 2, 1, {0.9, 12}, 0},
    {"wilson", wilson, 3, 2, {15, 148, 0.95}, 0},
    {"difference", difference, 5, 2, {56, 70, 48, 80, 0.95}, 0},
    {"mean", mean, 4, 2, {12, 60, 420, 0.95}, 0},
    {"bootstrap", bootstrap, 5, 2, {1, 2, 4, 9, 0.95}, 0},
    {"erlang_c", erlang_c, 5, 5, {0.05, 300, 20, 20, 5}, 0},
    {"erlang_a", erlang_a, 6, 7, {0.05, 300, 20, 20, 5, 120}, 0},
    {"patience", patience, 2, 1, {1000, 10}, 0},
    {"expected_level", level, 8, 1, {100, 300, 20, 1800, 20, 5, 120, 0}, 0},
    {"expected_level, Erlang C", level_c, 8, 1, {100, 300, 20, 1800, 20, 5, 120, 0}, 1U << 6},
    {"budget", budget, 8, 1, {100, 300, 24, 1800, 20, 5, 120, 600}, 0},
    {"staffing", staffing, 7, 1, {100, 300, 20, 1800, 20, 5, 120}, 1U << 2},
    {"break_even", break_even, 2, 1, {300, 20}, 0},
};

static void check(size_t i, const double *args, bool never)
{
    double out[OUTS] = {UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED};
    enum sam_code code = functions[i].run(args, out);
    for (size_t k = 0; k < functions[i].outs; k++) {
        bool untouched = fabs(out[k] - UNTOUCHED) < 0.5;
        if ((code == SAM_OK && (never || untouched || !isfinite(out[k]))) || (code == SAM_NONE && !untouched) ||
            (code != SAM_OK && code != SAM_NONE))
            fail_msg("%s(%g, %g, %g, %g, %g, %g, %g, %g): code %d, figure %zu is %g", functions[i].name, args[0], args[1], args[2], args[3],
                     args[4], args[5], args[6], args[7], (int)code, k, out[k]);
    }
}

static void numbers_that_are_none_give_no_figure(void **state)
{
    static const double wild[] = {-1, 0, 1e-300, 0.5, 1, 3, 1e9, 1e300};
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(functions); i++) {
        double args[ARGS];
        check(i, functions[i].good, false);
        for (size_t k = 0; k < functions[i].args; k++) {
            memcpy(args, functions[i].good, sizeof args);
            const bool looked_at = !(functions[i].free >> k & 1U);
            args[k] = (double)NAN;
            check(i, args, looked_at);
            args[k] = (double)INFINITY;
            check(i, args, looked_at);
            args[k] = -(double)INFINITY;
            check(i, args, looked_at);
            for (size_t w = 0; w < SAM_COUNT(wild); w++) {
                args[k] = wild[w];
                check(i, args, false);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_that_are_none_give_no_figure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
