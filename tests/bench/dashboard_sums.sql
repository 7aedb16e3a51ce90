-- Names that the conversations of dashboard.sql speak of; then, of all there are, the sums. Run before and after it: a table without conversations has no sums.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set work_mem = '128MB';
set maintenance_work_mem = '256MB';
set jit = off;
insert into samtale.source (name) values ('bench') on conflict do nothing;
insert into samtale.queue (name) select 'queue ' || n from generate_series(1, 40) as n on conflict do nothing;
insert into samtale.team (name) select 'team ' || n from generate_series(1, 50) as n on conflict do nothing;
insert into samtale.agent (name) select 'agent ' || n from generate_series(1, 1000) as n on conflict do nothing;
insert into samtale.score_set (version, packs, digest) values ('bench', '{}', '\x00') on conflict do nothing;
insert into samtale.rule (name) select 'rule ' || n from generate_series(1, 50) as n on conflict do nothing;

select setval(pg_get_serial_sequence('samtale.conversation_key', 'conversation_id'), (select coalesce(max(conversation_id), 1) from samtale.conversation)) as last \gset ignored_

-- ---- sums, by name, so that a further sum needs nothing here
truncate samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome, samtale.level, samtale.level_half_hour, samtale.level_opportunity, samtale.level_outcome,
    samtale.long_level, samtale.long_half_hour, samtale.long_opportunity;
create temporary table cell as
select c.queue_id, date_bin('30 minutes', c.ended_at, timestamptz '1970-01-01') as half_hour, c.channel, c.language, count(*) as n, count(*) filter (where not c.scored) as gone, sum(c.wait_ms) as wait,
       sum(coalesce(c.talk_ms, 0)) as talk
from samtale.conversation c group by 1, 2, 3, 4;
do $$
declare
    r record;
begin
    for r in
        select t.name, string_agg(quote_ident(a.attname), ', ') as names,
               string_agg(case a.attname when 'queue_id' then 'c.queue_id' when 'half_hour' then 'c.half_hour' when 'channel' then 'c.channel' when 'language' then 'c.language'
                          when 'score_set' then '(select score_set from samtale.score_set where digest = ''\x00'')'
                          else case when a.attname in ('offered', 'conversations', 'scored', 'open_share_whole', 'explored_share_whole') then 'sum(c.n)'
                                    when a.attname in ('abandoned', 'waits_abandoned') then 'sum(c.gone)'
                                    when a.attname in ('answered', 'waits_answered', 'handled', 'acknowledged_share_whole') then 'sum(c.n - c.gone)'
                                    when a.attname ~ '(short|flowed)' then '0'
                                    when a.attname ~ 'wait.*_ms' then 'sum(c.wait)' when a.attname ~ '_ms$' then 'sum(c.talk)'
                                    else 'sum(c.n) / 2' end end, ', ') as made
        from (values ('half_hour'), ('opportunity'), ('outcome')) as t(name)
        join pg_attribute a on a.attrelid = ('samtale.rollup_' || t.name)::regclass and a.attnum > 0 and not a.attisdropped
        group by 1
    loop
        execute format('insert into samtale.rollup_%s (%s) select %s from cell c group by c.queue_id, c.half_hour, c.channel %s', r.name, r.names, r.made,
                       case when r.name = 'opportunity' then ', c.language' else '' end);
    end loop;
end
$$;
drop table cell;
insert into samtale.quadrant_threshold (queue_id, channel, valid_from, handle_ms, opportunity_index, conversations, by_target)
select k.queue_id, h.n, date_trunc('week', w)::date, 250000, 50, 30, false
from samtale.queue k, generate_series(1, 3) as h(n), generate_series(now() - interval '364 days', now(), interval '7 days') as w where k.name like 'queue %' on conflict do nothing;
select samtale.level_build(1000) + samtale.level_build(1000) as built \gset ignored_
vacuum (analyze) samtale.conversation, samtale.leg, samtale.part, samtale.finding, samtale.moment, samtale.conversation_score, samtale.party, samtale.rollup_half_hour, samtale.rollup_opportunity,
    samtale.rollup_outcome, samtale.level, samtale.level_half_hour, samtale.level_opportunity, samtale.level_outcome, samtale.long_level, samtale.long_half_hour, samtale.long_opportunity,
    samtale.survey, samtale.outcome, samtale.conversation_key, samtale.quadrant_threshold, samtale.source, samtale.queue, samtale.team, samtale.agent, samtale.rule, samtale.score_set;
