/*
 * Time zones from TZif files (RFC 8536): the list of changes and, after the last of them, the rule in the file's footer (a POSIX TZ text).
 * Pure: the bytes come from the caller. A local time that the clock showed twice is the earlier instant; one that it jumped over moves
 * forward by the gap. Never reads beyond the bytes given, whatever they claim.
 */
#include "reader.h"

#include <string.h>

#define US    INT64_C(1000000)
#define DAY_S INT64_C(86400)

/** When a POSIX rule changes the clock: day in one of three forms, and the second of that local day. */
struct change {
    enum { DAY_OF_WEEK, DAY_OF_YEAR, DAY_JULIAN } form;
    int month, week, day; /* Mm.w.d; or n in day */
    int64_t second;
};
/** The rule after the last change. */
struct rule {
    bool known, summer;
    int64_t winter_s, summer_s; /* east of UTC */
    struct change start, end;
};
struct sam_zone {
    size_t n;
    const int64_t *at_s;     /* UTC seconds of each change */
    const int32_t *offset_s; /* in force from it */
    int32_t first_s;         /* before the first */
    struct rule rule;
};

static uint64_t be(const char *at, int bytes)
{
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | (unsigned char)at[i];
    return value;
}

/* ---- the footer --------------------------------------------------------------------------------------------------- */

struct text {
    const char *at, *end;
};

static bool number(struct text *t, int64_t max, int64_t *out)
{
    int64_t value = 0;
    const char *start = t->at;
    for (; t->at < t->end && *t->at >= '0' && *t->at <= '9' && value <= max; t->at++)
        value = value * 10 + (*t->at - '0');
    *out = value;
    return t->at > start && value <= max;
}

static bool one(struct text *t, char c)
{
    bool there = t->at < t->end && *t->at == c;
    t->at += there;
    return there;
}

static bool name(struct text *t)
{
    const char *start = t->at;
    if (one(t, '<')) {
        while (t->at < t->end && *t->at != '>')
            t->at++;
        return one(t, '>');
    }
    while (t->at < t->end && ((*t->at >= 'A' && *t->at <= 'Z') || (*t->at >= 'a' && *t->at <= 'z')))
        t->at++;
    return t->at - start >= 3;
}

/** [+-]hh[:mm[:ss]] in seconds */
static bool hms(struct text *t, int64_t *out)
{
    int64_t h = 0, m = 0, s = 0;
    bool minus = one(t, '-');
    if (!minus)
        one(t, '+');
    if (!number(t, 167, &h))
        return false;
    if (one(t, ':') && (!number(t, 59, &m) || (one(t, ':') && !number(t, 59, &s))))
        return false;
    *out = (h * 3600 + m * 60 + s) * (minus ? -1 : 1);
    return true;
}

static bool change(struct text *t, struct change *c)
{
    int64_t a = 0, b = 0, d = 0;
    c->second = 7200;
    if (one(t, 'M')) {
        if (!number(t, 12, &a) || !one(t, '.') || !number(t, 5, &b) || !one(t, '.') || !number(t, 6, &d) || a < 1 || b < 1)
            return false;
        c->form = DAY_OF_WEEK;
    } else {
        c->form = one(t, 'J') ? DAY_JULIAN : DAY_OF_YEAR;
        if (!number(t, 365, &d))
            return false;
    }
    c->month = (int)a;
    c->week = (int)b;
    c->day = (int)d;
    return !one(t, '/') || hms(t, &c->second);
}

static struct rule rule_of(struct sam_span footer)
{
    struct text t = {footer.at, footer.at + footer.len};
    struct rule rule = {.known = false};
    int64_t west = 0;
    if (!name(&t) || !hms(&t, &west))
        return rule;
    rule.winter_s = -west;
    rule.summer_s = rule.winter_s + 3600;
    if (t.at == t.end) {
        rule.known = true;
        return rule;
    }
    if (!name(&t))
        return rule;
    if (t.at < t.end && *t.at != ',') {
        if (!hms(&t, &west))
            return rule;
        rule.summer_s = -west;
    }
    if (!one(&t, ',') || !change(&t, &rule.start) || !one(&t, ',') || !change(&t, &rule.end))
        return rule;
    rule.known = rule.summer = true;
    return rule;
}

