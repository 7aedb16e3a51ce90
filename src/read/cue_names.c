/*
 * What programs do with cues beyond the formats: exports of meetings put the name of who speaks in front of each, live captions roll up and
 * show each line again with the next, transcripts of Teams hold an object in each.
 */
#include "shapes.h"

#include <string.h>

#define NAME_BYTES 48
#define NAME_WORDS 4
/** So many cues of a hundred begin with a name, and at least two do. */
#define NAMED_PERCENT 60
#define NAMED_LEAST   2
/** A cue no longer than this only shows again what was said. */
#define FLASH_MS 20

/** @return whether a name's word may begin so: a capital, or a byte that is not ASCII */
static bool begins_word(char c)
{
    return (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80 || c == '(';
}

/** @return whether a byte of a prefix may stand in a name; a dot only where more follows, "Dr. Holm" */
static bool in_name(struct sam_span name, size_t i)
{
    return !strchr(".,;!?<>\n\t\"", name.at[i]) || (name.at[i] == '.' && i + 1 < name.len);
}

/** @return what stands before ": ", when it is short; else nothing */
static struct sam_span before_colon(struct sam_span text)
{
    const char *colon = text.len > 1 ? memchr(text.at, ':', text.len < NAME_BYTES ? text.len : NAME_BYTES) : NULL;
    bool blank = colon && colon + 1 < text.at + text.len && colon[1] == ' ';
    return (struct sam_span){text.at, blank ? (size_t)(colon - text.at) : 0};
}

size_t cue_name(struct sam_span text)
{
    struct sam_span name = before_colon(text);
    size_t words = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (!in_name(name, i))
            return 0;
        if (i > 0 && name.at[i - 1] != ' ')
            continue;
        bool number = words > 0 && name.at[i] >= '0' && name.at[i] <= '9';
        if (!begins_word(name.at[i]) && !number)
            return 0;
        words++;
    }
    return words <= NAME_WORDS ? name.len : 0;
}

bool cue_names_are(struct sam_span text)
{
    struct sam_span line;
    size_t cues = 0, named = 0;
    for (bool timed = false; sam_span_line(&text, &line);) {
        if (timed) {
            cues++;
            named += cue_name(sam_span_trim(line)) > 0;
        }
        timed = memmem(line.at, line.len, "-->", 3) != NULL;
    }
    return named >= NAMED_LEAST && named * 100 >= cues * NAMED_PERCENT;
}

void cue_unroll(struct script *s, size_t first)
{
    size_t n = first;
    for (size_t i = first; i < s->turns_n; i++) {
        struct sam_turn turn = s->turns[i];
        const struct sam_turn *before = n > first ? &s->turns[n - 1] : NULL;
        bool timed = turn.start_ms.known && turn.end_ms.known;
        if (timed && turn.end_ms.value - turn.start_ms.value <= FLASH_MS)
            continue;
        bool again = before && before->text.len > 0 && turn.text.len > before->text.len &&
                     memcmp(turn.text.at, before->text.at, before->text.len) == 0 && turn.text.at[before->text.len] == ' ';
        if (again)
            turn.text = (struct sam_span){turn.text.at + before->text.len + 1, turn.text.len - before->text.len - 1};
        turn.i = (int32_t)n;
        s->turns[n++] = turn;
    }
    s->turns_n = n;
}

bool cue_json(struct script *s, struct sam_span text, struct sam_int start_ms, struct sam_int end_ms)
{
    const struct sam_json_limits limits = {s->r->set->json_depth, s->r->set->json_nodes};
    const struct sam_json *root = NULL;
    struct sam_json_notes notes = {0};
    struct sam_err err = {.code = SAM_OK};
    if (!sam_span_starts(text, "{\"") || !memmem(text.at, text.len, "\"spokenText\"", 12))
        return false;
    if (sam_json_read(s->r->arena, text, &limits, &root, &notes, NULL, &err) != SAM_OK) {
        s->r->full = s->r->full || err.code == SAM_NO_MEMORY;
        return false;
    }
    struct sam_span words = sam_span_trim(sam_json_text(root, "spokenText"));
    if (words.len > 0)
        script_turn(s, script_speaker(s, sam_json_text(root, "speakerName")), start_ms, end_ms, words);
    if (s->part->transcript->language == SAM_LANGUAGE_UNKNOWN)
        s->part->transcript->language = sam_language_find(sam_json_text(root, "spokenLanguage"));
    return true;
}
