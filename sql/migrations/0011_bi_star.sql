-- 0011: schema bi as a star: days with their figures, agents, dimensions, what the dialogue was worth. Figures are made of the rows of samtale.figure,
-- like those of the HTTP interface, so that both agree to the last digit. docs/bi.md has examples; the rule for names stands there.
set local role samtale_owner;

alter table samtale.site add column agents_shown boolean not null default false;
comment on column samtale.site.agents_shown is '[privacy] agent_names is shown: views of single agents have rows.';

insert into samtale.figure (lens, n, name, unit, part, whole, said) values
    ('outcome', 1, 'nps', 'points', '100 * (s.nps_promoters - s.nps_detractors)', 's.nps_n', 'Net promoter score, -100 to 100: share of 9 and 10 less share of 0 to 6.'),
    ('outcome', 2, 'csat_top_share', 'ratio', 's.csat_top', 's.csat_n', 'Satisfied customers: the two best boxes of the scale.'),
    ('outcome', 3, 'csat_mean', 'ratio', 's.csat_ppm / 1000000', 's.csat_n', 'Mean satisfaction, 0 the worst answer of the scale, 1 the best.'),
    ('outcome', 4, 'ces_mean', 'ratio', 's.ces_ppm / 1000000', 's.ces_n', 'Mean ease, 0 the hardest answer of the scale, 1 the easiest, whatever its direction.'),
    ('outcome', 5, 'resolved_share', 'ratio', 's.resolved', 's.resolved_n', 'Resolved, of conversations of which it is known.'),
    ('outcome', 6, 'churn_rate', 'ratio', 's.churned', 's.churned_n', 'Customer left, of conversations of which it is known.'),
    ('outcome', 7, 'winback_rate', 'ratio', 's.winback', 's.winback_n', 'Customer came back, of conversations of which it is known.'),
    ('outcome', 8, 'sold_share', 'ratio', 's.sold', 's.sold_n', 'Something was sold, of conversations of which it is known.'),
    ('repeat', 1, 'repeat_rate', 'ratio', 's.repeated', 's.contacts', 'Contacts followed by another of the same customer within the window, by any channel and queue.'),
    ('repeat', 2, 'fcr', 'ratio', 's.contacts - s.repeated', 's.contacts', 'First contact resolution: not followed by another contact.'),
    ('repeat', 3, 'fcr_queue', 'ratio', 's.contacts - s.repeated_queue', 's.contacts', 'Not followed by another contact of the same queue.'),
    ('repeat', 4, 'fcr_voice', 'ratio', 's.contacts - s.repeated_voice', 's.contacts', 'Not followed by a call; of calls: first call resolution.');

-- ---- intervals of shares ---------------------------------------------------------------------------------------------
create function samtale.wilson(part float8, whole float8, z float8 default 1.959963984540054) returns float8[] language sql immutable parallel safe
    return case when whole > 0 and part between 0 and whole then (select array[greatest(0, (p + z2 / 2 - half) / (1 + z2)), least(1, (p + z2 / 2 + half) / (1 + z2))]
        from (select part / whole as p, z * z / whole as z2, z * sqrt((part / whole) * (1 - part / whole) / whole + z * z / (4 * whole * whole)) as half) as w) end;
comment on function samtale.wilson is 'Wilson''s score interval of a share, low and high; 95 % unless told. Null where there is nothing to divide by.';

-- Stretches whose days are not summed yet.
create function samtale.day_gaps() returns table (starts_at timestamptz, ends_at timestamptz) language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$
    select g.starts_at, g.ends_at
    from (select coalesce(lag(l.ends_at) over (order by l.starts_at), '-infinity') as starts_at, l.starts_at as ends_at from samtale.level l where l.ends_at - l.starts_at > interval '2 hours'
          union all
          select coalesce(max(l.ends_at), '-infinity'), 'infinity' from samtale.level l where l.ends_at - l.starts_at > interval '2 hours') as g
    where g.starts_at < g.ends_at $$;
