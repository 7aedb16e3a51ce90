-- $1 lane: the last id that was drawn, committed or not; how many messages wait for a quiet time, see inbox_begin_one.
select case $1::smallint when 0 then (select coalesce(max(last_value), 0) from samtale.inbox_live_id where is_called)
                         else (select coalesce(max(last_value), 0) from samtale.inbox_import_id where is_called) end,
       (select count(*) from samtale.inbox where lane = $1::smallint and attempts > 0)
