/*
 * Follow, calls: the lines of a queue_log gathered by call. A call is sent with all its lines when it has ended, and again when more came
 * (it was transferred, or the pause that is its after-call work ended); so that what is in the queue is always whole. Lines that tell what
 * an agent did are gathered by agent; told twice they are told once.
 */
#include "follow.h"

#include <string.h>

#define LINES_BYTES ((size_t)1 << 20)

static int64_t now_s(void)
{
    return sam_clock_wall_us() / 1000000;
}

/* How long nothing came of a call. Behind the end of the log its own times tell; at the end ours do, from when the line was read: a log may
 * come late or be of another day, and what is read of it may end between two lines of one call. */
static int64_t quiet_ms(const struct follow *follow, const struct held *held)
{
    return 1000 * (follow->caught_up ? now_s() - held->read_s : follow->newest_s - held->last_s);
}

/* ---- one line ------------------------------------------------------------------------------------------------------------- */

/** "epoch|callid|queue|member|EVENT|...". */
struct fields {
    int64_t epoch_s;
    struct sam_span call, member, event;
};

static bool fields_of(struct sam_span line, struct fields *out)
{
    struct sam_span field[5];
    struct sam_err err;
    for (size_t i = 0; i < 5; i++) {
        const char *bar = line.len > 0 ? memchr(line.at, '|', line.len) : NULL;
        if (!bar && i < 4)
            return false;
        field[i] = bar ? (struct sam_span){line.at, (size_t)(bar - line.at)} : line;
        line = bar ? (struct sam_span){bar + 1, line.len - field[i].len - 1} : SAM_NO_SPAN;
    }
    *out = (struct fields){.call = field[1], .member = field[3], .event = sam_span_trim(field[4])};
    return sam_span_int(field[0], 1, INT32_MAX, &out->epoch_s, &err) == SAM_OK;
}

static bool one_of(struct sam_span event, const char *const *words)
{
    for (; *words; words++) {
        if (sam_span_is(event, *words))
            return true;
    }
    return false;
}

/** Events after which a caller is in no queue, and those after which one is. */
static const char *const ends[] = {"COMPLETEAGENT", "COMPLETECALLER",   "ABANDON",   "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY",
                                   "BLINDTRANSFER", "ATTENDEDTRANSFER", "TRANSFER",  "WITHDRAW",        "FULL",      "CLOSED",
                                   "JOINEMPTY",     "LEAVEEMPTY",       "AGENTDUMP", "SYSCOMPAT",       NULL};
static const char *const begins[] = {"ENTERQUEUE", "CONNECT", "DID", NULL};
static const char *const pauses[] = {"PAUSE", "PAUSEALL", "UNPAUSE", "UNPAUSEALL", NULL};

/** Those that tell only what an agent did; pauses do, too. */
static const char *const states[] = {"ADDMEMBER",   "REMOVEMEMBER",        "AGENTLOGIN", "AGENTCALLBACKLOGIN",
                                     "AGENTLOGOFF", "AGENTCALLBACKLOGOFF", NULL};

static void add_line(struct held *held, struct sam_span line, int64_t epoch_s, const struct follow_place *at)
{
    held->last = *at;
    sam_buf_span(&held->lines, line);
    sam_buf_text(&held->lines, "\n");
    held->last_s = epoch_s > held->last_s ? epoch_s : held->last_s;
    held->read_s = now_s();
}

static struct sam_span id_of(const struct held *held)
{
    return (struct sam_span){held->lines.at + held->id_at, held->id_len};
}

/* Calls that came last are asked for most. */
static struct held *held_of(const struct follow *follow, struct sam_span id, bool agent)
{
    for (size_t i = follow->held_n; i > 0; i--) {
        if (follow->held[i - 1]->agent == agent && sam_span_equal(id_of(follow->held[i - 1]), id))
            return follow->held[i - 1];
    }
    return NULL;
}

static bool is_skipped(const struct follow *follow, struct sam_span call)
{
    uint8_t hash[16];
    if (follow->skip.len == 0)
        return false;
    sam_hash128(&call, 1, hash);
    for (size_t i = 0; i + sizeof hash <= follow->skip.len; i += sizeof hash) {
        if (memcmp(follow->skip.at + i, hash, sizeof hash) == 0)
            return true;
    }
    return false;
}

static void drop(struct follow *follow, size_t i)
{
    struct gone gone = {.last = follow->held[i]->last};
    const struct sam_span id = id_of(follow->held[i]);
    sam_hash128(&id, 1, gone.hash);
    if (!follow->held[i]->agent)
        sam_buf_add(&follow->gone, &gone, sizeof gone);
    sam_buf_free(&follow->held[i]->lines);
    sam_free(follow->held[i]);
    follow->held_n--;
    memmove(follow->held + i, follow->held + i + 1, (follow->held_n - i) * sizeof *follow->held);
}

/* @return NULL when there is no memory, or too many are held: the line is then left out, and told */
static struct held *hold(struct follow *follow, struct sam_span line, struct sam_span id, const struct follow_place *at)
{
    struct held *held = follow->held_n < HELD_MAX ? sam_new(sizeof *held) : NULL;
    if (!held) {
        sam_log(SAM_LOG_ERROR, "follow.full", "calls=%zu", follow->held_n);
        return NULL;
    }
    *held = (struct held){.lines = sam_buf_of(LINES_BYTES), .first = *at, .id_at = (size_t)(id.at - line.at), .id_len = id.len};
    follow->held[follow->held_n++] = held;
    return held;
}

