-- 0002: dimensions and facts. A conversation is a pure function of its parts: the daemon replaces its rows whole.
-- Enum columns are smallint: the number of the value in include/samtale/model.h; 0003 names them.
set local role samtale_owner;

-- ---- dimensions -------------------------------------------------------------------------------------------------
create table samtale.source (
    source_id integer generated always as identity primary key,
    name text not null unique
);
comment on table samtale.source is 'Systems that send messages.';
comment on column samtale.source.source_id is 'Its number here.';
comment on column samtale.source.name is 'As stated in messages.';

create table samtale.queue (
    queue_id integer generated always as identity primary key,
    name text not null unique,
    service_level_ms integer not null default 20000 check (service_level_ms > 0),
    short_abandon_ms integer not null default 5000 check (short_abandon_ms >= 0)
);
comment on table samtale.queue is 'Queues of the contact centre; queue_id 0 stands for "none stated".';
comment on column samtale.queue.queue_id is 'Its number here.';
comment on column samtale.queue.name is 'As stated in messages; one name is one queue, whatever the source.';
comment on column samtale.queue.service_level_ms is 'Threshold of the service level; used for legs stored from now on.';
comment on column samtale.queue.short_abandon_ms is 'Abandons that waited less are short; used for legs stored from now on.';
insert into samtale.queue (queue_id, name) overriding system value values (0, '');

create table samtale.team (
    team_id integer generated always as identity primary key,
    name text not null unique
);
comment on table samtale.team is 'Teams of agents.';
comment on column samtale.team.team_id is 'Its number here.';
comment on column samtale.team.name is 'As stated in messages.';

create table samtale.agent (
    agent_id integer generated always as identity primary key,
    name text not null unique,
    display_name text not null default ''
);
comment on table samtale.agent is 'Agents.';
comment on column samtale.agent.agent_id is 'Its number here.';
comment on column samtale.agent.name is 'The source''s stable id.';
comment on column samtale.agent.display_name is 'Name for people, the last one stated; may be empty.';

create table samtale.rule (
    rule_id integer generated always as identity primary key,
    name text not null unique
);
comment on table samtale.rule is 'Ids of patterns and models that carried a finding.';
comment on column samtale.rule.rule_id is 'Its number here.';
comment on column samtale.rule.name is 'As in the pack, e.g. da.question.open.hvordan.';

create table samtale.score_set (
    score_set integer generated always as identity primary key,
    version text not null,
    packs jsonb not null,
    digest bytea not null unique,
    shown boolean not null default true,
    created_at timestamptz not null default now()
);
comment on table samtale.score_set is 'One version of the scorer with its packs. Scores of different sets stand beside each other.';
comment on column samtale.score_set.score_set is 'Its number here.';
comment on column samtale.score_set.version is 'Version of the scoring code.';
comment on column samtale.score_set.packs is 'Packs with their hashes.';
comment on column samtale.score_set.digest is 'Hash over version and packs.';
comment on column samtale.score_set.shown is 'Whether figures include it; switching versions changes this.';
comment on column samtale.score_set.created_at is 'When it was first used.';

-- ---- identity and parts -----------------------------------------------------------------------------------------
create table samtale.conversation_key (
    conversation_id bigint generated always as identity,
    source_id integer not null,
    external_id text not null,
    primary key (source_id, external_id)
);
comment on table samtale.conversation_key is 'The merge key. Its row is locked first in every write, keys in order.';
comment on column samtale.conversation_key.conversation_id is 'Number of the conversation here.';
comment on column samtale.conversation_key.source_id is 'System that named it.';
comment on column samtale.conversation_key.external_id is 'Its name there.';

create table samtale.part (
    conversation_id bigint not null,
    version bigint not null,
    kind smallint not null,
    conflict boolean not null,
    content_hash bytea not null,
    part_id text not null,
    body text compression lz4 not null,
    primary key (conversation_id, kind, part_id)
) with (toast_tuple_target = 4080);
comment on table samtale.part is 'What each system said about a conversation, newest version, canonical and masked; all else is computed from it.';
comment on column samtale.part.conversation_id is 'The conversation.';
comment on column samtale.part.version is 'Version or updated_at in microseconds; 0 when the source gives none.';
comment on column samtale.part.kind is '1 record, 2 transcript, 3 survey, 4 outcome.';
comment on column samtale.part.conflict is 'The same version came with other content: kept in part_conflict.';
comment on column samtale.part.content_hash is 'BLAKE2b-128 of body.';
comment on column samtale.part.part_id is 'The source''s number of a survey or outcome; mostly empty for records and transcripts.';
comment on column samtale.part.body is 'Native JSON (docs/message.schema.json), masked. Turns of a transcript are in here.';

