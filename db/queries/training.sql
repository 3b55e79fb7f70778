-- name: Trained :one
select fingerprint, trained_at from training_state;

-- name: SaveTrained :exec
insert into training_state (fingerprint, trained_at) values ($1, now())
on conflict (only_row) do update set fingerprint = excluded.fingerprint, trained_at = excluded.trained_at;
