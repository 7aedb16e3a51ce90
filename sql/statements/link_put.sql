-- $1 conversations and $2 their sources, or 0 where $3 the source's name tells; $4 external ids, $5 customers, $6 and $7 first and last time, us since 1970 or 0: what may be linked.
select samtale.link_put(array(select nullif(t.v, 0) from unnest($1::bigint[]) with ordinality as t(v, i) order by t.i),
                        array(select nullif(t.v, 0) from unnest($2::integer[]) with ordinality as t(v, i) order by t.i), $3::text[], $4::text[], $5::text[],
                        array(select timestamptz 'epoch' + nullif(t.v, 0) * interval '1 us' from unnest($6::bigint[]) with ordinality as t(v, i) order by t.i),
                        array(select timestamptz 'epoch' + nullif(t.v, 0) * interval '1 us' from unnest($7::bigint[]) with ordinality as t(v, i) order by t.i))
