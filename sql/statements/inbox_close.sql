-- The daemon stops in order.
update samtale.inbox_state set running = false, asleep = false
