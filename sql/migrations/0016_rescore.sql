-- 0016: scoring anew. A re-scoring writes scores of another set beside those that figures are made of, one row a conversation in rescore_item, and then switches
-- all of them in one transaction. Sums hold only what is current, before and after, so that verify_rollups() knows nothing of it. Each row of rescore_item is good
-- for the very row of the conversation that it was made of (its xmin): what a late part, a deletion or another switch wrote since is done again.
set local role samtale_owner;

alter table samtale.site add column score_set integer;
comment on column samtale.site.score_set is 'Set of the scorer that the daemon scores with, since its start or last reload.';

alter table samtale.site add column group_min integer not null default 5;
comment on column samtale.site.group_min is '[privacy] group_min: figures of fewer people or conversations than this are not shown apart.';

create table samtale.rescore (
    rescore_id integer generated always as identity primary key,
    score_set integer not null references samtale.score_set,
    first_day date not null,
    last_day date,
    since timestamptz not null,
    until timestamptz not null default 'infinity',
    queue_ids integer[],
    state text not null default 'running' check (state in ('running', 'made', 'switched', 'dropped')),
    wanted bigint not null default 0,
    cursor_at timestamptz,
    cursor_id bigint,
    begun_at timestamptz not null default now(),
    switched_at timestamptz,
    waiting boolean not null default false
);
create unique index rescore_running on samtale.rescore ((true)) where state in ('running', 'made');
comment on table samtale.rescore is 'Re-scorings: which conversations get scores of which set, and how far that is. One at a time.';
comment on column samtale.rescore.rescore_id is 'Its number.';
comment on column samtale.rescore.score_set is 'Set of the new scores.';
comment on column samtale.rescore.first_day is 'First day of the conversations'' beginning.';
comment on column samtale.rescore.last_day is 'Last day; null: all since.';
comment on column samtale.rescore.since is 'Its beginning in the site''s zone of then.';
comment on column samtale.rescore.until is 'Its end, not included.';
comment on column samtale.rescore.queue_ids is 'Queues of the conversations; null: all.';
comment on column samtale.rescore.state is 'running: scores are being made; made: all that there were are; switched: figures have them; dropped: the others of both are gone.';
comment on column samtale.rescore.wanted is 'Conversations there were to score when it began.';
comment on column samtale.rescore.cursor_at is 'How far the present round is; null: at its beginning.';
comment on column samtale.rescore.cursor_id is 'The last conversation of that time that is done.';
comment on column samtale.rescore.begun_at is 'When it began.';
comment on column samtale.rescore.switched_at is 'When figures last changed from one to the other.';
comment on column samtale.rescore.waiting is 'Waits, since messages wait: they come first.';

create table samtale.rescore_item (
    rescore_id integer not null references samtale.rescore,
    conversation_id bigint not null,
    written_by xid not null,
    outcome smallint not null,
    other_set integer,
    language smallint,
    scored boolean,
    distress boolean,
    missed integer,
    gaps integer,
    opportunity_index real,
    unscored_reason text,
    contribution bytea,
    primary key (rescore_id, conversation_id)
);
alter table samtale.rescore_item enable row level security;
comment on table samtale.rescore_item is 'A conversation of a re-scoring with its other score in short: the new one before the switch, the former one after it.';
comment on column samtale.rescore_item.rescore_id is 'The re-scoring.';
comment on column samtale.rescore_item.conversation_id is 'The conversation.';
comment on column samtale.rescore_item.written_by is 'Transaction that wrote the row of the conversation this was made of; another one since: it is to be made again.';
comment on column samtale.rescore_item.outcome is '1 made; 2 its text is gone, it keeps its score; 3 what is stored of it could not be read.';
comment on column samtale.rescore_item.other_set is 'Set of the other score.';
comment on column samtale.rescore_item.language is 'As conversation.language.';
comment on column samtale.rescore_item.scored is 'As conversation.scored.';
comment on column samtale.rescore_item.distress is 'As conversation.distress.';
comment on column samtale.rescore_item.missed is 'As conversation.missed.';
comment on column samtale.rescore_item.gaps is 'As conversation.gaps.';
comment on column samtale.rescore_item.opportunity_index is 'As conversation.opportunity_index.';
comment on column samtale.rescore_item.unscored_reason is 'As conversation.unscored_reason.';
comment on column samtale.rescore_item.contribution is 'As conversation.contribution.';

