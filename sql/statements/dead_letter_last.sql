-- The newest dead letter's number, 0 when there is none.
select coalesce(max(dead_letter_id), 0) from samtale.dead_letter
