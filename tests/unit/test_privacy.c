/*
 * Masking through its door: what goes, what stays, measured on sentences by language (masking.tsv: language, written|spoken|none, the
 * sentence with its identifiers in braces; " / " parts turns that start with "A: " or "C: "); customers' keys; telephone numbers.
 */
#include "samtale/privacy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "masking.h"
#include "sweep.h"

static const uint8_t key[SAM_MASK_KEY_BYTES] = {1, 2, 3};

/* ---- the measured sentences ---------------------------------------------------------------------------------------------- */

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

/* Masks the turns as they are, or with an '@' behind each, which the first look never lets pass: both must find the same. */
static void mask_turns(const struct sam_mask *mask, const char *language, const struct sentence *s, bool at, struct sam_arena *arena,
                       struct sam_part *part)
{
    struct sam_err err;
    struct sam_transcript *t = sam_arena_alloc(arena, sizeof *t);
    t->language = sam_language_find(sam_span_of(language));
    t->parties = sam_arena_array(arena, 2, sizeof *t->parties);
    t->parties_n = 2;
    t->parties[0].role = SAM_ROLE_AGENT;
    t->parties[1].role = SAM_ROLE_CUSTOMER;
    t->turns = sam_arena_array(arena, s->n, sizeof *t->turns);
    t->turns_n = s->n;
    for (size_t i = 0; i < s->n; i++) {
        t->turns[i] = s->turns[i];
        if (at)
            assert_int_equal(sam_arena_printf(arena, &t->turns[i].text, &err, "%.*s @", SAM_ARG(s->turns[i].text)), SAM_OK);
    }
    *part = (struct sam_part){.source = SAM_SPAN("s"), .kind = SAM_KIND_TRANSCRIPT, .transcript = t};
    assert_int_equal(sam_mask_part(mask, part, arena, &err), SAM_OK);
}

static void measure(const struct sam_mask *mask, const char *language, const char *text, struct tally *t)
{
    static struct sentence s;
    struct sam_part part, careful;
    struct sam_arena *arena = sam_arena_new(1 << 20);
    size_t wanted = 0, found = 0, wrong = 0;
    masking_parse(text, &s);
    mask_turns(mask, language, &s, false, arena, &part);
    mask_turns(mask, language, &s, true, arena, &careful);
    for (size_t i = 0; i < s.n; i++) {
        struct sam_span one = part.transcript->turns[i].text, other = careful.transcript->turns[i].text;
        assert_int_equal(one.len + 2, other.len);
        assert_memory_equal(one.at, other.at, one.len);
    }
    compare(&s, part.transcript, &wanted, &found, &wrong);
    t->sentences++;
    t->found += wanted > 0 && found == wanted;
    t->false_alarms += wrong > 0;
    if (wrong > 0 || found < wanted)
        print_message("# %s %s: %s\n", wrong > 0 ? "too much" : "missed", language, text);
    sam_arena_free(arena);
}

enum { WRITTEN, SPOKEN, NONE, KINDS };

/* Prints one line of figures and holds it against the floors. */
static void judge(const char *language, const struct tally t[KINDS])
{
    size_t hits = t[WRITTEN].found + t[SPOKEN].found;
    size_t alarms = t[WRITTEN].false_alarms + t[SPOKEN].false_alarms + t[NONE].false_alarms;
    double written = (double)t[WRITTEN].found / (double)t[WRITTEN].sentences;
    double spoken = (double)t[SPOKEN].found / (double)t[SPOKEN].sentences;
    double precision = (double)hits / (double)(hits + alarms);
    print_message("# masking %s: written %zu of %zu (%.3f), spoken %zu of %zu (%.3f), precision %.3f; %zu without, %zu false alarms\n",
                  language, t[WRITTEN].found, t[WRITTEN].sentences, written, t[SPOKEN].found, t[SPOKEN].sentences, spoken, precision,
                  t[NONE].sentences, alarms);
    assert_true(written >= 0.98);
    assert_true(spoken >= 0.90);
    assert_true(precision >= 0.95);
}

