-- What belongs together by telephone number and time, as the settings say (links_put): how many were looked at, joined, parted, cannot be told apart.
select r.due, r.joined, r.parted, r.ambiguous
from samtale.site s
cross join lateral (select array_agg(l.key) as guests, array_agg(l.value) as hosts from jsonb_each_text(s.phone_links) as l) as p
cross join lateral samtale.link_settle(coalesce(p.guests, '{}'), coalesce(p.hosts, '{}'), s.phone_link_window_ms) as r
