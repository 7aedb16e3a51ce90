-- Queue, first day, weekday, from, to, agents.
select k.name, s.valid_from::text, s.weekday::text, to_char(s.begins, 'HH24:MI'), to_char(s.ends, 'HH24:MI'), s.agents::text
from samtale.staffing s join samtale.queue k using (queue_id) order by 1, 2, 3, 4
