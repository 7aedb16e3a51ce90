/*
 * Values of settings: text with units in, numbers out, and the words for what a value must be.
 */
#include "settings.h"

#include <string.h>

struct unit {
    const char *name;
    double factor;
};
/* The first name of each size is the one that messages use; the last row has no name. */
static const struct unit durations[] = {{"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};
static const struct unit sizes[] = {{"GiB", 1073741824.0}, {"MiB", 1048576}, {"KiB", 1024}, {"B", 1}, {NULL, 0}};

static const struct unit *units_of(enum setting_type type)
{
    return type == SETTING_DURATION ? durations : type == SETTING_BYTES ? sizes : NULL;
}

static bool whole(double value)
{
    double rest = value - (double)(int64_t)value;
    return rest < 1e-9 && rest > -1e-9;
}

/* Appends a number with the largest unit that leaves it whole. */
static void put_number(struct sam_buf *buf, const struct setting *row, double value)
{
    const struct unit *unit = units_of(row->type);
    if (!unit) {
        sam_buf_json_number(buf, value);
        return;
    }
    while (unit->factor > 1 && (value < unit->factor || !whole(value / unit->factor)))
        unit++;
    sam_buf_json_number(buf, value / unit->factor);
    sam_buf_printf(buf, " %s", unit->name);
}

static const char *form_name(enum setting_type type)
{
    switch (type) {
    case SETTING_TEXT:
        return "a text";
    case SETTING_PATH:
        return "a path that begins with /";
    case SETTING_BOOL:
        return "yes or no";
    case SETTING_INT:
        return "a whole number";
    case SETTING_BYTES:
        return "a size in B, KiB, MiB or GiB";
    case SETTING_DURATION:
        return "a time in ms, s, min, h or d";
    case SETTING_RATIO:
        return "a ratio such as 0.8 or 80 %";
    case SETTING_LIST:
        return "a list separated by commas";
    case SETTING_ADDRESS:
        return "HOST:PORT, [IPV6]:PORT, *:PORT or unix:/PATH";
    case SETTING_CHOICE:
        return "one of:";
    }
    return "";
}

void app_setting_form(struct sam_buf *buf, const struct setting *row)
{
    sam_buf_text(buf, form_name(row->type));
    if (row->type == SETTING_CHOICE) {
        sam_buf_printf(buf, " %s", row->choices);
    } else if (row->max > row->min) {
        sam_buf_text(buf, " between ");
        put_number(buf, row, row->min);
        sam_buf_text(buf, " and ");
        put_number(buf, row, row->max);
        if (row->unit)
            sam_buf_printf(buf, " %s", row->unit);
    }
}

static enum sam_code refuse(const struct setting *row, struct sam_span text, struct sam_err *err)
{
    char form[300];
    struct sam_buf buf = {form, 0, sizeof form, sizeof form, false};
    app_setting_form(&buf, row);
    return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\": must be %.*s", SAM_ARG(text), SAM_ARG(sam_buf_get(&buf)));
}

/* Splits "12 min" into its number and its unit. */
static bool number_and_unit(struct sam_span text, double *number, struct sam_span *unit)
{
    size_t len = 0;
    struct sam_err ignored;
    while (len < text.len && strchr("+-.0123456789", text.at[len]) && text.at[len] != '\0')
        len++;
    *unit = sam_span_trim((struct sam_span){text.at + len, text.len - len});
    return sam_span_double((struct sam_span){text.at, len}, number, &ignored) == SAM_OK;
}

/* The unit's factor, or 0 when the type does not know it. Only a zero needs no unit. */
static double factor_of(const struct setting *row, struct sam_span name, double number)
{
    const struct unit *unit = units_of(row->type);
    if (row->type == SETTING_RATIO)
        return name.len == 0 ? 1 : sam_span_is(name, "%") ? 0.01 : 0;
    if (!unit)
        return name.len == 0 || (row->unit && sam_span_is(name, row->unit)) ? 1 : 0;
    if (name.len == 0)
        return number > 0 || number < 0 ? 0 : 1;
    while (unit->name && !sam_span_is_nocase(name, unit->name))
        unit++;
    return unit->factor;
}

static enum sam_code read_number(const struct setting *row, struct sam_span text, double *out, struct sam_err *err)
{
    double number = 0;
    struct sam_span unit = SAM_NO_SPAN;
    if (!number_and_unit(text, &number, &unit))
        return refuse(row, text, err);
    double factor = factor_of(row, unit, number);
    double value = number * factor;
    if (!(factor > 0) || value < row->min || value > row->max || (row->type != SETTING_RATIO && !whole(value)))
        return refuse(row, text, err);
    *out = value;
    return SAM_OK;
}

static enum sam_code read_bool(const struct setting *row, struct sam_span text, bool *out, struct sam_err *err)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};
    for (size_t i = 0; i < SAM_COUNT(words); i++)
        if (sam_span_is_nocase(text, words[i])) {
            *out = i % 2 == 1;
            return SAM_OK;
        }
    return refuse(row, text, err);
}

