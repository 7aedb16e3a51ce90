/*
 * Asterisk's channel events (CEL): the file cel_custom writes, exports of the SQL table. All events with one linkedid are one call, and so
 * are those that a channel carries from one linkedid to another (a consult that became a transfer). They give what no queue tells: who
 * talked with whom and when, transfers, and hold (the music that is played to a channel in a bridge).
 */
#include "exchange.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX 8000000
#define CALLS_MAX  1000000

enum { TYPE = 1, TIME, FROM, TO, CONTEXT, CHANNEL, APP, DATA, UNIQUE, LINKED, PEER };

static const struct table_name names[] = {
    {"eventtype", TYPE},   {"eventname", TYPE}, {"eventtime", TIME},  {"timestamp", TIME},   {"cidnum", FROM},
    {"calleridnum", FROM}, {"exten", TO},       {"context", CONTEXT}, {"channame", CHANNEL}, {"channel", CHANNEL},
    {"appname", APP},      {"appdata", DATA},   {"uniqueid", UNIQUE}, {"linkedid", LINKED},  {"peer", PEER},
};

static const struct table_layout layouts[] = {
    {{TYPE, TIME, 0, FROM, 0, 0, 0, TO, CONTEXT, CHANNEL, APP, DATA, 0, 0, UNIQUE, LINKED, PEER}},
};

/** Whether an event begins a channel, or ends the call. */
enum mark { MARK_NONE, MARK_BEGIN, MARK_OVER };

/** Names and, since Asterisk 12, the numbers that some tables keep. */
static const struct event {
    const char *name, *number;
    enum sam_act act;
    enum mark mark;
} events[] = {
    {"CHAN_START", "1", SAM_ACT_OTHER, MARK_BEGIN},
    {"CHAN_END", "2", SAM_ACT_END, MARK_NONE},
    {"HANGUP", "3", SAM_ACT_END, MARK_NONE},
    {"ANSWER", "4", SAM_ACT_OTHER, MARK_NONE},
    {"APP_START", "5", SAM_ACT_QUEUE, MARK_NONE},
    {"APP_END", "6", SAM_ACT_OTHER, MARK_NONE},
    {"BRIDGE_ENTER", "7", SAM_ACT_ENTER, MARK_NONE},
    {"BRIDGE_EXIT", "8", SAM_ACT_LEAVE, MARK_NONE},
    {"PARK_START", "9", SAM_ACT_HOLD, MARK_NONE},
    {"PARK_END", "10", SAM_ACT_UNHOLD, MARK_NONE},
    {"BLINDTRANSFER", "11", SAM_ACT_BLIND, MARK_NONE},
    {"ATTENDEDTRANSFER", "12", SAM_ACT_ATTENDED, MARK_NONE},
    {"USER_DEFINED", "13", SAM_ACT_OTHER, MARK_NONE},
    {"LINKEDID_END", "14", SAM_ACT_OTHER, MARK_OVER},
    {"PICKUP", "15", SAM_ACT_OTHER, MARK_NONE},
    {"FORWARD", "16", SAM_ACT_OTHER, MARK_NONE},
    {"LOCAL_OPTIMIZE", "17", SAM_ACT_OTHER, MARK_NONE},
    {"LOCAL_OPTIMIZE_BEGIN", "18", SAM_ACT_OTHER, MARK_NONE},
    {"STREAM_BEGIN", "19", SAM_ACT_HOLD, MARK_NONE},
    {"STREAM_END", "20", SAM_ACT_UNHOLD, MARK_NONE},
    {"BRIDGE_START", NULL, SAM_ACT_ENTER, MARK_NONE}, /* before Asterisk 12: on the caller's channel, the other is the peer */
    {"BRIDGE_END", NULL, SAM_ACT_LEAVE, MARK_NONE},
    {"TRANSFER", NULL, SAM_ACT_BLIND, MARK_NONE},
    {"HOLD", NULL, SAM_ACT_HOLD, MARK_NONE},
    {"UNHOLD", NULL, SAM_ACT_UNHOLD, MARK_NONE},
};

/** @return NULL when it is none of them */
static const struct event *event_of(struct sam_span word)
{
    for (size_t i = 0; i < SAM_COUNT(events); i++) {
        if (sam_span_is_nocase(word, events[i].name) || (events[i].number && sam_span_is(word, events[i].number)))
            return &events[i];
    }
    return NULL;
}

