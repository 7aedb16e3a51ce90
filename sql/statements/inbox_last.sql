-- $1 lane: the last id that was drawn, committed or not.
select case $1::smallint when 0 then (select coalesce(max(last_value), 0) from samtale.inbox_live_id where is_called)
                         else (select coalesce(max(last_value), 0) from samtale.inbox_import_id where is_called) end
