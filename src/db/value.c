/*
 * Values in PostgreSQL's binary form: parameters, arrays, and the getters of rows. Big-endian; times are microseconds since 2000.
 */
#include "private.h"

#include <endian.h>
#include <string.h>

#define EPOCH_2000_US INT64_C(946684800000000)

/* Types of array elements, pg_type.dat; they never change. */
#define OID_BYTEA 17U
#define OID_INT8  20U
#define OID_INT4  23U
#define OID_TEXT  25U

struct sam_db_param sam_db_null(void)
{
    return (struct sam_db_param){.len = -1};
}

struct sam_db_param sam_db_int8(int64_t value)
{
    struct sam_db_param param = {.len = 8};
    uint64_t be = htobe64((uint64_t)value);
    memcpy(param.own, &be, sizeof be);
    return param;
}

struct sam_db_param sam_db_int4(int32_t value)
{
    struct sam_db_param param = {.len = 4};
    uint32_t be = htobe32((uint32_t)value);
    memcpy(param.own, &be, sizeof be);
    return param;
}

struct sam_db_param sam_db_int2(int16_t value)
{
    struct sam_db_param param = {.len = 2};
    uint16_t be = htobe16((uint16_t)value);
    memcpy(param.own, &be, sizeof be);
    return param;
}

struct sam_db_param sam_db_bool(bool value)
{
    return (struct sam_db_param){.len = 1, .own = {value ? 1 : 0}};
}

struct sam_db_param sam_db_float8(double value)
{
    int64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return sam_db_int8(bits);
}

struct sam_db_param sam_db_time(int64_t us)
{
    return sam_db_int8(us - EPOCH_2000_US);
}

struct sam_db_param sam_db_text(struct sam_span text)
{
    if (!text.at)
        return sam_db_null();
    return (struct sam_db_param){.at = text.at, .len = text.len > INT32_MAX ? -2 : (int32_t)text.len};
}

struct sam_db_param sam_db_bytes(struct sam_span bytes)
{
    return sam_db_text(bytes);
}

static void put32(char **at, uint32_t value)
{
    uint32_t be = htobe32(value);
    memcpy(*at, &be, sizeof be);
    *at += sizeof be;
}

/* Room for an array of n elements whose bytes, lengths included, are size; *at behind its header. Empty arrays have no dimension. */
static char *array_begin(struct sam_arena *arena, uint32_t type, bool nulls, size_t n, size_t size, struct sam_db_param *param)
{
    size_t len = size + (n > 0 ? 20U : 12U);
    char *bytes = len > INT32_MAX || n > INT32_MAX ? NULL : sam_arena_alloc(arena, len);
    if (!bytes) {
        *param = (struct sam_db_param){.len = -2};
        return NULL;
    }
    *param = (struct sam_db_param){.at = bytes, .len = (int32_t)len};
    put32(&bytes, n > 0 ? 1 : 0);
    put32(&bytes, nulls ? 1 : 0);
    put32(&bytes, type);
    if (n > 0) {
        put32(&bytes, (uint32_t)n);
        put32(&bytes, 1);
    }
    return bytes;
}

struct sam_db_param sam_db_int8s(struct sam_arena *arena, const int64_t *values, size_t n)
{
    struct sam_db_param param;
    char *at = array_begin(arena, OID_INT8, false, n, n * 12, &param);
    for (size_t i = 0; at && i < n; i++) {
        put32(&at, 8);
        uint64_t be = htobe64((uint64_t)values[i]);
        memcpy(at, &be, sizeof be);
        at += sizeof be;
    }
    return param;
}

struct sam_db_param sam_db_int4s(struct sam_arena *arena, const int32_t *values, size_t n)
{
    struct sam_db_param param;
    char *at = array_begin(arena, OID_INT4, false, n, n * 8, &param);
    for (size_t i = 0; at && i < n; i++) {
        put32(&at, 4);
        put32(&at, (uint32_t)values[i]);
    }
    return param;
}

