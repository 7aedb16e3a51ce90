/*
 * Private to app: conversations out of files, for the commands that need no database. Files are read, masked and joined as the daemon does;
 * parts of one conversation may stand in several lines and files.
 */
#ifndef SAMTALE_APP_CORPUS_H
#define SAMTALE_APP_CORPUS_H

#include "samtale/read.h"

#include "command.h"

/** One conversation of the files, in the order of their first mention. */
struct corpus_item {
    struct sam_span id;
    struct sam_span message; /* the bytes that named it first: what `eval` reads labels from */
    const char *file;
    uint32_t line;
    const struct sam_part **parts;
    size_t parts_n, parts_room;
};
/** All of them. */
struct corpus {
    struct sam_arena *arena;
    struct corpus_item *items;
    size_t n;
    size_t refused; /* messages that could not be read; each was told on stderr */
};

/**
 * Reads files ("-" is standard input). What cannot be read is told on stderr as FILE:LINE: reason and counted.
 *
 * @param settings  how; a message may be as large as a file, and the source is "file" where none is named
 * @return SAM_OK; SAM_SYSTEM when a file cannot be opened; SAM_TOO_LARGE, SAM_NO_MEMORY
 */
enum sam_code corpus_read(const struct sam_read_settings *settings, struct sam_arena *arena, char *const *files, size_t n,
                          struct corpus *out, struct sam_err *err) SAM_MUST_USE;
/** Joins the parts of one item; they were masked when they were read. */
enum sam_code corpus_join(const struct corpus_item *item, struct sam_arena *arena, struct sam_conversation *out,
                          struct sam_err *err) SAM_MUST_USE;
/** Reads a whole file, "-" for standard input. */
enum sam_code corpus_file(struct sam_arena *arena, const char *path, struct sam_span *out, struct sam_err *err) SAM_MUST_USE;

#endif
