-- $1 lane, $2 whether it is quiet: the last id that was drawn, committed or not; when it is quiet, how many messages wait for such a time,
-- see inbox_begin_one: with a backlog it would be a count of all.
select case $1::smallint when 0 then (select coalesce(max(last_value), 0) from samtale.inbox_live_id where is_called)
                         else (select coalesce(max(last_value), 0) from samtale.inbox_import_id where is_called) end,
       case when $2::boolean then (select count(*) from samtale.inbox where lane = $1::smallint and attempts > 0) else 0 end
