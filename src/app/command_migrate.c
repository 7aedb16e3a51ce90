/*
 * samtaled migrate: brings the database to this program's schema. Forward only; each migration in a transaction of its own with its row in
 * samtale.migration, all under one advisory lock; what was done stays done, so that a second run goes on where one was stopped.
 */
#include "schema.h"
#include "session.h"
#include "settings.h"

#include "samtale/db.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define ARENA_BYTES  (4U << 20)
#define SCRIPT_BYTES (2U << 20)
#define FOLDER       "sql/migrations/"

/* "sql/migrations/0001_inbox.sql": its number, 0 when it is no migration's name. */
static int64_t number_of(const char *name)
{
    int64_t n = 0;
    struct sam_err ignored;
    size_t folder = sizeof FOLDER - 1;
    if (strncmp(name, FOLDER, folder) != 0 || strlen(name) < folder + 5 || name[folder + 4] != '_')
        return 0;
    return sam_span_int((struct sam_span){name + folder, 4}, 1, 9999, &n, &ignored) == SAM_OK ? n : 0;
}

int64_t app_schema_newest(void)
{
    size_t n = 0;
    int64_t newest = 0;
    const struct sam_embedded *all = sam_embedded_all(&n);
    for (size_t i = 0; i < n; i++) {
        int64_t number = number_of(all[i].name);
        newest = number > newest ? number : newest;
    }
    return newest;
}

enum sam_code app_schema_check(int64_t found, struct sam_err *err)
{
    int64_t newest = app_schema_newest();
    if (found > newest)
        return sam_fail(err, SAM_UNSUPPORTED, "the database has schema %lld, this program knows %lld: install the newer samtaled",
                        (long long)found, (long long)newest);
    if (found < newest)
        return sam_fail(err, SAM_CONFLICT, "the database has schema %lld, this program needs %lld: run \"samtaled migrate\"",
                        (long long)found, (long long)newest);
    return SAM_OK;
}

static enum sam_code version(struct app_session *session, int64_t *found, struct sam_err *err)
{
    enum sam_code code = app_session_call(session, "migration_table", NULL, 0, err);
    bool there = code == SAM_OK && sam_db_get_int(session->rows, 0, 0) == 1;
    *found = 0;
    if (code == SAM_OK && there)
        code = app_session_call(session, "migration_newest", NULL, 0, err);
    if (code == SAM_OK && there)
        *found = sam_db_get_int(session->rows, 0, 0);
    return code;
}

#define HASH_TEXT 33

static void hash_of(struct sam_span body, char out[HASH_TEXT])
{
    uint8_t hash[16];
    sam_hash128(&body, 1, hash);
    for (size_t i = 0; i < sizeof hash; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", hash[i]);
}

static const struct sam_embedded *file_of(int64_t number)
{
    size_t n = 0;
    const struct sam_embedded *all = sam_embedded_all(&n);
    for (size_t i = 0; i < n; i++)
        if (number_of(all[i].name) == number)
            return &all[i];
    return NULL;
}

/* Whether the database was made by the files that this program holds. One made by a build in between has the same numbers and other tables.
 */
static enum sam_code check_applied(struct app_session *session, struct sam_err *err)
{
    enum sam_code code = app_session_call(session, "migration_applied", NULL, 0, err);
    for (size_t i = 0; code == SAM_OK && i < sam_db_rows_n(session->rows); i++) {
        char hash[HASH_TEXT];
        const struct sam_embedded *file = file_of(sam_db_get_int(session->rows, i, 0));
        if (!file)
            continue; /* newer than this program: told elsewhere */
        hash_of(file->body, hash);
        if (!sam_span_is(sam_db_get_text(session->rows, i, 1), hash))
            code = sam_fail(err, SAM_CONFLICT,
                            "this database was made by another %s than this program's, by a build in between: it cannot be brought "
                            "up to date; make it anew",
                            file->name + sizeof FOLDER - 1);
    }
    return code;
}

static enum sam_code apply(struct app_session *session, const struct sam_embedded *file, int64_t number, struct sam_err *err)
{
    struct sam_buf script = sam_buf_of(SCRIPT_BYTES);
    const char *name = file->name + sizeof FOLDER - 1 + 5;
    char hash[HASH_TEXT];
    hash_of(file->body, hash);
    sam_buf_text(&script, "begin;\n");
    sam_buf_span(&script, file->body);
    sam_buf_printf(&script, "\nreset role;\ninsert into samtale.migration (n, name, hash) values (%lld, '%.*s', '%s');\ncommit;\n",
                   (long long)number, (int)(strlen(name) - 4), name, hash);
    sam_buf_add(&script, "", 1);
    enum sam_code code = script.failed ? sam_fail(err, SAM_NO_MEMORY, "%s is too large", file->name) : SAM_OK;
    if (code == SAM_OK)
        code = app_session_script(session, (struct sam_span){script.at, script.len - 1}, err);
    sam_buf_free(&script);
    if (code == SAM_OK)
        return SAM_OK;
    return sam_wrap(err, "%s", file->name); /* the session ends now, and with it the transaction */
}

static enum sam_code migrate(struct app_session *session, struct sam_err *err)
{
    int64_t found = 0;
    size_t n = 0;
    const struct sam_embedded *all = sam_embedded_all(&n); /* in the order of names, and so of numbers */
    enum sam_code code = app_session_call(session, "migration_lock", NULL, 0, err);
    if (code == SAM_OK)
        code = version(session, &found, err);
    if (code == SAM_OK && found > app_schema_newest())
        code = app_schema_check(found, err);
    if (code == SAM_OK && found > 0)
        code = check_applied(session, err);
    int64_t before = found;
    for (size_t i = 0; code == SAM_OK && i < n; i++) {
        int64_t number = number_of(all[i].name);
        if (number <= found)
            continue;
        code = apply(session, &all[i], number, err);
        if (code == SAM_OK) {
            found = number;
            (void)printf("applied %s\n", all[i].name + sizeof FOLDER - 1);
        }
    }
    if (code == SAM_OK)
        (void)printf(found == before ? "the schema is up to date (%lld)\n" : "the schema is at %lld now\n", (long long)found);
    return code;
}

enum app_exit command_migrate(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"connection", required_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
    const char *config = NULL, *connection = NULL;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'c')
            config = optarg;
        else if (c == 'n')
            connection = optarg;
        else
            return app_usage(self, NULL);
    }
    if (optind < argc)
        return app_usage(self, "\"%s\" is one word too many", argv[optind]);
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    struct app_settings settings;
    struct app_session session = {0};
    struct sam_err err;
    enum app_exit exit = app_settings_get(self, arena, config, &settings);
    if (exit == APP_DONE) {
        enum sam_code code = app_session_open(&session, connection ? sam_span_of(connection) : settings.database_connection, NULL, &err);
        if (code == SAM_OK)
            code = migrate(&session, &err);
        app_session_close(&session);
        exit = code == SAM_OK ? APP_DONE : app_failed(self, &err);
    }
    sam_arena_free(arena);
    return exit;
}
