-- $1 queue_id, $2 half_hour, $3 channel, $4 the 21 sums of each row, one row after another: adds them, in this order.
insert into samtale.rollup_half_hour as r (
    queue_id, half_hour, channel, offered, answered, abandoned, short_abandoned, flowed_out, answered_in, abandoned_in, wait_answered_ms,
    wait_abandoned_ms, waits_answered, waits_abandoned, handled, talk_ms, hold_ms, wrap_ms, held, transferred, conversations,
    with_transcript, scored, with_roles
)
select k.queue_id, to_timestamp(k.half_hour * 1800), k.channel::smallint,
    s.v[s.i + 1], s.v[s.i + 2], s.v[s.i + 3], s.v[s.i + 4], s.v[s.i + 5], s.v[s.i + 6], s.v[s.i + 7], s.v[s.i + 8], s.v[s.i + 9],
    s.v[s.i + 10], s.v[s.i + 11], s.v[s.i + 12], s.v[s.i + 13], s.v[s.i + 14], s.v[s.i + 15], s.v[s.i + 16], s.v[s.i + 17], s.v[s.i + 18],
    s.v[s.i + 19], s.v[s.i + 20], s.v[s.i + 21]
from unnest($1::integer[], $2::bigint[], $3::integer[]) with ordinality as k(queue_id, half_hour, channel, n)
cross join lateral (select $4::bigint[] as v, ((k.n - 1) * 21)::integer as i) as s
on conflict (queue_id, half_hour, channel) do update set
    offered = r.offered + excluded.offered, answered = r.answered + excluded.answered, abandoned = r.abandoned + excluded.abandoned,
    short_abandoned = r.short_abandoned + excluded.short_abandoned, flowed_out = r.flowed_out + excluded.flowed_out,
    answered_in = r.answered_in + excluded.answered_in, abandoned_in = r.abandoned_in + excluded.abandoned_in,
    wait_answered_ms = r.wait_answered_ms + excluded.wait_answered_ms,
    wait_abandoned_ms = r.wait_abandoned_ms + excluded.wait_abandoned_ms, waits_answered = r.waits_answered + excluded.waits_answered,
    waits_abandoned = r.waits_abandoned + excluded.waits_abandoned, handled = r.handled + excluded.handled,
    talk_ms = r.talk_ms + excluded.talk_ms, hold_ms = r.hold_ms + excluded.hold_ms, wrap_ms = r.wrap_ms + excluded.wrap_ms,
    held = r.held + excluded.held, transferred = r.transferred + excluded.transferred,
    conversations = r.conversations + excluded.conversations, with_transcript = r.with_transcript + excluded.with_transcript,
    scored = r.scored + excluded.scored, with_roles = r.with_roles + excluded.with_roles
