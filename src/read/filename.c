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

/** Takes the suffix of a side off a name. */
static struct sam_span without_side(struct sam_span name, struct filename *out)
{
    for (size_t i = 0; i < SAM_COUNT(sides); i++) {
        size_t len = strlen(sides[i].suffix);
        if (name.len < len + 2 || !strchr("-_.", name.at[name.len - len - 1]))
            continue;
        if (!sam_span_is_nocase((struct sam_span){name.at + name.len - len, len}, sides[i].suffix))
            continue;
        out->side = sam_span_of(sides[i].suffix);
        out->side_role = sides[i].role;
        return (struct sam_span){name.at, name.len - len - 1};
    }
    return name;
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
    name = without_side(without_endings(name), out);
    if (name.len == 0)
        return sam_fail(err, SAM_BAD_INPUT, "id: the format holds none and the message has no file name to take it from");
    if (name.len > ID_MAX || !sam_utf8_valid(name))
        return sam_fail(err, SAM_BAD_INPUT, "id: the file name is longer than %d bytes or not UTF-8", ID_MAX);
    struct sam_span call = uniqueid(name), id = uuid(name);
    out->id = call.len > 0 ? call : id.len > 0 ? read_id_canonical(r, id) : name;
    return SAM_OK;
}
