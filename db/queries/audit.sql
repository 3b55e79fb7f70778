-- name: LockAuditHead :one
select seq, hash from audit_head for update;

-- name: AuditHead :one
select seq, hash from audit_head;

-- name: MoveAuditHead :exec
update audit_head set seq = $1, hash = $2;

-- name: AppendAudit :exec
insert into audit_logs (seq, at, actor_id, actor_name, address, request_id, action, object, before, after, prev, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: AuditAfter :many
select * from audit_logs where seq > $1 order by seq limit $2;

-- name: AuditEntries :many
select * from audit_logs
where (sqlc.arg(action)::text = '' or action = sqlc.arg(action)::text
       or (right(sqlc.arg(action)::text, 1) = '.' and starts_with(action, sqlc.arg(action)::text)))
  and lower(actor_name) like sqlc.arg(actor)::text
  and seq < sqlc.arg(before)::bigint
order by seq desc
limit nullif(sqlc.arg(max_rows)::int, 0);

-- name: CountAuditEntries :one
select count(*) from (
    select 1 from audit_logs
    where (sqlc.arg(action)::text = '' or action = sqlc.arg(action)::text
           or (right(sqlc.arg(action)::text, 1) = '.' and starts_with(action, sqlc.arg(action)::text)))
      and lower(actor_name) like sqlc.arg(actor)::text
    limit sqlc.arg(most)::int) as counted;
