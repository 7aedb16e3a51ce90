/*
 * samtaled run: the daemon. Wires the rooms, obeys signals (TERM and INT stop in order, HUP reads settings and packs again), tells systemd,
 * and ends when all has ended. A message that is bad never stops it; a schema that is wrong does.
 */
#include "samtale/app.h"

#include "chores.h"
#include "feeds.h"
#include "ingest.h"
#include "mask_key.h"
#include "notify.h"
#include "reload.h"
#include "web.h"

#include <getopt.h>
#include <signal.h>
#include <unistd.h>

#define ARENA_BYTES ((size_t)256 << 20) /* a site's packs may be large; what is not used is not there */
#define STOP_S      45                  /* then what still runs is given up; the queue keeps its messages */
#define SECOND_MS   1000

struct daemon {
    struct sam_loop *loop;
    struct ingest *ingest;
    struct web *web;
    struct chores *chores;
    struct feeds *feeds;
    struct sam_signal *signals[3];
    struct sam_timer *watchdog, *limit;
    bool stopping, reloading, again; /* again: told to reload while reloading */
    int stopping_s;                  /* see on_limit() */
    struct reload reload;
    enum app_exit exit;
};

/* ---- stopping ------------------------------------------------------------------------------------------------------------------ */

static void free_handles(struct daemon *daemon)
{
    for (size_t i = 0; i < SAM_COUNT(daemon->signals); i++) {
        sam_signal_free(daemon->signals[i]);
        daemon->signals[i] = NULL;
    }
    sam_timer_free(daemon->watchdog);
    sam_timer_free(daemon->limit);
    daemon->watchdog = daemon->limit = NULL;
}

static void all_stopped(struct daemon *daemon)
{
    if (!daemon->ingest && !daemon->web && !daemon->chores && !daemon->feeds)
        free_handles(daemon);
}

static void on_ingest_stopped(void *context)
{
    struct daemon *daemon = context;
    daemon->ingest = NULL;
    app_web_ingest(daemon->web, NULL);
    all_stopped(daemon);
}

static void on_web_stopped(void *context)
{
    struct daemon *daemon = context;
    daemon->web = NULL;
    all_stopped(daemon);
}

static void on_chores_stopped(void *context)
{
    struct daemon *daemon = context;
    daemon->chores = NULL;
    app_web_chores(daemon->web, NULL);
    all_stopped(daemon);
}

static void on_feeds_stopped(void *context)
{
    struct daemon *daemon = context;
    daemon->feeds = NULL;
    all_stopped(daemon);
}

/* Seconds in which the loop ran: a machine that stood still meanwhile (suspended, or starved by others) does not count, or all that was
 * about to end would be given up in the first moment after. */
static void on_limit(void *data)
{
    struct daemon *daemon = data;
    if (++daemon->stopping_s < STOP_S) {
        sam_timer_set(daemon->limit, SECOND_MS);
        return;
    }
    sam_log(SAM_LOG_ERROR, "run.stop_late", "after_s=%d ingest=%d web=%d chores=%d feeds=%d", STOP_S, daemon->ingest != NULL,
            daemon->web != NULL, daemon->chores != NULL, daemon->feeds != NULL);
    _exit(APP_FAILED);
}

static void stop(struct daemon *daemon, const char *why)
{
    if (daemon->stopping)
        return;
    daemon->stopping = true;
    sam_log(SAM_LOG_NOTICE, "run.stopping", "why=%s", why);
    app_notify("STOPPING=1");
    sam_timer_set(daemon->limit, SECOND_MS);
    app_web_feeds(daemon->web, NULL);
    app_web_stop(daemon->web, on_web_stopped, daemon);
    chores_stop(daemon->chores, on_chores_stopped, daemon);
    feeds_stop(daemon->feeds, on_feeds_stopped, daemon);
    ingest_stop(daemon->ingest, on_ingest_stopped, daemon);
}

static void on_stop_signal(void *data)
{
    stop(data, "signal");
}

