/*
 * samtaled dead-letter list | show: what could not be stored, and why. show prints the message itself only when asked: it is raw text.
 */
#include "session.h"
#include "settings.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define ARENA_BYTES (4U << 20)

/* What the words ask for. */
struct wish {
    const char *config;
    int64_t number; /* how many, or which one */
    bool body;
};

typedef enum sam_code look_function(struct app_session *session, const struct wish *wish, struct sam_err *err);

static void print_time(int64_t us)
{
    struct tm tm;
    char text[40];
    time_t s = (time_t)(us / 1000000);
    if (gmtime_r(&s, &tm) && strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
        (void)printf("%s", text);
}

static enum sam_code list(struct app_session *session, const struct wish *wish, struct sam_err *err)
{
    const struct sam_db_param limit = sam_db_int8(wish->number);
    enum sam_code code = app_session_call(session, "dead_letters", &limit, 1, err);
    size_t n = code == SAM_OK ? sam_db_rows_n(session->rows) : 0;
    for (size_t i = 0; i < n; i++) {
        (void)printf("%" PRId64 "\t", sam_db_get_int(session->rows, i, 0));
        print_time(sam_db_get_time(session->rows, i, 1));
        (void)printf("\t%.*s\t%.*s\t%" PRId64 " B\t%.*s\t%.*s\n", SAM_ARG(sam_db_get_text(session->rows, i, 2)),
                     SAM_ARG(sam_db_get_text(session->rows, i, 3)), sam_db_get_int(session->rows, i, 4),
                     SAM_ARG(sam_db_get_text(session->rows, i, 5)), SAM_ARG(sam_db_get_text(session->rows, i, 6)));
    }
    if (code == SAM_OK && n == 0)
        (void)fprintf(stderr, "no dead letters\n");
    return code;
}

static enum sam_code show(struct app_session *session, const struct wish *wish, struct sam_err *err)
{
    static const char *const names[] = {"source", "kind", "content type", "code", "reason"};
    const struct sam_db_param id = sam_db_int8(wish->number);
    enum sam_code code = app_session_call(session, "dead_letter", &id, 1, err);
    if (code != SAM_OK)
        return code;
    if (sam_db_rows_n(session->rows) == 0)
        return sam_fail(err, SAM_BAD_INPUT, "there is no dead letter %" PRId64, wish->number);
    struct sam_span body = sam_db_get_text(session->rows, 0, 9);
    if (wish->body)
        return fwrite(body.at, 1, body.len, stdout) == body.len ? SAM_OK : sam_fail(err, SAM_SYSTEM, "cannot write the message");
    (void)printf("dead letter %" PRId64 "\nenqueued: ", wish->number);
    print_time(sam_db_get_time(session->rows, 0, 0));
    (void)printf("\ndied: ");
    print_time(sam_db_get_time(session->rows, 0, 1));
    (void)printf("\nlane: %" PRId64 "\nattempts: %" PRId64 "\nsize: %zu B\n", sam_db_get_int(session->rows, 0, 2),
                 sam_db_get_int(session->rows, 0, 3), body.len);
    for (size_t i = 0; i < SAM_COUNT(names); i++) {
        struct sam_span text = sam_db_get_text(session->rows, 0, 4 + i);
        (void)printf("%s: %.*s\n", names[i], (int)text.len, text.at);
    }
    (void)printf("The message itself, raw: samtaled dead-letter show --body %" PRId64 "\n", wish->number);
    return SAM_OK;
}

static enum app_exit run(const struct command *self, const struct wish *wish, look_function *look)
{
    struct app_settings settings;
    struct app_session session = {0};
    struct sam_err err;
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    enum app_exit exit = app_settings_get(self, arena, wish->config, &settings);
    if (exit == APP_DONE) {
        enum sam_code code = app_session_open(&session, settings.database_connection, APP_ROLE_DAEMON, &err);
        if (code == SAM_OK)
            code = look(&session, wish, &err);
        app_session_close(&session);
        exit = code == SAM_OK ? APP_DONE : app_failed(self, &err);
    }
    sam_arena_free(arena);
    return exit;
}

static enum app_exit read_words(const struct command *self, int argc, char **argv, struct wish *wish)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"limit", required_argument, NULL, 'l'},
                                            {"body", no_argument, NULL, 'b'},
                                            {NULL, 0, NULL, 0}};
    struct sam_err err;
    for (int c = getopt_long(argc, argv, "c:l:b", options, NULL); c != -1; c = getopt_long(argc, argv, "c:l:b", options, NULL)) {
        if (c == 'c')
            wish->config = optarg;
        else if (c == 'b')
            wish->body = true;
        else if (c != 'l')
            return app_usage(self, NULL);
        else if (sam_span_int(sam_span_of(optarg), 1, INT32_MAX, &wish->number, &err) != SAM_OK)
            return app_usage(self, "--limit: %s", err.text);
    }
    return APP_DONE;
}

enum app_exit command_dead_letter_list(const struct command *self, int argc, char **argv)
{
    struct wish wish = {.number = 100};
    enum app_exit exit = read_words(self, argc, argv, &wish);
    if (exit == APP_DONE && optind < argc)
        exit = app_usage(self, "\"%s\" is one word too many", argv[optind]);
    return exit == APP_DONE ? run(self, &wish, list) : exit;
}

enum app_exit command_dead_letter_show(const struct command *self, int argc, char **argv)
{
    struct wish wish = {.number = 0};
    struct sam_err err;
    enum app_exit exit = read_words(self, argc, argv, &wish);
    if (exit == APP_DONE && optind + 1 != argc)
        exit = app_usage(self, "which one?");
    if (exit == APP_DONE && sam_span_int(sam_span_of(argv[optind]), 1, INT64_MAX, &wish.number, &err) != SAM_OK)
        exit = app_usage(self, "its number: %s", err.text);
    return exit == APP_DONE ? run(self, &wish, show) : exit;
}