comment on function samtale.day_gaps is 'Time outside of the days that samtale.level holds.';

-- ---- views of days: sums, and each figure of a lens ------------------------------------------------------------------------
create function samtale.bi_sums(name text) returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
    select array_agg(a.attname::text order by a.attnum) from pg_attribute a
    where a.attrelid = format('samtale.rollup_%I', bi_sums.name)::regclass and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bigint'::regtype $$;
comment on function samtale.bi_sums is 'Names of the sums of a rollup.';
grant select on samtale.figure to samtale_bi_owner, samtale_daemon, samtale_api;
reset role;
do $$
declare
    v record;
begin
    for v in select * from (values
        ('queue_day', 'half_hour', 'efficiency', '', '', ''),
        ('opportunity_day', 'opportunity', 'opportunity', ', r.language, r.score_set', ', samtale.language_name(d.language) as language, d.score_set', ''),
        ('outcome_day', 'outcome', 'outcome', '', '', '')) as t(name, rollup, lens, keys, shown, more)
    loop
        execute format($q$create view bi.%1$I with (security_barrier) as
            select d.day, d.queue_id, samtale.channel_name(d.channel) as channel %2$s, %3$s, %4$s
            from (select t.day, t.queue_id, t.channel %5$s, %6$s
                  from (select (r.starts_at at time zone e.time_zone)::date as day, r.queue_id, r.channel %7$s, %8$s
                        from samtale.site e, samtale.level l join samtale.level_%9$I r using (starts_at) where l.ends_at - l.starts_at > interval '2 hours' and r.channel >= 0
                        union all
                        select (r.half_hour at time zone e.time_zone)::date, r.queue_id, r.channel %7$s, %8$s
                        from samtale.site e, samtale.day_gaps() as g join samtale.rollup_%9$I r on r.half_hour >= g.starts_at and r.half_hour < g.ends_at) as t
                  group by t.day, t.queue_id, t.channel %5$s) as d
            cross join lateral (select %10$s) as s $q$,
            v.name, v.shown, (select string_agg('d.' || c, ', ') from unnest(samtale.bi_sums(v.rollup)) as c),
            (select string_agg(format('(%s) / nullif(%s, 0) as %I', f.part, f.whole, case f.lens when 'service_level' then 'service_level_' else '' end || f.name || case when f.name = any (samtale.bi_sums(v.rollup)) then '_mean' else '' end), ', '
                               order by f.lens <> 'service_level', f.n)
             from samtale.figure f where (f.lens = v.lens or (f.lens = 'service_level' and v.lens = 'efficiency')) and f.whole is not null and f.part || f.whole !~ '\m(e|one_language)\M')
            || case v.lens when 'opportunity' then ', (samtale.figure_index(row(' || (select string_agg('s.' || a.attname, ', ' order by a.attnum) from pg_attribute a
                           where a.attrelid = 'samtale.opportunity_sums'::regclass and a.attnum > 0)
                           || ')::samtale.opportunity_sums, (select weights from samtale.site), (select components_min from samtale.site))::json ->> ''value'')::float8 as opportunity_index' else '' end,
            replace(v.keys, 'r.', 't.'), (select string_agg(format('sum(t.%1$I)::bigint as %1$I', c), ', ') from unnest(samtale.bi_sums(v.rollup)) as c), v.keys,
            (select string_agg('r.' || c, ', ') from unnest(samtale.bi_sums(v.rollup)) as c), v.rollup,
            (select string_agg(format('d.%1$I::float8 as %1$I', c), ', ') from unnest(samtale.bi_sums(v.rollup)) as c)
            || case v.lens when 'efficiency' then (select string_agg(format(', d.%I::float8 as live_%I', c, c), '') from unnest(samtale.bi_sums(v.rollup)) as c) else '' end);
        execute format('alter view bi.%I owner to samtale_bi_owner', v.name);
    end loop;
    execute (select format('create view bi.repeat_day with (security_barrier) as select r.day, r.queue_id, samtale.channel_name(r.channel) as channel, r.days, r.contacts, r.repeated,
                            r.repeated_queue, r.repeated_voice, %s from samtale.rollup_repeat r cross join lateral (select r.contacts::float8 as contacts, r.repeated::float8 as repeated,
                            r.repeated_queue::float8 as repeated_queue, r.repeated_voice::float8 as repeated_voice) as s',
                           string_agg(format('(%s) / nullif(%s, 0) as %I', f.part, f.whole, f.name), ', ' order by f.n)) from samtale.figure f where f.lens = 'repeat');
    alter view bi.repeat_day owner to samtale_bi_owner;
