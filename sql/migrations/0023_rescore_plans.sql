-- 0023: re-scoring by plans that do not depend on what the statistics of a young database say: the next conversations are found first and their keys locked one by
-- one (joined, keys were looked for by source alone, 4 ms each), a page of the switch meets its conversations once, and nothing is compiled for it.
set local role samtale_owner;

create or replace function samtale.rescore_take(id integer, after_at timestamptz, after_id bigint, most integer)
    returns table (conversation_id bigint, started_at timestamptz, source text, written_by bigint, contribution bytea) language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    r samtale.rescore := (select t from samtale.rescore t where t.rescore_id = id);
    begins timestamptz := greatest(r.since, after_at);
    candidate record;
begin
    for candidate in
        select c.conversation_id, c.started_at, c.source_id, c.external_id, c.xmin::text::bigint as written_by, c.contribution
        from samtale.conversation c
        where (c.started_at, c.conversation_id) > (begins, case when after_at is null then 0 else after_id end) and samtale.rescore_wants(r, c) and c.external_id is not null
          and not exists (select from samtale.rescore_item i where i.rescore_id = id and i.conversation_id = c.conversation_id and i.written_by = c.xmin)
        order by c.started_at, c.conversation_id limit most
    loop
        perform from samtale.conversation_key k where k.source_id = candidate.source_id and k.external_id = candidate.external_id for update skip locked;
        if found then
            conversation_id := candidate.conversation_id;
            started_at := candidate.started_at;
            source := (select s.name from samtale.source s where s.source_id = candidate.source_id);
            written_by := candidate.written_by;
            contribution := candidate.contribution;
            return next;
        end if;
    end loop;
end
$$;

create or replace function samtale.rescore_swap(id integer, after_id bigint, most integer) returns table (conversation_id bigint, was bytea, becomes bytea) language sql volatile
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
    with page as materialized (
        select i.conversation_id, i.other_set, i.language, i.scored, i.distress, i.missed, i.gaps, i.opportunity_index, i.unscored_reason, i.contribution, c.xmin = i.written_by as good,
               c.score_set as set_was, c.language as language_was, c.scored as scored_was, c.distress as distress_was, c.missed as missed_was, c.gaps as gaps_was,
               c.opportunity_index as index_was, c.unscored_reason as reason_was, c.contribution as contribution_was
        from samtale.rescore_item i left join samtale.conversation c on c.conversation_id = i.conversation_id
        where i.rescore_id = id and i.conversation_id > after_id and i.outcome = 1 order by i.conversation_id limit most
    ), swapped as (
        update samtale.conversation c set score_set = p.other_set, language = p.language, scored = p.scored, distress = p.distress, missed = p.missed, gaps = p.gaps,
            opportunity_index = p.opportunity_index, unscored_reason = p.unscored_reason, contribution = p.contribution, updated_at = now()
        from page p where p.good and c.conversation_id = p.conversation_id
    ), kept as (
        update samtale.rescore_item i set other_set = p.set_was, language = p.language_was, scored = p.scored_was, distress = p.distress_was, missed = p.missed_was, gaps = p.gaps_was,
            opportunity_index = p.index_was, unscored_reason = p.reason_was, contribution = p.contribution_was, written_by = pg_current_xact_id()::xid
        from page p where p.good and i.rescore_id = id and i.conversation_id = p.conversation_id
    )
    select p.conversation_id, p.contribution_was, case when p.good then p.contribution end from page p order by 1 $$;
