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

/* shape_json.c */
/** Adds the turns of a list of words with start, end and perhaps speaker. @param channel  the party of all of them, or -1 */
void shape_words_read(struct script *s, const struct sam_json *words, int32_t channel);
/** @return a label from a text or a number; absent otherwise */
struct sam_span shape_label(const struct sam_json *value);
/* shape_pieces.c: what programs around Whisper write instead of its own form */
/** whisper.cpp: {"transcription": [{"offsets": {"from": ms, "to": ms}, "text"}]}. */
bool shape_offsets_is(const struct shape_input *in);
void shape_offsets_read(struct script *s, struct shape_input *in);
/** Pipelines of transformers: {"chunks": [{"timestamp": [s, s or null], "text"}]}, "speakers" in the same form where they were told apart.
 */
bool shape_chunks_is(const struct shape_input *in);
void shape_chunks_read(struct script *s, struct shape_input *in);
/** {"text", "words": [{"word", "start", "end"}]} without segments. */
bool shape_worded_is(const struct shape_input *in);
void shape_worded_read(struct script *s, struct shape_input *in);

/* shape_turns.c: lists of turns under the names that programs give their members, and a text without any */
/** @return whether a file is one JSON list of turns, by the first of them: its elements are no messages of their own */
bool shape_turns_begin(struct sam_span file);
/** Such a list, {"entries": [...]} (Teams), {"utterances": [...]} (AssemblyAI). */
bool shape_turns_is(const struct shape_input *in);
void shape_turns_read(struct script *s, struct shape_input *in);
/** {"text"} and nothing that tells when or who: plain answers of recognisers. */
bool shape_alone_is(const struct shape_input *in);
void shape_alone_read(struct script *s, struct shape_input *in);

/* stamped.c: text whose lines tell when they were said */
/** @return whether it is: "Anna  0:03", "[00:03] Anna: hej", "[00:00.000 --> 00:02.000] hej", "0:00:00.000,0:00:02.000" (SBV) */
bool stamped_is(struct sam_span text);
void stamped_read(struct script *s, struct sam_span text);

/* timed_rows.c */
/** @return whether text is a table of turns: a head with start, end and text, or rows of text, start, end */
bool timed_rows_is(struct sam_span text);
void timed_rows_read(struct script *s, struct sam_span text);

/* timed_text.c */
/** Reads "[hh:]mm:ss[.f]" at *at, which moves behind it. @return false when there is none */
bool timed_clock(const char **at, const char *end, int64_t *ms);
/** @return whether text is WebVTT, SubRip or ASS */
bool timed_text_is(struct sam_span text);
/** Adds one turn a cue and voice. Blocks without a valid time line are skipped with a warning. */
void timed_text_read(struct script *s, struct sam_span text);
/** Gathers the words of turns from first on into turns by their pauses, when nearly all hold one word. */
void timed_gather_words(struct script *s, size_t first);
/* cue_reference.c */
/** Decodes one character reference at text. @return bytes used, 0 when it is none; *out and *n (bytes in it) set then */
size_t cue_reference(struct sam_span text, char out[4], size_t *n);
/* cue_names.c */
/** @return bytes of the name in front of a cue, "Mette Hansen: hej", without its colon; 0 when none stands there */
size_t cue_name(struct sam_span text);
/** @return whether most cues of timed text begin with a name: exports of meetings */
bool cue_names_are(struct sam_span text);
/** Takes away what captions that roll up repeat: turns from first on that show the line before once more, and that line in front of the
 * next one. */
void cue_unroll(struct script *s, size_t first);

/** Adds the turn of a cue that is an object with spokenText and speakerName (Teams, with its metadata). @return whether it is one */
bool cue_json(struct script *s, struct sam_span text, struct sam_int start_ms, struct sam_int end_ms);

/* shape_text.c */
/** Adds the turns of "Name: words" or "**Name**: words" paragraphs, or of paragraphs without names. */
void speaker_text_read(struct script *s, struct sam_span text);
/** @return whether paragraphs of text start with names */
bool speaker_text_is(struct sam_span text);

#endif
