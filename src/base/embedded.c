/*
 * Embedded: files that the build linked into the program (src/system/embed.sh writes the table, sorted by name).
 */
#include "samtale/base.h"

#include <string.h>

extern const struct sam_embedded sam_embedded_files[];
extern const size_t sam_embedded_n;

const struct sam_embedded *sam_embedded_find(const char *name)
{
    size_t low = 0, high = sam_embedded_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, sam_embedded_files[middle].name);
        if (order == 0)
            return &sam_embedded_files[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct sam_embedded *sam_embedded_all(size_t *n)
{
    *n = sam_embedded_n;
    return sam_embedded_files;
}
