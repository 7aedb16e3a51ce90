-- 0003: scores, rollups, and the names of enum values.
set local role samtale_owner;

-- ---- scores: counts and milliseconds, never ratios ----------------------------------------------------------------
create table samtale.conversation_score (
    conversation_id bigint not null,
    score_set integer not null,
    language smallint not null,
    opportunity_index real,
    open_share_part integer,
    open_share_whole integer,
    explored_share_part integer,
    explored_share_whole integer,
    acknowledged_share_part integer,
    acknowledged_share_whole integer,
    needs_asked_part integer,
    needs_asked_whole integer,
    agent_turns integer,
    customer_turns integer,
    questions_open integer,
    questions_closed integer,
    needs integer,
    understandings integer,
    opportunity_cues integer,
    opportunity_explored integer,
    opportunity_answered integer,
    opportunity_missed integer,
    empathy_cues integer,
    empathy_acknowledged integer,
    empathy_gaps integer,
    empathy_latency_turns integer,
    empathy_latency_ms bigint,
    apologies integer,
    reassurances integer,
    personal integer,
    advice integer,
    offers integer,
    goodwill integer,
    flexibility_yes integer,
    flexibility_no integer,
    commitments integer,
    churn_cues integer,
    retention_attempts integer,
    satisfaction_cues integer,
    effort_cues integer,
    agent_talk_ms bigint,
    customer_talk_ms bigint,
    non_talk_ms bigint,
    cross_talk_ms bigint,
    longest_agent_ms bigint,
    longest_customer_ms bigint,
    agent_words integer,
    customer_words integer,
    response_ms bigint,
    responses integer,
    primary key (conversation_id, score_set)
);
comment on table samtale.conversation_score is 'The measures of a scored conversation; null: not measured. Formulas: docs/measures.md.';
comment on column samtale.conversation_score.conversation_id is 'The conversation.';
comment on column samtale.conversation_score.score_set is 'Version of the scorer.';
comment on column samtale.conversation_score.language is 'As identified; samtale.language_name().';
comment on column samtale.conversation_score.opportunity_index is '0-100; null: fewer than the required components were measurable.';
comment on column samtale.conversation_score.open_share_part is 'Component "open share of questions": its part.';
comment on column samtale.conversation_score.open_share_whole is 'Component "open share of questions": its whole.';
comment on column samtale.conversation_score.explored_share_part is 'Component "openings explored of openings given": its part.';
comment on column samtale.conversation_score.explored_share_whole is 'Component "openings explored of openings given": its whole.';
comment on column samtale.conversation_score.acknowledged_share_part is 'Component "cues acknowledged of cues given": its part.';
comment on column samtale.conversation_score.acknowledged_share_whole is 'Component "cues acknowledged of cues given": its whole.';
comment on column samtale.conversation_score.needs_asked_part is 'Component "needs asked for": its part.';
comment on column samtale.conversation_score.needs_asked_whole is 'Component "needs asked for": its whole.';
comment on column samtale.conversation_score.agent_turns is 'Turns of agents.';
comment on column samtale.conversation_score.customer_turns is 'Turns of customers.';
comment on column samtale.conversation_score.questions_open is 'Open questions of agents.';
comment on column samtale.conversation_score.questions_closed is 'Closed questions of agents.';
comment on column samtale.conversation_score.needs is 'Clarifications of the customer''s need.';
comment on column samtale.conversation_score.understandings is 'Checks of understanding.';
comment on column samtale.conversation_score.opportunity_cues is 'Openings the customer gave.';
comment on column samtale.conversation_score.opportunity_explored is 'Openings met by a question about the need.';
comment on column samtale.conversation_score.opportunity_answered is 'Openings met by advice or an offer only.';
comment on column samtale.conversation_score.opportunity_missed is 'Openings not met.';
comment on column samtale.conversation_score.empathy_cues is 'Cues of distress or frustration.';
comment on column samtale.conversation_score.empathy_acknowledged is 'Such cues that were acknowledged.';
comment on column samtale.conversation_score.empathy_gaps is 'Such cues that were not.';
comment on column samtale.conversation_score.empathy_latency_turns is 'Agent turns up to the acknowledgements, sum.';
comment on column samtale.conversation_score.empathy_latency_ms is 'Time up to the acknowledgements, sum.';
comment on column samtale.conversation_score.apologies is 'Apologies.';
comment on column samtale.conversation_score.reassurances is 'Reassurances.';
comment on column samtale.conversation_score.personal is 'Personal relation.';
comment on column samtale.conversation_score.advice is 'Advice.';
comment on column samtale.conversation_score.offers is 'Offers of products.';
comment on column samtale.conversation_score.goodwill is 'Offers of goodwill.';
comment on column samtale.conversation_score.flexibility_yes is 'Rules bent for the customer.';
comment on column samtale.conversation_score.flexibility_no is 'Refusals by the rule.';
comment on column samtale.conversation_score.commitments is 'Commitments.';
comment on column samtale.conversation_score.churn_cues is 'Cues that the customer may leave.';
comment on column samtale.conversation_score.retention_attempts is 'Attempts to keep the customer.';
comment on column samtale.conversation_score.satisfaction_cues is 'Cues of satisfaction.';
comment on column samtale.conversation_score.effort_cues is 'Cues of effort.';
comment on column samtale.conversation_score.agent_talk_ms is 'Speech of agents.';
comment on column samtale.conversation_score.customer_talk_ms is 'Speech of customers.';
comment on column samtale.conversation_score.non_talk_ms is 'Time in which nobody speaks.';
comment on column samtale.conversation_score.cross_talk_ms is 'Time in which both speak.';
comment on column samtale.conversation_score.longest_agent_ms is 'Longest monologue of an agent.';
comment on column samtale.conversation_score.longest_customer_ms is 'Longest monologue of a customer.';
comment on column samtale.conversation_score.agent_words is 'Words of agents.';
comment on column samtale.conversation_score.customer_words is 'Words of customers.';
comment on column samtale.conversation_score.response_ms is 'Time before the agent speaks after the customer stopped, sum.';
comment on column samtale.conversation_score.responses is 'Number of such times.';

