/*
 * The kpi room through its door, held against published values: Erlang tables, Cisco's worked service level, Newcombe's intervals, tables
 * of Student's distribution; and Erlang A's closed form against the differential equations, solved step by step.
 */
#include "samtale/kpi.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void close_to(double found, double wanted, double within)
{
    if (!(fabs(found - wanted) <= within))
        fail_msg("found %.9g, wanted %.9g +- %g", found, wanted, within);
}

/* 100 calls in half an hour of 300 s each, 20 s, patience 120 s: an average half hour. */
static struct sam_kpi_load half_hour(double agents)
{
    return (struct sam_kpi_load){
        .calls_per_s = 100 / 1800.0, .handle_s = 300, .agents = agents, .threshold_s = 20, .short_s = 5, .patience_s = 120};
}
static struct sam_kpi_goal goal_of(enum sam_kpi_model model, enum sam_kpi_variant variant)
{
    return (struct sam_kpi_goal){
        .model = model, .variant = variant, .target_ratio = 0.8, .threshold_s = 20, .short_s = 5, .patience_s = 120};
}
static const struct sam_kpi_interval TWENTY = {.calls = 100, .handle_s = 300, .agents = 20, .length_s = 1800};

static void erlang_c_gives_the_published_figures(void **state)
{
    (void)state;
    static const struct {
        int n;
        double level, asa, occupancy, longest;
    } rows[] = {{19, 0.5883, 61.84, 0.8772, 273.2},
                {20, 0.7293, 30.43, 0.8333, 289.1},
                {21, 0.8263, 16.05, 0.7937, 305.0},
                {22, 0.8915, 8.71, 0.7576, 320.9}};
    struct sam_kpi_goal goal = goal_of(SAM_KPI_ERLANG_C, SAM_KPI_ABANDONED_NEGATIVE);
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_kpi_load load = half_hour(rows[i].n);
        struct sam_kpi_interval interval = TWENTY;
        struct sam_kpi_erlang_c c;
        double extra = 0;
        interval.agents = rows[i].n;
        assert_int_equal(sam_kpi_erlang_c(&load, &c), SAM_OK);
        close_to(c.answered_ratio, rows[i].level, 5e-5);
        close_to(c.asa_s, rows[i].asa, 5e-3);
        close_to(c.occupancy_ratio, rows[i].occupancy, 5e-5);
        assert_int_equal(sam_kpi_budget(&interval, 1, &goal, 600, &extra), SAM_OK);
        close_to(300 + extra, rows[i].longest, 0.06);
    }
    struct sam_kpi_load load = half_hour(20);
    struct sam_kpi_erlang_c c;
    assert_int_equal(sam_kpi_erlang_c(&load, &c), SAM_OK);
    close_to(c.blocked_ratio, 0.07846, 5e-6);
    close_to(c.wait_ratio, 0.33812, 5e-6);
}

static void erlang_a_gives_the_published_figures(void **state)
{
    (void)state;
    static const struct {
        int n;
        double wait, abandon, level[4];
    } rows[] = {{19, 0.2570, 0.0604, {0.8321, 0.8596, 0.8641, 0.8856}},
                {20, 0.1956, 0.0431, {0.8781, 0.8994, 0.9018, 0.9176}},
                {21, 0.1439, 0.0297, {0.9145, 0.9304, 0.9316, 0.9425}}};
    static const enum sam_kpi_variant variants[] = {SAM_KPI_ABANDONED_NEGATIVE, SAM_KPI_ABANDONED_IGNORED, SAM_KPI_ABANDONED_POSITIVE,
                                                    SAM_KPI_ANSWERED_ONLY};
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_kpi_load load = half_hour(rows[i].n);
        struct sam_kpi_erlang_a a;
        double part, whole, ratio = 0, patience = 0;
        assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_OK);
        close_to(a.wait_ratio, rows[i].wait, 5e-5);
        close_to(a.abandon_ratio, rows[i].abandon, 5e-5);
        close_to(a.occupancy_ratio, load.calls_per_s * 300 * (1 - a.abandon_ratio) / rows[i].n, 1e-9);
        struct sam_kpi_calls calls = sam_kpi_erlang_a_calls(&a, 100);
        for (size_t k = 0; k < SAM_COUNT(variants); k++) {
            assert_int_equal(sam_kpi_service_level(&calls, variants[k], &part, &whole, &ratio), SAM_OK);
            close_to(ratio, rows[i].level[k], 5e-5);
        }
        /* waits and abandons of the model give back the patience it was made with */
        assert_int_equal(sam_kpi_patience(100 * a.wait_s, calls.abandoned, &patience), SAM_OK);
        close_to(patience, 120, 1e-6);
    }
}

