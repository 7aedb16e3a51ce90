/*
 * Feeds: files of the spool are cut into messages here, since intake reads none. A file of which nothing can be read is rejected as a
 * whole; of any other all messages go to the queue, where what is wrong with one becomes its dead letter.
 */
#include "feeds.h"

#include "session.h"

#include "samtale/intake.h"
#include "samtale/serve.h"

#include <stdio.h>

#define WORK_BYTES  ((size_t)1 << 30)
#define PIECE_BYTES ((size_t)1 << 20)
#define MESSAGES    5000000
#define FEEDS_MAX   2

struct feeds {
    struct sam_feed *open[FEEDS_MAX];
    size_t n, left;
    struct sam_spool_settings spool;
    struct sam_follow_settings follow;
    struct sam_read_settings read;
    struct sam_arena *work; /* of one message that is looked at; on the spool's thread */
    void (*stopped)(void *context);
    void *context;
};

/* Whether a message can be read. */
static enum sam_code check(struct feeds *feeds, struct sam_span source, struct sam_span type, struct sam_span body, struct sam_err *err)
{
    const struct sam_read_input input = {.source = source, .content_type = type, .body = body};
    struct sam_read_result result;
    sam_arena_reset(feeds->work);
    return sam_read(&feeds->read, &input, feeds->work, &result, err);
}

static enum sam_code cut(void *context, struct sam_span source, struct sam_span type, struct sam_span body, struct sam_arena *arena,
                         struct sam_spool_cut *out, struct sam_err *err)
{
    struct feeds *feeds = context;
    struct sam_vec messages = sam_vec_of(sizeof(struct sam_span), MESSAGES);
    struct sam_span *pieces = NULL, message;
    enum sam_code code =
        body.len > PIECE_BYTES ? sam_read_log_split(&feeds->read, body, PIECE_BYTES, arena, &pieces, &messages.n, err) : SAM_NONE;
    if (code == SAM_OK) {
        *out = (struct sam_spool_cut){pieces, messages.n};
        return SAM_OK;
    }
    if (code != SAM_NONE)
        return code;
    struct sam_read_split split = sam_read_split_of(body);
    bool readable = false;
    struct sam_err first = {.code = SAM_OK}, why;
    while (sam_read_split_next(&split, &message)) {
        if (message.len == 0)
            continue;
        readable = readable || check(feeds, source, type, message, &why) == SAM_OK;
        if (!readable && first.code == SAM_OK)
            first = why;
        struct sam_span *place = sam_vec_add(&messages, arena);
        if (!place)
            return sam_arena_full(arena, err);
        *place = message;
    }
    if (messages.n == 0)
        return sam_fail(err, SAM_BAD_INPUT, "empty: nothing but blanks");
    if (!readable) {
        *err = first;
        return err->code;
    }
    *out = (struct sam_spool_cut){messages.at, messages.n};
    return SAM_OK;
}

static struct sam_db_settings connection_of(const struct app_settings *settings)
{
    struct sam_db_settings db = sam_db_defaults();
    db.connection = settings->database_connection;
    db.role = APP_ROLE_DAEMON;
    db.application = "samtaled feed";
    return db;
}

static enum sam_code open_spool(struct feeds *feeds, struct sam_loop *loop, const struct app_settings *settings, struct sam_err *err)
{
    const struct sam_db_settings db = connection_of(settings);
    if (settings->spool_folder.len == 0)
        return SAM_OK;
    feeds->spool = (struct sam_spool_settings){.folder = settings->spool_folder,
                                               .source = settings->spool_source,
                                               .settle_ms = settings->spool_settle_ms,
                                               .rescan_ms = settings->spool_rescan_ms,
                                               .file_bytes = settings->spool_file_bytes,
                                               .keep_ms = settings->spool_keep_ms,
                                               .cut = cut,
                                               .context = feeds};
    enum sam_code code = sam_spool_new(loop, &db, &feeds->spool, &feeds->open[feeds->n], err);
    feeds->n += code == SAM_OK;
    return code;
}

static enum sam_code open_log(struct feeds *feeds, struct sam_loop *loop, const struct app_settings *settings, struct sam_err *err)
{
    const struct sam_db_settings db = connection_of(settings);
    if (settings->queue_log_file.len == 0)
        return SAM_OK;
    feeds->follow = (struct sam_follow_settings){.path = settings->queue_log_file,
                                                 .source = settings->queue_log_source,
                                                 .state = settings->queue_log_state_file,
                                                 .poll_ms = settings->queue_log_poll_ms,
                                                 .quiet_ms = settings->queue_log_quiet_ms,
                                                 .linger_ms = settings->queue_log_linger_ms,
                                                 .open_ms = settings->queue_log_open_ms};
    enum sam_code code = sam_follow_new(loop, &db, &feeds->follow, &feeds->open[feeds->n], err);
    feeds->n += code == SAM_OK;
    return code;
}