-- ---- beginning ------------------------------------------------------------------------------------------------------------------
-- The same words again go on with what was begun; another one has to wait.
create function samtale.rescore_begin(set integer, from_day date, to_day date, queues text[]) returns integer language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    zone text := (select s.time_zone from samtale.site s);
    unknown text := (select string_agg(t.name, ', ') from unnest(queues) as t(name) where t.name not in (select k.name from samtale.queue k));
    ids integer[] := (select array_agg(k.queue_id order by k.queue_id) from samtale.queue k where k.name = any (queues));
    open samtale.rescore;
    begun integer;
begin
    if unknown is not null then
        raise exception 'there is no queue %: queues are known from messages', unknown using errcode = 'SAM03';
    elsif to_day < from_day then
        raise exception 'the last day % is before the first, %', to_day, from_day using errcode = 'SAM03';
    end if;
    select * into open from samtale.rescore r where r.state in ('running', 'made') for update;
    if open.rescore_id is not null then
        if (open.score_set, open.first_day, open.last_day, open.queue_ids) is distinct from (set, from_day, to_day, ids) then
            raise exception 're-scoring % is not finished (set % since %): give its words again, or switch or drop it first', open.rescore_id, open.score_set, open.first_day
                using errcode = 'SAM03';
        end if;
        return open.rescore_id;
    end if;
    insert into samtale.rescore (score_set, first_day, last_day, since, until, queue_ids)
    values (set, from_day, to_day, from_day::timestamp at time zone zone, coalesce((to_day + 1)::timestamp at time zone zone, 'infinity'), ids) returning rescore_id into begun;
    update samtale.rescore r set wanted = (select count(*) from samtale.conversation c where samtale.rescore_wants(r, c)) where r.rescore_id = begun;
    return begun;
end
$$;
comment on function samtale.rescore_begin is 'Begins a re-scoring of conversations that began on some days, or goes on with it; its number.';

-- Without turns the verdict is the same with every scorer; without a time it is of no day.
create function samtale.rescore_wants(r samtale.rescore, c samtale.conversation) returns boolean language sql stable parallel safe
    return (c).started_at >= (r).since and (c).started_at < (r).until and (c).turns > 0 and (c).score_set <> (r).score_set
           and ((r).queue_ids is null or (c).queue_id = any ((r).queue_ids));
comment on function samtale.rescore_wants is 'Whether a conversation is to get the scores of a re-scoring.';

-- The next conversations that have no good item, in the order of time, their keys locked; those whose keys somebody has are left for the next round.
create function samtale.rescore_take(id integer, after_at timestamptz, after_id bigint, most integer)
    returns table (conversation_id bigint, started_at timestamptz, source text, written_by bigint, contribution bytea) language plpgsql
    set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    r samtale.rescore := (select t from samtale.rescore t where t.rescore_id = id);
    begins timestamptz := greatest(r.since, after_at);
begin
    return query
    select c.conversation_id, c.started_at, s.name, c.xmin::text::bigint, c.contribution
    from samtale.conversation c join samtale.source s using (source_id)
    join samtale.conversation_key k on k.source_id = c.source_id and k.external_id = c.external_id
    where (c.started_at, c.conversation_id) > (begins, case when after_at is null then 0 else after_id end) and samtale.rescore_wants(r, c)
      and not exists (select from samtale.rescore_item i where i.rescore_id = id and i.conversation_id = c.conversation_id and i.written_by = c.xmin)
    order by c.started_at, c.conversation_id limit most for update of k skip locked;
end
$$;
comment on function samtale.rescore_take is 'The next conversations of a re-scoring, their keys locked.';

-- ---- switching -------------------------------------------------------------------------------------------------------------------
-- One page of the switch: the conversation gets its other score, the item the one it had. Gives what was added to the rollups and what is now, null where the
-- item is no good any more. The caller holds conversation_key locked, so that nobody works with the contribution that goes.
create function samtale.rescore_swap(id integer, after_id bigint, most integer) returns table (conversation_id bigint, was bytea, becomes bytea) language sql volatile
    set search_path = pg_catalog, pg_temp as $$
    with page as materialized (
        select i.* from samtale.rescore_item i where i.rescore_id = id and i.conversation_id > after_id and i.outcome = 1 order by i.conversation_id limit most
    ), old as materialized (
        select c.conversation_id, c.score_set, c.language, c.scored, c.distress, c.missed, c.gaps, c.opportunity_index, c.unscored_reason, c.contribution
        from page p join samtale.conversation c on c.conversation_id = p.conversation_id and c.xmin = p.written_by
    ), swapped as (
        update samtale.conversation c set score_set = p.other_set, language = p.language, scored = p.scored, distress = p.distress, missed = p.missed, gaps = p.gaps,
            opportunity_index = p.opportunity_index, unscored_reason = p.unscored_reason, contribution = p.contribution, updated_at = now()
        from page p join old o using (conversation_id) where c.conversation_id = p.conversation_id
    ), kept as (
        update samtale.rescore_item i set other_set = o.score_set, language = o.language, scored = o.scored, distress = o.distress, missed = o.missed, gaps = o.gaps,
            opportunity_index = o.opportunity_index, unscored_reason = o.unscored_reason, contribution = o.contribution, written_by = pg_current_xact_id()::xid
        from old o where i.rescore_id = id and i.conversation_id = o.conversation_id
    )
    select p.conversation_id, o.contribution, case when o.conversation_id is not null then p.contribution end from page p left join old o using (conversation_id) order by 1 $$;