static enum sam_code read_choice(const struct setting *row, struct sam_span text, int64_t *out, struct sam_err *err)
{
    struct sam_span rest = sam_span_of(row->choices);
    for (int64_t i = (int64_t)row->min; rest.len > 0; i++) {
        const char *blank = memchr(rest.at, ' ', rest.len);
        size_t len = blank ? (size_t)(blank - rest.at) : rest.len;
        if (sam_span_equal(text, (struct sam_span){rest.at, len})) {
            *out = i;
            return SAM_OK;
        }
        rest = sam_span_trim((struct sam_span){rest.at + len, rest.len - len});
    }
    return refuse(row, text, err);
}

static bool is_address(struct sam_span text)
{
    struct sam_err ignored;
    int64_t port = 0;
    size_t colon = text.len;
    if (sam_span_starts(text, "unix:/"))
        return true;
    while (colon > 0 && text.at[colon - 1] != ':')
        colon--;
    if (colon < 2)
        return false;
    struct sam_span host = {text.at, colon - 1};
    bool bracketed = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
    return (bracketed || (!memchr(host.at, ':', host.len) && host.at[0] != '[')) &&
           sam_span_int((struct sam_span){text.at + colon, text.len - colon}, 0, UINT16_MAX, &port, &ignored) == SAM_OK;
}

static enum sam_code read_text(struct sam_arena *arena, const struct setting *row, struct sam_span text, struct sam_span *out,
                               struct sam_err *err)
{
    struct sam_span copy = SAM_NO_SPAN;
    if (sam_arena_span(arena, text, &copy, err) != SAM_OK || (row->check && row->check(copy, err) != SAM_OK))
        return err->code;
    *out = copy;
    return SAM_OK;
}

static enum sam_code read_list(struct sam_arena *arena, struct sam_span text, struct app_list *out, struct sam_err *err)
{
    struct sam_vec items = sam_vec_of(sizeof(struct sam_span), 1000);
    while (text.len > 0) {
        const char *comma = memchr(text.at, ',', text.len);
        size_t len = comma ? (size_t)(comma - text.at) : text.len;
        struct sam_span item = sam_span_trim((struct sam_span){text.at, len});
        text = (struct sam_span){text.at + len + (comma != NULL), text.len - len - (comma != NULL)};
        if (item.len == 0)
            continue;
        struct sam_span *place = sam_vec_add(&items, arena);
        if (!place)
            return items.n >= items.max ? sam_fail(err, SAM_BAD_INPUT, "more than %zu items", items.max) : sam_arena_full(arena, err);
        if (sam_arena_span(arena, item, place, err) != SAM_OK)
            return err->code;
    }
    *out = (struct app_list){items.at, items.n};
    return SAM_OK;
}