-- ---- rollups: sums, exact at every moment -------------------------------------------------------------------------
create table samtale.rollup_half_hour (
    half_hour timestamptz not null,
    offered bigint not null,
    answered bigint not null,
    abandoned bigint not null,
    short_abandoned bigint not null,
    flowed_out bigint not null,
    answered_in bigint not null,
    abandoned_in bigint not null,
    wait_answered_ms bigint not null,
    wait_abandoned_ms bigint not null,
    waits_answered bigint not null,
    waits_abandoned bigint not null,
    handled bigint not null,
    talk_ms bigint not null,
    hold_ms bigint not null,
    wrap_ms bigint not null,
    held bigint not null,
    transferred bigint not null,
    conversations bigint not null,
    with_transcript bigint not null,
    scored bigint not null,
    with_roles bigint not null,
    queue_id integer not null,
    channel smallint not null,
    primary key (queue_id, half_hour, channel)
) with (fillfactor = 50);
comment on table samtale.rollup_half_hour is 'Efficiency lens: sums a queue, half hour (UTC) and channel. Arrivals count where the leg was queued, outcomes where it ended.';
comment on column samtale.rollup_half_hour.half_hour is 'Start of the half hour.';
comment on column samtale.rollup_half_hour.offered is 'Legs that entered the queue, by queued_at.';
comment on column samtale.rollup_half_hour.answered is 'Legs answered.';
comment on column samtale.rollup_half_hour.abandoned is 'Legs abandoned, short ones too.';
comment on column samtale.rollup_half_hour.short_abandoned is 'Legs abandoned within the queue''s short_abandon_ms.';
comment on column samtale.rollup_half_hour.flowed_out is 'Legs that left the queue in another way: voicemail, callback, timeout, full, closed, failed.';
comment on column samtale.rollup_half_hour.answered_in is 'Legs answered within the service level''s threshold.';
comment on column samtale.rollup_half_hour.abandoned_in is 'Legs abandoned within the threshold, short ones too.';
comment on column samtale.rollup_half_hour.wait_answered_ms is 'Wait of answered legs.';
comment on column samtale.rollup_half_hour.wait_abandoned_ms is 'Wait of abandoned legs.';
comment on column samtale.rollup_half_hour.waits_answered is 'Answered legs whose wait is known.';
comment on column samtale.rollup_half_hour.waits_abandoned is 'Abandoned legs whose wait is known.';
comment on column samtale.rollup_half_hour.handled is 'Answered legs whose talk is known: what talk, hold and wrap are divided by.';
comment on column samtale.rollup_half_hour.talk_ms is 'Talk of handled legs, without hold.';
comment on column samtale.rollup_half_hour.hold_ms is 'Hold of handled legs.';
comment on column samtale.rollup_half_hour.wrap_ms is 'After-call work of handled legs.';
comment on column samtale.rollup_half_hour.held is 'Handled legs with hold above 0.';
comment on column samtale.rollup_half_hour.transferred is 'Answered legs left by a transfer.';
comment on column samtale.rollup_half_hour.conversations is 'Conversations that ended, at conversation.queue_id.';
comment on column samtale.rollup_half_hour.with_transcript is 'Of these, with a transcript.';
comment on column samtale.rollup_half_hour.with_roles is 'Of those with a transcript: it is known who spoke.';
comment on column samtale.rollup_half_hour.scored is 'Conversations that were scored.';
comment on column samtale.rollup_half_hour.queue_id is 'Queue; 0: none stated.';
comment on column samtale.rollup_half_hour.channel is 'samtale.channel_name().';
create index rollup_half_hour_time on samtale.rollup_half_hour (half_hour);

