/*
 * The measured sentences of masking.tsv: language, written|spoken|none, the sentence.
 */
#ifndef MASKING_H
#define MASKING_H

#include "samtale/model.h"

#include <string.h>

#define TURNS_MOST 8

struct sentence {
    char text[TURNS_MOST][512]; /* without braces */
    char want[TURNS_MOST][512]; /* for each byte: 1 inside braces */
    struct sam_turn turns[TURNS_MOST];
    size_t n;
};

/** @param line  the third field: turns parted by " / " that may start with "A: " or "C: ", identifiers in braces */
static inline void masking_parse(const char *line, struct sentence *s)
{
    memset(s, 0, sizeof *s);
    int32_t party = 1;
    for (const char *at = line; *at && s->n < TURNS_MOST;) {
        const char *end = strstr(at, " / ");
        size_t len = end ? (size_t)(end - at) : strlen(at), n = 0;
        char inside = 0;
        if (len > 3 && at[1] == ':' && at[2] == ' ') {
            party = at[0] == 'A' ? 0 : 1;
            at += 3;
            len -= 3;
        }
        for (size_t i = 0; i < len; i++) {
            if (at[i] == '{' || at[i] == '}') {
                inside = at[i] == '{';
                continue;
            }
            s->want[s->n][n] = inside;
            s->text[s->n][n++] = at[i];
        }
        s->turns[s->n] = (struct sam_turn){.i = (int32_t)s->n, .party = party, .text = {s->text[s->n], n}};
        s->n++;
        at = end ? end + 3 : at + len;
    }
}

#endif
