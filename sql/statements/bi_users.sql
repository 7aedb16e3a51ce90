-- Name, teams, whether it reads texts.
select name::text, teams, case when text then 'yes' else 'no' end from samtale.bi_user order by name