create table samtale.rollup_opportunity (
    half_hour timestamptz not null,
    scored bigint not null,
    timed bigint not null,
    latencies_turns bigint not null,
    latencies_ms bigint not null,
    indexed bigint not null,
    open_share_part bigint not null,
    open_share_whole bigint not null,
    explored_share_part bigint not null,
    explored_share_whole bigint not null,
    acknowledged_share_part bigint not null,
    acknowledged_share_whole bigint not null,
    needs_asked_part bigint not null,
    needs_asked_whole bigint not null,
    agent_turns bigint not null,
    customer_turns bigint not null,
    questions_open bigint not null,
    questions_closed bigint not null,
    needs bigint not null,
    understandings bigint not null,
    opportunity_cues bigint not null,
    opportunity_explored bigint not null,
    opportunity_answered bigint not null,
    opportunity_missed bigint not null,
    empathy_cues bigint not null,
    empathy_acknowledged bigint not null,
    empathy_gaps bigint not null,
    empathy_latency_turns bigint not null,
    empathy_latency_ms bigint not null,
    apologies bigint not null,
    reassurances bigint not null,
    personal bigint not null,
    advice bigint not null,
    offers bigint not null,
    goodwill bigint not null,
    flexibility_yes bigint not null,
    flexibility_no bigint not null,
    commitments bigint not null,
    churn_cues bigint not null,
    retention_attempts bigint not null,
    satisfaction_cues bigint not null,
    effort_cues bigint not null,
    agent_talk_ms bigint not null,
    customer_talk_ms bigint not null,
    non_talk_ms bigint not null,
    cross_talk_ms bigint not null,
    longest_agent_ms bigint not null,
    longest_customer_ms bigint not null,
    agent_words bigint not null,
    customer_words bigint not null,
    response_ms bigint not null,
    responses bigint not null,
    queue_id integer not null,
    score_set integer not null,
    language smallint not null,
    channel smallint not null,
    primary key (queue_id, half_hour, score_set, language, channel)
) with (fillfactor = 50);
comment on table samtale.rollup_opportunity is 'Opportunity lens: sums of the measures of scored conversations, in the half hour (UTC) in which they ended.';
comment on column samtale.rollup_opportunity.half_hour is 'Start of the half hour.';
comment on column samtale.rollup_opportunity.scored is 'Scored conversations.';
comment on column samtale.rollup_opportunity.timed is 'Of these, with times of turns: what talk and silence are divided by.';
comment on column samtale.rollup_opportunity.latencies_turns is 'Acknowledgements in the sum empathy_latency_turns.';
comment on column samtale.rollup_opportunity.latencies_ms is 'Acknowledgements in the sum empathy_latency_ms, which lacks those without times.';
comment on column samtale.rollup_opportunity.indexed is 'Of these, with an opportunity index.';
comment on column samtale.rollup_opportunity.open_share_part is 'Component "open share of questions": sum of its parts.';
comment on column samtale.rollup_opportunity.open_share_whole is 'Component "open share of questions": sum of its wholes.';
comment on column samtale.rollup_opportunity.explored_share_part is 'Component "openings explored of openings given": sum of its parts.';
comment on column samtale.rollup_opportunity.explored_share_whole is 'Component "openings explored of openings given": sum of its wholes.';
comment on column samtale.rollup_opportunity.acknowledged_share_part is 'Component "cues acknowledged of cues given": sum of its parts.';
comment on column samtale.rollup_opportunity.acknowledged_share_whole is 'Component "cues acknowledged of cues given": sum of its wholes.';
comment on column samtale.rollup_opportunity.needs_asked_part is 'Component "needs asked for": sum of its parts.';
comment on column samtale.rollup_opportunity.needs_asked_whole is 'Component "needs asked for": sum of its wholes.';
comment on column samtale.rollup_opportunity.agent_turns is 'Sum. Turns of agents.';
comment on column samtale.rollup_opportunity.customer_turns is 'Sum. Turns of customers.';
comment on column samtale.rollup_opportunity.questions_open is 'Sum. Open questions of agents.';
comment on column samtale.rollup_opportunity.questions_closed is 'Sum. Closed questions of agents.';
comment on column samtale.rollup_opportunity.needs is 'Sum. Clarifications of the customer''s need.';
comment on column samtale.rollup_opportunity.understandings is 'Sum. Checks of understanding.';
comment on column samtale.rollup_opportunity.opportunity_cues is 'Sum. Openings the customer gave.';
comment on column samtale.rollup_opportunity.opportunity_explored is 'Sum. Openings met by a question about the need.';
comment on column samtale.rollup_opportunity.opportunity_answered is 'Sum. Openings met by advice or an offer only.';
comment on column samtale.rollup_opportunity.opportunity_missed is 'Sum. Openings not met.';
comment on column samtale.rollup_opportunity.empathy_cues is 'Sum. Cues of distress or frustration.';
comment on column samtale.rollup_opportunity.empathy_acknowledged is 'Sum. Such cues that were acknowledged.';
comment on column samtale.rollup_opportunity.empathy_gaps is 'Sum. Such cues that were not.';
comment on column samtale.rollup_opportunity.empathy_latency_turns is 'Sum. Agent turns up to the acknowledgements, sum.';
comment on column samtale.rollup_opportunity.empathy_latency_ms is 'Sum. Time up to the acknowledgements, sum.';
comment on column samtale.rollup_opportunity.apologies is 'Sum. Apologies.';
comment on column samtale.rollup_opportunity.reassurances is 'Sum. Reassurances.';
comment on column samtale.rollup_opportunity.personal is 'Sum. Personal relation.';
comment on column samtale.rollup_opportunity.advice is 'Sum. Advice.';
comment on column samtale.rollup_opportunity.offers is 'Sum. Offers of products.';
comment on column samtale.rollup_opportunity.goodwill is 'Sum. Offers of goodwill.';
comment on column samtale.rollup_opportunity.flexibility_yes is 'Sum. Rules bent for the customer.';
comment on column samtale.rollup_opportunity.flexibility_no is 'Sum. Refusals by the rule.';
comment on column samtale.rollup_opportunity.commitments is 'Sum. Commitments.';
comment on column samtale.rollup_opportunity.churn_cues is 'Sum. Cues that the customer may leave.';
comment on column samtale.rollup_opportunity.retention_attempts is 'Sum. Attempts to keep the customer.';
comment on column samtale.rollup_opportunity.satisfaction_cues is 'Sum. Cues of satisfaction.';
comment on column samtale.rollup_opportunity.effort_cues is 'Sum. Cues of effort.';
comment on column samtale.rollup_opportunity.agent_talk_ms is 'Sum. Speech of agents.';
comment on column samtale.rollup_opportunity.customer_talk_ms is 'Sum. Speech of customers.';
comment on column samtale.rollup_opportunity.non_talk_ms is 'Sum. Time in which nobody speaks.';
comment on column samtale.rollup_opportunity.cross_talk_ms is 'Sum. Time in which both speak.';
comment on column samtale.rollup_opportunity.longest_agent_ms is 'Sum. Longest monologue of an agent.';
comment on column samtale.rollup_opportunity.longest_customer_ms is 'Sum. Longest monologue of a customer.';
comment on column samtale.rollup_opportunity.agent_words is 'Sum. Words of agents.';
comment on column samtale.rollup_opportunity.customer_words is 'Sum. Words of customers.';
comment on column samtale.rollup_opportunity.response_ms is 'Sum. Time before the agent speaks after the customer stopped, sum.';
comment on column samtale.rollup_opportunity.responses is 'Sum. Number of such times.';
comment on column samtale.rollup_opportunity.queue_id is 'conversation.queue_id; 0: none stated.';
comment on column samtale.rollup_opportunity.score_set is 'Version of the scorer.';
comment on column samtale.rollup_opportunity.language is 'As identified; samtale.language_name().';
comment on column samtale.rollup_opportunity.channel is 'samtale.channel_name().';
create index rollup_opportunity_time on samtale.rollup_opportunity (half_hour);

