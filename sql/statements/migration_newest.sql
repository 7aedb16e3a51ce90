select coalesce(max(n), 0) from samtale.migration
