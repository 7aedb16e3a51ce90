/*
 * Private to app: the doors through which the daemon takes files by itself, as the settings say: the spool folder, a queue_log that grows.
 */
#ifndef SAMTALE_APP_FEEDS_H
#define SAMTALE_APP_FEEDS_H

#include "rules.h"

#include "samtale/loop.h"

struct feeds;

/**
 * Opens the doors that the settings name.
 * @param read  how files are read to see what they are; copied, what it points to must outlive the feeds
 * @param out   feeds_stop() it
 * @return SAM_OK; SAM_SYSTEM when a folder cannot be opened; SAM_BAD_INPUT for a wrong connection string; SAM_NO_MEMORY
 */
enum sam_code feeds_new(struct sam_loop *loop, const struct app_settings *settings, const struct sam_read_settings *read,
                        struct feeds **out, struct sam_err *err) SAM_MUST_USE;
/** Appends what the open doors did and how far behind they are, as metrics. @param feeds may be NULL: nothing */
void feeds_metrics(const struct feeds *feeds, struct sam_buf *out);
/** Closes them all and frees feeds; stopped is called last, on the loop. @param feeds may be NULL: then at once */
void feeds_stop(struct feeds *feeds, void (*stopped)(void *context), void *context);

#endif
