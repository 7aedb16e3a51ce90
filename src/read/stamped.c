/*
 * Text whose lines tell when they were said, as recognisers print it and meetings are exported: the time, perhaps its end, perhaps who
 * speaks, then the words, on the same line or on those below. A file is such a text only when its times hold together.
 */
#include "shapes.h"

#include <string.h>

/** So many lines of a text may stand in front of the first time, and between two on average. */
#define LINES_BEFORE 8
#define LINES_EACH   8
/** Bare times begin a line of many other files, too: the first of these is near the beginning. */
#define BARE_FIRST_MS 600000
#define NAME_BYTES    60
#define NAME_WORDS    5

struct stamp {
    struct sam_int start_ms, end_ms;
    struct sam_span name, words;
    bool bare;   /* the time stands at the beginning and has no brackets */
    bool paired; /* it has an end */
};

static struct sam_span from(const char *at, const char *end)
{
    return sam_span_trim((struct sam_span){at, (size_t)(end - at)});
}

/** @return whether text can be somebody's name: few words and no signs of a sentence */
static bool name_like(struct sam_span text)
{
    size_t words = 1;
    for (size_t i = 0; i < text.len; i++) {
        bool title = text.at[i] == '.' && i < 4 && i + 1 < text.len;
        if (strchr(".!?,;:\"<>{}=|/\\", text.at[i]) && !title)
            return false;
        words += text.at[i] == ' ' && i > 0 && text.at[i - 1] != ' ';
    }
    return text.len > 0 && text.len <= NAME_BYTES && words <= NAME_WORDS;
}

/** A time and, behind a sign, its end. @return what follows; NULL when there is no time */
static const char *times(const char *at, const char *end, bool bare, struct stamp *out)
{
    static const char *const signs[] = {"-->", "-", "\xE2\x80\x93", ","}; /* the first is a cue's, but in brackets */
    int64_t ms = 0;
    if (!timed_clock(&at, end, &ms))
        return NULL;
    out->start_ms = sam_int_of(ms);
    const char *next = at;
    while (next < end && *next == ' ')
        next++;
    for (size_t i = bare; i < SAM_COUNT(signs); i++) {
        struct sam_span rest = {next, (size_t)(end - next)};
        if (!sam_span_starts(rest, signs[i]))
            continue;
        const char *second = next + strlen(signs[i]);
        while (second < end && *second == ' ')
            second++;
        out->paired = timed_clock(&second, end, &ms);
        if (out->paired)
            out->end_ms = sam_int_of(ms);
        return out->paired ? second : at;
    }
    return at;
}

static const char *closing(char open)
{
    return open == '[' ? "]" : open == '(' ? ")" : "";
}

/** "Anna: words" or words, behind a time; "- " and ": " in front count for nothing. */
static void said(struct sam_span rest, struct stamp *out)
{
    while (rest.len > 0 && strchr("-:", rest.at[0]))
        rest = from(rest.at + 1, rest.at + rest.len);
    const char *colon = rest.len > 1 ? memchr(rest.at, ':', rest.len) : NULL;
    bool spaced = colon && (colon + 1 == rest.at + rest.len || colon[1] == ' ' || colon[1] == '\t');
    struct sam_span name = spaced ? from(rest.at, colon) : SAM_NO_SPAN;
    if (name.len > 0 && name_like(name)) {
        out->name = name;
        rest = from(colon + 1, rest.at + rest.len);
    }
    out->words = rest;
}

/** "[00:03] Anna: hej", "00:03 Anna: hej", "0:03", "0:00:00.000,0:00:02.000". */
static bool time_first(struct sam_span line, struct stamp *out)
{
    const char *at = line.at, *end = line.at + line.len, *close = closing(*at);
    at += *close ? 1 : 0;
    at = times(at, end, !*close, out);
    if (!at)
        return false;
    while (*close && at < end && *at == ' ')
        at++;
    if (*close && (at == end || *at != *close))
        return false;
    out->bare = !*close;
    if (out->bare && at < end && *at != ' ' && *at != '\t')
        return false;
    said(from(at + (*close ? 1 : 0), end), out);
    return true;
}

/** @return whether a time may begin at at behind a name: a bracket, or a digit behind a blank */
static bool may_open(const char *line, const char *at)
{
    bool digit = *at >= '0' && *at <= '9' && (at[-1] == ' ' || at[-1] == '\t');
    return at > line && (digit || *closing(*at));
}

