/*
 * The kpi room through its door, second part: how far a figure may be trusted, against the tables of Student and Newcombe; charts of
 * habits; percentiles of histograms.
 */
#include "samtale/kpi.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void close_to(double found, double wanted, double within)
{
    if (!(fabs(found - wanted) <= within))
        fail_msg("found %.9g, wanted %.9g +- %g", found, wanted, within);
}

static void quantiles_are_those_of_the_tables(void **state)
{
    (void)state;
    static const struct {
        double p, freedom, t;
    } rows[] = {{0.975, 1, 12.7062},  {0.975, 2, 4.30265},   {0.975, 10, 2.22814}, {0.95, 5, 2.01505},
                {0.995, 30, 2.75000}, {0.025, 10, -2.22814}, {0.9995, 1, 636.619}};
    double x = 0;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        assert_int_equal(sam_kpi_t_quantile(rows[i].p, rows[i].freedom, &x), SAM_OK);
        close_to(x, rows[i].t, 1e-5 * (1 + fabs(rows[i].t)));
    }
    assert_int_equal(sam_kpi_normal_quantile(0.975, &x), SAM_OK);
    close_to(x, 1.959963985, 1e-9);
    assert_int_equal(sam_kpi_normal_quantile(0.001, &x), SAM_OK);
    close_to(x, -3.090232306, 1e-9);
    assert_int_equal(sam_kpi_t_quantile(0.975, 1e6, &x), SAM_OK);
    close_to(x, 1.95997, 1e-5);
    assert_int_equal(sam_kpi_normal_quantile(1, &x), SAM_NONE);
    assert_int_equal(sam_kpi_t_quantile(0.5, 0.5, &x), SAM_NONE);
}

static void wilson_s_intervals_are_newcombe_s(void **state)
{
    (void)state;
    /* Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3 */
    static const double rows[][4] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {29, 29, 0.8830, 1}};
    struct sam_kpi_range r;
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        assert_int_equal(sam_kpi_wilson(rows[i][0], rows[i][1], 0.95, &r), SAM_OK);
        close_to(r.low, rows[i][2], 5.1e-5);
        close_to(r.high, rows[i][3], 5.1e-5);
    }
    assert_int_equal(sam_kpi_wilson(0, 0, 0.95, &r), SAM_NONE);
    assert_int_equal(sam_kpi_wilson(3, 2, 0.95, &r), SAM_NONE);
    assert_int_equal(sam_kpi_wilson(1, 2, 1, &r), SAM_NONE);
    /* Newcombe 1998, Interval estimation for the difference, table II, method 10 */
    static const double pairs[][6] = {
        {56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {10, 10, 0, 10, 0.6075, 1}, {5, 56, 0, 29, -0.0381, 0.1926}};
    for (size_t i = 0; i < SAM_COUNT(pairs); i++) {
        assert_int_equal(sam_kpi_difference(&pairs[i][0], &pairs[i][2], 0.95, &r), SAM_OK);
        close_to(r.low, pairs[i][4], 5.1e-5);
        close_to(r.high, pairs[i][5], 5.1e-5);
    }
    const double none[2] = {0, 0};
    assert_int_equal(sam_kpi_difference(none, &pairs[0][0], 0.95, &r), SAM_NONE);
}

static void means_have_student_s_and_bootstrapped_intervals(void **state)
{
    (void)state;
    /* Student 1908, table of sleep gained with L-hyoscyamine less D-: 1.2 2.4 1.3 1.3 0 1 1.8 .8 4.6 1.4; 95 %: 0.7001 to 2.4599 */
    static const double sleep[] = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};
    static double scratch[SAM_KPI_BOOTSTRAPS];
    struct sam_kpi_range r, again;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < 10; i++) {
        sum += sleep[i];
        squares += sleep[i] * sleep[i];
    }
    assert_int_equal(sam_kpi_mean(10, sum, squares, 0.95, &r), SAM_OK);
    close_to(r.low, 0.7001142, 1e-6);
    close_to(r.high, 2.4598858, 1e-6);
    assert_int_equal(sam_kpi_mean(1, 1, 1, 0.95, &r), SAM_NONE);
    assert_int_equal(sam_kpi_bootstrap(sleep, 10, 7, 0.95, scratch, &r), SAM_OK);
    assert_int_equal(sam_kpi_bootstrap(sleep, 10, 7, 0.95, scratch, &again), SAM_OK);
    close_to(again.low, r.low, 0);
    close_to(r.low, 0.95, 0.12); /* narrower than Student's and skewed to the right, as the values are */
    close_to(r.high, 2.36, 0.16);
    assert_int_equal(sam_kpi_bootstrap(sleep, 1, 7, 0.95, scratch, &r), SAM_NONE);
    assert_true(sam_kpi_group_shown(0, 5) && sam_kpi_group_shown(5, 5) && !sam_kpi_group_shown(4, 5) && !sam_kpi_group_shown(1, 5));
}

