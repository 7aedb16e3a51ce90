/**
 * @file
 * Base: the ground floor. Memory that ends with its unit of work (arena), text as spans, results that carry their
 * reason (sam_code, sam_err), bounded growing things (buf, vec, map), a JSON reader that repairs and counts, UTF-8,
 * hashes, log lines and files linked into the program. Everything above stands on this door; this door opens no other.
 */
#ifndef SAMTALE_BASE_H
#define SAMTALE_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAM_PRINTF(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))
#define SAM_MUST_USE                __attribute__((warn_unused_result))
/** A variable that is written before it is read, in what runs for every word or passage: the compiler need not clear it. */
#define SAM_UNSET        __attribute__((uninitialized))
#define SAM_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Always on: a false condition is a bug in this program; prints file, line and text, then aborts. Never for bad input. */
#define SAM_MUST(condition) ((condition) ? (void)0 : sam_bug(__FILE__, __LINE__, #condition))

/** Reports a bug in this program on stderr and aborts. Called through SAM_MUST. */
_Noreturn void sam_bug(const char *file, int line, const char *condition);

/* ---- results ---------------------------------------------------------------------------------------------- */

/** What a call came to. SAM_OK and SAM_NONE are answers; the others fill the struct sam_err that was passed. */
enum sam_code {
    SAM_OK = 0,
    SAM_NONE,        /* nothing there, not measurable: an answer */
    SAM_BAD_INPUT,   /* the data is wrong; sending it again will not help */
    SAM_UNSUPPORTED, /* recognised by name, not readable here (encrypted, another version) */
    SAM_TOO_LARGE,   /* over a limit that is a setting */
    SAM_CONFLICT,    /* contradicts what is stored */
    SAM_DENIED,      /* not allowed */
    SAM_TEMPORARY,   /* may succeed later: connection lost, server starting, disk full */
    SAM_SYSTEM,      /* the operating system refused */
    SAM_NO_MEMORY    /* an arena's limit or the machine's */
};

/** The reason of a failure; lives on the caller's stack, never allocates. */
struct sam_err {
    enum sam_code code;
    char text[400]; /* UTF-8, ends with NUL; never holds a turn's text, a telephone number or a key */
};

/** Sets err (may not be NULL) to code and the formatted text, cut at its size. @return code */
enum sam_code sam_fail(struct sam_err *err, enum sam_code code, const char *fmt, ...) SAM_PRINTF(3, 4);
/** Puts "formatted: " before the text in err on the way up. @return err->code */
enum sam_code sam_wrap(struct sam_err *err, const char *fmt, ...) SAM_PRINTF(2, 3);
/** @return the stable lower-case name of a code, e.g. "bad_input" */
const char *sam_code_name(enum sam_code code);

/* ---- spans: text that is borrowed -------------------------------------------------------------------------- */

/** Bytes that somebody else owns; not ended by NUL. An absent text is {NULL, 0}; an empty one has a non-NULL at. */
struct sam_span {
    const char *at;
    size_t len;
};
#define SAM_SPAN(literal) ((struct sam_span){(literal), sizeof(literal) - 1})
#define SAM_NO_SPAN       ((struct sam_span){NULL, 0})
/** For printf: "%.*s" with SAM_ARG(span); cut at 200 bytes so that a log line stays a line. */
#define SAM_ARG(span) (int)((span).len > 200 ? 200 : (span).len), ((span).at ? (span).at : "")

/** @return a span over a NUL-ended string, {NULL, 0} when text is NULL (it may be) */
struct sam_span sam_span_of(const char *text);
/** @return whether both hold the same bytes (an absent and an empty one are the same) */
bool sam_span_equal(struct sam_span a, struct sam_span b);
/** @return whether span holds exactly the NUL-ended text */
bool sam_span_is(struct sam_span span, const char *text);
/** As sam_span_is, ASCII letters compared without case. */
bool sam_span_is_nocase(struct sam_span span, const char *text);
/** @return whether span begins with the NUL-ended text */
bool sam_span_starts(struct sam_span span, const char *text);
/** @return span without ASCII blanks, tabs and line ends on both sides */
struct sam_span sam_span_trim(struct sam_span span);
/** Order by bytes, shorter first when one begins the other. @return <0, 0, >0 */
int sam_span_compare(struct sam_span a, struct sam_span b);
/** Reads a whole decimal integer (sign allowed, nothing else). @return SAM_OK, or SAM_BAD_INPUT when it is none or out of range (err says
 * so) */
