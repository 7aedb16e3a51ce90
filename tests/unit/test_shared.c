/*
 * Files for all languages: what a language takes over from the one that read them.
 */
#include "samtale/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A bit for each rule that fired. */
static uint32_t note(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence, uint32_t room)
{
    uint32_t *fired = self;
    (void)score;
    (void)evidence;
    (void)room;
    for (uint32_t i = 0; i < passage->fired_n; i++)
        *fired |= UINT32_C(1) << passage->fired[i].number;
    return 0;
}

static uint32_t fired_in(const struct sam_packs *packs, enum sam_language language, const char *text)
{
    uint32_t fired = 0;
    struct sam_arena *arena = sam_arena_new((size_t)1 << 20);
    const struct sam_watch watch = {.passage = note, .self = &fired};
    const struct sam_turn turn = {.text = sam_span_of(text), .role = SAM_ROLE_AGENT};
    const struct sam_marking in = {.turns = &turn, .n = 1, .declared = language, .fixed = true, .watch = &watch};
    struct sam_marks marks;
    struct sam_err err;
    assert_int_equal(sam_packs_mark(packs, &in, arena, &marks, &err), SAM_OK);
    sam_arena_free(arena);
    return fired;
}

/* What a language takes over from the one that read the file is what it would have read; its own classes and stems stay its own. */
static void files_for_all(void **unused)
{
    const struct sam_pack_source sources[] = {
        {.name = "da.pack", .text = SAM_SPAN("pack 1 da\nclass @own = hej goddag\n")},
        {.name = "en.pack", .text = SAM_SPAN("pack 1 en\nclass @own = hello\n")},
        {.name = "all.pack",
         .text = SAM_SPAN("pack 1 all\nclass @both = money penge\nclass @mixed = @own there\n"
                          "rule a -> signal a\n  | @own you\n"
                          "rule b -> signal b\n  | (pay|send back) ..2 @both !later\n"
                          "rule c -> signal c\n  | opsigelse~\n"
                          "rule d -> signal d\n  | @mixed now\n"
                          "rule e -> signal e\n  | < refund* [please] >\n")},
    };
    static const struct {
        const char *text;
        uint32_t da, en;
    } rows[] = {{"hej you", 1, 0},    {"hello you", 0, 1},          {"send back the money", 2, 2}, {"pay penge later", 0, 0},
                {"opsigelsen", 4, 0}, {"opsigelse", 4, 4},          {"hello now", 0, 8},           {"goddag now", 8, 0},
                {"there now", 8, 8},  {"refunding please", 16, 16}, {"refunds today", 0, 0}};
    struct sam_packs *packs = NULL;
    struct sam_err err;
    (void)unused;
    if (sam_packs_new(sources, SAM_COUNT(sources), &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        if (fired_in(packs, SAM_LANGUAGE_DA, rows[i].text) != rows[i].da || fired_in(packs, SAM_LANGUAGE_EN, rows[i].text) != rows[i].en)
            fail_msg("\"%s\": da %u, en %u", rows[i].text, fired_in(packs, SAM_LANGUAGE_DA, rows[i].text),
                     fired_in(packs, SAM_LANGUAGE_EN, rows[i].text));
    }
    sam_packs_free(packs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(files_for_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
