/*
 * Tables of rows in the forms that databases and telephone exchanges write them: CSV with any separator, with a head line or by position,
 * as psql and mysql print them, SQL's values, JSON objects one a row. What makes a table one of a kind is a struct table_kind.
 */
#ifndef READ_TABLE_H
#define READ_TABLE_H

#include "reader.h"

/** Most fields of a line that are looked at. */
#define TABLE_FIELDS 48
/** Greatest number of a column. */
#define TABLE_COLUMNS 24

/** What a column may be called; letters and digits count, without case. */
struct table_name {
    const char *name;
    unsigned char column; /* 1 or more */
};
/** Which field is which column in a line without a head; 0: none that is read. */
struct table_layout {
    unsigned char column[TABLE_FIELDS];
};
struct table_kind {
    const struct table_name *names;
    size_t names_n;
    const struct table_layout *layouts; /* those that more has to fit first */
    size_t layouts_n;
    bool (*headed)(const bool *has);                    /* whether a table with these columns is one of the kind */
    unsigned char keys[2];                              /* columns that name the call; 0: none */
    bool (*fits)(const struct sam_span *row, size_t n); /* whether a line of n fields is one of the kind, read by a layout */
};

enum table_shape { TABLE_LINES, TABLE_PRINTED, TABLE_VALUES, TABLE_OBJECTS };
struct table {
    struct reader *r;
    const struct table_kind *kind;
    enum table_shape shape;
    char separator;
    unsigned char column[TABLE_FIELDS];
    size_t fields;
    struct sam_span rest;
    struct sam_read_split split; /* of objects */
    uint32_t next_line, begin_line;
    struct sam_span head; /* the line of names; absent when there is none */
    struct sam_span row;  /* the last one as it stands */
    uint32_t line;        /* of it */
};
/**
 * @param site  names of the columns in the order of the site's files, for those without a head line; none: only the known orders
 * @return whether the text is a table of the kind, ready for its first row
 */
bool table_open(struct table *t, struct reader *r, struct sam_span text, const struct table_kind *kind,
                const struct sam_read_columns *site);
/** The next row's columns, those it has not absent; row[0] is not used. @return false at the end */
bool table_next(struct table *t, struct sam_span row[TABLE_COLUMNS + 1]);
/** The kinds there are. */
extern const struct table_kind table_queue_log, table_cdr, table_cel;
/** Cuts a line of a file with this separator into fields, quotes taken away. @return how many */
size_t table_fields(struct sam_span line, char separator, struct sam_span out[TABLE_FIELDS]);
/** @return whether text is only digits, least of them or more */
bool table_digits(struct sam_span text, size_t least);

#endif
