-- $1 number: marks of each label before and after, gained and lost, and in how many conversations.
select t.label, t.former::text, t.present::text, t.gained::text, t.lost::text, t.conversations::text from samtale.rescore_labels($1::integer) as t
