/*
 * Erlang C and Erlang A for a whole number of agents, and between whole numbers by a straight line. All sums run in logarithms, so that ten
 * thousand agents neither overflow nor vanish.
 */
#include "samtale/kpi.h"

#include <math.h>

#define STATES_MAX 100000
#define AGENTS_MAX 50000.0
#define TAIL       1e-15

static bool load_ok(const struct sam_kpi_load *load)
{
    return load->calls_per_s > 0 && load->handle_s > 0 && load->agents >= 0 && load->agents <= AGENTS_MAX && load->threshold_s >= 0 &&
           load->short_s >= 0 && isfinite(load->calls_per_s) && isfinite(load->handle_s) && isfinite(load->threshold_s) &&
           isfinite(load->short_s);
}

static double between(double low, double high, double at)
{
    return low + (high - low) * at;
}

/* ---- Erlang C ------------------------------------------------------------------------------------------------------- */

static bool erlang_c_whole(const struct sam_kpi_load *load, int n, struct sam_kpi_erlang_c *out)
{
    double a = load->calls_per_s * load->handle_s, blocked = 1;
    if (!(a < n))
        return false;
    for (int k = 1; k <= n; k++)
        blocked = a * blocked / (k + a * blocked);
    double wait = blocked / (1 - a / n * (1 - blocked));
    *out = (struct sam_kpi_erlang_c){.blocked_ratio = blocked,
                                     .wait_ratio = wait,
                                     .answered_ratio = 1 - wait * exp(-(n - a) * load->threshold_s / load->handle_s),
                                     .asa_s = wait * load->handle_s / (n - a),
                                     .occupancy_ratio = a / n};
    return true;
}

enum sam_code sam_kpi_erlang_c(const struct sam_kpi_load *load, struct sam_kpi_erlang_c *out)
{
    struct sam_kpi_erlang_c low, high;
    if (!load_ok(load))
        return SAM_NONE;
    int n = (int)floor(load->agents);
    double part = load->agents - n;
    if (!erlang_c_whole(load, n, &low))
        return SAM_NONE;
    if (!(part > 0)) {
        *out = low;
        return SAM_OK;
    }
    SAM_MUST(erlang_c_whole(load, n + 1, &high));
    *out = (struct sam_kpi_erlang_c){.blocked_ratio = between(low.blocked_ratio, high.blocked_ratio, part),
                                     .wait_ratio = between(low.wait_ratio, high.wait_ratio, part),
                                     .answered_ratio = between(low.answered_ratio, high.answered_ratio, part),
                                     .asa_s = between(low.asa_s, high.asa_s, part),
                                     .occupancy_ratio = between(low.occupancy_ratio, high.occupancy_ratio, part)};
    return SAM_OK;
}

/* ---- Erlang A ------------------------------------------------------------------------------------------------------- */

/* Walks I_x(a, b) for a = 1, 2, ...: I(a + 1) = I(a) - x^a (1 - x)^b / (a B(a, b)). b may be 0, x may be 0. */
struct beta {
    double b, log_x, value, log_term;
    int a;
};
static struct beta beta_first(double left_log, double b) /* left_log: log(1 - x) */
{
    double log_x = log(-expm1(left_log));
    return (struct beta){.b = b, .log_x = log_x, .value = -expm1(b * left_log), .log_term = log_x + b * left_log + log(b), .a = 1};
}
static void beta_next(struct beta *beta)
{
    beta->value = fmax(0, beta->value - exp(beta->log_term));
    beta->log_term += beta->log_x + log((beta->a + beta->b) / (beta->a + 1));
    beta->a++;
}

/* Of those who find i callers ahead, i = 0, 1, ...: served within some seconds (F), gone within them (G); the others still wait. */
struct within {
    struct beta served, moved;
    double b, patient; /* patient: the chance of being so for these seconds */
    double served_sum, gone_sum;
};
static struct within within_of(double seconds, double patience_s, double b)
{
    double left_log = -seconds / patience_s;
    return (struct within){.served = beta_first(left_log, b + 1), .moved = beta_first(left_log, b), .b = b, .patient = exp(left_log)};
}
static void within_add(struct within *w, int ahead, double weight)
{
    double served = w->b / (ahead + 1 + w->b) * w->served.value;
    double gone = fmax(0, 1 - served - w->patient * (1 - w->moved.value));
    w->served_sum += weight * served;
    w->gone_sum += weight * gone;
    beta_next(&w->served);
    beta_next(&w->moved);
}

static double death_rate(const struct sam_kpi_load *load, int n, int waiting)
{
    return n / load->handle_s + waiting / load->patience_s;
}

