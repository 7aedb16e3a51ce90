/*
 * The features of a passage as those who learn see them: all kinds in one list.
 */
#include "feature.h"

/* A plain feature as a watch sees it. */
static struct sam_feature seen_plain(const struct plain_feature *plain, const struct sam_fired *fired)
{
    bool of_rule = plain->rule != SAM_FEATURE_NO_RULE;
    return (struct sam_feature){.bucket = plain->bucket,
                                .rule = plain->rule,
                                .group = plain->group,
                                .value = plain->value,
                                .first = of_rule ? fired[plain->rule].first : UINT32_MAX,
                                .last = of_rule ? fired[plain->rule].last : UINT32_MAX};
}

static struct sam_feature seen_row(const struct feature_row *row, enum sam_feature_group group)
{
    return (struct sam_feature){.bucket = row->bucket,
                                .check = row->check,
                                .rule = SAM_FEATURE_NO_RULE,
                                .group = (uint8_t)group,
                                .value = 1,
                                .first = row->last - row->back,
                                .last = row->last};
}

enum sam_code features_list(const struct features *features, const struct passage_rows *rows, const struct sam_fired *fired,
                            struct sam_arena *arena, struct feature_list *out, struct sam_err *err)
{
    static const uint8_t groups[ROWS] = {
        [ROWS_WORDS] = SAM_FEATURE_WORDS, [ROWS_PARTS] = SAM_FEATURE_PARTS, [ROWS_GLOSSES] = SAM_FEATURE_GLOSSES};
    size_t all = (size_t)features->plain_n + features->said_n, used = 0;
    for (int i = 0; i < ROWS; i++)
        all += rows->of[i].n;
    struct sam_feature *list = sam_arena_array(arena, all, sizeof *list);
    if (list == NULL)
        return sam_arena_full(arena, err);
    for (uint32_t i = 0; i < features->plain_n; i++)
        list[used++] = seen_plain(&features->plain[i], fired);
    for (uint32_t i = 0; i < features->said_n; i++)
        list[used++] =
            seen_plain(&(struct plain_feature){SAID_VALUE, features->said[i], SAM_FEATURE_NO_RULE, SAM_FEATURE_CONTEXT, 10}, fired);
    for (int i = 0; i < ROWS; i++) {
        for (uint32_t k = 0; k < rows->of[i].n; k++)
            list[used++] = seen_row(&rows->of[i].at[k], (enum sam_feature_group)groups[i]);
    }
    *out = (struct feature_list){list, (uint32_t)used};
    return SAM_OK;
}
