-- 0013: percentiles of waits and handle times from histograms, longest waits, both counted at night; and dead letters that end.
set local role samtale_owner;

alter table samtale.site add column dead_letters_kept interval not null default '30 days';
comment on column samtale.site.dead_letters_kept is '[retention] dead_letters: how long a message that could not be stored is kept.';

create table samtale.rollup_histogram (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    measure smallint not null,
    bucket smallint not null,
    n bigint not null,
    primary key (day, queue_id, channel, measure, bucket)
);
comment on table samtale.rollup_histogram is 'Durations of a day in buckets, by completion; counted at night.';
comment on column samtale.rollup_histogram.day is 'Day of the site''s zone.';
comment on column samtale.rollup_histogram.queue_id is 'Queue; 0: none stated.';
comment on column samtale.rollup_histogram.channel is 'samtale.channel_name().';
comment on column samtale.rollup_histogram.measure is '1 wait of answered entries, 2 wait of abandoned ones, 3 handle time.';
comment on column samtale.rollup_histogram.bucket is 'samtale.bucket_of(): 0, then eight a doubling of milliseconds, each at most 9 % wide.';
comment on column samtale.rollup_histogram.n is 'How many.';

create table samtale.rollup_longest (
    day date not null,
    queue_id integer not null,
    channel smallint not null,
    longest_answered_ms bigint,
    longest_abandoned_ms bigint,
    primary key (day, queue_id, channel)
);
comment on table samtale.rollup_longest is 'Longest waits of a day, by completion; counted at night.';
comment on column samtale.rollup_longest.day is 'Day of the site''s zone.';
comment on column samtale.rollup_longest.queue_id is 'Queue; 0: none stated.';
comment on column samtale.rollup_longest.channel is 'samtale.channel_name().';
comment on column samtale.rollup_longest.longest_answered_ms is 'Longest wait of an answered entry; null: none.';
comment on column samtale.rollup_longest.longest_abandoned_ms is 'Longest wait of an abandoned entry; null: none.';

create function samtale.bucket_of(ms bigint) returns smallint language sql immutable parallel safe
    return (case when ms <= 0 then 0 else least(255, 1 + floor(8 * ln(ms::float8) / ln(2::float8) + 1e-9)) end)::smallint;
comment on function samtale.bucket_of is 'The bucket of a duration, as sam_kpi_bucket().';
create function samtale.bucket_start(bucket integer) returns float8 language sql immutable parallel safe
    return case when bucket <= 0 then 0 else power(2::float8, (bucket - 1) / 8.0::float8) end;
comment on function samtale.bucket_start is 'The first duration of a bucket, milliseconds, as sam_kpi_bucket_start().';
create function samtale.percentile(buckets integer[], counts bigint[], p float8) returns float8 language sql immutable parallel safe
    return (select samtale.bucket_start(h.bucket) + case when h.bucket = 0 then 0 else samtale.bucket_start(h.bucket + 1) - samtale.bucket_start(h.bucket) end
                   * (w.rank - h.below - 0.5) / h.n
            from (select b.bucket, b.n, sum(b.n) over (order by b.bucket) - b.n as below
                  from (select t.bucket, sum(t.n) as n from unnest(buckets, counts) as t(bucket, n) group by t.bucket having sum(t.n) > 0) as b) as h,
                 (select greatest(1, ceil(p * sum(t.n)))::float8 as rank from unnest(counts) as t(n)) as w
            where w.rank > h.below and w.rank <= h.below + h.n);
comment on function samtale.percentile is 'A percentile of a histogram in milliseconds, as sam_kpi_percentile(): off by less than a bucket''s 9 %. Counts of a bucket may come several times.';

-- As repeats: anew from the earliest conversation that was written since.
create function samtale.histograms_count() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    since timestamptz := (select c.done_at - c.took_ms * interval '1 millisecond' - interval '1 hour' from samtale.chore c where c.name = 'histograms');
    first_day date := (select (min(c.started_at) at time zone zone)::date from samtale.conversation c where since is null or c.updated_at >= since);
    counted bigint;
