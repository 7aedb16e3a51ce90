/*
 * The budget as JSON (docs/openapi.json, Budget). Every number is a figure with its value or, when it is not measured, null and "hidden":
 * the reason.
 */
#include "budget.h"

static void number(struct sam_buf *out, const char *name, const struct budget_figure *f, const char *unit)
{
    sam_buf_printf(out, "\"%s\":{\"value\":", name);
    if (f->there)
        sam_buf_json_number(out, f->value);
    else
        sam_buf_text(out, "null");
    sam_buf_printf(out, ",\"unit\":\"%s\"", unit);
    if (!f->there)
        sam_buf_printf(out, ",\"hidden\":\"%s\"", f->hidden ? f->hidden : "not_computed");
    sam_buf_text(out, "}");
}

static void plain(struct sam_buf *out, const char *name, double value)
{
    sam_buf_printf(out, ",\"%s\":", name);
    sam_buf_json_number(out, value);
}

static void sums(struct sam_buf *out, const struct budget_sum *s)
{
    struct budget_figure aht = {.there = s->handled > 0, .value = s->handled > 0 ? s->handle_s / s->handled : 0, .hidden = "no_calls"};
    struct budget_figure even = {.hidden = s->extra.there ? "no_room" : s->extra.hidden}, hours = even;
    if (s->extra.there && s->extra.value > 0) {
        hours = (struct budget_figure){.there = true, .value = s->extra.value * s->calls / 3600};
        even.there = sam_kpi_break_even(aht.value, s->extra.value, &even.value) == SAM_OK;
    }
    number(out, "budget", &s->extra, "s");
    sam_buf_text(out, ",");
    number(out, "cautious", &s->cautious, "s");
    sam_buf_text(out, ",");
    number(out, "dialogue_time", &hours, "h");
    sam_buf_text(out, ",");
    number(out, "break_even", &even, "ratio");
    plain(out, "calls", s->calls);
    sam_buf_text(out, ",");
    number(out, "aht", &aht, "s");
    sam_buf_text(out, ",");
    number(out, "expected", &s->expected, "ratio");
    sam_buf_text(out, ",");
    number(out, "observed", &s->observed, "ratio");
}

static void intervals(struct sam_buf *out, const struct budget *b)
{
    sam_buf_text(out, ",\"intervals\":[");
    for (size_t i = 0; i < b->n; i++) {
        const struct budget_interval *v = &b->intervals[i];
        struct budget_figure agents = {.there = v->planned, .value = v->model.agents, .hidden = "no_staffing"};
        struct budget_figure aht = {.there = v->handled > 0, .value = v->model.handle_s, .hidden = "no_calls"};
        sam_buf_printf(out, "%s{\"start\":", i > 0 ? "," : "");
        sam_buf_json(out, v->starts_at);
        plain(out, "calls", v->model.calls);
        sam_buf_text(out, ",");
        number(out, "agents", &agents, "agents");
        if (v->planned)
            sam_buf_printf(out, ",\"agents_from\":\"%s\"", v->seen ? "states" : "plan");
        sam_buf_text(out, ",");
        number(out, "aht", &aht, "s");
        sam_buf_text(out, ",");
        number(out, "expected", &v->expected, "ratio");
        sam_buf_text(out, ",");
        number(out, "observed", &v->observed, "ratio");
        sam_buf_text(out, ",");
        number(out, "budget", &v->extra, "s");
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "]");
}

/* How many of the half hours with calls know their agents from where. */
static void staffing(struct sam_buf *out, const struct budget *b)
{
    size_t seen = 0, planned = 0, unknown = 0;
    for (size_t i = 0; i < b->n; i++) {
        const struct budget_interval *v = &b->intervals[i];
        if (v->model.calls > 0)
            *(!v->planned ? &unknown : v->seen ? &seen : &planned) += 1;
    }
    sam_buf_printf(out, ",\"staffing\":{\"states\":%zu,\"plan\":%zu,\"unknown\":%zu}", seen, planned, unknown);
}

static void fit(struct sam_buf *out, const struct budget *b)
{
    sam_buf_text(out, ",\"fit\":");
    if (!b->fitted) {
        sam_buf_text(out, "null");
        return;
    }
    sam_buf_printf(out, "{\"intervals\":%zu", b->fit.intervals);
    plain(out, "bias", b->fit.bias_ratio);
    plain(out, "chance", b->fit.chance_ratio);
    plain(out, "error", b->fit.error_ratio);
    plain(out, "noise", b->fit.noise_ratio);
    plain(out, "misfit", b->fit.misfit_ratio);
    sam_buf_text(out, "}");
}

void budget_write(const struct budget *b, struct sam_buf *out)
{
    struct budget_figure target = {.there = b->has_target, .value = b->goal.target_ratio, .hidden = "no_target"};
    sam_buf_text(out, "{\"queue\":");
    sam_buf_json(out, b->queue);
    sam_buf_text(out, ",\"from\":");
    sam_buf_json(out, b->first_day);
    sam_buf_text(out, ",\"to\":");
    sam_buf_json(out, b->last_day);
    sam_buf_text(out, ",\"time_zone\":");
    sam_buf_json(out, b->zone);
    sam_buf_printf(out, ",\"channel\":\"voice\",\"model\":\"erlang_a\",\"variant\":\"%s\"", sam_kpi_variant_name(b->variant));
    plain(out, "threshold_s", b->goal.threshold_s);
    sam_buf_text(out, ",");
    number(out, "target", &target, "ratio");
    sam_buf_text(out, ",");
    number(out, "patience", &b->patience, "s");
    staffing(out, b);
    fit(out, b);
    sam_buf_text(out, ",\"total\":{");
    sums(out, &b->all);
    sam_buf_text(out, "},\"days\":[");
    for (size_t i = 0; i < b->days_n; i++) {
        sam_buf_text(out, i > 0 ? ",{\"day\":" : "{\"day\":");
        sam_buf_json(out, b->days[i].day);
        sam_buf_text(out, ",");
        sums(out, &b->days[i]);
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "]");
    intervals(out, b);
    sam_buf_text(out, ",\"spent\":");
    sam_buf_span(out, b->spent);
    sam_buf_text(out, "}");
}