comment on function samtale.rescore_swap is 'Exchanges the current and the other score of the next conversations of a re-scoring.';

create function samtale.rescore_switched(id integer, back boolean) returns void language sql set search_path = pg_catalog, pg_temp as $$
    update samtale.rescore r set state = case when back then 'made' else 'switched' end, switched_at = now(), cursor_at = null, cursor_id = null where r.rescore_id = id $$;
comment on function samtale.rescore_switched is 'Notes that figures changed from one version to the other, or back.';

-- Some at a time, so that nobody waits long; 0: done.
create function samtale.rescore_drop(id integer, most integer) returns bigint language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    gone bigint;
begin
    if not exists (select from samtale.rescore r where r.rescore_id = id) then
        raise exception 'there is no re-scoring %', id using errcode = 'SAM03';
    end if;
    update samtale.rescore r set state = 'dropped' where r.rescore_id = id;
    create temporary table dropped on commit drop as
        select i.conversation_id, i.other_set from samtale.rescore_item i where i.rescore_id = id order by i.conversation_id limit most for update;
    delete from samtale.finding f using dropped d where f.conversation_id = d.conversation_id and f.score_set = d.other_set
        and not exists (select from samtale.conversation c where c.conversation_id = d.conversation_id and c.score_set = d.other_set);
    delete from samtale.moment f using dropped d where f.conversation_id = d.conversation_id and f.score_set = d.other_set
        and not exists (select from samtale.conversation c where c.conversation_id = d.conversation_id and c.score_set = d.other_set);
    delete from samtale.conversation_score f using dropped d where f.conversation_id = d.conversation_id and f.score_set = d.other_set
        and not exists (select from samtale.conversation c where c.conversation_id = d.conversation_id and c.score_set = d.other_set);
    delete from samtale.rescore_item i using dropped d where i.rescore_id = id and i.conversation_id = d.conversation_id;
    get diagnostics gone = row_count;
    drop table dropped;
    return gone;
end
$$;
comment on function samtale.rescore_drop is 'Deletes the scores of a re-scoring that are not the current ones, so many conversations at a time; how many it were.';

create view samtale.rescore_list as
    select r.rescore_id, r.state || case when r.waiting and r.state = 'running' then ', waits for messages' else '' end as state, r.score_set, s.version,
           r.first_day || ' to ' || coalesce(r.last_day::text, 'now') as days,
           coalesce((select string_agg(k.name, ', ' order by k.name) from samtale.queue k where k.queue_id = any (r.queue_ids)), '(all)') as queues,
           i.made || ' of ' || greatest(r.wanted, i.made) || case when i.without > 0 then ', ' || i.without || ' without text' else '' end
               || case when i.failed > 0 then ', ' || i.failed || ' unreadable' else '' end as done
    from samtale.rescore r join samtale.score_set s using (score_set)
    cross join lateral (select count(*) filter (where i.outcome = 1) as made, count(*) filter (where i.outcome = 2) as without, count(*) filter (where i.outcome = 3) as failed
                        from samtale.rescore_item i where i.rescore_id = r.rescore_id) as i;
comment on view samtale.rescore_list is 'Re-scorings for people.';
comment on column samtale.rescore_list.rescore_id is 'Its number.';
comment on column samtale.rescore_list.state is 'As rescore.state.';
comment on column samtale.rescore_list.score_set is 'Set of the new scores.';
comment on column samtale.rescore_list.version is 'Version of that scorer.';
comment on column samtale.rescore_list.days is 'Days of the conversations.';
comment on column samtale.rescore_list.queues is 'Their queues.';
comment on column samtale.rescore_list.done is 'How many have the other score.';

