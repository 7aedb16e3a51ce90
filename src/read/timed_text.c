/*
 * WebVTT, SubRip and ASS: cues with times, perhaps with voices. Lenient: a block without a valid time line is skipped with a warning, tags
 * are removed, character references decoded. Cues of one word each are gathered into turns by their pauses.
 */
#include "shapes.h"

#include <string.h>

/** One word a cue: words nearer than this are one turn. */
#define PAUSE_MS 1000

static bool vtt_is(struct sam_span text)
{
    return sam_span_starts(text, "WEBVTT") && (text.len == 6 || strchr(" \t\r\n", text.at[6]));
}

static bool arrow(struct sam_span line)
{
    return memmem(line.at, line.len, "-->", 3) != NULL;
}

/** @return whether text is made of cues: WebVTT, SubRip, ASS */
static bool cued(struct sam_span text)
{
    struct sam_span rest = sam_span_trim(text), line;
    if (vtt_is(rest) || sam_span_starts(rest, "[Script Info]"))
        return true;
    for (int i = 0; i < 2 && rest.len > 0 && sam_span_line(&rest, &line); i++) {
        line = sam_span_trim(line);
        if (arrow(line) && line.len > 0 && line.at[0] >= '0' && line.at[0] <= '9')
            return true;
        for (size_t k = 0; k < line.len; k++) {
            if (line.at[k] < '0' || line.at[k] > '9')
                return false;
        }
    }
    return false;
}

bool timed_text_is(struct sam_span text)
{
    return cued(text) || timed_rows_is(sam_span_trim(text)) || stamped_is(text);
}

/* ---- times ---------------------------------------------------------------------------------------------------------- */

/** Digits as a number, at most five of them counted. @return false when there is none; *at moves behind them */
static bool number(const char **at, const char *end, int64_t *out)
{
    const char *start = *at;
    for (*out = 0; *at < end && **at >= '0' && **at <= '9' && *out < 100000; ++*at)
        *out = *out * 10 + (**at - '0');
    return *at > start;
}

/** A fraction of a second behind its point, as ms; 0 when there is none. */
static int64_t fraction_ms(const char **at, const char *end)
{
    int64_t ms = 0, unit = 100;
    if (*at == end || (**at != '.' && **at != ','))
        return 0;
    for (++*at; *at < end && **at >= '0' && **at <= '9'; ++*at, unit /= 10)
        ms += (**at - '0') * unit;
    return ms;
}

bool timed_clock(const char **at, const char *end, int64_t *out)
{
    int64_t parts[3] = {0, 0, 0};
    int n = 0;
    const char *p = *at;
    do {
        if (n == 3 || !number(&p, end, &parts[n]))
            return false;
        n++;
    } while (p < end && *p == ':' && p++);
    if (n < 2 || parts[n - 1] > 59 || (n == 3 && parts[1] > 59))
        return false;
    int64_t fraction = fraction_ms(&p, end);
    *at = p;
    *out = (n == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] : parts[0] * 60 + parts[1]) * 1000 + fraction;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *over_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static bool time_line(struct sam_span line, struct sam_int *start_ms, struct sam_int *end_ms)
{
    const char *at = line.at, *end = line.at + line.len, *sign = memmem(line.at, line.len, "-->", 3);
    int64_t from = 0, to = 0;
    if (!sign)
        return false;
    at = over_blanks(at, end);
    if (!timed_clock(&at, end, &from) || over_blanks(at, sign) != sign)
        return false;
    at = over_blanks(sign + 3, end);
    if (!timed_clock(&at, end, &to) || (at < end && !is_blank(*at)))
        return false;
    *start_ms = sam_int_of(from);
    *end_ms = sam_int_of(to);
    return true;
}

/* ---- a cue's text ------------------------------------------------------------------------------------------------------ */

/** One voice's words while a cue is read. */
struct voice {
    struct script *s;
    char *text;
    size_t n;
    int32_t party;
    struct sam_int start_ms, end_ms;
};

static void speak(struct voice *v)
{
    struct sam_span words = sam_span_trim((struct sam_span){v->text, v->n});
    if (words.len > 0)
        script_turn(v->s, v->party, v->start_ms, v->end_ms, read_keep(v->s->r, words));
    v->n = 0;
}

