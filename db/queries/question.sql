-- name: CreateQuestion :exec
insert into queries (id, user_id, parent_id, text, status, tier, generator, sql, fingerprint, created_at, search, replica, chosen)
values ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $9, $10, $11, $12);

-- name: FinishQuestion :execrows
update queries
set status = $2, tier = $3, generator = $4, sql = $5, confidence = $6, reading = $7, alternatives = $8, notes = $9,
    steps = $10, suggestions = $11, message = $12, cached = $13, fingerprint = $14, row_count = $15, truncated = $16,
    finished_at = $17, search = $18, sentence = $19, left_out = $20, chips = $21, logical = $22, followed_up = $23,
    choices = $24, nearest = $25, tokens_in = $26, tokens_out = $27
where id = $1 and status = 'running';

-- name: QuestionExists :one
select exists (select from queries where id = $1);

-- name: Question :one
-- With what the asker said of it.
select sqlc.embed(queries), users.name as user_name, feedback.id as feedback_id, feedback.verdict, feedback.sql as better_sql,
    feedback.comment, feedback.created_at as said_at
from queries join users on users.id = queries.user_id
    left join feedback on feedback.query_id = queries.id and feedback.user_id = queries.user_id
where queries.id = $1;

-- name: LockQuestion :one
select * from queries where id = $1 for update;

-- name: Questions :many
select sqlc.embed(queries), users.name as user_name, feedback.id as feedback_id, feedback.verdict, feedback.sql as better_sql,
    feedback.comment, feedback.created_at as said_at
from queries join users on users.id = queries.user_id
    left join feedback on feedback.query_id = queries.id and feedback.user_id = queries.user_id
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

-- name: PickChoice :execrows
update queries set picked = $2 where id = $1 and status = 'asked';

-- name: Missed :many
-- What people got no answer to within 90 days, or a wrong one, by its text; but
-- what has been answered since by approval or with every word understood, and
-- not called wrong, is mended.
with missed as (
    select queries.id, queries.user_id, queries.created_at, md5(lower(btrim(queries.text))) as text_key, feedback.comment
    from queries left join feedback on feedback.query_id = queries.id and feedback.user_id = queries.user_id
    where queries.created_at > now() - interval '90 days' and (queries.status = 'declined' or queries.picked = -1)
    union
    select queries.id, queries.user_id, queries.created_at, md5(lower(btrim(queries.text))) as text_key, feedback.comment
    from queries join feedback on feedback.query_id = queries.id and feedback.user_id = queries.user_id
    where queries.created_at > now() - interval '90 days' and feedback.verdict in ('wrong', 'missed')
), grouped as (
    select text_key, count(*) as times, count(distinct user_id) as people, max(created_at) as last_at,
        (array_agg(id order by created_at desc, id))[1] as latest_id,
        (array_agg(comment order by created_at desc) filter (where comment <> ''))[1:5] as comments
    from missed group by text_key
), unmended as (
    select * from grouped where not exists (
        select from queries as later left join feedback on feedback.query_id = later.id and feedback.user_id = later.user_id
        where md5(lower(btrim(later.text))) = grouped.text_key and later.created_at > grouped.last_at
          and later.status = 'answered' and later.tier in ('verified', 'compiled', 'agreed')
          and feedback.verdict is distinct from 'wrong')
)
select sqlc.embed(queries), users.name as user_name, unmended.times, unmended.people,
    coalesce(unmended.comments, '{}')::text[] as comments, count(*) over () as total
from unmended join queries on queries.id = unmended.latest_id join users on users.id = queries.user_id
order by unmended.last_at desc, queries.id
limit $1 offset $2;

-- name: TokensSince :one
select coalesce(sum(tokens_in + tokens_out), 0)::bigint from queries
where created_at >= $1 and tokens_in + tokens_out > 0
  and (sqlc.arg(user_id)::text = '' or user_id = nullif(sqlc.arg(user_id)::text, '')::uuid);

-- name: ModelUse :many
-- By person, those who used most first.
select users.name, count(*) as questions, sum(tokens_in)::bigint as tokens_in, sum(tokens_out)::bigint as tokens_out
from queries join users on users.id = queries.user_id
where queries.created_at >= $1 and tokens_in + tokens_out > 0
group by users.id, users.name order by sum(tokens_in + tokens_out) desc, users.name limit $2;

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

-- name: SaveFeedback :one
insert into feedback (query_id, user_id, verdict, sql, comment)
values ($1, $2, $3, $4, $5)
on conflict (query_id, user_id) do update
set verdict = excluded.verdict, sql = excluded.sql, comment = excluded.comment, created_at = now()
returning *;