begin
    if first_day is null then
        return 0;
    end if;
    create temporary table counted_leg on commit drop as
        select t.day, t.queue_id, t.channel, t.kind, t.wait_ms, t.handle_ms
        from (select (coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) at time zone zone)::date as day, l.queue_id, c.channel,
                     case when c.direction in (2, 3) then 0 when l.disposition = 1 then 1 when l.disposition in (2, 3) then 2 else 0 end as kind, l.wait_ms,
                     case when l.disposition = 1 then l.talk_ms + coalesce(l.hold_ms, 0) + coalesce(l.wrap_ms, 0) end as handle_ms
              from samtale.conversation c join samtale.leg l using (conversation_id)
              where c.started_at >= (first_day - 60)::timestamp at time zone zone) as t
        where t.day >= first_day; -- an entry of sixty days is no queue's any more
    delete from samtale.rollup_histogram h where h.day >= first_day;
    delete from samtale.rollup_longest h where h.day >= first_day;
    insert into samtale.rollup_histogram (day, queue_id, channel, measure, bucket, n)
    select l.day, l.queue_id, l.channel, m.measure, samtale.bucket_of(m.ms), count(*)
    from counted_leg l cross join lateral (values (1, case when l.kind = 1 then l.wait_ms end), (2, case when l.kind = 2 then l.wait_ms end), (3, l.handle_ms)) as m(measure, ms)
    where m.ms is not null group by 1, 2, 3, 4, 5;
    insert into samtale.rollup_longest (day, queue_id, channel, longest_answered_ms, longest_abandoned_ms)
    select l.day, l.queue_id, l.channel, max(l.wait_ms) filter (where l.kind = 1), max(l.wait_ms) filter (where l.kind = 2) from counted_leg l where l.kind <> 0 group by 1, 2, 3;
    select count(distinct l.day) into counted from counted_leg l;
    drop table counted_leg;
    return counted;
end
$$;
comment on function samtale.histograms_count is 'Counts histograms and longest waits; how many days were counted again.';

create function samtale.dead_letters_end() returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    ended bigint;
begin
    delete from samtale.dead_letter d where d.died_at < now() - (select s.dead_letters_kept from samtale.site s);
    get diagnostics ended = row_count;
    return ended;
end
$$;
comment on function samtale.dead_letters_end is 'Deletes dead letters that are older than they are kept: they hold raw text.';

insert into samtale.chore (name, does) values ('histograms', 'histograms_count'), ('dead_letters', 'dead_letters_end');
comment on column samtale.chore.name is 'dead_letters: deleted ones; histograms, repeats: days counted; verify: sums that are not what the facts give.';

grant select, insert, update, delete on samtale.rollup_histogram, samtale.rollup_longest to samtale_daemon;
grant select on samtale.rollup_histogram, samtale.rollup_longest to samtale_api, samtale_bi_owner;

set local role samtale_bi_owner;
create view bi.percentile_day with (security_barrier) as
    select h.day, h.queue_id, samtale.channel_name(h.channel) as channel, (array['wait_answered', 'wait_abandoned', 'handle'])[h.measure] as measure, sum(h.n)::bigint as n,
           samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), 0.5) / 1000 as p50, samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), 0.9) / 1000 as p90,
           samtale.percentile(array_agg(h.bucket::integer), array_agg(h.n), 0.95) / 1000 as p95
    from samtale.rollup_histogram h group by h.day, h.queue_id, h.channel, h.measure;
create view bi.histogram_day with (security_barrier) as
    select h.day, h.queue_id, samtale.channel_name(h.channel) as channel, (array['wait_answered', 'wait_abandoned', 'handle'])[h.measure] as measure, h.bucket,
           samtale.bucket_start(h.bucket) / 1000 as starts_s, h.n
    from samtale.rollup_histogram h;
create view bi.longest_wait_day with (security_barrier) as
    select r.day, r.queue_id, samtale.channel_name(r.channel) as channel, r.longest_answered_ms, r.longest_abandoned_ms from samtale.rollup_longest r;
comment on view bi.percentile_day is 'Percentiles of waits and handle times a day, queue and channel, from histograms: off by at most 9 %. Of other groups: add up bi.histogram_day.';
comment on view bi.histogram_day is 'Histograms of waits and handle times a day, queue and channel.';
comment on view bi.longest_wait_day is 'Longest waits a day, queue and channel.';
do $$
declare
    c record;
begin
    for c in select v.relname as view, a.attname as name, w.said from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
             join (values ('day', 'Day of the site''s time zone, by completion.'), ('queue_id', 'Queue; 0: none stated.'), ('channel', 'Channel.'), ('measure', 'wait_answered, wait_abandoned or handle.'),
                          ('n', 'How many entries.'), ('p50', 'Median, seconds.'), ('p90', 'Nine of ten are shorter, seconds.'), ('p95', '95 of 100 are shorter, seconds.'), ('bucket', 'From 0.'),
                          ('starts_s', 'Shortest duration in it, seconds.'), ('longest_answered_ms', 'Longest wait of an answered entry; null: none.'),
                          ('longest_abandoned_ms', 'Longest wait of an abandoned entry; null: none.')) as w(name, said) on w.name = a.attname
             where v.relnamespace = 'bi'::regnamespace and v.relname in ('percentile_day', 'histogram_day', 'longest_wait_day') loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
end
$$;
grant select on bi.percentile_day, bi.histogram_day, bi.longest_wait_day to samtale_bi;
