/*
 * samtaled target set|list, samtaled staffing set|list: what figures are to reach, and how many agents are planned on a queue. Both hold
 * from a day on; what held before stays, so that a report of last month does not change.
 */
#include "accounts.h"
#include "plan.h"

#include <getopt.h>
#include <stdio.h>

#define FILE_BYTES ((size_t)1 << 20)

struct wanted {
    const char *config, *queue, *team, *from, *to;
};

static enum app_exit read_words(const struct command *self, int argc, char **argv, struct wanted *w, int words)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {"queue", required_argument, NULL, 'q'},
                                            {"team", required_argument, NULL, 't'},   {"from", required_argument, NULL, 'f'},
                                            {"to", required_argument, NULL, 'u'},     {NULL, 0, NULL, 0}};
    *w = (struct wanted){0};
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c == 'c')
            w->config = optarg;
        else if (c == 'q')
            w->queue = optarg;
        else if (c == 't')
            w->team = optarg;
        else if (c == 'f')
            w->from = optarg;
        else if (c == 'u')
            w->to = optarg;
        else
            return app_usage(self, NULL);
    }
    if (argc - optind != words)
        return app_usage(self, argc - optind < words ? "words are missing" : "\"%s\" is one word too many", argv[argc - 1]);
    return APP_DONE;
}

/* "0.8" or "80%". */
static enum sam_code value_of(const char *word, double *out, struct sam_err *err)
{
    struct sam_span text = sam_span_of(word);
    bool percent = text.len > 0 && text.at[text.len - 1] == '%';
    if (percent)
        text = sam_span_trim((struct sam_span){text.at, text.len - 1});
    if (sam_span_double(text, out, err) != SAM_OK)
        return err->code;
    if (percent)
        *out /= 100;
    return SAM_OK;
}

enum app_exit command_target_set(const struct command *self, int argc, char **argv)
{
    struct wanted w;
    struct accounts a;
    struct sam_err err;
    double value = 0;
    if (read_words(self, argc, argv, &w, 2) != APP_DONE)
        return APP_USAGE;
    if (w.queue && w.team)
        return app_usage(self, "a target is of a queue or of a team");
    if (value_of(argv[optind + 1], &value, &err) != SAM_OK)
        return app_usage(self, "VALUE: %s", err.text);
    enum app_exit exit = accounts_open(&a, self, w.config);
    const struct sam_db_param params[] = {sam_db_text(sam_span_of(w.queue)),      sam_db_text(sam_span_of(w.team)),
                                          sam_db_text(sam_span_of(argv[optind])), sam_db_float8(value),
                                          sam_db_text(sam_span_of(w.from)),       sam_db_text(sam_span_of(w.to))};
    if (exit == APP_DONE && app_session_call(&a.session, "target_set", params, SAM_COUNT(params), &err) != SAM_OK)
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}

static enum sam_code staffing_set(struct accounts *a, const char *queue, const char *file, const char *from, struct sam_err *err)
{
    struct plan plan;
    struct sam_span text = SAM_NO_SPAN;
    enum sam_code code = plan_load(a->arena, file, FILE_BYTES, &text, err);
    if (code == SAM_OK)
        code = plan_read(a->arena, file, text, &plan, err);
    if (code != SAM_OK)
        return code;
    const struct sam_db_param params[] = {sam_db_text(sam_span_of(queue)),
                                          sam_db_text(sam_span_of(from)),
                                          sam_db_int4s(a->arena, plan.weekdays, plan.n),
                                          sam_db_texts(a->arena, plan.begins, plan.n),
                                          sam_db_texts(a->arena, plan.ends, plan.n),
                                          sam_db_texts(a->arena, plan.agents, plan.n)};
    return app_session_call(&a->session, "staffing_set", params, SAM_COUNT(params), err);
}

enum app_exit command_staffing_set(const struct command *self, int argc, char **argv)
{
    struct wanted w;
    struct accounts a;
    struct sam_err err;
    if (read_words(self, argc, argv, &w, 2) != APP_DONE)
        return APP_USAGE;
    if (w.queue || w.team || w.to)
        return app_usage(self, "only --from and --config can be given");
    enum app_exit exit = accounts_open(&a, self, w.config);
    if (exit == APP_DONE && staffing_set(&a, argv[optind], argv[optind + 1], w.from, &err) != SAM_OK)
        exit = app_failed(self, &err);
    accounts_close(&a);
    return exit;
}

static enum app_exit list(const struct command *self, int argc, char **argv, const char *statement, const char *const *heads, size_t n)
{
    struct wanted w;
    struct accounts a;
    struct sam_err err;
    if (read_words(self, argc, argv, &w, 0) != APP_DONE)
        return APP_USAGE;
    enum app_exit exit = accounts_open(&a, self, w.config);
    if (exit == APP_DONE && app_session_call(&a.session, statement, NULL, 0, &err) != SAM_OK)
        exit = app_failed(self, &err);
    if (exit == APP_DONE)
        accounts_print(&a, heads, n);
    accounts_close(&a);
    return exit;
}

enum app_exit command_target_list(const struct command *self, int argc, char **argv)
{
    static const char *const heads[] = {"for", "figure", "value", "from", "to"};
    return list(self, argc, argv, "target_list", heads, SAM_COUNT(heads));
}

enum app_exit command_staffing_list(const struct command *self, int argc, char **argv)
{
    static const char *const heads[] = {"queue", "from day", "weekday", "from", "to", "agents"};
    return list(self, argc, argv, "staffing_list", heads, SAM_COUNT(heads));
}
