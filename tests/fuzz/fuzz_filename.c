/*
 * Names of recordings under fuzzing, for formats that keep no id inside: the first line is the configuration's patterns ("*", "{id}",
 * "{phone}", "{time}", parted by commas), the second the suffix of a side, the rest the file's name. Whatever they are, the name gives one
 * id or a reason, the same each time; what a pattern takes for a telephone number is of digits, and no id that it stands in tells it.
 */
#include "samtale/read.h"

#include <string.h>

static const char body[] = "WEBVTT\n\n00:01.000 --> 00:02.500\ngod dag\n";

static struct sam_pairs one_pair(struct sam_arena *arena, struct sam_span key, struct sam_span value)
{
    struct sam_err err;
    struct sam_map *index = sam_map_new(arena, 8);
    struct sam_pair *at = sam_arena_alloc(arena, sizeof *at);
    SAM_MUST(index && at && sam_map_put(index, key, 0, &err) == SAM_OK);
    *at = (struct sam_pair){key, value};
    return (struct sam_pairs){at, 1, index};
}

static bool all_digits(struct sam_span phone)
{
    size_t digits = 0, plus = phone.len > 0 && phone.at[0] == '+';
    for (size_t i = 0; i < phone.len; i++)
        digits += phone.at[i] >= '0' && phone.at[i] <= '9';
    return digits >= 3 && digits + plus == phone.len;
}

static bool stands_in(struct sam_span text, struct sam_span what)
{
    return memmem(text.at, text.len, what.at, what.len) != NULL;
}

static void check_part(const struct sam_part *part, struct sam_span patterns, struct sam_span name)
{
    SAM_MUST(part->kind == SAM_KIND_TRANSCRIPT && part->external_id.len > 0 && sam_utf8_valid(part->external_id));
    struct sam_span phone = part->transcript->customer.phone;
    if (phone.len == 0)
        return;
    SAM_MUST(all_digits(phone) && stands_in(name, phone));
    const char *behind = (const char *)memmem(name.at, name.len, phone.at, phone.len) + phone.len;
    bool twice = stands_in((struct sam_span){behind, (size_t)(name.at + name.len - behind)}, phone);
    if (!twice && !stands_in(patterns, SAM_SPAN("{id}")) && phone.len > 8) /* four digits of a hash could make a shorter one by chance */
        SAM_MUST(!stands_in(part->external_id, phone));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sam_span rest = {(const char *)data, size}, patterns = SAM_SPAN(""), side = SAM_SPAN("");
    struct sam_arena *arena = sam_arena_new((size_t)4 << 20);
    struct sam_read_settings settings = sam_read_defaults();
    struct sam_read_result first, again;
    struct sam_err err, same;
    SAM_MUST(arena);
    (void)sam_span_line(&rest, &patterns);
    (void)sam_span_line(&rest, &side);
    settings.country = SAM_SPAN("DK");
    settings.maps[SAM_MAP_FILE_NAMES] = one_pair(arena, SAM_SPAN("w"), patterns);
    settings.maps[SAM_MAP_SIDES] = one_pair(arena, side, SAM_SPAN("agent"));
    const struct sam_read_input input = {.source = SAM_SPAN("w"), .body = sam_span_of(body), .name = rest};
    enum sam_code code = sam_read(&settings, &input, arena, &first, &err);
    SAM_MUST(sam_read(&settings, &input, arena, &again, &same) == code);
    if (code == SAM_OK) {
        SAM_MUST(first.parts_n == 1 && again.parts_n == 1 && sam_span_equal(first.parts[0].external_id, again.parts[0].external_id));
        check_part(&first.parts[0], patterns, rest);
    } else {
        SAM_MUST(code == SAM_BAD_INPUT && err.text[0] != 0 && sam_utf8_valid(sam_span_of(err.text)));
    }
    sam_arena_free(arena);
    return 0;
}