static bool headed(const bool *has)
{
    return has[TYPE] && has[TIME] && has[UNIQUE];
}

/** A line without a head is known by its event, which is written out then, and its ids. */
static bool fits(const struct sam_span *row, size_t n)
{
    bool event = event_of(row[TYPE]) && !table_digits(row[TYPE], 1);
    return n >= 4 && event && row[TIME].len >= 10 && exchange_is_id(row[UNIQUE]);
}

const struct table_kind table_cel = {names, SAM_COUNT(names), layouts, SAM_COUNT(layouts), headed, {LINKED, UNIQUE}, fits};

/* ---- events by call --------------------------------------------------------------------------------------------------------------- */

struct event_row {
    struct sam_time time;
    size_t order; /* in the file, among equals */
    uint32_t call;
    enum sam_act act;
    enum mark mark;
    struct sam_span type, from, to, context, channel, app, data, unique, peer;
};
struct cel {
    struct reader *r;
    struct sam_part head;
    struct sam_map *by_id; /* linkedids and uniqueids -> call */
    struct sam_vec rows;   /* struct event_row */
    struct sam_vec roots;  /* uint32_t: the call a call belongs to */
    struct sam_vec ids;    /* struct sam_span: what each call is called */
    struct sam_part scratch;
};

static uint32_t root_of(const struct cel *c, uint32_t call)
{
    uint32_t *roots = c->roots.at;
    while (roots[call] != call)
        call = roots[call] = roots[roots[call]];
    return call;
}

/** Ids are "EPOCH.N": the lower is the older channel. */
static int compare_ids(struct sam_span a, struct sam_span b)
{
    double x = 0, y = 0;
    struct sam_err err;
    const char *dot_a = memrchr(a.at, '.', a.len), *dot_b = memrchr(b.at, '.', b.len);
    struct sam_span n_a = dot_a ? (struct sam_span){dot_a + 1, (size_t)(a.at + a.len - dot_a) - 1} : SAM_NO_SPAN;
    struct sam_span n_b = dot_b ? (struct sam_span){dot_b + 1, (size_t)(b.at + b.len - dot_b) - 1} : SAM_NO_SPAN;
    struct sam_span head_a = {a.at, a.len - n_a.len}, head_b = {b.at, b.len - n_b.len};
    if (!sam_span_equal(head_a, head_b) || sam_span_double(n_a, &x, &err) != SAM_OK || sam_span_double(n_b, &y, &err) != SAM_OK)
        return sam_span_compare(a, b);
    return x < y ? -1 : x > y;
}

/** The call of an id, made when it is new. @return UINT32_MAX when the arena is full */
static uint32_t call_of(struct cel *c, struct sam_span id)
{
    uint32_t at = 0;
    struct sam_err err;
    if (sam_map_get(c->by_id, id, &at))
        return root_of(c, at);
    at = (uint32_t)c->roots.n;
    uint32_t *root = sam_vec_add(&c->roots, c->r->arena);
    struct sam_span *name = root ? sam_vec_add(&c->ids, c->r->arena) : NULL;
    if (!name || sam_map_put(c->by_id, id, at, &err) != SAM_OK) {
        c->r->full = true;
        return UINT32_MAX;
    }
    *root = at;
    *name = id;
    return at;
}

/** Two ids on one row are of one call; it is called after its oldest channel. */
static uint32_t call_of_both(struct cel *c, struct sam_span linked, struct sam_span unique)
{
    uint32_t a = call_of(c, linked), b = c->r->full ? UINT32_MAX : call_of(c, unique);
    struct sam_span *ids = c->ids.at;
    if (c->r->full || a == b)
        return a;
    uint32_t first = compare_ids(ids[a], ids[b]) <= 0 ? a : b;
    ((uint32_t *)c->roots.at)[first == a ? b : a] = first;
    return first;
}