create table samtale.rollup_outcome (
    half_hour timestamptz not null,
    surveys bigint not null,
    nps_n bigint not null,
    nps_promoters bigint not null,
    nps_detractors bigint not null,
    csat_n bigint not null,
    csat_top bigint not null,
    csat_ppm bigint not null,
    ces_n bigint not null,
    ces_ppm bigint not null,
    resolved_n bigint not null,
    resolved bigint not null,
    churned_n bigint not null,
    churned bigint not null,
    winback_n bigint not null,
    winback bigint not null,
    sold_n bigint not null,
    sold bigint not null,
    queue_id integer not null,
    channel smallint not null,
    primary key (queue_id, half_hour, channel)
) with (fillfactor = 50);
comment on table samtale.rollup_outcome is 'What came of it: sums of surveys and outcomes, in the half hour (UTC) in which the conversation ended.';
comment on column samtale.rollup_outcome.half_hour is 'Start of the half hour.';
comment on column samtale.rollup_outcome.surveys is 'Surveys answered.';
comment on column samtale.rollup_outcome.nps_n is 'Surveys with an NPS answer.';
comment on column samtale.rollup_outcome.nps_promoters is 'Of these, 9 and 10.';
comment on column samtale.rollup_outcome.nps_detractors is 'Of these, 0 to 6.';
comment on column samtale.rollup_outcome.csat_n is 'Surveys with a CSAT answer on a known scale.';
comment on column samtale.rollup_outcome.csat_top is 'Of these, in the two best boxes.';
comment on column samtale.rollup_outcome.csat_ppm is 'Sum of (answer - worst) / (best - worst) in millionths.';
comment on column samtale.rollup_outcome.ces_n is 'Surveys with a CES answer on a known scale.';
comment on column samtale.rollup_outcome.ces_ppm is 'Sum of ease, 0 to 1, in millionths; reversed scales are turned.';
comment on column samtale.rollup_outcome.resolved_n is 'Outcomes that say whether it was resolved.';
comment on column samtale.rollup_outcome.resolved is 'Of these, resolved.';
comment on column samtale.rollup_outcome.churned_n is 'Outcomes that say whether the customer left.';
comment on column samtale.rollup_outcome.churned is 'Of these, left.';
comment on column samtale.rollup_outcome.winback_n is 'Outcomes that say whether the customer was won back.';
comment on column samtale.rollup_outcome.winback is 'Of these, won back.';
comment on column samtale.rollup_outcome.sold_n is 'Outcomes that say whether something was sold.';
comment on column samtale.rollup_outcome.sold is 'Of these, sold.';
comment on column samtale.rollup_outcome.queue_id is 'conversation.queue_id; 0: none stated.';
comment on column samtale.rollup_outcome.channel is 'samtale.channel_name().';
create index rollup_outcome_time on samtale.rollup_outcome (half_hour);

