-- +goose Up

-- What a language model's part in a question took.
alter table queries
    add column tokens_in bigint not null default 0,
    add column tokens_out bigint not null default 0;
comment on column queries.tokens_in is 'Tokens that a language model read, as its endpoint counts them.';
comment on column queries.tokens_out is 'Tokens that it wrote.';
create index queries_tokens on queries (created_at, user_id) where tokens_in + tokens_out > 0;
