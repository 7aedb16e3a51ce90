-- 0025: lists whose every filter stays fast. Walking the groups took up to 51 rows of each of some hundred groups; the join that widened them again could become a
-- walk over all conversations; and what is rare (derived roles, incomplete, not scored, a quadrant where no threshold is) was looked for from end to end.
set local role samtale_owner;

create index conversation_derived on samtale.conversation (started_at desc, conversation_id desc) where flags & 16 <> 0;
create index conversation_lacking on samtale.conversation (started_at desc, conversation_id desc) where samtale.lacks(flags, disposition) is not null;
create index conversation_unscored on samtale.conversation (started_at desc, conversation_id desc) where not scored;

-- One conversation in a list; in FROM it becomes part of the query that lists: planned and started once, not once a row.
create function samtale.conversation_items(c samtale.conversation) returns table (item json) language sql stable parallel safe as $$
    select json_build_object(
        'id', (c).conversation_id::text, 'source', (select s.name from samtale.source s where s.source_id = (c).source_id), 'external_id', (c).external_id,
        'started_at', samtale.utc_text((c).started_at), 'ended_at', samtale.utc_text((c).ended_at),
        'channel', samtale.channel_name((c).channel), 'direction', samtale.direction_name((c).direction), 'language', samtale.language_name((c).language),
        'queues', coalesce((select array_agg(k.name order by k.n) from (select k.name, min(l.n) as n from samtale.leg l join samtale.queue k using (queue_id)
                            where l.conversation_id = (c).conversation_id and k.name <> '' group by k.name) as k), '{}'),
        'teams', coalesce((select array_agg(t.name order by t.name) from samtale.team t where t.team_id = any ((c).team_ids)), '{}'),
        'disposition', samtale.disposition_name((c).disposition), 'transfers', (c).transfers,
        'wait_ms', (c).wait_ms, 'talk_ms', (c).talk_ms, 'handle_ms', (c).handle_ms,
        'scored', (c).scored, 'not_scored_because', (c).unscored_reason, 'index', samtale.figure_index_of((c).opportunity_index),
        'opportunity_missed', (c).missed, 'opportunity_cues', o.opportunity_cues, 'empathy_gaps', (c).gaps, 'empathy_cues', o.empathy_cues,
        'flags', samtale.flag_names((c).flags))
    from (select) as one
    left join samtale.conversation_score o on o.conversation_id = (c).conversation_id and o.score_set = (c).score_set $$;
comment on function samtale.conversation_items is 'A conversation in a list.';
create or replace function samtale.conversation_item(c samtale.conversation) returns json language sql stable parallel safe
    return (select i.item from samtale.conversation_items(c) as i);

create function samtale.is_rare(index text) returns boolean language sql stable parallel safe
    return (select coalesce(max(p.reltuples) filter (where p.relname = is_rare.index) < 0.005 * max(p.reltuples), true)
            from pg_class p where p.relnamespace = 'samtale'::regnamespace and p.relname in (is_rare.index, 'conversation'));
comment on function samtale.is_rare is 'Whether an index of a kind of conversations holds so few that walking it to its end is quick, as the server estimates.';

-- $1 the question, $2 and $3 when it begins and ends, $4 to $6 numbers of its queues, channels and languages. Those are
-- smallint already: a cast is no index condition under row security, which must come before whatever might fail, and the walk over time came back.
-- Plans are made for each question: what is not asked for is not in the query. Of each group of queue, channel and language a few come first; only
-- of groups whose last of these is newer than the page's last are there more to look at.
create or replace function samtale.conversation_matches(q samtale.conversation_question) returns setof samtale.conversation language plpgsql stable parallel safe
    set jit = off set enable_seqscan = off set enable_bitmapscan = off set max_parallel_workers_per_gather = 0 as $$
