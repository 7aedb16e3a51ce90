/*
 * The seven service levels over one set of counts. One table says what each puts above and below the line; nothing else in the room may.
 */
#include "samtale/kpi.h"

/* How often each count stands in the numerator and in the denominator. */
struct definition {
    const char *name;
    int abandoned_in_part;
    int abandoned, short_abandoned, flowed_out, abandoned_in; /* denominator, beside the answered */
};
static const struct definition definitions[SAM_KPI_VARIANTS] = {
    [SAM_KPI_ANSWERED_ONLY] = {"answered_only", 0, 0, 0, 0, 0},
    [SAM_KPI_ABANDONS_IN_DENOMINATOR] = {"abandons_in_denominator", 0, 1, 0, 0, 0},
    [SAM_KPI_MINUS_SHORT_ABANDONS] = {"minus_short_abandons", 0, 1, -1, 0, 0},
    [SAM_KPI_PLUS_FLOWOUTS] = {"plus_flowouts", 0, 1, 0, 1, 0},
    [SAM_KPI_ABANDONED_IGNORED] = {"abandoned_ignored", 0, 1, 0, 0, -1},
    [SAM_KPI_ABANDONED_NEGATIVE] = {"abandoned_negative", 0, 1, 0, 0, 0},
    [SAM_KPI_ABANDONED_POSITIVE] = {"abandoned_positive", 1, 1, 0, 0, 0},
};

const char *sam_kpi_variant_name(enum sam_kpi_variant variant)
{
    return definitions[variant].name;
}

enum sam_code sam_kpi_variant_find(struct sam_span name, enum sam_kpi_variant *out)
{
    for (size_t i = 0; i < SAM_KPI_VARIANTS; i++)
        if (sam_span_is(name, definitions[i].name)) {
            *out = (enum sam_kpi_variant)i;
            return SAM_OK;
        }
    return SAM_NONE;
}

enum sam_code sam_kpi_service_level(const struct sam_kpi_calls *calls, enum sam_kpi_variant variant, double *part, double *whole,
                                    double *ratio)
{
    const struct definition *d = &definitions[variant];
    double below = calls->answered + d->abandoned * calls->abandoned + d->short_abandoned * calls->short_abandoned +
                   d->flowed_out * calls->flowed_out + d->abandoned_in * calls->abandoned_in;
    *part = calls->answered_in + d->abandoned_in_part * calls->abandoned_in;
    *whole = below > 0 ? below : 0;
    if (!(below > 0))
        return SAM_NONE;
    *ratio = *part < below ? *part / below : 1;
    return SAM_OK;
}
