/*
 * Asterisk's call detail records: Master.csv, what cdr_custom writes, exports of the SQL table. Each row is a part of its own, the call's
 * linkedid is the conversation: they add who called whom to what the queue_log tells, and stand in for its legs where there is none. A
 * queue's row is "answered" from the moment Queue() took the caller, so it tells neither waiting nor talk.
 */
#include "exchange.h"
#include "table.h"

#include <string.h>

#define CALLS_MAX 1000000

enum { START = 1, ANSWER, END, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, DURATION, BILLSEC, DISPOSITION, UNIQUE, LINKED, SEQUENCE };

static const struct table_name names[] = {
    {"calldate", START},
    {"start", START},
    {"starttime", START},
    {"answer", ANSWER},
    {"answerdate", ANSWER},
    {"answertime", ANSWER},
    {"end", END},
    {"endtime", END},
    {"hangupdate", END},
    {"src", SRC},
    {"source", SRC},
    {"cnum", SRC},
    {"dst", DST},
    {"destination", DST},
    {"dcontext", CONTEXT},
    {"destinationcontext", CONTEXT},
    {"channel", CHANNEL},
    {"sourcechannel", CHANNEL},
    {"dstchannel", PEER},
    {"destinationchannel", PEER},
    {"lastapp", APP},
    {"lastapplication", APP},
    {"lastdata", DATA},
    {"duration", DURATION},
    {"billsec", BILLSEC},
    {"billableseconds", BILLSEC},
    {"disposition", DISPOSITION},
    {"status", DISPOSITION},
    {"uniqueid", UNIQUE},
    {"linkedid", LINKED},
    {"sequence", SEQUENCE},
};

/* The orders of files without a head line; those with more ids first. */
static const struct table_layout layouts[] = {
    /* Master.csv with all its options, then with fewer */
    {{0,   SRC,      DST,     CONTEXT,     0, CHANNEL, PEER, APP, DATA,   START,   ANSWER,
      END, DURATION, BILLSEC, DISPOSITION, 0, UNIQUE,  0,    0,   LINKED, SEQUENCE}},
    {{0,      SRC, DST,      CONTEXT, 0,           CHANNEL, PEER,   APP, DATA,   START,
      ANSWER, END, DURATION, BILLSEC, DISPOSITION, 0,       UNIQUE, 0,   LINKED, SEQUENCE}},
    {{0, SRC, DST, CONTEXT, 0, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION, 0, 0, 0, LINKED, SEQUENCE}},
    {{0, SRC, DST, CONTEXT, 0, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION, 0, 0, LINKED, SEQUENCE}},
    {{0, SRC, DST, CONTEXT, 0, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION, 0, UNIQUE}},
    /* cdr_custom's sample */
    {{0, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION, 0, 0, UNIQUE, 0, SEQUENCE}},
    {{0, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION, 0, 0, UNIQUE}},
    /* the SQL table as FreePBX makes it, with further columns, as of old */
    {{START, 0,      SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, DURATION, BILLSEC, DISPOSITION, 0,
      0,     UNIQUE, 0,   0,   0,       0,       0,    0,   0,    0,        LINKED,  0,           SEQUENCE}},
    {{START, 0, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, DURATION, BILLSEC, DISPOSITION, 0, 0, UNIQUE, 0, 0, LINKED, SEQUENCE}},
    {{START, 0, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, DURATION, BILLSEC, DISPOSITION, 0, 0, UNIQUE}},
    /* without any id */
    {{0, SRC, DST, CONTEXT, 0, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION}},
    {{0, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, START, ANSWER, END, DURATION, BILLSEC, DISPOSITION}},
    {{START, 0, SRC, DST, CONTEXT, CHANNEL, PEER, APP, DATA, DURATION, BILLSEC, DISPOSITION}},
};

enum end { END_UNKNOWN, END_ANSWERED, END_NO_ANSWER, END_BUSY, END_FAILED };

/** How it ended, in words or as the number that some tables keep. */
static enum end end_of(struct sam_span word)
{
    static const struct {
        const char *word;
        enum end end;
    } words[] = {{"ANSWERED", END_ANSWERED},
                 {"NO ANSWER", END_NO_ANSWER},
                 {"NOANSWER", END_NO_ANSWER},
                 {"CANCEL", END_NO_ANSWER},
                 {"BUSY", END_BUSY},
                 {"FAILED", END_FAILED},
                 {"CONGESTION", END_FAILED},
                 {"8", END_ANSWERED},
                 {"0", END_NO_ANSWER},
                 {"1", END_NO_ANSWER},
                 {"4", END_BUSY},
                 {"2", END_FAILED},
                 {"16", END_FAILED}};
    for (size_t i = 0; i < SAM_COUNT(words); i++) {
        if (sam_span_is_nocase(word, words[i].word))
            return words[i].end;
    }
    return END_UNKNOWN;
}