enum sam_code feeds_new(struct sam_loop *loop, const struct app_settings *settings, const struct sam_read_settings *read,
                        struct feeds **out, struct sam_err *err)
{
    struct feeds *feeds = sam_new(sizeof *feeds);
    if (!feeds)
        return sam_fail(err, SAM_NO_MEMORY, "no memory for the feeds");
    *feeds = (struct feeds){.read = *read, .work = sam_arena_new(WORK_BYTES)};
    enum sam_code code = feeds->work ? open_spool(feeds, loop, settings, err) : sam_fail(err, SAM_NO_MEMORY, "no memory for the feeds");
    if (code == SAM_OK)
        code = open_log(feeds, loop, settings, err);
    *out = feeds;
    return code;
}

/* One metric over all doors that have it. */
static void metric(const struct feeds *feeds, struct sam_buf *out, const char *name, const char *type, const char *help,
                   double (*value)(const struct sam_feed_counts *counts))
{
    for (size_t i = 0; i < feeds->n; i++) {
        char labels[64];
        (void)snprintf(labels, sizeof labels, "door=\"%s\"", sam_feed_name(feeds->open[i]));
        sam_serve_metric(out, name, i == 0 ? type : NULL, help, labels, value(sam_feed_counts(feeds->open[i])));
    }
}

static double messages_of(const struct sam_feed_counts *c)
{
    return (double)c->messages;
}

static double refused_of(const struct sam_feed_counts *c)
{
    return (double)c->refused;
}

static double settled_of(const struct sam_feed_counts *c)
{
    return (double)c->settled_us / 1e6;
}

void feeds_metrics(const struct feeds *feeds, struct sam_buf *out)
{
    if (!feeds)
        return;
    metric(feeds, out, "samtale_feed_messages_total", "counter", "Messages that a door put into the queue.", messages_of);
    metric(feeds, out, "samtale_feed_refused_total", "counter", "Messages of a door that the queue refuses for good.", refused_of);
    metric(feeds, out, "samtale_feed_success_seconds", "gauge", "When a door last did its round, seconds since 1970; 0: never.",
           settled_of);
    for (size_t i = 0; i < feeds->n; i++) {
        const struct sam_feed_counts *c = sam_feed_counts(feeds->open[i]);
        if (sam_span_is(sam_span_of(sam_feed_name(feeds->open[i])), "spool")) {
            sam_serve_metric(out, "samtale_spool_files_total", "counter", "Files of the spool, by what became of them.", "result=\"taken\"",
                             (double)c->files);
            sam_serve_metric(out, "samtale_spool_files_total", NULL, NULL, "result=\"rejected\"", (double)c->rejected);
            sam_serve_metric(out, "samtale_spool_waiting_files", "gauge", "Files of the spool that wait.", NULL, (double)c->waiting_files);
        } else {
            sam_serve_metric(out, "samtale_queue_log_lag_bytes", "gauge", "Bytes of the queue_log that are not read yet.", NULL,
                             (double)c->lag_bytes);
            sam_serve_metric(out, "samtale_queue_log_lag_seconds", "gauge",
                             "How old the last line that was read is, while there are more; 0 at the log's end.", NULL, (double)c->lag_s);
            sam_serve_metric(out, "samtale_queue_log_calls_held", "gauge", "Calls of the queue_log that are not over.", NULL,
                             (double)c->held);
        }
    }
}

static void feeds_free(struct feeds *feeds)
{
    void (*stopped)(void *context) = feeds->stopped;
    void *context = feeds->context;
    sam_arena_free(feeds->work);
    sam_free(feeds);
    stopped(context);
}

static void on_stopped(void *context)
{
    struct feeds *feeds = context;
    if (--feeds->left == 0)
        feeds_free(feeds);
}

void feeds_stop(struct feeds *feeds, void (*stopped)(void *context), void *context)
{
    if (!feeds) {
        stopped(context);
        return;
    }
    feeds->stopped = stopped;
    feeds->context = context;
    feeds->left = feeds->n;
    for (size_t i = 0; i < feeds->n; i++)
        sam_feed_stop(feeds->open[i], on_stopped, feeds);
    if (feeds->n == 0)
        feeds_free(feeds);
}
