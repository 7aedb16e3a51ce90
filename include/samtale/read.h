/**
 * @file
 * Read: bytes of any format into parts of conversations, and a part into its canonical form. Reading is total: any byte string
 * gives parts (perhaps with warnings) or a refusal with a reason. Pure: no clock, no file, no socket; a time zone comes as bytes.
 * A new format is one file in src/read and one row in its table of formats.
 */
#ifndef SAMTALE_READ_H
#define SAMTALE_READ_H

#include "samtale/model.h"

/* ---- time zones --------------------------------------------------------------------------------------------------- */

/** A time zone: its rules, from a TZif file. */
struct sam_zone;
/** How a local time lay in its zone. */
enum sam_zone_fit {
    SAM_ZONE_ONCE,  /* one instant */
    SAM_ZONE_TWICE, /* the clock showed it twice: the earlier was taken */
    SAM_ZONE_NEVER  /* the clock jumped over it: moved forward by the gap */
};
/**
 * Reads a TZif file (RFC 8536, versions 1 to 4, with the rule after the last change).
 *
 * @param tzif  the bytes of e.g. /usr/share/zoneinfo/Europe/Copenhagen; borrowed only during the call
 * @return SAM_OK; SAM_BAD_INPUT when it is no TZif file; SAM_NO_MEMORY
 */
enum sam_code sam_zone_read(struct sam_arena *arena, struct sam_span tzif, const struct sam_zone **out, struct sam_err *err) SAM_MUST_USE;
/** @param zone may be NULL: UTC @param local_us microseconds of the wall clock, as if it were UTC @return UTC microseconds; *fit (may be
 * NULL) set */
int64_t sam_zone_utc(const struct sam_zone *zone, int64_t local_us, enum sam_zone_fit *fit);

/** @return whether all offsets from UTC that the zone has from from_s (UTC seconds since 1970) on are multiples of step_s, 1 or more */
bool sam_zone_in_steps(const struct sam_zone *zone, int64_t from_s, int64_t step_s);

/* ---- settings and input -------------------------------------------------------------------------------------------- */

/** "key = value" of one section of the configuration. */
struct sam_pair {
    struct sam_span key, value;
};
/** All of them; keys are unique. */
struct sam_pairs {
    const struct sam_pair *at;
    size_t n;
    const struct sam_map *index; /* key -> place in at */
};
/** What a configuration says about the names and words of its sources. A key may be "SOURCE:KEY", for one source alone. */
enum sam_read_map {
    SAM_MAP_QUEUES,       /* a queue's name or id -> its name */
    SAM_MAP_AGENTS,       /* an agent's name or id -> "ID, NAME, TEAM" */
    SAM_MAP_DISPOSITIONS, /* how a call ended, in the source's word -> enum sam_disposition; "key 1": the key that left a queue_log's queue
                           */
    SAM_MAP_OUTCOMES,     /* wrap-up code, tag, "attribute:value" -> one of sam_read_outcome_words() */
    SAM_MAP_SIDES,        /* ending of a one-channel file's name -> role */
    SAM_MAP_SPEAKERS,     /* what a recogniser calls a speaker -> role, marked as derived */
    SAM_MAP_GREETINGS,    /* words that only one side says, lower case -> role, as above */
    SAM_MAP_FILE_NAMES,   /* source -> patterns of its files' names, "*-{id}-*", separated by commas */
    SAM_MAP_SURVEYS,      /* attribute -> what it asks, sam_read_scale_of() */
    SAM_MAP_LINKS         /* source -> the source whose conversations its parts belong to */
};
#define SAM_READ_MAPS 10
/** @return the words of SAM_MAP_OUTCOMES, ended by NULL */
const char *const *sam_read_outcome_words(void);
enum sam_read_scale_kind { SAM_SCALE_NPS, SAM_SCALE_CSAT, SAM_SCALE_CES };
/** What a customer was asked, and the ends of the scale. */
struct sam_read_scale {
    enum sam_read_scale_kind what;
    int64_t min, max;
};
/** Reads a value of SAM_MAP_SURVEYS: "nps", "csat 1 5", "ces 1 7". @return SAM_OK, or SAM_BAD_INPUT with what it must be */
enum sam_code sam_read_scale_of(struct sam_span text, struct sam_read_scale *out, struct sam_err *err) SAM_MUST_USE;
/** The time zone of one source. */
struct sam_source_zone {
    struct sam_span source;
    const struct sam_zone *zone;
};