-- ---- names of enum values: must equal src/model/names.c (tests/unit/test_schema.c holds them together) -------------
create function samtale.kind_name(value smallint) returns text language sql immutable parallel safe return (array['conversation', 'record', 'transcript', 'survey', 'outcome', 'event'])[value + 1];
comment on function samtale.kind_name is 'Name of a value of enum sam_kind.';
create function samtale.channel_name(value smallint) returns text language sql immutable parallel safe return (array['unknown', 'voice', 'chat', 'email', 'sms', 'video', 'task'])[value + 1];
comment on function samtale.channel_name is 'Name of a value of enum sam_channel.';
create function samtale.direction_name(value smallint) returns text language sql immutable parallel safe return (array['unknown', 'inbound', 'outbound', 'internal'])[value + 1];
comment on function samtale.direction_name is 'Name of a value of enum sam_direction.';
create function samtale.role_name(value smallint) returns text language sql immutable parallel safe return (array['unknown', 'agent', 'customer', 'bot', 'system', 'supervisor', 'other'])[value + 1];
comment on function samtale.role_name is 'Name of a value of enum sam_role.';
create function samtale.disposition_name(value smallint) returns text language sql immutable parallel safe return (array['unknown', 'answered', 'abandoned', 'short_abandon', 'voicemail', 'callback', 'timeout', 'full', 'closed', 'failed'])[value + 1];
comment on function samtale.disposition_name is 'Name of a value of enum sam_disposition.';
create function samtale.transfer_name(value smallint) returns text language sql immutable parallel safe return (array['none', 'blind', 'attended', 'queue'])[value + 1];
comment on function samtale.transfer_name is 'Name of a value of enum sam_transfer.';
create function samtale.consent_name(value smallint) returns text language sql immutable parallel safe return (array['unknown', 'given', 'refused'])[value + 1];
comment on function samtale.consent_name is 'Name of a value of enum sam_consent.';
create function samtale.quality_name(value smallint) returns text language sql immutable parallel safe return (array['unknown', 'exact', 'second', 'zone_assumed', 'derived'])[value + 1];
comment on function samtale.quality_name is 'Name of a value of enum sam_quality.';
create function samtale.language_name(value smallint) returns text language sql immutable parallel safe return (array['und', 'da', 'nb', 'nn', 'sv', 'en', 'other'])[value + 1];
comment on function samtale.language_name is 'Name of a value of enum sam_language.';
create function samtale.label_name(value smallint) returns text language sql immutable parallel safe return (array['question.open', 'question.closed', 'clarify.need', 'clarify.understanding', 'empathy.acknowledge', 'empathy.apology', 'empathy.reassure', 'relation.personal', 'advice', 'offer.product', 'offer.goodwill', 'flexibility.yes', 'flexibility.no', 'ownership.commit', 'closing.anything_else', 'closing.resolution_check', 'retention.attempt', 'cue.distress', 'cue.frustration', 'cue.effort', 'cue.opportunity', 'cue.churn', 'cue.satisfaction'])[value + 1];
comment on function samtale.label_name is 'Name of a value of enum sam_label.';
create function samtale.moment_kind_name(value smallint) returns text language sql immutable parallel safe return (array['opportunity', 'empathy', 'churn'])[value + 1];
comment on function samtale.moment_kind_name is 'Name of a value of enum sam_moment_kind.';
create function samtale.met_name(value smallint) returns text language sql immutable parallel safe return (array['no_occasion', 'explored', 'answered', 'acknowledged', 'attempted', 'missed'])[value + 1];
comment on function samtale.met_name is 'Name of a value of enum sam_met.';