static void identifiers_are_found_and_numbers_of_other_kinds_stay(void **state)
{
    (void)state;
    static const char *const kinds[KINDS] = {"written", "spoken", "none"};
    static const char *const languages[] = {"da", "nb", "nn", "sv", "en"};
    struct tally tallies[SAM_COUNT(languages)][KINDS] = {{{0}}}, all[KINDS] = {{0}};
    struct sam_mask mask = sam_mask_of(key);
    char line[1024];
    FILE *file = fopen("tests/unit/masking.tsv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        char *kind = strchr(line, '\t'), *text = kind ? strchr(kind + 1, '\t') : NULL;
        if (!kind || !text)
            fail_msg("no language, kind and text: %s", line);
        *kind++ = 0;
        *text++ = 0;
        for (size_t i = 0; i < SAM_COUNT(languages) * KINDS; i++) {
            if (strcmp(line, languages[i / KINDS]) == 0 && strcmp(kind, kinds[i % KINDS]) == 0)
                measure(&mask, line, text, &tallies[i / KINDS][i % KINDS]);
        }
    }
    fclose(file);
    for (size_t l = 0; l < SAM_COUNT(languages); l++) {
        judge(languages[l], tallies[l]);
        for (size_t k = 0; k < KINDS; k++) {
            all[k].sentences += tallies[l][k].sentences;
            all[k].found += tallies[l][k].found;
            all[k].false_alarms += tallies[l][k].false_alarms;
        }
    }
    judge("all", all);
    assert_true(all[WRITTEN].sentences + all[SPOKEN].sentences >= 300 && all[NONE].sentences >= 300);
}

/* ---- one text ---------------------------------------------------------------------------------------------------------- */

static void assert_masks(enum sam_language language, const char *text, const char *wanted, const char *identifiers)
{
    struct sam_mask mask = sam_mask_of(key);
    struct sam_arena *arena = sam_arena_new(1 << 20);
    struct sam_mask_result r;
    struct sam_err err;
    char names[256] = "";
    assert_int_equal(sam_mask_text(&mask, sam_span_of(text), language, arena, &r, &err), SAM_OK);
    if (!sam_span_is(r.text, wanted))
        fail_msg("\"%s\" became \"%.*s\", not \"%s\"", text, SAM_ARG(r.text), wanted);
    for (size_t i = 0; i < r.masked_n; i++) {
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s %u-%u|", sam_identifier_name(r.masked[i].identifier), r.masked[i].start, r.masked[i].end);
    }
    assert_string_equal(names, identifiers);
    struct sam_mask_result again;
    assert_int_equal(sam_mask_text(&mask, r.text, language, arena, &again, &err), SAM_OK);
    assert_int_equal(again.masked_n, 0);
    assert_true(sam_span_equal(again.text, r.text));
    sam_arena_free(arena);
}

static void kinds_and_places_are_told(void **state)
{
    (void)state;
    assert_masks(SAM_LANGUAGE_DA, "b\xC3\xB8r: 010203-1234, 22 34 56 78", "b\xC3\xB8r: ###########, ## ## ## ##",
                 "identity 5-16|phone 18-29|");
    assert_masks(SAM_LANGUAGE_DA, "010203-1235 fails mod 11", "########### fails mod 11",
                 "identity 0-11|"); /* never a reason not to mask */
    assert_masks(SAM_LANGUAGE_EN, "4111 1111 1111 1111 and cvv 123", "#### #### #### #### and cvv ###", "card 0-19|card 28-31|");
    assert_masks(SAM_LANGUAGE_NB, "1234.56.78901", "#############", "account 0-13|");
    assert_masks(SAM_LANGUAGE_NB, "d-nummer 41010112345", "d-nummer ###########", "identity 9-20|");
    assert_masks(SAM_LANGUAGE_SV, "samordningsnummer 701063-2391", "samordningsnummer ###########", "identity 18-29|");
    assert_masks(SAM_LANGUAGE_UNKNOWN, "DK50 0040 0440 1162 43 to a.b@c.dk!", "#### #### #### #### ## to ########!",
                 "account 0-22|email 26-34|");
    assert_masks(SAM_LANGUAGE_UNKNOWN, "", "", "");
    assert_masks(SAM_LANGUAGE_UNKNOWN, "@ a@ @b a@b x@y.", "@ a@ @b a@b x@y.", "");
    assert_masks(SAM_LANGUAGE_DA,
                 "jeg bor p\xC3\xA5 Gammel Kongevej 12B, 2. tv, 1610 K\xC3\xB8"
                 "benhavn nu",
                 "jeg bor p\xC3\xA5 ###### ######## #### ## ### #### ######### nu", "address 11-53|");
    assert_masks(SAM_LANGUAGE_DA, "\xFF 22345678 \xFF", "\xFF ######## \xFF", "phone 2-10|");
}

