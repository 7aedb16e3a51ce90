/**
 * @file
 * Kpi: formulas over sums. Erlang C and Erlang A with the seven service levels, patience, the AHT budget and its back-test; intervals that
 * say how far a share or a mean may be trusted; charts that tell a habit that changes from noise; percentiles of histograms. Pure: the same
 * numbers in give the same numbers out, nothing is allocated, and no result is ever NaN or infinite: what cannot be told is SAM_NONE, an
 * answer that callers show as "not measured". Sources stand with each function; docs/measures.md repeats them.
 *
 *     calls, AHT, agents, threshold, patience -> erlang -> service level -> budget (largest x with SL(AHT + x) >= target)
 */
#ifndef SAMTALE_KPI_H
#define SAMTALE_KPI_H

#include "samtale/base.h"

/* ---- service level ----------------------------------------------------------------------------------------------- */

/** The seven definitions of a service level; names by sam_kpi_variant_name, formulas in docs/measures.md. */
enum sam_kpi_variant {
    SAM_KPI_ANSWERED_ONLY,
    SAM_KPI_ABANDONS_IN_DENOMINATOR,
    SAM_KPI_MINUS_SHORT_ABANDONS,
    SAM_KPI_PLUS_FLOWOUTS,
    SAM_KPI_ABANDONED_IGNORED,
    SAM_KPI_ABANDONED_NEGATIVE,
    SAM_KPI_ABANDONED_POSITIVE
};
#define SAM_KPI_VARIANTS 7
/** @return the stable name of a definition, e.g. "abandoned_ignored" */
const char *sam_kpi_variant_name(enum sam_kpi_variant variant);
/** @return SAM_OK, or SAM_NONE when no definition has that name (out untouched) */
enum sam_code sam_kpi_variant_find(struct sam_span name, enum sam_kpi_variant *out) SAM_MUST_USE;

/** Numbers of calls, counted or, from a model, expected; 0 or more. */
struct sam_kpi_calls {
    double answered;
    double abandoned;       /* short ones too */
    double short_abandoned; /* within the short-abandon limit */
    double flowed_out;
    double answered_in; /* within the threshold */
    double abandoned_in;
};
/**
 * Service level by one of the seven definitions: Genesys, Cisco Unified ICM, Asterisk, Amazon Connect (docs/measures.md, "Service level").
 *
 * @param part, whole  numerator and denominator, set always; whole may be 0
 * @return SAM_OK with part / whole, 0-1, in *ratio; SAM_NONE when there was nothing to divide by
 */
enum sam_code sam_kpi_service_level(const struct sam_kpi_calls *calls, enum sam_kpi_variant variant, double *part, double *whole,
                                    double *ratio) SAM_MUST_USE;

/* ---- Erlang ------------------------------------------------------------------------------------------------------ */

/** One interval of one queue as the models see it. */
struct sam_kpi_load {
    double calls_per_s; /* offered, above 0 */
    double handle_s;    /* AHT, above 0 */
    double agents;      /* on the queue, 0 or more; between whole numbers results are interpolated */
    double threshold_s; /* of the service level, 0 or more */
    double short_s;     /* abandons that waited less are short, 0 or more */
    double patience_s;  /* mean of the exponential patience, above 0; Erlang C does without */
};

/** What Erlang C expects. */
struct sam_kpi_erlang_c {
    double blocked_ratio;   /* Erlang B: all agents busy when nobody waits */
    double wait_ratio;      /* callers that wait */
    double answered_ratio;  /* answered within the threshold, of all; nobody leaves */
    double asa_s;           /* average speed of answer */
    double occupancy_ratio; /* share of the agents' time that is taken */
};
/**
 * M/M/n. Erlang B by its stable recursion B(k) = a B(k-1) / (k + a B(k-1)); C = B / (1 - (a/n)(1 - B)); service level 1 - C
 * exp(-(n-a)T/h). Source: Erlang 1917; recursion: Jagerman 1974.
 *
 * @return SAM_OK; SAM_NONE when a load of a = calls * handle is not below the agents (the queue grows for ever) or a number is out of range
 */
enum sam_code sam_kpi_erlang_c(const struct sam_kpi_load *load, struct sam_kpi_erlang_c *out) SAM_MUST_USE;

