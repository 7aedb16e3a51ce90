-- Fills the rollups with :conversations conversations of :days days that end now: 40 queues, voice on all, chat and mail on some, two languages, open
-- from 8 to 20. Each conversation is drawn by itself, so that few conversations give few rows. Facts are not made: the page over figures reads none.
\set ON_ERROR_STOP on
set synchronous_commit = off;
set work_mem = '256MB';
truncate samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome, samtale.level, samtale.level_half_hour, samtale.level_opportunity, samtale.level_outcome;
insert into samtale.queue (name) select 'queue ' || n from generate_series(1, 40) as n on conflict do nothing;
insert into samtale.score_set (version, packs, digest) values ('bench', '{}', '\x00') on conflict do nothing;
select setseed(0.5);
create temporary table drawn as
select 1 + floor(40 * random())::integer as queue_n, floor(3 * random() * random())::integer as channel_n, (random() < 0.1)::integer as language_n,
       date_bin('30 minutes', date_trunc('day', now()) - floor(:days * random()) * interval '1 day' + interval '8 hours' + random() * interval '12 hours',
                timestamptz '1970-01-01') as half_hour,
       (random() < 0.08)::integer as gone, 1000 * (20 * -ln(random() + 1e-9))::bigint as wait, 1000 * (60 + 240 * -ln(random() + 1e-9))::bigint as talk
from generate_series(1, :conversations) as n;
delete from drawn where half_hour > now();

do $$
declare
    cells text := '(select k.queue_id, d.half_hour, (array[1, 2, 3])[1 + d.channel_n]::smallint as channel, (1 + d.language_n)::smallint as language,
                           count(*) as n, sum(d.gone) as gone, sum(d.wait) as wait, sum(d.talk) as talk
                    from drawn d join samtale.queue k on k.name = ''queue '' || d.queue_n group by 1, 2, 3, 4) as c';
    r record;
begin
    -- by name, so that a further sum needs nothing here
    for r in
        select t.name, t.grouping, string_agg(quote_ident(a.attname), ', ') as names,
               string_agg(case a.attname when 'queue_id' then 'c.queue_id' when 'half_hour' then 'c.half_hour' when 'channel' then 'c.channel' when 'language' then 'c.language'
                          when 'score_set' then '(select score_set from samtale.score_set where digest = ''\x00'')'
                          else case when a.attname in ('offered', 'conversations', 'scored', 'open_share_whole', 'explored_share_whole') then 'sum(c.n)'
                                    when a.attname in ('abandoned', 'waits_abandoned') then 'sum(c.gone)'
                                    when a.attname in ('answered', 'waits_answered', 'handled', 'acknowledged_share_whole') then 'sum(c.n - c.gone)'
                                    when a.attname ~ '(short|flowed)' then '0'
                                    when a.attname ~ 'wait.*_ms' then 'sum(c.wait)' when a.attname ~ '_ms$' then 'sum(c.talk)'
                                    else 'sum(c.n) / 2' end end, ', ') as made
        from (values ('half_hour', '1, 2, 3'), ('opportunity', '1, 2, 3'), ('outcome', '1, 2, 3')) as t(name, grouping)
        join pg_attribute a on a.attrelid = ('samtale.rollup_' || t.name)::regclass and a.attnum > 0 and not a.attisdropped
        group by 1, 2
    loop
        execute format('insert into samtale.rollup_%s (%s) select %s from %s group by c.queue_id, c.half_hour, c.channel %s', r.name, r.names, r.made, cells,
                       case when r.name = 'opportunity' then ', c.language' else '' end);
    end loop;
end
$$;
drop table drawn;
select samtale.level_build(1000);
vacuum analyze samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome, samtale.level, samtale.level_half_hour, samtale.level_opportunity, samtale.level_outcome;
