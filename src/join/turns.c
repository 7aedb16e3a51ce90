/*
 * The canonical turns: all transcripts' segments on one time line, those of one party less than SAM_JOIN_GAP_MS apart as one turn. A turn
 * keeps its segments, so that every span leads back to the input's turn.
 */
#include "joining.h"

#include <stdlib.h>
#include <string.h>

/** A segment of the input on the conversation's time line. */
struct piece {
    int64_t key_ms; /* to sort by: its start, or that of the one before it */
    size_t order;   /* among equals */
    struct sam_turn turn;
};

static int compare(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    if (x->key_ms != y->key_ms)
        return x->key_ms < y->key_ms ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static bool known(struct sam_time t)
{
    return t.quality != SAM_QUALITY_UNKNOWN;
}

/** How far each transcript begins after the first; 0 when any of them does not say. */
static int64_t shift_ms(const struct joining *j, size_t at)
{
    struct sam_time first = j->transcripts[0]->transcript->started;
    for (size_t i = 0; i < j->transcripts_n; i++) {
        struct sam_time t = j->transcripts[i]->transcript->started;
        if (!known(t))
            return 0;
        if (t.us < first.us)
            first = t;
    }
    return (j->transcripts[at]->transcript->started.us - first.us) / 1000;
}

static struct sam_int shifted(struct sam_int ms, int64_t by)
{
    return ms.known ? sam_int_of(ms.value + by) : ms;
}

/** Adds a transcript's segments that have words. @return the number behind its greatest; *rising false when a key is below the one before
 */
static int64_t collect(const struct joining *j, size_t at, int64_t first_i, struct piece *pieces, size_t *n, bool *rising)
{
    const struct sam_transcript *t = j->transcripts[at]->transcript;
    int64_t by = shift_ms(j, at), key = by, greatest = first_i - 1;
    for (size_t k = 0; k < t->turns_n; k++) {
        struct sam_turn turn = t->turns[k];
        int64_t i = first_i + turn.i;
        greatest = i > greatest ? i : greatest;
        turn.i = (int32_t)(i > INT32_MAX ? INT32_MAX : i);
        turn.party = turn.party >= 0 ? j->party_of[at][turn.party] : -1;
        turn.role = turn.party >= 0 ? j->out->parties[turn.party].role : turn.role;
        turn.start_ms = shifted(turn.start_ms, by);
        turn.end_ms = shifted(turn.end_ms, by);
        key = turn.start_ms.known ? turn.start_ms.value : key;
        if (sam_span_trim(turn.text).len == 0)
            continue;
        *rising = *rising && (*n == 0 || pieces[*n - 1].key_ms <= key);
        pieces[*n] = (struct piece){key, *n, turn};
        ++*n;
    }
    return greatest + 1;
}

/* ---- one turn of several segments ------------------------------------------------------------------------------------ */

/** @return whether text has no more words than most */
static bool few_words(struct sam_span text, size_t most)
{
    size_t n = 0;
    bool inside = false;
    for (size_t i = 0; i < text.len && n <= most; i++) {
        bool blank = text.at[i] == ' ' || text.at[i] == '\t' || text.at[i] == '\n' || text.at[i] == '\r';
        n += !blank && !inside;
        inside = !blank;
    }
    return n <= most;
}

/** @return whether next goes on with the turn whose last segment is last and whose words end at end_ms */
static bool goes_on(const struct sam_conversation *c, const struct sam_turn *last, struct sam_int end_ms, const struct sam_turn *next)
{
    if (next->party != last->party || next->party < 0)
        return false;
    if (end_ms.known && next->start_ms.known)
        return next->start_ms.value - end_ms.value < SAM_JOIN_GAP_MS;
    return c->channel == SAM_CHANNEL_VOICE || c->channel == SAM_CHANNEL_VIDEO; /* a message without times is a turn of its own */
}

/** A word or two that another party says into a turn (begun before the turn's last segment ended) does not end it. */
static bool said_into(const struct sam_turn *other, struct sam_int end_ms)
{
    return end_ms.known && other->start_ms.known && other->start_ms.value < end_ms.value && few_words(other->text, 2);
}

static struct sam_int later(struct sam_int a, struct sam_int b)
{
    return !a.known || (b.known && b.value > a.value) ? b : a;
}

/** Most words of others that are looked past for the turn's next segment; bounds the work on hostile input. */
#define SAID_INTO_MAX 8

/** Marks the pieces that belong to the turn which starts at first: member[k] = first. @return how many */
static size_t gather(const struct sam_conversation *c, const struct piece *pieces, size_t n, size_t first, size_t *member)
{
    size_t count = 1, last = first, others = 0;
    struct sam_int end_ms = pieces[first].turn.end_ms;
    member[first] = first;
    for (size_t k = first + 1; k < n; k++) {
        const struct sam_turn *next = &pieces[k].turn;
        if (member[k] != SIZE_MAX)
            continue;
        if (goes_on(c, &pieces[last].turn, end_ms, next)) {
            member[k] = first;
            end_ms = later(end_ms, next->end_ms);
            last = k;
            others = 0;
            count++;
        } else if (++others > SAID_INTO_MAX || !said_into(next, end_ms)) {
            break;
        }
    }
    return count;
}

/** Joins the segments' texts by one blank. @param segments  room for count */
static enum sam_code unite(struct joining *j, const struct piece *pieces, const size_t *member, size_t first, size_t count,
                           struct sam_segment *segments, struct sam_turn *out, struct sam_err *err)
{
    size_t bytes = 0, k = first;
    for (size_t left = count; left > 0; k++) {
        if (member[k] != first)
            continue;
        bytes += pieces[k].turn.text.len + 1;
        left--;
    }
    char *text = count > 1 ? sam_arena_alloc(j->arena, bytes) : NULL;
    if (count > 1 && !text)
        return sam_arena_full(j->arena, err);
    *out = pieces[first].turn;
    size_t at = 0;
    uint32_t code_point = 0;
    k = first;
    for (size_t s = 0; s < count; k++) {
        const struct sam_turn *t = &pieces[k].turn;
        if (member[k] != first)
            continue;
        uint32_t length = (uint32_t)sam_utf8_count(t->text);
        segments[s++] = (struct sam_segment){.i = t->i, .at = code_point, .length = length, .start_ms = t->start_ms, .end_ms = t->end_ms};
        code_point += length + 1;
        out->end_ms = later(out->end_ms, t->end_ms);
        if (!text)
            continue;
        memcpy(text + at, t->text.at, t->text.len);
        at += t->text.len;
        text[at++] = ' ';
    }
    if (text)
        out->text = (struct sam_span){text, at - 1};
    out->segments = segments;
    out->segments_n = count;
    return SAM_OK;
}

enum sam_code join_turns(struct joining *j, struct sam_err *err)
{
    struct sam_conversation *c = j->out;
    size_t most = 0, n = 0;
    int64_t first_i = 0;
    for (size_t i = 0; i < j->transcripts_n; i++)
        most += j->transcripts[i]->transcript->turns_n;
    struct piece *pieces = sam_arena_array(j->arena, most, sizeof(*pieces));
    size_t *member = sam_arena_array(j->arena, most, sizeof(*member));
    c->turns = sam_arena_array(j->arena, most, sizeof(*c->turns));
    struct sam_segment *segments = sam_arena_array(j->arena, most, sizeof(*segments));
    bool rising = true;
    if (!pieces || !member || !c->turns || !segments)
        return sam_arena_full(j->arena, err);
    for (size_t i = 0; i < j->transcripts_n; i++)
        first_i = collect(j, i, first_i, pieces, &n, &rising);
    if (!rising)
        qsort(pieces, n, sizeof(*pieces), compare);
    memset(member, 0xFF, n * sizeof(*member));
    for (size_t i = 0; i < n; i++) {
        if (member[i] != SIZE_MAX)
            continue;
        size_t count = gather(c, pieces, n, i, member);
        enum sam_code code = unite(j, pieces, member, i, count, segments, &c->turns[c->turns_n], err);
        if (code != SAM_OK)
            return code;
        segments += count;
        c->turns_n++;
    }
    return SAM_OK;
}