/** The name in "<v.loud Agent Smith>": behind the classes, character references decoded. */
static struct sam_span voice_name(struct script *s, struct sam_span tag)
{
    size_t at = 0, n = 0, wrote = 0;
    while (at < tag.len && tag.at[at] != ' ' && tag.at[at] != '\t' && tag.at[at] != '\n')
        at++;
    char *out = read_take(s->r, tag.len + 1, 1);
    for (; out && at < tag.len; n += wrote) {
        size_t used = cue_reference((struct sam_span){tag.at + at, tag.len - at}, out + n, &wrote);
        if (used == 0) {
            out[n] = tag.at[at] == '\n' || tag.at[at] == '\t' ? ' ' : tag.at[at];
            wrote = used = 1;
        }
        at += used;
    }
    return out ? sam_span_trim((struct sam_span){out, n}) : SAM_NO_SPAN;
}

/* "SPEAKER_00", "Speaker 1": a number that stands for somebody. */
static bool numbered(struct sam_span label)
{
    return sam_span_starts(label, "SPEAKER_") || sam_span_starts(label, "Speaker ");
}

/* Whether a label is a role's word or the name of a party that was given. */
static bool known_label(const struct script *s, struct sam_span label, enum sam_role *role)
{
    bool known = read_role_find(label, role) && *role != SAM_ROLE_UNKNOWN;
    for (size_t i = 0; i < s->given && !known; i++)
        known = s->parties[i].name.len > 0 && sam_span_equal(s->parties[i].name, label);
    return known;
}

/** @return the text without the ">>" of captions in front: somebody else speaks */
static struct sam_span behind_marks(struct sam_span text)
{
    while (text.len > 0 && text.at[0] == '>')
        text = sam_span_trim((struct sam_span){text.at + 1, text.len - 1});
    return text;
}

/** @return whether a label in front of a cue names who speaks */
static bool speaks(const struct script *s, struct sam_span label, bool name, enum sam_role *role)
{
    return known_label(s, label, role) || numbered(label) || name;
}

/** "Agent: words", "[Agent] words": a role's word in front of a cue without voice tags. */
static struct sam_span prefixed(struct script *s, struct sam_span text, int32_t *party)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    text = behind_marks(text);
    bool bracket = text.len > 0 && text.at[0] == '[';
    const char *end = text.len > 1 ? memchr(text.at + 1, bracket ? ']' : ':', text.len < 60 ? text.len - 1 : 59) : NULL;
    if (!end)
        return text;
    struct sam_span label = sam_span_trim((struct sam_span){text.at + bracket, (size_t)(end - text.at) - bracket});
    if (!speaks(s, label, s->named && !bracket && cue_name(text) > 0, &role))
        return text;
    *party = role == SAM_ROLE_UNKNOWN && numbered(label) ? script_speaker(s, label) : script_label(s, label, KEY(NULL, "cue"));
    const char *rest = end + 1;
    if (bracket && rest < text.at + text.len && *rest == ':')
        rest++;
    return sam_span_trim((struct sam_span){rest, (size_t)(text.at + text.len - rest)});
}

/* The tag that begins at rest, without its brackets; absent when none does. A tag may lack its end. @return bytes it takes */
static size_t tag_at(struct sam_span rest, struct sam_span *tag)
{
    const char *brace = rest.len > 2 && rest.at[0] == '{' && rest.at[1] == '\\' ? memchr(rest.at, '}', rest.len) : NULL;
    if (brace) /* "{\an8}": where it is shown */
        return (size_t)(brace - rest.at) + 1;
    if (rest.at[0] != '<')
        return 0;
    const char *close = memchr(rest.at, '>', rest.len);
    if (!close && (rest.len < 2 || (rest.at[1] != '/' && rest.at[1] != 'v')))
        return 0;
    *tag = (struct sam_span){rest.at + 1, close ? (size_t)(close - rest.at) - 1 : rest.len - 1};
    return tag->len + (close ? 2 : 1);
}

/* <v Name> and </v> end what was being said; other tags say nothing about who speaks. */
static void tag_met(struct voice *v, struct sam_span tag)
{
    if (tag.len > 0 && tag.at[0] == 'v' && (tag.len == 1 || strchr(". \t\n", tag.at[1]))) {
        speak(v);
        struct sam_span name = voice_name(v->s, tag);
        v->party = name.len > 0 ? script_label(v->s, name, KEY(NULL, "voice")) : -1;
    } else if (sam_span_is(tag, "/v")) {
        speak(v);
        v->party = -1;
    }
}