static void on_fatal(void *context, const struct sam_err *err)
{
    struct daemon *daemon = context;
    sam_log(SAM_LOG_ERROR, "run.cannot", "reason=\"%s\"", err->text);
    daemon->exit = APP_FAILED;
    stop(daemon, "error");
}

/* ---- reloading, watchdog --------------------------------------------------------------------------------------------------------- */

static struct sam_intake_settings intake_settings_of(const struct app_settings *settings)
{
    struct sam_intake_settings out = sam_intake_defaults();
    out.batch_messages = (uint32_t)settings->ingest_batch_messages;
    out.batch_bytes = settings->ingest_batch_bytes;
    out.poll_ms = (uint32_t)settings->ingest_poll_ms;
    out.sleep_after_ms = (uint32_t)settings->ingest_sleep_after_ms;
    out.careful_n = (uint32_t)(settings->ingest_connections * settings->ingest_batch_messages);
    out.backlog_limit = settings->limits_backlog_messages;
    out.message_bytes = settings->limits_message_bytes;
    return out;
}

static void take_over(struct daemon *daemon, const struct reload *reload)
{
    const struct sam_intake_settings limits = intake_settings_of(&reload->settings);
    struct sam_err err;
    if (app_web_reload(daemon->web, &reload->settings, &err) != SAM_OK) {
        ingest_scorer_leave(reload->scorer);
        sam_log(SAM_LOG_ERROR, "run.not_reloaded", "reason=\"%s\"", err.text);
        return;
    }
    sam_log_set((enum sam_log_level)reload->settings.log_level);
    sam_log(SAM_LOG_NOTICE, "run.reloaded", "scorer=%.*s", SAM_ARG(sam_scorer_version(reload->scorer->scorer)));
    if (reload->left[0])
        sam_log(SAM_LOG_WARNING, "run.needs_restart", "settings=\"%s\"", reload->left);
    chores_reload(daemon->chores, &reload->settings);
    ingest_reload(daemon->ingest, &limits, reload->scorer);
}

static void on_reload(void *data);

static void on_read_again(struct reload *reload)
{
    struct daemon *daemon = reload->context;
    daemon->reloading = false;
    if (daemon->stopping || !reload->scorer) {
        ingest_scorer_leave(reload->scorer);
        if (!daemon->stopping)
            sam_log(SAM_LOG_ERROR, "run.not_reloaded", "reason=\"%s\"", reload->err.text);
    } else {
        take_over(daemon, reload);
    }
    if (daemon->stopping)
        return;
    app_notify("READY=1");
    if (daemon->again)
        on_reload(daemon);
}

static void on_reload(void *data)
{
    struct daemon *daemon = data;
    struct sam_err err;
    daemon->again = daemon->reloading;
    if (daemon->stopping || daemon->reloading)
        return;
    app_notify("RELOADING=1");
    daemon->reloading = true;
    if (reload_start(daemon->loop, &daemon->reload, &err) == SAM_OK)
        return;
    daemon->reload.scorer = NULL;
    daemon->reload.err = err;
    on_read_again(&daemon->reload);
}

static void on_watchdog(void *data)
{
    struct daemon *daemon = data;
    app_notify("WATCHDOG=1");
    sam_timer_set(daemon->watchdog, app_notify_watchdog_ms());
}

/* ---- starting -------------------------------------------------------------------------------------------------------------------- */

static struct ingest_settings ingest_settings_of(const struct app_settings *settings)
{
    struct ingest_settings out = ingest_defaults();
    out.connection = settings->database_connection;
    out.connections = (uint32_t)settings->ingest_connections;
    out.intake = intake_settings_of(settings);
    out.batch_memory_bytes = (size_t)settings->limits_batch_memory_bytes;
    return out;
}

static bool is_behind(void *context)
{
    const struct daemon *daemon = context;
    return daemon->ingest && ingest_behind(daemon->ingest);
}