enum sam_code sam_span_int(struct sam_span span, int64_t min, int64_t max, int64_t *out, struct sam_err *err) SAM_MUST_USE;
/** Reads a whole finite decimal number, with '.', without regard to the locale. @return SAM_OK or SAM_BAD_INPUT */
enum sam_code sam_span_double(struct sam_span span, double *out, struct sam_err *err) SAM_MUST_USE;
/** Cuts the next line off *rest (LF, CRLF or CR; the end is taken away). @return false when *rest was used up */
bool sam_span_line(struct sam_span *rest, struct sam_span *line);
/** Cuts the next word off *rest: what stands between blanks and tabs. @return an empty span when there is none */
struct sam_span sam_span_word(struct sam_span *rest);

/* ---- arena: memory of one unit of work --------------------------------------------------------------------- */

/** Bump memory with a byte limit. All that a message, batch, request or command makes lives in its arena and dies with it. */
struct sam_arena;

/** @param limit bytes that may be handed out in all, 1 or more @return a new arena, or NULL when the machine has no memory */
struct sam_arena *sam_arena_new(size_t limit);
/** Frees the arena and all in it. @param arena may be NULL */
void sam_arena_free(struct sam_arena *arena);
/** Forgets all that was handed out; keeps some memory for the next use (sam_arena_keep), and gives back the rest. */
void sam_arena_reset(struct sam_arena *arena);
/** How much a reset may keep; 1 MiB unless it is said. @param bytes what an ordinary unit of work needs */
void sam_arena_keep(struct sam_arena *arena, size_t bytes);
/** @return size zeroed bytes aligned for any type, or NULL when the limit is reached (size 0 gives a non-NULL pointer) */
void *sam_arena_alloc(struct sam_arena *arena, size_t size) SAM_MUST_USE;
/** As sam_arena_alloc for count things of size bytes; NULL also when the product overflows. */
void *sam_arena_array(struct sam_arena *arena, size_t count, size_t size) SAM_MUST_USE;
/** As sam_arena_array, for much that is written before it is read: the memory holds whatever it held. @return NULL at the limit or on
 * overflow */
void *sam_arena_room(struct sam_arena *arena, size_t count, size_t size) SAM_MUST_USE;
/** Copies span into the arena, a NUL behind it. @return SAM_OK, or SAM_NO_MEMORY (out untouched) */
enum sam_code sam_arena_span(struct sam_arena *arena, struct sam_span span, struct sam_span *out, struct sam_err *err) SAM_MUST_USE;
/** printf into the arena. @return SAM_OK, or SAM_NO_MEMORY (out untouched) */
enum sam_code sam_arena_printf(struct sam_arena *arena, struct sam_span *out, struct sam_err *err, const char *fmt, ...) SAM_MUST_USE
    SAM_PRINTF(4, 5);
/** @return bytes handed out since the last reset */
size_t sam_arena_used(const struct sam_arena *arena);
/** @return whether the arena's limit refused something since it was made or reset; else the system did, when something was refused */
bool sam_arena_limited(const struct sam_arena *arena);
/** Fails err with SAM_NO_MEMORY and the arena's limit; the one sentence for every full arena. @return SAM_NO_MEMORY */
enum sam_code sam_arena_full(const struct sam_arena *arena, struct sam_err *err);

/**
 * Memory of a thing that outlives every unit of work (a connection, a timer); all others live in an arena.
 * @return size zeroed bytes, or NULL when the machine has no memory; give it back with sam_free
 */
void *sam_new(size_t size) SAM_MUST_USE;
/**
 * For a daemon, once, before any thread: what was freed goes back to the system soon, so that the memory of a large message or batch is not
 * kept for good.
 */
void sam_memory_return(void);
/** Gives back what sam_new returned. @param thing may be NULL */
void sam_free(void *thing);

/* ---- buf: bytes that grow, with a maximum ------------------------------------------------------------------- */