/* F and G of domain notes and papers: F_i' = (n/h + i/p)(F_{i-1} - F_i) - F_i/p, G_i' = (n/h + i/p)(G_{i-1} - G_i) + (1 - G_i)/p. */
#define AHEAD 120
static void slopes(const double y[2][AHEAD], const struct sam_kpi_load *l, double out[2][AHEAD])
{
    for (int i = 0; i < AHEAD; i++) {
        double rate = l->agents / l->handle_s + i / l->patience_s;
        out[0][i] = rate * ((i > 0 ? y[0][i - 1] : 1) - y[0][i]) - y[0][i] / l->patience_s;
        out[1][i] = rate * ((i > 0 ? y[1][i - 1] : 0) - y[1][i]) + (1 - y[1][i]) / l->patience_s;
    }
}
static void solve(const struct sam_kpi_load *l, double y[2][AHEAD])
{
    static double k[4][2][AHEAD], at[2][AHEAD];
    const int steps = 4000;
    double dt = l->threshold_s / steps;
    memset(y, 0, sizeof(double[2][AHEAD]));
    for (int s = 0; s < steps; s++) {
        for (int round = 0; round < 4; round++) {
            double part = round == 0 ? 0 : round == 3 ? dt : dt / 2;
            for (int i = 0; i < 2 * AHEAD; i++)
                at[i / AHEAD][i % AHEAD] = y[i / AHEAD][i % AHEAD] + (round > 0 ? part * k[round - 1][i / AHEAD][i % AHEAD] : 0);
            slopes((const double(*)[AHEAD])at, l, k[round]);
        }
        for (int i = 0; i < 2 * AHEAD; i++) {
            int a = i / AHEAD, b = i % AHEAD;
            y[a][b] += dt / 6 * (k[0][a][b] + 2 * k[1][a][b] + 2 * k[2][a][b] + k[3][a][b]);
        }
    }
}
static void erlang_a_s_closed_form_solves_its_equations(void **state)
{
    (void)state;
    static const double loads[][5] = {
        {100, 300, 20, 20, 120}, {100, 300, 12, 20, 60}, {30, 240, 5, 45, 200}, {400, 200, 44, 10, 30}, {3, 600, 1, 20, 90}};
    static double y[2][AHEAD];
    for (size_t v = 0; v < SAM_COUNT(loads); v++) {
        struct sam_kpi_load l = {.calls_per_s = loads[v][0] / 1800,
                                 .handle_s = loads[v][1],
                                 .agents = loads[v][2],
                                 .threshold_s = loads[v][3],
                                 .patience_s = loads[v][4]};
        struct sam_kpi_erlang_a found;
        double a = l.calls_per_s * l.handle_s, weight = 1, free = 0, full = 0, in = 0, left = 0;
        solve(&l, y);
        for (int k = (int)l.agents; k > 0; k--) {
            weight *= k / a;
            free += weight;
        }
        weight = 1;
        for (int i = 0; i < AHEAD; i++) {
            full += weight;
            in += weight * y[0][i];
            left += weight * y[1][i];
            weight *= l.calls_per_s / (l.agents / l.handle_s + (i + 1) / l.patience_s);
        }
        assert_int_equal(sam_kpi_erlang_a(&l, &found), SAM_OK);
        close_to(found.answered_in_ratio, (free + in) / (free + full), 1e-7);
        close_to(found.abandoned_in_ratio, left / (free + full), 1e-7);
        close_to(found.short_ratio, 0, 1e-12);
    }
}

static void erlang_a_stands_extremes(void **state)
{
    (void)state;
    struct sam_kpi_erlang_a a;
    struct sam_kpi_load load = half_hour(0); /* nobody answers: all leave, in their own time */
    assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_OK);
    close_to(a.abandon_ratio, 1, 1e-9);
    close_to(a.answered_in_ratio, 0, 1e-12);
    close_to(a.abandoned_in_ratio, 1 - exp(-20 / 120.0), 1e-9);
    close_to(a.occupancy_ratio, 0, 1e-12);
    load = (struct sam_kpi_load){.calls_per_s = 100, .handle_s = 300, .agents = 20000, .threshold_s = 20, .short_s = 5, .patience_s = 120};
    assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_OK); /* 30,000 erlang on 20,000 agents */
    close_to(a.abandon_ratio, 1 / 3.0, 1e-3);
    close_to(a.occupancy_ratio, 1, 1e-3);
    load.agents = 40000;
    assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_OK);
    close_to(a.answered_in_ratio, 1, 1e-9);
    load = half_hour(20);
    load.threshold_s = 0; /* who does not wait is answered at once */
    assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_OK);
    close_to(a.answered_in_ratio, 1 - a.wait_ratio, 1e-12);
    close_to(a.abandoned_in_ratio, 0, 1e-12);
}

