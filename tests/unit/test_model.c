/*
 * The model's names through its door: every value has one, and each is found again by it.
 */
#include "samtale/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

/* Walks an enum from 0 to last: each value has a name, found again as the same value; what is no name is not found. */
#define WALK(what, last)                                                                                                                   \
    do {                                                                                                                                   \
        enum sam_##what found = (enum sam_##what)0;                                                                                        \
        for (int i = 0; i <= (int)(last); i++) {                                                                                           \
            const char *name = sam_##what##_name((enum sam_##what)i);                                                                      \
            assert_true(name[0] != '\0');                                                                                                  \
            assert_true(sam_##what##_find(sam_span_of(name), &found));                                                                     \
            assert_int_equal((int)found, i);                                                                                               \
        }                                                                                                                                  \
        assert_false(sam_##what##_find(SAM_SPAN("no such thing"), &found));                                                                \
        assert_false(sam_##what##_find(SAM_NO_SPAN, &found));                                                                              \
    } while (0)

static void every_value_is_found_by_its_name(void **state)
{
    (void)state;
    WALK(kind, SAM_KIND_AGENT_STATE);
    WALK(state, SAM_STATE_ON_CONTACT);
    WALK(channel, SAM_CHANNEL_TASK);
    WALK(direction, SAM_DIRECTION_INTERNAL);
    WALK(role, SAM_ROLE_OTHER);
    WALK(disposition, SAM_DISPOSITION_FAILED);
    WALK(transfer, SAM_TRANSFER_QUEUE);
    WALK(consent, SAM_CONSENT_REFUSED);
    WALK(quality, SAM_QUALITY_DERIVED);
    WALK(label, SAM_LABELS - 1);
    assert_string_equal(sam_moment_kind_name(SAM_MOMENT_OPPORTUNITY), "opportunity");
    assert_string_equal(sam_met_name(SAM_MET_NO_OCCASION), "no_occasion");
    assert_string_equal(sam_met_name(SAM_MET_MISSED), "missed");
    assert_string_equal(sam_label_name(SAM_CUE_SATISFACTION), "cue.satisfaction");
}

static void languages_are_found_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *tag;
        enum sam_language language;
    } rows[] = {
        {"da", SAM_LANGUAGE_DA},       {"da-DK", SAM_LANGUAGE_DA}, {"DA_dk", SAM_LANGUAGE_DA},    {"Danish", SAM_LANGUAGE_DA},
        {"no", SAM_LANGUAGE_NB},       {"nb-NO", SAM_LANGUAGE_NB}, {"nn_NO", SAM_LANGUAGE_NN},    {"norwegian", SAM_LANGUAGE_NB},
        {"sv-SE", SAM_LANGUAGE_SV},    {"EN", SAM_LANGUAGE_EN},    {"en-GB", SAM_LANGUAGE_EN},    {"", SAM_LANGUAGE_UNKNOWN},
        {"und", SAM_LANGUAGE_UNKNOWN}, {"de", SAM_LANGUAGE_OTHER}, {"fi-FI", SAM_LANGUAGE_OTHER}, {"klingon", SAM_LANGUAGE_OTHER},
    };
    for (size_t i = 0; i < SAM_COUNT(rows); i++)
        if (sam_language_find(sam_span_of(rows[i].tag)) != rows[i].language)
            fail_msg("%s is taken for %s", rows[i].tag, sam_language_name(sam_language_find(sam_span_of(rows[i].tag))));
    for (int i = 0; i < SAM_LANGUAGES; i++)
        assert_int_equal((int)sam_language_find(sam_span_of(sam_language_name((enum sam_language)i))), i);
    assert_int_equal(sam_language_find(SAM_NO_SPAN), SAM_LANGUAGE_UNKNOWN);
}

/* A part of every kind of thing, all of it in one arena. */
static struct sam_part whole_part(struct sam_arena *arena)
{
    struct sam_err err;
    struct sam_part part = {.kind = SAM_KIND_RECORD, .version = 7, .warnings_n = 40};
    struct sam_record *record = sam_arena_alloc(arena, sizeof *record);
    struct sam_transcript *transcript = sam_arena_alloc(arena, sizeof *transcript);
    part.survey = sam_arena_alloc(arena, sizeof *part.survey);
    part.outcome = sam_arena_alloc(arena, sizeof *part.outcome);
    assert_true(record && transcript && part.survey && part.outcome);
    *record = (struct sam_record){.parties_n = 2, .legs_n = 1};
    record->parties = sam_arena_array(arena, 2, sizeof *record->parties);
    record->legs = sam_arena_array(arena, 1, sizeof *record->legs);
    *transcript = (struct sam_transcript){.turns_n = 3, .masked_n = 1};
    transcript->turns = sam_arena_array(arena, 3, sizeof *transcript->turns);
    transcript->masked = sam_arena_array(arena, 1, sizeof *transcript->masked);
    assert_true(record->parties && record->legs && transcript->turns && transcript->masked);
    part.record = record;
    part.transcript = transcript;
    part.warnings = sam_arena_array(arena, SAM_WARNINGS, sizeof *part.warnings);
    assert_non_null(part.warnings);
    struct sam_span *const spans[] = {&part.source,
                                      &part.external_id,
                                      &part.warnings[SAM_WARNINGS - 1].place,
                                      &record->customer_key,
                                      &record->parties[1].team,
                                      &record->legs[0].queue,
                                      &transcript->turns[2].text,
                                      &part.outcome->currency};
    for (size_t i = 0; i < SAM_COUNT(spans); i++)
        assert_int_equal(sam_arena_printf(arena, spans[i], &err, "text %zu", i), SAM_OK);
    part.part_id = SAM_SPAN("");
    transcript->turns[1].party = 5;
    transcript->masked[0].end = 9;
    part.survey->nps = (struct sam_int){8, true};
    return part;
}

static void a_copy_lives_without_what_it_was_made_of(void **state)
{
    (void)state;
    struct sam_arena *from = sam_arena_new(1 << 20), *to = sam_arena_new(1 << 20);
    struct sam_err err;
    struct sam_part part = whole_part(from), copy;
    assert_int_equal(sam_part_copy(&part, SAM_NO_SPAN, to, &copy, &err), SAM_OK);
    sam_arena_free(from); /* a sanitizer sees what still points there */
    assert_true(sam_span_equal(copy.source, SAM_SPAN("text 0")));
    assert_true(sam_span_equal(copy.external_id, SAM_SPAN("text 1")));
    assert_true(sam_span_equal(copy.warnings[SAM_WARNINGS - 1].place, SAM_SPAN("text 2")));
    assert_true(sam_span_equal(copy.record->customer_key, SAM_SPAN("text 3")));
    assert_true(sam_span_equal(copy.record->parties[1].team, SAM_SPAN("text 4")));
    assert_true(sam_span_equal(copy.record->legs[0].queue, SAM_SPAN("text 5")));
    assert_true(sam_span_equal(copy.transcript->turns[2].text, SAM_SPAN("text 6")));
    assert_true(sam_span_equal(copy.outcome->currency, SAM_SPAN("text 7")));
    assert_true(copy.part_id.at && copy.part_id.len == 0);
    assert_null(copy.record->purpose.at);
    assert_null(copy.transcript->parties);
    assert_int_equal(copy.transcript->turns[1].party, 5);
    assert_int_equal(copy.transcript->masked[0].end, 9);
    assert_int_equal(copy.survey->nps.value, 8);
    assert_int_equal(copy.version, 7);
    sam_arena_free(to);
}

/* Texts as JSON writes them stand in the body already; others, and those that the body lacks, are copied. */
static void a_copy_points_to_what_was_said_in_the_body(void **state)
{
    (void)state;
    static const char written[] =
        "{\"turns\":[{\"i\":1,\"text\":\"Good morning\"},{\"i\":2,\"text\":\"say \\\"no\\\", he said\"},{\"i\":3,\"text\":\"\"},"
        "{\"i\":4,\"text\":\"Good morning\"},{\"i\":5,\"text\":\"Good evening\"},{\"i\":6,\"text\":\"Bye\"}]}";
    struct sam_turn turns[] = {{.text = SAM_SPAN("Good morning")}, {.text = SAM_SPAN("say \"no\", he said")}, {.text = SAM_NO_SPAN},
                               {.text = SAM_SPAN("Good morning")}, {.text = SAM_SPAN("Good even")},           {.text = SAM_SPAN("Bye")},
                               {.text = SAM_SPAN("Good morning")}};
    static const bool there[] = {true, false, false, true, false, true, false};
    struct sam_transcript transcript = {.turns = turns, .turns_n = SAM_COUNT(turns)};
    struct sam_part part = {.kind = SAM_KIND_TRANSCRIPT, .transcript = &transcript}, copy;
    struct sam_arena *arena = sam_arena_new(1 << 20);
    struct sam_span body = SAM_NO_SPAN;
    struct sam_err err;
    assert_int_equal(sam_arena_span(arena, sam_span_of(written), &body, &err), SAM_OK);
    assert_int_equal(sam_part_copy(&part, body, arena, &copy, &err), SAM_OK);
    for (size_t i = 0; i < SAM_COUNT(turns); i++) {
        struct sam_span text = copy.transcript->turns[i].text;
        assert_true(sam_span_equal(text, turns[i].text));
        assert_int_equal(text.at >= body.at && text.at < body.at + body.len, there[i]);
        assert_true(text.at != turns[i].text.at || !text.at);
    }
    sam_arena_free(arena);
}

static enum sam_code copy_it(struct sam_arena *arena, void *data, struct sam_err *err)
{
    struct sam_part copy;
    return sam_part_copy(data, SAM_NO_SPAN, arena, &copy, err);
}

static void a_copy_without_memory_fails(void **state)
{
    (void)state;
    struct sam_arena *from = sam_arena_new(1 << 20);
    struct sam_part part = whole_part(from);
    assert_true(sweep(copy_it, &part, 1 << 16) > 5);
    sam_arena_free(from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_found_by_its_name),
        cmocka_unit_test(languages_are_found_as_people_write_them),
        cmocka_unit_test(a_copy_lives_without_what_it_was_made_of),
        cmocka_unit_test(a_copy_points_to_what_was_said_in_the_body),
        cmocka_unit_test(a_copy_without_memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