/* ---- parts --------------------------------------------------------------------------------------------------------------- */

static void people_in_parts_become_keys(void **state)
{
    (void)state;
    struct sam_mask mask = sam_mask_of(key);
    struct sam_arena *arena = sam_arena_new(1 << 20);
    struct sam_err err;
    struct sam_party parties[] = {{.id = SAM_SPAN("a17"), .name = SAM_SPAN("Lone"), .role = SAM_ROLE_AGENT},
                                  {.id = SAM_SPAN("c@x.dk"), .name = SAM_SPAN("Birgit"), .role = SAM_ROLE_CUSTOMER},
                                  {.id = SAM_SPAN("speaker-2"), .name = SAM_SPAN("Hans")}};
    struct sam_record record = {.customer_phone = SAM_SPAN("22 34 56 78"),
                                .customer_country = SAM_SPAN("dk"),
                                .customer_id = SAM_SPAN("7"),
                                .parties = parties,
                                .parties_n = 3};
    struct sam_part part = {.source = SAM_SPAN("s"), .kind = SAM_KIND_RECORD, .record = &record};
    assert_int_equal(sam_mask_part(&mask, &part, arena, &err), SAM_OK);
    assert_int_equal(part.record->customer_key.len, 64);
    assert_int_equal(part.record->customer_phone.len + part.record->customer_id.len + part.record->customer_country.len, 0);
    assert_true(sam_span_is(part.record->parties[0].name, "Lone"));
    assert_true(sam_span_is(part.record->parties[0].id, "a17"));
    assert_int_equal(part.record->parties[1].name.len + part.record->parties[2].name.len, 0);
    assert_true(sam_span_starts(part.record->parties[1].id, "p-"));
    assert_int_equal(part.record->parties[1].id.len, 18);
    assert_true(sam_span_is(part.record->parties[2].id, "speaker-2"));
    assert_true(sam_span_is(parties[1].name, "Birgit")); /* the part had a copy */
    struct sam_record once = *part.record;
    assert_int_equal(sam_mask_part(&mask, &part, arena, &err), SAM_OK);
    assert_true(sam_span_equal(once.customer_key, part.record->customer_key));
    assert_true(sam_span_equal(once.parties[1].id, part.record->parties[1].id));
    sam_arena_free(arena);
}

static struct sam_span key_of(struct sam_arena *arena, const char *source, struct sam_record record)
{
    struct sam_mask mask = sam_mask_of(key);
    struct sam_span out = SAM_NO_SPAN;
    struct sam_err err;
    enum sam_code code = sam_customer_key(&mask, sam_span_of(source), &record, arena, &out, &err);
    assert_true(code == SAM_OK || code == SAM_NONE);
    return out;
}

static void one_customer_has_one_key(void **state)
{
    (void)state;
    struct sam_arena *arena = sam_arena_new(1 << 20);
#define KEY(source, ...) key_of(arena, source, (struct sam_record){__VA_ARGS__})
    struct sam_span phone = KEY("a", .customer_phone = SAM_SPAN("22345678"), .customer_country = SAM_SPAN("DK"));
    assert_true(sam_span_equal(phone, KEY("b", .customer_phone = SAM_SPAN("+45 22 34 56 78"), .customer_email = SAM_SPAN("x@y.z"))));
    assert_true(sam_span_equal(phone, KEY("b", .customer_phone = SAM_SPAN("tel:004522345678"), .customer_id = SAM_SPAN("7"))));
    assert_false(sam_span_equal(phone, KEY("b", .customer_phone = SAM_SPAN("22345678"), .customer_country = SAM_SPAN("NO"))));
    struct sam_span mail = KEY("a", .customer_email = SAM_SPAN(" Anna@Firma.DK"));
    assert_true(sam_span_equal(mail, KEY("b", .customer_email = SAM_SPAN("mailto:anna@firma.dk"), .customer_id = SAM_SPAN("7"))));
    struct sam_span id = KEY("a", .customer_id = SAM_SPAN("7"));
    assert_false(sam_span_equal(id, KEY("b", .customer_id = SAM_SPAN("7")))); /* an id counts within its source */
    assert_int_equal(id.len, 64);
    assert_int_equal(KEY("a", .customer_country = SAM_SPAN("DK")).len, 0);
    assert_int_equal(KEY("a", .customer_phone = SAM_SPAN("1234")).len, 64); /* an extension is somebody as well */
#undef KEY
    sam_arena_free(arena);
}

