-- GET /v1/budget. $1 from, $2 to, $3 time zone, $4 queue: the queue; no row: there is none of that name.
select h.queue_id, h.first_day, h.last_day, h.service_level_ms, h.short_abandon_ms, h.target_ppm
from samtale.budget_head(samtale.budget_question_of($1::text::date, $2::text::date, $3::text, $4::text)) h
