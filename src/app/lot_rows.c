/*
 * Lot, rows: the tables' bytes, the dead letters, and the deltas of the rollups with the statements that add them. On another thread.
 */
#include "ingest_private.h"

#include <stdio.h>
#include <string.h>

#define KEYS_MAX    1000000U
#define COMPACT_MAX (1U << 20)
#define STATES_MAX  ((size_t)256 << 20)

/* ---- contributions ------------------------------------------------------------------------------------------------------------------ */

/* The contribution that is stored goes; it was decoded already where the score stands. */
static enum sam_code take_out(struct lot *lot, size_t i, struct sam_rollup_delta *delta, struct sam_err *err)
{
    struct sam_rollup_row *rows = lot->more[i].was;
    size_t n = lot->more[i].was_n;
    if (!lot->items[i].contribution.at)
        return SAM_OK;
    sam_arena_reset(lot->scratch);
    enum sam_code code = rows ? SAM_OK : sam_rollup_decode(lot->items[i].contribution, lot->scratch, &rows, &n, err);
    return code == SAM_OK ? sam_rollup_delta_add(delta, rows, n, -1, err) : code;
}

static enum sam_code add(struct lot *lot, size_t at, struct sam_rollup_delta *delta, struct sam_buf *buf, struct sam_err *err)
{
    struct sam_item *item = &lot->items[at];
    sam_arena_reset(lot->scratch);
    struct sam_rollup_leg *legs = sam_arena_array(lot->scratch, item->conversation->legs_n, sizeof *legs);
    struct sam_rollup_row *rows = NULL;
    size_t n = 0;
    if (!legs)
        return sam_arena_full(lot->scratch, err);
    for (size_t i = 0; i < item->conversation->legs_n; i++)
        legs[i] = (struct sam_rollup_leg){item->leg_ids[i].queue_id, item->leg_ids[i].service_level_ms};
    const struct sam_rollup_input input = {item->conversation, item->score, legs, item->queue_id, item->score_set, lot->more[at].kept};
    enum sam_code code = sam_rollup_contribution(&input, lot->scratch, &rows, &n, err);
    if (code == SAM_OK)
        code = sam_rollup_delta_add(delta, rows, n, 1, err);
    if (code != SAM_OK)
        return code;
    sam_buf_clear(buf);
    sam_rollup_encode(rows, n, buf);
    if (buf->failed)
        return sam_fail(err, SAM_TOO_LARGE, "a conversation adds more than %u bytes to the rollups", COMPACT_MAX);
    return sam_arena_span(lot->arena, sam_buf_get(buf), &item->contribution_new, err);
}

/* The statement that stores states of agents, with all of them in their canonical form. */
static enum sam_code add_states(struct lot *lot, struct sam_err *err)
{
    size_t n = 0;
    struct sam_span list = SAM_NO_SPAN;
    struct sam_buf buf = sam_buf_of(STATES_MAX);
    for (size_t i = 0; i < lot->batch.n; i++) {
        const struct lot_message *m = &lot->messages[i];
        for (size_t p = 0; m->code == SAM_OK && p < m->read.parts_n; p++) {
            if (!m->read.parts[p].states)
                continue;
            sam_buf_text(&buf, n++ > 0 ? "," : "[");
            sam_buf_span(&buf, m->parts[p].body);
        }
    }
    sam_buf_text(&buf, "]");
    enum sam_code code = buf.failed ? sam_fail(err, SAM_TOO_LARGE, "states of agents: more than %zu bytes in one batch", STATES_MAX)
                                    : sam_arena_span(lot->arena, sam_buf_get(&buf), &list, err);
    sam_buf_free(&buf);
    if (code != SAM_OK)
        return code;
    lot->states = sam_db_text(list);
    lot->calls[lot->calls_n++] = (struct sam_db_call){"states_put", &lot->states, 1};
    return SAM_OK;
}

