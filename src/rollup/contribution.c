/*
 * Contribution: one conversation's rows. Which sum a fact goes to is decided here and nowhere else; samtale.verify_rollups() in SQL
 * computes the same a second way.
 */
#include "rows.h"

#include <string.h>

#define PPM 1000000

static int64_t interval_of(int64_t us)
{
    int64_t q = us / SAM_ROLLUP_INTERVAL_US;
    return us % SAM_ROLLUP_INTERVAL_US < 0 ? q - 1 : q;
}

/* The first known of some times. Returns false when none is. */
static bool first_known(const struct sam_time *const *times, size_t n, int64_t *interval)
{
    for (size_t i = 0; i < n; i++) {
        if (times[i]->quality != SAM_QUALITY_UNKNOWN) {
            *interval = interval_of(times[i]->us);
            return true;
        }
    }
    return false;
}

enum sam_disposition sam_rollup_disposition(const struct sam_leg *leg, int32_t short_abandon_ms)
{
    if (leg->disposition == SAM_DISPOSITION_ABANDONED && leg->wait_ms.known && leg->wait_ms.value < short_abandon_ms)
        return SAM_DISPOSITION_SHORT_ABANDON;
    if (leg->disposition == SAM_DISPOSITION_UNKNOWN && (leg->answered.quality != SAM_QUALITY_UNKNOWN || leg->talk_ms.known))
        return SAM_DISPOSITION_ANSWERED;
    return leg->disposition;
}

static int64_t known(struct sam_int value)
{
    return value.known ? value.value : 0;
}

/* How a leg's wait in the queue ended. */
static void add_queueing(const struct sam_leg *leg, int32_t service_level_ms, int64_t *sums)
{
    bool waited = leg->wait_ms.known, within = waited && leg->wait_ms.value <= service_level_ms;
    switch (leg->disposition) {
    case SAM_DISPOSITION_ANSWERED:
        sums[SAM_R_ANSWERED]++;
        sums[SAM_R_ANSWERED_IN] += within;
        sums[SAM_R_WAITS_ANSWERED] += waited;
        sums[SAM_R_WAIT_ANSWERED_MS] += known(leg->wait_ms);
        break;
    case SAM_DISPOSITION_SHORT_ABANDON:
    case SAM_DISPOSITION_ABANDONED:
        sums[SAM_R_ABANDONED]++;
        sums[SAM_R_SHORT_ABANDONED] += leg->disposition == SAM_DISPOSITION_SHORT_ABANDON;
        sums[SAM_R_ABANDONED_IN] += within;
        sums[SAM_R_WAITS_ABANDONED] += waited;
        sums[SAM_R_WAIT_ABANDONED_MS] += known(leg->wait_ms);
        break;
    case SAM_DISPOSITION_VOICEMAIL:
    case SAM_DISPOSITION_CALLBACK:
    case SAM_DISPOSITION_TIMEOUT:
    case SAM_DISPOSITION_FULL:
    case SAM_DISPOSITION_CLOSED:
    case SAM_DISPOSITION_FAILED:
        sums[SAM_R_FLOWED_OUT]++;
        break;
    case SAM_DISPOSITION_UNKNOWN:
        break;
    }
}

static void add_handling(const struct sam_leg *leg, int64_t *sums)
{
    if (leg->disposition != SAM_DISPOSITION_ANSWERED)
        return;
    sums[SAM_R_TRANSFERRED] += leg->transfer != SAM_TRANSFER_NONE;
    if (!leg->talk_ms.known)
        return;
    sums[SAM_R_HANDLED]++;
    sums[SAM_R_TALK_MS] += leg->talk_ms.value;
    sums[SAM_R_HOLD_MS] += known(leg->hold_ms);
    sums[SAM_R_WRAP_MS] += known(leg->wrap_ms);
    sums[SAM_R_HELD] += known(leg->hold_ms) > 0;
}

static enum sam_code add_legs(const struct sam_rollup_input *in, struct sam_rollup_delta *rows, struct sam_err *err)
{
    const struct sam_conversation *c = in->conversation;
    bool queued_up = c->direction != SAM_DIRECTION_OUTBOUND && c->direction != SAM_DIRECTION_INTERNAL;
    for (size_t i = 0; i < c->legs_n; i++) {
        const struct sam_leg *leg = &c->legs[i];
        const struct sam_time *const arrivals[] = {&leg->queued, &c->started};
        const struct sam_time *const ends[] = {&leg->ended, &leg->answered, &c->ended, &c->started};
        struct sam_rollup_row key = {.table = SAM_ROLLUP_HALF_HOUR, .queue_id = in->legs[i].queue_id, .channel = c->channel};
        int64_t *sums = NULL;
        if (queued_up && first_known(arrivals, SAM_COUNT(arrivals), &key.half_hour)) {
            enum sam_code code = rollup_row(rows, &key, &sums, err);
            if (code != SAM_OK)
                return code;
            sums[SAM_R_OFFERED]++;
        }
        if (first_known(ends, SAM_COUNT(ends), &key.half_hour)) {
            enum sam_code code = rollup_row(rows, &key, &sums, err);
            if (code != SAM_OK)
                return code;
            if (queued_up)
                add_queueing(leg, in->legs[i].service_level_ms, sums);
            add_handling(leg, sums);
        }
    }
    return SAM_OK;
}

