-- Changes an account: name, and role, password hash, disabled; null leaves as it is. No row: there is none of this name.
update samtale.account set role = coalesce($2::text, role), password_hash = coalesce($3::text, password_hash), disabled = coalesce($4::boolean, disabled)
where name = $1::text
returning account_id