static enum sam_code add_statements(struct lot *lot, const struct sam_rollup_delta *delta, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    lot->calls_n = 0;
    if (lot->states_n > 0)
        code = add_states(lot, err);
    for (unsigned table = 0; table < SAM_ROLLUPS && code == SAM_OK; table++) {
        struct rollup_call *rollup = &lot->rollups[table];
        code = rollup_call_make(delta, (enum sam_rollup)table, lot->arena, rollup, err);
        if (code == SAM_OK && rollup->rows > 0)
            lot->calls[lot->calls_n++] = rollup->call;
    }
    lot->calls[lot->calls_n++] = (struct sam_db_call){"commit", NULL, 0};
    return code;
}

/* ---- dead letters -------------------------------------------------------------------------------------------------- */

static enum sam_code add_dead(struct lot *lot, const struct sam_message *m, struct sam_span body, struct sam_span code_word,
                              const char *why, struct sam_err *err)
{
    const struct sam_dead dead = {.enqueued_us = m->enqueued_us,
                                  .lane = (int16_t)m->lane,
                                  .attempts = (int16_t)m->attempts,
                                  .source = m->source,
                                  .kind = m->kind,
                                  .content_type = m->content_type,
                                  .code = code_word,
                                  .reason = sam_span_of(why),
                                  .body = body};
    lot->counts.dead++;
    return sam_store_encode_dead(&lot->store, &dead, err);
}

static struct sam_span word_of(const struct lot_message *m)
{
    bool crashed = m->message->attempts >= SAM_ATTEMPTS_MAX;
    return crashed ? SAM_SPAN("crashed") : m->code == SAM_NO_MEMORY ? SAM_SPAN("too_large") : sam_span_of(sam_code_name(m->code));
}

/* Messages that could not be read, and what could not be read in the others. */
static enum sam_code add_unread(struct lot *lot, struct sam_err *err)
{
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < lot->batch.n && code == SAM_OK; i++) {
        const struct lot_message *m = &lot->messages[i];
        if (m->code != SAM_OK) {
            code = add_dead(lot, m->message, m->message->body, word_of(m), m->err.text, err);
            continue;
        }
        for (size_t r = 0; r < m->read.refusals_n && r < SAM_REFUSALS && code == SAM_OK; r++) {
            const struct sam_read_refusal *refusal = &m->read.refusals[r];
            code = add_dead(lot, m->message, refusal->body, sam_span_of(sam_code_name(refusal->err.code)), refusal->err.text, err);
        }
    }
    return code;
}

/* The message that fails alone, for the reason that the database gave. */
static enum sam_code add_alone(struct lot *lot, struct sam_err *err)
{
    char word[32] = "bad_input";
    if (lot->split.why.code == SAM_NO_MEMORY)
        (void)snprintf(word, sizeof word, "%s", lot->split.starved ? "no_memory" : "too_large");
    else if (lot->split.sqlstate[0])
        (void)snprintf(word, sizeof word, "sqlstate:%s", lot->split.sqlstate);
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < lot->batch.n && code == SAM_OK; i++)
        code = add_dead(lot, &lot->batch.messages[i], lot->batch.messages[i].body, sam_span_of(word), lot->split.why.text, err);
    return code;
}

/* What is made once a batch, with the first rows. */
static enum sam_code begin(struct lot *lot)
{
    lot->delta = sam_rollup_delta_new(lot->arena, KEYS_MAX);
    if (!lot->delta)
        return sam_arena_full(lot->arena, &lot->err);
    return lot->split.alone ? add_alone(lot, &lot->err) : add_unread(lot, &lot->err);
}

void lot_rows(void *data)
{
    struct lot *lot = data;
    struct sam_buf buf = sam_buf_of(COMPACT_MAX);
    enum sam_code code = lot->delta ? SAM_OK : begin(lot);
    for (size_t i = lot->written_n; code == SAM_OK && i < lot->decided_n; i++) {
        struct sam_item *item = &lot->items[i];
        if (item->conversation || item->gone)
            code = take_out(lot, i, lot->delta, &lot->err);
        if (code == SAM_OK && item->conversation)
            code = add(lot, i, lot->delta, &buf, &lot->err);
        if (code == SAM_OK)
            code = sam_store_encode(&lot->store, item, &lot->err);
    }
    if (code == SAM_OK && lot->decided_n == lot->items_n)
        code = add_statements(lot, lot->delta, &lot->err);
    sam_buf_free(&buf);
    lot->code = code;
}
