-- name: Terms :many
select * from business_ontologies order by name_key;

-- name: Term :one
select * from business_ontologies where id = $1;

-- name: LockTerm :one
select * from business_ontologies where id = $1 for update;

-- name: CreateTerm :one
insert into business_ontologies (name, name_key, synonyms, kind, table_name, column_name, sql, description)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning *;

-- name: UpdateTerm :one
update business_ontologies
set name = $2, name_key = $3, synonyms = $4, kind = $5, table_name = $6, column_name = $7, sql = $8, description = $9,
    stale = '', updated_at = now()
where id = $1
returning *;

-- name: DeleteTerm :exec
delete from business_ontologies where id = $1;

-- name: MarkTermStale :exec
update business_ontologies set stale = $2 where id = $1;

-- name: OntologyVersion :one
select version from ontology_version;

-- name: BumpOntologyVersion :exec
update ontology_version set version = version + 1;
