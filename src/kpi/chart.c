/*
 * Is this habit changing? Individuals and moving ranges with the usual rules; and percentiles of histograms of durations.
 */
#include "samtale/kpi.h"

#include <math.h>

/* Of ranges of two: 3/d2 and D4 with d2 = 1.128. */
#define LIMIT_FACTOR 2.660
#define RANGE_FACTOR 3.268
#define SIGMA_FACTOR 1.128
#define BASELINE_MIN 6

/* How many of the last `of` points up to i lie on that side of the middle by more than distance. */
static int beyond(const double *values, size_t i, size_t of, double middle, double distance)
{
    int above = 0, below = 0;
    for (size_t k = i + 1 < of ? 0 : i + 1 - of; k <= i; k++) {
        above += values[k] - middle > distance;
        below += middle - values[k] > distance;
    }
    return values[i] > middle ? above : below;
}

static unsigned signals_of(const double *values, size_t i, const struct sam_kpi_chart *c)
{
    double sigma = c->mean_range / SIGMA_FACTOR, off = fabs(values[i] - c->middle);
    unsigned found = 0;
    if (values[i] < c->low || values[i] > c->high)
        found |= SAM_KPI_BEYOND;
    if (off > 2 * sigma && beyond(values, i, 3, c->middle, 2 * sigma) >= 2)
        found |= SAM_KPI_TWO_OF_THREE;
    if (off > sigma && beyond(values, i, 5, c->middle, sigma) >= 4)
        found |= SAM_KPI_FOUR_OF_FIVE;
    if (off > 0 && beyond(values, i, 8, c->middle, 0) == 8)
        found |= SAM_KPI_RUN_OF_EIGHT;
    if (i > 0 && fabs(values[i] - values[i - 1]) > c->range_high)
        found |= SAM_KPI_JUMP;
    return found;
}

enum sam_code sam_kpi_chart(const double *values, size_t n, size_t baseline, struct sam_kpi_chart *out, unsigned *signals)
{
    double sum = 0, ranges = 0;
    if (baseline < BASELINE_MIN || baseline > n)
        return SAM_NONE;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return SAM_NONE;
    for (size_t i = 0; i < baseline; i++) {
        sum += values[i];
        ranges += i > 0 ? fabs(values[i] - values[i - 1]) : 0;
    }
    double middle = sum / (double)baseline, range = ranges / (double)(baseline - 1);
    *out = (struct sam_kpi_chart){.baseline = baseline,
                                  .middle = middle,
                                  .mean_range = range,
                                  .low = middle - LIMIT_FACTOR * range,
                                  .high = middle + LIMIT_FACTOR * range,
                                  .range_high = RANGE_FACTOR * range};
    for (size_t i = 0; i < n; i++)
        signals[i] = signals_of(values, i, out);
    return SAM_OK;
}

/* ---- percentiles ------------------------------------------------------------------------------------------------------ */

int sam_kpi_bucket(int64_t ms)
{
    if (ms <= 0)
        return 0;
    int bucket = 1 + (int)floor(8 * log2((double)ms) + 1e-9);
    return bucket < SAM_KPI_BUCKETS ? bucket : SAM_KPI_BUCKETS - 1;
}

double sam_kpi_bucket_start(int bucket)
{
    return bucket <= 0 ? 0 : exp2((bucket - 1) / 8.0);
}

enum sam_code sam_kpi_percentile(const int64_t *counts, double p_ratio, double *ms)
{
    int64_t all = 0, below = 0;
    for (int i = 0; i < SAM_KPI_BUCKETS; i++)
        all += counts[i] > 0 ? counts[i] : 0;
    if (all == 0 || !(p_ratio >= 0) || !(p_ratio <= 1))
        return SAM_NONE;
    double rank = fmax(1, ceil(p_ratio * (double)all));
    for (int i = 0; i < SAM_KPI_BUCKETS; i++) {
        int64_t count = counts[i] > 0 ? counts[i] : 0;
        if ((double)(below + count) >= rank) {
            double start = sam_kpi_bucket_start(i), end = i == 0 ? 0 : sam_kpi_bucket_start(i + 1);
            *ms = start + (end - start) * ((rank - (double)below - 0.5) / (double)count);
            return SAM_OK;
        }
        below += count;
    }
    return SAM_NONE; /* not reached: rank is at most all */
}
