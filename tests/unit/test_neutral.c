/*
 * Masking and scoring together: a turn gets the same labels with its identifiers as with '#' in their place, measured on the sentences of
 * masking.tsv (alone, where a label hangs by a thread) and on the sample conversations; and what stands in place of a number never matters.
 */
#include "samtale/join.h"
#include "samtale/privacy.h"
#include "samtale/read.h"
#include "samtale/score.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "masking.h"

static const uint8_t key[SAM_MASK_KEY_BYTES] = {1};
static struct sam_scorer *scorer;

static int make_scorer(void **state)
{
    struct sam_score_settings settings = sam_score_defaults();
    struct sam_err err = {SAM_OK, ""};
    (void)state;
    if (sam_scorer_new(&settings, NULL, 0, &scorer, &err) != SAM_OK)
        fail_msg("%s", err.text);
    return 0;
}

static int free_scorer(void **state)
{
    (void)state;
    sam_scorer_free(scorer);
    return 0;
}

struct tally {
    size_t turns, changed;
};

static struct sam_score score_of(const struct sam_part *part, struct sam_arena *arena, struct sam_conversation *conversation)
{
    struct sam_score score;
    struct sam_err err;
    assert_int_equal(sam_join(&part, 1, arena, conversation, &err), SAM_OK);
    assert_int_equal(sam_score(scorer, conversation, arena, &score, &err), SAM_OK);
    return score;
}

/* The labels of a turn, a bit each. */
static uint64_t labels_of(const struct sam_score *score, int32_t turn)
{
    uint64_t labels = 0;
    for (size_t k = 0; k < score->findings_n; k++) {
        if (score->findings[k].turn == turn)
            labels |= UINT64_C(1) << score->findings[k].label;
    }
    return labels;
}

/* Counts the turns that were masked, and those of them whose labels masking changed. */
static void compare(const struct sam_part *raw, struct sam_arena *arena, struct tally *t)
{
    static struct sam_mask mask;
    struct sam_part masked = *raw;
    struct sam_conversation before, after;
    struct sam_err err;
    if (mask.meanings_n == 0)
        mask = sam_mask_of(key);
    assert_int_equal(sam_mask_part(&mask, &masked, arena, &err), SAM_OK);
    struct sam_score one = score_of(raw, arena, &before), other = score_of(&masked, arena, &after);
    assert_int_equal(before.turns_n, after.turns_n);
    for (size_t i = 0; i < before.turns_n; i++) {
        if (sam_span_equal(before.turns[i].text, after.turns[i].text))
            continue;
        t->turns++;
        t->changed += labels_of(&one, before.turns[i].i) != labels_of(&other, before.turns[i].i);
    }
}

static void judge(const char *what, const struct tally *t)
{
    double same = 1 - (double)t->changed / (double)t->turns;
    print_message("# neutral: %s: %zu masked turns, %zu with other labels (%.3f the same)\n", what, t->turns, t->changed, same);
    assert_true(t->turns > 50);
    assert_true(same >= 0.93); /* a turn that is little but its number says less without it */
}

static void sentences_keep_their_labels(void **state)
{
    static struct sentence s;
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct tally t = {0, 0};
    char line[1024];
    FILE *file = fopen("tests/unit/masking.tsv", "r");
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        struct sam_party parties[2] = {{.role = SAM_ROLE_AGENT}, {.role = SAM_ROLE_CUSTOMER}};
        line[strcspn(line, "\n")] = 0;
        char *text = strrchr(line, '\t');
        assert_non_null(text);
        line[2] = 0;
        masking_parse(text + 1, &s);
        for (size_t i = 0; i < s.n; i++)
            s.turns[i].role = parties[s.turns[i].party].role;
        struct sam_transcript transcript = {
            .language = sam_language_find(sam_span_of(line)), .parties = parties, .parties_n = 2, .turns = s.turns, .turns_n = s.n};
        struct sam_part part = {.source = SAM_SPAN("s"), .external_id = SAM_SPAN("1"), .kind = SAM_KIND_TRANSCRIPT};
        part.transcript = &transcript;
        sam_arena_reset(arena);
        compare(&part, arena, &t);
    }
    fclose(file);
    sam_arena_free(arena);
    judge("sentences", &t);
}

