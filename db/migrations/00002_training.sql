-- +goose Up
create table training_state (
    only_row boolean primary key default true check (only_row),
    fingerprint text not null,
    trained_at timestamptz not null
);
comment on table training_state is 'The target schema that the vector store was last brought in line with, by any replica. No row before the first training.';
