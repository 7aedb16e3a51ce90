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
static const char *const endings[] = {".json", ".vtt", ".srt", ".ass", ".tsv",  ".csv",  ".txt", ".words", ".wav",
                                      ".mp3",  ".mp4", ".m4a", ".ogg", ".opus", ".flac", ".gsm", ".webm",  ".gz"};

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

#define ID_MARK "{id}"

/** Most steps of one match: a pattern of stars on a long name must end. */
#define STEPS_MAX 100000

/**
 * Matches a name against a pattern: "*" is any run, "{id}" the run that is taken (as short as the rest allows), all else stands for itself.
 * @param id set to the run
 */
static bool matches(struct sam_span pattern, struct sam_span name, struct sam_span *id, int *steps)
{
    if (++*steps > STEPS_MAX)
        return false;
    if (pattern.len == 0)
        return name.len == 0;
    bool mark = sam_span_starts(pattern, ID_MARK), run = mark || pattern.at[0] == '*';
    if (!run)
        return name.len > 0 && name.at[0] == pattern.at[0] &&
               matches((struct sam_span){pattern.at + 1, pattern.len - 1}, (struct sam_span){name.at + 1, name.len - 1}, id, steps);
    size_t skip = mark ? strlen(ID_MARK) : 1;
    const struct sam_span rest = {pattern.at + skip, pattern.len - skip};
    for (size_t n = mark ? 1 : 0; n <= name.len; n++) {
        if (!matches(rest, (struct sam_span){name.at + n, name.len - n}, id, steps))
            continue;
        if (mark)
            *id = (struct sam_span){name.at, n};
        return true;
    }
    return false;
}

/** The id by the configuration's patterns for the source, separated by commas; absent when none fits. */
static struct sam_span by_pattern(struct reader *r, struct sam_span name)
{
    const struct sam_pairs *patterns = &r->set->maps[SAM_MAP_FILE_NAMES];
    uint32_t at = 0;
    struct sam_span id = SAM_NO_SPAN;
    if (patterns->n == 0 || !sam_map_get(patterns->index, r->source, &at))
        return SAM_NO_SPAN;
    struct sam_span rest = patterns->at[at].value;
    while (rest.len > 0) {
        const char *comma = memchr(rest.at, ',', rest.len);
        struct sam_span one = sam_span_trim((struct sam_span){rest.at, comma ? (size_t)(comma - rest.at) : rest.len});
        int steps = 0;
        if (matches(one, name, &id, &steps))
            return id;
        rest = comma ? (struct sam_span){comma + 1, (size_t)(rest.at + rest.len - comma) - 1} : SAM_NO_SPAN;
    }
    return SAM_NO_SPAN;
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
    struct sam_span told = by_pattern(r, name), call = uniqueid(name), id = uuid(name);
    out->id = told.len > 0 ? read_id_canonical(r, told) : call.len > 0 ? call : id.len > 0 ? read_id_canonical(r, id) : name;
    return SAM_OK;
}
