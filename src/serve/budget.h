/*
 * The AHT budget, inside serve: what was read, what was computed, and the text made of it. Everything lives in the request's arena; while
 * it is computed on another thread nobody else touches it.
 */
#ifndef SAMTALE_SERVE_BUDGET_H
#define SAMTALE_SERVE_BUDGET_H

#include "serve.h"

#include "samtale/kpi.h"

#define BUDGET_DAYS 31

/* A number that may not be measured, and why. */
struct budget_figure {
    bool there;
    double value;
    const char *hidden; /* reason; NULL when there */
};

struct budget_interval {
    struct sam_span starts_at, day;
    struct sam_kpi_calls counts;             /* observed */
    double wait_s, abandoned;                /* of all callers; for patience */
    double handled, handle_s;                /* handle_s is the sum */
    bool planned;                            /* agents are known: from their states, else from the plan */
    bool seen;                               /* from their states */
    int slot;                                /* half hour by the clock of the zone */
    struct sam_kpi_interval model;           /* expected, handle_s: as sam_kpi_rates, sam_kpi_means have them */
    struct budget_figure expected, observed; /* service level */
    struct budget_figure extra;              /* on the last day only */
};

/* One day, or all of them. */
struct budget_sum {
    struct sam_span day;
    double calls, handled, handle_s;
    struct budget_figure expected, observed, extra, cautious;
    double observed_part, observed_whole;
};

struct budget {
    struct sam_serve *serve;
    struct sam_http_request *request;
    struct sam_span queue, zone, first_day, last_day;
    struct sam_span spent; /* JSON, as the database made it */
    enum sam_kpi_variant variant;
    struct sam_kpi_goal goal;
    bool has_target, no_memory;
    struct budget_interval *intervals;
    struct sam_kpi_interval *models; /* of a stretch, without those that have no calls */
    struct sam_kpi_trial *trials;
    struct sam_kpi_count *counts;
    double *numbers; /* 3 n of them: sums, counts and means */
    size_t n;
    struct budget_sum all, *days;
    size_t days_n;
    struct budget_figure patience;
    struct sam_kpi_fit fit;
    bool fitted;
    double wait_s, abandoned;
};

/* budget_sum.c */
void budget_compute(struct budget *b);
/* budget_text.c */
void budget_write(const struct budget *b, struct sam_buf *out);

#endif
