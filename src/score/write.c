/*
 * The JSON form of a score: docs/score.md. Keys and their order are stable; what is unknown is null.
 */
#include "score_room.h"

static void int_or_null(struct sam_buf *out, struct sam_int value)
{
    if (value.known)
        sam_buf_printf(out, "%lld", (long long)value.value);
    else
        sam_buf_text(out, "null");
}

static void findings(const struct sam_score *score, struct sam_buf *out)
{
    sam_buf_text(out, ",\"findings\":[");
    for (size_t i = 0; i < score->findings_n; i++) {
        const struct sam_finding *finding = &score->findings[i];
        sam_buf_printf(out, "%s{\"turn\":%d,\"label\":\"%s\",\"start\":%u,\"end\":%u,\"rule\":", i > 0 ? "," : "", finding->turn,
                       sam_label_name(finding->label), finding->start, finding->end);
        sam_buf_json(out, finding->rule);
        sam_buf_printf(out, ",\"weight\":%.4g}", (double)finding->weight);
    }
    sam_buf_text(out, "]");
}

static void moments(const struct sam_score *score, struct sam_buf *out)
{
    sam_buf_text(out, ",\"moments\":[");
    for (size_t i = 0; i < score->moments_n; i++) {
        const struct sam_moment *moment = &score->moments[i];
        sam_buf_printf(out, "%s{\"kind\":\"%s\",\"cue\":\"%s\",\"met\":\"%s\",\"turn\":%d,\"answer\":", i > 0 ? "," : "",
                       sam_moment_kind_name(moment->kind), sam_label_name(moment->cue), sam_met_name(moment->met), moment->cue_turn);
        int_or_null(out, (struct sam_int){moment->answer_turn, moment->answer_turn >= 0});
        sam_buf_text(out, ",\"latency_turns\":");
        int_or_null(out, moment->latency_turns);
        sam_buf_text(out, ",\"latency_ms\":");
        int_or_null(out, moment->latency_ms);
        sam_buf_text(out, ",\"suggestion\":");
        if (moment->suggestion.len > 0)
            sam_buf_json(out, moment->suggestion);
        else
            sam_buf_text(out, "null");
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "]");
}

static void measures(const struct sam_score *score, struct sam_buf *out)
{
    sam_buf_text(out, ",\"measures\":{");
    for (int i = 0; i < SAM_MEASURES; i++) {
        sam_buf_printf(out, "%s\"%s\":", i > 0 ? "," : "", sam_measures()[i].name);
        int_or_null(out, score->measures[i]);
    }
    sam_buf_text(out, "}");
}

static void opportunity(const struct sam_scorer *scorer, const struct sam_score *score, struct sam_buf *out)
{
    sam_buf_text(out, ",\"opportunity\":{\"index\":");
    if (score->index_known)
        sam_buf_json_number(out, score->index);
    else
        sam_buf_text(out, "null");
    sam_buf_text(out, ",\"components\":{");
    for (int i = 0; i < SAM_COMPONENTS; i++) {
        sam_buf_printf(out, "%s\"%s\":{\"numerator\":", i > 0 ? "," : "", sam_components()[i].name);
        int_or_null(out, score->numerators[i]);
        sam_buf_text(out, ",\"denominator\":");
        int_or_null(out, score->denominators[i]);
        sam_buf_text(out, ",\"weight\":");
        sam_buf_json_number(out, scorer->settings.weights[i]);
        sam_buf_text(out, "}");
    }
    sam_buf_text(out, "}}");
}

void sam_score_write(const struct sam_scorer *scorer, struct sam_span id, const struct sam_score *score, struct sam_buf *out)
{
    sam_buf_text(out, "{\"id\":");
    sam_buf_json(out, id);
    sam_buf_printf(out, ",\"language\":\"%s\",\"scored\":%s,\"why\":", sam_language_name(score->language),
                   score->scored ? "true" : "false");
    if (score->scored)
        sam_buf_text(out, "null");
    else
        sam_buf_json(out, score->why);
    sam_buf_text(out, ",\"scorer\":");
    sam_scorer_write(scorer, out);
    findings(score, out);
    moments(score, out);
    measures(score, out);
    opportunity(scorer, score, out);
    sam_buf_text(out, "}");
}
