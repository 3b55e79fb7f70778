-- +goose Up
alter table queries add column replica bigint not null default 0;
comment on column queries.replica is 'The process that runs the question, by the key of the advisory lock that it holds while it lives.';
