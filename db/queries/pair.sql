-- name: Pair :one
select * from golden_pairs where id = $1;

-- name: LockPair :one
select * from golden_pairs where id = $1 for update;

-- name: Pairs :many
select * from golden_pairs
where (sqlc.arg(state)::text = '' or state = sqlc.arg(state)::text)
  and (sqlc.arg(key)::text = '' or question_key = sqlc.arg(key)::text)
  and (cardinality(sqlc.arg(ids)::text[]) = 0 or id::text = any (sqlc.arg(ids)::text[]))
  and search like all (sqlc.arg(patterns)::text[])
order by created_at desc, id
limit nullif(sqlc.arg(max_rows)::int, 0) offset sqlc.arg(skip)::int;

-- name: CountPairs :one
select count(*) from golden_pairs
where (sqlc.arg(state)::text = '' or state = sqlc.arg(state)::text)
  and (sqlc.arg(key)::text = '' or question_key = sqlc.arg(key)::text)
  and (cardinality(sqlc.arg(ids)::text[]) = 0 or id::text = any (sqlc.arg(ids)::text[]))
  and search like all (sqlc.arg(patterns)::text[]);

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
