/*
 * What the files of this room share: one reading (struct reader) with its settings, arena and what came out so far, and the small
 * readers of fields that turn a wrong value into "unknown" and a warning. An arena that fills up sets reader.full; it is asked once, at the
 * end.
 */
#ifndef READ_READER_H
#define READ_READER_H

#include "samtale/read.h"

/** Most parts of one message: more is a file that should have been split. */
#define PARTS_MAX 200000
/** Longest id, source, queue, agent, team or name in bytes. */
#define ID_MAX 512

struct reader {
    const struct sam_read_settings *set;
    const struct sam_read_input *in;
    struct sam_arena *arena;
    struct sam_vec parts;    /* of struct sam_part * */
    struct sam_vec refusals; /* of struct sam_read_refusal */
    size_t refusals_n;
    struct sam_span doc;         /* the document being read */
    uint32_t line;               /* where it starts in the body */
    const struct sam_json *json; /* its root, NULL when it is no JSON */
    struct sam_json_notes notes;
    struct sam_span source;   /* of the document, once read_source knows it */
    struct sam_part *outcome; /* made of codes in the document: read_outcome; NULL before the first */
    struct sam_part *survey;  /* made of its attributes: read_attribute; likewise */
    int64_t limit_ms;         /* of durations and offsets; by the channel, once that is known: read_limit */
    const char *format;       /* of the first document that was read; NULL before */
    uint32_t opened;          /* envelopes around the document */
    bool full;                /* the arena's limit was reached */
};

/** Where in a document: a chain on the C stack, written out only for a warning ("legs[3].queued_at"). */
struct place {
    const struct place *up; /* NULL: the root */
    const char *key;
    int64_t i; /* -1: none */
};
#define KEY(up, key)     (&(const struct place){(up), (key), -1})
#define ITEM(up, key, i) (&(const struct place){(up), (key), (int64_t)(i)})

/** One row of the table of formats. */
struct format {
    struct sam_format about;
    bool (*detect)(const struct reader *r); /* looks at r->json, or at r->doc when that is NULL */
    enum sam_code (*read)(struct reader *r, struct sam_err *err);
};

/* part.c */
/** Zeroed memory for count things; NULL (and r->full) when the arena is full. */
void *read_take(struct reader *r, size_t count, size_t size);
/** printf into the arena; an absent span (and r->full) when it is full. */
struct sam_span read_print(struct reader *r, const char *fmt, ...) SAM_PRINTF(2, 3);
/** A copy in the arena; an absent span (and r->full) when it is full. */
struct sam_span read_keep(struct reader *r, struct sam_span text);
/** Adds a part with head's ids, version and warnings and an empty body of that kind; NULL (and r->full) when the arena is full. */
struct sam_part *read_part(struct reader *r, const struct sam_part *head, enum sam_kind kind);
/** Notes on a part what was odd and where. */
void read_warn(struct reader *r, struct sam_part *part, const char *code, const struct place *place);
/** The same with the place as text. */
void read_warning(struct reader *r, struct sam_part *part, struct sam_span code, struct sam_span place);
/** Notes what the JSON reader repaired in the document. */
void read_warn_notes(struct reader *r, struct sam_part *part);
/** Puts aside something that could not become a part. */
void read_refuse(struct reader *r, struct sam_span body, uint32_t line, const struct sam_err *err);
/** Envelope's source, else the body's, else the settings'; trimmed. SAM_BAD_INPUT when there is none or it is too long. */
enum sam_code read_source(struct reader *r, struct sam_span of_body, struct sam_span *out, struct sam_err *err);
/** The one spelling of an id: a UUID in any form becomes lower case with hyphens, anything else is trimmed. */
struct sam_span read_id_canonical(struct reader *r, struct sam_span id);
/** An id from a JSON string or whole number. SAM_NONE when absent or blank; SAM_BAD_INPUT when of another type or too long. */
enum sam_code read_id(struct reader *r, const struct sam_json *value, struct sam_span *out, struct sam_err *err);
/** A short text (name, queue, agent): trimmed, cut at ID_MAX on a code point with a warning; absent when missing, blank or of another type
 * (warning). */
struct sam_span read_name(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place);
/** Milliseconds from a number; unknown with a warning when negative, implausible or no number. @param scale ms per unit of the value */
struct sam_int read_ms(struct reader *r, struct sam_part *part, const struct sam_json *value, double scale, const struct place *place);
/** Sets r->limit_ms by the channel. */
void read_limit(struct reader *r, enum sam_channel channel);
/** A list's elements; NULL with a warning when value is there and is no array (null counts as absent). */
const struct sam_json *read_list(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place);
/** An object; NULL with a warning when value is there and is none. */
const struct sam_json *read_object(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place);
/** @return whether value is absent or null */
static inline bool read_is_null(const struct sam_json *value)
{
    return !value || value->type == SAM_JSON_NULL;
}
/** Fails when a list of a document is longer than its limit. */
enum sam_code read_within(uint32_t n, uint32_t max, const char *what, struct sam_err *err);

