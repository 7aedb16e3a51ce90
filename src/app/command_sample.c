/*
 * samtaled sample: writes weeks of a small contact centre's messages as native JSON Lines, for demos and trials. Nobody in them is real.
 */
#include "samtale/loop.h"
#include "samtale/samples.h"

#include "rules.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define SAMPLE_ARENA ((size_t)512 * 1024 * 1024)
#define DAY_US       (INT64_C(86400) * 1000000)

static enum sam_code print_line(void *context, struct sam_span line, struct sam_err *err)
{
    FILE *out = context;
    if (fwrite(line.at, 1, line.len, out) != line.len || fputc('\n', out) == EOF)
        return sam_fail(err, SAM_SYSTEM, "cannot write: %s", strerror(errno));
    return SAM_OK;
}

/* Reads the options. @return whether they are right; err tells why not */
static enum sam_code read_options(int argc, char **argv, struct sam_samples *samples, const char **plan_of, struct sam_err *err)
{
    static const struct option options[] = {{"seed", required_argument, NULL, 's'},
                                            {"weeks", required_argument, NULL, 'w'},
                                            {"end", required_argument, NULL, 'e'},
                                            {"plan", required_argument, NULL, 'p'},
                                            {NULL, 0, NULL, 0}};
    int64_t value = 0;
    int which = 0;
    enum sam_code code = SAM_OK;
    opterr = 0;
    for (int c; code == SAM_OK && (c = getopt_long(argc, argv, "", options, &which)) != -1;) {
        if (c == 's' && (code = sam_span_int(sam_span_of(optarg), 0, INT64_MAX, &value, err)) == SAM_OK)
            samples->seed = (uint64_t)value;
        else if (c == 'w' && (code = sam_span_int(sam_span_of(optarg), 1, SAM_SAMPLES_WEEKS_MAX, &value, err)) == SAM_OK)
            samples->weeks = (int32_t)value;
        else if (c == 'e')
            code = app_day(sam_span_of(optarg), &samples->end_day, err);
        else if (c == 'p')
            *plan_of = optarg;
        else if (c == '?')
            return sam_fail(err, SAM_BAD_INPUT, "\"%s\" is not an option of it, or lacks its value", argv[optind - 1]);
        if (code != SAM_OK)
            return sam_wrap(err, "--%s", options[which].name);
    }
    if (optind < argc)
        return sam_fail(err, SAM_BAD_INPUT, "takes options only, but \"%s\" was given", argv[optind]);
    return SAM_OK;
}

enum app_exit command_sample(const struct command *self, int argc, char **argv)
{
    struct sam_samples samples = {.seed = 1, .weeks = 8, .end_day = sam_clock_wall_us() / DAY_US - 1};
    struct sam_err err;
    const char *plan_of = NULL;
    if (read_options(argc, argv, &samples, &plan_of, &err) != SAM_OK)
        return app_usage(self, "%s", err.text);
    if (plan_of)
        return sam_samples_plan(sam_span_of(plan_of), print_line, stdout, &err) == SAM_OK ? APP_DONE : app_failed(self, &err);
    struct sam_arena *arena = sam_arena_new(SAMPLE_ARENA);
    if (!arena) {
        (void)sam_fail(&err, SAM_NO_MEMORY, "no memory");
        return app_failed(self, &err);
    }
    struct sam_samples_made made;
    const enum sam_code code = sam_samples_write(&samples, arena, print_line, stdout, &made, &err);
    sam_arena_free(arena);
    if (code != SAM_OK)
        return app_failed(self, &err);
    (void)fprintf(stderr, "%u conversations, %u of them with a transcript, in %u messages\n", made.conversations, made.transcripts,
                  made.messages);
    return APP_DONE;
}