static void agents_between_whole_numbers_lie_between(void **state)
{
    (void)state;
    struct sam_kpi_load low = half_hour(20), high = half_hour(21), middle = half_hour(20.25);
    struct sam_kpi_erlang_a a[3];
    struct sam_kpi_erlang_c c[3];
    assert_int_equal(sam_kpi_erlang_a(&low, &a[0]) | sam_kpi_erlang_a(&high, &a[1]) | sam_kpi_erlang_a(&middle, &a[2]), SAM_OK);
    assert_int_equal(sam_kpi_erlang_c(&low, &c[0]) | sam_kpi_erlang_c(&high, &c[1]) | sam_kpi_erlang_c(&middle, &c[2]), SAM_OK);
    close_to(a[2].answered_in_ratio, 0.75 * a[0].answered_in_ratio + 0.25 * a[1].answered_in_ratio, 1e-12);
    close_to(c[2].asa_s, 0.75 * c[0].asa_s + 0.25 * c[1].asa_s, 1e-9);
}

static void loads_that_mean_nothing_are_not_measured(void **state)
{
    (void)state;
    struct sam_kpi_erlang_a a;
    struct sam_kpi_erlang_c c;
    struct sam_kpi_load bad[7];
    for (size_t i = 0; i < SAM_COUNT(bad); i++)
        bad[i] = half_hour(20);
    bad[0].calls_per_s = 0;
    bad[1].handle_s = -1;
    bad[2].agents = -1;
    bad[3].threshold_s = (double)INFINITY;
    bad[4].short_s = (double)NAN;
    bad[5].agents = 1e9;
    bad[6].handle_s = (double)NAN;
    for (size_t i = 0; i < SAM_COUNT(bad); i++) {
        assert_int_equal(sam_kpi_erlang_a(&bad[i], &a), SAM_NONE);
        assert_int_equal(sam_kpi_erlang_c(&bad[i], &c), SAM_NONE);
    }
    struct sam_kpi_load load = half_hour(16); /* 16.7 erlang: Erlang C's queue grows for ever, Erlang A's does not */
    assert_int_equal(sam_kpi_erlang_c(&load, &c), SAM_NONE);
    assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_OK);
    load.patience_s = 0;
    assert_int_equal(sam_kpi_erlang_a(&load, &a), SAM_NONE);
    double patience = 7;
    assert_int_equal(sam_kpi_patience(100, 0, &patience), SAM_NONE);
    assert_int_equal(sam_kpi_patience(0, 3, &patience), SAM_NONE);
    close_to(patience, 7, 0);
}

static void cisco_s_worked_case_gives_its_three_service_levels(void **state)
{
    (void)state;
    /* 70 answered in time, 10 abandoned in time, 20 over it: here 15 answered late, 5 abandoned late; and 3 flowed out */
    const struct sam_kpi_calls calls = {
        .answered = 85, .abandoned = 15, .short_abandoned = 4, .flowed_out = 3, .answered_in = 70, .abandoned_in = 10};
    const double wanted[SAM_KPI_VARIANTS] = {70 / 85.0, 0.7, 70 / 96.0, 70 / 103.0, 70 / 90.0, 0.7, 0.8};
    for (int i = 0; i < SAM_KPI_VARIANTS; i++) {
        double part, whole, ratio = 0;
        enum sam_kpi_variant found = SAM_KPI_ANSWERED_ONLY;
        assert_int_equal(sam_kpi_service_level(&calls, (enum sam_kpi_variant)i, &part, &whole, &ratio), SAM_OK);
        close_to(ratio, wanted[i], 1e-12);
        assert_int_equal(sam_kpi_variant_find(sam_span_of(sam_kpi_variant_name((enum sam_kpi_variant)i)), &found), SAM_OK);
        assert_int_equal(found, i);
        const struct sam_kpi_calls nothing = {0};
        assert_int_equal(sam_kpi_service_level(&nothing, (enum sam_kpi_variant)i, &part, &whole, &ratio), SAM_NONE);
        close_to(whole, 0, 0);
    }
    enum sam_kpi_variant none;
    assert_int_equal(sam_kpi_variant_find(SAM_SPAN("abandoned"), &none), SAM_NONE);
}