create table samtale.part_conflict (
    conversation_id bigint not null,
    version bigint not null,
    kind smallint not null,
    content_hash bytea not null,
    part_id text not null,
    body text compression lz4 not null,
    primary key (conversation_id, kind, part_id, content_hash)
);
comment on table samtale.part_conflict is 'Parts that came with the version of the one in part but other content; the greater hash is in part.';
comment on column samtale.part_conflict.conversation_id is 'The conversation.';
comment on column samtale.part_conflict.version is 'As part.version.';
comment on column samtale.part_conflict.kind is 'As part.kind.';
comment on column samtale.part_conflict.content_hash is 'As part.content_hash.';
comment on column samtale.part_conflict.part_id is 'As part.part_id.';
comment on column samtale.part_conflict.body is 'As part.body.';

-- ---- facts ------------------------------------------------------------------------------------------------------
create table samtale.conversation (
    conversation_id bigint primary key,
    started_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz not null default now(),
    wait_ms bigint,
    talk_ms bigint,
    hold_ms bigint,
    wrap_ms bigint,
    handle_ms bigint,
    source_id integer not null,
    queue_id integer not null,
    agent_id integer,
    transfers integer not null,
    flags integer not null,
    turns integer not null,
    score_set integer not null,
    missed integer,
    gaps integer,
    opportunity_index real,
    customer_since date,
    channel smallint not null,
    direction smallint not null,
    language smallint not null,
    declared_language smallint not null,
    consent smallint not null,
    disposition smallint not null,
    started_quality smallint not null,
    scored boolean not null,
    distress boolean not null,
    external_id text,
    purpose text,
    unscored_reason text,
    customer_key bytea,
    team_ids integer[] not null,
    agent_ids integer[] not null,
    contribution bytea not null
);
create index conversation_started_at on samtale.conversation (started_at desc, conversation_id desc);
create index conversation_customer on samtale.conversation (customer_key, started_at) where customer_key is not null;
comment on table samtale.conversation is 'One row a conversation: its efficiency figures, and what its current score says in short.';
comment on column samtale.conversation.conversation_id is 'Its number here.';
comment on column samtale.conversation.started_at is 'First of offered, queued, answered, else what the transcript implies; null: no time was stated.';
comment on column samtale.conversation.ended_at is 'When it ended.';
comment on column samtale.conversation.updated_at is 'When this row was last written.';
comment on column samtale.conversation.wait_ms is 'Wait, sum over legs; null: not measured.';
comment on column samtale.conversation.talk_ms is 'Talk, without hold, sum over legs; null: not measured.';
comment on column samtale.conversation.hold_ms is 'Hold, sum over legs; null: not measured.';
comment on column samtale.conversation.wrap_ms is 'After-call work, sum over legs; null: not measured.';
comment on column samtale.conversation.handle_ms is 'Talk + hold + wrap; null when talk is.';
comment on column samtale.conversation.source_id is 'System that named it.';
comment on column samtale.conversation.queue_id is 'Queue of the leg that talked last, else of the last leg; 0: none.';
comment on column samtale.conversation.agent_id is 'Agent of that leg; figures of agents count legs and turns, not this.';
comment on column samtale.conversation.transfers is 'Legs that were left by a transfer.';
comment on column samtale.conversation.flags is 'Bits of enum sam_flag.';
comment on column samtale.conversation.turns is 'Canonical turns; 0 without a transcript.';
comment on column samtale.conversation.score_set is 'Set of the scorer that judged it last, also when it could not score.';
comment on column samtale.conversation.missed is 'Openings of the customer that were not met; null: not measured.';
comment on column samtale.conversation.gaps is 'Distress or frustration not acknowledged; null: not measured.';
comment on column samtale.conversation.opportunity_index is '0-100; null: fewer than the required components were measurable.';
comment on column samtale.conversation.customer_since is 'Since when they are a customer; null: not stated.';
comment on column samtale.conversation.channel is 'enum sam_channel; samtale.channel_name().';
comment on column samtale.conversation.direction is 'enum sam_direction; samtale.direction_name().';
comment on column samtale.conversation.language is 'As identified, else as declared; samtale.language_name().';
comment on column samtale.conversation.declared_language is 'As the source says; samtale.language_name().';
comment on column samtale.conversation.consent is 'enum sam_consent; samtale.consent_name().';
comment on column samtale.conversation.disposition is 'Of the last leg that decides; samtale.disposition_name().';
comment on column samtale.conversation.started_quality is 'How good started_at is; samtale.quality_name().';
comment on column samtale.conversation.scored is 'Whether the opportunity lens could measure it.';
comment on column samtale.conversation.distress is 'Holds a finding cue.distress: bi then shows no customer key.';
comment on column samtale.conversation.external_id is 'Its name at the source; null after erasure.';
comment on column samtale.conversation.purpose is 'As stated by the source.';
comment on column samtale.conversation.unscored_reason is 'Stable word when not scored: no_transcript, roles_unknown, language, purpose, consent.';
comment on column samtale.conversation.customer_key is 'HMAC of the customer''s id; null: unknown or erased.';
comment on column samtale.conversation.team_ids is 'Teams of its legs, sorted; who may read it.';
comment on column samtale.conversation.agent_ids is 'Agents of its legs, sorted; who may read it.';
comment on column samtale.conversation.contribution is 'What it added to the rollups (src/rollup/contribution.c), so that it can be taken out exactly.';