/** Names of columns in the order of files that have no head line. */
struct sam_read_columns {
    const struct sam_span *at;
    size_t n;
};

/** Limits and assumptions of reading. Every limit belongs to the configuration; sam_read_defaults() gives the shipped ones. */
struct sam_read_settings {
    size_t body_max;             /* bytes of one message, after unpacking; 16 MiB */
    size_t text_max;             /* bytes of one turn's text; 1 MiB */
    uint32_t json_depth;         /* most open arrays and objects; 64 */
    uint32_t json_nodes;         /* most JSON values; 1,000,000 */
    uint32_t turns_max;          /* of one transcript; 50,000 */
    uint32_t parties_max;        /* of one part; 1,000 */
    uint32_t legs_max;           /* of one record; 1,000 */
    int64_t duration_max_ms;     /* of calls: longer durations and offsets are unknown, with a warning; 24 h */
    int64_t exchange_max_ms;     /* the same of chats, mails, messages and tasks, which go on for weeks; 366 days */
    int64_t now_us;              /* when the message came; 0: not known, and no time is too late */
    int64_t future_max_ms;       /* times that are later by more are unknown, with a warning; 24 h */
    const struct sam_zone *zone; /* of times without one; NULL: UTC */
    struct sam_span country;     /* ISO 3166 of telephone numbers without a country code, "DK"; absent when not known */
    struct sam_span source;      /* for messages that name none, neither in the envelope nor in the body; absent: they are refused */
    struct sam_pairs maps[SAM_READ_MAPS];
    const struct sam_source_zone *zones; /* of sources whose zone is another */
    size_t zones_n;
    const struct sam_span *wrap_pauses; /* reasons of pauses in a queue_log that mean after-call work */
    size_t wrap_pauses_n;
    struct sam_read_columns cdr_columns, cel_columns; /* of Asterisk's call detail records and channel events, where a site orders them */
    uint32_t extension_digits;                        /* most digits of a number inside the house; 5 */
    int64_t wrap_within_ms;                           /* such a pause belongs to the call that ended at most so long before; 10 s */
};
/** @return the shipped limits, no zone, no country, no source */
struct sam_read_settings sam_read_defaults(void);

/** @return settings for reading what is stored: it passed the limits of its day, so none holds but the depth of JSON */
struct sam_read_settings sam_read_stored(void);

/** A message as it came. All spans may be absent but body. */
struct sam_read_input {
    struct sam_span source;       /* of the envelope; wins over the body's */
    struct sam_span kind;         /* of the envelope: a name of enum sam_kind; wins over the body's */
    struct sam_span content_type; /* a hint, tried first, never trusted; its parameter name= stands for name */
    struct sam_span name;         /* file or object name, where the format keeps an id there */
    struct sam_span body;
};

/* ---- reading --------------------------------------------------------------------------------------------------------- */

/** Something in a message that could not become a part while the rest could: a bad line, an unreadable document among several. */
struct sam_read_refusal {
    struct sam_span body; /* the bytes concerned, in the message's body */
    uint32_t line;        /* 1 or more */
    struct sam_err err;   /* what and why */
};
/** Most refusals kept of one message; further ones are only counted. */
#define SAM_REFUSALS 64

/** What a message came to. Everything lies in the arena or in the body. */
struct sam_read_result {
    const char *format; /* name of the format: "native", "vcon", ... */
    struct sam_part *parts;
    size_t parts_n;
    struct sam_read_refusal *refusals;
    size_t refusals_n; /* may exceed SAM_REFUSALS: then the rest were only counted */
};

