-- $1 queue_id, $2 half_hour, $3 channel, $4 the 17 sums of each row, one row after another: adds them, in this order.
insert into samtale.rollup_outcome as r (
    queue_id, half_hour, channel, surveys, nps_n, nps_promoters, nps_detractors, csat_n, csat_top, csat_ppm, ces_n, ces_ppm, resolved_n,
    resolved, churned_n, churned, winback_n, winback, sold_n, sold
)
select k.queue_id, to_timestamp(k.half_hour * 1800), k.channel::smallint,
    s.v[s.i + 1], s.v[s.i + 2], s.v[s.i + 3], s.v[s.i + 4], s.v[s.i + 5], s.v[s.i + 6], s.v[s.i + 7], s.v[s.i + 8], s.v[s.i + 9],
    s.v[s.i + 10], s.v[s.i + 11], s.v[s.i + 12], s.v[s.i + 13], s.v[s.i + 14], s.v[s.i + 15], s.v[s.i + 16], s.v[s.i + 17]
from unnest($1::integer[], $2::bigint[], $3::integer[]) with ordinality as k(queue_id, half_hour, channel, n)
cross join lateral (select $4::bigint[] as v, ((k.n - 1) * 17)::integer as i) as s
on conflict (queue_id, half_hour, channel) do update set
    surveys = r.surveys + excluded.surveys, nps_n = r.nps_n + excluded.nps_n, nps_promoters = r.nps_promoters + excluded.nps_promoters,
    nps_detractors = r.nps_detractors + excluded.nps_detractors, csat_n = r.csat_n + excluded.csat_n,
    csat_top = r.csat_top + excluded.csat_top, csat_ppm = r.csat_ppm + excluded.csat_ppm, ces_n = r.ces_n + excluded.ces_n,
    ces_ppm = r.ces_ppm + excluded.ces_ppm, resolved_n = r.resolved_n + excluded.resolved_n, resolved = r.resolved + excluded.resolved,
    churned_n = r.churned_n + excluded.churned_n, churned = r.churned + excluded.churned, winback_n = r.winback_n + excluded.winback_n,
    winback = r.winback + excluded.winback, sold_n = r.sold_n + excluded.sold_n, sold = r.sold + excluded.sold
