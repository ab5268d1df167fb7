-- Text that people or models write is kept as escaped JSON bytes (bytea): the types text and jsonb
-- refuse U+0000 and unpaired surrogates. Beside it stands, where it is searched, a normalised column.

create table deployment (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp()
);

insert into deployment default values;

create table users (
  id uuid primary key default gen_random_uuid(),
  username text not null unique,
  name bytea,
  email text not null,
  administrator boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp()
);

create table tokens (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  hash bytea not null unique check (octet_length(hash) = 32),
  name bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz
);

create index tokens_user on tokens (user_id);

-- One row per start of a process. The process holds the advisory lock lock_key in its session.
create table replicas (
  id uuid primary key,
  address text not null,
  version text not null,
  lock_key bigint not null,
  state text not null check (state in ('alive', 'draining', 'dead')),
  beat bigint not null default 0,
  beat_at timestamptz not null default clock_timestamp(),
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  check ((state = 'dead') = (ended_at is not null))
);

create unique index replicas_address on replicas (address) where state <> 'dead';

create table chats (
  id uuid primary key,
  user_id uuid not null references users,
  parent_id uuid references chats,
  root_id uuid not null,
  status text not null
    check (status in ('waiting', 'error', 'running', 'interrupting', 'requires_action')),
  archived boolean not null,
  queued int not null check (queued >= 0),
  snapshot_version bigint not null check (snapshot_version > 0),
  history_version bigint not null check (history_version between 1 and snapshot_version),
  queue_version bigint not null check (queue_version between 0 and snapshot_version),
  retry_version bigint not null check (retry_version between 0 and snapshot_version),
  generation_attempt bigint not null check (generation_attempt >= 0),
  failed_attempt bigint not null check (failed_attempt between 0 and generation_attempt),
  owner uuid,
  run uuid,
  -- What the turn remembers between its transactions; null when there is nothing.
  turn bytea,
  action_deadline timestamptz,
  model_config_id uuid,
  reasoning_effort text,
  mcp_server_ids uuid[] not null,
  -- When the current turn became due: who waits longest is taken first.
  due_since timestamptz not null,
  title bytea not null,
  title_search text not null,
  titled_by_person boolean not null,
  labels bytea not null,
  label_search text[] not null,
  client_type text not null check (client_type in ('ui', 'api')),
  pin_order int not null default 0 check (pin_order >= 0),
  read_up_to bigint not null default 0,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint owner_and_run check ((owner is null) = (run is null)),
  constraint owned_while_active check (owner is null or status in ('running', 'interrupting')),
  constraint interrupting_is_owned check (status <> 'interrupting' or owner is not null),
  constraint no_queue_while_waiting check (status <> 'waiting' or queued = 0),
  constraint archived_at_rest check (not archived or status in ('waiting', 'error')),
  constraint deadline_while_waited_for check (action_deadline is null or status = 'requires_action'),
  constraint roots_and_their_children check ((parent_id is null) = (root_id = id)),
  constraint only_roots_are_pinned check (pin_order = 0 or parent_id is null)
);

create index chats_due_roots on chats (due_since, id)
  where status = 'running' and owner is null and parent_id is null;
create index chats_due_subs on chats (due_since, id)
  where status = 'running' and owner is null and parent_id is not null;
create index chats_owner on chats (owner) where owner is not null;
create index chats_deadline on chats (action_deadline) where action_deadline is not null;
create index chats_family on chats (root_id, id) where parent_id is not null;
create index chats_pinned on chats (user_id, pin_order) where pin_order > 0;
create index chats_listed on chats (user_id, updated_at desc, id desc) where parent_id is null;
create index chats_labels on chats using gin (label_search);

-- Rows are inserted or deleted, never changed. Ids are drawn under the lock of the chat's row, so in
-- one chat they ascend in commit order.
create table messages (
  id bigint generated always as identity primary key,
  chat_id uuid not null references chats on delete cascade,
  revision bigint not null,
  role text not null check (role in ('system', 'user', 'assistant', 'tool')),
  content bytea not null,
  -- What only the provider may see again.
  hidden bytea,
  created_by uuid,
  model_config_id uuid,
  usage text,
  created_at timestamptz not null
);

create index messages_chat on messages (chat_id, id);
create index messages_revision on messages (chat_id, revision);

-- In the order of execution: position, then id. New messages have position 0; a promoted one gets a
-- position below all others.
create table queued_messages (
  id bigint generated always as identity primary key,
  chat_id uuid not null references chats on delete cascade,
  position bigint not null default 0,
  content bytea not null,
  created_by uuid not null,
  model_config_id uuid,
  reasoning_effort text,
  created_at timestamptz not null
);

create index queued_messages_chat on queued_messages (chat_id, position, id);

-- One row per edit or clear: at history_version every visible row from from_id on was deleted.
create table chat_cuts (
  chat_id uuid not null references chats on delete cascade,
  history_version bigint not null,
  from_id bigint not null,
  from_revision bigint not null,
  primary key (chat_id, history_version)
);

create table chat_tombstones (
  chat_id uuid primary key,
  user_id uuid not null,
  deleted_at timestamptz not null default clock_timestamp()
);

create table idempotency_keys (
  user_id uuid not null references users on delete cascade,
  key text not null,
  fingerprint bytea not null,
  status int not null,
  body bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (user_id, key)
);

create index idempotency_keys_age on idempotency_keys (created_at);

-- What each model request consumed. It outlives its chat.
create table model_requests (
  id bigint generated always as identity primary key,
  chat_id uuid not null,
  user_id uuid not null,
  model_config_id uuid,
  usage text,
  created_at timestamptz not null
);

create index model_requests_user on model_requests (user_id, created_at);