create table samtale.leg (
    conversation_id bigint not null,
    queued_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    wait_ms bigint,
    talk_ms bigint,
    hold_ms bigint,
    wrap_ms bigint,
    queue_id integer not null,
    agent_id integer,
    team_id integer,
    service_level_ms integer not null,
    n integer not null,
    disposition smallint not null,
    transfer smallint not null,
    primary key (conversation_id, n)
);
comment on table samtale.leg is 'The n-th queue entry of a conversation; queue figures count these.';
comment on column samtale.leg.conversation_id is 'The conversation.';
comment on column samtale.leg.queued_at is 'When it entered the queue.';
comment on column samtale.leg.answered_at is 'When an agent answered.';
comment on column samtale.leg.ended_at is 'When it left agent or queue.';
comment on column samtale.leg.wait_ms is 'Wait; null: not measured.';
comment on column samtale.leg.talk_ms is 'Talk without hold; null: not measured.';
comment on column samtale.leg.hold_ms is 'Hold; null: not measured.';
comment on column samtale.leg.wrap_ms is 'After-call work; null: not measured.';
comment on column samtale.leg.queue_id is 'Queue; 0: none stated.';
comment on column samtale.leg.agent_id is 'Agent; null: none.';
comment on column samtale.leg.team_id is 'The agent''s team as it was then; null: not stated.';
comment on column samtale.leg.service_level_ms is 'The queue''s threshold when this was stored.';
comment on column samtale.leg.n is 'From 0.';
comment on column samtale.leg.disposition is 'How it was left; samtale.disposition_name().';
comment on column samtale.leg.transfer is 'How it was passed on; samtale.transfer_name().';

create table samtale.party (
    conversation_id bigint not null,
    agent_id integer,
    team_id integer,
    n integer not null,
    role smallint not null,
    role_derived boolean not null,
    primary key (conversation_id, n)
);
comment on table samtale.party is 'Who took part; findings name their party.';
comment on column samtale.party.conversation_id is 'The conversation.';
comment on column samtale.party.agent_id is 'Agent; null for others.';
comment on column samtale.party.team_id is 'The agent''s team as it was then; null: not stated.';
comment on column samtale.party.n is 'From 0.';
comment on column samtale.party.role is 'samtale.role_name().';
comment on column samtale.party.role_derived is 'Guessed from hints, not stated.';

