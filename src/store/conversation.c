/*
 * Conversation: the rows of one item, table by table. Fields stand in the order of sql/statements/copy_*.sql.
 */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#define IDS_MAX    64U   /* teams, agents of one conversation that decide who may read it */
#define BODY_APART 1024U /* a body of so many bytes is sent from where it lies */

/* ---- who may read it --------------------------------------------------------------------------------------------------------------- */

struct ids {
    int32_t at[IDS_MAX];
    size_t n;
};

/* Keeps at sorted and each id once; beyond IDS_MAX (a conversation with more than 64 teams) the first stay. */
static void add_id(struct ids *ids, int32_t id)
{
    size_t place = 0;
    while (place < ids->n && ids->at[place] < id)
        place++;
    if (id == 0 || ids->n == IDS_MAX || (place < ids->n && ids->at[place] == id))
        return;
    memmove(ids->at + place + 1, ids->at + place, (ids->n - place) * sizeof *ids->at);
    ids->at[place] = id;
    ids->n++;
}

static void readers(const struct sam_item *item, struct ids *teams, struct ids *agents)
{
    for (size_t i = 0; i < item->conversation->legs_n; i++) {
        add_id(teams, item->leg_ids[i].team_id);
        add_id(agents, item->leg_ids[i].agent_id);
    }
    for (size_t i = 0; i < item->conversation->parties_n; i++) {
        add_id(teams, item->party_ids[i].team_id);
        add_id(agents, item->party_ids[i].agent_id);
    }
}

/* ---- tables ------------------------------------------------------------------------------------------------------------------------- */

static bool has_distress(const struct sam_score *score)
{
    bool found = false;
    for (size_t i = 0; i < score->findings_n && !found; i++)
        found = score->findings[i].label == SAM_CUE_DISTRESS;
    return found;
}

static int language_of(const struct sam_item *item)
{
    return item->score->language != SAM_LANGUAGE_UNKNOWN ? (int)item->score->language : (int)item->conversation->declared;
}

static void put_index(struct sam_buf *buf, const struct sam_score *score)
{
    if (score->index_known)
        put_real(buf, (float)score->index);
    else
        put_null(buf);
}

static void add_conversation(struct sam_store *store, const struct sam_item *item)
{
    const struct sam_conversation *c = item->conversation;
    const struct sam_score *score = item->score;
    struct sam_buf *buf = &store->tables[SAM_T_CONVERSATION];
    struct ids teams = {.n = 0}, agents = {.n = 0};
    readers(item, &teams, &agents);
    row_begin(buf, 35);
    put_int8(buf, item->conversation_id);
    put_time(buf, c->started);
    put_time(buf, c->ended);
    put_known8(buf, c->wait_ms);
    put_known8(buf, c->talk_ms);
    put_known8(buf, c->hold_ms);
    put_known8(buf, c->wrap_ms);
    put_known8(buf, c->handle_ms);
    put_int4(buf, item->source_id);
    put_int4(buf, item->queue_id);
    put_id(buf, item->agent_id);
    put_int4(buf, c->transfers);
    put_int4(buf, (int32_t)c->flags);
    put_int4(buf, (int32_t)c->turns_n);
    put_int4(buf, item->score_set);
    put_known4(buf, score->measures[SAM_M_OPPORTUNITY_MISSED]);
    put_known4(buf, score->measures[SAM_M_EMPATHY_GAPS]);
    put_index(buf, score);
    put_date(buf, c->customer_since);
    put_int2(buf, c->channel);
    put_int2(buf, c->direction);
    put_int2(buf, language_of(item));
    put_int2(buf, c->declared);
    put_int2(buf, c->consent);
    put_int2(buf, c->disposition);
    put_int2(buf, c->started.quality);
    put_bool(buf, score->scored);
    put_bool(buf, item->score_stands ? item->stored_score.distress : has_distress(score));
    put_text(buf, item->external_id);
    put_text(buf, c->purpose);
    put_text(buf, score->scored ? SAM_NO_SPAN : score->why);
    put_key(buf, c->customer_key);
    put_ids(buf, teams.at, teams.n);
    put_ids(buf, agents.at, agents.n);
    put_text(buf, item->contribution_new);
}

