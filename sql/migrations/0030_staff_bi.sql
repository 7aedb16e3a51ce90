-- 0030: bi.staff_day asks as who reads it, who may not read the tables behind it: the function that sums them reads as their owner. It tells queues and days, no agents.
set local role samtale_owner;
alter function samtale.staff_days(date, date, integer[]) security definer;
