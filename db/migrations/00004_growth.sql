-- +goose Up

-- Whoever deletes a question looks for those that follow it, and for pairs made
-- from it.
create index queries_by_parent on queries (parent_id) where parent_id is not null;
create index golden_pairs_by_query on golden_pairs (query_id) where query_id is not null;

-- The history goes on from a row, which takes the rows' whole order.
drop index queries_by_user;
drop index queries_by_time;
create index queries_by_user on queries (user_id, created_at, id);
create index queries_by_time on queries (created_at, id);
create index queries_by_status on queries (status, created_at, id);

-- Words are searched for with trigrams, where the server has them: it may lack
-- the extension, or the right to make it. Without, a search reads the table.
-- +goose StatementBegin
do $$
declare place text;
begin
    create extension if not exists pg_trgm;
    select nspname into place from pg_extension join pg_namespace on pg_namespace.oid = extnamespace where extname = 'pg_trgm';
    execute format('create index queries_by_word on queries using gin (search %I.gin_trgm_ops)', place);
    execute format('create index audit_logs_by_actor on audit_logs using gin (lower(actor_name) %I.gin_trgm_ops)', place);
exception when others then
    raise notice 'without pg_trgm, searches read whole tables: %', sqlerrm;
end $$;
-- +goose StatementEnd
