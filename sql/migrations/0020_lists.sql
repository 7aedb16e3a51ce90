-- 0020: lists of conversations that stay fast among millions whatever is filtered, and the quadrant as a filter.
-- A rare queue, channel or language made the list walk the whole index on time: seconds at 4 million. It now takes the newest of each group from an index
-- of its own and merges them; a conversation that also was in another queue is found by the mark that join sets (enum sam_flag, SAM_FLAG_QUEUES).
set local role samtale_owner;

create index conversation_group on samtale.conversation (queue_id, channel, language, started_at desc, conversation_id desc);
update samtale.conversation c set flags = c.flags | 32768
where c.flags & 32768 = 0 and exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.n > 0) and (select count(distinct l.queue_id) from samtale.leg l where l.conversation_id = c.conversation_id) > 1;
create index conversation_queues on samtale.conversation (started_at desc, conversation_id desc) where flags & 32768 <> 0;

alter type samtale.conversation_question add attribute quadrant text;

-- $1 the question, $2 and $3 when it begins and ends, $4 numbers of its queues. Plans are made for each question: what is not asked for is not in the query.
create or replace function samtale.conversation_matches(q samtale.conversation_question) returns setof samtale.conversation language plpgsql stable parallel safe set jit = off as $$
declare
    queue_ids constant integer[] := case when q.queues is not null then array(select k.queue_id from samtale.queue k where k.name = any (q.queues)) end;
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
                         case when q.queues is not null then ' and (c.queue_id = any ($4) or exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4)))' end, case when q.channels is not null then ' and c.channel = any (($1).channels)' end,
                         case when q.languages is not null then ' and c.language = any (($1).languages)' end, newest);
    elsif q.queues is null and q.channels is null and q.languages is null then
        source := concat('select c.* from samtale.conversation c where ', within, wanted, newest);
    else
        source := concat('select c.* from (select c.* from ', case when q.queues is null then '(select k.queue_id from samtale.queue k)' else 'unnest($4)' end, ' as a(queue_id), ',
                         case when q.channels is null then 'generate_series(0, 7)' else 'unnest(($1).channels)' end, ' as b(channel), ',
                         case when q.languages is null then 'generate_series(0, 7)' else 'unnest(($1).languages)' end, ' as d(language) cross join lateral (select c.* from samtale.conversation c ',
                         'where c.queue_id = a.queue_id and c.channel = b.channel::smallint and c.language = d.language::smallint and ', within, wanted, newest, ') as c',
                         case when q.queues is not null then concat(' union all select c.* from (select c.* from samtale.conversation c where c.flags & 32768 <> 0 and c.queue_id <> all ($4) and ',
                             'exists (select from samtale.leg l where l.conversation_id = c.conversation_id and l.queue_id = any ($4))',
                             case when q.channels is not null then ' and c.channel = any (($1).channels)' end, case when q.languages is not null then ' and c.language = any (($1).languages)' end,
                             ' and ', within, wanted, newest, ') as c') end, ') as c', newest);
    end if;
    return query execute source using q, (q.days).first_day::timestamp at time zone q.zone, ((q.days).last_day + 1)::timestamp at time zone q.zone, queue_ids;
end
$$;