static void charts_tell_change_from_noise(void **state)
{
    (void)state;
    double values[18] = {10, 12, 9, 11, 10, 12, 9, 11, 10, 11, 30, 10, 11, 10, 11, 10, 11, 10};
    unsigned signals[18];
    struct sam_kpi_chart c;
    assert_int_equal(sam_kpi_chart(values, 18, 10, &c, signals), SAM_OK);
    close_to(c.middle, 10.5, 1e-12);
    close_to(c.mean_range, 17 / 9.0, 1e-12); /* 2 3 2 1 2 3 2 1 1 */
    close_to(c.high, 10.5 + 2.660 * 17 / 9, 1e-9);
    close_to(c.range_high, 3.268 * 17 / 9, 1e-9);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(signals[i], 0);
    assert_int_equal(signals[10], SAM_KPI_BEYOND | SAM_KPI_JUMP);
    assert_int_equal(signals[11], SAM_KPI_JUMP);
    /* sigma is 1.675: a shift of 1 gives a run, of 2 gives four of five, of 4 gives two of three */
    for (size_t i = 10; i < 18; i++)
        values[i] = 11.5;
    assert_int_equal(sam_kpi_chart(values, 18, 10, &c, signals), SAM_OK);
    assert_int_equal(signals[15], 0);
    assert_int_equal(signals[16], SAM_KPI_RUN_OF_EIGHT); /* the tenth point was on that side already */
    for (size_t i = 10; i < 18; i++)
        values[i] = i == 12 ? 10 : 12.5;
    assert_int_equal(sam_kpi_chart(values, 18, 10, &c, signals), SAM_OK);
    assert_int_equal(signals[13], 0);
    assert_int_equal(signals[14], SAM_KPI_FOUR_OF_FIVE);
    for (size_t i = 10; i < 18; i++)
        values[i] = i == 11 ? 10 : 6.9;
    assert_int_equal(sam_kpi_chart(values, 18, 10, &c, signals), SAM_OK);
    assert_int_equal(signals[10], 0);
    assert_int_equal(signals[12], SAM_KPI_TWO_OF_THREE);
    assert_int_equal(sam_kpi_chart(values, 18, 5, &c, signals), SAM_NONE);
    assert_int_equal(sam_kpi_chart(values, 5, 6, &c, signals), SAM_NONE);
    values[17] = (double)NAN;
    assert_int_equal(sam_kpi_chart(values, 18, 10, &c, signals), SAM_NONE);
}

static void percentiles_of_a_histogram_are_off_by_less_than_a_bucket(void **state)
{
    (void)state;
    int64_t counts[SAM_KPI_BUCKETS] = {0};
    double ms = 0;
    assert_int_equal(sam_kpi_percentile(counts, 0.5, &ms), SAM_NONE);
    for (int64_t v = 1; v <= 10000; v++)
        counts[sam_kpi_bucket(v * 10)]++;
    for (int p = 1; p <= 100; p++) {
        assert_int_equal(sam_kpi_percentile(counts, p / 100.0, &ms), SAM_OK);
        close_to(ms, 1000.0 * p, 90.0 * p);
    }
    assert_int_equal(sam_kpi_percentile(counts, 1.5, &ms), SAM_NONE);
    assert_int_equal(sam_kpi_bucket(0), 0);
    assert_int_equal(sam_kpi_bucket(1), 1);
    assert_int_equal(sam_kpi_bucket(2), 9);
    assert_int_equal(sam_kpi_bucket(INT64_MAX), SAM_KPI_BUCKETS - 1);
    for (int i = 1; i < SAM_KPI_BUCKETS; i++)
        if (sam_kpi_bucket_start(i) > 100 && sam_kpi_bucket_start(i) < 1e12)
            assert_int_equal(sam_kpi_bucket((int64_t)ceil(sam_kpi_bucket_start(i))), i);
    int64_t zeros[SAM_KPI_BUCKETS] = {9, 1};
    assert_int_equal(sam_kpi_percentile(zeros, 0.9, &ms), SAM_OK);
    close_to(ms, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_of_the_tables),
        cmocka_unit_test(wilson_s_intervals_are_newcombe_s),
        cmocka_unit_test(means_have_student_s_and_bootstrapped_intervals),
        cmocka_unit_test(charts_tell_change_from_noise),
        cmocka_unit_test(percentiles_of_a_histogram_are_off_by_less_than_a_bucket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
