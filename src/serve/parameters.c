/*
 * Query parameters: a table of what each may be. Unknown, doubled or wrong ones are refused by name: a filter that is silently dropped
 * shows other people's numbers as the filtered ones.
 */
#include "serve.h"

#include <string.h>

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200
#define LIMIT_CSV     10000

struct reading {
    struct sam_http_request *request;
    const char *name;
    struct sam_span value;
    struct parameters *out;
    struct sam_err err;
};
typedef bool (*reader)(struct reading *r);

static bool wrong(struct reading *r, const char *what)
{
    (void)sam_fail(&r->err, SAM_BAD_INPUT, "%s must be %s", r->name, what);
    return false;
}

static bool is_date(struct sam_span s)
{
    static const char shape[] = "dddd-dd-dd";
    bool right = s.len == sizeof shape - 1;
    for (size_t i = 0; right && i < s.len; i++)
        right = shape[i] == 'd' ? s.at[i] >= '0' && s.at[i] <= '9' : s.at[i] == shape[i];
    if (!right)
        return false;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year = (s.at[0] - '0') * 1000 + (s.at[1] - '0') * 100 + (s.at[2] - '0') * 10 + s.at[3] - '0';
    int month = (s.at[5] - '0') * 10 + s.at[6] - '0', day = (s.at[8] - '0') * 10 + s.at[9] - '0';
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] + (leap && month == 2);
}

static bool date(struct reading *r, struct sam_span *out)
{
    *out = r->value;
    return is_date(r->value) || wrong(r, "a day, YYYY-MM-DD, from 1970 on");
}

static bool from(struct reading *r)
{
    return date(r, &r->out->from);
}

static bool to(struct reading *r)
{
    return date(r, &r->out->to);
}

static const char *word(struct sam_span value, const char *const *words)
{
    for (; *words; words++)
        if (sam_span_is(value, *words))
            return *words;
    return NULL;
}

static bool interval(struct reading *r)
{
    static const char *const words[] = {"half_hour", "day", "week", NULL};
    r->out->interval = word(r->value, words);
    return r->out->interval || wrong(r, "half_hour, day or week");
}

static bool table(struct reading *r)
{
    static const char *const words[] = {"series", "queues", NULL};
    r->out->table = word(r->value, words);
    return r->out->table || wrong(r, "series or queues");
}

static bool format(struct reading *r)
{
    static const char *const words[] = {"json", "csv", NULL};
    r->out->csv = sam_span_is(r->value, "csv");
    return word(r->value, words) || wrong(r, "json or csv");
}

static bool queue(struct reading *r)
{
    if (r->value.len == 0 || r->value.len > 1000 || r->out->queues_n == VALUES_MAX)
        return wrong(r, "a queue's name, at most 50 of them");
    r->out->queues[r->out->queues_n++] = r->value;
    return true;
}

static bool channel(struct reading *r)
{
    enum sam_channel value;
    if (!sam_channel_find(r->value, &value) || r->out->channels_n == VALUES_MAX)
        return wrong(r, "unknown, voice, chat, email, sms, video or task");
    r->out->channels[r->out->channels_n++] = (int32_t)value;
    return true;
}

static bool language(struct reading *r)
{
    for (int value = 0; value < SAM_LANGUAGES; value++)
        if (sam_span_is(r->value, sam_language_name((enum sam_language)value)) && r->out->languages_n < VALUES_MAX) {
            r->out->languages[r->out->languages_n++] = value;
            return true;
        }
    return wrong(r, "und, da, nb, nn, sv, en or other");
}

static bool yes_no(struct reading *r, enum yes_no *out)
{
    *out = sam_span_is(r->value, "true") ? ASKED_YES : ASKED_NO;
    return *out == ASKED_YES || sam_span_is(r->value, "false") || wrong(r, "true or false");
}

static bool scored(struct reading *r)
{
    return yes_no(r, &r->out->scored);
}

static bool missed(struct reading *r)
{
    return yes_no(r, &r->out->missed);
}

static bool gap(struct reading *r)
{
    return yes_no(r, &r->out->gap);
}

static bool undated(struct reading *r)
{
    return yes_no(r, &r->out->undated);
}

static bool quadrant(struct reading *r)
{
    static const char *const words[] = {"short_rich", "long_rich", "short_poor", "long_poor", NULL};
    r->out->quadrant = r->value;
    return word(r->value, words) || wrong(r, "short_rich, long_rich, short_poor or long_poor");
}

static bool derived(struct reading *r)
{
    return yes_no(r, &r->out->derived);
}

static bool incomplete(struct reading *r)
{
    return yes_no(r, &r->out->incomplete);
}