/**
 * Reads one message. The format is found by structure; several JSON documents in one body (lines, or one after another, or in
 * one array) are read one by one. A conversation gives a record part and, when it has words, a transcript part; surveys and outcomes are
 * parts of their own.
 *
 * @param input  borrowed; the parts point into input->body, which must outlive them
 * @param out    set on SAM_OK only
 * @return SAM_OK with one part or more; SAM_BAD_INPUT, SAM_UNSUPPORTED (recognised by name, not readable here) or SAM_TOO_LARGE when
 * nothing could be read: err says what, where and why; SAM_NO_MEMORY
 */
enum sam_code sam_read(const struct sam_read_settings *settings, const struct sam_read_input *input, struct sam_arena *arena,
                       struct sam_read_result *out, struct sam_err *err) SAM_MUST_USE;

/**
 * Appends a media type that carries a file's name, as sam_read understands it: `text/vtt; name="call.vtt"`. This is how a name goes through
 * the queue.
 *
 * @param type  may be absent: application/octet-stream
 * @param name  may be absent: then only the type; control characters become '_'
 */
void sam_media_type_write(struct sam_buf *buf, struct sam_span type, struct sam_span name);

/** Cuts a file into messages: JSON Lines, objects one after another, the elements of one array; anything else is one message, and so are
 * objects that are rows of one table (a queue_log, channel events), since one call has many of them, and a list of turns. */
struct sam_read_split {
    struct sam_span rest; /* set by sam_read_split_of; private */
    uint32_t line;        /* of the message given last, 1 or more; 0 before the first */
    uint32_t next_line;   /* private */
    bool array;           /* private: inside one array */
    bool whole;           /* private: all of it is one message */
    bool list;            /* private: which is one list of turns */
};
/** @return a split at the start of file (borrowed) */
struct sam_read_split sam_read_split_of(struct sam_span file);
/**
 * The next message. A document that does not end is ended by the line on which the next one starts, so that a cut line costs itself only.
 *
 * @param message set to the bytes of one message, borrowed from the file
 * @return false when there are no more
 */
bool sam_read_split_next(struct sam_read_split *split, struct sam_span *message);

/**
 * Cuts a queue_log, call detail records or channel events (the file, or a table in any form) into messages of which none holds only a part
 * of a call: a row goes to the piece in which its call began. For files larger than a message may be.
 *
 * @param piece_bytes  about how large a piece is to be; one is larger by what goes on after its end, and by a table's head
 * @param out          the pieces, copies in the arena
 * @return SAM_OK; SAM_NONE when the text is none of these; SAM_NO_MEMORY, SAM_TOO_LARGE
 */
enum sam_code sam_read_log_split(const struct sam_read_settings *settings, struct sam_span text, size_t piece_bytes,
                                 struct sam_arena *arena, struct sam_span **out, size_t *out_n, struct sam_err *err) SAM_MUST_USE;

/** A format that is known by name: what `samtaled read --help` and docs list. */
struct sam_format {
    const char *name; /* stable: "native", "vcon" */
    const char *help;
    bool readable; /* false: recognised, so that it is refused by its name */
};
/** @param i from 0, in the order of detection @return the i-th format, or NULL behind the last */
const struct sam_format *sam_format_at(size_t i);

/* ---- the canonical form ------------------------------------------------------------------------------------------------ */

/**
 * Appends the canonical form of a part: the native JSON of kind record, transcript, survey or outcome; keys in a fixed order, no blanks,
 * nothing that is unknown. Read by sam_read it gives a part whose canonical form is the same bytes. What masking has not yet taken away
 * (customer's telephone, names) is written too: mask first where it is kept.
 *
 * @param out  its failed flag is set when its maximum is reached
 */
void sam_part_write(const struct sam_part *part, struct sam_buf *out);

#endif
