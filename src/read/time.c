/*
 * Times as sources write them: RFC 3339 (also with a blank for the T, without seconds, 1 to 9 digits of fraction), RFC 2822, epoch numbers
 * in s, ms, us or ns by their size, and local times without a zone, which get the source's zone and are marked so. What is no time becomes
 * unknown and a warning. A fraction of a second makes a time exact; whole seconds make it good to the second.
 */
#include "reader.h"

#include <math.h>

#define US    INT64_C(1000000)
#define DAY_S 86400
/** Times outside 1990-01-01 .. 2100-01-01 are mistakes. */
#define EARLIEST_S INT64_C(631152000)
#define LATEST_S   INT64_C(4102444800)

/** What is left to read of a text. */
struct cursor {
    const char *at, *end;
};

int64_t read_civil_us(int64_t year, int month, int day, int64_t second_of_day)
{
    /* days since 0000-03-01, as in Howard Hinnant's "chrono-compatible low-level date algorithms" */
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return ((era * 146097 + day_of_era - 719468) * DAY_S + second_of_day) * US;
}

void read_civil_date(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static bool digits(struct cursor *c, int least, int most, int *out)
{
    int value = 0, n = 0;
    for (; n < most && c->at < c->end && *c->at >= '0' && *c->at <= '9'; n++, c->at++)
        value = value * 10 + (*c->at - '0');
    *out = value;
    return n >= least;
}

static bool skip(struct cursor *c, const char *any)
{
    for (; *any; any++) {
        if (c->at < c->end && *c->at == *any) {
            c->at++;
            return true;
        }
    }
    return false;
}

static void blanks(struct cursor *c)
{
    while (skip(c, " \t"))
        continue;
}

/** A time of day and date on some clock, before its zone is known. */
struct wall {
    int year, month, day, hour, minute, second;
    int64_t fraction_us;
    bool fraction, zone;
    int offset_s; /* east of UTC, when zone */
};

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static bool wall_fits(const struct wall *w)
{
    if (w->month < 1 || w->month > 12 || w->day < 1 || w->day > days_in(w->year, w->month))
        return false;
    if (w->hour == 24) /* the end of the day */
        return w->minute == 0 && w->second == 0 && w->fraction_us == 0;
    return w->hour < 24 && w->minute < 60 && w->second <= 60; /* 60: a leap second */
}

static void fraction(struct cursor *c, struct wall *w)
{
    if (!skip(c, ".,"))
        return;
    int64_t unit = US / 10;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++, unit /= 10) {
        w->fraction_us += unit * (*c->at - '0');
        w->fraction = true;
    }
}

/** hh:mm[:ss[.fraction]]; '_' for ':' as in times made fit for file names. */
static bool clock_time(struct cursor *c, struct wall *w)
{
    if (!digits(c, 1, 2, &w->hour) || !skip(c, ":_") || !digits(c, 2, 2, &w->minute))
        return false;
    if (skip(c, ":_")) {
        if (!digits(c, 2, 2, &w->second))
            return false;
        fraction(c, w);
    }
    return true;
}

/** Z, +hh:mm, +hhmm, +hh, or one of the zone names that RFC 2822 knows. @return false when something else stands there */
static bool zone(struct cursor *c, struct wall *w)
{
    static const struct {
        const char *name;
        int hours;
    } names[] = {{"UTC", 0},  {"GMT", 0},  {"UT", 0},   {"Z", 0},    {"EST", -5}, {"EDT", -4},
                 {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}};
    blanks(c);
    struct sam_span rest = {c->at, (size_t)(c->end - c->at)};
    w->zone = rest.len > 0;
    if (rest.len == 0)
        return true;
    for (size_t i = 0; i < SAM_COUNT(names); i++) {
        if (sam_span_is_nocase(rest, names[i].name)) {
            w->offset_s = names[i].hours * 3600;
            c->at = c->end;
            return true;
        }
    }
    bool minus = *c->at == '-';
    int hours = 0, minutes = 0;
    if (!skip(c, "+-") || !digits(c, 2, 2, &hours))
        return false;
    skip(c, ":");
    if (c->at < c->end && !digits(c, 2, 2, &minutes))
        return false;
    w->offset_s = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    return hours <= 18 && minutes < 60;
}

static bool comment(struct cursor *c)
{
    blanks(c);
    if (skip(c, "(")) { /* "+0100 (CET)" */
        while (c->at < c->end && *c->at != ')')
            c->at++;
        if (!skip(c, ")"))
            return false;
        blanks(c);
    }
    return c->at == c->end;
}

static bool rfc3339(struct sam_span text, struct wall *w)
{
    struct cursor c = {text.at, text.at + text.len};
    if (!digits(&c, 4, 4, &w->year) || !skip(&c, "-/") || !digits(&c, 1, 2, &w->month) || !skip(&c, "-/") || !digits(&c, 1, 2, &w->day))
        return false;
    if (c.at == c.end) /* a date is its midnight */
        return wall_fits(w);
    if (!skip(&c, "Tt _"))
        return false;
    return clock_time(&c, w) && zone(&c, w) && c.at == c.end && wall_fits(w);
}

static bool month_name(struct cursor *c, int *month)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    if (c->end - c->at < 3)
        return false;
    for (size_t i = 0; i < SAM_COUNT(names); i++) {
        if (sam_span_is_nocase((struct sam_span){c->at, 3}, names[i])) {
            *month = (int)i + 1;
            c->at += 3;
            return true;
        }
    }
    return false;
}

