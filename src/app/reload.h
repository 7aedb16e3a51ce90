/*
 * Private to app: the settings file and the site's packs read again while the daemon runs: all of it, or nothing and a reason.
 */
#ifndef SAMTALE_APP_RELOAD_H
#define SAMTALE_APP_RELOAD_H

#include "ingest.h"

/** What was read. */
struct reload {
    const char *file;                 /* as app_settings_load takes it */
    const struct app_settings *first; /* of the process; what takes a restart stays as it is there */
    struct app_settings settings;
    struct ingest_scorer *scorer; /* of the new rules; settings borrow from its arena. NULL: err says why */
    char left[500];               /* settings that differ but take a restart, "[http] listen, [http] connections"; may be cut */
    struct sam_err err;
    void (*done)(struct reload *reload);
    void *context;
};

/**
 * Reads on another thread, then calls done on the loop.
 * @param reload  file, first, done and context are set; it must live until done
 * @return SAM_OK or SAM_NO_MEMORY (then done is not called)
 */
enum sam_code reload_start(struct sam_loop *loop, struct reload *reload, struct sam_err *err) SAM_MUST_USE;
#endif
