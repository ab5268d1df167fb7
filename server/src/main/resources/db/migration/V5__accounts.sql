-- Made by a person, with a name and an end; the others come from the settings of a process.
alter table tokens add column issued boolean not null default false;
alter table tokens add column last_used_at timestamptz;

create index tokens_expiry on tokens (expires_at) where expires_at is not null;
create unique index users_email on users (lower(email));
