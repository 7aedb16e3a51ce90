/*
 * What masking hands on, under fuzzing: texts with their finds taken out, and who takes part. What lies outside the list of finds is as it
 * came, byte for byte; inside it nothing is left but '#' and blanks; places are in order, inside their text and never empty. A telephone
 * number in E.164 form is one again, and the key of a customer hangs on nothing but the number. The first byte is the language, the first
 * line behind it the number, the rest the text.
 */
#include "samtale/privacy.h"

#include <string.h>

static bool blank(int32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One text and its masked form, code point by code point. */
static void check_places(struct sam_span text, const struct sam_mask_result *r)
{
    const char *a = text.at, *b = r->text.at, *a_end = text.at + text.len, *b_end = r->text.at + r->text.len;
    size_t find = 0;
    for (uint32_t i = 0; a < a_end; i++) {
        const char *was = a, *is = b;
        SAM_MUST(b < b_end);
        int32_t before = sam_utf8_next(&a, a_end);
        int32_t after = sam_utf8_next(&b, b_end);
        while (find < r->masked_n && r->masked[find].end <= i)
            find++;
        bool inside = false;
        for (size_t k = find; k < r->masked_n && r->masked[k].start <= i; k++)
            inside = inside || i < r->masked[k].end;
        if (inside)
            SAM_MUST(after == (blank(before) ? before : '#'));
        else
            SAM_MUST(a - was == b - is && memcmp(was, is, (size_t)(a - was)) == 0);
    }
    SAM_MUST(b == b_end);
}

static void check_text(const struct sam_mask *mask, struct sam_span text, enum sam_language language, struct sam_arena *arena)
{
    struct sam_mask_result r;
    struct sam_err err;
    SAM_MUST(sam_mask_text(mask, text, language, arena, &r, &err) == SAM_OK);
    size_t n = sam_utf8_count(text);
    SAM_MUST(sam_utf8_count(r.text) == n && (r.masked_n > 0 || sam_span_equal(r.text, text)));
    for (size_t i = 0; i < r.masked_n; i++) {
        SAM_MUST(r.masked[i].start < r.masked[i].end && r.masked[i].end <= n);
        SAM_MUST(i == 0 || r.masked[i - 1].start <= r.masked[i].start);
    }
    check_places(text, &r);
}

static void check_customer(const struct sam_mask *mask, struct sam_span phone, struct sam_arena *arena)
{
    struct sam_span e164, again, key, other;
    struct sam_err err;
    struct sam_record record = {.customer_phone = phone, .customer_country = SAM_SPAN("DK")};
    enum sam_code code = sam_phone_e164(arena, phone, SAM_SPAN("DK"), &e164, &err);
    SAM_MUST(code == SAM_OK || code == SAM_NONE);
    if (code == SAM_NONE)
        return;
    SAM_MUST(e164.len > 1 && e164.at[0] == '+' && sam_phone_e164(arena, e164, SAM_NO_SPAN, &again, &err) == SAM_OK);
    SAM_MUST(sam_span_equal(e164, again));
    SAM_MUST(sam_customer_key(mask, SAM_SPAN("a"), &record, arena, &key, &err) == SAM_OK && key.len == 64);
    record = (struct sam_record){.customer_phone = e164};
    SAM_MUST(sam_customer_key(mask, SAM_SPAN("b"), &record, arena, &other, &err) == SAM_OK && sam_span_equal(key, other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {11};
    static struct sam_mask mask;
    if (mask.meanings_n == 0)
        mask = sam_mask_of(key);
    if (size == 0)
        return 0;
    struct sam_arena *arena = sam_arena_new((size_t)64 << 20);
    struct sam_span rest = {(const char *)data + 1, size - 1}, phone = SAM_NO_SPAN;
    SAM_MUST(arena);
    if (sam_span_line(&rest, &phone))
        check_customer(&mask, phone, arena);
    check_text(&mask, rest, (enum sam_language)(data[0] % SAM_LANGUAGES), arena);
    sam_arena_free(arena);
    return 0;
}