/* A body lies in the batch already, and is most of what a batch writes: it is sent from where it is. */
static void put_body(struct sam_store *store, struct sam_buf *buf, struct sam_span body)
{
    if (body.len < BODY_APART) {
        put_text(buf, body);
        return;
    }
    sam_buf_be32(buf, (uint32_t)body.len);
    const struct sam_db_piece piece = {buf->len, body};
    sam_buf_add(&store->bodies, &piece, sizeof piece);
}

static void add_parts(struct sam_store *store, const struct sam_item *item)
{
    struct sam_buf *buf = &store->tables[SAM_T_PART];
    for (size_t i = 0; i < item->merge.put_n; i++) {
        const struct sam_stored_part *part = item->merge.put[i];
        row_begin(buf, 7);
        put_int8(buf, item->conversation_id);
        put_int8(buf, part->version);
        put_int2(buf, part->kind);
        put_bool(buf, part->conflict);
        put_text(buf, (struct sam_span){(const char *)part->hash, sizeof part->hash});
        put_text(buf, part->part_id);
        put_body(store, buf, part->body);
    }
}

static void add_legs_and_parties(struct sam_store *store, const struct sam_item *item)
{
    const struct sam_conversation *c = item->conversation;
    struct sam_buf *buf = &store->tables[SAM_T_LEG];
    for (size_t i = 0; i < c->legs_n; i++) {
        const struct sam_leg *leg = &c->legs[i];
        const struct sam_leg_ids *ids = &item->leg_ids[i];
        row_begin(buf, 15);
        put_int8(buf, item->conversation_id);
        put_time(buf, leg->queued);
        put_time(buf, leg->answered);
        put_time(buf, leg->ended);
        put_known8(buf, leg->wait_ms);
        put_known8(buf, leg->talk_ms);
        put_known8(buf, leg->hold_ms);
        put_known8(buf, leg->wrap_ms);
        put_int4(buf, ids->queue_id);
        put_id(buf, ids->agent_id);
        put_id(buf, ids->team_id);
        put_int4(buf, ids->service_level_ms);
        put_int4(buf, (int32_t)i);
        put_int2(buf, leg->disposition);
        put_int2(buf, leg->transfer);
    }
    buf = &store->tables[SAM_T_PARTY];
    for (size_t i = 0; i < c->parties_n; i++) {
        row_begin(buf, 6);
        put_int8(buf, item->conversation_id);
        put_id(buf, item->party_ids[i].agent_id);
        put_id(buf, item->party_ids[i].team_id);
        put_int4(buf, (int32_t)i);
        put_int2(buf, c->parties[i].role);
        put_bool(buf, c->parties[i].role_derived);
    }
}

/* Packed, column by column: one row a conversation costs the server a tenth of what one row a finding does. */
static void add_findings(struct sam_store *store, const struct sam_item *item)
{
    const struct sam_finding *findings = item->score->findings;
    size_t n = item->score->findings_n;
    struct sam_buf *buf = &store->tables[SAM_T_FINDING];
    if (n == 0)
        return;
    row_begin(buf, 9);
    put_int8(buf, item->conversation_id);
    put_int4(buf, item->score_set);
    put_column(buf, COLUMN_INT4, &findings->turn, sizeof *findings, n);
    put_column(buf, COLUMN_INT4, &findings->start, sizeof *findings, n);
    put_column(buf, COLUMN_INT4, &findings->end, sizeof *findings, n);
    put_column(buf, COLUMN_INT4, item->rule_ids, sizeof *item->rule_ids, n);
    put_column(buf, COLUMN_REAL, &findings->weight, sizeof *findings, n);
    put_column(buf, COLUMN_INDEX, &findings->party, sizeof *findings, n);
    put_column(buf, COLUMN_INT2, &findings->label, sizeof *findings, n);
}

