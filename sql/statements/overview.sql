-- GET /v1/overview
select samtale.overview(samtale.overview_question_of($1::text::date, $2::text::date, $3::text, $4::text, $5::text[], $6::integer[], $7::integer[], $8::text,
    array[$9::float8, $10::float8, $11::float8, $12::float8], $13::integer))