/** A long-lived growing byte string, born with its maximum. Appends after a failure do nothing: check once, at the end. */
struct sam_buf {
    char *at;
    size_t len, room, max;
    bool failed; /* an append went over max or the machine had no memory; content is cut and must not be used */
};
/** An empty buffer that may never hold more than max bytes. Allocates nothing. */
struct sam_buf sam_buf_of(size_t max);
/** Frees the bytes and empties buf; max stays. */
void sam_buf_free(struct sam_buf *buf);
/** Empties buf, keeps its memory, clears failed. */
void sam_buf_clear(struct sam_buf *buf);
/** Makes sure that more bytes fit. @return the place to write them, or NULL (failed is set then) */
char *sam_buf_reserve(struct sam_buf *buf, size_t more) SAM_MUST_USE;
/** Appends bytes. */
void sam_buf_add(struct sam_buf *buf, const void *at, size_t len);
/** Appends a span. */
void sam_buf_span(struct sam_buf *buf, struct sam_span span);
/** Appends a NUL-ended text. */
void sam_buf_text(struct sam_buf *buf, const char *text);
/** Appends printf text (the C locale's numbers). */
void sam_buf_printf(struct sam_buf *buf, const char *fmt, ...) SAM_PRINTF(2, 3);
/** Appends a big-endian integer, as COPY BINARY wants it. */
void sam_buf_be16(struct sam_buf *buf, uint16_t value);
/** See sam_buf_be16. */
void sam_buf_be32(struct sam_buf *buf, uint32_t value);
/** See sam_buf_be16. */
void sam_buf_be64(struct sam_buf *buf, uint64_t value);
/** Appends span as a JSON string with its quotes; wrong UTF-8 becomes U+FFFD. */
void sam_buf_json(struct sam_buf *buf, struct sam_span span);
/** Appends a finite double as the shortest JSON number that reads back the same; "null" when it is not finite. */
void sam_buf_json_number(struct sam_buf *buf, double value);
/** @return what buf holds, borrowed until the next change */
struct sam_span sam_buf_get(const struct sam_buf *buf);

/* ---- vec and map: in an arena, with a maximum --------------------------------------------------------------- */

/** Things of one size that grow in an arena. Old places are left behind when it grows: keep indexes, not pointers. */
struct sam_vec {
    void *at;
    size_t n, room, max, size;
};
/** @param size bytes of one thing @param max most things it may hold */
struct sam_vec sam_vec_of(size_t size, size_t max);
/** Adds one zeroed thing. @return its place, or NULL when max or the arena's limit is reached */
void *sam_vec_add(struct sam_vec *vec, struct sam_arena *arena) SAM_MUST_USE;

/** Byte string -> uint32, in an arena; SipHash with a key drawn once a process, since names come from outside. */
struct sam_map;
/** @param max most entries @return NULL when the arena is full */
struct sam_map *sam_map_new(struct sam_arena *arena, size_t max);
/** @return whether key is there; *value (may be NULL) is set then */
bool sam_map_get(const struct sam_map *map, struct sam_span key, uint32_t *value);
/** Sets key (copied into the arena when new). @return SAM_OK, SAM_TOO_LARGE at max, SAM_NO_MEMORY */
enum sam_code sam_map_put(struct sam_map *map, struct sam_span key, uint32_t value, struct sam_err *err) SAM_MUST_USE;
/** @return number of entries */
size_t sam_map_count(const struct sam_map *map);

/* ---- UTF-8 -------------------------------------------------------------------------------------------------- */

/** Reads one code point. *at < end. Advances *at by 1-4 bytes. @return the code point, or -1 for a wrong byte (then by 1) */
int32_t sam_utf8_next(const char **at, const char *end);
/** @return whether all of span is well-formed UTF-8 without NUL (what PostgreSQL's text takes) */
bool sam_utf8_valid(struct sam_span span);
/** @return code points in span; each wrong byte counts as one */
size_t sam_utf8_count(struct sam_span span);
/** Writes cp (0..0x10FFFF, no surrogate) to out. @return bytes written, 1-4 */
size_t sam_utf8_put(int32_t cp, char out[4]);
/** Copies span with each wrong byte, NUL and noncharacter as U+FFFD; *replaced counts them. Borrowed unchanged when all is right. */
enum sam_code sam_utf8_repair(struct sam_arena *arena, struct sam_span span, struct sam_span *out, size_t *replaced,
                              struct sam_err *err) SAM_MUST_USE;

/* ---- JSON reader --------------------------------------------------------------------------------------------- */

enum sam_json_type { SAM_JSON_NULL, SAM_JSON_FALSE, SAM_JSON_TRUE, SAM_JSON_NUMBER, SAM_JSON_STRING, SAM_JSON_ARRAY, SAM_JSON_OBJECT };

