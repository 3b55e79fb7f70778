-- +goose Up

create table users (
    id uuid primary key default gen_random_uuid(),
    name text not null check (name <> ''),
    name_key text not null unique,
    role text not null check (role in ('analyst', 'admin')),
    disabled boolean not null default false,
    must_change boolean not null default false,
    password_hash text not null,
    epoch bigint not null default 1,
    created_at timestamptz not null default now(),
    last_sign_in_at timestamptz
);
comment on table users is 'Who may sign in. Rows are disabled, never deleted: history refers to them.';
comment on column users.name_key is 'The name in lower case, as the application folds it: no two users differ by case alone.';
comment on column users.must_change is 'The password is a one-time one.';
comment on column users.epoch is 'Grows with every change; a session that carries another one has ended.';

create table queries (
    id uuid primary key,
    user_id uuid not null references users (id),
    parent_id uuid references queries (id) on delete set null,
    text text not null,
    status text not null check (status in ('running', 'answered', 'declined', 'failed', 'cancelled', 'interrupted')),
    tier text not null default '' check (tier in ('', 'verified', 'compiled', 'guess', 'model', 'edited')),
    generator text not null default '',
    sql text not null default '',
    confidence double precision not null default 0 check (confidence between 0 and 1),
    reading jsonb not null default '[]',
    alternatives jsonb not null default '[]',
    notes jsonb not null default '[]',
    steps jsonb not null default '[]',
    suggestions jsonb not null default '[]',
    message text not null default '',
    cached boolean not null default false,
    fingerprint text not null default '',
    row_count integer not null default 0 check (row_count >= 0),
    truncated boolean not null default false,
    created_at timestamptz not null,
    finished_at timestamptz,
    search text not null,
    check ((status = 'running') = (finished_at is null))
);
create index queries_by_user on queries (user_id, created_at desc);
create index queries_by_time on queries (created_at desc);
create index queries_running on queries (created_at) where status = 'running';
comment on table queries is 'Every asked question with how it was read and answered. The rows of an answer are never stored.';
comment on column queries.search is 'Text and SQL in lower case, for the history''s search.';

create table feedback (
    id uuid primary key default gen_random_uuid(),
    query_id uuid not null references queries (id) on delete cascade,
    user_id uuid not null references users (id),
    verdict text not null check (verdict in ('right', 'wrong', 'corrected')),
    sql text not null default '',
    comment text not null default '',
    created_at timestamptz not null default now(),
    unique (query_id, user_id),
    check ((verdict = 'corrected') = (sql <> ''))
);
comment on table feedback is 'A user''s latest word on an answer.';

create table golden_pairs (
    id uuid primary key default gen_random_uuid(),
    question text not null check (question <> ''),
    question_key text not null,
    sql text not null check (sql <> ''),
    state text not null check (state in ('proposed', 'approved', 'retired')),
    origin text not null check (origin in ('right', 'corrected', 'admin', 'import')),
    query_id uuid references queries (id) on delete set null,
    proposed_by uuid references users (id),
    reviewed_by uuid references users (id),
    created_at timestamptz not null default now(),
    reviewed_at timestamptz,
    stale text not null default '',
    search text not null
);
create unique index golden_pairs_one_proposal on golden_pairs (query_id) where state = 'proposed';
create index golden_pairs_by_state on golden_pairs (state, created_at desc);
create index golden_pairs_by_key on golden_pairs (question_key);
comment on table golden_pairs is 'Questions with their right SQL. Only approved ones answer.';
comment on column golden_pairs.question_key is 'The normalised question: equal keys are the same question.';
comment on column golden_pairs.stale is 'Why the SQL no longer fits the target; empty when it does.';

create table business_ontologies (
    id uuid primary key default gen_random_uuid(),
    name text not null check (name <> ''),
    name_key text not null unique,
    synonyms text[] not null default '{}',
    kind text not null check (kind in ('synonym', 'expression', 'metric', 'filter')),
    table_name text not null,
    column_name text not null default '',
    sql text not null default '',
    description text not null default '',
    stale text not null default '',
    updated_at timestamptz not null default now()
);
comment on table business_ontologies is 'Business terms and what they mean in the target.';

create table ontology_version (
    only_row boolean primary key default true check (only_row),
    version bigint not null
);
insert into ontology_version (version) values (1);
comment on table ontology_version is 'Grows with every edit of a term, so that what was derived from the terms can tell.';

create table configurations (
    key text primary key,
    value jsonb not null,
    version bigint not null,
    updated_by text not null,
    updated_at timestamptz not null default now()
);
comment on table configurations is 'Runtime settings. The highest version grows with every save.';

create table outbox (
    id bigint generated always as identity primary key,
    collection text not null check (collection in ('table_schemas', 'sample_queries', 'business_terms')),
    doc_id text not null,
    created_at timestamptz not null default now()
);
comment on table outbox is 'Documents of the vector store to be brought in line, written with the change itself.';

create table audit_logs (
    seq bigint primary key,
    at timestamptz not null,
    actor_id text not null,
    actor_name text not null,
    address text not null,
    request_id text not null,
    action text not null,
    object text not null,
    before text not null,
    after text not null,
    prev text not null,
    hash text not null unique
);
create index audit_logs_by_action on audit_logs (action, seq desc);
comment on table audit_logs is 'Who did what: append-only, each row chained to the one before it by hash.';

create table audit_head (
    only_row boolean primary key default true check (only_row),
    seq bigint not null,
    hash text not null
);
insert into audit_head (seq, hash) values (0, '');
comment on table audit_head is 'The last entry of audit_logs, so that a cut tail shows.';

-- +goose StatementBegin
create function audit_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function audit_head_moves_on() returns trigger language plpgsql as $$
begin
    if new.seq <> old.seq + 1 then
        raise exception 'audit_head only moves on' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
-- +goose StatementEnd

create trigger audit_logs_rows before update or delete on audit_logs
    for each row execute function audit_append_only();
create trigger audit_logs_truncate before truncate on audit_logs
    for each statement execute function audit_append_only();
create trigger audit_head_rows before delete on audit_head
    for each row execute function audit_append_only();
create trigger audit_head_truncate before truncate on audit_head
    for each statement execute function audit_append_only();
create trigger audit_head_update before update on audit_head
    for each row execute function audit_head_moves_on();

revoke update, delete, truncate on audit_logs from public, current_user;
revoke delete, truncate on audit_head from public, current_user;