end
$$;

-- ---- hours, agents, customers, turns, worth ----------------------------------------------------------------------------------
set local role samtale_bi_owner;
create view bi.figure with (security_barrier) as
    select f.lens, f.n, f.name, f.unit, f.part as numerator, f.whole as denominator, f.said as meaning from samtale.figure f;

create view bi.queue_hour with (security_barrier) as
    select date_trunc('hour', r.half_hour, (select s.time_zone from samtale.site s)) as hour, r.queue_id, samtale.channel_name(r.channel) as channel,
           sum(r.offered)::bigint as offered, sum(r.answered)::bigint as answered, sum(r.abandoned)::bigint as abandoned, sum(r.short_abandoned)::bigint as short_abandoned,
           sum(r.flowed_out)::bigint as flowed_out, sum(r.answered_in)::bigint as answered_in, sum(r.abandoned_in)::bigint as abandoned_in,
           sum(r.wait_answered_ms)::bigint as wait_answered_ms, sum(r.wait_abandoned_ms)::bigint as wait_abandoned_ms, sum(r.handled)::bigint as handled,
           sum(r.talk_ms)::bigint as talk_ms, sum(r.hold_ms)::bigint as hold_ms, sum(r.wrap_ms)::bigint as wrap_ms
    from samtale.rollup_half_hour r group by 1, 2, 3;

create view bi.agent with (security_barrier) as
    select a.agent_id, a.name, a.display_name from samtale.agent a, samtale.site s where s.agents_shown;

create view bi.agent_day with (security_barrier) as
    select (coalesce(l.ended_at, l.answered_at, c.ended_at, c.started_at) at time zone s.time_zone)::date as day, l.agent_id, l.team_id, l.queue_id,
           samtale.channel_name(c.channel) as channel, count(*) filter (where l.talk_ms is not null) as handled, sum(l.talk_ms)::bigint as talk_ms,
           (sum(l.hold_ms) filter (where l.talk_ms is not null))::bigint as hold_ms, (sum(l.wrap_ms) filter (where l.talk_ms is not null))::bigint as wrap_ms,
           count(*) filter (where l.transfer <> 0) as transferred,
           (sum(l.talk_ms + coalesce(l.hold_ms, 0) + coalesce(l.wrap_ms, 0)) / 1000)::float8 / nullif(count(*) filter (where l.talk_ms is not null), 0) as aht,
           sum(o.opportunity_cues)::bigint as opportunity_cues, sum(o.opportunity_explored)::bigint as opportunity_explored, sum(o.opportunity_missed)::bigint as opportunity_missed,
           sum(o.empathy_cues)::bigint as empathy_cues, sum(o.empathy_acknowledged)::bigint as empathy_acknowledged, count(o.conversation_id) as alone_scored
    from samtale.leg l join samtale.conversation c using (conversation_id) cross join samtale.site s
    left join samtale.conversation_score o on o.conversation_id = c.conversation_id and o.score_set = c.score_set and c.agent_ids = array[l.agent_id] and l.n =
        (select min(f.n) from samtale.leg f where f.conversation_id = c.conversation_id and f.agent_id = l.agent_id)
    where s.agents_shown and l.agent_id is not null and l.disposition = 1
    group by 1, 2, 3, 4, 5;