-- ---- what changed -------------------------------------------------------------------------------------------------------------------
-- Both scores of each conversation: the former set is the current one before the switch and the other one after it. Items that are no good any more are left out.
create function samtale.rescore_pairs(id integer) returns table (conversation_id bigint, former integer, present integer, agent_ids integer[]) language sql stable
    set search_path = pg_catalog, pg_temp as $$
    select c.conversation_id, case when c.score_set = r.score_set then i.other_set else c.score_set end, r.score_set, c.agent_ids
    from samtale.rescore r join samtale.rescore_item i using (rescore_id) join samtale.conversation c on c.conversation_id = i.conversation_id and c.xmin = i.written_by
    where r.rescore_id = id and i.outcome = 1 $$;
comment on function samtale.rescore_pairs is 'Conversations of a re-scoring with the sets of both scores.';

-- A mark is a label on a turn: gained and lost are marks that one set has and the other has not.
create function samtale.rescore_marks(id integer) returns table (conversation_id bigint, agent_ids integer[], turn integer, label smallint, party integer, was boolean, is_now boolean)
    language sql stable set search_path = pg_catalog, pg_temp as $$
    select p.conversation_id, p.agent_ids, m.turn, m.label, min(m.party), bool_or(m.of = p.former), bool_or(m.of = p.present)
    from samtale.rescore_pairs(id) as p
    cross join lateral (select f.score_set as of, e.turn, e.label, e.party from samtale.finding f cross join lateral unnest(f.turns, f.labels, f.parties) as e(turn, label, party)
                        where f.conversation_id = p.conversation_id and f.score_set in (p.former, p.present)) as m
    group by 1, 2, 3, 4 $$;
comment on function samtale.rescore_marks is 'Marks of both versions, each once, with which of them have it.';

create function samtale.rescore_labels(id integer) returns table (label text, former bigint, present bigint, gained bigint, lost bigint, conversations bigint) language sql stable
    set search_path = pg_catalog, pg_temp as $$
    select samtale.label_name(m.label), count(*) filter (where m.was), count(*) filter (where m.is_now), count(*) filter (where not m.was), count(*) filter (where not m.is_now),
           count(distinct m.conversation_id) filter (where m.was <> m.is_now)
    from samtale.rescore_marks(id) as m group by m.label order by m.label $$;
comment on function samtale.rescore_labels is 'What a re-scoring changed, by label: marks before and after, gained and lost, and in how many conversations.';

create function samtale.rescore_measures(id integer) returns table (measure text, former text, present text) language sql stable set search_path = pg_catalog, pg_temp as $$
    with both_sets as materialized (
        select case when s.score_set = p.present then 2 else 1 end as of, s.* from samtale.rescore_pairs(id) as p
        join samtale.conversation_score s on s.conversation_id = p.conversation_id and s.score_set in (p.former, p.present)
    ), sums as (
        select b.of, count(*)::text as scored, round(avg(b.opportunity_index)::numeric, 1)::text as opportunity_index, sum(b.opportunity_cues)::text as opportunity_cues,
               sum(b.opportunity_explored)::text as opportunity_explored, sum(b.opportunity_missed)::text as opportunity_missed, sum(b.empathy_cues)::text as empathy_cues,
               sum(b.empathy_acknowledged)::text as empathy_acknowledged, sum(b.empathy_gaps)::text as empathy_gaps, sum(b.questions_open)::text as questions_open,
               sum(b.questions_closed)::text as questions_closed
        from both_sets b group by b.of
    )
    select e.key, max(e.value) filter (where s.of = 1), max(e.value) filter (where s.of = 2)
    from sums s cross join lateral jsonb_each_text(to_jsonb(s) - 'of') as e group by e.key
    order by array_position(array['scored', 'opportunity_index', 'opportunity_cues', 'opportunity_explored', 'opportunity_missed', 'empathy_cues', 'empathy_acknowledged', 'empathy_gaps',
                                  'questions_open', 'questions_closed'], e.key) $$;
comment on function samtale.rescore_measures is 'What a re-scoring changed in figures: sums, and the mean index, of the conversations that have both scores.';

create function samtale.rescore_examples(id integer, most integer) returns table (label text, change text, conversation text, turn text) language sql stable
    set search_path = pg_catalog, pg_temp as $$
    select samtale.label_name(e.label), case when e.was then 'lost' else 'gained' end, e.conversation_id::text, e.turn::text
    from (select m.*, row_number() over (partition by m.label, m.was order by hashint8(m.conversation_id), m.conversation_id, m.turn) as n
          from samtale.rescore_marks(id) as m where m.was <> m.is_now) as e
    where e.n <= most order by e.label, e.was, e.n $$;
