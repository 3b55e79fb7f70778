-- name: Enqueue :exec
insert into outbox (collection, doc_id) values ($1, $2);

-- name: Outbox :many
select * from outbox order by id limit $1;

-- name: OutboxDone :exec
delete from outbox where id = any (sqlc.arg(ids)::bigint[]);
