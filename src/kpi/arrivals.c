/*
 * What is behind a half hour's count: three calls are no rate of six an hour, and the length of three calls no average. Both are drawn
 * towards what the same half hour of other days and the neighbours tell, as far as counts scatter no more than chance has them.
 */
#include "samtale/kpi.h"

#include <math.h>
#include <string.h>

#define ROUNDS 20

struct grid {
    double calls[SAM_KPI_DAYS][SAM_KPI_SLOTS]; /* below 0: closed */
    double of_day[SAM_KPI_DAYS], of_slot[SAM_KPI_SLOTS];
};

/* Half hours without a row, between the first and the last of a day that have one, had no calls; outside these it was closed. */
static void open_day(double calls[SAM_KPI_SLOTS])
{
    int first = 0, last = SAM_KPI_SLOTS - 1;
    while (first < SAM_KPI_SLOTS && calls[first] < 0)
        first++;
    while (last > first && calls[last] < 0)
        last--;
    for (int s = first; s < last; s++)
        calls[s] = fmax(calls[s], 0);
}

static enum sam_code fill(struct grid *grid, const struct sam_kpi_count *counts, size_t n)
{
    for (int d = 0; d < SAM_KPI_DAYS; d++)
        for (int s = 0; s < SAM_KPI_SLOTS; s++)
            grid->calls[d][s] = -1;
    for (size_t i = 0; i < n; i++) {
        const struct sam_kpi_count *c = &counts[i];
        if (c->day < 0 || c->day >= SAM_KPI_DAYS || c->slot < 0 || c->slot >= SAM_KPI_SLOTS || !(c->calls >= 0) || !isfinite(c->calls))
            return SAM_NONE;
        double *cell = &grid->calls[c->day][c->slot];
        *cell = fmax(*cell, 0) + c->calls;
    }
    for (int d = 0; d < SAM_KPI_DAYS; d++)
        open_day(grid->calls[d]);
    return SAM_OK;
}

/* Adds the cells of a day (slot < 0) or a slot (day < 0), each times the other's factor. */
static void add(const struct grid *grid, int day, int slot, double *calls, double *factors)
{
    *calls = *factors = 0;
    for (int i = 0; i < (slot < 0 ? SAM_KPI_SLOTS : SAM_KPI_DAYS); i++) {
        int d = slot < 0 ? day : i, s = slot < 0 ? i : slot;
        if (grid->calls[d][s] < 0)
            continue;
        *calls += grid->calls[d][s];
        *factors += slot < 0 ? grid->of_slot[s] : grid->of_day[d];
    }
}

static void fit_days(struct grid *grid)
{
    double calls = 0, factors = 0;
    for (int d = 0; d < SAM_KPI_DAYS; d++) {
        add(grid, d, -1, &calls, &factors);
        grid->of_day[d] = factors > 0 ? calls / factors : 0;
    }
}

static void fit_slots(struct grid *grid)
{
    double calls = 0, factors = 0;
    for (int s = 0; s < SAM_KPI_SLOTS; s++) {
        add(grid, -1, s, &calls, &factors);
        grid->of_slot[s] = factors > 0 ? calls / factors : 0;
    }
}

/* A slot and its neighbours, 1:2:1; at opening and closing what there is. */
static void smooth(struct grid *grid)
{
    double before[SAM_KPI_SLOTS];
    memcpy(before, grid->of_slot, sizeof before);
    for (int s = 0; s < SAM_KPI_SLOTS; s++) {
        double sum = 2 * before[s], weight = 2;
        for (int near = s - 1; near <= s + 1; near += 2) {
            if (near < 0 || near >= SAM_KPI_SLOTS || !(before[near] > 0))
                continue;
            sum += before[near];
            weight += 1;
        }
        grid->of_slot[s] = before[s] > 0 ? sum / weight : 0;
    }
}

/* The variance of what a half hour has beside its day and time, as a share squared: what counts scatter beyond chance. */
static double beyond_chance(const struct grid *grid)
{
    double excess = 0, squares = 0;
    for (int d = 0; d < SAM_KPI_DAYS; d++) {
        for (int s = 0; s < SAM_KPI_SLOTS; s++) {
            double expected = grid->of_day[d] * grid->of_slot[s], off = grid->calls[d][s] - expected;
            if (grid->calls[d][s] < 0)
                continue;
            excess += off * off - expected;
            squares += expected * expected;
        }
    }
    return squares > 0 ? fmax(0, excess / squares) : 0;
}

enum sam_code sam_kpi_rates(const struct sam_kpi_count *counts, size_t n, double *calls)
{
    struct grid grid;
    if (fill(&grid, counts, n) != SAM_OK)
        return SAM_NONE;
    for (int d = 0; d < SAM_KPI_DAYS; d++)
        grid.of_day[d] = 1;
    for (int i = 0; i < ROUNDS; i++) {
        fit_slots(&grid);
        fit_days(&grid);
    }
    smooth(&grid);
    fit_days(&grid);
    double variance = beyond_chance(&grid);
    for (size_t i = 0; i < n; i++) {
        double expected = grid.of_day[counts[i].day] * grid.of_slot[counts[i].slot];
        double own = variance * expected / (1 + variance * expected);
        calls[i] = own * counts[i].calls + (1 - own) * expected;
    }
    return SAM_OK;
}

enum sam_code sam_kpi_means(const double *sums, const double *counts, size_t n, double *means)
{
    double sum = 0, count = 0, squares = 0, between = 0;
    size_t groups = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(counts[i] >= 0) || !isfinite(counts[i]) || !(sums[i] >= 0) || !isfinite(sums[i]))
            return SAM_NONE;
        sum += sums[i];
        count += counts[i];
        squares += counts[i] * counts[i];
        groups += counts[i] > 0;
    }
    if (!(count > 0))
        return SAM_NONE;
    double mean = sum / count, within = mean * mean; /* of an exponential, as Erlang has it */
    for (size_t i = 0; i < n; i++)
        if (counts[i] > 0)
            between += counts[i] * (sums[i] / counts[i] - mean) * (sums[i] / counts[i] - mean);
    double room = count - squares / count;
    between = room > 0 ? fmax(0, (between - (double)(groups - 1) * within) / room) : 0;
    for (size_t i = 0; i < n; i++) {
        double own = between > 0 ? counts[i] / (counts[i] + within / between) : 0;
        means[i] = counts[i] > 0 ? own * sums[i] / counts[i] + (1 - own) * mean : mean;
    }
    return SAM_OK;
}
