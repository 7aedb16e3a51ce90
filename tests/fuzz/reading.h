/*
 * What the fuzz targets of readers share: whatever comes, there are parts or a reason; a part's canonical form reads back as the same
 * bytes, masked or not; masking keeps the number of code points and finds nothing the second time; the parts join, and every segment leads
 * back to its input turn.
 */
#ifndef SAMTALE_FUZZ_READING_H
#define SAMTALE_FUZZ_READING_H

#include "samtale/join.h"
#include "samtale/privacy.h"
#include "samtale/read.h"

static struct sam_buf written(const struct sam_part *part)
{
    struct sam_buf buf = sam_buf_of(64U << 20);
    sam_part_write(part, &buf);
    SAM_MUST(!buf.failed && sam_utf8_valid(sam_buf_get(&buf)));
    return buf;
}

static void check_canonical(const struct sam_read_settings *settings, const struct sam_part *part, struct sam_arena *arena)
{
    struct sam_buf first = written(part);
    struct sam_read_result again;
    struct sam_err err;
    const struct sam_read_input input = {.body = sam_buf_get(&first)};
    enum sam_code code = sam_read(settings, &input, arena, &again, &err);
    if (code == SAM_OK) {
        SAM_MUST(again.parts_n == 1 && again.refusals_n == 0);
        struct sam_buf second = written(&again.parts[0]);
        SAM_MUST(sam_span_equal(sam_buf_get(&first), sam_buf_get(&second)));
        sam_buf_free(&second);
    } else {
        SAM_MUST(code == SAM_NO_MEMORY || code == SAM_TOO_LARGE);
    }
    sam_buf_free(&first);
}

static size_t code_points(const struct sam_part *part)
{
    size_t n = 0;
    for (size_t i = 0; part->transcript && i < part->transcript->turns_n; i++)
        n += sam_utf8_count(part->transcript->turns[i].text);
    return n;
}

static bool check_masked(const struct sam_mask *mask, struct sam_part *part, struct sam_arena *arena)
{
    struct sam_err err;
    size_t before = code_points(part);
    if (sam_mask_part(mask, part, arena, &err) != SAM_OK)
        return false;
    SAM_MUST(code_points(part) == before);
    for (size_t i = 0; part->transcript && i < part->transcript->masked_n; i++)
        SAM_MUST(part->transcript->masked[i].start < part->transcript->masked[i].end);
    return true;
}

static void check_joined(const struct sam_read_result *result, struct sam_arena *arena)
{
    const struct sam_part **parts = sam_arena_array(arena, result->parts_n, sizeof(const struct sam_part *));
    struct sam_conversation c;
    struct sam_err err;
    if (!parts)
        return;
    for (size_t i = 0; i < result->parts_n; i++)
        parts[i] = &result->parts[i];
    if (sam_join(parts, result->parts_n, arena, &c, &err) != SAM_OK)
        return;
    for (size_t i = 0; i < c.turns_n; i++) {
        uint32_t at = 0;
        SAM_MUST(c.turns[i].segments_n > 0 && c.turns[i].party < (int32_t)c.parties_n);
        for (size_t k = 0; k < c.turns[i].segments_n; k++) {
            SAM_MUST(c.turns[i].segments[k].at == at);
            at += c.turns[i].segments[k].length + 1;
        }
        SAM_MUST(sam_utf8_count(c.turns[i].text) == at - 1);
    }
}

/** One input through all of it. @param content_type  the name of a format is asked first */
static inline void fuzz_reading(struct sam_span kind, struct sam_span content_type, struct sam_span body)
{
    static const uint8_t key[SAM_MASK_KEY_BYTES] = {7};
    static struct sam_mask mask;
    static bool made;
    if (!made)
        mask = sam_mask_of(key);
    made = true;
    struct sam_arena *arena = sam_arena_new(96U << 20);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result result;
    struct sam_err err = {.code = SAM_OK, .text = ""};
    settings.source = SAM_SPAN("fuzz");
    settings.country = SAM_SPAN("DK");
    settings.turns_max = 2000;
    SAM_MUST(arena);
    const struct sam_read_input input = {.kind = kind, .content_type = content_type, .body = body, .name = SAM_SPAN("fuzz.bin")};
    enum sam_code code = sam_read(&settings, &input, arena, &result, &err);
    if (code != SAM_OK) {
        SAM_MUST(code == SAM_BAD_INPUT || code == SAM_UNSUPPORTED || code == SAM_TOO_LARGE || code == SAM_NO_MEMORY);
        SAM_MUST(err.text[0] != 0 && sam_utf8_valid(sam_span_of(err.text)));
    } else {
        bool masked = true;
        SAM_MUST(result.parts_n > 0 && result.format);
        for (size_t i = 0; i < result.parts_n && i < 50 && masked; i++) {
            check_canonical(&settings, &result.parts[i], arena);
            masked = check_masked(&mask, &result.parts[i], arena);
            if (masked)
                check_canonical(&settings, &result.parts[i], arena);
        }
        check_joined(&result, arena);
    }
    sam_arena_free(arena);
}

#endif
