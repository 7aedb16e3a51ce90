-- $1: whether the daemon sleeps and is to be notified.
update samtale.inbox_state set asleep = $1::boolean