static void take(struct cel *c, const struct sam_span *row, struct sam_time time, const struct event *event)
{
    uint32_t call = call_of_both(c, row[LINKED].len > 0 ? row[LINKED] : row[UNIQUE], row[UNIQUE]);
    struct event_row *e = c->r->full ? NULL : sam_vec_add(&c->rows, c->r->arena);
    if (!e) {
        c->r->full = true;
        return;
    }
    *e = (struct event_row){.time = time, .order = c->rows.n, .call = call, .from = row[FROM], .to = row[TO]};
    e->act = event ? event->act : SAM_ACT_OTHER;
    e->mark = event ? event->mark : MARK_NONE;
    e->type = row[TYPE];
    e->context = row[CONTEXT];
    e->channel = row[CHANNEL];
    e->app = row[APP];
    e->data = row[DATA];
    e->unique = row[UNIQUE];
    e->peer = row[PEER];
}

static int by_call_and_time(const void *a, const void *b)
{
    const struct event_row *x = a, *y = b;
    if (x->call != y->call)
        return x->call < y->call ? -1 : 1;
    if (x->time.us != y->time.us)
        return x->time.us < y->time.us ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* ---- one call ------------------------------------------------------------------------------------------------------------------------ */

struct call {
    struct cel *c;
    struct sam_part *part;
    struct sam_span id; /* of the first channel */
    bool outbound;
};

/** The call's first row names the caller and whom they wanted. */
static void parties_of(struct call *k, const struct event_row *rows, size_t n)
{
    struct exchange_call call = {.queued = false};
    for (size_t i = 0; i < n; i++) {
        if (!sam_span_equal(rows[i].unique, k->id))
            continue;
        call.queued = call.queued || sam_span_is_nocase(rows[i].app, "Queue");
        call.from = call.from.len > 0 ? call.from : rows[i].from;
        call.to = call.to.len > 0 ? call.to : rows[i].to;
        call.context = call.context.len > 0 ? call.context : rows[i].context;
    }
    exchange_parties(k->c->r, k->part, &call);
    k->outbound = k->part->record->direction == SAM_DIRECTION_OUTBOUND;
}

/** What an event says of the call; names of channels only where they are needed, since a trunk's may hold a number. */
static struct sam_channel_event event_in(const struct call *k, const struct event_row *row)
{
    bool first = sam_span_equal(row->unique, k->id), queue = first && sam_span_is_nocase(row->app, "Queue");
    struct sam_channel_event e = {.at = row->time, .act = row->act, .channel = row->unique};
    if (first && row->peer.len > 0 && !memchr(row->peer.at, ',', row->peer.len))
        e.peer = row->peer;
    if (!first)
        e.name = row->channel;
    e.agent = exchange_interface(first && !k->outbound ? e.peer : row->channel);
    if (queue)
        e.queue = exchange_queue(row->data);
    if (e.act == SAM_ACT_QUEUE && !queue)
        e.act = SAM_ACT_OTHER;
    return e;
}

static size_t events_in(const struct call *k, const struct event_row *rows, size_t n, struct sam_channel_event *out)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        const struct sam_channel_event e = event_in(k, &rows[i]);
        if (e.act != SAM_ACT_OTHER || e.queue.len > 0)
            out[kept++] = e;
    }
    return kept;
}

/** @return whether every channel that began among the rows has ended there */
static bool all_ended(struct reader *r, const struct event_row *rows, size_t n)
{
    struct sam_map *ended = sam_map_new(r->arena, n);
    struct sam_err err;
    bool all = ended != NULL;
    for (size_t i = 0; all && i < n; i++)
        all = rows[i].act != SAM_ACT_END || sam_map_put(ended, rows[i].unique, 1, &err) == SAM_OK;
    r->full = r->full || !all;
    for (size_t i = 0; all && i < n; i++)
        all = rows[i].mark != MARK_BEGIN || sam_map_get(ended, rows[i].unique, NULL);
    return all;
}

/** @return whether the rows tell the call from its beginning to its end */
static bool is_whole(const struct call *k, const struct event_row *rows, size_t n)
{
    bool begun = false, over = false;
    for (size_t i = 0; i < n; i++) {
        begun = begun || (rows[i].mark == MARK_BEGIN && sam_span_equal(rows[i].unique, k->id));
        over = over || rows[i].mark == MARK_OVER;
    }
    return begun && (over || all_ended(k->c->r, rows, n));
}

