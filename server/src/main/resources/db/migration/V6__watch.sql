-- The transaction that changed a chat last. Those who watch look for chats whose transaction had
-- not ended when they looked before, so it is found whenever it commits. Set here and not by the
-- program, for replicas of the version before set nothing.
alter table chats add column changed_in xid8 not null default '0';

create index chats_changed on chats (user_id, changed_in);

create function note_chat_change() returns trigger language plpgsql as $$
begin
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

create trigger chats_inserted before insert on chats
  for each row execute function note_chat_change();
create trigger chats_updated before update on chats
  for each row when (new.snapshot_version <> old.snapshot_version)
  execute function note_chat_change();

-- A deleted chat leaves its last row for some minutes, so that those who watch can be told what it
-- was. Of a row whose state is null nothing is kept but that it was there.
alter table chat_tombstones add column changed_in xid8 not null default '0';
alter table chat_tombstones add column state jsonb;

create index chat_tombstones_changed on chat_tombstones (user_id, changed_in);
create index chat_tombstones_state on chat_tombstones (deleted_at) where state is not null;

create function note_chat_end() returns trigger language plpgsql as $$
begin
  insert into chat_tombstones (chat_id, user_id, changed_in, state)
  values (old.id, old.user_id, pg_current_xact_id(), to_jsonb(old))
  on conflict (chat_id) do update
    set changed_in = excluded.changed_in, state = excluded.state;
  return null;
end $$;

create trigger chats_deleted after delete on chats
  for each row execute function note_chat_end();