static void the_budget_depends_on_model_and_definition(void **state)
{
    (void)state;
    static const struct {
        enum sam_kpi_model model;
        enum sam_kpi_variant variant;
        double extra;
    } rows[] = {{SAM_KPI_ERLANG_C, SAM_KPI_ABANDONED_NEGATIVE, -11},
                {SAM_KPI_ERLANG_A, SAM_KPI_ABANDONED_NEGATIVE, 29},
                {SAM_KPI_ERLANG_A, SAM_KPI_ABANDONED_IGNORED, 41},
                {SAM_KPI_ERLANG_A, SAM_KPI_ABANDONED_POSITIVE, 44}};
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_kpi_goal goal = goal_of(rows[i].model, rows[i].variant);
        double extra = 0, level = 0;
        assert_int_equal(sam_kpi_budget(&TWENTY, 1, &goal, 600, &extra), SAM_OK);
        close_to(extra, rows[i].extra, 0.5);
        assert_int_equal(sam_kpi_expected_level(&TWENTY, 1, &goal, extra, &level), SAM_OK);
        close_to(level, 0.8, 1e-3);
        assert_true(level >= 0.8);
    }
}

static void an_empty_hour_does_not_pay_for_a_full_one(void **state)
{
    (void)state;
    struct sam_kpi_goal goal = goal_of(SAM_KPI_ERLANG_A, SAM_KPI_ABANDONED_NEGATIVE);
    struct sam_kpi_interval day[4] = {TWENTY, TWENTY, {.calls = 0, .handle_s = 0, .agents = 500, .length_s = 1800}, TWENTY};
    double both = 0, alone = 0, level = 0;
    assert_int_equal(sam_kpi_budget(&TWENTY, 1, &goal, 600, &alone), SAM_OK);
    assert_int_equal(sam_kpi_budget(day, 4, &goal, 600, &both), SAM_OK);
    close_to(both, alone, 0.02); /* an interval without calls changes nothing */
    day[1].calls = 10;
    day[1].agents = 20;
    assert_int_equal(sam_kpi_expected_level(day, 2, &goal, alone, &level), SAM_OK);
    assert_true(level > 0.8 && level < 0.83); /* ten happy callers beside a hundred */
}

static void budgets_that_cannot_be_told_are_not_told(void **state)
{
    (void)state;
    struct sam_kpi_goal goal = goal_of(SAM_KPI_ERLANG_A, SAM_KPI_ABANDONED_NEGATIVE);
    struct sam_kpi_interval one = TWENTY;
    double extra = 7;
    assert_int_equal(sam_kpi_budget(&one, 0, &goal, 600, &extra), SAM_NONE);
    one.agents = 0;
    assert_int_equal(sam_kpi_budget(&one, 1, &goal, 600, &extra), SAM_NONE);
    one = TWENTY;
    one.handle_s = 0;
    assert_int_equal(sam_kpi_budget(&one, 1, &goal, 600, &extra), SAM_NONE);
    one = TWENTY;
    one.length_s = 0;
    assert_int_equal(sam_kpi_budget(&one, 1, &goal, 600, &extra), SAM_NONE);
    assert_int_equal(sam_kpi_budget(&TWENTY, 1, &goal, -400, &extra), SAM_NONE);
    close_to(extra, 7, 0);
    one = TWENTY;
    one.calls = 1; /* so much room that the most is the answer */
    assert_int_equal(sam_kpi_budget(&one, 1, &goal, 600, &extra), SAM_OK);
    close_to(extra, 600, 0);
}

static void staffing_is_the_fewest_that_reach_the_goal(void **state)
{
    (void)state;
    struct sam_kpi_goal c = goal_of(SAM_KPI_ERLANG_C, SAM_KPI_ABANDONED_NEGATIVE),
                        a = goal_of(SAM_KPI_ERLANG_A, SAM_KPI_ABANDONED_NEGATIVE);
    struct sam_kpi_interval idle = TWENTY;
    int agents = 0;
    assert_int_equal(sam_kpi_staffing(&TWENTY, &c, 1000, &agents), SAM_OK);
    assert_int_equal(agents, 21);
    assert_int_equal(sam_kpi_staffing(&TWENTY, &a, 1000, &agents), SAM_OK);
    assert_int_equal(agents, 19);
    assert_int_equal(sam_kpi_staffing(&TWENTY, &a, 18, &agents), SAM_NONE);
    idle.calls = 0;
    assert_int_equal(sam_kpi_staffing(&idle, &a, 1000, &agents), SAM_NONE);
}