/* A pause may be the after-call work of the calls that its agent had: it goes to each of them. */
static void add_pause(struct follow *follow, struct sam_span line, const struct fields *f, const struct follow_place *at)
{
    for (size_t i = 0; i < follow->held_n; i++) {
        struct held *held = follow->held[i];
        if (held->ended && !held->agent && f->member.len > 0 && memmem(held->lines.at, held->lines.len, f->member.at, f->member.len))
            add_line(held, line, f->epoch_s, at);
    }
}

static void add_state(struct follow *follow, struct sam_span line, const struct fields *f, const struct follow_place *at)
{
    if (f->member.len == 0 || sam_span_is(f->member, "NONE"))
        return;
    struct held *held = held_of(follow, f->member, true);
    if (!held)
        held = hold(follow, line, f->member, at);
    if (!held)
        return;
    held->agent = held->ended = true;
    add_line(held, line, f->epoch_s, at);
}

static void add_call(struct follow *follow, struct sam_span line, const struct fields *f, const struct follow_place *at)
{
    for (size_t i = 0; sam_span_is(f->event, "QUEUESTART") && i < follow->held_n; i++)
        follow->held[i]->lost = !follow->held[i]->ended;
    bool begin = one_of(f->event, begins), end = one_of(f->event, ends);
    if (f->call.len == 0 || !memchr(f->call.at, '.', f->call.len) || is_skipped(follow, f->call)) /* NONE, REALTIME, MANAGER, CLI */
        return;
    struct held *held = held_of(follow, f->call, false);
    if (!held && (begin || end))
        held = hold(follow, line, f->call, at);
    if (!held)
        return;
    held->ended = end || (held->ended && !begin);
    add_line(held, line, f->epoch_s, at);
}

void follow_line(struct follow *follow, struct sam_span line, const struct follow_place *at)
{
    struct fields f;
    if (!fields_of(line, &f))
        return;
    follow->newest_s = f.epoch_s > follow->newest_s ? f.epoch_s : follow->newest_s;
    bool pause = one_of(f.event, pauses);
    if (pause)
        add_pause(follow, line, &f, at);
    if (pause || one_of(f.event, states)) {
        add_state(follow, line, &f, at);
        return;
    }
    add_call(follow, line, &f, at);
}

/* ---- what is ready --------------------------------------------------------------------------------------------------------- */

static bool is_ready(const struct follow *follow, const struct held *held)
{
    int64_t quiet = quiet_ms(follow, held);
    if (held->lines.len == held->sent)
        return false;
    return held->lost || (held->ended && quiet >= follow->settings->quiet_ms) || quiet >= follow->settings->open_ms;
}

/* A call may go on after its end (a transfer into another queue), and its agent's pause may end: it is kept for a while. */
static bool is_over(const struct follow *follow, const struct held *held)
{
    return held->lines.len == held->sent &&
           (held->lost || quiet_ms(follow, held) >= (held->ended ? follow->settings->linger_ms : follow->settings->open_ms));
}

void follow_ready(struct follow *follow, struct feed_round *round)
{
    struct sam_vec messages = sam_vec_of(sizeof(struct feed_message), HELD_MAX);
    for (size_t i = 0; i < follow->held_n; i++) {
        struct held *held = follow->held[i];
        held->sending = 0;
        if (!is_ready(follow, held))
            continue;
        struct feed_message *m = sam_vec_add(&messages, round->arena);
        struct sam_span body;
        struct sam_err err;
        if (!m || sam_arena_span(round->arena, sam_buf_get(&held->lines), &body, &err) != SAM_OK) {
            messages.n -= m != NULL;
            break; /* the rest another time */
        }
        *m = (struct feed_message){
            .source = follow->settings->source, .content_type = SAM_SPAN("text/plain; name=\"queue_log\""), .body = body};
        held->sending = held->lines.len;
    }
    round->messages = messages.at;
    round->n = messages.n;
}

void follow_sent(struct follow *follow)
{
    for (size_t i = follow->held_n; i > 0; i--) {
        struct held *held = follow->held[i - 1];
        held->sent = held->sending > 0 ? held->sending : held->sent;
        held->sending = 0;
        if (is_over(follow, held))
            drop(follow, i - 1);
    }
}

static bool before(const struct follow_place *a, const struct follow_place *b)
{
    return a->file < b->file || (a->file == b->file && a->offset < b->offset);
}

void follow_gone(struct follow *follow, const struct follow_place *resume, struct sam_buf *out)
{
    size_t kept = 0;
    for (size_t i = 0; i + sizeof(struct gone) <= follow->gone.len; i += sizeof(struct gone)) {
        struct gone gone;
        memcpy(&gone, follow->gone.at + i, sizeof gone);
        if (before(&gone.last, resume))
            continue;
        memcpy(follow->gone.at + kept, &gone, sizeof gone);
        kept += sizeof gone;
        for (size_t k = 0; k < sizeof gone.hash; k++)
            sam_buf_printf(out, "%02x", (unsigned)gone.hash[k]);
        sam_buf_text(out, "\n");
    }
    follow->gone.len = kept;
    follow->gone.failed = false;
}

struct follow_place follow_resume(const struct follow *follow)
{
    struct follow_place oldest = follow->at;
    oldest.offset -= (int64_t)follow->rest.len;
    for (size_t i = 0; i < follow->held_n; i++) {
        const struct follow_place *first = &follow->held[i]->first;
        if (before(first, &oldest))
            oldest = *first;
    }
    return oldest;
}

void follow_forget(struct follow *follow)
{
    while (follow->held_n > 0)
        drop(follow, follow->held_n - 1);
}
