/*
 * The pack compiler under fuzzing: any bytes are a site's pack. It compiles, or is refused with file, line and column; what compiled marks
 * a conversation.
 */
#include "samtale/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char head[] = "pack 1 da\nclass @pron = jeg du\nrule ok -> advice 1\n  | kan @pron\n";
    struct sam_pack_source sources[2] = {{.name = "da.pack", .text = {head, sizeof head - 1}},
                                         {.name = "x.pack", .text = {(const char *)data, size}}};
    struct sam_packs *packs = NULL;
    struct sam_err err;
    enum sam_code code = sam_packs_new(sources, 2, &packs, &err);
    if (code != SAM_OK) {
        SAM_MUST(code == SAM_BAD_INPUT || code == SAM_TOO_LARGE);
        SAM_MUST(sam_utf8_valid(sam_span_of(err.text)));
        SAM_MUST(sam_span_starts(sam_span_of(err.text), "x.pack"));
        return 0;
    }
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    SAM_MUST(arena);
    struct sam_turn turns[2] = {{.role = SAM_ROLE_AGENT, .text = {(const char *)data, size}},
                                {.i = 1, .role = SAM_ROLE_CUSTOMER, .text = SAM_SPAN("kan du det?")}};
    struct sam_marking in = {.turns = turns, .n = 2, .declared = SAM_LANGUAGE_DA, .fixed = true};
    struct sam_marks marks;
    SAM_MUST(sam_packs_mark(packs, &in, arena, &marks, &err) == SAM_OK);
    sam_arena_free(arena);
    sam_packs_free(packs);
    return 0;
}