static void add_moments(struct sam_store *store, const struct sam_item *item)
{
    const struct sam_moment *moments = item->score->moments;
    size_t n = item->score->moments_n;
    struct sam_buf *buf = &store->tables[SAM_T_MOMENT];
    if (n == 0)
        return;
    row_begin(buf, 10);
    put_int8(buf, item->conversation_id);
    put_int4(buf, item->score_set);
    size_t array = put_array(buf, COLUMN_INT8, n);
    for (size_t i = 0; i < n; i++)
        put_known8(buf, moments[i].latency_ms);
    put_array_end(buf, array);
    put_column(buf, COLUMN_INT4, &moments->cue_turn, sizeof *moments, n);
    put_column(buf, COLUMN_INDEX, &moments->answer_turn, sizeof *moments, n);
    array = put_array(buf, COLUMN_INT4, n);
    for (size_t i = 0; i < n; i++)
        put_known4(buf, moments[i].latency_turns);
    put_array_end(buf, array);
    put_column(buf, COLUMN_INT2, &moments->kind, sizeof *moments, n);
    put_column(buf, COLUMN_INT2, &moments->cue, sizeof *moments, n);
    put_column(buf, COLUMN_INT2, &moments->met, sizeof *moments, n);
    array = put_array(buf, COLUMN_TEXT, n);
    for (size_t i = 0; i < n; i++)
        put_text(buf, moments[i].suggestion);
    put_array_end(buf, array);
}

/* Measures in ms are bigint, the rest integer, as their columns are (sql/migrations/0003 and 0008). */
static const bool is_ms[SAM_MEASURES] = {
    [SAM_M_EMPATHY_LATENCY_MS] = true, [SAM_M_AGENT_TALK_MS] = true,    [SAM_M_CUSTOMER_TALK_MS] = true,    [SAM_M_NON_TALK_MS] = true,
    [SAM_M_CROSS_TALK_MS] = true,      [SAM_M_LONGEST_AGENT_MS] = true, [SAM_M_LONGEST_CUSTOMER_MS] = true, [SAM_M_RESPONSE_MS] = true,
    [SAM_M_EXPLORING_MS] = true,       [SAM_M_ADVISING_MS] = true,      [SAM_M_RELATING_MS] = true,         [SAM_M_VERIFYING_MS] = true,
    [SAM_M_REFUSING_MS] = true,        [SAM_M_INFORMING_MS] = true,
};

static void add_score(struct sam_store *store, const struct sam_item *item)
{
    const struct sam_score *score = item->score;
    struct sam_buf *buf = &store->tables[SAM_T_SCORE];
    if (!score->scored)
        return;
    row_begin(buf, 4 + 2 * SAM_COMPONENTS + SAM_MEASURES);
    put_int8(buf, item->conversation_id);
    put_int4(buf, item->score_set);
    put_int2(buf, score->language);
    put_index(buf, score);
    for (size_t i = 0; i < SAM_COMPONENTS; i++) {
        put_known4(buf, score->numerators[i]);
        put_known4(buf, score->denominators[i]);
    }
    for (size_t i = 0; i < SAM_MEASURES; i++) {
        if (is_ms[i])
            put_known8(buf, score->measures[i]);
        else
            put_known4(buf, score->measures[i]);
    }
}

static void put_yes_no(struct sam_buf *buf, struct sam_int value)
{
    if (value.known)
        put_bool(buf, value.value != 0);
    else
        put_null(buf);
}

