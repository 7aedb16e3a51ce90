-- $1 JSON object of [phone_links], $2 ms before and after.
update samtale.site set phone_links = $1::text::jsonb, phone_link_window_ms = $2::bigint
