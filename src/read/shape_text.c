/*
 * Transcripts as running text: paragraphs that start with a name ("Anna: ...", "**Agent(May)**: ...", "Speaker 0: ..."), or paragraphs
 * without names, whose speakers stay unknown: who speaks is never guessed from the order.
 */
#include "shapes.h"

#include <string.h>

#define NAME_MAX_BYTES 80

/* A name as it was set: stars, brackets and blanks around it taken away. */
static struct sam_span bare(struct sam_span name)
{
    while (name.len > 0 && strchr("*_[ ", name.at[0])) {
        name.at++;
        name.len--;
    }
    while (name.len > 0 && strchr("*_] ", name.at[name.len - 1]))
        name.len--;
    return name;
}

/* Whether it can be a name: at most five words and no sentence's signs, but for the point of "Dr. May". */
static bool name_like(struct sam_span name)
{
    size_t blanks = 0;
    for (size_t i = 0; i < name.len; i++) {
        bool title = name.at[i] == '.' && i + 1 < name.len && name.at[i + 1] == ' ' && i < 4;
        blanks += name.at[i] == ' ';
        if (strchr(".!?,;\"", name.at[i]) && !title)
            return false;
    }
    return name.len > 0 && blanks <= 4;
}

/** Cuts the speaker's name off a line: up to ": " within 60 characters, Markdown's stars and brackets taken away. @return false when there
 * is none */
static bool name_of(struct sam_span line, struct sam_span *name, struct sam_span *words)
{
    const char *colon = line.len > 0 ? memchr(line.at, ':', line.len < NAME_MAX_BYTES ? line.len : NAME_MAX_BYTES) : NULL;
    if (!colon || colon == line.at)
        return false;
    size_t len = (size_t)(colon - line.at);
    bool spaced = len + 1 == line.len || strchr(" \t*", colon[1]);
    struct sam_span found = bare((struct sam_span){line.at, len});
    if (!spaced || !name_like(found))
        return false;
    *name = found;
    *words = sam_span_trim((struct sam_span){colon + 1, line.len - len - 1});
    while (words->len > 1 && words->at[0] == '*' && words->at[1] == '*')
        *words = sam_span_trim((struct sam_span){words->at + 2, words->len - 2});
    return true;
}

/** The party of a name: as it stands, its role word in front ("Agent Lisa Park", "Agent(May)"), the name in brackets, or a given party's
 * name inside. */
static int32_t party_of(struct script *s, struct sam_span name, const struct place *at)
{
    enum sam_role role = SAM_ROLE_UNKNOWN;
    for (size_t i = 0; i < s->given; i++) {
        if (s->parties[i].name.len > 0 && sam_span_equal(s->parties[i].name, name))
            return (int32_t)i;
    }
    if (sam_span_starts(name, "Speaker ") || sam_span_starts(name, "SPEAKER_"))
        return script_speaker(s, name);
    size_t word = 0;
    while (word < name.len && !strchr(" (", name.at[word]))
        word++;
    if (word < name.len && read_role_find((struct sam_span){name.at, word}, &role) && (role == SAM_ROLE_AGENT || role == SAM_ROLE_CUSTOMER))
        return script_role(s, role);
    return script_label(s, name, at);
}

bool speaker_text_is(struct sam_span text)
{
    struct sam_span line, name, words;
    size_t named = 0, all = 0;
    while (sam_span_line(&text, &line)) {
        line = sam_span_trim(line);
        if (line.len == 0)
            continue;
        all++;
        named += name_of(line, &name, &words);
    }
    return named >= 2 && named * 2 >= all;
}

/** A paragraph in the making: its lines stand one behind the other in the text. */
struct paragraph {
    const char *from, *to;
    int32_t party;
};

static void finish(struct script *s, struct paragraph *p)
{
    if (p->from && p->to > p->from)
        script_turn(s, p->party, SAM_UNKNOWN, SAM_UNKNOWN, sam_span_trim((struct sam_span){p->from, (size_t)(p->to - p->from)}));
    p->from = NULL;
}

void speaker_text_read(struct script *s, struct sam_span text)
{
    struct sam_span rest = text, line, name, words;
    struct paragraph p = {NULL, NULL, -1};
    bool names = speaker_text_is(text);
    size_t index = 0;
    for (; sam_span_line(&rest, &line); index++) {
        line = sam_span_trim(line);
        if (line.len == 0) {
            finish(s, &p);
            p.party = names ? p.party : -1; /* a paragraph without a name goes on with the speaker before */
            continue;
        }
        if (names && name_of(line, &name, &words)) {
            finish(s, &p);
            p.party = party_of(s, name, ITEM(NULL, "line", index));
            line = words;
        }
        if (line.len == 0)
            continue;
        p.from = p.from ? p.from : line.at;
        p.to = line.at + line.len;
    }
    finish(s, &p);
}
