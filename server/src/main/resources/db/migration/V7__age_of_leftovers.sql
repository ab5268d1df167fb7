-- By which rows that are of no use any more are found.
create index tokens_expiry on tokens (expires_at) where expires_at is not null;
create index title_claims_age on title_claims (ends_at);
create index chat_tombstones_age on chat_tombstones (deleted_at);