/** Local second since 1970 at which a change happens in a year, on the clock that was in force before it. */
static int64_t change_s(const struct change *c, int64_t year)
{
    int64_t new_year = read_civil_us(year, 1, 1, 0) / US;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (c->form == DAY_OF_YEAR)
        return new_year + c->day * DAY_S + c->second;
    if (c->form == DAY_JULIAN)
        return new_year + (c->day - 1 + (leap && c->day >= 60)) * DAY_S + c->second;
    int64_t first = read_civil_us(year, c->month, 1, 0) / US / DAY_S;
    int64_t next = read_civil_us(c->month == 12 ? year + 1 : year, c->month == 12 ? 1 : c->month + 1, 1, 0) / US / DAY_S;
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t day = first + (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
    while (day >= next)
        day -= 7;
    return day * DAY_S + c->second;
}

static int64_t rule_offset_s(const struct rule *rule, int64_t utc_s)
{
    int64_t year = 0;
    int month = 0, day = 0;
    if (!rule->summer)
        return rule->winter_s;
    int64_t local = utc_s + rule->winter_s;
    read_civil_date((local >= 0 ? local : local - DAY_S + 1) / DAY_S, &year, &month, &day);
    int64_t start = change_s(&rule->start, year) - rule->winter_s;
    int64_t end = change_s(&rule->end, year) - rule->summer_s;
    bool summer = start < end ? utc_s >= start && utc_s < end : !(utc_s >= end && utc_s < start);
    return summer ? rule->summer_s : rule->winter_s;
}

/* ---- the file ------------------------------------------------------------------------------------------------------ */

/** One data block: its counts and where its bytes are. */
struct block {
    uint32_t isutc, isstd, leap, time, type, chars;
    size_t size; /* of header and data */
};

static bool block_of(struct sam_span file, size_t at, int time_bytes, struct block *b)
{
    if (at > file.len || file.len - at < 44 || memcmp(file.at + at, "TZif", 4) != 0)
        return false;
    const char *counts = file.at + at + 20;
    uint32_t n[6];
    for (int i = 0; i < 6; i++) {
        n[i] = (uint32_t)be(counts + 4 * i, 4);
        if (n[i] > 100000)
            return false;
    }
    *b = (struct block){n[0], n[1], n[2], n[3], n[4], n[5], 0};
    b->size = 44 + (size_t)b->time * ((size_t)time_bytes + 1) + (size_t)b->type * 6 + b->chars +
              (size_t)b->leap * ((size_t)time_bytes + 4) + b->isstd + b->isutc;
    return b->type > 0 && b->size <= file.len - at;
}

static enum sam_code changes_of(struct sam_arena *arena, const char *data, const struct block *b, int time_bytes, struct sam_zone *zone,
                                struct sam_err *err)
{
    int64_t *at_s = sam_arena_array(arena, b->time, sizeof(*at_s));
    int32_t *offset_s = sam_arena_array(arena, b->time, sizeof(*offset_s));
    if (!at_s || !offset_s)
        return sam_arena_full(arena, err);
    const char *indexes = data + (size_t)b->time * (size_t)time_bytes;
    const char *types = indexes + b->time;
    for (size_t i = 0; i < b->time; i++) {
        uint64_t bits = be(data + i * (size_t)time_bytes, time_bytes);
        size_t type = (unsigned char)indexes[i];
        at_s[i] = time_bytes == 8 ? (int64_t)bits : (int32_t)(uint32_t)bits;
        if (type >= b->type || (i > 0 && at_s[i] <= at_s[i - 1]))
            return sam_fail(err, SAM_BAD_INPUT, "time zone: change %zu is out of order or of no type", i);
        offset_s[i] = (int32_t)(uint32_t)be(types + 6 * type, 4);
    }
    zone->n = b->time;
    zone->at_s = at_s;
    zone->offset_s = offset_s;
    zone->first_s = (int32_t)(uint32_t)be(types, 4);
    return SAM_OK;
}

enum sam_code sam_zone_read(struct sam_arena *arena, struct sam_span tzif, const struct sam_zone **out, struct sam_err *err)
{
    struct block b;
    size_t at = 0;
    int time_bytes = 4;
    if (!block_of(tzif, 0, 4, &b))
        return sam_fail(err, SAM_BAD_INPUT, "time zone: no TZif file");
    if (tzif.at[4] >= '2') { /* the same again with 64 bits, then the footer */
        at = b.size;
        time_bytes = 8;
        if (!block_of(tzif, at, 8, &b))
            return sam_fail(err, SAM_BAD_INPUT, "time zone: the 64-bit part is cut");
    }
    struct sam_zone *zone = sam_arena_alloc(arena, sizeof(*zone));
    if (!zone)
        return sam_arena_full(arena, err);
    enum sam_code code = changes_of(arena, tzif.at + at + 44, &b, time_bytes, zone, err);
    if (code != SAM_OK)
        return code;
    struct sam_span footer = {tzif.at + at + b.size, tzif.len - at - b.size};
    if (time_bytes == 8)
        zone->rule = rule_of(sam_span_trim(footer));
    *out = zone;
    return SAM_OK;
}

/* ---- use ------------------------------------------------------------------------------------------------------------- */

static int64_t offset_at(const struct sam_zone *zone, int64_t utc_s)
{
    if (zone->n == 0)
        return zone->rule.known ? rule_offset_s(&zone->rule, utc_s) : zone->first_s;
    if (utc_s < zone->at_s[0])
        return zone->first_s;
    if (utc_s >= zone->at_s[zone->n - 1] && zone->rule.known)
        return rule_offset_s(&zone->rule, utc_s);
    size_t low = 0, high = zone->n;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (zone->at_s[middle] <= utc_s)
            low = middle;
        else
            high = middle;
    }
    return zone->offset_s[low];
}

