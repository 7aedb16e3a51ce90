/*
 * What the commands about accounts and tokens share.
 */
#include "accounts.h"

#include <getopt.h>

#include <stdio.h>

#define ARENA_BYTES (4U << 20)
#define COLUMNS_MAX 8

enum app_exit accounts_open(struct accounts *a, const struct command *self, const char *config)
{
    struct sam_err err;
    *a = (struct accounts){.self = self, .arena = app_arena(ARENA_BYTES)};
    if (app_settings_get(self, a->arena, config, &a->settings) != APP_DONE)
        return APP_FAILED;
    if (app_session_open(&a->session, a->settings.database_connection, APP_ROLE_DAEMON, &err) == SAM_OK)
        return APP_DONE;
    return app_failed(self, &err);
}

void accounts_close(struct accounts *a)
{
    app_session_close(&a->session);
    sam_arena_free(a->arena);
}

void accounts_print(const struct accounts *a, const char *const *heads, size_t columns)
{
    const struct sam_db_rows *rows = a->session.rows;
    size_t n = sam_db_rows_n(rows), widths[COLUMNS_MAX];
    SAM_MUST(columns <= COLUMNS_MAX);
    for (size_t c = 0; c < columns; c++) {
        widths[c] = sam_utf8_count(sam_span_of(heads[c]));
        for (size_t r = 0; r < n; r++) {
            size_t width = sam_utf8_count(sam_db_get_text(rows, r, c));
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
    for (size_t r = 0; r <= n; r++) {
        for (size_t c = 0; c < columns; c++) {
            struct sam_span text = r == 0 ? sam_span_of(heads[c]) : sam_db_get_text(rows, r - 1, c);
            int fill = c + 1 < columns ? (int)(widths[c] - sam_utf8_count(text)) + 2 : 0;
            (void)printf("%.*s%*s", (int)text.len, text.at ? text.at : "", fill, "");
        }
        (void)printf("\n");
    }
}

enum app_exit accounts_list(const struct command *self, int argc, char **argv, const char *statement, const char *const heads[])
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    const char *config = NULL;
    struct accounts a;
    struct sam_err err;
    size_t columns = 0;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c != 'c')
            return app_usage(self, NULL);
        config = optarg;
    }
    if (optind < argc)
        return app_usage(self, "\"%s\" is one word too many", argv[optind]);
    while (heads[columns])
        columns++;
    enum app_exit exit = accounts_open(&a, self, config);
    if (exit == APP_DONE && app_session_call(&a.session, statement, NULL, 0, &err) != SAM_OK)
        exit = app_failed(self, &err);
    if (exit == APP_DONE)
        accounts_print(&a, heads, columns);
    accounts_close(&a);
    return exit;
}