/** What Erlang A expects, as shares of all offered calls. */
struct sam_kpi_erlang_a {
    double wait_ratio;
    double abandon_ratio;
    double answered_in_ratio;  /* answered within the threshold */
    double abandoned_in_ratio; /* abandoned within it */
    double short_ratio;        /* abandoned within short_s */
    double wait_s;             /* mean wait of all callers */
    double occupancy_ratio;
};
/**
 * M/M/n+M: exponential patience, always stable. States: birth-death chain with death rate min(k,n)/h + max(0,k-n)/p, in logarithms, cut
 * where less than 1e-15 is left. Within T with i callers ahead: a sum of exponentials of rates n/h + j/p, j = 0..i, whose distribution is
 * the regularized incomplete beta function I_x(i+1, np/h), x = 1 - exp(-T/p); the closed form of the usual differential equations.
 * Source: Garnett, Mandelbaum, Reiman 2002; Mandelbaum, Zeltyn 2007.
 *
 * @return SAM_OK; SAM_NONE when a number is out of range (also: a queue over 100,000 states)
 */
enum sam_code sam_kpi_erlang_a(const struct sam_kpi_load *load, struct sam_kpi_erlang_a *out) SAM_MUST_USE;
/** Calls that Erlang A expects, for sam_kpi_service_level; nobody flows out. @param calls offered */
struct sam_kpi_calls sam_kpi_erlang_a_calls(const struct sam_kpi_erlang_a *expected, double calls);

/**
 * Mean patience from waits of which most are censored by being answered: total wait of all callers / abandoned calls, the maximum
 * likelihood estimate for an exponential patience (Mandelbaum, Zeltyn 2007, section 6).
 * @return SAM_OK, or SAM_NONE when nobody abandoned or nobody waited
 */
enum sam_code sam_kpi_patience(double wait_s, double abandoned, double *patience_s) SAM_MUST_USE;

/** Which model speaks. */
enum sam_kpi_model { SAM_KPI_ERLANG_A, SAM_KPI_ERLANG_C };

/** What is to be reached, and by which definition. */
struct sam_kpi_goal {
    enum sam_kpi_model model;
    enum sam_kpi_variant variant; /* Erlang C knows no abandons: all definitions are one */
    double target_ratio;          /* 0-1 */
    double threshold_s;
    double short_s;
    double patience_s; /* Erlang A only */
};
/** One interval of a day. */
struct sam_kpi_interval {
    double calls;    /* offered in it, 0 or more; intervals without calls do not count */
    double expected; /* calls that the model is to reckon with in its time (sam_kpi_rates); 0: as many as were offered */
    double handle_s; /* AHT in it */
    double agents;
    double length_s; /* above 0 */
};
/**
 * The service level over intervals when each conversation takes extra_s longer: expected numerators over expected denominators, so that an
 * empty hour does not pay for a full one. An interval in which Erlang C's queue grows for ever reaches nothing.
 * @return SAM_OK with *ratio 0-1; SAM_NONE without calls, or when a number is out of range
 */
enum sam_code sam_kpi_expected_level(const struct sam_kpi_interval *intervals, size_t n, const struct sam_kpi_goal *goal, double extra_s,
                                     double *ratio) SAM_MUST_USE;
/**
 * The AHT budget: the largest extra_s, to a hundredth of a second, that the average conversation may take longer while the service level
 * over all intervals stays at or above the target with the same agents; below 0 when it is missed already. At most most_s.
 * @return SAM_OK; SAM_NONE without calls, or when the target cannot be reached however short conversations are
 */
enum sam_code sam_kpi_budget(const struct sam_kpi_interval *intervals, size_t n, const struct sam_kpi_goal *goal, double most_s,
                             double *extra_s) SAM_MUST_USE;
/**
 * The fewest whole agents with which an interval reaches the goal.
 * @return SAM_OK, or SAM_NONE when most agents are not enough or nothing is offered
 */
enum sam_code sam_kpi_staffing(const struct sam_kpi_interval *interval, const struct sam_kpi_goal *goal, int most,
                               int *agents) SAM_MUST_USE;
