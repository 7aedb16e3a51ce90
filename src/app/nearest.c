/*
 * Did you mean: the nearest of a list of names, by the number of letters to change, add, drop or swap.
 */
#include "command.h"

#include <string.h>

#define LONGEST 63U

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance; texts longer than LONGEST are never near. */
static size_t distance(struct sam_span a, struct sam_span b)
{
    size_t rows[3][LONGEST + 1];
    if (a.len > LONGEST || b.len > LONGEST)
        return SIZE_MAX;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t cost = a.at[i - 1] != b.at[j - 1];
            now[j] = least(before[j - 1] + cost, least(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
                now[j] = least(now[j], earlier[j - 2] + 1);
        }
    }
    return rows[a.len % 3][b.len];
}

const char *app_nearest(struct sam_span word, const char *(*name)(const void *data, size_t i), const void *data, size_t n)
{
    const char *best = NULL;
    size_t limit = word.len < 4 ? 1 : word.len < 10 ? 2 : 3;
    for (size_t i = 0; i < n; i++) {
        struct sam_span candidate = sam_span_of(name(data, i));
        size_t d = distance(word, candidate);
        if (word.len >= 3 && candidate.len > word.len && memcmp(candidate.at, word.at, word.len) == 0)
            d = least(d, 1); /* an abbreviation is near */
        if (d <= limit) {
            best = name(data, i);
            if (d == 0)
                break;
            limit = d - 1;
        }
    }
    return best;
}
