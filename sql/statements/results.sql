-- GET /v1/results: the parameters of figures.sql; weights and least components as the daemon wrote them.
select samtale.results(samtale.overview_question_of($1::text::date, $2::text::date, $3::text, 'day', $4::text[], $5::integer[], null, $6::text, s.weights, s.components_min))
from samtale.site s
