-- 0015: results against targets: each figure of a queue's day beside what it was to reach on that day.
set local role samtale_bi_owner;
create view bi.result_day with (security_barrier) as
    select d.day, d.queue_id, d.channel, f.measure, f.value, t.value as target, f.value - t.value as difference,
           case when f.measure = 'service_level' then f.value >= t.value else f.value <= t.value end as reached
    from bi.queue_day d cross join samtale.site s
    cross join lateral (values
        ('service_level', case s.service_level when 'answered_only' then d.service_level_answered_only when 'abandons_in_denominator' then d.service_level_abandons_in_denominator
            when 'minus_short_abandons' then d.service_level_minus_short_abandons when 'plus_flowouts' then d.service_level_plus_flowouts
            when 'abandoned_ignored' then d.service_level_abandoned_ignored when 'abandoned_negative' then d.service_level_abandoned_negative
            when 'abandoned_positive' then d.service_level_abandoned_positive end),
        ('asa', d.asa), ('abandon_rate', d.abandon_rate), ('aht', d.aht), ('transfer_rate', d.transfer_rate)) as f(measure, value)
    cross join lateral (select t.value from samtale.target t
                        where t.measure = f.measure and d.day >= t.valid_from and (t.valid_to is null or d.day <= t.valid_to)
                          and (t.queue_id = d.queue_id or (t.queue_id is null and t.team_id is null))
                        order by t.queue_id is null, t.valid_from desc, t.target_id desc limit 1) as t
    where f.value is not null;
comment on view bi.result_day is 'Figures of a queue''s day beside their targets; only figures that have one, and were measured.';
comment on column bi.result_day.day is 'Day of the site''s time zone.';
comment on column bi.result_day.queue_id is 'Queue.';
comment on column bi.result_day.channel is 'Channel.';
comment on column bi.result_day.measure is 'service_level (by [numbers] service_level), asa, abandon_rate, aht or transfer_rate.';
comment on column bi.result_day.value is 'The figure.';
comment on column bi.result_day.target is 'What it was to reach on that day: the queue''s own target, else the one for all.';
comment on column bi.result_day.difference is 'Figure less target.';
comment on column bi.result_day.reached is 'Whether it was: a service level at or above, the others at or below their target.';
grant select on bi.result_day to samtale_bi;