/* Acknowledgements whose latency is in a sum: what that sum is divided by. */
static int64_t latencies(const struct sam_score *score, enum sam_measure sum)
{
    const struct sam_int *acknowledged = &score->measures[SAM_M_EMPATHY_ACKNOWLEDGED];
    return score->measures[sum].known && acknowledged->known ? acknowledged->value : 0;
}

static enum sam_code add_score(const struct sam_rollup_input *in, const struct sam_rollup_row *at, struct sam_rollup_delta *rows,
                               struct sam_err *err)
{
    const struct sam_score *score = in->score;
    struct sam_rollup_row key = *at;
    int64_t *sums = NULL;
    if (!score->scored)
        return SAM_OK;
    key.table = SAM_ROLLUP_OPPORTUNITY;
    key.score_set = in->score_set;
    key.language = score->language;
    enum sam_code code = rollup_row(rows, &key, &sums, err);
    if (code != SAM_OK)
        return code;
    if (in->kept) {
        memcpy(sums, in->kept->sums, SAM_R_OPPORTUNITY_SUMS * sizeof *sums);
        return SAM_OK;
    }
    sums[SAM_R_O_SCORED]++;
    sums[SAM_R_O_TIMED] += score->measures[SAM_M_AGENT_TALK_MS].known;
    sums[SAM_R_O_LATENCIES_TURNS] += latencies(score, SAM_M_EMPATHY_LATENCY_TURNS);
    sums[SAM_R_O_LATENCIES_MS] += latencies(score, SAM_M_EMPATHY_LATENCY_MS);
    sums[SAM_R_O_INDEXED] += score->index_known;
    for (size_t i = 0; i < SAM_COMPONENTS; i++) {
        if (score->numerators[i].known && score->denominators[i].known) {
            sums[SAM_R_O_COMPONENTS + 2 * i] += score->numerators[i].value;
            sums[SAM_R_O_COMPONENTS + 2 * i + 1] += score->denominators[i].value;
        }
    }
    for (size_t i = 0; i < SAM_MEASURES_SUMMED; i++)
        sums[(size_t)SAM_R_O_MEASURES + i] += known(score->measures[i]);
    return SAM_OK;
}

const struct sam_rollup_row *sam_rollup_of_score(const struct sam_rollup_row *rows, size_t n, int32_t score_set)
{
    for (size_t i = 0; i < n; i++)
        if (rows[i].table == SAM_ROLLUP_OPPORTUNITY && rows[i].score_set == score_set)
            return &rows[i];
    return NULL;
}

/* Where a value lies on its scale, in millionths from the low end; false when the scale is not known or makes no sense. */
static bool on_scale(struct sam_int value, struct sam_int min, struct sam_int max, int64_t *ppm)
{
    if (!value.known || !min.known || !max.known || min.value >= max.value || value.value < min.value || value.value > max.value)
        return false;
    *ppm = (value.value - min.value) * PPM / (max.value - min.value);
    return true;
}

static void add_survey(const struct sam_survey *survey, int64_t *sums)
{
    int64_t ppm = 0;
    sums[SAM_R_SURVEYS]++;
    if (survey->nps.known) {
        sums[SAM_R_NPS_N]++;
        sums[SAM_R_NPS_PROMOTERS] += survey->nps.value >= 9;
        sums[SAM_R_NPS_DETRACTORS] += survey->nps.value <= 6;
    }
    if (on_scale(survey->csat, survey->csat_min, survey->csat_max, &ppm)) {
        sums[SAM_R_CSAT_N]++;
        sums[SAM_R_CSAT_TOP] += survey->csat.value >= survey->csat_max.value - 1;
        sums[SAM_R_CSAT_PPM] += ppm;
    }
    if (on_scale(survey->ces, survey->ces_min, survey->ces_max, &ppm)) {
        sums[SAM_R_CES_N]++;
        sums[SAM_R_CES_PPM] += survey->ces_reversed ? PPM - ppm : ppm;
    }
}