static struct sam_db_param spans(struct sam_arena *arena, uint32_t type, const struct sam_span *values, size_t n)
{
    struct sam_db_param param;
    size_t size = 0;
    bool nulls = false;
    for (size_t i = 0; i < n; i++) {
        size += 4 + values[i].len;
        nulls = nulls || !values[i].at;
    }
    char *at = array_begin(arena, type, nulls, n, size, &param);
    for (size_t i = 0; at && i < n; i++) {
        put32(&at, values[i].at ? (uint32_t)values[i].len : UINT32_MAX);
        if (values[i].at)
            memcpy(at, values[i].at, values[i].len);
        at += values[i].len;
    }
    return param;
}

struct sam_db_param sam_db_texts(struct sam_arena *arena, const struct sam_span *values, size_t n)
{
    return spans(arena, OID_TEXT, values, n);
}

struct sam_db_param sam_db_bytess(struct sam_arena *arena, const struct sam_span *values, size_t n)
{
    return spans(arena, OID_BYTEA, values, n);
}

/* ---- rows: a PGresult by another name ------------------------------------------------------------------------------- */

static const PGresult *result_of(const struct sam_db_rows *rows)
{
    return (const PGresult *)rows;
}

size_t sam_db_rows_n(const struct sam_db_rows *rows)
{
    return rows ? (size_t)PQntuples(result_of(rows)) : 0;
}

const char *sam_db_column_name(const struct sam_db_rows *rows, size_t column)
{
    return PQfname(result_of(rows), (int)column);
}

uint64_t sam_db_touched(const struct sam_db_rows *rows)
{
    int64_t n = 0;
    struct sam_err err;
    if (!rows)
        return 0;
    PGresult *result = (PGresult *)(uintptr_t)rows; /* PQcmdTuples does not change it, but says otherwise */
    struct sam_span text = sam_span_of(PQcmdTuples(result));
    return text.len > 0 && sam_span_int(text, 0, INT64_MAX, &n, &err) == SAM_OK ? (uint64_t)n : 0;
}

/* The value's bytes; its length must be one of those the caller can read. */
static const char *value(const struct sam_db_rows *rows, size_t row, size_t column, size_t *len)
{
    const PGresult *result = result_of(rows);
    SAM_MUST(rows && row < sam_db_rows_n(rows) && column < (size_t)PQnfields(result));
    *len = (size_t)PQgetlength(result, (int)row, (int)column);
    return PQgetisnull(result, (int)row, (int)column) ? NULL : PQgetvalue(result, (int)row, (int)column);
}

bool sam_db_is_null(const struct sam_db_rows *rows, size_t row, size_t column)
{
    size_t len = 0;
    return value(rows, row, column, &len) == NULL;
}

int64_t sam_db_get_int(const struct sam_db_rows *rows, size_t row, size_t column)
{
    size_t len = 0;
    const char *at = value(rows, row, column, &len);
    if (!at)
        return 0;
    SAM_MUST(len == 1 || len == 2 || len == 4 || len == 8);
    uint64_t bits = 0;
    for (size_t i = 0; i < len; i++)
        bits = bits << 8 | (uint8_t)at[i];
    unsigned spare = 64 - 8 * (unsigned)len;
    return (int64_t)(bits << spare) >> spare;
}

float sam_db_get_real(const struct sam_db_rows *rows, size_t row, size_t column)
{
    uint32_t bits = (uint32_t)sam_db_get_int(rows, row, column);
    float value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

int64_t sam_db_get_time(const struct sam_db_rows *rows, size_t row, size_t column)
{
    return sam_db_is_null(rows, row, column) ? 0 : sam_db_get_int(rows, row, column) + EPOCH_2000_US;
}

struct sam_span sam_db_get_text(const struct sam_db_rows *rows, size_t row, size_t column)
{
    size_t len = 0;
    const char *at = value(rows, row, column, &len);
    return at ? (struct sam_span){at, len} : SAM_NO_SPAN;
}

struct sam_db_rows *sam_db_rows_take(struct sam_db_result *result, size_t i)
{
    SAM_MUST(i < result->n);
    struct sam_db_rows *rows = result->rows[i];
    result->rows[i] = NULL;
    return rows;
}

void sam_db_rows_free(struct sam_db_rows *rows)
{
    PQclear((PGresult *)rows);
}

void sam_db_copy_begin(struct sam_buf *buf)
{
    sam_buf_add(buf, "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0", 19);
}

void sam_db_copy_end(struct sam_buf *buf)
{
    sam_buf_be16(buf, UINT16_MAX);
}