static void a_longer_call_pays_when_repeats_fall(void **state)
{
    (void)state;
    double ratio = 0;
    assert_int_equal(sam_kpi_break_even(300, 30, &ratio), SAM_OK);
    close_to(ratio, 0.0909, 5e-5);
    assert_int_equal(sam_kpi_break_even(0, 30, &ratio), SAM_NONE);
    assert_int_equal(sam_kpi_break_even(300, -1, &ratio), SAM_NONE);
}

static void a_backtest_tells_bias_from_chance(void **state)
{
    (void)state;
    const struct sam_kpi_trial fair[] = {{0.8, 8, 10}, {0.8, 9, 10}, {0.8, 7, 10}, {0.8, 0, 0}}, rosy[] = {{0.9, 50, 100}, {0.9, 60, 100}};
    struct sam_kpi_fit fit;
    assert_int_equal(sam_kpi_backtest(fair, 4, &fit), SAM_OK);
    assert_int_equal(fit.intervals, 3);
    close_to(fit.bias_ratio, 0, 1e-12);
    close_to(fit.error_ratio, sqrt(0.02 / 3), 1e-12);
    close_to(fit.noise_ratio, sqrt(0.016), 1e-12);
    close_to(fit.chance_ratio, sqrt(30 * 0.16) / 30, 1e-12);
    close_to(fit.misfit_ratio, 0, 1e-12);
    assert_int_equal(sam_kpi_backtest(rosy, 2, &fit), SAM_OK);
    close_to(fit.bias_ratio, 0.35, 1e-12);
    close_to(fit.misfit_ratio, sqrt((0.16 + 0.09) / 2 - 0.0009), 1e-12);
    assert_int_equal(sam_kpi_backtest(fair + 3, 1, &fit), SAM_NONE);
}

#define GRID_DAYS  5
#define GRID_SLOTS 6
/* Counts of a grid, row by row. */
static size_t grid_of(const double *calls, struct sam_kpi_count out[GRID_DAYS * GRID_SLOTS])
{
    size_t n = 0;
    for (int d = 0; d < GRID_DAYS; d++)
        for (int s = 0; s < GRID_SLOTS; s++)
            if (calls[d * GRID_SLOTS + s] >= 0)
                out[n++] = (struct sam_kpi_count){d, 16 + s, calls[d * GRID_SLOTS + s]};
    return n;
}

static void few_calls_are_no_rate(void **state)
{
    (void)state;
    /* as chance has it around two a half hour; a half hour without a row between others had none, the last day closed at noon */
    const double few[GRID_DAYS * GRID_SLOTS] = {1, 3, 2, 2, 0, 4, 3, 1, 2, 4, 2, 0, 2,  -1, 4,
                                                2, 1, 3, 2, 2, 2, 1, 4, 1, 2, 3, 1, -1, -1, -1};
    struct sam_kpi_count counts[GRID_DAYS * GRID_SLOTS];
    double rates[GRID_DAYS * GRID_SLOTS], sum = 0;
    size_t n = grid_of(few, counts);
    assert_int_equal(sam_kpi_rates(counts, n, rates), SAM_OK);
    for (size_t i = 0; i < n; i++) {
        assert_true(rates[i] > 1.4 && rates[i] < 2.7);
        sum += rates[i];
    }
    assert_true(sum > 50 && sum < 56); /* 54 were counted, some of them belong to the half hour without a row */
    /* the same counts a hundred times as large are no chance: they stand */
    for (size_t i = 0; i < n; i++)
        counts[i].calls *= 100;
    assert_int_equal(sam_kpi_rates(counts, n, rates), SAM_OK);
    for (size_t i = 0; i < n; i++)
        close_to(rates[i], counts[i].calls, 16);
}

