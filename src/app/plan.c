/*
 * Staffing plans read: each field is looked at here, so that a fault has its line; the database then needs no second opinion.
 */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum sam_code plan_load(struct sam_arena *arena, const char *file, size_t most, struct sam_span *out, struct sam_err *err)
{
    struct sam_buf buf = sam_buf_of(most);
    FILE *in = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    char piece[4096];
    size_t got = in ? fread(piece, 1, sizeof piece, in) : 0;
    for (; got > 0; got = fread(piece, 1, sizeof piece, in))
        sam_buf_add(&buf, piece, got);
    enum sam_code code = SAM_OK;
    if (!in || ferror(in))
        code = sam_fail(err, SAM_BAD_INPUT, "cannot read %s: %s", file, strerror(errno));
    else if (buf.failed)
        code = sam_fail(err, SAM_TOO_LARGE, "%s is larger than %zu bytes", file, most);
    else
        code = sam_arena_span(arena, sam_buf_get(&buf), out, err);
    if (in && in != stdin)
        (void)fclose(in);
    sam_buf_free(&buf);
    return code;
}

/* Cuts a field off at the next comma. */
static struct sam_span field(struct sam_span *rest)
{
    const char *comma = rest->len > 0 ? memchr(rest->at, ',', rest->len) : NULL;
    size_t len = comma ? (size_t)(comma - rest->at) : rest->len;
    struct sam_span out = sam_span_trim((struct sam_span){rest->at, len});
    rest->at += comma ? len + 1 : len;
    rest->len -= comma ? len + 1 : len;
    return out;
}

/* "3" or "1-5". */
static bool weekdays(struct sam_span text, int *first, int *last)
{
    bool one = text.len == 1, range = text.len == 3 && text.at[1] == '-';
    if (!one && !range)
        return false;
    *first = text.at[0] - '0';
    *last = text.at[text.len - 1] - '0';
    return *first >= 1 && *last <= 7 && *first <= *last;
}

/* "08:30", minutes after midnight; -1: it is none. */
static int minutes(struct sam_span text)
{
    int64_t hour = 0, minute = 0;
    struct sam_err ignored;
    if (text.len != 5 || text.at[2] != ':' || sam_span_int((struct sam_span){text.at, 2}, 0, 24, &hour, &ignored) != SAM_OK ||
        sam_span_int((struct sam_span){text.at + 3, 2}, 0, 59, &minute, &ignored) != SAM_OK || hour * 60 + minute > 1440)
        return -1;
    return (int)(hour * 60 + minute);
}

static enum sam_code row(struct plan *plan, struct sam_span line, struct sam_err *err)
{
    struct sam_span day = field(&line), begins = field(&line), ends = field(&line), agents = field(&line);
    int first = 0, last = 0;
    double n = 0;
    if (!weekdays(day, &first, &last))
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is no weekday: 1 (Monday) to 7, or a range such as 1-5", SAM_ARG(day));
    if (minutes(begins) < 0 || minutes(ends) < 0 || minutes(begins) >= minutes(ends))
        return sam_fail(err, SAM_BAD_INPUT, "from and to must be times such as 08:00,20:30, up to 24:00, in this order");
    if (sam_span_double(agents, &n, err) != SAM_OK || n < 0 || n > 50000)
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is no number of agents", SAM_ARG(agents));
    if (line.len > 0)
        return sam_fail(err, SAM_BAD_INPUT, "four fields are wanted: WEEKDAYS,FROM,TO,AGENTS");
    for (int d = first; d <= last; d++, plan->n++) {
        if (plan->n == PLAN_ROWS)
            return sam_fail(err, SAM_TOO_LARGE, "a plan has at most %d rows, one a weekday", PLAN_ROWS);
        plan->weekdays[plan->n] = d;
        plan->begins[plan->n] = begins;
        plan->ends[plan->n] = ends;
        plan->agents[plan->n] = agents;
    }
    return SAM_OK;
}

enum sam_code plan_read(struct sam_arena *arena, const char *file, struct sam_span text, struct plan *out, struct sam_err *err)
{
    struct plan plan = {.weekdays = sam_arena_array(arena, PLAN_ROWS, sizeof *plan.weekdays),
                        .begins = sam_arena_array(arena, PLAN_ROWS, sizeof *plan.begins),
                        .ends = sam_arena_array(arena, PLAN_ROWS, sizeof *plan.ends),
                        .agents = sam_arena_array(arena, PLAN_ROWS, sizeof *plan.agents)};
    if (!plan.weekdays || !plan.begins || !plan.ends || !plan.agents)
        return sam_arena_full(arena, err);
    struct sam_span line;
    for (int n = 1; sam_span_line(&text, &line); n++) {
        line = sam_span_trim(line);
        if (line.len == 0 || line.at[0] == '#')
            continue;
        if (row(&plan, line, err) != SAM_OK)
            return sam_wrap(err, "%s:%d", file, n);
    }
    if (plan.n == 0)
        return sam_fail(err, SAM_BAD_INPUT, "%s holds no plan: lines WEEKDAYS,FROM,TO,AGENTS", file);
    *out = plan;
    return SAM_OK;
}
