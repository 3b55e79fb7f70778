-- name: CreateQuestion :exec
insert into queries (id, user_id, parent_id, text, status, tier, generator, sql, fingerprint, created_at, search, replica)
values ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $9, $10, $11);

-- name: FinishQuestion :execrows
update queries
set status = $2, tier = $3, generator = $4, sql = $5, confidence = $6, reading = $7, alternatives = $8, notes = $9,
    steps = $10, suggestions = $11, message = $12, cached = $13, fingerprint = $14, row_count = $15, truncated = $16,
    finished_at = $17, search = $18
where id = $1 and status = 'running';

-- name: QuestionExists :one
select exists (select from queries where id = $1);

-- name: Question :one
select sqlc.embed(queries), users.name as user_name
from queries join users on users.id = queries.user_id
where queries.id = $1;

-- name: LockQuestion :one
select * from queries where id = $1 for update;

-- name: Questions :many
select sqlc.embed(queries), users.name as user_name
from queries join users on users.id = queries.user_id
where (sqlc.arg(user_id)::text = '' or queries.user_id = nullif(sqlc.arg(user_id)::text, '')::uuid)
  and (sqlc.arg(status)::text = '' or queries.status = sqlc.arg(status)::text)
  and queries.search like sqlc.arg(word)::text -- by index, as the others can't be found
  and queries.search like all (sqlc.arg(patterns)::text[])
  and (queries.created_at, queries.id) < (sqlc.arg(before)::timestamptz, sqlc.arg(before_id)::uuid)
order by queries.created_at desc, queries.id desc
limit nullif(sqlc.arg(max_rows)::int, 0);

-- name: CountQuestions :one
select count(*) from (
    select 1 from queries
    where (sqlc.arg(user_id)::text = '' or queries.user_id = nullif(sqlc.arg(user_id)::text, '')::uuid)
      and (sqlc.arg(status)::text = '' or queries.status = sqlc.arg(status)::text)
      and queries.search like sqlc.arg(word)::text
      and queries.search like all (sqlc.arg(patterns)::text[])
    limit sqlc.arg(most)::int) as counted;

-- name: HoldReplica :exec
select pg_advisory_lock_shared(sqlc.arg(replica)::bigint);

-- name: LostReplicas :many
-- Those that run questions but hold no lock. A server that has just started may
-- not have been found again by all of them.
select replica from (select distinct replica from queries where status = 'running') as running
where pg_postmaster_start_time() < now() - interval '10 seconds' and pg_try_advisory_xact_lock(replica);

-- name: InterruptLost :execrows
-- A question younger than two seconds may be of a replica about to take its lock.
update queries set status = 'interrupted', message = sqlc.arg(message), finished_at = now()
where status = 'running'
  and (created_at < sqlc.arg(cutoff)
       or replica = any (sqlc.arg(replicas)::bigint[]) and created_at < now() - interval '2 seconds');

-- name: ForgetQuestions :execrows
delete from queries where id in (
    select old.id from queries as old
    where old.created_at < $1 and old.status <> 'running' order by old.created_at limit $2);

-- name: FeedbackOf :many
-- What the askers themselves said.
select feedback.* from feedback
join queries on queries.id = feedback.query_id and queries.user_id = feedback.user_id
where feedback.query_id = any (sqlc.arg(ids)::uuid[]);

-- name: SaveFeedback :one
insert into feedback (query_id, user_id, verdict, sql, comment)
values ($1, $2, $3, $4, $5)
on conflict (query_id, user_id) do update
set verdict = excluded.verdict, sql = excluded.sql, comment = excluded.comment, created_at = now()
returning *;
