select left(encode(k.token_hash, 'hex'), 12), a.name, k.name, array_to_string(k.scopes, ','), coalesce(to_char(k.expires_at at time zone 'UTC', 'YYYY-MM-DD'), 'never')
from samtale.api_token k join samtale.account a using (account_id) order by a.name, k.name, k.created_at
