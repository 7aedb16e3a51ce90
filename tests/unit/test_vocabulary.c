/*
 * The vocabulary through the door: more words than its groups hold, each found by its own number.
 */
#include "samtale/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MANY 6000 /* so that some groups of the vocabulary are full */

/* A word of four syllables for each number. */
static void put_number(struct sam_buf *out, uint32_t number, const char *end)
{
    for (int i = 0; i < 4; i++, number /= 16)
        sam_buf_printf(out, "%c%c", "bdfghjklmnprstvk"[number % 16], "iu"[number >> 3 & 1]);
    sam_buf_text(out, end);
}

/* Known and unknown words in turn: each known one has a number of its own, the same each time it comes. */
static uint32_t look_at_numbers(void *self, const struct sam_passage *passage, float score[SAM_LABELS], struct sam_fired *evidence,
                                uint32_t room)
{
    static uint32_t numbers[MANY];
    uint32_t *looks = self;
    (void)score;
    (void)evidence;
    (void)room;
    assert_int_equal(passage->tokens_n, 2 * MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        const struct sam_token *known = &passage->tokens[2 * i];
        assert_true(known->vocable != 0 && known->numbers[0] != 0 && known->numbers[1] == 0);
        assert_true(i == 0 || known->vocable == passage->tokens[2 * (i - 1)].vocable + 1); /* in the order of the file */
        assert_true(*looks == 0 || known->vocable == numbers[i]);
        numbers[i] = known->vocable;
        assert_true(passage->tokens[2 * i + 1].vocable == 0);
    }
    ++*looks;
    return 0;
}

static void many_words(void **unused)
{
    struct sam_buf pack = sam_buf_of(1 << 20), text = sam_buf_of(1 << 20);
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct sam_packs *packs = NULL;
    struct sam_err err;
    struct sam_marks marks;
    uint32_t looks = 0;
    (void)unused;
    sam_buf_text(&pack, "pack 1 da\nlead");
    for (uint32_t i = 0; i < MANY; i++) {
        sam_buf_text(&pack, " ");
        put_number(&pack, i, "");
        put_number(&text, i, " ");
        put_number(&text, i, "x ");
    }
    sam_buf_text(&pack, "\nrule one -> question.open\n  | hus\n");
    const struct sam_pack_source source = {.name = "many.pack", .text = sam_buf_get(&pack)};
    if (sam_packs_new(&source, 1, &packs, &err) != SAM_OK)
        fail_msg("%s", err.text);
    const struct sam_turn turn = {.text = sam_buf_get(&text), .role = SAM_ROLE_AGENT};
    const struct sam_watch watch = {.passage = look_at_numbers, .self = &looks};
    const struct sam_marking in = {.turns = &turn, .n = 1, .declared = SAM_LANGUAGE_DA, .watch = &watch, .fixed = true};
    assert_int_equal(sam_packs_mark(packs, &in, arena, &marks, &err), SAM_OK);
    assert_int_equal(sam_packs_mark(packs, &in, arena, &marks, &err), SAM_OK);
    assert_int_equal(looks, 2);
    sam_packs_free(packs);
    sam_arena_free(arena);
    sam_buf_free(&pack);
    sam_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(many_words)};
    return cmocka_run_group_tests_name("vocabulary", tests, NULL, NULL);
}
