-- Removes the token whose hash begins so (12 hexadecimal digits, as token_list shows).
delete from samtale.api_token where left(encode(token_hash, 'hex'), 12) = $1::text returning 1
