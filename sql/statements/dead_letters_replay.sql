-- $1 their numbers: back into the queue, each into its lane, in the order in which they died; all or none.
with gone as materialized (delete from samtale.dead_letter where dead_letter_id = any ($1::bigint[]) returning *)
select coalesce(sum(n), 0)::bigint from (
    select samtale.enqueue_many(lane, array_agg(source order by dead_letter_id), array_agg(kind order by dead_letter_id),
                                array_agg(content_type order by dead_letter_id), array_agg(body order by dead_letter_id)) as n
    from gone group by lane) as put
