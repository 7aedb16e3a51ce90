/*
 * Ids out of file names: recordings and what is made of them are named after the call. MixMonitor's two one-channel files differ by a
 * suffix, which says who speaks.
 */
#include "filename.h"

#include <string.h>

/** Suffixes of one-channel files. rx is what came from the caller's channel, tx what was sent to it. Data. */
static const struct {
    const char *suffix;
    enum sam_role role;
} sides[] = {
    {"rx", SAM_ROLE_CUSTOMER}, {"in", SAM_ROLE_CUSTOMER}, {"customer", SAM_ROLE_CUSTOMER}, {"caller", SAM_ROLE_CUSTOMER},
    {"tx", SAM_ROLE_AGENT},    {"out", SAM_ROLE_AGENT},   {"agent", SAM_ROLE_AGENT},
};
/** Endings that are taken away again and again: "call.wav.words.json". */
static const char *const endings[] = {".json", ".vtt", ".srt", ".ass", ".tsv", ".csv",  ".txt",  ".sbv", ".lrc",  ".words",
                                      ".wav",  ".mp3", ".mp4", ".m4a", ".ogg", ".opus", ".flac", ".gsm", ".webm", ".gz"};

static struct sam_span without_endings(struct sam_span name)
{
    for (size_t i = 0; i < SAM_COUNT(endings); i++) {
        size_t len = strlen(endings[i]);
        if (name.len <= len || !sam_span_is_nocase((struct sam_span){name.at + name.len - len, len}, endings[i]))
            continue;
        name.len -= len;
        i = (size_t)-1; /* from the first again */
    }
    return name;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/** An Asterisk uniqueid: nine or ten digits, a dot, digits. */
static struct sam_span uniqueid(struct sam_span name)
{
    for (size_t dot = 9; dot + 1 < name.len; dot++) {
        size_t from = dot, to = dot + 1;
        if (name.at[dot] != '.')
            continue;
        while (from > 0 && digit(name.at[from - 1]))
            from--;
        while (to < name.len && digit(name.at[to]))
            to++;
        if ((dot - from == 9 || dot - from == 10) && to > dot + 1)
            return (struct sam_span){name.at + from, to - from};
    }
    return SAM_NO_SPAN;
}

static bool hex(char c)
{
    return digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static struct sam_span uuid(struct sam_span name)
{
    for (size_t from = 0; from + 36 <= name.len; from++) {
        size_t n = 0;
        while (n < 36 && ((n == 8 || n == 13 || n == 18 || n == 23) ? name.at[from + n] == '-' : hex(name.at[from + n])))
            n++;
        if (n == 36)
            return (struct sam_span){name.at + from, 36};
    }
    return SAM_NO_SPAN;
}

/** Takes a suffix off a name, with the hyphen, underscore or dot before it. @return whether it was there */
static bool suffix_off(struct sam_span *name, struct sam_span suffix)
{
    if (suffix.len == 0 || name->len < suffix.len + 2 || !strchr("-_.", name->at[name->len - suffix.len - 1]))
        return false;
    struct sam_span end = {name->at + name->len - suffix.len, suffix.len};
    for (size_t i = 0; i < end.len; i++) {
        char a = end.at[i], b = suffix.at[i];
        if (a != b && !((a | 0x20) == (b | 0x20) && (a | 0x20) >= 'a' && (a | 0x20) <= 'z'))
            return false;
    }
    name->len -= suffix.len + 1;
    return true;
}

/** Takes the suffix of a side off a name; the configuration's are asked first. */
static struct sam_span without_side(const struct reader *r, struct sam_span name, struct filename *out)
{
    const struct sam_pairs *own = &r->set->maps[SAM_MAP_SIDES];
    for (size_t i = 0; i < own->n; i++) {
        if (!suffix_off(&name, own->at[i].key) || !sam_role_find(own->at[i].value, &out->side_role))
            continue;
        out->side = own->at[i].key;
        return name;
    }
    for (size_t i = 0; i < SAM_COUNT(sides); i++) {
        if (!suffix_off(&name, sam_span_of(sides[i].suffix)))
            continue;
        out->side = sam_span_of(sides[i].suffix);
        out->side_role = sides[i].role;
        return name;
    }
    return name;
}

/* ---- the configuration's patterns ------------------------------------------------------------------------------------- */

/** Most steps of one match: a pattern of stars on a long name must end. */
#define STEPS_MAX 100000
/** Digits of "20260102101500", and of seconds since 1970. */
#define TIME_DIGITS  14
#define EPOCH_DIGITS 10

/** What a pattern takes out of a name. */
enum mark { MARK_ANY, MARK_ID, MARK_PHONE, MARK_TIME };
#define MARKS 4
struct taken {
    struct sam_span run[MARKS];
    int steps;
};

static size_t digits_of(struct sam_span run)
{
    size_t n = 0;
    for (size_t i = 0; i < run.len; i++)
        n += digit(run.at[i]);
    return n;
}

/** @return whether a run may stand where the mark does */
static bool may_be(enum mark mark, struct sam_span run)
{
    size_t digits = digits_of(run), plus = run.len > 0 && run.at[0] == '+';
    if (mark == MARK_ID)
        return run.len > 0;
    if (mark == MARK_PHONE)
        return digits >= 3 && digits + plus == run.len;
    if (mark == MARK_TIME)
        return (digits == EPOCH_DIGITS && run.len == digits) || (digits == TIME_DIGITS && digit(run.at[0]) && digit(run.at[run.len - 1]) &&
                                                                 run.len <= TIME_DIGITS + 5 && !memchr(run.at, '+', run.len));
    return true;
}

static enum mark mark_of(struct sam_span pattern, size_t *len)
{
    static const char *const words[MARKS] = {"*", "{id}", "{phone}", "{time}"};
    enum mark mark = MARKS;
    for (unsigned i = 0; i < MARKS; i++) {
        if (!sam_span_starts(pattern, words[i]))
            continue;
        mark = (enum mark)i;
        *len = strlen(words[i]);
    }
    return mark;
}

/**
 * Matches a name against a pattern: "*" is any run, "{id}", "{phone}" and "{time}" are runs that are taken (as short as the rest allows),
 * all else stands for itself.
 */
static bool matches(struct sam_span pattern, struct sam_span name, struct taken *taken)
{
    size_t skip = 0;
    if (++taken->steps > STEPS_MAX)
        return false;
    if (pattern.len == 0)
        return name.len == 0;
    enum mark mark = mark_of(pattern, &skip);
    if (mark == MARKS)
        return name.len > 0 && name.at[0] == pattern.at[0] &&
               matches((struct sam_span){pattern.at + 1, pattern.len - 1}, (struct sam_span){name.at + 1, name.len - 1}, taken);
    const struct sam_span rest = {pattern.at + skip, pattern.len - skip};
    for (size_t n = 0; n <= name.len; n++) {
        const struct sam_span run = {name.at, n};
        if (!may_be(mark, run) || !matches(rest, (struct sam_span){name.at + n, name.len - n}, taken))
            continue;
        taken->run[mark] = run;
        return true;
    }
    return false;
}

/** What the first of the configuration's patterns for the source that fits takes, of patterns separated by commas. @return whether one fits
 */
static bool by_pattern(struct reader *r, struct sam_span name, struct taken *out)
{
    const struct sam_pairs *patterns = &r->set->maps[SAM_MAP_FILE_NAMES];
    uint32_t at = 0;
    if (patterns->n == 0 || !sam_map_get(patterns->index, r->source, &at))
        return false;
    struct sam_span rest = patterns->at[at].value;
    while (rest.len > 0) {
        const char *comma = memchr(rest.at, ',', rest.len);
        struct sam_span one = sam_span_trim((struct sam_span){rest.at, comma ? (size_t)(comma - rest.at) : rest.len});
        *out = (struct taken){.steps = 0};
        if (matches(one, name, out))
            return true;
        rest = comma ? (struct sam_span){comma + 1, (size_t)(rest.at + rest.len - comma) - 1} : SAM_NO_SPAN;
    }
    *out = (struct taken){.steps = 0};
    return false;
}

/** A name that is an id must not tell who called: four digits of the number's hash stand in its place, which many numbers share. */
static struct sam_span without_phone(struct reader *r, struct sam_span name, struct sam_span phone)
{
    uint8_t hash[16];
    if (phone.len == 0)
        return name;
    sam_hash128(&phone, 1, hash);
    size_t before = (size_t)(phone.at - name.at);
    return read_print(r, "%.*s#%02x%02x%.*s", (int)before, name.at, hash[0], hash[1], (int)(name.len - before - phone.len),
                      phone.at + phone.len);
}

/** "2026-01-02 10:15:00" of any digits in that order. */
static struct sam_span spelled_time(struct reader *r, struct sam_span run)
{
    char d[TIME_DIGITS];
    size_t n = 0;
    if (digits_of(run) != TIME_DIGITS)
        return run;
    for (size_t i = 0; i < run.len; i++)
        if (digit(run.at[i]))
            d[n++] = run.at[i];
    return read_print(r, "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", d, d + 4, d + 6, d + 8, d + 10, d + 12);
}

void filename_tell(struct reader *r, const struct filename *name, struct sam_part *part)
{
    struct sam_transcript *t = part->transcript;
    if (name->phone.len > 0 && t->customer.phone.len == 0) {
        t->customer.phone = name->phone;
        t->customer.country = r->set->country;
    }
    if (name->time.len > 0 && t->started.quality == SAM_QUALITY_UNKNOWN)
        t->started = read_time_text(r, part, spelled_time(r, name->time), KEY(NULL, "name"));
}

enum sam_code filename_of(struct reader *r, struct filename *out, struct sam_err *err)
{
    struct sam_span name = sam_span_trim(r->in->name);
    *out = (struct filename){.side_role = SAM_ROLE_UNKNOWN};
    for (size_t i = name.len; i > 0; i--) {
        if (name.at[i - 1] != '/' && name.at[i - 1] != '\\')
            continue;
        name = (struct sam_span){name.at + i, name.len - i};
        break;
    }
    name = without_side(r, without_endings(name), out);
    if (name.len == 0)
        return sam_fail(err, SAM_BAD_INPUT, "id: the format holds none and the message has no file name to take it from");
    if (name.len > ID_MAX || !sam_utf8_valid(name))
        return sam_fail(err, SAM_BAD_INPUT, "id: the file name is longer than %d bytes or not UTF-8", ID_MAX);
    struct taken taken = {.steps = 0};
    bool fits = by_pattern(r, name, &taken);
    struct sam_span told = taken.run[MARK_ID], call = uniqueid(name), id = uuid(name);
    out->phone = taken.run[MARK_PHONE];
    out->time = taken.run[MARK_TIME];
    if (told.len > 0)
        out->id = read_id_canonical(r, told);
    else if (fits || (call.len == 0 && id.len == 0))
        out->id = without_phone(r, name, out->phone);
    else
        out->id = call.len > 0 ? call : read_id_canonical(r, id);
    return SAM_OK;
}
