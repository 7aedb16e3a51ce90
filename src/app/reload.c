/*
 * Reload: reads and compiles on a thread, since packs take longer than the loop may stand still; nothing of the daemon is touched here.
 */
#include "reload.h"

#define ARENA_BYTES ((size_t)256 << 20) /* packs may be large; what is not used is not there */

/* Keeps what takes a restart as it was when the process began, and notes where the file wants it otherwise. */
static void keep_fixed(struct reload *reload)
{
    struct sam_buf left = {reload->left, 0, sizeof reload->left - 1, sizeof reload->left - 1, false};
    for (size_t i = 0; i < app_settings_n; i++) {
        const struct setting *row = &app_settings_table[i];
        if (!row->restart || app_setting_same(row, reload->first, &reload->settings))
            continue;
        sam_buf_printf(&left, "%s[%s] %s", left.len > 0 ? ", " : "", row->section, row->name);
        app_setting_copy(row, reload->first, &reload->settings);
    }
    reload->left[left.len] = 0;
}

static enum sam_code read_again(struct reload *reload, struct sam_arena *arena)
{
    struct app_problems problems;
    struct app_rules rules;
    enum sam_code code = app_settings_load(arena, reload->file, &reload->settings, &problems, &reload->err);
    if (code == SAM_OK)
        keep_fixed(reload);
    if (code == SAM_OK)
        code = app_rules_of(&reload->settings, arena, &rules, &reload->err);
    if (code == SAM_OK)
        code = ingest_scorer_new(&rules, arena, &reload->scorer, &reload->err);
    return code;
}

static void on_thread(void *data)
{
    struct reload *reload = data;
    struct sam_arena *arena = sam_arena_new(ARENA_BYTES);
    reload->scorer = NULL;
    if (!arena)
        (void)sam_fail(&reload->err, SAM_NO_MEMORY, "no memory to read the settings");
    else if (read_again(reload, arena) != SAM_OK)
        sam_arena_free(arena);
}

static void on_done(void *data)
{
    struct reload *reload = data;
    reload->done(reload);
}

enum sam_code reload_start(struct sam_loop *loop, struct reload *reload, struct sam_err *err)
{
    return sam_work_start(loop, on_thread, on_done, reload, err);
}