create table samtale.finding (
    conversation_id bigint not null,
    score_set integer not null,
    turns integer[] compression lz4 not null,
    span_starts integer[] compression lz4 not null,
    span_ends integer[] compression lz4 not null,
    rule_ids integer[] compression lz4 not null,
    weights real[] compression lz4 not null,
    parties integer[] compression lz4 not null,
    labels smallint[] compression lz4 not null,
    primary key (conversation_id, score_set)
) with (toast_tuple_target = 8160);
comment on table samtale.finding is 'The marks of a scored conversation with their evidence, packed: one place in each array a mark, in order of turn. bi.finding shows one row a mark.';
comment on column samtale.finding.conversation_id is 'The conversation.';
comment on column samtale.finding.score_set is 'Version of the scorer.';
comment on column samtale.finding.turns is 'The input''s number of the turn.';
comment on column samtale.finding.span_starts is 'First code point in the stored text of that turn.';
comment on column samtale.finding.span_ends is 'Behind the last code point.';
comment on column samtale.finding.rule_ids is 'Pattern or model that carried it.';
comment on column samtale.finding.weights is 'Sum of its evidence.';
comment on column samtale.finding.parties is 'Who spoke (party.n); null: unknown.';
comment on column samtale.finding.labels is 'samtale.label_name().';

create table samtale.moment (
    conversation_id bigint not null,
    score_set integer not null,
    latencies_ms bigint[] not null,
    cue_turns integer[] not null,
    answer_turns integer[] not null,
    latencies_turns integer[] not null,
    kinds smallint[] not null,
    cues smallint[] not null,
    mets smallint[] not null,
    suggestions text[] compression lz4 not null,
    primary key (conversation_id, score_set)
) with (toast_tuple_target = 8160);
comment on table samtale.moment is 'The customer''s cues in a conversation and what came of them, packed: one place in each array a cue, in order of turn. bi.moment shows one row a cue.';
comment on column samtale.moment.conversation_id is 'The conversation.';
comment on column samtale.moment.score_set is 'Version of the scorer.';
comment on column samtale.moment.latencies_ms is 'From the end of the cue to the start of the answer; null: none or no times.';
comment on column samtale.moment.cue_turns is 'The input''s number of the turn with the cue.';
comment on column samtale.moment.answer_turns is 'The input''s number of the turn that met it; null: none.';
comment on column samtale.moment.latencies_turns is 'Agent turns up to the answer; null: none.';
comment on column samtale.moment.kinds is 'samtale.moment_kind_name().';
comment on column samtale.moment.cues is 'Label of the cue; samtale.label_name().';
comment on column samtale.moment.mets is 'How it was met; samtale.met_name().';
comment on column samtale.moment.suggestions is 'Question that could have been asked; missed openings only.';

create table samtale.survey (
    conversation_id bigint not null,
    answered_at timestamptz,
    nps integer,
    csat integer,
    csat_min integer,
    csat_max integer,
    ces integer,
    ces_min integer,
    ces_max integer,
    ces_reversed boolean not null,
    part_id text not null,
    primary key (conversation_id, part_id)
);
comment on table samtale.survey is 'What a customer answered afterwards.';
comment on column samtale.survey.conversation_id is 'The conversation.';
comment on column samtale.survey.answered_at is 'When.';
comment on column samtale.survey.nps is '0-10; null: not asked.';
comment on column samtale.survey.csat is 'Satisfaction on its scale; null: not asked.';
comment on column samtale.survey.csat_min is 'Worst of the scale.';
comment on column samtale.survey.csat_max is 'Best of the scale.';
comment on column samtale.survey.ces is 'Effort on its scale; null: not asked.';
comment on column samtale.survey.ces_min is 'One end of the scale.';
comment on column samtale.survey.ces_max is 'Other end of the scale.';
comment on column samtale.survey.ces_reversed is 'False: larger is easier.';
comment on column samtale.survey.part_id is 'The source''s number of the survey.';

create table samtale.outcome (
    conversation_id bigint not null,
    happened_at timestamptz,
    amount_minor bigint,
    resolved boolean,
    churned boolean,
    winback boolean,
    sold boolean,
    currency text,
    part_id text not null,
    primary key (conversation_id, part_id)
);
comment on table samtale.outcome is 'What came of a conversation.';
comment on column samtale.outcome.conversation_id is 'The conversation.';
comment on column samtale.outcome.happened_at is 'When.';
comment on column samtale.outcome.amount_minor is 'Amount sold in the minor unit of its currency.';
comment on column samtale.outcome.resolved is 'Null: not stated.';
comment on column samtale.outcome.churned is 'Null: not stated.';
comment on column samtale.outcome.winback is 'Null: not stated.';
comment on column samtale.outcome.sold is 'Null: not stated.';
comment on column samtale.outcome.currency is 'ISO 4217.';
comment on column samtale.outcome.part_id is 'The source''s number of the outcome.';
