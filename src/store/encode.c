/*
 * Encode: rows in the form of COPY BINARY. The order of fields is that of sql/statements/copy_*.sql. Any thread; touches its store only.
 */
#include "rows.h"

#include <endian.h>
#include <string.h>

#define EPOCH_2000_US INT64_C(946684800000000)
#define OID_INT2      21U
#define OID_INT4      23U
#define OID_INT8      20U
#define OID_TEXT      25U
#define OID_REAL      700U
#define KEY_HEX       64U

/* ---- fields --------------------------------------------------------------------------------------------------------------------- */

void row_begin(struct sam_buf *buf, uint16_t fields)
{
    if (buf->len == 0)
        sam_db_copy_begin(buf);
    sam_buf_be16(buf, fields);
}

void put_null(struct sam_buf *buf)
{
    sam_buf_be32(buf, UINT32_MAX);
}

/* A length and so many low bytes of value, high byte first; at most 8. A row has a hundred of these. */
static void put_number(struct sam_buf *buf, uint32_t len, uint64_t value)
{
    char *place = sam_buf_reserve(buf, sizeof len + sizeof value);
    if (!place)
        return;
    uint32_t length = htobe32(len);
    value = htobe64(value << (64 - 8 * len));
    memcpy(place, &length, sizeof length);
    memcpy(place + sizeof length, &value, sizeof value);
    buf->len += sizeof length + len;
}

void put_int8(struct sam_buf *buf, int64_t value)
{
    put_number(buf, 8, (uint64_t)value);
}

void put_int4(struct sam_buf *buf, int32_t value)
{
    put_number(buf, 4, (uint64_t)value);
}

void put_int2(struct sam_buf *buf, int64_t value)
{
    put_number(buf, 2, (uint64_t)value);
}

void put_bool(struct sam_buf *buf, bool value)
{
    sam_buf_add(buf, value ? "\0\0\0\1\1" : "\0\0\0\1\0", 5);
}

void put_real(struct sam_buf *buf, float value)
{
    uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    put_int4(buf, (int32_t)bits);
}

void put_text(struct sam_buf *buf, struct sam_span text)
{
    if (!text.at) {
        put_null(buf);
        return;
    }
    sam_buf_be32(buf, (uint32_t)text.len);
    sam_buf_span(buf, text);
}

void put_known8(struct sam_buf *buf, struct sam_int value)
{
    if (value.known)
        put_int8(buf, value.value);
    else
        put_null(buf);
}

void put_known4(struct sam_buf *buf, struct sam_int value)
{
    if (!value.known)
        put_null(buf);
    else
        put_int4(buf, value.value > INT32_MAX ? INT32_MAX : value.value < INT32_MIN ? INT32_MIN : (int32_t)value.value);
}

void put_id(struct sam_buf *buf, int32_t id)
{
    if (id == 0)
        put_null(buf);
    else
        put_int4(buf, id);
}

void put_time(struct sam_buf *buf, struct sam_time time)
{
    if (time.quality == SAM_QUALITY_UNKNOWN)
        put_null(buf);
    else
        put_int8(buf, time.us - EPOCH_2000_US);
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 64 hex digits as 32 bytes; anything else is null. */
void put_key(struct sam_buf *buf, struct sam_span key)
{
    char bytes[KEY_HEX / 2];
    bool right = key.len == KEY_HEX;
    for (size_t i = 0; right && i < KEY_HEX; i += 2) {
        int high = hex(key.at[i]), low = hex(key.at[i + 1]);
        right = high >= 0 && low >= 0;
        bytes[i / 2] = right ? (char)(high * 16 + low) : '\0';
    }
    put_text(buf, right ? (struct sam_span){bytes, sizeof bytes} : SAM_NO_SPAN);
}

/* "YYYY-MM-DD" as days since 2000-01-01; anything else is null. Days from the civil calendar, after Howard Hinnant. */
void put_date(struct sam_buf *buf, struct sam_span text)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct sam_err err;
    int64_t y = 0, m = 0, d = 0;
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-' ||
        sam_span_int((struct sam_span){text.at, 4}, 1, 9999, &y, &err) != SAM_OK ||
        sam_span_int((struct sam_span){text.at + 5, 2}, 1, 12, &m, &err) != SAM_OK ||
        sam_span_int((struct sam_span){text.at + 8, 2}, 1, 31, &d, &err) != SAM_OK) {
        put_null(buf);
        return;
    }
    bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    if (d > month_days[m - 1] + (m == 2 && leap)) {
        put_null(buf);
        return;
    }
    int64_t year = m <= 2 ? y - 1 : y, era = year / 400, of_era = year % 400;
    int64_t day_of_year = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
    put_int4(buf, (int32_t)(days - EPOCH_2000_US / 86400000000));
}

size_t put_array(struct sam_buf *buf, enum column type, size_t n)
{
    static const uint32_t oids[] = {[COLUMN_INT4] = OID_INT4, [COLUMN_INDEX] = OID_INT4, [COLUMN_INT2] = OID_INT2,
                                    [COLUMN_INT8] = OID_INT8, [COLUMN_REAL] = OID_REAL,  [COLUMN_TEXT] = OID_TEXT};
    sam_buf_be32(buf, 0);
    size_t begun = buf->len;
    sam_buf_be32(buf, n > 0);
    sam_buf_be32(buf, 1); /* there may be nulls */
    sam_buf_be32(buf, oids[type]);
    if (n > 0) {
        sam_buf_be32(buf, (uint32_t)n);
        sam_buf_be32(buf, 1);
    }
    return begun;
}

void put_array_end(struct sam_buf *buf, size_t begun)
{
    size_t bytes = buf->len - begun;
    for (size_t i = 0; !buf->failed && i < 4; i++)
        buf->at[begun - 4 + i] = (char)(unsigned char)(bytes >> (24 - 8 * i));
}

/* Sorted, each once, without 0. */
void put_ids(struct sam_buf *buf, const int32_t *ids, size_t n)
{
    size_t array = put_array(buf, COLUMN_INT4, n);
    for (size_t i = 0; i < n; i++)
        put_int4(buf, ids[i]);
    put_array_end(buf, array);
}

void put_column(struct sam_buf *buf, enum column type, const void *at, size_t stride, size_t n)
{
    const char *from = at;
    size_t array = put_array(buf, type, n);
    for (size_t i = 0; i < n; i++) {
        int32_t value = 0;
        memcpy(&value, from + i * stride, sizeof value);
        if (type == COLUMN_INT2)
            put_int2(buf, value);
        else if (type == COLUMN_INDEX && value < 0)
            put_null(buf);
        else
            put_int4(buf, value);
    }
    put_array_end(buf, array);
}
