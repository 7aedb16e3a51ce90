/*
 * Masking through its door: what goes, what stays, measured on sentences by language (masking.tsv: language, written|spoken|none, the sentence with its
 * identifiers in braces; " / " parts turns that start with "A: " or "C: "); customers' keys; telephone numbers.
 */
#include "samtale/privacy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep.h"

static const uint8_t key[SAM_MASK_KEY_BYTES] = {1, 2, 3};

/* ---- the measured sentences ---------------------------------------------------------------------------------------------- */

#define TURNS_MOST 8

struct sentence {
    char text[TURNS_MOST][512]; /* without braces */
    char want[TURNS_MOST][512]; /* for each byte: 1 inside braces */
    struct sam_turn turns[TURNS_MOST];
    size_t n;
};

static void parse(const char *line, struct sentence *s)
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

/* Counts: letters and digits wanted and masked, and places masked that were not wanted. */
static void compare(const struct sentence *s, const struct sam_transcript *t, size_t *wanted, size_t *found, size_t *wrong)
{
    *wanted = *found = *wrong = 0;
    for (size_t i = 0; i < s->n; i++) {
        const char *a = s->turns[i].text.at, *b = t->turns[i].text.at;
        const char *a_end = a + s->turns[i].text.len, *b_end = b + t->turns[i].text.len;
        assert_int_equal(sam_utf8_count(s->turns[i].text), sam_utf8_count(t->turns[i].text));
        while (a < a_end) {
            const char want = s->want[i][a - s->turns[i].text.at];
            int32_t was = sam_utf8_next(&a, a_end), is = sam_utf8_next(&b, b_end);
            bool counts = was > 127 || (was >= '0' && was <= '9') || ((was | 32) >= 'a' && (was | 32) <= 'z');
            *wanted += counts && want;
            *found += counts && want && is == '#';
            *wrong += counts && !want && is == '#';
        }
    }
}

struct tally {
    size_t sentences, found, false_alarms;
};

static void measure(const struct sam_mask *mask, const char *language, const char *text, struct tally *t)
{
    struct sentence s;
    struct sam_err err;
    struct sam_party parties[2] = {{.role = SAM_ROLE_AGENT}, {.role = SAM_ROLE_CUSTOMER}};
    parse(text, &s);
    struct sam_transcript transcript = {.language = sam_language_find(sam_span_of(language)), .parties = parties, .parties_n = 2, .turns = s.turns, .turns_n = s.n};
    struct sam_part part = {.source = SAM_SPAN("s"), .kind = SAM_KIND_TRANSCRIPT, .transcript = &transcript};
    struct sam_arena *arena = sam_arena_new(1 << 20);
    assert_int_equal(sam_mask_part(mask, &part, arena, &err), SAM_OK);
    size_t wanted = 0, found = 0, wrong = 0;
    compare(&s, part.transcript, &wanted, &found, &wrong);
    t->sentences++;
    t->found += wanted > 0 && found == wanted;
    t->false_alarms += wrong > 0;
    if (wrong > 0 || found < wanted)
        print_message("# %s %s: %s\n", wrong > 0 ? "too much" : "missed", language, text);
    sam_arena_free(arena);
}

static void identifiers_are_found_and_numbers_of_other_kinds_stay(void **state)
{
    (void)state;
    static const char *const kinds[] = {"written", "spoken", "none"};
    struct tally tallies[3] = {{0}};
    struct sam_mask mask = sam_mask_of(key);
    char line[1024];
    FILE *file = fopen("tests/unit/masking.tsv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *kind = strchr(line, '\t'), *text = kind ? strchr(kind + 1, '\t') : NULL;
        assert_non_null(text);
        *kind++ = 0;
        *text++ = 0;
        for (size_t k = 0; k < 3; k++) {
            if (strcmp(kind, kinds[k]) == 0)
                measure(&mask, line, text, &tallies[k]);
        }
    }
    fclose(file);
    size_t hits = tallies[0].found + tallies[1].found, alarms = tallies[0].false_alarms + tallies[1].false_alarms + tallies[2].false_alarms;
    double written = (double)tallies[0].found / (double)tallies[0].sentences, spoken = (double)tallies[1].found / (double)tallies[1].sentences;
    double precision = (double)hits / (double)(hits + alarms);
    print_message("# masking: written %zu of %zu, spoken %zu of %zu, false alarms %zu in %zu sentences; precision %.3f\n", tallies[0].found,
                  tallies[0].sentences, tallies[1].found, tallies[1].sentences, alarms,
                  tallies[0].sentences + tallies[1].sentences + tallies[2].sentences, precision);
    assert_true(tallies[0].sentences + tallies[1].sentences >= 300 && tallies[2].sentences >= 300);
    assert_true(written >= 0.98);
    assert_true(spoken >= 0.90);
    assert_true(precision >= 0.95);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_are_found_and_numbers_of_other_kinds_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
