-- Made by a person, with a name and an end; the others come from the settings of a process.
alter table tokens add column issued boolean not null default false;
alter table tokens add column last_used_at timestamptz;

create unique index users_email on users (lower(email));

-- Who is making a new title for a chat, on any replica. A claim that has ended counts for nothing:
-- whoever had it is done, or gone.
create table title_claims (
  chat_id uuid primary key,
  claim uuid not null,
  ends_at timestamptz not null
);