/** A value. Strings are well-formed UTF-8 without NUL: what was wrong has become U+FFFD and was counted. */
struct sam_json {
    enum sam_json_type type;
    uint32_t n;                   /* children of an array or object */
    struct sam_span key;          /* in an object; else absent */
    struct sam_span text;         /* string: its value, unescaped; number: as written; array, object: its source bytes */
    const struct sam_json *first; /* first child, or NULL */
    const struct sam_json *next;  /* next sibling, or NULL */
};
/** What the reader repaired or saw, so that a record can carry a warning. */
struct sam_json_notes {
    uint32_t replaced;     /* characters replaced by U+FFFD: wrong UTF-8, NUL, lone surrogates, noncharacters */
    uint32_t duplicates;   /* keys that came again in one object; the last one counts */
    uint32_t not_finite;   /* NaN, Infinity: read as null */
    uint32_t raw_controls; /* control characters that stood unescaped in strings */
};
struct sam_json_limits {
    uint32_t depth; /* most open arrays and objects, e.g. 64 */
    uint32_t nodes; /* most values, e.g. 4,000,000 */
};
/**
 * Reads one JSON document (RFC 8259; a byte-order mark and the repairs of sam_json_notes are accepted, nothing else) iteratively.
 * Strings without escapes point into text, which must outlive the result.
 *
 * @param used  may be NULL: then anything but blanks after the value is an error; else set to the bytes used, for concatenated documents
 * @return SAM_OK; SAM_BAD_INPUT with "line L column C: what"; SAM_TOO_LARGE over a limit; SAM_NO_MEMORY
 */
enum sam_code sam_json_read(struct sam_arena *arena, struct sam_span text, const struct sam_json_limits *limits,
                            const struct sam_json **root, struct sam_json_notes *notes, size_t *used, struct sam_err *err) SAM_MUST_USE;
/** @param object any value or NULL @return the last member of that name (case matters), or NULL when absent or object is no object */
const struct sam_json *sam_json_find(const struct sam_json *object, struct sam_span key);
/** As sam_json_find for a NUL-ended name. */
static inline const struct sam_json *sam_json_get(const struct sam_json *object, const char *key)
{
    return sam_json_find(object, (struct sam_span){key, __builtin_strlen(key)});
}
/** @return the member's text when it is a string, else an absent span */
struct sam_span sam_json_text(const struct sam_json *object, const char *key);
/** @param value may be NULL @return whether it is a number (or, when lenient, a string holding one) that is whole and in range; *out set
 * then */
bool sam_json_int(const struct sam_json *value, bool lenient, int64_t min, int64_t max, int64_t *out);
/** @param value may be NULL @return whether it is a finite number (or, when lenient, a string holding one); *out set then */
bool sam_json_double(const struct sam_json *value, bool lenient, double *out);

/* ---- hashes, log, embedded files ------------------------------------------------------------------------------ */

/** BLAKE2b-128 that names content; not a secret. One part: of its bytes (as `b2sum -l 128`); more: each behind its length, so that borders
 * count. */
void sam_hash128(const struct sam_span *parts, size_t n, uint8_t out[16]);

/** Syslog's levels, the ones in use. */
enum sam_log_level { SAM_LOG_ERROR = 3, SAM_LOG_WARNING = 4, SAM_LOG_NOTICE = 5, SAM_LOG_INFO = 6, SAM_LOG_DEBUG = 7 };
/** Sets the least severe level that is written; SAM_LOG_INFO at start. The only global of the house. */
void sam_log_set(enum sam_log_level level);
/**
 * Writes one line "<N>event key=value ..." to stderr in one write. Control characters and line ends in values become '?'.
 * Never pass text of a turn, a telephone number, a customer's name or key.
 *
 * @param event  a name from docs/operations.md, e.g. "message.dead"
 * @param fmt    "key=%s key=%d ...", may be "" */
void sam_log(enum sam_log_level level, const char *event, const char *fmt, ...) SAM_PRINTF(3, 4);

/** A file that was linked into the program by the build (SQL, packs, the page). */
struct sam_embedded {
    const char *name; /* path below the source tree, e.g. "sql/statements/dequeue.sql" */
    struct sam_span body;
};
/** @return the linked file of that name, or NULL */
const struct sam_embedded *sam_embedded_find(const char *name);
/** All linked files in the order of their names. @param n set to their number */
const struct sam_embedded *sam_embedded_all(size_t *n);

#endif
