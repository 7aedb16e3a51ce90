/*
 * Compact: a contribution as bytes, to be kept with its conversation. All numbers are varints (7 bits a byte, low first), signed ones
 * zigzag: version, rows, then a row's key and, for each sum that is not 0, its distance from the sum before and its value; 0 ends a row.
 */
#include "samtale/rollup.h"

#define FORM 1

static void put(struct sam_buf *out, uint64_t value)
{
    unsigned char bytes[10];
    size_t n = 0;
    for (; value >= 128; value >>= 7)
        bytes[n++] = (unsigned char)(value | 128);
    bytes[n++] = (unsigned char)value;
    sam_buf_add(out, bytes, n);
}

static void put_signed(struct sam_buf *out, int64_t value)
{
    put(out, ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0));
}

void sam_rollup_encode(const struct sam_rollup_row *rows, size_t n, struct sam_buf *out)
{
    put(out, FORM);
    put(out, n);
    for (size_t i = 0; i < n; i++) {
        const struct sam_rollup_row *row = &rows[i];
        put(out, row->table);
        put_signed(out, row->queue_id);
        put_signed(out, row->half_hour);
        put_signed(out, row->score_set);
        put(out, row->language);
        put(out, row->channel);
        size_t before = 0;
        for (size_t s = 0; s < sam_rollup_sums_n(row->table); s++) {
            if (row->sums[s] == 0)
                continue;
            put(out, s + 1 - before);
            put_signed(out, row->sums[s]);
            before = s + 1;
        }
        put(out, 0);
    }
}

struct reading {
    const unsigned char *at, *end;
    bool wrong;
};

static uint64_t get(struct reading *r, uint64_t max)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
        unsigned char byte = *r->at++;
        value |= (uint64_t)(byte & 127U) << shift;
        if (byte < 128) {
            r->wrong = r->wrong || value > max;
            return r->wrong ? 0 : value;
        }
    }
    r->wrong = true;
    return 0;
}

static int64_t get_signed(struct reading *r)
{
    uint64_t value = get(r, UINT64_MAX);
    return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static bool get_row(struct reading *r, struct sam_rollup_row *row, struct sam_arena *arena)
{
    row->table = (enum sam_rollup)get(r, SAM_ROLLUPS - 1);
    row->queue_id = (int32_t)get_signed(r);
    row->half_hour = get_signed(r);
    row->score_set = (int32_t)get_signed(r);
    row->language = (enum sam_language)get(r, SAM_LANGUAGES - 1);
    row->channel = (enum sam_channel)get(r, SAM_CHANNEL_TASK);
    size_t n = sam_rollup_sums_n(row->table), at = 0;
    row->sums = sam_arena_array(arena, n, sizeof *row->sums);
    if (!row->sums)
        return false;
    for (uint64_t step = get(r, n); step > 0 && !r->wrong; step = get(r, n)) {
        at += step;
        r->wrong = at > n;
        int64_t value = get_signed(r);
        if (!r->wrong)
            row->sums[at - 1] = value;
    }
    return true;
}

enum sam_code sam_rollup_decode(struct sam_span bytes, struct sam_arena *arena, struct sam_rollup_row **out, size_t *n, struct sam_err *err)
{
    struct reading r = {(const unsigned char *)bytes.at, (const unsigned char *)bytes.at + bytes.len, false};
    r.wrong = get(&r, UINT64_MAX) != FORM;
    uint64_t count = get(&r, bytes.len);
    struct sam_rollup_row *rows = r.wrong ? NULL : sam_arena_array(arena, (size_t)count, sizeof *rows);
    if (!r.wrong && !rows)
        return sam_arena_full(arena, err);
    for (uint64_t i = 0; i < count && !r.wrong; i++)
        if (!get_row(&r, &rows[i], arena))
            return sam_arena_full(arena, err);
    if (r.wrong || r.at != r.end)
        return sam_fail(err, SAM_BAD_INPUT, "a stored contribution is not in form %d", FORM);
    *out = rows;
    *n = (size_t)count;
    return SAM_OK;
}
