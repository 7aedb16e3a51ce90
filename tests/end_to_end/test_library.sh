#!/bin/bash
# The installed library: a program that knows nothing but pkg-config reads, joins and scores the sample conversations.
set -euo pipefail
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
make --no-print-directory install-library PREFIX="$top/usr" B=build >"$top/log" 2>&1 || { cat "$top/log" >&2; exit 1; }
cat >"$top/program.c" <<'C'
#include <samtale/join.h>
#include <samtale/read.h>
#include <samtale/score.h>
#include <stdio.h>
static char text[1 << 20];
int json_string(void);
int json_string(void)
{
    return 0; /* a name that another library may have: those of the house but sam_ must not be seen */
}
int main(void)
{
    struct sam_arena *arena = sam_arena_new(64 << 20);
    struct sam_err err;
    struct sam_read_result result;
    struct sam_conversation conversation;
    struct sam_score score;
    struct sam_scorer *scorer = NULL;
    const struct sam_part *parts[8];
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_score_settings weights = sam_score_defaults();
    settings.source = SAM_SPAN("test");
    struct sam_read_input input = {.body = {text, fread(text, 1, sizeof text, stdin)}};
    if (sam_read(&settings, &input, arena, &result, &err) != SAM_OK || sam_scorer_new(&weights, NULL, 0, &scorer, &err) != SAM_OK)
        return fprintf(stderr, "%s\n", err.text), 1;
    for (size_t i = 0; i < result.parts_n && i < 8; i++)
        parts[i] = &result.parts[i];
    if (sam_join(parts, result.parts_n, arena, &conversation, &err) != SAM_OK ||
        sam_score(scorer, &conversation, arena, &score, &err) != SAM_OK)
        return fprintf(stderr, "%s\n", err.text), 1;
    printf("turns %zu scored %d\n", conversation.turns_n, (int)score.scored);
    sam_scorer_free(scorer);
    sam_arena_free(arena);
    return 0;
}
C
export PKG_CONFIG_PATH=$top/usr/lib/pkgconfig
# shellcheck disable=SC2046 # the flags are words
gcc -std=c17 -o "$top/program" "$top/program.c" $(pkg-config --static --cflags --libs samtale)
head -n 1 src/samples/da.dev.jsonl | "$top/program" >"$top/out"
if grep -qE '^turns [1-9][0-9]* scored 1' "$top/out"; then
    echo "ok - a program of its own scores a conversation: $(cat "$top/out")"
else
    echo "not ok - a program of its own scores a conversation: $(cat "$top/out")"
    exit 1
fi
