-- name: Ontology :many
-- One row without a term where there are none.
select ontology_version.version, coalesce(id::text, '')::text as id, coalesce(name, '')::text as name,
    coalesce(synonyms, '{}')::text[] as synonyms, coalesce(kind, '')::text as kind, coalesce(table_name, '')::text as table_name,
    coalesce(column_name, '')::text as column_name, coalesce(sql, '')::text as sql, coalesce(description, '')::text as description,
    coalesce(stale, '')::text as stale
from ontology_version left join business_ontologies on true
order by name_key;

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

-- name: Versions :one
select version as terms, pairs_version as pairs from ontology_version;

-- name: BumpOntologyVersion :exec
update ontology_version set version = version + 1;
