-- 0010: how a conversation began, peaked and ended, four qualities, what the talk was used for, and whether it was resolved.
set local role samtale_owner;

alter table samtale.conversation_score
    add column first_greeting integer,
    add column first_name integer,
    add column first_invitation integer,
    add column first_cue_met integer,
    add column peak_turn integer,
    add column peak_met integer,
    add column end_checked integer,
    add column end_mood integer,
    add column active_markers integer,
    add column active_counters integer,
    add column supportive_markers integer,
    add column supportive_counters integer,
    add column strong_markers integer,
    add column strong_counters integer,
    add column integrity_markers integer,
    add column integrity_counters integer,
    add column exploring_ms bigint,
    add column advising_ms bigint,
    add column relating_ms bigint,
    add column verifying_ms bigint,
    add column refusing_ms bigint,
    add column informing_ms bigint,
    add column resolved integer;
comment on column samtale.conversation_score.first_greeting is '1: the agent greeted in the opening.';
comment on column samtale.conversation_score.first_name is '1: the agent said its own name in the opening.';
comment on column samtale.conversation_score.first_invitation is '1: an open question in the opening.';
comment on column samtale.conversation_score.first_cue_met is '1: the first cue of the opening was met.';
comment on column samtale.conversation_score.peak_turn is 'Turn of the heaviest cue of distress or frustration.';
comment on column samtale.conversation_score.peak_met is '1: that cue was acknowledged.';
comment on column samtale.conversation_score.end_checked is '1: the ending asked for anything else or whether it is solved.';
comment on column samtale.conversation_score.end_mood is 'How the customer left: 1 pleased, -1 displeased or leaving, else 0.';
comment on column samtale.conversation_score.active_markers is 'Agent turns with a marker of "active".';
comment on column samtale.conversation_score.active_counters is 'Counter-markers of "active".';
comment on column samtale.conversation_score.supportive_markers is 'Agent turns with a marker of "supportive".';
comment on column samtale.conversation_score.supportive_counters is 'Counter-markers of "supportive".';
comment on column samtale.conversation_score.strong_markers is 'Agent turns with a marker of "strong".';
comment on column samtale.conversation_score.strong_counters is 'Counter-markers of "strong".';
comment on column samtale.conversation_score.integrity_markers is 'Agent turns with a marker of "integrity".';
comment on column samtale.conversation_score.integrity_counters is 'Counter-markers of "integrity".';
comment on column samtale.conversation_score.exploring_ms is 'Agent talk that explores.';
comment on column samtale.conversation_score.advising_ms is 'Agent talk that advises or offers.';
comment on column samtale.conversation_score.relating_ms is 'Agent talk that greets, acknowledges, relates or closes.';
comment on column samtale.conversation_score.verifying_ms is 'Agent talk that asks closed questions.';
comment on column samtale.conversation_score.refusing_ms is 'Agent talk that refuses.';
comment on column samtale.conversation_score.informing_ms is 'The rest of the agent talk.';
comment on column samtale.conversation_score.resolved is '1: the main request was met; 0: it was not; null: the text does not decide.';

reset role;
set local role samtale_bi_owner;
create or replace view bi.conversation_score with (security_barrier) as
    select * from samtale.conversation_score;
do $$
declare
    c record;
begin
    for c in
        select t.attname as name, col_description(t.attrelid, t.attnum) as said
        from pg_attribute t join pg_attribute v on v.attrelid = 'bi.conversation_score'::regclass and v.attname = t.attname
        where t.attrelid = 'samtale.conversation_score'::regclass and t.attnum > 0 and col_description(v.attrelid, v.attnum) is null
    loop
        execute format('comment on column bi.conversation_score.%I is %L', c.name, c.said);
    end loop;
end
$$;
