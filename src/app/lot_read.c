/*
 * Lot, reading: each message into masked parts with their canonical bytes. On another thread; touches its lot only.
 */
#include "ingest_private.h"

#include <string.h>

#define CANONICAL_SLACK 1024U

/* A masked part and its canonical bytes, out of the scratch. buf is for all parts of the batch in turn. */
static enum sam_code keep_part(struct lot *lot, const struct sam_part *from, struct sam_buf *buf, struct sam_part *part,
                               struct sam_stored_part *out, struct sam_err *err)
{
    struct sam_span body;
    sam_buf_clear(buf);
    sam_part_write(from, buf);
    if (buf->failed && buf->len < buf->max / 2) /* far from its limit: the system has none */
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the form in which a part is kept");
    if (buf->failed)
        return sam_fail(err, SAM_TOO_LARGE, "the canonical form of a part is larger than %zu bytes", buf->max);
    enum sam_code code = sam_arena_span(lot->arena, sam_buf_get(buf), &body, err);
    if (code == SAM_OK)
        code = sam_part_copy(from, body, lot->arena, part, err);
    if (code != SAM_OK)
        return code;
    sam_hash128(&body, 1, part->content_hash);
    *out = (struct sam_stored_part){.kind = part->kind, .part_id = part->part_id, .version = part->version, .body = body, .read = part};
    if (!out->part_id.at)
        out->part_id = SAM_SPAN("");
    memcpy(out->hash, part->content_hash, sizeof out->hash);
    return SAM_OK;
}

/* What could not be read in the message, out of the scratch. */
static enum sam_code keep_refusals(struct lot *lot, struct sam_read_result *read, struct sam_err *err)
{
    size_t n = read->refusals_n < SAM_REFUSALS ? read->refusals_n : SAM_REFUSALS;
    struct sam_read_refusal *refusals = sam_arena_array(lot->arena, n, sizeof *refusals);
    enum sam_code code = SAM_OK;
    if (!refusals)
        return sam_arena_full(lot->arena, err);
    for (size_t i = 0; code == SAM_OK && i < n; i++) {
        refusals[i] = read->refusals[i];
        code = sam_arena_span(lot->arena, read->refusals[i].body, &refusals[i].body, err);
    }
    read->refusals = refusals;
    return code;
}

static enum sam_code keep(struct lot *lot, struct lot_message *m, struct sam_buf *buf)
{
    struct sam_part *parts = sam_arena_array(lot->arena, m->read.parts_n, sizeof *parts);
    m->parts = sam_arena_array(lot->arena, m->read.parts_n, sizeof *m->parts);
    if (!parts || !m->parts)
        return sam_arena_full(lot->arena, &m->err);
    enum sam_code code = m->read.refusals_n > 0 ? keep_refusals(lot, &m->read, &m->err) : SAM_OK;
    for (size_t i = 0; code == SAM_OK && i < m->read.parts_n; i++) {
        code = sam_mask_part(&lot->ingest->mask, &m->read.parts[i], lot->scratch, &m->err);
        if (code == SAM_OK)
            code = keep_part(lot, &m->read.parts[i], buf, &parts[i], &m->parts[i], &m->err);
    }
    m->read.parts = parts;
    return code;
}

/* Reading takes many times what a part needs: it is done in memory that is used again for each message. */
static enum sam_code read_one(struct lot *lot, struct lot_message *m, struct sam_buf *buf)
{
    const struct sam_message *message = m->message;
    const struct sam_read_input input = {message->source, message->kind, message->content_type, SAM_NO_SPAN, message->body};
    struct sam_read_settings settings = lot->scorer->read;
    settings.now_us = message->enqueued_us; /* not the clock: read again, it is read the same */
    if (message->attempts >= SAM_ATTEMPTS_MAX)
        return sam_fail(&m->err, SAM_SYSTEM, "the daemon stopped unclean %d times while it worked on this message alone",
                        message->attempts - 1);
    sam_arena_reset(lot->scratch);
    if (lot_link_is(message))
        return lot_link_read(lot, m);
    enum sam_code code = sam_read(&settings, &input, lot->scratch, &m->read, &m->err);
    return code == SAM_OK ? keep(lot, m, buf) : code;
}

bool lot_read_all(const struct lot *lot)
{
    bool all = lot->links_n == 0;
    for (size_t i = 0; i < lot->batch.n && all; i++)
        all = lot->messages[i].code == SAM_OK && lot->messages[i].read.refusals_n == 0;
    return all;
}

void lot_read(void *data)
{
    struct lot *lot = data;
    struct sam_buf buf = sam_buf_of(4 * lot->scorer->read.body_max + CANONICAL_SLACK);
    lot->code = SAM_OK;
    lot->messages = sam_arena_array(lot->arena, lot->batch.n, sizeof *lot->messages);
    if (!lot->messages)
        lot->code = sam_arena_full(lot->arena, &lot->err);
    for (size_t i = 0; lot->code == SAM_OK && i < lot->batch.n; i++) {
        struct lot_message *m = &lot->messages[i];
        m->message = &lot->batch.messages[i];
        m->code = read_one(lot, m, &buf);
        if (m->code == SAM_NO_MEMORY && (lot->batch.n > 1 || lot_starved(lot)))
            lot->code = sam_fail(&lot->err, SAM_NO_MEMORY, "%s", m->err.text);
        lot->counts.messages++;
        lot->counts.bytes += m->message->body.len;
        lot->counts.parts += m->code == SAM_OK ? m->read.parts_n : 0;
    }
    sam_buf_free(&buf);
}