/**
 * Share of repeat contacts that must go away so that conversations of extra_s more pay for themselves: x / (h + x).
 * @return SAM_OK; SAM_NONE unless handle_s is above 0 and extra_s 0 or more
 */
enum sam_code sam_kpi_break_even(double handle_s, double extra_s, double *ratio) SAM_MUST_USE;

/** One interval of a back-test: what the model expected and what was counted. */
struct sam_kpi_trial {
    double expected_ratio;
    double part, whole; /* observed service level as its sums */
};
/** Most days and half hours of a day (50: the clock goes back). */
#define SAM_KPI_DAYS  31
#define SAM_KPI_SLOTS 50
/** Calls offered in a half hour. */
struct sam_kpi_count {
    int day, slot; /* 0 .. SAM_KPI_DAYS - 1; half hour by the clock, 0 .. SAM_KPI_SLOTS - 1 */
    double calls;  /* 0 or more */
};
/**
 * The calls to be expected in each half hour: its count drawn towards day x time of day (a product of two factors, fitted to all counts by
 * iterative proportional fitting; the time's factor smoothed with its neighbours 1:2:1), by the gamma-Poisson posterior mean
 * (v n m + m) / (1 + v m), n the count, m the product, v the variance beyond Poisson's by moments, max(0, sum((n - m)^2 - m) / sum(m^2)).
 * Where counts scatter as chance has them v is 0 and m stands; a busy queue's half hours keep their counts. Half hours without a count
 * between two of a day that have one had no calls. Source: Clayton, Kaldor 1987 (posterior mean); Brown et al. 2005 (day x time of calls).
 *
 * @param calls  n numbers, in the order of counts
 * @return SAM_OK; SAM_NONE when a number is out of range
 */
enum sam_code sam_kpi_rates(const struct sam_kpi_count *counts, size_t n, double *calls) SAM_MUST_USE;
/**
 * The mean of each group, drawn towards the mean of all: Buehlmann and Straub's credibility, count / (count + within / between), with the
 * variance within of an exponential (the mean squared), which Erlang's models suppose, and the variance between by moments.
 *
 * @param sums    of the groups, 0 or more
 * @param counts  of the groups, 0 or more; a group of none gets the mean of all
 * @param means   n numbers
 * @return SAM_OK; SAM_NONE when nothing is counted, or a number is out of range
 */
enum sam_code sam_kpi_means(const double *sums, const double *counts, size_t n, double *means) SAM_MUST_USE;

/** How well a model fits. */
struct sam_kpi_fit {
    size_t intervals;    /* with something to compare */
    double bias_ratio;   /* expected - observed, weighted by calls; above 0: the model promises too much */
    double chance_ratio; /* the bias that chance alone gives: sqrt(sum of n p(1-p)) / calls */
    double error_ratio;  /* root mean square of the differences, weighted by calls */
    double noise_ratio;  /* what of that chance alone explains: sqrt of the mean of p(1-p)/n */
    double misfit_ratio; /* sqrt(max(0, error^2 - noise^2)) */
};
/** @return SAM_OK; SAM_NONE when no interval has anything to compare */
enum sam_code sam_kpi_backtest(const struct sam_kpi_trial *trials, size_t n, struct sam_kpi_fit *fit) SAM_MUST_USE;

/* ---- how far a figure may be trusted ----------------------------------------------------------------------------- */

/** An interval of a figure: low <= high. */
struct sam_kpi_range {
    double low, high;
};
/** The quantile of the standard normal distribution. @param p above 0, below 1, else SAM_NONE */
enum sam_code sam_kpi_normal_quantile(double p, double *z) SAM_MUST_USE;
/** The quantile of Student's distribution. @param p above 0, below 1 @param freedom degrees, 1 or more; else SAM_NONE */
enum sam_code sam_kpi_t_quantile(double p, double freedom, double *t) SAM_MUST_USE;
/**
 * Wilson's score interval of a share (Wilson 1927; Newcombe 1998, method 3).
 * @param confidence_ratio e.g. 0.95 @return SAM_OK; SAM_NONE when whole is 0 or a number is out of range
 */
enum sam_code sam_kpi_wilson(double part, double whole, double confidence_ratio, struct sam_kpi_range *out) SAM_MUST_USE;
/**
 * Interval of the difference first - second of two independent shares (Newcombe 1998, "Interval estimation for the difference between
 * independent proportions", method 10: from both Wilson intervals). 0 inside: may be chance.
 * @return SAM_OK; SAM_NONE as sam_kpi_wilson
 */
