/*
 * Private to app: one run of `samtaled import`. Files are found and opened (import_files.c), cut into messages and counted (import_tell.c),
 * sent to the queue (import_send.c), and what was done is kept for the next run (import_resume.c).
 */
#ifndef SAMTALE_APP_IMPORT_H
#define SAMTALE_APP_IMPORT_H

#include "samtale/loop.h"
#include "samtale/read.h"

#include "session.h"
#include "settings.h"

#define IMPORT_BATCH       200
#define IMPORT_BATCH_BYTES ((size_t)4 << 20)
/** Most formats and reasons that the summary tells apart. */
#define IMPORT_FORMATS 32
#define IMPORT_REASONS 24
/** A part's kinds that are counted: record, transcript, survey, outcome. */
#define IMPORT_KINDS 5

/** What came of the messages. */
struct import_tally {
    struct {
        const char *name;
        int64_t messages, parts[IMPORT_KINDS];
    } formats[IMPORT_FORMATS];
    size_t formats_n;
    struct {
        char text[120];
        int64_t n;
    } reasons[IMPORT_REASONS];
    size_t reasons_n;
    int64_t imported, refused, skipped, other_reasons, turns;
};

/** A file that is being imported. */
struct import_file {
    const char *path;
    struct sam_span type;   /* media type with the file's name */
    int64_t size, mtime_us; /* of what lies on disk */
    size_t text_len;        /* unpacked */
    int64_t done;           /* messages that were sent or refused, this time and before */
    int64_t skip;           /* of these, before */
    int64_t refused_before; /* of all files, when this one began */
};

struct import {
    const struct command *self;
    struct app_session session;
    struct sam_arena *work;    /* parameters of one batch */
    struct sam_arena *reading; /* one message */
    struct sam_read_settings settings;
    struct sam_span source, kind;
    const char *resume; /* file that keeps what was done; NULL: none */
    int64_t text_max;   /* bytes of one file, unpacked */
    bool dry, told_full;

    struct import_file file;
    struct sam_span bodies[IMPORT_BATCH];
    uint32_t lines[IMPORT_BATCH];
    size_t n, bytes;

    struct import_tally tally;
    struct sam_arena *keys; /* of a dry run: the conversations seen */
    struct sam_map *conversations;

    int64_t bytes_all, bytes_before; /* of all files; of those that are done */
    int64_t began_us, shown_us;
    bool terminal, shown;

    struct sam_arena *known_arena;
    struct sam_map *known; /* path -> index into known_done */
    struct sam_vec known_done;
    int resume_fd; /* -1: none */
};

/* import_files.c */
/** Imports a path: a file, "-", or a folder with all that is in it, in the order of names. */
enum sam_code import_path(struct import *import, const char *path, struct sam_err *err) SAM_MUST_USE;
/** Adds up the bytes of what import_path would read, for the progress bar. */
int64_t import_measure(const char *path);

/* import_send.c */
/** Takes one message of the file up: it is sent with the batch. */
enum sam_code import_add(struct import *import, struct sam_span message, uint32_t line, struct sam_err *err) SAM_MUST_USE;
/** Sends the batch; when it is refused, one by one, so that only what is wrong stays out. */
enum sam_code import_flush(struct import *import, struct sam_err *err) SAM_MUST_USE;

/* import_tell.c */
/** Counts a message that was read. */
void import_count(struct import *import, const struct sam_read_result *result);
/** Tells on stderr what was refused and counts it by its reason. */
void import_refuse(struct import *import, uint32_t line, const char *why);
/** Draws the progress bar when it is time. @param offset bytes of the file's text that are done */
void import_progress(struct import *import, size_t offset);
/** Takes the progress bar away, so that a line can be written. */
void import_clear(struct import *import);
/** Prints the summary. */
void import_summary(const struct import *import);

/* import_resume.c */
/** Opens the file that keeps what was done, and reads it. */
enum sam_code import_resume_open(struct import *import, struct sam_err *err) SAM_MUST_USE;
/** @return messages of the present file that were done before; -1: all of it was */
int64_t import_resume_done(const struct import *import);
/** Keeps how far the present file is. @param all whether it is done */
enum sam_code import_resume_keep(struct import *import, bool all, struct sam_err *err) SAM_MUST_USE;

#endif
