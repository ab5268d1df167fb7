-- Providers and models that administrators set up. Each change is made under the lock of the one row
-- of deployment, so they come one after the other, and a replica sees by a number whether it knows
-- the newest.
alter table deployment add column models_version bigint not null default 0;

-- The key is encrypted by the replicas: whoever has the database alone cannot read it.
create table model_providers (
  id uuid primary key,
  kind text not null unique check (kind in ('anthropic', 'openai', 'openai-compat', 'demo')),
  display_name bytea,
  base_url text,
  sealed_key text,
  enabled boolean not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The provider may be one of the settings of the server and have no row.
create table model_configs (
  id uuid primary key,
  provider text not null check (provider in ('anthropic', 'openai', 'openai-compat', 'demo')),
  model bytea not null,
  display_name bytea,
  enabled boolean not null,
  is_default boolean not null,
  context_limit bigint not null check (context_limit > 0),
  compression_threshold int not null check (compression_threshold between 0 and 100),
  -- How the model is asked and what that costs, as JSON in ASCII.
  model_config text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create unique index model_configs_default on model_configs (is_default) where is_default;

-- What a request cost by the prices of its time, in millionths of a US dollar; null: not known.
alter table model_requests add column cost_micros numeric;

create index model_requests_chat on model_requests (chat_id);