create view bi.customer with (security_barrier) as
    select c.customer, min(c.started_at) as first_at, max(c.started_at) as last_at, count(*) as conversations, count(distinct c.channel) as channels
    from bi.conversation c where c.customer is not null group by 1;

create view bi.turn with (security_barrier) as
    select p.conversation_id, p.part_id, (t.turn ->> 'i')::integer as turn, coalesce(t.turn ->> 'speaker', p.body::json #>> array['parties', t.turn ->> 'party', 'role'], 'unknown') as role,
           (t.turn ->> 'start_ms')::bigint as start_ms, (t.turn ->> 'end_ms')::bigint as end_ms, char_length(t.turn ->> 'text') as characters,
           coalesce(array_length(regexp_split_to_array(nullif(btrim(t.turn ->> 'text'), ''), '\s+'), 1), 0) as words
    from samtale.part p cross join lateral json_array_elements(p.body::json -> 'turns') as t(turn) where p.kind = 2;

create view bi.dialogue_worth with (security_barrier) as
    select w.month, w.queue_id, w.kind, w.met, w.conversations, w.sold_n, w.sold, samtale.wilson(w.sold, w.sold_n) as sold_interval, w.resolved_n, w.resolved,
           samtale.wilson(w.resolved, w.resolved_n) as resolved_interval, w.churned_n, w.churned, samtale.wilson(w.churned, w.churned_n) as churned_interval,
           w.nps_n, 100.0::float8 * (w.nps_promoters - w.nps_detractors) / nullif(w.nps_n, 0) as nps,
           w.repeat_n, w.repeated, samtale.wilson(w.repeated, w.repeat_n) as repeated_interval
    from (select date_trunc('month', c.started_at at time zone (select s.time_zone from samtale.site s))::date as month, c.queue_id, samtale.moment_kind_name(m.kind) as kind,
                 samtale.met_name(m.met) as met, count(*) as conversations, count(o.sold) as sold_n, count(*) filter (where o.sold) as sold,
                 count(o.resolved) as resolved_n, count(*) filter (where o.resolved) as resolved, count(o.churned) as churned_n, count(*) filter (where o.churned) as churned,
                 count(v.nps) as nps_n, count(*) filter (where v.nps >= 9) as nps_promoters, count(*) filter (where v.nps <= 6) as nps_detractors,
                 count(c.customer_key) as repeat_n,
                 count(*) filter (where exists (select from samtale.conversation n where n.customer_key = c.customer_key and n.conversation_id <> c.conversation_id
                                                and n.direction not in (2, 3) and n.started_at > coalesce(c.ended_at, c.started_at)
                                                and n.started_at <= coalesce(c.ended_at, c.started_at) + interval '7 days')) as repeated
          from (select distinct m.conversation_id, m.score_set, e.kind, e.met from samtale.moment m cross join lateral unnest(m.kinds, m.mets) as e(kind, met)) as m
          join samtale.conversation c on c.conversation_id = m.conversation_id and c.score_set = m.score_set
          left join lateral (select bool_or(o.sold) as sold, bool_or(o.resolved) as resolved, bool_or(o.churned) as churned from samtale.outcome o
                             where o.conversation_id = c.conversation_id) as o on true
          left join lateral (select v.nps from samtale.survey v where v.conversation_id = c.conversation_id and v.nps is not null order by v.answered_at desc nulls last limit 1) as v on true
          group by 1, 2, 3, 4) as w;

-- ---- dimensions ---------------------------------------------------------------------------------------------------------------
create view bi.channel with (security_barrier) as
    select n as channel_id, samtale.channel_name(n::smallint) as channel from generate_series(0, 31) as n where samtale.channel_name(n::smallint) is not null;
create view bi.language with (security_barrier) as
    select n as language_id, samtale.language_name(n::smallint) as language from generate_series(0, 31) as n where samtale.language_name(n::smallint) is not null;
create view bi.label with (security_barrier) as
    select n as label_id, samtale.label_name(n::smallint) as label from generate_series(0, 63) as n where samtale.label_name(n::smallint) is not null;
create view bi.date with (security_barrier) as
    select d::date as day, extract(isoyear from d)::integer as iso_year, extract(week from d)::integer as iso_week, extract(year from d)::integer as year,
           extract(quarter from d)::integer as quarter, extract(month from d)::integer as month, extract(isodow from d)::integer as weekday, extract(isodow from d) > 5 as weekend,
           extract(epoch from ((d::date + 1)::timestamp at time zone s.time_zone - d::date::timestamp at time zone s.time_zone)) / 3600 as hours
    from samtale.site s, generate_series(date '2015-01-01', date '2044-12-31', interval '1 day') as d;
create view bi.time_of_day with (security_barrier) as
    select n as half_hour, time '00:00' + n * interval '30 minutes' as begins, (n / 2)::integer as hour,
           case when n < 12 then 'night' when n < 24 then 'morning' when n < 36 then 'afternoon' else 'evening' end as part
    from generate_series(0, 47) as n;
reset role;

-- ---- what everything says --------------------------------------------------------------------------------------------------------
comment on view bi.queue_day is 'Efficiency lens a day of the site''s zone, queue and channel: sums, and the figures made of them.';
comment on view bi.opportunity_day is 'Opportunity lens a day, queue, channel, language and scorer version: sums, and the figures made of them.';
comment on view bi.outcome_day is 'Surveys and outcomes a day, queue and channel: sums, and the figures made of them.';
comment on view bi.repeat_day is 'Repeat contacts a day, queue, channel and window; only windows that are closed.';
comment on view bi.figure is 'Definitions of the figures; numerator and denominator are SQL over sums.';
comment on view bi.queue_hour is 'Efficiency lens an hour of the site''s zone, queue and channel: sums.';
comment on view bi.agent is 'Agents; empty unless [privacy] agent_names is shown.';
comment on view bi.agent_day is 'Answered entries an agent, day, queue and channel; empty unless [privacy] agent_names is shown. Marks only of conversations with this agent alone.';
comment on view bi.customer is 'Customers as pseudonyms; those in whose conversation distress was heard only by their other conversations.';
comment on view bi.turn is 'Turns without their words.';
comment on view bi.dialogue_worth is 'What followed a cue that was met in a way or not, a month and queue. Association, not cause: whoever asks well may also sell well.';
comment on view bi.channel is 'Channels.';
comment on view bi.language is 'Languages.';
comment on view bi.label is 'Labels of findings.';
comment on view bi.date is 'Days, 2015 to 2044.';
comment on view bi.time_of_day is 'The 48 half hours of a day.';

create procedure samtale.bi_comments(views text[]) language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    c record;
begin
    for c in
        select v.relname as view, a.attname as name,
               coalesce((select string_agg(f.said, ' ') from samtale.figure f where a.atttypid = 'float8'::regtype and f.whole is not null
                           and a.attname in (case f.lens when 'service_level' then 'service_level_' else '' end || f.name, f.name || '_mean')),
                        (select w.said from (values
                            ('day', 'Day of the site''s time zone.'), ('hour', 'Start of the hour.'), ('month', 'First day of the month.'), ('channel', 'Channel.'), ('language', 'Language.'),
                            ('opportunity_index', 'Opportunity index 0-100, of summed components; null: too few could be measured.'), ('aht', 'Average handle time, seconds.'),
                            ('alone_scored', 'Scored conversations with this agent alone: what the cues are counted in.'), ('handled', 'Answered entries whose talk is known.'),
                            ('transferred', 'Answered entries that ended by a transfer.'), ('customer', 'Pseudonym of the customer.'), ('first_at', 'First conversation.'),
                            ('last_at', 'Last conversation.'), ('conversations', 'Conversations.'), ('channels', 'Channels they used.'), ('turn', 'The input''s number of the turn.'),
                            ('role', 'Who spoke: customer, agent, bot, other or unknown.'), ('start_ms', 'Begin, from the begin of the recording; null: no times.'), ('end_ms', 'End; null: no times.'),
                            ('characters', 'Length of the text as stored, masked.'), ('words', 'Words of the text as stored, masked.'), ('kind', 'opportunity, empathy or churn.'),
                            ('met', 'What came of the cue.'), ('sold_n', 'Of these, with a known outcome of selling.'), ('sold', 'Of these, something was sold.'),
                            ('sold_interval', 'Wilson''s interval of the share sold, 95 %: low, high.'), ('resolved_n', 'Of these, known whether resolved.'), ('resolved', 'Of these, resolved.'),
                            ('resolved_interval', 'Wilson''s interval of the share resolved, 95 %.'), ('churned_n', 'Of these, known whether the customer left.'), ('churned', 'Of these, the customer left.'),
                            ('churned_interval', 'Wilson''s interval of the share that left, 95 %.'), ('nps_n', 'Of these, with an NPS answer, the last one.'), ('nps', 'Net promoter score.'),
                            ('repeat_n', 'Of these, of known customers.'), ('repeated', 'Of these, followed by another contact within seven days.'),
                            ('repeated_interval', 'Wilson''s interval of the share followed by another contact, 95 %.'), ('channel_id', 'Number in the tables.'), ('language_id', 'Number in the tables.'),
                            ('label_id', 'Number in the tables.'), ('label', 'Label, as in the codebook.'), ('iso_year', 'Year of the ISO week.'), ('iso_week', 'ISO week.'), ('year', 'Year.'),
                            ('quarter', 'Quarter.'), ('weekday', '1 Monday to 7 Sunday.'), ('weekend', 'Saturday or Sunday.'), ('hours', 'Length: 23 or 25 where the clock changes.'),
                            ('half_hour', 'From 0.'), ('begins', 'When it begins.'), ('part', 'night, morning, afternoon or evening.'), ('numerator', 'SQL over the sums s; the count itself when there is no denominator.'),
                            ('denominator', 'SQL over the sums s.'), ('meaning', 'What it is.')) as w(name, said) where w.name = a.attname and v.relname <> 'figure' or w.name = a.attname and a.attname in ('numerator', 'denominator', 'meaning')),
                        (select min(col_description(t.oid, ta.attnum)) from pg_class t join pg_namespace tn on tn.oid = t.relnamespace and tn.nspname in ('samtale')
                         join pg_attribute ta on ta.attrelid = t.oid and ta.attname = a.attname and t.relname in ('rollup_half_hour', 'rollup_opportunity', 'rollup_outcome', 'rollup_repeat', 'leg', 'conversation',
                             'agent', 'conversation_score', 'part', 'figure', 'site')
                         where t.oid in (select d.refobjid from pg_rewrite w join pg_depend d on d.objid = w.oid and d.classid = 'pg_rewrite'::regclass where w.ev_class = v.oid))) as said
        from pg_class v join pg_namespace n on n.oid = v.relnamespace and n.nspname = 'bi' join pg_attribute a on a.attrelid = v.oid and a.attnum > 0
        where v.relkind = 'v' and v.relname = any (views)
    loop
        execute format('comment on column bi.%I.%I is %L', c.view, c.name, c.said);
    end loop;
end
$$;
comment on procedure samtale.bi_comments is 'Describes the columns of views of bi: by the figure, else by what they are called, else as the column behind them.';
call samtale.bi_comments('{queue_day,opportunity_day,outcome_day,repeat_day,figure,queue_hour,agent,agent_day,customer,turn,dialogue_worth,channel,language,label,date,time_of_day}');
drop procedure samtale.bi_comments;

set local role samtale_bi_owner;
grant select on bi.queue_day, bi.opportunity_day, bi.outcome_day, bi.repeat_day, bi.figure, bi.queue_hour, bi.agent, bi.agent_day, bi.customer, bi.turn, bi.dialogue_worth,
    bi.channel, bi.language, bi.label, bi.date, bi.time_of_day to samtale_bi;

-- ---- people who read bi: `samtaled bi-user`, by somebody who may make roles --------------------------------------------------------
reset role;
create function samtale.bi_user_create(who text, teams text[], every_team boolean, with_text boolean, password text, timeout_ms bigint) returns void language plpgsql
    set search_path = pg_catalog, pg_temp as $$
declare
    unknown text := (select string_agg(t.name, ', ') from unnest(teams) as t(name) where t.name not in (select k.name from samtale.team k));
begin
    if who !~ '^[a-z_][a-z0-9_]{0,62}$' or who ~ '^(samtale_|pg_)' then
        raise exception '% is no name for a BI user: small letters, digits and _, not beginning with samtale_ or pg_', who using errcode = 'SAM03';
    elsif exists (select from pg_roles r where r.rolname = who) then
        raise exception 'there is a role % already: revoke it first', who using errcode = 'SAM03';
    elsif unknown is not null then
        raise exception 'there is no team %: teams are known from messages', unknown using errcode = 'SAM03';
    end if;
    execute format('create role %I login connection limit 10 password %L', who, bi_user_create.password);
    execute format('grant samtale_bi to %I', who);
    if with_text then
        execute format('grant samtale_bi_text to %I', who);
    end if;
    execute format('alter role %I set default_transaction_read_only = on', who);
    execute format('alter role %I set statement_timeout = %L', who, timeout_ms || 'ms');
    execute format('alter role %I set search_path = bi', who);
    insert into samtale.bi_scope (role_name, team_id) select who, null where every_team;
    insert into samtale.bi_scope (role_name, team_id) select who, k.team_id from samtale.team k where k.name = any (teams);
end
$$;
comment on function samtale.bi_user_create is 'Makes a role that reads schema bi: of some teams or all, with or without the masked texts.';

create function samtale.bi_user_revoke(who text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from pg_roles r where r.rolname = who and r.rolcanlogin) or not pg_has_role(who, 'samtale_bi', 'member')
       or (select r.rolsuper from pg_roles r where r.rolname = who) then
        raise exception '% is no BI user', who using errcode = 'SAM03';
    end if;
    perform pg_terminate_backend(a.pid) from pg_stat_activity a where a.usename = who;
    delete from samtale.bi_scope s where s.role_name = who;
    execute format('drop owned by %I', who);
    execute format('drop role %I', who);
end
$$;
comment on function samtale.bi_user_revoke is 'Takes a BI user''s role away and ends its sessions.';
revoke execute on function samtale.bi_user_create, samtale.bi_user_revoke from public;

create view samtale.bi_user as
    select r.rolname as name, coalesce((select string_agg(coalesce(t.name, '(all)'), ', ' order by t.name) from samtale.bi_scope s left join samtale.team t using (team_id)
                                        where s.role_name = r.rolname), '(none)') as teams, pg_has_role(r.oid, 'samtale_bi_text', 'member') as text
    from pg_roles r where r.rolcanlogin and not r.rolsuper and pg_has_role(r.oid, 'samtale_bi', 'member');
alter view samtale.bi_user owner to samtale_owner;
comment on view samtale.bi_user is 'Who reads schema bi.';
comment on column samtale.bi_user.name is 'Role.';
comment on column samtale.bi_user.teams is 'Teams whose conversations it sees.';
comment on column samtale.bi_user.text is 'Whether it reads masked texts.';
grant select on samtale.bi_user to samtale_daemon;