static bool headed(const bool *has)
{
    return has[DISPOSITION] && has[BILLSEC] && has[START] && (has[SRC] || has[CHANNEL] || has[DST]);
}

static bool is_date(struct sam_span text)
{
    return (text.len >= 19 && table_digits((struct sam_span){text.at, 4}, 4) && (text.at[4] == '-' || text.at[4] == '/')) ||
           (text.len >= 10 && text.len <= 17 && table_digits((struct sam_span){text.at, 10}, 10));
}

static bool fits(const struct sam_span *row, size_t n)
{
    bool ids = (row[UNIQUE].len == 0 || exchange_is_id(row[UNIQUE])) && (row[LINKED].len == 0 || exchange_is_id(row[LINKED]));
    double ignored = 0;
    struct sam_err err;
    return n >= 12 && ids && (row[SEQUENCE].len == 0 || table_digits(row[SEQUENCE], 1)) && end_of(row[DISPOSITION]) != END_UNKNOWN &&
           is_date(row[START]) && sam_span_double(row[BILLSEC], &ignored, &err) == SAM_OK;
}

const struct table_kind table_cdr = {names, SAM_COUNT(names), layouts, SAM_COUNT(layouts), headed, {LINKED, UNIQUE}, fits};

/* ---- one row ------------------------------------------------------------------------------------------------------------------- */

struct cdr {
    struct reader *r;
    struct sam_part head;
    struct sam_map *answered; /* calls of which a row was answered */
    struct sam_span row[TABLE_COLUMNS + 1];
    struct sam_span id;
};

static struct sam_int seconds(struct sam_span text)
{
    double value = 0;
    struct sam_err err;
    bool fits_in = sam_span_double(text, &value, &err) == SAM_OK && value >= 0 && value < 1e9;
    return fits_in ? sam_int_of((int64_t)(value * 1000 + 0.5)) : SAM_UNKNOWN;
}

/** The call: its linkedid, else the channel's uniqueid, else the channel and when it began. */
static struct sam_span call_of(struct reader *r, const struct sam_span *row)
{
    if (row[LINKED].len > 0)
        return row[LINKED];
    if (row[UNIQUE].len > 0)
        return row[UNIQUE];
    return row[CHANNEL].len > 0 && row[START].len > 0
               ? read_print(r, "%.*s@%.*s", (int)row[CHANNEL].len, row[CHANNEL].at, (int)row[START].len, row[START].at)
               : SAM_NO_SPAN;
}

/** Rows of one call are told apart by their number, else by what they say. */
static struct sam_span part_id_of(struct cdr *c)
{
    const struct sam_span *row = c->row;
    struct sam_span own = row[UNIQUE].len > 0 ? row[UNIQUE] : c->id;
    int64_t sequence = 0;
    struct sam_err err;
    if (row[SEQUENCE].len > 0 && sam_span_int(row[SEQUENCE], 0, INT64_MAX, &sequence, &err) == SAM_OK)
        return read_print(c->r, "cdr/%.*s/%010lld", (int)own.len, own.at, (long long)sequence);
    const struct sam_span told[] = {row[START], row[CHANNEL], row[PEER], row[APP], row[DISPOSITION], row[DURATION], row[BILLSEC]};
    uint8_t hash[16];
    sam_hash128(told, SAM_COUNT(told), hash);
    return read_print(c->r, "cdr/%.*s/%02x%02x%02x%02x%02x%02x", (int)own.len, own.at, (unsigned)hash[0], (unsigned)hash[1],
                      (unsigned)hash[2], (unsigned)hash[3], (unsigned)hash[4], (unsigned)hash[5]);
}

static struct sam_time shifted(struct sam_time t, int64_t by_ms)
{
    if (t.quality != SAM_QUALITY_UNKNOWN)
        t = (struct sam_time){t.us + by_ms * 1000, SAM_QUALITY_DERIVED};
    return t;
}

/**
 * A row's times are of some clock on a wall, and its uniqueid tells the second in which the channel was made: where both are whole quarters
 * of an hour apart the zone is another than was assumed.
 * @return microseconds to take off; *sure whether the id bears them out
 */
