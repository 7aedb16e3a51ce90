-- 0022: the list of 0020 as it was meant, for readers under row security, too.
set local role samtale_owner;

-- $1 the question, $2 and $3 when it begins and ends, $4 to $6 numbers of its queues, channels and languages. Those are
-- smallint already: a cast is no index condition under row security, which must come before whatever might fail, and the walk over time came back.
-- Plans are made for each question: what is not asked for is not in the query.
create or replace function samtale.conversation_matches(q samtale.conversation_question) returns setof samtale.conversation language plpgsql stable parallel safe set jit = off as $$
declare
    queue_ids constant integer[] := case when q.queues is not null then array(select k.queue_id from samtale.queue k where k.name = any (q.queues)) end;
    channels constant smallint[] := coalesce(q.channels, '{0,1,2,3,4,5,6,7}')::smallint[];
    languages constant smallint[] := coalesce(q.languages, '{0,1,2,3,4,5,6,7}')::smallint[];
    newest constant text := ' order by c.started_at desc, c.conversation_id desc limit ' || q.most;
    within text := ' c.started_at >= $2 and c.started_at < $3';
    wanted text := '';
    source text;
begin
    if q.after_id is not null then
        within := within || ' and (c.started_at, c.conversation_id) < (($1).after_at, ($1).after_id)';
    end if;
    wanted := concat(case when q.scored is not null then ' and c.scored = ($1).scored' end,
                     case when q.missed is not null then format(' and %s coalesce(c.missed, 0) > 0', case when not q.missed then 'not' end) end,
                     case when q.gap is not null then format(' and %s coalesce(c.gaps, 0) > 0', case when not q.gap then 'not' end) end,
                     case when q.quadrant is not null then ' and samtale.quadrant_of(c, ($1).zone) = ($1).quadrant' end);
    if q.undated then
        source := concat('select c.* from samtale.conversation c where c.started_at is null', wanted, case when q.after_id is not null then ' and c.conversation_id < ($1).after_id' end,
                         case when q.queues is not null then ' and (c.queue_id = any ($4) or exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4)))' end, case when q.channels is not null then ' and c.channel = any ($5)' end,
                         case when q.languages is not null then ' and c.language = any ($6)' end, newest);
    elsif q.queues is null and q.channels is null and q.languages is null then
        source := concat('select c.* from samtale.conversation c where ', within, wanted, newest);
    else
        source := concat('select t.* from (select c.* from (select c.* from ', case when q.queues is null then '(select k.queue_id from samtale.queue k)' else 'unnest($4)' end, ' as a(queue_id), ',
                         'unnest($5) as b(channel), unnest($6) as d(language) cross join lateral (select c.conversation_id, c.started_at from samtale.conversation c ',
                         'where c.queue_id = a.queue_id and c.channel = b.channel and c.language = d.language and ', within, wanted, newest, ') as c',
                         case when q.queues is not null then concat(' union all select c.* from (select c.conversation_id, c.started_at from samtale.conversation c where c.flags & 32768 <> 0 and c.queue_id <> all ($4) and ',
                             'exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4))',
                             case when q.channels is not null then ' and c.channel = any ($5)' end, case when q.languages is not null then ' and c.language = any ($6)' end,
                             ' and ', within, wanted, newest, ') as c') end, ') as c', newest, ') as c join samtale.conversation t using (conversation_id) order by t.started_at desc, t.conversation_id desc');
    end if;
    return query execute source using q, (q.days).first_day::timestamp at time zone q.zone, ((q.days).last_day + 1)::timestamp at time zone q.zone, queue_ids, channels, languages;
end
$$;
