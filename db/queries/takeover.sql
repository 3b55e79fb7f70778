-- What is taken over from an old installation. A row that is there already
-- stays as it is, so that taking over can be repeated.

-- name: TakeOverUser :execrows
insert into users (id, name, name_key, role, disabled, must_change, password_hash, created_at, last_sign_in_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing;

-- name: TakeOverTerm :many
-- No row when the name is taken.
insert into business_ontologies (name, name_key, synonyms, kind, table_name, column_name, sql, description)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing
returning *;

-- name: TakeOverQuestion :execrows
insert into queries (id, user_id, text, status, tier, generator, sql, confidence, message, row_count, created_at, finished_at, search)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict do nothing;

-- name: TakeOverFeedback :execrows
insert into feedback (id, query_id, user_id, verdict, sql, comment, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing;