declare
    queue_ids constant integer[] := case when q.queues is not null then array(select k.queue_id from samtale.queue k where k.name = any (q.queues)) end;
    channels constant smallint[] := coalesce(q.channels, '{0,1,2,3,4,5,6,7}')::smallint[];
    languages constant smallint[] := coalesce(q.languages, '{0,1,2,3,4,5,6,7}')::smallint[];
    first_at constant timestamptz := (q.days).first_day::timestamp at time zone q.zone;
    end_at constant timestamptz := ((q.days).last_day + 1)::timestamp at time zone q.zone;
    few constant integer := greatest(5, q.most / 10);
    newest constant text := ' order by c.started_at desc, c.conversation_id desc limit ';
    place constant text := ' and c.queue_id = a.queue_id and c.channel = a.channel and c.language = a.language';
    within constant text := concat(' c.started_at >= $2 and c.started_at < $3', case when q.after_id is not null then ' and (c.started_at, c.conversation_id) < (($1).after_at, ($1).after_id)' end);
    wanted constant text := concat(case when q.scored then ' and c.scored' when not q.scored then ' and not c.scored' end,
        case when q.missed is not null then format(' and %s coalesce(c.missed, 0) > 0', case when not q.missed then 'not' end) end,
        case when q.gap is not null then format(' and %s coalesce(c.gaps, 0) > 0', case when not q.gap then 'not' end) end,
        case when q.derived then ' and c.flags & 16 <> 0' when not q.derived then ' and c.flags & 16 = 0' end,
        case when q.incomplete then ' and samtale.lacks(c.flags, c.disposition) is not null and samtale.incomplete(c) is not null'
             when not q.incomplete then ' and samtale.incomplete(c) is null' end,
        case when q.quadrant is not null then ' and samtale.quadrant_of(c, ($1).zone) = ($1).quadrant' end);
    placed constant text := concat(case when q.queues is not null then ' and (c.queue_id = any ($4) or c.flags & 32768 <> 0 and exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4)))' end,
        case when q.channels is not null then ' and c.channel = any ($5)' end, case when q.languages is not null then ' and c.language = any ($6)' end);
    source text;
    ids bigint[];
begin
    if q.quadrant is not null and not exists (select from samtale.quadrant_threshold) then
        return;
    elsif q.undated then
        return query execute concat('select c.* from samtale.conversation c where c.started_at is null', wanted, case when q.after_id is not null then ' and c.conversation_id < ($1).after_id' end,
            placed, newest, q.most) using q, first_at, end_at, queue_ids, channels, languages;
        return;
    elsif coalesce(q.queues::text, q.channels::text, q.languages::text) is null or (q.derived and samtale.is_rare('conversation_derived')) or (q.incomplete and samtale.is_rare('conversation_lacking')) then
        return query execute concat('select c.* from samtale.conversation c where ', within, wanted, placed, newest, q.most) using q, first_at, end_at, queue_ids, channels, languages;
        return;
    end if;
    source := concat('with groups as (select a.queue_id, b.channel, d.language from ', case when q.queues is null then '(select k.queue_id from samtale.queue k)' else 'unnest($4)' end, ' as a(queue_id), ',
        'unnest($5) as b(channel), unnest($6) as d(language)',
        case when q.quadrant is not null then ' where exists (select from samtale.quadrant_threshold t where t.queue_id = a.queue_id and t.channel = b.channel)' end,
        '), head as materialized (select a.*, c.* from groups a cross join lateral (select c.conversation_id, c.started_at, row_number() over (order by c.started_at desc, c.conversation_id desc) as n ',
        'from samtale.conversation c where ', within, place, wanted, newest, few, ') as c), ',
        'bar as materialized (select c.started_at, c.conversation_id from head c', newest, '1 offset ', q.most - 1, ') ',
        'select array_agg(c.conversation_id order by c.started_at desc, c.conversation_id desc) from (select c.* from (select c.conversation_id, c.started_at from head c ',
        'union all select c.* from head a cross join lateral (select c.conversation_id, c.started_at from samtale.conversation c where ', within, place, wanted,
        ' and (c.started_at, c.conversation_id) < (a.started_at, a.conversation_id)', newest, q.most, ') as c ',
        'where a.n = ', few, ' and not exists (select from bar b where (a.started_at, a.conversation_id) <= (b.started_at, b.conversation_id))',
        -- those that also were in another queue: behind a fence, or whatever index looks cheaper is walked to its end
        case when q.queues is not null then concat(' union all select c.* from (select c.conversation_id, c.started_at from (select c.* from samtale.conversation c where c.flags & 32768 <> 0 and ', within,
            ' order by c.started_at desc, c.conversation_id desc offset 0) as c where c.queue_id <> all ($4)', wanted, placed, newest, q.most, ') as c') end, ') as c', newest, q.most, ') as c');
    execute source into ids using q, first_at, end_at, queue_ids, channels, languages;
    return query select c.* from unnest(ids) with ordinality as f(id, n) cross join lateral (select c.* from samtale.conversation c where c.conversation_id = f.id offset 0) as c order by f.n;
end
$$;
grant execute on function samtale.conversation_items, samtale.is_rare to samtale_api, samtale_daemon, samtale_bi_owner;
