-- GET /v1/figures: the parameters of overview.sql, $1 from, $2 to, $3 zone, $4 queues, $5 channels, $6 definition of the service level.
select samtale.figures(samtale.overview_question_of($1::text::date, $2::text::date, $3::text, 'day', $4::text[], $5::integer[], null, $6::text, null, null))
