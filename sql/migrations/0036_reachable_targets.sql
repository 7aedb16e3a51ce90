-- 0036: a target of more than all is refused, as is a percentile of more than all (or of nothing) is null.
set local role samtale_owner;
do $$
declare
    text text := pg_get_functiondef('samtale.target_set'::regproc);
    old constant text := 'elsif to_day < from_day then';
begin
    if strpos(text, old) = 0 then
        raise exception 'samtale.target_set is not what this migration knows';
    end if;
    execute replace(text, old, $new$elsif target_set.value > 1 and (figure = 'service_level' or exists (select from samtale.figure f where f.name = figure and f.unit = 'ratio')) then
        raise exception 'a target of % %% for %: a share is at most 100 %%', round((100 * target_set.value)::numeric, 2), figure using errcode = 'SAM03';
    elsif target_set.value > 100 and figure = 'index' then
        raise exception 'a target of % for the index, which is at most 100', target_set.value using errcode = 'SAM03';
    $new$ || old);
end
$$;
reset role;
set local role samtale_bi_owner;
create or replace function bi.percentile(buckets smallint[], counts bigint[], p float8) returns float8 language sql immutable parallel safe
    return case when p between 0 and 1 then samtale.percentile(buckets::integer[], counts, p) / 1000 end;
reset role;
