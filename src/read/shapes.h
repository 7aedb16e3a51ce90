/*
 * The shapes in which transcripts come, wherever they stand: in a vCon's analysis or as a file of their own. Each reader adds turns to a
 * script.
 */
#ifndef READ_SHAPES_H
#define READ_SHAPES_H

#include "script.h"

/** What a shape's reader may need to know besides the body. */
struct shape_input {
    const struct sam_json *json;     /* the body when it is JSON, else NULL */
    struct sam_span text;            /* the body when it is text */
    struct sam_time zero;            /* when offset 0 was, for shapes with absolute times; may be unknown */
    const struct sam_json *channels; /* a list of lists of party indexes, one for each audio channel; may be NULL */
    enum sam_language language;      /* out: what the body says; unknown otherwise */
};
/** A shape: how it is known and read. */
struct shape {
    const char *name;
    bool (*is)(const struct shape_input *in);
    void (*read)(struct script *s, struct shape_input *in);
    bool loose; /* any text is of this shape: only for bodies that are said to be transcripts */
};
/** @return the shape that fits, or NULL */
const struct shape *shape_find(const struct shape_input *in, bool loose);

/* timed_text.c */
/** @return whether text is WebVTT, SubRip or ASS */
bool timed_text_is(struct sam_span text);
/** Adds one turn a cue and voice. Blocks without a valid time line are skipped with a warning. */
void timed_text_read(struct script *s, struct sam_span text);

/* shape_text.c */
/** Adds the turns of "Name: words" or "**Name**: words" paragraphs, or of paragraphs without names. */
void speaker_text_read(struct script *s, struct sam_span text);
/** @return whether paragraphs of text start with names */
bool speaker_text_is(struct sam_span text);

#endif