enum sam_code sam_kpi_difference(const double first[2], const double second[2], double confidence_ratio,
                                 struct sam_kpi_range *out) SAM_MUST_USE;
/**
 * Student's interval of a mean from sums: mean +- t s / sqrt(n).
 * @param squares sum of the squares @return SAM_OK; SAM_NONE for n below 2 or a confidence out of range
 */
enum sam_code sam_kpi_mean(double n, double sum, double squares, double confidence_ratio, struct sam_kpi_range *out) SAM_MUST_USE;
/**
 * Percentile bootstrap of the mean of skewed values (Efron 1979): 2,000 samples drawn by a generator that begins at seed, so that the same
 * values give the same interval.
 * @param scratch room for 2,000 numbers: SAM_KPI_BOOTSTRAPS @return SAM_OK; SAM_NONE for n below 2 or a confidence out of range
 */
enum sam_code sam_kpi_bootstrap(const double *values, size_t n, uint64_t seed, double confidence_ratio, double *scratch,
                                struct sam_kpi_range *out) SAM_MUST_USE;
#define SAM_KPI_BOOTSTRAPS 2000
/** Whether a group is large enough to be shown: 0 is (there is nothing to hide), 1 to least - 1 is not. */
bool sam_kpi_group_shown(int64_t people, int64_t least);

/* ---- is this habit changing? ------------------------------------------------------------------------------------- */

/** What stands out in a series; bits. */
enum sam_kpi_signal {
    SAM_KPI_BEYOND = 1,       /* the point is outside the natural limits */
    SAM_KPI_TWO_OF_THREE = 2, /* two of three beyond 2 sigma on one side, ending here */
    SAM_KPI_FOUR_OF_FIVE = 4, /* four of five beyond 1 sigma on one side, ending here */
    SAM_KPI_RUN_OF_EIGHT = 8, /* eight in a row on one side of the middle, ending here */
    SAM_KPI_JUMP = 16         /* the step from the point before is above the limit of ranges */
};
/** An XmR chart. */
struct sam_kpi_chart {
    size_t baseline;   /* points the limits were made of */
    double middle;     /* mean of the baseline */
    double mean_range; /* mean of the steps between neighbours */
    double low, high;  /* natural limits: middle -+ 2.660 mean_range */
    double range_high; /* limit of a step: 3.268 mean_range */
};
/**
 * Individuals and moving ranges (Shewhart; Wheeler, "Understanding Variation", 1993; rules of the Western Electric handbook, 1956; sigma =
 * mean range / 1.128). Limits come from the first baseline points and are held for the rest, so that a change cannot widen them.
 *
 * @param baseline how many points make the limits; 6 or more, at most n
 * @param signals  n of them: bits of enum sam_kpi_signal @return SAM_OK; SAM_NONE with fewer points or a value that is not finite
 */
enum sam_code sam_kpi_chart(const double *values, size_t n, size_t baseline, struct sam_kpi_chart *out, unsigned *signals) SAM_MUST_USE;

/* ---- percentiles of histograms ------------------------------------------------------------------------------------ */

/** Buckets of durations: 0, then eight a doubling: at most 9 % wide. */
#define SAM_KPI_BUCKETS 256
/** @return the bucket of a duration of 0 or more milliseconds: 0 for 0, else 1 + floor(8 log2(ms)), at most SAM_KPI_BUCKETS - 1 */
int sam_kpi_bucket(int64_t ms);
/** The first duration of a bucket, milliseconds: 2^((bucket - 1) / 8), 0 for bucket 0. */
double sam_kpi_bucket_start(int bucket);
/**
 * A percentile of a histogram: nearest rank, spread evenly within its bucket; off by less than the bucket's 9 %.
 * @param counts SAM_KPI_BUCKETS of them @param p_ratio e.g. 0.9, 0 to 1 @return SAM_OK, SAM_NONE when it is empty
 */
enum sam_code sam_kpi_percentile(const int64_t *counts, double p_ratio, double *ms) SAM_MUST_USE;

#endif