/** Most events of channels a leg: what limits the legs of a record limits these. */
#define CHANNEL_EVENTS 64U

/* words.c: the words sources use for a role, a channel, a direction; any case */
bool read_role_find(struct sam_span word, enum sam_role *out);
bool read_channel_find(struct sam_span word, enum sam_channel *out);
bool read_direction_find(struct sam_span word, enum sam_direction *out);
bool read_disposition_find(struct sam_span word, enum sam_disposition *out);

/* time.c */
/** A time from a JSON string (RFC 3339, RFC 2822, digits), number (epoch) or {"time","quality"}; unknown with a warning when it is none. */
struct sam_time read_time(struct reader *r, struct sam_part *part, const struct sam_json *value, const struct place *place);
/** As time_of from text. */
struct sam_time read_time_text(struct reader *r, struct sam_part *part, struct sam_span text, const struct place *place);
/** Keeps a time that can be true; unknown with a warning when it is out of range or in the future. */
struct sam_time read_plausible(struct reader *r, struct sam_part *part, struct sam_time t, const struct place *place);
/** UTC microseconds of a civil date and time (proleptic Gregorian); fields in range. */
int64_t read_civil_us(int64_t year, int month, int day, int64_t second_of_day);
/** The civil date of days since 1970. */
void read_civil_date(int64_t days, int64_t *year, int *month, int *day);

/* maps.c */
/** Looks a key up in what the configuration says. @return whether it is there; *value set then */
bool read_map(struct reader *r, enum sam_read_map map, struct sam_span key, struct sam_span *value);
/** As read_disposition_find, with the configuration's words first. */
bool read_disposition(struct reader *r, struct sam_span word, enum sam_disposition *out);
/** The zone of the document's source. May be NULL: UTC */
const struct sam_zone *read_zone(const struct reader *r);
/** Gives queues, agents and the part itself the names that the configuration has for them. */
void read_map_part(struct reader *r, struct sam_part *part);

/* codes.c */
/** Notes a wrap-up code or tag of a record: one that the configuration knows makes an outcome part. */
void read_outcome(struct reader *r, const struct sam_part *record, struct sam_span code);
/** Notes an attribute of a record: the configuration may know it, as "NAME:VALUE", for an outcome, or as NAME for a customer's answer. */
void read_attribute(struct reader *r, struct sam_part *record, struct sam_span key, struct sam_span value);
/** The same for all members of an object; NULL or another type has none. */
void read_attributes(struct reader *r, struct sam_part *record, const struct sam_json *map);

/* settle.c */
/** The last look at a part: what cannot be becomes unknown with a warning. */
void read_settle(struct reader *r, struct sam_part *part);

/* media_type.c */
/** Cuts the parameters off input->content_type; one called name becomes input->name unless there is one. Sets r->full when the arena is. */
void read_media_type(struct reader *r, struct sam_read_input *input);

/* split.c: the two halves of sam_read_split_next, for a message whose end is found by reading it */
/** A split that takes rows of a table one by one, too. */
struct sam_read_split read_split_each(struct sam_span file);
/** Goes to where the next message starts. @return false when there are no more */
bool read_split_start(struct sam_read_split *split);
/** Takes n bytes off as one message. @return it, trimmed */
struct sam_span read_split_take(struct sam_read_split *split, size_t n);

/* page.c */
/** @return the first document of r->json's list of them (the others follow it), or r->json itself when it carries one as text; NULL */
const struct sam_json *read_page_first(const struct reader *r);
struct carrier;
/** @return how an item carries a document as text (*text set then), or NULL */
const struct carrier *read_carried(const struct sam_json *item, struct sam_span *text);
/** Takes base64 and what read_unpack knows off a carried text. @return SAM_OK; as read_unpack; SAM_BAD_INPUT when it is no base64 */
enum sam_code read_carried_open(struct reader *r, const struct carrier *by, struct sam_span *text, struct sam_err *err);

/* unpack.c */
/** Takes a byte-order mark away, turns UTF-16 into UTF-8 and inflates gzip (and what is in it). @return SAM_OK, SAM_BAD_INPUT,
 * SAM_TOO_LARGE, SAM_NO_MEMORY */
enum sam_code read_unpack(struct reader *r, struct sam_span *body, struct sam_err *err);

/* formats.c: the table, in the order of detection */
extern const struct format *const read_formats[];
extern const size_t read_formats_n;
extern const struct format format_vcon, format_native, format_whisper, format_deepgram, format_timed_text, format_queue_log, format_connect,
    format_lens, format_lens_live, format_genesys, format_genesys_event, format_genesys_transcript, format_transcribe, format_cdr,
    format_cel, format_known;

#endif
