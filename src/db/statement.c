/*
 * Statements: names to the linked files of sql/statements. A name that is not there is a bug of this program, not of its input.
 */
#include "private.h"

#include <stdio.h>
#include <string.h>

size_t db_statement(const char *name, struct sam_span *sql)
{
    char path[120];
    int len = snprintf(path, sizeof path, "sql/statements/%s.sql", name);
    SAM_MUST(len > 0 && (size_t)len < sizeof path);
    size_t n = 0;
    const struct sam_embedded *all = sam_embedded_all(&n);
    const struct sam_embedded *file = sam_embedded_find(path);
    SAM_MUST(file != NULL);
    SAM_MUST(n <= STATEMENTS_MAX);
    *sql = file->body;
    return (size_t)(file - all);
}
