/*
 * Private to app: the HTTP interface of the daemon: a pool of connections as samtale_api, the serve room over it, and a server.
 */
#ifndef SAMTALE_APP_WEB_H
#define SAMTALE_APP_WEB_H

#include "chores.h"
#include "feeds.h"
#include "ingest.h"
#include "settings.h"

#include "samtale/loop.h"

struct web;

/**
 * Listens at once; questions to the database wait until it can be reached.
 *
 * @param settings  borrowed during the call
 * @param out       app_web_stop() it
 * @return SAM_OK; SAM_BAD_INPUT, SAM_CONFLICT or SAM_DENIED for an address, TLS file or time zone that cannot be used
 */
enum sam_code app_web_new(struct sam_loop *loop, const struct app_settings *settings, struct web **out, struct sam_err *err) SAM_MUST_USE;
/** Takes over what of the settings needs no restart: zone, variants, weights, whether names are shown. @return SAM_OK or SAM_NO_MEMORY:
 * nothing was changed */
enum sam_code app_web_reload(struct web *web, const struct app_settings *settings, struct sam_err *err) SAM_MUST_USE;
/** Names the ingest that /readyz and /metrics tell of. @param ingest NULL: there is none (any more) */
void app_web_ingest(struct web *web, const struct ingest *ingest);
/** Names the feeds that /metrics tells of. @param feeds NULL: there are none (any more) */
void app_web_feeds(struct web *web, const struct feeds *feeds);
/** Names the chores that are told which days are asked for. @param chores NULL: there are none (any more) */
void app_web_chores(struct web *web, struct chores *chores);
/** Lets requests in flight end, then closes all and frees web; stopped is called last, on the loop. @param web NULL: there is none */
void app_web_stop(struct web *web, void (*stopped)(void *context), void *context);

#endif