static void add_yes_no(struct sam_int value, size_t n_at, int64_t *sums)
{
    sums[n_at] += value.known;
    sums[n_at + 1] += value.known && value.value != 0;
}

static enum sam_code add_outcomes(const struct sam_conversation *c, const struct sam_rollup_row *at, struct sam_rollup_delta *rows,
                                  struct sam_err *err)
{
    struct sam_rollup_row key = *at;
    int64_t *sums = NULL;
    if (c->surveys_n == 0 && c->outcomes_n == 0)
        return SAM_OK;
    key.table = SAM_ROLLUP_OUTCOME;
    enum sam_code code = rollup_row(rows, &key, &sums, err);
    if (code != SAM_OK)
        return code;
    for (size_t i = 0; i < c->surveys_n; i++)
        add_survey(c->surveys[i], sums);
    for (size_t i = 0; i < c->outcomes_n; i++) {
        const struct sam_outcome *outcome = c->outcomes[i];
        sums[SAM_R_RESOLVED_N] += outcome->resolved != SAM_RESOLVED_UNKNOWN;
        sums[SAM_R_RESOLVED] += outcome->resolved == SAM_RESOLVED_YES;
        add_yes_no(outcome->churned, SAM_R_CHURNED_N, sums);
        add_yes_no(outcome->winback, SAM_R_WINBACK_N, sums);
        add_yes_no(outcome->sold, SAM_R_SOLD_N, sums);
    }
    return SAM_OK;
}

enum sam_code sam_rollup_contribution(const struct sam_rollup_input *input, struct sam_arena *arena, struct sam_rollup_row **out, size_t *n,
                                      struct sam_err *err)
{
    const struct sam_conversation *c = input->conversation;
    const struct sam_time *const ends[] = {&c->ended, &c->started};
    struct sam_rollup_row key = {.table = SAM_ROLLUP_HALF_HOUR, .queue_id = input->queue_id, .channel = c->channel};
    int64_t *sums = NULL;
    struct sam_rollup_delta *rows = sam_rollup_delta_new(arena, 2 * c->legs_n + SAM_ROLLUPS);
    if (!rows)
        return sam_arena_full(arena, err);
    enum sam_code code = add_legs(input, rows, err);
    bool dated = first_known(ends, SAM_COUNT(ends), &key.half_hour);
    if (code == SAM_OK && dated)
        code = rollup_row(rows, &key, &sums, err);
    if (code == SAM_OK && dated) {
        sums[SAM_R_CONVERSATIONS]++;
        sums[SAM_R_WITH_TRANSCRIPT] += c->turns_n > 0;
        sums[SAM_R_WITH_ROLES] += c->turns_n > 0 && (c->flags & SAM_FLAG_ROLE_UNKNOWN) == 0;
        sums[SAM_R_SCORED] += input->score->scored;
    }
    if (!dated)
        key.half_hour = SAM_ROLLUP_UNDATED;
    if (code == SAM_OK)
        code = add_score(input, &key, rows, err);
    if (code == SAM_OK && dated)
        code = add_outcomes(c, &key, rows, err);
    return code == SAM_OK ? rollup_rows_all(rows, out, n, err) : code;
}

enum sam_code sam_rollup_rescored(const struct sam_rollup_rescore *input, struct sam_arena *arena, struct sam_rollup_row **out, size_t *n,
                                  struct sam_err *err)
{
    const struct sam_rollup_input other = {.score = input->score, .score_set = input->score_set};
    struct sam_rollup_row place = {.table = SAM_ROLLUPS};
    struct sam_rollup_delta *rows = sam_rollup_delta_new(arena, input->n + 1);
    enum sam_code code = rows ? SAM_OK : sam_arena_full(arena, err);
    for (size_t i = 0; code == SAM_OK && i < input->n; i++) {
        const struct sam_rollup_row *row = &input->rows[i];
        int64_t *sums = NULL;
        if (row->table == SAM_ROLLUP_OPPORTUNITY)
            continue;
        code = rollup_row(rows, row, &sums, err);
        if (code != SAM_OK)
            break;
        memcpy(sums, row->sums, sam_rollup_sums_n(row->table) * sizeof *sums);
        if (row->table == SAM_ROLLUP_HALF_HOUR && row->sums[SAM_R_CONVERSATIONS] > 0) {
            sums[SAM_R_SCORED] = input->score->scored;
            place = *row;
        }
    }
    bool dated = place.table != SAM_ROLLUPS;
    if (code == SAM_OK && dated)
        code = add_score(&other, &place, rows, err);
    return code == SAM_OK ? rollup_rows_all(rows, out, n, err) : code;
}
