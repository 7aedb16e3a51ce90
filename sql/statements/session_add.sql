-- Begins a session: hash of its cookie, account, seconds it lasts.
with added as (
    insert into samtale.session (token_hash, account_id, expires_at) values ($1::bytea, $2::integer, now() + make_interval(secs => $3::integer))
    returning account_id, expires_at
)
select a.role, coalesce((select json_agg(m.name order by m.name) from samtale.account_team t join samtale.team m using (team_id) where t.account_id = a.account_id), '[]')::text,
       samtale.utc_text(added.expires_at)
from added join samtale.account a using (account_id)