/** A time at at, with its bracket closed; without one it ends the line. @return what follows; NULL when there is none */
static const char *time_behind(const char *at, const char *end, struct stamp *out)
{
    const char *close = closing(*at), *next = times(at + (*close ? 1 : 0), end, !*close, out);
    if (!next || (*close ? next == end || *next != *close : next != end))
        return NULL;
    return *close ? next + 1 : next;
}

/** "Anna  0:03", "Anna (00:03): hej", "Anna [00:03]". */
static bool name_first(struct sam_span line, struct stamp *out)
{
    const char *end = line.at + line.len, *next = NULL, *at = line.at + 1;
    while (at < end && !(may_open(line.at, at) && (next = time_behind(at, end, out))))
        at++;
    if (!next)
        return false;
    out->name = from(line.at, at);
    while (out->name.len > 0 && strchr("-:", out->name.at[out->name.len - 1]))
        out->name = from(out->name.at, out->name.at + out->name.len - 1);
    out->words = from(next < end && *next == ':' ? next + 1 : next, end);
    return name_like(out->name);
}

/** @return whether a line (trimmed, not empty) tells a time in one of the forms */
static bool stamp_of(struct sam_span line, struct stamp *out)
{
    *out = (struct stamp){.name = SAM_NO_SPAN};
    if (time_first(line, out))
        return true;
    *out = (struct stamp){.name = SAM_NO_SPAN};
    return name_first(line, out);
}

bool stamped_is(struct sam_span text)
{
    struct sam_span line;
    struct stamp stamp;
    size_t lines = 0, stamps = 0, falls = 0;
    int64_t last = -1;
    bool paired = false;
    while (sam_span_line(&text, &line) && (stamps > 0 || lines < LINES_BEFORE)) {
        line = sam_span_trim(line);
        lines += line.len > 0;
        if (line.len == 0 || !stamp_of(line, &stamp))
            continue;
        if (stamps == 0 && stamp.bare && stamp.start_ms.value > BARE_FIRST_MS)
            return false;
        paired = stamps == 0 && stamp.paired;
        falls += stamp.start_ms.value < last;
        last = stamp.start_ms.value;
        stamps++;
    }
    return (stamps >= 2 || paired) && stamps * LINES_EACH >= lines && falls * 10 <= stamps;
}

/** A turn in the making: its words stand one behind the other in the text, or behind each other's lines. */
struct stamped {
    struct stamp stamp;
    bool open;
};

static bool is_role(struct sam_span name)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    return read_role_find(name, &role) && role != SAM_ROLE_UNKNOWN;
}

/** "Agent: words" on the line below a time. */
static void said_below(struct stamp *stamp)
{
    struct stamp below = {.name = SAM_NO_SPAN};
    said(stamp->words, &below);
    if (stamp->name.len > 0 || !is_role(below.name))
        return;
    stamp->name = below.name;
    stamp->words = below.words;
}

static void finish(struct script *s, struct stamped *turn, size_t index)
{
    struct stamp *stamp = &turn->stamp;
    bool open = turn->open && stamp->words.len > 0;
    turn->open = false;
    if (!open)
        return;
    said_below(stamp);
    int32_t party = is_role(stamp->name) ? script_label(s, stamp->name, ITEM(NULL, "line", index)) : script_speaker(s, stamp->name);
    script_turn(s, party, stamp->start_ms, stamp->end_ms, stamp->words);
}

void stamped_read(struct script *s, struct sam_span text)
{
    struct sam_span line;
    struct stamped turn = {.open = false};
    for (size_t index = 0; sam_span_line(&text, &line); index++) {
        struct stamp stamp;
        line = sam_span_trim(line);
        if (line.len == 0 || sam_span_starts(line, "Transcribed by "))
            continue;
        if (stamp_of(line, &stamp)) {
            finish(s, &turn, index);
            if (stamp.name.len == 0 && turn.stamp.name.len > 0 && !stamp.paired)
                stamp.name = turn.stamp.name;
            turn = (struct stamped){.stamp = stamp, .open = true};
        } else if (turn.open) {
            struct sam_span *words = &turn.stamp.words;
            words->at = words->len > 0 ? words->at : line.at;
            words->len = (size_t)(line.at + line.len - words->at);
        }
    }
    finish(s, &turn, 0);
}