static enum sam_code make_handles(struct daemon *daemon, struct sam_err *err)
{
    static const struct {
        int number;
        void (*got)(void *data);
    } wanted[] = {{SIGTERM, on_stop_signal}, {SIGINT, on_stop_signal}, {SIGHUP, on_reload}};
    enum sam_code code = SAM_OK;
    for (size_t i = 0; i < SAM_COUNT(wanted) && code == SAM_OK; i++)
        code = sam_signal_new(daemon->loop, wanted[i].number, wanted[i].got, daemon, &daemon->signals[i], err);
    daemon->watchdog = sam_timer_new(daemon->loop, on_watchdog, daemon);
    daemon->limit = sam_timer_new(daemon->loop, on_limit, daemon);
    if (code == SAM_OK && (!daemon->watchdog || !daemon->limit))
        code = sam_fail(err, SAM_NO_MEMORY, "no memory for timers");
    return code;
}

static enum sam_code start(struct daemon *daemon, const struct app_settings *settings, struct sam_arena *arena, struct sam_err *err)
{
    struct ingest_settings ingest = ingest_settings_of(settings);
    sam_memory_return();
    (void)signal(SIGPIPE, SIG_IGN); /* NOLINT: the write says so */
    enum sam_code code = app_mask_key(settings->privacy_key_file.at, ingest.mask_key, err);
    if (code == SAM_OK)
        code = app_rules_of(settings, arena, &ingest.rules, err);
    if (code == SAM_OK)
        code = sam_loop_new(&daemon->loop, err);
    if (code == SAM_OK)
        code = make_handles(daemon, err);
    if (code == SAM_OK)
        code = app_web_new(daemon->loop, settings, &daemon->web, err);
    if (code == SAM_OK)
        code = chores_new(daemon->loop, settings, is_behind, daemon, &daemon->chores, err);
    if (code == SAM_OK)
        app_web_chores(daemon->web, daemon->chores);
    if (code == SAM_OK)
        code = ingest_new(daemon->loop, &ingest, on_fatal, daemon, &daemon->ingest, err);
    if (code == SAM_OK)
        app_web_ingest(daemon->web, daemon->ingest);
    if (code == SAM_OK)
        code = feeds_new(daemon->loop, settings, &ingest.rules.read, &daemon->feeds, err);
    if (code == SAM_OK)
        app_web_feeds(daemon->web, daemon->feeds);
    return code;
}

static enum app_exit serve(const struct command *self, const char *config, const struct app_settings *settings, struct sam_arena *arena)
{
    struct daemon daemon = {.exit = APP_DONE, .reload = {.file = config, .first = settings, .done = on_read_again}};
    daemon.reload.context = &daemon;
    struct sam_err err;
    if (start(&daemon, settings, arena, &err) == SAM_OK) {
        if (app_notify_watchdog_ms() > 0)
            sam_timer_set(daemon.watchdog, app_notify_watchdog_ms());
        sam_log(SAM_LOG_NOTICE, "run.started", "version=%s pid=%d", SAMTALE_VERSION, (int)getpid());
        app_notify("READY=1");
        sam_loop_run(daemon.loop);
        sam_log(SAM_LOG_NOTICE, "run.stopped", "exit=%d", (int)daemon.exit);
    } else {
        daemon.exit = app_failed(self, &err);
        if (daemon.limit)
            stop(&daemon, "error");
        else
            free_handles(&daemon);
        if (daemon.loop)
            sam_loop_run(daemon.loop);
    }
    sam_loop_free(daemon.loop);
    return daemon.exit;
}

enum app_exit command_run(const struct command *self, int argc, char **argv)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
    const char *config = NULL;
    for (int c = getopt_long(argc, argv, "c:", options, NULL); c != -1; c = getopt_long(argc, argv, "c:", options, NULL)) {
        if (c != 'c')
            return app_usage(self, NULL);
        config = optarg;
    }
    if (optind < argc)
        return app_usage(self, "\"%s\" is one word too many", argv[optind]);
    struct app_settings settings;
    struct sam_arena *arena = app_arena(ARENA_BYTES);
    enum app_exit exit = app_settings_get(self, arena, config, &settings);
    if (exit == APP_DONE) {
        sam_log_set((enum sam_log_level)settings.log_level);
        exit = serve(self, config, &settings, arena);
    }
    sam_arena_free(arena);
    return exit;
}
