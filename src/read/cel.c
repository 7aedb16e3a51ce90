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

/** What an event means here. */
enum event {
    EVENT_OTHER,
    EVENT_START,
    EVENT_END,
    EVENT_APP,
    EVENT_ENTER,
    EVENT_EXIT,
    EVENT_BLIND,
    EVENT_ATTENDED,
    EVENT_HOLD,
    EVENT_UNHOLD
};

/** Names and, since Asterisk 12, the numbers that some tables keep. */
static const struct {
    const char *name, *number;
    enum event event;
} events[] = {
    {"CHAN_START", "1", EVENT_START},
    {"CHAN_END", "2", EVENT_END},
    {"HANGUP", "3", EVENT_END},
    {"ANSWER", "4", EVENT_OTHER},
    {"APP_START", "5", EVENT_APP},
    {"APP_END", "6", EVENT_OTHER},
    {"BRIDGE_ENTER", "7", EVENT_ENTER},
    {"BRIDGE_EXIT", "8", EVENT_EXIT},
    {"PARK_START", "9", EVENT_HOLD},
    {"PARK_END", "10", EVENT_UNHOLD},
    {"BLINDTRANSFER", "11", EVENT_BLIND},
    {"ATTENDEDTRANSFER", "12", EVENT_ATTENDED},
    {"USER_DEFINED", "13", EVENT_OTHER},
    {"LINKEDID_END", "14", EVENT_OTHER},
    {"PICKUP", "15", EVENT_OTHER},
    {"FORWARD", "16", EVENT_OTHER},
    {"LOCAL_OPTIMIZE", "17", EVENT_OTHER},
    {"LOCAL_OPTIMIZE_BEGIN", "18", EVENT_OTHER},
    {"STREAM_BEGIN", "19", EVENT_HOLD},
    {"STREAM_END", "20", EVENT_UNHOLD},
    {"BRIDGE_START", NULL, EVENT_ENTER}, /* before Asterisk 12: on the caller's channel, the other is the peer */
    {"BRIDGE_END", NULL, EVENT_EXIT},
    {"TRANSFER", NULL, EVENT_BLIND},
    {"HOLD", NULL, EVENT_HOLD},
    {"UNHOLD", NULL, EVENT_UNHOLD},
};

static bool event_of(struct sam_span word, enum event *out)
{
    for (size_t i = 0; i < SAM_COUNT(events); i++) {
        if (!sam_span_is_nocase(word, events[i].name) && !(events[i].number && sam_span_is(word, events[i].number)))
            continue;
        *out = events[i].event;
        return true;
    }
    return false;
}

static bool headed(const bool *has)
{
    return has[TYPE] && has[TIME] && has[UNIQUE];
}

/** A line without a head is known by its event, which is written out then, and its ids. */
static bool fits(const struct sam_span *row, size_t n)
{
    enum event ignored;
    bool event = event_of(row[TYPE], &ignored) && !table_digits(row[TYPE], 1);
    return n >= 4 && event && row[TIME].len >= 10 && exchange_is_id(row[UNIQUE]);
}

const struct table_kind table_cel = {names, SAM_COUNT(names), layouts, SAM_COUNT(layouts), headed, {LINKED, UNIQUE}, fits};

/* ---- events by call --------------------------------------------------------------------------------------------------------------- */