comment on function samtale.rescore_examples is 'Marks that a re-scoring gained and lost, some of each label.';

create function samtale.rescore_agents(id integer) returns table (agent text, conversations bigint, former bigint, present bigint, gained bigint, lost bigint) language sql stable
    set search_path = pg_catalog, pg_temp as $$
    with spoken as materialized (
        select a.name, m.conversation_id, m.was, m.is_now from samtale.rescore_marks(id) as m
        join samtale.party p on p.conversation_id = m.conversation_id and p.n = m.party join samtale.agent a using (agent_id), samtale.site s where s.agents_shown
    ), named as (
        select case when count(distinct s.conversation_id) >= (select t.group_min from samtale.site t) then s.name end as name, s.name as key from spoken s group by s.name
    )
    select n.name, count(distinct s.conversation_id), count(*) filter (where s.was), count(*) filter (where s.is_now), count(*) filter (where not s.was), count(*) filter (where not s.is_now)
    from spoken s join named n on n.key = s.name group by n.name order by n.name nulls last $$;
comment on function samtale.rescore_agents is 'What a re-scoring changed, by the agent who spoke the turn; nothing unless agents are shown. Those with few conversations are put together, without a name.';

grant select, insert, update, delete on samtale.rescore, samtale.rescore_item to samtale_daemon;
grant usage on sequence samtale.rescore_rescore_id_seq to samtale_daemon;
grant select on samtale.rescore_list to samtale_daemon;

-- ---- bi: the current version only, so that nothing is counted twice; all versions stand in a view of their own ---------------------------------
set local role samtale_bi_owner;
create or replace view bi.finding with (security_barrier) as
    select f.conversation_id, f.score_set, (m.n - 1)::integer as n, m.turn, samtale.label_name(m.label) as label,
           coalesce(samtale.role_name(p.role), 'unknown') as role, p.team_id, m.rule_id, m.weight
    from samtale.finding f join samtale.conversation c on c.conversation_id = f.conversation_id and c.score_set = f.score_set
    cross join lateral unnest(f.turns, f.labels, f.parties, f.rule_ids, f.weights) with ordinality as m(turn, label, party, rule_id, weight, n)
    left join samtale.party p on p.conversation_id = f.conversation_id and p.n = m.party;
create or replace view bi.moment with (security_barrier) as
    select m.conversation_id, m.score_set, (e.n - 1)::integer as n, samtale.moment_kind_name(e.kind) as kind, samtale.label_name(e.cue) as cue,
           samtale.met_name(e.met) as met, e.cue_turn, e.answer_turn, e.latency_turns, e.latency_ms
    from samtale.moment m join samtale.conversation c on c.conversation_id = m.conversation_id and c.score_set = m.score_set
    cross join lateral unnest(m.kinds, m.cues, m.mets, m.cue_turns, m.answer_turns, m.latencies_turns, m.latencies_ms) with ordinality
        as e(kind, cue, met, cue_turn, answer_turn, latency_turns, latency_ms, n);
create or replace view bi.conversation_score with (security_barrier) as
    select s.* from samtale.conversation_score s join samtale.conversation c on c.conversation_id = s.conversation_id and c.score_set = s.score_set;
create view bi.conversation_score_version with (security_barrier) as
    select s.score_set = c.score_set as current, s.* from samtale.conversation_score s join samtale.conversation c using (conversation_id);
comment on view bi.finding is 'Marks of the current version: which behaviour in which turn, without its words.';
comment on view bi.moment is 'Customers'' cues and what came of them, by the current version.';
comment on view bi.conversation_score is 'Measures of scored conversations, by the current version.';
comment on view bi.conversation_score_version is 'The same by every version that is stored: the current one, and those of re-scorings that were not dropped.';
reset role;
do $$
declare
    c record;
begin
    for c in select a.attname as name, coalesce(col_description('samtale.conversation_score'::regclass, t.attnum), 'Whether figures are made of it.') as said
             from pg_attribute a left join pg_attribute t on t.attrelid = 'samtale.conversation_score'::regclass and t.attname = a.attname
             where a.attrelid = 'bi.conversation_score_version'::regclass and a.attnum > 0 loop
        execute format('comment on column bi.conversation_score_version.%I is %L', c.name, c.said);
    end loop;
end
$$;
set local role samtale_bi_owner;
grant select on bi.conversation_score_version to samtale_bi;