/* Surveys and outcomes have the part_id of their parts; join keeps both in the order of part_id. */
static void add_feedback(struct sam_store *store, const struct sam_item *item)
{
    const struct sam_conversation *c = item->conversation;
    size_t surveys = 0, outcomes = 0;
    for (size_t i = 0; i < item->merge.parts_n; i++) {
        const struct sam_stored_part *part = &item->merge.parts[i];
        if (part->kind == SAM_KIND_SURVEY && surveys < c->surveys_n) {
            const struct sam_survey *survey = c->surveys[surveys++];
            struct sam_buf *buf = &store->tables[SAM_T_SURVEY];
            row_begin(buf, 11);
            put_int8(buf, item->conversation_id);
            put_time(buf, survey->answered);
            const struct sam_int numbers[] = {survey->nps, survey->csat,    survey->csat_min, survey->csat_max,
                                              survey->ces, survey->ces_min, survey->ces_max};
            for (size_t k = 0; k < SAM_COUNT(numbers); k++)
                put_known4(buf, numbers[k]);
            put_bool(buf, survey->ces_reversed);
            put_text(buf, part->part_id);
        } else if (part->kind == SAM_KIND_OUTCOME && outcomes < c->outcomes_n) {
            const struct sam_outcome *outcome = c->outcomes[outcomes++];
            struct sam_buf *buf = &store->tables[SAM_T_OUTCOME];
            row_begin(buf, 9);
            put_int8(buf, item->conversation_id);
            put_time(buf, outcome->at);
            put_known8(buf, outcome->amount_minor);
            put_yes_no(buf, (struct sam_int){outcome->resolved == SAM_RESOLVED_YES, outcome->resolved != SAM_RESOLVED_UNKNOWN});
            put_yes_no(buf, outcome->churned);
            put_yes_no(buf, outcome->winback);
            put_yes_no(buf, outcome->sold);
            put_text(buf, outcome->currency);
            put_text(buf, part->part_id);
        }
    }
}

static enum sam_code check_room(const struct sam_store *store, struct sam_err *err)
{
    for (size_t i = 0; i < SAM_T_TABLES; i++)
        if (store->tables[i].failed)
            return sam_fail(err, SAM_TOO_LARGE, "the rows of one batch need more than %zu bytes", store->tables[i].max);
    if (store->bodies.failed)
        return sam_fail(err, SAM_TOO_LARGE, "the list of a batch's parts needs more than %zu bytes", store->bodies.max);
    return SAM_OK;
}

enum sam_code sam_store_encode(struct sam_store *store, const struct sam_item *item, struct sam_err *err)
{
    if (item->conversation) {
        add_conversation(store, item);
        add_legs_and_parties(store, item);
        add_feedback(store, item);
    }
    if (item->conversation && !item->score_stands) {
        add_findings(store, item);
        add_moments(store, item);
        add_score(store, item);
    }
    add_parts(store, item);
    return check_room(store, err);
}

enum sam_code sam_store_encode_rescored(struct sam_store *store, const struct sam_item *item, const struct sam_rescored *rescored,
                                        struct sam_err *err)
{
    struct sam_buf *buf = &store->tables[SAM_T_RESCORED];
    const struct sam_score *score = item->score;
    row_begin(buf, 13);
    put_int4(buf, rescored->rescore_id);
    put_int8(buf, item->conversation_id);
    put_int4(buf, (int32_t)rescored->written_by);
    put_int2(buf, rescored->outcome);
    put_int4(buf, item->score_set);
    if (rescored->outcome != SAM_RESCORED) {
        for (size_t i = 0; i < 8; i++)
            put_null(buf);
        return check_room(store, err);
    }
    put_int2(buf, language_of(item));
    put_bool(buf, score->scored);
    put_bool(buf, has_distress(score));
    put_known4(buf, score->measures[SAM_M_OPPORTUNITY_MISSED]);
    put_known4(buf, score->measures[SAM_M_EMPATHY_GAPS]);
    put_index(buf, score);
    put_text(buf, score->scored ? SAM_NO_SPAN : score->why);
    put_text(buf, item->contribution_new);
    add_findings(store, item);
    add_moments(store, item);
    add_score(store, item);
    return check_room(store, err);
}

enum sam_code sam_store_encode_dead(struct sam_store *store, const struct sam_dead *dead, struct sam_err *err)
{
    struct sam_buf *buf = &store->tables[SAM_T_DEAD_LETTER];
    row_begin(buf, 10);
    put_time(buf, (struct sam_time){dead->enqueued_us, SAM_QUALITY_EXACT});
    put_int2(buf, dead->lane);
    put_int2(buf, dead->attempts);
    put_int4(buf, (int32_t)dead->body.len);
    put_text(buf, dead->source);
    put_text(buf, dead->kind);
    put_text(buf, dead->content_type);
    put_text(buf, dead->code);
    put_text(buf, dead->reason);
    put_text(buf, dead->body);
    return check_room(store, err);
}
