/*
 * The codebook's form: labels and disputed labels of each turn.
 */
#include "gold.h"

static const struct sam_json_limits limits = {.depth = 32, .nodes = 2000000};

static enum sam_code read_labels(const struct sam_json *list, uint32_t *bits, struct sam_err *err)
{
    *bits = 0;
    for (const struct sam_json *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        enum sam_label label;
        if (!sam_label_find(item->text, &label))
            return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is no label", SAM_ARG(item->text));
        *bits |= UINT32_C(1) << label;
    }
    return SAM_OK;
}

static enum sam_code read_turns(const struct sam_json *root, struct sam_arena *arena, struct gold *gold, struct sam_err *err)
{
    const struct sam_json *turns = sam_json_get(root, "turns");
    if (turns == NULL || turns->n == 0 || sam_json_get(turns->first, "labels") == NULL)
        return SAM_NONE;
    *gold = (struct gold){.turns = sam_arena_array(arena, turns->n, sizeof *gold->turns),
                          .n = turns->n,
                          .style = sam_json_text(root, "style"),
                          .domain = sam_json_text(root, "domain"),
                          .resolved = sam_json_text(root, "resolved")};
    if (gold->turns == NULL)
        return sam_arena_full(arena, err);
    size_t at = 0;
    for (const struct sam_json *turn = turns->first; turn != NULL; turn = turn->next, at++) {
        int64_t i = (int64_t)at;
        if (sam_json_get(turn, "i") != NULL && !sam_json_int(sam_json_get(turn, "i"), true, (int64_t)at, (int64_t)at, &i))
            return sam_fail(err, SAM_BAD_INPUT, "turns[%zu].i must be %zu in a labelled conversation", at, at);
        struct gold_turn *out = &gold->turns[at];
        out->agent = sam_span_is(sam_json_text(turn, "speaker"), "agent");
        out->text = sam_json_text(turn, "text");
        if (read_labels(sam_json_get(turn, "labels"), &out->labels, err) != SAM_OK ||
            read_labels(sam_json_get(turn, "disputed"), &out->disputed, err) != SAM_OK)
            return sam_wrap(err, "turns[%zu]", at);
        out->labels &= ~out->disputed;
    }
    return SAM_OK;
}

enum sam_code gold_read(const struct corpus_item *item, struct sam_arena *arena, struct gold *gold, struct sam_err *err)
{
    const struct sam_json *root;
    struct sam_json_notes notes;
    if (sam_json_read(arena, item->message, &limits, &root, &notes, NULL, err) != SAM_OK)
        return err->code;
    return read_turns(root, arena, gold, err);
}
