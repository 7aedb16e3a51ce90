/*
 * Components and the opportunity index. A component is a share of two counts; the index is the weighted mean of those that can be
 * measured, from 0 to 100. Sums of numerators and denominators give a group's components; indices are never averaged.
 */
#include "score_room.h"

#include <math.h>

static const struct sam_component_info components[] = {
    [SAM_C_OPEN_SHARE] = {"open_share", "turns with an open question", "turns with a question, open or closed", 0.15},
    [SAM_C_EXPLORED_SHARE] = {"explored_share", "opportunity cues explored", "opportunity cues with an occasion", 0.40},
    [SAM_C_ACKNOWLEDGED_SHARE] = {"acknowledged_share", "empathy cues acknowledged", "empathy cues with an occasion", 0.30},
    [SAM_C_NEEDS_ASKED] = {"needs_asked", "conversations in which the need was asked for", "conversations", 0.15},
};
_Static_assert(SAM_COUNT(components) == SAM_COMPONENTS, "a component lacks its row");

const struct sam_component_info *sam_components(void)
{
    return components;
}

/* Agent's turns with any question. */
static int64_t question_turns(const struct scoring *s)
{
    int64_t n = 0;
    int32_t last = -1;
    for (size_t i = 0; i < s->marks.n; i++) {
        const struct sam_mark *mark = &s->marks.at[i];
        if ((mark->label != SAM_QUESTION_OPEN && mark->label != SAM_QUESTION_CLOSED) || !mark->lead || (n > 0 && mark->i == last))
            continue;
        last = mark->i;
        n++;
    }
    return n;
}

static void set(struct sam_score *out, enum sam_component component, int64_t numerator, int64_t denominator)
{
    if (denominator == 0)
        return;
    out->numerators[component] = sam_int_of(numerator);
    out->denominators[component] = sam_int_of(denominator);
}

void score_index(struct scoring *s)
{
    struct sam_score *out = s->out;
    const struct sam_int *m = out->measures;
    const struct sam_score_settings *settings = &s->scorer->settings;
    double sum = 0, weights = 0;
    int measured = 0;
    set(out, SAM_C_OPEN_SHARE, m[SAM_M_QUESTIONS_OPEN].value, question_turns(s));
    set(out, SAM_C_EXPLORED_SHARE, m[SAM_M_OPPORTUNITY_EXPLORED].value,
        m[SAM_M_OPPORTUNITY_EXPLORED].value + m[SAM_M_OPPORTUNITY_ANSWERED].value + m[SAM_M_OPPORTUNITY_MISSED].value);
    set(out, SAM_C_ACKNOWLEDGED_SHARE, m[SAM_M_EMPATHY_ACKNOWLEDGED].value,
        m[SAM_M_EMPATHY_ACKNOWLEDGED].value + m[SAM_M_EMPATHY_GAPS].value);
    set(out, SAM_C_NEEDS_ASKED, m[SAM_M_NEEDS].value > 0 ? 1 : 0, m[SAM_M_AGENT_TURNS].value > 0 ? 1 : 0);
    for (int i = 0; i < SAM_COMPONENTS; i++) {
        if (!out->denominators[i].known)
            continue;
        sum += settings->weights[i] * (double)out->numerators[i].value / (double)out->denominators[i].value;
        weights += settings->weights[i];
        measured++;
    }
    out->index_known = measured >= settings->components_min && weights > 0;
    out->index = out->index_known ? round(1000 * sum / weights) / 10 : 0;
}