/** Writes the first byte of rest; the end of a line is a blank, one for both its bytes. */
static void write_byte(struct voice *v, struct sam_span rest)
{
    bool end = rest.at[0] == '\n' || rest.at[0] == '\r', first = rest.at[0] == '\r' && rest.len > 1 && rest.at[1] == '\n';
    v->text[v->n] = end ? ' ' : rest.at[0];
    v->n += !first;
}

/** Adds the turns of one cue: one a voice; "- " at the start of a line is another voice without a name. */
static void cue(struct script *s, struct sam_span text, struct sam_int start_ms, struct sam_int end_ms)
{
    struct voice v = {.s = s, .text = read_take(s->r, text.len + 1, 1), .party = -1, .start_ms = start_ms, .end_ms = end_ms};
    size_t wrote = 0;
    text = prefixed(s, sam_span_trim(text), &v.party);
    for (size_t at = 0; v.text && at < text.len;) {
        struct sam_span rest = {text.at + at, text.len - at};
        struct sam_span tag = SAM_NO_SPAN;
        bool line_start = at == 0 || text.at[at - 1] == '\n';
        size_t tagged = tag_at(rest, &tag), used = rest.at[0] == '&' ? cue_reference(rest, v.text + v.n, &wrote) : 0;
        if (tagged > 0) {
            tag_met(&v, tag);
            at += tagged;
        } else if (used > 0) {
            v.n += wrote;
            at += used;
        } else if (line_start && rest.len > 2 && rest.at[0] == '-' && rest.at[1] == ' ') {
            speak(&v);
            at += 2;
        } else {
            write_byte(&v, rest);
            at++;
        }
    }
    if (v.text)
        speak(&v);
}

/* ---- files ---------------------------------------------------------------------------------------------------------------- */

/** Cuts the next block off: lines up to a blank one. @return false at the end */
static bool block_next(struct sam_span *rest, struct sam_span *block)
{
    struct sam_span line;
    bool timed = false;
    *block = SAM_NO_SPAN;
    while (sam_span_line(rest, &line)) {
        bool blank = sam_span_trim(line).len == 0, kept = blank && line.len > 0 && timed; /* captions that roll up from an empty line */
        timed = arrow(line);
        if (blank && !kept) {
            if (block->at)
                return true;
            continue;
        }
        if (!block->at)
            block->at = line.at;
        block->len = (size_t)(line.at + line.len - block->at);
    }
    return block->at != NULL;
}

static bool is_header(struct sam_span line)
{
    static const char *const words[] = {"WEBVTT", "NOTE", "STYLE", "REGION"};
    for (size_t i = 0; i < SAM_COUNT(words); i++) {
        size_t len = strlen(words[i]);
        if (sam_span_starts(line, words[i]) && (line.len == len || strchr(" \t:", line.at[len])))
            return true;
    }
    return false;
}

static void blocks_read(struct script *s, struct sam_span text)
{
    struct sam_span block, line;
    size_t index = 0;
    for (; block_next(&text, &block); index++) {
        struct sam_int start_ms, end_ms;
        bool timed = false;
        struct sam_span rest = block;
        for (int i = 0; i < 2 && !timed && sam_span_line(&rest, &line); i++) {
            if (i == 0 && is_header(line) && !arrow(line) && !vtt_is(line)) /* behind WEBVTT a cue may follow without a blank line */
                break;
            timed = time_line(line, &start_ms, &end_ms);
        }
        if (timed && !cue_json(s, sam_span_trim(rest), start_ms, end_ms))
            cue(s, rest, start_ms, end_ms);
        else if (timed)
            continue;
        else if (arrow(block))
            read_warn(s->r, s->part, "cue.invalid_time", ITEM(NULL, "block", index));
    }
}

#define ASS_FIELDS 9 /* in front of the text */

/* Cuts the fields in front of the text off. @return whether all are there; *rest is the text then */
static bool ass_fields(struct sam_span *rest, struct sam_span field[ASS_FIELDS])
{
    for (size_t n = 0; n < ASS_FIELDS; n++) {
        const char *comma = rest->len > 0 ? memchr(rest->at, ',', rest->len) : NULL;
        if (!comma)
            return false;
        field[n] = sam_span_trim((struct sam_span){rest->at, (size_t)(comma - rest->at)});
        *rest = (struct sam_span){comma + 1, rest->len - (size_t)(comma + 1 - rest->at)};
    }
    return true;
}

