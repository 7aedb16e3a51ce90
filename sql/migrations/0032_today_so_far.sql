-- 0032: today so far, as one row a queue. Of today only hours are summed, each with as many rows as a day: by the evening the page read twelve times
-- what it reads of yesterday, the more the more queues had calls in each hour, so that it took 1.2 to 1.4 times as long with 4 million conversations
-- as with 100,000, by the time of day.
set local role samtale_owner;

create or replace function samtale.long_levels_missing(most integer) returns table (starts_at timestamptz, ends_at timestamptz) language sql stable set search_path = pg_catalog, pg_temp as $$
    select w.starts_at, w.ends_at
    from (select s.time_zone, date_trunc('day', now(), s.time_zone) as today from samtale.site s) as s
    cross join lateral (select d.first_at at time zone s.time_zone as starts_at, (d.first_at + d.length) at time zone s.time_zone as ends_at
                        from samtale.level l
                        cross join lateral (values (date_trunc('week', l.starts_at at time zone s.time_zone), interval '1 week'),
                                                   (date_trunc('month', l.starts_at at time zone s.time_zone), interval '1 month')) as d(first_at, length)
                        where l.ends_at - l.starts_at > interval '2 hours' and (d.first_at + d.length) at time zone s.time_zone <= s.today
                        union
                        select s.today, max(l.ends_at) from samtale.level l where l.starts_at >= s.today having count(*) > 1) as w
    where not exists (select from samtale.long_level l where l.starts_at = w.starts_at and l.ends_at = w.ends_at)
    order by w.starts_at desc, w.ends_at limit most $$;
comment on function samtale.long_levels_missing is 'Weeks and months that ended, and today up to its last hour that is ready, that could be ready and are not, newest first; all days or hours in them must be.';
comment on table samtale.long_level is 'Weeks and months of the site''s zone, and today so far, whose sums by queue are ready in the long_ tables; as samtale.level its marks go with a change.';

-- What a level takes the place of: a day that of its hours, and of what was made of them; today so far what it was an hour ago.
create or replace function samtale.level_sum(from_at timestamptz, to_at timestamptz, long boolean) returns integer language plpgsql set search_path = pg_catalog, pg_temp set lock_timeout = '200ms' set jit = off as $$
begin
    lock table samtale.rollup_half_hour, samtale.rollup_opportunity, samtale.rollup_outcome in share row exclusive mode; -- writers, and another builder
    if long and exists (select from samtale.levels_missing(1, from_at, to_at)) then -- changed before it was locked
        return 0;
    end if;
    delete from samtale.long_level l where l.starts_at = from_at and l.ends_at <= to_at and l.ends_at - l.starts_at < interval '26 hours';
    delete from samtale.long_half_hour r where r.starts_at = from_at and r.ends_at <= to_at and r.ends_at - r.starts_at < interval '26 hours';
    delete from samtale.long_opportunity r where r.starts_at = from_at and r.ends_at <= to_at and r.ends_at - r.starts_at < interval '26 hours';
    if not long then
        delete from samtale.level l where l.starts_at < to_at and l.ends_at > from_at;
        delete from samtale.level_summed s where s.starts_at >= from_at and s.ends_at <= to_at and s.ends_at - s.starts_at < interval '22 hours';
        call samtale.level_sums('half_hour', from_at, to_at);
        call samtale.level_sums('opportunity', from_at, to_at);
        call samtale.level_sums('outcome', from_at, to_at);
        insert into samtale.level (starts_at, ends_at) values (from_at, to_at);
    else
        delete from samtale.long_level l where l.starts_at = from_at and l.ends_at = to_at;
        call samtale.long_level_sums('half_hour', 'channel, queue_id', from_at, to_at);
        call samtale.long_level_sums('opportunity', 'channel, queue_id, score_set, language', from_at, to_at);
        insert into samtale.long_level (starts_at, ends_at) values (from_at, to_at);
    end if;
    insert into samtale.level_summed as s (starts_at, ends_at) values (from_at, to_at) on conflict on constraint level_summed_pkey do update set summed_at = excluded.summed_at;
    return 1;
exception when lock_not_available then
    return 0;
end
$$;
reset role;
