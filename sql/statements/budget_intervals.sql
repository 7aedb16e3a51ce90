-- GET /v1/budget. As budget_head: its half hours with calls, in order.
select b.starts_at, b.day, b.offered, b.answered, b.abandoned, b.short_abandoned, b.flowed_out, b.answered_in, b.abandoned_in, b.wait_ms, b.waits_abandoned,
    b.handled, b.handle_ms, b.agents_milli, b.seen::integer, (extract(epoch from (b.starts_at::timestamptz at time zone $3)::time) / 1800)::integer
from samtale.budget_intervals(samtale.budget_question_of($1::text::date, $2::text::date, $3::text, $4::text)) b