/* "Mon," may stand in front and does not count. */
static void skip_weekday(struct cursor *c)
{
    const char *p = c->at;
    while (p < c->end && ((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z')))
        p++;
    if (p > c->at && p < c->end && *p == ',')
        c->at = p + 1;
}

/* "21 Nov 1997" and its old form "21-Nov-97". */
static bool date_of_mail(struct cursor *c, struct wall *w)
{
    blanks(c);
    if (!digits(c, 1, 2, &w->day) || !skip(c, " -"))
        return false;
    blanks(c);
    if (!month_name(c, &w->month) || !skip(c, " -"))
        return false;
    blanks(c);
    if (!digits(c, 2, 4, &w->year))
        return false;
    if (w->year < 100) /* RFC 2822 section 4.3 */
        w->year += w->year < 50 ? 2000 : 1900;
    return true;
}

static bool rfc2822(struct sam_span text, struct wall *w)
{
    struct cursor c = {text.at, text.at + text.len};
    skip_weekday(&c);
    if (!date_of_mail(&c, w))
        return false;
    blanks(&c);
    if (!clock_time(&c, w))
        return false;
    struct cursor end = c;
    while (end.at < end.end && *end.at != '(')
        end.at++;
    const char *stop = end.at;
    while (stop > c.at && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    c.end = stop;
    return zone(&c, w) && c.at == c.end && comment(&end) && wall_fits(w);
}

/* ---- to UTC ------------------------------------------------------------------------------------------------------ */

struct sam_time read_plausible(struct reader *r, struct sam_part *part, struct sam_time t, const struct place *place)
{
    const char *why = NULL;
    if (t.us < EARLIEST_S * US || t.us >= LATEST_S * US)
        why = "time.out_of_range";
    else if (r->set->now_us > 0 && t.us > r->set->now_us + r->set->future_max_ms * 1000)
        why = "time.future";
    if (!why)
        return t;
    read_warn(r, part, why, place);
    return (struct sam_time){0, SAM_QUALITY_UNKNOWN};
}

static struct sam_time of_wall(struct reader *r, struct sam_part *part, const struct wall *w, const struct place *place)
{
    int64_t second = w->hour * 3600 + w->minute * 60 + w->second;
    int64_t us = read_civil_us(w->year, w->month, w->day, second) + w->fraction_us;
    struct sam_time t = {us - w->offset_s * US, w->fraction ? SAM_QUALITY_EXACT : SAM_QUALITY_SECOND};
    if (!w->zone) {
        enum sam_zone_fit fit = SAM_ZONE_ONCE;
        t = (struct sam_time){sam_zone_utc(read_zone(r), us, &fit), SAM_QUALITY_ZONE_ASSUMED};
        read_warn(r, part, fit == SAM_ZONE_TWICE ? "time.ambiguous" : fit == SAM_ZONE_NEVER ? "time.skipped" : "time.no_zone", place);
    }
    return read_plausible(r, part, t, place);
}

/** An epoch number; its unit follows from its size, since plausible times in different units never meet. */
static struct sam_time of_epoch(struct reader *r, struct sam_part *part, double number, const struct place *place)
{
    double size = fabs(number);
    double us_each = size < 1e11 ? 1e6 : size < 1e14 ? 1e3 : size < 1e17 ? 1 : 1e-3;
    bool whole_s = us_each > 1e5 && fabs(number - nearbyint(number)) < 1e-9;
    double us = number * us_each;
    if (fabs(us) > 9e18) {
        read_warn(r, part, "time.out_of_range", place);
        return (struct sam_time){0, SAM_QUALITY_UNKNOWN};
    }
    return read_plausible(r, part, (struct sam_time){llround(us), whole_s ? SAM_QUALITY_SECOND : SAM_QUALITY_EXACT}, place);
}

static bool looks_number(struct sam_span text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((text.at[i] < '0' || text.at[i] > '9') && text.at[i] != '.')
            return false;
    }
    return text.len >= 9;
}

struct sam_time read_time_text(struct reader *r, struct sam_part *part, struct sam_span text, const struct place *place)
{
    struct wall w = {0};
    struct sam_err err;
    double number = 0;
    text = sam_span_trim(text);
    if (text.len == 0)
        return (struct sam_time){0, SAM_QUALITY_UNKNOWN};
    if (looks_number(text) && sam_span_double(text, &number, &err) == SAM_OK)
        return of_epoch(r, part, number, place);
    if (rfc3339(text, &w))
        return of_wall(r, part, &w, place);
    w = (struct wall){0};
    if (rfc2822(text, &w))
        return of_wall(r, part, &w, place);
    read_warn(r, part, "time.invalid", place);
    return (struct sam_time){0, SAM_QUALITY_UNKNOWN};
}

struct sam_time read_time(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place)
{
    const struct sam_time unknown = {0, SAM_QUALITY_UNKNOWN};
    double number = 0;
    if (read_is_null(value))
        return unknown;
    if (value->type == SAM_JSON_STRING)
        return read_time_text(r, part, value->text, place);
    if (value->type == SAM_JSON_NUMBER && sam_json_double(value, false, &number))
        return of_epoch(r, part, number, place);
    if (value->type == SAM_JSON_OBJECT) { /* the canonical form of a time that is not what its text shows */
        enum sam_quality quality = SAM_QUALITY_UNKNOWN;
        struct sam_time t = read_time_text(r, part, sam_json_text(value, "time"), place);
        if (t.quality != SAM_QUALITY_UNKNOWN && sam_quality_find(sam_json_text(value, "quality"), &quality) &&
            quality != SAM_QUALITY_UNKNOWN)
            t.quality = quality;
        return t;
    }
    read_warn(r, part, "time.invalid", place);
    return unknown;
}