/* One file of sample conversations, as linked into the program. */
static void of_sample(struct sam_span file, struct sam_arena *arena, struct tally *t)
{
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_split split = sam_read_split_of(file);
    struct sam_span message;
    struct sam_err err;
    settings.source = SAM_SPAN("s");
    while (sam_read_split_next(&split, &message)) {
        const struct sam_read_input input = {.body = message};
        struct sam_read_result read;
        sam_arena_reset(arena);
        assert_int_equal(sam_read(&settings, &input, arena, &read, &err), SAM_OK);
        for (size_t i = 0; i < read.parts_n; i++) {
            if (read.parts[i].transcript)
                compare(&read.parts[i], arena, t);
        }
    }
}

static void conversations_keep_their_labels(void **state)
{
    static const char *const files[] = {"src/samples/da.dev.jsonl", "src/samples/nb.dev.jsonl", "src/samples/sv.dev.jsonl",
                                        "src/samples/en.dev.jsonl", "src/samples/da.1.jsonl",   "src/samples/nb.1.jsonl",
                                        "src/samples/sv.1.jsonl",   "src/samples/en.1.jsonl"};
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct tally t = {0, 0};
    (void)state;
    for (size_t i = 0; i < SAM_COUNT(files); i++) {
        const struct sam_embedded *file = sam_embedded_find(files[i]);
        assert_non_null(file);
        of_sample(file->body, arena, &t);
    }
    sam_arena_free(arena);
    judge("conversations", &t);
}

/* Whatever number stood there: what is scored is the mask, so the findings are the same but for their places. */
static void the_number_itself_never_counts(void **state)
{
    static const char *const texts[] = {"jeg er s\xC3\xA5 ked af det, mit cpr er 120365-1237, hvad g\xC3\xB8r jeg nu?",
                                        "jeg er s\xC3\xA5 ked af det, mit cpr er 010203 4444, hvad g\xC3\xB8r jeg nu?"};
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct sam_mask mask = sam_mask_of(key);
    struct sam_conversation conversation;
    struct sam_score scores[2];
    struct sam_err err;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct sam_party parties[1] = {{.role = SAM_ROLE_CUSTOMER}};
        struct sam_turn turns[1] = {{.role = SAM_ROLE_CUSTOMER, .text = sam_span_of(texts[i])}};
        struct sam_transcript transcript = {.language = SAM_LANGUAGE_DA, .parties = parties, .parties_n = 1, .turns = turns, .turns_n = 1};
        struct sam_part part = {.source = SAM_SPAN("s"), .external_id = SAM_SPAN("1"), .kind = SAM_KIND_TRANSCRIPT};
        part.transcript = &transcript;
        assert_int_equal(sam_mask_part(&mask, &part, arena, &err), SAM_OK);
        assert_int_equal(part.transcript->masked_n, 1);
        scores[i] = score_of(&part, arena, &conversation);
    }
    assert_true(scores[0].findings_n > 0);
    assert_int_equal(scores[0].findings_n, scores[1].findings_n);
    for (size_t k = 0; k < scores[0].findings_n; k++) {
        assert_int_equal(scores[0].findings[k].label, scores[1].findings[k].label);
        assert_true(sam_span_equal(scores[0].findings[k].rule, scores[1].findings[k].rule));
    }
    sam_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_keep_their_labels),
        cmocka_unit_test(conversations_keep_their_labels),
        cmocka_unit_test(the_number_itself_never_counts),
    };
    return cmocka_run_group_tests(tests, make_scorer, free_scorer);
}
