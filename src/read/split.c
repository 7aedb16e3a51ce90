/*
 * Cutting a file into its messages by brackets alone, without reading them: JSON Lines, objects one after another, the elements of one
 * array. A document that does not end stops where a new one starts on a line of its own, so that a cut line never takes its neighbours with
 * it.
 */
#include "shapes.h"

#include <string.h>

/** Bytes of a file in which its first row's names must stand. */
#define ROW_BYTES 1024

/** Members that rows of such a table have, with their quotes. */
enum { CALLID, EVENT, EVENTTYPE, LINKEDID, UNIQUEID, NAMES };
static const char *const names[NAMES] = {"\"callid\"", "\"event\"", "\"eventtype\"", "\"linkedid\"", "\"uniqueid\""};

/** @return whether a member of that name stands at the beginning of the text, which begins with a quote */
static bool is_member(struct sam_span text, const char *name)
{
    size_t len = strlen(name);
    if (text.len <= len || !sam_span_is_nocase((struct sam_span){text.at, len}, name))
        return false;
    struct sam_span rest = sam_span_trim((struct sam_span){text.at + len, text.len - len});
    return rest.len > 0 && rest.at[0] == ':';
}

/** @return whether one of names may go on like this behind its quote */
static bool may_be_name(char c)
{
    char low = (char)(c | 0x20);
    return low == 'c' || low == 'e' || low == 'l' || low == 'u';
}

/** @return whether JSON objects are rows of a table of which many make one call: asked of each message, one walk over its beginning */
static bool is_table(struct sam_span file)
{
    struct sam_span text = sam_span_trim((struct sam_span){file.at, file.len < ROW_BYTES ? file.len : ROW_BYTES});
    const char *end = text.at + text.len;
    bool found[NAMES] = {false};
    if (text.len == 0 || (text.at[0] != '{' && text.at[0] != '['))
        return false;
    for (const char *at = memchr(text.at, '"', text.len); at && end - at > 1; at = memchr(at + 1, '"', (size_t)(end - at - 1)))
        for (int i = 0; may_be_name(at[1]) && i < NAMES; i++)
            if ((at[1] | 0x20) == names[i][1])
                found[i] = found[i] || is_member((struct sam_span){at, (size_t)(end - at)}, names[i]);
    return (found[CALLID] && found[EVENT]) || (found[EVENTTYPE] && (found[LINKEDID] || found[UNIQUEID]));
}

/** @return whether a text only begins as a JSON list does: "[00:03] Anna: hej", "[Script Info]" */
static bool is_stamped(struct sam_span text)
{
    size_t n = 1;
    text = sam_span_trim(text);
    if (text.len == 0 || text.at[0] != '[')
        return false;
    while (n < text.len && text.at[n] >= '0' && text.at[n] <= '9')
        n++;
    bool letter = n < text.len && (text.at[n] | 0x20) >= 'a' && (text.at[n] | 0x20) <= 'z';
    return n == 1 ? letter : n < text.len && text.at[n] == ':';
}

struct sam_read_split sam_read_split_of(struct sam_span file)
{
    struct sam_read_split split = read_split_each(file);
    split.list = shape_turns_begin(split.rest);
    split.whole = split.list || is_table(split.rest) || is_stamped(split.rest);
    return split;
}

