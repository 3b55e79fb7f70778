-- name: Pair :one
select * from golden_pairs where id = $1;

-- name: LockPair :one
select * from golden_pairs where id = $1 for update;

-- name: Pairs :many
select sqlc.embed(golden_pairs), coalesce(proposer.name, '')::text as proposer, coalesce(reviewer.name, '')::text as reviewer
from golden_pairs left join users as proposer on proposer.id = proposed_by left join users as reviewer on reviewer.id = reviewed_by
where (sqlc.arg(state)::text = '' or state = sqlc.arg(state)::text)
  and (sqlc.arg(key)::text = '' or question_key = sqlc.arg(key)::text)
  and (cardinality(sqlc.arg(ids)::text[]) = 0 or golden_pairs.id::text = any (sqlc.arg(ids)::text[]))
  and search like all (sqlc.arg(patterns)::text[])
order by golden_pairs.created_at desc, golden_pairs.id
limit nullif(sqlc.arg(max_rows)::int, 0) offset sqlc.arg(skip)::int;

-- name: CountPairs :many
-- How many there are in each state, and how many of them have the words.
select state, count(*) as pairs, count(*) filter (where search like all (sqlc.arg(patterns)::text[])) as matching
from golden_pairs group by state;

-- name: CreatePair :one
insert into golden_pairs (question, question_key, sql, state, origin, query_id, proposed_by, reviewed_by, reviewed_at, stale, search)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
returning *;

-- name: UpdatePair :exec
update golden_pairs
set question = $2, question_key = $3, sql = $4, state = $5, origin = $6, reviewed_by = $7, reviewed_at = $8, stale = $9, search = $10
where id = $1;

-- name: MarkPairStale :execrows
update golden_pairs set stale = $2 where id = $1;

-- name: ProposePair :exec
-- Nothing new is proposed where the very same pair is already approved.
insert into golden_pairs (question, question_key, sql, state, origin, query_id, proposed_by, search)
select sqlc.arg(question)::text, sqlc.arg(question_key)::text, sqlc.arg(sql)::text, 'proposed', sqlc.arg(origin)::text,
    sqlc.arg(query_id)::uuid, sqlc.arg(proposed_by)::uuid, sqlc.arg(search)::text
where not exists (
    select from golden_pairs
    where state = 'approved' and question_key = sqlc.arg(question_key)::text and sql = sqlc.arg(sql)::text)
on conflict (query_id) where state = 'proposed' do update
set sql = excluded.sql, origin = excluded.origin, proposed_by = excluded.proposed_by, search = excluded.search, stale = '';

-- name: WithdrawPair :exec
delete from golden_pairs where query_id = $1 and state = 'proposed';
