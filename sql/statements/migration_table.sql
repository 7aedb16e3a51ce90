select (to_regclass('samtale.migration') is not null)::integer