enum sam_code app_setting_value(struct sam_arena *arena, const struct setting *row, struct sam_span text, struct app_settings *out,
                                struct sam_err *err)
{
    void *field = (char *)out + row->at;
    double number = 0;
    switch (row->type) {
    case SETTING_PATH:
        if (text.len > 0 && text.at[0] != '/')
            return refuse(row, text, err);
        return sam_arena_span(arena, text, field, err);
    case SETTING_ADDRESS:
        return is_address(text) ? sam_arena_span(arena, text, field, err) : refuse(row, text, err);
    case SETTING_TEXT:
        return read_text(arena, row, text, field, err);
    case SETTING_BOOL:
        return read_bool(row, text, field, err);
    case SETTING_LIST:
        return read_list(arena, text, field, err);
    case SETTING_CHOICE:
        return read_choice(row, text, field, err);
    case SETTING_RATIO:
        return read_number(row, text, field, err);
    case SETTING_INT:
    case SETTING_BYTES:
    case SETTING_DURATION:
        if (read_number(row, text, &number, err) != SAM_OK)
            return err->code;
        *(int64_t *)field = (int64_t)(number + (number < 0 ? -0.5 : 0.5));
        return SAM_OK;
    }
    return SAM_OK;
}

static bool same_list(const struct app_list *a, const struct app_list *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = sam_span_equal(a->items[i], b->items[i]);
    return same;
}

static size_t size_of(enum setting_type type)
{
    switch (type) {
    case SETTING_TEXT:
    case SETTING_PATH:
    case SETTING_ADDRESS:
        return sizeof(struct sam_span);
    case SETTING_LIST:
        return sizeof(struct app_list);
    case SETTING_BOOL:
        return sizeof(bool);
    case SETTING_RATIO:
        return sizeof(double);
    case SETTING_INT:
    case SETTING_BYTES:
    case SETTING_DURATION:
    case SETTING_CHOICE:
        break;
    }
    return sizeof(int64_t);
}

enum sam_code app_day(struct sam_span text, int64_t *day, struct sam_err *err)
{
    static const int64_t before[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    int64_t y, m, d;
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-' ||
        sam_span_int((struct sam_span){text.at, 4}, 1971, 2999, &y, err) != SAM_OK ||
        sam_span_int((struct sam_span){text.at + 5, 2}, 1, 12, &m, err) != SAM_OK ||
        sam_span_int((struct sam_span){text.at + 8, 2}, 1, 31, &d, err) != SAM_OK)
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\" is not a day like 2026-03-31", SAM_ARG(text));
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (d > before[m] - before[m - 1] + (m == 2 && leap))
        return sam_fail(err, SAM_BAD_INPUT, "\"%.*s\": the month has no such day", SAM_ARG(text));
    const int64_t last = y - 1;
    *day = (y - 1970) * 365 + last / 4 - last / 100 + last / 400 - 477 + before[m - 1] + (m > 2 && leap) + d - 1;
    return SAM_OK;
}

enum sam_code app_date_check(struct sam_span text, struct sam_err *err)
{
    int64_t day = 0;
    return text.len == 0 ? SAM_OK : app_day(text, &day, err);
}

bool app_agents_shown(const struct app_settings *settings)
{
    return settings->privacy_agent_names != APP_NAMES_HIDDEN && settings->privacy_agent_purpose.len > 0 &&
           settings->privacy_agent_notice.len > 0;
}

bool app_setting_same(const struct setting *row, const struct app_settings *a, const struct app_settings *b)
{
    const void *one = (const char *)a + row->at, *other = (const char *)b + row->at;
    bool text = row->type == SETTING_TEXT || row->type == SETTING_PATH || row->type == SETTING_ADDRESS;
    if (text)
        return sam_span_equal(*(const struct sam_span *)one, *(const struct sam_span *)other);
    return row->type == SETTING_LIST ? same_list(one, other) : memcmp(one, other, size_of(row->type)) == 0;
}

void app_setting_copy(const struct setting *row, const struct app_settings *from, struct app_settings *to)
{
    memcpy((char *)to + row->at, (const char *)from + row->at, size_of(row->type));
}
