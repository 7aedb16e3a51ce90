-- For, figure, value, first day, last day.
select coalesce('queue ' || k.name, 'team ' || g.name, '(all)'), t.measure, t.value::text, t.valid_from::text, coalesce(t.valid_to::text, '')
from samtale.target t left join samtale.queue k using (queue_id) left join samtale.team g using (team_id) order by 1, 2, t.valid_from
