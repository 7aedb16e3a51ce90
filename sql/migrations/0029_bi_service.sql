-- 0029: the figures of service that GET /v1/figures has, as columns of bi.queue_day; and of an hour what a day has.
do $$
declare
    day constant text := pg_get_viewdef('bi.queue_day'::regclass, true);
    place constant text := 'FROM ( SELECT t.day';
    sums constant text[] := array['offered', 'answered', 'abandoned', 'short_abandoned', 'flowed_out', 'answered_in', 'abandoned_in', 'wait_answered_ms', 'wait_abandoned_ms', 'handled',
                                  'talk_ms', 'hold_ms', 'wrap_ms', 'waits_answered', 'waits_abandoned', 'held', 'transferred']; -- those there were, in their order, then new ones
    figures text;
    c record;
begin
    if strpos(day, place) = 0 then
        raise exception 'bi.queue_day is made in another way than it was';
    end if;
    select string_agg(format(', (%s) / nullif(%s, 0) as %I', f.part, f.whole, f.name), '' order by f.n) into figures from samtale.figure f where f.lens = 'service' and f.whole is not null;
    execute 'create or replace view bi.queue_day with (security_barrier) as ' || overlay(rtrim(day, ';') placing figures || ' ' || place from strpos(day, place) for length(place));
    select string_agg(format(', (%s) / nullif(%s, 0) as %I', f.part, f.whole, case f.lens when 'service_level' then 'service_level_' else '' end || f.name), ''
                      order by array_position(array['service_level', 'efficiency', 'service'], f.lens), f.n)
        into figures from samtale.figure f where f.lens in ('service_level', 'efficiency', 'service') and f.whole is not null;
    execute format($q$ create or replace view bi.queue_hour with (security_barrier) as
        select d.hour, d.queue_id, samtale.channel_name(d.channel) as channel, %1$s %2$s
        from (select date_trunc('hour', r.half_hour, (select s.time_zone from samtale.site s)) as hour, r.queue_id, r.channel, %3$s from samtale.rollup_half_hour r group by 1, 2, 3) as d
        cross join lateral (select %4$s) as s $q$,
        (select string_agg('d.' || x, ', ' order by n) from unnest(sums) with ordinality as u(x, n)), figures,
        (select string_agg(format('sum(r.%1$I)::bigint as %1$I', x), ', ' order by n) from unnest(sums) with ordinality as u(x, n)),
        (select string_agg(format('d.%1$I::float8 as %1$I, d.%1$I::float8 as live_%1$I', x), ', ') from unnest(sums) as u(x)));
    for c in
        select v.relname as view, a.attname as name,
               coalesce((select f.said from samtale.figure f where f.whole is not null and f.lens in ('service_level', 'efficiency', 'service')
                           and a.attname = case f.lens when 'service_level' then 'service_level_' else '' end || f.name),
                        (select col_description('samtale.rollup_half_hour'::regclass, t.attnum) from pg_attribute t where t.attrelid = 'samtale.rollup_half_hour'::regclass and t.attname = a.attname)) as said
        from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
        where v.relnamespace = 'bi'::regnamespace and v.relname in ('queue_day', 'queue_hour') and col_description(v.oid, a.attnum) is null
    loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
end
$$;
comment on view bi.queue_hour is 'Efficiency lens an hour of the site''s zone, queue and channel: sums, and the figures made of them.';
