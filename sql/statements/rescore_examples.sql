-- $1 number, $2 how many of each label.
select t.label, t.change, t.conversation, t.turn from samtale.rescore_examples($1::integer, $2::integer) as t