/* The words of a line: {\override} tags away, \N, \n and \h as blanks. */
static struct sam_span ass_words(struct script *s, struct sam_span text)
{
    char *out = read_take(s->r, text.len + 1, 1);
    size_t wrote = 0;
    bool tag = false;
    for (size_t i = 0; out && i < text.len; i++) {
        tag = text.at[i] == '{' || tag;
        if (!tag && text.at[i] == '\\' && i + 1 < text.len && strchr("Nnh", text.at[i + 1])) {
            out[wrote++] = ' ';
            i++;
        } else if (!tag) {
            out[wrote++] = text.at[i];
        }
        tag = tag && text.at[i] != '}';
    }
    return sam_span_trim((struct sam_span){out ? out : "", wrote});
}

/** "Dialogue: 0,0:00:01.00,0:00:02.50,Default,Name,0,0,0,,Text" */
static void ass_read(struct script *s, struct sam_span text)
{
    struct sam_span line;
    while (sam_span_line(&text, &line)) {
        struct sam_span field[ASS_FIELDS];
        if (!sam_span_starts(line, "Dialogue:"))
            continue;
        struct sam_span rest = {line.at + 9, line.len - 9};
        int64_t from = 0, to = 0;
        if (!ass_fields(&rest, field))
            continue;
        const char *a = field[1].at, *b = field[2].at;
        if (!timed_clock(&a, a + field[1].len, &from) || !timed_clock(&b, b + field[2].len, &to)) {
            read_warn(s->r, s->part, "cue.invalid_time", KEY(NULL, "Dialogue"));
            continue;
        }
        struct sam_span words = ass_words(s, rest);
        if (words.len > 0)
            script_turn(s, script_label(s, field[4], KEY(NULL, "Dialogue")), sam_int_of(from), sam_int_of(to), words);
    }
}

/* ---- cues of one word ------------------------------------------------------------------------------------------------------- */

static bool one_word(struct sam_span text)
{
    return text.len > 0 && !memchr(text.at, ' ', text.len);
}

void timed_gather_words(struct script *s, size_t first)
{
    size_t single = 0, bytes = 1, n = first;
    for (size_t i = first; i < s->turns_n; i++) {
        single += one_word(s->turns[i].text);
        bytes += s->turns[i].text.len + 1;
    }
    if (s->turns_n - first < 4 || single * 5 < (s->turns_n - first) * 4)
        return;
    char *out = read_take(s->r, bytes, 1);
    for (size_t i = first; out && i < s->turns_n; i++) {
        struct sam_turn turn = s->turns[i];
        struct sam_turn *last = n > first ? &s->turns[n - 1] : NULL;
        bool joins = last && last->party == turn.party && turn.start_ms.value - last->end_ms.value < PAUSE_MS;
        char *at = out;
        memcpy(at, turn.text.at, turn.text.len);
        out += turn.text.len + 1;
        at[turn.text.len] = ' ';
        if (joins) { /* the texts stand one behind the other, a blank between */
            last->text.len = (size_t)(at + turn.text.len - last->text.at);
            last->end_ms = turn.end_ms;
            continue;
        }
        turn.text = (struct sam_span){at, turn.text.len};
        turn.i = (int32_t)n;
        s->turns[n++] = turn;
    }
    if (out)
        s->turns_n = n;
}

static void cues_read(struct script *s, struct sam_span text)
{
    size_t first = s->turns_n;
    s->named = cue_names_are(text);
    blocks_read(s, text);
    if (memmem(text.at, text.len, "><c>", 4))
        cue_unroll(s, first);
}

void timed_text_read(struct script *s, struct sam_span text)
{
    size_t first = s->turns_n;
    text = sam_span_trim(text);
    if (sam_span_starts(text, "[Script Info]"))
        ass_read(s, text);
    else if (cued(text))
        cues_read(s, text);
    else if (timed_rows_is(text))
        timed_rows_read(s, text);
    else
        stamped_read(s, text);
    timed_gather_words(s, first);
}
