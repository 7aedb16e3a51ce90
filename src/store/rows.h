/*
 * Private to store: fields of a row in the form of COPY BINARY, appended to a table's bytes.
 */
#ifndef SAMTALE_STORE_ROWS_H
#define SAMTALE_STORE_ROWS_H

#include "samtale/store.h"

/** Begins a row of so many fields, and the table with it when this is its first. */
void row_begin(struct sam_buf *buf, uint16_t fields);
/** One field each. What is absent or unknown is null; an id of 0 is, too. */
void put_null(struct sam_buf *buf);
void put_int8(struct sam_buf *buf, int64_t value);
void put_int4(struct sam_buf *buf, int32_t value);
void put_int2(struct sam_buf *buf, int64_t value);
void put_bool(struct sam_buf *buf, bool value);
void put_real(struct sam_buf *buf, float value);
void put_text(struct sam_buf *buf, struct sam_span text);
void put_known8(struct sam_buf *buf, struct sam_int value);
void put_known4(struct sam_buf *buf, struct sam_int value);
void put_id(struct sam_buf *buf, int32_t id);
void put_time(struct sam_buf *buf, struct sam_time time);
void put_key(struct sam_buf *buf, struct sam_span key);
void put_date(struct sam_buf *buf, struct sam_span text);
void put_ids(struct sam_buf *buf, const int32_t *ids, size_t n);

/** Types of an array's elements. */
enum column { COLUMN_INT4, COLUMN_INDEX /* int4, null below 0 */, COLUMN_INT2, COLUMN_INT8, COLUMN_REAL, COLUMN_TEXT };
/** Begins an array of n elements, which are put as fields are. @return for put_array_end, when all are */
size_t put_array(struct sam_buf *buf, enum column type, size_t n);
void put_array_end(struct sam_buf *buf, size_t begun);
/** One member of n structs as an array. @param at the first one's; of 4 bytes, whatever its type @param stride from one to the next */
void put_column(struct sam_buf *buf, enum column type, const void *at, size_t stride, size_t n);

/* write.c, link.c: statements of one write. */

/** Adds a statement whose params_n parameters were put behind those before. */
void add_call(struct sam_store *store, const char *statement, size_t params_n);
/** Moves the disputes of parts that go to another conversation. */
void link_conflicts(struct sam_store *store);
/** Tells what may be linked by telephone number and time. */
void link_units(struct sam_store *store);

#endif