static bool cursor(struct reading *r)
{
    r->out->cursor = r->value;
    return (r->value.len > 0 && r->value.len <= 200) || wrong(r, "the next_cursor of the page before");
}

static bool limit(struct reading *r)
{
    int64_t value = 0;
    struct sam_err err;
    if (sam_span_int(r->value, 1, LIMIT_CSV, &value, &err) != SAM_OK)
        return wrong(r, "a whole number from 1 to 200 (10000 for CSV)");
    r->out->limit = (int32_t)value;
    return true;
}

static bool source(struct reading *r)
{
    r->out->source = r->value;
    return (r->value.len > 0 && r->value.len <= 200) || wrong(r, "a name of 1 to 200 bytes");
}

static bool kind(struct reading *r)
{
    enum sam_kind value;
    r->out->kind = r->value;
    return sam_kind_find(r->value, &value) || wrong(r, "conversation, record, transcript, survey, outcome or event");
}

static const struct {
    const char *name;
    reader read;
    enum parameter bit;
    bool repeats;
} known[] = {
    {"from", from, P_FROM, false},
    {"to", to, P_TO, false},
    {"interval", interval, P_INTERVAL, false},
    {"queue", queue, P_QUEUE, true},
    {"channel", channel, P_CHANNEL, true},
    {"language", language, P_LANGUAGE, true},
    {"format", format, P_FORMAT, false},
    {"table", table, P_TABLE, false},
    {"scored", scored, P_SCORED, false},
    {"missed", missed, P_MISSED, false},
    {"gap", gap, P_GAP, false},
    {"undated", undated, P_UNDATED, false},
    {"quadrant", quadrant, P_QUADRANT, false},
    {"derived", derived, P_DERIVED, false},
    {"incomplete", incomplete, P_INCOMPLETE, false},
    {"cursor", cursor, P_CURSOR, false},
    {"limit", limit, P_LIMIT, false},
    {"source", source, P_SOURCE, false},
    {"kind", kind, P_KIND, false},
};

/* The name is the asker's: what a problem says of it is cut and escaped by http. */
static bool refuse(struct sam_http_request *request, struct sam_span name, const char *why)
{
    char text[64];
    size_t n = name.len < sizeof text - 1 ? name.len : sizeof text - 1;
    memcpy(text, name.at, n);
    text[n] = 0;
    sam_http_problem(request, 400, "bad_parameter", text, "%s", why);
    return false;
}

static bool read_one(struct reading *r, struct sam_span name, unsigned allowed, unsigned *seen)
{
    for (size_t i = 0; i < SAM_COUNT(known); i++) {
        if (!(allowed & known[i].bit) || !sam_span_is(name, known[i].name))
            continue;
        if ((*seen & known[i].bit) && !known[i].repeats)
            return refuse(r->request, name, "this parameter may come only once");
        *seen |= known[i].bit;
        r->name = known[i].name;
        return known[i].read(r) || refuse(r->request, name, r->err.text);
    }
    return refuse(r->request, name, "this path has no such parameter");
}

/* False: a problem was answered. */
bool parameters_read(struct sam_http_request *request, unsigned allowed, struct parameters *out)
{
    size_t n = 0;
    unsigned seen = 0;
    const struct sam_http_pair *pairs = sam_http_query(request, &n);
    *out = (struct parameters){.interval = "day", .table = "series"};
    struct sam_span accept = sam_http_header(request, "Accept");
    out->csv = (allowed & P_FORMAT) && sam_span_starts(accept, "text/csv");
    struct reading r = {.request = request, .out = out};
    for (size_t i = 0; i < n; i++) {
        r.value = pairs[i].value;
        if (!read_one(&r, pairs[i].name, allowed, &seen))
            return false;
    }
    if (out->from.at && out->to.at && sam_span_compare(out->from, out->to) > 0)
        return refuse(request, SAM_SPAN("from"), "from is after to");
    if (out->limit == 0)
        out->limit = out->csv ? LIMIT_CSV : LIMIT_DEFAULT;
    if (!out->csv && out->limit > LIMIT_MAX)
        return refuse(request, SAM_SPAN("limit"), "limit must be a whole number from 1 to 200");
    return true;
}

/* Null when nothing is asked for: all. */
struct sam_db_param param_texts(struct sam_arena *arena, const struct sam_span *values, size_t n)
{
    return n > 0 ? sam_db_texts(arena, values, n) : sam_db_null();
}

struct sam_db_param param_int4s(struct sam_arena *arena, const int32_t *values, size_t n)
{
    return n > 0 ? sam_db_int4s(arena, values, n) : sam_db_null();
}