static void telephone_numbers_follow_their_country(void **state)
{
    (void)state;
    static const struct {
        const char *phone, *country, *wanted;
    } rows[] = {
        {"22 34 56 78", "DK", "+4522345678"},
        {"(22) 34-56.78", "dk", "+4522345678"},
        {"4522345678", "DK", "+4522345678"},
        {"+45 (0)22 34 56 78", "", "+4522345678"},
        {"0046 8 123 456", "DK", "+468123456"},
        {"070-123 45 67", "SE", "+46701234567"},
        {"08-12 34 56", "SE", "+468123456"},
        {"912 34 567", "NO", "+4791234567"},
        {"02800", "NO", "+4702800"},
        {"07700 900123", "GB", "+447700900123"},
        {"(555) 123-4567", "US", "+15551234567"},
        {"1-555-123-4567", "US", "+15551234567"},
        {"tel:+4522345678;ext=4", "", "+4522345678"},
        {"22345678", "", NULL},
        {"22345678", "XX", NULL},
        {"1234", "DK", NULL},
        {"anonymous", "DK", NULL},
        {"", "DK", NULL},
        {"+45", "DK", NULL},
        {"123456789012345678901", "DK", NULL},
    };
    struct sam_arena *arena = sam_arena_new(1 << 16);
    for (size_t i = 0; i < SAM_COUNT(rows); i++) {
        struct sam_span out = SAM_NO_SPAN;
        struct sam_err err;
        enum sam_code code = sam_phone_e164(arena, sam_span_of(rows[i].phone), sam_span_of(rows[i].country), &out, &err);
        if (code != (rows[i].wanted ? SAM_OK : SAM_NONE) || (rows[i].wanted && !sam_span_is(out, rows[i].wanted)))
            fail_msg("%s in %s: %s %.*s", rows[i].phone, rows[i].country, sam_code_name(code), SAM_ARG(out));
    }
    sam_arena_free(arena);
}

static enum sam_code mask_it(struct sam_arena *arena, void *data, struct sam_err *err)
{
    static const struct sam_mask *mask;
    static struct sam_mask made;
    if (!mask) {
        made = sam_mask_of(key);
        mask = &made;
    }
    struct sam_part part = *(const struct sam_part *)data;
    const struct sam_record *record = part.record;
    enum sam_code code = sam_mask_part(mask, &part, arena, err);
    if (code != SAM_OK)
        assert_ptr_equal(part.record, record); /* untouched */
    return code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct sam_party parties[] = {{.id = SAM_SPAN("c@x.dk"), .role = SAM_ROLE_CUSTOMER}};
    struct sam_record record = {.customer_email = SAM_SPAN("c@x.dk"), .parties = parties, .parties_n = 1};
    struct sam_turn turns[] = {{.text = SAM_SPAN("nul et nul to tre")}, {.i = 1, .text = SAM_SPAN("tolv 22345678 a@b.dk")}};
    struct sam_transcript transcript = {.turns = turns, .turns_n = 2, .parties = parties, .parties_n = 1};
    struct sam_part part = {.source = SAM_SPAN("s"), .record = &record, .transcript = &transcript};
    assert_true(sweep(mask_it, &part, 1 << 20) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifiers_are_found_and_numbers_of_other_kinds_stay),
        cmocka_unit_test(kinds_and_places_are_told),
        cmocka_unit_test(people_in_parts_become_keys),
        cmocka_unit_test(one_customer_has_one_key),
        cmocka_unit_test(telephone_numbers_follow_their_country),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
