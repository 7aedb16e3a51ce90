/*
 * How far a share or a mean may be trusted: quantiles, Wilson's and Newcombe's intervals, Student's, the bootstrap, and least group sizes.
 */
#include "samtale/kpi.h"

#include <math.h>
#include <stdlib.h>

static bool confidence_ok(double confidence_ratio)
{
    return confidence_ratio > 0 && confidence_ratio < 1;
}

/* Halves an interval until x has 15 digits: slower than a rational formula, and with nothing in it to mistype. */
static double invert(double (*chance)(double x, double with), double with, double p, double low, double high)
{
    for (int i = 0; i < 200 && high - low > 1e-13 * (1 + fabs(low)); i++) {
        double middle = low + (high - low) / 2;
        if (chance(middle, with) < p)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

static double normal_chance(double x, double unused)
{
    (void)unused;
    return 0.5 * erfc(-x / sqrt(2));
}

enum sam_code sam_kpi_normal_quantile(double p, double *z)
{
    if (!confidence_ok(p))
        return SAM_NONE;
    *z = p > 0.5 ? -invert(normal_chance, 0, 1 - p, -40, 40) : invert(normal_chance, 0, p, -40, 40);
    return SAM_OK;
}

/* The continued fraction of the incomplete beta function by Lentz (Numerical Recipes, 6.4). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m <= 500; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        for (int k = 0; k < 2; k++) {
            double term = k == 0 ? even : odd;
            d = 1 + term * d;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = 1 + term / c;
            c = fabs(c) < tiny ? tiny : c;
            h *= d * c;
        }
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return h;
}
static double beta_ratio(double a, double b, double x)
{
    if (!(x > 0))
        return 0;
    if (!(x < 1))
        return 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a : 1 - front * beta_fraction(b, a, 1 - x) / b;
}
static double t_chance(double t, double freedom)
{
    double tail = 0.5 * beta_ratio(freedom / 2, 0.5, freedom / (freedom + t * t));
    return t > 0 ? 1 - tail : tail;
}

enum sam_code sam_kpi_t_quantile(double p, double freedom, double *t)
{
    if (!confidence_ok(p) || !(freedom >= 1) || !isfinite(freedom))
        return SAM_NONE;
    double high = 1;
    while (t_chance(-high, freedom) > fmin(p, 1 - p) && high < 1e15)
        high *= 2;
    *t = p > 0.5 ? -invert(t_chance, freedom, 1 - p, -high, 0) : invert(t_chance, freedom, p, -high, 0);
    return SAM_OK;
}

enum sam_code sam_kpi_wilson(double part, double whole, double confidence_ratio, struct sam_kpi_range *out)
{
    double z = 0;
    if (!(whole > 0) || !(part >= 0) || !(part <= whole) || !isfinite(whole) || !confidence_ok(confidence_ratio) ||
        sam_kpi_normal_quantile(0.5 + confidence_ratio / 2, &z) != SAM_OK)
        return SAM_NONE;
    double p = part / whole, q = z * z / whole, middle = p + q / 2, half = z * sqrt(p * (1 - p) / whole + q / (4 * whole));
    *out = (struct sam_kpi_range){.low = fmax(0, (middle - half) / (1 + q)), .high = fmin(1, (middle + half) / (1 + q))};
    if (!(part > 0))
        out->low = 0;
    if (!(part < whole))
        out->high = 1;
    return SAM_OK;
}

enum sam_code sam_kpi_difference(const double first[2], const double second[2], double confidence_ratio, struct sam_kpi_range *out)
{
    struct sam_kpi_range a, b;
    if (sam_kpi_wilson(first[0], first[1], confidence_ratio, &a) != SAM_OK ||
        sam_kpi_wilson(second[0], second[1], confidence_ratio, &b) != SAM_OK)
        return SAM_NONE;
    double p = first[0] / first[1], q = second[0] / second[1];
    *out = (struct sam_kpi_range){.low = p - q - hypot(p - a.low, b.high - q), .high = p - q + hypot(a.high - p, q - b.low)};
    return SAM_OK;
}

enum sam_code sam_kpi_mean(double n, double sum, double squares, double confidence_ratio, struct sam_kpi_range *out)
{
    double t = 0;
    if (!(n >= 2) || !isfinite(n) || !isfinite(sum) || !isfinite(squares) || !confidence_ok(confidence_ratio) ||
        sam_kpi_t_quantile(0.5 + confidence_ratio / 2, n - 1, &t) != SAM_OK)
        return SAM_NONE;
    double mean = sum / n, variance = fmax(0, (squares - sum * mean) / (n - 1)), half = t * sqrt(variance / n);
    *out = (struct sam_kpi_range){.low = mean - half, .high = mean + half};
    return SAM_OK;
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}
static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

enum sam_code sam_kpi_bootstrap(const double *values, size_t n, uint64_t seed, double confidence_ratio, double *scratch,
                                struct sam_kpi_range *out)
{
    if (n < 2 || !confidence_ok(confidence_ratio))
        return SAM_NONE;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return SAM_NONE;
    for (size_t i = 0; i < SAM_KPI_BOOTSTRAPS; i++) {
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += values[draw(&seed) % n];
        scratch[i] = sum / (double)n;
    }
    qsort(scratch, SAM_KPI_BOOTSTRAPS, sizeof *scratch, by_value);
    size_t low = (size_t)floor((SAM_KPI_BOOTSTRAPS - 1) * (1 - confidence_ratio) / 2);
    *out = (struct sam_kpi_range){.low = scratch[low], .high = scratch[SAM_KPI_BOOTSTRAPS - 1 - low]};
    return SAM_OK;
}

bool sam_kpi_group_shown(int64_t people, int64_t least)
{
    return people <= 0 || people >= least;
}