bool sam_zone_in_steps(const struct sam_zone *zone, int64_t from_s, int64_t step_s)
{
    bool fits = offset_at(zone, from_s) % step_s == 0;
    for (size_t i = 0; i < zone->n; i++)
        fits = fits && (zone->at_s[i] < from_s || zone->offset_s[i] % step_s == 0);
    if (zone->rule.known)
        fits = fits && zone->rule.winter_s % step_s == 0 && (!zone->rule.summer || zone->rule.summer_s % step_s == 0);
    return fits;
}

int64_t sam_zone_utc(const struct sam_zone *zone, int64_t local_us, enum sam_zone_fit *fit)
{
    enum sam_zone_fit unused;
    fit = fit ? fit : &unused;
    *fit = SAM_ZONE_ONCE;
    if (!zone)
        return local_us;
    int64_t local_s = (local_us >= 0 ? local_us : local_us - US + 1) / US;
    /* A clock changes at most once a day: what was in force a day before and a day after are the two candidates. */
    int64_t before = offset_at(zone, local_s - DAY_S), after = offset_at(zone, local_s + DAY_S);
    bool early_fits = offset_at(zone, local_s - before) == before, late_fits = offset_at(zone, local_s - after) == after;
    if (early_fits && late_fits && before != after)
        *fit = SAM_ZONE_TWICE;
    if (!early_fits && !late_fits)
        *fit = SAM_ZONE_NEVER;
    int64_t offset_s = early_fits || !late_fits ? before : after;
    return local_us - offset_s * US;
}
