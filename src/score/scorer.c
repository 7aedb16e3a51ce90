/*
 * The scorer: packs and settings behind one immutable object with a name that says exactly what it is.
 */
#include "score_room.h"

#include <stdio.h>
#include <string.h>

#define SHIPPED_MAX 64

struct sam_score_settings sam_score_defaults(void)
{
    struct sam_score_settings settings = {.components_min = 2};
    for (int i = 0; i < SAM_COMPONENTS; i++)
        settings.weights[i] = sam_components()[i].weight;
    return settings;
}

static enum sam_code check(const struct sam_score_settings *settings, struct sam_err *err)
{
    double sum = 0;
    for (int i = 0; i < SAM_COMPONENTS; i++) {
        if (!(settings->weights[i] >= 0 && settings->weights[i] <= 1000))
            return sam_fail(err, SAM_BAD_INPUT, "the weight of %s must be 0 to 1000", sam_components()[i].name);
        sum += settings->weights[i];
    }
    if (sum <= 0)
        return sam_fail(err, SAM_BAD_INPUT, "one component at least must have a weight");
    if (settings->components_min < 1 || settings->components_min > SAM_COMPONENTS)
        return sam_fail(err, SAM_BAD_INPUT, "the least number of components must be 1 to %d", SAM_COMPONENTS);
    return SAM_OK;
}

/* The linked packs, then the site's own. */
static enum sam_code all_sources(struct sam_arena *arena, const struct sam_pack_source *more, size_t n, struct sam_pack_source **out,
                                 size_t *out_n, struct sam_err *err)
{
    size_t files, used = 0;
    const struct sam_embedded *file = sam_embedded_all(&files);
    struct sam_pack_source *all = sam_arena_array(arena, n + SHIPPED_MAX, sizeof *all);
    if (all == NULL)
        return sam_arena_full(arena, err);
    for (size_t i = 0; i < files && used < SHIPPED_MAX; i++) {
        if (sam_span_starts(sam_span_of(file[i].name), "src/packs/"))
            all[used++] = (struct sam_pack_source){.name = file[i].name + strlen("src/packs/"), .text = file[i].body};
    }
    if (n > 0)
        memcpy(all + used, more, n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[used + i].site = true;
    *out = all;
    *out_n = used + n;
    return SAM_OK;
}

/* "da":"0123456789ab", ... */
static void write_packs(const struct sam_scorer *scorer, struct sam_buf *out)
{
    const char *comma = "";
    for (int language = SAM_LANGUAGE_DA; language < SAM_LANGUAGES; language++) {
        struct sam_pack_summary summary;
        if (!sam_packs_summary(scorer->packs, (enum sam_language)language, &summary))
            continue;
        sam_buf_printf(out, "%s\"%s\":\"", comma, sam_language_name((enum sam_language)language));
        for (int i = 0; i < 6; i++)
            sam_buf_printf(out, "%02x", summary.hash[i]);
        sam_buf_text(out, "\"");
        comma = ",";
    }
}

/* The version is a hash of the packs, each of which is a hash of all that it was made of, and of the settings. */
static enum sam_code name_version(struct sam_scorer *scorer, struct sam_err *err)
{
    uint8_t hash[16];
    struct sam_span part;
    struct sam_buf text = sam_buf_of(4096);
    for (int i = 0; i < SAM_COMPONENTS; i++) {
        sam_buf_json_number(&text, scorer->settings.weights[i]);
        sam_buf_text(&text, ",");
    }
    sam_buf_printf(&text, "%d", scorer->settings.components_min);
    write_packs(scorer, &text);
    enum sam_code code = text.failed ? sam_fail(err, SAM_NO_MEMORY, "no memory for a scorer")
                                     : sam_arena_span(scorer->arena, sam_buf_get(&text), &part, err);
    sam_buf_free(&text);
    if (code != SAM_OK)
        return code;
    sam_hash128(&part, 1, hash);
    return sam_arena_printf(scorer->arena, &scorer->version, err, SCORE_ENGINE ".%02x%02x%02x%02x%02x%02x", hash[0], hash[1], hash[2],
                            hash[3], hash[4], hash[5]);
}

static enum sam_code fill(struct sam_scorer *scorer, const struct sam_score_settings *settings, const struct sam_pack_source *sources,
                          size_t n, struct sam_err *err)
{
    struct sam_pack_source *all = NULL;
    size_t all_n = 0;
    scorer->settings = *settings;
    if (all_sources(scorer->arena, sources, n, &all, &all_n, err) != SAM_OK || sam_packs_new(all, all_n, &scorer->packs, err) != SAM_OK)
        return err->code;
    return name_version(scorer, err);
}

enum sam_code sam_scorer_new(const struct sam_score_settings *settings, const struct sam_pack_source *sources, size_t n,
                             struct sam_scorer **out, struct sam_err *err)
{
    if (check(settings, err) != SAM_OK)
        return err->code;
    struct sam_arena *arena = sam_arena_new((size_t)1 << 20);
    struct sam_scorer *scorer = arena == NULL ? NULL : sam_arena_alloc(arena, sizeof *scorer);
    if (scorer == NULL) {
        sam_arena_free(arena);
        return sam_fail(err, SAM_NO_MEMORY, "no memory for a scorer");
    }
    scorer->arena = arena;
    enum sam_code code = fill(scorer, settings, sources, n, err);
    if (code == SAM_OK)
        *out = scorer;
    else
        sam_scorer_free(scorer);
    return code;
}

void sam_scorer_free(struct sam_scorer *scorer)
{
    if (scorer == NULL)
        return;
    sam_packs_free(scorer->packs);
    sam_arena_free(scorer->arena);
}

const struct sam_packs *sam_scorer_packs(const struct sam_scorer *scorer)
{
    return scorer->packs;
}

struct sam_span sam_scorer_version(const struct sam_scorer *scorer)
{
    return scorer->version;
}

void sam_scorer_write(const struct sam_scorer *scorer, struct sam_buf *out)
{
    sam_buf_text(out, "{\"version\":");
    sam_buf_json(out, scorer->version);
    sam_buf_text(out, ",\"packs\":{");
    write_packs(scorer, out);
    sam_buf_text(out, "}}");
}
