-- name: User :one
select * from users where id = $1;

-- name: UserByName :one
select * from users where name_key = $1;

-- name: Users :many
select * from users order by name_key;

-- name: CreateUser :one
insert into users (id, name, name_key, role, disabled, must_change, password_hash)
values ($1, $2, $3, $4, $5, $6, $7)
returning *;

-- name: UpdateUser :one
update users
set name = $2, name_key = $3, role = $4, disabled = $5, must_change = $6, password_hash = $7, epoch = epoch + 1
where id = $1
returning *;

-- name: LockUser :one
select * from users where id = $1 for update;

-- name: LockAdmins :many
-- Every enabled administrator, always in the same order, so that two edits at
-- once wait for each other rather than both believe that another one stays.
select id from users where role = 'admin' and not disabled order by id for update;

-- name: SignedIn :execrows
update users set last_sign_in_at = $2 where id = $1;
