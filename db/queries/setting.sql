-- name: Settings :many
select key, (value #>> '{}')::text as value, version from configurations order by key;

-- name: LockSettings :exec
lock table configurations in share row exclusive mode;

-- name: SaveSetting :exec
insert into configurations (key, value, version, updated_by)
values (sqlc.arg(key), to_jsonb(sqlc.arg(value)::text), sqlc.arg(version), sqlc.arg(updated_by))
on conflict (key) do update
set value = excluded.value, version = excluded.version, updated_by = excluded.updated_by, updated_at = now();
