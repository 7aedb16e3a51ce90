/*
 * The model's names through its door: every value has one, and each is found again by it.
 */
#include "samtale/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    WALK(kind, SAM_KIND_EVENT);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_found_by_its_name),
        cmocka_unit_test(languages_are_found_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