static void a_rate_follows_day_and_time(void **state)
{
    (void)state;
    /* exactly a product of day and time: the neighbours alone move it, a little */
    double calls[GRID_DAYS * GRID_SLOTS], rates[GRID_DAYS * GRID_SLOTS];
    const double days[GRID_DAYS] = {4, 2, 2, 1, 0.5}, slots[GRID_SLOTS] = {1, 2, 3, 3, 2, 1};
    struct sam_kpi_count counts[GRID_DAYS * GRID_SLOTS];
    for (int i = 0; i < GRID_DAYS * GRID_SLOTS; i++)
        calls[i] = days[i / GRID_SLOTS] * slots[i % GRID_SLOTS];
    size_t n = grid_of(calls, counts);
    assert_int_equal(sam_kpi_rates(counts, n, rates), SAM_OK);
    for (size_t i = 0; i < n; i++) {
        int s = (int)i % GRID_SLOTS;
        close_to(rates[i] / rates[s], days[i / GRID_SLOTS] / days[0], 1e-9);
        double smooth = s % 5 == 0 ? (2 * slots[s] + 2) / 3 : (2 * slots[s] + slots[s - 1] + slots[s + 1]) / 4;
        close_to(rates[i] / rates[0], days[i / GRID_SLOTS] / days[0] * smooth / (4.0 / 3), 1e-9);
    }
    const struct sam_kpi_count one = {0, 20, 7}, none = {0, 20, 0};
    assert_int_equal(sam_kpi_rates(&one, 1, rates), SAM_OK);
    close_to(rates[0], 7, 1e-12);
    assert_int_equal(sam_kpi_rates(&none, 1, rates), SAM_OK);
    close_to(rates[0], 0, 1e-12);
    const struct sam_kpi_count wrong[] = {{SAM_KPI_DAYS, 0, 1}, {-1, 0, 1},  {0, SAM_KPI_SLOTS, 1}, {0, -1, 1},
                                          {0, 0, -1},           {0, 0, NAN}, {0, 0, HUGE_VAL}};
    for (size_t i = 0; i < SAM_COUNT(wrong); i++)
        assert_int_equal(sam_kpi_rates(&wrong[i], 1, rates), SAM_NONE);
}

static void the_length_of_few_calls_is_drawn_to_the_mean(void **state)
{
    (void)state;
    const double few_sums[] = {100, 900, 700, 300}, few[] = {1, 1, 2, 1}, many_sums[] = {20000, 40000, 0}, many[] = {100, 100, 0};
    double means[4];
    assert_int_equal(sam_kpi_means(few_sums, few, 4, means), SAM_OK);
    for (int i = 0; i < 4; i++)
        close_to(means[i], 400, 1e-9); /* they differ no more than lengths of calls do */
    assert_int_equal(sam_kpi_means(many_sums, many, 3, means), SAM_OK);
    const double between = (2e6 - 9e4) / 100, own = 100 / (100 + 9e4 / between);
    close_to(means[0], 200 * own + 300 * (1 - own), 1e-9);
    close_to(means[1], 400 * own + 300 * (1 - own), 1e-9);
    close_to(means[2], 300, 1e-9);
    assert_int_equal(sam_kpi_means(many_sums + 2, many + 2, 1, means), SAM_NONE);
    const double wrong[] = {-1, NAN, HUGE_VAL}, right = 1;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(sam_kpi_means(&wrong[i], &right, 1, means), SAM_NONE);
        assert_int_equal(sam_kpi_means(&right, &wrong[i], 1, means), SAM_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(erlang_c_gives_the_published_figures),
        cmocka_unit_test(erlang_a_gives_the_published_figures),
        cmocka_unit_test(erlang_a_s_closed_form_solves_its_equations),
        cmocka_unit_test(erlang_a_stands_extremes),
        cmocka_unit_test(agents_between_whole_numbers_lie_between),
        cmocka_unit_test(loads_that_mean_nothing_are_not_measured),
        cmocka_unit_test(cisco_s_worked_case_gives_its_three_service_levels),
        cmocka_unit_test(the_budget_depends_on_model_and_definition),
        cmocka_unit_test(an_empty_hour_does_not_pay_for_a_full_one),
        cmocka_unit_test(budgets_that_cannot_be_told_are_not_told),
        cmocka_unit_test(staffing_is_the_fewest_that_reach_the_goal),
        cmocka_unit_test(a_longer_call_pays_when_repeats_fall),
        cmocka_unit_test(a_backtest_tells_bias_from_chance),
        cmocka_unit_test(few_calls_are_no_rate),
        cmocka_unit_test(a_rate_follows_day_and_time),
        cmocka_unit_test(the_length_of_few_calls_is_drawn_to_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
