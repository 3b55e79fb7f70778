-- +goose Up

-- Processes keep approved pairs in memory: the version tells them when to read
-- them again. A trigger counts, so that nobody who writes can forget to.
alter table ontology_version add column pairs_version bigint not null default 1;
comment on column ontology_version.pairs_version is 'Grows with every change of approved pairs.';

-- +goose StatementBegin
create function approved_pairs_changed() returns trigger language plpgsql as $$
begin
    update ontology_version set pairs_version = pairs_version + 1;
    return null;
end $$;
-- +goose StatementEnd
create trigger approved_pair_added after insert on golden_pairs for each row
    when (new.state = 'approved') execute function approved_pairs_changed();
create trigger approved_pair_changed after update on golden_pairs for each row
    when (new.state = 'approved' or old.state = 'approved') execute function approved_pairs_changed();
create trigger approved_pair_removed after delete on golden_pairs for each row
    when (old.state = 'approved') execute function approved_pairs_changed();