struct sam_read_split read_split_each(struct sam_span file)
{
    if (sam_span_starts(file, "\xEF\xBB\xBF"))
        file = (struct sam_span){file.at + 3, file.len - 3};
    return (struct sam_read_split){.rest = file, .next_line = 1};
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/** Takes n bytes off the front and counts their lines. */
static void advance(struct sam_read_split *split, size_t n)
{
    const char *end = split->rest.at + n;
    for (const char *at = memchr(split->rest.at, '\n', n); at; at = memchr(at + 1, '\n', (size_t)(end - at - 1)))
        split->next_line++;
    split->rest.at += n;
    split->rest.len -= n;
}

static void skip(struct sam_read_split *split, bool commas)
{
    size_t n = 0;
    while (n < split->rest.len && (blank(split->rest.at[n]) || (commas && split->rest.at[n] == ',')))
        n++;
    advance(split, n);
}

/** @return whether an object starts here: '{' then '"' or '}' */
static bool object_starts(const char *at, const char *end)
{
    if (at >= end || *at != '{')
        return false;
    for (at++; at < end && (*at == ' ' || *at == '\t'); at++)
        continue;
    return at < end && (*at == '"' || *at == '}');
}

/** @return whether the document is cut at this line end: a new object starts on the next line though nothing asked for one */
static bool cut_here(const char *start, const char *line_end, const char *end, bool in_string)
{
    if (!object_starts(line_end + 1, end))
        return false;
    const char *last = line_end;
    while (last > start && blank(last[-1]))
        last--;
    return in_string || last == start || (last[-1] != ',' && last[-1] != ':' && last[-1] != '[');
}

/* Bytes that mean something, in a string and outside; all others are stepped over. */
enum { IN_STRING = 1, OUTSIDE = 2 };
static const unsigned char meaning[256] = {
    ['"'] = IN_STRING | OUTSIDE,
    ['\\'] = IN_STRING,
    ['\n'] = IN_STRING | OUTSIDE,
    ['{'] = OUTSIDE,
    ['['] = OUTSIDE,
    ['}'] = OUTSIDE,
    [']'] = OUTSIDE,
};

/** @return bytes of the document at the front: to its closing bracket, to where it is cut, or all */
static size_t document(struct sam_span text)
{
    const char *end = text.at + text.len;
    size_t depth = 0;
    bool in_string = false;
    for (const char *at = text.at; at < end; at++) {
        if ((meaning[(unsigned char)*at] & (in_string ? IN_STRING : OUTSIDE)) == 0)
            continue;
        if (*at == '\n' && cut_here(text.at, at, end, in_string))
            return (size_t)(at - text.at);
        if (in_string) {
            in_string = *at != '"';
            at += *at == '\\' && at + 1 < end && at[1] != '\n';
            continue;
        }
        in_string = *at == '"';
        depth += *at == '{' || *at == '[';
        if ((*at == '}' || *at == ']') && --depth == 0)
            return (size_t)(at - text.at) + 1;
    }
    return text.len;
}

static size_t line_length(struct sam_span text)
{
    size_t n = 0;
    while (n < text.len && text.at[n] != '\n')
        n++;
    return n;
}

/** @return bytes of the next message when it does not start with a bracket: all, unless JSON objects follow it on lines of their own */
static size_t stray(const struct sam_read_split *split, bool first)
{
    size_t n = line_length(split->rest);
    bool lines = n < split->rest.len && object_starts(split->rest.at + n + 1, split->rest.at + split->rest.len);
    return !first || lines || split->array ? n : split->rest.len;
}

bool read_split_start(struct sam_read_split *split)
{
    skip(split, split->array);
    if (split->line == 0 && split->rest.len > 1 && split->rest.at[0] == '[') {
        struct sam_read_split inside = *split;
        advance(&inside, 1);
        skip(&inside, false);
        if (inside.rest.len > 0 && inside.rest.at[0] == '{') {
            *split = inside;
            split->array = true;
        }
    }
    if (split->array && split->rest.len > 0 && split->rest.at[0] == ']') {
        advance(split, 1);
        split->array = false;
        skip(split, false);
    }
    return split->rest.len > 0;
}

struct sam_span read_split_take(struct sam_read_split *split, size_t n)
{
    struct sam_span message = sam_span_trim((struct sam_span){split->rest.at, n});
    split->line = split->next_line;
    advance(split, n);
    return message;
}

bool sam_read_split_next(struct sam_read_split *split, struct sam_span *message)
{
    bool first = split->line == 0;
    if (split->whole) {
        skip(split, false);
        *message = split->rest.len > 0 ? read_split_take(split, split->rest.len) : SAM_NO_SPAN;
        return message->len > 0;
    }
    if (!read_split_start(split))
        return false;
    bool bracket = split->rest.at[0] == '{' || split->rest.at[0] == '[';
    *message = read_split_take(split, bracket ? document(split->rest) : stray(split, first));
    return true;
}
