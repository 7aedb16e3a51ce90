-- canonical.sql: all that is stored, as one line a row, by merge key and name and without surrogate ids, times of writing or order of arrival.
-- Two databases that were fed the same messages in any order, by any door, through any kills, give the same lines once they are sorted.
select 'conversation_key ' || s.name || ' ' || k.external_id
    from samtale.conversation_key k join samtale.source s using (source_id);

create temporary view keyed as
    select k.conversation_id, s.name || '/' || k.external_id as key
    from samtale.conversation_key k join samtale.source s using (source_id);
create function pg_temp.agents(ids integer[]) returns jsonb language sql as
    $$ select coalesce(jsonb_agg(name order by name), '[]') from samtale.agent where agent_id = any (ids) $$;
create function pg_temp.teams(ids integer[]) returns jsonb language sql as
    $$ select coalesce(jsonb_agg(name order by name), '[]') from samtale.team where team_id = any (ids) $$;
create function pg_temp.named(row_of jsonb) returns jsonb language sql as $$
    select row_of - '{conversation_id,source_id,queue_id,agent_id,team_id,rule_id,score_set,updated_at,contribution,agent_ids,team_ids}'::text[]
        || jsonb_build_object(
            'queue', (select name from samtale.queue where queue_id = (row_of ->> 'queue_id')::integer),
            'agent', (select name from samtale.agent where agent_id = (row_of ->> 'agent_id')::integer),
            'team', (select name from samtale.team where team_id = (row_of ->> 'team_id')::integer),
            'rule', (select name from samtale.rule where rule_id = (row_of ->> 'rule_id')::integer),
            'scorer', (select version || packs::text from samtale.score_set where score_set = (row_of ->> 'score_set')::integer))
$$;

select 'part ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.part t join keyed using (conversation_id);
select 'part_conflict ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.part_conflict t join keyed using (conversation_id);
select 'link_unit ' || s.name || ' ' || u.external_id || ' ' || concat_ws(' ', encode(u.customer_key, 'hex'), u.from_at, u.to_at, h.external_id, u.ambiguous)
    from samtale.link_unit u join samtale.source s using (source_id) left join samtale.link_unit h on h.conversation_id = u.host_id;
select 'conversation ' || key || ' ' || pg_temp.named(to_jsonb(t))::text || pg_temp.agents(agent_ids)::text || pg_temp.teams(team_ids)::text
    from samtale.conversation t join keyed using (conversation_id);
select 'leg ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.leg t join keyed using (conversation_id);
select 'party ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.party t join keyed using (conversation_id);
select 'finding ' || key || ' ' || pg_temp.named(to_jsonb(m) || jsonb_build_object('score_set', f.score_set))::text
    from samtale.finding f join keyed using (conversation_id)
    cross join lateral unnest(f.turns, f.parties, f.labels, f.span_starts, f.span_ends, f.rule_ids, f.weights) with ordinality
        as m(turn, party, label, span_start, span_end, rule_id, weight, n);
select 'moment ' || key || ' ' || pg_temp.named(to_jsonb(e) || jsonb_build_object('score_set', m.score_set))::text
    from samtale.moment m join keyed using (conversation_id)
    cross join lateral unnest(m.kinds, m.cues, m.mets, m.cue_turns, m.answer_turns, m.latencies_turns, m.latencies_ms, m.suggestions) with ordinality
        as e(kind, cue, met, cue_turn, answer_turn, latency_turns, latency_ms, suggestion, n);
select 'survey ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.survey t join keyed using (conversation_id);
select 'outcome ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.outcome t join keyed using (conversation_id);
select 'conversation_score ' || key || ' ' || pg_temp.named(to_jsonb(t))::text from samtale.conversation_score t join keyed using (conversation_id);

-- a row of sums that came back to nothing is the same as no row
create function pg_temp.is_nothing(row_of jsonb) returns boolean language sql as
    $$ select bool_and(value = '0') from jsonb_each_text(row_of - '{half_hour,queue_id,score_set,language,channel}'::text[]) $$;
select 'rollup_half_hour ' || pg_temp.named(to_jsonb(t))::text from samtale.rollup_half_hour t where not pg_temp.is_nothing(to_jsonb(t));
select 'rollup_opportunity ' || pg_temp.named(to_jsonb(t))::text from samtale.rollup_opportunity t where not pg_temp.is_nothing(to_jsonb(t));
select 'rollup_outcome ' || pg_temp.named(to_jsonb(t))::text from samtale.rollup_outcome t where not pg_temp.is_nothing(to_jsonb(t));

-- a poison message that was sent twice is two dead letters: which ones there are counts, not how many
select distinct 'dead_letter ' || code || ' ' || md5(body) from samtale.dead_letter;
select 'inbox ' || count(*) from samtale.inbox;
