-- What states of agents need of the settings. $1 ms that a state lasts at most, $2 ms that states of single agents are kept (0: for ever). Another longest state: sums are made anew.
update samtale.site set state_longest = $1::bigint * interval '1 millisecond', states_kept = nullif($2::bigint, 0) * interval '1 millisecond'
