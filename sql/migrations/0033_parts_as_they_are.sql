-- 0033: parts up to a page are stored as they came. LZ4 took a third of the time that copying a part costs the server and made a transcript of
-- 3.5 KB a sixth smaller; what is larger than a page is compressed as before, and moved out of the row only when it is larger even then.
set local role samtale_owner;
alter table samtale.part set (toast_tuple_target = 8160);
