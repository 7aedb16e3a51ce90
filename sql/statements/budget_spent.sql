-- GET /v1/budget. As budget_head: where the seconds went against as many days before.
select samtale.budget_spent(samtale.budget_question_of($1::text::date, $2::text::date, $3::text, $4::text))