static void record_of(struct cel *c, const struct event_row *rows, size_t n)
{
    struct call k = {.c = c, .part = read_part(c->r, &c->head, SAM_KIND_RECORD), .id = ((struct sam_span *)c->ids.at)[rows[0].call]};
    struct sam_channel_event *all = read_take(c->r, n, sizeof(*all));
    struct sam_err err;
    if (!k.part || !all)
        return;
    struct sam_record *record = k.part->record;
    k.part->external_id = k.id;
    k.part->part_id = SAM_SPAN("cel");
    k.part->version = rows[n - 1].time.us;
    record->rank = RANK_CEL;
    record->channel = SAM_CHANNEL_VOICE;
    record->offered = rows[0].time;
    parties_of(&k, rows, n);
    for (size_t i = 0; i < n; i++)
        if (rows[i].act == SAM_ACT_END)
            record->ended = rows[i].time;
    const struct sam_channel_call call = {
        .events = all, .events_n = events_in(&k, rows, n, all), .legs_max = c->r->set->legs_max, .id = k.id, .outbound = k.outbound};
    if (sam_channel_legs(&call, c->r->arena, record, &err) != SAM_OK)
        c->r->full = true;
    if (is_whole(&k, rows, n) || call.events_n > (size_t)c->r->set->legs_max * CHANNEL_EVENTS)
        return;
    /* pieces that begin with the same event are one that grows */
    k.part->part_id = read_print(c->r, "cel/%.*s@%lld/%.*s", SAM_ARG(rows[0].unique), (long long)rows[0].time.us, SAM_ARG(rows[0].type));
    record->events = all;
    record->events_n = call.events_n;
}

/* ---- the file ------------------------------------------------------------------------------------------------------ */

static bool cel_detect(const struct reader *r)
{
    struct reader copy = *r;
    struct table t;
    return !r->json && (table_open(&t, &copy, r->doc, &table_cel, &r->set->cel_columns) || copy.full); /* full: its reader says so */
}

/** Rows that are none are refused; an event that nothing follows from (a user's own) is no fault. */
static void take_rows(struct cel *c, struct table *t)
{
    struct sam_span row[TABLE_COLUMNS + 1];
    struct sam_err err;
    while (table_next(t, row) && !c->r->full) {
        struct sam_time time = read_time_text(c->r, &c->scratch, row[TIME], KEY(NULL, "eventtime"));
        if (time.quality != SAM_QUALITY_UNKNOWN && row[TYPE].len > 0 && row[UNIQUE].len > 0) {
            take(c, row, time, event_of(row[TYPE]));
            continue;
        }
        (void)sam_fail(&err, SAM_BAD_INPUT, "cel: this row lacks an event, its time or a uniqueid");
        read_refuse(c->r, t->row, t->line, &err);
    }
}

static enum sam_code cel_read(struct reader *r, struct sam_err *err)
{
    struct cel c = {.r = r, .by_id = sam_map_new(r->arena, 2 * CALLS_MAX)};
    struct table t;
    if (!c.by_id)
        return sam_arena_full(r->arena, err);
    enum sam_code code = read_source(r, SAM_NO_SPAN, &c.head.source, err);
    if (code == SAM_OK && !table_open(&t, r, r->doc, &table_cel, &r->set->cel_columns))
        return sam_arena_full(r->arena, err);
    if (code != SAM_OK)
        return code;
    c.rows = sam_vec_of(sizeof(struct event_row), EVENTS_MAX);
    c.roots = sam_vec_of(sizeof(uint32_t), 2 * CALLS_MAX);
    c.ids = sam_vec_of(sizeof(struct sam_span), 2 * CALLS_MAX);
    take_rows(&c, &t);
    if (c.scratch.warnings_n > 0)
        read_warn(r, &c.head, "time.no_zone", KEY(NULL, "eventtime"));
    struct event_row *rows = c.rows.at;
    for (size_t i = 0; i < c.rows.n; i++)
        rows[i].call = root_of(&c, rows[i].call);
    if (c.rows.n > 1)
        qsort(rows, c.rows.n, sizeof(*rows), by_call_and_time);
    for (size_t i = 0, n = 0; i < c.rows.n && !r->full; i += n) {
        for (n = 1; i + n < c.rows.n && rows[i + n].call == rows[i].call; n++)
            continue;
        record_of(&c, rows + i, n);
    }
    return r->full ? sam_arena_full(r->arena, err) : SAM_OK;
}

const struct format format_cel = {{"cel", "Asterisk's channel events: the file, exports of the SQL table", true}, cel_detect, cel_read};