struct event_row {
    struct sam_time time;
    size_t order; /* in the file, among equals */
    uint32_t call;
    enum event event;
    struct sam_span from, to, context, channel, app, data, unique, peer;
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

static void take(struct cel *c, const struct sam_span *row, struct sam_time time, enum event event)
{
    uint32_t call = call_of_both(c, row[LINKED].len > 0 ? row[LINKED] : row[UNIQUE], row[UNIQUE]);
    struct event_row *e = c->r->full ? NULL : sam_vec_add(&c->rows, c->r->arena);
    if (!e) {
        c->r->full = true;
        return;
    }
    *e = (struct event_row){.time = time, .order = c->rows.n, .call = call, .event = event, .from = row[FROM], .to = row[TO]};
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

/** Someone who talked with the caller, or whom the caller reached. */
struct talk {
    struct sam_span unique, name;
    struct sam_time entered; /* unknown while in no bridge */
    int64_t talked_us;
    struct sam_leg leg;
};
/** A channel that hears music. */
struct music {
    struct sam_span unique;
    struct sam_time since;
};
struct call {
    struct cel *c;
    struct sam_part *part;
    struct sam_span id;
    bool outbound;
    struct sam_span queue;
    struct sam_time queued;
    struct talk *talks;
    struct music *music;
    struct sam_hold *holds;
    size_t talks_n, music_n, holds_n, room;
};

static bool is_known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

/** A local channel only leads to another one. */
static bool is_local(struct sam_span channel)
{
    return sam_span_starts(channel, "Local/");
}

static struct talk *talk_of(struct call *k, const struct event_row *e, bool make)
{
    bool first = sam_span_equal(e->unique, k->id);
    struct sam_span who = first && e->peer.len > 0 && !memchr(e->peer.at, ',', e->peer.len) ? e->peer : e->unique;
    for (size_t i = 0; i < k->talks_n; i++) {
        if (sam_span_equal(k->talks[i].unique, who) || sam_span_equal(k->talks[i].name, who))
            return &k->talks[i];
    }
    bool other = !first || !sam_span_equal(who, e->unique);
    struct sam_span name = first ? e->peer : e->channel;
    if (!make || !other || name.len == 0 || (!first && is_local(name)) || k->talks_n == k->room)
        return NULL;
    struct talk *talk = &k->talks[k->talks_n++];
    *talk = (struct talk){.unique = who, .name = name};
    return talk;
}

static void on_enter(struct call *k, const struct event_row *e)
{
    struct talk *talk = talk_of(k, e, true);
    if (!talk)
        return;
    talk->entered = e->time;
    if (is_known(talk->leg.answered))
        return;
    talk->leg = (struct sam_leg){.queue = k->queue, .queued = k->queued, .answered = e->time, .disposition = SAM_DISPOSITION_ANSWERED};
    k->queued = (struct sam_time){0, SAM_QUALITY_UNKNOWN}; /* who comes next did not wait in it */
}

static void on_leave(struct call *k, const struct event_row *e)
{
    struct talk *talk = talk_of(k, e, false);
    if (!talk || !is_known(talk->entered))
        return;
    talk->talked_us += e->time.us > talk->entered.us ? e->time.us - talk->entered.us : 0;
    talk->leg.ended = e->time;
    talk->entered = (struct sam_time){0, SAM_QUALITY_UNKNOWN};
}

static void on_transfer(struct call *k, const struct event_row *e, enum sam_transfer how)
{
    struct talk *talk = talk_of(k, e, false);
    if (talk)
        talk->leg.transfer = how;
    else if (k->talks_n > 0) /* told of the caller's channel: the last who talked passed the call on */
        k->talks[k->talks_n - 1].leg.transfer = how;
}

static void on_unhold(struct call *k, const struct event_row *e)
{
    for (size_t i = 0; i < k->music_n; i++) {
        struct music *m = &k->music[i];
        if (!sam_span_equal(m->unique, e->unique))
            continue;
        if (k->holds_n < k->room && e->time.us >= m->since.us)
            k->holds[k->holds_n++] = (struct sam_hold){m->since, e->time};
        *m = k->music[--k->music_n];
        return;
    }
}

static void on_hold(struct call *k, const struct event_row *e)
{
    on_unhold(k, e); /* music that begins again ended before */
    if (k->music_n < k->room)
        k->music[k->music_n++] = (struct music){e->unique, e->time};
}

static void on_app(struct call *k, const struct event_row *e)
{
    if (!sam_span_is_nocase(e->app, "Queue") || !sam_span_equal(e->unique, k->id))
        return;
    k->queue = exchange_queue(e->data);
    if (e->event == EVENT_APP)
        k->queued = e->time;
}

static void on_event(struct call *k, const struct event_row *e)
{
    on_app(k, e);
    if (e->event == EVENT_ENTER)
        on_enter(k, e);
    else if (e->event == EVENT_EXIT)
        on_leave(k, e);
    else if (e->event == EVENT_BLIND || e->event == EVENT_ATTENDED)
        on_transfer(k, e, e->event == EVENT_BLIND ? SAM_TRANSFER_BLIND : SAM_TRANSFER_ATTENDED);
    else if (e->event == EVENT_HOLD)
        on_hold(k, e);
    else if (e->event == EVENT_UNHOLD)
        on_unhold(k, e);
    if (e->event == EVENT_END) {
        on_leave(k, e);
        on_unhold(k, e);
    }
}

static int by_start(const void *a, const void *b)
{
    const struct sam_hold *x = a, *y = b;
    return (x->from.us > y->from.us) - (x->from.us < y->from.us);
}

/** Holds that overlap become one. */
static void unite_holds(struct call *k)
{
    size_t n = 0;
    if (k->holds_n > 1)
        qsort(k->holds, k->holds_n, sizeof(*k->holds), by_start);
    for (size_t i = 0; i < k->holds_n; i++) {
        if (n > 0 && k->holds[i].from.us <= k->holds[n - 1].to.us) {
            if (k->holds[i].to.us > k->holds[n - 1].to.us)
                k->holds[n - 1].to = k->holds[i].to;
        } else {
            k->holds[n++] = k->holds[i];
        }
    }
    k->holds_n = n;
}

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

static struct sam_span first_channel(const struct call *k, const struct event_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (sam_span_equal(rows[i].unique, k->id))
            return rows[i].channel;
    }
    return SAM_NO_SPAN;
}

static void legs_of(struct call *k, const struct event_row *rows, size_t n)
{
    struct sam_record *record = k->part->record;
    struct sam_leg *legs = read_take(k->c->r, k->talks_n, sizeof(*legs));
    for (size_t i = 0; legs && i < k->talks_n; i++) {
        struct talk *talk = &k->talks[i];
        if (!is_known(talk->leg.answered))
            continue;
        talk->leg.agent = exchange_interface(k->outbound ? first_channel(k, rows, n) : talk->name);
        if (is_known(talk->leg.ended))
            talk->leg.talk_ms = sam_int_of(talk->talked_us / 1000);
        legs[record->legs_n++] = talk->leg;
    }
    record->legs = legs;
}

static void record_of(struct cel *c, const struct event_row *rows, size_t n)
{
    struct call k = {.c = c, .part = read_part(c->r, &c->head, SAM_KIND_RECORD), .id = ((struct sam_span *)c->ids.at)[rows[0].call]};
    k.room = n < c->r->set->legs_max ? n : c->r->set->legs_max;
    k.talks = read_take(c->r, k.room, sizeof(*k.talks));
    k.music = read_take(c->r, k.room, sizeof(*k.music));
    k.holds = read_take(c->r, k.room, sizeof(*k.holds));
    if (!k.part || !k.talks || !k.music || !k.holds)
        return;
    struct sam_record *record = k.part->record;
    k.part->external_id = k.id;
    k.part->part_id = SAM_SPAN("cel");
    k.part->version = rows[n - 1].time.us;
    record->rank = RANK_CEL;
    record->channel = SAM_CHANNEL_VOICE;
    record->offered = rows[0].time;
    parties_of(&k, rows, n);
    for (size_t i = 0; i < n; i++) {
        on_event(&k, &rows[i]);
        if (rows[i].event == EVENT_END)
            record->ended = rows[i].time;
    }
    unite_holds(&k);
    legs_of(&k, rows, n);
    record->holds = k.holds;
    record->holds_n = k.holds_n;
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
        enum event event = EVENT_OTHER;
        (void)event_of(row[TYPE], &event);
        struct sam_time time = read_time_text(c->r, &c->scratch, row[TIME], KEY(NULL, "eventtime"));
        if (time.quality != SAM_QUALITY_UNKNOWN && row[TYPE].len > 0 && row[UNIQUE].len > 0) {
            take(c, row, time, event);
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