static int64_t zone_error_us(const struct cdr *c, struct sam_time start, bool *sure)
{
    static const int64_t second = 1000000, quarter = 900 * second, most = 14 * 3600 * second;
    int64_t epoch = exchange_epoch(c->row[UNIQUE].len > 0 ? c->row[UNIQUE] : c->row[LINKED]);
    *sure = false;
    if (epoch < 0 || start.quality != SAM_QUALITY_ZONE_ASSUMED)
        return 0;
    int64_t error = start.us - epoch * second, quarters = (error + (error < 0 ? -quarter : quarter) / 2) / quarter;
    int64_t rest = error - quarters * quarter;
    if (rest < -2 * second || rest > 2 * second || error < -most || error > most)
        return 0;
    *sure = true;
    return quarters * quarter;
}

static void corrected(struct sam_time *t, int64_t error_us)
{
    if (t->quality == SAM_QUALITY_ZONE_ASSUMED)
        *t = (struct sam_time){t->us - error_us, SAM_QUALITY_SECOND};
}

/** The times of a row; what it does not tell follows from its durations. */
static void times_of(struct cdr *c, struct sam_part *part, struct sam_time *answered)
{
    struct sam_record *record = part->record;
    struct sam_int duration = seconds(c->row[DURATION]), billsec = seconds(c->row[BILLSEC]);
    struct sam_part scratch = {.version = 0};
    bool sure = false;
    record->offered = read_time_text(c->r, &scratch, c->row[START], KEY(NULL, "start"));
    record->ended = read_time_text(c->r, &scratch, c->row[END], KEY(NULL, "end"));
    *answered = read_time_text(c->r, &scratch, c->row[ANSWER], KEY(NULL, "answer"));
    int64_t error_us = zone_error_us(c, record->offered, &sure);
    if (sure) {
        corrected(&record->offered, error_us);
        corrected(&record->ended, error_us);
        corrected(answered, error_us);
    }
    if (error_us != 0)
        read_warn(c->r, part, "time.other_zone", KEY(NULL, "start"));
    else if (scratch.warnings_n > 0 && !sure)
        read_warn(c->r, part, "time.no_zone", KEY(NULL, "start"));
    if (record->ended.quality == SAM_QUALITY_UNKNOWN && duration.known)
        record->ended = shifted(record->offered, duration.value);
    if (answered->quality == SAM_QUALITY_UNKNOWN && billsec.known && end_of(c->row[DISPOSITION]) == END_ANSWERED)
        *answered = shifted(record->ended, -billsec.value);
}

/** Seconds of talk; a row whose parts are longer than the whole does not know them. */
static struct sam_int talk_of(struct cdr *c, struct sam_part *part)
{
    struct sam_int duration = seconds(c->row[DURATION]), billsec = seconds(c->row[BILLSEC]);
    if (!billsec.known || !duration.known || billsec.value <= duration.value + 1000)
        return billsec;
    read_warn(c->r, part, "duration.exceeds", KEY(NULL, "billsec"));
    return SAM_UNKNOWN;
}

/** A queue's row names queue and agent; attempts that nobody took are none. @return whether there is a leg */
static bool queue_leg(const struct cdr *c, struct sam_leg *leg)
{
    if (end_of(c->row[DISPOSITION]) != END_ANSWERED)
        return false;
    leg->queue = exchange_queue(c->row[DATA]);
    if (c->row[PEER].len > 0) {
        leg->agent = exchange_interface(c->row[PEER]);
        leg->disposition = SAM_DISPOSITION_ANSWERED;
    }
    return true;
}

/** Any other row: two telephones that talked, a voicemail, or (when nobody took the call at all) how it failed. */
static bool channel_leg(struct cdr *c, struct sam_part *part, struct sam_time answered, struct sam_leg *leg)
{
    bool outbound = part->record->direction == SAM_DIRECTION_OUTBOUND;
    enum end end = end_of(c->row[DISPOSITION]);
    if (sam_span_is_nocase(c->row[APP], "VoiceMail")) {
        leg->disposition = SAM_DISPOSITION_VOICEMAIL;
        return true;
    }
    if (end == END_ANSWERED) { /* without another channel a machine answered */
        leg->agent = exchange_interface(c->row[outbound ? CHANNEL : PEER]);
        leg->answered = answered;
        leg->talk_ms = talk_of(c, part);
        leg->disposition = SAM_DISPOSITION_ANSWERED;
        return c->row[PEER].len > 0;
    }
    if (sam_map_get(c->answered, c->id, NULL))
        return false;
    leg->disposition = end == END_NO_ANSWER && !outbound ? SAM_DISPOSITION_ABANDONED : SAM_DISPOSITION_FAILED;
    (void)read_disposition(c->r, c->row[DISPOSITION], &leg->disposition);
    if (outbound && leg->disposition == SAM_DISPOSITION_ABANDONED) /* the one who was called cannot leave */
        leg->disposition = SAM_DISPOSITION_FAILED;
    return true;
}

