/*
 * Codes, tags and attributes that a site gave a meaning: what came of a conversation, and what its customer answered. Each makes a part of
 * its own beside the record that holds them.
 */
#include "reader.h"

#include <string.h>

/* ---- outcomes ------------------------------------------------------------------------------------------------------- */

static const char *const outcome_words[] = {"resolved", "not_resolved", "churned", "winback", "sold", NULL};

const char *const *sam_read_outcome_words(void)
{
    return outcome_words;
}

/** The outcome part of the record, made when it is first needed. */
static struct sam_outcome *outcome_of(struct reader *r, const struct sam_part *record)
{
    struct sam_part *part = r->outcome;
    if (!part || !sam_span_equal(part->external_id, record->external_id)) {
        struct sam_part head = {.source = record->source, .external_id = record->external_id, .version = record->version};
        part = read_part(r, &head, SAM_KIND_OUTCOME);
        if (!part)
            return NULL;
        part->part_id = SAM_SPAN("code");
        r->outcome = part;
    }
    return part->outcome;
}

void read_outcome(struct reader *r, const struct sam_part *record, struct sam_span code)
{
    struct sam_span word;
    if (!read_map(r, SAM_MAP_OUTCOMES, sam_span_trim(code), &word))
        return;
    struct sam_outcome *o = outcome_of(r, record);
    if (!o)
        return;
    if (sam_span_is(word, outcome_words[0]) || sam_span_is(word, outcome_words[1]))
        o->resolved = sam_span_is(word, outcome_words[0]) ? SAM_RESOLVED_YES : SAM_RESOLVED_NO;
    else if (sam_span_is(word, outcome_words[2]))
        o->churned = sam_int_of(1);
    else if (sam_span_is(word, outcome_words[3]))
        o->winback = sam_int_of(1);
    else if (sam_span_is(word, outcome_words[4]))
        o->sold = sam_int_of(1);
    if (record->record)
        o->at = record->record->ended;
}

/* ---- surveys -------------------------------------------------------------------------------------------------------- */

enum sam_code sam_read_scale_of(struct sam_span text, struct sam_read_scale *out, struct sam_err *err)
{
    static const char *const what[] = {[SAM_SCALE_NPS] = "nps", [SAM_SCALE_CSAT] = "csat", [SAM_SCALE_CES] = "ces"};
    struct sam_read_scale scale = {SAM_SCALE_NPS, 0, 10};
    struct sam_span word = sam_span_word(&text), min = sam_span_word(&text), max = sam_span_word(&text);
    size_t kind = 0;
    while (kind < SAM_COUNT(what) && !sam_span_is(word, what[kind]))
        kind++;
    bool fits = kind < SAM_COUNT(what) && sam_span_word(&text).len == 0;
    scale.what = (enum sam_read_scale_kind)kind;
    if (fits && kind != SAM_SCALE_NPS)
        fits = sam_span_int(min, -1000, 1000, &scale.min, err) == SAM_OK && sam_span_int(max, -1000, 1000, &scale.max, err) == SAM_OK &&
               scale.min < scale.max;
    else
        fits = fits && min.len == 0;
    if (!fits)
        return sam_fail(err, SAM_BAD_INPUT, "must be nps, csat MIN MAX or ces MIN MAX");
    *out = scale;
    return SAM_OK;
}

/** The survey part of the record, made when it is first needed. */
static struct sam_survey *survey_of(struct reader *r, const struct sam_part *record)
{
    struct sam_part *part = r->survey;
    if (!part || !sam_span_equal(part->external_id, record->external_id)) {
        struct sam_part head = {.source = record->source, .external_id = record->external_id, .version = record->version};
        part = read_part(r, &head, SAM_KIND_SURVEY);
        if (!part)
            return NULL;
        part->part_id = SAM_SPAN("attributes");
        r->survey = part;
    }
    return part->survey;
}

static void answer(struct sam_survey *s, const struct sam_read_scale *scale, int64_t score)
{
    const struct sam_int value = sam_int_of(score), min = sam_int_of(scale->min), max = sam_int_of(scale->max);
    if (scale->what == SAM_SCALE_NPS) {
        s->nps = value;
    } else if (scale->what == SAM_SCALE_CSAT) {
        s->csat = value;
        s->csat_min = min;
        s->csat_max = max;
    } else {
        s->ces = value;
        s->ces_min = min;
        s->ces_max = max;
    }
}

/** An attribute that holds a customer's answer; what is no number (an empty one, "None") is no answer. */
static void read_survey(struct reader *r, struct sam_part *record, struct sam_span key, struct sam_span value)
{
    struct sam_span told;
    struct sam_read_scale scale;
    struct sam_err err;
    int64_t score = 0;
    if (!read_map(r, SAM_MAP_SURVEYS, key, &told) || sam_read_scale_of(told, &scale, &err) != SAM_OK ||
        sam_span_int(sam_span_trim(value), -1000000, 1000000, &score, &err) != SAM_OK)
        return;
    if (score < scale.min || score > scale.max) {
        read_warn(r, record, "survey.outside_scale", KEY(NULL, "attributes"));
        return;
    }
    struct sam_survey *s = survey_of(r, record);
    if (!s)
        return;
    answer(s, &scale, score);
    if (record->record)
        s->answered = record->record->ended;
}

void read_attribute(struct reader *r, struct sam_part *record, struct sam_span key, struct sam_span value)
{
    key = sam_span_trim(key);
    value = sam_span_trim(value);
    if (key.len == 0 || value.len == 0 || key.len > ID_MAX || value.len > ID_MAX)
        return;
    if (r->set->maps[SAM_MAP_OUTCOMES].n > 0)
        read_outcome(r, record, read_print(r, "%.*s:%.*s", (int)key.len, key.at, (int)value.len, value.at));
    read_survey(r, record, key, value);
}

void read_attributes(struct reader *r, struct sam_part *record, const struct sam_json *map)
{
    if (!map || map->type != SAM_JSON_OBJECT || (r->set->maps[SAM_MAP_OUTCOMES].n == 0 && r->set->maps[SAM_MAP_SURVEYS].n == 0))
        return;
    for (const struct sam_json *a = map->first; a; a = a->next) {
        if (a->type == SAM_JSON_STRING || a->type == SAM_JSON_NUMBER)
            read_attribute(r, record, a->key, a->text);
    }
}