/* The logarithm of the likeliest state's weight when state n (all busy, nobody waits) weighs 1. */
static double peak_log(const struct sam_kpi_load *load, int n)
{
    double a = load->calls_per_s * load->handle_s, peak = 0;
    for (int k = n; k > 0 && a < k; k--)
        peak += log(k / a);
    for (int i = 1; i <= STATES_MAX && load->calls_per_s > death_rate(load, n, i); i++)
        peak += log(load->calls_per_s / death_rate(load, n, i));
    return peak;
}

static bool erlang_a_whole(const struct sam_kpi_load *load, int n, struct sam_kpi_erlang_a *out)
{
    double a = load->calls_per_s * load->handle_s, first_log = -peak_log(load, n), b = n * load->patience_s / load->handle_s;
    double free_sum = 0, busy_sum = 0, full_sum = 0, queue_sum = 0, log_weight = first_log;
    for (int k = n; k > 0; k--) {
        log_weight += log(k / a); /* of state k - 1 */
        free_sum += exp(log_weight);
        busy_sum += (k - 1) * exp(log_weight);
    }
    struct within answer = within_of(load->threshold_s, load->patience_s, b), quick = within_of(load->short_s, load->patience_s, b);
    log_weight = first_log;
    for (int i = 0;; i++) {
        double weight = exp(log_weight), death = death_rate(load, n, i + 1);
        full_sum += weight;
        queue_sum += i * weight;
        within_add(&answer, i, weight);
        within_add(&quick, i, weight);
        if (death > load->calls_per_s && weight < TAIL * (free_sum + full_sum) * (1 - load->calls_per_s / death))
            break;
        if (i == STATES_MAX)
            return false;
        log_weight += log(load->calls_per_s / death);
    }
    double all = free_sum + full_sum, waiting = queue_sum / all;
    *out = (struct sam_kpi_erlang_a){.wait_ratio = full_sum / all,
                                     .abandon_ratio = waiting / (load->patience_s * load->calls_per_s),
                                     .answered_in_ratio = (free_sum + answer.served_sum) / all,
                                     .abandoned_in_ratio = answer.gone_sum / all,
                                     .short_ratio = quick.gone_sum / all,
                                     .wait_s = waiting / load->calls_per_s,
                                     .occupancy_ratio = n > 0 ? (busy_sum + n * full_sum) / all / n : 0};
    return true;
}

enum sam_code sam_kpi_erlang_a(const struct sam_kpi_load *load, struct sam_kpi_erlang_a *out)
{
    struct sam_kpi_erlang_a low, high = {0};
    if (!load_ok(load) || !(load->patience_s > 0) || !isfinite(load->patience_s))
        return SAM_NONE;
    int n = (int)floor(load->agents);
    double part = load->agents - n;
    if (!erlang_a_whole(load, n, &low) || (part > 0 && !erlang_a_whole(load, n + 1, &high)))
        return SAM_NONE;
    if (!(part > 0)) {
        *out = low;
        return SAM_OK;
    }
    *out = (struct sam_kpi_erlang_a){.wait_ratio = between(low.wait_ratio, high.wait_ratio, part),
                                     .abandon_ratio = between(low.abandon_ratio, high.abandon_ratio, part),
                                     .answered_in_ratio = between(low.answered_in_ratio, high.answered_in_ratio, part),
                                     .abandoned_in_ratio = between(low.abandoned_in_ratio, high.abandoned_in_ratio, part),
                                     .short_ratio = between(low.short_ratio, high.short_ratio, part),
                                     .wait_s = between(low.wait_s, high.wait_s, part),
                                     .occupancy_ratio = between(low.occupancy_ratio, high.occupancy_ratio, part)};
    return SAM_OK;
}

struct sam_kpi_calls sam_kpi_erlang_a_calls(const struct sam_kpi_erlang_a *expected, double calls)
{
    return (struct sam_kpi_calls){.answered = calls * (1 - expected->abandon_ratio),
                                  .abandoned = calls * expected->abandon_ratio,
                                  .short_abandoned = calls * expected->short_ratio,
                                  .answered_in = calls * expected->answered_in_ratio,
                                  .abandoned_in = calls * expected->abandoned_in_ratio};
}

enum sam_code sam_kpi_patience(double wait_s, double abandoned, double *patience_s)
{
    if (!(wait_s > 0) || !(abandoned > 0) || !isfinite(wait_s) || !isfinite(abandoned))
        return SAM_NONE;
    *patience_s = wait_s / abandoned;
    return SAM_OK;
}
