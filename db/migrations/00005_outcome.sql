-- +goose Up
alter table queries
    add column sentence text not null default '',
    add column left_out jsonb not null default '[]',
    add column chips jsonb not null default '[]',
    add column logical jsonb,
    add column followed_up boolean not null default false,
    add column choices jsonb not null default '[]',
    add column picked integer not null default 0 check (picked >= -1),
    add column chosen boolean not null default false,
    add column nearest jsonb not null default '[]',
    drop constraint queries_status_check,
    drop constraint queries_tier_check;

update queries set tier = 'unsure' where tier = 'guess';
update queries set followed_up = true where parent_id is not null and generator <> 'user';

alter table queries
    add constraint queries_status_check
        check (status in ('running', 'answered', 'asked', 'declined', 'failed', 'cancelled', 'interrupted')),
    add constraint queries_tier_check
        check (tier in ('', 'verified', 'compiled', 'agreed', 'model', 'unsure', 'edited'));

comment on column queries.left_out is 'Words that no part of the reading used, or that were not understood.';
comment on column queries.picked is 'What the user took of the choices, from 1; 0 for nothing yet, -1 for none of them.';
comment on column queries.chosen is 'The reading was chosen by the user among those that the parent offered.';

-- Of the whole text an index entry could be too long.
create index queries_by_text on queries (md5(lower(btrim(text))));

alter table feedback
    drop constraint feedback_verdict_check,
    add constraint feedback_verdict_check check (verdict in ('right', 'wrong', 'corrected', 'missed'));

alter table golden_pairs
    drop constraint golden_pairs_origin_check,
    add constraint golden_pairs_origin_check check (origin in ('right', 'corrected', 'chosen', 'admin', 'import'));

create index queries_missed on queries (created_at) where status = 'declined' or picked = -1;
create index feedback_missed on feedback (query_id) where verdict in ('wrong', 'missed');