static void part_of(struct cdr *c)
{
    const struct sam_span *row = c->row;
    struct sam_part *part = read_part(c->r, &c->head, SAM_KIND_RECORD);
    struct sam_leg *leg = read_take(c->r, 1, sizeof(*leg));
    struct sam_time answered;
    if (!part || !leg)
        return;
    struct sam_record *record = part->record;
    bool queue = sam_span_is_nocase(row[APP], "Queue");
    part->external_id = c->id;
    part->part_id = part_id_of(c);
    record->rank = RANK_CDR;
    record->channel = SAM_CHANNEL_VOICE;
    times_of(c, part, &answered);
    part->version = record->ended.quality != SAM_QUALITY_UNKNOWN ? record->ended.us : record->offered.us;
    if (row[LINKED].len == 0 || row[UNIQUE].len == 0 || sam_span_equal(row[LINKED], row[UNIQUE])) {
        const struct exchange_call call = {row[SRC], row[DST], row[CONTEXT], queue};
        exchange_parties(c->r, part, &call); /* the call's other channels would name others */
    }
    leg->ended = record->ended;
    if (queue ? queue_leg(c, leg) : channel_leg(c, part, answered, leg)) {
        record->legs = leg;
        record->legs_n = 1;
    }
}

/* ---- the file -------------------------------------------------------------------------------------------------------------------- */

static bool cdr_detect(const struct reader *r)
{
    struct reader copy = *r;
    struct table t;
    if (r->json && (r->json->type != SAM_JSON_OBJECT || !(sam_json_get(r->json, "billsec") || sam_json_get(r->json, "BillableSeconds"))))
        return false;
    return table_open(&t, &copy, r->doc, &table_cdr, &r->set->cdr_columns) || copy.full; /* full: its reader says so */
}

static bool is_whole(const struct sam_span *row)
{
    bool end = end_of(row[DISPOSITION]) != END_UNKNOWN;
    return end && is_date(row[START]) && (row[UNIQUE].len > 0 || row[LINKED].len > 0 || row[CHANNEL].len > 0);
}

/** Calls of which one row was answered: their other rows are attempts. */
static enum sam_code answered_of(struct cdr *c, struct sam_err *err)
{
    struct table t;
    if (!table_open(&t, c->r, c->r->doc, &table_cdr, &c->r->set->cdr_columns))
        return sam_arena_full(c->r->arena, err);
    while (table_next(&t, c->row)) {
        struct sam_span id = end_of(c->row[DISPOSITION]) == END_ANSWERED ? call_of(c->r, c->row) : SAM_NO_SPAN;
        if (id.len > 0 && sam_map_put(c->answered, id, 1, err) != SAM_OK)
            return err->code;
    }
    return SAM_OK;
}

static enum sam_code cdr_read(struct reader *r, struct sam_err *err)
{
    struct cdr c = {.r = r, .answered = sam_map_new(r->arena, CALLS_MAX)};
    struct table t;
    if (!c.answered)
        return sam_arena_full(r->arena, err);
    enum sam_code code = read_source(r, SAM_NO_SPAN, &c.head.source, err);
    if (code == SAM_OK)
        code = answered_of(&c, err);
    if (code == SAM_OK && !table_open(&t, r, r->doc, &table_cdr, &r->set->cdr_columns))
        return sam_arena_full(r->arena, err);
    if (code != SAM_OK)
        return code;
    while (table_next(&t, c.row) && !r->full) {
        if (is_whole(c.row)) {
            c.id = call_of(r, c.row);
            part_of(&c);
            continue;
        }
        (void)sam_fail(err, SAM_BAD_INPUT, "cdr: this row lacks a time, an end or an id");
        read_refuse(r, t.row, t.line, err);
    }
    return r->full ? sam_arena_full(r->arena, err) : SAM_OK;
}

const struct format format_cdr = {
    {"cdr", "Asterisk's call detail records: Master.csv, cdr_custom, exports of the SQL table", true}, cdr_detect, cdr_read};
