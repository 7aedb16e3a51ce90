-- The frozen reference: what one conversation costs a plain warehouse. Never changed, so that ratios of years apart compare.
drop table if exists conversation, turn, behaviour cascade;
create table conversation(id bigint primary key, ext_id uuid not null unique, tenant int, queue int, agent int, channel smallint, lang smallint, started_at timestamptz, wait_s int, talk_s int, hold_s int, acw_s int, s_opp real, s_emp real, s_know real, s_conv real, n_turns smallint, n_beh smallint, model_ver int);
create index on conversation(started_at);
create table turn(conv_id bigint, seq smallint, spk smallint, t0 int, t1 int, n_tok smallint, score real, body text, primary key(conv_id,seq));
create table behaviour(conv_id bigint, n smallint, turn smallint, beh_id int, pos smallint, len smallint, weight real, primary key(conv_id,n));
