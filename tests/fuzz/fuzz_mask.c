/*
 * Masking under fuzzing: the lines of an input are turns, each with a speaker. The number of code points stays, what was found is what was
 * masked, and the first look lets nothing pass that the careful one finds: an '@' behind each turn, which makes every turn suspect, changes
 * nothing.
 */
#include "samtale/privacy.h"

#include <string.h>

#define TURNS_MAX 64

/* The lines as a masked transcript; with an '@' behind each when careful. */
static struct sam_transcript *masked_lines(const struct sam_mask *mask, struct sam_arena *arena, struct sam_span rest,
                                           enum sam_language language, bool careful)
{
    struct sam_transcript *t = sam_arena_alloc(arena, sizeof *t);
    struct sam_span line;
    struct sam_err err;
    SAM_MUST(t);
    t->language = language;
    t->turns = sam_arena_array(arena, TURNS_MAX, sizeof *t->turns);
    SAM_MUST(t->turns);
    for (; t->turns_n < TURNS_MAX && sam_span_line(&rest, &line); t->turns_n++) {
        struct sam_turn *turn = &t->turns[t->turns_n];
        char *text = sam_arena_alloc(arena, line.len + 2);
        SAM_MUST(text);
        memcpy(text, line.at, line.len);
        memcpy(text + line.len, " @", 2);
        *turn = (struct sam_turn){.i = (int32_t)t->turns_n, .party = line.len % 3 == 0, .text = {text, line.len + (careful ? 2 : 0)}};
    }
    struct sam_part part = {.source = SAM_SPAN("s"), .kind = SAM_KIND_TRANSCRIPT, .transcript = t};
    SAM_MUST(sam_mask_part(mask, &part, arena, &err) == SAM_OK);
    return part.transcript;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {9};
    static struct sam_mask mask;
    if (mask.meanings_n == 0)
        mask = sam_mask_of(key);
    if (size == 0)
        return 0;
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    SAM_MUST(arena);
    struct sam_span text = {(const char *)data + 1, size - 1};
    enum sam_language language = (enum sam_language)(data[0] % SAM_LANGUAGES);
    const struct sam_transcript *one = masked_lines(&mask, arena, text, language, false);
    const struct sam_transcript *careful = masked_lines(&mask, arena, text, language, true);
    struct sam_span rest = text, line;
    SAM_MUST(one->turns_n == careful->turns_n && one->masked_n == careful->masked_n);
    for (size_t i = 0; i < one->turns_n && sam_span_line(&rest, &line); i++) {
        struct sam_span is = one->turns[i].text, other = careful->turns[i].text;
        SAM_MUST(sam_utf8_count(is) == sam_utf8_count(line));
        SAM_MUST(is.len + 2 == other.len && memcmp(is.at, other.at, is.len) == 0);
    }
    sam_arena_free(arena);
    return 0;
}
