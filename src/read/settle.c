/*
 * The last look at a part, whichever reader made it: what no conversation can be (durations beyond the limit, times out of range, a turn
 * that ends before it starts) becomes unknown with a warning, so that its canonical form reads back without a change.
 */
#include "reader.h"

static void settle_ms(struct reader *r, struct sam_part *part, struct sam_int *ms, const struct place *at)
{
    if (!ms->known || (ms->value >= 0 && ms->value <= r->limit_ms))
        return;
    read_warn(r, part, ms->value < 0 ? "duration.negative" : "duration.implausible", at);
    *ms = SAM_UNKNOWN;
}

static void settle_time(struct reader *r, struct sam_part *part, struct sam_time *t, const struct place *at)
{
    if (t->quality != SAM_QUALITY_UNKNOWN)
        *t = read_plausible(r, part, *t, at);
}

static void settle_record(struct reader *r, struct sam_part *part)
{
    struct sam_record *record = part->record;
    settle_time(r, part, &record->offered, KEY(NULL, "offered_at"));
    settle_time(r, part, &record->ended, KEY(NULL, "ended_at"));
    for (size_t i = 0; i < record->legs_n; i++) {
        struct sam_leg *leg = &record->legs[i];
        const struct place *at = ITEM(NULL, "legs", i);
        settle_time(r, part, &leg->queued, KEY(at, "queued_at"));
        settle_time(r, part, &leg->answered, KEY(at, "answered_at"));
        settle_time(r, part, &leg->ended, KEY(at, "ended_at"));
        settle_ms(r, part, &leg->wait_ms, KEY(at, "wait_ms"));
        settle_ms(r, part, &leg->talk_ms, KEY(at, "talk_ms"));
        settle_ms(r, part, &leg->hold_ms, KEY(at, "hold_ms"));
        settle_ms(r, part, &leg->wrap_ms, KEY(at, "wrap_ms"));
    }
}

static void settle_transcript(struct reader *r, struct sam_part *part)
{
    settle_time(r, part, &part->transcript->started, KEY(NULL, "started_at"));
    for (size_t i = 0; i < part->transcript->turns_n; i++) {
        struct sam_turn *turn = &part->transcript->turns[i];
        const struct place *at = ITEM(NULL, "turns", i);
        settle_ms(r, part, &turn->start_ms, KEY(at, "start_ms"));
        settle_ms(r, part, &turn->end_ms, KEY(at, "end_ms"));
        if (turn->start_ms.known && turn->end_ms.known && turn->end_ms.value < turn->start_ms.value) {
            read_warn(r, part, "turn.end_before_start", at);
            turn->end_ms = turn->start_ms;
        }
    }
}

void read_settle(struct reader *r, struct sam_part *part)
{
    if (part->record) {
        read_limit(r, part->record->channel);
        settle_record(r, part);
    }
    if (part->transcript) {
        read_limit(r, part->transcript->channel);
        settle_transcript(r, part);
    }
}
